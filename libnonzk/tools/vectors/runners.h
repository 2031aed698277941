/* The runners of libnonzk; what they share is in libnoncrypto's vectors.h. */
#ifndef NONZK_TOOLS_VECTORS_RUNNERS_H
#define NONZK_TOOLS_VECTORS_RUNNERS_H

#include <vectors/vectors.h>

/*
 * Encodings of the multiples 0, 1, 2, ... of the generator, one after the other, as zkcrypto has
 * them. Return -1 if `len` is no multiple of an encoding's length.
 */
int encodings_g1_run(struct vectors *v, int compressed, const uint8_t *bytes, size_t len);
int encodings_g2_run(struct vectors *v, int compressed, const uint8_t *bytes, size_t len);

/* Returns -1 if it is no array of cases, or the name tells of no operation. */
int eip2537_run(struct vectors *v, const json_t *root);

/* Hash and encode to curve; expand_message. Return -1 if it is another suite. */
int rfc9380_run(struct vectors *v, const json_t *root);

/*
 * A verifying key with the proof beside it; a case {"expect", "proof", "public"} with the key
 * beside it.
 */
int snarkjs_key_run(struct vectors *v, const json_t *key);
int snarkjs_case_run(struct vectors *v, const json_t *root);
/* A witness (.wtns) with the constraint system beside it, the only .r1cs of its folder. */
int snarkjs_witness_run(struct vectors *v, const uint8_t *bytes, size_t len);

/* test_vectors.txt of the reference. Returns -1 if it is something else. */
int poseidon_run(struct vectors *v, char *text);

/* The name of a file beside that of the vectors, to be freed. NULL if there is no memory. */
char *beside(const struct vectors *v, const char *name);

/* VERDICT_ACCEPTED if `result` is 0, else VERDICT_REFUSED. */
enum verdict verdict_of(int result);

#endif
