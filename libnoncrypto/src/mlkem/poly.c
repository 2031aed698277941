/*
 * Polynomials: sums, encoding, compression (FIPS 203 section 4.2.1) and sampling (section 4.2.2).
 */
#include "bytes.h"
#include "ct.h"
#include "mlkem/mlkem.h"

static void add(struct noncrypto_mlkem_poly *p, const struct noncrypto_mlkem_poly *q)
{
    for (unsigned i = 0; i < MLKEM_N; i++)
        p->c[i] = (int16_t)(p->c[i] + q->c[i]);
}

static void subtract(struct noncrypto_mlkem_poly *p, const struct noncrypto_mlkem_poly *q)
{
    for (unsigned i = 0; i < MLKEM_N; i++)
        p->c[i] = (int16_t)(p->c[i] - q->c[i]);
}

static void to_montgomery(struct noncrypto_mlkem_poly *p)
{
    for (unsigned i = 0; i < MLKEM_N; i++)
        p->c[i] = mlkem_montgomery((int32_t)p->c[i] * MLKEM_R_SQUARED);
}

static unsigned sample_uniform(int16_t *out, unsigned room, const uint8_t *in, size_t len)
{
    unsigned n = 0;

    for (size_t i = 0; i < len && n < room; i += 3) {
        uint32_t triple = (uint32_t)in[i] | (uint32_t)in[i + 1] << 8 | (uint32_t)in[i + 2] << 16;
        uint32_t first = triple & 0xfff;
        uint32_t second = triple >> 12;
        if (first < MLKEM_Q)
            out[n++] = (int16_t)first;
        if (second < MLKEM_Q && n < room)
            out[n++] = (int16_t)second;
    }
    return n;
}

/* Four bits make a coefficient: the sum of the first two less that of the last two. */
static void sample_noise(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_NOISE_LEN])
{
    for (unsigned i = 0; i < MLKEM_N / 8; i++) {
        uint32_t bits = load_le32(in + 4 * i);
        uint32_t sums = (bits & 0x55555555) + (bits >> 1 & 0x55555555);
        for (unsigned j = 0; j < 8; j++) {
            int32_t plus = (int32_t)(sums >> (4 * j) & 3);
            int32_t minus = (int32_t)(sums >> (4 * j + 2) & 3);
            p->c[8 * i + j] = (int16_t)(plus - minus);
        }
    }
}

static void encode(uint8_t out[MLKEM_POLY_LEN], const struct noncrypto_mlkem_poly *p)
{
    for (unsigned i = 0; i < MLKEM_N / 2; i++) {
        uint32_t pair = mlkem_canonical(p->c[2 * i]);
        pair |= (uint32_t)mlkem_canonical(p->c[2 * i + 1]) << 12;
        out[3 * i] = (uint8_t)pair;
        out[3 * i + 1] = (uint8_t)(pair >> 8);
        out[3 * i + 2] = (uint8_t)(pair >> 16);
    }
}

static void decode(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_POLY_LEN])
{
    for (unsigned i = 0; i < MLKEM_N / 2; i++) {
        const uint8_t *b = in + 3 * i;
        p->c[2 * i] = (int16_t)(b[0] | (b[1] & 0xf) << 8);
        p->c[2 * i + 1] = (int16_t)(b[1] >> 4 | b[2] << 4);
    }
}

/* Four coefficients of 10 bits in five bytes. */
static void compress_u(uint8_t out[MLKEM_DU_LEN], const struct noncrypto_mlkem_poly *p)
{
    for (unsigned i = 0; i < MLKEM_N / 4; i++) {
        uint32_t t[4];
        for (unsigned j = 0; j < 4; j++)
            t[j] = mlkem_compress(mlkem_canonical(p->c[4 * i + j]), 10);
        store_le32(out + 5 * i, t[0] | t[1] << 10 | t[2] << 20 | t[3] << 30);
        out[5 * i + 4] = (uint8_t)(t[3] >> 2);
    }
}

static int16_t decompress(uint32_t y, unsigned d)
{
    return (int16_t)((y * MLKEM_Q + (UINT32_C(1) << (d - 1))) >> d);
}

static void decompress_u(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_DU_LEN])
{
    for (unsigned i = 0; i < MLKEM_N / 4; i++) {
        uint32_t low = load_le32(in + 5 * i);
        uint32_t last = low >> 30 | (uint32_t)in[5 * i + 4] << 2;
        p->c[4 * i] = decompress(low & 0x3ff, 10);
        p->c[4 * i + 1] = decompress(low >> 10 & 0x3ff, 10);
        p->c[4 * i + 2] = decompress(low >> 20 & 0x3ff, 10);
        p->c[4 * i + 3] = decompress(last, 10);
    }
}

static void compress_v(uint8_t out[MLKEM_DV_LEN], const struct noncrypto_mlkem_poly *p)
{
    for (unsigned i = 0; i < MLKEM_DV_LEN; i++) {
        uint32_t low = mlkem_compress(mlkem_canonical(p->c[2 * i]), 4);
        uint32_t high = mlkem_compress(mlkem_canonical(p->c[2 * i + 1]), 4);
        out[i] = (uint8_t)(low | high << 4);
    }
}

static void decompress_v(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_DV_LEN])
{
    for (unsigned i = 0; i < MLKEM_DV_LEN; i++) {
        p->c[2 * i] = decompress(in[i] & 0xf, 4);
        p->c[2 * i + 1] = decompress(in[i] >> 4, 4);
    }
}

static void from_message(struct noncrypto_mlkem_poly *p, const uint8_t message[MLKEM_SYMBOL_LEN])
{
    for (unsigned i = 0; i < MLKEM_N; i++)
        p->c[i] = (int16_t)(ct_mask32(message[i / 8] >> i % 8) & (MLKEM_Q + 1) / 2);
}

static void to_message(uint8_t message[MLKEM_SYMBOL_LEN], const struct noncrypto_mlkem_poly *p)
{
    for (unsigned i = 0; i < MLKEM_SYMBOL_LEN; i++) {
        uint32_t byte = 0;
        for (unsigned j = 0; j < 8; j++)
            byte |= mlkem_compress(mlkem_canonical(p->c[8 * i + j]), 1) << j;
        message[i] = (uint8_t)byte;
    }
}

const struct mlkem_backend noncrypto_mlkem_portable = {
    .ntt = noncrypto_mlkem_ntt,
    .inverse_ntt = noncrypto_mlkem_inverse_ntt,
    .multiply = noncrypto_mlkem_multiply,
    .add = add,
    .subtract = subtract,
    .to_montgomery = to_montgomery,
    .sample_uniform = sample_uniform,
    .sample_noise = sample_noise,
    .encode = encode,
    .decode = decode,
    .compress_u = compress_u,
    .decompress_u = decompress_u,
    .compress_v = compress_v,
    .decompress_v = decompress_v,
    .from_message = from_message,
    .to_message = to_message,
};
