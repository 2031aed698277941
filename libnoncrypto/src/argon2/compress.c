#include "argon2/argon2_private.h"

#include "bytes.h"

/* The addition of GB (section 3.6): the product of the low halves makes it costly in hardware too. */
static inline uint64_t add_with_product(uint64_t a, uint64_t b)
{
    return a + b + 2 * ((uint64_t)(uint32_t)a * (uint32_t)b);
}

static inline __attribute__((always_inline)) void mix(uint64_t *va, uint64_t *vb, uint64_t *vc,
                                                      uint64_t *vd)
{
    uint64_t a = *va, b = *vb, c = *vc, d = *vd;

    a = add_with_product(a, b);
    d = rotr64(d ^ a, 32);
    c = add_with_product(c, d);
    b = rotr64(b ^ c, 24);
    a = add_with_product(a, b);
    d = rotr64(d ^ a, 16);
    c = add_with_product(c, d);
    b = rotr64(b ^ c, 63);
    *va = a;
    *vb = b;
    *vc = c;
    *vd = d;
}

/* The permutation P (section 3.6) of sixteen words: pairs, of which the next is `stride` words on. */
static inline __attribute__((always_inline)) void permute(uint64_t *v, size_t stride)
{
#define V(i) (v + (i) / 2 * stride + (i) % 2)
    mix(V(0), V(4), V(8), V(12));
    mix(V(1), V(5), V(9), V(13));
    mix(V(2), V(6), V(10), V(14));
    mix(V(3), V(7), V(11), V(15));
    mix(V(0), V(5), V(10), V(15));
    mix(V(1), V(6), V(11), V(12));
    mix(V(2), V(7), V(8), V(13));
    mix(V(3), V(4), V(9), V(14));
#undef V
}

static void compress_portable(struct argon2_block *out, const struct argon2_block *x,
                              const struct argon2_block *y, int add, struct argon2_block *z)
{
    for (int i = 0; i < ARGON2_BLOCK_WORDS; i++) {
        uint64_t r = x->words[i] ^ y->words[i];
        z->words[i] = r;
        out->words[i] = add ? out->words[i] ^ r : r;
    }
    /* An 8x8 matrix of pairs of words: first its rows, then its columns. */
    for (int row = 0; row < 8; row++)
        permute(z->words + 16 * row, 2);
    for (int column = 0; column < 8; column++)
        permute(z->words + 2 * column, 16);
    for (int i = 0; i < ARGON2_BLOCK_WORDS; i++)
        out->words[i] ^= z->words[i];
}

void noncrypto_argon2_compress(struct argon2_block *out, const struct argon2_block *x,
                               const struct argon2_block *y, int add, struct argon2_block *z)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AVX2)) {
        noncrypto_argon2_compress_avx2(out, x, y, add, z);
        return;
    }
#endif
    compress_portable(out, x, y, add, z);
}
