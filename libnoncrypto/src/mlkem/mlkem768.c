/*
 * ML-KEM-768 (FIPS 203 sections 5 to 7).
 */
#include <noncrypto/mlkem768.h>

#include <noncrypto/memory.h>
#include <noncrypto/sha3.h>
#include <string.h>

#include "bytes.h"
#include "ct.h"
#include "mlkem/mlkem.h"

#define VECTOR_LEN (MLKEM_K * MLKEM_POLY_LEN)
#define U_LEN      (MLKEM_K * MLKEM_DU_LEN)
/* Where the parts of a decapsulation key begin: s, ek, H(ek), z. */
#define DK_EK      VECTOR_LEN
#define DK_HASH    (DK_EK + NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN)
#define DK_Z       (DK_HASH + MLKEM_SYMBOL_LEN)

_Static_assert(VECTOR_LEN + MLKEM_SYMBOL_LEN == NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN, "t, rho");
_Static_assert(DK_Z + MLKEM_SYMBOL_LEN == NONCRYPTO_MLKEM768_DECAPS_KEY_LEN, "s, ek, H(ek), z");
_Static_assert(U_LEN + MLKEM_DV_LEN == NONCRYPTO_MLKEM768_CIPHERTEXT_LEN, "u, v");

static struct keccak_x4 *x4_of(struct noncrypto_mlkem768_workspace *w)
{
    _Static_assert(sizeof w->keccak == sizeof(struct keccak_x4), "the same array");
    return (struct keccak_x4 *)(void *)w->keccak;
}

/* G of FIPS 203 section 4.1, of 32 bytes and `len` bytes. */
static void hash_g(uint8_t out[64], const uint8_t a[MLKEM_SYMBOL_LEN], const uint8_t *b, size_t len)
{
    struct noncrypto_sha3_512 hash;

    noncrypto_sha3_512_init(&hash);
    noncrypto_sha3_512_update(&hash, a, MLKEM_SYMBOL_LEN);
    noncrypto_sha3_512_update(&hash, b, len);
    noncrypto_sha3_512_final(&hash, out);
}

/* The matrix of `rho`, row by row, where row i takes the noise of the error polynomial i along. */
static void sample_matrix_and_error(const struct mlkem_backend *b,
                                    struct noncrypto_mlkem768_workspace *w,
                                    const uint8_t rho[MLKEM_SYMBOL_LEN],
                                    const uint8_t sigma[MLKEM_SYMBOL_LEN])
{
    uint8_t seed[MLKEM_SYMBOL_LEN + 1];
    uint8_t noise[MLKEM_NOISE_LEN];

    memcpy(seed, sigma, MLKEM_SYMBOL_LEN);
    for (unsigned i = 0; i < MLKEM_K; i++) {
        struct mlkem_passenger prf = {seed, sizeof seed, noise, sizeof noise, KECCAK_PAD_SHAKE, 0,
                                      0};
        seed[MLKEM_SYMBOL_LEN] = (uint8_t)(MLKEM_K + i);
        noncrypto_mlkem_passenger_start(x4_of(w));
        noncrypto_mlkem_sample_row(b, x4_of(w), w->matrix[i], rho, i, 0, &prf);
        b->sample_noise(&w->error[i], noise);
    }
    noncrypto_wipe(seed, sizeof seed);
    noncrypto_wipe(noise, sizeof noise);
}

/* K-PKE.KeyGen (algorithm 13). */
static void pke_keygen(const struct mlkem_backend *b, struct noncrypto_mlkem768_workspace *w,
                       uint8_t *ek, uint8_t *dk, const uint8_t d[MLKEM_SYMBOL_LEN])
{
    static const uint8_t k = MLKEM_K;
    struct noncrypto_mlkem_poly *const s[KECCAK_X4] = {&w->secret[0], &w->secret[1], &w->secret[2]};
    uint8_t seeds[2 * MLKEM_SYMBOL_LEN]; /* rho, sigma */

    hash_g(seeds, d, &k, sizeof k);
    /* The seed of the matrix is part of the public key. */
    ct_declassify(seeds, MLKEM_SYMBOL_LEN);
    memcpy(ek + VECTOR_LEN, seeds, MLKEM_SYMBOL_LEN);
    noncrypto_mlkem_sample_noise(b, x4_of(w), s, MLKEM_K, seeds + MLKEM_SYMBOL_LEN, 0);
    sample_matrix_and_error(b, w, seeds, seeds + MLKEM_SYMBOL_LEN);
    noncrypto_wipe(seeds, sizeof seeds);

    for (unsigned i = 0; i < MLKEM_K; i++) {
        b->ntt(&w->secret[i]);
        b->encode(dk + i * MLKEM_POLY_LEN, &w->secret[i]);
    }
    for (unsigned i = 0; i < MLKEM_K; i++) {
        struct noncrypto_mlkem_poly *t = &w->scalar[0];
        b->ntt(&w->error[i]);
        b->multiply(t, w->matrix[i], w->secret);
        b->to_montgomery(t);
        b->add(t, &w->error[i]);
        b->encode(ek + i * MLKEM_POLY_LEN, t);
    }
}

/* K-PKE.Encrypt (algorithm 14) with the transposed matrix in the workspace. */
static void pke_encrypt(const struct mlkem_backend *b, struct noncrypto_mlkem768_workspace *w,
                        uint8_t *ct, const uint8_t *ek, const uint8_t message[MLKEM_SYMBOL_LEN],
                        const uint8_t coins[MLKEM_SYMBOL_LEN])
{
    struct noncrypto_mlkem_poly *const first[KECCAK_X4] = {&w->secret[0], &w->secret[1],
                                                           &w->secret[2], &w->error[0]};
    struct noncrypto_mlkem_poly *const second[KECCAK_X4] = {&w->error[1], &w->error[2],
                                                            &w->scalar[1]};
    struct noncrypto_mlkem_poly *sum = &w->scalar[0];

    noncrypto_mlkem_sample_noise(b, x4_of(w), first, 4, coins, 0);
    noncrypto_mlkem_sample_noise(b, x4_of(w), second, 3, coins, 4);
    for (unsigned i = 0; i < MLKEM_K; i++)
        b->ntt(&w->secret[i]);
    for (unsigned i = 0; i < MLKEM_K; i++) {
        b->multiply(sum, w->matrix[i], w->secret);
        b->inverse_ntt(sum);
        b->add(sum, &w->error[i]);
        b->compress_u(ct + i * MLKEM_DU_LEN, sum);
    }

    for (unsigned i = 0; i < MLKEM_K; i++)
        b->decode(&w->error[i], ek + i * MLKEM_POLY_LEN);
    b->multiply(sum, w->error, w->secret);
    b->inverse_ntt(sum);
    b->add(sum, &w->scalar[1]);
    b->from_message(&w->scalar[1], message);
    b->add(sum, &w->scalar[1]);
    b->compress_v(ct + U_LEN, sum);
}

/* K-PKE.Decrypt (algorithm 15). */
static void pke_decrypt(const struct mlkem_backend *b, struct noncrypto_mlkem768_workspace *w,
                        uint8_t message[MLKEM_SYMBOL_LEN], const uint8_t *dk, const uint8_t *ct)
{
    struct noncrypto_mlkem_poly *product = &w->scalar[0], *v = &w->scalar[1];

    for (unsigned i = 0; i < MLKEM_K; i++) {
        b->decompress_u(&w->error[i], ct + i * MLKEM_DU_LEN);
        b->ntt(&w->error[i]);
        b->decode(&w->secret[i], dk + i * MLKEM_POLY_LEN);
    }
    b->multiply(product, w->secret, w->error);
    b->inverse_ntt(product);
    b->decompress_v(v, ct + U_LEN);
    b->subtract(v, product);
    b->to_message(message, v);
}

/* Samples the transposed matrix of `ek` and hashes `ek` meanwhile. */
static void sample_matrix_and_hash(const struct mlkem_backend *b,
                                   struct noncrypto_mlkem768_workspace *w,
                                   uint8_t hash[MLKEM_SYMBOL_LEN], const uint8_t *ek)
{
    struct mlkem_passenger h = {
        ek, NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN, hash, MLKEM_SYMBOL_LEN, KECCAK_PAD_SHA3, 0, 0};

    noncrypto_mlkem_passenger_start(x4_of(w));
    for (unsigned i = 0; i < MLKEM_K; i++)
        noncrypto_mlkem_sample_row(b, x4_of(w), w->matrix[i], ek + VECTOR_LEN, i, 1, &h);
    noncrypto_mlkem_passenger_finish(x4_of(w), &h);
}

/* All ones if the ciphertexts are equal. Decapsulation must not tell: nothing here is declassified. */
static uint32_t ciphertexts_equal(const uint8_t *a, const uint8_t *b)
{
    uint64_t difference = 0;

    _Static_assert(NONCRYPTO_MLKEM768_CIPHERTEXT_LEN % 8 == 0, "whole words");
    for (size_t i = 0; i < NONCRYPTO_MLKEM768_CIPHERTEXT_LEN; i += 8)
        difference |= load_le64(a + i) ^ load_le64(b + i);
    return (uint32_t)ct_zero64(difference);
}

int noncrypto_mlkem768_keygen(uint8_t ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN],
                              uint8_t dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN], const uint8_t *seed,
                              size_t seed_len, struct noncrypto_mlkem768_workspace *workspace)
{
    if (seed_len != NONCRYPTO_MLKEM768_SEED_LEN) {
        memset(ek, 0, NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN);
        memset(dk, 0, NONCRYPTO_MLKEM768_DECAPS_KEY_LEN);
        return NONCRYPTO_E_INVALID;
    }
    pke_keygen(mlkem_backend(), workspace, ek, dk, seed);
    memcpy(dk + DK_EK, ek, NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN);
    noncrypto_sha3_256(dk + DK_HASH, ek, NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN);
    memcpy(dk + DK_Z, seed + MLKEM_SYMBOL_LEN, MLKEM_SYMBOL_LEN);
    noncrypto_wipe(workspace, sizeof *workspace);
    return 0;
}

int noncrypto_mlkem768_check_encaps_key(const uint8_t *ek, size_t ek_len)
{
    uint32_t above = 0; /* bit 31: some coefficient was not below q */

    if (ek_len != NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN)
        return NONCRYPTO_E_INVALID;
    for (size_t i = 0; i < VECTOR_LEN; i += 3) {
        uint32_t triple = (uint32_t)ek[i] | (uint32_t)ek[i + 1] << 8 | (uint32_t)ek[i + 2] << 16;
        above |= (MLKEM_Q - 1) - (triple & 0xfff);
        above |= (MLKEM_Q - 1) - (triple >> 12);
    }
    return above >> 31 ? NONCRYPTO_E_INVALID : 0;
}

int noncrypto_mlkem768_check_decaps_key(const uint8_t *dk, size_t dk_len)
{
    uint8_t hash[MLKEM_SYMBOL_LEN];

    if (dk_len != NONCRYPTO_MLKEM768_DECAPS_KEY_LEN)
        return NONCRYPTO_E_INVALID;
    noncrypto_sha3_256(hash, dk + DK_EK, NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN);
    return noncrypto_compare(hash, dk + DK_HASH, sizeof hash) == 0 ? 0 : NONCRYPTO_E_INVALID;
}

int noncrypto_mlkem768_encaps(uint8_t ct[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN],
                              uint8_t shared[NONCRYPTO_MLKEM768_SHARED_LEN], const uint8_t *ek,
                              size_t ek_len, const uint8_t random[NONCRYPTO_MLKEM768_RANDOM_LEN],
                              struct noncrypto_mlkem768_workspace *workspace)
{
    const struct mlkem_backend *b = mlkem_backend();
    uint8_t hash[MLKEM_SYMBOL_LEN];
    uint8_t key_and_coins[2 * MLKEM_SYMBOL_LEN];

    if (noncrypto_mlkem768_check_encaps_key(ek, ek_len) != 0) {
        memset(ct, 0, NONCRYPTO_MLKEM768_CIPHERTEXT_LEN);
        memset(shared, 0, NONCRYPTO_MLKEM768_SHARED_LEN);
        return NONCRYPTO_E_INVALID;
    }
    sample_matrix_and_hash(b, workspace, hash, ek);
    hash_g(key_and_coins, random, hash, sizeof hash);
    pke_encrypt(b, workspace, ct, ek, random, key_and_coins + MLKEM_SYMBOL_LEN);
    memcpy(shared, key_and_coins, NONCRYPTO_MLKEM768_SHARED_LEN);
    noncrypto_wipe(key_and_coins, sizeof key_and_coins);
    noncrypto_wipe(workspace, sizeof *workspace);
    return 0;
}

/* J of FIPS 203 section 4.1: the secret for a ciphertext that encapsulation did not make. */
static void rejection_secret(uint8_t out[MLKEM_SYMBOL_LEN], const uint8_t z[MLKEM_SYMBOL_LEN],
                             const uint8_t ct[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN])
{
    struct noncrypto_shake j;

    noncrypto_shake256_init(&j);
    noncrypto_shake_absorb(&j, z, MLKEM_SYMBOL_LEN);
    noncrypto_shake_absorb(&j, ct, NONCRYPTO_MLKEM768_CIPHERTEXT_LEN);
    noncrypto_shake_squeeze(&j, out, MLKEM_SYMBOL_LEN);
    noncrypto_wipe(&j, sizeof j);
}

int noncrypto_mlkem768_decaps(uint8_t shared[NONCRYPTO_MLKEM768_SHARED_LEN], const uint8_t *dk,
                              size_t dk_len, const uint8_t *ct, size_t ct_len,
                              struct noncrypto_mlkem768_workspace *workspace)
{
    const struct mlkem_backend *b = mlkem_backend();
    const uint8_t *ek = dk + DK_EK;
    uint8_t hash[MLKEM_SYMBOL_LEN], message[MLKEM_SYMBOL_LEN], rejected[MLKEM_SYMBOL_LEN];
    uint8_t key_and_coins[2 * MLKEM_SYMBOL_LEN];

    memset(shared, 0, NONCRYPTO_MLKEM768_SHARED_LEN);
    if (dk_len != NONCRYPTO_MLKEM768_DECAPS_KEY_LEN || ct_len != NONCRYPTO_MLKEM768_CIPHERTEXT_LEN)
        return NONCRYPTO_E_INVALID;
    sample_matrix_and_hash(b, workspace, hash, ek);
    if (noncrypto_compare(hash, dk + DK_HASH, sizeof hash) != 0)
        return NONCRYPTO_E_INVALID;

    pke_decrypt(b, workspace, message, dk, ct);
    hash_g(key_and_coins, message, dk + DK_HASH, MLKEM_SYMBOL_LEN);
    pke_encrypt(b, workspace, workspace->bytes, ek, message, key_and_coins + MLKEM_SYMBOL_LEN);
    rejection_secret(rejected, dk + DK_Z, ct);
    noncrypto_select((int)ciphertexts_equal(ct, workspace->bytes), shared, key_and_coins, rejected,
                     NONCRYPTO_MLKEM768_SHARED_LEN);

    noncrypto_wipe(message, sizeof message);
    noncrypto_wipe(rejected, sizeof rejected);
    noncrypto_wipe(key_and_coins, sizeof key_and_coins);
    noncrypto_wipe(workspace, sizeof *workspace);
    return 0;
}
