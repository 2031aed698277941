#include <check_main.h>

#include <noncrypto/chacha20.h>
#include <noncrypto/cpu.h>

#include "chacha20/chacha20.h"
#include "rfc8439_texts.h"

/* Each set of instructions for which there is a back end; what the processor lacks, the library drops. */
static const uint32_t back_ends[] = {0, NONCRYPTO_CPU_SSE, NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2};
#define NBACK_ENDS (sizeof back_ends / sizeof back_ends[0])

static void use_back_end(size_t i)
{
    noncrypto_cpu_set_features(noncrypto_cpu_detect() & back_ends[i]);
}

/* RFC 8439 section 2.3.2, and appendix A.1 test vectors 1 to 5. */
static const struct {
    const char *key;
    uint32_t tail[4]; /* counter, nonce */
    const char *block;
} chacha20_vectors[] = {
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     {1, 0x09000000, 0x4a000000, 0},
     "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
     "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"},
    {"0000000000000000000000000000000000000000000000000000000000000000",
     {0, 0, 0, 0},
     "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
     "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"},
    {"0000000000000000000000000000000000000000000000000000000000000000",
     {1, 0, 0, 0},
     "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
     "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"},
    {"0000000000000000000000000000000000000000000000000000000000000001",
     {1, 0, 0, 0},
     "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
     "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0"},
    {"00ff000000000000000000000000000000000000000000000000000000000000",
     {2, 0, 0, 0},
     "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
     "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096"},
    {"0000000000000000000000000000000000000000000000000000000000000000",
     {0, 0, 0, 0x02000000},
     "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
     "8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d"},
};
#define NCHACHA20 (sizeof chacha20_vectors / sizeof chacha20_vectors[0])

START_TEST(blocks_are_those_of_the_rfc)
{
    uint8_t key[32], expected[64], out[64] = {0};
    uint32_t input[16];
    check_unhex(key, sizeof key, chacha20_vectors[_i].key);
    check_unhex(expected, sizeof expected, chacha20_vectors[_i].block);
    noncrypto_chacha20_setup(input, key, chacha20_vectors[_i].tail);
    noncrypto_chacha20_xor_blocks(input, out, out, 1);
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

/* RFC 8439 section 2.4.2 and appendix A.2. */
static const struct {
    const char *key, *nonce, *plaintext, *ciphertext;
    uint32_t counter;
} stream_vectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     NULL,
     "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03f"
     "b8d84a376a43b8f41518a11cc387b669b2ee6586",
     0},
    {"0000000000000000000000000000000000000000000000000000000000000001", "000000000000000000000002",
     RFC8439_IETF,
     "a3fbf07df3fa2fde4f376ca23e82737041605d9f4f4f57bd8cff2c1d4b7955ec2a97948bd3722915c8f3d337"
     "f7d370050e9e96d647b7c39f56e031ca5eb6250d4042e02785ececfa4b4bb5e8ead0440e20b6e8db09d881a7"
     "c6132f420e52795042bdfa7773d8a9051447b3291ce1411c680465552aa6c405b7764d5e87bea85ad00f8449"
     "ed8f72d0d662ab052691ca66424bc86d2df80ea41f43abf937d3259dc4b2d0dfb48a6c9139ddd7f76966e928"
     "e635553ba76c5c879d7b35d49eb2e62b0871cdac638939e25e8a1e0ef9d5280fa8ca328b351c3c765989cbcf"
     "3daa8b6ccc3aaf9f3979c92b3720fc88dc95ed84a1be059c6499b9fda236e7e818b04b0bc39c1e876b193bfe"
     "5569753f88128cc08aaa9b63d1a16f80ef2554d7189c411f5869ca52c5b83fa36ff216b9c1d30062bebcfd2d"
     "c5bce0911934fda79a86f6e698ced759c3ff9b6477338f3da4f9cd8514ea9982ccafb341b2384dd902f3d1ab"
     "7ac61dd29c6f21ba5b862f3730e37cfdc4fd806c22f221",
     1},
    {"1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0", "000000000000000000000002",
     RFC8439_JABBERWOCKY,
     "62e6347f95ed87a45ffae7426f27a1df5fb69110044c0d73118effa95b01e5cf166d3df2d721caf9b21e5fb1"
     "4c616871fd84c54f9d65b283196c7fe4f60553ebf39c6402c42234e32a356b3e764312a61a5532055716ead6"
     "962568f87d3f3f7704c6a8d1bcd1bf4d50d6154b6da731b187b58dfd728afa36757a797ac188d1",
     42},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "000000000000004a00000000",
     RFC8439_SUNSCREEN,
     "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dab"
     "cd62b3571639d624e65152ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806"
     "818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d",
     1},
};
#define NSTREAM (sizeof stream_vectors / sizeof stream_vectors[0])

START_TEST(streams_are_those_of_the_rfc)
{
    uint8_t key[32], nonce[12], text[512] = {0}, expected[512];
    struct noncrypto_chacha20 ctx;
    check_unhex(key, sizeof key, stream_vectors[_i].key);
    check_unhex(nonce, sizeof nonce, stream_vectors[_i].nonce);
    size_t len = check_unhex(expected, sizeof expected, stream_vectors[_i].ciphertext);
    if (stream_vectors[_i].plaintext) {
        ck_assert_uint_eq(strlen(stream_vectors[_i].plaintext), len);
        memcpy(text, stream_vectors[_i].plaintext, len);
    }
    for (size_t b = 0; b < NBACK_ENDS; b++) {
        uint8_t out[512];
        use_back_end(b);
        noncrypto_chacha20_init(&ctx, key, nonce, stream_vectors[_i].counter);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, text, len), 0);
        ck_assert_mem_eq(out, expected, len);
    }
}
END_TEST

/* RFC 8439 section 2.6.2 and appendix A.4: block 0 gives the key of Poly1305. */
static const struct {
    const char *key, *nonce, *poly1305_key;
} key_generation_vectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"},
    {"0000000000000000000000000000000000000000000000000000000000000001", "000000000000000000000002",
     "ecfa254f845f647473d3cb140da9e87606cb33066c447b87bc2666dde3fbb739"},
    {"1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0", "000000000000000000000002",
     "965e3bc6f9ec7ed9560808f4d229f94b137ff275ca9b3fcbdd59deaad23310ae"},
    {"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "000000000001020304050607",
     "8ad5a08b905f81cc815040274ab29471a833b637e3fd0da508dbb8e2fdd1a646"},
};
#define NKEY_GENERATION (sizeof key_generation_vectors / sizeof key_generation_vectors[0])

START_TEST(authenticator_keys_are_those_of_the_rfc)
{
    uint8_t key[32], nonce[12], expected[32], out[32] = {0};
    struct noncrypto_chacha20 ctx;
    check_unhex(key, sizeof key, key_generation_vectors[_i].key);
    check_unhex(nonce, sizeof nonce, key_generation_vectors[_i].nonce);
    check_unhex(expected, sizeof expected, key_generation_vectors[_i].poly1305_key);
    noncrypto_chacha20_init(&ctx, key, nonce, 0);
    ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, out, sizeof out), 0);
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

/* draft-irtf-cfrg-xchacha-03 section 2.2.1. */
START_TEST(hchacha20_is_that_of_the_draft)
{
    uint8_t key[32], nonce[16], expected[32];
    check_unhex(nonce, sizeof nonce, "000000090000004a0000000031415927");
    check_unhex(expected, sizeof expected,
                "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    noncrypto_hchacha20(key, key, nonce);
    ck_assert_mem_eq(key, expected, sizeof expected);
}
END_TEST

/* draft-irtf-cfrg-xchacha-03 appendix A.3.2. */
START_TEST(xchacha20_is_that_of_the_draft)
{
    static const char plaintext[] = XCHACHA_DHOLE;
    uint8_t key[32], nonce[24], expected[512], out[512];
    struct noncrypto_chacha20 ctx;
    size_t len = check_unhex(expected, sizeof expected,
                             "4559abba4e48c16102e8bb2c05e6947f50a786de162f9b0b7e592a9b53d0d4e9"
                             "8d8d6410d540a1a6375b26d80dace4fab52384c731acbf16a5923c0c48d3575d"
                             "4d0d2c673b666faa731061277701093a6bf7a158a8864292a41c48e3a9b4c0da"
                             "ece0f8d98d0d7e05b37a307bbb66333164ec9e1b24ea0d6c3ffddcec4f68e744"
                             "3056193a03c810e11344ca06d8ed8a2bfb1e8d48cfa6bc0eb4e2464b74814240"
                             "7c9f431aee769960e15ba8b96890466ef2457599852385c661f752ce20f9da0c"
                             "09ab6b19df74e76a95967446f8d0fd415e7bee2a12a114c20eb5292ae7a349ae"
                             "577820d5520a1f3fb62a17ce6a7e68fa7c79111d8860920bc048ef43fe84486c"
                             "cb87c25f0ae045f0cce1e7989a9aa220a28bdd4827e751a24a6d5c62d790a663"
                             "93b93111c1a55dd7421a10184974c7c5");
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(0x80 + i);
    for (size_t i = 0; i < sizeof nonce; i++)
        nonce[i] = (uint8_t)(0x40 + i);
    nonce[23] = 0x58;
    ck_assert_uint_eq(len, sizeof plaintext - 1);
    noncrypto_xchacha20_init(&ctx, key, nonce, 0);
    ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, (const uint8_t *)plaintext, len), 0);
    ck_assert_mem_eq(out, expected, len);
}
END_TEST

static void fill(uint8_t *p, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)check_random(seed);
}

#define LEN_MAX 1300

/* In place and not, at each alignment, with a counter that carries into its upper half somewhere. */
START_TEST(back_ends_agree_on_every_number_of_blocks)
{
    static uint8_t in[64 * 41 + 32], out[64 * 41 + 32], expected[64 * 41];
    uint8_t key[32];
    uint64_t seed = check_seed();
    fill(in, sizeof in, &seed);
    for (size_t nblocks = 0; nblocks <= 41; nblocks++)
        for (size_t shift = 0; shift < 32; shift += 1 + nblocks % 7) {
            const uint32_t tail[4] = {UINT32_MAX - (uint32_t)(check_random(&seed) % 40), 5, 6, 7};
            uint32_t reference[16], input[16];
            fill(key, sizeof key, &seed);
            noncrypto_chacha20_setup(reference, key, tail);
            noncrypto_chacha20_xor_blocks_c(reference, expected, in + shift, nblocks);
            for (size_t b = 0; b < NBACK_ENDS; b++) {
                use_back_end(b);
                noncrypto_chacha20_setup(input, key, tail);
                memset(out, 0x5a, sizeof out);
                noncrypto_chacha20_xor_blocks(input, out + (31 - shift), in + shift, nblocks);
                ck_assert_mem_eq(out + (31 - shift), expected, 64 * nblocks);
                ck_assert_uint_eq(out[31 - shift + 64 * nblocks], 0x5a);
                ck_assert_mem_eq(input, reference, sizeof input);
                noncrypto_chacha20_setup(input, key, tail);
                memcpy(out + shift, in + shift, 64 * nblocks);
                noncrypto_chacha20_xor_blocks(input, out + shift, out + shift, nblocks);
                ck_assert_mem_eq(out + shift, expected, 64 * nblocks);
            }
        }
}
END_TEST

START_TEST(a_message_may_be_cut_anywhere)
{
    static uint8_t in[LEN_MAX], whole[LEN_MAX], cut[LEN_MAX];
    uint8_t key[32], nonce[12];
    uint64_t seed = check_seed();
    struct noncrypto_chacha20 ctx;
    fill(in, sizeof in, &seed);
    for (int round = 0; round < 200; round++) {
        fill(key, sizeof key, &seed);
        fill(nonce, sizeof nonce, &seed);
        use_back_end((size_t)round % NBACK_ENDS);
        noncrypto_chacha20_init(&ctx, key, nonce, 3);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, whole, in, sizeof in), 0);
        noncrypto_chacha20_seek(&ctx, 3);
        for (size_t at = 0; at < sizeof in;) {
            size_t take = check_random(&seed) % (round % 2 ? 700 : 70);
            if (take > sizeof in - at)
                take = sizeof in - at;
            ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, cut + at, in + at, take), 0);
            at += take;
        }
        ck_assert_mem_eq(cut, whole, sizeof whole);
    }
}
END_TEST

START_TEST(seeking_finds_every_block)
{
    static uint8_t whole[64 * 20], part[64];
    const uint8_t key[32] = {9}, nonce[24] = {8};
    struct noncrypto_chacha20 ctx;
    noncrypto_xchacha20_init(&ctx, key, nonce, 100);
    ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, whole, whole, sizeof whole), 0);
    for (uint32_t block = 20; block-- > 0;) {
        size_t len = 1 + block * 3;
        memset(part, 0, sizeof part);
        noncrypto_chacha20_seek(&ctx, 100 + block);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, part, part, len), 0);
        ck_assert_mem_eq(part, whole + 64 * (size_t)block, len);
    }
}
END_TEST

START_TEST(the_stream_ends_after_block_2_to_the_32)
{
    const uint8_t key[32] = {1}, nonce[12] = {2};
    uint8_t out[192] = {0}, expected[128] = {0};
    uint32_t input[16];
    const uint32_t tail[4] = {UINT32_MAX - 1, 2, 0, 0};
    noncrypto_chacha20_setup(input, key, tail);
    noncrypto_chacha20_xor_blocks_c(input, expected, expected, 2);
    for (size_t b = 0; b < NBACK_ENDS; b++) {
        struct noncrypto_chacha20 ctx, before;
        use_back_end(b);
        memset(out, 0, sizeof out);
        noncrypto_chacha20_init(&ctx, key, nonce, UINT32_MAX - 1);
        before = ctx;
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, out, 129), NONCRYPTO_E_INVALID);
        ck_assert_mem_eq(&ctx, &before, sizeof ctx);
        ck_assert_uint_eq(out[0], 0);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, out, 100), 0);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out + 100, out + 100, 29),
                         NONCRYPTO_E_INVALID);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out + 100, out + 100, 28), 0);
        ck_assert_mem_eq(out, expected, sizeof expected);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, out, 1), NONCRYPTO_E_INVALID);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, out, 0), 0);
        /* And back: the carry of the counter has not touched the nonce. */
        memset(out, 0, sizeof out);
        noncrypto_chacha20_seek(&ctx, UINT32_MAX - 1);
        ck_assert_int_eq(noncrypto_chacha20_xor(&ctx, out, out, 128), 0);
        ck_assert_mem_eq(out, expected, sizeof expected);
    }
}
END_TEST

START_TEST(the_counter_of_64_bits_carries)
{
    static const uint32_t before[4] = {UINT32_MAX, 7, 1, 2};
    static const uint32_t after[4] = {0, 8, 1, 2};
    uint8_t key[32] = {1}, expected[64] = {0}, out[128] = {0};
    uint32_t input[16];
    noncrypto_chacha20_setup(input, key, after);
    noncrypto_chacha20_xor_blocks(input, expected, expected, 1);
    noncrypto_chacha20_setup(input, key, before);
    noncrypto_chacha20_xor_blocks(input, out, out, 2);
    ck_assert_mem_eq(out + 64, expected, sizeof expected);
}
END_TEST

START_TEST(a_wiped_context_is_zeros)
{
    static const struct noncrypto_chacha20 zeros;
    const uint8_t key[32] = {1}, nonce[12] = {2};
    struct noncrypto_chacha20 ctx;
    noncrypto_chacha20_init(&ctx, key, nonce, 0);
    noncrypto_chacha20_wipe(&ctx);
    ck_assert_mem_eq(&ctx, &zeros, sizeof ctx);
}
END_TEST

static Suite *chacha20_suite(void)
{
    Suite *suite = suite_create("noncrypto chacha20");
    TCase *tc = tcase_create("chacha20");
    tcase_add_loop_test(tc, blocks_are_those_of_the_rfc, 0, NCHACHA20);
    tcase_add_loop_test(tc, streams_are_those_of_the_rfc, 0, NSTREAM);
    tcase_add_loop_test(tc, authenticator_keys_are_those_of_the_rfc, 0, NKEY_GENERATION);
    tcase_add_test(tc, hchacha20_is_that_of_the_draft);
    tcase_add_test(tc, xchacha20_is_that_of_the_draft);
    tcase_add_test(tc, back_ends_agree_on_every_number_of_blocks);
    tcase_add_test(tc, a_message_may_be_cut_anywhere);
    tcase_add_test(tc, seeking_finds_every_block);
    tcase_add_test(tc, the_stream_ends_after_block_2_to_the_32);
    tcase_add_test(tc, the_counter_of_64_bits_carries);
    tcase_add_test(tc, a_wiped_context_is_zeros);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(chacha20_suite)
