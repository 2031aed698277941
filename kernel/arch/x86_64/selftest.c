#include "selftest.h"

#include "clock.h"
#include "cpu.h"
#include "percpu.h"
#include "start.h"
#include "trap.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/heap.h>
#include <mm/kernel_map.h>
#include <mm/pagetable.h>
#include <mm/space.h>
#include <mm/stack.h>

#include <string.h>

#define RET_INSTRUCTION 0xc3u
#define USER_PAGE       0x400000ull
#define MS              1000000ull

/* ---- all processors at once ---- */

static struct {
    void (*job)(unsigned cpu);
    uint32_t generation; /* rises with each job; odd: over */
    uint32_t done;
    uint32_t failures; /* seen by any processor */
} together;

static void job_run(void)
{
    together.job(arch_cpu_id());
    __atomic_fetch_add(&together.done, 1, __ATOMIC_ACQ_REL);
}

void selftest_secondary(void)
{
    uint32_t seen = 0, now;

    for (;;) {
        while ((now = __atomic_load_n(&together.generation, __ATOMIC_ACQUIRE)) == seen)
            arch_pause();
        if (now & 1)
            return;
        seen = now;
        job_run();
    }
}

static bool on_all(void (*job)(unsigned cpu))
{
    together.job = job;
    together.failures = 0;
    __atomic_store_n(&together.done, 0, __ATOMIC_RELEASE);
    __atomic_fetch_add(&together.generation, 2, __ATOMIC_ACQ_REL);
    job_run();
    while (__atomic_load_n(&together.done, __ATOMIC_ACQUIRE) != cpu_count)
        arch_pause();
    return together.failures == 0;
}

static void together_check(bool ok)
{
    if (!ok)
        __atomic_fetch_add(&together.failures, 1, __ATOMIC_RELAXED);
}

/* ---- protection ---- */

static void try_read(void *address)
{
    (void)*(volatile uint8_t *)address;
}

static void try_write(void *address)
{
    volatile uint8_t *byte = address;

    *byte = *byte;
}

static void try_execute(void *address)
{
    ((void (*)(void))(uintptr_t)address)();
}

static bool page_faults(void (*attempt)(void *), const void *address)
{
    struct trap_probe probe;

    return trap_probe(&probe, attempt, (void *)(uintptr_t)address) &&
           probe.vector == VECTOR_PAGE_FAULT && probe.address == (uint64_t)address;
}

static bool text_and_constants_are_not_writable(void)
{
    return page_faults(try_write, (const void *)(uintptr_t)selftest_run) &&
           page_faults(try_write, trap_stubs) && page_faults(try_write, rodata_start) &&
           page_faults(try_write, data_start) && page_faults(try_write, symbols_start);
}

static bool data_is_not_executable(void)
{
    static uint8_t in_data[16] = {RET_INSTRUCTION};
    uint8_t on_stack[16] = {RET_INSTRUCTION};
    uint8_t *in_heap = heap_alloc(16);
    uint64_t frame;
    bool ok;

    if (!in_heap || frame_alloc(&frame) < 0)
        return false;
    in_heap[0] = RET_INSTRUCTION;
    memset(frame_address(frame), RET_INSTRUCTION, 16);
    ok = page_faults(try_execute, in_data) && page_faults(try_execute, on_stack) &&
         page_faults(try_execute, in_heap) && page_faults(try_execute, frame_address(frame)) &&
         page_faults(try_execute, rodata_start);
    heap_free(in_heap);
    frame_free(frame);
    return ok;
}

static bool entry_is_both(uint64_t entry)
{
    return (entry & PTE_PRESENT) && (entry & PTE_WRITE) && !(entry & PTE_NO_EXEC);
}

/* Walks every table of the kernel half; upper entries do not restrict, so the lowest tell. */
static bool no_page_is_writable_and_executable(void)
{
    const uint64_t *top = frame_address(kernel_root);
    size_t both = 0;

    for (size_t i = 0; i < PAGETABLE_ENTRIES * PAGETABLE_ENTRIES; i++) {
        const uint64_t *third, *second;
        if (!(top[i / PAGETABLE_ENTRIES] & PTE_PRESENT)) {
            i |= PAGETABLE_ENTRIES - 1;
            continue;
        }
        third = frame_address(top[i / PAGETABLE_ENTRIES] & PTE_ADDRESS);
        if (!(third[i % PAGETABLE_ENTRIES] & PTE_PRESENT))
            continue;
        second = frame_address(third[i % PAGETABLE_ENTRIES] & PTE_ADDRESS);
        for (size_t j = 0; j < PAGETABLE_ENTRIES; j++) {
            const uint64_t *first = frame_address(second[j] & PTE_ADDRESS);
            if ((second[j] & PTE_PRESENT) && (second[j] & PTE_LARGE))
                both += entry_is_both(second[j]);
            else if (second[j] & PTE_PRESENT)
                for (size_t k = 0; k < PAGETABLE_ENTRIES; k++)
                    both += entry_is_both(first[k]);
        }
    }
    return both == 0;
}

static volatile bool deep_enough; /* never */

static void descend(void *argument)
{
    volatile uint8_t room[512];

    room[0] = (uint8_t)(uintptr_t)argument;
    if (!deep_enough)
        descend((uint8_t *)argument + room[0]);
    room[1] = room[0]; /* so that it is no tail call */
}

static bool stack_overflow_is_caught_by_the_guard(void)
{
    struct trap_probe probe;
    unsigned number;
    bool guard = false;

    if (!trap_probe(&probe, descend, NULL) || probe.vector != VECTOR_DOUBLE_FAULT)
        return false;
    return stack_find(probe.address, &number, &guard) && guard;
}

/* ---- user memory, in a space that is loaded for the time of the test ---- */

static bool in_user_space(bool (*test)(struct space *space, uint8_t *frame))
{
    struct space space;
    uint64_t frame;
    bool ok;

    if (space_init(&space) < 0 || frame_alloc(&frame) < 0)
        return false;
    memset(frame_address(frame), RET_INSTRUCTION, FRAME_SIZE);
    if (space_map(&space, USER_PAGE, frame, NONOS_PROT_READ | NONOS_PROT_EXECUTE, SPACE_CACHED) < 0)
        return false;
    cr3_write(space.root);
    ok = test(&space, frame_address(frame));
    cr3_write(kernel_root);
    space_unmap(&space, USER_PAGE, 1);
    space_free(&space);
    frame_free(frame);
    return ok;
}

static bool try_user_pages(struct space *space, uint8_t *frame)
{
    (void)space;
    (void)frame;
    return (!features.smap || page_faults(try_read, (void *)USER_PAGE)) &&
           (!features.smep || page_faults(try_execute, (void *)USER_PAGE));
}

static bool smep_and_smap_keep_ring_0_out_of_user_pages(void)
{
    uint64_t cr4 = cr4_read();

    return in_user_space(try_user_pages) && (!features.smep || (cr4 & CR4_SMEP)) &&
           (!features.smap || (cr4 & CR4_SMAP)) && (!features.umip || (cr4 & CR4_UMIP)) &&
           (cr0_read() & CR0_WP);
}

static bool try_user_copies(struct space *space, uint8_t *frame)
{
    uint8_t bytes[64] = {0};

    (void)space;
    frame[FRAME_SIZE - 1] = 7;
    return user_read(bytes, USER_PAGE, 61) == 0 && bytes[60] == RET_INSTRUCTION && bytes[61] == 0 &&
           user_read(bytes, USER_PAGE + FRAME_SIZE - 1, 1) == 0 && bytes[0] == 7 &&
           user_read(bytes, USER_PAGE + FRAME_SIZE - 1, 2) == NONOS_E_BAD_ADDRESS &&
           user_read(bytes, USER_PAGE + FRAME_SIZE, 64) == NONOS_E_BAD_ADDRESS &&
           user_write(USER_PAGE, bytes, 8) == NONOS_E_BAD_ADDRESS &&
           user_write(kernel_layout.heap, bytes, 8) == NONOS_E_BAD_ADDRESS &&
           user_read(bytes, (uint64_t)image_start, 8) == NONOS_E_BAD_ADDRESS &&
           user_read(bytes, ~0ull - 3, 8) == NONOS_E_BAD_ADDRESS &&
           user_read(bytes, 0x8000000000000000ull, 8) == NONOS_E_BAD_ADDRESS &&
           !(rflags_read() & RFLAGS_AC);
}

static bool user_copies_stop_at_bad_addresses(void)
{
    return in_user_space(try_user_copies);
}

/* ---- allocators ---- */

/* Allocates blocks of many sizes and frees them in another order. */
static bool allocator_round(size_t round)
{
    static void *blocks[64];
    bool ok = true;

    for (size_t i = 0; i < 64; i++) {
        size_t size = i * i * 7 + round;
        uint8_t *block = heap_alloc(size);
        if (!block)
            return false;
        ok &= size == 0 || (block[0] == 0 && block[size / 2] == 0 && block[size - 1] == 0);
        memset(block, 0xa5, size);
        blocks[i] = block;
    }
    heap_check();
    for (size_t i = 0; i < 64; i++)
        heap_free(blocks[(i * 29 + round) % 64]);
    heap_check();
    return ok;
}

static bool allocators_give_back_all_they_took(void)
{
    bool ok = allocator_round(0); /* makes page tables, which stay */
    size_t before = frame_free_count() + heap_used() / FRAME_SIZE;

    for (size_t round = 1; round < 4; round++)
        ok = allocator_round(round) && ok;
    return ok && before == frame_free_count() + heap_used() / FRAME_SIZE;
}

/* ---- processors ---- */

static volatile uint64_t *shared_page;
static uint64_t shared_value;

static void shared_read(unsigned cpu)
{
    (void)cpu;
    together_check(*shared_page == shared_value);
}

/* After unmapping and mapping another frame, no processor sees the old one. */
static bool shootdown_reaches_every_processor(void)
{
    uint64_t frame[2], address = kernel_layout.devices + DEVICE_AREA_SIZE - FRAME_SIZE;
    bool ok = true;

    if (frame_alloc(&frame[0]) < 0 || frame_alloc(&frame[1]) < 0)
        return false;
    shared_page = (volatile uint64_t *)address;
    for (uint64_t round = 0; round < 8; round++) {
        shared_value = round + 1;
        *(uint64_t *)frame_address(frame[round % 2]) = shared_value;
        if (kernel_map(address, frame[round % 2], 1, KERNEL_WRITE) < 0)
            return false;
        ok = ok && on_all(shared_read);
        kernel_unmap(address, 1);
    }
    frame_free(frame[0]);
    frame_free(frame[1]);
    return ok;
}

#define STORM_ROUNDS 8u

/* Every processor maps, writes, unmaps: all of them are initiator and target at the same time. */
static void storm(unsigned cpu)
{
    uint64_t address = kernel_layout.devices + DEVICE_AREA_SIZE - (2 + cpu) * 2ull * FRAME_SIZE;

    for (unsigned i = 0; i < STORM_ROUNDS; i++) {
        uint64_t frame;
        if (frame_alloc(&frame) < 0 || kernel_map(address, frame, 1, KERNEL_WRITE) < 0) {
            together_check(false);
            return;
        }
        *(volatile uint64_t *)address = cpu;
        together_check(*(uint64_t *)frame_address(frame) == cpu);
        kernel_unmap(address, 1);
        frame_free(frame);
    }
}

static bool all_processors_shoot_down_at_once(void)
{
    return on_all(storm);
}

static uint64_t clock_last;

static void clock_look(unsigned cpu)
{
    (void)cpu;
    for (unsigned i = 0; i < 100; i++) {
        uint64_t last = __atomic_load_n(&clock_last, __ATOMIC_ACQUIRE), now = arch_clock_ns();
        together_check(now >= last);
        while (now > last && !__atomic_compare_exchange_n(&clock_last, &last, now, false,
                                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            ;
    }
}

static bool clock_never_goes_back_on_any_processor(void)
{
    return on_all(clock_look);
}

static uint64_t timer_fired;

static void timer_note(void)
{
    timer_fired = arch_clock_ns();
}

static bool timer_waits_until(uint64_t deadline)
{
    timer_fired = 0;
    arch_timer_set(deadline);
    while (!timer_fired)
        arch_idle_wait();
    return timer_fired >= deadline;
}

/* One timer a processor: a new deadline replaces the old one, and none comes early. */
static bool timers_fire_in_order_and_never_early(void)
{
    uint64_t now = arch_clock_ns();
    bool ok;

    clock_timer_expired = timer_note;
    arch_timer_set(now + 3600000 * MS);
    ok = timer_waits_until(now + 2 * MS);
    ok = timer_waits_until(now + 1 * MS) && ok; /* it is past */
    ok = timer_waits_until(arch_clock_ns() + 3 * MS) && ok;
    timer_fired = 0;
    arch_timer_set(arch_clock_ns() + 1 * MS);
    arch_timer_set(NONOS_NEVER);
    clock_wait(3 * MS);
    arch_interrupt_window();
    clock_timer_expired = sched_timer_interrupt;
    return ok && !timer_fired;
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    bool (*run)(void);
} tests[] = {
    {"text and constants are not writable", text_and_constants_are_not_writable},
    {"data is not executable", data_is_not_executable},
    {"no page is writable and executable", no_page_is_writable_and_executable},
    {"a stack overflow is caught by the guard", stack_overflow_is_caught_by_the_guard},
    {"SMEP and SMAP keep ring 0 out of user pages", smep_and_smap_keep_ring_0_out_of_user_pages},
    {"user copies stop at bad addresses", user_copies_stop_at_bad_addresses},
    {"allocators give back all they took", allocators_give_back_all_they_took},
    {"shootdown reaches every processor", shootdown_reaches_every_processor},
    {"all processors shoot down at once", all_processors_shoot_down_at_once},
    {"the clock never goes back on any processor", clock_never_goes_back_on_any_processor},
    {"timers fire in order and never early", timers_fire_in_order_and_never_early},
};

void selftest_run(void)
{
    unsigned passed = 0, failed = 0;

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        bool ok = tests[i].run();
        log_print("selftest: %s: %s\n", tests[i].name, ok ? "passed" : "FAILED");
        passed += ok;
        failed += !ok;
    }
    __atomic_fetch_or(&together.generation, 1, __ATOMIC_ACQ_REL);
    log_print("selftest: %u passed, %u failed\n", passed, failed);
    if (arch_option("selftest-only"))
        arch_power_off(failed ? 1 : 0);
}
