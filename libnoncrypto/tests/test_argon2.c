#include <check_main.h>

#include <noncrypto/argon2.h>

#include "argon2/argon2_private.h"
#include "backends.h"

static void *allocate(const struct noncrypto_argon2_params *params, size_t *size)
{
    *size = noncrypto_argon2_memory_size(params);
    ck_assert_uint_gt(*size, 0);
    /* Exactly as much, so that a sanitizer sees what is beyond. */
    void *memory = malloc(*size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

static void argon2(uint8_t *out, size_t out_len, const struct noncrypto_argon2_params *params,
                   const struct noncrypto_argon2_input *input,
                   const struct noncrypto_argon2_parallel *parallel)
{
    size_t size;
    void *memory = allocate(params, &size);
    ck_assert_int_eq(noncrypto_argon2(out, out_len, params, input, memory, size, parallel), 0);
    free(memory);
}

static const uint8_t ones[32] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
static const uint8_t twos[16] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
static const uint8_t threes[8] = {3, 3, 3, 3, 3, 3, 3, 3};
static const uint8_t fours[12] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4};

/* The input of RFC 9106 section 5. */
static const struct noncrypto_argon2_input rfc_input = {
    .password = ones,
    .password_len = sizeof ones,
    .salt = twos,
    .salt_len = sizeof twos,
    .secret = threes,
    .secret_len = sizeof threes,
    .associated_data = fours,
    .associated_data_len = sizeof fours,
};

/* RFC 9106 section 5.1 to 5.3. */
static const struct {
    enum noncrypto_argon2_type type;
    const char *tag;
} rfc_vectors[] = {
    {NONCRYPTO_ARGON2D, "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"},
    {NONCRYPTO_ARGON2I, "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"},
    {NONCRYPTO_ARGON2ID, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"},
};

START_TEST(vectors_of_the_rfc_hold)
{
    struct noncrypto_argon2_params params = {rfc_vectors[_i].type, 32, 3, 4};
    uint8_t expected[32], out[32];

    check_unhex(expected, sizeof expected, rfc_vectors[_i].tag);
    for (size_t b = 0; b < NBACKENDS; b++) {
        use_backend(b);
        argon2(out, sizeof out, &params, &rfc_input, NULL);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

/* Reads a line "NAME: aa bb cc" of the dump. */
static const char *dump_bytes(const char *at, const char *name, uint8_t *out, size_t len)
{
    at = strstr(at, name);
    ck_assert_ptr_nonnull(at);
    at += strlen(name);
    for (size_t i = 0; i < len; i++) {
        char *end;
        out[i] = (uint8_t)strtoul(at, &end, 16);
        ck_assert_ptr_ne(end, at);
        at = end;
    }
    return at;
}

static char *dump_read(void)
{
    const char *folder = getenv("NONOS_VECTORS");
    char command[1100];
    size_t size = 1 << 20;
    char *text = malloc(size);

    if (!folder) {
        free(text);
        printf("# skipped: NONOS_VECTORS is not set, argon2id.gz was not read\n");
        return NULL;
    }
    ck_assert_ptr_nonnull(text);
    ck_assert_int_lt(
        snprintf(command, sizeof command, "gzip -dc -- '%s/crypto/argon2/argon2id.gz'", folder),
        (int)sizeof command);
    FILE *f = popen(command, "r");
    ck_assert_ptr_nonnull(f);
    size_t len = fread(text, 1, size - 1, f);
    ck_assert_uint_lt(len, size - 1);
    text[len] = '\0';
    ck_assert_int_eq(pclose(f), 0);
    return text;
}

START_TEST(every_block_of_every_pass_is_that_of_the_reference)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 32, 3, 4};
    uint8_t digest[64], expected[64], out[32];
    struct argon2 a;
    size_t size, nwords = 0;
    char *text = dump_read();

    if (!text)
        return;
    use_backend((size_t)_i);
    void *memory = allocate(&params, &size);
    noncrypto_argon2_prehash(digest, &params, &rfc_input, sizeof out);
    const char *at = dump_bytes(text, "Pre-hashing digest:", expected, sizeof expected);
    ck_assert_mem_eq(digest, expected, sizeof digest);
    noncrypto_argon2_begin(&a, &params, digest, memory);
    ck_assert_uint_eq(a.nblocks, 32);
    for (uint32_t pass = 0; pass < params.passes; pass++) {
        noncrypto_argon2_fill(&a, pass, NULL);
        at = strstr(at, "After pass");
        ck_assert_ptr_nonnull(at);
        for (unsigned block = 0; block < a.nblocks; block++) {
            for (unsigned word = 0; word < ARGON2_BLOCK_WORDS; word++) {
                unsigned b, w;
                unsigned long long value;
                at = strstr(at, "Block");
                ck_assert_ptr_nonnull(at);
                ck_assert_int_eq(sscanf(at, "Block %u [%u]: %llx", &b, &w, &value), 3);
                ck_assert_uint_eq(b, block);
                ck_assert_uint_eq(w, word);
                ck_assert_uint_eq(a.blocks[block].words[word], value);
                at++;
                nwords++;
            }
        }
    }
    noncrypto_argon2_end(&a, out, sizeof out);
    dump_bytes(at, "Tag:", expected, sizeof out);
    ck_assert_mem_eq(out, expected, sizeof out);
    printf("# argon2id.gz: 1 case, %zu words of memory\n", nwords);
    ck_assert_uint_eq(nwords, 3 * 32 * 128);
    free(memory);
    free(text);
}
END_TEST

START_TEST(each_back_end_gives_the_same_for_any_parameters)
{
    struct noncrypto_argon2_params params = {.type = (enum noncrypto_argon2_type)_i};
    uint8_t expected[100], out[100];

    for (params.lanes = 1; params.lanes <= 5; params.lanes++) {
        for (params.passes = 1; params.passes <= 3; params.passes++) {
            uint32_t least = 8 * params.lanes;
            for (params.memory_kib = least; params.memory_kib < 6 * least;
                 params.memory_kib += 11) {
                size_t out_len = 4 + params.memory_kib % 97;
                use_backend(0);
                argon2(expected, out_len, &params, &rfc_input, NULL);
                for (size_t b = 1; b < NBACKENDS; b++) {
                    use_backend(b);
                    argon2(out, out_len, &params, &rfc_input, NULL);
                    ck_assert_mem_eq(out, expected, out_len);
                }
            }
        }
    }
}
END_TEST

/* With more than 128 blocks in a segment the data-independent addresses come from several address blocks. */
START_TEST(long_segments_use_fresh_addresses)
{
    struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 1100, 2, 1};
    struct noncrypto_argon2_input input = {
        .password = "password", .password_len = 8, .salt = "somesalt", .salt_len = 8};
    uint8_t expected[32], out[32];

    /* Computed with the reference implementation. */
    check_unhex(expected, sizeof expected,
                "155c79f2fec0624a5cb60191ccfa8d675b48393b817f7c480d7dc2c2d483c281");
    argon2(out, sizeof out, &params, &input, NULL);
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

static void run_backwards(void *user, uint32_t count, void (*job)(void *arg, uint32_t i), void *arg)
{
    unsigned *calls = user;
    for (uint32_t i = count; i-- > 0; ++*calls)
        job(arg, i);
}

START_TEST(lanes_may_be_filled_in_any_order)
{
    struct noncrypto_argon2_params params = {rfc_vectors[_i].type, 32, 3, 4};
    unsigned calls = 0;
    struct noncrypto_argon2_parallel parallel = {run_backwards, &calls};
    uint8_t expected[32], out[32];

    check_unhex(expected, sizeof expected, rfc_vectors[_i].tag);
    argon2(out, sizeof out, &params, &rfc_input, &parallel);
    ck_assert_mem_eq(out, expected, sizeof out);
    ck_assert_uint_eq(calls, 3 * 4 * 4);
}
END_TEST

START_TEST(parameters_out_of_range_are_refused)
{
    static const struct noncrypto_argon2_params bad[] = {
        {(enum noncrypto_argon2_type)3, 32, 1, 1},
        {NONCRYPTO_ARGON2ID, 32, 0, 1},
        {NONCRYPTO_ARGON2ID, 32, 1, 0},
        {NONCRYPTO_ARGON2ID, 7, 1, 1},
        {NONCRYPTO_ARGON2ID, 31, 1, 4},
        {NONCRYPTO_ARGON2ID, UINT32_MAX, 1, NONCRYPTO_ARGON2_LANES_MAX + 1},
    };
    uint8_t out[32] = {0xee};
    uint64_t memory[8] = {0x5a};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_uint_eq(noncrypto_argon2_memory_size(&bad[i]), 0);
        ck_assert_int_eq(
            noncrypto_argon2(out, sizeof out, &bad[i], &rfc_input, memory, SIZE_MAX, NULL),
            NONCRYPTO_E_INVALID);
    }
    ck_assert_uint_eq(out[0], 0xee);
    ck_assert_uint_eq(memory[0], 0x5a);
}
END_TEST

START_TEST(lengths_and_memory_out_of_range_are_refused)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 32, 1, 1};
    struct noncrypto_argon2_input input = rfc_input;
    uint8_t out[32] = {0xee};
    size_t size;
    uint8_t *memory = allocate(&params, &size);

    ck_assert_int_eq(noncrypto_argon2(out, 3, &params, &input, memory, size, NULL),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_argon2(out, 32, &params, &input, memory, size - 1, NULL),
                     NONCRYPTO_E_NO_SPACE);
    ck_assert_int_eq(noncrypto_argon2(out, 32, &params, &input, memory + 1, size, NULL),
                     NONCRYPTO_E_INVALID);
    input.salt_len = NONCRYPTO_ARGON2_SALT_MIN - 1;
    ck_assert_int_eq(noncrypto_argon2(out, 32, &params, &input, memory, size, NULL),
                     NONCRYPTO_E_INVALID);
#if SIZE_MAX > UINT32_MAX
    for (int which = 0; which < 4; which++) {
        input = rfc_input;
        *(which == 0   ? &input.password_len
          : which == 1 ? &input.salt_len
          : which == 2 ? &input.secret_len
                       : &input.associated_data_len) = (size_t)UINT32_MAX + 1;
        ck_assert_int_eq(noncrypto_argon2(out, 32, &params, &input, memory, size, NULL),
                         NONCRYPTO_E_INVALID);
    }
    ck_assert_int_eq(
        noncrypto_argon2(out, (size_t)UINT32_MAX + 1, &params, &rfc_input, memory, size, NULL),
        NONCRYPTO_E_INVALID);
#endif
    ck_assert_uint_eq(out[0], 0xee);
    free(memory);
}
END_TEST

START_TEST(each_part_of_the_input_counts)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 8, 1, 1};
    struct noncrypto_argon2_input input[5] = {rfc_input, rfc_input, rfc_input, rfc_input,
                                              rfc_input};
    uint8_t out[5][32];

    input[1].password_len--;
    input[2].salt_len--;
    input[3].secret_len = 0;
    input[3].secret = NULL;
    input[4].associated_data_len = 0;
    input[4].associated_data = NULL;
    for (int i = 0; i < 5; i++) {
        argon2(out[i], 32, &params, &input[i], NULL);
        for (int j = 0; j < i; j++)
            ck_assert_mem_ne(out[i], out[j], 32);
    }
}
END_TEST

START_TEST(the_memory_is_wiped_and_nothing_beyond_it_touched)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 37, 1, 2};
    size_t size = noncrypto_argon2_memory_size(&params);
    uint8_t *memory = malloc(size + 1);
    uint8_t out[32];

    ck_assert_ptr_nonnull(memory);
    ck_assert_uint_eq(size, (32 + 2 * 3) * 1024);
    memset(memory, 0xee, size + 1);
    ck_assert_int_eq(noncrypto_argon2(out, 32, &params, &rfc_input, memory, size + 1, NULL), 0);
    for (size_t i = 0; i < size; i++)
        ck_assert_uint_eq(memory[i], 0);
    ck_assert_uint_eq(memory[size], 0xee);
    free(memory);
}
END_TEST

static Suite *argon2_suite(void)
{
    Suite *suite = suite_create("noncrypto argon2");
    TCase *tc = tcase_create("argon2");
    tcase_add_loop_test(tc, vectors_of_the_rfc_hold, 0, 3);
    tcase_add_loop_test(tc, every_block_of_every_pass_is_that_of_the_reference, 0, NBACKENDS);
    tcase_add_loop_test(tc, each_back_end_gives_the_same_for_any_parameters, 0, 3);
    tcase_add_test(tc, long_segments_use_fresh_addresses);
    tcase_add_loop_test(tc, lanes_may_be_filled_in_any_order, 0, 3);
    tcase_add_test(tc, parameters_out_of_range_are_refused);
    tcase_add_test(tc, lengths_and_memory_out_of_range_are_refused);
    tcase_add_test(tc, each_part_of_the_input_counts);
    tcase_add_test(tc, the_memory_is_wiped_and_nothing_beyond_it_touched);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(argon2_suite)
