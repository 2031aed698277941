#include "csprng/key_mix.h"

#include <noncrypto/memory.h>
#include <string.h>

#include "blake3/blake3_private.h"
#include "bytes.h"
#include "stack_wipe.h"

#define HEADER_LEN    NONCRYPTO_BLAKE3_BLOCK_LEN
#define PIECE_LEN_MAX (NONCRYPTO_BLAKE3_CHUNK_LEN - HEADER_LEN)

STACK_WIPED static void mix_piece(uint8_t key[32], const uint8_t header[HEADER_LEN],
                                  const uint8_t *piece, size_t len)
{
    uint8_t last[NONCRYPTO_BLAKE3_BLOCK_LEN] = {0};
    uint32_t cv[8];
    const uint32_t end = BLAKE3_KEYED_HASH | BLAKE3_CHUNK_END | BLAKE3_ROOT;

    for (int i = 0; i < 8; i++)
        cv[i] = load_le32(key + 4 * i);
    if (len == 0) {
        noncrypto_blake3_compress(cv, header, 0, HEADER_LEN, end | BLAKE3_CHUNK_START);
    } else {
        noncrypto_blake3_compress(cv, header, 0, HEADER_LEN,
                                  BLAKE3_KEYED_HASH | BLAKE3_CHUNK_START);
        for (; len > sizeof last; piece += sizeof last, len -= sizeof last)
            noncrypto_blake3_compress(cv, piece, 0, sizeof last, BLAKE3_KEYED_HASH);
        memcpy(last, piece, len);
        noncrypto_blake3_compress(cv, last, 0, (uint32_t)len, end);
    }
    for (int i = 0; i < 8; i++)
        store_le32(key + 4 * i, cv[i]);
    noncrypto_wipe(cv, sizeof cv);
    noncrypto_wipe(last, sizeof last);
}

void noncrypto_key_mix(uint8_t key[32], const uint8_t label[16], uint8_t purpose,
                       const void *material, size_t len)
{
    uint8_t header[HEADER_LEN] = {0};
    const uint8_t *p = material;
    size_t done = 0;

    memcpy(header, label, 16);
    header[16] = purpose;
    store_le64(header + 24, len);
    do {
        size_t take = len - done < PIECE_LEN_MAX ? len - done : PIECE_LEN_MAX;
        store_le64(header + 32, done);
        mix_piece(key, header, take > 0 ? p + done : header, take);
        done += take;
    } while (done < len);
    STACK_WIPE(512);
}
