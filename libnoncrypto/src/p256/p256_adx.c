/*
 * P-256 with MULX and the two carry chains of ADCX and ADOX. The arithmetic is that of p256_portable.c.
 */
#include "p256/p256_private.h"

#if NONCRYPTO_X86_64

#include "p256/p256_field.h"

/*
 * t0..t4 += a b[i]; t5 is the carry. MULX puts a product into rax and rcx; low halves go along one chain, high ones along
 * the other.
 */
#define ROW(i, t0, t1, t2, t3, t4, t5) \
    "movq 8*" #i "(%[b]), %%rdx\n\t"   \
    "xorl %%" t5 "d, %%" t5 "d\n\t"    \
    "mulxq (%[a]), %%rax, %%rcx\n\t"   \
    "adcxq %%rax, %%" t0 "\n\t"        \
    "adoxq %%rcx, %%" t1 "\n\t"        \
    "mulxq 8(%[a]), %%rax, %%rcx\n\t"  \
    "adcxq %%rax, %%" t1 "\n\t"        \
    "adoxq %%rcx, %%" t2 "\n\t"        \
    "mulxq 16(%[a]), %%rax, %%rcx\n\t" \
    "adcxq %%rax, %%" t2 "\n\t"        \
    "adoxq %%rcx, %%" t3 "\n\t"        \
    "mulxq 24(%[a]), %%rax, %%rcx\n\t" \
    "adcxq %%rax, %%" t3 "\n\t"        \
    "adoxq %%rcx, %%" t4 "\n\t"        \
    "adcxq %%" t5 ", %%" t4 "\n\t"     \
    "adoxq %%" t5 ", %%" t5 "\n\t"     \
    "adcq $0, %%" t5 "\n\t"

/* The first row, onto nothing. */
#define FIRST_ROW                      \
    "movq (%[b]), %%rdx\n\t"           \
    "mulxq (%[a]), %%r8, %%r9\n\t"     \
    "mulxq 8(%[a]), %%rax, %%r10\n\t"  \
    "addq %%rax, %%r9\n\t"             \
    "mulxq 16(%[a]), %%rax, %%r11\n\t" \
    "adcq %%rax, %%r10\n\t"            \
    "mulxq 24(%[a]), %%rax, %%r12\n\t" \
    "adcq %%rax, %%r11\n\t"            \
    "adcq $0, %%r12\n\t"               \
    "xorl %%r13d, %%r13d\n\t"

/*
 * t1..t3 += the quotient digit t0 times p, and t0 becomes what is to be added to the limb after them, with CF. For the
 * third limb of p no product is needed: t0 p[3] = t0 2^64 + t0 - t0 2^32.
 */
#define REDUCE_PRODUCTS(t0, t1, t2, t3) \
    "movq %%" t0 ", %%rax\n\t"          \
    "movq %%" t0 ", %%rcx\n\t"          \
    "movq %%" t0 ", %%rdx\n\t"          \
    "shlq $32, %%rax\n\t"               \
    "shrq $32, %%rcx\n\t"               \
    "subq %%rax, %%rdx\n\t"             \
    "sbbq %%rcx, %%" t0 "\n\t"          \
    "addq %%rax, %%" t1 "\n\t"          \
    "adcq %%rcx, %%" t2 "\n\t"          \
    "adcq %%rdx, %%" t3 "\n\t"

#define REDUCE(t0, t1, t2, t3, t4, t5) \
    REDUCE_PRODUCTS(t0, t1, t2, t3)    \
    "adcq %%" t0 ", %%" t4 "\n\t"      \
    "adcq $0, %%" t5 "\n\t"

/* The same where t0 is to hold the limb after t3. */
#define REDUCE_SQUARE(t0, t1, t2, t3) \
    REDUCE_PRODUCTS(t0, t1, t2, t3)   \
    "adcq $0, %%" t0 "\n\t"

/* out = (t0, t1, t2, t3, carry), less p if it is not below; u is free, and so are rax, rcx and rdx. */
#define STORE_REDUCED(t0, t1, t2, t3, carry, u) \
    "movl $0xffffffff, %%ecx\n\t"               \
    "movq %%" t0 ", %%rax\n\t"                  \
    "movq %%" t1 ", %%rdx\n\t"                  \
    "subq $-1, %%rax\n\t"                       \
    "sbbq %%rcx, %%rdx\n\t"                     \
    "movq %%" t2 ", %%rcx\n\t"                  \
    "sbbq $0, %%rcx\n\t"                        \
    "movq %%" t3 ", %%" u "\n\t"                \
    "sbbq %[p3], %%" u "\n\t"                   \
    "sbbq $0, %%" carry "\n\t"                  \
    "cmovcq %%" t0 ", %%rax\n\t"                \
    "cmovcq %%" t1 ", %%rdx\n\t"                \
    "cmovcq %%" t2 ", %%rcx\n\t"                \
    "cmovcq %%" t3 ", %%" u "\n\t"              \
    "movq %%rax, (%[out])\n\t"                  \
    "movq %%rdx, 8(%[out])\n\t"                 \
    "movq %%rcx, 16(%[out])\n\t"                \
    "movq %%" u ", 24(%[out])\n\t"

/* The ten products of a square: those of different limbs are doubled while those of equal ones come in. */
#define SQUARE                         \
    "movq (%[a]), %%rdx\n\t"           \
    "mulxq 8(%[a]), %%r9, %%r10\n\t"   \
    "mulxq 16(%[a]), %%rax, %%r11\n\t" \
    "mulxq 24(%[a]), %%rcx, %%r12\n\t" \
    "xorl %%r13d, %%r13d\n\t"          \
    "addq %%rax, %%r10\n\t"            \
    "adcq %%rcx, %%r11\n\t"            \
    "adcq $0, %%r12\n\t"               \
    "movq 8(%[a]), %%rdx\n\t"          \
    "xorl %%r15d, %%r15d\n\t"          \
    "mulxq 16(%[a]), %%rax, %%rcx\n\t" \
    "adcxq %%rax, %%r11\n\t"           \
    "adoxq %%rcx, %%r12\n\t"           \
    "mulxq 24(%[a]), %%rax, %%rcx\n\t" \
    "adcxq %%rax, %%r12\n\t"           \
    "adoxq %%rcx, %%r13\n\t"           \
    "movq 16(%[a]), %%rdx\n\t"         \
    "mulxq 24(%[a]), %%rax, %%r14\n\t" \
    "adcxq %%rax, %%r13\n\t"           \
    "adcxq %%r15, %%r14\n\t"           \
    "xorl %%eax, %%eax\n\t"            \
    "movq (%[a]), %%rdx\n\t"           \
    "mulxq %%rdx, %%r8, %%rcx\n\t"     \
    "adcxq %%r9, %%r9\n\t"             \
    "adoxq %%rcx, %%r9\n\t"            \
    "movq 8(%[a]), %%rdx\n\t"          \
    "mulxq %%rdx, %%rax, %%rcx\n\t"    \
    "adcxq %%r10, %%r10\n\t"           \
    "adoxq %%rax, %%r10\n\t"           \
    "adcxq %%r11, %%r11\n\t"           \
    "adoxq %%rcx, %%r11\n\t"           \
    "movq 16(%[a]), %%rdx\n\t"         \
    "mulxq %%rdx, %%rax, %%rcx\n\t"    \
    "adcxq %%r12, %%r12\n\t"           \
    "adoxq %%rax, %%r12\n\t"           \
    "adcxq %%r13, %%r13\n\t"           \
    "adoxq %%rcx, %%r13\n\t"           \
    "movq 24(%[a]), %%rdx\n\t"         \
    "mulxq %%rdx, %%rax, %%rcx\n\t"    \
    "adcxq %%r14, %%r14\n\t"           \
    "adoxq %%rax, %%r14\n\t"           \
    "adcxq %%r15, %%r15\n\t"           \
    "adoxq %%rcx, %%r15\n\t"

/* clang-format off */
__attribute__((__noinline__)) static void fe_mul(struct fe *out, const struct fe *a, const struct fe *b)
{
    __asm__ volatile(
        FIRST_ROW
        REDUCE("r8", "r9", "r10", "r11", "r12", "r13")
        ROW(1, "r9", "r10", "r11", "r12", "r13", "r8")
        REDUCE("r9", "r10", "r11", "r12", "r13", "r8")
        ROW(2, "r10", "r11", "r12", "r13", "r8", "r9")
        REDUCE("r10", "r11", "r12", "r13", "r8", "r9")
        ROW(3, "r11", "r12", "r13", "r8", "r9", "r10")
        REDUCE("r11", "r12", "r13", "r8", "r9", "r10")
        STORE_REDUCED("r12", "r13", "r8", "r9", "r10", "r11")
        :
        : [out] "r"(out), [a] "r"(a), [b] "r"(b), [p3] "r"(fe_p[3])
        : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "cc", "memory");
}

/* The lower half is reduced by itself, then the upper half added. */
__attribute__((__noinline__)) static void fe_sqr(struct fe *out, const struct fe *a)
{
    __asm__ volatile(
        SQUARE
        REDUCE_SQUARE("r8", "r9", "r10", "r11")
        REDUCE_SQUARE("r9", "r10", "r11", "r8")
        REDUCE_SQUARE("r10", "r11", "r8", "r9")
        REDUCE_SQUARE("r11", "r8", "r9", "r10")
        "xorl %%edx, %%edx\n\t"
        "addq %%r8, %%r12\n\t"
        "adcq %%r9, %%r13\n\t"
        "adcq %%r10, %%r14\n\t"
        "adcq %%r11, %%r15\n\t"
        "adcq %%rdx, %%rdx\n\t"
        "movq %%rdx, %%r8\n\t"
        STORE_REDUCED("r12", "r13", "r14", "r15", "r8", "r9")
        :
        : [out] "r"(out), [a] "r"(a), [p3] "r"(fe_p[3])
        : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc",
          "memory");
}
/* clang-format on */

#define P256_BACKEND p256_backend_adx
#include "p256/p256_backend.h"

#endif
