#!/usr/bin/python3
"""Disks in the guest: every file of an ext4 image reads as on the host, and a damaged image is an error and nothing worse."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402

import ext4_images  # noqa: E402

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


@pytest.mark.parametrize('damage', [ext4_images.superblock_without_magic, ext4_images.superblock_with_wrong_checksum])
def test_a_disk_with_a_damaged_superblock_is_refused_with_a_reason(tmp_path, damage):
    image = ext4_images.damaged(tmp_path, damage)
    with session.boot(disk=image) as vm:
        shell = session.Shell(vm)
        assert shell.run('mount /disk')[0] == 1
        assert re.search(r'vfs: /disk: [^\n]*super', vm.output)
        assert shell.ok('ls /disk') == ''
        assert 'ls' in shell.ok('ls /bin')
        shell.power_off()


@pytest.mark.parametrize('case', ext4_images.CASES, ids=repr)
@pytest.mark.parametrize('kind', ext4_images.OPTIONS)
def test_damage_is_an_error_that_says_where_and_the_system_goes_on(tmp_path, case, kind):
    image = ext4_images.damaged(tmp_path, case.damage, ext4_images.OPTIONS[kind])
    with session.boot(disk=image) as vm:
        shell = session.Shell(vm)
        status, printed = shell.run(f'cat /disk/{case.name}')
        assert status == 1 and f'cat: /disk/{case.name}: damaged structure on disk' in printed
        assert re.search(rf'vfs: ext4: {case.said[kind]}\r?\n', vm.output), vm.last_lines()
        shell.run('ls -l /disk')
        # The same process as before.
        assert re.search(r'^vfs +running +0 ', shell.ok('modules'), re.MULTILINE)
        assert 'ls' in shell.ok('ls /bin')
        shell.power_off()


if __name__ == '__main__':
    qemu.main(__file__)
