#!/usr/bin/python3
"""The image builder and the verb run: the same bytes everywhere, and options that do what they say."""
import hashlib
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import qemu  # noqa: E402

import pytest  # noqa: E402

IMAGE_FOLDER = os.path.join(qemu.SOURCE, 'distro/image')
LOADER_TEST = os.path.join(qemu.BUILD, 'distro/image/loader-test.iso')
RUN = [os.path.join(IMAGE_FOLDER, 'run'), '--image', LOADER_TEST]
INPUTS = {
    '--efi': 'kernel/boot/bootx64.efi',
    '--bios': 'kernel/boot/bios.elf',
    '--kernel': 'kernel/boot/test-kernel.elf',
    '--archive': 'distro/image/loader-test.archive',
}


@pytest.fixture(name='folder')
def fixture_folder():
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def make_image(folder, output, **environment):
    """Copies builder and inputs into `folder` and runs the builder there."""
    shutil.copytree(IMAGE_FOLDER, os.path.join(folder, 'image'))
    command = [os.path.join(folder, 'image/mkimage'), '-o', output]
    for option, path in INPUTS.items():
        copy = os.path.join(folder, os.path.basename(path))
        shutil.copy(os.path.join(qemu.BUILD, path), copy)
        command += [option, copy]
    environment = {**os.environ, 'SOURCE_DATE_EPOCH': '1700000000', **environment}
    subprocess.run(command, check=True, cwd=folder, env=environment)
    return digest(os.path.join(folder, output))


def test_image_is_the_same_from_another_folder_date_and_user(folder):
    first, second = os.path.join(folder, 'a'), os.path.join(folder, 'b', 'longer name')
    os.makedirs(first)
    os.makedirs(second)
    one = make_image(first, 'one.iso')
    old = os.umask(0o077)
    try:
        time.sleep(1.1)  # the clock of a FAT file has seconds
        two = make_image(second, 'two.iso', TZ='Asia/Tokyo', LANG='de_DE.UTF-8', USER='someone', HOME=second)
    finally:
        os.umask(old)
    assert one == two


def test_image_depends_on_its_date(folder):
    os.makedirs(os.path.join(folder, 'a'))
    os.makedirs(os.path.join(folder, 'b'))
    assert make_image(os.path.join(folder, 'a'), 'i') != \
        make_image(os.path.join(folder, 'b'), 'i', SOURCE_DATE_EPOCH='1800000000')


def build_elsewhere(source, build, configure):
    """Copies the tree to `source`, builds the image in `build` with that way to call configure."""
    quiet = {'check': True, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL,
             'env': {**os.environ, 'SOURCE_DATE_EPOCH': '1700000000'}}
    files = subprocess.run(['git', '-C', qemu.SOURCE, 'ls-files', '-z', '-co', '--exclude-standard'],
                           check=True, capture_output=True).stdout
    for name in files.decode().split('\0'):
        if name and os.path.exists(os.path.join(qemu.SOURCE, name)):
            os.makedirs(os.path.dirname(os.path.join(source, name)), exist_ok=True)
            shutil.copy(os.path.join(qemu.SOURCE, name), os.path.join(source, name))
    os.makedirs(build)
    subprocess.run(['autoreconf', '-fi'], cwd=source, **quiet)
    subprocess.run([configure, '-q'], cwd=build, **quiet)
    subprocess.run(['make', '-s', '-j2', 'distro/image/nonos.iso'], cwd=build, **quiet)
    return digest(os.path.join(build, 'distro/image/nonos.iso'))


@pytest.mark.skipif(not os.environ.get('NONOS_LONG'), reason='builds everything twice: set NONOS_LONG=1')
def test_whole_build_is_the_same_from_another_folder(folder):
    first, second = os.path.join(folder, 'first'), os.path.join(folder, 'a-longer-name', 'second')
    one = build_elsewhere(first, os.path.join(folder, 'build'), os.path.join(first, 'configure'))
    old = os.umask(0o077)
    try:
        two = build_elsewhere(second, os.path.join(second, 'build'), '../configure')
    finally:
        os.umask(old)
    assert one == two


def test_image_is_a_valid_gpt_disk():
    output = subprocess.run(['sgdisk', '--verify', LOADER_TEST], check=True, capture_output=True, text=True,
                            env={**os.environ, 'PATH': os.environ['PATH'] + ':/usr/sbin:/sbin'}).stdout
    assert 'No problems found' in output, output


def test_image_is_an_iso_with_two_boot_entries():
    output = subprocess.run(['xorriso', '-indev', LOADER_TEST, '-report_el_torito', 'plain'], check=True,
                            capture_output=True, text=True).stdout
    assert '/nonos/bios.img' in output and '/nonos/esp.img' in output
    assert 'BIOS' in output and 'UEFI' in output


def test_missing_input_is_named(folder):
    command = [os.path.join(IMAGE_FOLDER, 'mkimage'), '--efi', '/nonexistent', '--bios', '/dev/null',
               '--kernel', '/dev/null', '--archive', '/dev/null', '-o', os.path.join(folder, 'i')]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot read '/nonexistent'" in done.stderr


def run(*options, text=''):
    """What `./nonos run` does after its build, with `text` on standard input."""
    display = ('DISPLAY', 'WAYLAND_DISPLAY')
    environment = {key: value for key, value in os.environ.items() if key not in display}
    return subprocess.run([*RUN, *options], text=True, check=False, input=text, capture_output=True,
                          env=environment, timeout=120 * qemu.PATIENCE)


def test_run_headless_gives_the_console_and_the_status():
    done = run('--bios', '--headless')
    assert ' held, 0 failed' in done.stdout
    assert done.returncode == 0
    assert done.stderr == ''


def test_run_headless_returns_a_status_above_zero():
    done = run('--bios', '--headless', '--append', 'loader-test-fails')
    assert ' held, 1 failed' in done.stdout
    assert done.returncode == 1


def test_run_headless_gives_standard_input_to_the_guest_and_not_to_the_firmware():
    done = run('--headless', '--append', 'loader-test-reads', text='Z')
    assert 'login:' in done.stdout and 'read Z' in done.stdout
    assert done.returncode == 0


def test_run_without_a_display_says_so_and_is_headless():
    done = run('--bios')
    assert 'there is no display' in done.stderr
    assert ' held, 0 failed' in done.stdout


def test_run_options_reach_the_machine():
    done = run('--bios', '--headless', '--iso', '--mem', '1G', '--smp', '3', '--append', 'one two', '--qemu',
               '-rtc base=2031-02-03T04:05:06')
    assert 'cmdline [one two debug-exit]' in done.stdout
    assert 'memory 0x100000000' not in done.stdout and ' 0x3' in done.stdout
    assert 'unix-time 19278' in done.stdout


def test_run_with_a_disk_whose_name_has_a_comma(folder):
    disk = os.path.join(folder, 'a, b.img')
    with open(disk, 'wb') as file:
        file.truncate(1 << 20)
    done = run('--bios', '--headless', '--disk', disk)
    assert done.returncode == 0, done.stderr


def test_run_refuses_what_it_does_not_know():
    done = run('--uefy')
    assert done.returncode == 1
    assert "unknown option '--uefy'" in done.stderr


def descendants(pid):
    """The processes below `pid`, by /proc."""
    parents = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open(f'/proc/{name}/stat', encoding='utf-8', errors='replace') as file:
                    parents[int(name)] = int(file.read().rsplit(')', 1)[1].split()[1])
            except OSError:
                continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def test_run_headless_gives_the_terminal_back_as_it_was():
    """QEMU switches a terminal to raw mode; afterwards it must be as before, however the run ended."""
    ours, theirs = pty.openpty()
    process = None
    try:
        before = termios.tcgetattr(theirs)
        process = subprocess.Popen([*RUN, '--headless', '--bios'], stdin=theirs, stdout=theirs, stderr=theirs)
        output = read_until(ours, b' held, 0 failed', 60 * qemu.PATIENCE)
        assert process.wait(60 * qemu.PATIENCE) == 0, output
        assert termios.tcgetattr(theirs) == before
        # Ctrl-A X ends a machine that would never end by itself.
        process = subprocess.Popen([*RUN, '--headless', '--qemu', '-S'], stdin=theirs, stdout=theirs,
                                   stderr=theirs)
        deadline = time.monotonic() + 30 * qemu.PATIENCE
        while termios.tcgetattr(theirs) == before and time.monotonic() < deadline:
            time.sleep(0.1)
        os.write(ours, b'\x01x')
        assert process.wait(60 * qemu.PATIENCE) == 0
        assert termios.tcgetattr(theirs) == before
    finally:
        if process is not None:
            process.kill()
            process.wait()
        os.close(ours)
        os.close(theirs)


def read_until(terminal, text, timeout):
    """Reads from a terminal until `text` has come."""
    output = b''
    deadline = time.monotonic() + timeout
    while text not in output and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            output += os.read(terminal, 65536)
    assert text in output, output[-2000:]
    return output


def test_run_leaves_no_machine_behind_when_it_is_killed(folder):
    process = subprocess.Popen([*RUN, '--headless', '--qemu', '-S'], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, 'TMPDIR': folder})
    try:
        deadline = time.monotonic() + 30 * qemu.PATIENCE
        machine = []
        while not machine and time.monotonic() < deadline:
            time.sleep(0.1)
            machine = [pid for pid in descendants(process.pid) if is_qemu(pid)]
        assert machine, 'QEMU was not started'
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 30 * qemu.PATIENCE
    while is_qemu(machine[0]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_qemu(machine[0])


def is_qemu(pid):
    """Whether that process exists and is QEMU."""
    try:
        return os.readlink(f'/proc/{pid}/exe').endswith('qemu-system-x86_64')
    except OSError:
        return False


if __name__ == '__main__':
    qemu.main(__file__)
