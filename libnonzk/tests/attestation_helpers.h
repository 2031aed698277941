/*
 * Attestations in tests: an authority at random, and statements that are true of it.
 */
#ifndef NONZK_TESTS_ATTESTATION_HELPERS_H
#define NONZK_TESTS_ATTESTATION_HELPERS_H

#include "fr_helpers.h"

#include <nonzk/attestation.h>
#include <nonzk/poseidon.h>

struct attestation {
    struct nonzk_attestation_statement statement;
    struct nonzk_attestation_witness witness;
};

static inline struct nonzk_fr attestation_leaf(const struct nonzk_attestation_witness *witness)
{
    struct nonzk_fr key, leaf;
    nonzk_attestation_key(&key, &witness->secret);
    nonzk_attestation_leaf(&leaf, &key, witness->allowed, witness->expiry);
    return leaf;
}

static inline struct attestation attestation_make(uint64_t *seed, uint64_t allowed, uint32_t expiry,
                                                  uint64_t capabilities, uint64_t version,
                                                  uint32_t epoch)
{
    struct attestation a;
    uint8_t digest[NONZK_ATTESTATION_DIGEST_LEN];
    a.witness.secret = fr_random(seed);
    a.witness.allowed = allowed;
    a.witness.expiry = expiry;
    a.witness.index = (uint32_t)(check_random(seed) % (1 << NONZK_ATTESTATION_DEPTH));
    for (int i = 0; i < NONZK_ATTESTATION_DEPTH; i++)
        a.witness.siblings[i] = fr_random(seed);
    for (size_t i = 0; i < sizeof digest; i++)
        digest[i] = (uint8_t)check_random(seed);
    nonzk_attestation_module(&a.statement.module, digest);
    nonzk_attestation_policy(&a.statement.policy, capabilities, version, epoch);
    nonzk_attestation_pseudonym(&a.statement.pseudonym, &a.witness.secret, epoch);
    struct nonzk_fr leaf = attestation_leaf(&a.witness);
    ck_assert_int_eq(nonzk_merkle_root(&a.statement.root, &leaf, a.witness.index,
                                       a.witness.siblings, NONZK_ATTESTATION_DEPTH),
                     0);
    return a;
}

/* Runs the circuit in a system of its own; its memory is to be freed. */
static inline void *attestation_run(struct nonzk_r1cs *cs, unsigned mode,
                                    const struct attestation *a)
{
    struct nonzk_r1cs_limits limits;
    nonzk_attestation_limits(&limits);
    size_t size = nonzk_r1cs_size(&limits, mode);
    void *memory = malloc(size);
    ck_assert_ptr_nonnull(memory);
    ck_assert_int_eq(nonzk_r1cs_init(cs, &limits, mode, memory, size), 0);
    nonzk_attestation_circuit(cs, a ? &a->statement : NULL, a ? &a->witness : NULL);
    return memory;
}

#endif
