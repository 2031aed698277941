/* All wires are secret but wire 0, which is 1, and what the caller mixes in. The proof is not, once it is complete. */
#include <noncrypto/cpu.h>
#include <nonzk/gadget.h>
#include <nonzk/prove.h>
#include <nonzk/setup.h>
#include <stdlib.h>

#include "secrets.h"

int ct_prove(void);

static uint64_t circuit[1 << 13], key_memory[1 << 13], workspace[1 << 18];

/* x^2 = y for a public y, and x has 4 bits. */
static int make_circuit(struct nonzk_r1cs *cs)
{
    const struct nonzk_r1cs_limits limits = {
        .wires = 16, .constraints = 16, .terms = 64, .scratch = 64};
    struct nonzk_fr x, y;
    struct nonzk_lc a, c;

    int result = nonzk_r1cs_init(cs, &limits, NONZK_R1CS_RECORD | NONZK_R1CS_ASSIGN, circuit,
                                 sizeof circuit);
    if (result != 0)
        return result;
    nonzk_fr_set_u64(&x, 11);
    nonzk_fr_set_u64(&y, 121);
    nonzk_lc_of_wire(cs, &c, nonzk_r1cs_public(cs, &y));
    nonzk_lc_of_wire(cs, &a, nonzk_r1cs_private(cs, &x));
    nonzk_r1cs_enforce(cs, &a, &a, &c);
    nonzk_gadget_range(cs, &a, 4);
    return nonzk_r1cs_status(cs);
}

int ct_prove(void)
{
    struct nonzk_setup_secrets secrets;
    struct nonzk_proving_key_shape shape;
    struct nonzk_proving_key key;
    struct nonzk_r1cs cs;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], random[32];
    const struct nonzk_prove_options options = {.random = random, .random_len = sizeof random};

    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    int result = make_circuit(&cs);
    nonzk_setup_development(&secrets, "ct", 2);
    result |= nonzk_setup_shape(&shape, &cs);
    if (result != 0)
        return result;
    result = nonzk_setup(&key, key_memory, sizeof key_memory, &cs, &secrets, workspace,
                         sizeof workspace);
    if (result != 0)
        return result;
    secret_bytes(random, sizeof random, 9);
    taint(cs.values + 1, (cs.nwires - 1) * sizeof *cs.values);
    return nonzk_groth16_prove(proof, &key, cs.values, cs.nwires, workspace, sizeof workspace,
                               &options);
}
