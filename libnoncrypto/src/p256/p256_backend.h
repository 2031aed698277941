/*
 * Everything of P-256 that is computed in the field: the text of a back end, after its fe_mul and fe_sqr. P256_BACKEND is
 * the name of the table that it defines. Private to libnoncrypto.
 */
#include "weierstrass/jacobian.h"
#include "weierstrass/wnaf.h"

#include <noncrypto/memory.h>
#include <string.h>

#define MULTIPLES 16 /* of 1 to 16: digits of 5 bits with a sign */

/* b of the curve equation, and -10 and sqrt(10), which RFC 9380, section 8.2, has as Z and sqrt(-Z). */
static const struct fe curve_b = {
    {0xd89cdf6229c4bddf, 0xacf005cd78843090, 0xe5a220abf7212ed6, 0xdc30061d04874834}};
static const struct fe map_z = {
    {0xfffffffffffffff5, 0x0000000affffffff, 0x0000000000000000, 0xfffffff50000000b}};
static const struct fe map_sqrt_minus_z = {
    {0xa1fd38ee98a195fd, 0x78400ad7423dcf70, 0x6913c88f9ea8dfee, 0x9051d26e12a8f304}};

static void fe_from_integer(struct fe *out, const uint64_t a[4])
{
    memcpy(out->v, a, sizeof out->v);
    fe_mul(out, out, &fe_rr);
}

static void fe_to_integer(uint64_t out[4], const struct fe *a)
{
    static const struct fe one = {{1, 0, 0, 0}};
    struct fe plain;

    fe_mul(&plain, a, &one);
    memcpy(out, plain.v, sizeof plain.v);
    noncrypto_wipe(&plain, sizeof plain);
}

static void fe_sqr_times(struct fe *out, const struct fe *a, int times)
{
    fe_sqr(out, a);
    for (int i = 1; i < times; i++)
        fe_sqr(out, out);
}

/*
 * out = a^((p - 3) / 4), on which inversion and square roots are built; `out` is not a. From its top the exponent has 32
 * ones, 31 zeros and a one, 96 zeros, 94 ones.
 */
static void fe_power(struct fe *out, const struct fe *a)
{
    struct fe ones3, ones6, ones15, ones30, ones32;

    fe_sqr(&ones3, a);
    fe_mul(&ones3, &ones3, a);
    fe_sqr(&ones3, &ones3);
    fe_mul(&ones3, &ones3, a);
    fe_sqr_times(&ones6, &ones3, 3);
    fe_mul(&ones6, &ones6, &ones3);
    fe_sqr_times(&ones15, &ones6, 6);
    fe_mul(&ones15, &ones15, &ones6);
    fe_sqr_times(&ones15, &ones15, 3);
    fe_mul(&ones15, &ones15, &ones3);
    fe_sqr_times(&ones30, &ones15, 15);
    fe_mul(&ones30, &ones30, &ones15);
    fe_sqr(&ones32, &ones30);
    fe_mul(&ones32, &ones32, a);
    fe_sqr(&ones32, &ones32);
    fe_mul(&ones32, &ones32, a);

    fe_sqr_times(out, &ones32, 32);
    fe_mul(out, out, a);
    fe_sqr_times(out, out, 128);
    fe_mul(out, out, &ones32);
    fe_sqr_times(out, out, 32);
    fe_mul(out, out, &ones32);
    fe_sqr_times(out, out, 30);
    fe_mul(out, out, &ones30);
}

/* out = 1 / a, and 0 for 0: p - 2 is 4 (p - 3) / 4 + 1. */
static void fe_invert(struct fe *out, const struct fe *a)
{
    struct fe t;

    fe_power(&t, a);
    fe_sqr_times(&t, &t, 2);
    fe_mul(out, &t, a);
    noncrypto_wipe(&t, sizeof t);
}

/* out = x^3 - 3 x + b */
static void curve_equation(struct fe *out, const struct fe *x)
{
    struct fe t;

    fe_sqr(&t, x);
    fe_mul(&t, &t, x);
    fe_sub(&t, &t, x);
    fe_sub(&t, &t, x);
    fe_sub(&t, &t, x);
    fe_add(out, &t, &curve_b);
}

static uint64_t from_integers(struct affine *out, const uint64_t x[4], const uint64_t y[4])
{
    struct fe left, right;

    fe_from_integer(&out->x, x);
    fe_from_integer(&out->y, y);
    fe_sqr(&left, &out->y);
    curve_equation(&right, &out->x);
    return fe_is_equal(&left, &right) & limbs_are_less(x, fe_p, 4) & limbs_are_less(y, fe_p, 4);
}

/* A root is the power (p + 1) / 4, if there is one. No x has the root 0, since there is no point of order 2. */
static uint64_t from_x(struct affine *out, const uint64_t x[4], uint64_t odd)
{
    struct fe square, check;
    uint64_t y[4];

    fe_from_integer(&out->x, x);
    curve_equation(&square, &out->x);
    fe_power(&out->y, &square);
    fe_mul(&out->y, &out->y, &square);
    fe_sqr(&check, &out->y);
    fe_to_integer(y, &out->y);
    fe_negate_if(&out->y, ct_mask64(y[0] ^ odd));
    return fe_is_equal(&check, &square) & limbs_are_less(x, fe_p, 4);
}

static uint64_t to_integers(uint64_t x[4], uint64_t y[4], const struct point *a)
{
    struct fe inverse, square, t;

    fe_invert(&inverse, &a->z);
    fe_sqr(&square, &inverse);
    fe_mul(&t, &a->x, &square);
    fe_to_integer(x, &t);
    if (y) {
        fe_mul(&square, &square, &inverse);
        fe_mul(&t, &a->y, &square);
        fe_to_integer(y, &t);
    }
    noncrypto_wipe(&inverse, sizeof inverse);
    noncrypto_wipe(&square, sizeof square);
    noncrypto_wipe(&t, sizeof t);
    return fe_is_zero(&a->z);
}

static void negate(struct point *a)
{
    fe_negate_if(&a->y, ~UINT64_C(0));
}

/* The digit of weight 32^i in -16 to 16 (Booth): its size is returned, `*minus` is a mask of its sign. */
static uint64_t signed_digit(uint64_t *minus, const uint64_t k[4], unsigned i)
{
    /* Six bits: from the one below the digit on. */
    uint32_t bits = i == 0 ? limbs_bits(k, 4, 0) << 1 : limbs_bits(k, 4, 5 * i - 1);

    bits &= 63;
    *minus = ct_mask64(bits >> 5);
    bits = ct_select32((uint32_t)*minus, 63 - bits, bits);
    return (bits + 1) >> 1;
}

/* 16 bytes, in a vector register where there are any. */
typedef uint64_t chunk __attribute__((vector_size(16)));

/* out = table[digit - 1], an entry of `nchunks` chunks; all zeros for 0. All of the table is read. */
__attribute__((always_inline)) static inline void
select_entry(void *out, const void *table, unsigned nentries, unsigned nchunks, uint64_t digit)
{
    const uint8_t *at = table;
    chunk sum[sizeof(struct point) / sizeof(chunk)] = {{0}};

    for (unsigned i = 0; i < nentries; i++) {
        uint64_t mask = ct_equal64(digit, i + 1);
        chunk masks = {mask, mask};
        LIMBS_UNROLL
        for (unsigned j = 0; j < nchunks; j++, at += sizeof(chunk)) {
            chunk part;
            memcpy(&part, at, sizeof part);
            sum[j] |= part & masks;
        }
    }
    memcpy(out, sum, nchunks * sizeof(chunk));
}

__attribute__((__noinline__)) static void
select_multiple(struct point *out, const struct point multiples[MULTIPLES], uint64_t digit)
{
    select_entry(out, multiples, MULTIPLES, sizeof *out / sizeof(chunk), digit);
}

static void select_base_multiple(struct affine *out, unsigned window, uint64_t digit)
{
    select_entry(out, p256_base_table[window], P256_BASE_ENTRIES, sizeof *out / sizeof(chunk),
                 digit);
}

__attribute__((__noinline__)) static void compute_multiples(struct point multiples[MULTIPLES],
                                                            const struct point *a)
{
    multiples[0] = *a;
    for (unsigned i = 1; i < MULTIPLES; i++) {
        if (i % 2 == 1)
            point_double(&multiples[i], &multiples[i / 2]);
        else
            (void)point_add_distinct(&multiples[i], &multiples[i - 1], a);
    }
}

/* sum += term, for points that are neither equal nor opposite unless infinite. */
__attribute__((__noinline__)) static void add_or_keep(struct point *sum, const struct point *term)
{
    struct point next;

    (void)point_add_distinct(&next, sum, term);
    point_select(&next, fe_is_zero(&sum->z), term, &next);
    point_select(sum, fe_is_zero(&term->z), sum, &next);
    noncrypto_wipe(&next, sizeof next);
}

/*
 * Windows of 5 bits from the top. The addition never meets equal or opposite points: before window i the sum is 32 m a,
 * with m the rounded k / 32^(i+1), and 32 m = +-d modulo n with 0 < |d| <= 16 is impossible. For i > 0 both sides are
 * below n / 2 in size, so they would be equal as integers, and 32 does not divide d. For i = 0 the sum is k - d: were it
 * -d, then k = 0, whose digits are all 0; were it d, then k = 2 d modulo n, where k = 2 d means again 32 m = d, and
 * k = n + 2 d (d < 0) means 32 m = n + d, so d = -n = 15 modulo 32, which no negative d is.
 */
static void multiply(struct point *out, const uint64_t k[4], const struct point *a)
{
    struct point multiples[MULTIPLES];
    struct point sum, term;
    uint64_t minus;

    compute_multiples(multiples, a);
    select_multiple(&sum, multiples, signed_digit(&minus, k, P256_BASE_WINDOWS - 1));
    fe_negate_if(&sum.y, minus);
    for (unsigned i = P256_BASE_WINDOWS - 1; i-- > 0;) {
        for (int j = 0; j < 5; j++)
            point_double(&sum, &sum);
        select_multiple(&term, multiples, signed_digit(&minus, k, i));
        fe_negate_if(&term.y, minus);
        add_or_keep(&sum, &term);
    }
    *out = sum;
    noncrypto_wipe(multiples, sizeof multiples);
    noncrypto_wipe(&sum, sizeof sum);
    noncrypto_wipe(&term, sizeof term);
}

/*
 * One table a window, so there is nothing to double. Below the last window, i = 51, the sum is less than 32^i in size
 * and the term is not: they are neither equal nor opposite. The last digit is 0, 1 or 2, and the sum k - d 2^255: if that
 * were d 2^255 modulo n, then k would be d (2^256 - n), below 2^226, whose last digit is 0; if -d 2^255, then k = 0.
 */
static void multiply_base(struct point *out, const uint64_t k[4])
{
    struct point sum = {{{0}}, {{0}}, {{0}}};
    struct point next;
    struct affine term;
    uint64_t minus;

    for (unsigned i = 0; i < P256_BASE_WINDOWS; i++) {
        uint64_t digit = signed_digit(&minus, k, i);
        select_base_multiple(&term, i, digit);
        fe_negate_if(&term.y, minus);
        (void)point_add_affine_distinct(&next, &sum, &term);
        uint64_t first = fe_is_zero(&sum.z);
        fe_select(&next.x, first, &term.x, &next.x);
        fe_select(&next.y, first, &term.y, &next.y);
        fe_select(&next.z, first, &FE_ONE, &next.z);
        point_select(&sum, ct_zero64(digit), &sum, &next);
    }
    *out = sum;
    noncrypto_wipe(&sum, sizeof sum);
    noncrypto_wipe(&next, sizeof next);
    noncrypto_wipe(&term, sizeof term);
}

static void multiply_two_vartime(struct point *out, const uint64_t j[4], const uint64_t k[4],
                                 const struct affine *a)
{
    struct point multiples[8];
    struct point term_point;
    struct affine term;
    int8_t j_digits[257], k_digits[257];
    unsigned nj = wnaf_vartime(j_digits, j, 4, 8);
    unsigned nk = wnaf_vartime(k_digits, k, 4, 5);

    point_odd_multiples_vartime(multiples, 8, a);
    memset(out, 0, sizeof *out);
    for (unsigned i = nj > nk ? nj : nk; i-- > 0;) {
        point_double(out, out);
        if (k_digits[i] != 0) {
            int minus = k_digits[i] < 0;
            term_point = multiples[(minus ? -k_digits[i] : k_digits[i]) / 2];
            fe_negate_if(&term_point.y, 0 - (uint64_t)minus);
            point_add_vartime(out, out, &term_point);
        }
        if (j_digits[i] != 0) {
            int minus = j_digits[i] < 0;
            term = p256_odd_table[(minus ? -j_digits[i] : j_digits[i]) / 2];
            fe_negate_if(&term.y, 0 - (uint64_t)minus);
            point_add_affine_vartime(out, out, &term);
        }
    }
}

/*
 * The coordinate is r or r + n, both below p; r + n is only if it is below p. Compared in Montgomery form with the
 * denominator on the other side.
 */
static int x_is_vartime(const struct point *a, const uint64_t r[4])
{
    struct fe square, x;
    uint64_t sum[4];

    fe_sqr(&square, &a->z);
    fe_from_integer(&x, r);
    fe_mul(&x, &x, &square);
    if (fe_is_equal(&x, &a->x))
        return 1;
    if (limbs_add(sum, r, p256_order, 4) || !limbs_are_less(sum, fe_p, 4))
        return 0;
    fe_from_integer(&x, sum);
    fe_mul(&x, &x, &square);
    return fe_is_equal(&x, &a->x) != 0;
}

/*
 * RFC 9380, appendix F.2.1.2: y = sqrt(u / v) and all ones if there is one, else y = sqrt(Z u / v) and zeros.
 */
static uint64_t sqrt_ratio(struct fe *y, const struct fe *u, const struct fe *v)
{
    struct fe t, uv, y1, y2;

    fe_sqr(&t, v);
    fe_mul(&uv, u, v);
    fe_mul(&t, &t, &uv);
    fe_power(&y1, &t);
    fe_mul(&y1, &y1, &uv);
    fe_mul(&y2, &y1, &map_sqrt_minus_z);
    fe_sqr(&t, &y1);
    fe_mul(&t, &t, v);
    uint64_t square = fe_is_equal(&t, u);
    fe_select(y, square, &y1, &y2);
    return square;
}

/* RFC 9380, appendix F.2, with A = -3; the last division becomes the Z of Jacobian coordinates. */
static void map(struct point *out, const uint64_t u_integer[8])
{
    struct fe u, t1, t2, t3, t4, t5, t6, y;
    uint64_t plain_u[4], plain_y[4];

    fe_from_integer(&u, u_integer + 4);
    fe_mul(&u, &u, &fe_rr);
    fe_from_integer(&t1, u_integer);
    fe_add(&u, &u, &t1);

    fe_sqr(&t1, &u);
    fe_mul(&t1, &t1, &map_z);
    fe_sqr(&t2, &t1);
    fe_add(&t2, &t2, &t1);
    fe_add(&t3, &t2, &FE_ONE);
    fe_mul(&t3, &t3, &curve_b);
    fe_select(&t4, fe_is_zero(&t2), &map_z, &t2);
    fe_negate_if(&t4, ~fe_is_zero(&t2));
    fe_add(&t5, &t4, &t4);
    fe_add(&t4, &t4, &t5);
    fe_negate_if(&t4, ~UINT64_C(0)); /* A t4 */
    fe_sqr(&t2, &t3);
    fe_sqr(&t6, &t4);
    fe_sub(&t2, &t2, &t6);
    fe_sub(&t2, &t2, &t6);
    fe_sub(&t2, &t2, &t6);
    fe_mul(&t2, &t2, &t3);
    fe_mul(&t6, &t6, &t4);
    fe_mul(&t5, &t6, &curve_b);
    fe_add(&t2, &t2, &t5);
    fe_mul(&out->x, &t1, &t3);
    uint64_t square = sqrt_ratio(&y, &t2, &t6);
    fe_mul(&out->y, &t1, &u);
    fe_mul(&out->y, &out->y, &y);
    fe_select(&out->x, square, &t3, &out->x);
    fe_select(&out->y, square, &y, &out->y);
    fe_to_integer(plain_u, &u);
    fe_to_integer(plain_y, &out->y);
    fe_negate_if(&out->y, ct_mask64(plain_u[0] ^ plain_y[0]));

    out->z = t4;
    fe_mul(&out->x, &out->x, &t4);
    fe_mul(&out->y, &out->y, &t6);
}

static void add(struct point *out, const struct point *a, const struct point *b)
{
    point_add(out, a, b);
}

const struct p256_backend P256_BACKEND = {
    .multiply_base = multiply_base,
    .multiply = multiply,
    .multiply_two_vartime = multiply_two_vartime,
    .add = add,
    .negate = negate,
    .to_integers = to_integers,
    .from_integers = from_integers,
    .from_x = from_x,
    .map = map,
    .x_is_vartime = x_is_vartime,
};
