/*
 * Proofs, public inputs and verifying keys as snarkjs writes them, JSON with decimal numbers,
 * turned into the bytes of nonzk/groth16.h. A host tool's code: it needs jansson.
 */
#ifndef NONZK_TOOLS_SNARKJS_JSON_H
#define NONZK_TOOLS_SNARKJS_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Turns the object of a proof.json into NONZK_GROTH16_PROOF_LEN bytes. Returns 0; NONZK_E_INVALID
 * if the JSON is of another kind, another protocol or another curve; or what decoding says of a
 * point.
 */
int snarkjs_proof(uint8_t *out, const json_t *proof);

/*
 * Turns the array of a public.json into NONZK_GROTH16_INPUT_LEN bytes for each input, whether below
 * r or not. Returns 0; NONZK_E_INVALID if it is no array of decimal numbers; NONZK_E_ENCODING
 * if one is not below 2^256; NONZK_E_NO_SPACE if there are more than `max`.
 */
int snarkjs_public(uint8_t *out, size_t max, size_t *ninputs, const json_t *inputs);

/*
 * Turns the object of a verification_key.json into a key file for `circuit_id`, of
 * NONZK_GROTH16_KEY_LEN() bytes. beta and delta in G1 are not in the JSON and become infinity, "not
 * known". Returns 0; NONZK_E_INVALID and errors of points as snarkjs_proof(); NONZK_E_NO_SPACE if
 * `size` is too small.
 */
int snarkjs_key(uint8_t *out, size_t size, size_t *len, const uint8_t *circuit_id,
                const json_t *key);

#endif
