#!/usr/bin/python3
"""Disks that fail under the guest, as docs/storage-faults.md says: QEMU fails what touches one sector, or the driver stays away; and slow ones."""
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402
from test_write import SIZE, judge, tool  # noqa: E402

SECTOR = 512


def disk_of_two(folder):
    """A volume with two files: one of 200 KiB, and a small one."""
    tree = os.path.join(folder, 'tree')
    os.mkdir(tree)
    with open(os.path.join(tree, 'large'), 'wb') as file:
        file.write(b'l' * (200 << 10))
    with open(os.path.join(tree, 'small'), 'w', encoding='ascii') as file:
        file.write('still here\n')
    image = os.path.join(folder, 'disk.img')
    session.make_disk(image, SIZE, tree)
    return image


def sector_of(image, inode, block):
    """The first sector of a block of a file; `inode` as debugfs takes it."""
    size = int(re.search(r'^Block size: +(\d+)', tool('dumpe2fs', '-h', image), re.MULTILINE).group(1))
    return int(tool('debugfs', '-R', f'bmap {inode} {block}', image).split()[-1]) * size // SECTOR


def failing(image, kind, sector):
    """A machine whose disk fails whatever reads or writes (`kind`) that sector, every time."""
    drive = ('if=none,id=disk,driver=raw,file.driver=blkdebug,file.image.driver=file,'
             f'file.image.filename={image},file.inject-error.0.event=none,file.inject-error.0.iotype={kind},'
             f'file.inject-error.0.errno=5,file.inject-error.0.sector={sector}')
    return session.boot(extra=('-drive', drive, '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on'))


def test_a_sector_that_cannot_be_read_is_an_error_of_who_reads_it_and_nothing_else(tmp_path):
    image = disk_of_two(str(tmp_path))
    with failing(image, 'read', sector_of(image, '/large', 150)) as vm:
        shell = session.Shell(vm)
        status, output = shell.run('cat /disk/large >/dev/null')
        assert status == 1 and 'cat: /disk/large: input/output error' in output, output
        # What lies before it is there, and the next reader meets the same.
        assert shell.ok('head -c 50000 /disk/large | wc -c').split() == ['50000']
        assert shell.run('b3sum /disk/large')[0] == 1
        assert shell.ok('cat /disk/small') == 'still here\n'
        shell.ok('echo new >/disk/new; sync; cat /disk/new')
        assert re.search(r' on /disk type ext4 \(rw\)$', shell.ok('mount'), re.MULTILINE)
        assert re.search(r'^vfs +running +0 ', shell.ok('modules'), re.MULTILINE)
        shell.power_off()
    judge(image)
    assert tool('debugfs', '-R', 'cat /new', image).endswith('new\n')


def test_a_log_that_cannot_be_written_ends_writing_and_costs_nothing_that_was_synced(tmp_path):
    folder = str(tmp_path)
    image = disk_of_two(folder)
    # The log is filled from its start: a sync takes some blocks of it, so the first ones go well.
    with failing(image, 'write', sector_of(image, '<8>', 60)) as vm:
        shell = session.Shell(vm)
        status, output = shell.run('i=0; while [ $i -lt 40 ]; do i=$((i+1)); seq $i $((i+50)) >/disk/f$i || break; '
                                   'sync || break; echo "kept" $i; done; [ $i -lt 40 ]', 300)
        kept = [int(n) for n in re.findall(r'^kept (\d+)$', output, re.MULTILINE)]
        assert status == 0 and kept == list(range(1, len(kept) + 1)) and 1 <= len(kept) < 39, output
        assert re.search(r'vfs: \S+ is read-only from now on: the disk failed, and what was not synced is lost\r?\n', vm.output)
        # Nobody is told later that it went well; what was written is read.
        assert shell.run('sync')[0] == 1
        status, output = shell.run('touch /disk/new')
        assert status == 1 and 'read-only' in output
        assert re.search(r' on /disk type ext4 \(ro\)$', shell.ok('mount'), re.MULTILINE)
        assert shell.ok('cat /disk/small; head -n 1 /disk/f1') == 'still here\n1\n'
        # Something is lost: only who says so gets the machine off.
        assert shell.run('poweroff')[0] == 1
        vm.send('poweroff -f\n')
        assert vm.wait_exit(60) == 0
    copy = os.path.join(folder, 'replayed.img')
    shutil.copyfile(image, copy)
    tool('e2fsck', '-p', copy, good=(0, 1))
    judge(copy)
    for number in kept:
        expected = ''.join(f'{n}\n' for n in range(number, number + 51))
        assert tool('debugfs', '-R', f'cat /f{number}', copy).endswith(expected)
    # With a disk that works the guest does the same.
    with session.boot(disk=image, snapshot=False) as vm:
        shell = session.Shell(vm)
        assert shell.ok(f'cat /disk/f{kept[-1]}') == ''.join(f'{n}\n' for n in range(kept[-1], kept[-1] + 51))
        shell.ok('touch /disk/new')
        shell.power_off()
    judge(image)


@pytest.mark.skipif(not session.LONG, reason='slow: NONOS_LONG=1')
def test_a_driver_that_stays_away_is_a_device_that_is_gone(tmp_path):
    image = disk_of_two(str(tmp_path))
    with session.boot(disk=image, snapshot=False) as vm:
        shell = session.Shell(vm)
        shell.ok('echo new >/disk/new; sync; modules stop virtio-blk')
        status, output = shell.run('cat /disk/large >/dev/null', 150)
        assert status == 1 and 'cat: /disk/large: ' in output
        # It does not come back to this mount, not even with the driver: nothing is known of what the device did meanwhile.
        shell.ok('modules start virtio-blk')
        assert shell.run('echo more >/disk/more && sync', 150)[0] != 0
        assert shell.ok('cat /tmp/none 2>/dev/null || echo alive') == 'alive\n'
        vm.send('poweroff -f\n')
        assert vm.wait_exit(150) == 0
    tool('e2fsck', '-p', image, good=(0, 1))
    judge(image)
    assert tool('debugfs', '-R', 'cat /new', image).endswith('new\n')


def throttle(vm, **limits):
    """Limits the disk from now on; operations and bytes in a second, 0: none."""
    every = dict.fromkeys(('bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'), 0)
    vm.qmp('block_set_io_throttle', device='disk', **{**every, **limits})


def test_while_the_disk_is_slow_for_one_program_others_use_what_is_in_memory(tmp_path):
    image = disk_of_two(str(tmp_path))
    drive = f'if=none,id=disk,format=raw,file={image}'
    with session.boot(extra=('-drive', drive, '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on')) as vm:
        shell = session.Shell(vm)
        meanwhile = 'for i in 1 2 3 4 5 6 7 8; do cat /disk/small; ls -1 /disk; echo note >/tmp/note; cat /tmp/note; done'
        shell.ok('head -c 2097152 /dev/zero >/disk/zeros; sync; head -c 4194304 /dev/zero >/tmp/zeros')
        expected = 8 * 'still here\nlarge\nlost+found\nsmall\nzeros\nnote\n'
        assert shell.ok(meanwhile) == expected
        # Who reads 2 MiB waits for nearly three minutes. If others waited for one of its requests with each of theirs, they would be done after it. (A single
        # request must not take ten seconds: then the driver resets the device.)
        throttle(vm, bps_rd=12 << 10)
        output = shell.ok(f'cat /disk/zeros | wc -c >/tmp/read & {meanwhile}; wc -c </tmp/read', 200)
        assert output.split('\n', 1)[1] == f'{expected}0\n', output
        assert re.search(r'^vfs +running +0 ', shell.ok('modules'), re.MULTILINE)
        throttle(vm)
        assert shell.ok('wait; cat /tmp/read', 120).splitlines()[-1] == str(2 << 20)
        # The same beside one that writes and commits.
        throttle(vm, bps_wr=64 << 10)
        output = shell.ok(f'(cp /tmp/zeros /disk/zeros && sync && echo done >/tmp/wrote) & {meanwhile}; ls -1 /tmp', 200)
        assert output.split('\n', 1)[1].startswith(expected) and 'wrote' not in output.split(), output
        throttle(vm)
        assert shell.ok('wait; cat /tmp/wrote', 120).splitlines()[-1] == 'done'
        shell.power_off()
    judge(image)
    assert tool('debugfs', '-R', 'stat /zeros', image).count('Size: 4194304') == 1


if __name__ == '__main__':
    qemu.main(__file__)
