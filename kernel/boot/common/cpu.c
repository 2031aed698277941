#include "common/cpu.h"

#include <cpuid.h>

#define CR0_WP    (1ull << 16)
#define CR4_PGE   (1ull << 7)
#define CR4_LA57  (1ull << 12)
#define CR4_PCIDE (1ull << 17)
#define EFER_NXE  (1u << 11)

enum {
    MSR_EFER = 0xc0000080,
    CPUID_EXTENDED = 0x80000001,
    EXTENDED_EDX_NX = 1 << 20,
    EXTENDED_EDX_PAGE1GB = 1 << 26,
    JITTER_SAMPLES = 256,
    RDRAND_WORDS = 8,
    RDRAND_RETRIES = 10,
};

static uint64_t cr4_read(void)
{
    uint64_t cr4;
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    return cr4;
}

static unsigned extended_edx(void)
{
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid(CPUID_EXTENDED, &eax, &ebx, &ecx, &edx) ? edx : 0;
}

int boot_cpu_check(void)
{
    if (!(extended_edx() & EXTENDED_EDX_NX))
        return BOOT_E_CPU_NX;
    return (cr4_read() & CR4_LA57) ? BOOT_E_CPU_LA57 : 0;
}

bool boot_cpu_has_huge_pages(void)
{
    return extended_edx() & EXTENDED_EDX_PAGE1GB;
}

void boot_cpu_prepare(void)
{
    uint32_t low, high;
    uint64_t cr0;

    __asm__ volatile("cli" : : : "memory");
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_EFER));
    __asm__ volatile("wrmsr" : : "a"(low | EFER_NXE), "d"(high), "c"(MSR_EFER));
    /*
     * Without global pages and process identifiers, loading CR3 forgets every translation of the
     * firmware.
     */
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4_read() & ~(CR4_PGE | CR4_PCIDE)) : "memory");
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0 | CR0_WP) : "memory");
}

static bool rdrand(uint64_t *value)
{
    for (int i = 0; i < RDRAND_RETRIES; i++) {
        uint8_t valid;
        __asm__ volatile("rdrand %0; setc %1" : "=r"(*value), "=qm"(valid) : : "cc");
        if (valid)
            return true;
    }
    return false;
}

static void gather_rdrand(struct boot_entropy *entropy)
{
    unsigned eax, ebx, ecx, edx;
    uint64_t word[RDRAND_WORDS];

    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_RDRND))
        return;
    for (int i = 0; i < RDRAND_WORDS; i++)
        if (!rdrand(&word[i]))
            return;
    /* All words the same: the unit is broken, as some processors have it after a suspend. */
    if (word[0] == word[1] && word[1] == word[2])
        return;
    boot_entropy_add(entropy, BOOT_ENTROPY_RDRAND, word, sizeof word);
}

void boot_cpu_gather(struct boot_entropy *entropy)
{
    uint64_t jitter[JITTER_SAMPLES];

    gather_rdrand(entropy);
    for (int i = 0; i < JITTER_SAMPLES; i++) {
        /*
         * CPUID serialises and, in a virtual machine, leaves it: both make the interval less
         * predictable.
         */
        unsigned eax, ebx, ecx, edx;
        __cpuid(0, eax, ebx, ecx, edx);
        jitter[i] = boot_cpu_tsc();
    }
    boot_entropy_add(entropy, BOOT_ENTROPY_TIMING, jitter, sizeof jitter);
}

void boot_cpu_stop(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}
