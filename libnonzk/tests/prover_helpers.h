/*
 * Keys and proofs in tests, with memory of their own.
 */
#ifndef NONZK_TESTS_PROVER_HELPERS_H
#define NONZK_TESTS_PROVER_HELPERS_H

#include "r1cs_helpers.h"

#include <nonzk/prove.h>
#include <nonzk/setup.h>

static const uint8_t prover_circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN] = "a circuit of the tests";

struct prover {
    struct nonzk_proving_key key;
    void *memory, *workspace, *verifier_memory;
    size_t workspace_len, verifying_len;
    uint8_t *verifying;
    struct nonzk_groth16_verifier *verifier;
};

static inline struct nonzk_setup_secrets prover_secrets(const char *seed)
{
    struct nonzk_setup_secrets secrets;
    nonzk_setup_development(&secrets, seed, strlen(seed));
    return secrets;
}

static inline void *prover_alloc(size_t size)
{
    ck_assert_uint_ne(size, 0);
    void *memory = malloc(size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

/* The key of a system; its memory is to be freed. */
static inline void *prover_key(struct nonzk_proving_key *key, const struct nonzk_r1cs *cs,
                               const struct nonzk_setup_secrets *secrets)
{
    struct nonzk_proving_key_shape shape;
    ck_assert_int_eq(nonzk_setup_shape(&shape, cs), 0);
    size_t size = nonzk_proving_key_size(&shape), workspace_len = nonzk_setup_workspace(&shape);
    void *memory = prover_alloc(size), *workspace = prover_alloc(workspace_len);
    ck_assert_int_eq(nonzk_setup(key, memory, size, cs, secrets, workspace, workspace_len), 0);
    free(workspace);
    return memory;
}

/* All that is needed to prove with p->key and to verify. */
static inline void prover_prepare(struct prover *p)
{
    uint32_t npublic = p->key.shape.npublic;
    size_t size = nonzk_groth16_verifier_size(npublic);
    p->workspace_len = nonzk_groth16_prove_workspace(&p->key);
    p->workspace = prover_alloc(p->workspace_len);
    p->verifying_len = NONZK_GROTH16_KEY_LEN(npublic);
    p->verifying = prover_alloc(p->verifying_len);
    p->verifier_memory = prover_alloc(size);
    ck_assert_int_eq(
        nonzk_proving_key_verifying(p->verifying, p->verifying_len, &p->key, prover_circuit_id), 0);
    ck_assert_int_eq(nonzk_groth16_verifier_init(&p->verifier, p->verifier_memory, size,
                                                 p->verifying, p->verifying_len),
                     0);
}

static inline void prover_start(struct prover *p, const struct nonzk_r1cs *cs, const char *seed)
{
    struct nonzk_setup_secrets secrets = prover_secrets(seed);
    p->memory = prover_key(&p->key, cs, &secrets);
    prover_prepare(p);
}

static inline void prover_stop(struct prover *p)
{
    free(p->memory);
    free(p->workspace);
    free(p->verifying);
    free(p->verifier_memory);
}

static inline int prover_prove(struct prover *p, uint8_t proof[NONZK_GROTH16_PROOF_LEN],
                               const struct nonzk_fr *values,
                               const struct nonzk_prove_options *options)
{
    return nonzk_groth16_prove(proof, &p->key, values, p->key.shape.nwires, p->workspace,
                               p->workspace_len, options);
}

/* Whether the proof holds for the public inputs among the values. */
static inline int prover_verify(const struct prover *p,
                                const uint8_t proof[NONZK_GROTH16_PROOF_LEN],
                                const struct nonzk_fr *values)
{
    uint32_t npublic = p->key.shape.npublic;
    uint8_t *inputs = prover_alloc(npublic * NONZK_GROTH16_INPUT_LEN + 1);
    nonzk_groth16_public_inputs(inputs, &p->key, values);
    int result = nonzk_groth16_verify(p->verifier, proof, NONZK_GROTH16_PROOF_LEN, inputs, npublic);
    free(inputs);
    return result;
}

/*
 * y = x^3 + x + 5 for y and `npublic` - 1 unused public inputs, and `nbits` bits of x, recorded and
 * assigned.
 */
static inline void prover_circuit(struct system *system, uint32_t npublic, uint32_t nbits,
                                  uint64_t x)
{
    struct nonzk_fr value = fr_u64(x), five = fr_u64(5), y = fr_u64(x * x * x + x + 5);
    struct nonzk_lc lc_x, square, sum, lc_y;
    uint32_t bits[64];
    system_start(system, NONZK_R1CS_RECORD | NONZK_R1CS_ASSIGN, 80);
    struct nonzk_r1cs *cs = &system->cs;
    uint32_t wire_y = nonzk_r1cs_public(cs, &y);
    for (uint32_t i = 1; i < npublic; i++)
        nonzk_r1cs_public(cs, &value);
    uint32_t wire_x = nonzk_r1cs_private(cs, &value);
    nonzk_lc_of_wire(cs, &lc_x, wire_x);
    nonzk_lc_of_wire(cs, &square, nonzk_gadget_product(cs, &lc_x, &lc_x));
    nonzk_lc_init(cs, &sum, 4);
    nonzk_lc_add_wire(cs, &sum, nonzk_gadget_product(cs, &square, &lc_x), NULL);
    nonzk_lc_add(cs, &sum, &lc_x, NULL);
    nonzk_lc_add_wire(cs, &sum, NONZK_R1CS_ONE, &five);
    nonzk_lc_of_wire(cs, &lc_y, wire_y);
    nonzk_gadget_equal(cs, &sum, &lc_y);
    nonzk_gadget_bits(cs, bits, nbits, &value);
    ck_assert_int_eq(nonzk_r1cs_status(cs), 0);
}

#endif
