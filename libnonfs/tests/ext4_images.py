"""Makes ext4 images, whole and damaged, for the tests of the host command and of the guest."""
import os
import subprocess


def make_disk(path, size, folder=None, options=()):
    """An ext4 image as Debian's mke2fs makes it by default, with a copy of `folder`."""
    with open(path, 'wb') as file:
        file.truncate(size)
    environment = dict(os.environ, PATH=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    subprocess.run(['mke2fs', '-q', '-F', '-t', 'ext4', *(['-d', folder] if folder else []), *options, path],
                   check=True, env=environment, stdin=subprocess.DEVNULL)


class Image:
    """An ext4 image in memory, and where its parts are (the superblock at 1024; kernel.org, ext4 data structures)."""

    def __init__(self, content):
        self.content = content
        self.block = 1024 << self.word(1024 + 24)
        self._inode_size = self.half(1024 + 88)

    def half(self, at):
        """16 bits."""
        return int.from_bytes(self.content[at:at + 2], 'little')

    def word(self, at):
        """32 bits."""
        return int.from_bytes(self.content[at:at + 4], 'little')

    def put(self, at, value, size):
        """Stores a number."""
        self.content[at:at + size] = value.to_bytes(size, 'little')

    def entry(self, name):
        """Where the directory entry with this name begins, its eight bytes before the name."""
        return self.content.index(name.encode()) - 8

    def map_of(self, name):
        """Where the 60 bytes of block map lie in the inode behind a name of the root directory. There is one group."""
        descriptors = max(self.block, 2048)
        table = self.word(descriptors + 8) * self.block
        return table + (self.word(self.entry(name)) - 1) * self._inode_size + 40


def damaged(folder, damage, options=()):
    """A small image with some files in its root directory, and `damage` done to its bytes. Returns its path."""
    tree = os.path.join(folder, 'tree')
    os.mkdir(tree)
    for name in ('entry-to-damage', 'good'):
        with open(os.path.join(tree, name), 'w', encoding='ascii') as file:
            file.write('one\n')
    with open(os.path.join(tree, 'comb'), 'wb') as file:
        # Every other block is a hole: more extents than an inode holds.
        for at in range(0, 600 << 10, 8 << 10):
            file.seek(at)
            file.write(b'x' * 4096)
    path = os.path.join(folder, 'disk.img')
    make_disk(path, 8 << 20, tree, options)
    with open(path, 'r+b') as file:
        image = Image(bytearray(file.read()))
        damage(image)
        file.seek(0)
        file.write(image.content)
    return path


def superblock_without_magic(image):
    """s_magic, at 1024 + 56."""
    image.put(1024 + 56, 0, 2)


def superblock_with_wrong_checksum(image):
    """s_checksum, the last word of the superblock."""
    image.content[1024 + 1020] ^= 0xff


def entry_that_points_outside(image):
    """An inode number that the volume does not have."""
    image.put(image.entry('entry-to-damage'), 0x7fffffff, 4)


def entry_over_the_end(image):
    """A record length that runs over the end of the block."""
    image.put(image.entry('entry-to-damage') + 4, 0xfffc, 2)


def deepen(image, name):
    """Says of a tree of depth 1 that its depth is 2 and of its first leaf that it is an index with one child, itself.

    Returns where the root is and where that index is.
    """
    root = image.map_of(name)
    assert image.half(root) == 0xf30a and image.half(root + 6) == 1
    leaf = image.word(root + 12 + 4)
    image.put(root + 6, 2, 2)
    at = leaf * image.block
    assert image.half(at) == 0xf30a and image.half(at + 6) == 0
    image.put(at + 2, 1, 2)
    image.put(at + 6, 1, 2)
    image.put(at + 12 + 4, leaf, 4)
    image.put(at + 12 + 8, 0, 4)
    return root, at


def extents_that_lead_to_themselves(image):
    """An index block whose child is itself."""
    deepen(image, 'comb')


def extents_that_lead_to_their_parent(image):
    """Two index blocks, each the other's child."""
    root, at = deepen(image, 'comb')
    image.put(root + 6, 3, 2)
    image.put(at + 6, 2, 2)
    other = image.content.rindex(bytes(image.block)) // image.block
    image.content[other * image.block:(other + 1) * image.block] = image.content[at:at + image.block]
    image.put(other * image.block + 6, 1, 2)
    image.put(at + 12 + 4, other, 4)


class Case:
    """A damage, the file that it hits, and what must be said of it with and without checksums."""

    def __init__(self, damage, name, checksum, reason):
        self.damage, self.name, self.said = damage, name, {'checksums': checksum, 'no checksums': reason}

    def __repr__(self):
        return self.damage.__name__


OPTIONS = {'checksums': (), 'no checksums': ('-O', '^metadata_csum')}
CHECKSUM = r'a checksum on disk does not match'
CASES = [
    Case(entry_that_points_outside, 'entry-to-damage', rf'inode 2: directory block \d+: {CHECKSUM}',
         'inode 2: directory: an entry names an inode that does not exist'),
    Case(entry_over_the_end, 'entry-to-damage', rf'inode 2: directory block \d+: {CHECKSUM}',
         r'inode 2: directory block \d+: a record runs over the end'),
    Case(extents_that_lead_to_themselves, 'comb', rf'inode \d+: {CHECKSUM}',
         r'inode \d+: extent tree block \d+: the depth does not fall by one'),
    Case(extents_that_lead_to_their_parent, 'comb', rf'inode \d+: {CHECKSUM}',
         r'inode \d+: extent tree block \d+: the depth does not fall by one'),
]
