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

/* Neither LEA nor JRCXZ touches the flags. */
uint64_t mont_row_adx(uint64_t *t, const uint64_t *a, uint64_t w, size_t n)
{
    uint64_t carry = 0;
    size_t odd = n % 4;

    for (size_t i = 0; i < odd; i++)
        t[i] = limb_mac(a[i], w, t[i], &carry);
    t += odd;
    a += odd;
    n /= 4;
    if (n == 0)
        return carry;
    __asm__ volatile("xorl %%r8d, %%r8d\n\t" /* clears both flags */
                     "jmp 2f\n\t"
                     "1:\n\t"
                     "leaq 32(%[a]), %[a]\n\t"
                     "leaq 32(%[t]), %[t]\n\t"
                     "2:\n\t" LIMB(0, "r8", "[carry]", "%r9") LIMB(8, "r10", "%r9", "%r11")
                         LIMB(16, "r8", "%r11", "%r9")
                             LIMB(24, "r10", "%r9", "[carry]") "leaq -1(%[n]), %[n]\n\t"
                                                               "jrcxz 3f\n\t"
                                                               "jmp 1b\n\t"
                                                               "3:\n\t"
                                                               "movl $0, %%r8d\n\t"
                                                               "adcxq %%r8, %[carry]\n\t"
                                                               "adoxq %%r8, %[carry]\n\t"
                     : [t] "+r"(t), [a] "+r"(a), [n] "+c"(n), [carry] "+r"(carry)
                     : "d"(w)
                     : "r8", "r9", "r10", "r11", "cc", "memory");
    return carry;
}

#endif
