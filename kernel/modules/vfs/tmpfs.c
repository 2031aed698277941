/*
 * Pages and names are sealed by XChaCha20-Poly1305: its nonce of 24 bytes is just what libnonfs names a page by, and never used
 * twice, so nothing has to be drawn or stored for it; and a page that was changed in memory, or put in another's
 * place, is refused instead of read. Names are found by SipHash under a second key. Both keys are random, made at the start of
 * this module and gone with it.
 */
#include "tmpfs.h"

#include <stdlib.h>

#include <noncrypto/aead.h>
#include <noncrypto/memory.h>
#include <noncrypto/siphash.h>
#include <nonos/runtime.h>

#include "tree.h"

struct tmp_keys {
    uint8_t seal[NONCRYPTO_CHACHA20_POLY1305_KEY_LEN];
    uint8_t name[NONCRYPTO_SIPHASH_KEY_LEN];
};

static struct tmp_keys keys;

_Static_assert(sizeof(struct nonfs_ram_fs_id) == NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN,
               "a page's name is a nonce");
_Static_assert(NONFS_RAM_FS_TAG_SIZE == NONCRYPTO_CHACHA20_POLY1305_TAG_LEN, "tags");

static int page_seal(void *context, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
                     void *out, uint8_t tag[NONFS_RAM_FS_TAG_SIZE])
{
    const struct tmp_keys *k = context;
    return noncrypto_xchacha20_poly1305_seal(out, tag, in, len, NULL, 0, (const uint8_t *)id,
                                             k->seal) == 0
               ? 0
               : NONFS_E_INVALID;
}

static int page_open(void *context, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
                     const uint8_t tag[NONFS_RAM_FS_TAG_SIZE], void *out)
{
    const struct tmp_keys *k = context;
    return noncrypto_xchacha20_poly1305_open(out, in, len, tag, NULL, 0, (const uint8_t *)id,
                                             k->seal) == 0
               ? 0
               : NONFS_E_CHECKSUM;
}

static uint64_t name_hash(void *context, const void *bytes, size_t len)
{
    const struct tmp_keys *k = context;
    return noncrypto_siphash(bytes, len, k->name);
}

static int64_t wall_clock(void *context)
{
    (void)context;
    return (int64_t)nonos_time_wall();
}

static void *chunk_take(void *context)
{
    (void)context;
    return malloc(NONFS_RAM_FS_CHUNK_SIZE); /* aligned for everything */
}

static void chunk_give(void *context, void *chunk)
{
    (void)context;
    free(chunk);
}

int tmpfs_create(uint64_t bytes, uint32_t inodes, uint32_t threads, const struct nonfs_locks *lock,
                 struct nonfs_fs **fs)
{
    static const struct nonfs_ram_fs_cipher cipher = {page_seal, page_open, name_hash, &keys};
    struct nonfs_ram_fs_config config = {
        .pages_max = (uint32_t)(bytes / NONFS_RAM_FS_PAGE_SIZE),
        .inodes_max = inodes,
        .workers = threads,
        .cipher = &cipher,
        .locks = lock,
        .now = wall_clock,
        .more = chunk_take,
        .less = chunk_give,
    };
    int r = nonos_random(&keys, sizeof(keys));
    if (r < 0)
        return r;
    size_t size = nonfs_ram_fs_arena_size(&config);
    void *arena = malloc(size);
    if (!arena)
        return NONOS_E_NO_MEMORY;
    r = tree_result(nonfs_ram_fs_create(fs, &config, arena, size));
    if (r < 0)
        free(arena);
    return r;
}

void tmpfs_destroy(struct nonfs_fs *fs)
{
    noncrypto_wipe(&keys, sizeof(keys));
    nonfs_ram_fs_destroy(fs);
    free(fs); /* the arena, at whose start it lies */
}
