#include "prover_helpers.h"

#include <nonzk/powers_of_tau.h>

#define POWER 3

/* Powers of tau after each step; the last step prepares. */
struct ceremony {
    struct nonzk_ptau steps[5];
    void *memories[5];
    size_t nsteps;
    uint8_t random[NONZK_CONTRIBUTION_RANDOM_LEN];
};

static const uint8_t beacon_bytes[] = "the block of a chain";
static const struct nonzk_contribution beacon = {
    .beacon = beacon_bytes, .beacon_len = sizeof beacon_bytes - 1, .log_iterations = 10};

static void ceremony_start(struct ceremony *c)
{
    const struct nonzk_ptau_shape shape = {.power = POWER};
    memset(c, 0, sizeof *c);
    size_t size = nonzk_ptau_size(&shape);
    c->memories[0] = prover_alloc(size);
    ck_assert_int_eq(nonzk_ptau_new(&c->steps[0], c->memories[0], size, POWER), 0);
    c->nsteps = 1;
}

static void ceremony_go_on(struct ceremony *c, const struct nonzk_contribution *contribution)
{
    const struct nonzk_ptau *old = &c->steps[c->nsteps - 1];
    struct nonzk_ptau_shape shape;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    ck_assert_int_eq(nonzk_ptau_next_shape(&shape, old, contribution), 0);
    size_t size = nonzk_ptau_size(&shape);
    c->memories[c->nsteps] = prover_alloc(size);
    ck_assert_int_eq(nonzk_ptau_contribute(&c->steps[c->nsteps], c->memories[c->nsteps], size, old,
                                           contribution, hash),
                     0);
    c->nsteps++;
}

static void ceremony_prepare(struct ceremony *c)
{
    const struct nonzk_ptau *old = &c->steps[c->nsteps - 1];
    struct nonzk_ptau_shape shape = old->shape;
    shape.is_prepared = 1;
    size_t size = nonzk_ptau_size(&shape), workspace_len = nonzk_ptau_workspace(&shape);
    void *workspace = prover_alloc(workspace_len);
    c->memories[c->nsteps] = prover_alloc(size);
    ck_assert_int_eq(nonzk_ptau_prepare(&c->steps[c->nsteps], c->memories[c->nsteps], size, old,
                                        workspace, workspace_len),
                     0);
    free(workspace);
    c->nsteps++;
}

/* Two parties, the beacon, and prepared. */
static const struct nonzk_ptau *ceremony_whole(struct ceremony *c)
{
    ceremony_start(c);
    const struct nonzk_contribution party = {.random = c->random};
    ceremony_go_on(c, &party);
    c->random[0] = 1;
    ceremony_go_on(c, &party);
    ceremony_go_on(c, &beacon);
    ceremony_prepare(c);
    return &c->steps[4];
}

static void ceremony_stop(struct ceremony *c)
{
    for (size_t i = 0; i < c->nsteps; i++)
        free(c->memories[i]);
}

static int verify(const struct nonzk_ptau *ptau)
{
    static const uint8_t random[NONZK_CEREMONY_RANDOM_LEN] = "not known to those who made it";
    size_t size = nonzk_ptau_workspace(&ptau->shape);
    void *workspace = prover_alloc(size);
    int result = nonzk_ptau_verify(ptau, random, workspace, size, NULL);
    free(workspace);
    return result;
}

START_TEST(each_step_of_a_ceremony_is_verified)
{
    struct ceremony c;
    ceremony_whole(&c);
    ck_assert_int_eq(verify(&c.steps[0]), NONZK_E_KEY);
    for (size_t i = 1; i < c.nsteps; i++)
        ck_assert_int_eq(verify(&c.steps[i]), 0);
    ceremony_stop(&c);
}
END_TEST

START_TEST(what_is_written_is_read_and_written_again_as_the_same_bytes)
{
    struct ceremony c;
    struct nonzk_ptau_shape shape;
    struct nonzk_ptau ptau;
    ceremony_whole(&c);
    for (size_t i = 0; i < c.nsteps; i++) {
        size_t len = nonzk_ptau_len(&c.steps[i]);
        uint8_t *bytes = prover_alloc(len), *again = prover_alloc(len);
        ck_assert_int_eq(nonzk_ptau_write(bytes, len - 1, &c.steps[i]), NONZK_E_NO_SPACE);
        ck_assert_int_eq(nonzk_ptau_write(bytes, len, &c.steps[i]), 0);
        ck_assert_int_eq(nonzk_ptau_shape_of(&shape, bytes, len), 0);
        ck_assert_mem_eq(&shape, &c.steps[i].shape, sizeof shape);
        size_t size = nonzk_ptau_size(&shape);
        void *memory = prover_alloc(size);
        ck_assert_int_eq(nonzk_ptau_read(&ptau, memory, size - 1, bytes, len, NULL),
                         NONZK_E_NO_SPACE);
        ck_assert_int_eq(nonzk_ptau_read(&ptau, memory, size, bytes, len, NULL), 0);
        ck_assert_int_eq(nonzk_ptau_write(again, len, &ptau), 0);
        ck_assert_mem_eq(bytes, again, len);
        for (size_t cut = 0; cut < len; cut += 97)
            ck_assert_int_eq(nonzk_ptau_read(&ptau, memory, size, bytes, cut, NULL),
                             NONZK_E_ENCODING);
        free(memory);
        free(bytes);
        free(again);
    }
    ceremony_stop(&c);
}
END_TEST

/*
 * Each byte, but the records of hashes in contributions before the last, and what is in the last
 * record's block behind the bytes that wait there: 216 bytes from `record` on, 128 of them the block.
 */
static int is_unbound(size_t at, size_t record, size_t waiting, int is_last)
{
    if (at < record || at >= record + 216)
        return 0;
    return !is_last || (at >= record + waiting && at < record + 128);
}

START_TEST(one_flipped_byte_anywhere_fails)
{
    enum { POINTS = 9 * 96 + 5 * 192, CONTRIBUTION = POINTS + 216 + 64 + 8 };
    struct ceremony c;
    struct nonzk_ptau ptau;
    struct nonzk_ptau whole = *ceremony_whole(&c);
    ck_assert_uint_eq(whole.is_sealed, 1);
    whole.is_sealed = 0;
    size_t len = nonzk_ptau_len(&whole), size = nonzk_ptau_size(&whole.shape), tried = 0, left = 0;
    uint8_t *bytes = prover_alloc(len);
    void *memory = prover_alloc(size);
    ck_assert_int_eq(nonzk_ptau_write(bytes, len, &whole), 0);
    /* Header, sections 2 to 6, then the contributions. */
    size_t half = 1 << POWER, first = 12 + 12 + 60 + 5 * 12 + (2 * half - 1) * 96 + half * 192 +
                                      2 * half * 96 + 192 + 12 + 4;
    size_t waiting = bytes[first + 2 * CONTRIBUTION + POINTS + 200];
    for (size_t at = 0; at < len; at += at < 100 ? 1 : 23) {
        int unbound = 0;
        for (size_t i = 0; i < 3; i++)
            unbound |= is_unbound(at, first + i * CONTRIBUTION + POINTS, waiting, i == 2);
        if (unbound)
            continue;
        bytes[at] ^= 0x10;
        int result = nonzk_ptau_read(&ptau, memory, size, bytes, len, NULL);
        if (result == 0) {
            left++;
            result = verify(&ptau);
        }
        ck_assert_msg(result != 0, "byte %zu", at);
        bytes[at] ^= 0x10;
        tried++;
    }
    printf("# %zu flipped bytes of %zu, of which the reader left %zu\n", tried, len, left);
    free(bytes);
    free(memory);
    ceremony_stop(&c);
}
END_TEST

/* The record of a hash in the first contribution is bound by nothing else. */
START_TEST(a_seal_is_broken_by_any_change)
{
    struct ceremony c;
    struct nonzk_ptau ptau;
    struct nonzk_fault fault;
    const struct nonzk_ptau *whole = ceremony_whole(&c);
    size_t len = nonzk_ptau_len(whole), size = nonzk_ptau_size(&whole->shape), found = 0;
    uint8_t *bytes = prover_alloc(len), *again = prover_alloc(len);
    void *memory = prover_alloc(size);
    ck_assert_int_eq(nonzk_ptau_write(bytes, len, whole), 0);
    ck_assert_int_eq(nonzk_ptau_read(&ptau, memory, size, bytes, len, &fault), 0);
    ck_assert_ptr_null(fault.step);
    ck_assert_uint_eq(nonzk_ptau_len(&ptau), len);
    ck_assert_int_eq(nonzk_ptau_write(again, len, &ptau), 0);
    ck_assert_mem_eq(bytes, again, len);
    for (size_t at = 0; found == 0 && at + 216 < len; at++)
        if (memcmp(bytes + at, whole->contributions + 9 * 96 + 5 * 192, 16) == 0)
            found = at;
    ck_assert_uint_ne(found, 0);
    for (size_t at = found; at < found + 200; at += 23) {
        bytes[at] ^= 0x01;
        ck_assert_int_eq(nonzk_ptau_read(&ptau, memory, size, bytes, len, &fault), NONZK_E_SEAL);
        ck_assert_str_eq(fault.step, "the seal");
        bytes[at] ^= 0x01;
    }
    for (size_t at = len - 32; at < len; at += 5) {
        bytes[at] ^= 0x01;
        ck_assert_int_eq(nonzk_ptau_read(&ptau, memory, size, bytes, len, NULL), NONZK_E_SEAL);
        bytes[at] ^= 0x01;
    }
    free(bytes);
    free(again);
    free(memory);
    ceremony_stop(&c);
}
END_TEST

static void multiply(struct nonzk_g1_affine *point, uint64_t factor)
{
    uint8_t scalar[NONZK_SCALAR_LEN] = {0};
    struct nonzk_g1 p;
    scalar[31] = (uint8_t)factor;
    nonzk_g1_from_affine(&p, point);
    nonzk_g1_mul_vartime(&p, &p, scalar);
    nonzk_g1_to_affine(point, &p);
}

/* Points that are right in themselves and not what they must be. */
START_TEST(each_part_must_follow_from_the_contributions)
{
    struct ceremony c;
    const struct nonzk_ptau *ptau = ceremony_whole(&c);
    struct nonzk_g1_affine *const points[] = {
        &ptau->tau1[0],          &ptau->tau1[1],           &ptau->tau1[2],
        &ptau->tau1[14],         &ptau->alpha1[0],         &ptau->alpha1[7],
        &ptau->beta1[0],         &ptau->beta1[3],          &ptau->lagrange_tau1[0],
        &ptau->lagrange_tau1[5], &ptau->lagrange_tau1[30], &ptau->lagrange_alpha1[14],
        &ptau->lagrange_beta1[2]};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        struct nonzk_g1_affine before = *points[i];
        multiply(points[i], 2);
        ck_assert_msg(verify(ptau) == NONZK_E_KEY, "point %zu", i);
        *points[i] = before;
    }
    struct nonzk_g2_affine *const points2[] = {&ptau->tau2[0], &ptau->tau2[1], &ptau->tau2[7],
                                               &ptau->lagrange_tau2[0], &ptau->lagrange_tau2[14]};
    for (size_t i = 0; i < sizeof points2 / sizeof points2[0]; i++) {
        struct nonzk_g2_affine before = *points2[i];
        nonzk_fp2_neg(&points2[i]->y, &before.y);
        ck_assert_msg(verify(ptau) == NONZK_E_KEY, "point %zu", i);
        *points2[i] = before;
    }
    ck_assert_int_eq(verify(ptau), 0);
    ceremony_stop(&c);
}
END_TEST

START_TEST(a_circuit_gets_its_key_from_both_phases)
{
    static const uint8_t random[NONZK_CEREMONY_RANDOM_LEN] = "random";
    struct ceremony c;
    struct system system;
    struct nonzk_proving_key initial;
    struct nonzk_proving_key_shape shape;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], hash[NONZK_CONTRIBUTION_HASH_LEN];
    const struct nonzk_ptau *ptau = ceremony_whole(&c);
    prover_circuit(&system, 2, 2, 3);
    ck_assert_int_eq(nonzk_setup_shape(&shape, &system.cs), 0);
    size_t size = nonzk_proving_key_size(&shape), len = nonzk_phase2_new_workspace(&shape);
    void *memory = prover_alloc(size), *workspace = prover_alloc(len);
    ck_assert_int_eq(nonzk_phase2_new(&initial, memory, size, &system.cs, ptau, workspace, len - 1),
                     NONZK_E_NO_SPACE);
    ck_assert_int_eq(nonzk_phase2_new(&initial, memory, size - 1, &system.cs, ptau, workspace, len),
                     NONZK_E_NO_SPACE);
    ck_assert_int_eq(
        nonzk_phase2_new(&initial, memory, size, &system.cs, &c.steps[3], workspace, len),
        NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_phase2_new(&initial, memory, size, &system.cs, ptau, workspace, len), 0);
    free(workspace);
    ck_assert_int_eq(nonzk_phase2_shape(&shape, &initial, &beacon), 0);
    size = nonzk_proving_key_size(&shape);
    p.memory = prover_alloc(size);
    ck_assert_int_eq(nonzk_phase2_contribute(&p.key, p.memory, size, &initial, &beacon, hash), 0);
    len = nonzk_phase2_verify_workspace(&p.key);
    workspace = prover_alloc(len);
    ck_assert_int_eq(nonzk_phase2_verify(&initial, &p.key, random, workspace, len, NULL), 0);
    free(workspace);
    prover_prepare(&p);
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, NULL), 0);
    ck_assert_int_eq(prover_verify(&p, proof, system.cs.values), 0);
    prover_stop(&p);
    free(memory);
    system_stop(&system);
    ceremony_stop(&c);
}
END_TEST

/* 16 constraints and more are too many for 2^3 points. */
START_TEST(a_circuit_that_is_too_large_is_refused)
{
    struct ceremony c;
    struct system system;
    struct nonzk_proving_key key;
    struct nonzk_proving_key_shape shape;
    const struct nonzk_ptau *ptau = ceremony_whole(&c);
    prover_circuit(&system, 1, 8, 3);
    ck_assert_int_eq(nonzk_setup_shape(&shape, &system.cs), 0);
    size_t size = nonzk_proving_key_size(&shape), len = nonzk_phase2_new_workspace(&shape);
    void *memory = prover_alloc(size), *workspace = prover_alloc(len);
    ck_assert_int_eq(nonzk_phase2_new(&key, memory, size, &system.cs, ptau, workspace, len),
                     NONZK_E_INVALID);
    free(memory);
    free(workspace);
    system_stop(&system);
    ceremony_stop(&c);
}
END_TEST

START_TEST(impossible_shapes_have_no_size)
{
    struct nonzk_ptau_shape shape = {.power = 0};
    ck_assert_uint_eq(nonzk_ptau_size(&shape), 0);
    shape.power = NONZK_PTAU_MAX_POWER + 1;
    ck_assert_uint_eq(nonzk_ptau_size(&shape), 0);
    ck_assert_uint_eq(nonzk_ptau_workspace(&shape), 0);
    shape.power = 1;
    shape.is_prepared = 2;
    ck_assert_uint_eq(nonzk_ptau_size(&shape), 0);
}
END_TEST

static Suite *powers_of_tau_suite(void)
{
    Suite *suite = suite_create("nonzk powers of tau");
    TCase *tc = tcase_create("powers of tau");
    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, each_step_of_a_ceremony_is_verified);
    tcase_add_test(tc, what_is_written_is_read_and_written_again_as_the_same_bytes);
    tcase_add_test(tc, one_flipped_byte_anywhere_fails);
    tcase_add_test(tc, a_seal_is_broken_by_any_change);
    tcase_add_test(tc, each_part_must_follow_from_the_contributions);
    tcase_add_test(tc, a_circuit_gets_its_key_from_both_phases);
    tcase_add_test(tc, a_circuit_that_is_too_large_is_refused);
    tcase_add_test(tc, impossible_shapes_have_no_size);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(powers_of_tau_suite)
