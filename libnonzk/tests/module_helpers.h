/*
 * Module files with proofs that hold, made with a key whose secrets are known: they say nothing of
 * the circuit, which is tested by itself. For tests and fuzz targets.
 */
#ifndef NONZK_TESTS_MODULE_HELPERS_H
#define NONZK_TESTS_MODULE_HELPERS_H

#include "made_key.h"

#include <nonzk/module.h>

#define MADE_ELF_LEN      77
#define MADE_MODULE_LEN   (MADE_ELF_LEN + NONZK_MODULE_TAIL_LEN)
#define MADE_EPOCH        7
#define MADE_MEMORY_LEN   4096 /* words of a verifier's memory */
#define MADE_PROOF_AT     (MADE_ELF_LEN + NONZK_MANIFEST_LEN + 72)
#define MADE_PSEUDONYM_AT (MADE_ELF_LEN + NONZK_MANIFEST_LEN + 40)

struct made_module {
    uint64_t memory[MADE_MEMORY_LEN];
    struct nonzk_groth16_verifier *verifier;
    struct nonzk_module_rule rule;
    uint8_t file[MADE_MODULE_LEN];
};

static const struct nonzk_manifest made_manifest = {
    .name = "made-module.1", .capabilities = 0x8000000000000302, .version = 3, .epoch = MADE_EPOCH};

/* Puts a proof for what the file and the rule say into the file. */
static inline int made_module_prove(struct made_module *m)
{
    struct nonzk_attestation_statement statement;
    uint8_t hash[NONZK_MODULE_HASH_LEN], inputs[NONZK_ATTESTATION_INPUTS][NONZK_FR_LEN];

    nonzk_module_code_hash(hash, m->file, MADE_ELF_LEN);
    int result = nonzk_module_statement(&statement, hash, m->file + MADE_ELF_LEN);
    if (result != 0)
        return result;
    memcpy(inputs[0], m->rule.root, NONZK_FR_LEN);
    nonzk_fr_to_bytes(inputs[1], &statement.module);
    nonzk_fr_to_bytes(inputs[2], &statement.policy);
    memcpy(inputs[3], m->file + MADE_PSEUDONYM_AT, NONZK_FR_LEN);
    made_proof_of(m->file + MADE_PROOF_AT, inputs[0], NONZK_ATTESTATION_INPUTS);
    return 0;
}

/* A verifier, a rule and a file that it accepts. */
static inline int made_module(struct made_module *m)
{
    static const uint8_t unproved[NONZK_GROTH16_PROOF_LEN];
    uint8_t key[NONZK_GROTH16_KEY_LEN(NONZK_ATTESTATION_INPUTS)], manifest[NONZK_MANIFEST_LEN];
    struct nonzk_fr pseudonym;

    memset(m, 0, sizeof *m);
    made_key(key, NONZK_ATTESTATION_INPUTS);
    int result =
        nonzk_groth16_verifier_init(&m->verifier, m->memory, sizeof m->memory, key, sizeof key);
    m->rule.epoch = MADE_EPOCH;
    memset(m->rule.root, 0x11, sizeof m->rule.root);
    for (size_t i = 0; i < MADE_ELF_LEN; i++)
        m->file[i] = (uint8_t)(i * 37);
    memcpy(m->file, "\177ELF", 4);
    nonzk_fr_set_u64(&pseudonym, 0x123456789abcdef);
    if (result == 0)
        result = nonzk_manifest_encode(manifest, &made_manifest);
    if (result == 0)
        result = nonzk_module_tail(m->file + MADE_ELF_LEN, manifest,
                                   nonzk_groth16_circuit_id(m->verifier), &pseudonym, unproved);
    return result != 0 ? result : made_module_prove(m);
}

#endif
