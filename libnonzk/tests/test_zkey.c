#include "prover_helpers.h"

/* A key, its file, and a second key read from it. */
struct file {
    struct system system;
    struct prover p;
    uint8_t *bytes;
    size_t len;
    void *memory;
    size_t memory_len;
};

static void file_start(struct file *f)
{
    prover_circuit(&f->system, 2, 2, 3);
    prover_start(&f->p, &f->system.cs, "a file");
    f->len = nonzk_zkey_len(&f->p.key);
    f->bytes = prover_alloc(f->len);
    ck_assert_int_eq(nonzk_zkey_write(f->bytes, f->len, &f->p.key), 0);
    f->memory_len = nonzk_proving_key_size(&f->p.key.shape);
    f->memory = prover_alloc(f->memory_len);
}

static void file_stop(struct file *f)
{
    prover_stop(&f->p);
    system_stop(&f->system);
    free(f->bytes);
    free(f->memory);
}

/* Reads, and looks whether the shape has been refused as the whole if it was. */
static int file_read(struct file *f, struct nonzk_proving_key *key, size_t len)
{
    static const struct nonzk_proving_key zero;
    struct nonzk_proving_key_shape shape;
    int shape_result = nonzk_zkey_shape(&shape, f->bytes, len);
    int result = nonzk_zkey_read(key, f->memory, f->memory_len, f->bytes, len, NULL);
    if (shape_result != 0)
        ck_assert_int_eq(result, shape_result);
    if (result != 0)
        ck_assert_mem_eq(key, &zero, sizeof zero);
    return result;
}

/* Where the contents of a section begin. */
static size_t section_at(const struct file *f, uint32_t section)
{
    size_t at = 12;
    for (;;) {
        uint64_t len = 0;
        ck_assert_uint_lt(at + 12, f->len);
        for (size_t i = 0; i < 8; i++)
            len |= (uint64_t)f->bytes[at + 4 + i] << 8 * i;
        if (f->bytes[at] == section)
            return at + 12;
        at += 12 + (size_t)len;
    }
}

START_TEST(what_is_written_is_read_and_written_again_as_the_same_bytes)
{
    struct file f;
    struct nonzk_proving_key key;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], again[NONZK_GROTH16_PROOF_LEN];
    file_start(&f);
    ck_assert_int_eq(file_read(&f, &key, f.len), 0);
    ck_assert_uint_eq(nonzk_zkey_len(&key), f.len);
    uint8_t *bytes = prover_alloc(f.len);
    ck_assert_int_eq(nonzk_zkey_write(bytes, f.len, &key), 0);
    ck_assert_mem_eq(bytes, f.bytes, f.len);
    ck_assert_int_eq(nonzk_zkey_write(bytes, f.len - 1, &key), NONZK_E_NO_SPACE);
    ck_assert_mem_eq(key.hash, f.p.key.hash, sizeof key.hash);
    /* The key that was read proves the same and has the same verifying key. */
    ck_assert_int_eq(prover_prove(&f.p, proof, f.system.cs.values, NULL), 0);
    ck_assert_int_eq(nonzk_groth16_prove(again, &key, f.system.cs.values, key.shape.nwires,
                                         f.p.workspace, f.p.workspace_len, NULL),
                     0);
    ck_assert_mem_eq(proof, again, sizeof proof);
    ck_assert_int_eq(nonzk_proving_key_verifying(bytes, f.p.verifying_len, &key, prover_circuit_id),
                     0);
    ck_assert_mem_eq(bytes, f.p.verifying, f.p.verifying_len);
    ck_assert_int_eq(
        nonzk_proving_key_verifying(bytes, f.p.verifying_len - 1, &key, prover_circuit_id),
        NONZK_E_NO_SPACE);
    free(bytes);
    file_stop(&f);
}
END_TEST

START_TEST(a_file_of_any_other_length_is_refused)
{
    struct file f;
    struct nonzk_proving_key key;
    file_start(&f);
    for (size_t len = 0; len < f.len; len += len < 1300 ? 1 : 61)
        ck_assert_int_eq(file_read(&f, &key, len), NONZK_E_ENCODING);
    f.bytes = realloc(f.bytes, f.len + 1);
    f.bytes[f.len] = 0;
    ck_assert_int_eq(file_read(&f, &key, f.len + 1), NONZK_E_ENCODING);
    file_stop(&f);
}
END_TEST

/* All but coefficients and hashes, whose bytes a reader cannot know to be wrong. */
START_TEST(a_flipped_byte_is_refused_wherever_it_can_be_noticed)
{
    struct file f;
    struct nonzk_proving_key key;
    file_start(&f);
    size_t coefficients = section_at(&f, 4) + 4, coefficients_end = section_at(&f, 5) - 12;
    size_t hash = section_at(&f, 10), hash_end = hash + NONZK_CIRCUIT_HASH_LEN, tried = 0;
    for (size_t at = 0; at < f.len; at += at < 1100 ? 1 : 7) {
        if ((at >= coefficients && at < coefficients_end) || (at >= hash && at < hash_end))
            continue;
        f.bytes[at] ^= 0x21;
        ck_assert_msg(file_read(&f, &key, f.len) != 0, "byte %zu", at);
        f.bytes[at] ^= 0x21;
        tried++;
    }
    printf("# %zu flipped bytes of %zu\n", tried, f.len);
    file_stop(&f);
}
END_TEST

static void put_le(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* Changes bytes of a section, and expects that. */
static void expect(struct file *f, uint32_t section, size_t offset, const void *bytes, size_t len,
                   int result)
{
    struct nonzk_proving_key key;
    uint8_t before[192];
    size_t at = section_at(f, section) + offset;
    memcpy(before, f->bytes + at, len);
    memcpy(f->bytes + at, bytes, len);
    int found = file_read(f, &key, f->len);
    ck_assert_msg(found == result, "section %u at %zu: %s", section, offset, nonzk_strerror(found));
    memcpy(f->bytes + at, before, len);
}

static void expect_number(struct file *f, uint32_t section, size_t offset, uint64_t value,
                          int result)
{
    uint8_t bytes[8];
    put_le(bytes, value, 4);
    expect(f, section, offset, bytes, 4, result);
}

START_TEST(wrong_numbers_are_refused)
{
    struct file f;
    file_start(&f);
    uint32_t nwires = f.p.key.shape.nwires;
    expect_number(&f, 1, 0, 2, NONZK_E_UNSUPPORTED);
    expect_number(&f, 2, 0, 32, NONZK_E_UNSUPPORTED);
    expect_number(&f, 2, 4, 1, NONZK_E_UNSUPPORTED);
    expect_number(&f, 2, 52, 48, NONZK_E_UNSUPPORTED);
    expect_number(&f, 2, 56, 2, NONZK_E_UNSUPPORTED);
    expect_number(&f, 2, 88, nwires + 1, NONZK_E_ENCODING);
    expect_number(&f, 2, 88, 0, NONZK_E_ENCODING);
    expect_number(&f, 2, 92, nwires, NONZK_E_ENCODING);
    expect_number(&f, 2, 92, UINT32_MAX, NONZK_E_ENCODING);
    expect_number(&f, 2, 96, 0, NONZK_E_ENCODING);
    expect_number(&f, 2, 96, 1, NONZK_E_ENCODING);
    expect_number(&f, 2, 96, 12, NONZK_E_ENCODING);
    expect_number(&f, 2, 96, 16, NONZK_E_ENCODING);
    expect_number(&f, 2, 96, UINT32_C(1) << 31, NONZK_E_UNSUPPORTED);
    expect_number(&f, 4, 0, f.p.key.shape.ncoefficients - 1, NONZK_E_ENCODING);
    expect_number(&f, 4, 4, 2, NONZK_E_ENCODING);
    expect_number(&f, 4, 8, 8, NONZK_E_ENCODING);
    expect_number(&f, 4, 8, 7, 0);
    expect_number(&f, 4, 12, nwires, NONZK_E_ENCODING);
    expect_number(&f, 4, 12, nwires - 1, 0);
    expect_number(&f, 10, 64, 1, NONZK_E_ENCODING);
    file_stop(&f);
}
END_TEST

/* A value, written as r or more, is another encoding of a smaller one. */
START_TEST(coefficients_are_below_r)
{
    static const uint8_t r[32] = {
        0x01, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe,
        0xff, 0x02, 0xa4, 0xbd, 0x53, 0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8,
        0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed, 0x73,
    };
    struct file f;
    file_start(&f);
    expect(&f, 4, 16, r, sizeof r, NONZK_E_ENCODING);
    file_stop(&f);
}
END_TEST

static void put_fp(uint8_t out[48], const struct nonzk_fp *a)
{
    for (size_t i = 0; i < 6; i++)
        put_le(out + 8 * i, a->limb[i], 8);
}

/* A point of the curve that is not in G1: the first x from 1 on that has one. */
static void outside_of_the_subgroup(uint8_t out[96])
{
    struct nonzk_g1_affine a;
    struct nonzk_fp four;
    nonzk_fp_set_u64(&four, 4);
    for (uint64_t x = 1;; x++) {
        nonzk_fp_set_u64(&a.x, x);
        nonzk_fp_square(&a.y, &a.x);
        nonzk_fp_mul(&a.y, &a.y, &a.x);
        nonzk_fp_add(&a.y, &a.y, &four);
        if (nonzk_fp_sqrt(&a.y, &a.y) == 0 && !nonzk_g1_affine_is_in_subgroup(&a))
            break;
    }
    put_fp(out, &a.x);
    put_fp(out + 48, &a.y);
}

START_TEST(wrong_points_are_refused_for_what_they_are)
{
    static const uint8_t infinity[192];
    static const uint32_t sections[] = {3, 5, 6, 8, 9};
    struct file f;
    uint8_t bad[192];
    file_start(&f);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        outside_of_the_subgroup(bad);
        expect(&f, sections[i], 0, bad, 96, NONZK_E_NOT_IN_SUBGROUP);
        bad[0] ^= 1;
        expect(&f, sections[i], 0, bad, 96, NONZK_E_NOT_ON_CURVE);
        memset(bad, 0xff, 48);
        expect(&f, sections[i], 0, bad, 96, NONZK_E_ENCODING);
        expect(&f, sections[i], 0, infinity, 96, sections[i] == 3 ? NONZK_E_INFINITY : 0);
    }
    put_fp(bad, &f.p.key.beta2.x.c0);
    put_fp(bad + 48, &f.p.key.beta2.x.c1);
    put_fp(bad + 96, &f.p.key.beta2.y.c0);
    put_fp(bad + 144, &f.p.key.beta2.y.c1);
    expect(&f, 7, 0, bad, 192, 0);
    bad[144] ^= 1;
    expect(&f, 7, 0, bad, 192, NONZK_E_NOT_ON_CURVE);
    expect(&f, 7, 0, infinity, 192, 0);
    /* The header: alpha, beta in G1 and in G2, gamma, delta in G1 and in G2. */
    static const size_t places[][2] = {{100, 96},  {196, 96}, {292, 192},
                                       {484, 192}, {676, 96}, {772, 192}};
    for (size_t i = 0; i < 6; i++)
        expect(&f, 2, places[i][0], infinity, places[i][1], NONZK_E_INFINITY);
    uint8_t alpha[96];
    put_fp(alpha, &f.p.key.alpha1.x);
    put_fp(alpha + 48, &f.p.key.alpha1.y);
    expect(&f, 2, 196, alpha, 96, NONZK_E_KEY);
    expect(&f, 2, 676, alpha, 96, NONZK_E_KEY);
    file_stop(&f);
}
END_TEST

START_TEST(too_little_memory_is_refused)
{
    struct file f;
    struct nonzk_proving_key key;
    file_start(&f);
    ck_assert_int_eq(nonzk_zkey_read(&key, f.memory, f.memory_len - 1, f.bytes, f.len, NULL),
                     NONZK_E_NO_SPACE);
    file_stop(&f);
}
END_TEST

static Suite *zkey_suite(void)
{
    Suite *suite = suite_create("nonzk zkey");
    TCase *tc = tcase_create("zkey");
    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, what_is_written_is_read_and_written_again_as_the_same_bytes);
    tcase_add_test(tc, a_file_of_any_other_length_is_refused);
    tcase_add_test(tc, a_flipped_byte_is_refused_wherever_it_can_be_noticed);
    tcase_add_test(tc, wrong_numbers_are_refused);
    tcase_add_test(tc, coefficients_are_below_r);
    tcase_add_test(tc, wrong_points_are_refused_for_what_they_are);
    tcase_add_test(tc, too_little_memory_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(zkey_suite)
