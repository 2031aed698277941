/*
 * GUID partition tables, UEFI 2.10 section 5.3.
 *
 * A table has two copies: the primary behind block 0, the backup at the end of the disk. Reading verifies both and takes
 * the primary if it is good, else the backup, and says what was wrong with the other. Writing makes the backup durable
 * before it touches the primary, so that at any moment one copy is whole, the old or the new one.
 *
 * A table in memory is a structure that the caller owns, with an array of entries that the caller owns too. Changes are
 * made there, and nothing reaches the disk before nonfs_gpt_write. GUIDs are 16 bytes in the order in which they lie on
 * disk (UEFI appendix A: the first three fields little-endian); nonfs_gpt_guid_parse and nonfs_gpt_guid_format know it.
 *
 * All block numbers are in blocks of the device, and "last" is the last block that belongs to a range. Nothing here keeps
 * a pointer to the device. No frame is above 1 KiB of stack.
 */
#ifndef NONFS_GPT_H
#define NONFS_GPT_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>
#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_GPT_ENTRIES_MIN  128u     /* of a table that is made here: 16 KiB, section 5.3.1 */
#define NONFS_GPT_ENTRIES_MAX  1024u    /* of a table that is read or made here */
#define NONFS_GPT_NAME_UNITS   36u      /* UTF-16 code units of a name */
#define NONFS_GPT_NAME_SIZE    109u     /* bytes of every name in UTF-8, with its NUL */
#define NONFS_GPT_GUID_SIZE    37u      /* bytes of a GUID as text, with its NUL */
#define NONFS_GPT_SCRATCH_SIZE 4096u    /* bytes of scratch for reading and writing */
#define NONFS_GPT_ALIGNMENT    1048576u /* bytes: where partitions start by custom */

/* Attributes that every type of partition has, section 5.3.3; bits 48 to 63 are the type's own. */
#define NONFS_GPT_REQUIRED    1u /* the platform needs it */
#define NONFS_GPT_NO_BLOCK_IO 2u /* firmware must not offer it */
#define NONFS_GPT_LEGACY_BOOT 4u /* a legacy BIOS may boot from it */

/* One partition. An entry is unused if its type is all zero. */
struct nonfs_gpt_entry {
    uint8_t type[16];
    uint8_t guid[16]; /* of this partition alone */
    uint64_t first;
    uint64_t last;
    uint64_t attributes;
    uint16_t name[NONFS_GPT_NAME_UNITS]; /* ends at the first 0, if there is one */
};

/* A table in memory. The caller sets `entries` and `capacity` before the first call; the rest is read-only for it. */
struct nonfs_gpt {
    struct nonfs_gpt_entry *entries; /* entries[i] is partition i + 1 */
    uint32_t capacity;               /* entries there is room for */
    uint32_t entry_count;            /* entries of the table, used or not */
    uint32_t entry_size;             /* bytes of one on disk: 128 times a power of two */
    uint32_t block_size;             /* bytes */
    uint64_t block_count;            /* of the disk that the table fits */
    uint64_t first_usable;           /* where partitions may lie */
    uint64_t last_usable;
    uint64_t entries_first; /* first block of the primary's entries; 2 on most disks */
    uint8_t disk_guid[16];
};

enum nonfs_gpt_source { NONFS_GPT_PRIMARY, NONFS_GPT_BACKUP };

/* What reading found. A copy that is good has the result 0 and no reason. */
struct nonfs_gpt_report {
    enum nonfs_gpt_source source; /* the copy that was taken */
    int primary; /* 0, or an error as nonfs_gpt_read would return it for this copy alone */
    int backup;
    int mbr; /* 0, or NONFS_E_CORRUPT: block 0 does not protect the disk from old programs */
    int backup_not_last;        /* 1: the disk has grown, the backup is not in its last block */
    const char *primary_reason; /* constant English text; NULL where the result says it all */
    const char *backup_reason;
};

/*
 * Reads the table of `dev`. Of each copy everything is verified: both checksums, its own place and that of the other,
 * that header, entries and partitions lie inside the disk and do not overlap, and sizes. A backup that is good by itself
 * but says something other than a good primary has the result NONFS_E_CORRUPT in the report.
 *
 * gpt      `entries` and `capacity` set; NONFS_GPT_ENTRIES_MIN entries fit most disks, NONFS_GPT_ENTRIES_MAX every one
 * scratch  NONFS_GPT_SCRATCH_SIZE bytes, used during the call only
 * report   filled whatever is returned, unless that is NONFS_E_INVALID; nonfs_gpt_write repairs what it complains of
 *
 * Returns 0 if one copy is good. Else the error of the primary, or that of the backup if the primary is not there at all:
 * NONFS_E_NO_SIGNATURE if there is no table; NONFS_E_CHECKSUM, NONFS_E_CORRUPT; NONFS_E_UNSUPPORTED for another revision,
 * entries larger than a block, or more than NONFS_GPT_ENTRIES_MAX of them; NONFS_E_NO_SPACE if `capacity` is too small
 * (`gpt->entry_count` is the number needed); NONFS_E_IO, NONFS_E_GONE. NONFS_E_INVALID for a wrong device table. On error
 * the entries have no particular content.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_read(struct nonfs_gpt *gpt,
                                              const struct nonfs_block_device *dev, void *scratch,
                                              struct nonfs_gpt_report *report);

/*
 * Makes an empty table for `dev` in memory.
 *
 * gpt          `entries` and `capacity` set
 * disk_guid    16 bytes, from a source of random numbers; RFC 9562 says which bits of a version 4 GUID are fixed
 * entry_count  NONFS_GPT_ENTRIES_MIN to NONFS_GPT_ENTRIES_MAX
 *
 * Returns 0; NONFS_E_INVALID for a wrong device table or number; NONFS_E_NO_SPACE if `capacity` is below entry_count;
 * NONFS_E_RANGE if the disk is too small to hold a table and one block. On error only the entries may have changed.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_create(struct nonfs_gpt *gpt,
                                                const struct nonfs_block_device *dev,
                                                const uint8_t disk_guid[16], uint32_t entry_count);

/*
 * Adds a partition to the table in memory.
 *
 * entry   what to add; type and GUID must not be all zero
 * index   receives the place of the new entry, the first that was unused
 *
 * Returns 0; NONFS_E_INVALID if type or GUID are zero, if another partition has this GUID, or if `first` is behind `last`;
 * NONFS_E_RANGE if it is not inside the usable blocks or overlaps another partition; NONFS_E_NO_SPACE if every entry is
 * used. On error nothing changes.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_add(struct nonfs_gpt *gpt,
                                             const struct nonfs_gpt_entry *entry, uint32_t *index);

/*
 * Makes entries[index] unused. Returns 0; NONFS_E_NOT_FOUND if it is not used or does not exist.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_delete(struct nonfs_gpt *gpt, uint32_t index);

/*
 * Finds room for a partition.
 *
 * nblocks    blocks that it needs; 0: as many as there are, in the largest gap
 * alignment  blocks: what the first block must be a multiple of; a power of two, 0 means NONFS_GPT_ALIGNMENT in bytes
 *
 * `*first` and `*last` receive the first range that is large enough, or the largest one. Returns 0; NONFS_E_NO_SPACE if
 * there is none; NONFS_E_INVALID if `alignment` is no power of two. On error nothing changes.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_find_space(const struct nonfs_gpt *gpt, uint64_t nblocks,
                                                    uint64_t alignment, uint64_t *first,
                                                    uint64_t *last);

/* Replace the boot code and the records of block 0, which are kept otherwise if they protect the disk. */
#define NONFS_GPT_NEW_MBR 1u

/*
 * Writes both copies of the table, and block 0 where it does not protect the disk. The backup goes to the last block of
 * the device whatever the size was when the table was made; if the disk has grown, what was gained becomes usable.
 *
 * scratch  NONFS_GPT_SCRATCH_SIZE bytes, used during the call only
 * flags    NONFS_GPT_NEW_MBR or 0
 *
 * Returns 0 when all is on stable storage; NONFS_E_INVALID for a wrong device table or one of another block size, or if
 * the table is not as these functions leave it; NONFS_E_READ_ONLY; NONFS_E_RANGE if a partition does not fit the device
 * any more; NONFS_E_IO, NONFS_E_GONE. After an error of the device at least one copy is whole.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_write(struct nonfs_gpt *gpt,
                                               const struct nonfs_block_device *dev, void *scratch,
                                               unsigned flags);

/*
 * The name of a partition in UTF-8, NUL-terminated. A surrogate that has no partner becomes U+FFFD. Returns the length
 * without the NUL, which is less than NONFS_GPT_NAME_SIZE.
 */
NONFS_API size_t nonfs_gpt_name_format(const uint16_t name[NONFS_GPT_NAME_UNITS],
                                       char text[NONFS_GPT_NAME_SIZE]);

/*
 * A name from UTF-8 of `len` bytes. Returns 0; NONFS_E_INVALID if it is not valid UTF-8 or holds a NUL;
 * NONFS_E_NAME_TOO_LONG above NONFS_GPT_NAME_UNITS code units. On error `name` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_name_parse(uint16_t name[NONFS_GPT_NAME_UNITS],
                                                    const char *text, size_t len);

/* A GUID as text in upper-case, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B" and a NUL. */
NONFS_API void nonfs_gpt_guid_format(const uint8_t guid[16], char text[NONFS_GPT_GUID_SIZE]);

/*
 * A GUID from that text, in either case. Returns 0, or NONFS_E_INVALID if it is not of this form; then `guid` is
 * unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_gpt_guid_parse(uint8_t guid[16], const char *text, size_t len);

#ifdef __cplusplus
}
#endif

#endif
