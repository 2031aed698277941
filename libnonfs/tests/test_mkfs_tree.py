#!/usr/bin/python3
"""`nonfs mkfs -d`: the volume holds what the folder holds, as Linux sees it; e2fsck finds nothing; the same folder makes the same bytes.

Prints TAP. Where this user may not mount, what Linux sees is seen by `nonfs` and debugfs, in less detail.
"""
import hashlib
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from own_mounts import own_mounts  # noqa: E402

NONFS = os.path.join(os.environ['NONOS_BUILDDIR'], 'libnonfs/tools/nonfs')
UUID = '12345678-9abc-4ef0-8234-56789abcdef0'
FIXED = ['-U', UUID, '-E', f'hash_seed={UUID}']
TIME = 1700000000
ENVIRONMENT = {**os.environ, 'PATH': os.environ.get('PATH', '') + ':/usr/sbin:/sbin'}
ENVIRONMENT.pop('SOURCE_DATE_EPOCH', None)
IS_ROOT = os.geteuid() == 0


class Failed(Exception):
    """A test that does not hold."""


def expect(condition, what):
    """Ends the test if the condition does not hold."""
    if not condition:
        raise Failed(what)


def run(*command, status=0, epoch=None):
    """Runs a command, which must end with this status. Returns its output and its errors together."""
    environment = ENVIRONMENT if epoch is None else {**ENVIRONMENT, 'SOURCE_DATE_EPOCH': str(epoch)}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False, timeout=300)
    out = (done.stdout + done.stderr).decode('utf-8', 'replace')
    expect(done.returncode == status, f'{" ".join(command)}: status {done.returncode}: {out[-800:]}')
    return out


def check(image):
    """e2fsck must find nothing: its status alone does not say so."""
    out = run('e2fsck', '-fn', image)
    expect('? no' not in out, out)


def write(path, content, mode=0o644):
    """A file with this content and mode."""
    with open(path, 'wb') as file:
        file.write(content)
    os.chmod(path, mode)


def set_attribute(path, name, value):
    """An attribute, where the file system below this folder has them."""
    try:
        os.setxattr(path, name, value, follow_symlinks=False)
    except OSError:
        print(f'# {name} cannot be set here')


def make_tree():
    """All that a volume can hold, with times of long ago and of the future."""
    os.makedirs('tree/deep/er/and/deeper')
    os.mkdir('tree/many')
    os.mkdir('tree/empty', 0o700)
    os.mkdir('tree/lost+found')
    write('tree/lost+found/found', b'not lost\n')
    for number in range(300):
        write(f'tree/many/a file with a longer name {number}', bytes([number & 255]) * number)
    write('tree/nothing', b'')
    write('tree/program', b'#!/bin/sh\n', 0o4755)
    write('tree/large', hashlib.shake_256(b'large').digest(3 << 20))
    write(b'tree/bytes \xff\n', b'name')
    with open('tree/sparse', 'wb') as file:
        file.write(b'start')
        file.seek(5 << 20)
        file.write(b'middle')
        file.truncate(20 << 20)
    write('tree/zeros', bytes(1 << 20))
    write('tree/first name', b'linked' * 1000)
    os.link('tree/first name', 'tree/deep/second name')
    os.link('tree/first name', 'tree/deep/er/third name')
    os.symlink('program', 'tree/short link')
    os.symlink('x/' * 400, 'tree/long link')
    os.link('tree/long link', 'tree/long link again', follow_symlinks=False)
    os.mkfifo('tree/fifo', 0o620)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind('tree/socket')
    set_attribute('tree/program', 'user.small', b'value')
    set_attribute('tree/large', 'user.large', b'v' * 700)
    set_attribute('tree/deep', 'user.of a folder', b'yes')
    # Read, write, execute for user 1234 besides; in a folder also for what will be in it.
    acl = bytes.fromhex('02000000' '01000700ffffffff' '02000700d2040000' '04000500ffffffff' '10000700ffffffff' '20000500ffffffff')
    set_attribute('tree/many', 'system.posix_acl_default', acl)
    set_attribute('tree/many/a file with a longer name 7', 'system.posix_acl_access', acl)
    if IS_ROOT:
        os.mknod('tree/character', stat.S_IFCHR | 0o600, os.makedev(1, 3))
        os.mknod('tree/block', stat.S_IFBLK | 0o640, os.makedev(259, 1 << 18))
        os.chown('tree/large', 70000, 4000000)
        os.chown('tree/short link', 5, 6, follow_symlinks=False)
        set_attribute('tree/program', 'trusted.secret', b'\x00\x01')
    os.utime('tree/large', ns=(TIME * 10 ** 9 - 1, 987654321_123456789))
    os.utime('tree/nothing', ns=(5 * 10 ** 9, (1 << 32) * 10 ** 9 + 5))
    os.utime('tree/short link', ns=(10 ** 9, 2 * 10 ** 9), follow_symlinks=False)
    os.utime('tree/deep', ns=(10 ** 18, 10 ** 18 + 7))
    os.chmod('tree', 0o751)
    os.utime('tree', ns=(10 ** 17, 10 ** 17 + 3))


def walk(top):
    """All paths below a folder as bytes, the folder itself as b'.'."""
    top = os.fsencode(top)
    yield b'.'
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            yield os.path.relpath(os.path.join(folder, name), top)


def content(path, mode):
    """What is in a file, or where a link leads."""
    if stat.S_ISLNK(mode):
        return os.readlink(path)
    if stat.S_ISREG(mode):
        with open(path, 'rb') as file:
            return hashlib.sha256(file.read()).hexdigest()
    return None


def attributes(path):
    """Extended attributes, without those that the host's own rules added."""
    return {name: os.getxattr(path, name, follow_symlinks=False) for name in os.listxattr(path, follow_symlinks=False)
            if not name.startswith('security.')}


def describe(top):
    """Everything of a tree that must be the same in the other one."""
    names, found = {}, {}
    for path in sorted(walk(top)):
        full = os.path.join(os.fsencode(top), path)
        st = os.lstat(full)
        first = names.setdefault((st.st_dev, st.st_ino), path)
        found[path] = (st.st_mode, st.st_nlink if not stat.S_ISDIR(st.st_mode) else 0, first, st.st_uid, st.st_gid,
                       st.st_size if not stat.S_ISDIR(st.st_mode) else 0,
                       st.st_rdev if stat.S_ISCHR(st.st_mode) or stat.S_ISBLK(st.st_mode) else 0, st.st_mtime_ns, attributes(full),
                       content(full, st.st_mode))
    return found


class Mounted:
    """A volume mounted by Linux, only to be read."""

    def __init__(self, image):
        self.image = image

    def __enter__(self):
        os.makedirs('mounted', exist_ok=True)
        run('mount', '-o', 'loop,ro', self.image, 'mounted')
        return 'mounted'

    def __exit__(self, *_):
        run('umount', 'mounted')


def compare(options):
    """A volume with these options holds the tree."""
    with open('image', 'wb') as file:
        file.truncate(64 << 20)
    out = run(NONFS, 'mkfs', '--force', *options, '-d', 'tree', 'image')
    expect(f'{len(list(walk("tree"))) - 1} files with ' in out, out)
    check('image')
    want = describe('tree')
    access = {path: os.lstat(os.path.join(b'tree', path)).st_atime_ns for path in want if not stat.S_ISREG(want[path][0])}
    with Mounted('image') as folder:
        for path in access:
            if stat.S_ISLNK(want[path][0]) or stat.S_ISDIR(want[path][0]):
                continue
            have = os.lstat(os.path.join(os.fsencode(folder), path)).st_atime_ns
            expect(have == access[path], f'{path}: access time {have} is not {access[path]}')
        have = describe(folder)
        for path in sorted(want.keys() | have.keys()):
            expect(want.get(path) == have.get(path), f'{path}:\n{want.get(path)}\n{have.get(path)}')
        for name in 'sparse', 'zeros':
            blocks = os.stat(os.path.join(folder, name)).st_blocks
            expect(blocks <= 16, f'{name} has {blocks} blocks: holes were filled')


def without_mounting():
    """What can be seen without a mount: content, links and modes."""
    run(NONFS, 'mkfs', '-q', '--force', '-d', 'tree', 'image', '64M')
    check('image')
    for name in 'large', 'deep/second name', 'sparse':
        with open(f'tree/{name}', 'rb') as file:
            done = subprocess.run([NONFS, 'cat', 'image', name], capture_output=True, check=True)
            expect(done.stdout == file.read(), name)
    expect('Links: 3' in run('debugfs', '-R', 'stat "/first name"', 'image'), 'three names')
    expect('Mode:  04755' in run('debugfs', '-R', 'stat /program', 'image'), 'mode')


def same_bytes():
    """With time, UUID and seed fixed, whatever the order on the host and whenever the files were read."""
    shutil.copytree('tree/many', 'again')
    run('cp', '-a', 'tree/deep', 'tree/sparse', 'tree/first name', 'again')
    os.makedirs('other')
    for name in sorted(os.listdir('again'), reverse=True):
        run('cp', '-a', '--sparse=never', f'again/{name}', 'other')
    run('cp', '--attributes-only', '-p', '-T', '-d', '-r', 'again', 'other')
    for image, folder in ('one', 'again'), ('two', 'other'):
        run(NONFS, 'mkfs', '-q', *FIXED, '-d', folder, image, '32M', epoch=TIME)
        with open(f'{folder}/sparse', 'rb') as file:
            file.read()
    with open('one', 'rb') as a, open('two', 'rb') as b:
        expect(a.read() == b.read(), 'the images differ')
    check('one')
    run(NONFS, 'mkfs', '-q', *FIXED, '-d', 'again', 'three', '32M', epoch=TIME + 1)
    with open('one', 'rb') as a, open('three', 'rb') as b:
        expect(a.read() != b.read(), 'another time makes the same image')


def times_are_bounded():
    """No time is later than SOURCE_DATE_EPOCH, and none of access is there."""
    os.makedirs('times')
    write('times/young', b'')
    write('times/old', b'')
    os.utime('times/old', ns=(7, 1000 * 10 ** 9))
    run(NONFS, 'mkfs', '-q', '-d', 'times', 'timed', '8M', epoch=TIME)
    for name, want in ('young', '0x6553f100'), ('old', '0x000003e8'):
        out = run('debugfs', '-R', f'stat /{name}', 'timed')
        for kind in 'mtime', 'atime':
            expect(f'{kind}: {want}' in out, f'{name}: {kind} is not {want}: {out}')
        expect('ctime: 0x6553f100' in out and 'crtime: 0x6553f100' in out, out)


def errors_name_the_file():
    """What does not fit, what cannot be read, and what is no folder; the last costs nothing."""
    out = run(NONFS, 'mkfs', '-q', '-d', 'tree', 'small', '2M', status=3)
    expect(out.startswith('nonfs: tree/') and 'no space is left' in out, out)
    check('small')
    with open('small', 'rb') as file:
        before = file.read()
    for options, message in (['-d', 'missing'], 'missing: it is no folder'), (['-d', 'tree/large'], 'tree/large: it is no folder'), \
            (['-O', '^has_journal,^extent', '-d', 'tree'], 'without extent'):
        out = run(NONFS, 'mkfs', '-q', '--force', *options, 'small', status=2)
        expect(message in out, out)
        with open('small', 'rb') as file:
            expect(file.read() == before, f'{options} cost the volume')
    os.makedirs('linked')
    os.symlink('y' * 2000, 'linked/too long')
    out = run(NONFS, 'mkfs', '-q', '-b', '1024', '-d', 'linked', 'links', '8M', status=3)
    expect('linked/too long: ' in out, out)


def can_mount():
    """Whether this user may mount a loop device."""
    try:
        run(NONFS, 'mkfs', '-q', 'probe', '8M')
        with Mounted('probe'):
            pass
    except (Failed, OSError):
        return False
    return True


def tests(mounts):
    """Pairs of a name and a function."""
    if mounts:
        for options in '', '-b 4096', '-O ^has_journal', '-O ^metadata_csum,uninit_bg -b 2048', '-O ^dir_index', '-E lazy_itable_init=1':
            yield f'Linux sees the same tree: {options}'.rstrip(': '), lambda o=options: compare(o.split())
    else:
        yield 'the volume holds the tree', without_mounting
    yield 'the same folder makes the same bytes', same_bytes
    yield 'no time is later than SOURCE_DATE_EPOCH', times_are_bounded
    yield 'errors name the file', errors_name_the_file


def main():
    """One line a test."""
    for tool in 'e2fsck', 'debugfs':
        if not shutil.which(tool, path=ENVIRONMENT['PATH']):
            print(f'1..0 # SKIP {tool} is not installed')
            return 0
    failed = 0
    own_mounts()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_tree()
        every = list(tests(can_mount()))
        print(f'1..{len(every)}')
        for number, (name, function) in enumerate(every, 1):
            try:
                function()
                print(f'ok {number} - {name}', flush=True)
            except (Failed, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print(f'not ok {number} - {name}', flush=True)
                print('\n'.join('# ' + line for line in str(error).splitlines()))
        os.chdir('/')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
