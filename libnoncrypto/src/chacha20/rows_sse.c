#include "cpu.h"

#if NONCRYPTO_X86_64

#include "chacha20/rows.h"

NONCRYPTO_TARGET("sse4.1")
static void one_block(uint32_t input[16], uint8_t *out, const uint8_t *in)
{
    struct chacha20_rows start, r;

    chacha20_rows_load(&start, input);
    r = start;
    for (int i = 0; i < 10; i++)
        chacha20_rows_double_round(&r);
    chacha20_rows_store(&r, &start, out, in);
    chacha20_advance(input, 1);
}

/* In the time of one: neither fills the units alone. */
NONCRYPTO_TARGET("sse4.1")
static void two_blocks(uint32_t input[16], uint8_t *out, const uint8_t *in)
{
    struct chacha20_rows start, next, r, s;

    chacha20_rows_load(&r, input);
    chacha20_rows_next(&s, &r);
    for (int i = 0; i < 10; i++) {
        chacha20_rows_double_round(&r);
        chacha20_rows_double_round(&s);
    }
    chacha20_rows_load_again(&start, input);
    chacha20_rows_next(&next, &start);
    chacha20_rows_store(&r, &start, out, in);
    chacha20_rows_store(&s, &next, out + CHACHA20_BLOCK_LEN, in + CHACHA20_BLOCK_LEN);
    chacha20_advance(input, 2);
}

void noncrypto_chacha20_xor_blocks_sse(uint32_t input[16], uint8_t *out, const uint8_t *in,
                                       size_t nblocks)
{
    for (; nblocks >= 2; nblocks -= 2, in += 2 * CHACHA20_BLOCK_LEN, out += 2 * CHACHA20_BLOCK_LEN)
        two_blocks(input, out, in);
    if (nblocks > 0)
        one_block(input, out, in);
}

NONCRYPTO_TARGET("sse4.1")
void noncrypto_chacha20_derive_sse(uint32_t key[8], const uint32_t input[16])
{
    struct chacha20_rows r;

    chacha20_rows_load(&r, input);
    for (int i = 0; i < 10; i++)
        chacha20_rows_double_round(&r);
    _mm_storeu_si128((void *)key, r.a);
    _mm_storeu_si128((void *)(key + 4), r.d);
}

#endif
