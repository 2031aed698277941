/*
 * Fp and Fp2 in lanes against the fields themselves. This file makes two programs: one of the model in plain C, and one
 * of the instructions, which has nothing to do on a processor without them.
 */
#include "field_helpers.h"

#include "field/fp2_lanes.h"
#include "field/limb.h"

#define ROUNDS 300

#if HAVE_LANES

/* Stored elements of all kinds: 0, 1, p - 1, 1 and p - 1 as integers of limbs, runs of ones, random. */
static struct nonzk_fp hostile(uint64_t *seed)
{
    struct nonzk_fp a = fp_random(seed), zero = {{0}};
    switch (check_random(seed) % 8) {
    case 0:
        return zero;
    case 1:
        return fp_u64(1);
    case 2:
        a = fp_u64(1);
        nonzk_fp_neg(&a, &a);
        return a;
    case 3:
        return (struct nonzk_fp){{1}};
    case 4:
        nonzk_fp_sub(&a, &zero, &(struct nonzk_fp){{1}});
        return a;
    case 5:
        for (int i = 0; i < 6; i++)
            a.limb[i] = check_random(seed) & 1 ? ~UINT64_C(0) : 0;
        a.limb[5] = check_random(seed) & 1 ? UINT64_C(0x19ffffffffffffff) : 0;
        return a;
    case 6:
        a = zero;
        a.limb[check_random(seed) % 6] = UINT64_C(1) << check_random(seed) % 60;
        return a;
    default:
        return a;
    }
}

struct eight {
    struct nonzk_fp2 value[LANES];
};

static void eight_hostile(struct eight *out, uint64_t *seed)
{
    for (int i = 0; i < LANES; i++)
        out->value[i] = (struct nonzk_fp2){hostile(seed), hostile(seed)};
}

LANES_CODE static void load(struct fp2_lanes *out, const struct eight *in)
{
    const struct nonzk_fp2 *from[LANES];
    for (int i = 0; i < LANES; i++)
        from[i] = &in->value[i];
    fp2_lanes_load(out, from);
}

LANES_CODE static void store(struct eight *out, struct fp2_lanes *a)
{
    struct nonzk_fp2 *to[LANES];
    for (int i = 0; i < LANES; i++)
        to[i] = &out->value[i];
    fp2_lanes_reduce(a);
    fp2_lanes_store(to, a);
}

enum operation {
    COPY,
    ADD,
    SUB,
    SUB_LARGE,
    MUL,
    SQUARE,
    SQUARE_LARGE,
    MUL_FP,
    SELECT,
    CLEAR,
    SAVE,
    REDUCE,
    NOPERATIONS
};

/* Adds a multiple of p to the coordinate that is subtracted in a square. */
LANES_CODE static void add_multiple(struct fp2_lanes *a, const uint64_t multiple[LANE_LIMBS])
{
    struct fp_lanes b;
    fp_lanes_all(&b, multiple);
    fp_lanes_add(&a->c1, &a->c1, &b);
}

LANES_CODE static void in_lanes(enum operation op, struct eight *out, const struct eight *in_a,
                                const struct eight *in_b, unsigned set)
{
    struct fp2_lanes a, b;
    struct fp2_lanes_saved saved;
    load(&a, in_a);
    load(&b, in_b);
    switch (op) {
    case ADD:
        fp2_lanes_add(&a, &a, &b);
        break;
    case SUB:
        fp2_lanes_sub(&a, &a, &b);
        break;
    case SUB_LARGE:
        /* 64 p more than what fp2_lanes_reduce() takes; the product by 1 is below 2 p. */
        fp2_lanes_sub_large(&a, &a, &b);
        fp2_lanes_scale(&a, &a, lanes_one);
        break;
    case MUL:
        fp2_lanes_mul(&a, &a, &b);
        fp2_lanes_scale(&a, &a, lanes_scale_up);
        break;
    case SQUARE:
        fp2_lanes_square(&a, &a);
        fp2_lanes_scale(&a, &a, lanes_scale_up);
        break;
    case SQUARE_LARGE:
        for (int i = 0; i < 63; i++)
            add_multiple(&a, lanes_1p);
        fp2_lanes_square(&a, &a);
        fp2_lanes_scale(&a, &a, lanes_scale_up);
        break;
    case MUL_FP:
        fp_lanes_mul(&a.c0, &a.c0, &b.c0);
        fp_lanes_square(&a.c1, &a.c1);
        fp2_lanes_scale(&a, &a, lanes_scale_up);
        break;
    case SELECT:
        fp2_lanes_select(&a, set, &a, &b);
        break;
    case CLEAR:
        fp2_lanes_clear(&a, set);
        break;
    case SAVE:
        fp2_lanes_save(&saved, &a);
        fp2_lanes_restore(&a, &saved);
        break;
    case REDUCE:
        /* All multiples of p below 16 p; store() takes them away. */
        if (set & 1)
            add_multiple(&a, lanes_1p);
        if (set & 2)
            add_multiple(&a, lanes_2p);
        if (set & 4)
            add_multiple(&a, lanes_4p);
        if (set & 8)
            add_multiple(&a, lanes_8p);
        break;
    default:
        break;
    }
    store(out, &a);
}

static struct nonzk_fp2 one_by_one(enum operation op, const struct nonzk_fp2 *a,
                                   const struct nonzk_fp2 *b, int in_set)
{
    struct nonzk_fp2 out = *a;
    switch (op) {
    case ADD:
        nonzk_fp2_add(&out, a, b);
        break;
    case SUB:
    case SUB_LARGE:
        nonzk_fp2_sub(&out, a, b);
        break;
    case MUL:
        nonzk_fp2_mul(&out, a, b);
        break;
    case SQUARE:
    case SQUARE_LARGE:
        nonzk_fp2_square(&out, a);
        break;
    case MUL_FP:
        nonzk_fp_mul(&out.c0, &a->c0, &b->c0);
        nonzk_fp_square(&out.c1, &a->c1);
        break;
    case SELECT:
        nonzk_fp2_select(&out, a, b, in_set);
        break;
    case CLEAR:
        if (in_set)
            memset(&out, 0, sizeof out);
        break;
    default:
        break;
    }
    return out;
}

START_TEST(lanes_agree_with_single_elements)
{
    uint64_t seed = check_seed();
    struct eight a, b, out, expected;
    for (int round = 0; round < ROUNDS; round++) {
        unsigned set = (unsigned)check_random(&seed) % (1u << LANES);
        eight_hostile(&a, &seed);
        eight_hostile(&b, &seed);
        in_lanes((enum operation)_i, &out, &a, &b, set);
        for (int i = 0; i < LANES; i++)
            expected.value[i] =
                one_by_one((enum operation)_i, &a.value[i], &b.value[i], (int)(set >> i & 1));
        ck_assert_mem_eq(&out, &expected, sizeof out);
    }
}
END_TEST

/* What the integer of the limbs is modulo p, as a number. */
static struct nonzk_fp value_of(const uint64_t limb[LANE_LIMBS][LANES], int lane)
{
    struct nonzk_fp sum = fp_u64(0), base = fp_u64(UINT64_C(1) << LANE_BITS), t;
    for (int i = LANE_LIMBS - 1; i >= 0; i--) {
        t = fp_u64(limb[i][lane]);
        nonzk_fp_mul(&sum, &sum, &base);
        nonzk_fp_add(&sum, &sum, &t);
    }
    return sum;
}

LANES_CODE static void multiply_saved(struct fp_lanes_saved *out, const struct fp_lanes_saved *a,
                                      const struct fp_lanes_saved *b)
{
    struct fp_lanes x, y;
    fp_lanes_restore(&x, a);
    fp_lanes_restore(&y, b);
    fp_lanes_mul(&x, &x, &y);
    /* Below 2 p, so that this reduces it. */
    fp_lanes_reduce_by(&x, lanes_1p);
    fp_lanes_save(out, &x);
}

/* The integer is below p. */
static int is_reduced(const uint64_t limb[LANE_LIMBS][LANES], int lane)
{
    for (int i = LANE_LIMBS - 1; i >= 0; i--)
        if (limb[i][lane] != lanes_1p[i])
            return limb[i][lane] < lanes_1p[i];
    return 0;
}

/* Factors below 2^17 p that are far from reduced, full limbs among them. */
START_TEST(products_of_the_largest_factors_are_right_and_below_2p)
{
    uint64_t seed = check_seed();
    struct nonzk_fp factor = fp_u64(1);
    struct fp_lanes_saved in[2], out;
    for (int i = 0; i < 416; i++)
        nonzk_fp_add(&factor, &factor, &factor);
    for (int round = 0; round < ROUNDS; round++) {
        for (int k = 0; k < 2 * LANE_LIMBS * LANES; k++) {
            int limb = k / LANES % LANE_LIMBS;
            uint64_t most = limb == LANE_LIMBS - 1 ? (UINT64_C(1) << 33) - 1 : LANE_MASK;
            uint64_t value = check_random(&seed), kind = round == 0 ? 0 : check_random(&seed) % 4;
            in[k / LANES / LANE_LIMBS].limb[limb][k % LANES] = kind == 0   ? most
                                                               : kind == 1 ? 0
                                                                           : value & most;
        }
        multiply_saved(&out, &in[0], &in[1]);
        for (int lane = 0; lane < LANES; lane++) {
            struct nonzk_fp a = value_of(in[0].limb, lane), b = value_of(in[1].limb, lane);
            struct nonzk_fp product = value_of(out.limb, lane);
            nonzk_fp_mul(&product, &product, &factor);
            nonzk_fp_mul(&a, &a, &b);
            assert_fp_equal(&product, &a);
            ck_assert_int_eq(is_reduced(out.limb, lane), 1);
        }
    }
}
END_TEST

struct words {
    uint64_t lane[LANES];
};

LANES_CODE static void operate(struct words out[11], unsigned sets[2], const struct words *a,
                               const struct words *b, const struct words *c)
{
    struct lanes x = lanes_load(a->lane), y = lanes_load(b->lane), z = lanes_load(c->lane);
    lanes_store(out[0].lane, lanes_add(x, y));
    lanes_store(out[1].lane, lanes_sub(x, y));
    lanes_store(out[2].lane, lanes_and(x, y));
    lanes_store(out[3].lane, lanes_or(x, y));
    lanes_store(out[4].lane, lanes_shift_left(x, 12));
    lanes_store(out[5].lane, lanes_shift_right(x, 52));
    lanes_store(out[6].lane, lanes_shift_right_signed(x, 52));
    lanes_store(out[7].lane, lanes_add_low(x, y, z));
    lanes_store(out[8].lane, lanes_add_high(x, y, z));
    lanes_store(out[9].lane, lanes_all(a->lane[3]));
    sets[0] = lanes_equal(x, y);
    sets[1] = lanes_negative(x);
    lanes_store(out[10].lane, lanes_select(sets[1], y, z));
}

START_TEST(operations_do_in_each_lane_what_they_say)
{
    uint64_t seed = check_seed();
    struct words in[3], out[11];
    unsigned sets[2];
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 3 * LANES; i++)
            in[i / LANES].lane[i % LANES] =
                check_random(&seed) % 4 == 0 ? UINT64_MAX : check_random(&seed);
        in[1].lane[round % LANES] = in[0].lane[round % LANES];
        operate(out, sets, &in[0], &in[1], &in[2]);
        for (int i = 0; i < LANES; i++) {
            uint64_t a = in[0].lane[i], b = in[1].lane[i], c = in[2].lane[i], high = 0;
            uint64_t low = limb_mul_add(0, b & LANE_MASK, c & LANE_MASK, &high);
            ck_assert_uint_eq(out[0].lane[i], a + b);
            ck_assert_uint_eq(out[1].lane[i], a - b);
            ck_assert_uint_eq(out[2].lane[i], a & b);
            ck_assert_uint_eq(out[3].lane[i], a | b);
            ck_assert_uint_eq(out[4].lane[i], a << 12);
            ck_assert_uint_eq(out[5].lane[i], a >> 52);
            ck_assert_uint_eq(out[6].lane[i], a >> 63 ? ~(~a >> 52) : a >> 52);
            ck_assert_uint_eq(out[7].lane[i], a + (low & LANE_MASK));
            ck_assert_uint_eq(out[8].lane[i], a + (high << 12 | low >> 52));
            ck_assert_uint_eq(out[9].lane[i], in[0].lane[3]);
            ck_assert_uint_eq(out[10].lane[i], a >> 63 ? b : c);
            ck_assert_uint_eq(sets[0] >> i & 1, a == b);
            ck_assert_uint_eq(sets[1] >> i & 1, a >> 63);
        }
    }
}
END_TEST

static void add_tests(TCase *tc)
{
    if (!lanes_allowed()) {
        printf("# this processor has no AVX-512 IFMA: the model of it alone was tested\n");
        return;
    }
    tcase_add_test(tc, operations_do_in_each_lane_what_they_say);
    tcase_add_loop_test(tc, lanes_agree_with_single_elements, 0, NOPERATIONS);
    tcase_add_test(tc, products_of_the_largest_factors_are_right_and_below_2p);
}

#else

static void add_tests(TCase *tc)
{
    (void)tc;
    printf("# this target has no AVX-512 IFMA: the model of it alone was tested\n");
}

#endif

static Suite *fp_lanes_suite(void)
{
    Suite *suite = suite_create("nonzk Fp in lanes");
    TCase *tc = tcase_create("lanes");
    tcase_set_timeout(tc, 60);
    add_tests(tc);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(fp_lanes_suite)
