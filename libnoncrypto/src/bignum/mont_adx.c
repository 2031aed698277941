/*
 * Rows of products with MULX and the two carry chains of ADCX and ADOX.
 */
#include "bignum/mont.h"

#if NONCRYPTO_X86_64

/* t[i] += a[i] w + from, for the limb at this offset; what is above goes to `to`. Low halves use CF, high ones OF. */
#define LIMB(offset, low, from, to)                   \
    "mulxq " #offset "(%[a]), %%" low ", %" to "\n\t" \
    "adcxq " #offset "(%[t]), %%" low "\n\t"          \
    "adoxq %" from ", %%" low "\n\t"                  \
    "movq %%" low ", " #offset "(%[t])\n\t"

/* The carry is in [carry] before and after. */
#define FOUR_LIMBS                    \
    LIMB(0, "r8", "[carry]", "%r9")   \
    LIMB(8, "r10", "%r9", "%r11")     \
    LIMB(16, "r8", "%r11", "%r9")     \
    LIMB(24, "r10", "%r9", "[carry]") \
    "leaq 32(%[a]), %[a]\n\t"         \
    "leaq 32(%[t]), %[t]\n\t"

/* Blocks of eight limbs, after one of four if there is one; LEA and JRCXZ leave the flags alone. */
uint64_t mont_row_adx(uint64_t *t, const uint64_t *a, uint64_t w, size_t n, uint64_t carry)
{
    size_t blocks = n / 8;

    /* clang-format off */
    __asm__ volatile(
        "testl $4, %k[n]\n\t"
        "movl $0, %k[n]\n\t"
        "jz 1f\n\t" /* with both flags clear */
        FOUR_LIMBS
        "adcxq %[n], %[carry]\n\t"
        "adoxq %[n], %[carry]\n\t"
        "xorl %k[n], %k[n]\n\t"
        "jmp 1f\n\t"
        "2:\n\t"
        LIMB(0, "r8", "[carry]", "%r9")
        LIMB(8, "r10", "%r9", "%r11")
        LIMB(16, "r8", "%r11", "%r9")
        LIMB(24, "r10", "%r9", "%r11")
        LIMB(32, "r8", "%r11", "%r9")
        LIMB(40, "r10", "%r9", "%r11")
        LIMB(48, "r8", "%r11", "%r9")
        LIMB(56, "r10", "%r9", "[carry]")
        "leaq 64(%[a]), %[a]\n\t"
        "leaq 64(%[t]), %[t]\n\t"
        "1:\n\t"
        "jrcxz 3f\n\t"
        "leaq -1(%%rcx), %%rcx\n\t"
        "jmp 2b\n\t"
        "3:\n\t"
        "adcxq %[n], %[carry]\n\t"
        "adoxq %[n], %[carry]\n\t"
        : [t] "+&r"(t), [a] "+&r"(a), [n] "+&r"(n), [carry] "+&r"(carry), "+&c"(blocks)
        : "d"(w)
        : "r8", "r9", "r10", "r11", "cc", "memory");
    /* clang-format on */
    return carry;
}

#endif
