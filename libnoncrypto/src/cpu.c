#include "cpu.h"

/* Set: the word holds what was found or said. Clear, which is how the library starts: nobody has said anything yet. */
#define KNOWN (UINT32_C(1) << 31)

/* Only whole words are read and written, and any processor would find the same: no order is needed. */
static uint32_t noncrypto_cpu_features;

#if CPU_CAN_BE_ASKED

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid r;
    __asm__("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
    return r;
}

/* XCR0: which registers the system saves. Only with OSXSAVE. */
static uint32_t xcr0(void)
{
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static int all(uint32_t word, uint32_t bits)
{
    return (word & bits) == bits;
}

#define BIT(n) (UINT32_C(1) << (n))

/* Bits as in Intel's manual, volume 2, CPUID; XCR0 as in volume 1, section 13.3. */
static uint32_t detect_vectors(struct cpuid one, struct cpuid seven)
{
    uint32_t found = 0;
    uint32_t saved = all(one.ecx, BIT(27)) ? xcr0() : 0;

    /* SSSE3, SSE4.1. Whoever compiles with SSE2 saves XMM. */
    if (all(one.ecx, BIT(9) | BIT(19)))
        found |= NONCRYPTO_CPU_SSE;
    if (all(one.ecx, BIT(28)) && all(seven.ebx, BIT(5)) && all(saved, BIT(1) | BIT(2)))
        found |= NONCRYPTO_CPU_AVX2;
    if (all(seven.ebx, BIT(16) | BIT(17) | BIT(30) | BIT(31)) &&
        all(saved, BIT(1) | BIT(2) | BIT(5) | BIT(6) | BIT(7)))
        found |= NONCRYPTO_CPU_AVX512;
    if (all(seven.ebx, BIT(21)))
        found |= NONCRYPTO_CPU_IFMA;
    if (all(one.ecx, BIT(1) | BIT(25)))
        found |= NONCRYPTO_CPU_AESNI;
    if (all(seven.ecx, BIT(9) | BIT(10)))
        found |= NONCRYPTO_CPU_VAES;
    if (all(seven.ebx, BIT(29)))
        found |= NONCRYPTO_CPU_SHA;
    if (all(seven.ebx, BIT(3) | BIT(8)))
        found |= NONCRYPTO_CPU_BMI2;
    if (all(seven.ebx, BIT(19)))
        found |= NONCRYPTO_CPU_ADX;
    return found;
}

uint32_t noncrypto_cpu_detect(void)
{
    struct cpuid one = cpuid(1, 0);
    struct cpuid seven = {0, 0, 0, 0};
    uint32_t found = 0;

    if (cpuid(0, 0).eax >= 7)
        seven = cpuid(7, 0);
    if (NONCRYPTO_X86_64)
        found = detect_vectors(one, seven);
    if (all(one.ecx, BIT(30)))
        found |= NONCRYPTO_CPU_RDRAND;
    if (all(seven.ebx, BIT(18)))
        found |= NONCRYPTO_CPU_RDSEED;
    return found;
}

#else

uint32_t noncrypto_cpu_detect(void)
{
    return 0;
}

#endif

/* Drops what cannot be used without something else that is missing; the needed one stands before its dependents. */
static uint32_t consistent(uint32_t features)
{
    static const struct {
        uint32_t feature, needs;
    } rules[] = {
        {NONCRYPTO_CPU_SSE & ~NONCRYPTO_CPU_XMM, NONCRYPTO_CPU_XMM},
        {NONCRYPTO_CPU_AVX2, NONCRYPTO_CPU_SSE},
        {NONCRYPTO_CPU_AVX512, NONCRYPTO_CPU_AVX2},
        {NONCRYPTO_CPU_IFMA, NONCRYPTO_CPU_AVX512},
        {NONCRYPTO_CPU_AESNI, NONCRYPTO_CPU_XMM},
        {NONCRYPTO_CPU_VAES, NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_AESNI},
        {NONCRYPTO_CPU_SHA, NONCRYPTO_CPU_XMM},
        {NONCRYPTO_CPU_ADX, NONCRYPTO_CPU_BMI2},
    };

    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if ((features & rules[i].needs) != rules[i].needs)
            features &= ~rules[i].feature;
    return features & ~KNOWN;
}

void noncrypto_cpu_set_features(uint32_t features)
{
    __atomic_store_n(&noncrypto_cpu_features, consistent(features) | KNOWN, __ATOMIC_RELAXED);
}

uint32_t noncrypto_cpu_get_features(void)
{
    uint32_t features = __atomic_load_n(&noncrypto_cpu_features, __ATOMIC_RELAXED);

    if (NONCRYPTO_CONFIG_CPU_DETECT && features == 0) {
        noncrypto_cpu_set_features(noncrypto_cpu_detect());
        features = __atomic_load_n(&noncrypto_cpu_features, __ATOMIC_RELAXED);
    }
    return features & ~KNOWN;
}
