#!/usr/bin/python3
"""The guest writes a disk: the host finds what was written, e2fsck nothing to say, and a loss of power costs nothing that was synced."""
import os
import random
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402

NONFS = os.path.join(qemu.BUILD, 'libnonfs/tools/nonfs')
ENVIRONMENT = dict(os.environ, PATH=os.environ.get('PATH', '') + ':/usr/sbin:/sbin', LC_ALL='C')
SIZE = 24 << 20
ROUNDS = 50 if session.LONG else 2
SEED = int(os.environ.get('NONOS_SEED', '0x4e4f4e4f53'), 0)


def tool(*arguments, good=(0,)):
    """What a program of e2fsprogs prints."""
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace', env=ENVIRONMENT, check=False)
    assert done.returncode in good, f'{arguments}: {done.returncode}\n{done.stdout}'
    return done.stdout


def judge(image):
    """The volume was unmounted, and e2fsck finds nothing: it says so by its status and asks nothing."""
    assert 'needs_recovery' not in tool('dumpe2fs', '-h', image)
    said = tool('e2fsck', '-fn', image)
    assert '? no' not in said, said


def host_sums(image, folder='/'):
    """The hash of every file, by path in the image, as the host command reads it."""
    done = subprocess.run([NONFS, 'b3sum', image, folder], check=True, stdout=subprocess.PIPE, text=True)
    return sorted(done.stdout.splitlines())


def guest_sums(shell, folder='/disk'):
    """The same as the guest reads it."""
    return sorted(line.replace('  /disk/', '  /', 1) for line in shell.ok(f'b3sum -r {folder}', 300).splitlines())


def disk_in(folder, content=None):
    """An empty volume, or one with a file."""
    tree = None
    if content is not None:
        tree = os.path.join(folder, 'tree')
        os.mkdir(tree)
        with open(os.path.join(tree, 'file'), 'w', encoding='ascii') as file:
            file.write(content)
    image = os.path.join(folder, 'disk.img')
    session.make_disk(image, SIZE, tree)
    return image


# -- one machine, whose disk is looked at when its power is off

@pytest.fixture(name='image', scope='module')
def image_of_the_machine(tmp_path_factory):
    return disk_in(str(tmp_path_factory.mktemp('disk')))


@pytest.fixture(name='shell', scope='module')
def shell_on_the_machine(image):
    with session.boot(disk=image, snapshot=False) as vm:
        yield session.Shell(vm)


def test_every_kind_of_change_is_seen_at_once(shell):
    assert shell.ok('mkdir -p /disk/a/b; cp /bin/ls /disk/a/ls; b3sum /bin/ls /disk/a/ls | cut -c 1-64 | uniq | wc -l').strip() == '1'
    assert shell.ok('seq 1 5000 >/disk/a/n; seq 5001 6000 >>/disk/a/n; wc -l </disk/a/n').strip() == '6000'
    assert shell.ok('ln /disk/a/n /disk/a/b/hard; ln -s ../n /disk/a/b/soft; cat /disk/a/b/soft | tail -n 1').strip() == '6000'
    assert shell.ok('echo new >/disk/x; echo old >/disk/y; mv /disk/x /disk/y; cat /disk/y') == 'new\n'
    assert shell.ok('mkdir /disk/d /disk/e; mv /disk/d /disk/e/f; rmdir /disk/e/f /disk/e; ls /disk').split() == ['a', 'lost+found', 'y']
    assert shell.ok('chmod 640 /disk/y; ls -l /disk/y').startswith('-rw-r-----')
    assert shell.ok('dd if=/dev/zero of=/disk/hole bs=1K count=1 seek=4000 2>/tmp/o; du -s /disk/hole').split()[0] == '1'
    assert shell.ok('touch /disk/a/t; rm /disk/a/t; ls /disk/a').split() == ['b', 'ls', 'n']
    assert shell.run('rm /disk/none')[0] == 1 and shell.run('rmdir /disk/a')[0] == 1
    shell.ok('sync; sync /disk/y')


def test_what_is_handed_over_read_only_cannot_be_written(shell):
    for command in ('touch /disk/new', 'rm /disk/y', 'mv /disk/y /disk/z', 'chmod 600 /disk/y', 'mkdir /disk/m', 'ln /disk/y /disk/z',
                    'ln -s y /disk/z', 'dd if=/bin/ls of=/disk/y'):
        status, output = shell.run(f'with /disk:ro /bin:ro -- {command}')
        assert status == 1 and 'read-only' in output, f'{command}: {status} {output}'
    status, output = shell.run('with /disk:rw -- mount -r /disk')
    assert status == 1 and 'does not allow' in output
    assert shell.ok('cat /disk/y') == 'new\n'


def test_a_full_disk_is_an_error_and_nothing_else(shell):
    before = guest_sums(shell)
    status, output = shell.run('dd if=/dev/zero of=/disk/fill bs=64K', 300)
    assert status == 1 and 'no space left' in output
    status, output = shell.run('cp /bin/sh /disk/more')
    assert status == 1 and 'no space left' in output
    shell.ok('rm -f /disk/fill /disk/more; sync')
    assert guest_sums(shell) == before
    shell.ok('cp /bin/sh /disk/more; sync')
    assert re.search(r' rw /disk$', shell.ok('df'), re.MULTILINE)


def test_writing_goes_on_when_the_driver_was_killed(shell):
    shell.vm.send('for i in 1 2 3 4 5 6 7 8; do cp /bin/sh /disk/copy$i || echo "bad" copy; done >/tmp/copied 2>&1 & '
                  '/bin/kill virtio-blk; wait; echo "all" "copied"\n')
    shell.vm.wait_for('all copied', 300)
    assert re.search('^virtio-blk +running +1 ', shell.ok('modules'), re.MULTILINE)
    assert shell.ok('cat /tmp/copied') == ''
    assert shell.ok('sync; b3sum /bin/sh /disk/copy* | cut -c 1-64 | uniq | wc -l').strip() == '1'


def test_the_editor_saves_what_is_typed(shell):
    shell.vm.send('edit /disk/text\n')
    shell.vm.wait_for('a new file', 60)
    shell.vm.send('one\rtwo\x13')
    shell.vm.wait_for('saved', 60)
    shell.vm.send('\x1b[A!\x1a\x13')
    shell.vm.wait_for('saved', 60)
    shell.vm.send('\x11')
    shell.vm.wait_for(r'\$ ', 60)
    assert shell.ok('cat /disk/text') == 'one\ntwo'
    assert shell.ok('ls /disk/text*').split() == ['/disk/text']


def test_the_disk_is_unmounted_checked_and_mounted(shell):
    shell.ok('cd /')
    assert shell.run('fsck')[0] == 8  # it may be written
    status, output = shell.run('umount /disk </disk/y')
    assert status == 1 and 'in use' in output
    before = guest_sums(shell)
    shell.ok('umount /disk')
    assert shell.ok('ls /disk') == ''
    assert re.search(r'^clean, \d+ inodes', shell.ok('fsck', 120), re.MULTILINE)
    status, output = shell.run('mkfs')
    assert status == 1 and '-f overwrites' in output
    shell.ok('mount -r /disk')
    assert 'read-only' in shell.run('touch /disk/new')[1]
    assert guest_sums(shell) == before
    shell.ok('mount -w /disk; touch /disk/new; rm /disk/new')


def test_the_host_finds_what_the_guest_wrote(shell, image):
    guest = guest_sums(shell)
    # Not synced: power-off does that.
    shell.vm.send('echo last >/disk/last; poweroff\n')
    assert shell.vm.wait_exit(60) == 0
    judge(image)
    host = host_sums(image)
    assert [line for line in host if not line.endswith('  /last')] == guest
    assert tool('debugfs', '-R', 'cat /last', image).endswith('last\n')
    assert re.search(r'Mode: +0640 .*', tool('debugfs', '-R', 'stat /y', image))
    hard = tool('debugfs', '-R', 'stat /a/b/hard', image)
    assert re.search(r'Links: 2 ', hard) and re.search(r'Size: 28893\b', hard), hard


# -- what is only read

def test_a_disk_made_in_the_guest_is_one_for_the_host(tmp_path):
    image = str(tmp_path / 'disk.img')
    with open(image, 'wb') as file:
        file.truncate(SIZE)
    with session.boot(disk=image, snapshot=False) as vm:
        shell = session.Shell(vm)
        shell.ok('mkfs -L made; mount /disk; cp /bin/ls /disk/ls')
        assert re.search(r'^made .* rw /disk$', shell.ok('df'), re.MULTILINE)
        guest = guest_sums(shell)
        shell.power_off()
    judge(image)
    assert host_sums(image) == guest


@pytest.mark.parametrize('how', ['device', 'command line'])
def test_a_read_only_disk_is_read_and_not_written(tmp_path, how):
    image = disk_in(str(tmp_path), 'still here\n')
    with open(image, 'rb') as file:
        before = file.read()
    if how == 'device':
        options = {'extra': ('-drive', f'if=none,id=disk,format=raw,readonly=on,file={image}',
                             '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on')}
    else:
        options = {'disk': image, 'snapshot': False, 'cmdline': 'debug-exit disk=ro'}
    with session.boot(**options) as vm:
        shell = session.Shell(vm)
        assert shell.ok('cat /disk/file') == 'still here\n'
        status, output = shell.run('touch /disk/new')
        assert status == 1 and 'read-only' in output
        if how == 'device':
            assert shell.run('mount -w /disk')[0] == 1
        assert ('vfs: /disk is read-only: ' in vm.output) == (how == 'device')
        shell.power_off()
    with open(image, 'rb') as file:
        assert file.read() == before


def test_a_volume_in_which_errors_were_found_is_only_read_and_the_console_says_so(tmp_path):
    image = disk_in(str(tmp_path), 'still here\n')
    tool('debugfs', '-w', '-R', 'set_super_value state 3', image)
    with session.boot(disk=image, snapshot=False) as vm:
        shell = session.Shell(vm)
        assert shell.ok('cat /disk/file') == 'still here\n'
        status, output = shell.run('touch /disk/new')
        assert status == 1 and 'read-only' in output
        status, output = shell.run('mount -w /disk')
        assert status == 1 and 'for reading only' in output
        assert re.search(r'vfs: /disk is read-only: [^\n]*errors were found', vm.output)
        shell.power_off()


# -- loss of power

# Makes numbered files for ever: each is written, renamed and linked; every fourth time all is synced. Each step says that it was done.
WORK = ('i={first}; while true; do i=$((i+1)); d=/disk/w/$((i%5)); mkdir -p $d; seq $i $((i+300*(i%4))) >$d/t; echo "a"$i; '
        'mv $d/t $d/f$i; echo "b"$i; ln $d/f$i $d/l$i; rm -f /disk/s$((i-1)); echo "c"$i; cp /bin/true /disk/s$i; '
        '[ $((i%4)) -ne 0 ] || {{ sync && echo "kept"$i; }}; done\n')


def expected(number):
    """What file `number` holds."""
    return ''.join(f'{n}\n' for n in range(number, number + 300 * (number % 4) + 1))


def replayed(image, folder):
    """A copy after e2fsck replayed the journal, which must be all that there was to do."""
    copy = os.path.join(folder, 'replayed.img')
    shutil.copyfile(image, copy)
    tool('e2fsck', '-p', copy, good=(0, 1))
    judge(copy)
    return copy


def must_hold(image, folder, numbers):
    """Each of these files is there, whole, under both of its names."""
    tree = os.path.join(folder, 'dump')
    shutil.rmtree(tree, ignore_errors=True)
    os.mkdir(tree)
    tool('debugfs', '-R', f'rdump /w {tree}', image)
    for number in numbers:
        for name in (f'f{number}', f'l{number}'):
            with open(os.path.join(tree, 'w', str(number % 5), name), encoding='ascii') as file:
                assert file.read() == expected(number), name


# So many boots of one test would rarely all go by without a crash of QEMU itself; with one thread there is none.
STEADY = {'smp': 1, 'accel': 'tcg,thread=single'}


def test_what_was_synced_survives_a_loss_of_power(tmp_path):
    folder = str(tmp_path)
    image = disk_in(folder)
    chance = random.Random(SEED)
    synced = set()
    first = 0
    for number in range(ROUNDS):
        with session.boot(disk=image, snapshot=False, **STEADY) as vm:
            shell = session.Shell(vm)
            if number > 0:
                assert guest_sums(shell, '/disk/w') == host_sums(os.path.join(folder, 'replayed.img'), '/w')
            vm.send(WORK.format(first=first))
            vm.wait_for(rf'\b{chance.choice("abc")}{first + chance.randint(5, 12)}\r?\n', 300)
            vm.close()  # by SIGKILL
            kept = max(int(n) for n in re.findall(r'^kept(\d+)\r?$', vm.output, re.MULTILINE))
            last = max(int(n) for n in re.findall(r'^[abc](\d+)\r?$', vm.output, re.MULTILINE))
        print(f'# round {number + 1}: files to {last}, synced to {kept}, seed {SEED:#x}', flush=True)
        synced.update(range(first + 1, kept + 1))
        must_hold(replayed(image, folder), folder, synced)
        first = last + 1  # that one may be there or not
    with session.boot(disk=image, snapshot=False, **STEADY) as vm:
        shell = session.Shell(vm)
        assert guest_sums(shell, '/disk/w') == host_sums(os.path.join(folder, 'replayed.img'), '/w')
        shell.power_off()
    judge(image)
    must_hold(image, folder, synced)


if __name__ == '__main__':
    qemu.main(__file__)
