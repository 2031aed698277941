#include "point_helpers.h"
#include "prover_helpers.h"

#include <nonzk/ceremony.h>

/* A ceremony: the key that it begins with, and that after each contribution. */
struct ceremony {
    struct system system;
    struct nonzk_proving_key initial, keys[4];
    void *memories[5];
    uint8_t random[NONZK_CONTRIBUTION_RANDOM_LEN];
    size_t nkeys;
};

static void multiply_all(struct nonzk_g1_affine *points, size_t n, const struct nonzk_fr *factor)
{
    struct scalar k;
    struct nonzk_g1 p;
    nonzk_fr_to_bytes(k.byte, factor);
    for (size_t i = 0; i < n; i++) {
        nonzk_g1_from_affine(&p, &points[i]);
        nonzk_g1_mul_vartime(&p, &p, k.byte);
        nonzk_g1_to_affine(&points[i], &p);
    }
}

/* What a setup with delta = 1 would make, which it refuses; gamma is 1 as in keys of snarkjs. */
static void ceremony_start(struct ceremony *c)
{
    struct nonzk_setup_secrets secrets = prover_secrets("a ceremony");
    struct nonzk_proving_key *key = &c->initial;
    struct nonzk_g1 generator1;
    struct nonzk_g2 generator2;
    memset(c, 0, sizeof *c);
    secrets.gamma = fr_u64(1);
    prover_circuit(&c->system, 2, 2, 3);
    c->memories[0] = prover_key(key, &c->system.cs, &secrets);
    nonzk_g1_set_generator(&generator1);
    nonzk_g2_set_generator(&generator2);
    nonzk_g1_to_affine(&key->delta1, &generator1);
    nonzk_g2_to_affine(&key->delta2, &generator2);
    multiply_all(key->c, key->shape.nwires - key->shape.npublic - 1, &secrets.delta);
    multiply_all(key->h, (size_t)1 << key->shape.log_size, &secrets.delta);
    for (size_t i = 0; i < sizeof c->random; i++)
        c->random[i] = (uint8_t)(i + 1);
}

static void ceremony_stop(struct ceremony *c)
{
    system_stop(&c->system);
    for (size_t i = 0; i < 5; i++)
        free(c->memories[i]);
}

static const struct nonzk_proving_key *ceremony_last(const struct ceremony *c)
{
    return c->nkeys == 0 ? &c->initial : &c->keys[c->nkeys - 1];
}

static void ceremony_go_on(struct ceremony *c, const struct nonzk_contribution *contribution)
{
    const struct nonzk_proving_key *old = ceremony_last(c);
    struct nonzk_proving_key_shape shape;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    ck_assert_int_eq(nonzk_phase2_shape(&shape, old, contribution), 0);
    size_t size = nonzk_proving_key_size(&shape);
    void *memory = prover_alloc(size);
    ck_assert_int_eq(
        nonzk_phase2_contribute(&c->keys[c->nkeys], memory, size, old, contribution, hash), 0);
    c->memories[++c->nkeys] = memory;
}

/* Without a name, of which nothing is said: it is for the record. */
static void ceremony_contribute(struct ceremony *c)
{
    const struct nonzk_contribution contribution = {.random = c->random};
    c->random[0]++;
    ceremony_go_on(c, &contribution);
}

static const uint8_t beacon[] = "the block of a chain";

static void ceremony_beacon(struct ceremony *c)
{
    const struct nonzk_contribution contribution = {
        .beacon = beacon, .beacon_len = sizeof beacon - 1, .log_iterations = 10};
    ceremony_go_on(c, &contribution);
}

static int verify(const struct ceremony *c, const struct nonzk_proving_key *key)
{
    static const uint8_t random[NONZK_CEREMONY_RANDOM_LEN] = "not known to those who made it";
    size_t size = nonzk_phase2_verify_workspace(key);
    void *workspace = prover_alloc(size);
    int result = nonzk_phase2_verify(&c->initial, key, random, workspace, size, NULL);
    free(workspace);
    return result;
}

/* Two parties and the beacon. */
static void ceremony_whole(struct ceremony *c)
{
    ceremony_start(c);
    ceremony_contribute(c);
    ceremony_contribute(c);
    ceremony_beacon(c);
}

START_TEST(each_step_of_a_ceremony_is_verified)
{
    struct ceremony c;
    ceremony_whole(&c);
    ck_assert_int_eq(verify(&c, &c.initial), NONZK_E_KEY);
    for (size_t i = 0; i < c.nkeys; i++) {
        ck_assert_int_eq(verify(&c, &c.keys[i]), 0);
        ck_assert_uint_eq(c.keys[i].ncontributions, i + 1);
    }
    ceremony_stop(&c);
}
END_TEST

START_TEST(the_key_of_a_ceremony_proves_and_verifies)
{
    struct ceremony c;
    struct prover p = {0};
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    ceremony_whole(&c);
    p.key = c.keys[2];
    prover_prepare(&p);
    ck_assert_int_eq(prover_prove(&p, proof, c.system.cs.values, NULL), 0);
    ck_assert_int_eq(prover_verify(&p, proof, c.system.cs.values), 0);
    prover_stop(&p);
    ceremony_stop(&c);
}
END_TEST

START_TEST(an_unfinished_ceremony_makes_no_verifying_key)
{
    struct ceremony c;
    struct nonzk_groth16_verifier *verifier;
    ceremony_start(&c);
    size_t len = NONZK_GROTH16_KEY_LEN(2), size = nonzk_groth16_verifier_size(2);
    uint8_t *key = prover_alloc(len);
    void *memory = prover_alloc(size);
    ck_assert_int_eq(nonzk_proving_key_verifying(key, len, &c.initial, prover_circuit_id), 0);
    ck_assert_int_eq(nonzk_groth16_verifier_init(&verifier, memory, size, key, len), NONZK_E_KEY);
    free(key);
    free(memory);
    ceremony_stop(&c);
}
END_TEST

/* A flipped byte of the file is refused by the reader or by the verification, even without the seal. */
START_TEST(one_flipped_byte_anywhere_fails)
{
    struct ceremony c;
    struct nonzk_proving_key key;
    size_t tried = 0, verified = 0;
    ceremony_whole(&c);
    ck_assert_uint_eq(c.keys[2].is_sealed, 1);
    c.keys[2].is_sealed = 0;
    size_t len = nonzk_zkey_len(&c.keys[2]), size = nonzk_proving_key_size(&c.keys[2].shape);
    uint8_t *bytes = prover_alloc(len);
    void *memory = prover_alloc(size);
    ck_assert_int_eq(nonzk_zkey_write(bytes, len, &c.keys[2]), 0);
    ck_assert_int_eq(nonzk_zkey_read(&key, memory, size, bytes, len, NULL), 0);
    ck_assert_int_eq(verify(&c, &key), 0);
    for (size_t at = 0; at < len; at += at < 1400 || at + 1900 > len ? 3 : 17) {
        bytes[at] ^= 0x40;
        int result = nonzk_zkey_read(&key, memory, size, bytes, len, NULL);
        if (result == 0) {
            verified++;
            result = verify(&c, &key);
        }
        ck_assert_msg(result != 0, "byte %zu", at);
        bytes[at] ^= 0x40;
        tried++;
    }
    printf("# %zu flipped bytes, of which the reader left %zu\n", tried, verified);
    free(bytes);
    free(memory);
    ceremony_stop(&c);
}
END_TEST

/* The whole file is under the seal, the seal itself with it. */
START_TEST(a_seal_is_broken_by_any_change)
{
    struct ceremony c;
    struct nonzk_proving_key key;
    struct nonzk_fault fault;
    ceremony_whole(&c);
    size_t len = nonzk_zkey_len(&c.keys[2]), size = nonzk_proving_key_size(&c.keys[2].shape);
    uint8_t *bytes = prover_alloc(len), *again = prover_alloc(len);
    void *memory = prover_alloc(size);
    ck_assert_int_eq(nonzk_zkey_write(bytes, len, &c.keys[2]), 0);
    ck_assert_int_eq(nonzk_zkey_read(&key, memory, size, bytes, len, &fault), 0);
    ck_assert_ptr_null(fault.step);
    ck_assert_mem_eq(key.hash, c.keys[2].hash, sizeof key.hash);
    ck_assert_uint_eq(nonzk_zkey_len(&key), len);
    ck_assert_int_eq(nonzk_zkey_write(again, len, &key), 0);
    ck_assert_mem_eq(bytes, again, len);
    /* From the last contribution's name on, which nothing else binds. */
    for (size_t at = len - 44 - 3; at < len; at++) {
        bytes[at] ^= 0x01;
        int result = nonzk_zkey_read(&key, memory, size, bytes, len, &fault);
        ck_assert_msg(result == (at < len - 44 || at >= len - 32 ? NONZK_E_SEAL : NONZK_E_ENCODING),
                      "byte %zu: %d", at, result);
        ck_assert_str_eq(fault.step, result == NONZK_E_SEAL ? "the seal" : "the sections");
        bytes[at] ^= 0x01;
    }
    free(bytes);
    free(again);
    free(memory);
    ceremony_stop(&c);
}
END_TEST

/* A change that is right in itself, point by point, but no contribution. */
START_TEST(each_part_of_a_key_must_follow_from_its_contributions)
{
    struct ceremony c;
    ceremony_whole(&c);
    struct nonzk_proving_key *key = &c.keys[2];
    struct nonzk_fr two = fr_u64(2), half;
    ck_assert_int_eq(nonzk_fr_invert(&half, &two), 0);
    struct nonzk_g1_affine *const points[] = {key->c,      key->h,      &key->h[7], key->ic,
                                              &key->ic[2], key->a,      key->b1,    &key->alpha1,
                                              &key->beta1, &key->delta1};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        if (nonzk_g1_affine_is_infinity(points[i]))
            continue;
        struct nonzk_g1_affine before = *points[i];
        multiply_all(points[i], 1, &two);
        ck_assert_int_eq(verify(&c, key), NONZK_E_KEY);
        *points[i] = before;
    }
    ck_assert_int_eq(verify(&c, key), 0);
    /* Two errors that cancel in a plain sum. */
    struct nonzk_g1_affine first = key->h[0], second = key->h[1];
    key->h[0] = second;
    key->h[1] = first;
    ck_assert_int_eq(verify(&c, key), NONZK_E_KEY);
    key->h[0] = first;
    key->h[1] = second;
    struct nonzk_g2_affine delta2 = key->delta2;
    key->delta2 = key->beta2;
    ck_assert_int_eq(verify(&c, key), NONZK_E_KEY);
    key->delta2 = delta2;
    key->coefficients[0].wire ^= 1;
    ck_assert_int_eq(verify(&c, key), NONZK_E_KEY);
    key->coefficients[0].wire ^= 1;
    key->ncontributions--;
    ck_assert_int_eq(verify(&c, key), NONZK_E_ENCODING);
    ceremony_stop(&c);
}
END_TEST

/* Whoever leaves out, repeats or swaps contributions changes the transcript. */
START_TEST(contributions_cannot_be_left_out)
{
    struct ceremony c;
    ceremony_whole(&c);
    struct nonzk_proving_key key = c.keys[2];
    uint32_t first = c.keys[0].shape.contributions_len;
    key.contributions += first;
    key.shape.contributions_len -= first;
    key.ncontributions--;
    ck_assert_int_eq(verify(&c, &key), NONZK_E_KEY);
    ceremony_stop(&c);
}
END_TEST

START_TEST(contributions_that_cannot_be_are_refused)
{
    struct ceremony c;
    static const char name[NONZK_CONTRIBUTION_NAME_MAX + 1] = "x";
    static const uint8_t long_beacon[NONZK_BEACON_MAX_LEN + 1];
    ceremony_start(&c);
    const struct nonzk_contribution bad[] = {
        {.name = "nobody", .name_len = 6},
        {.name = name, .name_len = sizeof name, .random = c.random},
        {.beacon = long_beacon, .beacon_len = 0, .log_iterations = 10},
        {.beacon = long_beacon, .beacon_len = sizeof long_beacon, .log_iterations = 10},
        {.beacon = long_beacon, .beacon_len = 1, .log_iterations = NONZK_BEACON_MIN_LOG - 1},
        {.beacon = long_beacon, .beacon_len = 1, .log_iterations = NONZK_BEACON_MAX_LOG + 1},
    };
    struct nonzk_proving_key_shape shape;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(nonzk_phase2_shape(&shape, &c.initial, &bad[i]), NONZK_E_INVALID);
    ceremony_stop(&c);
}
END_TEST

START_TEST(too_little_memory_is_refused)
{
    static const uint8_t random[NONZK_CEREMONY_RANDOM_LEN];
    struct ceremony c;
    struct nonzk_proving_key key;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    ceremony_start(&c);
    ceremony_contribute(&c);
    const struct nonzk_contribution contribution = {.random = c.random};
    ck_assert_int_eq(
        nonzk_phase2_contribute(&key, c.memories[1], 100, &c.keys[0], &contribution, hash),
        NONZK_E_NO_SPACE);
    size_t size = nonzk_phase2_verify_workspace(&c.keys[0]);
    void *workspace = prover_alloc(size);
    ck_assert_int_eq(nonzk_phase2_verify(&c.initial, &c.keys[0], random, workspace, size - 1, NULL),
                     NONZK_E_NO_SPACE);
    free(workspace);
    ceremony_stop(&c);
}
END_TEST

static Suite *phase2_suite(void)
{
    Suite *suite = suite_create("nonzk phase2");
    TCase *tc = tcase_create("phase2");
    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, each_step_of_a_ceremony_is_verified);
    tcase_add_test(tc, the_key_of_a_ceremony_proves_and_verifies);
    tcase_add_test(tc, an_unfinished_ceremony_makes_no_verifying_key);
    tcase_add_test(tc, one_flipped_byte_anywhere_fails);
    tcase_add_test(tc, a_seal_is_broken_by_any_change);
    tcase_add_test(tc, each_part_of_a_key_must_follow_from_its_contributions);
    tcase_add_test(tc, contributions_cannot_be_left_out);
    tcase_add_test(tc, contributions_that_cannot_be_are_refused);
    tcase_add_test(tc, too_little_memory_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(phase2_suite)
