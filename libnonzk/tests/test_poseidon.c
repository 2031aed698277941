#include "fr_helpers.h"

#include <nonzk/poseidon.h>

/* Reference implementation, test_vectors.txt: the permutation of 0, 1, 2, ... */
static const char *const reference3[3] = {
    "28ce19420fc246a05553ad1e8c98f5c9d67166be2c18e9e4cb4b4e317dd2a78a",
    "51f3e312c95343a896cfd8945ea82ba956c1118ce9b9859b6ea56637b4b1ddc4",
    "3b2b69139b235626a0bfb56c9527ae66a7bf486ad8c11c14d1da0c69bbe0f79a",
};
static const char *const reference5[5] = {
    "2a918b9c9f9bd7bb509331c81e297b5707f6fc7393dcee1b13901a0b22202e18",
    "65ebf8671739eeb11fb217f2d5c5bf4a0c3f210e3f3cd3b08b5db75675d797f7",
    "2cc176fc26bc70737a696a9dfd1b636ce360ee76926d182390cdb7459cf585ce",
    "4dc4e29d283afd2a491fe6aef122b9a968e74eff05341f3cc23fda1781dcb566",
    "03ff622da276830b9451b88b85e6184fd6ae15c8ab3ee25a5667be8592cce3b1",
};

static void expect_permutation(const char *const *reference, unsigned width)
{
    struct nonzk_fr state[NONZK_POSEIDON_MAX_WIDTH];
    for (unsigned i = 0; i < width; i++)
        state[i] = fr_u64(i);
    ck_assert_int_eq(nonzk_poseidon_permute(state, width), 0);
    for (unsigned i = 0; i < width; i++) {
        struct nonzk_fr expected = fr_hex(reference[i]);
        assert_fr_equal(&state[i], &expected);
    }
}

START_TEST(permutations_are_those_of_the_reference)
{
    expect_permutation(reference3, 3);
    expect_permutation(reference5, 5);
}
END_TEST

START_TEST(other_widths_are_refused)
{
    struct nonzk_fr state[9] = {{{0}}}, before[9] = {{{0}}};
    for (unsigned width = 0; width < 10; width++)
        if (width != 3 && width != 5)
            ck_assert_int_eq(nonzk_poseidon_permute(state, width), NONZK_E_INVALID);
    ck_assert_mem_eq(state, before, sizeof state);
}
END_TEST

/* count * 2^64 + domain */
static struct nonzk_fr capacity(uint64_t count, uint64_t domain)
{
    uint8_t bytes[NONZK_FR_LEN] = {0};
    struct nonzk_fr a;
    for (int i = 0; i < 8; i++) {
        bytes[NONZK_FR_LEN - 1 - i] = (uint8_t)(domain >> 8 * i);
        bytes[NONZK_FR_LEN - 9 - i] = (uint8_t)(count >> 8 * i);
    }
    ck_assert_int_eq(nonzk_fr_from_bytes(&a, bytes), 0);
    return a;
}

START_TEST(a_hash_is_the_sponge_of_its_header)
{
    uint64_t seed = check_seed();
    struct nonzk_fr in[6], hash, domain = fr_u64(0);
    for (int i = 0; i < 6; i++)
        in[i] = fr_random(&seed);
    struct nonzk_fr two[3] = {capacity(2, 77), in[0], in[1]};
    ck_assert_int_eq(nonzk_poseidon_permute(two, 3), 0);
    nonzk_poseidon_hash(&hash, 77, in, 2);
    assert_fr_equal(&hash, &two[1]);

    struct nonzk_fr six[5] = {capacity(6, UINT64_MAX), in[0], in[1], in[2], in[3]};
    ck_assert_int_eq(nonzk_poseidon_permute(six, 5), 0);
    nonzk_fr_add(&six[1], &six[1], &in[4]);
    nonzk_fr_add(&six[2], &six[2], &in[5]);
    ck_assert_int_eq(nonzk_poseidon_permute(six, 5), 0);
    nonzk_poseidon_hash(&hash, UINT64_MAX, in, 6);
    assert_fr_equal(&hash, &six[1]);

    struct nonzk_fr none[3] = {domain, domain, domain};
    ck_assert_int_eq(nonzk_poseidon_permute(none, 3), 0);
    nonzk_poseidon_hash(&hash, 0, NULL, 0);
    assert_fr_equal(&hash, &none[1]);
}
END_TEST

START_TEST(domain_length_and_every_input_change_the_hash)
{
    struct nonzk_fr in[9] = {{{0}}}, hashes[2 * 10 + 9];
    size_t n = 0;
    for (size_t count = 0; count < 10; count++) {
        nonzk_poseidon_hash(&hashes[n++], 1, in, count);
        nonzk_poseidon_hash(&hashes[n++], 2, in, count);
    }
    for (size_t i = 0; i < 9; i++) {
        in[i] = fr_u64(1);
        nonzk_poseidon_hash(&hashes[n++], 1, in, 9);
        in[i] = fr_u64(0);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_int_eq(nonzk_fr_equal(&hashes[i], &hashes[j]), 0);
}
END_TEST

START_TEST(every_leaf_of_a_tree_leads_to_its_root)
{
    enum { DEPTH = 4, LEAVES = 1 << DEPTH };
    uint64_t seed = check_seed();
    struct nonzk_fr nodes[2 * LEAVES], siblings[DEPTH], root, other = fr_u64(1);
    for (int i = 0; i < LEAVES; i++)
        nodes[LEAVES + i] = fr_random(&seed);
    ck_assert_int_eq(nonzk_merkle_build(nodes, DEPTH), 0);
    for (uint32_t i = 0; i < LEAVES; i++) {
        ck_assert_int_eq(nonzk_merkle_path(siblings, nodes, DEPTH, i), 0);
        ck_assert_int_eq(nonzk_merkle_root(&root, &nodes[LEAVES + i], i, siblings, DEPTH), 0);
        assert_fr_equal(&root, &nodes[1]);
        ck_assert_int_eq(nonzk_merkle_root(&root, &nodes[LEAVES + i], i ^ 4, siblings, DEPTH), 0);
        ck_assert_int_eq(nonzk_fr_equal(&root, &nodes[1]), 0);
        ck_assert_int_eq(nonzk_merkle_root(&root, &other, i, siblings, DEPTH), 0);
        ck_assert_int_eq(nonzk_fr_equal(&root, &nodes[1]), 0);
    }
}
END_TEST

START_TEST(indices_and_depths_out_of_range_are_refused)
{
    struct nonzk_fr nodes[4] = {{{0}}}, sibling = nodes[0], root = fr_u64(9), before = root;
    ck_assert_int_eq(nonzk_merkle_root(&root, &nodes[2], 2, &sibling, 1), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_merkle_root(&root, &nodes[2], 0, &sibling, 32), NONZK_E_INVALID);
    assert_fr_equal(&root, &before);
    ck_assert_int_eq(nonzk_merkle_path(&sibling, nodes, 1, 2), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_merkle_path(&sibling, nodes, 32, 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_merkle_build(nodes, 32), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_merkle_root(&root, &nodes[2], 0, NULL, 0), 0);
    assert_fr_equal(&root, &nodes[2]);
}
END_TEST

static Suite *poseidon_suite(void)
{
    Suite *suite = suite_create("nonzk poseidon");
    TCase *tc = tcase_create("poseidon");
    tcase_add_test(tc, permutations_are_those_of_the_reference);
    tcase_add_test(tc, other_widths_are_refused);
    tcase_add_test(tc, a_hash_is_the_sponge_of_its_header);
    tcase_add_test(tc, domain_length_and_every_input_change_the_hash);
    tcase_add_test(tc, every_leaf_of_a_tree_leads_to_its_root);
    tcase_add_test(tc, indices_and_depths_out_of_range_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(poseidon_suite)
