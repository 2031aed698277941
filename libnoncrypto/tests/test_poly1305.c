#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/poly1305.h>

#include "poly1305/blocks32.h"
#include "poly1305/poly1305_private.h"
#include "rfc8439_texts.h"

/* RFC 8439 section 2.5.2 and appendix A.3, test vectors 1 to 11. */
static const struct {
    const char *key, *text, *hex, *tag;
} vectors[] = {
    {"85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
     "Cryptographic Forum Research Group", NULL, "a8061dc1305136c6c22b8baf0c0127a9"},
    {"0000000000000000000000000000000000000000000000000000000000000000", NULL,
     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000",
     "00000000000000000000000000000000"},
    {"0000000000000000000000000000000036e5f6b5c5e06070f0efca96227a863e", RFC8439_IETF, NULL,
     "36e5f6b5c5e06070f0efca96227a863e"},
    {"36e5f6b5c5e06070f0efca96227a863e00000000000000000000000000000000", RFC8439_IETF, NULL,
     "f3477e7cd95417af89a6b8794c310cf0"},
    {"1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0", RFC8439_JABBERWOCKY, NULL,
     "4541669a7eaaee61e708dc7cbcc5eb62"},
    {"0200000000000000000000000000000000000000000000000000000000000000", NULL,
     "ffffffffffffffffffffffffffffffff", "03000000000000000000000000000000"},
    {"02000000000000000000000000000000ffffffffffffffffffffffffffffffff", NULL,
     "02000000000000000000000000000000", "03000000000000000000000000000000"},
    {"0100000000000000000000000000000000000000000000000000000000000000", NULL,
     "fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff110000000000000000000000"
     "00000000",
     "05000000000000000000000000000000"},
    {"0100000000000000000000000000000000000000000000000000000000000000", NULL,
     "fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe010101010101010101010101"
     "01010101",
     "00000000000000000000000000000000"},
    {"0200000000000000000000000000000000000000000000000000000000000000", NULL,
     "fdffffffffffffffffffffffffffffff", "faffffffffffffffffffffffffffffff"},
    {"0100000000000000040000000000000000000000000000000000000000000000", NULL,
     "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000000000000000000000000000"
     "0000000001000000000000000000000000000000",
     "14000000000000005500000000000000"},
    {"0100000000000000040000000000000000000000000000000000000000000000", NULL,
     "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000000000000000000000000000"
     "00000000",
     "13000000000000000000000000000000"},
};
#define NVECTORS (sizeof vectors / sizeof vectors[0])

static const uint32_t back_ends[] = {0, NONCRYPTO_CPU_SSE, NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2};
#define NBACK_ENDS (sizeof back_ends / sizeof back_ends[0])

static void use_back_end(size_t i)
{
    noncrypto_cpu_set_features(noncrypto_cpu_detect() & back_ends[i]);
}

START_TEST(tags_are_those_of_the_rfc)
{
    uint8_t key[32], message[512], expected[16], tag[16];
    size_t len;
    check_unhex(key, sizeof key, vectors[_i].key);
    check_unhex(expected, sizeof expected, vectors[_i].tag);
    if (vectors[_i].text) {
        len = strlen(vectors[_i].text);
        memcpy(message, vectors[_i].text, len);
    } else {
        len = check_unhex(message, sizeof message, vectors[_i].hex);
    }
    for (size_t b = 0; b < NBACK_ENDS; b++) {
        use_back_end(b);
        noncrypto_poly1305(tag, message, len, key);
        ck_assert_mem_eq(tag, expected, sizeof tag);
    }
}
END_TEST

/* The definition on 17-byte numbers in base 256: slow, and nothing in common with the library. */
static void poly1305_by_definition(uint8_t tag[16], const uint8_t *data, size_t len,
                                   const uint8_t key[32])
{
    uint32_t r[17] = {0}, h[17] = {0};
    for (int i = 0; i < 16; i++)
        r[i] = key[i] & (i % 4 == 3 ? 15 : i % 4 == 0 && i > 0 ? 252 : 255);
    for (size_t at = 0; at < len; at += 16) {
        size_t take = len - at < 16 ? len - at : 16;
        uint32_t c[17] = {0}, product[17], carry = 0;
        for (size_t i = 0; i < take; i++)
            c[i] = data[at + i];
        c[take] = 1;
        for (int i = 0; i < 17; i++) {
            carry += h[i] + c[i];
            h[i] = carry & 255;
            carry >>= 8;
        }
        /* 2^136 = 320 modulo 2^130 - 5. */
        for (int i = 0; i < 17; i++) {
            product[i] = 0;
            for (int j = 0; j < 17; j++)
                product[i] += h[j] * (j <= i ? r[i - j] : 320 * r[i + 17 - j]);
        }
        carry = 0;
        for (int i = 0; i < 16; i++) {
            carry += product[i];
            h[i] = carry & 255;
            carry >>= 8;
        }
        carry += product[16];
        h[16] = carry & 3;
        carry = 5 * (carry >> 2);
        for (int i = 0; i < 17; i++) {
            carry += h[i];
            h[i] = carry & 255;
            carry >>= 8;
        }
    }
    uint32_t g[17], carry = 5;
    for (int i = 0; i < 17; i++) {
        carry += h[i];
        g[i] = carry & 255;
        carry >>= 8;
    }
    int reduce = g[16] >= 4;
    carry = 0;
    for (int i = 0; i < 16; i++) {
        carry += (reduce ? g[i] : h[i]) + key[16 + i];
        tag[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

#define LEN_MAX 1100

/* What carries as far as it can: all ones, zeros, numbers just round the modulus, and random bytes. */
static void fill(uint8_t *p, size_t len, int pattern, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t random = (uint8_t)check_random(seed);
        if (pattern == 0)
            p[i] = 0xff;
        else if (pattern == 1)
            p[i] = i % 16 == 0 ? (uint8_t)(0xf8 + random % 8) : 0xff;
        else if (pattern == 2)
            p[i] = random & 1 ? 0xff : 0;
        else
            p[i] = random;
    }
}

START_TEST(back_ends_agree_with_the_definition_on_every_length)
{
    static uint8_t data[LEN_MAX + 15];
    uint64_t seed = check_seed();
    for (size_t len = 0; len <= LEN_MAX; len++) {
        int pattern = (int)((len + (size_t)_i) % 4);
        uint8_t key[32], expected[16], tag[16];
        size_t shift = check_random(&seed) % 16;
        fill(key, sizeof key, _i, &seed);
        fill(data + shift, len, pattern, &seed);
        poly1305_by_definition(expected, data + shift, len, key);
        for (size_t b = 0; b < NBACK_ENDS; b++) {
            use_back_end(b);
            noncrypto_poly1305(tag, data + shift, len, key);
            ck_assert_msg(memcmp(tag, expected, 16) == 0,
                          "length %zu, pattern %d, key %d, back end %zu, seed %llu", len, pattern,
                          _i, b, (unsigned long long)check_seed());
        }
    }
}
END_TEST

/* What 32-bit machines take and what 64-bit machines take, from states that other code has left, and back. */
START_TEST(limbs_of_any_width_agree)
{
    static uint8_t data[16 * 68];
    uint64_t seed = check_seed();
    for (int round = 0; round < 400; round++) {
        uint64_t h[3] = {0, 0, 0}, g[3], f[3];
        uint8_t key[32];
        struct noncrypto_poly1305 ctx, other, third;
        size_t nblocks = 1 + (size_t)round % 68;
        fill(key, sizeof key, _i, &seed);
        fill(data, sizeof data, round % 4, &seed);
        noncrypto_poly1305_init(&ctx, key);
        other = third = ctx;
        noncrypto_poly1305_blocks(h, ctx.r, data, (size_t)round % 5, 1);
        memcpy(g, h, sizeof g);
        memcpy(f, h, sizeof f);
        noncrypto_poly1305_blocks(h, ctx.r, data, nblocks, (uint32_t)round & 1);
        noncrypto_poly1305_blocks_c(f, ctx.r, data, nblocks, (uint32_t)round & 1);
        poly1305_blocks32(g, ctx.r, data, nblocks, (uint32_t)round & 1);
        memcpy(ctx.h, h, sizeof h);
        memcpy(other.h, g, sizeof g);
        memcpy(third.h, f, sizeof f);
        uint8_t tag[16], tag32[16], tag_c[16];
        noncrypto_poly1305_final(&ctx, tag);
        noncrypto_poly1305_final(&third, tag_c);
        ck_assert_mem_eq(tag_c, tag, sizeof tag);
        noncrypto_poly1305_final(&other, tag32);
        ck_assert_mem_eq(tag32, tag, sizeof tag);
    }
}
END_TEST

START_TEST(a_message_may_be_cut_anywhere)
{
    static uint8_t data[LEN_MAX];
    uint64_t seed = check_seed();
    for (int round = 0; round < 300; round++) {
        struct noncrypto_poly1305 ctx;
        uint8_t key[32], whole[16], cut[16];
        fill(key, sizeof key, 3, &seed);
        fill(data, sizeof data, round % 4, &seed);
        size_t len = check_random(&seed) % LEN_MAX;
        use_back_end((size_t)round % NBACK_ENDS);
        noncrypto_poly1305(whole, data, len, key);
        noncrypto_poly1305_init(&ctx, key);
        for (size_t at = 0; at < len;) {
            size_t take = check_random(&seed) % (round % 2 ? 400 : 20);
            if (take > len - at)
                take = len - at;
            noncrypto_poly1305_update(&ctx, data + at, take);
            at += take;
        }
        noncrypto_poly1305_final(&ctx, cut);
        ck_assert_mem_eq(cut, whole, sizeof whole);
    }
}
END_TEST

START_TEST(the_last_tag_erases_the_context)
{
    static const struct noncrypto_poly1305 zeros;
    uint8_t key[32] = {1, 2, 3}, tag[16];
    struct noncrypto_poly1305 ctx;
    noncrypto_poly1305_init(&ctx, key);
    noncrypto_poly1305_update(&ctx, key, sizeof key);
    noncrypto_poly1305_final(&ctx, tag);
    ck_assert_mem_eq(&ctx, &zeros, sizeof ctx);
}
END_TEST

START_TEST(the_tag_may_lie_in_the_message_or_the_key)
{
    uint8_t message[48] = "a message of forty-eight bytes, or nearly so.", key[32] = {7};
    uint8_t tag[16], copy[48];
    memcpy(copy, message, sizeof copy);
    noncrypto_poly1305(tag, message, sizeof message, key);
    noncrypto_poly1305(copy + 16, copy, sizeof copy, key);
    ck_assert_mem_eq(copy + 16, tag, sizeof tag);
    noncrypto_poly1305(key + 8, message, sizeof message, key);
    ck_assert_mem_eq(key + 8, tag, sizeof tag);
}
END_TEST

static Suite *poly1305_suite(void)
{
    Suite *suite = suite_create("noncrypto poly1305");
    TCase *tc = tcase_create("poly1305");
    tcase_add_loop_test(tc, tags_are_those_of_the_rfc, 0, NVECTORS);
    tcase_add_loop_test(tc, back_ends_agree_with_the_definition_on_every_length, 0, 4);
    tcase_add_loop_test(tc, limbs_of_any_width_agree, 0, 4);
    tcase_add_test(tc, a_message_may_be_cut_anywhere);
    tcase_add_test(tc, the_last_tag_erases_the_context);
    tcase_add_test(tc, the_tag_may_lie_in_the_message_or_the_key);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(poly1305_suite)
