/*
 * Hashing to the group, once for G1 and once for G2; hash_g1.c and hash_g2.c give ELEMENT, POINT,
 * FIELD(f), GROUP(f) and
 *
 *     EXTENSION                    elements of Fp in one of the field
 *     ISOGENY_*                    the constants of isogeny.h
 *     swu_z, element_sign,         Z of the map, sgn0 of RFC 9380 section 4.1,
 *     element_from_wide,           an element from EXTENSION * 64 bytes,
 *     clear_cofactor               and the multiplication that leads into the group
 */
#include <string.h>

#define WIDE_LEN 64 /* bytes that are reduced to one element of Fp, L in section 5.2 */

static void evaluate(ELEMENT *out, const ELEMENT *coefficients, size_t n, const ELEMENT *x)
{
    ELEMENT sum = coefficients[n - 1];

    for (size_t i = n - 1; i-- > 0;) {
        FIELD(mul)(&sum, &sum, x);
        FIELD(add)(&sum, &sum, &coefficients[i]);
    }
    *out = sum;
}

#define EVALUATE(out, poly, x) evaluate(out, poly, sizeof(poly) / sizeof((poly)[0]), x)

/* x^3 + a x + b of the isogenous curve */
static void right_side(ELEMENT *out, const ELEMENT *x)
{
    ELEMENT t;

    FIELD(square)(&t, x);
    FIELD(add)(&t, &t, &curve_a[0]);
    FIELD(mul)(&t, &t, x);
    FIELD(add)(out, &t, &curve_b[0]);
}

/*
 * The simplified map of Shallue, van de Woestijne and Ulas, section 6.6.2, to the isogenous curve.
 */
static void map_to_isogenous(ELEMENT *x, ELEMENT *y, const ELEMENT *u)
{
    ELEMENT z, zu2, t, minus_b_over_a, one;

    FIELD(set_one)(&one);
    swu_z(&z);
    FIELD(square)(&zu2, u);
    FIELD(mul)(&zu2, &zu2, &z);
    int no_inverse = FIELD(invert)(&t, &curve_a[0]) != 0;
    FIELD(mul)(&minus_b_over_a, &curve_b[0], &t);
    FIELD(neg)(&minus_b_over_a, &minus_b_over_a);

    FIELD(square)(&t, &zu2);
    FIELD(add)(&t, &t, &zu2);
    no_inverse = FIELD(invert)(&t, &t) != 0;
    if (no_inverse) {
        /* x = b / (z a) */
        no_inverse = FIELD(invert)(&t, &z) != 0;
        FIELD(neg)(&t, &t);
    } else {
        FIELD(add)(&t, &t, &one);
    }
    FIELD(mul)(x, &minus_b_over_a, &t);
    right_side(y, x);
    if (FIELD(sqrt)(y, y) != 0) {
        /* Then z u^2 x gives a square. */
        FIELD(mul)(x, x, &zu2);
        right_side(y, x);
        int no_root = FIELD(sqrt)(y, y) != 0;
        (void)no_root;
    }
    if (element_sign(u) != element_sign(y))
        FIELD(neg)(y, y);
}

/*
 * A point of the curve, not yet of the group. Over the common denominator h^3, a point of the
 * kernel becomes infinity.
 */
static void map_to_curve(POINT *out, const ELEMENT *u)
{
    ELEMENT x, y, h;

    map_to_isogenous(&x, &y, u);
    EVALUATE(&h, isogeny_h, &x);
    EVALUATE(&out->x, isogeny_x, &x);
    FIELD(mul)(&out->x, &out->x, &h);
    EVALUATE(&out->y, isogeny_y, &x);
    FIELD(mul)(&out->y, &out->y, &y);
    FIELD(square)(&out->z, &h);
    FIELD(mul)(&out->z, &out->z, &h);
}

int GROUP(hash)(POINT *out, const void *message, size_t message_len, const void *tag,
                size_t tag_len)
{
    uint8_t bytes[2 * EXTENSION * WIDE_LEN];
    POINT first, second;
    ELEMENT u;

    int result = nonzk_expand_message_xmd(bytes, sizeof bytes, message, message_len, tag, tag_len);
    if (result != 0)
        return result;
    element_from_wide(&u, bytes);
    map_to_curve(&first, &u);
    element_from_wide(&u, bytes + sizeof bytes / 2);
    map_to_curve(&second, &u);
    GROUP(add)(&first, &first, &second);
    clear_cofactor(out, &first);
    return 0;
}

void GROUP(map)(POINT *out, const ELEMENT *u)
{
    POINT point;

    map_to_curve(&point, u);
    clear_cofactor(out, &point);
}

int GROUP(encode)(POINT *out, const void *message, size_t message_len, const void *tag,
                  size_t tag_len)
{
    uint8_t bytes[EXTENSION * WIDE_LEN];
    ELEMENT u;

    int result = nonzk_expand_message_xmd(bytes, sizeof bytes, message, message_len, tag, tag_len);
    if (result != 0)
        return result;
    element_from_wide(&u, bytes);
    GROUP(map)(out, &u);
    return 0;
}
