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

#define EXT4_STATE_CLEAN  0x0001u
#define EXT4_STATE_ERRORS 0x0002u

#define EXT4_SUPER_FLAG_UNSIGNED_HASH 0x0002u

#define EXT4_COMPAT_HAS_JOURNAL   0x0004u
#define EXT4_COMPAT_EXT_ATTR      0x0008u
#define EXT4_COMPAT_RESIZE_INODE  0x0010u
#define EXT4_COMPAT_DIR_INDEX     0x0020u
#define EXT4_COMPAT_SPARSE_SUPER2 0x0200u

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

#define EXT4_RO_SPARSE_SUPER  0x0001u
#define EXT4_RO_LARGE_FILE    0x0002u
#define EXT4_RO_HUGE_FILE     0x0008u
#define EXT4_RO_GDT_CSUM      0x0010u
#define EXT4_RO_DIR_NLINK     0x0020u
#define EXT4_RO_EXTRA_ISIZE   0x0040u
#define EXT4_RO_BIGALLOC      0x0200u
#define EXT4_RO_METADATA_CSUM 0x0400u

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

#define EXT4_DIRENT_HEADER   8u
#define EXT4_DIRENT_MIN      12u
#define EXT4_DIR_TAIL_SIZE   12u
#define EXT4_DIR_TAIL_TYPE   0xdeu
#define EXT4_DX_ROOT_ENTRIES 32u /* offset of the entries in the root block */
#define EXT4_DX_NODE_ENTRIES 8u  /* and in the others */
#define EXT4_DX_ENTRY_SIZE   8u

#define EXT4_XATTR_MAGIC        0xea020000u
#define EXT4_XATTR_INDEX_SYSTEM 7u
#define EXT4_XATTR_ENTRY_SIZE   16u

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
