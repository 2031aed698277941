#!/usr/bin/python3
"""nonfs check: its verdict is that of e2fsck on whole volumes, on volumes that debugfs damaged in one place, and on those
in which bits were turned; and what it says names what was damaged. Prints TAP.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

NONFS = os.path.join(os.environ['NONOS_BUILDDIR'], 'libnonfs/tools/nonfs')
PATH = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'
ENVIRONMENT = dict(os.environ, PATH=PATH)
TOOLS = ('mke2fs', 'e2fsck', 'debugfs')
LONG = os.environ.get('NONOS_LONG') == '1'
FLIPS = 3000 if LONG else 150

IMAGES = {
    'Debian': ['-t', 'ext4', '-b', '1024'],
    'no checksums': ['-t', 'ext4', '-b', '1024', '-O', '^metadata_csum'],
    'ext2': ['-t', 'ext2', '-b', '1024'],
    'large blocks': ['-t', 'ext4', '-b', '4096', '-O', 'orphan_file'],
    'no flexible groups': ['-t', 'ext4', '-b', '1024', '-g', '1024', '-O', '^flex_bg,^resize_inode'],
}

# Commands of debugfs, and what the check must say then; {x} is the inode of x, (x) a block of it.
DAMAGE = [
    ('clri file', r"'file' names inode {file}, which is not in use"),
    ('clri sub', r"'sub' names inode {sub}, which is not in use"),
    ('sif file links_count 7', r'inode {file}: it says 7 links, and has 1'),
    ('sif sub links_count 9', r'inode {sub}: it says 9 links, and has 3'),
    ('sif file size 1', r'inode {file}: its size of 1 does not fit'),
    ('sif sub size 5000', r'inode {sub}: its size of 5000 does not fit'),
    ('sif file blocks 4', r'inode {file}: it says that it takes 2048 bytes'),
    ('sif file mode 0170644', r'inode {file}: its type is not known'),
    ('sif file mode 040755', r'inode {file}|directory {file}'),
    ('sif file dtime 1700000000', r'inode {file}: it is in use, and has a time of deletion'),
    ('sif file file_acl 999999', r'inode {file}: attributes block 999999'),
    ('sif file file_acl (other)', r'inode {file}: attributes block'),
    ('freeb (file)', r'1 blocks from (file) on are in use and not marked'),
    ('setb 3500', r'1 blocks from 3500 on are marked and not in use'),
    ('freei <{file}>', r'1 inodes from {file} on are in use and not marked'),
    ('seti <380>', r'1 inodes from 380 on are marked and not in use'),
    ('unlink file', r'inode {file}: it is in use, and no directory names it'),
    ('unlink sub', r'directory {sub}: it cannot be reached'),
    ('link file again', r'inode {file}: it says 1 links, and has 2'),
    ('link sub sub/again', r"'again' is another name of directory {sub}"),
    ('ssv free_blocks_count 77', r'superblock: it says 77 free blocks'),
    ('ssv free_inodes_count 78', r'superblock: it says 78 free inodes'),
    ('set_bg 0 free_blocks_count 79;set_bg 0 checksum calc', r'group 0: it says 79 free blocks'),
    ('set_bg 0 free_inodes_count 80;set_bg 0 checksum calc', r'group 0: it says 80 free inodes'),
    ('set_bg 0 used_dirs_count 81;set_bg 0 checksum calc', r'group 0: it says 81 directories'),
    ('set_bg 0 block_bitmap 16777216;set_bg 0 checksum calc', r'group 0: its bitmap in block 16777216|group descriptor'),
    ('set_bg 0 inode_bitmap (file);set_bg 0 checksum calc', r'block (file) '),
    ('sif <2> mode 0100755', r'there is no root'),
]


def run(*command, **more):
    """Runs a tool; returns status and output."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env=ENVIRONMENT, timeout=60, **more)
    return done.returncode, done.stdout.decode('utf-8', 'replace')


def make_tree(folder):
    """Files in pieces, a directory with a hash tree, links of both kinds."""
    os.makedirs(os.path.join(folder, 'sub', 'below'))
    for name, size in (('file', 9000), ('other', 5000), ('sub/one', 1)):
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(name[:1].encode() * size)
    with open(os.path.join(folder, 'comb'), 'wb') as file:
        for at in range(0, 1 << 20, 16 << 10):
            file.seek(at)
            file.write(b'x' * 100)
    os.mkdir(os.path.join(folder, 'many'))
    for number in range(300):
        with open(os.path.join(folder, 'many', f'a-file-with-the-number-{number}'), 'wb'):
            pass
    os.symlink('file', os.path.join(folder, 'link'))
    os.symlink('x' * 300, os.path.join(folder, 'long-link'))


def debugfs(image, commands):
    """Some commands."""
    done = subprocess.run(['debugfs', '-w', '-f', '-', image], input=commands.replace(';', '\n').encode(), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT, timeout=60)
    return done.stdout.decode('utf-8', 'replace')


def facts(image):
    """Inodes and first blocks of some files."""
    known = {}
    for name in ('file', 'sub', 'other'):
        known['{' + name + '}'] = re.search(r'Inode: (\d+)', debugfs(image, f'stat {name}')).group(1)
        known['(' + name + ')'] = re.search(r'^(\d+)', debugfs(image, f'bmap {name} 0'), re.M).group(1)
    return known


def fill(text, known):
    """The text with its places filled."""
    for name, value in known.items():
        text = text.replace(name, value)
    return text


def e2fsck_is_content(image):
    """Whether e2fsck has nothing to say but that a tree could be shorter."""
    status, said = run('e2fsck', '-fn', image)
    said = said.replace('Optimize? no', '')
    return status == 0 and '? no' not in said


def complaint(image, wanted, known):
    """What is wrong with the verdict on an image, or None."""
    content = e2fsck_is_content(image)
    status, said = run(NONFS, 'check', image)
    if status not in (0, 4) or (status == 0) != content:
        return f'e2fsck is {"" if content else "not "}content, and nonfs gave {status}: {said}'
    if wanted and not re.search(fill(wanted, known), said):
        return f'it does not say "{fill(wanted, known)}": {said}'
    return None


def flipped(image, known, chance):
    """A copy in which one bit of its metadata was turned: the superblock, descriptors, bitmaps or tables."""
    del known
    copy = image + '.bad'
    shutil.copyfile(image, copy)
    with open(copy, 'r+b') as file:
        at = chance.randrange(1024, 200 << 10)
        file.seek(at)
        byte = file.read(1)[0] ^ 1 << chance.randrange(8)
        file.seek(at)
        file.write(bytes([byte]))
    return copy, at


# Where the verdicts differ, and why.
OTHERWISE = {'f_zero_inode_size.img': 'e2fsck takes a copy of the superblock',
             'f_illitable_flexbg.img': 'e2fsck does not come to an end'}


def check_vectors(report, vectors, folder):
    """Damaged volumes of other projects."""
    run('tar', '--sparse', '-xJf', os.path.join(vectors, 'fs/e2fsprogs-images.tar.xz'), '-C', folder)
    images = [os.path.join(root, name) for base in (folder, os.path.join(vectors, 'fs/lwext4-pocs'))
              for root, _, names in os.walk(base) for name in names]
    wrong = []
    for image in sorted(images):
        name = os.path.basename(image)
        status, said = run(NONFS, 'check', image)
        if status not in (0, 4, 8) or (name not in OTHERWISE and (status == 0) != e2fsck_is_content(image)):
            wrong.append(f'{name}: {status}: {said}')
    report.line(f'verdicts on {len(images)} volumes of other projects',
                '\n'.join(wrong) or (None if len(images) > 100 else 'there are too few'))


class Report:
    """Lines of TAP."""

    def __init__(self):
        self.number = self.failed = 0

    def line(self, name, why):
        """One test."""
        self.number += 1
        self.failed += bool(why)
        print(f'{"not ok" if why else "ok"} {self.number} - {name}', flush=True)
        if why:
            print('\n'.join('# ' + line for line in why.splitlines()))


def check_flips(report, name, image, known):
    """Turned bits. Both judges read other fields of what does not matter, so a few verdicts may differ."""
    chance = random.Random(f'{name} {os.environ.get("NONOS_SEED", "")}')
    wrong = []
    found = 0
    for _ in range(FLIPS // len(IMAGES)):
        copy, at = flipped(image, known, chance)
        why = complaint(copy, None, known)
        found += not e2fsck_is_content(copy)
        if why:
            wrong.append(f'{at}: {why}')
    report.line(f'{name}: verdicts on turned bits ({found} of {FLIPS // len(IMAGES)} damaged)', '\n'.join(wrong))


def main():
    """All images."""
    missing = [tool for tool in TOOLS if not shutil.which(tool, path=PATH)]
    if missing:
        print(f'1..0 # SKIP {missing[0]} is not installed')
        return 0
    report = Report()
    vectors = os.environ.get('NONOS_VECTORS')
    if vectors:
        with tempfile.TemporaryDirectory() as folder:
            check_vectors(report, vectors, folder)
    else:
        print('# skipped: NONOS_VECTORS is not set')
    left_out = 0
    with tempfile.TemporaryDirectory() as folder:
        make_tree(os.path.join(folder, 'tree'))
        for name, options in IMAGES.items():
            image = os.path.join(folder, 'image')
            if os.path.exists(image):
                os.remove(image)
            with open(image, 'wb') as file:
                file.truncate(16 << 20)
            run('mke2fs', '-q', '-F', '-N', '2048', *options, '-d', os.path.join(folder, 'tree'), image)
            # e2fsck makes the hash trees that mke2fs does not.
            run('e2fsck', '-fyD', image)
            known = facts(image)
            report.line(f'{name}: whole', complaint(image, ': clean', known))
            report.line(f'{name}: as little memory as possible',
                        None if run(NONFS, 'check', '--memory', '1', image) == run(NONFS, 'check', image) else 'differs')
            # All damage on one image, and on the others a third each time.
            for number, (command, wanted) in enumerate(DAMAGE):
                if name != 'Debian' and not LONG and number % 3:
                    left_out += 1
                    continue
                copy = image + '.bad'
                shutil.copyfile(image, copy)
                debugfs(copy, fill(command, known))
                report.line(f'{name}: {command}', complaint(copy, wanted, known))
            check_flips(report, name, image, known)
    if left_out:
        report.number += 1
        print(f'ok {report.number} - {left_out} kinds of damage on other images # SKIP only in long runs')
    print(f'1..{report.number}')
    return report.failed > 0


if __name__ == '__main__':
    sys.exit(main())
