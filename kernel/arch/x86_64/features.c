/* What this processor can do, and the control registers that make it do so. */
#include "cpu.h"
#include "percpu.h"
#include "start.h"
#include "trap.h"

#include <debug/log.h>

struct features features RO_AFTER_START;

#define XCR0_X87    0x1u
#define XCR0_SSE    0x2u
#define XCR0_AVX    0x4u
#define XCR0_AVX512 0xe0u

#define FXSAVE_SIZE 512u

/* PAT: entry 1 write-combining, the rest as after reset. Then PTE_PWT alone means write-
 * combining. */
#define PAT_VALUE 0x0007040600070106ull

static void fpu_detect(const struct cpuid *basic)
{
    uint64_t possible;

    features.fpu_size = FXSAVE_SIZE;
    if (!(basic->ecx >> 26 & 1)) /* XSAVE */
        return;
    features.xsave = true;
    possible = cpuid(0xd, 0).eax | (uint64_t)cpuid(0xd, 0).edx << 32;
    features.xcr0 = XCR0_X87 | XCR0_SSE | (possible & XCR0_AVX);
    if ((possible & XCR0_AVX512) == XCR0_AVX512 && (possible & XCR0_AVX))
        features.xcr0 |= XCR0_AVX512;
    /* The size for what XCR0 enables: CPUID leaf 13 tells it once XCR0 is set. */
    cr4_write(cr4_read() | CR4_OSXSAVE);
    xcr0_write(features.xcr0);
    features.fpu_size = cpuid(0xd, 0).ebx;
}

void features_detect(void)
{
    struct cpuid basic = cpuid(1, 0), extended = cpuid(0x80000001, 0), structured = {0};
    uint32_t highest = cpuid(0, 0).eax, highest_extended = cpuid(0x80000000, 0).eax;

    if (highest >= 7)
        structured = cpuid(7, 0);
    features.smep = structured.ebx >> 7 & 1;
    features.smap = structured.ebx >> 20 & 1;
    features.umip = structured.ecx >> 2 & 1;
    features.fsgsbase = structured.ebx & 1;
    features.rdrand = basic.ecx >> 30 & 1;
    features.hypervisor = basic.ecx >> 31;
    if (highest_extended >= 0x80000007)
        features.invariant_tsc = cpuid(0x80000007, 0).edx >> 8 & 1;
    features.phys_bits = highest_extended >= 0x80000008 ? cpuid(0x80000008, 0).eax & 0xff : 36;
    if (!(extended.edx >> 20 & 1) || !(basic.edx >> 9 & 1) || !(basic.edx >> 16 & 1))
        panic("this processor lacks NX, a local APIC or PAT");
    fpu_detect(&basic);
}

void features_enable(void)
{
    uint64_t cr4 = CR4_PAE | CR4_DE | CR4_MCE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;

    msr_write(MSR_PAT, PAT_VALUE);
    msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SCE | EFER_NXE);
    cr0_write((cr0_read() & ~(uint64_t)(CR0_EM | CR0_TS | CR0_CD | CR0_NW)) | CR0_MP | CR0_NE |
              CR0_WP);
    cr4 |= features.smep ? CR4_SMEP : 0;
    cr4 |= features.smap ? CR4_SMAP : 0;
    cr4 |= features.umip ? CR4_UMIP : 0;
    cr4 |= features.fsgsbase ? CR4_FSGSBASE : 0;
    cr4 |= features.xsave ? CR4_OSXSAVE : 0;
    cr4_write(cr4);
    if (features.xsave)
        xcr0_write(features.xcr0);

    msr_write(MSR_STAR,
              (uint64_t)(SELECTOR_USER_DATA - 8) << 48 | (uint64_t)SELECTOR_KERNEL_CODE << 32);
    msr_write(MSR_LSTAR, (uint64_t)syscall_entry);
    msr_write(MSR_CSTAR, 0); /* no 32-bit user mode: it has no code segment for that */
    msr_write(MSR_SYSENTER_CS, 0);
    dr7_write(0);
    msr_write(MSR_SFMASK,
              RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_RF | RFLAGS_AC);
}

bool arch_random(uint64_t *value)
{
    for (unsigned i = 0; features.rdrand && i < 16; i++) {
        bool ok;
        __asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(ok));
        if (ok)
            return true;
    }
    return false;
}
