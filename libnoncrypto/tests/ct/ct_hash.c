/*
 * Hashes, MACs and key derivation: all input and every key is secret, its length is not. Of Argon2 only Argon2i is here, whose
 * addresses do not depend on the password; those of Argon2id do so by design after the first half of the first pass.
 */
#include <noncrypto/argon2.h>
#include <noncrypto/blake2b.h>
#include <noncrypto/blake3.h>
#include <noncrypto/hkdf.h>
#include <noncrypto/hmac.h>
#include <noncrypto/sha3.h>
#include <stdlib.h>
#include <string.h>

#include "../backends.h"
#include "taint.h"

#define INPUT_LEN 9000

static uint8_t input[INPUT_LEN];
static uint8_t out[4096];

static void secret_input(void)
{
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(i * 7);
    taint(input, sizeof input);
}

static void plain_hashes(size_t len)
{
    noncrypto_sha1(out, input, len);
    noncrypto_sha256(out, input, len);
    noncrypto_sha384(out, input, len);
    noncrypto_sha512(out, input, len);
    noncrypto_sha3_256(out, input, len);
    noncrypto_sha3_384(out, input, len);
    noncrypto_sha3_512(out, input, len);
    noncrypto_shake128(out, sizeof out, input, len);
    noncrypto_shake256(out, sizeof out, input, len);
}

static void blake(size_t len)
{
    struct noncrypto_blake2b blake2b;
    struct noncrypto_blake3 blake3;

    if (noncrypto_blake2b_init(&blake2b, 64, input, 32) != 0)
        abort();
    noncrypto_blake2b_update(&blake2b, input, len);
    noncrypto_blake2b_final(&blake2b, out);

    noncrypto_blake3(out, input, len);
    noncrypto_blake3_init_keyed(&blake3, input);
    noncrypto_blake3_update(&blake3, input, len);
    noncrypto_blake3_final_seek(&blake3, 5, out, sizeof out);
    noncrypto_blake3_init_derive_key(&blake3, "context", 7);
    noncrypto_blake3_update(&blake3, input, len);
    noncrypto_blake3_final(&blake3, out, 32);
}

/* The result of a verification is public; which byte differs is not. */
static void macs(size_t len)
{
    static void (*const inits[])(struct noncrypto_hmac *, const void *, size_t) = {
        noncrypto_hmac_sha1_init,
        noncrypto_hmac_sha256_init,
        noncrypto_hmac_sha384_init,
        noncrypto_hmac_sha512_init,
    };
    struct noncrypto_hmac ctx;

    for (size_t i = 0; i < sizeof inits / sizeof inits[0]; i++) {
        inits[i](&ctx, input, len % 200);
        noncrypto_hmac_update(&ctx, input, len);
        if (noncrypto_hmac_verify(&ctx, input, 20) == 0)
            abort();
        inits[i](&ctx, input, len % 200);
        noncrypto_hmac_final(&ctx, out);
    }
    noncrypto_hmac_sha256(out, input, 32, input, len);
}

static void derivations(void)
{
    uint8_t prk[64];

    noncrypto_hkdf_sha256_extract(prk, input, 16, input, 32);
    if (noncrypto_hkdf_sha256_expand(out, 1000, prk, 32, input, 10) != 0)
        abort();
    noncrypto_hkdf_sha384_extract(prk, input, 16, input, 48);
    if (noncrypto_hkdf_sha384_expand(out, 1000, prk, 48, input, 10) != 0)
        abort();
    noncrypto_hkdf_sha512_extract(prk, input, 16, input, 64);
    if (noncrypto_hkdf_sha512_expand(out, 1000, prk, 64, input, 10) != 0)
        abort();
}

static void passwords(void)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2I, 64, 2, 2};
    const struct noncrypto_argon2_input parts = {
        .password = input,
        .password_len = 20,
        .salt = input + 100,
        .salt_len = 16,
        .secret = input + 200,
        .secret_len = 32,
    };
    size_t size = noncrypto_argon2_memory_size(&params);
    void *memory = malloc(size);

    if (!memory || noncrypto_argon2(out, 64, &params, &parts, memory, size, NULL) != 0)
        abort();
    free(memory);
}

void ct_hash(void);

void ct_hash(void)
{
    static const size_t lens[] = {0, 65, 300, 5000, INPUT_LEN};

    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        secret_input();
        for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
            plain_hashes(lens[i]);
            blake(lens[i]);
            macs(lens[i]);
        }
        derivations();
        passwords();
        untaint(out, sizeof out);
    }
}
