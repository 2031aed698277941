/* Proving keys in memory, and proofs with them. */
#ifndef NONZK_TOOLS_PROVING_H
#define NONZK_TOOLS_PROVING_H

#include <nonzk/ceremony.h>
#include <nonzk/prove.h>
#include <nonzk/r1cs.h>

#include "load.h"

struct proving {
    struct nonzk_proving_key key;
    void *memory; /* of the key */
    struct content verifying;
    struct nonzk_groth16_verifier *verifier;
};

/* A constraint system with its memory. */
struct recorded {
    struct nonzk_r1cs cs;
    void *memory;
    size_t size;
};

/* Memory, or NULL after a message; sizes are 0 where no object can be so large. */
void *allocate(const char *name, size_t size);

/* Why the library does not take a file of a ceremony. */
struct refusal {
    int result;
    struct nonzk_fault fault;
};

#define REFUSAL_STEP_LEN 96

/* The step that failed, with the contribution if one is to blame. */
void refusal_step(char step[REFUSAL_STEP_LEN], const struct refusal *refusal);

/* Says it on standard error; returns EXIT_CODE_IO. */
int refusal_complain(const char *name, const struct refusal *refusal);

/*
 * These return an exit code, not 0 after a message. `*p` is all zeros before; proving_end()
 * releases what is there in any case.
 */

/* Reads a .zkey and checks every point. */
int proving_read(struct proving *p, const char *name);

/*
 * The same for a file that was read; if it is refused, the code is EXIT_CODE_MISMATCH and there is no
 * message.
 */
int proving_parse(struct proving *p, const char *name, const struct content *content,
                  struct refusal *refusal);

int proving_save(const struct proving *p, const char *name, int force);

/* Makes of `old` the key with one contribution more, and its hash. */
int proving_contribute(struct proving *p, const struct proving *old, const char *name,
                       const struct nonzk_contribution *contribution, uint8_t *hash);

/* Says in `*refusal` whether the key is what its contributions make of `initial`. */
int proving_verify(const struct proving *p, const struct proving *initial, struct refusal *refusal);

/* Makes a key from a seed that is public. */
int proving_develop(struct proving *p, const struct nonzk_r1cs *cs, const char *seed);

/*
 * Makes the verifying key and a verifier, which refuses a key with which everybody can make proofs;
 * `name` is for messages.
 */
int proving_finish(struct proving *p, const char *name, const uint8_t *circuit_id);

/* Makes a proof and verifies it. */
int proving_prove(const struct proving *p, uint8_t *proof, const struct nonzk_fr *values,
                  uint32_t nvalues);

void proving_end(struct proving *p);

/* The attestation circuit, recorded; or what a .r1cs holds. To be released with recorded_end(). */
int record_attestation(struct recorded *r);
int record_file(struct recorded *r, const char *name);

/* Wipes the memory, which may hold a witness, and releases it. */
void recorded_end(struct recorded *r);

#endif
