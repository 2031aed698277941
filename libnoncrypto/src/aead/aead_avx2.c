/*
 * ChaCha20 lives in the vector units, Poly1305 in the integer units: a step of the one between half rounds of the other
 * costs little. There are 32 blocks to authenticate in a batch and 40 places to put them; 28 are 20 and 8.
 */
#include "aead/aead_private.h"

#if NONCRYPTO_X86_64

#include "chacha20/avx2.h"
#include "poly1305/step_x86_64.h"
#include "stack_wipe.h"

#define STEP()                                   \
    do {                                         \
        poly1305_x86_64_step(mac, authentic, 1); \
        authentic += POLY1305_BLOCK_LEN;         \
    } while (0)

/* One batch; `steps` is a constant wherever this is expanded. */
static inline __attribute__((always_inline))
NONCRYPTO_TARGET("avx2") void batch(struct chacha20_avx2 *c, struct poly1305_x86_64 *mac,
                                    const uint8_t *authentic, const unsigned steps, uint8_t *out,
                                    const uint8_t *in)
{
    CHACHA20_AVX2_DECLARE(c);
    for (unsigned i = 0; i < 10; i++) {
        CHACHA20_AVX2_QUARTERS(v0, v4, v8, v12, v1, v5, v9, v13);
        STEP();
        CHACHA20_AVX2_QUARTERS(v2, v6, v10, v14, v3, v7, v11, v15);
        STEP();
        CHACHA20_AVX2_QUARTERS(v0, v5, v10, v15, v1, v6, v11, v12);
        if (steps == AEAD_BATCH_STEPS || i < steps - 20)
            STEP();
        CHACHA20_AVX2_QUARTERS(v2, v7, v8, v13, v3, v4, v9, v14);
        CHACHA20_AVX2_SETTLE();
    }
    if (steps == AEAD_BATCH_STEPS) {
        STEP();
        STEP();
    }
    const struct chacha20_avx2_place place = {out, out + CHACHA20_BLOCK_LEN, in,
                                              in + CHACHA20_BLOCK_LEN};
    CHACHA20_AVX2_STORE(c, &place);
}

STACK_WIPED NONCRYPTO_TARGET("avx2") void noncrypto_aead_batches_avx2(
    uint32_t input[16], uint64_t h[3], const uint64_t r[2], const uint8_t *authentic,
    unsigned steps, uint8_t *out, const uint8_t *in, size_t nbatches)
{
    struct poly1305_x86_64 mac;
    struct chacha20_avx2 c;

    chacha20_avx2_start(&c, input);
    poly1305_x86_64_start(&mac, h, r);
    if (steps == AEAD_FIRST_STEPS) {
        batch(&c, &mac, authentic, AEAD_FIRST_STEPS, out, in);
        authentic += AEAD_FIRST_STEPS * POLY1305_BLOCK_LEN;
        in += AEAD_BATCH_LEN;
        out += AEAD_BATCH_LEN;
        nbatches--;
    }
    for (; nbatches > 0; nbatches--) {
        batch(&c, &mac, authentic, AEAD_BATCH_STEPS, out, in);
        authentic += AEAD_BATCH_LEN;
        in += AEAD_BATCH_LEN;
        out += AEAD_BATCH_LEN;
    }
    poly1305_x86_64_stop(&mac, h);
    chacha20_avx2_stop(&c, input);
}

#endif
