/* The random bytes of a contribution are secret, and so are the factors made of them; all points are published. */
#include <noncrypto/cpu.h>
#include <nonzk/powers_of_tau.h>
#include <nonzk/r1cs.h>
#include <nonzk/setup.h>
#include <stdlib.h>

#include "secrets.h"

int ct_ceremony(void);

static uint64_t circuit[1 << 13], first[1 << 13], second[1 << 13], workspace[1 << 18];

static int first_phase(const struct nonzk_contribution *party)
{
    struct nonzk_ptau ptau, next;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    int result = nonzk_ptau_new(&ptau, first, sizeof first, 1);

    return result != 0 ? result
                       : nonzk_ptau_contribute(&next, second, sizeof second, &ptau, party, hash);
}

static int second_phase(const struct nonzk_contribution *party)
{
    const struct nonzk_r1cs_limits limits = {
        .wires = 4, .constraints = 4, .terms = 16, .scratch = 16};
    struct nonzk_setup_secrets secrets;
    struct nonzk_proving_key key, next;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    struct nonzk_r1cs cs;
    struct nonzk_lc a, c;

    int result = nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, circuit, sizeof circuit);
    if (result != 0)
        return result;
    nonzk_lc_of_wire(&cs, &c, nonzk_r1cs_public(&cs, NULL));
    nonzk_lc_of_wire(&cs, &a, nonzk_r1cs_private(&cs, NULL));
    nonzk_r1cs_enforce(&cs, &a, &a, &c);
    nonzk_setup_development(&secrets, "ct", 2);
    result = nonzk_setup(&key, first, sizeof first, &cs, &secrets, workspace, sizeof workspace);
    return result != 0 ? result
                       : nonzk_phase2_contribute(&next, second, sizeof second, &key, party, hash);
}

int ct_ceremony(void)
{
    uint8_t random[NONZK_CONTRIBUTION_RANDOM_LEN];
    const struct nonzk_contribution party = {.name = "ct", .name_len = 2, .random = random};

    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    secret_bytes(random, sizeof random, 5);
    return first_phase(&party) | second_phase(&party);
}
