#!/usr/bin/python3
"""From power-on to a shell: login, the commands that a person tries first, the screen, and the end."""
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402

sys.path.insert(0, os.path.join(qemu.SOURCE, 'kernel/tools'))
import psf2c  # noqa: E402

ARTIFACTS = os.path.join(qemu.BUILD, 'artifacts')
FONTS = '/usr/share/consolefonts'


@pytest.fixture(name='shell', scope='module')
def shell_on_uefi(tmp_path_factory):
    """A shell on four processors, started by UEFI, with a disk that holds docs/."""
    disk = str(tmp_path_factory.mktemp('disk') / 'disk.img')
    session.make_disk(disk, 16 << 20, os.path.join(qemu.SOURCE, 'docs'))
    with session.boot(firmware='uefi', smp=4, disk=disk) as vm:
        yield session.Shell(vm, firmware='uefi')


# -- the screen

class Picture:
    """A screen dump: for each line of pixels a string with '1' where there is ink."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            data = file.read()
        header = re.match(rb'P6\s+(\d+)\s+(\d+)\s+255\s', data)
        self.width, self.height = int(header.group(1)), int(header.group(2))
        pixels = data[header.end():]
        paper = pixels[:3]
        line = 3 * self.width
        self.lines = [''.join('0' if pixels[at:at + 3] == paper else '1' for at in range(y * line, (y + 1) * line, 3))
                      for y in range(self.height)]

    def ink(self):
        """The number of pixels that are not background."""
        return sum(line.count('1') for line in self.lines)

    def find(self, drawn):
        """Whether the drawn lines are somewhere in the picture."""
        key = max(range(len(drawn)), key=lambda y: drawn[y].count('1'))
        for top in range(self.height - len(drawn) + 1):
            at = self.lines[top + key].find(drawn[key])
            while at >= 0:
                if all(self.lines[top + y][at:at + len(line)] == line for y, line in enumerate(drawn)):
                    return True
                at = self.lines[top + key].find(drawn[key], at + 1)
        return False


def draw(text, width, height):
    """What the console must show for `text`, with Debian's font of that size."""
    _, _, _, bitmap, codes = psf2c.read_font(f'{FONTS}/spleen-{width}x{height}.psfu.gz')
    row = (width + 7) // 8
    lines = []
    for y in range(height):
        line = ''
        for char in text:
            at = (codes[ord(char)] * height + y) * row
            line += f'{int.from_bytes(bitmap[at:at + row], "big"):0{8 * row}b}'[:width]
        lines.append(line)
    return lines


def test_screen_shows_the_login_prompt():
    os.makedirs(ARTIFACTS, exist_ok=True)
    with session.boot(firmware='bios', smp=1) as vm:
        vm.wait_for('login: ', session.BOOT_TIMEOUT['bios'])
        dump = os.path.join(ARTIFACTS, 'login.ppm')
        # The console writes to the serial line before it draws.
        deadline = time.monotonic() + 30 * qemu.PATIENCE
        while True:
            vm.qmp('screendump', filename=dump, format='ppm')
            picture = Picture(dump)
            if picture.find(draw('login:', 12, 24)) or time.monotonic() > deadline:
                break
            time.sleep(0.5)
        os.remove(dump)
        vm.screendump(os.path.join(ARTIFACTS, 'login.png'))
        assert (picture.width, picture.height) == (1280, 800)
        assert picture.find(draw('login:', 12, 24)), 'login: is not on the screen'
        assert not picture.find(draw('logjn:', 12, 24))
        # The keyboard works as well as the serial line.
        vm.send_keys('a', 'd', 'a', 'ret')
        vm.wait_for(r'Welcome, ada\.', 30)
        vm.wait_for(r'\$ ', 60)
        vm.send('poweroff\n')
        assert vm.wait_exit() == 0


# -- firmware and processors

@pytest.mark.parametrize('firmware, smp', [('uefi', 1), ('bios', 4), ('bios', 16)])
def test_boot_reaches_login_and_powers_off(firmware, smp):
    with session.boot(firmware=firmware, smp=smp) as vm:
        shell = session.Shell(vm, firmware=firmware)
        assert f'{smp} processor' in vm.output
        assert 'tmp' in shell.ok('ls /')
        shell.power_off()


def test_small_machine_boots():
    with session.boot(mem='256M', smp=1) as vm:
        session.Shell(vm).power_off()


def test_power_off_without_an_emulator_port_uses_acpi():
    with session.boot(smp=1, cmdline=None) as vm:
        session.Shell(vm).power_off()


def test_reboot_starts_again():
    with session.boot(smp=1) as vm:
        shell = session.Shell(vm)
        shell.vm.send('reboot\n')
        session.Shell(vm).power_off()


def test_headless_run_gives_what_a_script_types_to_the_guest():
    command = [os.path.join(qemu.SOURCE, 'distro/image/run'), '--image', session.IMAGE, '--bios',
               '--headless']
    done = subprocess.run(['timeout', '120', *command], input=b'script\necho 4"2"\npoweroff\n',
                          stdout=subprocess.PIPE, check=False)
    qemu.note_crash(done.returncode)
    assert done.returncode == 0
    assert re.search(rb'42\r?\n', done.stdout)


# -- the shell and the programs

def test_help_lists_the_commands(shell):
    text = shell.ok('help')
    for word in ('cd', 'export', 'with', 'without', 'jobs'):
        assert re.search(rf'^ *{word}\b', text, re.MULTILINE), word


def test_every_program_has_help(shell):
    # By POSIX, true and false look at no argument.
    output = shell.ok('for p in /bin/*; do case $p in */true|*/false) continue;; esac; '
                      '$p --help >/tmp/h || echo bad $p; grep -q usage: /tmp/h || echo none $p; done', 300)
    assert output == ''


def test_root_is_listed(shell):
    names = set(shell.ok('ls /').split())
    assert {'bin', 'disk', 'manifest', 'modules', 'tmp'} <= names
    # Programs that are only for tests are in other images.
    assert 'test' not in names


def test_file_on_the_disk_is_shown_whole(shell):
    with open(os.path.join(qemu.SOURCE, 'docs/profile.md'), encoding='utf-8') as file:
        assert shell.ok('cat /disk/profile.md') == file.read()


def test_pipe_passes_bytes_on(shell):
    assert shell.ok('seq 1 1000 | grep 7 | wc -l').split() == ['271']


def test_redirection_writes_appends_and_reads(shell):
    assert shell.ok('echo one >/tmp/r; echo two >>/tmp/r; cat </tmp/r; cat /none 2>/tmp/e || wc -l </tmp/e').split() == \
        ['one', 'two', '1']


def test_and_or_follow_the_status(shell):
    assert shell.ok('true && echo a; false || echo b; false && echo c; true || echo d; true').split() == ['a', 'b']
    assert shell.run('(exit 7)')[0] == 7


def test_variables_globs_and_scripts(shell):
    assert shell.ok('cd /disk; x=prof; echo $x* ${x}ile.md; cd /').split() == ['profile.md', 'profile.md']
    assert shell.ok("echo 'echo script $1' >/tmp/s; sh /tmp/s works; . /tmp/s") == 'script works\nscript\n'


def test_background_job_is_waited_for(shell):
    assert 'late' in shell.ok('{ sleep 1; echo late; } & wait')


def test_program_without_net_has_no_net(shell):
    assert 'manifest' in shell.ok('without net -- ls /')


def test_program_without_clock_cannot_name_it(shell):
    assert re.search(r'^clock ', shell.ok('caps'), re.MULTILINE)
    assert not re.search(r'^clock ', shell.ok('without clock -- caps'), re.MULTILINE)


def test_program_with_disk_alone_sees_only_that(shell):
    assert shell.ok('with /disk:ro -- ls /') == 'disk\n'
    assert shell.ok('with /disk:ro -- ls /disk') == shell.ok('ls /disk')
    status, output = shell.run('with /disk:ro -- cat /manifest')
    assert status == 1 and 'manifest' in output
    assert shell.run('with /tmp:ro -- touch /tmp/refused')[0] == 1
    assert shell.ok('with /tmp:rw -- touch /tmp/made; ls /tmp/made') == '/tmp/made\n'


def test_disk_is_written_but_not_through_a_read_only_path(shell):
    assert shell.ok('echo words >/disk/new; cat /disk/new; rm /disk/new') == 'words\n'
    status, output = shell.run('with /disk:ro -- touch /disk/new')
    assert status == 1 and 'read-only' in output.lower()


def test_capabilities_are_shown(shell):
    text = shell.ok('caps')
    for name in ('root', 'clock', 'stdin', 'stdout', 'stderr'):
        assert re.search(rf'^{name} +\w+ ', text, re.MULTILINE), name


def test_modules_are_running(shell):
    text = shell.ok('modules')
    for name in ('attestor', 'supervisor', 'console', 'pci', 'virtio-blk', 'vfs', 'login'):
        assert re.search(rf'^{name} +running +0 ', text, re.MULTILINE), name


def test_tasks_are_listed(shell):
    text = shell.ok('ps')
    for name in ('attestor', 'vfs', 'login', 'sh', 'ps'):
        assert re.search(rf'^ *\d+ +\d+ +running .* {name}$', text, re.MULTILINE), name


def test_space_is_shown(shell):
    text = shell.ok('df')
    assert re.search(r'/tmp$', text, re.MULTILINE)
    assert re.search(r'/disk$', text, re.MULTILINE)


def test_memory_is_shown(shell):
    total, used, free = map(int, re.search(r'Memory: +(\d+) +(\d+) +(\d+)', shell.ok('free')).groups())
    assert 400 << 10 < total <= 512 << 10 and used + free == total and used < total // 4


def test_uptime_and_date_advance(shell):
    assert re.search(r'\d', shell.ok('uptime'))
    first, second = (int(n) for n in shell.ok('date +%s; sleep 2; date +%s').split())
    assert 2 <= second - first <= 20


def test_kernel_log_is_shown(shell):
    assert 'NONOS kernel at' in shell.vm.output
    assert 'processors' in shell.ok("dmesg | tr '[' '('")


def test_audit_records_and_their_chain(shell):
    assert 'task-start' in shell.ok('audit -n 20 -e task-start')
    assert 'the chain is unbroken' in shell.ok('audit -c')


def test_program_without_system_cannot_power_off(shell):
    status, output = shell.run('without system -- poweroff')
    assert status == 1 and 'cannot be switched off' in output


def test_any_name_logs_in(shell):
    for name in ('x', 'Zoë', "a'b$c"):
        shell.vm.send('exit\n')
        assert session.Shell(shell.vm, name).greeting == name


def test_status_line_says_what_the_machine_is(shell):
    assert re.search(r'NØNOS \S+ - live mode, /disk is stored - \S+ memory, 4 processors', shell.vm.output)


def test_shared_machine_powers_off(shell):
    shell.power_off()


if __name__ == '__main__':
    qemu.main(__file__)
