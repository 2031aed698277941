/*
 * What an image must be attested by: the key that the attestor was built with, the present root and epoch, and the pseudonyms that
 * are denied. All of it is this task's own state; nothing comes from a file that is checked.
 */
#ifndef ATTESTOR_RULE_H
#define ATTESTOR_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/result.h>
#include <nonzk/module.h>

#define RULE_DENIED_MAX 1024

struct rule {
    struct nonzk_groth16_verifier *verifier;
    struct nonzk_module_rule demand; /* `denied` is the array below */
    uint8_t denied[RULE_DENIED_MAX][NONZK_FR_LEN];
    uint32_t generation; /* grows with each change */
    bool development;    /* everybody can make proofs for this key */
};

/*
 * Prepares the key that was built in and begins with its root and epoch. CORRUPT: the key is not the one that was built in, not for the
 * attestation circuit, or unsafe. NO_MEMORY.
 */
NONOS_MUST_CHECK int rule_init(struct rule *rule);

/* The next epoch, under another root. INVALID: `epoch` is not above the present one, or `root` is not below r. */
NONOS_MUST_CHECK int rule_set_epoch(struct rule *rule, uint64_t epoch,
                                    const uint8_t root[NONZK_FR_LEN]);

/* Denies a pseudonym, in every epoch. INVALID: it is not below r; EXISTS; NO_SPACE. */
NONOS_MUST_CHECK int rule_deny(struct rule *rule, const uint8_t pseudonym[NONZK_FR_LEN]);

/*
 * The result of the attestor for one of libnonzk's, and for people a reason of at most 39 bytes: OK, NOT_ATTESTED, ATTESTATION, EPOCH,
 * REVOKED or PROOF.
 */
int rule_result(int result);
const char *rule_reason(int result);

#endif
