/* The heap: what it gives is there, apart and kept; what damages it is found. */
#include "prefix.h"

#include <check_main.h>

#include "heap_host.h"

#define BLOCKS 400

struct block {
    uint8_t *data;
    size_t len;
    uint8_t mark;
};

static void block_check(const struct block *block)
{
    size_t same = 0;
    while (same < block->len && block->data[same] == (uint8_t)(block->mark + same))
        same++;
    ck_assert_uint_eq(same, block->len);
}

static void block_fill(struct block *block, uint8_t mark)
{
    block->mark = mark;
    for (size_t i = 0; i < block->len; i++)
        block->data[i] = (uint8_t)(mark + i);
}

static size_t any_len(uint64_t *state)
{
    uint64_t kind = check_random(state) % 100;
    return check_random(state) % (kind < 80 ? 200 : kind < 98 ? 8000 : 600000);
}

START_TEST(blocks_keep_their_content_while_others_come_and_go)
{
    static struct block blocks[BLOCKS];
    uint64_t state = check_seed();
    for (int round = 0; round < 60000; round++) {
        struct block *block = &blocks[check_random(&state) % BLOCKS];
        size_t len = any_len(&state);
        if (block->data) {
            block_check(block);
            if (check_random(&state) % 3) {
                libc_free(block->data);
                block->data = NULL;
                continue;
            }
            uint8_t *grown = libc_realloc(block->data, len);
            ck_assert_ptr_nonnull(grown);
            block->data = grown;
            block->len = len < block->len ? len : block->len;
            block_check(block);
        } else {
            block->data = libc_malloc(len);
        }
        ck_assert_ptr_nonnull(block->data);
        ck_assert_uint_eq((uintptr_t)block->data % 16, 0);
        block->len = len;
        block_fill(block, (uint8_t)round);
    }
    for (int i = 0; i < BLOCKS; i++)
        libc_free(blocks[i].data);
    /* All is joined again: what is left is the one region that is kept. */
    ck_assert_uint_le(heap_host_pages, 2u << 20);
}
END_TEST

START_TEST(freed_memory_is_used_again)
{
    for (int i = 0; i < 100000; i++) {
        void *a = libc_malloc(100), *b = libc_malloc(3000);
        libc_free(a);
        libc_free(b);
    }
    ck_assert_uint_le(heap_host_pages, 64u << 10);
}
END_TEST

START_TEST(full_memory_is_an_error_and_nothing_is_lost)
{
    void *kept[64];
    volatile size_t huge = SIZE_MAX; /* volatile: the compiler need not tell us */
    size_t n = 0;
    heap_host_limit = 1u << 20;
    while (n < 64 && (kept[n] = libc_malloc(50000)))
        n++;
    ck_assert_uint_lt(n, 64);
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert_ptr_null(libc_malloc(huge));
    ck_assert_ptr_null(libc_calloc(huge / 2, 4));
    ck_assert_ptr_null(libc_reallocarray(NULL, huge / 2, 4));
    while (n)
        libc_free(kept[--n]);
    void *again = libc_malloc(50000);
    ck_assert_ptr_nonnull(again);
    libc_free(again);
}
END_TEST

START_TEST(calloc_gives_zeroes_also_where_memory_was_used)
{
    static const size_t lens[] = {1, 100, 5000, 300000};
    for (int i = 0; i < 4; i++) {
        uint8_t *used = libc_malloc(lens[i]);
        memset(used, 0xff, lens[i]);
        libc_free(used);
        uint8_t *data = libc_calloc(1, lens[i]);
        size_t zeroes = 0;
        while (zeroes < lens[i] && !data[zeroes])
            zeroes++;
        ck_assert_uint_eq(zeroes, lens[i]);
        libc_free(data);
    }
}
END_TEST

START_TEST(aligned_memory_is_aligned)
{
    for (size_t alignment = 1; alignment <= 65536; alignment *= 2) {
        uint8_t *data = libc_aligned_alloc(alignment, 1000);
        ck_assert_ptr_nonnull(data);
        ck_assert_uint_eq((uintptr_t)data % alignment, 0);
        memset(data, 1, 1000);
        libc_free(data);
    }
    ck_assert_ptr_null(libc_aligned_alloc(3, 10));
    void *data = NULL;
    ck_assert_int_eq(libc_posix_memalign(&data, 4096, 10), 0);
    libc_free(data);
    ck_assert_int_eq(libc_posix_memalign(&data, 4, 10), EINVAL);
}
END_TEST

/* Whether the heap notices. Volatile: the compiler must not know what happens to the block. */
#define DAMAGES(...)                          \
    __extension__({                           \
        volatile int noticed = 1;             \
        heap_host_catch = 1;                  \
        if (setjmp(heap_host_damaged) == 0) { \
            __VA_ARGS__;                      \
            noticed = 0;                      \
        }                                     \
        heap_host_catch = 0;                  \
        noticed;                              \
    })

START_TEST(freeing_twice_is_noticed)
{
    void *volatile a = libc_malloc(100);
    void *volatile b = libc_malloc(100);
    libc_free(a);
    ck_assert_int_eq(DAMAGES(libc_free(a)), 1);
    libc_free(b);
    ck_assert_int_eq(DAMAGES(libc_free(b)), 1);
}
END_TEST

START_TEST(writing_past_the_end_is_noticed)
{
    uint8_t *volatile a = libc_malloc(96);
    void *volatile b = libc_malloc(96);
    a[96] ^= 1; /* the first byte of the next header */
    ck_assert_int_eq(DAMAGES(libc_free(b)), 1);
}
END_TEST

START_TEST(freeing_what_is_no_block_is_noticed)
{
    uint8_t *volatile a = libc_calloc(1, 256);
    ck_assert_int_eq(DAMAGES(libc_free(a + 64)), 1);
    ck_assert_int_eq(DAMAGES(libc_free(a + 3)), 1);
    libc_free(a);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("malloc");
    TCase *tc = tcase_create("heap");
    tcase_add_test(tc, blocks_keep_their_content_while_others_come_and_go);
    tcase_add_test(tc, freed_memory_is_used_again);
    tcase_add_test(tc, full_memory_is_an_error_and_nothing_is_lost);
    tcase_add_test(tc, calloc_gives_zeroes_also_where_memory_was_used);
    tcase_add_test(tc, aligned_memory_is_aligned);
    tcase_add_test(tc, freeing_twice_is_noticed);
    tcase_add_test(tc, writing_past_the_end_is_noticed);
    tcase_add_test(tc, freeing_what_is_no_block_is_noticed);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(make_suite)
