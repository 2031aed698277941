/*
 * The operations of ML-DSA against their definitions, with each back end.
 */
#include <check_main.h>

#include "mldsa/mldsa.h"

#define Q MLDSA_Q

static const struct mldsa_backend *const backends[] = {
    &noncrypto_mldsa_portable,
#if NONCRYPTO_X86_64
    &noncrypto_mldsa_avx2,
#endif
};
#define NBACKENDS (int)(sizeof backends / sizeof backends[0])

static const struct mldsa_backend *backend(int i)
{
#if NONCRYPTO_X86_64
    if (backends[i] == &noncrypto_mldsa_avx2 && !(noncrypto_cpu_detect() & NONCRYPTO_CPU_AVX2)) {
        printf("# skipped: no AVX2 here\n");
        return &noncrypto_mldsa_portable;
    }
#endif
    return backends[i];
}

static int32_t modulo(int64_t x)
{
    return (int32_t)((x % Q + Q) % Q);
}

/* The representative in (-m/2, m/2] (section 2.3). */
static int32_t centred(int64_t x, int32_t m)
{
    int32_t r = (int32_t)((x % m + m) % m);
    return r > m / 2 ? r - m : r;
}

static void fill(void *out, size_t len, uint64_t *state)
{
    uint8_t *p = out;
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)check_random(state);
}

/* Coefficients in [-bound, bound], with more than their share at the ends. */
static void random_poly(struct noncrypto_mldsa_poly *p, int32_t bound, uint64_t *state)
{
    for (unsigned i = 0; i < MLDSA_N; i++) {
        uint64_t r = check_random(state);
        int32_t c = (int32_t)((r >> 8) % ((uint64_t)bound + 1));
        if (r % 16 == 0)
            c = bound;
        p->c[i] = r & 0x80 ? -c : c;
    }
}

START_TEST(reductions_give_the_residue_within_their_bounds)
{
    const int64_t limit = (int64_t)Q << 31;

    for (int64_t x = -limit; x < limit; x += 734003456789) {
        int32_t r = mldsa_montgomery(x + 1);
        ck_assert_int_eq(modulo((int64_t)modulo(r) * 4193792), modulo(x + 1)); /* 2^32 */
        ck_assert_int_lt(abs(r), Q);
    }
    for (int64_t x = INT32_MIN; x < (int64_t)INT32_MAX - (1 << 22); x += 100003) {
        int32_t r = mldsa_reduce((int32_t)x);
        ck_assert_int_eq(modulo(r), modulo(x));
        ck_assert_int_le(4 * (int64_t)abs(r), 3 * (int64_t)Q);
        if (2 * x > -3 * (int64_t)Q && 2 * x < 3 * (int64_t)Q &&
            abs(centred(x, Q)) < Q / 2 - (1 << 13))
            ck_assert_int_eq(r, centred(x, Q));
    }
}
END_TEST

static unsigned reverse8(unsigned i)
{
    unsigned r = 0;
    for (unsigned bit = 0; bit < 8; bit++)
        r |= (i >> bit & 1) << (7 - bit);
    return r;
}

/* Section 7.5: entry i of the transform is the polynomial at zeta^(2 BitRev8(i) + 1). */
START_TEST(the_transform_is_evaluation_at_the_roots)
{
    const struct mldsa_backend *b = backend(_i);
    struct noncrypto_mldsa_poly p, t;
    uint64_t state = check_seed();

    for (int round = 0; round < 20; round++) {
        random_poly(&p, Q - 1, &state);
        t = p;
        b->ntt(&t);
        for (unsigned i = 0; i < MLDSA_N; i++) {
            int64_t root = 1, value = 0;
            for (unsigned e = 0; e < 2 * reverse8(i) + 1; e++)
                root = root * 1753 % Q;
            for (unsigned j = MLDSA_N; j-- > 0;)
                value = modulo(value * root + p.c[j]);
            if (modulo(t.c[i]) != (int32_t)value || abs(t.c[i]) >= 9 * Q)
                ck_abort_msg("coefficient %u", i);
        }
    }
}
END_TEST

START_TEST(the_inverse_transform_undoes_the_transform)
{
    const struct mldsa_backend *b = backend(_i);
    struct noncrypto_mldsa_poly p, t;
    uint64_t state = check_seed();

    for (int round = 0; round < 1000; round++) {
        random_poly(&p, Q - 1, &state);
        t = p;
        b->ntt(&t);
        for (unsigned i = 0; i < MLDSA_N; i++)
            t.c[i] %= Q;
        b->inverse_ntt(&t);
        for (unsigned i = 0; i < MLDSA_N; i++) {
            /* 2^32 */
            if (modulo(t.c[i]) != modulo((int64_t)modulo(p.c[i]) * 4193792) || abs(t.c[i]) >= Q)
                ck_abort_msg("coefficient %u", i);
        }
    }
}
END_TEST

/* The product of the ring by its definition. */
static void multiply_slowly(int32_t out[MLDSA_N], const struct noncrypto_mldsa_poly *x,
                            const struct noncrypto_mldsa_poly *y)
{
    for (unsigned k = 0; k < MLDSA_N; k++) {
        int64_t sum = 0;
        for (unsigned i = 0; i < MLDSA_N; i++) {
            int64_t term = (int64_t)x->c[i] * y->c[(k - i) % MLDSA_N] % Q;
            sum += i <= k ? term : -term;
        }
        out[k] = modulo(sum);
    }
}

START_TEST(products_are_those_of_the_ring)
{
    const struct mldsa_backend *b = backend(_i);
    struct noncrypto_mldsa_poly x[MLDSA_L], y[MLDSA_L], out;
    const struct noncrypto_mldsa_poly *row[MLDSA_L];
    int32_t product[MLDSA_N], sum[MLDSA_N] = {0};
    uint64_t state = check_seed();

    for (unsigned j = 0; j < MLDSA_L; j++) {
        random_poly(&x[j], Q - 1, &state);
        random_poly(&y[j], Q - 1, &state);
        multiply_slowly(product, &x[j], &y[j]);
        for (unsigned i = 0; i < MLDSA_N; i++)
            sum[i] = modulo((int64_t)sum[i] + product[i]);
        b->ntt(&x[j]);
        b->ntt(&y[j]);
        for (unsigned i = 0; i < MLDSA_N; i++)
            x[j].c[i] = modulo(x[j].c[i]);
        row[j] = &x[j];
    }
    b->inner(&out, row, y);
    b->inverse_ntt(&out);
    for (unsigned i = 0; i < MLDSA_N; i++)
        ck_assert_int_eq(modulo(out.c[i]), sum[i]);
    b->multiply(&out, &x[MLDSA_L - 1], &y[MLDSA_L - 1]);
    b->inverse_ntt(&out);
    for (unsigned i = 0; i < MLDSA_N; i++)
        ck_assert_int_eq(modulo(out.c[i]), product[i]);
}
END_TEST

/* Algorithm 36 for every number there is, in both representatives. */
START_TEST(decompose_is_that_of_the_standard_for_every_coefficient)
{
    const struct mldsa_backend *b = backend(_i);
    struct noncrypto_mldsa_poly p;
    uint8_t high[MLDSA_W1_LEN];

    for (int32_t first = -Q + 1; first < Q; first += MLDSA_N) {
        for (int32_t i = 0; i < MLDSA_N; i++)
            p.c[i] = first + i < Q ? first + i : 0;
        b->decompose(high, &p);
        for (int32_t i = 0; i < MLDSA_N && first + i < Q; i++) {
            int32_t r = modulo(first + i);
            int32_t low = centred(r, 2 * MLDSA_GAMMA2), part = 0;
            if (r - low == Q - 1)
                low--;
            else
                part = (r - low) / (2 * MLDSA_GAMMA2);
            if (p.c[i] != low || (high[i / 2] >> (i % 2 * 4) & 15) != part)
                ck_abort_msg("decompose of %d", r);
        }
    }
}
END_TEST

START_TEST(power2round_is_that_of_the_standard_for_every_coefficient)
{
    struct noncrypto_mldsa_poly p, t1;
    uint8_t bytes[MLDSA_T1_LEN];

    for (int32_t first = 0; first < Q; first += MLDSA_N) {
        for (int32_t i = 0; i < MLDSA_N; i++)
            p.c[i] = first + i < Q ? first + i - (i % 2 ? Q : 0) : 0;
        noncrypto_mldsa_power2round(bytes, &p);
        noncrypto_mldsa_decode_t1(&t1, bytes);
        for (int32_t i = 0; i < MLDSA_N && first + i < Q; i++) {
            int32_t r = first + i - (i % 2 ? Q : 0);
            if (p.c[i] != centred(modulo(r), 1 << MLDSA_D) || t1.c[i] != modulo(r) - p.c[i])
                ck_abort_msg("power2round of %d", r);
        }
    }
}
END_TEST

/* What hints are for: whoever has r and the hint for z finds the high part of r + z. */
START_TEST(a_hint_gives_the_high_part_of_the_sum)
{
    struct noncrypto_mldsa_poly r, z, sum;
    uint8_t high[MLDSA_W1_LEN], sum_high[MLDSA_W1_LEN], hint[MLDSA_HINT_LEN];
    uint64_t state = check_seed();

    for (int round = 0; round < 500; round++) {
        random_poly(&r, Q - 1, &state);
        random_poly(&z, round % 2 ? MLDSA_GAMMA2 : 200000, &state);
        for (unsigned i = 0; i < MLDSA_N; i++)
            sum.c[i] = modulo((int64_t)r.c[i] + z.c[i]);
        /* MakeHint(-z, r + z): low of r + z, less z, against the high part of r + z. */
        noncrypto_mldsa_decompose(sum_high, &sum);
        noncrypto_mldsa_subtract(&sum, &z);
        uint32_t count = noncrypto_mldsa_make_hint(hint, &sum, sum_high);
        uint32_t nbits = 0;
        for (unsigned i = 0; i < MLDSA_N; i++)
            nbits += hint[i / 8] >> i % 8 & 1;
        ck_assert_uint_eq(count, nbits);
        noncrypto_mldsa_decompose(high, &r);
        noncrypto_mldsa_use_hint(high, &r, hint);
        ck_assert_mem_eq(high, sum_high, sizeof high);
    }
}
END_TEST

START_TEST(a_norm_is_exceeded_from_the_bound_on_in_any_place)
{
    const struct mldsa_backend *b = backend(_i);
    static const int32_t bounds[] = {MLDSA_GAMMA1 - MLDSA_BETA, MLDSA_GAMMA2 - MLDSA_BETA,
                                     MLDSA_GAMMA2, 1};
    struct noncrypto_mldsa_poly p;

    for (unsigned k = 0; k < 4; k++)
        for (unsigned i = 0; i < MLDSA_N; i++)
            for (int sign = -1; sign <= 1; sign += 2) {
                for (unsigned j = 0; j < MLDSA_N; j++)
                    p.c[j] = (j % 2 ? 1 : -1) * (bounds[k] - 1);
                ck_assert_uint_eq(b->exceeds(&p, bounds[k]), 0);
                p.c[i] = sign * bounds[k];
                ck_assert_uint_eq(b->exceeds(&p, bounds[k]), UINT32_MAX);
                p.c[i] = sign * (Q / 2 + 5);
                ck_assert_uint_eq(b->exceeds(&p, bounds[k]), UINT32_MAX);
            }
}
END_TEST

/* Number i of `width` bits each. */
static uint32_t number(const uint8_t *bytes, unsigned i, unsigned width)
{
    uint32_t value = 0;
    for (unsigned bit = 0; bit < width; bit++) {
        unsigned at = i * width + bit;
        value |= (uint32_t)(bytes[at / 8] >> at % 8 & 1) << bit;
    }
    return value;
}

START_TEST(encodings_are_bit_strings_of_the_standard)
{
    const struct mldsa_backend *b = backend(_i);
    struct noncrypto_mldsa_poly p;
    uint8_t in[MLDSA_Z_LEN], out[MLDSA_Z_LEN];
    uint64_t state = check_seed();

    for (int round = 0; round < 300; round++) {
        fill(in, sizeof in, &state);
        b->decode_z(&p, in);
        for (unsigned i = 0; i < MLDSA_N; i++)
            if (p.c[i] != MLDSA_GAMMA1 - (int32_t)number(in, i, 20))
                ck_abort_msg("coefficient %u", i);
        noncrypto_mldsa_encode_z(out, &p);
        ck_assert_mem_eq(out, in, MLDSA_Z_LEN);
        noncrypto_mldsa_decode_t0(&p, in);
        for (unsigned i = 0; i < MLDSA_N; i++)
            if (p.c[i] != 4096 - (int32_t)number(in, i, 13))
                ck_abort_msg("coefficient %u", i);
        noncrypto_mldsa_encode_t0(out, &p);
        ck_assert_mem_eq(out, in, MLDSA_T0_LEN);
        noncrypto_mldsa_decode_t1(&p, in);
        for (unsigned i = 0; i < MLDSA_N; i++)
            if (p.c[i] != (int32_t)number(in, i, 10) << MLDSA_D)
                ck_abort_msg("coefficient %u", i);
        for (unsigned i = 0; i < MLDSA_ETA_LEN; i++)
            in[i] = (uint8_t)(in[i] % 9 | (in[i] / 9 % 9) << 4);
        noncrypto_mldsa_decode_eta(&p, in);
        for (unsigned i = 0; i < MLDSA_N; i++)
            if (p.c[i] != 4 - (int32_t)number(in, i, 4))
                ck_abort_msg("coefficient %u", i);
        noncrypto_mldsa_encode_eta(out, &p);
        ck_assert_mem_eq(out, in, MLDSA_ETA_LEN);
    }
}
END_TEST

START_TEST(uniform_sampling_takes_what_is_below_q_and_never_more_than_there_is_room)
{
    const struct mldsa_backend *b = backend(_i);
    uint8_t bytes[KECCAK_RATE_128];
    int32_t out[MLDSA_N + 1];
    uint64_t state = check_seed();

    for (unsigned round = 0; round < 4 * MLDSA_N; round++) {
        unsigned room = round % (MLDSA_N + 1), n = 0;
        fill(bytes, sizeof bytes, &state);
        for (unsigned i = 2; i < sizeof bytes; i += 3 * (1 + check_random(&state) % 4))
            bytes[i] |= 0x7f; /* near or above q */
        out[room] = 12345;
        unsigned found = b->sample_uniform(out, room, bytes, sizeof bytes);
        for (unsigned i = 0; i < sizeof bytes / 3 && n < room; i++) {
            int32_t value = (int32_t)(number(bytes, i, 24) & 0x7fffff);
            if (value < Q) {
                if (n >= found || out[n++] != value)
                    ck_abort_msg("value %u", n);
            }
        }
        ck_assert_uint_eq(found, n);
        ck_assert_int_eq(out[room], 12345);
    }
}
END_TEST

START_TEST(small_sampling_takes_half_bytes_up_to_eight_and_never_more_than_there_is_room)
{
    const struct mldsa_backend *b = backend(_i);
    uint8_t bytes[KECCAK_RATE_256];
    int32_t out[MLDSA_N + 1];
    uint64_t state = check_seed();

    for (unsigned round = 0; round < 4 * MLDSA_N; round++) {
        unsigned room = round % (MLDSA_N + 1), n = 0;
        fill(bytes, sizeof bytes, &state);
        out[room] = 12345;
        unsigned found = b->sample_small(out, room, bytes, sizeof bytes);
        for (unsigned i = 0; i < 2 * sizeof bytes && n < room; i++) {
            int32_t value = (int32_t)number(bytes, i, 4);
            if (value <= 8) {
                if (n >= found || out[n++] != 4 - value)
                    ck_abort_msg("value %u", n);
            }
        }
        ck_assert_uint_eq(found, n);
        ck_assert_int_eq(out[room], 12345);
    }
}
END_TEST

START_TEST(back_ends_give_the_same_integers)
{
    const struct mldsa_backend *b = backend(_i), *c = &noncrypto_mldsa_portable;
    struct noncrypto_mldsa_poly x[2], y[2];
    uint64_t state = check_seed();

    for (int round = 0; round < 1000; round++) {
        random_poly(&x[0], Q - 1, &state);
        random_poly(&y[0], 9 * Q - 1, &state);
        x[1] = x[0];
        y[1] = y[0];
        b->ntt(&x[0]);
        c->ntt(&x[1]);
        ck_assert_mem_eq(&x[0], &x[1], sizeof x[0]);
        b->multiply(&x[0], &x[0], &y[0]);
        c->multiply(&x[1], &x[1], &y[1]);
        ck_assert_mem_eq(&x[0], &x[1], sizeof x[0]);
        b->inverse_ntt(&x[0]);
        c->inverse_ntt(&x[1]);
        ck_assert_mem_eq(&x[0], &x[1], sizeof x[0]);
        b->add(&y[0], &x[0]);
        c->add(&y[1], &x[1]);
        ck_assert_mem_eq(&y[0], &y[1], sizeof y[0]);
        b->subtract(&y[0], &x[0]);
        c->subtract(&y[1], &x[1]);
        ck_assert_mem_eq(&y[0], &y[1], sizeof y[0]);
    }
}
END_TEST

/* Whatever decodes is what would have been encoded. */
START_TEST(a_hint_that_decodes_encodes_to_the_same_bytes)
{
    uint8_t in[MLDSA_OMEGA + MLDSA_K], out[sizeof in], hint[MLDSA_K * MLDSA_HINT_LEN];
    uint64_t state = check_seed();
    unsigned ngood = 0;

    for (int round = 0; round < 20000; round++) {
        unsigned n = 0, step = 1 + (unsigned)(check_random(&state) % 60);
        memset(in, 0, sizeof in);
        for (unsigned i = 0; i < MLDSA_K; i++) {
            for (unsigned at = 0; at < 256 && n < MLDSA_OMEGA && check_random(&state) % 8;
                 at += 1 + (unsigned)(check_random(&state) % step))
                in[n++] = (uint8_t)at;
            in[MLDSA_OMEGA + i] = (uint8_t)n;
        }
        if (round % 2)
            in[check_random(&state) % sizeof in] ^= (uint8_t)(1u << check_random(&state) % 8);
        if (noncrypto_mldsa_decode_hint(hint, in) != 0) {
            ck_assert_int_eq(round % 2, 1);
            continue;
        }
        noncrypto_mldsa_encode_hint(out, hint);
        ck_assert_mem_eq(out, in, sizeof in);
        ngood++;
    }
    ck_assert_uint_gt(ngood, 10000);
}
END_TEST

/* Algorithm 29: 49 coefficients are 1 or -1. */
START_TEST(a_challenge_has_its_weight)
{
    struct noncrypto_mldsa_poly c;
    uint8_t hash[MLDSA_CHALLENGE_LEN];
    uint64_t state = check_seed();

    for (int round = 0; round < 1000; round++) {
        unsigned weight = 0, nzeros = 0;
        fill(hash, sizeof hash, &state);
        noncrypto_mldsa_sample_challenge(&c, hash);
        for (unsigned i = 0; i < MLDSA_N; i++) {
            weight += abs(c.c[i]) == 1;
            nzeros += c.c[i] == 0;
        }
        ck_assert_uint_eq(weight, MLDSA_TAU);
        ck_assert_uint_eq(nzeros, MLDSA_N - MLDSA_TAU);
    }
}
END_TEST

static Suite *mldsa65_parts_suite(void)
{
    Suite *suite = suite_create("noncrypto mldsa65 parts");
    TCase *tc = tcase_create("operations");
    tcase_add_test(tc, reductions_give_the_residue_within_their_bounds);
    tcase_add_loop_test(tc, the_transform_is_evaluation_at_the_roots, 0, NBACKENDS);
    tcase_add_loop_test(tc, the_inverse_transform_undoes_the_transform, 0, NBACKENDS);
    tcase_add_loop_test(tc, products_are_those_of_the_ring, 0, NBACKENDS);
    tcase_add_loop_test(tc, decompose_is_that_of_the_standard_for_every_coefficient, 0, NBACKENDS);
    tcase_add_test(tc, power2round_is_that_of_the_standard_for_every_coefficient);
    tcase_add_test(tc, a_hint_gives_the_high_part_of_the_sum);
    tcase_add_loop_test(tc, a_norm_is_exceeded_from_the_bound_on_in_any_place, 0, NBACKENDS);
    tcase_add_loop_test(tc, encodings_are_bit_strings_of_the_standard, 0, NBACKENDS);
    tcase_add_loop_test(
        tc, uniform_sampling_takes_what_is_below_q_and_never_more_than_there_is_room, 0, NBACKENDS);
    tcase_add_loop_test(
        tc, small_sampling_takes_half_bytes_up_to_eight_and_never_more_than_there_is_room, 0,
        NBACKENDS);
    tcase_add_loop_test(tc, back_ends_give_the_same_integers, 0, NBACKENDS);
    tcase_add_test(tc, a_hint_that_decodes_encodes_to_the_same_bytes);
    tcase_add_test(tc, a_challenge_has_its_weight);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(mldsa65_parts_suite)
