#include <check_main.h>

#include "backends.h"
#include "hashes.h"

#define INPUT_MAX 9100

static uint8_t input[INPUT_MAX + 64];

static void fill_input(uint64_t seed)
{
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)check_random(&seed);
}

/* Examples of FIPS 180-4 and FIPS 202: messages of no, one and more than one block, and a million times "a". */
static const struct {
    const char *hash;
    const char *message; /* NULL: a million times "a" */
    const char *expected;
} examples[] = {
    {"sha1", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"sha1", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    {"sha1",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
     "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "a49b2446a02c645bf419f995b67091253a04a259"},
    {"sha1", NULL, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
    {"sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"sha256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"sha256",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
     "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {"sha256", NULL, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {"sha384", "",
     "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f"
     "65fbd51ad2f14898b95b"},
    {"sha384", "abc",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7"
     "cc2358baeca134c825a7"},
    {"sha384", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6b0455a8520bc"
     "4e6f5fe95b1fe3c8452b"},
    {"sha384",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
     "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e"
     "2db966c3e9fa91746039"},
    {"sha384", NULL,
     "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ec"
     "c4ebae97ddd87f3d8985"},
    {"sha512", "",
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85"
     "f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {"sha512", "abc",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274f"
     "c1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {"sha512", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c13b1b"
     "07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445"},
    {"sha512",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
     "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900"
     "f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
    {"sha512", NULL,
     "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877e"
     "a60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"},
    {"sha3_256", "", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"},
    {"sha3_256", "abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
    {"sha3_256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376"},
    {"sha3_256",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
     "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "916f6061fe879741ca6469b43971dfdb28b1a32dc36cb3254e812be27aad1d18"},
    {"sha3_256", NULL, "5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1"},
    {"sha3_384", "",
     "0c63a75b845e4f7d01107d852e4c2485c51a50aaaa94fc61995e71bbee983a2ac3713831264a"
     "db47fb6bd1e058d5f004"},
    {"sha3_384", "abc",
     "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927a"
     "c7f539f1edf228376d25"},
    {"sha3_384", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "991c665755eb3a4b6bbdfb75c78a492e8c56a22c5c4d7e429bfdbc32b9d4ad5aa04a1f076e62"
     "fea19eef51acd0657c22"},
    {"sha3_384",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
     "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "79407d3b5916b59c3e30b09822974791c313fb9ecc849e406f23592d04f625dc8c709b98b43b"
     "3852b337216179aa7fc7"},
    {"sha3_384", NULL,
     "eee9e24d78c1855337983451df97c8ad9eedf256c6334f8e948d252d5e0e76847aa0774ddb90"
     "a842190d2c558b4b8340"},
    {"sha3_512", "",
     "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123af1f5"
     "f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26"},
    {"sha3_512", "abc",
     "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192a"
     "f3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"},
    {"sha3_512", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "04a371e84ecfb5b8b77cb48610fca8182dd457ce6f326a0fd3d7ec2f1e91636dee691fbe0c98"
     "5302ba1b0d8dc78c086346b533b49c030d99a27daf1139d6e75e"},
    {"sha3_512",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
     "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "afebb2ef542e6579c50cad06d2e578f9f8dd6881d7dc824d26360feebf18a4fa73e326112294"
     "8efcfd492e74e82e2189ed0fb440d187f382270cb455f21dd185"},
    {"sha3_512", NULL,
     "3c3a876da14034ab60627c077bb98f7e120a2a5370212dffb3385a18d4f38859ed311d0a9d51"
     "41ce9cc5c66ee689b266a8aa18ace8282a0e0db596c90b0a7b87"},
};

START_TEST(examples_of_the_standards_hold)
{
    const struct hash_function *f = hash_function(examples[_i].hash);
    uint8_t expected[64], out[64];
    union hash_context ctx;

    check_unhex(expected, sizeof expected, examples[_i].expected);
    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        f->init(&ctx);
        if (examples[_i].message) {
            f->update(&ctx, examples[_i].message, strlen(examples[_i].message));
        } else {
            char a[1000];
            memset(a, 'a', sizeof a);
            for (int i = 0; i < 1000; i++)
                f->update(&ctx, a, sizeof a);
        }
        f->final(&ctx, out);
        ck_assert_mem_eq(out, expected, f->out_len);
    }
}
END_TEST

START_TEST(each_back_end_gives_the_same_at_every_length)
{
    const struct hash_function *f = &hash_functions[_i];
    uint8_t expected[64], out[65];

    fill_input(check_seed());
    /* Every length up to some blocks, then in steps that meet every remainder. */
    for (size_t len = 0; len <= 9000; len += len < 1100 ? 1 : 61) {
        size_t offset = len % 64;
        use_backend(0);
        f->one_shot(expected, input + offset, len);
        for (size_t b = 1; b < NBACKENDS; b++) {
            use_backend(b);
            out[f->out_len] = 0xee;
            f->one_shot(out, input + offset, len);
            ck_assert_mem_eq(out, expected, f->out_len);
            ck_assert_uint_eq(out[f->out_len], 0xee);
        }
    }
}
END_TEST

START_TEST(each_back_end_gives_the_same_at_every_alignment)
{
    const struct hash_function *f = &hash_functions[_i];
    uint8_t expected[64], out[64], copy[1000 + 64];

    fill_input(check_seed());
    use_backend(0);
    f->one_shot(expected, input, 1000);
    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        for (size_t offset = 0; offset < 64; offset++) {
            memcpy(copy + offset, input, 1000);
            f->one_shot(out, copy + offset, 1000);
            ck_assert_mem_eq(out, expected, f->out_len);
        }
    }
}
END_TEST

START_TEST(two_updates_give_the_same_at_every_cut)
{
    enum { LEN = 600 };
    const struct hash_function *f = &hash_functions[_i];
    uint8_t expected[64], out[64];
    union hash_context ctx;

    fill_input(check_seed());
    f->one_shot(expected, input, LEN);
    for (size_t cut = 0; cut <= LEN; cut++) {
        f->init(&ctx);
        f->update(&ctx, input, cut);
        f->update(&ctx, input + cut, LEN - cut);
        f->final(&ctx, out);
        ck_assert_mem_eq(out, expected, f->out_len);
    }
}
END_TEST

START_TEST(updates_of_any_step_give_the_same)
{
    const struct hash_function *f = &hash_functions[_i];
    uint8_t expected[64], out[64];
    union hash_context ctx;

    fill_input(check_seed());
    f->one_shot(expected, input, 2000);
    for (size_t step = 1; step < 300; step++) {
        f->init(&ctx);
        for (size_t at = 0; at < 2000; at += step)
            f->update(&ctx, input + at, 2000 - at < step ? 2000 - at : step);
        f->final(&ctx, out);
        ck_assert_mem_eq(out, expected, f->out_len);
    }
}
END_TEST

START_TEST(a_copied_context_goes_on_by_itself)
{
    const struct hash_function *f = &hash_functions[_i];
    uint8_t expected[64], out[64];
    union hash_context ctx, fork;

    fill_input(check_seed());
    f->init(&ctx);
    f->update(&ctx, input, 333);
    fork = ctx;
    f->update(&ctx, "other", 5);
    f->final(&ctx, out);
    f->update(&fork, input + 333, 333);
    f->final(&fork, out);
    f->one_shot(expected, input, 666);
    ck_assert_mem_eq(out, expected, f->out_len);
}
END_TEST

START_TEST(final_wipes_the_context)
{
    static const union hash_context zero;
    const struct hash_function *f = &hash_functions[_i];
    union hash_context ctx;
    uint8_t out[64];

    memset(&ctx, 0, sizeof ctx);
    f->init(&ctx);
    f->update(&ctx, "secret", 6);
    f->final(&ctx, out);
    ck_assert_mem_eq(&ctx, &zero, sizeof ctx);
}
END_TEST

START_TEST(output_may_overlap_input)
{
    const struct hash_function *f = &hash_functions[_i];
    uint8_t expected[64];

    fill_input(check_seed());
    f->one_shot(expected, input, 500);
    f->one_shot(input + 100, input, 500);
    ck_assert_mem_eq(input + 100, expected, f->out_len);
}
END_TEST

START_TEST(empty_input_may_be_a_null_pointer)
{
    const struct hash_function *f = &hash_functions[_i];
    uint8_t expected[64], out[64];
    union hash_context ctx;

    f->one_shot(expected, "", 0);
    f->one_shot(out, NULL, 0);
    ck_assert_mem_eq(out, expected, f->out_len);
    f->init(&ctx);
    f->update(&ctx, NULL, 0);
    f->final(&ctx, out);
    ck_assert_mem_eq(out, expected, f->out_len);
}
END_TEST

/*
 * Lengths beyond 32 bits, without hashing so much: the context says that 2^32 bytes are already in it, and one block more
 * is the padding, whose length field the compression of the same block shows.
 */
START_TEST(the_length_field_has_all_its_bits)
{
    static const uint64_t lens[] = {
        UINT64_C(1) << 29, UINT64_C(1) << 32,        (UINT64_C(1) << 32) + 64,
        UINT64_C(1) << 40, (UINT64_C(1) << 61) - 64,
    };
    uint8_t padding[64] = {0x80}, by_hand[32], out[32];
    struct noncrypto_sha256 ctx, hand;

    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        noncrypto_sha256_init(&ctx);
        hand = ctx;
        ctx.len = lens[i];
        noncrypto_sha256_final(&ctx, out);
        for (int b = 0; b < 8; b++)
            padding[56 + b] = (uint8_t)(lens[i] << 3 >> (56 - 8 * b));
        noncrypto_sha256_update(&hand, padding, sizeof padding);
        for (int b = 0; b < 32; b++)
            by_hand[b] = (uint8_t)(hand.h[b / 4] >> (24 - b % 4 * 8));
        ck_assert_mem_eq(out, by_hand, sizeof out);
    }
}
END_TEST

START_TEST(the_length_field_of_sha512_has_67_bits)
{
    uint8_t padding[128] = {0x80}, by_hand[64], out[64];
    struct noncrypto_sha512 ctx, hand;

    noncrypto_sha512_init(&ctx);
    hand = ctx;
    ctx.len = UINT64_C(0xf23456789abcde80);
    padding[119] = 0x07;
    memcpy(padding + 120, "\x91\xa2\xb3\xc4\xd5\xe6\xf4", 8);
    noncrypto_sha512_final(&ctx, out);
    noncrypto_sha512_update(&hand, padding, sizeof padding);
    for (int b = 0; b < 64; b++)
        by_hand[b] = (uint8_t)(hand.h[b / 8] >> (56 - b % 8 * 8));
    ck_assert_mem_eq(out, by_hand, sizeof out);
}
END_TEST

START_TEST(the_length_field_of_sha1_has_all_its_bits)
{
    uint8_t padding[64] = {0x80}, by_hand[20], out[20];
    struct noncrypto_sha1 ctx, hand;

    noncrypto_sha1_init(&ctx);
    hand = ctx;
    ctx.len = UINT64_C(1) << 32;
    padding[59] = 0x08;
    noncrypto_sha1_final(&ctx, out);
    noncrypto_sha1_update(&hand, padding, sizeof padding);
    for (int b = 0; b < 20; b++)
        by_hand[b] = (uint8_t)(hand.h[b / 4] >> (24 - b % 4 * 8));
    ck_assert_mem_eq(out, by_hand, sizeof out);
}
END_TEST

static void shake_init(struct noncrypto_shake *ctx, int which)
{
    if (which == 0)
        noncrypto_shake128_init(ctx);
    else
        noncrypto_shake256_init(ctx);
}

/* FIPS 202 examples: the empty message and 200 bytes of 0xa3; first 64 bytes of output. */
static const char *const shake_examples[2][2] = {
    {
        "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef263cb1eea98800"
        "4b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2",
        "131ab8d2b594946b9c81333f9bb6e0ce75c3b93104fa3469d3917457385da037cf232ef7164a"
        "6d1eb448c8908186ad852d3f85a5cf28da1ab6fe343817197846",
    },
    {
        "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762fd75dc4ddd8c0"
        "f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be",
        "cd8a920ed141aa0407a22d59288652e9d9f1a7ee0c1e7c1ca699424da84a904d2d700caae739"
        "6ece96604440577da4f3aa22aeb8857f961c4cd8e06f0ae6610b",
    },
};

START_TEST(shake_examples_of_the_standard_hold)
{
    uint8_t message[200], expected[64], out[64];

    memset(message, 0xa3, sizeof message);
    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        for (int long_message = 0; long_message < 2; long_message++) {
            check_unhex(expected, sizeof expected, shake_examples[_i][long_message]);
            if (_i == 0)
                noncrypto_shake128(out, sizeof out, message, long_message ? sizeof message : 0);
            else
                noncrypto_shake256(out, sizeof out, message, long_message ? sizeof message : 0);
            ck_assert_mem_eq(out, expected, sizeof out);
        }
    }
}
END_TEST

START_TEST(squeezing_in_any_steps_gives_the_same)
{
    enum { LEN = 700 };
    struct noncrypto_shake ctx;
    uint8_t whole[LEN], out[LEN];

    fill_input(check_seed());
    shake_init(&ctx, _i);
    noncrypto_shake_absorb(&ctx, input, 500);
    noncrypto_shake_squeeze(&ctx, whole, LEN);
    for (size_t step = 1; step <= LEN; step++) {
        shake_init(&ctx, _i);
        noncrypto_shake_absorb(&ctx, input, step % 500);
        noncrypto_shake_absorb(&ctx, input + step % 500, 500 - step % 500);
        noncrypto_shake_squeeze(&ctx, NULL, 0);
        for (size_t at = 0; at < LEN; at += step)
            noncrypto_shake_squeeze(&ctx, out + at, LEN - at < step ? LEN - at : step);
        ck_assert_mem_eq(out, whole, LEN);
    }
}
END_TEST

/* Not allowed, but it must stay inside of the context. */
START_TEST(absorbing_after_squeezing_does_no_harm)
{
    struct noncrypto_shake ctx;
    uint8_t out[400];

    for (size_t squeezed = 0; squeezed < 340; squeezed++) {
        shake_init(&ctx, _i);
        noncrypto_shake_squeeze(&ctx, out, squeezed);
        noncrypto_shake_absorb(&ctx, input, 777);
        ck_assert_uint_le(ctx.at, ctx.rate);
        noncrypto_shake_squeeze(&ctx, out, sizeof out);
    }
}
END_TEST

static Suite *hashes_suite(void)
{
    Suite *suite = suite_create("noncrypto hashes");
    TCase *tc = tcase_create("hashes");
    tcase_add_loop_test(tc, examples_of_the_standards_hold, 0,
                        sizeof examples / sizeof examples[0]);
    tcase_add_loop_test(tc, each_back_end_gives_the_same_at_every_length, 0, NHASHES);
    tcase_add_loop_test(tc, each_back_end_gives_the_same_at_every_alignment, 0, NHASHES);
    tcase_add_loop_test(tc, two_updates_give_the_same_at_every_cut, 0, NHASHES);
    tcase_add_loop_test(tc, updates_of_any_step_give_the_same, 0, NHASHES);
    tcase_add_loop_test(tc, a_copied_context_goes_on_by_itself, 0, NHASHES);
    tcase_add_loop_test(tc, final_wipes_the_context, 0, NHASHES);
    tcase_add_loop_test(tc, output_may_overlap_input, 0, NHASHES);
    tcase_add_loop_test(tc, empty_input_may_be_a_null_pointer, 0, NHASHES);
    tcase_add_test(tc, the_length_field_has_all_its_bits);
    tcase_add_test(tc, the_length_field_of_sha512_has_67_bits);
    tcase_add_test(tc, the_length_field_of_sha1_has_all_its_bits);
    tcase_add_loop_test(tc, shake_examples_of_the_standard_hold, 0, 2);
    tcase_add_loop_test(tc, squeezing_in_any_steps_gives_the_same, 0, 2);
    tcase_add_loop_test(tc, absorbing_after_squeezing_does_no_harm, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(hashes_suite)
