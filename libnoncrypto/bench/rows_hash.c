/* Hashes. */
#include "peers.h"
#include "rows.h"

#include <noncrypto/blake2b.h>
#include <noncrypto/blake3.h>
#include <noncrypto/hmac.h>
#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>
#include <noncrypto/sha3.h>

static void blake3(size_t len)
{
    noncrypto_blake3(bench_out, bench_in, len);
}

static void sha3_256(size_t len)
{
    noncrypto_sha3_256(bench_out, bench_in, len);
}

static void sha256(size_t len)
{
    noncrypto_sha256(bench_out, bench_in, len);
}

static void sha512(size_t len)
{
    noncrypto_sha512(bench_out, bench_in, len);
}

static void sha1(size_t len)
{
    noncrypto_sha1(bench_out, bench_in, len);
}

static void hmac_sha256(size_t len)
{
    noncrypto_hmac_sha256(bench_out, bench_bytes, 32, bench_in, len);
}

static void blake2b(size_t len)
{
    struct noncrypto_blake2b ctx;

    bench_must(noncrypto_blake2b_init(&ctx, 64, NULL, 0) == 0, "BLAKE2b");
    noncrypto_blake2b_update(&ctx, bench_in, len);
    noncrypto_blake2b_final(&ctx, bench_out);
}

#define AS_FAST_AS(side) \
    {                    \
        (side),          \
        {                \
            1, 1, 1, 1   \
        }                \
    }
#define BARS                                                                        \
    {                                                                               \
        [BENCH_AVX2] = AS_FAST_AS(BENCH_BEST), [BENCH_ALL] = AS_FAST_AS(BENCH_BEST) \
    }

static const struct bench_row rows[] = {
    {
        .name = "BLAKE3",
        .lengths = BENCH_EACH_SIZE,
        .other = "the official C and assembler",
        .run = {[BENCH_OURS] = blake3, [BENCH_OTHER] = BENCH_OF_BLAKE3(official_blake3)},
        .bar = {[BENCH_PORTABLE] = {BENCH_OTHER, {0, 0, 0, 640. / 3190}},
                [BENCH_AVX2] = AS_FAST_AS(BENCH_OTHER),
                [BENCH_ALL] = AS_FAST_AS(BENCH_OTHER)},
    },
    {
        .name = "BLAKE2b-512",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = blake2b,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_blake2b),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_blake2b)},
    },
    {
        .name = "SHA3-256",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = sha3_256, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_sha3_256)},
        .bar = BARS,
    },
    {
        .name = "SHA-256",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = sha256,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_sha256),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_sha256)},
        .bar = BARS,
    },
    {
        .name = "SHA-512",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = sha512,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_sha512),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_sha512)},
        .bar = BARS,
    },
    {
        .name = "SHA-1",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = sha1, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_sha1)},
        .bar = BARS,
    },
    {
        .name = "HMAC-SHA-256",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = hmac_sha256,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_hmac_sha256),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_hmac_sha256)},
        .bar = BARS,
    },
};

const struct bench_group bench_rows_hash = {rows, sizeof rows / sizeof rows[0]};
