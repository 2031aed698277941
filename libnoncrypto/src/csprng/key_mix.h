/*
 * Mixing of material into a 256-bit key: key = keyed BLAKE3(key, header || piece) for each piece of at most 960 bytes. The
 * header is one block with a label, the purpose, the total length and the position of the piece, so that no two inputs are
 * alike. One such message is one BLAKE3 chunk: it needs no tree, and hence little stack. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_CSPRNG_KEY_MIX_H
#define NONCRYPTO_SRC_CSPRNG_KEY_MIX_H

#include <stddef.h>
#include <stdint.h>

void noncrypto_key_mix(uint8_t key[32], const uint8_t label[16], uint8_t purpose,
                       const void *material, size_t len);

#endif
