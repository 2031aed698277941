/* A cipher for RAM file systems in tests: libnoncrypto's, as the vfs module uses it, with keys that a test may change. */
#ifndef NONFS_TESTS_RAM_CIPHER_H
#define NONFS_TESTS_RAM_CIPHER_H

#include <noncrypto/aead.h>
#include <noncrypto/siphash.h>
#include <nonfs/ram_fs.h>

static uint8_t ram_cipher_key[32] = {1, 2, 3};

static inline int ram_cipher_seal(void *context, const struct nonfs_ram_fs_id *id, const void *in,
                                  size_t len, void *out, uint8_t tag[NONFS_RAM_FS_TAG_SIZE])
{
    (void)context;
    return noncrypto_xchacha20_poly1305_seal(out, tag, in, len, NULL, 0, (const uint8_t *)id,
                                             ram_cipher_key) == 0
               ? 0
               : NONFS_E_INVALID;
}

static inline int ram_cipher_open(void *context, const struct nonfs_ram_fs_id *id, const void *in,
                                  size_t len, const uint8_t tag[NONFS_RAM_FS_TAG_SIZE], void *out)
{
    (void)context;
    return noncrypto_xchacha20_poly1305_open(out, in, len, tag, NULL, 0, (const uint8_t *)id,
                                             ram_cipher_key) == 0
               ? 0
               : NONFS_E_CHECKSUM;
}

static inline uint64_t ram_cipher_hash(void *context, const void *bytes, size_t len)
{
    (void)context;
    return noncrypto_siphash(bytes, len, ram_cipher_key);
}

static const struct nonfs_ram_fs_cipher ram_cipher = {ram_cipher_seal, ram_cipher_open,
                                                      ram_cipher_hash, NULL};

#endif
