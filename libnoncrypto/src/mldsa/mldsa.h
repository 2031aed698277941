/*
 * The parts of ML-DSA (FIPS 204). Private to libnoncrypto.
 *
 * Coefficients are signed representatives modulo q. What each operation takes and gives is said at its declaration; the
 * bounds keep every sum within 32 bits and every product within the domain of the Montgomery reduction, |x| < q * 2^31.
 * All back ends give the same integers, not only the same residues.
 */
#ifndef NONCRYPTO_SRC_MLDSA_H
#define NONCRYPTO_SRC_MLDSA_H

#include <noncrypto/mldsa65.h>

#include "cpu.h"
#include "sha3/keccak_x4.h"

#define MLDSA_N         256
#define MLDSA_Q         8380417
#define MLDSA_Q_INVERSE 58728449 /* q^-1 modulo 2^32 */
#define MLDSA_R2_BY_256 41978    /* 2^64 / 256 modulo q */
#define MLDSA_D         13       /* bits that the public key leaves out of t */
#define MLDSA_K         6
#define MLDSA_L         5
#define MLDSA_ETA       4
#define MLDSA_TAU       49
#define MLDSA_BETA      (MLDSA_TAU * MLDSA_ETA)
#define MLDSA_GAMMA1    (1 << 19)
#define MLDSA_GAMMA2    ((MLDSA_Q - 1) / 32)
#define MLDSA_OMEGA     55

/* Bytes: of seeds and hashes, and of a polynomial in each encoding. */
#define MLDSA_RHO_LEN       32
#define MLDSA_KEY_LEN       32
#define MLDSA_RHO_PRIME_LEN 64
#define MLDSA_CHALLENGE_LEN 48
#define MLDSA_ETA_LEN       128
#define MLDSA_T0_LEN        416
#define MLDSA_T1_LEN        320
#define MLDSA_Z_LEN         640
#define MLDSA_W1_LEN        128
#define MLDSA_HINT_LEN      32 /* a bit a coefficient, in memory */

struct mldsa_backend {
    /* In place, |c| < q in, |c| < 9 q out (algorithm 41). */
    void (*ntt)(struct noncrypto_mldsa_poly *p);
    /* In place, |c| < q in and out (algorithm 42), times 2^32. */
    void (*inverse_ntt)(struct noncrypto_mldsa_poly *p);
    /* The product of two NTT representatives, divided by 2^32; |a|, |b| < 9 q, |out| < q. */
    void (*multiply)(struct noncrypto_mldsa_poly *out, const struct noncrypto_mldsa_poly *a,
                     const struct noncrypto_mldsa_poly *b);
    /* The inner product of vectors of them, divided by 2^32; 0 <= a < q, |b| < 9 q, |out| < q. */
    void (*inner)(struct noncrypto_mldsa_poly *out,
                  const struct noncrypto_mldsa_poly *const a[MLDSA_L],
                  const struct noncrypto_mldsa_poly b[MLDSA_L]);
    /*
     * Rejection sampling of algorithm 30: writes at most `room` values below q from `len` bytes, a multiple of 24, and
     * returns how many. Not for secrets.
     */
    unsigned (*sample_uniform)(int32_t *out, unsigned room, const uint8_t *in, size_t len);
    /* The same of algorithm 31: values in [-eta, eta], from a multiple of 8 bytes. How many may become known. */
    unsigned (*sample_small)(int32_t *out, unsigned room, const uint8_t *in, size_t len);
    /* BitUnpack(gamma1 - 1, gamma1): a mask, or z of a signature. */
    void (*decode_z)(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_Z_LEN]);
    /* Decompose (algorithm 36) of c in (-q, q): the low parts stay, the high parts are encoded as w1. */
    void (*decompose)(uint8_t high[MLDSA_W1_LEN], struct noncrypto_mldsa_poly *p);
    /* p + q, or p - q, reduced by mldsa_reduce(). */
    void (*add)(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q);
    void (*subtract)(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q);
    /* All ones if some |c| >= bound. */
    uint32_t (*exceeds)(const struct noncrypto_mldsa_poly *p, int32_t bound);
};

extern const struct mldsa_backend noncrypto_mldsa_portable __attribute__((visibility("hidden")));
#if NONCRYPTO_X86_64
extern const struct mldsa_backend noncrypto_mldsa_avx2 __attribute__((visibility("hidden")));
#endif

/* zeta^BitRev8(i) * 2^32 for zeta = 1753, in (-q/2, q/2). */
extern const int32_t noncrypto_mldsa_zetas[256] __attribute__((visibility("hidden")));

static inline const struct mldsa_backend *mldsa_backend(void)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AVX2))
        return &noncrypto_mldsa_avx2;
#endif
    return &noncrypto_mldsa_portable;
}

/* x / 2^32 modulo q, in (-q, q), for |x| < q * 2^31. */
static inline int32_t mldsa_montgomery(int64_t x)
{
    int32_t m = (int32_t)((uint32_t)x * (uint32_t)MLDSA_Q_INVERSE);
    return (int32_t)((x - (int64_t)m * MLDSA_Q) >> 32);
}

/*
 * x modulo q, in (-0.75 q, 0.75 q), for x < 2^31 - 2^22. For |x| < 1.5 q: if some representative is within q/2 - 2^13 of 0,
 * it is this one.
 */
static inline int32_t mldsa_reduce(int32_t x)
{
    return x - ((x + (1 << 22)) >> 23) * MLDSA_Q;
}

/* All ones if x is negative. */
static inline int32_t mldsa_sign(int32_t x)
{
    return -(int32_t)((uint32_t)x >> 31);
}

/* x modulo q, in [0, q), for |x| < q. */
static inline int32_t mldsa_canonical(int32_t x)
{
    return x + (mldsa_sign(x) & MLDSA_Q);
}

/* ntt.c */
void noncrypto_mldsa_ntt(struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_inverse_ntt(struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_multiply(struct noncrypto_mldsa_poly *out,
                              const struct noncrypto_mldsa_poly *a,
                              const struct noncrypto_mldsa_poly *b);
void noncrypto_mldsa_inner(struct noncrypto_mldsa_poly *out,
                           const struct noncrypto_mldsa_poly *const a[MLDSA_L],
                           const struct noncrypto_mldsa_poly b[MLDSA_L]);

/* rounding.c */
void noncrypto_mldsa_decompose(uint8_t high[MLDSA_W1_LEN], struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_add(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q);
void noncrypto_mldsa_subtract(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q);
uint32_t noncrypto_mldsa_exceeds(const struct noncrypto_mldsa_poly *p, int32_t bound);

/* Power2Round (algorithm 35) of c in (-q, q): the low parts stay, the high parts are encoded as t1. */
void noncrypto_mldsa_power2round(uint8_t t1[MLDSA_T1_LEN], struct noncrypto_mldsa_poly *p);

/* MakeHint (algorithm 39) for low parts and high parts of decompose(); returns how many bits are set. */
uint32_t noncrypto_mldsa_make_hint(uint8_t hint[MLDSA_HINT_LEN],
                                   const struct noncrypto_mldsa_poly *low,
                                   const uint8_t high[MLDSA_W1_LEN]);

/* UseHint (algorithm 40): changes the high parts. */
void noncrypto_mldsa_use_hint(uint8_t high[MLDSA_W1_LEN], const struct noncrypto_mldsa_poly *low,
                              const uint8_t hint[MLDSA_HINT_LEN]);

/* codec.c */
void noncrypto_mldsa_decode_z(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_Z_LEN]);
void noncrypto_mldsa_encode_z(uint8_t out[MLDSA_Z_LEN], const struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_encode_eta(uint8_t out[MLDSA_ETA_LEN], const struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_decode_eta(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_ETA_LEN]);
void noncrypto_mldsa_encode_t0(uint8_t out[MLDSA_T0_LEN], const struct noncrypto_mldsa_poly *p);
void noncrypto_mldsa_decode_t0(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_T0_LEN]);
/* Times 2^d. */
void noncrypto_mldsa_decode_t1(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_T1_LEN]);

/* HintBitPack (algorithm 20) of at most omega set bits; they are public by then. */
void noncrypto_mldsa_encode_hint(uint8_t out[MLDSA_OMEGA + MLDSA_K],
                                 const uint8_t hint[MLDSA_K * MLDSA_HINT_LEN]);
/* HintBitUnpack (algorithm 21). Returns 0, or NONCRYPTO_E_VERIFY if `in` is not the encoding of any hint. */
int noncrypto_mldsa_decode_hint(uint8_t hint[MLDSA_K * MLDSA_HINT_LEN],
                                const uint8_t in[MLDSA_OMEGA + MLDSA_K]);

/* sample.c */
unsigned noncrypto_mldsa_sample_uniform(int32_t *out, unsigned room, const uint8_t *in, size_t len);
unsigned noncrypto_mldsa_sample_small(int32_t *out, unsigned room, const uint8_t *in, size_t len);

/*
 * ExpandA (algorithm 32): `n` (at most 4) polynomials from number `first` on, in the order of the rows; number i goes to
 * out[i % slots].
 */
void noncrypto_mldsa_sample_matrix(const struct mldsa_backend *backend, struct keccak_x4 *x4,
                                   struct noncrypto_mldsa_poly *out, unsigned slots, unsigned first,
                                   unsigned n, const uint8_t rho[MLDSA_RHO_LEN]);

/* ExpandS (algorithm 33): `n` (at most 4) polynomials from number `first` on; s1, then s2. */
void noncrypto_mldsa_sample_secret(const struct mldsa_backend *backend, struct keccak_x4 *x4,
                                   struct noncrypto_mldsa_poly *out, unsigned first, unsigned n,
                                   const uint8_t rho_prime[MLDSA_RHO_PRIME_LEN]);

/* ExpandMask (algorithm 34): four polynomials from number `first` (mu + r) on; number i goes to out[i % 8]. */
void noncrypto_mldsa_sample_mask(const struct mldsa_backend *backend, struct keccak_x4 *x4,
                                 struct noncrypto_mldsa_poly out[8], unsigned first,
                                 const uint8_t rho_prime[MLDSA_RHO_PRIME_LEN]);

/* SampleInBall (algorithm 29). Not for secrets. */
void noncrypto_mldsa_sample_challenge(struct noncrypto_mldsa_poly *c,
                                      const uint8_t hash[MLDSA_CHALLENGE_LEN]);

/* mldsa65.c: parts of the secret key, and the hash of mu and w1. */
#define MLDSA_SK_KEY   MLDSA_RHO_LEN
#define MLDSA_SK_TR    (MLDSA_SK_KEY + MLDSA_KEY_LEN)
#define MLDSA_SK_S1    (MLDSA_SK_TR + NONCRYPTO_MLDSA65_TR_LEN)
#define MLDSA_SK_S2    (MLDSA_SK_S1 + MLDSA_L * MLDSA_ETA_LEN)
#define MLDSA_SK_T0    (MLDSA_SK_S2 + MLDSA_K * MLDSA_ETA_LEN)
/* Of the signature. */
#define MLDSA_SIG_Z    MLDSA_CHALLENGE_LEN
#define MLDSA_SIG_HINT (MLDSA_SIG_Z + MLDSA_L * MLDSA_Z_LEN)

void noncrypto_mldsa_hash_challenge(uint8_t hash[MLDSA_CHALLENGE_LEN],
                                    const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                                    const uint8_t w1[MLDSA_K * MLDSA_W1_LEN]);

#endif
