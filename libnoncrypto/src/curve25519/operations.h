/*
 * The operations of curve25519.h over any representation of the field. The file that includes this has included a
 * representation and defined NAME(), OPERATION (attributes of each function) and table_select().
 */
#include "curve25519/montgomery.h"
#include "curve25519/multiply.h"
#include "curve25519/scalar.h"

OPERATION void NAME(x25519)(uint8_t out[32], const uint8_t scalar[32], const uint8_t point[32])
{
    montgomery_ladder(out, scalar, point);
}

OPERATION void NAME(mul_base)(struct noncrypto_edwards25519 *out, const uint8_t scalar[32])
{
    struct ge p;

    comb_multiply(&p, scalar);
    ge_to_point(out, &p);
    noncrypto_wipe(&p, sizeof p);
}

OPERATION void NAME(mul)(struct noncrypto_edwards25519 *out, const uint8_t scalar[32],
                         const struct noncrypto_edwards25519 *p)
{
    struct ge q, r;

    ge_from_point(&q, p);
    window_multiply(&r, scalar, &q);
    ge_to_point(out, &r);
    noncrypto_wipe(&r, sizeof r);
}

/* out = a P + b B */
static NOINLINE void double_multiply_vartime(struct ge *out, const uint8_t a[32],
                                             const struct ge *p, const uint8_t b[32])
{
    struct ge_cached table[8];
    int8_t digits[SLIDE_LEN];
    struct slide_term term = {table, digits, SLIDE_LEN};
    struct slide_base base;

    odd_multiples(table, 8, p);
    slide_vartime(digits, SLIDE_LEN, a, 5);
    slide_base_vartime(&base, b);
    slide_sum_vartime(out, &term, 1, &base);
}

OPERATION void NAME(mul_add_vartime)(struct noncrypto_edwards25519 *out, const uint8_t a[32],
                                     const struct noncrypto_edwards25519 *p, const uint8_t b[32])
{
    struct ge q, r;

    ge_from_point(&q, p);
    double_multiply_vartime(&r, a, &q, b);
    ge_to_point(out, &r);
}

OPERATION void NAME(add)(struct noncrypto_edwards25519 *out, const struct noncrypto_edwards25519 *p,
                         const struct noncrypto_edwards25519 *q, int subtract)
{
    struct ge_completed c;
    struct ge_cached second;
    struct ge first, t;

    ge_from_point(&first, p);
    ge_from_point(&t, q);
    ge_to_cached(&second, &t);
    if (subtract)
        ge_sub(&c, &first, &second);
    else
        ge_add(&c, &first, &second);
    ge_complete(&t, &c);
    ge_to_point(out, &t);
}

OPERATION uint64_t NAME(identity_mask)(const struct noncrypto_edwards25519 *p, int times_8)
{
    struct ge t;

    ge_from_point(&t, p);
    if (times_8)
        ge_double_n(&t, 3);
    return ge_identity_mask(&t);
}

OPERATION void NAME(encode)(uint8_t out[32], const struct noncrypto_edwards25519 *p)
{
    struct ge t;

    ge_from_point(&t, p);
    ge_encode(out, &t);
}

OPERATION void NAME(encode_montgomery)(uint8_t out[32], const struct noncrypto_edwards25519 *p)
{
    struct fe y, z, numerator, denominator;

    fe_from_words(&y, p->y);
    fe_from_words(&z, p->z);
    fe_add(&numerator, &z, &y);
    fe_sub(&denominator, &z, &y);
    fe_invert(&denominator, &denominator);
    fe_mul(&y, &numerator, &denominator);
    fe_to_bytes(out, &y);
}

OPERATION uint64_t NAME(decode)(struct noncrypto_edwards25519 *out, const uint8_t bytes[32])
{
    const uint8_t *const input[1] = {bytes};
    struct ge p;
    uint64_t valid;

    ge_decode(&p, &valid, input, 1);
    ge_to_point(out, &p);
    return valid;
}

OPERATION void NAME(montgomery_to_y)(uint8_t y[32], const uint8_t u[32])
{
    struct fe t, one, numerator, denominator;

    fe_from_bytes(&t, u);
    fe_small(&one, 1);
    fe_sub(&numerator, &t, &one);
    fe_add(&denominator, &t, &one);
    fe_invert(&denominator, &denominator);
    fe_mul(&t, &numerator, &denominator);
    fe_to_bytes(y, &t);
}

/* p = -p, tight */
static NOINLINE void ge_negate(struct ge *p)
{
    struct fe zero, one;

    fe_small(&zero, 0);
    fe_small(&one, 1);
    fe_sub(&p->x, &zero, &p->x);
    fe_mul(&p->x, &p->x, &one);
    fe_sub(&p->t, &zero, &p->t);
    fe_mul(&p->t, &p->t, &one);
}

/* out = u p[0] + v p[1] + b B for u and v below 2^128; `out` may be p[0]. */
static NOINLINE void half_multiply_vartime(struct ge *out, const struct ge p[2],
                                           const uint8_t u[32], const uint8_t v[32],
                                           const uint8_t b[32])
{
    struct ge_cached tables[2][4];
    int8_t digits[2][SLIDE_LEN_HALF];
    const struct slide_term terms[2] = {{tables[0], digits[0], SLIDE_LEN_HALF},
                                        {tables[1], digits[1], SLIDE_LEN_HALF}};
    struct slide_base base;

    for (unsigned i = 0; i < 2; i++) {
        odd_multiples(tables[i], 4, &p[i]);
        slide_vartime(digits[i], SLIDE_LEN_HALF, i == 0 ? u : v, 4);
    }
    slide_base_vartime(&base, b);
    slide_sum_vartime(out, terms, 2, &base);
}

/*
 * Instead of s B - k A - R, v times it is computed for a v that makes u = v k and itself half as long, so that there are half as
 * many doublings (Pornin, "Optimized lattice basis reduction in dimension 2, and fast Schnorr and EdDSA signature
 * verification", 2020). As 8 times all of it has order L or 1, and v is not 0 modulo L, that changes nothing.
 */
OPERATION int NAME(verify_vartime)(const uint8_t a[32], const uint8_t r[32], const uint8_t k[32],
                                   const uint8_t s[32])
{
    const uint8_t *const input[2] = {a, r};
    uint8_t u[32], v[32], b[32];
    struct ge p[2];
    uint64_t valid[2];

    ge_decode(p, valid, input, 2);
    if (!valid[0] || !valid[1])
        return 0;
    if (!noncrypto_scalar25519_halve_vartime(u, v, k))
        ge_negate(&p[0]);
    ge_negate(&p[1]);
    noncrypto_scalar25519_mul_add(b, v, s, NULL);
    half_multiply_vartime(&p[0], p, u, v, b);
    ge_double_n(&p[0], 3);
    return ge_identity_mask(&p[0]) != 0;
}

/* What an entry of a batch needs in the workspace; behind the last one stand the terms of all. */
struct batch_tables {
    struct ge_cached a[8], r[8];
    int8_t a_digits[SLIDE_LEN], r_digits[SLIDE_LEN_HALF];
};

_Static_assert(sizeof(struct batch_tables) + 2 * sizeof(struct slide_term) <=
                   CURVE25519_BATCH_TABLES,
               "the workspace is too small");

/* Fills the tables of -A and -R and their terms; 0 if one of them is not a point. */
static int batch_prepare_vartime(struct batch_tables *t, struct slide_term terms[2],
                                 const struct curve25519_batch_entry *entry)
{
    const uint8_t *const input[2] = {entry->a, entry->r};
    struct ge p[2];
    uint64_t valid[2];

    ge_decode(p, valid, input, 2);
    if (!valid[0] || !valid[1])
        return 0;
    ge_negate(&p[0]);
    ge_negate(&p[1]);
    odd_multiples(t->a, 8, &p[0]);
    odd_multiples(t->r, 8, &p[1]);
    slide_vartime(t->a_digits, SLIDE_LEN, entry->a_scalar, 5);
    slide_vartime(t->r_digits, SLIDE_LEN_HALF, entry->r_scalar, 5);
    terms[0] = (struct slide_term){t->a, t->a_digits, SLIDE_LEN};
    terms[1] = (struct slide_term){t->r, t->r_digits, SLIDE_LEN_HALF};
    return 1;
}

OPERATION int NAME(batch_vartime)(const struct curve25519_batch_entry *entries, size_t count,
                                  const uint8_t s[32], void *tables)
{
    struct batch_tables *t = tables;
    struct slide_term *terms = (struct slide_term *)(void *)(t + count);
    struct slide_base base;
    struct ge sum;

    for (size_t i = 0; i < count; i++)
        if (!batch_prepare_vartime(&t[i], &terms[2 * i], &entries[i]))
            return 0;
    slide_base_vartime(&base, s);
    slide_sum_vartime(&sum, terms, 2 * count, &base);
    ge_double_n(&sum, 3);
    return ge_identity_mask(&sum) != 0;
}
