/*
 * Montgomery multiplication with MULX, ADCX and ADOX. The seven registers t hold the sum; a row
 * adds a * b[i], low halves by the overflow flag and high halves by the carry flag, then the
 * multiple of p that makes the lowest limb 0, which serves as the highest one of the next row. As p
 * has spare bits, the sum stays below 2p after each row.
 */
#include "field/fp_x86_64.h"

#if FP_X86_64

#include "field/fp_add_x86_64.h"
#include "field/fp_private.h"

static const uint64_t minus_p_inverse = UINT64_C(0x89f3fffcfffcfffd); /* -1/p mod 2^64 */

/* t_low and t_high += the halves of rdx * factor, each with its own carry */
#define STEP(factor, t_low, t_high)         \
    "mulxq " factor ", %[low], %[high]\n\t" \
    "adoxq %[low], %[" t_low "]\n\t"        \
    "adcxq %[high], %[" t_high "]\n\t"

/* Ends both carries in the highest limb, where they cannot overflow. */
#define STEPS_END(t6)      \
    "movl $0, %k[low]\n\t" \
    "adoxq %[low], %[" t6 "]\n\t"

/* t += a * b[i] */
#define ROW(b_at, t0, t1, t2, t3, t4, t5, t6)                                      \
    "movq " b_at "(%[b]), %%rdx\n\t"                                               \
    "xorl %k[low], %k[low]\n\t" STEP("0(%[a])", t0, t1) STEP("8(%[a])", t1, t2)    \
        STEP("16(%[a])", t2, t3) STEP("24(%[a])", t3, t4) STEP("32(%[a])", t4, t5) \
            STEP("40(%[a])", t5, t6) STEPS_END(t6)

/* t += m p for the m that makes t0 zero */
#define REDUCE(t0, t1, t2, t3, t4, t5, t6)                                                        \
    "movq %[" t0 "], %%rdx\n\t"                                                                   \
    "imulq %[inverse], %%rdx\n\t"                                                                 \
    "xorl %k[low], %k[low]\n\t" STEP("%[p0]", t0, t1) STEP("%[p1]", t1, t2) STEP("%[p2]", t2, t3) \
        STEP("%[p3]", t3, t4) STEP("%[p4]", t4, t5) STEP("%[p5]", t5, t6) STEPS_END(t6)

/* t = a * b[0] */
#define FIRST_ROW                       \
    "movq 0(%[b]), %%rdx\n\t"           \
    "mulxq 0(%[a]), %[t0], %[t1]\n\t"   \
    "mulxq 8(%[a]), %[low], %[t2]\n\t"  \
    "addq %[low], %[t1]\n\t"            \
    "mulxq 16(%[a]), %[low], %[t3]\n\t" \
    "adcq %[low], %[t2]\n\t"            \
    "mulxq 24(%[a]), %[low], %[t4]\n\t" \
    "adcq %[low], %[t3]\n\t"            \
    "mulxq 32(%[a]), %[low], %[t5]\n\t" \
    "adcq %[low], %[t4]\n\t"            \
    "mulxq 40(%[a]), %[low], %[t6]\n\t" \
    "adcq %[low], %[t5]\n\t"            \
    "adcq $0, %[t6]\n\t"

void fp_mul_adx(struct nonzk_fp *out, const struct nonzk_fp *a, const struct nonzk_fp *b)
{
    uint64_t t0, t1, t2, t3, t4, t5, t6, low, high;

    /* clang-format off */
    __asm__(FIRST_ROW
            REDUCE("t0", "t1", "t2", "t3", "t4", "t5", "t6")
            ROW("8", "t1", "t2", "t3", "t4", "t5", "t6", "t0")
            REDUCE("t1", "t2", "t3", "t4", "t5", "t6", "t0")
            ROW("16", "t2", "t3", "t4", "t5", "t6", "t0", "t1")
            REDUCE("t2", "t3", "t4", "t5", "t6", "t0", "t1")
            ROW("24", "t3", "t4", "t5", "t6", "t0", "t1", "t2")
            REDUCE("t3", "t4", "t5", "t6", "t0", "t1", "t2")
            ROW("32", "t4", "t5", "t6", "t0", "t1", "t2", "t3")
            REDUCE("t4", "t5", "t6", "t0", "t1", "t2", "t3")
            ROW("40", "t5", "t6", "t0", "t1", "t2", "t3", "t4")
            REDUCE("t5", "t6", "t0", "t1", "t2", "t3", "t4")
            : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4),
              [t5] "=&r"(t5), [t6] "=&r"(t6), [low] "=&r"(low), [high] "=&r"(high)
            : [a] "r"(a->limb), [b] "r"(b->limb), "m"(*a), "m"(*b),
              [inverse] "m"(minus_p_inverse), [p0] "m"(fp_modulus[0]), [p1] "m"(fp_modulus[1]),
              [p2] "m"(fp_modulus[2]), [p3] "m"(fp_modulus[3]), [p4] "m"(fp_modulus[4]),
              [p5] "m"(fp_modulus[5])
            : "rdx", "cc");
    /* clang-format on */
    fp_reduce_x86_64(out, t6, t0, t1, t2, t3, t4);
}

void fp2_mul_adx(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, const struct nonzk_fp2 *b)
{
    struct nonzk_fp low, high, sum_a, sum_b;

    fp_add_x86_64(&sum_a, &a->c0, &a->c1);
    fp_add_x86_64(&sum_b, &b->c0, &b->c1);
    fp_mul_adx(&low, &a->c0, &b->c0);
    fp_mul_adx(&high, &a->c1, &b->c1);
    fp_mul_adx(&sum_a, &sum_a, &sum_b);
    fp_sub_x86_64(&out->c0, &low, &high);
    fp_sub_x86_64(&sum_a, &sum_a, &low);
    fp_sub_x86_64(&out->c1, &sum_a, &high);
}

void fp2_square_adx(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp sum, difference, product;

    fp_add_x86_64(&sum, &a->c0, &a->c1);
    fp_sub_x86_64(&difference, &a->c0, &a->c1);
    fp_mul_adx(&product, &a->c0, &a->c1);
    fp_mul_adx(&out->c0, &sum, &difference);
    fp_add_x86_64(&out->c1, &product, &product);
}

#endif
