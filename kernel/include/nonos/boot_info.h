/*
 * What a loader hands to the kernel.
 *
 * Both loaders (kernel/boot/efi, kernel/boot/multiboot2) do the same: they put the kernel's loadable segments, as one
 * contiguous image, at a 2 MiB aligned physical address, choose a random 2 MiB aligned virtual base for it in
 * [NONOS_KERNEL_BASE_MIN, NONOS_KERNEL_BASE_END), build page tables, and jump to the ELF entry point
 *
 *     void kernel_entry(struct nonos_boot_info *info);      System V ABI, info in RDI
 *
 * in this state: 64-bit long mode, 4-level paging, interrupts off, NX enabled in EFER, WP in CR0; the kernel mapped at its
 * virtual base (text read-execute, the rest as its program headers say); everything below 4 GiB, and above it every range of
 * the memory map that is not RESERVED, identity-mapped, writable and not executable, but for one page of LOADER memory that
 * holds the code of the jump and is read-execute; flat 64-bit segments (code 0x08, data 0x10) and an empty interrupt table; RSP
 * on a stack of at least 16 KiB in identity-mapped LOADER memory. `info`, page tables, segment table and stack lie in ranges
 * of type NONOS_MEMORY_LOADER. The kernel has no relocation applied: it relocates itself (only R_X86_64_RELATIVE occurs).
 * The loader never returns and never touches memory again.
 */
#ifndef NONOS_BOOT_INFO_H
#define NONOS_BOOT_INFO_H

#include <stdint.h>

#define NONOS_BOOT_MAGIC   0x544f4f42534f4e4eull /* "NNOSBOOT" */
#define NONOS_BOOT_VERSION 1u

/* 48 TiB / 2 MiB: more than 24 bits of choice. */
#define NONOS_KERNEL_BASE_MIN 0xffffc00000000000ull
#define NONOS_KERNEL_BASE_END 0xfffff00000000000ull

#define NONOS_BOOT_MEMORY_MAX   256
#define NONOS_BOOT_CMDLINE_SIZE 512
#define NONOS_BOOT_ENTROPY_SIZE 64

enum nonos_firmware { NONOS_FIRMWARE_BIOS = 1, NONOS_FIRMWARE_UEFI = 2 };

enum nonos_memory_type {
    NONOS_MEMORY_USABLE = 1, /* free for the kernel */
    NONOS_MEMORY_LOADER =
        2, /* free once boot_info and the loader's page tables are no longer needed */
    NONOS_MEMORY_KERNEL = 3,  /* the kernel image */
    NONOS_MEMORY_ARCHIVE = 4, /* the boot archive */
    NONOS_MEMORY_ACPI = 5,    /* ACPI tables; never reclaimed */
    NONOS_MEMORY_RESERVED =
        6, /* firmware, devices, broken memory: never touched unless a device claims it */
};

/* A physical range. Ranges are sorted by base, page aligned, and do not overlap; what no range covers is not RAM. */
struct nonos_boot_memory {
    uint64_t base;
    uint64_t len;
    uint32_t type; /* enum nonos_memory_type */
    uint32_t reserved;
};

/* A linear framebuffer with 32 bits a pixel, or width 0 if there is none. */
struct nonos_boot_framebuffer {
    uint64_t base; /* physical */
    uint32_t width;
    uint32_t height;
    uint32_t pitch; /* bytes from one line to the next */
    uint8_t red_shift;
    uint8_t green_shift;
    uint8_t blue_shift;
    uint8_t reserved;
};

struct nonos_boot_info {
    uint64_t magic;
    uint32_t version;
    uint32_t size; /* of this structure */

    uint32_t firmware; /* enum nonos_firmware */
    uint32_t nmemory;
    uint64_t kernel_physical; /* of the image's first byte */
    uint64_t kernel_virtual;
    uint64_t kernel_len;       /* multiple of 4096, .bss included */
    uint64_t archive_physical; /* page aligned */
    uint64_t archive_len;
    uint64_t rsdp_physical; /* ACPI root pointer, or 0 */
    uint64_t loader_tsc;    /* time-stamp counter when the loader started */
    uint64_t unix_time;     /* seconds since 1970 UTC as the firmware says, or 0 */

    /* Random bytes from the firmware (EFI_RNG_PROTOCOL), RDRAND and timing, mixed by BLAKE3; not used for the slide. */
    uint8_t entropy[NONOS_BOOT_ENTROPY_SIZE];
    uint32_t entropy_sources; /* bit 0 firmware, bit 1 RDRAND, bit 2 timing */
    uint32_t reserved;

    struct nonos_boot_framebuffer framebuffer;
    char cmdline[NONOS_BOOT_CMDLINE_SIZE]; /* NUL-terminated, UTF-8 */
    struct nonos_boot_memory memory[NONOS_BOOT_MEMORY_MAX];
};

#endif
