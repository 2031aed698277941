/*
 * ML-KEM-768: the interface with each back end, and each operation of the back ends against its definition.
 */
#include <check_main.h>

#include <noncrypto/memory.h>
#include <noncrypto/mlkem768.h>
#include <noncrypto/sha3.h>

#include "mlkem/mlkem.h"

#define Q          MLKEM_Q
#define EK_LEN     NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN
#define DK_LEN     NONCRYPTO_MLKEM768_DECAPS_KEY_LEN
#define CT_LEN     NONCRYPTO_MLKEM768_CIPHERTEXT_LEN
#define SHARED_LEN NONCRYPTO_MLKEM768_SHARED_LEN
#define VECTOR_LEN 1152 /* encoded polynomials at the beginning of both keys */

static struct noncrypto_mlkem768_workspace workspace;
static uint8_t ek[EK_LEN], dk[DK_LEN], ct[CT_LEN], shared[SHARED_LEN];
static uint8_t seed[NONCRYPTO_MLKEM768_SEED_LEN], m[NONCRYPTO_MLKEM768_RANDOM_LEN];

static void fill(void *out, size_t len, uint64_t *state)
{
    uint8_t *p = out;
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)check_random(state);
}

/* Loop tests run with what the processor has, and with portable C alone. */
static void choose_back_end(int i)
{
    noncrypto_cpu_set_features(i == 0 ? noncrypto_cpu_detect() : 0);
}

static void make_keys_and_ciphertext(void)
{
    uint64_t state = check_seed();
    fill(seed, sizeof seed, &state);
    fill(m, sizeof m, &state);
    ck_assert_int_eq(noncrypto_mlkem768_keygen(ek, dk, seed, sizeof seed, &workspace), 0);
    ck_assert_int_eq(noncrypto_mlkem768_encaps(ct, shared, ek, sizeof ek, m, &workspace), 0);
}

static int is_zero(const void *data, size_t len)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < len; i++)
        if (p[i] != 0)
            return 0;
    return 1;
}

/* C2SP CCTV, ML-KEM, accumulated vectors for ML-KEM-768 of the final FIPS 203: 10,000 rounds, input from SHAKE128 of nothing. */
START_TEST(accumulated_vectors_of_cctv_hold)
{
    struct noncrypto_shake source, sum;
    uint8_t expected[32], out[32], key[SHARED_LEN], random_ct[CT_LEN];

    choose_back_end(_i);
    noncrypto_shake128_init(&source);
    noncrypto_shake128_init(&sum);
    for (int round = 0; round < 10000; round++) {
        noncrypto_shake_squeeze(&source, seed, sizeof seed);
        noncrypto_shake_squeeze(&source, m, sizeof m);
        noncrypto_shake_squeeze(&source, random_ct, sizeof random_ct);
        ck_assert_int_eq(noncrypto_mlkem768_keygen(ek, dk, seed, sizeof seed, &workspace), 0);
        ck_assert_int_eq(noncrypto_mlkem768_encaps(ct, shared, ek, EK_LEN, m, &workspace), 0);
        ck_assert_int_eq(noncrypto_mlkem768_decaps(key, dk, DK_LEN, ct, CT_LEN, &workspace), 0);
        ck_assert_mem_eq(key, shared, sizeof key);
        ck_assert_int_eq(noncrypto_mlkem768_decaps(key, dk, DK_LEN, random_ct, CT_LEN, &workspace),
                         0);
        noncrypto_shake_absorb(&sum, ek, sizeof ek);
        noncrypto_shake_absorb(&sum, dk, sizeof dk);
        noncrypto_shake_absorb(&sum, ct, sizeof ct);
        noncrypto_shake_absorb(&sum, shared, sizeof shared);
        noncrypto_shake_absorb(&sum, key, sizeof key);
    }
    noncrypto_shake_squeeze(&sum, out, sizeof out);
    check_unhex(expected, sizeof expected,
                "f959d18d3d1180121433bf0e05f11e7908cf9d03edc150b2b07cb90bef5bc1c1");
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

/* J of section 4.1 by its definition. */
static void rejection_secret(uint8_t out[SHARED_LEN])
{
    uint8_t input[32 + CT_LEN];
    memcpy(input, dk + DK_LEN - 32, 32);
    memcpy(input + 32, ct, CT_LEN);
    noncrypto_shake256(out, SHARED_LEN, input, sizeof input);
}

START_TEST(a_flip_in_any_byte_of_the_ciphertext_gives_the_rejection_secret)
{
    uint8_t key[SHARED_LEN], expected[SHARED_LEN];
    uint64_t state = check_seed();

    choose_back_end(_i);
    make_keys_and_ciphertext();
    for (size_t i = 0; i < CT_LEN; i++) {
        uint8_t flip = (uint8_t)(1u << check_random(&state) % 8);
        ct[i] ^= flip;
        rejection_secret(expected);
        ck_assert_int_eq(noncrypto_mlkem768_decaps(key, dk, DK_LEN, ct, CT_LEN, &workspace), 0);
        ck_assert_mem_eq(key, expected, sizeof key);
        ck_assert_mem_ne(key, shared, sizeof key);
        ct[i] ^= flip;
    }
    ck_assert_int_eq(noncrypto_mlkem768_decaps(key, dk, DK_LEN, ct, CT_LEN, &workspace), 0);
    ck_assert_mem_eq(key, shared, sizeof key);
}
END_TEST

/* Puts `value` into coefficient `i` of a key. */
static void set_coefficient(uint8_t *key, unsigned i, unsigned value)
{
    uint8_t *b = key + i / 2 * 3;
    if (i % 2 == 0) {
        b[0] = (uint8_t)value;
        b[1] = (uint8_t)((b[1] & 0xf0) | value >> 8);
    } else {
        b[1] = (uint8_t)((b[1] & 0xf) | (value & 0xf) << 4);
        b[2] = (uint8_t)(value >> 4);
    }
}

START_TEST(an_encapsulation_key_with_any_coefficient_above_the_modulus_is_refused)
{
    uint8_t bad[EK_LEN];

    make_keys_and_ciphertext();
    for (unsigned i = 0; i < 768; i++) {
        memcpy(bad, ek, sizeof bad);
        set_coefficient(bad, i, Q - 1);
        ck_assert_int_eq(noncrypto_mlkem768_check_encaps_key(bad, EK_LEN), 0);
        for (unsigned value = Q; value < 4096; value = value < 4095 - 50 ? value + 50 : value + 1) {
            set_coefficient(bad, i, value);
            ck_assert_int_eq(noncrypto_mlkem768_check_encaps_key(bad, EK_LEN), NONCRYPTO_E_INVALID);
        }
    }
    memset(ct, 0xee, sizeof ct);
    memset(shared, 0xee, sizeof shared);
    ck_assert_int_eq(noncrypto_mlkem768_encaps(ct, shared, bad, EK_LEN, m, &workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert(is_zero(ct, sizeof ct));
    ck_assert(is_zero(shared, sizeof shared));
}
END_TEST

START_TEST(an_encapsulation_key_of_wrong_length_is_refused)
{
    static uint8_t longer[EK_LEN + 1];

    make_keys_and_ciphertext();
    memcpy(longer, ek, sizeof ek);
    for (size_t len = 0; len <= sizeof longer; len++) {
        int expected = len == EK_LEN ? 0 : NONCRYPTO_E_INVALID;
        ck_assert_int_eq(noncrypto_mlkem768_check_encaps_key(longer, len), expected);
        ck_assert_int_eq(noncrypto_mlkem768_encaps(ct, shared, longer, len, m, &workspace),
                         expected);
        ck_assert_int_eq(is_zero(ct, sizeof ct), expected != 0);
        ck_assert_int_eq(is_zero(shared, sizeof shared), expected != 0);
    }
}
END_TEST

START_TEST(a_decapsulation_key_with_damage_in_its_public_part_is_refused)
{
    make_keys_and_ciphertext();
    for (size_t i = VECTOR_LEN; i < DK_LEN - 32; i++) {
        dk[i] ^= 0x10;
        memset(shared, 0xee, sizeof shared);
        ck_assert_int_eq(noncrypto_mlkem768_check_decaps_key(dk, DK_LEN), NONCRYPTO_E_INVALID);
        ck_assert_int_eq(noncrypto_mlkem768_decaps(shared, dk, DK_LEN, ct, CT_LEN, &workspace),
                         NONCRYPTO_E_INVALID);
        ck_assert(is_zero(shared, sizeof shared));
        dk[i] ^= 0x10;
    }
    ck_assert_int_eq(noncrypto_mlkem768_check_decaps_key(dk, DK_LEN), 0);
}
END_TEST

START_TEST(decapsulation_refuses_wrong_lengths)
{
    static uint8_t longer[DK_LEN + 1], longer_ct[CT_LEN + 1];

    make_keys_and_ciphertext();
    memcpy(longer, dk, sizeof dk);
    memcpy(longer_ct, ct, sizeof ct);
    for (size_t len = 0; len <= sizeof longer; len++) {
        int expected = len == DK_LEN ? 0 : NONCRYPTO_E_INVALID;
        ck_assert_int_eq(noncrypto_mlkem768_check_decaps_key(longer, len), expected);
        ck_assert_int_eq(noncrypto_mlkem768_decaps(shared, longer, len, ct, CT_LEN, &workspace),
                         expected);
        ck_assert_int_eq(is_zero(shared, sizeof shared), expected != 0);
    }
    for (size_t len = 0; len <= sizeof longer_ct; len++) {
        int expected = len == CT_LEN ? 0 : NONCRYPTO_E_INVALID;
        ck_assert_int_eq(noncrypto_mlkem768_decaps(shared, dk, DK_LEN, longer_ct, len, &workspace),
                         expected);
        ck_assert_int_eq(is_zero(shared, sizeof shared), expected != 0);
    }
}
END_TEST

START_TEST(key_generation_refuses_a_seed_of_wrong_length)
{
    static uint8_t longer[NONCRYPTO_MLKEM768_SEED_LEN + 1];

    for (size_t len = 0; len <= sizeof longer; len++) {
        int expected = len == sizeof seed ? 0 : NONCRYPTO_E_INVALID;
        ck_assert_int_eq(noncrypto_mlkem768_keygen(ek, dk, longer, len, &workspace), expected);
        ck_assert_int_eq(is_zero(ek, sizeof ek), expected != 0);
        ck_assert_int_eq(is_zero(dk, sizeof dk), expected != 0);
    }
}
END_TEST

/* Section 7.3 does not demand a range check of the secret vector: its coefficients count modulo q. */
START_TEST(a_secret_coefficient_counts_modulo_q)
{
    uint8_t key[SHARED_LEN];

    choose_back_end(_i);
    make_keys_and_ciphertext();
    for (unsigned i = 0; i < 768; i++) {
        unsigned byte = i / 2 * 3;
        unsigned value = i % 2 == 0 ? dk[byte] | (dk[byte + 1] & 0xfu) << 8
                                    : dk[byte + 1] >> 4 | (unsigned)dk[byte + 2] << 4;
        if (value + Q < 4096)
            set_coefficient(dk, i, value + Q);
    }
    ck_assert_int_eq(noncrypto_mlkem768_decaps(key, dk, DK_LEN, ct, CT_LEN, &workspace), 0);
    ck_assert_mem_eq(key, shared, sizeof key);
}
END_TEST

START_TEST(the_workspace_holds_nothing_after_any_call)
{
    choose_back_end(_i);
    make_keys_and_ciphertext();
    ck_assert(is_zero(&workspace, sizeof workspace));
    memset(&workspace, 0xee, sizeof workspace);
    ck_assert_int_eq(noncrypto_mlkem768_keygen(ek, dk, seed, sizeof seed, &workspace), 0);
    ck_assert(is_zero(&workspace, sizeof workspace));
    ck_assert_int_eq(noncrypto_mlkem768_decaps(shared, dk, DK_LEN, ct, CT_LEN, &workspace), 0);
    ck_assert(is_zero(&workspace, sizeof workspace));
}
END_TEST

/* From here on: the operations. */

static int32_t modulo(int64_t x)
{
    return (int32_t)((x % Q + Q) % Q);
}

START_TEST(compression_without_division_is_that_of_the_standard)
{
    static const unsigned widths[] = {1, 4, 10};

    for (unsigned i = 0; i < 3; i++)
        for (uint32_t x = 0; x < Q; x++) {
            unsigned d = widths[i];
            uint32_t expected = ((2 * x << d) + Q) / (2 * Q) % (1u << d);
            if (mlkem_compress((uint16_t)x, d) != expected)
                ck_abort_msg("compression of %u to %u bits", (unsigned)x, d);
        }
}
END_TEST

START_TEST(reductions_give_the_residue_within_their_bounds)
{
    for (int32_t x = INT16_MIN; x <= INT16_MAX; x++) {
        int16_t barrett = mlkem_barrett((int16_t)x);
        if (modulo(barrett) != modulo(x) || abs(barrett) > Q / 2 ||
            mlkem_canonical((int16_t)x) != modulo(x))
            ck_abort_msg("reduction of %d", x);
    }
    for (int64_t x = -Q * 32768 + 1; x < Q * 32768; x += 997) {
        int16_t r = mlkem_montgomery((int32_t)x);
        if (modulo((int64_t)r * 65536) != modulo(x) || abs(r) >= Q)
            ck_abort_msg("reduction of %d", (int)x);
    }
}
END_TEST

static const struct mlkem_backend *const backends[] = {
    &noncrypto_mlkem_portable,
#if NONCRYPTO_X86_64
    &noncrypto_mlkem_avx2,
#endif
};
#define NBACKENDS (int)(sizeof backends / sizeof backends[0])

static const struct mlkem_backend *backend(int i)
{
#if NONCRYPTO_X86_64
    if (backends[i] == &noncrypto_mlkem_avx2 && !(noncrypto_cpu_detect() & NONCRYPTO_CPU_AVX2)) {
        printf("# skipped: no AVX2 here\n");
        return &noncrypto_mlkem_portable;
    }
#endif
    return backends[i];
}

/* Coefficients in [-bound, bound], with more than their share at the ends. */
static void random_poly(struct noncrypto_mlkem_poly *p, int bound, uint64_t *state)
{
    for (unsigned i = 0; i < MLKEM_N; i++) {
        uint64_t r = check_random(state);
        int c = (int)(r >> 8) % (bound + 1);
        if (r % 16 == 0)
            c = bound;
        p->c[i] = (int16_t)(r & 0x80 ? -c : c);
    }
}

static unsigned reverse7(unsigned i)
{
    unsigned r = 0;
    for (unsigned bit = 0; bit < 7; bit++)
        r |= (i >> bit & 1) << (6 - bit);
    return r;
}

static int32_t power17(unsigned exponent)
{
    int32_t r = 1;
    while (exponent-- > 0)
        r = r * 17 % Q;
    return r;
}

/* Section 4.3: pair i of the transform is the polynomial modulo X^2 - zeta^(2 BitRev7(i) + 1). */
START_TEST(the_transform_is_evaluation_modulo_the_quadratic_factors)
{
    const struct mlkem_backend *b = backend(_i);
    struct noncrypto_mlkem_poly p, t;
    uint64_t state = check_seed();

    for (int round = 0; round < 50; round++) {
        random_poly(&p, Q, &state);
        t = p;
        b->ntt(&t);
        for (unsigned i = 0; i < 128; i++) {
            int32_t root = power17(2 * reverse7(i) + 1), even = 0, odd = 0, power = 1;
            for (unsigned j = 0; j < 128; j++) {
                even = modulo(even + (int64_t)p.c[2 * j] * power);
                odd = modulo(odd + (int64_t)p.c[2 * j + 1] * power);
                power = power * root % Q;
            }
            if (modulo(t.c[2 * i]) != even || modulo(t.c[2 * i + 1]) != odd)
                ck_abort_msg("pair %u", i);
            if (abs(t.c[2 * i]) > Q / 2 || abs(t.c[2 * i + 1]) > Q / 2)
                ck_abort_msg("bound of pair %u", i);
        }
    }
}
END_TEST

START_TEST(the_inverse_transform_undoes_the_transform)
{
    const struct mlkem_backend *b = backend(_i);
    struct noncrypto_mlkem_poly p, t;
    uint64_t state = check_seed();

    for (int round = 0; round < 1000; round++) {
        random_poly(&p, Q - 1, &state);
        t = p;
        b->ntt(&t);
        b->inverse_ntt(&t);
        for (unsigned i = 0; i < MLKEM_N; i++) {
            if (modulo(t.c[i]) != modulo((int64_t)p.c[i] * 65536) || abs(t.c[i]) >= Q)
                ck_abort_msg("coefficient %u", i);
        }
    }
}
END_TEST

START_TEST(a_product_is_that_of_the_ring)
{
    const struct mlkem_backend *b = backend(_i);
    struct noncrypto_mlkem_poly x[MLKEM_K], y[MLKEM_K], out;
    int64_t expected[2 * MLKEM_N] = {0};
    uint64_t state = check_seed();

    for (unsigned k = 0; k < MLKEM_K; k++) {
        random_poly(&x[k], Q - 1, &state);
        random_poly(&y[k], Q - 1, &state);
        for (unsigned i = 0; i < MLKEM_N; i++)
            for (unsigned j = 0; j < MLKEM_N; j++)
                expected[i + j] += (int64_t)x[k].c[i] * y[k].c[j];
        b->ntt(&x[k]);
        b->ntt(&y[k]);
    }
    b->multiply(&out, x, y);
    b->inverse_ntt(&out);
    for (unsigned i = 0; i < MLKEM_N; i++)
        ck_assert_int_eq(modulo(out.c[i]), modulo(expected[i] - expected[i + MLKEM_N]));
}
END_TEST

START_TEST(every_coefficient_survives_encoding_and_rounds_in_compression)
{
    const struct mlkem_backend *b = backend(_i);
    struct noncrypto_mlkem_poly p, back;
    uint8_t bytes[MLKEM_POLY_LEN];

    for (int32_t first = INT16_MIN; first < INT16_MAX; first += MLKEM_N) {
        for (int32_t i = 0; i < MLKEM_N; i++)
            p.c[i] = (int16_t)(first + i);
        b->encode(bytes, &p);
        b->decode(&back, bytes);
        for (int32_t i = 0; i < MLKEM_N; i++)
            if (back.c[i] != modulo(first + i))
                ck_abort_msg("encoding of %d", (int)(first + i));
        b->compress_u(bytes, &p);
        b->decompress_u(&back, bytes);
        for (int32_t i = 0; i < MLKEM_N; i++) {
            uint32_t y = mlkem_compress((uint16_t)modulo(first + i), 10);
            if (back.c[i] != (int)((y * Q + 512) / 1024))
                ck_abort_msg("compression of %d to 10 bits", (int)(first + i));
        }
        b->compress_v(bytes, &p);
        b->decompress_v(&back, bytes);
        for (int32_t i = 0; i < MLKEM_N; i++) {
            uint32_t y = mlkem_compress((uint16_t)modulo(first + i), 4);
            if (back.c[i] != (int)((y * Q + 8) / 16))
                ck_abort_msg("compression of %d to 4 bits", (int)(first + i));
        }
    }
}
END_TEST

START_TEST(decoding_takes_any_bits)
{
    const struct mlkem_backend *b = backend(_i);
    struct noncrypto_mlkem_poly p;
    uint8_t bytes[MLKEM_POLY_LEN];
    uint64_t state = check_seed();

    for (int round = 0; round < 1000; round++) {
        fill(bytes, sizeof bytes, &state);
        b->decode(&p, bytes);
        for (unsigned i = 0; i < MLKEM_N; i++) {
            unsigned bit = 12 * i;
            unsigned value = bytes[bit / 8] | (unsigned)bytes[bit / 8 + 1] << 8;
            if (p.c[i] != (int)(value >> bit % 8 & 0xfff))
                ck_abort_msg("coefficient %u", i);
        }
    }
}
END_TEST

/* Algorithm 8, bit by bit. */
START_TEST(noise_is_the_centred_binomial_distribution)
{
    const struct mlkem_backend *b = backend(_i);
    struct noncrypto_mlkem_poly p;
    uint8_t bytes[MLKEM_NOISE_LEN];
    uint64_t state = check_seed();

    for (int round = 0; round < 1000; round++) {
        fill(bytes, sizeof bytes, &state);
        b->sample_noise(&p, bytes);
        for (unsigned i = 0; i < MLKEM_N; i++) {
            unsigned bits = bytes[i / 2] >> (i % 2 * 4);
            int expected =
                (int)((bits & 1) + (bits >> 1 & 1)) - (int)((bits >> 2 & 1) + (bits >> 3 & 1));
            if (p.c[i] != expected)
                ck_abort_msg("coefficient %u", i);
        }
    }
}
END_TEST

/* Algorithm 7 for one buffer. */
static unsigned sample_by_definition(int16_t *out, unsigned room, const uint8_t *in, size_t len)
{
    unsigned n = 0;
    for (size_t bit = 0; bit < 8 * len && n < room; bit += 12) {
        unsigned value =
            ((unsigned)in[bit / 8] | (unsigned)in[bit / 8 + 1] << 8) >> bit % 8 & 0xfff;
        if (value < Q)
            out[n++] = (int16_t)value;
    }
    return n;
}

START_TEST(uniform_sampling_takes_what_is_below_q_and_never_more_than_there_is_room)
{
    const struct mlkem_backend *b = backend(_i);
    uint8_t bytes[KECCAK_RATE_128];
    int16_t out[MLKEM_N + 1], expected[MLKEM_N];
    uint64_t state = check_seed();

    for (unsigned round = 0; round < 4 * MLKEM_N; round++) {
        unsigned room = round % (MLKEM_N + 1);
        fill(bytes, sizeof bytes, &state);
        if (round % 3 == 0)
            memset(bytes + check_random(&state) % 100, round % 2 ? 0xff : 0, 60);
        unsigned n = sample_by_definition(expected, room, bytes, sizeof bytes);
        out[room] = 12345;
        ck_assert_uint_eq(b->sample_uniform(out, room, bytes, sizeof bytes), n);
        ck_assert_mem_eq(out, expected, n * sizeof out[0]);
        ck_assert_int_eq(out[room], 12345);
    }
}
END_TEST

/* Stronger than congruence: whoever compares intermediate values between machines finds none. */
START_TEST(back_ends_give_the_same_integers)
{
    const struct mlkem_backend *b = backend(_i), *c = &noncrypto_mlkem_portable;
    struct noncrypto_mlkem_poly x[2][MLKEM_K], y[2][MLKEM_K], out[2];
    uint64_t state = check_seed();

    for (int round = 0; round < 1000; round++) {
        for (unsigned k = 0; k < MLKEM_K; k++) {
            random_poly(&x[0][k], Q, &state);
            random_poly(&y[0][k], 4095, &state);
        }
        memcpy(x[1], x[0], sizeof x[0]);
        for (unsigned k = 0; k < MLKEM_K; k++) {
            b->ntt(&x[0][k]);
            c->ntt(&x[1][k]);
        }
        ck_assert_mem_eq(x[0], x[1], sizeof x[0]);
        b->multiply(&out[0], y[0], x[0]);
        c->multiply(&out[1], y[0], x[0]);
        ck_assert_mem_eq(&out[0], &out[1], sizeof out[0]);
        random_poly(&out[0], Q - 1, &state);
        out[1] = out[0];
        b->inverse_ntt(&out[0]);
        c->inverse_ntt(&out[1]);
        ck_assert_mem_eq(&out[0], &out[1], sizeof out[0]);
    }
}
END_TEST

static void add_interface_tests(Suite *suite)
{
    TCase *tc = tcase_create("interface");
    tcase_add_loop_test(tc, accumulated_vectors_of_cctv_hold, 0, 2);
    tcase_add_loop_test(tc, a_flip_in_any_byte_of_the_ciphertext_gives_the_rejection_secret, 0, 2);
    tcase_add_test(tc, an_encapsulation_key_with_any_coefficient_above_the_modulus_is_refused);
    tcase_add_test(tc, an_encapsulation_key_of_wrong_length_is_refused);
    tcase_add_test(tc, a_decapsulation_key_with_damage_in_its_public_part_is_refused);
    tcase_add_test(tc, decapsulation_refuses_wrong_lengths);
    tcase_add_test(tc, key_generation_refuses_a_seed_of_wrong_length);
    tcase_add_loop_test(tc, a_secret_coefficient_counts_modulo_q, 0, 2);
    tcase_add_loop_test(tc, the_workspace_holds_nothing_after_any_call, 0, 2);
    suite_add_tcase(suite, tc);
}

static Suite *mlkem768_suite(void)
{
    Suite *suite = suite_create("noncrypto mlkem768");
    TCase *tc = tcase_create("operations");
    add_interface_tests(suite);
    tcase_add_test(tc, compression_without_division_is_that_of_the_standard);
    tcase_add_test(tc, reductions_give_the_residue_within_their_bounds);
    tcase_add_loop_test(tc, the_transform_is_evaluation_modulo_the_quadratic_factors, 0, NBACKENDS);
    tcase_add_loop_test(tc, the_inverse_transform_undoes_the_transform, 0, NBACKENDS);
    tcase_add_loop_test(tc, a_product_is_that_of_the_ring, 0, NBACKENDS);
    tcase_add_loop_test(tc, every_coefficient_survives_encoding_and_rounds_in_compression, 0,
                        NBACKENDS);
    tcase_add_loop_test(tc, decoding_takes_any_bits, 0, NBACKENDS);
    tcase_add_loop_test(tc, noise_is_the_centred_binomial_distribution, 0, NBACKENDS);
    tcase_add_loop_test(
        tc, uniform_sampling_takes_what_is_below_q_and_never_more_than_there_is_room, 0, NBACKENDS);
    tcase_add_loop_test(tc, back_ends_give_the_same_integers, 0, NBACKENDS);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(mlkem768_suite)
