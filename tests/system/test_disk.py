#!/usr/bin/python3
"""Disks in the guest: every file of an ext4 image reads as on the host, and a damaged image is an error and nothing worse."""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402

NONFS = os.path.join(qemu.BUILD, 'libnonfs/tools/nonfs')
# Trees that every Debian with a compiler has: part of them, or with NONOS_LONG all of them and a file of 300 MiB.
SOURCES = ['/usr/include', '/usr/share/doc'] if session.LONG else ['/usr/include/linux']
SIZE = (1 << 30) if session.LONG else (48 << 20)
LARGE = (300 << 20) if session.LONG else (4 << 20)


def host_sums(image):
    """The hash of every file, by path in the image, as the host command reads it."""
    done = subprocess.run([NONFS, 'b3sum', image, '/'], check=True, stdout=subprocess.PIPE, text=True)
    return sorted(done.stdout.splitlines())


@pytest.fixture(name='tree', scope='module')
def tree_of_files(tmp_path_factory):
    """A real tree, with one large file of random bytes."""
    tree = tmp_path_factory.mktemp('disk') / 'tree'
    tree.mkdir()
    for source in SOURCES:
        shutil.copytree(source, tree / source.strip('/').replace('/', '-'), symlinks=True)
    with open(tree / 'large', 'wb') as file:
        for _ in range(LARGE >> 20):
            file.write(os.urandom(1 << 20))
    return tree


def test_every_file_reads_as_on_the_host(tree, tmp_path):
    image = str(tmp_path / 'disk.img')
    session.make_disk(image, SIZE, str(tree))
    with session.boot(disk=image) as vm:
        shell = session.Shell(vm)
        printed = shell.ok('b3sum -r /disk', 900).splitlines()
        shell.power_off()
    guest = sorted(line.replace('  /disk/', '  /', 1) for line in printed)
    files = sum(len(names) for _, _, names in os.walk(tree))
    links = sum(os.path.islink(os.path.join(folder, name)) for folder, _, names in os.walk(tree) for name in names)
    assert len(guest) == files - links
    assert guest == host_sums(image)


def damaged(tmp_path, damage, options=()):
    """A small image with a file `entry` in its root directory, and `damage` done to its bytes."""
    tree = tmp_path / 'tree'
    tree.mkdir()
    (tree / 'entry-to-damage').write_text('one\n')
    (tree / 'good').write_text('two\n')
    image = str(tmp_path / 'disk.img')
    session.make_disk(image, 8 << 20, str(tree), options)
    with open(image, 'r+b') as file:
        content = bytearray(file.read())
        damage(content)
        file.seek(0)
        file.write(content)
    return image


def superblock_without_magic(content):
    """s_magic, at 1024 + 56."""
    content[1024 + 56:1024 + 58] = b'\0\0'


def superblock_with_wrong_checksum(content):
    """s_checksum, the last word of the superblock."""
    content[1024 + 1020] ^= 0xff


def entry_that_points_outside(content):
    """The inode number, eight bytes before the name."""
    at = content.index(b'entry-to-damage') - 8
    content[at:at + 4] = b'\xff\xff\xff\x7f'


def entry_over_the_end(content):
    """A record length that runs over the end of the block."""
    at = content.index(b'entry-to-damage') - 4
    content[at:at + 2] = b'\xfc\xff'


@pytest.mark.parametrize('damage', [superblock_without_magic, superblock_with_wrong_checksum])
def test_a_disk_with_a_damaged_superblock_is_refused_with_a_reason(tmp_path, damage):
    image = damaged(tmp_path, damage)
    with session.boot(disk=image) as vm:
        vm.wait_for(r'vfs: /disk: [^\n]*super', 90)
        shell = session.Shell(vm)
        assert shell.ok('ls /disk') == ''
        assert 'ls' in shell.ok('ls /bin')
        shell.power_off()


@pytest.mark.parametrize('damage', [entry_that_points_outside, entry_over_the_end])
@pytest.mark.parametrize('options', [(), ('-O', '^metadata_csum')], ids=['checksums', 'no checksums'])
def test_a_damaged_directory_is_an_error_and_the_system_goes_on(tmp_path, damage, options):
    image = damaged(tmp_path, damage, options)
    with session.boot(disk=image) as vm:
        shell = session.Shell(vm)
        status, printed = shell.run('cat /disk/entry-to-damage')
        assert status != 0
        assert 'cat: /disk/entry-to-damage: ' in printed
        shell.run('ls -l /disk')
        assert 'ls' in shell.ok('ls /bin')
        shell.power_off()


if __name__ == '__main__':
    qemu.main(__file__)
