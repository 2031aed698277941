#!/usr/bin/python3
"""`nonfs mkfs` beside mke2fs: the same bytes from both but for one counter, and volumes that e2fsck and Linux accept. Prints TAP.

The counter is that of kilobytes written since the volume was made: mke2fs counts what went through its cache before it closed
the volume. It and the checksum over it are left out of the comparison in each copy of the superblock.
"""
import os
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import own_mounts  # noqa: E402

NONFS = os.path.join(os.environ['NONOS_BUILDDIR'], 'libnonfs/tools/nonfs')
UUID = '12345678-9abc-4ef0-8234-56789abcdef0'
HASH_SEED = '00112233-4455-6677-8899-aabbccddeeff'
TIME = '1700000000'
ENVIRONMENT = {**os.environ, 'PATH': os.environ.get('PATH', '') + ':/usr/sbin:/sbin', 'SOURCE_DATE_EPOCH': TIME,
               'E2FSPROGS_FAKE_TIME': TIME, 'MKE2FS_CONFIG': ''}
# Debian 12's, which another configuration of the host must not change.
CONFIG = """[defaults]
base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
default_mntopts = acl,user_xattr
enable_periodic_fsck = 0
blocksize = 4096
inode_size = 256
inode_ratio = 16384
[fs_types]
ext4 = {
features = has_journal,extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize
}
small = {
blocksize = 1024
inode_ratio = 4096
}
floppy = {
blocksize = 1024
inode_ratio = 8192
}
big = {
inode_ratio = 32768
}
huge = {
inode_ratio = 65536
}
"""
KIBYTES_AND_SUM = ((0x178, 8), (0x3fc, 4))

# Sizes in KiB, and options that both commands take.
SIZES = [2048, 8192, 8193, 8250, 16384, 33000, 65536, 99999, 131071, 262144, 523264, 524288, 700001, 1048576, 2097152 + 4,
         5 << 20, 17 << 20, 100 << 20, 300 << 20, 2 << 30]
CASES = [(size, '') for size in SIZES] + [
    (65536, '-b 2048'), (65536, '-b 4096'), (3000, '-b 4096'), (1 << 20, '-b 1024'), (1 << 20, '-b 2048'), (20 << 20, '-b 1024'),
    (102400, '-L label -m 0'), (102400, '-m 50'), (1 << 20, '-i 4096'), (20 << 20, '-i 4096'), (3 << 20, '-b 1024 -i 2048'),
    (1 << 20, '-i 67108864'), (65536, '-i 65536'), (102400, '-O ^has_journal'), (204800, '-O ^flex_bg'), (5 << 20, '-O ^flex_bg'),
    (2 << 20, '-b 1024 -O ^flex_bg'), (102400, '-O ^resize_inode'), (1 << 20, '-O ^resize_inode,^has_journal,^64bit'),
    (102400, '-O ^metadata_csum'), (102400, '-O ^metadata_csum,uninit_bg'), (102400, '-O ^sparse_super,^resize_inode'),
    (102400, '-O ^has_journal,^extent,^64bit'), (102400, '-O none'), (102400, '-O none,sparse_super,filetype,resize_inode'),
    (102400, '-O metadata_csum_seed,large_dir'), (1 << 20, '-O ^large_file'),
]


class Failed(Exception):
    """A test that does not hold."""


def expect(condition, what):
    """Ends the test if the condition does not hold."""
    if not condition:
        raise Failed(what)


def run(*command, status=0):
    """Runs a command, which must end with this status. Returns its output and its errors."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT, check=False, timeout=300)
    out, err = done.stdout.decode('utf-8', 'replace'), done.stderr.decode('utf-8', 'replace')
    expect(done.returncode == status, f'{" ".join(command)}: status {done.returncode}: {out[-500:]}{err[-500:]}')
    return out, err


def make_file(path, kib):
    """A file of zeros."""
    with open(path, 'wb') as file:
        file.truncate(kib * 1024)


def written_blocks(descriptor, size):
    """The numbers of the blocks of a sparse file that are not holes."""
    found, at = set(), 0
    while True:
        try:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
        except OSError:
            return found
        at = os.lseek(descriptor, start, os.SEEK_HOLE)
        found.update(range(start // size, (at + size - 1) // size))


def masked(block, offset):
    """A block without what may differ in a superblock at this offset."""
    block = bytearray(block)
    for at, length in KIBYTES_AND_SUM:
        block[offset + at:offset + at + length] = bytes(length)
    return bytes(block)


def compare(ours, theirs):
    """Compares two sparse images block by block."""
    with open(ours, 'rb') as a, open(theirs, 'rb') as b:
        b.seek(1024)
        first, shift, _, per_group = struct.unpack_from('<4I', b.read(1024), 20)
        size = 1024 << shift
        blocks = written_blocks(a.fileno(), size) | written_blocks(b.fileno(), size)
        for number in sorted(blocks):
            a.seek(number * size)
            b.seek(number * size)
            x, y = a.read(size), b.read(size)
            offset = 1024 if number == 0 and size > 1024 else 0
            if (number - first) % per_group == 0 and y[offset + 56:offset + 58] == b'\x53\xef':
                x, y = masked(x, offset), masked(y, offset)
            if x != y:
                at = next(i for i in range(size) if x[i] != y[i])
                raise Failed(f'block {number} differs from byte {at}: {x[at:at + 16].hex()} {y[at:at + 16].hex()}')
        return len(blocks)


def describe(image):
    """What dumpe2fs says, without the lines for what may differ."""
    return [line for line in run('dumpe2fs', image)[0].splitlines() if not line.startswith(('Lifetime writes:', 'Checksum:'))]


def check(image):
    """e2fsck must find nothing: its status alone does not say so."""
    out, err = run('e2fsck', '-fn', image)
    expect('? no' not in out + err, out + err)


def same_bytes(kib, options):
    """One size and set of options, by both."""
    make_file('ours', kib)
    make_file('theirs', kib)
    options = [*options.split(), '-U', UUID, '-E', f'hash_seed={HASH_SEED}', '-q']
    run('mke2fs', '-F', '-t', 'ext4', *options, 'theirs')
    run(NONFS, 'mkfs', *options, 'ours')
    compare('ours', 'theirs')
    if kib <= 5 << 20:
        expect(describe('ours') == describe('theirs'), 'dumpe2fs says something else')
        check('ours')


def sizes_are_those_of_mke2fs():
    """A size on the command line, with and without letters."""
    for size, options in (('20000', ''), ('30M', ''), ('20001', ''), ('5003', '-b 4096')):
        options = [*options.split(), '-U', UUID, '-E', f'hash_seed={HASH_SEED}', '-q']
        for name in ('ours', 'theirs'):
            if os.path.exists(name):
                os.remove(name)
        make_file('theirs', 40000)
        run('mke2fs', '-F', '-t', 'ext4', *options, 'theirs', size)
        run(NONFS, 'mkfs', *options, 'ours', size)
        os.truncate('ours', 40000 * 1024)
        compare('ours', 'theirs')


def old_content_goes():
    """A file full of rubbish is as good as an empty one."""
    with open('rubbish', 'wb') as file:
        file.write(os.urandom(32 << 20))
    options = ['-U', UUID, '-E', f'hash_seed={HASH_SEED}', '-q']
    run(NONFS, 'mkfs', '--force', *options, 'rubbish')
    make_file('theirs', 32 << 10)
    run('mke2fs', '-F', '-t', 'ext4', *options, 'theirs')
    compare('rubbish', 'theirs')
    check('rubbish')


def nothing_is_overwritten():
    """What is on the device is named."""
    make_file('kept', 32 << 10)
    run(NONFS, 'mkfs', '-q', 'kept')
    for name, what in (('kept', 'an ext2, ext3 or ext4 volume'), ('table', 'a partition table'), ('tree', 'a tree of hashes'),
                       ('boot', 'a boot sector')):
        if name == 'table':
            make_file(name, 32 << 10)
            run(NONFS, 'gpt', name, 'create')
        elif name == 'tree':
            run(NONFS, 'verity', 'format', 'kept', name)
        elif name == 'boot':
            make_file(name, 32 << 10)
            with open(name, 'r+b') as file:
                file.seek(510)
                file.write(b'\x55\xaa')
        with open(name, 'rb') as file:
            before = file.read()
        err = run(NONFS, 'mkfs', '-q', name, status=3)[1]
        expect(f'there is {what} already (--force overwrites it)' in err, err)
        with open(name, 'rb') as file:
            expect(file.read() == before, f'{name} changed')
    with open('kept', 'rb') as file:
        before = file.read()
    run(NONFS, 'mkfs', '--force', '-b', '512', 'kept', status=3)
    with open('kept', 'rb') as file:
        expect(file.read() == before, 'what was refused cost the volume')
    run(NONFS, 'mkfs', '-q', '--force', 'kept')


def mistakes_are_refused():
    """Each with a message, and nothing is written."""
    make_file('empty', 32 << 10)
    for status, options, message in (
            (2, ['-d', 'empty', 'empty'], 'no folder'), (2, [], ''), (2, ['-O', 'nothing', 'empty'], 'no feature'),
            (2, ['-E', 'stride=4', 'empty'], 'no extended option'), (2, ['-U', '1', 'empty'], 'no UUID'),
            (2, ['-L', 'longer than sixteen', 'empty'], 'longer than 16'), (2, ['empty', 'much'], 'no size'),
            (2, ['-b', 'x', 'empty'], 'no number'), (3, ['-b', '512', 'empty'], 'not possible'), (3, ['-i', '100', 'empty'], 'not possible'),
            (3, ['-m', '51', 'empty'], 'not possible'), (3, ['-O', 'inline_data', 'empty'], 'the feature inline_data'),
            (3, ['-O', '^extent', 'empty'], 'the feature has_journal'), (3, ['small'], 'too small'), (3, ['missing'], 'No such file'),
            (3, ['-i', '67108864', 'empty'], 'too few inodes')):
        make_file('small', 100)
        err = run(NONFS, 'mkfs', *options, status=status)[1]
        expect(message in err, err)
        with open('empty', 'rb') as file:
            expect(not any(file.read()), f'{options} wrote something')


def prints_what_it_made():
    """The report, the UUID of version 4, and silence with -q."""
    make_file('empty', 32 << 10)
    out = run(NONFS, 'mkfs', 'empty')[0]
    expect('32768 blocks of 1024 bytes, 8192 inodes, 4 groups, journal of 4096 blocks\nUUID ' in out, out)
    expect(out.split()[-1][14] == '4' and out.split()[-1][19] in '89ab', out)
    expect(run(NONFS, 'mkfs', '-q', '--force', 'empty') == ('', ''), '-q prints')


def linux_mounts_it():
    """On a loop device full of rubbish, with tables that are cleared and tables that are left to the kernel."""
    for lazy in '0', '1':
        with open('rubbish', 'wb') as file:
            file.write(os.urandom(64 << 20))
        with own_mounts.Loop(lambda *command: run(*command)[0], 'rubbish') as loop:
            run(NONFS, 'mkfs', '-q', '-E', f'lazy_itable_init={lazy}', loop)
            check(loop)
            os.makedirs('mounted', exist_ok=True)
            run('mount', loop, 'mounted')
            try:
                for number in range(500):
                    with open(f'mounted/{number}', 'wb') as file:
                        file.write(bytes([number & 255]) * 5000)
            finally:
                run('umount', 'mounted')
            check(loop)
            run(NONFS, 'cat', loop, '/499')


def can_mount():
    """Whether this user may mount a loop device."""
    make_file('probe', 8192)
    try:
        run(NONFS, 'mkfs', '-q', 'probe')
        os.makedirs('mounted', exist_ok=True)
        run('mount', '-o', 'loop', 'probe', 'mounted')
        run('umount', 'mounted')
    except (Failed, OSError):
        return False
    return True


def tests():
    """Pairs of a name and a function."""
    for kib, options in CASES:
        yield f'{kib} KiB {options}'.rstrip() + ': the bytes are those of mke2fs', lambda k=kib, o=options: same_bytes(k, o)
    yield 'a size is understood as mke2fs does', sizes_are_those_of_mke2fs
    yield 'old content of a file goes', old_content_goes
    yield 'what is there is not overwritten', nothing_is_overwritten
    yield 'mistakes are refused', mistakes_are_refused
    yield 'the command prints what it made', prints_what_it_made
    yield 'Linux mounts it and writes to it', linux_mounts_it


def main():
    """One line a test."""
    for tool in 'mke2fs', 'dumpe2fs', 'e2fsck':
        if not shutil.which(tool, path=ENVIRONMENT['PATH']):
            print(f'1..0 # SKIP {tool} is not installed')
            return 0
    failed = 0
    own_mounts.own_mounts()
    every = list(tests())
    print(f'1..{len(every)}')
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        ENVIRONMENT['MKE2FS_CONFIG'] = os.path.join(folder, 'mke2fs.conf')
        with open('mke2fs.conf', 'w', encoding='ascii') as file:
            file.write(CONFIG)
        mounts = can_mount()
        for number, (name, function) in enumerate(every, 1):
            if function is linux_mounts_it and not mounts:
                print(f'ok {number} - {name} # SKIP not allowed to mount here')
                continue
            try:
                function()
                print(f'ok {number} - {name}', flush=True)
            except (Failed, OSError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f'not ok {number} - {name}', flush=True)
                print('\n'.join('# ' + line for line in str(error).splitlines()))
        os.chdir('/')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
