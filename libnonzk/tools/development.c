#include "development.h"

#include <string.h>

#include <command.h>
#include <noncrypto/blake3.h>
#include <nonzk/attestation.h>

#define AUTHORITY_TEXT "NONOS development authority v1"

int is_development(const uint8_t *circuit_id)
{
    uint8_t development[NONZK_ATTESTATION_CIRCUIT_LEN];

    nonzk_attestation_circuit_id(development, 1);
    return memcmp(circuit_id, development, sizeof development) == 0;
}

void development_secret(struct nonzk_fr *secret, const char *seed)
{
    uint8_t wide[NONZK_FR_WIDE_LEN];
    struct noncrypto_blake3 ctx;

    noncrypto_blake3_init_derive_key(&ctx, AUTHORITY_TEXT, sizeof AUTHORITY_TEXT - 1);
    noncrypto_blake3_update(&ctx, seed, strlen(seed));
    noncrypto_blake3_final(&ctx, wide, sizeof wide);
    nonzk_fr_from_wide(secret, wide);
}

int refuse_development_key(const char *name, const uint8_t *circuit_id)
{
    if (!is_development(circuit_id))
        return EXIT_CODE_OK;
    complain("%s: it is a development key, with which everybody can prove everything", name);
    return EXIT_CODE_MISMATCH;
}

int refuse_development_authority(const char *name, const struct nonzk_authority_set *set)
{
    struct nonzk_fr secret, key;
    uint32_t place;

    development_secret(&secret, DEVELOPMENT_SEED);
    nonzk_attestation_key(&key, &secret);
    if (nonzk_authority_find(set, &place, &key) != 0)
        return EXIT_CODE_OK;
    complain("%s: place %u is the development authority's, whose secret everybody can make", name,
             (unsigned)place);
    return EXIT_CODE_MISMATCH;
}
