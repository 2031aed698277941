/*
 * Sum and difference in Fp in instructions that every x86-64 has: the compiler does not keep the
 * carry in its flag.
 */
#ifndef NONZK_SRC_FIELD_FP_ADD_X86_64_H
#define NONZK_SRC_FIELD_FP_ADD_X86_64_H

#include <nonzk/fp.h>

#include "field/fp_private.h"
#include "field/limb.h"

/*
 * out = t mod p for t below 2p, which is below 2^384: t - p borrows exactly if t is below p
 * already.
 */
LIMB_INLINE void fp_reduce_x86_64(struct nonzk_fp *out, uint64_t t0, uint64_t t1, uint64_t t2,
                                  uint64_t t3, uint64_t t4, uint64_t t5)
{
    uint64_t u0, u1, u2, u3, u4, u5;

    __asm__(
        "movq %[t0], %[u0]\n\t"
        "movq %[t1], %[u1]\n\t"
        "movq %[t2], %[u2]\n\t"
        "movq %[t3], %[u3]\n\t"
        "movq %[t4], %[u4]\n\t"
        "movq %[t5], %[u5]\n\t"
        "subq %[p0], %[u0]\n\t"
        "sbbq %[p1], %[u1]\n\t"
        "sbbq %[p2], %[u2]\n\t"
        "sbbq %[p3], %[u3]\n\t"
        "sbbq %[p4], %[u4]\n\t"
        "sbbq %[p5], %[u5]\n\t"
        "cmovc %[t0], %[u0]\n\t"
        "cmovc %[t1], %[u1]\n\t"
        "cmovc %[t2], %[u2]\n\t"
        "cmovc %[t3], %[u3]\n\t"
        "cmovc %[t4], %[u4]\n\t"
        "cmovc %[t5], %[u5]"
        : [u0] "=&r"(u0), [u1] "=&r"(u1), [u2] "=&r"(u2), [u3] "=&r"(u3), [u4] "=&r"(u4),
          [u5] "=&r"(u5)
        : [t0] "rm"(t0), [t1] "rm"(t1), [t2] "rm"(t2), [t3] "rm"(t3), [t4] "rm"(t4), [t5] "rm"(t5),
          [p0] "m"(fp_modulus[0]), [p1] "m"(fp_modulus[1]), [p2] "m"(fp_modulus[2]),
          [p3] "m"(fp_modulus[3]), [p4] "m"(fp_modulus[4]), [p5] "m"(fp_modulus[5])
        : "cc");
    *out = (struct nonzk_fp){{u0, u1, u2, u3, u4, u5}};
}

/* out = a + b */
LIMB_INLINE void fp_add_x86_64(struct nonzk_fp *out, const struct nonzk_fp *a,
                               const struct nonzk_fp *b)
{
    uint64_t t0, t1, t2, t3, t4, t5;

    __asm__("movq 0(%[a]), %[t0]\n\t"
            "movq 8(%[a]), %[t1]\n\t"
            "movq 16(%[a]), %[t2]\n\t"
            "movq 24(%[a]), %[t3]\n\t"
            "movq 32(%[a]), %[t4]\n\t"
            "movq 40(%[a]), %[t5]\n\t"
            "addq 0(%[b]), %[t0]\n\t"
            "adcq 8(%[b]), %[t1]\n\t"
            "adcq 16(%[b]), %[t2]\n\t"
            "adcq 24(%[b]), %[t3]\n\t"
            "adcq 32(%[b]), %[t4]\n\t"
            "adcq 40(%[b]), %[t5]"
            : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4),
              [t5] "=&r"(t5)
            : [a] "r"(a->limb), [b] "r"(b->limb), "m"(*a), "m"(*b)
            : "cc");
    fp_reduce_x86_64(out, t0, t1, t2, t3, t4, t5);
}

/* out = a - b */
LIMB_INLINE void fp_sub_x86_64(struct nonzk_fp *out, const struct nonzk_fp *a,
                               const struct nonzk_fp *b)
{
    uint64_t t0, t1, t2, t3, t4, t5, u0, u1, u2, u3, u4, u5;

    __asm__("movq 0(%[a]), %[t0]\n\t"
            "movq 8(%[a]), %[t1]\n\t"
            "movq 16(%[a]), %[t2]\n\t"
            "movq 24(%[a]), %[t3]\n\t"
            "movq 32(%[a]), %[t4]\n\t"
            "movq 40(%[a]), %[t5]\n\t"
            "subq 0(%[b]), %[t0]\n\t"
            "sbbq 8(%[b]), %[t1]\n\t"
            "sbbq 16(%[b]), %[t2]\n\t"
            "sbbq 24(%[b]), %[t3]\n\t"
            "sbbq 32(%[b]), %[t4]\n\t"
            "sbbq 40(%[b]), %[t5]\n\t"
            "sbbq %[u0], %[u0]"
            : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4),
              [t5] "=&r"(t5), [u0] "=&r"(u0)
            : [a] "r"(a->limb), [b] "r"(b->limb), "m"(*a), "m"(*b)
            : "cc");
    u5 = u0 & fp_modulus[5];
    u4 = u0 & fp_modulus[4];
    u3 = u0 & fp_modulus[3];
    u2 = u0 & fp_modulus[2];
    u1 = u0 & fp_modulus[1];
    u0 = u0 & fp_modulus[0];
    __asm__(
        "addq %[u0], %[t0]\n\t"
        "adcq %[u1], %[t1]\n\t"
        "adcq %[u2], %[t2]\n\t"
        "adcq %[u3], %[t3]\n\t"
        "adcq %[u4], %[t4]\n\t"
        "adcq %[u5], %[t5]"
        : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4),
          [t5] "+&r"(t5)
        : [u0] "rm"(u0), [u1] "rm"(u1), [u2] "rm"(u2), [u3] "rm"(u3), [u4] "rm"(u4), [u5] "rm"(u5)
        : "cc");
    *out = (struct nonzk_fp){{t0, t1, t2, t3, t4, t5}};
}

#endif
