/*
 * dm-verity: a tree of hashes over the blocks of a device that is only read, and a block device that returns nothing that
 * the tree does not vouch for. The format is the one of Linux' Documentation/admin-guide/device-mapper/verity.rst,
 * version 1 with a superblock, and SHA-256: the one of `veritysetup format`.
 *
 * The root of the tree is one hash of 32 bytes. Whoever knows it from a place that he trusts (a signature, the command line
 * of a measured boot) can trust every block that is read here, wherever data and tree come from. The superblock is
 * covered by nothing: a changed one makes every block fail, or says the same as before.
 *
 * Data and tree are two devices, which may be the same one at different places, or partitions of one disk. Memory comes
 * from an arena. A structure is used by one thread at a time.
 */
#ifndef NONFS_VERITY_H
#define NONFS_VERITY_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>
#include <nonfs/diagnostic.h>
#include <nonfs/monitor.h>
#include <nonfs/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_VERITY_HASH_LEN     32u   /* bytes of the root hash */
#define NONFS_VERITY_SALT_MAX     256u  /* bytes */
#define NONFS_VERITY_SCRATCH_SIZE 8192u /* bytes of scratch for nonfs_verity_probe */
#define NONFS_VERITY_ARENA_ALIGN  8u    /* bytes */

/* What the superblock says, and where it is. */
struct nonfs_verity_params {
    uint64_t data_blocks; /* of data_block_size, from the start of the data's device; at least 1 */
    uint32_t
        data_block_size; /* bytes: 512, 1024, 2048 or 4096, not below the block size of the data's device */
    uint32_t hash_block_size; /* bytes: the same for the tree */
    uint64_t
        hash_offset; /* bytes from the start of the tree's device to the superblock; a multiple of hash_block_size */
    uint32_t salt_len; /* bytes of salt; 0: none */
    uint8_t salt[NONFS_VERITY_SALT_MAX];
    uint8_t uuid[16]; /* in the order in which it is printed */
};

struct nonfs_verity; /* an open tree; lies in the arena */

/* Bytes of the tree's device, from hash_offset, that superblock and tree take; 0 if the parameters are not valid. */
NONFS_API uint64_t nonfs_verity_hash_size(const struct nonfs_verity_params *params);

/* Bytes of arena for nonfs_verity_format and nonfs_verity_open; 0 if the parameters are not valid. Never above 256 KiB. */
NONFS_API size_t nonfs_verity_arena_size(const struct nonfs_verity_params *params);

/*
 * Reads the data once and writes tree and superblock, in this order: a tree that was not finished has no superblock.
 *
 * data, hash  the devices; if they are the same, the caller sees to it that data and tree do not overlap
 * arena       `arena_size` bytes aligned to NONFS_VERITY_ARENA_ALIGN, used during the call only
 * root        receives the root hash; must not lie in the arena
 * diagnostic  may be NULL; says which block could not be read or written
 *
 * Returns 0 when all is on stable storage; NONFS_E_INVALID for parameters or device tables that are not valid;
 * NONFS_E_RANGE if data or tree do not fit their devices; NONFS_E_READ_ONLY; NONFS_E_NO_MEMORY if the arena is too
 * small; NONFS_E_IO, NONFS_E_GONE. On error `root` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int
nonfs_verity_format(const struct nonfs_verity_params *params, const struct nonfs_block_device *data,
                    const struct nonfs_block_device *hash, void *arena, size_t arena_size,
                    uint8_t root[NONFS_VERITY_HASH_LEN], struct nonfs_diagnostic *diagnostic);

/*
 * Reads the superblock at byte `hash_offset` of `hash`.
 *
 * scratch     NONFS_VERITY_SCRATCH_SIZE bytes, used during the call only
 * diagnostic  may be NULL; says what is wrong after an error
 *
 * Returns 0; NONFS_E_INVALID for a device table that is not valid; NONFS_E_NO_SIGNATURE if there is no superblock;
 * NONFS_E_UNSUPPORTED for another version, hash or block size; NONFS_E_CORRUPT for numbers that cannot be; NONFS_E_IO,
 * NONFS_E_GONE. On error `*params` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_verity_probe(const struct nonfs_block_device *hash,
                                                  uint64_t hash_offset, void *scratch,
                                                  struct nonfs_verity_params *params,
                                                  struct nonfs_diagnostic *diagnostic);

/*
 * Opens a tree; nothing is read yet.
 *
 * verity      receives the open tree, which lies in the arena
 * data, hash  copied; what they point to must live as long as the arena is in use
 * params      from nonfs_verity_probe, or known otherwise; copied
 * root        the root hash that is trusted; copied
 * arena       `arena_size` bytes aligned to NONFS_VERITY_ARENA_ALIGN, in use until the caller forgets the tree
 *
 * Returns 0; NONFS_E_INVALID for parameters or device tables that are not valid; NONFS_E_RANGE if data or tree do not fit
 * their devices; NONFS_E_NO_MEMORY. On error `*verity` is unchanged.
 */
NONFS_API NONFS_MUST_CHECK int
nonfs_verity_open(struct nonfs_verity **verity, const struct nonfs_block_device *data,
                  const struct nonfs_block_device *hash, const struct nonfs_verity_params *params,
                  const uint8_t root[NONFS_VERITY_HASH_LEN], void *arena, size_t arena_size);

/*
 * Reads `nblocks` blocks of the data's block size into `buf`, each of them verified up to the root. Verified blocks of the
 * tree are kept, one a level, so that reading in order hashes each block of the tree once.
 *
 * Returns 0; NONFS_E_RANGE if the blocks are not all below data_blocks; NONFS_E_CHECKSUM if a block of the data or of the
 * tree is not the one that the root vouches for; NONFS_E_IO, NONFS_E_GONE. nonfs_verity_diagnostic() then says which
 * block it was. On error the blocks before it are in `buf` and verified, and the rest of `buf` is zero.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_verity_read(struct nonfs_verity *verity, uint64_t first,
                                                 uint64_t nblocks, void *buf);

/*
 * Fills `*dev` with a read-only block device over the verified data, for example to mount a volume from. A block that does
 * not verify is NONFS_E_IO there. It lives as long as the tree.
 */
NONFS_API void nonfs_verity_device(struct nonfs_verity *verity, struct nonfs_block_device *dev);

/*
 * Lets several threads read at once, from now on: data is asked for at the same time, and verified inside of the monitor, in which blocks of
 * the tree are read, too. `monitor` is not copied. It may be that of the volume on the device, and with nonfs/ext4_fs.h it has to
 * be, so that the diagnostic is looked at inside of it. Only `enter` and `leave` are used. NULL: one thread. Cannot fail.
 */
NONFS_API void nonfs_verity_share(struct nonfs_verity *verity, const struct nonfs_monitor *monitor);

/*
 * What was wrong in the last nonfs_verity_read, or read through the device, that failed: `block` is the number of a block
 * of the data, or of the tree's device in hash_block_size. Never NULL.
 */
NONFS_API const struct nonfs_diagnostic *nonfs_verity_diagnostic(const struct nonfs_verity *verity);

#ifdef __cplusplus
}
#endif

#endif
