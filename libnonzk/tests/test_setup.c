/*
 * Keys against the definition: each point is the multiple of a generator that the polynomials,
 * interpolated here by products over the domain, have at tau.
 */
#include "point_helpers.h"
#include "prover_helpers.h"

#include <nonzk/fft.h>

/* Made by make_setup_vectors.py: tau, alpha, beta, gamma, delta. */
static const struct {
    const char *seed, *secrets[5];
} development[] = {
    {"",
     {
         "68bb5cc6b749d69f52de6250441d16a346215b6c1937392ea7d00a4a6b8a6113",
         "32a9533073a407f24fd6c2a1c21b45816e2f4ceb3cf2ef7fe159d1b3ed6b8cb2",
         "5718dce903697b7924e09e5da161c5131854a0a1befc43b42bd470b67c288408",
         "5ce8138fc6f3dce903ac95f5e3a802549814377f05927150788626dbe8361599",
         "1834bc5a34bbc10222a7fd81ef9aa626471f3a927a9000a0fdc5233a4ef7ff7a",
     }},
    {"NONOS development",
     {
         "09eb0ef51546fdde6efded5e0018a459b583631fdc96bf5e374e4bac87ac0b0d",
         "3463c516e6cd44254032ee166126ad80afe3dc871f635d9fbbafbabb3d5c5fe9",
         "19af4c9ee811737361c28100a8cefada27037ff597d82e32bd678ad1c6dcb415",
         "701714812432dc7e8aad0210b9385087bde36b22b5ba086730cbce1ae1ef901d",
         "46fd5502141e4bcc04df3c65eeb5624375a1b7227a6a8e0fd8b709a359abc29c",
     }},
};

START_TEST(development_secrets_are_those_of_hash_to_field)
{
    struct nonzk_setup_secrets secrets = prover_secrets(development[_i].seed);
    const struct nonzk_fr found[5] = {secrets.tau, secrets.alpha, secrets.beta, secrets.gamma,
                                      secrets.delta};
    for (int i = 0; i < 5; i++) {
        struct nonzk_fr expected = fr_hex(development[_i].secrets[i]);
        assert_fr_equal(&found[i], &expected);
    }
}
END_TEST

/* The polynomial that is 1 at root^index and 0 at the other points, at x */
static struct nonzk_fr lagrange_at(unsigned log_size, uint64_t index, const struct nonzk_fr *x)
{
    struct nonzk_fr root, at, point, numerator = fr_u64(1), denominator = fr_u64(1), t;
    ck_assert_int_eq(nonzk_fft_root(&root, log_size), 0);
    nonzk_fr_power(&at, &root, index);
    for (uint64_t i = 0; i < UINT64_C(1) << log_size; i++) {
        if (i == index)
            continue;
        nonzk_fr_power(&point, &root, i);
        nonzk_fr_sub(&t, x, &point);
        nonzk_fr_mul(&numerator, &numerator, &t);
        nonzk_fr_sub(&t, &at, &point);
        nonzk_fr_mul(&denominator, &denominator, &t);
    }
    ck_assert_int_eq(nonzk_fr_invert(&t, &denominator), 0);
    nonzk_fr_mul(&t, &t, &numerator);
    return t;
}

/* The value at tau of a side's polynomial of a wire; the constraints of the inputs are in A. */
static struct nonzk_fr side_at(const struct nonzk_r1cs *cs, unsigned log_size,
                               enum nonzk_r1cs_side side, uint32_t wire, const struct nonzk_fr *tau)
{
    struct nonzk_fr sum = fr_u64(0), t;
    for (uint32_t i = 0; i < cs->nconstraints; i++) {
        const struct nonzk_r1cs_term *terms;
        uint32_t count = nonzk_r1cs_side(cs, i, side, &terms);
        for (uint32_t j = 0; j < count; j++) {
            if (terms[j].wire != wire)
                continue;
            t = lagrange_at(log_size, i, tau);
            nonzk_fr_mul(&t, &t, &terms[j].coefficient);
            nonzk_fr_add(&sum, &sum, &t);
        }
    }
    if (side == NONZK_R1CS_A && wire <= cs->npublic) {
        t = lagrange_at(log_size, cs->nconstraints + wire, tau);
        nonzk_fr_add(&sum, &sum, &t);
    }
    return sum;
}

static void assert_multiple1(const struct nonzk_g1_affine *found, const struct nonzk_fr *scalar)
{
    struct scalar k;
    struct nonzk_g1 p;
    nonzk_fr_to_bytes(k.byte, scalar);
    struct nonzk_g1 expected = g1_multiple(&k);
    nonzk_g1_from_affine(&p, found);
    ck_assert_int_eq(nonzk_g1_equal(&p, &expected), 1);
}

static void assert_multiple2(const struct nonzk_g2_affine *found, const struct nonzk_fr *scalar)
{
    struct scalar k;
    struct nonzk_g2 p;
    nonzk_fr_to_bytes(k.byte, scalar);
    struct nonzk_g2 expected = g2_multiple(&k);
    nonzk_g2_from_affine(&p, found);
    ck_assert_int_eq(nonzk_g2_equal(&p, &expected), 1);
}

static void check_wire(const struct nonzk_proving_key *key, const struct nonzk_r1cs *cs,
                       const struct nonzk_setup_secrets *s, uint32_t wire)
{
    unsigned log_size = key->shape.log_size;
    struct nonzk_fr a = side_at(cs, log_size, NONZK_R1CS_A, wire, &s->tau);
    struct nonzk_fr b = side_at(cs, log_size, NONZK_R1CS_B, wire, &s->tau);
    struct nonzk_fr k = side_at(cs, log_size, NONZK_R1CS_C, wire, &s->tau), t;
    assert_multiple1(&key->a[wire], &a);
    assert_multiple1(&key->b1[wire], &b);
    assert_multiple2(&key->b2[wire], &b);
    nonzk_fr_mul(&t, &s->beta, &a);
    nonzk_fr_add(&k, &k, &t);
    nonzk_fr_mul(&t, &s->alpha, &b);
    nonzk_fr_add(&k, &k, &t);
    int is_public = wire <= cs->npublic;
    ck_assert_int_eq(nonzk_fr_invert(&t, is_public ? &s->gamma : &s->delta), 0);
    nonzk_fr_mul(&k, &k, &t);
    assert_multiple1(is_public ? &key->ic[wire] : &key->c[wire - cs->npublic - 1], &k);
}

START_TEST(each_point_of_a_key_is_the_multiple_that_it_should_be)
{
    struct nonzk_setup_secrets s = prover_secrets("a key against the definition");
    struct nonzk_proving_key key;
    struct system system;
    struct nonzk_fr inverse, t;
    prover_circuit(&system, 2, 2, 3);
    void *memory = prover_key(&key, &system.cs, &s);
    ck_assert_uint_eq(key.shape.log_size, 3);
    assert_multiple1(&key.alpha1, &s.alpha);
    assert_multiple1(&key.beta1, &s.beta);
    assert_multiple1(&key.delta1, &s.delta);
    assert_multiple2(&key.beta2, &s.beta);
    assert_multiple2(&key.gamma2, &s.gamma);
    assert_multiple2(&key.delta2, &s.delta);
    for (uint32_t wire = 0; wire < system.cs.nwires; wire++)
        check_wire(&key, &system.cs, &s, wire);
    ck_assert_int_eq(nonzk_fr_invert(&inverse, &s.delta), 0);
    for (uint64_t i = 0; i < 8; i++) {
        t = lagrange_at(4, 2 * i + 1, &s.tau);
        nonzk_fr_mul(&t, &t, &inverse);
        assert_multiple1(&key.h[i], &t);
    }
    free(memory);
    system_stop(&system);
}
END_TEST

/* 3 constraints and those of the bits, 1 for wire 0 and 1 for each input. */
START_TEST(the_domain_is_the_smallest_that_holds_all)
{
    static const struct {
        uint32_t npublic, nbits, log_size;
    } cases[] = {{1, 0, 3}, {1, 3, 3}, {1, 4, 4}, {4, 0, 3}, {5, 0, 4}, {3, 9, 4}, {3, 10, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nonzk_proving_key_shape shape;
        struct system system;
        prover_circuit(&system, cases[i].npublic, cases[i].nbits, 1);
        ck_assert_int_eq(nonzk_setup_shape(&shape, &system.cs), 0);
        ck_assert_uint_eq(shape.log_size, cases[i].log_size);
        ck_assert_uint_eq(shape.npublic, cases[i].npublic);
        ck_assert_uint_eq(shape.nwires, system.cs.nwires);
        system_stop(&system);
    }
}
END_TEST

static int setup_result(const struct nonzk_r1cs *cs, const struct nonzk_setup_secrets *secrets,
                        size_t less_memory, size_t less_workspace)
{
    static const struct nonzk_proving_key zero;
    struct nonzk_proving_key_shape shape;
    struct nonzk_proving_key key;
    ck_assert_int_eq(nonzk_setup_shape(&shape, cs), 0);
    size_t size = nonzk_proving_key_size(&shape), workspace_len = nonzk_setup_workspace(&shape);
    void *memory = prover_alloc(size), *workspace = prover_alloc(workspace_len);
    int result = nonzk_setup(&key, memory, size - less_memory, cs, secrets, workspace,
                             workspace_len - less_workspace);
    if (result != 0)
        ck_assert_mem_eq(&key, &zero, sizeof key);
    free(memory);
    free(workspace);
    return result;
}

START_TEST(degenerate_secrets_are_refused)
{
    struct nonzk_setup_secrets good = prover_secrets("good"), bad;
    struct nonzk_fr *const members[] = {&bad.tau, &bad.alpha, &bad.beta, &bad.gamma, &bad.delta};
    struct system system;
    prover_circuit(&system, 1, 0, 3);
    ck_assert_int_eq(setup_result(&system.cs, &good, 0, 0), 0);
    for (size_t i = 0; i < 5; i++) {
        bad = good;
        *members[i] = fr_u64(0);
        ck_assert_int_eq(setup_result(&system.cs, &bad, 0, 0), NONZK_E_INVALID);
    }
    for (unsigned log_size = 0; log_size <= 5; log_size++) {
        bad = good;
        ck_assert_int_eq(nonzk_fft_root(&bad.tau, log_size), 0);
        ck_assert_int_eq(setup_result(&system.cs, &bad, 0, 0), log_size <= 4 ? NONZK_E_INVALID : 0);
    }
    bad = good;
    bad.delta = fr_u64(1);
    ck_assert_int_eq(setup_result(&system.cs, &bad, 0, 0), NONZK_E_INVALID);
    nonzk_fr_neg(&bad.delta, &bad.delta);
    ck_assert_int_eq(setup_result(&system.cs, &bad, 0, 0), NONZK_E_INVALID);
    bad.delta = bad.gamma;
    ck_assert_int_eq(setup_result(&system.cs, &bad, 0, 0), NONZK_E_INVALID);
    nonzk_fr_neg(&bad.delta, &bad.gamma);
    ck_assert_int_eq(setup_result(&system.cs, &bad, 0, 0), NONZK_E_INVALID);
    bad = good;
    bad.gamma = fr_u64(1);
    ck_assert_int_eq(setup_result(&system.cs, &bad, 0, 0), 0);
    system_stop(&system);
}
END_TEST

START_TEST(too_little_memory_and_systems_that_are_not_recorded_are_refused)
{
    struct nonzk_setup_secrets secrets = prover_secrets("good");
    struct nonzk_proving_key_shape shape = {.nwires = 7}, before = shape;
    struct system system, assigned;
    prover_circuit(&system, 1, 0, 3);
    ck_assert_int_eq(setup_result(&system.cs, &secrets, 1, 0), NONZK_E_NO_SPACE);
    ck_assert_int_eq(setup_result(&system.cs, &secrets, 0, 1), NONZK_E_NO_SPACE);
    system_start(&assigned, NONZK_R1CS_ASSIGN, 10);
    ck_assert_int_eq(nonzk_setup_shape(&shape, &assigned.cs), NONZK_E_INVALID);
    system.cs.error = NONZK_E_NO_SPACE;
    ck_assert_int_eq(nonzk_setup_shape(&shape, &system.cs), NONZK_E_INVALID);
    ck_assert_mem_eq(&shape, &before, sizeof shape);
    system_stop(&system);
    system_stop(&assigned);
}
END_TEST

START_TEST(shapes_that_cannot_be_have_no_size)
{
    const struct nonzk_proving_key_shape good = {.nwires = 5, .npublic = 4, .log_size = 3};
    struct nonzk_proving_key_shape bad = good;
    ck_assert_uint_ne(nonzk_proving_key_size(&good), 0);
    ck_assert_uint_ne(nonzk_setup_workspace(&good), 0);
    bad.npublic = 5;
    ck_assert_uint_eq(nonzk_proving_key_size(&bad), 0);
    bad = good;
    bad.log_size = 0;
    ck_assert_uint_eq(nonzk_proving_key_size(&bad), 0);
    bad.log_size = NONZK_PROVING_KEY_MAX_LOG_SIZE + 1;
    ck_assert_uint_eq(nonzk_proving_key_size(&bad), 0);
    ck_assert_uint_eq(nonzk_setup_workspace(&bad), 0);
}
END_TEST

START_TEST(the_same_secrets_make_the_same_key_and_others_another)
{
    struct nonzk_setup_secrets secrets = prover_secrets("one"), other = prover_secrets("two");
    struct nonzk_proving_key a, b, c;
    struct system system;
    prover_circuit(&system, 2, 3, 9);
    void *memory_a = prover_key(&a, &system.cs, &secrets);
    void *memory_b = prover_key(&b, &system.cs, &secrets);
    void *memory_c = prover_key(&c, &system.cs, &other);
    ck_assert_mem_eq(a.hash, b.hash, sizeof a.hash);
    ck_assert_mem_eq(a.circuit_hash, b.circuit_hash, sizeof a.circuit_hash);
    ck_assert_mem_ne(a.hash, c.hash, sizeof a.hash);
    free(memory_a);
    free(memory_b);
    free(memory_c);
    /* The hash of the circuit is of the key before contributions: delta is not in it. */
    other = secrets;
    other.delta = fr_u64(77);
    memory_c = prover_key(&c, &system.cs, &other);
    ck_assert_mem_eq(a.circuit_hash, c.circuit_hash, sizeof a.circuit_hash);
    ck_assert_mem_ne(a.hash, c.hash, sizeof a.hash);
    free(memory_c);
    system_stop(&system);
}
END_TEST

static Suite *setup_suite(void)
{
    Suite *suite = suite_create("nonzk setup");
    TCase *tc = tcase_create("setup");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, development_secrets_are_those_of_hash_to_field, 0,
                        sizeof development / sizeof development[0]);
    tcase_add_test(tc, each_point_of_a_key_is_the_multiple_that_it_should_be);
    tcase_add_test(tc, the_domain_is_the_smallest_that_holds_all);
    tcase_add_test(tc, degenerate_secrets_are_refused);
    tcase_add_test(tc, too_little_memory_and_systems_that_are_not_recorded_are_refused);
    tcase_add_test(tc, shapes_that_cannot_be_have_no_size);
    tcase_add_test(tc, the_same_secrets_make_the_same_key_and_others_another);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(setup_suite)
