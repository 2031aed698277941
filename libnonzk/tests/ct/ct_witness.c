/*
 * An authority's secret, what it may allow, when it expires and which place it has are secret; so are all wires but those of
 * public inputs. That a statement is true is not.
 */
#include <nonzk/attestation.h>
#include <nonzk/poseidon.h>
#include <nonzk/r1cs.h>
#include <stdlib.h>

#include "secrets.h"

int ct_witness(void);

static struct nonzk_fr nodes[2 << NONZK_ATTESTATION_DEPTH];

/* A tree in which all nodes beside the path are zero. */
static int make_statement(struct nonzk_attestation_statement *statement,
                          struct nonzk_attestation_witness *witness)
{
    struct nonzk_fr key, leaf;

    witness->secret = secret_fr(3);
    witness->allowed = UINT64_MAX;
    witness->expiry = 77;
    witness->index = 682;
    taint(&witness->allowed, sizeof witness->allowed);
    taint(&witness->expiry, sizeof witness->expiry);
    taint(&witness->index, sizeof witness->index);
    taint(nodes, sizeof nodes);
    int result =
        nonzk_merkle_path(witness->siblings, nodes, NONZK_ATTESTATION_DEPTH, witness->index);
    nonzk_attestation_key(&key, &witness->secret);
    nonzk_attestation_leaf(&leaf, &key, witness->allowed, witness->expiry);
    result |= nonzk_merkle_root(&statement->root, &leaf, witness->index, witness->siblings,
                                NONZK_ATTESTATION_DEPTH);
    nonzk_attestation_policy(&statement->policy, 0x302, 7, 42);
    nonzk_attestation_pseudonym(&statement->pseudonym, &witness->secret, 42);
    nonzk_fr_set_u64(&statement->module, 5);
    return result;
}

int ct_witness(void)
{
    struct nonzk_attestation_statement statement;
    struct nonzk_attestation_witness witness;
    struct nonzk_r1cs_limits limits;
    struct nonzk_r1cs cs;

    int result = make_statement(&statement, &witness);
    nonzk_attestation_limits(&limits);
    size_t len = nonzk_r1cs_size(&limits, NONZK_R1CS_ASSIGN);
    void *memory = malloc(len);
    if (!memory)
        return 1;
    result |= nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_ASSIGN, memory, len);
    nonzk_attestation_circuit(&cs, &statement, &witness);
    untaint(&cs.violated, sizeof cs.violated);
    result |= nonzk_r1cs_status(&cs);
    free(memory);
    return result;
}
