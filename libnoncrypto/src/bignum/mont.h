/*
 * Montgomery multiplication modulo any odd number. A modulus m of n limbs comes with m0 = -1/m mod 2^64; R is 2^(64 n).
 * Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_BIGNUM_MONT_H
#define NONCRYPTO_SRC_BIGNUM_MONT_H

#include "bignum/limb.h"
#include "cpu.h"

/*
 * out = a b / R mod m, for a below 2^(64 n) and b below m; the result is below m. `t` has n + 2 limbs and overlaps
 * nothing; `out` may be a or b. (Coarsely integrated operand scanning: Koç, Acar, Kaliski, IEEE Micro 16(3), 1996.)
 */
static inline void mont_mul_inline(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                   const uint64_t *m, uint64_t m0, uint64_t *t, size_t n)
{
    LIMBS_UNROLL
    for (size_t i = 0; i < n + 2; i++)
        t[i] = 0;
    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++) {
        uint64_t carry = 0;
        LIMBS_UNROLL
        for (size_t j = 0; j < n; j++)
            t[j] = limb_mac(b[j], a[i], t[j], &carry);
        uint64_t top = 0;
        t[n] = limb_add(t[n], carry, &top);
        t[n + 1] = top;

        uint64_t q = limb_mul_low(t[0], m0);
        carry = 0;
        (void)limb_mac(q, m[0], t[0], &carry);
        LIMBS_UNROLL
        for (size_t j = 1; j < n; j++)
            t[j - 1] = limb_mac(q, m[j], t[j], &carry);
        top = 0;
        t[n - 1] = limb_add(t[n], carry, &top);
        t[n] = t[n + 1] + top;
    }
    limbs_reduce_once(out, t[n], t, m, n);
}

#define MONT_LIMBS_MAX 64

/*
 * The same for large n, up to MONT_LIMBS_MAX and a multiple of 4, with the instructions that the processor has:
 * out = a b / R mod m and out = a a / R mod m.
 */
void mont_mul_large(uint64_t *out, const uint64_t *a, const uint64_t *b, const uint64_t *m,
                    uint64_t m0, size_t n);
void mont_sqr_large(uint64_t *out, const uint64_t *a, const uint64_t *m, uint64_t m0, size_t n);

#if NONCRYPTO_X86_64
/* t += a w + carry for n limbs, a multiple of 4 or 0; returns the carry. */
NONCRYPTO_HIDDEN uint64_t mont_row_adx(uint64_t *t, const uint64_t *a, uint64_t w, size_t n,
                                       uint64_t carry);
#endif

/* -1/m mod 2^64 for odd m: each round of Newton's iteration doubles the number of right bits, of which m itself has 3. */
static inline uint64_t mont_m0(uint64_t m)
{
    uint64_t x = m;

    for (int i = 0; i < 5; i++)
        x = limb_mul_low(x, 2 - limb_mul_low(m, x));
    return 0 - x;
}

#endif
