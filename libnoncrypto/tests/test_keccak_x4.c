/*
 * Four permutations side by side against the single one, and seeded sponges against SHAKE.
 */
#include <check_main.h>

#include <noncrypto/sha3.h>

#include "sha3/keccak_x4.h"

/* Loop tests run with what the processor has, and with portable C alone. */
static void choose_back_end(int i)
{
    noncrypto_cpu_set_features(i == 0 ? noncrypto_cpu_detect() : 0);
}

START_TEST(each_of_four_states_is_permuted_as_if_alone)
{
    struct keccak_x4 x4;
    uint64_t alone[KECCAK_X4][KECCAK_LANES];
    uint64_t state = check_seed();

    choose_back_end(_i);
    for (int round = 0; round < 1000; round++) {
        unsigned active = round % 16;
        for (unsigned s = 0; s < KECCAK_X4; s++)
            for (unsigned i = 0; i < KECCAK_LANES; i++)
                x4.lane[i][s] = alone[s][i] = check_random(&state);
        noncrypto_keccak_x4_f1600(&x4, active);
        for (unsigned s = 0; s < KECCAK_X4; s++) {
            if (!(active >> s & 1))
                continue;
            noncrypto_keccak_f1600(alone[s]);
            for (unsigned i = 0; i < KECCAK_LANES; i++)
                ck_assert(x4.lane[i][s] == alone[s][i]);
        }
    }
}
END_TEST

START_TEST(a_seeded_state_gives_the_output_of_shake)
{
    struct keccak_x4 x4;
    uint8_t input[66], out[KECCAK_RATE_128], expected[2 * KECCAK_RATE_128];

    choose_back_end(_i);
    for (unsigned i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(i * 37);
    for (unsigned k = 0; k < 4; k++) {
        size_t seed_len = k & 1 ? 64 : 32, nonce_len = k & 2 ? 2 : 1;
        size_t rate = k & 1 ? KECCAK_RATE_256 : KECCAK_RATE_128;
        for (unsigned s = 0; s < KECCAK_X4; s++)
            noncrypto_keccak_x4_seed(&x4, s, rate, input, seed_len, s | (k & 2) << 7, nonce_len);
        for (unsigned block = 0; block < 2; block++) {
            noncrypto_keccak_x4_f1600(&x4, KECCAK_X4_ALL);
            for (unsigned s = 0; s < KECCAK_X4; s++) {
                uint8_t whole[66];
                memcpy(whole, input, seed_len);
                whole[seed_len] = (uint8_t)s;
                whole[seed_len + 1] = 1;
                if (k & 1)
                    noncrypto_shake256(expected, 2 * rate, whole, seed_len + nonce_len);
                else
                    noncrypto_shake128(expected, 2 * rate, whole, seed_len + nonce_len);
                noncrypto_keccak_x4_get(&x4, s, out, rate);
                ck_assert_mem_eq(out, expected + block * rate, rate);
            }
        }
    }
}
END_TEST

START_TEST(input_by_blocks_gives_the_output_of_sha3)
{
    struct keccak_x4 x4;
    uint8_t input[3 * KECCAK_RATE_256], out[32], expected[32];

    choose_back_end(_i);
    for (unsigned i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(i * 73);
    for (size_t len = 0; len < sizeof input; len++) {
        unsigned s = len % KECCAK_X4;
        size_t at = 0;
        noncrypto_keccak_x4_reset(&x4, s);
        for (; len - at >= KECCAK_RATE_256; at += KECCAK_RATE_256) {
            noncrypto_keccak_x4_add(&x4, s, 0, input + at, KECCAK_RATE_256);
            noncrypto_keccak_x4_f1600(&x4, 1u << s);
        }
        noncrypto_keccak_x4_add(&x4, s, 0, input + at, len - at);
        noncrypto_keccak_x4_pad(&x4, s, KECCAK_RATE_256, len - at, KECCAK_PAD_SHA3);
        noncrypto_keccak_x4_f1600(&x4, 1u << s);
        noncrypto_keccak_x4_get(&x4, s, out, sizeof out);
        noncrypto_sha3_256(expected, input, len);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

static Suite *keccak_x4_suite(void)
{
    Suite *suite = suite_create("noncrypto keccak x4");
    TCase *tc = tcase_create("keccak x4");
    tcase_add_loop_test(tc, each_of_four_states_is_permuted_as_if_alone, 0, 2);
    tcase_add_loop_test(tc, a_seeded_state_gives_the_output_of_shake, 0, 2);
    tcase_add_loop_test(tc, input_by_blocks_gives_the_output_of_sha3, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(keccak_x4_suite)
