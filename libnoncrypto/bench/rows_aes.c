/* AES and its modes. */
#include "peers.h"
#include "rows.h"

#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/cmac.h>

#include <string.h>

static const uint8_t *const key = bench_bytes, *const nonce = bench_bytes + 64;
static struct noncrypto_aes aes_128;
static struct noncrypto_aes_gcm gcm_128, gcm_256;
static struct noncrypto_aes_ctr ctr_128, ctr_256;

static int prepare(void)
{
    if (noncrypto_aes_init(&aes_128, key, 16) != 0 ||
        noncrypto_aes_gcm_init(&gcm_128, key, 16) != 0 ||
        noncrypto_aes_gcm_init(&gcm_256, key, 32) != 0 ||
        noncrypto_aes_ctr_init(&ctr_128, key, 16, nonce) != 0)
        return -1;
    return noncrypto_aes_ctr_init(&ctr_256, key, 32, nonce);
}

static void gcm_seal(const struct noncrypto_aes_gcm *gcm, size_t len)
{
    bench_must(noncrypto_aes_gcm_seal(gcm, bench_out, bench_out + len, 16, bench_in, len,
                                      bench_bytes, 16, nonce, 12) == 0,
               "AES-GCM");
}

static void aes_128_gcm(size_t len)
{
    gcm_seal(&gcm_128, len);
}

static void aes_256_gcm(size_t len)
{
    gcm_seal(&gcm_256, len);
}

static void aes_256_gcm_open(size_t len)
{
    static uint8_t sealed[BENCH_LEN_MAX], tag[16];
    static size_t sealed_len;

    if (sealed_len != len) {
        gcm_seal(&gcm_256, len);
        memcpy(sealed, bench_out, len);
        memcpy(tag, bench_out + len, sizeof tag);
        sealed_len = len;
    }
    bench_must(noncrypto_aes_gcm_open(&gcm_256, bench_out, tag, 16, sealed, len, bench_bytes, 16,
                                      nonce, 12) == 0,
               "AES-GCM open");
}

static void aes_128_ctr(size_t len)
{
    noncrypto_aes_ctr_xor(&ctr_128, bench_out, bench_in, len);
}

static void aes_256_ctr(size_t len)
{
    noncrypto_aes_ctr_xor(&ctr_256, bench_out, bench_in, len);
}

static void aes_128_ccm(size_t len)
{
    bench_must(noncrypto_aes_ccm_seal(&aes_128, bench_out, bench_out + len, 8, bench_in, len,
                                      bench_bytes, 16, nonce, 12) == 0,
               "AES-CCM");
}

static void aes_128_cmac(size_t len)
{
    bench_must(noncrypto_cmac(bench_out, key, 16, bench_in, len) == 0, "CMAC");
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
/* At 64 KiB AWS-LC, without VAES, stood so to libsodium. */
#define GCM_BARS                                                \
    {                                                           \
        [BENCH_AVX2] = {BENCH_SODIUM, {1, 1, 1, 4690. / 4400}}, \
        [BENCH_ALL] = {BENCH_SODIUM, {1, 1, 1, 4690. / 4400}},  \
    }
/* A relay cell of Tor has 509 bytes of payload. */
#define CTR_LENGTHS                    \
    {                                  \
        509, 1024, 4096, BENCH_LEN_MAX \
    }

static const struct bench_row rows[] = {
    {
        .name = "AES-128-GCM seal",
        .lengths = BENCH_EACH_SIZE,
        .prepare = prepare,
        .run =
            {[BENCH_OURS] = aes_128_gcm, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_aes_128_gcm)},
        .bar = BARS,
    },
    {
        .name = "AES-256-GCM seal",
        .lengths = BENCH_EACH_SIZE,
        .prepare = prepare,
        .run = {[BENCH_OURS] = aes_256_gcm,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_aes_256_gcm),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_aes_256_gcm)},
        .bar = GCM_BARS,
    },
    {
        .name = "AES-256-GCM open",
        .lengths = BENCH_EACH_SIZE,
        .prepare = prepare,
        .run = {[BENCH_OURS] = aes_256_gcm_open,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_aes_256_gcm_open),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_aes_256_gcm_open)},
        .bar = GCM_BARS,
    },
    {
        .name = "AES-128-CTR",
        .lengths = CTR_LENGTHS,
        .prepare = prepare,
        .run =
            {[BENCH_OURS] = aes_128_ctr, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_aes_128_ctr)},
        .bar = BARS,
    },
    {
        .name = "AES-256-CTR",
        .lengths = CTR_LENGTHS,
        .prepare = prepare,
        .run =
            {[BENCH_OURS] = aes_256_ctr, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_aes_256_ctr)},
        .bar = BARS,
    },
    {
        .name = "AES-128-CCM seal",
        .lengths = BENCH_EACH_SIZE,
        .prepare = prepare,
        .run =
            {[BENCH_OURS] = aes_128_ccm, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_aes_128_ccm)},
        .bar = BARS,
    },
    {
        .name = "AES-128-CMAC",
        .lengths = BENCH_EACH_SIZE,
        .prepare = prepare,
        .run =
            {[BENCH_OURS] = aes_128_cmac, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_aes_128_cmac)},
        .bar = BARS,
    },
};

const struct bench_group bench_rows_aes = {rows, sizeof rows / sizeof rows[0]};
