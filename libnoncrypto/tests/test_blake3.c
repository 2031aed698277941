#include <check_main.h>

#include <noncrypto/blake3.h>
#include <vector_file.h>

#include "backends.h"
#include "blake3_vectors.h"

#define NVECTORS   (sizeof blake3_vectors / sizeof blake3_vectors[0])
#define INPUT_MAX  102400
#define OUTPUT_MAX 512

enum mode { HASH, KEYED_HASH, DERIVE_KEY };

static uint8_t input[INPUT_MAX];

static void fill_input(void)
{
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(i % 251);
}

static void init_mode(struct noncrypto_blake3 *ctx, enum mode mode)
{
    if (mode == HASH)
        noncrypto_blake3_init(ctx);
    else if (mode == KEYED_HASH)
        noncrypto_blake3_init_keyed(ctx, (const uint8_t *)BLAKE3_VECTOR_KEY);
    else
        noncrypto_blake3_init_derive_key(ctx, BLAKE3_VECTOR_CONTEXT, strlen(BLAKE3_VECTOR_CONTEXT));
}

static void check_vector(enum mode mode, size_t input_len, const char *expected_hex)
{
    struct noncrypto_blake3 ctx;
    uint8_t expected[OUTPUT_MAX];
    uint8_t out[OUTPUT_MAX];
    size_t len = check_unhex(expected, sizeof expected, expected_hex);

    ck_assert_uint_le(input_len, sizeof input);
    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        init_mode(&ctx, mode);
        noncrypto_blake3_update(&ctx, input, input_len);
        noncrypto_blake3_final(&ctx, out, len);
        ck_assert_mem_eq(out, expected, len);
    }
}

START_TEST(official_vectors_of_each_mode_hold)
{
    const struct blake3_vector *v = &blake3_vectors[_i];
    fill_input();
    check_vector(HASH, v->input_len, v->hash);
    check_vector(KEYED_HASH, v->input_len, v->keyed_hash);
    check_vector(DERIVE_KEY, v->input_len, v->derive_key);
}
END_TEST

START_TEST(output_beyond_32_bytes_is_that_of_the_vectors)
{
    const struct blake3_vector *v = &blake3_extended_vector;
    fill_input();
    check_vector(HASH, v->input_len, v->hash);
    check_vector(KEYED_HASH, v->input_len, v->keyed_hash);
    check_vector(DERIVE_KEY, v->input_len, v->derive_key);
}
END_TEST

/* Copies the string value of the next `"name": "value"` after `at` and returns where to go on. */
static const char *json_string(const char *at, const char *name, char *value, size_t size)
{
    char key[32];
    snprintf(key, sizeof key, "\"%s\": \"", name);
    at = strstr(at, key);
    ck_assert_ptr_nonnull(at);
    at += strlen(key);
    size_t len = strcspn(at, "\"");
    ck_assert_uint_lt(len, size);
    memcpy(value, at, len);
    value[len] = '\0';
    return at + len;
}

START_TEST(official_vectors_hold_in_full)
{
    char *text = vector_file_read("crypto/blake3/test_vectors.json", NULL);
    if (!text)
        return;
    fill_input();
    size_t ncases = 0;
    const char *at = text;
    while ((at = strstr(at, "\"input_len\": ")) != NULL) {
        char hex[2 * OUTPUT_MAX + 1];
        size_t len = strtoull(at + strlen("\"input_len\": "), NULL, 10);
        at = json_string(at, "hash", hex, sizeof hex);
        check_vector(HASH, len, hex);
        at = json_string(at, "keyed_hash", hex, sizeof hex);
        check_vector(KEYED_HASH, len, hex);
        at = json_string(at, "derive_key", hex, sizeof hex);
        check_vector(DERIVE_KEY, len, hex);
        ncases++;
    }
    free(text);
    ck_assert_uint_eq(ncases, NVECTORS);
}
END_TEST

START_TEST(one_shot_hash_equals_the_vectors)
{
    const struct blake3_vector *v = &blake3_vectors[_i];
    uint8_t expected[32], out[32];
    fill_input();
    check_unhex(expected, sizeof expected, v->hash);
    noncrypto_blake3(out, input, v->input_len);
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

START_TEST(two_updates_give_the_same_at_every_cut)
{
    enum { LEN = 4 * 1024 + 1 };
    uint8_t expected[32], out[32];
    fill_input();
    noncrypto_blake3(expected, input, LEN);
    for (size_t cut = 0; cut <= LEN; cut++) {
        struct noncrypto_blake3 ctx;
        noncrypto_blake3_init(&ctx);
        noncrypto_blake3_update(&ctx, input, cut);
        noncrypto_blake3_update(&ctx, input + cut, LEN - cut);
        noncrypto_blake3_final(&ctx, out, sizeof out);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

START_TEST(updates_of_any_step_give_the_same)
{
    static const size_t steps[] = {1, 3, 63, 64, 65, 127, 128, 1023, 1024, 1025, 2047, 2048, 8191};
    const struct blake3_vector *v = &blake3_vectors[_i];
    uint8_t expected[32], out[32];
    fill_input();
    check_unhex(expected, sizeof expected, v->keyed_hash);
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        struct noncrypto_blake3 ctx;
        init_mode(&ctx, KEYED_HASH);
        for (size_t at = 0; at < v->input_len; at += steps[s]) {
            size_t rest = v->input_len - at;
            noncrypto_blake3_update(&ctx, input + at, rest < steps[s] ? rest : steps[s]);
        }
        noncrypto_blake3_final(&ctx, out, sizeof out);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

START_TEST(final_leaves_the_context_as_it_was)
{
    struct noncrypto_blake3 ctx, before;
    uint8_t expected[32], out[100];
    fill_input();
    noncrypto_blake3(expected, input, 5000);
    memset(&ctx, 0, sizeof ctx);
    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_update(&ctx, input, 3000);
    before = ctx;
    noncrypto_blake3_final(&ctx, out, sizeof out);
    ck_assert_mem_eq(&ctx, &before, sizeof ctx);
    noncrypto_blake3_update(&ctx, input + 3000, 2000);
    noncrypto_blake3_final(&ctx, out, sizeof expected);
    ck_assert_mem_eq(out, expected, sizeof expected);
}
END_TEST

START_TEST(seeking_gives_the_same_bytes_as_reading_through)
{
    enum { LEN = 300 };
    struct noncrypto_blake3 ctx;
    uint8_t whole[LEN], part[LEN];
    fill_input();
    init_mode(&ctx, DERIVE_KEY);
    noncrypto_blake3_update(&ctx, input, 2049);
    noncrypto_blake3_final(&ctx, whole, LEN);
    for (size_t from = 0; from <= LEN; from++) {
        for (size_t len = 0; len <= LEN - from; len += 7) {
            memset(part, 0xee, sizeof part);
            noncrypto_blake3_final_seek(&ctx, from, part, len);
            ck_assert_mem_eq(part, whole + from, len);
            if (len < LEN)
                ck_assert_uint_eq(part[len], 0xee);
        }
    }
}
END_TEST

/* The block counter has 64 bits: beyond 2^38 bytes its upper half takes part. */
START_TEST(far_output_does_not_repeat_the_near_one)
{
    struct noncrypto_blake3 ctx;
    uint8_t near[64], far[64], straddling[64];
    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_final(&ctx, near, sizeof near);
    noncrypto_blake3_final_seek(&ctx, UINT64_C(1) << 38, far, sizeof far);
    ck_assert_mem_ne(near, far, sizeof near);
    noncrypto_blake3_final_seek(&ctx, (UINT64_C(1) << 38) - 32, straddling, sizeof straddling);
    ck_assert_mem_eq(straddling + 32, far, 32);
}
END_TEST

START_TEST(empty_input_may_be_a_null_pointer)
{
    struct noncrypto_blake3 ctx;
    uint8_t expected[32], out[32];
    check_unhex(expected, sizeof expected, blake3_vectors[0].hash);
    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_update(&ctx, NULL, 0);
    noncrypto_blake3_final(&ctx, NULL, 0);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    ck_assert_mem_eq(out, expected, sizeof out);
    noncrypto_blake3(out, NULL, 0);
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

START_TEST(each_mode_gives_its_own_output)
{
    struct noncrypto_blake3 ctx;
    uint8_t out[3][32];
    for (enum mode m = HASH; m <= DERIVE_KEY; m++) {
        init_mode(&ctx, m);
        noncrypto_blake3_update(&ctx, "x", 1);
        noncrypto_blake3_final(&ctx, out[m], 32);
    }
    ck_assert_mem_ne(out[0], out[1], 32);
    ck_assert_mem_ne(out[1], out[2], 32);
    ck_assert_mem_ne(out[0], out[2], 32);
}
END_TEST

START_TEST(each_back_end_gives_the_same_at_every_length)
{
    enum mode mode = (enum mode)_i;
    struct noncrypto_blake3 ctx;
    uint8_t expected[32], out[33];

    fill_input();
    for (size_t len = 0; len <= 9000; len += len < 100 ? 1 : 13) {
        const uint8_t *data = input + len % 67;
        use_backend(0);
        init_mode(&ctx, mode);
        noncrypto_blake3_update(&ctx, data, len);
        noncrypto_blake3_final(&ctx, expected, sizeof expected);
        for (size_t b = 1; b < NBACKENDS; b++) {
            use_backend(b);
            out[32] = 0xee;
            init_mode(&ctx, mode);
            noncrypto_blake3_update(&ctx, data, len);
            noncrypto_blake3_final(&ctx, out, 32);
            ck_assert_mem_eq(out, expected, 32);
            ck_assert_uint_eq(out[32], 0xee);
        }
    }
}
END_TEST

/* Byte by byte nothing is hashed in groups, so this is another way through the tree. */
static void hash_slowly(uint8_t out[32], size_t len)
{
    struct noncrypto_blake3 ctx;

    noncrypto_blake3_init(&ctx);
    for (size_t i = 0; i < len; i++)
        noncrypto_blake3_update(&ctx, input + i, 1);
    noncrypto_blake3_final(&ctx, out, 32);
}

START_TEST(groups_of_chunks_give_what_single_bytes_do)
{
    static const size_t lens[] = {2047,  2048,  2049,  4096,  8192,  8193,  16384, 17408,
                                  32768, 65535, 65536, 65537, 66560, 99328, 102400};
    uint8_t expected[32], out[32];
    struct noncrypto_blake3 ctx;

    fill_input();
    use_backend((size_t)_i);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        hash_slowly(expected, lens[i]);
        /* Then the rest in one call, after beginnings that leave the tree in many states. */
        for (size_t cut = 0; cut <= lens[i]; cut += cut < 2100 ? 347 : 4999) {
            noncrypto_blake3_init(&ctx);
            noncrypto_blake3_update(&ctx, input, cut);
            noncrypto_blake3_update(&ctx, input + cut, lens[i] - cut);
            noncrypto_blake3_final(&ctx, out, sizeof out);
            ck_assert_mem_eq(out, expected, sizeof out);
        }
    }
}
END_TEST

/* Whole subtrees wait in the context as two halves: an output between updates must see the root of them, and not spoil it. */
START_TEST(output_between_updates_is_that_of_the_input_so_far)
{
    struct noncrypto_blake3 ctx;
    uint8_t expected[32], out[32];

    fill_input();
    use_backend((size_t)_i);
    noncrypto_blake3_init(&ctx);
    for (size_t at = 0; at + 8192 <= 98304; at += 8192) {
        noncrypto_blake3_update(&ctx, input + at, 8192);
        noncrypto_blake3_final(&ctx, out, sizeof out);
        noncrypto_blake3(expected, input, at + 8192);
        ck_assert_mem_eq(out, expected, sizeof out);
        noncrypto_blake3_update(&ctx, NULL, 0);
    }
}
END_TEST

/* A tree as deep as it gets: chunk 2^54 - 128 has a full stack under it, which leaves no room for large groups. */
START_TEST(a_full_stack_leaves_the_result_the_same)
{
    enum { LEN = 128 * 1024 - 1024 };
    static uint8_t zeros[LEN];
    struct noncrypto_blake3 ctx, start;
    uint8_t expected[32], out[32];

    use_backend(0);
    noncrypto_blake3_init(&start);
    start.chunk_counter = (UINT64_C(1) << 54) - 128;
    for (start.cv_stack_len = 0; start.cv_stack_len < 47; start.cv_stack_len++)
        memset(start.cv_stack[start.cv_stack_len], start.cv_stack_len, 32);
    ctx = start;
    for (size_t i = 0; i < LEN; i++)
        noncrypto_blake3_update(&ctx, zeros, 1);
    noncrypto_blake3_final(&ctx, expected, sizeof expected);
    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        ctx = start;
        noncrypto_blake3_update(&ctx, zeros, LEN);
        ck_assert_uint_le(ctx.cv_stack_len, NONCRYPTO_BLAKE3_MAX_DEPTH + 1);
        noncrypto_blake3_final(&ctx, out, sizeof out);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

START_TEST(each_back_end_gives_the_same_output_stream)
{
    enum { LEN = 3000 };
    struct noncrypto_blake3 ctx;
    uint8_t expected[LEN], out[LEN + 1];

    fill_input();
    noncrypto_blake3_init_keyed(&ctx, input);
    noncrypto_blake3_update(&ctx, input, (size_t)_i);
    for (unsigned shift = 0; shift < 60; shift += 19) {
        uint64_t offset = (UINT64_C(1) << shift) - 1;
        for (size_t len = 0; len <= LEN; len += 1 + len / 9) {
            use_backend(0);
            noncrypto_blake3_final_seek(&ctx, offset, expected, len);
            for (size_t b = 1; b < NBACKENDS; b++) {
                use_backend(b);
                out[len] = 0xee;
                noncrypto_blake3_final_seek(&ctx, offset, out, len);
                ck_assert_mem_eq(out, expected, len);
                ck_assert_uint_eq(out[len], 0xee);
            }
        }
    }
}
END_TEST

/* The counters of eight blocks at a time carry into their upper half. */
START_TEST(the_output_counter_carries_in_every_back_end)
{
    uint64_t offset = (UINT64_C(1) << 38) - 5 * 64;
    struct noncrypto_blake3 ctx;
    uint8_t expected[16 * 64], out[16 * 64];

    use_backend(0);
    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_final_seek(&ctx, offset, expected, sizeof expected);
    for (size_t b = 1; b < NBACKENDS; b++) {
        use_backend(b);
        noncrypto_blake3_final_seek(&ctx, offset, out, sizeof out);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

/* So do those of eight chunks, after 2^32 chunks. */
START_TEST(the_chunk_counter_carries_in_every_back_end)
{
    struct noncrypto_blake3 ctx;
    uint8_t expected[32], out[32];

    fill_input();
    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        noncrypto_blake3_init(&ctx);
        ctx.chunk_counter = (UINT64_C(1) << 32) - 4;
        ctx.cv_stack_len = 30;
        memset(ctx.cv_stack, 0x5a, sizeof ctx.cv_stack);
        noncrypto_blake3_update(&ctx, input, 4 * 1024 + 24 * 1024 + 1);
        noncrypto_blake3_final(&ctx, b == 0 ? expected : out, sizeof out);
        if (b > 0)
            ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

static Suite *blake3_suite(void)
{
    Suite *suite = suite_create("noncrypto blake3");
    TCase *tc = tcase_create("blake3");
    tcase_add_loop_test(tc, official_vectors_of_each_mode_hold, 0, NVECTORS);
    tcase_add_test(tc, output_beyond_32_bytes_is_that_of_the_vectors);
    tcase_add_test(tc, official_vectors_hold_in_full);
    tcase_add_loop_test(tc, one_shot_hash_equals_the_vectors, 0, NVECTORS);
    tcase_add_test(tc, two_updates_give_the_same_at_every_cut);
    tcase_add_loop_test(tc, updates_of_any_step_give_the_same, 0, NVECTORS);
    tcase_add_test(tc, final_leaves_the_context_as_it_was);
    tcase_add_test(tc, seeking_gives_the_same_bytes_as_reading_through);
    tcase_add_test(tc, far_output_does_not_repeat_the_near_one);
    tcase_add_test(tc, empty_input_may_be_a_null_pointer);
    tcase_add_test(tc, each_mode_gives_its_own_output);
    tcase_add_loop_test(tc, each_back_end_gives_the_same_at_every_length, HASH, DERIVE_KEY + 1);
    tcase_add_loop_test(tc, groups_of_chunks_give_what_single_bytes_do, 0, NBACKENDS);
    tcase_add_loop_test(tc, output_between_updates_is_that_of_the_input_so_far, 0, NBACKENDS);
    tcase_add_test(tc, a_full_stack_leaves_the_result_the_same);
    tcase_add_loop_test(tc, each_back_end_gives_the_same_output_stream, 0, 3);
    tcase_add_test(tc, the_output_counter_carries_in_every_back_end);
    tcase_add_test(tc, the_chunk_counter_carries_in_every_back_end);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(blake3_suite)
