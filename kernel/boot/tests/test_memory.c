#include "common/memory.h"
#include "common/page.h"
#include "common/paging.h"

#include <check_main.h>

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

enum { U = NONOS_MEMORY_USABLE, L = NONOS_MEMORY_LOADER, K = NONOS_MEMORY_KERNEL };
enum { A = NONOS_MEMORY_ARCHIVE, T = NONOS_MEMORY_ACPI, R = NONOS_MEMORY_RESERVED };

static struct boot_ranges ranges;
static struct nonos_boot_memory map[NONOS_BOOT_MEMORY_MAX];
static uint32_t count;

static void setup(void)
{
    ranges.count = 0;
    count = NONOS_BOOT_MEMORY_MAX;
}

static void add(uint64_t base, uint64_t len, uint32_t type)
{
    ck_assert_int_eq(boot_ranges_add(&ranges, base, len, type), 0);
}

static void normalize(void)
{
    count = NONOS_BOOT_MEMORY_MAX;
    ck_assert_int_eq(boot_ranges_normalize(&ranges, map, &count), 0);
}

static void expect(uint32_t index, uint64_t base, uint64_t len, uint32_t type)
{
    ck_assert_uint_lt(index, count);
    ck_assert_uint_eq(map[index].base, base);
    ck_assert_uint_eq(map[index].len, len);
    ck_assert_uint_eq(map[index].type, type);
}

START_TEST(map_is_sorted_and_neighbours_are_joined)
{
    add(3 * MIB, MIB, U);
    add(MIB, MIB, U);
    add(2 * MIB, MIB, U);
    add(5 * MIB, MIB, T);
    normalize();
    ck_assert_uint_eq(count, 2);
    expect(0, MIB, 3 * MIB, U);
    expect(1, 5 * MIB, MIB, T);
}
END_TEST

START_TEST(free_memory_is_rounded_inwards_and_all_else_outwards)
{
    add(MIB + 1, 3 * 4096, U);
    add(2 * MIB + 1, 4096, R);
    normalize();
    expect(0, MIB + 4096, 2 * 4096, U);
    expect(1, 2 * MIB, 2 * 4096, R);
}
END_TEST

START_TEST(free_memory_without_a_whole_page_is_dropped)
{
    add(MIB + 100, 4096, U);
    add(2 * MIB, 4095, U);
    add(3 * MIB, 0, R);
    normalize();
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(reserved_wins_over_free_and_the_loaders_own_wins_over_all)
{
    add(MIB, 10 * MIB, U);
    add(2 * MIB, MIB, R);
    add(2 * MIB, MIB, T);
    add(4 * MIB, 2 * MIB, L);
    add(5 * MIB, 4096, A);
    add(5 * MIB, MIB, R);
    normalize();
    ck_assert_uint_eq(count, 7);
    expect(0, MIB, MIB, U);
    expect(1, 2 * MIB, MIB, R);
    expect(2, 3 * MIB, MIB, U);
    expect(3, 4 * MIB, MIB, L);
    expect(4, 5 * MIB, 4096, A);
    expect(5, 5 * MIB + 4096, MIB - 4096, L);
    expect(6, 6 * MIB, 5 * MIB, U);
}
END_TEST

START_TEST(first_frame_is_never_free)
{
    add(0, 640 * KIB, U);
    normalize();
    ck_assert_uint_eq(count, 2);
    expect(0, 0, 4096, R);
    expect(1, 4096, 636 * KIB, U);
}
END_TEST

START_TEST(memory_beyond_the_reach_of_paging_is_cut_off)
{
    add(BOOT_PHYSICAL_END - MIB, 2 * MIB, U);
    add(BOOT_PHYSICAL_END, MIB, U);
    add(BOOT_PHYSICAL_END - 2 * MIB, UINT64_MAX, R);
    add(UINT64_MAX, UINT64_MAX, R);
    normalize();
    ck_assert_uint_eq(count, 1);
    expect(0, BOOT_PHYSICAL_END - 2 * MIB, 2 * MIB, R);
}
END_TEST

START_TEST(unknown_type_is_reserved)
{
    add(MIB, MIB, 0);
    add(2 * MIB, MIB, 99);
    normalize();
    expect(0, MIB, 2 * MIB, R);
}
END_TEST

START_TEST(too_many_ranges_are_refused)
{
    for (int i = 0; i < BOOT_RANGES_MAX; i++)
        add((uint64_t)i * 2 * MIB + MIB, MIB, U);
    ck_assert_int_eq(boot_ranges_add(&ranges, GIB, MIB, U), BOOT_E_MAP_TOO_LONG);
    ck_assert_int_eq(boot_ranges_normalize(&ranges, map, &count), BOOT_E_MAP_TOO_LONG);
    ck_assert_uint_eq(count, NONOS_BOOT_MEMORY_MAX);
}
END_TEST

/* What type a byte has, by the definition: the most careful of the ranges that cover it. */
static uint32_t model_type(const struct boot_range *raw, size_t nraw, uint64_t page)
{
    static const uint32_t order[] = {K, A, L, R, T, U};
    for (size_t t = 0; t < 6; t++)
        for (size_t i = 0; i < nraw; i++)
            if (raw[i].type == order[t] && page * 4096 >= raw[i].base &&
                page * 4096 < raw[i].base + raw[i].len)
                return page == 0 && order[t] == U ? R : order[t];
    return 0;
}

START_TEST(random_ranges_give_what_the_definition_says)
{
    enum { PAGES = 64, RANGES = 12, ROUNDS = 2000 };
    uint64_t seed = check_seed();

    for (int round = 0; round < ROUNDS; round++) {
        setup();
        for (int i = 0; i < RANGES; i++)
            add(check_random(&seed) % PAGES * 4096, (1 + check_random(&seed) % 16) * 4096,
                1 + check_random(&seed) % 6);
        normalize();
        uint64_t end = 0;
        for (uint32_t i = 0; i < count; i++) {
            ck_assert_uint_ge(map[i].base, end);
            end = map[i].base + map[i].len;
        }
        for (uint64_t page = 0; page < PAGES + 16; page++) {
            uint32_t found = 0;
            for (uint32_t i = 0; i < count; i++)
                if (page * 4096 >= map[i].base && page * 4096 < map[i].base + map[i].len)
                    found = map[i].type;
            ck_assert_uint_eq(found, model_type(ranges.range, ranges.count, page));
        }
    }
}
END_TEST

START_TEST(find_takes_the_highest_place_below_the_end)
{
    uint64_t base;
    add(0, 640 * KIB, U);
    add(MIB, 7 * MIB, U);
    add(5 * GIB, GIB, U);
    normalize();
    ck_assert_int_eq(boot_memory_find(map, count, MIB, 2 * MIB, 4 * GIB, &base), 0);
    ck_assert_uint_eq(base, 6 * MIB);
    ck_assert_int_eq(boot_memory_find(map, count, MIB, 4096, 3 * MIB, &base), 0);
    ck_assert_uint_eq(base, 2 * MIB);
    ck_assert_int_eq(boot_memory_find(map, count, 8 * MIB, 4096, 4 * GIB, &base), BOOT_E_NO_MEMORY);
    ck_assert_int_eq(boot_memory_find(map, count, UINT64_MAX, 4096, 4 * GIB, &base),
                     BOOT_E_NO_MEMORY);
    /* Real mode's memory is not given away. */
    ck_assert_int_eq(boot_memory_find(map, count, 4096, 4096, MIB, &base), BOOT_E_NO_MEMORY);
}
END_TEST

START_TEST(top_is_at_least_4_gib_and_ignores_reserved_ranges)
{
    add(MIB, MIB, U);
    add(1000 * GIB, GIB, R);
    normalize();
    ck_assert_uint_eq(boot_memory_top(map, count), 4 * GIB);
    add(4 * GIB, 3 * GIB, U);
    normalize();
    ck_assert_uint_eq(boot_memory_top(map, count), 7 * GIB);
}
END_TEST

/* -- page tables */

#define POOL_PHYSICAL 0x12345000ull

struct walk {
    uint64_t physical, entry;
    int level; /* of the page; -1 if not mapped */
};

static struct walk walk(const struct boot_tables *t, uint64_t address)
{
    const uint64_t *table = t->pool;
    for (int level = 3;; level--) {
        uint64_t entry = table[address >> (12 + 9 * level) & 511];
        if (!(entry & 1))
            return (struct walk){0, 0, -1};
        if (level == 0 || (entry & 0x80 && level < 3)) {
            uint64_t span = 4096ull << 9 * level;
            return (struct walk){
                (entry & 0x000ffffffffff000 & ~(span - 1)) | (address & (span - 1)), entry, level};
        }
        uint64_t next = (entry & 0x000ffffffffff000) - POOL_PHYSICAL;
        ck_assert_uint_lt(next / 4096, t->frames);
        table = t->pool + next / 8;
    }
}

static void check_mapped(const struct boot_tables *t, uint64_t address, uint64_t physical,
                         int level, unsigned flags)
{
    struct walk w = walk(t, address);
    ck_assert_int_eq(w.level, level);
    ck_assert_uint_eq(w.physical, physical);
    ck_assert_uint_eq(w.entry >> 1 & 1, (flags & BOOT_MAP_WRITE) != 0);
    ck_assert_uint_eq(w.entry >> 63, (flags & BOOT_MAP_EXECUTE) == 0);
}

static struct boot_tables tables_make(size_t frames, bool huge)
{
    struct boot_tables t;
    void *pool = aligned_alloc(4096, frames * 4096);
    boot_tables_init(&t, pool, POOL_PHYSICAL, frames, huge);
    return t;
}

START_TEST(mapping_uses_the_largest_pages_that_fit)
{
    struct boot_tables t = tables_make(64, true);
    ck_assert_int_eq(boot_tables_map(&t, 4 * GIB + 2 * MIB - 4096, 4 * GIB + 2 * MIB - 4096,
                                     2 * GIB, BOOT_MAP_WRITE),
                     0);
    check_mapped(&t, 4 * GIB + 2 * MIB - 1, 4 * GIB + 2 * MIB - 1, 0, BOOT_MAP_WRITE);
    check_mapped(&t, 4 * GIB + 2 * MIB, 4 * GIB + 2 * MIB, 1, BOOT_MAP_WRITE);
    check_mapped(&t, 5 * GIB + 77, 5 * GIB + 77, 2, BOOT_MAP_WRITE);
    ck_assert_int_eq(walk(&t, 4 * GIB).level, -1);
    ck_assert_int_eq(walk(&t, 6 * GIB + 2 * MIB - 4096).level, -1);
    free(t.pool);
}
END_TEST

START_TEST(mapping_below_4_gib_has_no_pages_of_1_gib)
{
    struct boot_tables t = tables_make(64, true);
    ck_assert_int_eq(boot_tables_map(&t, 0, 0, 4 * GIB, BOOT_MAP_WRITE), 0);
    check_mapped(&t, 3 * GIB, 3 * GIB, 1, BOOT_MAP_WRITE);
    free(t.pool);
}
END_TEST

START_TEST(remapping_splits_a_large_page_and_leaves_its_neighbours)
{
    struct boot_tables t = tables_make(64, true);
    ck_assert_int_eq(boot_tables_map(&t, 0, 0, 6 * GIB, BOOT_MAP_WRITE), 0);
    ck_assert_int_eq(boot_tables_map(&t, 5 * GIB + 4096, 5 * GIB + 4096, 4096, BOOT_MAP_EXECUTE),
                     0);
    check_mapped(&t, 5 * GIB, 5 * GIB, 0, BOOT_MAP_WRITE);
    check_mapped(&t, 5 * GIB + 4096, 5 * GIB + 4096, 0, BOOT_MAP_EXECUTE);
    check_mapped(&t, 5 * GIB + 8192, 5 * GIB + 8192, 0, BOOT_MAP_WRITE);
    check_mapped(&t, 5 * GIB + 2 * MIB, 5 * GIB + 2 * MIB, 1, BOOT_MAP_WRITE);
    check_mapped(&t, 6 * GIB - 1, 6 * GIB - 1, 1, BOOT_MAP_WRITE);
    free(t.pool);
}
END_TEST

START_TEST(high_half_maps_page_by_page)
{
    struct boot_tables t = tables_make(64, true);
    uint64_t base = NONOS_KERNEL_BASE_END - 2 * MIB;
    ck_assert_int_eq(boot_tables_map(&t, base, 0x200000, 0x3000, BOOT_MAP_EXECUTE), 0);
    ck_assert_int_eq(boot_tables_map(&t, base + 0x3000, 0x203000, 0x1000, 0), 0);
    check_mapped(&t, base + 0x2000, 0x202000, 0, BOOT_MAP_EXECUTE);
    check_mapped(&t, base + 0x3000, 0x203000, 0, 0);
    ck_assert_int_eq(walk(&t, base + 0x4000).level, -1);
    free(t.pool);
}
END_TEST

START_TEST(used_up_pool_is_an_error)
{
    struct boot_tables t = tables_make(3, false);
    ck_assert_int_eq(boot_tables_map(&t, 0, 0, GIB, BOOT_MAP_WRITE), 0);
    ck_assert_int_eq(boot_tables_map(&t, GIB, GIB, 4096, BOOT_MAP_WRITE), BOOT_E_NO_MEMORY);
    ck_assert_uint_eq(t.used, 3);
    free(t.pool);
}
END_TEST

/*
 * The worst layout of each size: everything one to one in ranges, the image across every boundary,
 * the gate apart.
 */
START_TEST(frames_suffice_for_what_the_loader_maps)
{
    static const uint64_t tops[] = {4 * GIB, 5 * GIB, 64 * GIB, 513 * GIB, 2048 * GIB};
    uint64_t top = tops[_i / 2];
    bool huge = _i % 2;
    uint64_t image_len = 6 * MIB + 4096;
    struct boot_tables t = tables_make(boot_tables_frames(top, image_len, huge), huge);

    ck_assert_int_eq(boot_tables_map(&t, 0, 0, 4 * GIB, BOOT_MAP_WRITE), 0);
    if (top > 4 * GIB)
        ck_assert_int_eq(boot_tables_map(&t, 4 * GIB + 2 * MIB, 4 * GIB + 2 * MIB,
                                         top - 4 * GIB - 4 * MIB, BOOT_MAP_WRITE),
                         0);
    ck_assert_int_eq(boot_tables_map(&t, 0x7ffff000, 0x7ffff000, 4096, BOOT_MAP_EXECUTE), 0);
    ck_assert_int_eq(boot_tables_map(&t, 0xffffd00000000000 - 2 * MIB, 0, image_len, 0), 0);
    ck_assert_uint_le(t.used, t.frames);
    free(t.pool);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("boot/memory");
    TCase *t = tcase_create("map");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, map_is_sorted_and_neighbours_are_joined);
    tcase_add_test(t, free_memory_is_rounded_inwards_and_all_else_outwards);
    tcase_add_test(t, free_memory_without_a_whole_page_is_dropped);
    tcase_add_test(t, reserved_wins_over_free_and_the_loaders_own_wins_over_all);
    tcase_add_test(t, first_frame_is_never_free);
    tcase_add_test(t, memory_beyond_the_reach_of_paging_is_cut_off);
    tcase_add_test(t, unknown_type_is_reserved);
    tcase_add_test(t, too_many_ranges_are_refused);
    tcase_add_test(t, random_ranges_give_what_the_definition_says);
    tcase_add_test(t, find_takes_the_highest_place_below_the_end);
    tcase_add_test(t, top_is_at_least_4_gib_and_ignores_reserved_ranges);
    suite_add_tcase(s, t);
    t = tcase_create("tables");
    tcase_add_test(t, mapping_uses_the_largest_pages_that_fit);
    tcase_add_test(t, mapping_below_4_gib_has_no_pages_of_1_gib);
    tcase_add_test(t, remapping_splits_a_large_page_and_leaves_its_neighbours);
    tcase_add_test(t, high_half_maps_page_by_page);
    tcase_add_test(t, used_up_pool_is_an_error);
    tcase_add_loop_test(t, frames_suffice_for_what_the_loader_maps, 0, 10);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
