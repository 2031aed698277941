#include "chacha20/chacha20.h"

#include "bytes.h"

#define QUARTER_ROUND(a, b, c, d) \
    do {                          \
        a += b;                   \
        d = rotl32(d ^ a, 16);    \
        c += d;                   \
        b = rotl32(b ^ c, 12);    \
        a += b;                   \
        d = rotl32(d ^ a, 8);     \
        c += d;                   \
        b = rotl32(b ^ c, 7);     \
    } while (0)

void noncrypto_chacha20_init(struct chacha20 *state, const uint8_t key[CHACHA20_KEY_LEN],
                             const uint32_t tail[4])
{
    /* "expand 32-byte k" as four little-endian words. */
    state->input[0] = 0x61707865;
    state->input[1] = 0x3320646e;
    state->input[2] = 0x79622d32;
    state->input[3] = 0x6b206574;
    for (int i = 0; i < 8; i++)
        state->input[4 + i] = load_le32(key + 4 * i);
    for (int i = 0; i < 4; i++)
        state->input[12 + i] = tail[i];
}

void noncrypto_chacha20_block(struct chacha20 *state, uint8_t out[CHACHA20_BLOCK_LEN])
{
    const uint32_t *in = state->input;
    uint32_t v0 = in[0], v1 = in[1], v2 = in[2], v3 = in[3];
    uint32_t v4 = in[4], v5 = in[5], v6 = in[6], v7 = in[7];
    uint32_t v8 = in[8], v9 = in[9], v10 = in[10], v11 = in[11];
    uint32_t v12 = in[12], v13 = in[13], v14 = in[14], v15 = in[15];

    for (int i = 0; i < 10; i++) {
        QUARTER_ROUND(v0, v4, v8, v12);
        QUARTER_ROUND(v1, v5, v9, v13);
        QUARTER_ROUND(v2, v6, v10, v14);
        QUARTER_ROUND(v3, v7, v11, v15);
        QUARTER_ROUND(v0, v5, v10, v15);
        QUARTER_ROUND(v1, v6, v11, v12);
        QUARTER_ROUND(v2, v7, v8, v13);
        QUARTER_ROUND(v3, v4, v9, v14);
    }

    const uint32_t v[16] = {v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15};
    for (int i = 0; i < 16; i++)
        store_le32(out + 4 * i, v[i] + in[i]);
    if (++state->input[12] == 0)
        state->input[13]++;
}
