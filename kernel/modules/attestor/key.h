/*
 * What this attestor was built with: the verifying key of the attestation circuit, and the authorities that the system begins with.
 * kernel/tools/attestor_key.py makes the source from a folder of keys.
 */
#ifndef ATTESTOR_KEY_H
#define ATTESTOR_KEY_H

#include <stdint.h>

#include <nonzk/groth16.h>
#include <nonzk/module.h>

#define ATTESTOR_KEY_LEN NONZK_GROTH16_KEY_LEN(NONZK_ATTESTATION_INPUTS)

extern const uint8_t attestor_key[ATTESTOR_KEY_LEN]; /* a key file (nonzk/groth16.h) */
extern const uint8_t attestor_key_hash[32];          /* SHA-256, as the file's header must say */
extern const uint8_t attestor_root[NONZK_FR_LEN];    /* R, big-endian */
extern const uint32_t attestor_epoch;

#endif
