#ifndef VERIFY_H
#define VERIFY_H

#include <nonzk/groth16.h>

/*
 * Does the proof hold for these public inputs, by the key that is built in? Returns 0 if it does, else an error of libnonzk for
 * nonzk_strerror().
 */
int verify(const uint8_t *proof, size_t proof_len, const uint8_t *inputs, size_t inputs_len);

#endif
