#!/usr/bin/python3
"""`disk=rw,notimes,pad,scrub` on the command line of a boot: what the host finds on the disk then, and what it finds without."""
import json
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import qemu  # noqa: E402
import session  # noqa: E402
from test_write import NONFS, disk_in, judge  # noqa: E402

# Numbers that stand nowhere else, one a line, which take 64 KiB and more.
MARKER = int.from_bytes(os.urandom(4), 'little') % 90000 + 10000
FIRST, LINES = MARKER * 10000, 6554
PATTERN = re.compile(rb'\n%d[0-9]{4}\n' % MARKER)


def traces(image):
    """How many lines of the marker are anywhere on the disk, about: two that follow each other share a newline."""
    with open(image, 'rb') as file:
        return len(PATTERN.findall(file.read()))


def stat(image, path):
    """What the host command says of an inode."""
    done = subprocess.run([NONFS, 'stat', '--json', image, path], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def times(inode):
    """The four times of an inode, in nanoseconds."""
    return [inode[name]['seconds'] * 10 ** 9 + inode[name]['nanoseconds'] for name in ('atime', 'mtime', 'ctime', 'crtime')]


def write_and_delete(shell, image):
    """Files that stay, and one of which was on the disk before it was deleted; the deletion is on the disk, too."""
    shell.ok(f'mkdir /disk/d; seq {FIRST} {FIRST + LINES - 1} >/disk/d/marker; sync')
    assert traces(image) >= LINES // 2 - 1
    shell.ok('rm /disk/d/marker; printf 12345 >/disk/d/small; seq 5000 >/disk/d/large; chmod 600 /disk/d/small; sync')


def test_options_are_shown_and_hide_times_sizes_and_what_was_deleted(tmp_path):
    image = disk_in(str(tmp_path))
    with session.boot(disk=image, snapshot=False, cmdline='debug-exit disk=rw,notimes,pad,scrub') as vm:
        shell = session.Shell(vm)
        assert re.search(r'^\S+ on /disk type ext4 \(rw,notimes,pad,scrub\)$', shell.ok('mount'), re.MULTILINE)
        write_and_delete(shell, image)
        # The worker overwrites when there is nothing else to do; nobody has to unmount.
        deadline = time.monotonic() + 60 * qemu.PATIENCE
        while traces(image) and time.monotonic() < deadline:
            shell.ok('sleep 1')
        assert traces(image) == 0
        assert '1970' in shell.ok('ls -l /disk/d/small')
        shell.power_off()
    assert traces(image) == 0
    judge(image)
    for path, size, allocated in ('/d/small', 5, 16 << 10), ('/d/large', 23893, 24 << 10):
        inode = stat(image, path)
        assert (inode['size'], inode['allocated']) == (size, allocated)
        assert times(inode) == [0] * 4
    assert times(stat(image, '/d')) == [0] * 4


def test_without_options_all_of_that_is_found(tmp_path):
    image = disk_in(str(tmp_path))
    with session.boot(disk=image, snapshot=False) as vm:
        shell = session.Shell(vm)
        assert re.search(r'^\S+ on /disk type ext4 \(rw\)$', shell.ok('mount'), re.MULTILINE)
        write_and_delete(shell, image)
        shell.ok('sleep 3')
        shell.power_off()
    assert traces(image) >= LINES // 2 - 64
    judge(image)
    inode = stat(image, '/d/small')
    assert inode['size'] == 5 and inode['allocated'] < 16 << 10
    assert min(times(inode)) > 10 ** 18


def test_an_option_that_is_not_known_lets_nothing_be_written(tmp_path):
    image = disk_in(str(tmp_path), 'still here\n')
    with open(image, 'rb') as file:
        before = file.read()
    with session.boot(disk=image, snapshot=False, cmdline='debug-exit disk=rw,pad,scrubb') as vm:
        shell = session.Shell(vm)
        assert shell.ok('cat /disk/file') == 'still here\n'
        assert re.search(r' on /disk type ext4 \(ro\)$', shell.ok('mount'), re.MULTILINE)
        assert 'read-only' in shell.run('touch /disk/new')[1]
        # Not by a later request either: the option would be missing.
        status, output = shell.run('mount -w /disk')
        assert status == 1 and 'for reading only' in output
        shell.ok('umount /disk')
        assert 'read-only' in shell.run('mkfs -f')[1]
        assert re.search(r"vfs: the disk is only read: '[^']*' is no option of it", vm.output)
        shell.power_off()
    with open(image, 'rb') as file:
        assert file.read() == before


if __name__ == '__main__':
    qemu.main(__file__)
