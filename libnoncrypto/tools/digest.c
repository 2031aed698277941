#include "digest.h"

#include <string.h>

/* The three functions of an algorithm whose output has one length. */
#define FIXED(name)                                                                    \
    static void name##_init(struct digest *d)                                          \
    {                                                                                  \
        noncrypto_##name##_init(&d->u.name);                                           \
    }                                                                                  \
    static void name##_update(struct digest *d, const void *data, size_t len)          \
    {                                                                                  \
        noncrypto_##name##_update(&d->u.name, data, len);                              \
    }                                                                                  \
    static void name##_output(struct digest *d, uint64_t at, uint8_t *out, size_t len) \
    {                                                                                  \
        (void)at;                                                                      \
        (void)len;                                                                     \
        noncrypto_##name##_final(&d->u.name, out);                                     \
    }

FIXED(sha1)
FIXED(sha256)
FIXED(sha384)
FIXED(sha512)
FIXED(sha3_256)
FIXED(sha3_384)
FIXED(sha3_512)

static void blake3_init(struct digest *d)
{
    noncrypto_blake3_init(&d->u.blake3);
}

static void blake3_update(struct digest *d, const void *data, size_t len)
{
    noncrypto_blake3_update(&d->u.blake3, data, len);
}

static void blake3_output(struct digest *d, uint64_t at, uint8_t *out, size_t len)
{
    noncrypto_blake3_final_seek(&d->u.blake3, at, out, len);
}

static void shake128_init(struct digest *d)
{
    noncrypto_shake128_init(&d->u.shake);
}

static void shake256_init(struct digest *d)
{
    noncrypto_shake256_init(&d->u.shake);
}

static void shake_update(struct digest *d, const void *data, size_t len)
{
    noncrypto_shake_absorb(&d->u.shake, data, len);
}

static void shake_output(struct digest *d, uint64_t at, uint8_t *out, size_t len)
{
    (void)at; /* the sponge knows where it is */
    noncrypto_shake_squeeze(&d->u.shake, out, len);
}

const struct digest_algorithm digest_algorithms[DIGEST_ALGORITHMS] = {
    {"blake3", 32, 1, blake3_init, blake3_update, blake3_output},
    {"sha1", 20, 0, sha1_init, sha1_update, sha1_output},
    {"sha256", 32, 0, sha256_init, sha256_update, sha256_output},
    {"sha384", 48, 0, sha384_init, sha384_update, sha384_output},
    {"sha512", 64, 0, sha512_init, sha512_update, sha512_output},
    {"sha3-256", 32, 0, sha3_256_init, sha3_256_update, sha3_256_output},
    {"sha3-384", 48, 0, sha3_384_init, sha3_384_update, sha3_384_output},
    {"sha3-512", 64, 0, sha3_512_init, sha3_512_update, sha3_512_output},
    {"shake128", 32, 1, shake128_init, shake_update, shake_output},
    {"shake256", 64, 1, shake256_init, shake_update, shake_output},
};

const struct digest_algorithm *digest_find(const char *name)
{
    for (size_t i = 0; i < DIGEST_ALGORITHMS; i++)
        if (strcmp(digest_algorithms[i].name, name) == 0)
            return &digest_algorithms[i];
    return NULL;
}

void digest_init(struct digest *digest, const struct digest_algorithm *algorithm)
{
    digest->algorithm = algorithm;
    algorithm->init(digest);
}

void digest_update(struct digest *digest, const void *data, size_t len)
{
    digest->algorithm->update(digest, data, len);
}

void digest_final(struct digest *digest, uint8_t *out, size_t len)
{
    digest->algorithm->output(digest, 0, out, len);
}
