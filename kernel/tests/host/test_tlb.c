#include "machine_model.h"

#include <arch/arch.h>
#include <check_main.h>
#include <debug/lock.h>
#include <mm/space.h>
#include <mm/tlb.h>

#include <pthread.h>
#include <sched.h>

#define CPUS   4u
#define PAGES  8u
#define ROUNDS 2000u

/* A page table of few entries, and what each processor remembers of it. 0: nothing. */
static uint64_t table[PAGES];
static uint64_t cached[CPUS][PAGES];
static unsigned running;
static uint64_t interrupts;

void tlb_flush_kernel(uint64_t address, size_t npages)
{
    unsigned cpu = arch_cpu_id();

    for (uint64_t page = address; page < PAGES && page < address + npages; page++)
        __atomic_store_n(&cached[cpu][page], 0, __ATOMIC_RELAXED);
}

void tlb_flush_user(uint64_t address, size_t npages)
{
    tlb_flush_kernel(address, npages);
}

void tlb_drop_root(uint64_t root)
{
    (void)root;
}

void tlb_interrupt(unsigned cpu)
{
    ck_assert_uint_lt(cpu, CPUS);
    __atomic_fetch_add(&interrupts, 1, __ATOMIC_RELAXED);
}

uint64_t tlb_online(void)
{
    return (1ull << CPUS) - 1;
}

/* Each processor owns pages cpu, cpu + CPUS ...: it changes them, and shoots down; and it remembers
 * any page. */
static void *processor(void *argument)
{
    unsigned cpu = (unsigned)(uintptr_t)argument;
    uint64_t seed = check_seed() + cpu;

    model_cpu_set(cpu);
    __atomic_fetch_add(&running, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&running, __ATOMIC_SEQ_CST) < CPUS)
        sched_yield();
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        unsigned page = cpu + CPUS * (unsigned)(check_random(&seed) % (PAGES / CPUS));
        unsigned other = (unsigned)(check_random(&seed) % PAGES);
        uint64_t old = __atomic_load_n(&table[page], __ATOMIC_RELAXED);

        __atomic_store_n(&cached[cpu][other], __atomic_load_n(&table[other], __ATOMIC_RELAXED),
                         __ATOMIC_RELAXED);
        __atomic_store_n(&table[page], round << 8 | cpu, __ATOMIC_RELAXED);
        tlb_shootdown_kernel(page, 1);
        for (unsigned i = 0; i < CPUS && old; i++)
            if (__atomic_load_n(&cached[i][page], __ATOMIC_RELAXED) == old)
                return (void *)1;
    }
    /* The others may still wait for this one. */
    __atomic_fetch_add(&running, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&running, __ATOMIC_SEQ_CST) < 2 * CPUS)
        arch_pause();
    return NULL;
}

START_TEST(tlb_no_processor_keeps_an_old_translation_while_all_shoot_down)
{
    pthread_t threads[CPUS];

    for (unsigned i = 0; i < CPUS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, processor, (void *)(uintptr_t)i), 0);
    for (unsigned i = 0; i < CPUS; i++) {
        void *stale;
        ck_assert_int_eq(pthread_join(threads[i], &stale), 0);
        ck_assert_msg(!stale, "processor %u found an old translation", i);
    }
    ck_assert_uint_eq(interrupts, ROUNDS * CPUS * (CPUS - 1));
}
END_TEST

static uint32_t waiting;

static void *spinner(void *argument)
{
    struct lock *lock = argument;

    model_cpu_set(1);
    __atomic_store_n(&waiting, 1, __ATOMIC_SEQ_CST);
    lock_acquire(lock); /* held by the initiator, which waits for us */
    lock_release(lock);
    return NULL;
}

START_TEST(tlb_processor_that_spins_on_a_lock_answers)
{
    static struct lock lock = LOCK_INIT(LOCK_RANK_HEAP);
    static struct space space = {.cpus = 3};
    pthread_t thread;

    model_cpu_set(0);
    lock_acquire(&lock);
    ck_assert_int_eq(pthread_create(&thread, NULL, spinner, &lock), 0);
    while (!__atomic_load_n(&waiting, __ATOMIC_SEQ_CST))
        sched_yield();
    cached[1][3] = 7;
    tlb_shootdown_space(&space, 3, 1);
    ck_assert_uint_eq(cached[1][3], 0);
    lock_release(&lock);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(tlb_shootdown_leaves_processors_alone_that_are_not_in_the_space)
{
    static struct space space = {.cpus = 1};

    model_cpu_set(0);
    cached[0][2] = 5;
    tlb_shootdown_space(&space, 2, 1); /* would wait for ever for any other */
    ck_assert_uint_eq(cached[0][2], 0);
    ck_assert_uint_eq(interrupts, 0);
}
END_TEST

START_TEST(tlb_nobody_waits_for_a_sleeping_processor_which_forgets_all_when_it_wakes)
{
    static struct space space = {.cpus = 3};

    model_cpu_set(1);
    for (unsigned page = 0; page < PAGES; page++)
        cached[1][page] = 9;
    tlb_sleep();
    model_cpu_set(0);
    tlb_shootdown_space(&space, 2, 1); /* there is no one who could answer */
    tlb_shootdown_space(&space, 3, 1);
    ck_assert_uint_eq(interrupts, 0);
    model_cpu_set(1);
    ck_assert_uint_eq(cached[1][2], 9);
    tlb_wake();
    for (unsigned page = 0; page < PAGES; page++)
        ck_assert_uint_eq(cached[1][page], 0);
}
END_TEST

START_TEST(tlb_processor_that_nobody_disturbed_keeps_its_translations)
{
    model_cpu_set(1);
    cached[1][2] = 9;
    tlb_sleep();
    tlb_wake();
    tlb_wake();
    ck_assert_uint_eq(cached[1][2], 9);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("tlb");
    TCase *t = tcase_create("tlb");

    tcase_add_test(t, tlb_no_processor_keeps_an_old_translation_while_all_shoot_down);
    tcase_add_test(t, tlb_processor_that_spins_on_a_lock_answers);
    tcase_add_test(t, tlb_shootdown_leaves_processors_alone_that_are_not_in_the_space);
    tcase_add_test(t, tlb_nobody_waits_for_a_sleeping_processor_which_forgets_all_when_it_wakes);
    tcase_add_test(t, tlb_processor_that_nobody_disturbed_keeps_its_translations);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
