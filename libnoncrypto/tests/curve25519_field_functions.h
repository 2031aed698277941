/* Fills a struct field_backend from the representation that was included before; FIELD_NAME and FIELD_FEATURES say which. */
#include "curve25519/field.h"

static void load(struct fe *out, const uint8_t bytes[32])
{
    uint64_t w[4];

    words_from_bytes(w, bytes);
    fe_from_words(out, w);
}

static void field_reduce(uint8_t out[32], const uint8_t a[32])
{
    struct fe x;
    load(&x, a);
    fe_to_bytes(out, &x);
}

/* Operands of fe_add() and fe_sub() are tight: a product with 1 is, whatever came in. */
static void load_tight(struct fe *out, const uint8_t bytes[32])
{
    struct fe one;
    load(out, bytes);
    fe_small(&one, 1);
    fe_mul(out, out, &one);
}

static void field_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    struct fe x, y;
    load_tight(&x, a);
    load_tight(&y, b);
    fe_add(&x, &x, &y);
    fe_to_bytes(out, &x);
}

static void field_sub(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    struct fe x, y;
    load_tight(&x, a);
    load_tight(&y, b);
    fe_sub(&x, &x, &y);
    fe_to_bytes(out, &x);
}

static void field_mul(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    struct fe x, y;
    load(&x, a);
    load(&y, b);
    fe_mul(&x, &x, &y);
    fe_to_bytes(out, &x);
}

static void field_sq(uint8_t out[32], const uint8_t a[32])
{
    struct fe x;
    load(&x, a);
    fe_sq(&x, &x);
    fe_to_bytes(out, &x);
}

static void field_mul_small(uint8_t out[32], const uint8_t a[32], uint32_t n)
{
    struct fe x;
    load(&x, a);
    fe_mul_small(&x, &x, n);
    fe_to_bytes(out, &x);
}

static void field_mul_of_sums(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    struct fe x, y, sum, difference;
    load_tight(&x, a);
    load_tight(&y, b);
    fe_add(&sum, &x, &y);
    fe_sub(&difference, &x, &y);
    fe_mul(&x, &sum, &difference);
    fe_to_bytes(out, &x);
}

static void field_mul_of_loose(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    struct fe x, y, x2, sum, difference;
    load(&x, a);
    load(&y, b);
    fe_sq2(&x2, &x);
    fe_sq(&x, &x);
    fe_sq(&y, &y);
    fe_sub(&difference, &x, &y);
    fe_sub_loose(&x2, &x2, &difference);
    fe_add_loose(&sum, &y, &difference); /* a^2 */
    fe_add(&difference, &x, &y);
    fe_sub_loose(&y, &x, &difference); /* -b^2 */
    fe_mul(&sum, &sum, &y);
    fe_mul(&x, &sum, &x2); /* -a^2 b^2 (a^2 + b^2) */
    fe_to_bytes(out, &x);
}

static void field_select(uint8_t out[32], const uint8_t a[32], const uint8_t b[32], uint64_t mask)
{
    struct fe x, y, z;
    load(&x, a);
    load(&y, b);
    fe_select(&z, &x, &y, mask);
    fe_select(&x, &x, &y, mask);
    fe_sub_loose(&y, &x, &z);
    if (!fe_zero_mask(&y))
        memset(&x, 0, sizeof x);
    fe_to_bytes(out, &x);
}

static void field_invert(uint8_t out[32], const uint8_t a[32])
{
    struct fe x;
    load_tight(&x, a);
    fe_invert(&x, &x);
    fe_to_bytes(out, &x);
}

/* Of two elements at once, the second of them 1. */
static void field_power_252_3(uint8_t out[32], const uint8_t a[32])
{
    struct fe x[2], single;
    load_tight(&x[0], a);
    fe_small(&x[1], 1);
    fe_power_252_3(&single, x, 1);
    fe_power_252_3(x, x, 2);
    fe_sub(&single, &single, &x[0]);
    if (!fe_zero_mask(&single) || fe_sign(&x[1]) != 1)
        memset(&x, 0, sizeof x);
    fe_to_bytes(out, &x[0]);
}

const struct field_backend FIELD_BACKEND = {
    FIELD_NAME,   FIELD_FEATURES, field_reduce,      field_add,         field_sub,
    field_mul,    field_sq,       field_mul_small,   field_mul_of_sums, field_mul_of_loose,
    field_select, field_invert,   field_power_252_3,
};
