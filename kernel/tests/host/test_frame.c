#include "machine_model.h"

#include <check_main.h>
#include <mm/frame.h>
#include <mm/frame_private.h>

#define CYCLES 100000u
#define SLOTS  3000u

static struct nonos_boot_info info;

static bool is_ram(uint64_t frame)
{
    for (uint32_t i = 0; i < info.nmemory; i++)
        if (frame >= info.memory[i].base && frame < info.memory[i].base + info.memory[i].len)
            return info.memory[i].type == NONOS_MEMORY_USABLE ||
                   info.memory[i].type == NONOS_MEMORY_LOADER;
    return false;
}

static uint64_t must_alloc(void)
{
    uint64_t frame;

    ck_assert_int_eq(frame_alloc(&frame), 0);
    ck_assert_uint_eq(frame % FRAME_SIZE, 0);
    ck_assert_msg(is_ram(frame), "0x%llx is no RAM", (unsigned long long)frame);
    return frame;
}

static bool is_zero(uint64_t frame)
{
    const uint64_t *words = frame_address(frame);

    for (size_t i = 0; i < FRAME_SIZE / 8; i++)
        if (words[i])
            return false;
    return true;
}

START_TEST(frame_random_cycles_never_give_a_frame_twice_and_lose_none)
{
    static uint64_t held[SLOTS];
    uint64_t seed = check_seed();
    size_t before;

    model_frames(&info, true);
    before = frame_free_count();
    for (unsigned i = 0; i < CYCLES; i++) {
        uint64_t *slot = &held[check_random(&seed) % SLOTS];
        if (!*slot) {
            *slot = must_alloc();
            ck_assert_uint_eq(*(uint64_t *)frame_address(*slot), 0);
            *(uint64_t *)frame_address(*slot) =
                *slot; /* a frame given twice would be overwritten */
        } else {
            ck_assert_uint_eq(*(uint64_t *)frame_address(*slot), *slot);
            frame_free(*slot);
            *slot = 0;
        }
    }
    for (unsigned i = 0; i < SLOTS; i++)
        if (held[i])
            frame_free(held[i]);
    ck_assert_uint_eq(frame_free_count(), before);
}
END_TEST

START_TEST(frame_alloc_gives_all_memory_once_and_then_none)
{
    static uint8_t seen[MODEL_TOP / FRAME_SIZE];
    uint64_t frame;
    size_t n = 0, before;

    model_frames(&info, true);
    before = frame_free_count();
    while (frame_alloc(&frame) == 0) {
        ck_assert(is_ram(frame) && frame != 0 && !seen[frame / FRAME_SIZE]);
        seen[frame / FRAME_SIZE] = 1;
        n++;
    }
    ck_assert_uint_eq(n, before);
    ck_assert_uint_eq(frame_free_count(), 0);
    ck_assert_int_eq(frame_alloc(&frame), NONOS_E_NO_MEMORY);
}
END_TEST

START_TEST(frame_alloc_keeps_memory_below_4_gib_for_devices)
{
    model_frames(&info, true);
    for (uint64_t i = 0; i < MODEL_HIGH_RAM / FRAME_SIZE; i++)
        ck_assert_uint_ge(must_alloc(), MODEL_HIGH);
    ck_assert_uint_lt(must_alloc(), MODEL_HIGH);
}
END_TEST

START_TEST(frame_alloc_gives_zeros_after_use)
{
    uint64_t first, again;

    model_frames(&info, false);
    first = must_alloc();
    memset(frame_address(first), 0xff, FRAME_SIZE);
    frame_free(first);
    again = must_alloc();
    ck_assert_uint_eq(again, first);
    ck_assert(is_zero(again));
}
END_TEST

START_TEST(frame_contiguous_runs_are_in_a_row_below_the_limit_and_zero)
{
    uint64_t run, low, held[64];
    size_t before;

    model_frames(&info, true);
    for (unsigned i = 0; i < 64; i++) /* holes of one frame */
        ck_assert_int_eq(frame_alloc_contiguous(1, 0x100000, &held[i]), 0);
    for (unsigned i = 0; i < 64; i += 2)
        frame_free(held[i]);
    before = frame_free_count();
    ck_assert_int_eq(frame_alloc_contiguous(700, UINT64_MAX, &run), 0);
    for (uint64_t f = run; f < run + 700ull * FRAME_SIZE; f += FRAME_SIZE)
        ck_assert(is_ram(f) && is_zero(f));
    ck_assert_uint_eq(frame_free_count(), before - 700);
    ck_assert_int_eq(frame_alloc_contiguous(2, 0x100000, &low), 0);
    ck_assert_uint_le(low + 2 * FRAME_SIZE, 0x100000);
    for (uint64_t f = run; f < run + 700ull * FRAME_SIZE; f += FRAME_SIZE)
        frame_free(f);
    ck_assert_uint_eq(frame_free_count(), before - 2);
}
END_TEST

START_TEST(frame_contiguous_refuses_what_no_range_holds)
{
    uint64_t run;

    model_frames(&info, false);
    /* The hole of reserved memory cuts the low memory in two. */
    ck_assert_int_eq(frame_alloc_contiguous(MODEL_LOW_RAM / FRAME_SIZE * 3 / 4, UINT64_MAX, &run),
                     NONOS_E_NO_MEMORY);
    ck_assert_int_eq(frame_alloc_contiguous(0, UINT64_MAX, &run), NONOS_E_INVALID);
    ck_assert_int_eq(frame_alloc_contiguous(1, 4096, &run), NONOS_E_NO_MEMORY);
}
END_TEST

START_TEST(frame_loader_memory_becomes_free)
{
    model_frames(&info, false);
    ck_assert_uint_eq(frame_total_count(),
                      (0x9f000 + MODEL_LOW_RAM - 0x100000 - MODEL_HOLE_LEN) / FRAME_SIZE);
}
END_TEST

START_TEST(frame_free_twice_is_caught)
{
    uint64_t frame;

    model_frames(&info, false);
    frame = must_alloc();
    frame_free(frame);
    ck_assert_panics(frame_free(frame), "freed twice");
}
END_TEST

START_TEST(frame_free_of_reserved_memory_is_caught)
{
    model_frames(&info, false);
    ck_assert_panics(frame_free(MODEL_HOLE), "reserved");
}
END_TEST

START_TEST(frame_free_of_the_zero_frame_is_caught)
{
    model_frames(&info, false);
    ck_assert_panics(frame_free(0), "reserved");
}
END_TEST

START_TEST(frame_free_of_an_address_inside_a_frame_is_caught)
{
    model_frames(&info, false);
    ck_assert_panics(frame_free(must_alloc() + 8), "no frame");
}
END_TEST

START_TEST(frame_free_beyond_memory_is_caught)
{
    model_frames(&info, false);
    ck_assert_panics(frame_free(1ull << 40), "no frame");
}
END_TEST

START_TEST(frame_write_after_free_is_caught_when_it_is_given_out_again)
{
    uint64_t frame;

    model_frames(&info, false);
    frame = must_alloc();
    frame_free(frame);
    ((uint8_t *)frame_address(frame))[_i] ^= 0x10;
    ck_assert_panics(must_alloc(), "after it was freed");
}
END_TEST

/* One bit anywhere in a region: in either bitmap, the count or the sum itself. */
START_TEST(frame_bitmap_damage_is_caught_at_the_next_operation)
{
    uint64_t frame;
    uint8_t *region;

    model_frames(&info, false);
    frame = must_alloc();
    region = (uint8_t *)frame_region_at((size_t)(frame / FRAME_SIZE / FRAME_REGION_FRAMES));
    region[_i * 7] ^= 1;
    ck_assert_panics(frame_free(frame), "bitmap is damaged");
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("frame");
    TCase *t = tcase_create("frame");

    tcase_add_test(t, frame_random_cycles_never_give_a_frame_twice_and_lose_none);
    tcase_add_test(t, frame_alloc_gives_all_memory_once_and_then_none);
    tcase_add_test(t, frame_alloc_keeps_memory_below_4_gib_for_devices);
    tcase_add_test(t, frame_alloc_gives_zeros_after_use);
    tcase_add_test(t, frame_contiguous_runs_are_in_a_row_below_the_limit_and_zero);
    tcase_add_test(t, frame_contiguous_refuses_what_no_range_holds);
    tcase_add_test(t, frame_loader_memory_becomes_free);
    tcase_add_test(t, frame_free_twice_is_caught);
    tcase_add_test(t, frame_free_of_reserved_memory_is_caught);
    tcase_add_test(t, frame_free_of_the_zero_frame_is_caught);
    tcase_add_test(t, frame_free_of_an_address_inside_a_frame_is_caught);
    tcase_add_test(t, frame_free_beyond_memory_is_caught);
    tcase_add_loop_test(t, frame_write_after_free_is_caught_when_it_is_given_out_again, 4090, 4096);
    tcase_add_loop_test(t, frame_bitmap_damage_is_caught_at_the_next_operation, 0,
                        (int)sizeof(struct frame_region) / 7);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
