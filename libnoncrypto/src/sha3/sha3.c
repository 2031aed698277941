/*
 * The sponge (FIPS 202 section 4). Invariant between calls: `at` < `rate` while absorbing, and `at` <= `rate` while
 * squeezing, so that a block is permuted only when a byte of the next one is wanted.
 */
#include <noncrypto/sha3.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "sha3/keccak.h"
#include "stack_wipe.h"

/* The domain separation of section 6 and the first bit of the padding pad10*1, in a byte. */
#define SUFFIX_SHA3  0x06
#define SUFFIX_SHAKE 0x1f

static void init(struct noncrypto_shake *s, unsigned rate)
{
    memset(s->state, 0, sizeof s->state);
    s->rate = (uint8_t)rate;
    s->at = 0;
    s->squeezing = 0;
}

static inline void add_byte(struct noncrypto_shake *s, size_t at, uint8_t byte)
{
    s->state[at / 8] ^= (uint64_t)byte << (at % 8 * 8);
}

static inline uint8_t get_byte(const struct noncrypto_shake *s, size_t at)
{
    return (uint8_t)(s->state[at / 8] >> (at % 8 * 8));
}

/* Adds `len` bytes at `at`, all within the block. Every rate is whole lanes. */
static void add_bytes(struct noncrypto_shake *s, size_t at, const uint8_t *data, size_t len)
{
    for (; len > 0 && at % 8 != 0; len--)
        add_byte(s, at++, *data++);
    for (; len >= 8; len -= 8, at += 8, data += 8)
        s->state[at / 8] ^= load_le64(data);
    for (; len > 0; len--)
        add_byte(s, at++, *data++);
}

static void get_bytes(const struct noncrypto_shake *s, size_t at, uint8_t *out, size_t len)
{
    for (; len > 0 && at % 8 != 0; len--)
        *out++ = get_byte(s, at++);
    for (; len >= 8; len -= 8, at += 8, out += 8)
        store_le64(out, s->state[at / 8]);
    for (; len > 0; len--)
        *out++ = get_byte(s, at++);
}

static void absorb(struct noncrypto_shake *s, const uint8_t *data, size_t len)
{
    while (len > 0) {
        size_t take = (size_t)s->rate - s->at;
        if (take > len)
            take = len;
        add_bytes(s, s->at, data, take);
        s->at = (uint8_t)(s->at + take);
        data += take;
        len -= take;
        if (s->at == s->rate) {
            noncrypto_keccak_f1600(s->state);
            s->at = 0;
        }
    }
}

static void pad(struct noncrypto_shake *s, uint8_t suffix)
{
    add_byte(s, s->at, suffix);
    add_byte(s, s->rate - 1u, 0x80);
    s->at = s->rate;
    s->squeezing = 1;
}

STACK_WIPED static void squeeze(struct noncrypto_shake *s, uint8_t *out, size_t len)
{
    while (len > 0) {
        if (s->at == s->rate) {
            noncrypto_keccak_f1600(s->state);
            s->at = 0;
        }
        size_t take = (size_t)s->rate - s->at;
        if (take > len)
            take = len;
        get_bytes(s, s->at, out, take);
        s->at = (uint8_t)(s->at + take);
        out += take;
        len -= take;
    }
}

/* Permutations leave on the stack the state after the last round but one, from which everything follows. */
static void final(struct noncrypto_shake *s, uint8_t *out, size_t out_len)
{
    pad(s, SUFFIX_SHA3);
    squeeze(s, out, out_len);
    noncrypto_wipe(s, sizeof *s);
    STACK_WIPE(512);
}

/* The four functions of one hash: the capacity is twice the output. */
#define DEFINE_SHA3(name, out_len)                                                             \
    void noncrypto_##name##_init(struct noncrypto_##name *ctx)                                 \
    {                                                                                          \
        init(&ctx->sponge, 200 - 2 * (out_len));                                               \
    }                                                                                          \
    void noncrypto_##name##_update(struct noncrypto_##name *ctx, const void *data, size_t len) \
    {                                                                                          \
        absorb(&ctx->sponge, data, len);                                                       \
    }                                                                                          \
    void noncrypto_##name##_final(struct noncrypto_##name *ctx, uint8_t out[out_len])          \
    {                                                                                          \
        final(&ctx->sponge, out, out_len);                                                     \
    }                                                                                          \
    void noncrypto_##name(uint8_t out[out_len], const void *data, size_t len)                  \
    {                                                                                          \
        struct noncrypto_##name ctx;                                                           \
        noncrypto_##name##_init(&ctx);                                                         \
        noncrypto_##name##_update(&ctx, data, len);                                            \
        noncrypto_##name##_final(&ctx, out);                                                   \
    }

DEFINE_SHA3(sha3_256, NONCRYPTO_SHA3_256_LEN)
DEFINE_SHA3(sha3_384, NONCRYPTO_SHA3_384_LEN)
DEFINE_SHA3(sha3_512, NONCRYPTO_SHA3_512_LEN)

void noncrypto_shake128_init(struct noncrypto_shake *ctx)
{
    init(ctx, NONCRYPTO_SHAKE128_BLOCK);
}

void noncrypto_shake256_init(struct noncrypto_shake *ctx)
{
    init(ctx, NONCRYPTO_SHAKE256_BLOCK);
}

void noncrypto_shake_absorb(struct noncrypto_shake *ctx, const void *data, size_t len)
{
    /* A context that squeezes may stand at the end of a block. */
    if (len > 0 && ctx->at == ctx->rate)
        ctx->at = 0;
    absorb(ctx, data, len);
}

void noncrypto_shake_squeeze(struct noncrypto_shake *ctx, void *out, size_t len)
{
    if (!ctx->squeezing)
        pad(ctx, SUFFIX_SHAKE);
    squeeze(ctx, out, len);
}

void noncrypto_shake128(void *out, size_t out_len, const void *data, size_t len)
{
    struct noncrypto_shake ctx;

    noncrypto_shake128_init(&ctx);
    noncrypto_shake_absorb(&ctx, data, len);
    noncrypto_shake_squeeze(&ctx, out, out_len);
    noncrypto_wipe(&ctx, sizeof ctx);
    STACK_WIPE(512);
}

void noncrypto_shake256(void *out, size_t out_len, const void *data, size_t len)
{
    struct noncrypto_shake ctx;

    noncrypto_shake256_init(&ctx);
    noncrypto_shake_absorb(&ctx, data, len);
    noncrypto_shake_squeeze(&ctx, out, out_len);
    noncrypto_wipe(&ctx, sizeof ctx);
    STACK_WIPE(512);
}
