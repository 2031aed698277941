/* The attestor's rule. */
#include "rule.h"

#include <stdlib.h>
#include <string.h>

#include <noncrypto/memory.h>
#include <nonzk/fr.h>

#include "key.h"

#define HASH_AT (NONZK_GROTH16_HEADER_LEN - sizeof(attestor_key_hash))

/* The circuit ids of release and development; a key for anything else is not the attestor's. */
static bool circuit_known(const uint8_t *circuit_id, bool *development)
{
    uint8_t id[NONZK_ATTESTATION_CIRCUIT_LEN];
    nonzk_attestation_circuit_id(id, 1);
    *development = noncrypto_compare(id, circuit_id, sizeof(id)) == 0;
    nonzk_attestation_circuit_id(id, 0);
    return *development || noncrypto_compare(id, circuit_id, sizeof(id)) == 0;
}

static bool below_order(const uint8_t element[NONZK_FR_LEN])
{
    struct nonzk_fr decoded;
    return nonzk_fr_from_bytes(&decoded, element) == 0;
}

int rule_init(struct rule *rule)
{
    size_t size = nonzk_groth16_verifier_size(NONZK_ATTESTATION_INPUTS);
    memset(rule, 0, sizeof(*rule));
    if (noncrypto_compare(attestor_key + HASH_AT, attestor_key_hash, sizeof(attestor_key_hash)) !=
            0 ||
        !below_order(attestor_root))
        return NONOS_E_CORRUPT;
    void *memory = malloc(size);
    if (!memory)
        return NONOS_E_NO_MEMORY;
    if (nonzk_groth16_verifier_init(&rule->verifier, memory, size, attestor_key,
                                    sizeof(attestor_key)) != 0 ||
        nonzk_groth16_ninputs(rule->verifier) != NONZK_ATTESTATION_INPUTS ||
        !circuit_known(nonzk_groth16_circuit_id(rule->verifier), &rule->development)) {
        free(memory);
        return NONOS_E_CORRUPT;
    }
    memcpy(rule->demand.root, attestor_root, sizeof(rule->demand.root));
    rule->demand.epoch = attestor_epoch;
    rule->demand.denied = rule->denied[0];
    rule->generation = 1;
    return NONOS_OK;
}

int rule_set_epoch(struct rule *rule, uint64_t epoch, const uint8_t root[NONZK_FR_LEN])
{
    if (epoch <= rule->demand.epoch || epoch > UINT32_MAX || !below_order(root))
        return NONOS_E_INVALID;
    memcpy(rule->demand.root, root, sizeof(rule->demand.root));
    rule->demand.epoch = (uint32_t)epoch;
    rule->generation++;
    return NONOS_OK;
}

int rule_deny(struct rule *rule, const uint8_t pseudonym[NONZK_FR_LEN])
{
    if (!below_order(pseudonym))
        return NONOS_E_INVALID;
    for (size_t i = 0; i < rule->demand.ndenied; i++)
        if (memcmp(rule->denied[i], pseudonym, NONZK_FR_LEN) == 0)
            return NONOS_E_EXISTS;
    if (rule->demand.ndenied == RULE_DENIED_MAX)
        return NONOS_E_NO_SPACE;
    memcpy(rule->denied[rule->demand.ndenied++], pseudonym, NONZK_FR_LEN);
    rule->generation++;
    return NONOS_OK;
}

int rule_result(int result)
{
    switch (result) {
    case NONZK_OK:
        return NONOS_OK;
    case NONZK_E_NOT_ATTESTED:
        return NONOS_E_NOT_ATTESTED;
    case NONZK_E_EPOCH:
        return NONOS_E_EPOCH;
    case NONZK_E_DENIED:
        return NONOS_E_REVOKED;
    case NONZK_E_PROOF:
        return NONOS_E_PROOF;
    default:
        return NONOS_E_ATTESTATION;
    }
}

const char *rule_reason(int result)
{
    switch (result) {
    case NONOS_E_NOT_ATTESTED:
        return "not attested";
    case NONOS_E_ATTESTATION:
        return "malformed, or for another key";
    case NONOS_E_EPOCH:
        return "another epoch";
    case NONOS_E_REVOKED:
        return "revoked authority";
    case NONOS_E_PROOF:
        return "the proof does not hold";
    case NONOS_E_CEILING:
        return "more than is proved";
    case NONOS_E_NOT_FOUND:
        return "attested under another name";
    default:
        return nonos_strerror(result);
    }
}
