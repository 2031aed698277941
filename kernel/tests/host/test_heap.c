#include "machine_model.h"

#include <check_main.h>
#include <mm/frame.h>
#include <mm/heap.h>
#include <mm/heap_private.h>
#include <mm/kernel_map.h>

#include <sys/mman.h>

/* ---- the heap's pages: mapped in the test's own address space ---- */

#define AREA_PAGES (HEAP_AREA_SIZE / FRAME_SIZE)

struct kernel_layout kernel_layout;

static uint64_t frame_behind[AREA_PAGES]; /* 0: nothing mapped; bit 0: hidden */
static unsigned flushes;
static size_t maps_left = SIZE_MAX;

static uint64_t *behind(uint64_t address)
{
    if (address < kernel_layout.heap || address >= kernel_layout.heap + HEAP_AREA_SIZE)
        ck_abort_msg("0x%llx is outside the heap", (unsigned long long)address);
    return &frame_behind[(address - kernel_layout.heap) / FRAME_SIZE];
}

int kernel_map(uint64_t address, uint64_t physical, size_t npages, unsigned flags)
{
    ck_assert_uint_eq(npages, 1);
    ck_assert_uint_eq(flags, KERNEL_WRITE);
    ck_assert_uint_eq(*behind(address), 0);
    if (!maps_left)
        return NONOS_E_NO_MEMORY;
    maps_left--;
    *behind(address) = physical;
    model_map(address, physical, FRAME_SIZE);
    return 0;
}

void kernel_unmap_hide(uint64_t address, size_t npages)
{
    for (size_t i = 0; i < npages; i++)
        *behind(address + i * FRAME_SIZE) |= 1;
    ck_assert_int_eq(mprotect((void *)address, npages * FRAME_SIZE, PROT_NONE), 0);
    flushes = 0;
}

void kernel_unmap_flush(void)
{
    flushes++;
}

void kernel_unmap_free(uint64_t address, size_t npages)
{
    ck_assert_uint_eq(flushes, 1);
    for (size_t i = 0; i < npages; i++) {
        ck_assert_uint_eq(*behind(address + i * FRAME_SIZE) & 1, 1);
        frame_free(*behind(address + i * FRAME_SIZE) & ~1ull);
        *behind(address + i * FRAME_SIZE) = 0;
    }
}

static void heap_setup(void)
{
    static const uint8_t key[HEAP_KEY_LEN] = {1, 2, 3};
    struct nonos_boot_info info;

    model_frames(&info, false);
    kernel_layout.heap = model_reserve(HEAP_AREA_SIZE);
    heap_init(key);
}

static uint8_t *must_alloc(size_t size)
{
    uint8_t *block = heap_alloc(size);

    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq((uintptr_t)block % 16, 0);
    return block;
}

static bool holds(const uint8_t *block, size_t size, uint8_t value)
{
    for (size_t i = 0; i < size; i++)
        if (block[i] != value)
            return false;
    return true;
}

/* ---- tests ---- */

START_TEST(heap_blocks_are_zeroed_apart_and_keep_their_content)
{
    enum { SLOTS = 400, CYCLES = 20000 };
    static struct {
        uint8_t *block;
        size_t size;
        uint8_t mark;
    } held[SLOTS];
    uint64_t seed = check_seed();

    heap_setup();
    for (unsigned i = 0; i < CYCLES; i++) {
        unsigned n = (unsigned)(check_random(&seed) % SLOTS);
        uint64_t random = check_random(&seed);
        if (held[n].block) {
            ck_assert(holds(held[n].block, held[n].size, held[n].mark));
            heap_free(held[n].block);
            held[n].block = NULL;
            continue;
        }
        held[n].size = random % 16 ? random % 1000 : random % 20000;
        held[n].mark = (uint8_t)(random >> 32);
        held[n].block = must_alloc(held[n].size);
        ck_assert(holds(held[n].block, held[n].size, 0));
        memset(held[n].block, held[n].mark, held[n].size);
        if (i % 1000 == 0)
            heap_check();
    }
    for (unsigned n = 0; n < SLOTS; n++)
        heap_free(held[n].block);
    heap_check();
}
END_TEST

START_TEST(heap_gives_frames_back)
{
    enum { COUNT = 2000 };
    static void *blocks[COUNT];
    size_t before;

    heap_setup();
    before = frame_free_count();
    for (unsigned i = 0; i < COUNT; i++)
        blocks[i] = must_alloc(1000);
    ck_assert_uint_lt(frame_free_count(), before - COUNT / 4);
    ck_assert_uint_eq(frame_free_count() + heap_used() / FRAME_SIZE, before);
    for (unsigned i = 0; i < COUNT; i++)
        heap_free(blocks[i]);
    ck_assert_uint_eq(frame_free_count() + heap_used() / FRAME_SIZE, before);
    ck_assert_uint_le(heap_used(), (256 + 64 + 4) * FRAME_SIZE); /* limbo, and one slab */
}
END_TEST

START_TEST(heap_says_no_without_memory_and_goes_on)
{
    static void *blocks[20000];
    size_t n = 0;

    heap_setup();
    while (n < 20000 && (blocks[n] = heap_alloc(5000)))
        n++;
    ck_assert_uint_gt(n, 100);
    ck_assert_uint_lt(n, 20000);
    while (n--)
        heap_free(blocks[n]);
    heap_free(must_alloc(5000));
    heap_check();
}
END_TEST

START_TEST(heap_survives_a_mapping_that_fails_half_way)
{
    heap_setup();
    for (size_t allowed = 0; allowed < 12; allowed++) {
        maps_left = allowed;
        heap_free(heap_alloc(40000 + allowed * FRAME_SIZE));
        heap_free(heap_alloc(100));
    }
    maps_left = SIZE_MAX;
    heap_free(must_alloc(100000));
    heap_check();
}
END_TEST

START_TEST(heap_refuses_more_than_it_can_hold)
{
    heap_setup();
    ck_assert_ptr_null(heap_alloc(SIZE_MAX));
    ck_assert_ptr_null(heap_alloc(SIZE_MAX - 64));
    ck_assert_ptr_null(heap_alloc(HEAP_AREA_SIZE));
}
END_TEST

START_TEST(heap_free_of_nothing_is_fine)
{
    heap_setup();
    heap_free(NULL);
    heap_free(must_alloc(0));
}
END_TEST

static const size_t sizes[] = {1, 16, 17, 31, 100, 1000, 4000, 5000, 16384, 40000};
#define SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

START_TEST(heap_overrun_by_one_byte_is_caught_at_free)
{
    uint8_t *block;

    heap_setup();
    block = must_alloc(sizes[_i]);
    block[sizes[_i]] ^= 1;
    ck_assert_panics(heap_free(block), "zone after block");
}
END_TEST

START_TEST(heap_underrun_by_one_byte_is_caught_at_free)
{
    uint8_t *block;

    heap_setup();
    block = must_alloc(sizes[_i]);
    block[-1] ^= 1;
    ck_assert_panics(heap_free(block), "zone before block");
}
END_TEST

START_TEST(heap_check_finds_an_overrun_of_a_living_block)
{
    uint8_t *block;

    heap_setup();
    block = must_alloc(sizes[_i]);
    must_alloc(sizes[_i]);
    block[sizes[_i] + 3] ^= 0x80;
    ck_assert_panics(heap_check(), "zone after block");
}
END_TEST

START_TEST(heap_free_twice_is_caught)
{
    uint8_t *block;

    heap_setup();
    block = must_alloc(sizes[_i]);
    must_alloc(sizes[_i]);
    heap_free(block);
    ck_assert_panics(heap_free(block), "freed");
}
END_TEST

START_TEST(heap_write_after_free_is_caught_when_the_block_is_given_out_again)
{
    uint8_t *block;

    heap_setup();
    block = must_alloc(100);
    must_alloc(100);
    heap_free(block);
    block[50] = 0;
    ck_assert_panics(must_alloc(100), "after it was freed");
}
END_TEST

START_TEST(heap_free_of_an_address_inside_a_block_is_caught)
{
    uint8_t *block;

    heap_setup();
    block = must_alloc(sizes[_i] + 64);
    ck_assert_panics(heap_free(block + 16), "no block");
}
END_TEST

START_TEST(heap_free_of_an_address_outside_is_caught)
{
    uint8_t somewhere[64];

    heap_setup();
    ck_assert_panics(heap_free(somewhere + 16), "not in the heap");
}
END_TEST

START_TEST(heap_canaries_cannot_be_copied_from_another_block)
{
    uint8_t *a, *b;

    heap_setup();
    a = must_alloc(100);
    b = must_alloc(100);
    memcpy(a - 16, b - 16, 16);
    ck_assert_panics(heap_free(a), "zone before block");
}
END_TEST

START_TEST(heap_slab_header_damage_is_caught)
{
    uint8_t *block;

    heap_setup();
    block = must_alloc(100);
    *(uint8_t *)((uintptr_t)block & ~(uintptr_t)16383) ^= 1;
    ck_assert_panics(heap_free(block), "header of slab");
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("heap");
    TCase *t = tcase_create("heap");

    tcase_add_test(t, heap_blocks_are_zeroed_apart_and_keep_their_content);
    tcase_add_test(t, heap_gives_frames_back);
    tcase_add_test(t, heap_says_no_without_memory_and_goes_on);
    tcase_add_test(t, heap_survives_a_mapping_that_fails_half_way);
    tcase_add_test(t, heap_refuses_more_than_it_can_hold);
    tcase_add_test(t, heap_free_of_nothing_is_fine);
    tcase_add_loop_test(t, heap_overrun_by_one_byte_is_caught_at_free, 0, SIZES);
    tcase_add_loop_test(t, heap_underrun_by_one_byte_is_caught_at_free, 0, SIZES);
    tcase_add_loop_test(t, heap_check_finds_an_overrun_of_a_living_block, 0, SIZES);
    tcase_add_loop_test(t, heap_free_twice_is_caught, 0, SIZES);
    tcase_add_test(t, heap_write_after_free_is_caught_when_the_block_is_given_out_again);
    tcase_add_loop_test(t, heap_free_of_an_address_inside_a_block_is_caught, 0, SIZES);
    tcase_add_test(t, heap_free_of_an_address_outside_is_caught);
    tcase_add_test(t, heap_canaries_cannot_be_copied_from_another_block);
    tcase_add_test(t, heap_slab_header_damage_is_caught);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
