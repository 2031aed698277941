/*
 * Inversion modulo p = 2^255 - 19 by division steps (Bernstein and Yang, "Fast constant-time gcd computation and modular
 * inversion", 2019), in the variant that starts at delta = 1/2, for which 590 steps are enough below 2^256. Twice as fast as
 * the power p - 2, whose squarings wait for each other. The same operations whatever the input.
 *
 * Numbers are five signed limbs of 62 bits, the last one with what is left. A step needs the lowest bits of f and g only, so
 * 59 of them are done on those and collected in a matrix, which is then applied to the whole numbers:
 *
 *     2^62 (f', g') = (u f + v g, q f + r g), and the same modulo p for d and e, where d = f / x and e = g / x.
 */
#include "curve25519/curve25519.h"

#ifdef __SIZEOF_INT128__

#include <noncrypto/memory.h>

#include "ct.h"

#define LIMBS     5
#define LIMB_BITS 62
#define LIMB_MASK (UINT64_MAX >> 2)
#define STEPS     59
#define ROUNDS    10
/* 1 / p modulo 2^62 */
#define P_INVERSE UINT64_C(0x39435e50d79435e5)
/* p = P_TOP 2^248 - 19 */
#define P_TOP     128

struct signed62 {
    int64_t v[LIMBS];
};

/* Each row's sum of magnitudes is at most 2^62. */
struct matrix {
    int64_t u, v, q, r;
};

static int64_t mask_of_sign(int64_t x)
{
    return (int64_t)ct_mask64((uint64_t)x >> 63);
}

/*
 * What n <= 20 steps make of f and of one row of the matrix, in one word: f + 2^41 u + 2^62 v, where u and v have up to 20
 * binary places since it is g that is halved, not u and v that are doubled. f counts modulo 2^20 only, and stays below 2^20
 * in magnitude, as u and v stay below 1. All is negative, so that the first u is -1 and no entry ever 1, which would not
 * fit.
 */
#define PACKED_STEPS 20
#define PACKED_U     (0 - (UINT64_C(1) << 41))
#define PACKED_V     (0 - (UINT64_C(1) << 62))
#define PACKED_MASK  ((UINT64_C(1) << PACKED_STEPS) - 1)

#ifdef __x86_64__
/* The step below with conditional moves, which keep the chain from one step to the next shorter. */
static inline void packed_step(uint64_t *f, uint64_t *g, uint64_t *zeta)
{
    uint64_t sum, plus, swapped, inverted;

    __asm__("movq %[y], %[sum]\n\t"
            "subq %[x], %[sum]\n\t"
            "leaq (%[x], %[y]), %[plus]\n\t"
            "movq %[zeta], %[inverted]\n\t"
            "notq %[inverted]\n\t"
            "movq %[x], %[swapped]\n\t"
            "testq %[zeta], %[zeta]\n\t"
            "cmovnsq %[plus], %[sum]\n\t"
            "cmovnsq %[zeta], %[inverted]\n\t"
            "cmovsq %[y], %[swapped]\n\t"
            "testb $1, %b[y]\n\t"
            "cmovnzq %[sum], %[y]\n\t"
            "cmovnzq %[inverted], %[zeta]\n\t"
            "cmovnzq %[swapped], %[x]\n\t"
            "sarq $1, %[y]\n\t"
            "decq %[zeta]"
            : [x] "+&r"(*f), [y] "+&r"(*g), [zeta] "+&r"(*zeta), [sum] "=&r"(sum),
              [plus] "=&r"(plus), [swapped] "=&r"(swapped), [inverted] "=&r"(inverted)
            :
            : "cc");
}
#else
static inline void packed_step(uint64_t *f, uint64_t *g, uint64_t *zeta)
{
    uint64_t negative = ct_mask64(*zeta >> 63);
    uint64_t odd = ct_mask64(*g);

    /* g is odd: f is added, or subtracted where delta > 0; then f becomes the old g, and delta changes its sign. */
    *g += ((*f ^ negative) - negative) & odd;
    negative &= odd;
    *zeta = (*zeta ^ negative) - 1;
    *f += *g & negative;
    *g = (uint64_t)((int64_t)*g >> 1);
}
#endif

static uint64_t packed_steps(uint64_t *f, uint64_t *g, uint64_t zeta, unsigned n)
{
    uint64_t x = *f, y = *g;

    for (unsigned i = 0; i < n; i++)
        packed_step(&x, &y, &zeta);
    *f = x;
    *g = y;
    return zeta;
}

/* Takes u and v, times 2^n, out of a word of n steps. */
static void unpack(int64_t *u, int64_t *v, uint64_t packed, unsigned n)
{
    unsigned at = 41 - n;
    int64_t both = (int64_t)(packed + (UINT64_C(1) << (at - 1))) >> at;
    int64_t low = (int64_t)((uint64_t)both << 43) >> 43;

    *u = -low;
    *v = -((both - low) >> 21);
}

/* n steps on the lowest words of f and g, which lose n bits. */
static uint64_t few_steps(struct matrix *t, uint64_t zeta, uint64_t *f, uint64_t *g, unsigned n)
{
    uint64_t x = (*f & PACKED_MASK) + PACKED_U;
    uint64_t y = (*g & PACKED_MASK) + PACKED_V;

    zeta = packed_steps(&x, &y, zeta, n);
    unpack(&t->u, &t->v, x, n);
    unpack(&t->q, &t->r, y, n);
    uint64_t next_f = (uint64_t)t->u * *f + (uint64_t)t->v * *g;
    uint64_t next_g = (uint64_t)t->q * *f + (uint64_t)t->r * *g;
    *f = (uint64_t)((int64_t)next_f >> n);
    *g = (uint64_t)((int64_t)next_g >> n);
    return zeta;
}

/* a = b a */
static void matrix_multiply(struct matrix *a, const struct matrix *b)
{
    struct matrix t;

    t.u = b->u * a->u + b->v * a->q;
    t.v = b->u * a->v + b->v * a->r;
    t.q = b->q * a->u + b->r * a->q;
    t.r = b->q * a->v + b->r * a->r;
    *a = t;
}

/* 59 steps on the lowest words of f and g; zeta is -(delta + 1/2) as a signed number. The matrix is for 62 steps: 2^3 times too large. */
static uint64_t division_steps(struct matrix *t, uint64_t zeta, uint64_t f, uint64_t g)
{
    struct matrix next;

    zeta = few_steps(t, zeta, &f, &g, PACKED_STEPS);
    zeta = few_steps(&next, zeta, &f, &g, PACKED_STEPS);
    matrix_multiply(t, &next);
    zeta = few_steps(&next, zeta, &f, &g, STEPS - 2 * PACKED_STEPS);
    next.u *= 8;
    next.v *= 8;
    next.q *= 8;
    next.r *= 8;
    matrix_multiply(t, &next);
    return zeta;
}

/* (f, g) = t (f, g) / 2^62, which leaves no remainder. */
static void apply_matrix(struct signed62 *f, struct signed62 *g, const struct matrix *t)
{
    __int128 cf = (__int128)t->u * f->v[0] + (__int128)t->v * g->v[0];
    __int128 cg = (__int128)t->q * f->v[0] + (__int128)t->r * g->v[0];

    for (unsigned i = 1; i < LIMBS; i++) {
        cf = (cf >> LIMB_BITS) + (__int128)t->u * f->v[i] + (__int128)t->v * g->v[i];
        cg = (cg >> LIMB_BITS) + (__int128)t->q * f->v[i] + (__int128)t->r * g->v[i];
        f->v[i - 1] = (int64_t)((uint64_t)cf & LIMB_MASK);
        g->v[i - 1] = (int64_t)((uint64_t)cg & LIMB_MASK);
    }
    f->v[LIMBS - 1] = (int64_t)(cf >> LIMB_BITS);
    g->v[LIMBS - 1] = (int64_t)(cg >> LIMB_BITS);
}

/*
 * The multiple of p that makes `low` + multiple p divisible by 2^62, less the one that keeps the result above -2p: `m` of p
 * is added already for negative operands.
 */
static int64_t multiple_of_p(__int128 low, int64_t m)
{
    return m - (int64_t)((P_INVERSE * (uint64_t)low + (uint64_t)m) & LIMB_MASK);
}

/* (d, e) = t (d, e) / 2^62 modulo p; from -2p to p, exclusive, before and after. */
static void apply_matrix_modulo(struct signed62 *d, struct signed62 *e, const struct matrix *t)
{
    int64_t sd = mask_of_sign(d->v[LIMBS - 1]);
    int64_t se = mask_of_sign(e->v[LIMBS - 1]);
    __int128 cd = (__int128)t->u * d->v[0] + (__int128)t->v * e->v[0];
    __int128 ce = (__int128)t->q * d->v[0] + (__int128)t->r * e->v[0];
    int64_t md = multiple_of_p(cd, (t->u & sd) + (t->v & se));
    int64_t me = multiple_of_p(ce, (t->q & sd) + (t->r & se));

    cd -= (__int128)19 * md;
    ce -= (__int128)19 * me;
    for (unsigned i = 1; i < LIMBS; i++) {
        cd = (cd >> LIMB_BITS) + (__int128)t->u * d->v[i] + (__int128)t->v * e->v[i];
        ce = (ce >> LIMB_BITS) + (__int128)t->q * d->v[i] + (__int128)t->r * e->v[i];
        if (i == LIMBS - 1) {
            cd += (__int128)P_TOP * md;
            ce += (__int128)P_TOP * me;
        }
        d->v[i - 1] = (int64_t)((uint64_t)cd & LIMB_MASK);
        e->v[i - 1] = (int64_t)((uint64_t)ce & LIMB_MASK);
    }
    d->v[LIMBS - 1] = (int64_t)(cd >> LIMB_BITS);
    e->v[LIMBS - 1] = (int64_t)(ce >> LIMB_BITS);
}

/* Carries: all limbs but the last become positive and below 2^62. */
static void carry(struct signed62 *x)
{
    for (unsigned i = 0; i < LIMBS - 1; i++) {
        x->v[i + 1] += x->v[i] >> LIMB_BITS;
        x->v[i] = (int64_t)((uint64_t)x->v[i] & LIMB_MASK);
    }
}

static void add_p_if_negative(struct signed62 *x)
{
    int64_t negative = mask_of_sign(x->v[LIMBS - 1]);

    x->v[0] -= 19 & negative;
    x->v[LIMBS - 1] += P_TOP & negative;
    carry(x);
}

void CURVE25519(invert)(uint64_t out[4], const uint64_t in[4])
{
    struct signed62 d = {{0}}, e = {{1}};
    struct signed62 f = {{-19, 0, 0, 0, P_TOP}};
    struct signed62 g = {
        {(int64_t)(in[0] & LIMB_MASK), (int64_t)((in[0] >> 62 | in[1] << 2) & LIMB_MASK),
         (int64_t)((in[1] >> 60 | in[2] << 4) & LIMB_MASK),
         (int64_t)((in[2] >> 58 | in[3] << 6) & LIMB_MASK), (int64_t)(in[3] >> 56)}};
    struct matrix t;
    uint64_t zeta = UINT64_MAX;

    for (unsigned i = 0; i < ROUNDS; i++) {
        zeta = division_steps(&t, zeta, (uint64_t)f.v[0] | (uint64_t)f.v[1] << 62,
                              (uint64_t)g.v[0] | (uint64_t)g.v[1] << 62);
        apply_matrix_modulo(&d, &e, &t);
        apply_matrix(&f, &g, &t);
    }

    /* f is 1 or -1 now, or p or -p if the input was 0, and then d is 0. */
    add_p_if_negative(&d);
    int64_t negative = mask_of_sign(f.v[LIMBS - 1]);
    for (unsigned i = 0; i < LIMBS; i++)
        d.v[i] = (d.v[i] ^ negative) - negative;
    carry(&d);
    add_p_if_negative(&d);
    out[0] = (uint64_t)d.v[0] | (uint64_t)d.v[1] << 62;
    out[1] = (uint64_t)d.v[1] >> 2 | (uint64_t)d.v[2] << 60;
    out[2] = (uint64_t)d.v[2] >> 4 | (uint64_t)d.v[3] << 58;
    out[3] = (uint64_t)d.v[3] >> 6 | (uint64_t)d.v[4] << 56;
    noncrypto_wipe(&d, sizeof d);
    noncrypto_wipe(&e, sizeof e);
    noncrypto_wipe(&f, sizeof f);
    noncrypto_wipe(&g, sizeof g);
    noncrypto_wipe(&t, sizeof t);
}

#endif
