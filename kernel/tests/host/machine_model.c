#include "machine_model.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/frame_private.h>
#include <mm/tlb.h>

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

char model_console[1 << 20];
size_t model_console_len;
uint64_t model_clock_ns;
bool model_virtual;
jmp_buf model_panic_jump;
bool model_panic_armed;
char model_panic_text[512];

static int memory_file = -1;
static _Thread_local unsigned cpu_self;
static unsigned cpu_total = 1;

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(EXIT_FAILURE);
}

/* ---- memory ---- */

uintptr_t model_reserve(size_t len)
{
    size_t slack = 1u << 21;
    void *at =
        mmap(NULL, len + slack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    must(at != MAP_FAILED, "mmap");
    return ((uintptr_t)at + slack - 1) & ~(uintptr_t)(slack - 1);
}

void model_map(uintptr_t address, uint64_t physical, size_t len)
{
    void *at = mmap((void *)address, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                    memory_file, (off_t)physical);

    must(at != MAP_FAILED, "mmap");
}

static void range_add(struct nonos_boot_info *info, uint64_t base, uint64_t len, uint32_t type,
                      uintptr_t direct_map)
{
    info->memory[info->nmemory++] = (struct nonos_boot_memory){base, len, type, 0};
    if (type != NONOS_MEMORY_RESERVED)
        model_map(direct_map + base, base, len);
}

void model_memory(struct nonos_boot_info *info, bool high)
{
    uintptr_t direct_map = model_reserve(MODEL_TOP);

    memory_file = memfd_create("memory", MFD_CLOEXEC);
    must(memory_file >= 0 && ftruncate(memory_file, MODEL_TOP) == 0, "memfd_create");
    memset(info, 0, sizeof(*info));
    range_add(info, 0, 0x9f000, NONOS_MEMORY_USABLE, direct_map);
    range_add(info, 0x100000, MODEL_HOLE - 0x100000, NONOS_MEMORY_USABLE, direct_map);
    range_add(info, MODEL_HOLE, MODEL_HOLE_LEN, NONOS_MEMORY_RESERVED, direct_map);
    range_add(info, MODEL_HOLE + MODEL_HOLE_LEN, 0x5000, NONOS_MEMORY_LOADER, direct_map);
    range_add(info, MODEL_HOLE + MODEL_HOLE_LEN + 0x5000,
              MODEL_LOW_RAM - MODEL_HOLE - MODEL_HOLE_LEN - 0x5000, NONOS_MEMORY_USABLE,
              direct_map);
    if (high)
        range_add(info, MODEL_HIGH, MODEL_HIGH_RAM, NONOS_MEMORY_USABLE, direct_map);
    frame_set_direct_map(direct_map);
}

void model_frames(struct nonos_boot_info *info, bool high)
{
    model_memory(info, high);
    frame_start(info);
    frame_init(info, 0x5ec4e7);
}

/* ---- what the kernel asks of the architecture ---- */

void model_cpu_set(unsigned cpu)
{
    cpu_self = cpu;
}

void model_cpu_count_set(unsigned count)
{
    cpu_total = count;
}

unsigned arch_cpu_id(void)
{
    return cpu_self;
}

unsigned arch_cpu_count(void)
{
    return cpu_total;
}

bool arch_is_virtual(void)
{
    return model_virtual;
}

__attribute__((weak)) void tlb_poll(void)
{
}

void arch_pause(void)
{
    tlb_poll();
    sched_yield();
}

uint64_t arch_clock_ns(void)
{
    return model_clock_ns;
}

void arch_console_write(const char *text, size_t len)
{
    must(len <= sizeof(model_console) - model_console_len, "console");
    memcpy(model_console + model_console_len, text, len);
    model_console_len += len;
}

void panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(model_panic_text, sizeof(model_panic_text), format, args);
    va_end(args);
    if (model_panic_armed)
        longjmp(model_panic_jump, 1);
    fprintf(stderr, "panic: %s\n", model_panic_text);
    abort();
}
