/*
 * The set of authorities: its places, its tree, its file; and that a member of it can prove what the
 * circuit demands.
 */
#include "attestation_helpers.h"

#include <nonzk/authority.h>

#include <noncrypto/blake3.h>

static struct nonzk_authority_set set, decoded;
static struct nonzk_fr nodes[NONZK_AUTHORITY_NODES];

static struct nonzk_fr key_of(uint64_t secret)
{
    struct nonzk_fr s = fr_u64(secret), key;
    nonzk_attestation_key(&key, &s);
    return key;
}

static uint32_t add(uint64_t secret, uint64_t allowed, uint32_t expiry)
{
    struct nonzk_fr key = key_of(secret);
    uint32_t index = UINT32_MAX;
    ck_assert_int_eq(nonzk_authority_add(&set, &index, &key, allowed, expiry), 0);
    return index;
}

START_TEST(places_are_given_in_order_and_again_after_a_revocation)
{
    struct nonzk_fr key = key_of(2), zero = fr_u64(0);
    uint32_t index;
    nonzk_authority_set_init(&set, 5);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_uint_eq(add(i + 1, i, 100), i);
    ck_assert_uint_eq(set.count, 4);
    ck_assert_int_eq(nonzk_authority_find(&set, &index, &key), 0);
    ck_assert_uint_eq(index, 1);
    ck_assert_int_eq(nonzk_authority_add(&set, &index, &key, 1, 1), NONZK_E_EXISTS);
    ck_assert_int_eq(nonzk_authority_add(&set, &index, &zero, 1, 1), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_authority_find(&set, &index, &zero), NONZK_E_NOT_FOUND);
    ck_assert_uint_eq(set.epoch, 5);
    ck_assert_int_eq(nonzk_authority_revoke(&set, 1), 0);
    ck_assert_uint_eq(set.epoch, 6);
    ck_assert_uint_eq(set.count, 3);
    ck_assert_int_eq(nonzk_authority_find(&set, &index, &key), NONZK_E_NOT_FOUND);
    ck_assert_int_eq(nonzk_authority_revoke(&set, 1), NONZK_E_NOT_FOUND);
    ck_assert_int_eq(nonzk_authority_revoke(&set, NONZK_AUTHORITY_MAX), NONZK_E_NOT_FOUND);
    ck_assert_uint_eq(set.epoch, 6);
    ck_assert_uint_eq(add(9, 1, 100), 1);
    set.epoch = UINT32_MAX;
    ck_assert_int_eq(nonzk_authority_revoke(&set, 1), NONZK_E_INVALID);
    ck_assert_uint_eq(set.count, 4);
}
END_TEST

START_TEST(a_full_set_takes_nobody_and_fits_its_file)
{
    static uint8_t file[NONZK_AUTHORITY_FILE_LEN(NONZK_AUTHORITY_MAX)];
    struct nonzk_fr key;
    uint32_t index;
    size_t len;
    nonzk_authority_set_init(&set, 0);
    for (uint32_t i = 0; i < NONZK_AUTHORITY_MAX; i++) {
        key = fr_u64(i + 1);
        ck_assert_int_eq(nonzk_authority_add(&set, &index, &key, i, i), 0);
    }
    key = fr_u64(0x10000);
    ck_assert_int_eq(nonzk_authority_add(&set, &index, &key, 0, 0), NONZK_E_NO_SPACE);
    ck_assert_int_eq(nonzk_authority_encode(file, sizeof file - 1, &len, &set), NONZK_E_NO_SPACE);
    ck_assert_int_eq(nonzk_authority_encode(file, sizeof file, &len, &set), 0);
    ck_assert_uint_eq(len, sizeof file);
    ck_assert_int_eq(nonzk_authority_decode(&decoded, file, len), 0);
    ck_assert_mem_eq(&decoded, &set, sizeof set);
}
END_TEST

START_TEST(the_tree_has_each_leaf_under_its_root)
{
    uint64_t seed = check_seed();
    struct nonzk_fr siblings[NONZK_ATTESTATION_DEPTH], leaf, root, key;
    nonzk_authority_set_init(&set, 1);
    for (uint64_t i = 0; i < 5; i++)
        add(i + 1, check_random(&seed), (uint32_t)check_random(&seed));
    ck_assert_int_eq(nonzk_authority_revoke(&set, 2), 0);
    nonzk_authority_tree(nodes, &set);
    for (uint32_t i = 0; i < 6; i++) {
        leaf = fr_u64(0);
        if (i < 5 && i != 2) {
            key = key_of(i + 1);
            nonzk_attestation_leaf(&leaf, &key, set.places[i].allowed, set.places[i].expiry);
        }
        ck_assert_int_eq(nonzk_merkle_path(siblings, nodes, NONZK_ATTESTATION_DEPTH, i), 0);
        ck_assert_int_eq(nonzk_merkle_root(&root, &leaf, i, siblings, NONZK_ATTESTATION_DEPTH), 0);
        assert_fr_equal(&root, &nodes[1]);
    }
}
END_TEST

/* What the circuit says of the member with that secret. */
static int prove(uint64_t secret, uint64_t capabilities, uint32_t epoch,
                 const struct nonzk_attestation_witness *witness)
{
    struct nonzk_fr s = fr_u64(secret);
    struct nonzk_r1cs cs;
    struct attestation a = {.witness = *witness};
    a.statement.root = nodes[1];
    a.statement.module = fr_u64(77);
    nonzk_attestation_policy(&a.statement.policy, capabilities, 1, epoch);
    nonzk_attestation_pseudonym(&a.statement.pseudonym, &s, epoch);
    void *memory = attestation_run(&cs, NONZK_R1CS_ASSIGN, &a);
    int result = nonzk_r1cs_status(&cs);
    free(memory);
    return result;
}

START_TEST(a_member_can_prove_what_it_may_and_nobody_else)
{
    struct nonzk_attestation_witness witness;
    struct nonzk_fr secret = fr_u64(3), stranger = fr_u64(4);
    nonzk_authority_set_init(&set, 1);
    add(1, 0, 9);
    add(2, 0, 9);
    add(3, 0xff, 9);
    nonzk_authority_tree(nodes, &set);
    ck_assert_int_eq(nonzk_authority_witness(&witness, &set, nodes, &stranger), NONZK_E_NOT_FOUND);
    ck_assert_int_eq(nonzk_authority_witness(&witness, &set, nodes, &secret), 0);
    ck_assert_uint_eq(witness.index, 2);
    ck_assert_int_eq(prove(3, 0x81, 9, &witness), 0);
    ck_assert_int_eq(prove(3, 0x181, 9, &witness), NONZK_E_UNSATISFIED);
    ck_assert_int_eq(prove(3, 0x81, 10, &witness), NONZK_E_UNSATISFIED);
    /* A revoked member is not under the new root. */
    ck_assert_int_eq(nonzk_authority_revoke(&set, 2), 0);
    nonzk_authority_tree(nodes, &set);
    ck_assert_int_eq(prove(3, 0x81, 9, &witness), NONZK_E_UNSATISFIED);
    ck_assert_int_eq(nonzk_authority_witness(&witness, &set, nodes, &secret), NONZK_E_NOT_FOUND);
}
END_TEST

/* A file of two authorities, at 1 and 2. */
static size_t make_file(uint8_t *file, size_t size)
{
    size_t len;
    nonzk_authority_set_init(&set, 0x0a0b0c0c);
    add(1, 0, 0);
    add(2, 0x1122334455667788, 0x99aabbcc);
    add(3, UINT64_MAX, 1);
    ck_assert_int_eq(nonzk_authority_revoke(&set, 0), 0);
    ck_assert_int_eq(nonzk_authority_encode(file, size, &len, &set), 0);
    return len;
}

static void rehash(uint8_t *file, size_t len)
{
    noncrypto_blake3(file + len - 32, file, len - 32);
}

START_TEST(a_file_has_the_bytes_of_its_format_and_gives_the_set_back)
{
    uint8_t file[NONZK_AUTHORITY_FILE_LEN(2)], hash[32];
    struct nonzk_fr key = key_of(2);
    size_t len = make_file(file, sizeof file);
    ck_assert_uint_eq(len, sizeof file);
    ck_assert_mem_eq(file, "NONOSAU1\x0d\x0c\x0b\x0a\2\0\0\0", 16);
    ck_assert_mem_eq(file + 16, "\1\0\0\0\xcc\xbb\xaa\x99\x88\x77\x66\x55\x44\x33\x22\x11", 16);
    nonzk_fr_to_bytes(hash, &key);
    ck_assert_mem_eq(file + 32, hash, 32);
    ck_assert_mem_eq(file + 64, "\2\0\0\0\1\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16);
    noncrypto_blake3(hash, file, len - 32);
    ck_assert_mem_eq(file + 112, hash, 32);
    ck_assert_int_eq(nonzk_authority_decode(&decoded, file, len), 0);
    ck_assert_mem_eq(&decoded, &set, sizeof set);
}
END_TEST

START_TEST(a_file_that_is_cut_off_or_changed_anywhere_is_refused)
{
    uint8_t file[NONZK_AUTHORITY_FILE_LEN(2) + 1] = {0};
    size_t len = make_file(file, sizeof file);
    for (size_t i = 0; i <= len + 1; i++) {
        if (i == len)
            continue;
        uint8_t *copy = malloc(i + 1);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, file, i);
        ck_assert_int_eq(nonzk_authority_decode(&decoded, copy, i), NONZK_E_ENCODING);
        ck_assert_uint_eq(decoded.count, 0);
        free(copy);
    }
    for (size_t at = 0; at < len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            file[at] ^= (uint8_t)(1 << bit);
            ck_assert_int_eq(nonzk_authority_decode(&decoded, file, len), NONZK_E_ENCODING);
            file[at] ^= (uint8_t)(1 << bit);
        }
    }
}
END_TEST

static void expect_refused(uint8_t *file, size_t len, size_t at, const void *bytes, size_t n)
{
    uint8_t before[NONZK_AUTHORITY_ENTRY_LEN];
    memcpy(before, file + at, n);
    memcpy(file + at, bytes, n);
    rehash(file, len);
    ck_assert_int_eq(nonzk_authority_decode(&decoded, file, len), NONZK_E_ENCODING);
    ck_assert_uint_eq(decoded.count, 0);
    memcpy(file + at, before, n);
    rehash(file, len);
}

START_TEST(a_file_with_the_right_checksum_and_wrong_entries_is_refused)
{
    static const uint8_t zero[32];
    uint8_t file[NONZK_AUTHORITY_FILE_LEN(2)], above[32], twice[32];
    size_t len = make_file(file, sizeof file);
    memset(above, 0xff, sizeof above);
    memcpy(twice, file + 32, sizeof twice);
    expect_refused(file, len, 64, "\1\0\0\0", 4); /* a place twice */
    expect_refused(file, len, 64, "\0\0\0\0", 4); /* not in order */
    expect_refused(file, len, 64, "\0\4\0\0", 4); /* no such place */
    expect_refused(file, len, 32, zero, 32);      /* no key */
    expect_refused(file, len, 32, above, 32);     /* not below r */
    expect_refused(file, len, 80, twice, 32);     /* a key twice */
    expect_refused(file, len, 12, "\1\0\0\0", 4); /* another number */
    expect_refused(file, len, 12, "\1\4\0\0", 4); /* more than there are places */
    expect_refused(file, len, 0, "NONOSAU2", 8);
    ck_assert_int_eq(nonzk_authority_decode(&decoded, file, len), 0);
}
END_TEST

static Suite *authority_suite(void)
{
    Suite *suite = suite_create("nonzk authority");
    TCase *tc = tcase_create("authority");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, places_are_given_in_order_and_again_after_a_revocation);
    tcase_add_test(tc, a_full_set_takes_nobody_and_fits_its_file);
    tcase_add_test(tc, the_tree_has_each_leaf_under_its_root);
    tcase_add_test(tc, a_member_can_prove_what_it_may_and_nobody_else);
    tcase_add_test(tc, a_file_has_the_bytes_of_its_format_and_gives_the_set_back);
    tcase_add_test(tc, a_file_that_is_cut_off_or_changed_anywhere_is_refused);
    tcase_add_test(tc, a_file_with_the_right_checksum_and_wrong_entries_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(authority_suite)
