/*
 * A kernel for tests of the loaders only: prints what it was handed on the serial port, checks
 * every promise of nonos/boot_info.h, and leaves through isa-debug-exit (port 0x501) with status 0
 * if all hold.
 *
 * Each line that begins with "ok" or "FAILED" is one check; the last line counts them.
 */
#include "common/archive.h"
#include "common/cpu.h"
#include "common/page.h"
#include "common/serial.h"

#include <nonos/boot_info.h>
#include <stdbool.h>
#include <string.h>

enum {
    DEBUG_EXIT_PORT = 0x501,
    DEBUG_EXIT_BASE = 0x10,
    DYNAMIC_RELA = 7,
    DYNAMIC_RELA_SIZE = 8,
    RELOCATION_RELATIVE = 8,
    STACK_MIN = 16 << 10,
    UNIX_TIME_2020 = 1577836800,
};

#define PTE_PRESENT 1ull
#define PTE_WRITE   2ull
#define PTE_LARGE   0x80ull
#define PTE_NX      (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull
#define FLAGS_IF    (1ull << 9)

struct dynamic {
    uint64_t tag, value;
};

struct rela {
    uint64_t offset, info, addend;
};

struct leaf {
    uint64_t physical;
    uint64_t flags; /* PTE_WRITE and PTE_NX as they result from all levels; 0 with present false */
    bool present;
};

extern uint64_t entry_rsp, entry_flags, entry_relocations;
extern const uint8_t __ehdr_start[];

int test_relocate(uint64_t base, const struct dynamic *dynamic);
void test_main(const struct nonos_boot_info *info) __attribute__((noreturn));

static unsigned passed, failed;
/* Something for each kind of segment: relocated data, zeroed data, code. */
static const char *const relocated[] = {"relocated", "data"};
static uint8_t zeroed[3 * 4096];
static uint64_t written = 0x5555;

/*
 * Applies the relocations. Runs before any pointer in data is right. Returns their number, or -1.
 */
int test_relocate(uint64_t base, const struct dynamic *dynamic)
{
    uint64_t table = 0, size = 0;
    for (; dynamic->tag != 0; dynamic++) {
        if (dynamic->tag == DYNAMIC_RELA)
            table = base + dynamic->value;
        else if (dynamic->tag == DYNAMIC_RELA_SIZE)
            size = dynamic->value;
    }
    const struct rela *r = (const struct rela *)table;
    int count = 0;
    for (; size >= sizeof *r; r++, size -= sizeof *r, count++) {
        if ((uint32_t)r->info != RELOCATION_RELATIVE)
            return -1;
        *(uint64_t *)(base + r->offset) = base + r->addend;
    }
    return count;
}

static void say(const char *text)
{
    boot_serial_write(text);
}

static void say_number(uint64_t n, unsigned base)
{
    char digits[21];
    char *p = &digits[sizeof digits - 1];
    *p = '\0';
    do
        *--p = "0123456789abcdef"[n % base];
    while ((n /= base) > 0);
    say(base == 16 ? "0x" : "");
    say(p);
}

static void say_value(const char *name, uint64_t n, unsigned base)
{
    say(name);
    say(" ");
    say_number(n, base);
    say("\n");
}

static void check(bool holds, const char *what)
{
    say(holds ? "ok " : "FAILED ");
    say(what);
    say("\n");
    if (holds)
        passed++;
    else
        failed++;
}

/* How a virtual address is mapped. */
static struct leaf leaf_find(uint64_t root, uint64_t address)
{
    struct leaf leaf = {0, PTE_WRITE, false};
    uint64_t table = root & PTE_ADDRESS;

    for (int shift = 39;; shift -= 9) {
        uint64_t entry = ((const uint64_t *)table)[address >> shift & 511];
        if (!(entry & PTE_PRESENT))
            return leaf;
        if (!(entry & PTE_WRITE))
            leaf.flags &= ~PTE_WRITE;
        leaf.flags |= entry & PTE_NX;
        if (shift == 12 || (shift < 39 && (entry & PTE_LARGE))) {
            uint64_t span = 1ull << shift;
            leaf.physical = (entry & PTE_ADDRESS & ~(span - 1)) | (address & (span - 1));
            leaf.present = true;
            return leaf;
        }
        table = entry & PTE_ADDRESS;
    }
}

static uint64_t root_read(void)
{
    uint64_t cr3;
    __asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
    return cr3 & PTE_ADDRESS;
}

/* Whether [base, base + len) lies in one range of that type. */
static bool memory_has(const struct nonos_boot_info *info, uint64_t base, uint64_t len,
                       uint32_t type)
{
    for (uint32_t i = 0; i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        if (m->type == type && base >= m->base && base - m->base <= m->len &&
            len <= m->len - (base - m->base))
            return true;
    }
    return false;
}

static void map_print(const struct nonos_boot_info *info)
{
    static const char *const type[] = {"?",       "usable", "loader",  "kernel",
                                       "archive", "acpi",   "reserved"};
    for (uint32_t i = 0; i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        say("memory ");
        say_number(m->base, 16);
        say(" ");
        say_number(m->len, 16);
        say(" ");
        say(type[m->type <= NONOS_MEMORY_RESERVED ? m->type : 0]);
        say("\n");
    }
}

static void info_print(const struct nonos_boot_info *info)
{
    say(info->firmware == NONOS_FIRMWARE_UEFI ? "firmware uefi\n" : "firmware bios\n");
    say_value("kernel-virtual", info->kernel_virtual, 16);
    say_value("kernel-physical", info->kernel_physical, 16);
    say_value("kernel-len", info->kernel_len, 10);
    say_value("archive-len", info->archive_len, 10);
    say_value("unix-time", info->unix_time, 10);
    say_value("entropy-sources", info->entropy_sources, 16);
    say("entropy");
    for (int i = 0; i < 4; i++) {
        uint64_t word;
        memcpy(&word, info->entropy + 8 * i, 8);
        say(" ");
        say_number(word, 16);
    }
    say("\nframebuffer ");
    say_number(info->framebuffer.width, 10);
    say("x");
    say_number(info->framebuffer.height, 10);
    say("\ncmdline [");
    say(info->cmdline);
    say("]\n");
    map_print(info);
}

static void header_check(const struct nonos_boot_info *info)
{
    check(info->magic == NONOS_BOOT_MAGIC, "magic");
    check(info->version == NONOS_BOOT_VERSION && info->size == sizeof *info, "version and size");
    check(info->firmware == NONOS_FIRMWARE_UEFI || info->firmware == NONOS_FIRMWARE_BIOS,
          "firmware is named");
    check(info->reserved == 0, "reserved field is zero");
    size_t end = 0;
    while (end < sizeof info->cmdline && info->cmdline[end] != '\0')
        end++;
    check(end < sizeof info->cmdline, "command line ends");
}

static void map_check(const struct nonos_boot_info *info)
{
    bool sorted = true, aligned = true, typed = true;
    uint64_t end = 0;

    check(info->nmemory > 0 && info->nmemory <= NONOS_BOOT_MEMORY_MAX, "map has a valid length");
    for (uint32_t i = 0; i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        sorted = sorted && m->base >= end && m->len > 0;
        aligned = aligned && m->base % 4096 == 0 && m->len % 4096 == 0;
        typed = typed && m->type >= NONOS_MEMORY_USABLE && m->type <= NONOS_MEMORY_RESERVED &&
                m->reserved == 0;
        end = m->base + m->len;
    }
    check(sorted, "map is sorted and free of overlap");
    check(aligned, "map is page aligned");
    check(typed, "map has valid types");
    check(!memory_has(info, 0, 4096, NONOS_MEMORY_USABLE), "first frame is not free");
}

static void places_check(const struct nonos_boot_info *info)
{
    check(info->kernel_physical % BOOT_LARGE_PAGE_SIZE == 0, "kernel's frames at 2 MiB");
    check(info->kernel_len % 4096 == 0, "kernel's length in pages");
    check(memory_has(info, info->kernel_physical, info->kernel_len, NONOS_MEMORY_KERNEL),
          "kernel lies in KERNEL memory");
    check(memory_has(info, info->archive_physical, info->archive_len, NONOS_MEMORY_ARCHIVE) &&
              info->archive_physical % 4096 == 0,
          "archive lies in ARCHIVE memory, page aligned");
    check(memory_has(info, (uint64_t)info, sizeof *info, NONOS_MEMORY_LOADER),
          "boot_info lies in LOADER memory");
    check(memory_has(info, entry_rsp - STACK_MIN, STACK_MIN, NONOS_MEMORY_LOADER),
          "stack of 16 KiB lies in LOADER memory");
    check(entry_rsp % 16 == 8, "stack is aligned as after a call");
}

static void base_check(const struct nonos_boot_info *info)
{
    uint64_t base = info->kernel_virtual;

    check(base % BOOT_LARGE_PAGE_SIZE == 0 && base >= NONOS_KERNEL_BASE_MIN &&
              base + info->kernel_len <= NONOS_KERNEL_BASE_END,
          "virtual base is 2 MiB aligned and in its window");
    check(base == (uint64_t)__ehdr_start, "kernel runs at its virtual base");
    check((int64_t)entry_relocations > 0 && strcmp(relocated[0], "relocated") == 0 &&
              (uint64_t)relocated[1] - base < info->kernel_len,
          "relocations are R_X86_64_RELATIVE and apply");
    bool zero = true;
    for (size_t i = 0; i < sizeof zeroed; i++)
        zero = zero && ((volatile uint8_t *)zeroed)[i] == 0;
    check(zero, ".bss is zero");
    ((volatile uint8_t *)zeroed)[4096] = 1;
    *(volatile uint64_t *)&written += 1;
    check(written == 0x5556, ".data is writable");
}

static void processor_check(const struct nonos_boot_info *info)
{
    uint64_t cr0, cr4;
    uint32_t low, high;
    struct __attribute__((packed)) {
        uint16_t limit;
        uint64_t base;
    } gdt;

    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(0xc0000080));
    __asm__ volatile("sgdt %0" : "=m"(gdt));
    check(!(entry_flags & FLAGS_IF), "interrupts are off");
    check((cr0 >> 16 & 1) == 1, "write protection is on");
    check((cr4 >> 12 & 1) == 0, "paging has four levels");
    check((low >> 10 & 1) == 1 && (low >> 11 & 1) == 1, "long mode and NX are on");
    check(memory_has(info, gdt.base, (uint64_t)gdt.limit + 1, NONOS_MEMORY_LOADER),
          "segment table lies in LOADER memory");
}

/* Every table below `table` lies in LOADER memory and no page is writable and executable. */
static bool tables_valid(const struct nonos_boot_info *info, uint64_t table, int shift, bool write,
                         bool execute)
{
    if (!memory_has(info, table, 4096, NONOS_MEMORY_LOADER))
        return false;
    for (int i = 0; i < 512; i++) {
        uint64_t entry = ((const uint64_t *)table)[i];
        bool w = write && (entry & PTE_WRITE), x = execute && !(entry & PTE_NX);
        if (!(entry & PTE_PRESENT))
            continue;
        if (shift == 12 || (entry & PTE_LARGE)) {
            if (w && x)
                return false;
        } else if (!tables_valid(info, entry & PTE_ADDRESS, shift - 9, w, x)) {
            return false;
        }
    }
    return true;
}

/* How much of [base, base + len) is not mapped one to one and writable. */
static unsigned identity_holes(uint64_t root, uint64_t base, uint64_t len, uint64_t step)
{
    unsigned holes = 0;
    for (uint64_t at = base; at < base + len; at += step) {
        struct leaf leaf = leaf_find(root, at);
        if (!leaf.present || leaf.physical != at || !(leaf.flags & PTE_WRITE))
            holes++;
    }
    return holes;
}

static void identity_check(const struct nonos_boot_info *info)
{
    uint64_t root = root_read();
    unsigned holes = 0;

    check(tables_valid(info, root, 39, true, true),
          "page tables lie in LOADER memory and map nothing writable and executable");
    check(identity_holes(root, 0, 4ull << 30, BOOT_LARGE_PAGE_SIZE) == 0,
          "first 4 GiB are mapped one to one and writable");
    for (uint32_t i = 0; i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        /* Page by page where pages can differ, in large steps where the ranges are large. */
        uint64_t step = m->len <= 64ull << 20 ? 4096 : BOOT_LARGE_PAGE_SIZE;
        if (m->type != NONOS_MEMORY_RESERVED)
            holes += identity_holes(root, m->base, m->len, step);
        if (m->type != NONOS_MEMORY_RESERVED)
            holes += identity_holes(root, m->base + m->len - 4096, 4096, 4096);
    }
    /* The page of the jump is executable instead. */
    check(holes <= 1, "all memory is mapped one to one and writable");
}

static void usable_check(const struct nonos_boot_info *info)
{
    bool works = true;
    for (uint32_t i = 0; i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        if (m->type != NONOS_MEMORY_USABLE)
            continue;
        volatile uint64_t *first = (volatile uint64_t *)m->base;
        volatile uint64_t *last = (volatile uint64_t *)(m->base + m->len - 8);
        *first = m->base ^ 0x1234567;
        *last = m->base ^ 0x7654321;
        works = works && *first == (m->base ^ 0x1234567) && *last == (m->base ^ 0x7654321);
    }
    check(works, "free memory keeps what is written to it");
}

static void image_check(const struct nonos_boot_info *info)
{
    uint64_t root = root_read();
    bool placed = true, mapped = true;

    for (uint64_t at = 0; at < info->kernel_len; at += 4096) {
        struct leaf leaf = leaf_find(root, info->kernel_virtual + at);
        if (leaf.present)
            placed = placed && leaf.physical == info->kernel_physical + at;
    }
    check(placed, "image is contiguous");
    struct leaf code = leaf_find(root, (uint64_t)test_main);
    struct leaf data = leaf_find(root, (uint64_t)&written);
    struct leaf text = leaf_find(root, (uint64_t)__ehdr_start);
    mapped = code.present && data.present && text.present;
    check(mapped && code.flags == 0, "code is read-execute");
    check(mapped && data.flags == (PTE_WRITE | PTE_NX), "data is read-write");
    check(mapped && text.flags == PTE_NX, "constants are read-only");
}

static void firmware_check(const struct nonos_boot_info *info)
{
    struct boot_archive archive;
    uint8_t any = 0;

    check(boot_archive_check(&archive, (const void *)info->archive_physical, info->archive_len) ==
              0,
          "archive and its root hash are intact");
    check(info->rsdp_physical != 0 && memcmp((const void *)info->rsdp_physical, "RSD PTR ", 8) == 0,
          "ACPI root pointer");
    check(info->unix_time > UNIX_TIME_2020, "clock");
    for (size_t i = 0; i < sizeof info->entropy; i++)
        any |= info->entropy[i];
    check(any != 0 && info->entropy_sources != 0, "entropy");
    check(info->loader_tsc != 0 && info->loader_tsc < boot_cpu_tsc(), "time-stamp of the loader");
}

static void framebuffer_check(const struct nonos_boot_info *info)
{
    const struct nonos_boot_framebuffer *fb = &info->framebuffer;
    if (fb->width == 0)
        return;
    check(fb->pitch >= fb->width * 4 && fb->height > 0 && fb->reserved == 0, "framebuffer's shape");
    check(fb->red_shift != fb->green_shift && fb->green_shift != fb->blue_shift,
          "framebuffer's channels");
    for (uint32_t y = 0; y < fb->height; y++) {
        volatile uint32_t *line = (volatile uint32_t *)(fb->base + (uint64_t)y * fb->pitch);
        for (uint32_t x = 0; x < fb->width; x++)
            line[x] = 0xffu << (x * 3 / fb->width == 0   ? fb->red_shift
                                : x * 3 / fb->width == 1 ? fb->green_shift
                                                         : fb->blue_shift);
    }
    check(*(volatile uint32_t *)fb->base == 0xffu << fb->red_shift, "framebuffer can be written");
}

/* Words on the command line for tests of what surrounds the guest. */
static void options_obey(const struct nonos_boot_info *info)
{
    if (strncmp(info->cmdline, "loader-test-fails", 17) == 0)
        check(false, "no failure was asked for");
    if (strncmp(info->cmdline, "loader-test-reads", 17) == 0) {
        char text[] = "\nread ?\n";
        say("login: ");
        while (!(boot_cpu_in8(0x3fd) & 1))
            ;
        text[6] = (char)boot_cpu_in8(0x3f8);
        say(text);
    }
}

void test_main(const struct nonos_boot_info *info)
{
    say("loader test\n");
    header_check(info);
    info_print(info);
    map_check(info);
    places_check(info);
    base_check(info);
    processor_check(info);
    identity_check(info);
    image_check(info);
    firmware_check(info);
    framebuffer_check(info);
    usable_check(info);
    options_obey(info);
    say_number(passed, 10);
    say(" held, ");
    say_number(failed, 10);
    say(" failed\n");
    __asm__ volatile("outl %0, %1"
                     :
                     : "a"(DEBUG_EXIT_BASE + (failed > 0)), "Nd"((uint16_t)DEBUG_EXIT_PORT));
    for (;;)
        __asm__ volatile("cli; hlt");
}
