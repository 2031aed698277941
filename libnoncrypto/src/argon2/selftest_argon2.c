/*
 * The compression function only: whole Argon2 needs memory that a self-test cannot have. The sum was computed with an
 * implementation that reproduces RFC 9106 section 5.
 */
#include "argon2/argon2_private.h"
#include "selftest.h"

/* A frame of its own: two blocks in one would be too large. */
static __attribute__((noinline)) void compress(struct argon2_block *block)
{
    static const struct argon2_block zero;
    struct argon2_block z;

    noncrypto_argon2_compress(block, &zero, block, 1, &z);
}

int selftest_argon2(void)
{
    struct argon2_block block;
    uint64_t sum = 0;

    for (unsigned i = 0; i < ARGON2_BLOCK_WORDS; i++)
        block.words[i] = i * UINT64_C(0x9e3779b97f4a7c15);
    compress(&block);
    for (unsigned i = 0; i < ARGON2_BLOCK_WORDS; i++)
        sum = sum * 3 ^ block.words[i];
    return sum == UINT64_C(0x39b4be87f80ae5b8) ? 0 : -1;
}
