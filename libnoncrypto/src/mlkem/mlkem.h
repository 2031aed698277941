/*
 * The parts of ML-KEM (FIPS 203). Private to libnoncrypto.
 *
 * Coefficients are signed representatives modulo q. What each operation takes and gives is said at its declaration; the
 * bounds keep every sum within 16 bits and every product within the domain of the Montgomery reduction,
 * |x| < q * 2^15. All back ends give the same integers, not only the same residues.
 */
#ifndef NONCRYPTO_SRC_MLKEM_H
#define NONCRYPTO_SRC_MLKEM_H

#include <noncrypto/mlkem768.h>

#include "cpu.h"
#include "sha3/keccak_x4.h"

#define MLKEM_N          256
#define MLKEM_Q          3329
#define MLKEM_K          3
#define MLKEM_Q_INVERSE  (-3327) /* q^-1 modulo 2^16 */
#define MLKEM_BARRETT    20159   /* round(2^26 / q) */
#define MLKEM_R_SQUARED  1353    /* 2^32 modulo q */
#define MLKEM_R2_BY_128  1441    /* 2^32 / 128 modulo q */
#define MLKEM_POLY_LEN   384     /* bytes of ByteEncode_12 */
#define MLKEM_DU_LEN     320     /* bytes of a compressed polynomial of u: 10 bits a coefficient */
#define MLKEM_DV_LEN     128     /* of v: 4 bits a coefficient */
#define MLKEM_NOISE_LEN  128     /* bytes of PRF output for a noise polynomial */
#define MLKEM_SYMBOL_LEN 32      /* bytes of a seed, a message, a hash */

/*
 * Compress_d(x) = round(2^d / q * x) modulo 2^d (section 4.2.1) without a division, for x in [0, q) and d of 1, 4, 10:
 * (x * round(2^32 / q) + bias) >> (32 - d) on 32 bits. The bias is a half, and something for the rounded factor; the tests
 * go through every x.
 */
#define MLKEM_COMPRESS_FACTOR  UINT32_C(1290167)
#define MLKEM_COMPRESS_BIAS(d) ((UINT32_C(1) << (31 - (d))) + 320)

struct mlkem_backend {
    /* In place, |c| <= q in, |c| <= q/2 out (algorithm 9). */
    void (*ntt)(struct noncrypto_mlkem_poly *p);
    /* In place, |c| < q in and out (algorithm 10), times 2^16. */
    void (*inverse_ntt)(struct noncrypto_mlkem_poly *p);
    /* The inner product of two vectors of NTT representatives, divided by 2^16; |a| < 2^12, |b| <= q/2, |out| < q. */
    void (*multiply)(struct noncrypto_mlkem_poly *out, const struct noncrypto_mlkem_poly a[MLKEM_K],
                     const struct noncrypto_mlkem_poly b[MLKEM_K]);
    /* p + q, p - q, p * 2^16 modulo q; the last in (-q, q). */
    void (*add)(struct noncrypto_mlkem_poly *p, const struct noncrypto_mlkem_poly *q);
    void (*subtract)(struct noncrypto_mlkem_poly *p, const struct noncrypto_mlkem_poly *q);
    void (*to_montgomery)(struct noncrypto_mlkem_poly *p);
    /*
     * Rejection sampling of algorithm 7: writes at most `room` values below q from `len` bytes, a multiple of 24, and
     * returns how many. Not for secrets.
     */
    unsigned (*sample_uniform)(int16_t *out, unsigned room, const uint8_t *in, size_t len);
    /* The centred binomial distribution for eta = 2 (algorithm 8). */
    void (*sample_noise)(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_NOISE_LEN]);
    /* ByteEncode_12 of any representatives; ByteDecode_12 without the reduction: values in [0, 2^12). */
    void (*encode)(uint8_t out[MLKEM_POLY_LEN], const struct noncrypto_mlkem_poly *p);
    void (*decode)(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_POLY_LEN]);
    /* ByteEncode_d(Compress_d) of any representatives, and Decompress_d(ByteDecode_d), in [0, q). */
    void (*compress_u)(uint8_t out[MLKEM_DU_LEN], const struct noncrypto_mlkem_poly *p);
    void (*decompress_u)(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_DU_LEN]);
    void (*compress_v)(uint8_t out[MLKEM_DV_LEN], const struct noncrypto_mlkem_poly *p);
    void (*decompress_v)(struct noncrypto_mlkem_poly *p, const uint8_t in[MLKEM_DV_LEN]);
    /* Decompress_1 and Compress_1 of the message, as above. */
    void (*from_message)(struct noncrypto_mlkem_poly *p, const uint8_t message[MLKEM_SYMBOL_LEN]);
    void (*to_message)(uint8_t message[MLKEM_SYMBOL_LEN], const struct noncrypto_mlkem_poly *p);
};

extern const struct mlkem_backend noncrypto_mlkem_portable __attribute__((visibility("hidden")));
#if NONCRYPTO_X86_64
extern const struct mlkem_backend noncrypto_mlkem_avx2 __attribute__((visibility("hidden")));
#endif

/* zeta^BitRev7(i) * 2^16 for zeta = 17, in (-q/2, q/2). */
extern const int16_t noncrypto_mlkem_zetas[128] __attribute__((visibility("hidden")));

static inline const struct mlkem_backend *mlkem_backend(void)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AVX2))
        return &noncrypto_mlkem_avx2;
#endif
    return &noncrypto_mlkem_portable;
}

/* x / 2^16 modulo q, in (-q, q), for |x| < q * 2^15. */
static inline int16_t mlkem_montgomery(int32_t x)
{
    int16_t m = (int16_t)((uint32_t)x * (uint32_t)MLKEM_Q_INVERSE);
    return (int16_t)((x - (int32_t)m * MLKEM_Q) >> 16);
}

/* x modulo q, in [-q/2, q/2]. */
static inline int16_t mlkem_barrett(int16_t x)
{
    int32_t t = (MLKEM_BARRETT * (int32_t)x + (1 << 25)) >> 26;
    return (int16_t)(x - t * MLKEM_Q);
}

/* x modulo q, in [0, q). */
static inline uint16_t mlkem_canonical(int16_t x)
{
    int16_t r = mlkem_barrett(x);
    return (uint16_t)(r + ((r >> 15) & MLKEM_Q));
}

static inline uint32_t mlkem_compress(uint16_t x, unsigned d)
{
    return (x * MLKEM_COMPRESS_FACTOR + MLKEM_COMPRESS_BIAS(d)) >> (32 - d);
}

/* The portable operations of ntt.c; the rest of the table is in poly.c. */
void noncrypto_mlkem_ntt(struct noncrypto_mlkem_poly *p);
void noncrypto_mlkem_inverse_ntt(struct noncrypto_mlkem_poly *p);
void noncrypto_mlkem_multiply(struct noncrypto_mlkem_poly *out,
                              const struct noncrypto_mlkem_poly a[MLKEM_K],
                              const struct noncrypto_mlkem_poly b[MLKEM_K]);

/*
 * A SHA-3 or SHAKE256 computation that travels in the fourth place of the permutation while three polynomials are sampled:
 * `len` bytes at `in`, then `out_len` (at most a block) bytes to `out`.
 */
struct mlkem_passenger {
    const uint8_t *in;
    size_t len;
    uint8_t *out;
    size_t out_len;
    uint8_t suffix; /* KECCAK_PAD_SHA3 or KECCAK_PAD_SHAKE */
    uint8_t padded; /* internal, 0 at first */
    uint8_t done;   /* `out` is written */
};

/* Starts the passenger's state; then noncrypto_mlkem_sample_row() takes it along. */
void noncrypto_mlkem_passenger_start(struct keccak_x4 *x4);

/* Goes on until the passenger is done. */
void noncrypto_mlkem_passenger_finish(struct keccak_x4 *x4, struct mlkem_passenger *passenger);

/* Row `i` of the matrix A of seed `rho` or, if `transposed`, column `i` (algorithm 13, lines 3 to 7). */
void noncrypto_mlkem_sample_row(const struct mlkem_backend *backend, struct keccak_x4 *x4,
                                struct noncrypto_mlkem_poly row[MLKEM_K],
                                const uint8_t rho[MLKEM_SYMBOL_LEN], unsigned i, int transposed,
                                struct mlkem_passenger *passenger);

/* `n` (at most 4) noise polynomials of PRF(sigma, nonce), PRF(sigma, nonce + 1), ... */
void noncrypto_mlkem_sample_noise(const struct mlkem_backend *backend, struct keccak_x4 *x4,
                                  struct noncrypto_mlkem_poly *const out[KECCAK_X4], unsigned n,
                                  const uint8_t sigma[MLKEM_SYMBOL_LEN], unsigned nonce);

#endif
