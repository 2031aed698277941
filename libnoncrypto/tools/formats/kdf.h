/*
 * Keys from passphrases and from other keys, as the file formats have them (docs/formats). Argon2id with parameters that
 * stand in the file; BLAKE3 in its key-derivation mode with a constant for each purpose.
 */
#ifndef NONCRYPTO_TOOLS_FORMATS_KDF_H
#define NONCRYPTO_TOOLS_FORMATS_KDF_H

#include <stddef.h>
#include <stdint.h>

#define KDF_KEY_LEN  32
#define KDF_SALT_LEN 16
#define KDF_LEN      (KDF_SALT_LEN + 12) /* bytes in a file: salt, then three numbers of 4 bytes */

/* What is accepted at all, and what is accepted of a file unless its user allows more. */
#define KDF_MEMORY_KIB_MAX   (UINT32_C(16) << 20)
#define KDF_MEMORY_KIB_USUAL (UINT32_C(1) << 20)
#define KDF_PASSES_MAX       1024
#define KDF_PASSES_USUAL     16
#define KDF_LANES_MAX        64

/* What new files get: the second recommendation of RFC 9106 section 4 with four times its memory. */
#define KDF_MEMORY_KIB_DEFAULT (UINT32_C(256) << 10)
#define KDF_PASSES_DEFAULT     3
#define KDF_LANES_DEFAULT      4

struct kdf {
    uint8_t salt[KDF_SALT_LEN];
    uint32_t memory_kib, passes, lanes;
};

/*
 * Reads KDF_LEN bytes. Returns NULL, or in words what is wrong. The parameters are then within the maxima, but may be above
 * what is usual.
 */
const char *kdf_decode(struct kdf *kdf, const uint8_t bytes[KDF_LEN]);
void kdf_encode(uint8_t bytes[KDF_LEN], const struct kdf *kdf);

/* Whether someone who only opens a file should be asked first. */
int kdf_is_expensive(const struct kdf *kdf);

/* Argon2id. Returns NULL, or in words what is wrong: parameters or memory. */
const char *kdf_derive(uint8_t key[KDF_KEY_LEN], const struct kdf *kdf, const void *passphrase,
                       size_t len);

/* One piece of key material. */
struct kdf_part {
    const void *data;
    size_t len;
};

/* BLAKE3 derive_key of the parts one after the other, each of which has a constant length for its purpose. */
void kdf_blake3(uint8_t *out, size_t out_len, const char *purpose, const struct kdf_part *parts,
                size_t count);

#endif
