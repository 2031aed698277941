#include "kdf.h"

#include <stdlib.h>
#include <string.h>

#include <noncrypto/argon2.h>
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

#include "bytes.h"

const char *kdf_decode(struct kdf *kdf, const uint8_t bytes[KDF_LEN])
{
    memcpy(kdf->salt, bytes, KDF_SALT_LEN);
    kdf->memory_kib = load_le32(bytes + KDF_SALT_LEN);
    kdf->passes = load_le32(bytes + KDF_SALT_LEN + 4);
    kdf->lanes = load_le32(bytes + KDF_SALT_LEN + 8);
    if (kdf->lanes < 1 || kdf->lanes > KDF_LANES_MAX || kdf->passes < 1 ||
        kdf->passes > KDF_PASSES_MAX || kdf->memory_kib < 8 * kdf->lanes ||
        kdf->memory_kib > KDF_MEMORY_KIB_MAX)
        return "its passphrase parameters are out of range";
    return NULL;
}

void kdf_encode(uint8_t bytes[KDF_LEN], const struct kdf *kdf)
{
    memcpy(bytes, kdf->salt, KDF_SALT_LEN);
    store_le32(bytes + KDF_SALT_LEN, kdf->memory_kib);
    store_le32(bytes + KDF_SALT_LEN + 4, kdf->passes);
    store_le32(bytes + KDF_SALT_LEN + 8, kdf->lanes);
}

int kdf_is_expensive(const struct kdf *kdf)
{
    return kdf->memory_kib > KDF_MEMORY_KIB_USUAL || kdf->passes > KDF_PASSES_USUAL;
}

const char *kdf_derive(uint8_t key[KDF_KEY_LEN], const struct kdf *kdf, const void *passphrase,
                       size_t len)
{
    const struct noncrypto_argon2_params params = {.type = NONCRYPTO_ARGON2ID,
                                                   .memory_kib = kdf->memory_kib,
                                                   .passes = kdf->passes,
                                                   .lanes = kdf->lanes};
    const struct noncrypto_argon2_input input = {.password = passphrase,
                                                 .password_len = len,
                                                 .salt = kdf->salt,
                                                 .salt_len = sizeof kdf->salt};
    size_t size = noncrypto_argon2_memory_size(&params);
    void *memory = size > 0 ? malloc(size) : NULL;

    if (!memory)
        return "there is not enough memory for its passphrase parameters";
    int result = noncrypto_argon2(key, KDF_KEY_LEN, &params, &input, memory, size, NULL);
    free(memory);
    return result == 0 ? NULL : noncrypto_strerror(result);
}

void kdf_blake3(uint8_t *out, size_t out_len, const char *purpose, const struct kdf_part *parts,
                size_t count)
{
    struct noncrypto_blake3 ctx;

    noncrypto_blake3_init_derive_key(&ctx, purpose, strlen(purpose));
    for (size_t i = 0; i < count; i++)
        noncrypto_blake3_update(&ctx, parts[i].data, parts[i].len);
    noncrypto_blake3_final(&ctx, out, out_len);
    noncrypto_wipe(&ctx, sizeof ctx);
}
