/* Powers of tau (.ptau) in memory. */
#ifndef NONZK_TOOLS_POWERS_H
#define NONZK_TOOLS_POWERS_H

#include <nonzk/powers_of_tau.h>

#include "proving.h"

struct powers {
    struct nonzk_ptau ptau;
    void *memory;
};

/*
 * These return an exit code, not 0 after a message. `*p` is all zeros before; powers_end() releases
 * what is there in any case.
 */
int powers_new(struct powers *p, uint32_t power);
int powers_prepare(struct powers *p, const struct powers *old, const char *name);
int powers_contribute(struct powers *p, const struct powers *old, const char *name,
                      const struct nonzk_contribution *contribution, uint8_t *hash);

/* If the file is refused, the code is EXIT_CODE_MISMATCH and there is no message. */
int powers_parse(struct powers *p, const char *name, const struct content *content,
                 struct refusal *refusal);

/* Says in `*refusal` what the library says. */
int powers_verify(const struct powers *p, struct refusal *refusal);

int powers_save(const struct powers *p, const char *name, int force);
void powers_end(struct powers *p);

/* The key that the second phase begins with. */
int powers_begin(struct proving *key, const struct powers *p, const struct nonzk_r1cs *cs);

#endif
