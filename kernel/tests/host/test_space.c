#include "machine_model.h"

#include <check_main.h>
#include <mm/frame.h>
#include <mm/frame_private.h>
#include <mm/kernel_map.h>
#include <mm/pagetable.h>
#include <mm/space.h>
#include <mm/tlb.h>

#define ADDRESS 0x123456789000ull

/* ---- the processor's part: notes what it is asked to forget ---- */

static uint64_t flushed_address, loaded_root;
static size_t flushed_pages, nflushes;
static struct space *loaded_space;

void tlb_flush_kernel(uint64_t address, size_t npages)
{
    flushed_address = address;
    flushed_pages = npages;
    nflushes++;
}

void tlb_flush_user(uint64_t address, size_t npages)
{
    tlb_flush_kernel(address, npages);
}

void tlb_drop_root(uint64_t root)
{
    if (loaded_root != root)
        return;
    loaded_space->cpus &= ~1ull;
    loaded_root = 0;
}

void tlb_interrupt(unsigned cpu)
{
    ck_abort_msg("there is no processor %u", cpu);
}

uint64_t tlb_online(void)
{
    return 1;
}

static struct nonos_boot_info info;

static void setup(struct space *space)
{
    model_memory(&info, true);
    kernel_layout = (struct kernel_layout){
        .direct_map = 0xffff812345600000ull,
        .heap = 0xffffa00000000000ull,
        .stacks = 0xffffb07fc0000000ull, /* crosses into the next top-level entry */
        .devices = 0xfffff00000001000ull,
    };
    frame_start(&info);
    kernel_map_start(&info);
    frame_init(&info, 1);
    ck_assert_int_eq(space_init(space), 0);
    space->cpus = 1;
}

static uint64_t must_alloc(void)
{
    uint64_t frame;

    ck_assert_int_eq(frame_alloc(&frame), 0);
    return frame;
}

START_TEST(space_lookup_finds_what_was_mapped_and_nothing_else)
{
    static const uint32_t prots[] = {NONOS_PROT_READ, NONOS_PROT_READ | NONOS_PROT_WRITE,
                                     NONOS_PROT_READ | NONOS_PROT_EXECUTE, 0};
    struct space space;
    uint64_t physical;
    uint32_t prot;

    setup(&space);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_int_eq(space_map(&space, ADDRESS + i * 0x40000000ull, 0x7000 + i * 0x1000,
                                   prots[i], SPACE_CACHED),
                         0);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert(space_lookup(&space, ADDRESS + i * 0x40000000ull + 0x123, &physical, &prot));
        ck_assert_uint_eq(physical, 0x7123 + i * 0x1000);
        ck_assert_uint_eq(prot, prots[i]);
        ck_assert(!space_lookup(&space, ADDRESS + i * 0x40000000ull + 0x1000, &physical, &prot));
        ck_assert(!space_lookup(&space, ADDRESS + i * 0x40000000ull - 1, &physical, &prot));
    }
    ck_assert(!space_lookup(&space, 0, &physical, &prot));
    ck_assert(!space_lookup(&space, ~0ull, &physical, &prot));
    ck_assert(!space_lookup(&space, kernel_layout.direct_map, &physical, &prot));
}
END_TEST

START_TEST(space_entries_are_as_the_processor_reads_them)
{
    struct space space;
    uint64_t *entry;

    setup(&space);
    ck_assert_int_eq(space_map(&space, ADDRESS, 0xabcde000, NONOS_PROT_READ, SPACE_UNCACHED), 0);
    entry = pagetable_find(space.root, ADDRESS, 1, NULL);
    ck_assert_ptr_nonnull(entry);
    ck_assert_uint_eq(*entry, 0xabcde000ull | PTE_PRESENT | PTE_USER | PTE_NO_EXEC | PTE_MAPPED |
                                  PTE_PWT | PTE_PCD);
    /* Upper entries allow everything; the lowest decides. */
    for (unsigned level = 2; level <= PAGETABLE_LEVELS; level++)
        ck_assert_uint_eq(*pagetable_find(space.root, ADDRESS, level, NULL) & ~PTE_ADDRESS,
                          PTE_PRESENT | PTE_WRITE | PTE_USER);
}
END_TEST

START_TEST(space_map_refuses_what_is_mapped_already)
{
    struct space space;

    setup(&space);
    ck_assert_int_eq(space_map(&space, ADDRESS, 0x1000, 0, SPACE_CACHED), 0);
    ck_assert_int_eq(space_map(&space, ADDRESS, 0x2000, NONOS_PROT_READ, SPACE_CACHED),
                     NONOS_E_BUSY);
}
END_TEST

START_TEST(space_map_of_writable_code_is_a_bug)
{
    struct space space;

    setup(&space);
    ck_assert_panics((void)!space_map(&space, ADDRESS, 0x1000,
                                      NONOS_PROT_WRITE | NONOS_PROT_EXECUTE, SPACE_CACHED),
                     "NONOS_PROT_WRITE");
}
END_TEST

START_TEST(space_map_of_a_kernel_address_is_a_bug)
{
    struct space space;

    setup(&space);
    ck_assert_panics(
        (void)!space_map(&space, kernel_layout.heap, 0x1000, NONOS_PROT_READ, SPACE_CACHED),
        "range_is_user");
}
END_TEST

START_TEST(space_unmap_shoots_down_once_and_only_what_was_there)
{
    struct space space;
    uint64_t physical;
    uint32_t prot;

    setup(&space);
    for (uint64_t i = 0; i < 20; i += 2)
        ck_assert_int_eq(space_map(&space, ADDRESS + i * 4096, 0x10000 + i * 4096, NONOS_PROT_READ,
                                   SPACE_CACHED),
                         0);
    space_unmap(&space, ADDRESS + 100 * 4096, 1000000); /* nothing there */
    ck_assert_uint_eq(nflushes, 0);
    space_unmap(&space, ADDRESS, 10);
    ck_assert_uint_eq(nflushes, 1);
    ck_assert_uint_eq(flushed_address, ADDRESS);
    ck_assert_uint_eq(flushed_pages, 10);
    for (uint64_t i = 0; i < 20; i++)
        ck_assert_int_eq(space_lookup(&space, ADDRESS + i * 4096, &physical, &prot),
                         i >= 10 && i % 2 == 0);
    space_unmap(&space, ADDRESS, 10);
    ck_assert_uint_eq(nflushes, 1);
}
END_TEST

START_TEST(space_protect_changes_rights_and_keeps_frame_and_cache)
{
    struct space space;
    uint64_t physical, before;
    uint32_t prot;

    setup(&space);
    ck_assert_int_eq(space_map(&space, ADDRESS, 0x5000, NONOS_PROT_READ | NONOS_PROT_WRITE,
                               SPACE_WRITE_COMBINING),
                     0);
    before = *pagetable_find(space.root, ADDRESS, 1, NULL);
    space_protect(&space, ADDRESS, 1, 0);
    ck_assert_uint_eq(*pagetable_find(space.root, ADDRESS, 1, NULL) & PTE_PRESENT, 0);
    ck_assert(space_lookup(&space, ADDRESS, &physical, &prot));
    ck_assert_uint_eq(physical, 0x5000);
    ck_assert_uint_eq(prot, 0);
    space_protect(&space, ADDRESS, 1, NONOS_PROT_READ | NONOS_PROT_WRITE);
    ck_assert_uint_eq(*pagetable_find(space.root, ADDRESS, 1, NULL), before);
    ck_assert_uint_eq(nflushes, 1); /* what was not present is nowhere cached */
}
END_TEST

START_TEST(space_ranges_may_cross_every_table)
{
    struct space space;
    uint64_t first = NONOS_USER_MIN, last = NONOS_USER_END - 4096, physical;
    uint32_t prot;

    setup(&space);
    ck_assert_int_eq(space_map(&space, first, 0x1000, NONOS_PROT_READ, SPACE_CACHED), 0);
    ck_assert_int_eq(space_map(&space, last, 0x2000, NONOS_PROT_READ, SPACE_CACHED), 0);
    ck_assert_uint_eq(space.ntables, 1 + 3 + 3);
    space_unmap(&space, first, (size_t)((NONOS_USER_END - first) / 4096)); /* quick, too */
    ck_assert(!space_lookup(&space, first, &physical, &prot));
    ck_assert(!space_lookup(&space, last, &physical, &prot));
}
END_TEST

START_TEST(space_free_gives_all_tables_back_and_takes_idle_processors_out)
{
    struct space space;
    uint64_t seed = check_seed();
    size_t before;

    setup(&space);
    space.cpus = 0;
    space_free(&space);
    before = frame_free_count();
    ck_assert_int_eq(space_init(&space), 0);
    for (unsigned i = 0; i < 200; i++)
        ck_assert_int_eq(space_map(&space,
                                   NONOS_USER_MIN + (check_random(&seed) % 0x7ffff0000) * 4096,
                                   0x1000, NONOS_PROT_READ, SPACE_CACHED),
                         0);
    ck_assert_uint_eq(before - frame_free_count(), space.ntables);
    space.cpus = 1;
    loaded_root = space.root;
    loaded_space = &space;
    space_free(&space);
    ck_assert_uint_eq(loaded_root, 0);
    ck_assert_uint_eq(frame_free_count(), before);
}
END_TEST

START_TEST(space_map_without_memory_changes_nothing)
{
    struct space space;
    uint64_t frame, physical;
    uint32_t prot;

    setup(&space);
    while (frame_alloc(&frame) == 0)
        ;
    ck_assert_int_eq(space_map(&space, ADDRESS, 0x1000, NONOS_PROT_READ, SPACE_CACHED),
                     NONOS_E_NO_MEMORY);
    ck_assert(!space_lookup(&space, ADDRESS, &physical, &prot));
    frame_free(frame);
}
END_TEST

START_TEST(kernel_direct_map_covers_all_memory_but_what_is_reserved)
{
    struct space space;
    uint64_t physical;

    setup(&space);
    for (uint64_t at = 0; at < MODEL_LOW_RAM + 0x100000; at += 4096) {
        bool hole = (at >= 0x9f000 && at < 0x100000) || at >= MODEL_LOW_RAM ||
                    (at >= MODEL_HOLE && at < MODEL_HOLE + MODEL_HOLE_LEN);
        ck_assert_int_eq(kernel_lookup(kernel_layout.direct_map + at + 5, &physical), !hole);
        if (!hole)
            ck_assert_uint_eq(physical, at + 5);
    }
    ck_assert(kernel_lookup(kernel_layout.direct_map + MODEL_HIGH, &physical));
    ck_assert_uint_eq(physical, MODEL_HIGH);
}
END_TEST

START_TEST(kernel_mappings_made_later_are_in_every_space)
{
    uint64_t address[] = {0xffffa00000000000ull, 0xffffb07fc0000000ull, 0xffffb07fffff8000ull,
                          0xffffb08000000000ull, 0xfffff00000001000ull};
    struct space space;

    setup(&space);
    for (unsigned i = 0; i < 5; i++) {
        uint64_t *entry;
        ck_assert_int_eq(kernel_map(address[i], 0x3000, 1, KERNEL_WRITE), 0);
        entry = pagetable_find(space.root, address[i], 1, NULL);
        ck_assert_ptr_nonnull(entry);
        ck_assert_uint_eq(*entry, 0x3000 | PTE_PRESENT | PTE_WRITE | PTE_GLOBAL | PTE_NO_EXEC);
    }
}
END_TEST

START_TEST(kernel_unmap_in_steps_frees_the_frames)
{
    struct space space;
    uint64_t physical;
    size_t before;

    setup(&space);
    ck_assert_int_eq(kernel_map(kernel_layout.heap, must_alloc(), 1, KERNEL_WRITE), 0);
    ck_assert_int_eq(kernel_map(kernel_layout.heap + 4096, must_alloc(), 1, KERNEL_WRITE), 0);
    before = frame_free_count();
    kernel_unmap_hide(kernel_layout.heap, 2);
    ck_assert(!kernel_lookup(kernel_layout.heap, &physical));
    ck_assert_uint_eq(frame_free_count(), before);
    kernel_unmap_flush();
    ck_assert_uint_eq(nflushes, 1);
    kernel_unmap_free(kernel_layout.heap, 2);
    ck_assert_uint_eq(frame_free_count(), before + 2);
    ck_assert_int_eq(kernel_map(kernel_layout.heap, must_alloc(), 1, KERNEL_WRITE), 0);
}
END_TEST

START_TEST(kernel_device_mappings_keep_the_offset_and_a_gap)
{
    struct space space;
    uint64_t physical;
    uint8_t *a, *b;

    setup(&space);
    a = device_map(0xfee00010, 0x20, KERNEL_WRITE | KERNEL_UNCACHED);
    b = device_map(0xfebffffc, 8, KERNEL_READ);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    ck_assert(kernel_lookup((uintptr_t)a, &physical));
    ck_assert_uint_eq(physical, 0xfee00010);
    ck_assert(kernel_lookup((uintptr_t)b + 4, &physical));
    ck_assert_uint_eq(physical, 0xfec00000);
    ck_assert(!kernel_lookup(((uintptr_t)a & ~0xfffull) + 4096, &physical));
    ck_assert_ptr_null(device_map(0, DEVICE_AREA_SIZE, KERNEL_READ));
    ck_assert_ptr_null(device_map(0, UINT64_MAX, KERNEL_READ));
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("space");
    TCase *t = tcase_create("space");

    tcase_add_test(t, space_lookup_finds_what_was_mapped_and_nothing_else);
    tcase_add_test(t, space_entries_are_as_the_processor_reads_them);
    tcase_add_test(t, space_map_refuses_what_is_mapped_already);
    tcase_add_test(t, space_map_of_writable_code_is_a_bug);
    tcase_add_test(t, space_map_of_a_kernel_address_is_a_bug);
    tcase_add_test(t, space_unmap_shoots_down_once_and_only_what_was_there);
    tcase_add_test(t, space_protect_changes_rights_and_keeps_frame_and_cache);
    tcase_add_test(t, space_ranges_may_cross_every_table);
    tcase_add_test(t, space_free_gives_all_tables_back_and_takes_idle_processors_out);
    tcase_add_test(t, space_map_without_memory_changes_nothing);
    tcase_add_test(t, kernel_direct_map_covers_all_memory_but_what_is_reserved);
    tcase_add_test(t, kernel_mappings_made_later_are_in_every_space);
    tcase_add_test(t, kernel_unmap_in_steps_frees_the_frames);
    tcase_add_test(t, kernel_device_mappings_keep_the_offset_and_a_gap);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
