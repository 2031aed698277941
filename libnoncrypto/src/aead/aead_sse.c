/*
 * The same as in aead_avx2.c for two blocks of the cipher.
 */
#include "aead/aead_private.h"

#if NONCRYPTO_X86_64

#include "chacha20/rows.h"
#include "poly1305/step_x86_64.h"
#include "stack_wipe.h"

STACK_WIPED NONCRYPTO_TARGET("sse4.1") void noncrypto_aead_pair_sse(
    uint32_t input[16], uint64_t h[3], const uint64_t r[2], const uint8_t *authentic, size_t steps,
    uint8_t *out, const uint8_t *in)
{
    struct poly1305_x86_64 mac;
    struct chacha20_rows start, next, first, second;

    poly1305_x86_64_start(&mac, h, r);
    chacha20_rows_load(&first, input);
    chacha20_rows_next(&second, &first);
    for (int i = 0; i < 10; i++) {
        for (int step = 0; step < AEAD_PAIR_STEPS / 10 && steps > 0; step++, steps--) {
            poly1305_x86_64_step(&mac, authentic, 1);
            authentic += POLY1305_BLOCK_LEN;
        }
        chacha20_rows_double_round(&first);
        chacha20_rows_double_round(&second);
    }
    chacha20_rows_load_again(&start, input);
    chacha20_rows_next(&next, &start);
    chacha20_rows_store(&first, &start, out, in);
    chacha20_rows_store(&second, &next, out + CHACHA20_BLOCK_LEN, in + CHACHA20_BLOCK_LEN);
    chacha20_advance(input, 2);
    poly1305_x86_64_stop(&mac, h);
}

#endif
