/*
 * GF(2^255 - 19) on four full 64-bit words, with MULX, ADCX and ADOX.
 *
 * Every value below 2^256 is an element (`loose`), and 2^256 = 38 folds what passes the last word. Products are folded at
 * 2^255 = 19 and are `tight`: below 2^255 + 2^199. fe_mul, fe_sq, fe_sq2 and fe_mul_small take loose operands and give
 * tight ones; fe_add and fe_sub take tight operands and need one fold; fe_add_loose and fe_sub_loose take loose ones.
 *
 * The products read their operands through pointers, and there is no register left to name the memory behind them: without
 * `volatile` a compiler may take a product of the same pointers for the same product, and gcc -O3 does.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_FIELD_BMI2_H
#define NONCRYPTO_SRC_CURVE25519_FIELD_BMI2_H

#include <stdint.h>

#include "ct.h"

#define FE_INLINE static inline __attribute__((always_inline))

/* What fe_invert() is made of. */
#define FE_INVERT_BY_POWER 0

struct fe {
    uint64_t v[4];
};

FE_INLINE void fe_from_words(struct fe *out, const uint64_t w[4])
{
    for (unsigned i = 0; i < 4; i++)
        out->v[i] = w[i];
}

/* One instruction on word `to`. */
#define FE_OP(op, from, to) op " " from ", %[" to "]\n\t"
/* 38 times the carry or borrow, into the lowest word. */
#define FE_FOLD_CARRY(first) \
    "sbbq %[fold], %[fold]\n\tandl $38, %k[fold]\n\t" FE_OP(first, "%[fold]", "r0")

/*
 * r = a + b or a - b, by the instruction of the first word and that of the others, with one fold of the carry or borrow;
 * `more` is what comes after it.
 */
#define FE_SUM(out, a, b, first, others, more)                                                   \
    do {                                                                                         \
        uint64_t r0 = (a)->v[0], r1 = (a)->v[1], r2 = (a)->v[2], r3 = (a)->v[3], fold;           \
        __asm__(                                                                                 \
            FE_OP(first, "0(%[b])", "r0") FE_OP(others, "8(%[b])", "r1")                         \
                FE_OP(others, "16(%[b])", "r2") FE_OP(others, "24(%[b])", "r3")                  \
                    FE_FOLD_CARRY(first) FE_OP(others, "$0", "r1") FE_OP(others, "$0", "r2")     \
                        FE_OP(others, "$0", "r3") more                                           \
            : [r0] "+&r"(r0), [r1] "+&r"(r1), [r2] "+&r"(r2), [r3] "+&r"(r3), [fold] "=&r"(fold) \
            : [b] "r"((b)->v), "m"(*(b))                                                         \
            : "cc");                                                                             \
        (out)->v[0] = r0;                                                                        \
        (out)->v[1] = r1;                                                                        \
        (out)->v[2] = r2;                                                                        \
        (out)->v[3] = r3;                                                                        \
    } while (0)

/* The sum of tight operands is below 2^256 + 2^200, the difference above -2^255 - 2^199. */
FE_INLINE void fe_add(struct fe *out, const struct fe *a, const struct fe *b)
{
    FE_SUM(out, a, b, "addq", "adcq", "");
}

FE_INLINE void fe_sub(struct fe *out, const struct fe *a, const struct fe *b)
{
    FE_SUM(out, a, b, "subq", "sbbq", "");
}

/* After a first fold of any two elements there may be a second carry, and then only the lowest word is not near its end. */
FE_INLINE void fe_add_loose(struct fe *out, const struct fe *a, const struct fe *b)
{
    FE_SUM(out, a, b, "addq", "adcq", FE_FOLD_CARRY("addq"));
}

FE_INLINE void fe_sub_loose(struct fe *out, const struct fe *a, const struct fe *b)
{
    FE_SUM(out, a, b, "subq", "sbbq", FE_FOLD_CARRY("subq"));
}

/* Folds hi * 2^256 + r, hi below 2^18, where it passes 2^255: what comes back is below 19 * 2^19. */
#define FE_FOLD_TOP                     \
    "addq %[r3], %[r3]\n\t"             \
    "adcq %[hi], %[hi]\n\t"             \
    "shrq $1, %[r3]\n\t"                \
    "leaq (%[hi], %[hi], 8), %[lo]\n\t" \
    "leaq (%[hi], %[lo], 2), %[hi]\n\t" \
    "addq %[hi], %[r0]\n\t"             \
    "adcq $0, %[r1]\n\t"                \
    "adcq $0, %[r2]\n\t"                \
    "adcq $0, %[r3]"

/*
 * Folds eight words, r0 to r7, by 2^256 = 38, and what the highest one brings beyond 2^255 by 19, so that all that is left
 * is one carry chain. What passes 2^255 at its end is at most 39 * 2^192.
 */
#define FE_FOLD                         \
    "movl $38, %%edx\n\t"               \
    "mulxq %[r7], %[lo], %[hi]\n\t"     \
    "addq %[lo], %[r3]\n\t"             \
    "adcq $0, %[hi]\n\t"                \
    "mulxq %[r4], %[lo], %[r4]\n\t"     \
    "addq %[r3], %[r3]\n\t"             \
    "adcq %[hi], %[hi]\n\t"             \
    "shrq $1, %[r3]\n\t"                \
    "leaq (%[hi], %[hi], 8), %[r7]\n\t" \
    "leaq (%[hi], %[r7], 2), %[hi]\n\t" \
    "xorl %k[r7], %k[r7]\n\t"           \
    "adcxq %[lo], %[r0]\n\t"            \
    "mulxq %[r5], %[lo], %[r5]\n\t"     \
    "adoxq %[hi], %[r0]\n\t"            \
    "adcxq %[lo], %[r1]\n\t"            \
    "adoxq %[r4], %[r1]\n\t"            \
    "mulxq %[r6], %[lo], %[r6]\n\t"     \
    "adcxq %[lo], %[r2]\n\t"            \
    "adoxq %[r5], %[r2]\n\t"            \
    "adcxq %[r7], %[r3]\n\t"            \
    "adoxq %[r6], %[r3]"

/* One more row of the product, by the word in rdx; R4 is new, and all flags are clear. */
#define FE_MUL_ROW(R0, R1, R2, R3, R4) \
    "mulxq 0(%[a]), %[lo], %[hi]\n\t"  \
    "adcxq %[lo], %[" R0 "]\n\t"       \
    "adoxq %[hi], %[" R1 "]\n\t"       \
    "mulxq 8(%[a]), %[lo], %[hi]\n\t"  \
    "adcxq %[lo], %[" R1 "]\n\t"       \
    "adoxq %[hi], %[" R2 "]\n\t"       \
    "mulxq 16(%[a]), %[lo], %[hi]\n\t" \
    "adcxq %[lo], %[" R2 "]\n\t"       \
    "adoxq %[hi], %[" R3 "]\n\t"       \
    "mulxq 24(%[a]), %[lo], %[hi]\n\t" \
    "adcxq %[lo], %[" R3 "]\n\t"       \
    "adoxq %[hi], %[" R4 "]\n\t"       \
    "adcq $0, %[" R4 "]\n\t"

FE_INLINE void fe_mul(struct fe *out, const struct fe *a, const struct fe *b)
{
    const uint64_t *r7 = b->v;
    uint64_t r0, r1, r2, r3, r4, r5, r6, lo, hi;

    /* r7 is the second operand until its last word is read. */
    __asm__ volatile(
        "movq 0(%[r7]), %%rdx\n\t"
        "mulxq 0(%[a]), %[r0], %[r1]\n\t"
        "mulxq 8(%[a]), %[lo], %[r2]\n\t"
        "addq %[lo], %[r1]\n\t"
        "mulxq 16(%[a]), %[lo], %[r3]\n\t"
        "adcq %[lo], %[r2]\n\t"
        "mulxq 24(%[a]), %[lo], %[r4]\n\t"
        "movq 8(%[r7]), %%rdx\n\t"
        "adcq %[lo], %[r3]\n\t"
        "adcq $0, %[r4]\n\t"
        "xorl %k[r5], %k[r5]\n\t" FE_MUL_ROW(
            "r1", "r2", "r3", "r4", "r5") "movq 16(%[r7]), %%rdx\n\t"
                                          "xorl %k[r6], %k[r6]\n\t" FE_MUL_ROW(
                                              "r2", "r3", "r4", "r5",
                                              "r6") "movq 24(%[r7]), %%rdx\n\t"
                                                    "xorl %k[r7], %k[r7]\n\t" FE_MUL_ROW(
                                                        "r3", "r4", "r5", "r6", "r7") FE_FOLD
        : [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3), [r4] "=&r"(r4),
          [r5] "=&r"(r5), [r6] "=&r"(r6), [r7] "+&r"(r7), [lo] "=&r"(lo), [hi] "=&r"(hi)
        : [a] "r"(a->v)
        : "rdx", "cc", "memory");
    out->v[0] = r0;
    out->v[1] = r1;
    out->v[2] = r2;
    out->v[3] = r3;
}

FE_INLINE void fe_sq(struct fe *out, const struct fe *a)
{
    const uint64_t *r7 = a->v;
    uint64_t r0, r1, r2, r3, r4, r5, r6, lo, hi;

    /* r7 is the operand until its last word is read. Products of different words first, which are then doubled. */
    __asm__ volatile(
        "movq 0(%[r7]), %%rdx\n\t"
        "mulxq 8(%[r7]), %[r1], %[r2]\n\t"
        "mulxq 16(%[r7]), %[lo], %[r3]\n\t"
        "addq %[lo], %[r2]\n\t"
        "mulxq 24(%[r7]), %[lo], %[r4]\n\t"
        "movq 8(%[r7]), %%rdx\n\t"
        "adcq %[lo], %[r3]\n\t"
        "adcq $0, %[r4]\n\t"
        "xorl %k[r5], %k[r5]\n\t"
        "mulxq 16(%[r7]), %[lo], %[hi]\n\t"
        "adcxq %[lo], %[r3]\n\t"
        "adoxq %[hi], %[r4]\n\t"
        "mulxq 24(%[r7]), %[lo], %[hi]\n\t"
        "movq 16(%[r7]), %%rdx\n\t"
        "adcxq %[lo], %[r4]\n\t"
        "adoxq %[hi], %[r5]\n\t"
        "mulxq 24(%[r7]), %[lo], %[r6]\n\t"
        "movq 0(%[r7]), %%rdx\n\t"
        "adcq %[lo], %[r5]\n\t"
        "adcq $0, %[r6]\n\t"
        "xorl %k[lo], %k[lo]\n\t"
        "mulxq %%rdx, %[r0], %[hi]\n\t"
        "adcxq %[r1], %[r1]\n\t"
        "adoxq %[hi], %[r1]\n\t"
        "movq 8(%[r7]), %%rdx\n\t"
        "mulxq %%rdx, %[lo], %[hi]\n\t"
        "adcxq %[r2], %[r2]\n\t"
        "adoxq %[lo], %[r2]\n\t"
        "adcxq %[r3], %[r3]\n\t"
        "adoxq %[hi], %[r3]\n\t"
        "movq 16(%[r7]), %%rdx\n\t"
        "mulxq %%rdx, %[lo], %[hi]\n\t"
        "movq 24(%[r7]), %%rdx\n\t"
        "movl $0, %k[r7]\n\t"
        "adcxq %[r4], %[r4]\n\t"
        "adoxq %[lo], %[r4]\n\t"
        "adcxq %[r5], %[r5]\n\t"
        "adoxq %[hi], %[r5]\n\t"
        "mulxq %%rdx, %[lo], %[hi]\n\t"
        "adcxq %[r6], %[r6]\n\t"
        "adoxq %[lo], %[r6]\n\t"
        "adcxq %[r7], %[r7]\n\t"
        "adoxq %[hi], %[r7]\n\t" FE_FOLD
        : [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3), [r4] "=&r"(r4),
          [r5] "=&r"(r5), [r6] "=&r"(r6), [r7] "+&r"(r7), [lo] "=&r"(lo), [hi] "=&r"(hi)
        :
        : "rdx", "cc", "memory");
    out->v[0] = r0;
    out->v[1] = r1;
    out->v[2] = r2;
    out->v[3] = r3;
}

/* n < 2^17 */
FE_INLINE void fe_mul_small(struct fe *out, const struct fe *a, uint32_t n)
{
    uint64_t r0, r1, r2, r3, lo, hi;

    __asm__ volatile("mulxq 0(%[a]), %[r0], %[r1]\n\t"
                     "mulxq 8(%[a]), %[lo], %[r2]\n\t"
                     "addq %[lo], %[r1]\n\t"
                     "mulxq 16(%[a]), %[lo], %[r3]\n\t"
                     "adcq %[lo], %[r2]\n\t"
                     "mulxq 24(%[a]), %[lo], %[hi]\n\t"
                     "adcq %[lo], %[r3]\n\t"
                     "adcq $0, %[hi]\n\t" FE_FOLD_TOP
                     : [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3),
                       [lo] "=&r"(lo), [hi] "=&r"(hi)
                     : [a] "r"(a->v), "d"((uint64_t)n)
                     : "cc", "memory");
    out->v[0] = r0;
    out->v[1] = r1;
    out->v[2] = r2;
    out->v[3] = r3;
}

/* 2 a^2 */
FE_INLINE void fe_sq2(struct fe *out, const struct fe *a)
{
    struct fe square;

    fe_sq(&square, a);
    fe_add(out, &square, &square);
}

/* The one representative below p: 19 times bit 255 is folded, and p is subtracted where adding 19 reaches 2^255. */
FE_INLINE void fe_to_words(uint64_t w[4], const struct fe *a)
{
    unsigned __int128 sum = (unsigned __int128)a->v[0] + 19 * (a->v[3] >> 63);
    uint64_t v[4] = {(uint64_t)sum, 0, 0, 0};

    for (unsigned i = 1; i < 4; i++) {
        uint64_t word = i == 3 ? a->v[3] & (UINT64_MAX >> 1) : a->v[i];
        sum = (sum >> 64) + word;
        v[i] = (uint64_t)sum;
    }
    sum = (unsigned __int128)v[0] + 19;
    for (unsigned i = 1; i < 4; i++)
        sum = (sum >> 64) + v[i];
    sum = (unsigned __int128)v[0] + 19 * ((uint64_t)sum >> 63);
    w[0] = (uint64_t)sum;
    for (unsigned i = 1; i < 4; i++) {
        sum = (sum >> 64) + v[i];
        w[i] = (uint64_t)sum;
    }
    w[3] &= UINT64_MAX >> 1;
}

/* out = b if the mask is ones, a if it is zeros; `out` may be either. */
FE_INLINE void fe_select(struct fe *out, const struct fe *a, const struct fe *b, uint64_t mask)
{
    uint64_t r0 = a->v[0], r1 = a->v[1], r2 = a->v[2], r3 = a->v[3];

    __asm__("testq %[mask], %[mask]\n\t"
            "cmovnzq 0(%[b]), %[r0]\n\t"
            "cmovnzq 8(%[b]), %[r1]\n\t"
            "cmovnzq 16(%[b]), %[r2]\n\t"
            "cmovnzq 24(%[b]), %[r3]"
            : [r0] "+&r"(r0), [r1] "+&r"(r1), [r2] "+&r"(r2), [r3] "+&r"(r3)
            : [mask] "r"(mask), [b] "r"(b->v), "m"(*b)
            : "cc");
    out->v[0] = r0;
    out->v[1] = r1;
    out->v[2] = r2;
    out->v[3] = r3;
}

#endif
