/*
 * The attestation circuit. Its wires are, after the public inputs: the square of M, the secret, the
 * expiry epoch, the siblings, the bits of P, of the allowed mask, of the index and of expiry -
 * epoch, then those of the hashes.
 */
#include <noncrypto/memory.h>
#include <nonzk/attestation.h>
#include <nonzk/gadget.h>

#include "ct.h"
#include "r1cs/r1cs_private.h"

#define EPOCH_BITS   32
#define VERSION_BITS 64
#define MASK_BITS    64
#define POLICY_BITS  (EPOCH_BITS + VERSION_BITS + MASK_BITS)
#define DEPTH        NONZK_ATTESTATION_DEPTH

/* Wires that several parts of the circuit use. */
struct circuit {
    uint32_t root, module, policy, pseudonym;
    uint32_t secret, expiry;
    uint32_t siblings[DEPTH], index[DEPTH];
    uint32_t policy_bits[POLICY_BITS]; /* the epoch, the version, the mask */
    uint32_t allowed[MASK_BITS];
};

static void make_inputs(struct nonzk_r1cs *cs, struct circuit *c,
                        const struct nonzk_attestation_statement *statement)
{
    c->root = nonzk_r1cs_public(cs, &statement->root);
    c->module = nonzk_r1cs_public(cs, &statement->module);
    c->policy = nonzk_r1cs_public(cs, &statement->policy);
    c->pseudonym = nonzk_r1cs_public(cs, &statement->pseudonym);
}

/* An input that is in no constraint could be exchanged in a finished proof. */
static void bind_module(struct nonzk_r1cs *cs, const struct circuit *c)
{
    struct nonzk_lc module;

    nonzk_lc_of_wire(cs, &module, c->module);
    nonzk_gadget_product(cs, &module, &module);
}

static void make_witness(struct nonzk_r1cs *cs, struct circuit *c,
                         const struct nonzk_attestation_statement *statement,
                         const struct nonzk_attestation_witness *witness)
{
    struct nonzk_fr expiry, allowed, index;

    nonzk_fr_set_u64(&expiry, witness->expiry);
    nonzk_fr_set_u64(&allowed, witness->allowed);
    nonzk_fr_set_u64(&index, witness->index);
    c->secret = nonzk_r1cs_private(cs, &witness->secret);
    c->expiry = nonzk_r1cs_private(cs, &expiry);
    for (unsigned i = 0; i < DEPTH; i++)
        c->siblings[i] = nonzk_r1cs_private(cs, &witness->siblings[i]);
    nonzk_gadget_bits(cs, c->policy_bits, POLICY_BITS, &statement->policy);
    nonzk_gadget_bits(cs, c->allowed, MASK_BITS, &allowed);
    nonzk_gadget_bits(cs, c->index, DEPTH, &index);
    noncrypto_wipe(&expiry, sizeof expiry);
    noncrypto_wipe(&allowed, sizeof allowed);
    noncrypto_wipe(&index, sizeof index);
}

static void make_epoch(struct nonzk_r1cs *cs, const struct circuit *c, struct nonzk_lc *epoch)
{
    nonzk_lc_init(cs, epoch, EPOCH_BITS);
    nonzk_gadget_pack(cs, epoch, c->policy_bits, EPOCH_BITS, 0);
}

/* P is of its bits; its capabilities are allowed and its epoch is not after the expiry. */
static void check_policy(struct nonzk_r1cs *cs, const struct circuit *c)
{
    struct nonzk_lc sum, policy, epoch, expiry;

    nonzk_lc_init(cs, &sum, POLICY_BITS);
    nonzk_gadget_pack(cs, &sum, c->policy_bits, POLICY_BITS, 0);
    nonzk_lc_of_wire(cs, &policy, c->policy);
    nonzk_gadget_equal(cs, &sum, &policy);
    nonzk_gadget_subset(cs, c->policy_bits + EPOCH_BITS + VERSION_BITS, c->allowed, MASK_BITS);
    make_epoch(cs, c, &epoch);
    nonzk_lc_of_wire(cs, &expiry, c->expiry);
    nonzk_gadget_not_greater(cs, &epoch, &expiry, EPOCH_BITS);
}

/* The leaf of the secret, the allowed mask and the expiry is under R. */
static void check_membership(struct nonzk_r1cs *cs, const struct circuit *c)
{
    struct nonzk_lc secret, in[3], leaf, computed, root;

    nonzk_lc_of_wire(cs, &secret, c->secret);
    nonzk_gadget_poseidon(cs, &in[0], NONZK_DOMAIN_KEY, &secret, 1);
    nonzk_lc_init(cs, &in[1], MASK_BITS);
    nonzk_gadget_pack(cs, &in[1], c->allowed, MASK_BITS, 0);
    nonzk_lc_of_wire(cs, &in[2], c->expiry);
    nonzk_gadget_poseidon(cs, &leaf, NONZK_DOMAIN_LEAF, in, 3);
    nonzk_gadget_merkle(cs, &computed, &leaf, c->index, c->siblings, DEPTH);
    nonzk_lc_of_wire(cs, &root, c->root);
    nonzk_gadget_equal(cs, &computed, &root);
}

/* T is the hash of the secret and the epoch. */
static void check_pseudonym(struct nonzk_r1cs *cs, const struct circuit *c)
{
    struct nonzk_lc in[2], computed, pseudonym;

    nonzk_lc_of_wire(cs, &in[0], c->secret);
    make_epoch(cs, c, &in[1]);
    nonzk_gadget_poseidon(cs, &computed, NONZK_DOMAIN_PSEUDONYM, in, 2);
    nonzk_lc_of_wire(cs, &pseudonym, c->pseudonym);
    nonzk_gadget_equal(cs, &computed, &pseudonym);
}

static void in_fresh_scratch(struct nonzk_r1cs *cs, const struct circuit *c,
                             void (*part)(struct nonzk_r1cs *, const struct circuit *))
{
    uint32_t mark = nonzk_r1cs_mark(cs);

    part(cs, c);
    nonzk_r1cs_release(cs, mark);
}

void nonzk_attestation_circuit(struct nonzk_r1cs *cs,
                               const struct nonzk_attestation_statement *statement,
                               const struct nonzk_attestation_witness *witness)
{
    static const struct nonzk_attestation_statement no_statement;
    static const struct nonzk_attestation_witness no_witness;
    struct circuit c;

    if (!(cs->mode & NONZK_R1CS_ASSIGN)) {
        statement = &no_statement;
        witness = &no_witness;
    } else if (ct_public(witness->index >> DEPTH != 0)) {
        nonzk_r1cs_fail(cs, NONZK_E_INVALID);
        return;
    }
    make_inputs(cs, &c, statement);
    in_fresh_scratch(cs, &c, bind_module);
    make_witness(cs, &c, statement, witness);
    in_fresh_scratch(cs, &c, check_policy);
    in_fresh_scratch(cs, &c, check_membership);
    in_fresh_scratch(cs, &c, check_pseudonym);
}

void nonzk_attestation_limits(struct nonzk_r1cs_limits *limits)
{
    *limits = (struct nonzk_r1cs_limits){
        .wires = 3510,
        .constraints = NONZK_ATTESTATION_CONSTRAINTS,
        .terms = 91104,
        .scratch = NONZK_GADGET_SCRATCH + 512,
    };
}
