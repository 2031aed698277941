/*
 * Constants of the format on disk: Linux, Documentation/filesystems/ext4.
 */
#ifndef NONFS_EXT4_FORMAT_H
#define NONFS_EXT4_FORMAT_H

#define EXT4_SUPER_OFFSET       1024u
#define EXT4_SUPER_SIZE         1024u
#define EXT4_SUPER_MAGIC        0xef53u
#define EXT4_CHECKSUM_CRC32C    1u
#define EXT4_GOOD_OLD_REVISION  0u
#define EXT4_GOOD_OLD_FIRST_INO 11u
#define EXT4_GOOD_OLD_INODE     128u /* bytes of an inode in revision 0, and of the fixed part later */

#define EXT4_FL_EA_INODE 0x00200000u /* of an inode that holds the value of an attribute */

#define EXT4_STATE_CLEAN  0x0001u
#define EXT4_STATE_ERRORS 0x0002u

#define EXT4_SUPER_FLAG_UNSIGNED_HASH 0x0002u

#define EXT4_COMPAT_HAS_JOURNAL   0x0004u
#define EXT4_COMPAT_EXT_ATTR      0x0008u
#define EXT4_COMPAT_RESIZE_INODE  0x0010u
#define EXT4_COMPAT_DIR_INDEX     0x0020u
#define EXT4_COMPAT_SPARSE_SUPER2 0x0200u
#define EXT4_COMPAT_ORPHAN_FILE   0x1000u

#define EXT4_INCOMPAT_FILETYPE  0x00002u
#define EXT4_INCOMPAT_RECOVER   0x00004u
#define EXT4_INCOMPAT_META_BG   0x00010u
#define EXT4_INCOMPAT_EXTENTS   0x00040u
#define EXT4_INCOMPAT_64BIT     0x00080u
#define EXT4_INCOMPAT_MMP       0x00100u
#define EXT4_INCOMPAT_FLEX_BG   0x00200u
#define EXT4_INCOMPAT_EA_INODE  0x00400u
#define EXT4_INCOMPAT_CSUM_SEED 0x02000u
#define EXT4_INCOMPAT_LARGEDIR  0x04000u
#define EXT4_INCOMPAT_INLINE    0x08000u

#define EXT4_RO_SPARSE_SUPER   0x0001u
#define EXT4_RO_LARGE_FILE     0x0002u
#define EXT4_RO_HUGE_FILE      0x0008u
#define EXT4_RO_GDT_CSUM       0x0010u
#define EXT4_RO_DIR_NLINK      0x0020u
#define EXT4_RO_EXTRA_ISIZE    0x0040u
#define EXT4_RO_BIGALLOC       0x0200u
#define EXT4_RO_METADATA_CSUM  0x0400u
#define EXT4_RO_SHARED_BLOCKS  0x4000u
#define EXT4_RO_ORPHAN_PRESENT 0x10000u

#define EXT4_GROUP_INODE_UNINIT 0x0001u
#define EXT4_GROUP_BLOCK_UNINIT 0x0002u
#define EXT4_GROUP_INODE_ZEROED 0x0004u
#define EXT4_GROUP_SIZE_32      32u
#define EXT4_GROUP_SIZE_64      64u

#define EXT4_EXTENT_MAGIC     0xf30au
#define EXT4_EXTENT_SIZE      12u /* header, index and extent alike */
#define EXT4_EXTENT_DEPTH_MAX 5u
#define EXT4_EXTENT_LEN_MAX   32768u /* above: an unwritten extent, that much longer */

#define EXT4_DIRECT_BLOCKS 12u

#define EXT4_INODE_BAD_BLOCKS 1u
#define EXT4_INODE_RESIZE     7u

#define EXT4_ORPHAN_MAGIC      0x0b10ca04u
#define EXT4_ORPHAN_TAIL       8u /* signature and checksum at the end of a block of the orphan file */
#define EXT4_ORPHAN_BLOCKS_MAX 4096u

#define EXT4_DIRENT_HEADER   8u
#define EXT4_DIRENT_MIN      12u
#define EXT4_DIR_TAIL_SIZE   12u
#define EXT4_DIR_TAIL_TYPE   0xdeu
#define EXT4_DX_ROOT_ENTRIES 32u /* offset of the entries in the root block */
#define EXT4_DX_NODE_ENTRIES 8u  /* and in the others */
#define EXT4_DX_ENTRY_SIZE   8u

#define EXT4_XATTR_MAGIC      0xea020000u
#define EXT4_XATTR_ENTRY_SIZE 16u

/* Offsets in the superblock. */
enum {
    SB_INODES_COUNT = 0x00,
    SB_BLOCKS_COUNT_LO = 0x04,
    SB_RESERVED_BLOCKS_LO = 0x08,
    SB_FREE_BLOCKS_LO = 0x0c,
    SB_FREE_INODES = 0x10,
    SB_FIRST_DATA_BLOCK = 0x14,
    SB_LOG_BLOCK_SIZE = 0x18,
    SB_LOG_CLUSTER_SIZE = 0x1c,
    SB_BLOCKS_PER_GROUP = 0x20,
    SB_CLUSTERS_PER_GROUP = 0x24,
    SB_INODES_PER_GROUP = 0x28,
    SB_MOUNT_TIME = 0x2c,
    SB_WRITE_TIME = 0x30,
    SB_MOUNT_COUNT = 0x34,
    SB_MOUNTS_MAX = 0x36,
    SB_MAGIC = 0x38,
    SB_STATE = 0x3a,
    SB_ERRORS = 0x3c,
    SB_CHECK_TIME = 0x40,
    SB_REVISION = 0x4c,
    SB_FIRST_INODE = 0x54,
    SB_INODE_SIZE = 0x58,
    SB_GROUP_NUMBER = 0x5a,
    SB_COMPAT = 0x5c,
    SB_INCOMPAT = 0x60,
    SB_RO_COMPAT = 0x64,
    SB_UUID = 0x68,
    SB_LABEL = 0x78,
    SB_RESERVED_DESCRIPTORS = 0xce,
    SB_JOURNAL_INODE = 0xe0,
    SB_JOURNAL_DEVICE = 0xe4,
    SB_LAST_ORPHAN = 0xe8,
    SB_HASH_SEED = 0xec,
    SB_HASH_VERSION = 0xfc,
    SB_JOURNAL_BACKUP = 0xfd,
    SB_DESCRIPTOR_SIZE = 0xfe,
    SB_MOUNT_OPTIONS = 0x100,
    SB_FIRST_META_BG = 0x104,
    SB_MAKE_TIME = 0x108,
    SB_JOURNAL_MAP = 0x10c,
    SB_BLOCKS_COUNT_HI = 0x150,
    SB_RESERVED_BLOCKS_HI = 0x154,
    SB_FREE_BLOCKS_HI = 0x158,
    SB_MIN_EXTRA_SIZE = 0x15c,
    SB_WANT_EXTRA_SIZE = 0x15e,
    SB_FLAGS = 0x160,
    SB_FLEX_LOG = 0x174,
    SB_CHECKSUM_TYPE = 0x175,
    SB_KBYTES_WRITTEN = 0x178,
    SB_USER_QUOTA = 0x240,
    SB_GROUP_QUOTA = 0x244,
    SB_OVERHEAD = 0x248,
    SB_BACKUP_GROUPS = 0x24c,
    SB_PROJECT_QUOTA = 0x26c,
    SB_CHECKSUM_SEED = 0x270,
    SB_ORPHAN_INODE = 0x280,
    SB_CHECKSUM = 0x3fc,
};

/* Offsets in a group descriptor; the upper halves are there from 64 bytes on. */
enum {
    GD_BLOCK_BITMAP_LO = 0x00,
    GD_INODE_BITMAP_LO = 0x04,
    GD_INODE_TABLE_LO = 0x08,
    GD_FREE_BLOCKS_LO = 0x0c,
    GD_FREE_INODES_LO = 0x0e,
    GD_DIRECTORIES_LO = 0x10,
    GD_FLAGS = 0x12,
    GD_BLOCK_BITMAP_SUM_LO = 0x18,
    GD_INODE_BITMAP_SUM_LO = 0x1a,
    GD_UNUSED_INODES_LO = 0x1c,
    GD_CHECKSUM = 0x1e,
    GD_BLOCK_BITMAP_HI = 0x20,
    GD_INODE_BITMAP_HI = 0x24,
    GD_INODE_TABLE_HI = 0x28,
    GD_FREE_BLOCKS_HI = 0x2c,
    GD_FREE_INODES_HI = 0x2e,
    GD_DIRECTORIES_HI = 0x30,
    GD_UNUSED_INODES_HI = 0x32,
    GD_BLOCK_BITMAP_SUM_HI = 0x38,
    GD_INODE_BITMAP_SUM_HI = 0x3a,
};

/* Offsets in a record of a directory. */
enum { DE_INODE = 0, DE_LENGTH = 4, DE_NAME_LEN = 6, DE_TYPE = 7, DE_NAME = 8 };

/* Offsets in an inode. */
enum {
    I_MODE = 0x00,
    I_UID_LO = 0x02,
    I_SIZE_LO = 0x04,
    I_ATIME = 0x08,
    I_CTIME = 0x0c,
    I_MTIME = 0x10,
    I_DTIME = 0x14,
    I_GID_LO = 0x18,
    I_LINKS = 0x1a,
    I_BLOCKS_LO = 0x1c,
    I_FLAGS = 0x20,
    I_VERSION_LO = 0x24,
    I_MAP = 0x28,
    I_GENERATION = 0x64,
    I_XATTR_LO = 0x68,
    I_SIZE_HI = 0x6c,
    I_BLOCKS_HI = 0x74,
    I_XATTR_HI = 0x76,
    I_UID_HI = 0x78,
    I_GID_HI = 0x7a,
    I_CHECKSUM_LO = 0x7c,
    I_EXTRA_SIZE = 0x80,
    I_CHECKSUM_HI = 0x82,
    I_CTIME_EXTRA = 0x84,
    I_MTIME_EXTRA = 0x88,
    I_ATIME_EXTRA = 0x8c,
    I_CRTIME = 0x90,
    I_CRTIME_EXTRA = 0x94,
    I_VERSION_HI = 0x98,
    I_PROJECT = 0x9c,
};

#endif
