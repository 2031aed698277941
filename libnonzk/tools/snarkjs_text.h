/*
 * The opposite of snarkjs_json.h: JSON as snarkjs writes it, from the bytes of nonzk/groth16.h.
 * Needs no library for JSON.
 */
#ifndef NONZK_TOOLS_SNARKJS_TEXT_H
#define NONZK_TOOLS_SNARKJS_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Print a proof, public inputs and a key file to `to`. Return 0; what decoding says of a point that
 * is none; or NONZK_E_ENCODING if `key` is no key file. What was printed before an error is of no
 * use. The circuit id of a key, and its beta and delta in G1, are lost.
 */
int snarkjs_print_proof(FILE *to, const uint8_t *proof);
int snarkjs_print_public(FILE *to, const uint8_t *inputs, size_t ninputs);
int snarkjs_print_key(FILE *to, const uint8_t *key, size_t len);

#endif
