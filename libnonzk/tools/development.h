/*
 * The development setup and authority, whose secrets come from a public seed: everybody can make
 * them, so a release refuses them (docs/attestation.md).
 */
#ifndef NONZK_TOOLS_DEVELOPMENT_H
#define NONZK_TOOLS_DEVELOPMENT_H

#include <stdint.h>

#include <nonzk/authority.h>

#define DEVELOPMENT_SEED "NONOS development"

/* Whether this circuit id says that everybody can make the keys. */
int is_development(const uint8_t *circuit_id);

/* The secret of the authority that a seed makes. */
void development_secret(struct nonzk_fr *secret, const char *seed);

/*
 * Return EXIT_CODE_OK, or EXIT_CODE_MISMATCH after a message that begins with `name`: for a circuit
 * id of development keys, and for a set in which the authority of DEVELOPMENT_SEED has a place.
 */
int refuse_development_key(const char *name, const uint8_t *circuit_id);
int refuse_development_authority(const char *name, const struct nonzk_authority_set *set);

#endif
