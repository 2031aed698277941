/*
 * A file system in memory for the VFS layer (nonfs/fs.h), whose content is encrypted where it lies.
 *
 * Memory is taken in pages, and everything counts against one limit: content, tables, names, inodes. Content of files,
 * targets of symbolic links and names are sealed by a cipher that the embedder hands in; the library has none of its own. Clear
 * are a file's size, times, kind, mode, links and which pages it has; of a name the keyed hash, and whether it is above 62 bytes.
 *
 * Plaintext is never kept: a call that needs a part of a page opens it in a clear page, and wipes that before it returns.
 * Whole pages are sealed from and opened into the caller's buffer. There is one clear page for each thread that may be inside, and
 * between calls none holds anything. What is given back is overwritten with zeros.
 *
 * Nothing outlives the memory, or the key.
 */
#ifndef NONFS_RAM_FS_H
#define NONFS_RAM_FS_H

#include <nonfs/fs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONFS_RAM_FS_PAGE_SIZE   4096u      /* bytes */
#define NONFS_RAM_FS_PAGES_MAX   (1u << 26) /* pages_max */
#define NONFS_RAM_FS_INODES_MAX  (1u << 24) /* inodes_max */
#define NONFS_RAM_FS_WORKERS_MAX 64u
#define NONFS_RAM_FS_CHUNK_SIZE  (64u * NONFS_RAM_FS_PAGE_SIZE) /* bytes of one piece of memory */
#define NONFS_RAM_FS_ARENA_ALIGN 16u
#define NONFS_RAM_FS_TAG_SIZE    16u /* bytes */

/*
 * What is sealed: bytes of an inode. No two calls of `seal` for one file system get the same generation, also not for different
 * inodes or parts, so it makes a nonce; with the inode and the part in it, or authenticated beside it, a page that was put
 * in another's place is refused.
 */
struct nonfs_ram_fs_id {
    uint64_t inode;
    uint64_t part; /* number of a page of a file; of a name, its place in the directory */
    uint64_t generation;
};

struct nonfs_ram_fs_cipher {
    /* Encrypts `len` bytes (a page, or a name of 64 or 256). `out` may be `in`. On error `out` and `tag` are unchanged. */
    int (*seal)(void *context, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
                void *out, uint8_t tag[NONFS_RAM_FS_TAG_SIZE]);
    /* Decrypts. An error, best NONFS_E_CHECKSUM, if that is not what was sealed: then `out` holds nothing of it. */
    int (*open)(void *context, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
                const uint8_t tag[NONFS_RAM_FS_TAG_SIZE], void *out);
    /* A keyed hash, so that the hash of a name says nothing to who has no key. */
    uint64_t (*hash)(void *context, const void *bytes, size_t len);
    void *context;
};

struct nonfs_ram_fs_config {
    uint32_t pages_max;  /* the limit of it all: 16 to NONFS_RAM_FS_PAGES_MAX; no file is larger */
    uint32_t inodes_max; /* 1 to NONFS_RAM_FS_INODES_MAX */
    /* Threads inside at once, 1 to NONFS_RAM_FS_WORKERS_MAX: more are refused with NONFS_E_BUSY. */
    uint32_t workers;
    /* NULL: everything is stored as it is. Copied. */
    const struct nonfs_ram_fs_cipher *cipher;
    /* For more than one thread, whose locks the VFS layer has as well: number 0 of these is taken innermost. NULL for one thread. Copied. */
    const struct nonfs_locks *locks;
    /* The time, nanoseconds since 1970 UTC. NULL: it is always 0. */
    int64_t (*now)(void *context);
    /*
     * Gives NONFS_RAM_FS_CHUNK_SIZE bytes with the alignment of the arena, as the file system grows, or NULL if there are none; and
     * takes each of them back at the end. NULL: all of the memory lies in the arena.
     */
    void *(*more)(void *context);
    void (*less)(void *context, void *chunk);
    void *context; /* of these three */
};

/* Bytes of arena; 0 if the configuration is not valid, or the number does not fit a size_t. */
NONFS_API size_t nonfs_ram_fs_arena_size(const struct nonfs_ram_fs_config *config);

/*
 * Makes an empty file system.
 *
 * fs     receives it; it lies at the start of the arena
 * arena  `arena_size` bytes aligned to NONFS_RAM_FS_ARENA_ALIGN, the file system's until nonfs_ram_fs_destroy
 *
 * Returns 0; NONFS_E_INVALID for a configuration or alignment that is not valid; NONFS_E_NO_MEMORY if the arena is too small
 * or `more` gave none.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_ram_fs_create(struct nonfs_fs **fs,
                                                   const struct nonfs_ram_fs_config *config,
                                                   void *arena, size_t arena_size);

/* Wipes all that was stored, and gives the memory back. It is not mounted any more. */
NONFS_API void nonfs_ram_fs_destroy(struct nonfs_fs *fs);

#ifdef __cplusplus
}
#endif

#endif
