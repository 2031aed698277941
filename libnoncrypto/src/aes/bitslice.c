#include "aes/bitslice.h"

#include <string.h>

#include "bytes.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/*
 * The S-box without its constant, S(x) ^ 0x63, in 113 gates: the circuit of Boyar and Peralta, "A depth-16 circuit for the
 * AES S-box" (2011), less its four negations. An inversion in GF(((2^2)^2)^2) between two linear layers; names as in the paper,
 * with x0 (u0 there) the highest bit.
 */
ALWAYS_INLINE void sub_bytes(uint64_t q[8])
{
    uint64_t x0 = q[7], x1 = q[6], x2 = q[5], x3 = q[4];
    uint64_t x4 = q[3], x5 = q[2], x6 = q[1], x7 = q[0];

    uint64_t y14 = x3 ^ x5, y13 = x0 ^ x6, y9 = x0 ^ x3, y8 = x0 ^ x5;
    uint64_t t0 = x1 ^ x2;
    uint64_t y1 = t0 ^ x7, y4 = y1 ^ x3, y12 = y13 ^ y14, y2 = y1 ^ x0;
    uint64_t y5 = y1 ^ x6, y3 = y5 ^ y8;
    uint64_t t1 = x4 ^ y12;
    uint64_t y15 = t1 ^ x5, y20 = t1 ^ x1, y6 = y15 ^ x7, y10 = y15 ^ t0;
    uint64_t y11 = y20 ^ y9, y7 = x7 ^ y11, y17 = y10 ^ y11, y19 = y10 ^ y8;
    uint64_t y16 = t0 ^ y11, y21 = y13 ^ y16, y18 = x0 ^ y16;

    uint64_t t2 = y12 & y15, t4 = (y3 & y6) ^ t2, t6 = (y4 & x7) ^ t2;
    uint64_t t7 = y13 & y16, t9 = (y5 & y1) ^ t7, t11 = (y2 & y7) ^ t7;
    uint64_t t12 = y9 & y11, t14 = (y14 & y17) ^ t12, t16 = (y8 & y10) ^ t12;
    uint64_t t21 = t4 ^ t14 ^ y20, t22 = t6 ^ t16 ^ y19;
    uint64_t t23 = t9 ^ t14 ^ y21, t24 = t11 ^ t16 ^ y18;

    uint64_t t25 = t21 ^ t22, t26 = t21 & t23, t27 = t24 ^ t26;
    uint64_t t29 = (t25 & t27) ^ t22, t30 = t23 ^ t24, t31 = t22 ^ t26;
    uint64_t t33 = (t31 & t30) ^ t24, t34 = t23 ^ t33, t35 = t27 ^ t33;
    uint64_t t36 = t24 & t35, t37 = t36 ^ t34, t38 = t27 ^ t36;
    uint64_t t40 = t25 ^ (t29 & t38);
    uint64_t t41 = t40 ^ t37, t42 = t29 ^ t33, t43 = t29 ^ t40, t44 = t33 ^ t37;
    uint64_t t45 = t42 ^ t41;

    uint64_t z0 = t44 & y15, z1 = t37 & y6, z2 = t33 & x7;
    uint64_t z3 = t43 & y16, z4 = t40 & y1, z5 = t29 & y7;
    uint64_t z6 = t42 & y11, z7 = t45 & y17, z8 = t41 & y10;
    uint64_t z9 = t44 & y12, z10 = t37 & y3, z11 = t33 & y4;
    uint64_t z12 = t43 & y13, z13 = t40 & y5, z14 = t29 & y2;
    uint64_t z15 = t42 & y9, z16 = t45 & y14, z17 = t41 & y8;

    uint64_t t46 = z15 ^ z16, t47 = z10 ^ z11, t48 = z5 ^ z13, t49 = z9 ^ z10;
    uint64_t t50 = z2 ^ z12, t51 = z2 ^ z5, t52 = z7 ^ z8, t53 = z0 ^ z3;
    uint64_t t54 = z6 ^ z7, t55 = z16 ^ z17, t56 = z12 ^ t48, t57 = t50 ^ t53;
    uint64_t t58 = z4 ^ t46, t59 = z3 ^ t54, t60 = t46 ^ t57, t61 = z14 ^ t57;
    uint64_t t62 = t52 ^ t58, t63 = t49 ^ t58, t64 = z4 ^ t59, t65 = t61 ^ t62;
    uint64_t t66 = z1 ^ t63, t67 = t64 ^ t65, s3 = t53 ^ t66;

    q[7] = t59 ^ t63;
    q[6] = t64 ^ s3;
    q[5] = t55 ^ t67;
    q[4] = s3;
    q[3] = t51 ^ t66;
    q[2] = t47 ^ t65;
    q[1] = t56 ^ t62;
    q[0] = t48 ^ t60;
}

/* The inverse of the linear part of the S-box's affine map, FIPS 197 section 5.3.2. */
ALWAYS_INLINE void undo_affine(uint64_t q[8])
{
    uint64_t x[8];

    memcpy(x, q, sizeof x);
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++)
        q[i] = x[(i + 2) & 7] ^ x[(i + 5) & 7] ^ x[(i + 7) & 7];
}

/* With L that linear part and I the inversion, sub_bytes() is L(I(x)); this is I(L'(x)), L' being the inverse of L. */
ALWAYS_INLINE void undo_sub_bytes(uint64_t q[8])
{
    undo_affine(q);
    sub_bytes(q);
    undo_affine(q);
}

/* For each row the byte `n` columns further on. */
ALWAYS_INLINE uint64_t columns_on(uint64_t x, unsigned n)
{
    const uint64_t lanes = UINT64_C(0x0001000100010001);

    if (n == 0)
        return x;
    uint64_t low = lanes * (0xffffu >> (4 * n));
    return (x >> (4 * n) & low) | (x << (16 - 4 * n) & ~low);
}

/* For each byte the one `n` rows below in the same true column, where ShiftRows() is owed `owed` times. */
ALWAYS_INLINE uint64_t rows_on(uint64_t x, unsigned n, unsigned owed)
{
    return columns_on(rotr64(x, 16 * n), (owed * n) & 3);
}

/* With a and b a byte and the one below, and c and d the two after: 2a + 3b + c + d = 2(a + b) + b + (c + d). */
ALWAYS_INLINE void mix_columns(uint64_t q[8], unsigned owed)
{
    uint64_t below[8], sum[8];

#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++) {
        below[i] = rows_on(q[i], 1, owed);
        sum[i] = q[i] ^ below[i];
    }
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++) {
        q[i] = below[i] ^ rows_on(sum[i], 2, owed) ^ sum[(i + 7) & 7];
        if (i == 1 || i == 3 || i == 4) /* x^8 = x^4 + x^3 + x + 1 */
            q[i] ^= sum[7];
    }
}

/* InvMixColumns() is MixColumns() after a + 4(a + c), where c is the byte two rows below. */
ALWAYS_INLINE void undo_mix_columns(uint64_t q[8], unsigned owed)
{
    uint64_t x[8];

#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++)
        x[i] = q[i] ^ rows_on(q[i], 2, owed);
    q[0] ^= x[6];
    q[1] ^= x[6] ^ x[7];
    q[2] ^= x[0] ^ x[7];
    q[3] ^= x[1] ^ x[6];
    q[4] ^= x[2] ^ x[6] ^ x[7];
    q[5] ^= x[3] ^ x[7];
    q[6] ^= x[4];
    q[7] ^= x[5];
    mix_columns(q, owed);
}

ALWAYS_INLINE void add_round_key(uint64_t q[8], const uint64_t key[8])
{
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++)
        q[i] ^= key[i];
}

/* Swaps the bits of `a` under mask << shift with those of `b` under mask. */
ALWAYS_INLINE void swap_bits(uint64_t *a, uint64_t *b, unsigned shift, uint64_t mask)
{
    uint64_t x = (*a >> shift ^ *b) & mask;

    *b ^= x;
    *a ^= x << shift;
}

/* Makes bit j of each byte of word i bit i of that byte of word j. Its own inverse. */
ALWAYS_INLINE void transpose(uint64_t q[8])
{
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i += 2)
        swap_bits(&q[i], &q[i + 1], 1, UINT64_C(0x5555555555555555));
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i += i % 4 == 0 ? 1 : 3)
        swap_bits(&q[i], &q[i + 2], 2, UINT64_C(0x3333333333333333));
#pragma GCC unroll 8
    for (unsigned i = 0; i < 4; i++)
        swap_bits(&q[i], &q[i + 4], 4, UINT64_C(0x0f0f0f0f0f0f0f0f));
}

/* Byte i goes to byte 2i. */
ALWAYS_INLINE uint64_t spread(uint32_t word)
{
    uint64_t x = word;

    x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
    return (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
}

ALWAYS_INLINE uint32_t gather(uint64_t x)
{
    x &= UINT64_C(0x00ff00ff00ff00ff);
    x = (x | x >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(x | x >> 16);
}

ALWAYS_INLINE void load(uint64_t q[8], const uint8_t *in)
{
#pragma GCC unroll 8
    for (unsigned b = 0; b < BITSLICE_BLOCKS; b++, in += AES_BLOCK) {
        q[b] = spread(load_le32(in)) | spread(load_le32(in + 8)) << 8;
        q[b + 4] = spread(load_le32(in + 4)) | spread(load_le32(in + 12)) << 8;
    }
    transpose(q);
}

ALWAYS_INLINE void store(uint8_t *out, uint64_t q[8])
{
    transpose(q);
#pragma GCC unroll 8
    for (unsigned b = 0; b < BITSLICE_BLOCKS; b++, out += AES_BLOCK) {
        store_le32(out, gather(q[b]));
        store_le32(out + 4, gather(q[b + 4]));
        store_le32(out + 8, gather(q[b] >> 8));
        store_le32(out + 12, gather(q[b + 4] >> 8));
    }
}

/* The rounds are even in number, so in the end ShiftRows() is owed either twice or not at all: twice is its own inverse. */
ALWAYS_INLINE void pay_shift_rows(uint64_t q[8], uint32_t rounds)
{
    const uint64_t even_rows = UINT64_C(0x0000ffff0000ffff);

    if (rounds % 4 == 0)
        return;
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++)
        q[i] = (q[i] & even_rows) | (columns_on(q[i], 2) & ~even_rows);
}

/* One round key for four blocks, moved to where the state of round `round` has its bytes. */
static void expand_round_key(uint64_t key[8], const uint8_t in[AES_BLOCK], unsigned round)
{
    const uint64_t each_byte = UINT64_C(0x0101010101010101);
    uint64_t even = 0, odd = 0; /* columns 0 and 2, 1 and 3 */

#pragma GCC unroll 8
    for (unsigned row = 0; row < 4; row++) {
        unsigned back = (0u - round * row) & 3;
        const uint8_t *p = in + row;
        even |= (uint64_t)p[4 * (back & 3)] << (16 * row);
        odd |= (uint64_t)p[4 * ((back + 1) & 3)] << (16 * row);
        even |= (uint64_t)p[4 * ((back + 2) & 3)] << (16 * row + 8);
        odd |= (uint64_t)p[4 * ((back + 3) & 3)] << (16 * row + 8);
    }
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++) {
        uint64_t bit = (even >> i & each_byte) | (odd >> i & each_byte) << 4;
        key[i] = (bit << BITSLICE_BLOCKS) - bit;
    }
    if (round == 0)
        return;
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++)
        key[i] ^= 0 - (UINT64_C(0x63) >> i & 1);
}

void noncrypto_bitslice_init(struct bitslice *s, const struct noncrypto_aes *aes)
{
    s->rounds = aes->rounds;
    for (unsigned round = 0; round <= aes->rounds; round++)
        expand_round_key(s->key[round], aes->round_keys[round], round);
}

void noncrypto_bitslice_encrypt(const struct bitslice *s, uint8_t out[BITSLICE_BLOCKS * AES_BLOCK],
                                const uint8_t in[BITSLICE_BLOCKS * AES_BLOCK])
{
    uint64_t q[8];

    load(q, in);
    add_round_key(q, s->key[0]);
    for (uint32_t round = 1;; round++) {
        sub_bytes(q);
        if (round == s->rounds)
            break;
        switch (round % 4) {
        case 0:
            mix_columns(q, 0);
            break;
        case 1:
            mix_columns(q, 1);
            break;
        case 2:
            mix_columns(q, 2);
            break;
        default:
            mix_columns(q, 3);
            break;
        }
        add_round_key(q, s->key[round]);
    }
    add_round_key(q, s->key[s->rounds]);
    pay_shift_rows(q, s->rounds);
    store(out, q);
}

void noncrypto_bitslice_decrypt(const struct bitslice *s, uint8_t out[BITSLICE_BLOCKS * AES_BLOCK],
                                const uint8_t in[BITSLICE_BLOCKS * AES_BLOCK])
{
    uint64_t q[8];

    load(q, in);
    pay_shift_rows(q, s->rounds);
    add_round_key(q, s->key[s->rounds]);
    for (uint32_t round = s->rounds;;) {
        undo_sub_bytes(q);
        round--;
        add_round_key(q, s->key[round]);
        if (round == 0)
            break;
        undo_mix_columns(q, round % 4);
    }
    store(out, q);
}

uint32_t noncrypto_aes_sub_word_portable(uint32_t word)
{
    uint64_t q[8] = {word};

    transpose(q);
    sub_bytes(q);
    transpose(q);
    return (uint32_t)q[0] ^ UINT32_C(0x63636363);
}
