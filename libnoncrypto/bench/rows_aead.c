/* Authenticated encryption with ChaCha20, and the generator built on it. */
#include "peers.h"
#include "rows.h"

#include <noncrypto/aead.h>
#include <noncrypto/csprng.h>
#include <noncrypto/siphash.h>

#include <string.h>

#define TAG_LEN NONCRYPTO_CHACHA20_POLY1305_TAG_LEN

static const uint8_t *const key = bench_bytes, *const nonce = bench_bytes + 64;
static struct noncrypto_csprng rng;

static void chacha20_seal(size_t len)
{
    bench_must(noncrypto_chacha20_poly1305_seal(bench_out, bench_out + len, bench_in, len,
                                                bench_bytes, 16, nonce, key) == 0,
               "seal");
}

static void xchacha20_seal(size_t len)
{
    bench_must(noncrypto_xchacha20_poly1305_seal(bench_out, bench_out + len, bench_in, len,
                                                 bench_bytes, 16, nonce, key) == 0,
               "seal");
}

static void chacha20_open(size_t len)
{
    static uint8_t sealed[BENCH_LEN_MAX], tag[TAG_LEN];
    static size_t sealed_len;

    if (sealed_len != len) {
        chacha20_seal(len);
        memcpy(sealed, bench_out, len);
        memcpy(tag, bench_out + len, sizeof tag);
        sealed_len = len;
    }
    bench_must(noncrypto_chacha20_poly1305_open(bench_out, sealed, len, tag, bench_bytes, 16, nonce,
                                                key) == 0,
               "open");
}

static void xchacha20_open(size_t len)
{
    static uint8_t sealed[BENCH_LEN_MAX], tag[TAG_LEN];
    static size_t sealed_len;

    if (sealed_len != len) {
        xchacha20_seal(len);
        memcpy(sealed, bench_out, len);
        memcpy(tag, bench_out + len, sizeof tag);
        sealed_len = len;
    }
    bench_must(noncrypto_xchacha20_poly1305_open(bench_out, sealed, len, tag, bench_bytes, 16,
                                                 nonce, key) == 0,
               "open");
}

static void siphash(size_t len)
{
    uint64_t hash = noncrypto_siphash(bench_in, len, bench_bytes);
    memcpy(bench_out, &hash, sizeof hash);
}

static int generator_prepare(void)
{
    return noncrypto_csprng_init(&rng, bench_bytes, NONCRYPTO_CSPRNG_SEED_MIN);
}

static void generate(size_t len)
{
    bench_must(noncrypto_csprng_generate(&rng, bench_out, len) == 0, "random generator");
}

/* The best public implementations of the XChaCha20 and ChaCha20 constructions beside libsodium and OpenSSL, with AVX2. */
#define XCHACHA20_BARS                                                                        \
    {                                                                                         \
        [BENCH_PORTABLE] = {BENCH_SODIUM, {97. / 135, 312. / 938, 340. / 1210, 340. / 1330}}, \
        [BENCH_AVX2] = {BENCH_SODIUM, {182. / 135, 1140. / 938, 1570. / 1210, 1893. / 1330}}, \
        [BENCH_ALL] = {BENCH_SODIUM, {182. / 135, 1140. / 938, 1570. / 1210, 1893. / 1330}},  \
    }
#define CHACHA20_BARS                                                                \
    {                                                                                \
        [BENCH_AVX2] = {BENCH_OPENSSL, {316. / 140, 1380. / 1040, 1600. / 1510, 1}}, \
        [BENCH_ALL] = {BENCH_OPENSSL, {316. / 140, 1380. / 1040, 1600. / 1510, 1}},  \
    }

static const struct bench_row rows[] = {
    {
        .name = "XChaCha20-Poly1305 seal",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = xchacha20_seal,
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_xchacha20_poly1305_seal)},
        .bar = XCHACHA20_BARS,
    },
    {
        .name = "XChaCha20-Poly1305 open",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = xchacha20_open,
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_xchacha20_poly1305_open)},
        .bar = XCHACHA20_BARS,
    },
    {
        .name = "ChaCha20-Poly1305 seal",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = chacha20_seal,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_chacha20_poly1305_seal),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_chacha20_poly1305_seal)},
        .bar = CHACHA20_BARS,
    },
    {
        .name = "ChaCha20-Poly1305 open",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = chacha20_open,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_chacha20_poly1305_open),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_chacha20_poly1305_open)},
        .bar = CHACHA20_BARS,
    },
    {
        .name = "SipHash-2-4",
        .lengths = BENCH_EACH_SIZE,
        .run = {[BENCH_OURS] = siphash, [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_siphash)},
    },
    {
        .name = "random generator",
        .lengths = BENCH_EACH_SIZE,
        .prepare = generator_prepare,
        .run = {[BENCH_OURS] = generate, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_random)},
    },
};

const struct bench_group bench_rows_aead = {rows, sizeof rows / sizeof rows[0]};
