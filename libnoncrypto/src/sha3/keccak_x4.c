#include "sha3/keccak_x4.h"

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"

static void permute_one(struct keccak_x4 *x4, unsigned s)
{
    uint64_t state[KECCAK_LANES];

    for (int i = 0; i < KECCAK_LANES; i++)
        state[i] = x4->lane[i][s];
    noncrypto_keccak_f1600(state);
    for (int i = 0; i < KECCAK_LANES; i++)
        x4->lane[i][s] = state[i];
    noncrypto_wipe(state, sizeof state);
}

void noncrypto_keccak_x4_f1600(struct keccak_x4 *x4, unsigned active)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AVX2)) {
        noncrypto_keccak_x4_f1600_avx2(x4);
        return;
    }
#endif
    for (unsigned s = 0; s < KECCAK_X4; s++)
        if (active >> s & 1)
            permute_one(x4, s);
}

void noncrypto_keccak_x4_reset(struct keccak_x4 *x4, unsigned s)
{
    for (int i = 0; i < KECCAK_LANES; i++)
        x4->lane[i][s] = 0;
}

void noncrypto_keccak_x4_add(struct keccak_x4 *x4, unsigned s, size_t at, const uint8_t *data,
                             size_t len)
{
    for (; len >= 8; len -= 8, at += 8, data += 8)
        x4->lane[at / 8][s] ^= load_le64(data);
    for (size_t i = 0; i < len; i++)
        x4->lane[at / 8][s] ^= (uint64_t)data[i] << (8 * i);
}

void noncrypto_keccak_x4_pad(struct keccak_x4 *x4, unsigned s, size_t rate, size_t at,
                             uint8_t suffix)
{
    x4->lane[at / 8][s] ^= (uint64_t)suffix << (at % 8 * 8);
    x4->lane[rate / 8 - 1][s] ^= UINT64_C(1) << 63;
}

void noncrypto_keccak_x4_get(const struct keccak_x4 *x4, unsigned s, uint8_t *out, size_t len)
{
    size_t at = 0;

    for (; len - at >= 8; at += 8)
        store_le64(out + at, x4->lane[at / 8][s]);
    for (; at < len; at++)
        out[at] = (uint8_t)(x4->lane[at / 8][s] >> (at % 8 * 8));
}

void noncrypto_keccak_x4_seed(struct keccak_x4 *x4, unsigned s, size_t rate, const uint8_t *seed,
                              size_t seed_len, unsigned nonce, size_t nonce_len)
{
    noncrypto_keccak_x4_reset(x4, s);
    noncrypto_keccak_x4_add(x4, s, 0, seed, seed_len);
    x4->lane[seed_len / 8][s] = nonce;
    noncrypto_keccak_x4_pad(x4, s, rate, seed_len + nonce_len, KECCAK_PAD_SHAKE);
}
