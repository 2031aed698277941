/*
 * Constants of the journal on disk: Linux, Documentation/filesystems/ext4/journal.rst. All numbers are big-endian.
 */
#ifndef NONFS_JBD2_FORMAT_H
#define NONFS_JBD2_FORMAT_H

#define JBD2_MAGIC      0xc03b3998u
#define JBD2_BLOCK_MIN  1024u /* bytes of the superblock */
#define JBD2_LEN_MIN    1024u /* blocks of the smallest journal that Linux accepts */
#define JBD2_FC_DEFAULT 256u  /* blocks of the fast-commit area where the superblock says 0 */

/* Types of blocks. */
#define JBD2_DESCRIPTOR 1u
#define JBD2_COMMIT     2u
#define JBD2_SUPER_V1   3u
#define JBD2_SUPER_V2   4u
#define JBD2_REVOKE     5u

#define JBD2_COMPAT_CHECKSUM       0x01u
#define JBD2_INCOMPAT_REVOKE       0x01u
#define JBD2_INCOMPAT_64BIT        0x02u
#define JBD2_INCOMPAT_ASYNC_COMMIT 0x04u
#define JBD2_INCOMPAT_CSUM_V2      0x08u
#define JBD2_INCOMPAT_CSUM_V3      0x10u
#define JBD2_INCOMPAT_FAST_COMMIT  0x20u

#define JBD2_TAG_ESCAPED   1u
#define JBD2_TAG_SAME_UUID 2u
#define JBD2_TAG_LAST      8u

#define JBD2_CHECKSUM_CRC32  1u
#define JBD2_CHECKSUM_CRC32C 4u

#define JBD2_HEADER_SIZE        12u
#define JBD2_TAIL_SIZE          4u  /* the checksum at the end of descriptor and revoke blocks */
#define JBD2_REVOKE_HEADER_SIZE 16u /* header, and the number of bytes in use */
#define JBD2_TAG_UUID_SIZE      16u

/* Every block of the log but those of content starts so. */
enum { JH_MAGIC = 0, JH_TYPE = 4, JH_SEQUENCE = 8 };

enum {
    JS_BLOCK_SIZE = 0x0c,
    JS_LEN = 0x10,
    JS_FIRST = 0x14,
    JS_SEQUENCE = 0x18,
    JS_START = 0x1c,
    JS_ERRNO = 0x20,
    JS_COMPAT = 0x24,
    JS_INCOMPAT = 0x28,
    JS_UUID = 0x30,
    JS_CHECKSUM_TYPE = 0x50,
    JS_FC_BLOCKS = 0x54,
    JS_HEAD = 0x58,
    JS_CHECKSUM = 0xfc,
};

enum {
    JC_CHECKSUM_TYPE = 0x0c,
    JC_CHECKSUM_SIZE = 0x0d,
    JC_CHECKSUM = 0x10,
    JC_SECONDS = 0x30,
    JC_NANOSECONDS = 0x38
};

enum { JR_USED = 0x0c };

#endif
