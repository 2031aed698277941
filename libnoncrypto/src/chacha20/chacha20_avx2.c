#include "cpu.h"

#if NONCRYPTO_X86_64

#include "chacha20/avx2.h"
#include "stack_wipe.h"

CHACHA20_AVX2_INLINE batch(struct chacha20_avx2 *c, const struct chacha20_avx2_place *place)
{
    CHACHA20_AVX2_DECLARE(c);
    for (int i = 0; i < 10; i++) {
        CHACHA20_AVX2_QUARTERS(v0, v4, v8, v12, v1, v5, v9, v13);
        CHACHA20_AVX2_QUARTERS(v2, v6, v10, v14, v3, v7, v11, v15);
        CHACHA20_AVX2_QUARTERS(v0, v5, v10, v15, v1, v6, v11, v12);
        CHACHA20_AVX2_QUARTERS(v2, v7, v8, v13, v3, v4, v9, v14);
        CHACHA20_AVX2_SETTLE();
    }
    CHACHA20_AVX2_STORE(c, place);
}

STACK_WIPED NONCRYPTO_TARGET("avx2") void noncrypto_chacha20_xor_batches_avx2(
    uint32_t input[16], uint8_t *first, uint8_t *out, const uint8_t *in, size_t nbatches)
{
    static const uint8_t zeros[CHACHA20_BLOCK_LEN];
    struct chacha20_avx2 c;
    struct chacha20_avx2_place p = {out, out + CHACHA20_BLOCK_LEN, in, in + CHACHA20_BLOCK_LEN};

    if (first)
        p = (struct chacha20_avx2_place){first, out, zeros, in};
    chacha20_avx2_start(&c, input);
    for (; nbatches > 0; nbatches--) {
        batch(&c, &p);
        p.out0 = p.out + CHACHA20_AVX2_LEN - CHACHA20_BLOCK_LEN;
        p.in0 = p.in + CHACHA20_AVX2_LEN - CHACHA20_BLOCK_LEN;
        p.out += CHACHA20_AVX2_LEN;
        p.in += CHACHA20_AVX2_LEN;
    }
    chacha20_avx2_stop(&c, input);
}

#endif
