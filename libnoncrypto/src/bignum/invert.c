/*
 * Inversion by division steps: Bernstein and Yang, "Fast constant-time gcd computation and modular inversion", 2019, here
 * with branches. 62 steps at a time are done on the lowest 64 bits of f and g alone, which gives a matrix of small numbers;
 * then it is applied to the whole of f and g, and modulo m to d and e, for which d a = f and e a = g all the time.
 *
 * f and g are two's complement of 320 bits, d and e are in 0 to m - 1.
 */
#include "bignum/invert.h"

#include <string.h>

#include "bignum/limb.h"

#define STEPS 62
#define WIDE  5 /* limbs of f and g */

/* f becomes (u f + v g) / 2^62 and g becomes (q f + r g) / 2^62. In two's complement; |u| + |v| and |q| + |r| <= 2^62. */
struct matrix {
    uint64_t u, v, q, r;
};

/* Shifts zeros out of g, `left` at most, and doubles the first row for each. Returns how many. */
static unsigned drop_zeros(uint64_t *g, struct matrix *t, unsigned left)
{
#if UINTPTR_MAX > UINT32_MAX
    unsigned n = (unsigned)__builtin_ctzll(*g | UINT64_C(1) << left);
    *g >>= n;
    t->u <<= n;
    t->v <<= n;
#else
    /* A shift by a variable would need libgcc. */
    unsigned n = 0;
    for (; n < left && !(*g & 1); n++) {
        *g >>= 1;
        t->u <<= 1;
        t->v <<= 1;
    }
#endif
    return n;
}

/* (f, g) = (g, -f), and the rows with them. */
static void swap_and_negate(uint64_t *f, uint64_t *g, struct matrix *t)
{
    struct matrix old = *t;
    uint64_t old_f = *f;

    *f = *g;
    *g = 0 - old_f;
    t->u = old.q;
    t->v = old.r;
    t->q = 0 - old.u;
    t->r = 0 - old.v;
}

/* 62 steps on the lowest limbs; f is odd. `eta` is -delta of the paper. Returns the new one. */
static int steps(struct matrix *t, uint64_t f, uint64_t g, int eta)
{
    unsigned left = STEPS;

    *t = (struct matrix){1, 0, 0, 1};
    for (;;) {
        unsigned zeros = drop_zeros(&g, t, left);
        eta -= (int)zeros;
        left -= zeros;
        if (left == 0)
            return eta;
        if (eta < 0) {
            eta = -eta;
            swap_and_negate(&f, &g, t);
        }
        /*
         * As long as eta allows no swap, and steps are left, as many multiples of f are added as make the lowest bits of g
         * zero, up to 6 of them: f (f^2 - 2) is -1/f modulo 64.
         */
        unsigned limit = (unsigned)eta + 1 < left ? (unsigned)eta + 1 : left;
        uint32_t mask = limit < 6 ? (UINT32_C(1) << limit) - 1 : 63;
        uint32_t low_f = (uint32_t)f;
        uint64_t w = (low_f * (uint32_t)g * (low_f * low_f - 2)) & mask;
        g += limb_mul_low(f, w);
        t->q += limb_mul_low(t->u, w);
        t->r += limb_mul_low(t->v, w);
    }
}

/* out += a k for two's complement k, modulo 2^320; `a` has 5 limbs, `out` too. */
static void add_product(uint64_t out[WIDE], const uint64_t a[WIDE], uint64_t k)
{
    uint64_t carry = 0, borrow = 0;
    uint64_t minus = 0 - (k >> 63);

    for (int i = 0; i < WIDE; i++)
        out[i] = limb_mac(a[i], k, out[i], &carry);
    for (int i = 1; i < WIDE; i++)
        out[i] = limb_sub(out[i], a[i - 1] & minus, &borrow);
}

/* out = t / 2^62, rounded down. */
static void shift_down(uint64_t out[WIDE], const uint64_t t[WIDE])
{
    for (int i = 0; i < WIDE - 1; i++)
        out[i] = t[i] >> STEPS | t[i + 1] << (64 - STEPS);
    out[WIDE - 1] = t[WIDE - 1] >> STEPS | (0 - (t[WIDE - 1] >> 63)) << (64 - STEPS);
}

/* out = (a j + b k) / 2^62, which is exact; `out` may be a or b. */
static void combine(uint64_t out[WIDE], const uint64_t a[WIDE], uint64_t j, const uint64_t b[WIDE],
                    uint64_t k)
{
    uint64_t t[WIDE] = {0};

    add_product(t, a, j);
    add_product(t, b, k);
    shift_down(out, t);
}

/*
 * out = (a j + b k) / 2^62 modulo m: a multiple of m below 2^62 m makes the division exact, and the quotient is more than
 * -m and less than 2 m.
 */
static void combine_mod(uint64_t out[WIDE], const uint64_t a[WIDE], uint64_t j,
                        const uint64_t b[WIDE], uint64_t k, const uint64_t m[WIDE],
                        uint64_t m_inverse)
{
    uint64_t low = limb_mul_low(a[0], j) + limb_mul_low(b[0], k);
    uint64_t multiple = (0 - limb_mul_low(low, m_inverse)) & ((UINT64_C(1) << STEPS) - 1);
    uint64_t t[WIDE] = {0};

    add_product(t, a, j);
    add_product(t, b, k);
    add_product(t, m, multiple);
    shift_down(out, t);
    if (out[WIDE - 1] >> 63)
        (void)limbs_add(out, out, m, WIDE);
    else if (!limbs_are_less(out, m, WIDE))
        (void)limbs_sub(out, out, m, WIDE);
}

void invert256_vartime(uint64_t out[4], const uint64_t a[4], const uint64_t m_short[4],
                       uint64_t m_inverse)
{
    uint64_t f[WIDE] = {0}, g[WIDE] = {0}, d[WIDE] = {0}, e[WIDE] = {1}, m[WIDE] = {0};
    int eta = -1;

    memcpy(m, m_short, 4 * sizeof m[0]);
    memcpy(f, m, sizeof f);
    memcpy(g, a, 4 * sizeof g[0]);
    while (!limbs_are_zero(g, WIDE)) {
        struct matrix t;
        uint64_t next_f[WIDE], next_d[WIDE];
        eta = steps(&t, f[0], g[0], eta);
        combine(next_f, f, t.u, g, t.v);
        combine(g, f, t.q, g, t.r);
        combine_mod(next_d, d, t.u, e, t.v, m, m_inverse);
        combine_mod(e, d, t.q, e, t.r, m, m_inverse);
        memcpy(f, next_f, sizeof f);
        memcpy(d, next_d, sizeof d);
    }
    /* f is 1 or -1 now, or m if a was 0. */
    if (f[WIDE - 1] >> 63 && !limbs_are_zero(d, WIDE))
        (void)limbs_sub(d, m, d, WIDE);
    memcpy(out, d, 4 * sizeof out[0]);
}
