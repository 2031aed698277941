#!/usr/bin/python3
"""System modules that die: the supervisor starts them again, and what depends on them goes on."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402

LARGE = 24 << 20


@pytest.fixture(name='disk', scope='module')
def disk_with_a_large_file(tmp_path_factory):
    """A disk with a file that takes a while to read."""
    folder = tmp_path_factory.mktemp('disk')
    tree = folder / 'tree'
    tree.mkdir()
    (tree / 'small').write_text('still here\n')
    (tree / 'large').write_bytes(os.urandom(1 << 20) * (LARGE >> 20))
    path = str(folder / 'disk.img')
    session.make_disk(path, 40 << 20, str(tree))
    return path


@pytest.fixture(name='shell')
def shell_with_disk(disk):
    """A shell on a machine of its own."""
    with session.boot(disk=disk) as vm:
        yield session.Shell(vm)


def restarts(shell, module):
    """How often the module was started again, when it runs; else None."""
    match = re.search(rf'^{module} +running +(\d+) ', shell.ok('modules'), re.MULTILINE)
    return int(match.group(1)) if match else None


def wait_for_restart(shell, module, count=1):
    """Waits until the module runs again."""
    for _ in range(30):
        if restarts(shell, module) == count:
            return
        shell.ok('sleep 1')
    raise qemu.QemuError(f'{module} did not come back\n{shell.vm.last_lines()}')


def wait_for_driver(shell):
    """Waits until a driver that was killed has its device again."""
    shell.vm.wait_for('virtio-blk was killed by', 60)
    shell.vm.wait_for(r'virtio-blk: \d+ blocks', 60)


def large_sum(shell):
    """The BLAKE3 of the large file as the guest reads it."""
    return shell.ok('b3sum /disk/large', 300).split()[0]


def test_disk_is_readable_after_its_driver_was_killed(shell):
    before = large_sum(shell)
    assert restarts(shell, 'virtio-blk') == 0
    for count in (1, 2):
        shell.vm.send('/bin/kill virtio-blk\n')
        wait_for_driver(shell)
        wait_for_restart(shell, 'virtio-blk', count)
        # Not only what is in a cache.
        assert shell.ok('cat /disk/small') == 'still here\n'
        assert large_sum(shell) == before
    # In the middle of reading: the program waits for the driver, or sees an error; it does not hang.
    for count in (3, 4, 5):
        shell.vm.send('b3sum /disk/large >/tmp/sum 2>&1 & sleep 0; /bin/kill virtio-blk; wait; echo "reader" "ended"\n')
        wait_for_driver(shell)
        shell.vm.wait_for('reader ended', 300)
        output = shell.ok('cat /tmp/sum')
        assert before in output or 'b3sum: /disk/large' in output, output
        wait_for_restart(shell, 'virtio-blk', count)
        assert large_sum(shell) == before
    assert 'task-end' in shell.ok('audit -e task-end')
    shell.power_off()


def test_new_login_works_after_the_vfs_was_killed(shell):
    vm = shell.vm
    vm.send('/bin/kill vfs; exit\n')
    vm.wait_for('vfs was killed by', 60)
    vm.wait_for('login was|login exited', 60)
    # The old session cannot name the new vfs; it ends, and a new one can.
    again = session.Shell(vm)
    wait_for_restart(again, 'vfs')
    assert again.ok('cat /disk/small') == 'still here\n'
    again.power_off()


def test_new_login_works_after_the_console_was_killed(shell):
    vm = shell.vm
    vm.send('/bin/kill console\n')
    vm.wait_for('console was killed by', 60)
    again = session.Shell(vm)
    wait_for_restart(again, 'console')
    assert again.ok('cat /disk/small') == 'still here\n'
    again.power_off()


if __name__ == '__main__':
    qemu.main(__file__)
