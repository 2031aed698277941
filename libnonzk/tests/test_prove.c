#include "attestation_helpers.h"
#include "point_helpers.h"
#include "prover_helpers.h"

#include <noncrypto/blake3.h>
#include <nonzk/circom.h>
#include <vector_file.h>

/* Numbers of public inputs and bits that fill a domain exactly, and by one less and more. */
static const struct {
    uint32_t npublic, nbits;
} shapes[] = {{1, 0}, {1, 3}, {1, 4}, {2, 2}, {4, 9}, {9, 1}, {1, 60}};

START_TEST(proofs_of_small_circuits_hold_and_for_their_inputs_only)
{
    struct system system;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    prover_circuit(&system, shapes[_i].npublic, shapes[_i].nbits, 1);
    prover_start(&p, &system.cs, "small");
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, NULL), 0);
    ck_assert_int_eq(prover_verify(&p, proof, system.cs.values), 0);
    struct nonzk_fr one = fr_u64(1);
    for (uint32_t i = 1; i <= shapes[_i].npublic; i++) {
        struct nonzk_fr before = system.cs.values[i];
        nonzk_fr_add(&system.cs.values[i], &before, &one);
        ck_assert_int_eq(prover_verify(&p, proof, system.cs.values), NONZK_E_PROOF);
        system.cs.values[i] = before;
    }
    prover_stop(&p);
    system_stop(&system);
}
END_TEST

/* No public input, no private wire, no wire but 0, and no constraint. */
START_TEST(circuits_without_one_or_the_other_are_circuits)
{
    struct system system;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    struct nonzk_fr two = fr_u64(2), four = fr_u64(4);
    struct nonzk_lc a, c;
    system_start(&system, NONZK_R1CS_RECORD | NONZK_R1CS_ASSIGN, 4);
    struct nonzk_r1cs *cs = &system.cs;
    if (_i >= 1)
        nonzk_lc_of_wire(cs, &a,
                         _i == 1 ? nonzk_r1cs_private(cs, &two) : nonzk_r1cs_public(cs, &two));
    if (_i == 1 || _i == 2) {
        nonzk_lc_init(cs, &c, 1);
        nonzk_lc_add_wire(cs, &c, NONZK_R1CS_ONE, &four);
        nonzk_r1cs_enforce(cs, &a, &a, &c);
    }
    ck_assert_int_eq(nonzk_r1cs_status(cs), 0);
    prover_start(&p, cs, "without");
    ck_assert_int_eq(prover_prove(&p, proof, cs->values, NULL), 0);
    ck_assert_int_eq(prover_verify(&p, proof, cs->values), 0);
    prover_stop(&p);
    system_stop(&system);
}
END_TEST

START_TEST(a_witness_changed_in_any_wire_is_refused_by_the_self_check)
{
    static const uint8_t zeros[NONZK_GROTH16_PROOF_LEN];
    struct system system;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    struct nonzk_fr two = fr_u64(2); /* no bit plus 2 is a bit */
    prover_circuit(&system, 1, 3, 5);
    prover_start(&p, &system.cs, "changed");
    struct nonzk_prove_options options = {.verifier = p.verifier};
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, &options), 0);
    for (uint32_t i = 0; i < system.cs.nwires; i++) {
        struct nonzk_fr before = system.cs.values[i];
        nonzk_fr_add(&system.cs.values[i], &before, &two);
        ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, &options), NONZK_E_UNSATISFIED);
        ck_assert_mem_eq(proof, zeros, sizeof proof);
        system.cs.values[i] = before;
    }
    prover_stop(&p);
    system_stop(&system);
}
END_TEST

START_TEST(a_proof_is_reproducible_and_depends_on_key_witness_and_randomness)
{
    struct system system, other;
    struct prover p, q;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], again[NONZK_GROTH16_PROOF_LEN];
    const struct nonzk_prove_options options = {.random = (const uint8_t *)"x", .random_len = 1};
    const struct nonzk_prove_options vartime = {.vartime = 1};
    prover_circuit(&system, 2, 3, 5);
    prover_circuit(&other, 2, 3, 6);
    prover_start(&p, &system.cs, "one");
    prover_start(&q, &system.cs, "two");
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, NULL), 0);
    ck_assert_int_eq(prover_prove(&p, again, system.cs.values, NULL), 0);
    ck_assert_mem_eq(proof, again, sizeof proof);
    ck_assert_int_eq(prover_prove(&p, again, system.cs.values, &vartime), 0);
    ck_assert_mem_eq(proof, again, sizeof proof);
    ck_assert_int_eq(prover_prove(&p, again, system.cs.values, &options), 0);
    ck_assert_int_eq(prover_verify(&p, again, system.cs.values), 0);
    /* Each of A, B and C is another. */
    ck_assert_mem_ne(proof, again, 48);
    ck_assert_mem_ne(proof + 48, again + 48, 96);
    ck_assert_mem_ne(proof + 144, again + 144, 48);
    ck_assert_int_eq(prover_prove(&q, again, system.cs.values, NULL), 0);
    ck_assert_mem_ne(proof, again, 48);
    ck_assert_int_eq(prover_prove(&p, again, other.cs.values, NULL), 0);
    ck_assert_mem_ne(proof, again, 48);
    prover_stop(&p);
    prover_stop(&q);
    system_stop(&system);
    system_stop(&other);
}
END_TEST

/* r and s as the header says, found in A and B by the secrets. */
START_TEST(the_blinding_is_what_the_header_says)
{
    static const char context[] = "NONOS Groth16 blinding v1";
    const struct nonzk_prove_options options = {.random = (const uint8_t *)"mixed in",
                                                .random_len = 8};
    struct noncrypto_blake3 hash;
    struct system system;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], bytes[128];
    struct nonzk_fr blinding[2];
    struct scalar k;
    struct nonzk_g1_affine affine;
    struct nonzk_g1 a, t;
    struct nonzk_g2_affine affine2;
    struct nonzk_g2 b, t2;
    prover_circuit(&system, 2, 3, 5);
    prover_start(&p, &system.cs, "blinding");
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, &options), 0);
    noncrypto_blake3_init_derive_key(&hash, context, strlen(context));
    noncrypto_blake3_update(&hash, p.key.hash, 32);
    nonzk_g1_from_affine(&a, &p.key.alpha1);
    nonzk_g2_from_affine(&b, &p.key.beta2);
    for (uint32_t i = 0; i < system.cs.nwires; i++) {
        nonzk_fr_to_bytes(k.byte, &system.cs.values[i]);
        noncrypto_blake3_update(&hash, k.byte, 32);
        nonzk_g1_from_affine(&t, &p.key.a[i]);
        nonzk_g1_mul(&t, &t, k.byte);
        nonzk_g1_add(&a, &a, &t);
        nonzk_g2_from_affine(&t2, &p.key.b2[i]);
        nonzk_g2_mul(&t2, &t2, k.byte);
        nonzk_g2_add(&b, &b, &t2);
    }
    noncrypto_blake3_update(&hash, "mixed in", 8);
    noncrypto_blake3_final(&hash, bytes, sizeof bytes);
    for (int i = 0; i < 2; i++)
        nonzk_fr_from_wide(&blinding[i], bytes + 64 * i);
    nonzk_fr_to_bytes(k.byte, &blinding[0]);
    nonzk_g1_from_affine(&t, &p.key.delta1);
    nonzk_g1_mul(&t, &t, k.byte);
    nonzk_g1_add(&a, &a, &t);
    ck_assert_int_eq(nonzk_g1_from_compressed(&affine, proof), 0);
    nonzk_g1_from_affine(&t, &affine);
    ck_assert_int_eq(nonzk_g1_equal(&a, &t), 1);
    nonzk_fr_to_bytes(k.byte, &blinding[1]);
    nonzk_g2_from_affine(&t2, &p.key.delta2);
    nonzk_g2_mul(&t2, &t2, k.byte);
    nonzk_g2_add(&b, &b, &t2);
    ck_assert_int_eq(nonzk_g2_from_compressed(&affine2, proof + 48), 0);
    nonzk_g2_from_affine(&t2, &affine2);
    ck_assert_int_eq(nonzk_g2_equal(&b, &t2), 1);
    prover_stop(&p);
    system_stop(&system);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    struct system system, wider;
    struct prover p, q;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    prover_circuit(&system, 1, 0, 5);
    prover_circuit(&wider, 2, 0, 5);
    prover_start(&p, &system.cs, "arguments");
    prover_start(&q, &wider.cs, "arguments");
    uint32_t nwires = system.cs.nwires;
    ck_assert_int_eq(nonzk_groth16_prove(proof, &p.key, system.cs.values, nwires - 1, p.workspace,
                                         p.workspace_len, NULL),
                     NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_groth16_prove(proof, &p.key, system.cs.values, nwires, p.workspace,
                                         p.workspace_len - 1, NULL),
                     NONZK_E_NO_SPACE);
    ck_assert_int_eq(nonzk_groth16_prove(proof, &p.key, system.cs.values, nwires,
                                         (uint8_t *)p.workspace + 1, p.workspace_len, NULL),
                     NONZK_E_NO_SPACE);
    struct nonzk_prove_options options = {.verifier = q.verifier};
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, &options), NONZK_E_INVALID);
    system.cs.values[0] = fr_u64(2);
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, NULL), NONZK_E_UNSATISFIED);
    prover_stop(&p);
    prover_stop(&q);
    system_stop(&system);
    system_stop(&wider);
}
END_TEST

START_TEST(the_workspace_is_wiped)
{
    struct system system;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    prover_circuit(&system, 1, 3, 5);
    prover_start(&p, &system.cs, "wiped");
    memset(p.workspace, 0xff, p.workspace_len);
    ck_assert_int_eq(prover_prove(&p, proof, system.cs.values, NULL), 0);
    for (size_t i = 0; i < p.workspace_len; i++)
        ck_assert_uint_eq(((uint8_t *)p.workspace)[i], 0);
    prover_stop(&p);
    system_stop(&system);
}
END_TEST

START_TEST(an_attestation_is_proved_and_holds_for_it_alone)
{
    uint64_t seed = check_seed();
    struct attestation a = attestation_make(&seed, 0xf0f0, 100, 0x5030, 7, 42);
    struct nonzk_r1cs circuit, witness;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    void *memory = attestation_run(&circuit, NONZK_R1CS_RECORD, NULL);
    void *values = attestation_run(&witness, NONZK_R1CS_ASSIGN, &a);
    prover_start(&p, &circuit, "NONOS development");
    ck_assert_uint_eq(p.key.shape.log_size, 12);
    struct nonzk_prove_options options = {.verifier = p.verifier};
    ck_assert_int_eq(prover_prove(&p, proof, witness.values, &options), 0);
    for (uint32_t i = 1; i <= 4; i++) {
        struct nonzk_fr before = witness.values[i];
        witness.values[i] = fr_random(&seed);
        ck_assert_int_eq(prover_verify(&p, proof, witness.values), NONZK_E_PROOF);
        ck_assert_int_eq(prover_prove(&p, proof, witness.values, &options), NONZK_E_UNSATISFIED);
        witness.values[i] = before;
        ck_assert_int_eq(prover_prove(&p, proof, witness.values, NULL), 0);
    }
    prover_stop(&p);
    free(memory);
    free(values);
}
END_TEST

static void *read_vector(const char *circuit, const char *file, size_t *len)
{
    char path[128];
    snprintf(path, sizeof path, "zk/snarkjs/%s/%s", circuit, file);
    return vector_file_read(path, len);
}

START_TEST(circuits_and_witnesses_of_circom_are_proved)
{
    static const char *const circuits[] = {"n1_mul", "n4_poly", "n8_lin"};
    char name[32];
    struct nonzk_r1cs_limits limits;
    struct nonzk_r1cs cs;
    struct prover p;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    size_t len, witness_len;
    uint32_t count;
    snprintf(name, sizeof name, "%s.r1cs", circuits[_i]);
    uint8_t *file = read_vector(circuits[_i], name, &len);
    if (!file)
        return;
    uint8_t *witness = read_vector(circuits[_i], "w.wtns", &witness_len);
    ck_assert_int_eq(nonzk_circom_r1cs_limits(&limits, file, len), 0);
    size_t size = nonzk_r1cs_size(&limits, NONZK_R1CS_RECORD);
    void *memory = prover_alloc(size);
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, memory, size), 0);
    ck_assert_int_eq(nonzk_circom_r1cs_read(&cs, file, len), 0);
    ck_assert_int_eq(nonzk_circom_wtns_count(&count, witness, witness_len), 0);
    ck_assert_uint_eq(count, cs.nwires);
    struct nonzk_fr *values = prover_alloc(count * sizeof *values);
    ck_assert_int_eq(nonzk_circom_wtns_read(values, count, witness, witness_len), 0);
    prover_start(&p, &cs, circuits[_i]);
    ck_assert_int_eq(prover_prove(&p, proof, values, NULL), 0);
    ck_assert_int_eq(prover_verify(&p, proof, values), 0);
    values[1] = fr_u64(12345);
    ck_assert_int_eq(prover_verify(&p, proof, values), NONZK_E_PROOF);
    printf("# zk/snarkjs/%s: proved, %u constraints\n", circuits[_i], cs.nconstraints);
    prover_stop(&p);
    free(values);
    free(memory);
    free(witness);
    free(file);
}
END_TEST

static Suite *prove_suite(void)
{
    Suite *suite = suite_create("nonzk prove");
    TCase *tc = tcase_create("prove");
    tcase_set_timeout(tc, 240);
    tcase_add_loop_test(tc, proofs_of_small_circuits_hold_and_for_their_inputs_only, 0,
                        sizeof shapes / sizeof shapes[0]);
    tcase_add_loop_test(tc, circuits_without_one_or_the_other_are_circuits, 0, 4);
    tcase_add_test(tc, a_witness_changed_in_any_wire_is_refused_by_the_self_check);
    tcase_add_test(tc, a_proof_is_reproducible_and_depends_on_key_witness_and_randomness);
    tcase_add_test(tc, the_blinding_is_what_the_header_says);
    tcase_add_test(tc, wrong_arguments_are_refused);
    tcase_add_test(tc, the_workspace_is_wiped);
    tcase_add_test(tc, an_attestation_is_proved_and_holds_for_it_alone);
    tcase_add_loop_test(tc, circuits_and_witnesses_of_circom_are_proved, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(prove_suite)
