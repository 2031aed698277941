#include <check_main.h>

#include <noncrypto/csprng.h>

/* A generator from the seed 0, 1, 2, ..., 47. */
static struct noncrypto_csprng seeded(void)
{
    struct noncrypto_csprng rng;
    uint8_t seed[48];
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    ck_assert_int_eq(noncrypto_csprng_init(&rng, seed, sizeof seed), 0);
    return rng;
}

static void generate(struct noncrypto_csprng *rng, uint8_t *out, size_t len)
{
    ck_assert_int_eq(noncrypto_csprng_generate(rng, out, len), 0);
}

static void assert_output(struct noncrypto_csprng *rng, const char *hex)
{
    uint8_t expected[256], out[256];
    size_t len = check_unhex(expected, sizeof expected, hex);
    generate(rng, out, len);
    ck_assert_mem_eq(out, expected, len);
}

/* The expected output comes from an independent model of the construction that the head of csprng.c describes. */
START_TEST(output_is_that_of_the_written_construction)
{
    struct noncrypto_csprng rng = seeded();
    uint8_t material[2000], id[16];
    for (size_t i = 0; i < sizeof material; i++)
        material[i] = (uint8_t)(i % 251);
    for (size_t i = 0; i < sizeof id; i++)
        id[i] = (uint8_t)i;
    assert_output(&rng, "338eb9164d5cddf3db4e496a37d3879fc122f05d248e81e9abeb857083a3206d"
                        "a319376dcad401b3ad8714dc596270201f7a7593ee3f336c6929f90362028891"
                        "8b4c5961cb4ad07b1013b5e1f51791288dba033b6302e19a5edfe5170260e21f"
                        "65a0b7ed");
    ck_assert_int_eq(noncrypto_csprng_reseed(&rng, material, sizeof material), 0);
    assert_output(&rng, "cd777e20fab761f3c00948efde7d491173d2aa7aab87cf81895c724c4f5c68bd");
    ck_assert_int_eq(noncrypto_csprng_set_generation(&rng, id), 0);
    assert_output(&rng, "5d6ee54528fd710ce61f2c180b3694acad67480d3224646da4b8ffac5fc7f380");
}
END_TEST

START_TEST(a_longer_request_begins_like_a_shorter_one)
{
    uint8_t longest[400], out[400];
    struct noncrypto_csprng rng = seeded();
    generate(&rng, longest, sizeof longest);
    for (size_t len = 0; len < sizeof out; len++) {
        rng = seeded();
        memset(out, 0xa5, sizeof out);
        generate(&rng, out, len);
        ck_assert_mem_eq(out, longest, len);
        ck_assert_uint_eq(out[len], 0xa5);
    }
}
END_TEST

START_TEST(the_key_is_replaced_by_each_call)
{
    struct noncrypto_csprng rng = seeded();
    uint8_t before[32], out[64];
    for (size_t len = 0; len <= sizeof out; len += 32) {
        memcpy(before, rng.key, sizeof before);
        generate(&rng, out, len);
        ck_assert_mem_ne(rng.key, before, sizeof before);
        for (size_t i = 0; i + sizeof before <= len; i++)
            ck_assert_mem_ne(out + i, rng.key, sizeof rng.key);
    }
}
END_TEST

START_TEST(a_short_seed_is_refused_and_leaves_no_usable_generator)
{
    struct noncrypto_csprng rng;
    uint8_t seed[NONCRYPTO_CSPRNG_SEED_MIN] = {0}, out[8] = {0};
    ck_assert_int_eq(noncrypto_csprng_init(&rng, seed, sizeof seed - 1), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_csprng_generate(&rng, out, sizeof out), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_csprng_reseed(&rng, seed, sizeof seed), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_csprng_set_source(&rng, NULL), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_csprng_set_generation(&rng, seed), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_csprng_init(&rng, seed, sizeof seed), 0);
}
END_TEST

START_TEST(a_wiped_generator_is_unusable_and_holds_no_key)
{
    static const struct noncrypto_csprng zero;
    struct noncrypto_csprng rng = seeded();
    uint8_t out[8];
    noncrypto_csprng_wipe(&rng);
    ck_assert_int_eq(noncrypto_csprng_generate(&rng, out, sizeof out), NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(rng.key, zero.key, sizeof rng.key);
}
END_TEST

START_TEST(any_bit_of_seed_or_material_changes_the_output)
{
    uint8_t seed[1200] = {0}, base[32], out[32];
    struct noncrypto_csprng rng;
    ck_assert_int_eq(noncrypto_csprng_init(&rng, seed, sizeof seed), 0);
    ck_assert_int_eq(noncrypto_csprng_reseed(&rng, seed, sizeof seed), 0);
    generate(&rng, base, sizeof base);
    for (size_t i = 0; i < sizeof seed; i += 59) {
        uint8_t other[sizeof seed] = {0};
        other[i] = 0x10;
        ck_assert_int_eq(noncrypto_csprng_init(&rng, other, sizeof other), 0);
        ck_assert_int_eq(noncrypto_csprng_reseed(&rng, seed, sizeof seed), 0);
        generate(&rng, out, sizeof out);
        ck_assert_mem_ne(out, base, sizeof out);
        ck_assert_int_eq(noncrypto_csprng_init(&rng, seed, sizeof seed), 0);
        ck_assert_int_eq(noncrypto_csprng_reseed(&rng, other, sizeof other), 0);
        generate(&rng, out, sizeof out);
        ck_assert_mem_ne(out, base, sizeof out);
    }
}
END_TEST

START_TEST(seeds_that_differ_only_in_trailing_zeros_differ)
{
    uint8_t seed[1100] = {0}, previous[32] = {0}, out[32];
    struct noncrypto_csprng rng;
    for (size_t len = NONCRYPTO_CSPRNG_SEED_MIN; len < sizeof seed; len += 16) {
        ck_assert_int_eq(noncrypto_csprng_init(&rng, seed, len), 0);
        generate(&rng, out, sizeof out);
        ck_assert_mem_ne(out, previous, sizeof out);
        memcpy(previous, out, sizeof out);
    }
}
END_TEST

/* A source whose two functions can be told to fail. */
struct fake {
    int entropy_calls;
    int entropy_fails;
    int generation_fails;
    uint8_t generation;
};

static int fake_entropy(void *user, uint8_t *out, size_t len)
{
    struct fake *fake = user;
    ck_assert_uint_eq(len, NONCRYPTO_CSPRNG_RESEED_LEN);
    fake->entropy_calls++;
    if (fake->entropy_fails)
        return -1;
    memset(out, 0x40 + fake->entropy_calls, len);
    return 0;
}

static int fake_generation(void *user, uint8_t id[NONCRYPTO_CSPRNG_GENERATION_LEN])
{
    struct fake *fake = user;
    memset(id, fake->generation, NONCRYPTO_CSPRNG_GENERATION_LEN);
    return fake->generation_fails ? -1 : 0;
}

static struct noncrypto_csprng seeded_with(struct fake *fake, uint64_t bytes, uint64_t requests)
{
    struct noncrypto_csprng rng = seeded();
    struct noncrypto_csprng_source source = {fake_entropy, fake_generation, fake, bytes, requests};
    ck_assert_int_eq(noncrypto_csprng_set_source(&rng, &source), 0);
    return rng;
}

START_TEST(fresh_entropy_is_taken_after_the_given_number_of_requests)
{
    struct fake fake = {0};
    struct noncrypto_csprng rng = seeded_with(&fake, 0, 3);
    uint8_t out[4];
    for (int i = 0; i < 9; i++) {
        generate(&rng, out, sizeof out);
        ck_assert_int_eq(fake.entropy_calls, i / 3);
    }
}
END_TEST

START_TEST(fresh_entropy_is_taken_after_the_given_number_of_bytes)
{
    struct fake fake = {0};
    struct noncrypto_csprng rng = seeded_with(&fake, 100, 0);
    uint8_t out[99];
    generate(&rng, out, 99);
    generate(&rng, out, 1);
    ck_assert_int_eq(fake.entropy_calls, 0);
    generate(&rng, out, 1);
    ck_assert_int_eq(fake.entropy_calls, 1);
}
END_TEST

START_TEST(failing_entropy_gives_an_error_no_output_and_a_retry)
{
    struct fake fake = {.entropy_fails = 1};
    struct noncrypto_csprng rng = seeded_with(&fake, 0, 1);
    uint8_t out[40], untouched[40];
    memset(untouched, 0x77, sizeof untouched);
    memcpy(out, untouched, sizeof out);
    generate(&rng, out, 0);
    for (int i = 1; i <= 3; i++) {
        ck_assert_int_eq(noncrypto_csprng_generate(&rng, out, sizeof out), NONCRYPTO_E_ENTROPY);
        ck_assert_mem_eq(out, untouched, sizeof out);
        ck_assert_int_eq(fake.entropy_calls, i);
    }
    fake.entropy_fails = 0;
    generate(&rng, out, sizeof out);
    ck_assert_mem_ne(out, untouched, sizeof out);
}
END_TEST

START_TEST(without_an_entropy_function_a_limit_waits_for_a_reseed)
{
    struct noncrypto_csprng rng = seeded();
    struct noncrypto_csprng_source source = {.reseed_requests = 2};
    uint8_t out[8];
    ck_assert_int_eq(noncrypto_csprng_set_source(&rng, &source), 0);
    generate(&rng, out, sizeof out);
    generate(&rng, out, sizeof out);
    ck_assert_int_eq(noncrypto_csprng_generate(&rng, out, sizeof out), NONCRYPTO_E_ENTROPY);
    ck_assert_int_eq(noncrypto_csprng_reseed(&rng, "x", 1), 0);
    generate(&rng, out, sizeof out);
}
END_TEST

START_TEST(without_a_source_there_is_no_limit)
{
    struct noncrypto_csprng rng = seeded();
    uint8_t out[64];
    for (int i = 0; i < 10000; i++)
        generate(&rng, out, sizeof out);
}
END_TEST

START_TEST(copies_with_different_generations_part)
{
    struct noncrypto_csprng a = seeded(), b = a, c = a;
    uint8_t id_b[16] = {2}, id_c[16] = {3}, out_a[32], out_b[32], out_c[32];
    ck_assert_int_eq(noncrypto_csprng_set_generation(&b, id_b), 0);
    ck_assert_int_eq(noncrypto_csprng_set_generation(&c, id_c), 0);
    generate(&a, out_a, 32);
    generate(&b, out_b, 32);
    generate(&c, out_c, 32);
    ck_assert_mem_ne(out_a, out_b, 32);
    ck_assert_mem_ne(out_b, out_c, 32);
    ck_assert_mem_ne(out_a, out_c, 32);
}
END_TEST

START_TEST(the_present_generation_again_changes_nothing)
{
    struct noncrypto_csprng rng = seeded(), same;
    uint8_t id[16] = {9}, a[32], b[32];
    ck_assert_int_eq(noncrypto_csprng_set_generation(&rng, id), 0);
    same = rng;
    ck_assert_int_eq(noncrypto_csprng_set_generation(&same, id), 0);
    generate(&rng, a, 32);
    generate(&same, b, 32);
    ck_assert_mem_eq(a, b, 32);
}
END_TEST

START_TEST(a_changed_generation_forces_a_reseed_before_any_output)
{
    struct fake fake = {0};
    struct noncrypto_csprng rng = seeded_with(&fake, 0, 0);
    uint8_t out[8], untouched[8] = {0};
    generate(&rng, out, sizeof out);
    ck_assert_int_eq(fake.entropy_calls, 0);
    fake.generation = 1;
    fake.entropy_fails = 1;
    memset(out, 0, sizeof out);
    ck_assert_int_eq(noncrypto_csprng_generate(&rng, out, sizeof out), NONCRYPTO_E_ENTROPY);
    ck_assert_mem_eq(out, untouched, sizeof out);
    fake.entropy_fails = 0;
    generate(&rng, out, sizeof out);
    generate(&rng, out, sizeof out);
    ck_assert_int_eq(fake.entropy_calls, 2);
}
END_TEST

START_TEST(an_unreadable_generation_is_an_error)
{
    struct fake fake = {0};
    struct noncrypto_csprng rng = seeded_with(&fake, 0, 0);
    struct noncrypto_csprng_source source = rng.source;
    uint8_t out[8];
    fake.generation_fails = 1;
    ck_assert_int_eq(noncrypto_csprng_generate(&rng, out, sizeof out), NONCRYPTO_E_ENTROPY);
    ck_assert_int_eq(noncrypto_csprng_set_source(&rng, &source), NONCRYPTO_E_ENTROPY);
    fake.generation_fails = 0;
    generate(&rng, out, sizeof out);
}
END_TEST

/* Not a proof of quality, but it catches a stuck or biased output: each bit position is about half ones. */
START_TEST(output_bits_are_balanced)
{
    enum { N = 1 << 16 };
    static uint8_t out[N];
    struct noncrypto_csprng rng = seeded();
    int ones[8] = {0};
    generate(&rng, out, N);
    for (int i = 0; i < N; i++)
        for (int bit = 0; bit < 8; bit++)
            ones[bit] += out[i] >> bit & 1;
    for (int bit = 0; bit < 8; bit++)
        ck_assert_int_lt(abs(ones[bit] - N / 2), 6 * 128); /* six standard deviations */
}
END_TEST

static Suite *csprng_suite(void)
{
    Suite *suite = suite_create("noncrypto csprng");
    TCase *tc = tcase_create("csprng");
    tcase_add_test(tc, output_is_that_of_the_written_construction);
    tcase_add_test(tc, a_longer_request_begins_like_a_shorter_one);
    tcase_add_test(tc, the_key_is_replaced_by_each_call);
    tcase_add_test(tc, a_short_seed_is_refused_and_leaves_no_usable_generator);
    tcase_add_test(tc, a_wiped_generator_is_unusable_and_holds_no_key);
    tcase_add_test(tc, any_bit_of_seed_or_material_changes_the_output);
    tcase_add_test(tc, seeds_that_differ_only_in_trailing_zeros_differ);
    tcase_add_test(tc, fresh_entropy_is_taken_after_the_given_number_of_requests);
    tcase_add_test(tc, fresh_entropy_is_taken_after_the_given_number_of_bytes);
    tcase_add_test(tc, failing_entropy_gives_an_error_no_output_and_a_retry);
    tcase_add_test(tc, without_an_entropy_function_a_limit_waits_for_a_reseed);
    tcase_add_test(tc, without_a_source_there_is_no_limit);
    tcase_add_test(tc, copies_with_different_generations_part);
    tcase_add_test(tc, the_present_generation_again_changes_nothing);
    tcase_add_test(tc, a_changed_generation_forces_a_reseed_before_any_output);
    tcase_add_test(tc, an_unreadable_generation_is_an_error);
    tcase_add_test(tc, output_bits_are_balanced);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(csprng_suite)
