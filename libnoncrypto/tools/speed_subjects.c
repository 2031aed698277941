/* Each primitive once, over work that was prepared. A result that says failure would be a fault of this program: it is noted. */
#include <stdlib.h>
#include <string.h>

#include <noncrypto/aead.h>
#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/argon2.h>
#include <noncrypto/chacha20.h>
#include <noncrypto/cmac.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/hmac.h>
#include <noncrypto/mldsa65_ed25519.h>
#include <noncrypto/p256.h>
#include <noncrypto/poly1305.h>
#include <noncrypto/siphash.h>
#include <noncrypto/stream.h>
#include <noncrypto/x25519.h>
#include <noncrypto/xwing.h>

#include "digest.h"
#include "speed.h"

#define ARGON2_MEMORY_KIB 65536
#define ARGON2_PASSES     3

struct speed_work {
    uint8_t *message, *out, *argon2_memory;
    size_t len, argon2_len;
    int failed;
    uint8_t mldsa_message[32], hybrid_message[32]; /* what was signed last */
    uint8_t key[64], iv[24], tag[16], digest[64];
    struct noncrypto_aes aes;
    struct noncrypto_aes_gcm gcm;
    struct noncrypto_aes_ctr ctr;
    struct noncrypto_chacha20 chacha;
    uint8_t x25519_public[32], x25519_shared[32];
    struct noncrypto_ed25519_key ed25519;
    uint8_t ed25519_signature[64];
    uint8_t p256_public[NONCRYPTO_P256_PUBLIC_KEY_LEN],
        p256_signature[NONCRYPTO_P256_SIGNATURE_LEN];
    uint8_t mlkem_seed[64], mlkem_ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN];
    uint8_t mlkem_dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN],
        mlkem_ct[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN];
    uint8_t mldsa_pk[NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN], mldsa_sk[NONCRYPTO_MLDSA65_SECRET_KEY_LEN];
    uint8_t mldsa_sig[NONCRYPTO_MLDSA65_SIGNATURE_LEN];
    uint8_t xwing_pk[NONCRYPTO_XWING_PUBLIC_KEY_LEN], xwing_ct[NONCRYPTO_XWING_CIPHERTEXT_LEN];
    uint8_t hybrid_pk[NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN];
    uint8_t hybrid_sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN];
    struct noncrypto_mlkem768_workspace mlkem;
    struct noncrypto_mldsa65_workspace mldsa;
    struct noncrypto_mldsa65_sign_workspace mldsa_sign;
    struct noncrypto_xwing_workspace xwing;
    struct noncrypto_mldsa65_ed25519_workspace hybrid;
    struct noncrypto_mldsa65_ed25519_sign_workspace hybrid_sign;
};

#define SUBJECT(name, ...)                       \
    static void run_##name(struct speed_work *w) \
    {                                            \
        __VA_ARGS__;                             \
    }
/* One that can fail. */
#define CHECKED(name, ...) SUBJECT(name, w->failed |= (__VA_ARGS__))

static void run_digest(struct speed_work *w, const char *name)
{
    struct digest digest;

    digest_init(&digest, digest_find(name));
    digest_update(&digest, w->message, w->len);
    digest_final(&digest, w->digest, digest.algorithm->len);
}

SUBJECT(blake3, run_digest(w, "blake3"))
SUBJECT(sha1, run_digest(w, "sha1"))
SUBJECT(sha256, run_digest(w, "sha256"))
SUBJECT(sha512, run_digest(w, "sha512"))
SUBJECT(sha3_256, run_digest(w, "sha3-256"))
SUBJECT(sha3_512, run_digest(w, "sha3-512"))
SUBJECT(shake128, run_digest(w, "shake128"))
SUBJECT(hmac_sha256, noncrypto_hmac_sha256(w->digest, w->key, 32, w->message, w->len))
SUBJECT(poly1305, noncrypto_poly1305(w->tag, w->message, w->len, w->key))
SUBJECT(siphash, w->digest[0] ^= (uint8_t)noncrypto_siphash(w->message, w->len, w->key))
SUBJECT(chacha20, noncrypto_chacha20_seek(&w->chacha, 0);
        w->failed |= noncrypto_chacha20_xor(&w->chacha, w->out, w->message, w->len))
CHECKED(chacha20_poly1305, noncrypto_chacha20_poly1305_seal(w->out, w->tag, w->message, w->len,
                                                            NULL, 0, w->iv, w->key))
CHECKED(xchacha20_poly1305, noncrypto_xchacha20_poly1305_seal(w->out, w->tag, w->message, w->len,
                                                              NULL, 0, w->iv, w->key))
CHECKED(aes_gcm,
        noncrypto_aes_gcm_seal(&w->gcm, w->out, w->tag, 16, w->message, w->len, NULL, 0, w->iv, 12))
CHECKED(aes_ccm,
        noncrypto_aes_ccm_seal(&w->aes, w->out, w->tag, 16, w->message, w->len, NULL, 0, w->iv, 11))
SUBJECT(aes_ctr, noncrypto_aes_ctr_xor(&w->ctr, w->out, w->message, w->len))
CHECKED(aes_cmac, noncrypto_cmac(w->tag, w->key, 32, w->message, w->len))
CHECKED(x25519, noncrypto_x25519(w->x25519_shared, w->key, w->x25519_public))
SUBJECT(x25519_base, noncrypto_x25519_base(w->x25519_public, w->key))
SUBJECT(ed25519_sign, noncrypto_ed25519_sign(w->ed25519_signature, &w->ed25519, w->key, 32))
CHECKED(ed25519_verify,
        noncrypto_ed25519_verify(w->ed25519_signature, w->ed25519.public_key, w->key, 32))
CHECKED(p256_ecdh,
        noncrypto_p256_ecdh(w->x25519_shared, w->key, w->p256_public, sizeof w->p256_public))
CHECKED(p256_sign, noncrypto_p256_ecdsa_sign(w->p256_signature, w->key, w->key, 32))
CHECKED(p256_verify, noncrypto_p256_ecdsa_verify(w->p256_public, sizeof w->p256_public, w->key, 32,
                                                 w->p256_signature))
CHECKED(mlkem_keygen,
        noncrypto_mlkem768_keygen(w->mlkem_ek, w->mlkem_dk, w->mlkem_seed, 64, &w->mlkem))
CHECKED(mlkem_encaps, noncrypto_mlkem768_encaps(w->mlkem_ct, w->x25519_shared, w->mlkem_ek,
                                                sizeof w->mlkem_ek, w->key, &w->mlkem))
CHECKED(mlkem_decaps, noncrypto_mlkem768_decaps(w->x25519_shared, w->mlkem_dk, sizeof w->mlkem_dk,
                                                w->mlkem_ct, sizeof w->mlkem_ct, &w->mlkem))
CHECKED(mldsa_keygen, noncrypto_mldsa65_keygen(w->mldsa_pk, w->mldsa_sk, w->key, 32, &w->mldsa))
/* Another message each time: how many candidates are tried depends on it. */
SUBJECT(mldsa_sign, w->mldsa_message[0]++;
        w->failed |= noncrypto_mldsa65_sign(w->mldsa_sig, w->mldsa_sk, sizeof w->mldsa_sk,
                                            w->mldsa_message, 32, NULL, 0, NULL, &w->mldsa_sign))
CHECKED(mldsa_verify,
        noncrypto_mldsa65_verify(w->mldsa_pk, sizeof w->mldsa_pk, w->mldsa_message, 32, NULL, 0,
                                 w->mldsa_sig, sizeof w->mldsa_sig, &w->mldsa))
CHECKED(xwing_encaps, noncrypto_xwing_encaps(w->xwing_ct, w->x25519_shared, w->xwing_pk,
                                             sizeof w->xwing_pk, w->key, &w->xwing))
CHECKED(xwing_decaps, noncrypto_xwing_decaps(w->x25519_shared, w->key, 32, w->xwing_ct,
                                             sizeof w->xwing_ct, &w->xwing))
SUBJECT(hybrid_sign, w->hybrid_message[0]++;
        w->failed |= noncrypto_mldsa65_ed25519_sign(w->hybrid_sig, w->key, 64, w->hybrid_message,
                                                    32, NULL, 0, NULL, &w->hybrid_sign))
CHECKED(hybrid_verify,
        noncrypto_mldsa65_ed25519_verify(w->hybrid_pk, sizeof w->hybrid_pk, w->hybrid_message, 32,
                                         NULL, 0, w->hybrid_sig, sizeof w->hybrid_sig, &w->hybrid))

static void run_argon2id(struct speed_work *w)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, ARGON2_MEMORY_KIB,
                                                          ARGON2_PASSES, 1};
    const struct noncrypto_argon2_input input = {
        .password = w->key, .password_len = 32, .salt = w->key, .salt_len = 16};

    if (!w->argon2_memory) {
        w->argon2_len = noncrypto_argon2_memory_size(&params);
        w->argon2_memory = malloc(w->argon2_len);
    }
    w->failed |= !w->argon2_memory || noncrypto_argon2(w->digest, 32, &params, &input,
                                                       w->argon2_memory, w->argon2_len, NULL) != 0;
}

const struct speed_subject speed_subjects[] = {
    {"blake3", run_blake3, 1},
    {"sha1", run_sha1, 1},
    {"sha256", run_sha256, 1},
    {"sha512", run_sha512, 1},
    {"sha3-256", run_sha3_256, 1},
    {"sha3-512", run_sha3_512, 1},
    {"shake128", run_shake128, 1},
    {"hmac-sha256", run_hmac_sha256, 1},
    {"poly1305", run_poly1305, 1},
    {"siphash", run_siphash, 1},
    {"chacha20", run_chacha20, 1},
    {"chacha20-poly1305", run_chacha20_poly1305, 1},
    {"xchacha20-poly1305", run_xchacha20_poly1305, 1},
    {"aes256-gcm", run_aes_gcm, 1},
    {"aes256-ccm", run_aes_ccm, 1},
    {"aes256-ctr", run_aes_ctr, 1},
    {"aes256-cmac", run_aes_cmac, 1},
    {"argon2id-64MiB-3", run_argon2id, 0},
    {"x25519", run_x25519, 0},
    {"x25519-base", run_x25519_base, 0},
    {"ed25519-sign", run_ed25519_sign, 0},
    {"ed25519-verify", run_ed25519_verify, 0},
    {"p256-ecdh", run_p256_ecdh, 0},
    {"p256-ecdsa-sign", run_p256_sign, 0},
    {"p256-ecdsa-verify", run_p256_verify, 0},
    {"mlkem768-keygen", run_mlkem_keygen, 0},
    {"mlkem768-encaps", run_mlkem_encaps, 0},
    {"mlkem768-decaps", run_mlkem_decaps, 0},
    {"mldsa65-keygen", run_mldsa_keygen, 0},
    {"mldsa65-sign", run_mldsa_sign, 0},
    {"mldsa65-verify", run_mldsa_verify, 0},
    {"xwing-encaps", run_xwing_encaps, 0},
    {"xwing-decaps", run_xwing_decaps, 0},
    {"mldsa65-ed25519-sign", run_hybrid_sign, 0},
    {"mldsa65-ed25519-verify", run_hybrid_verify, 0},
};
const size_t speed_nsubjects = sizeof speed_subjects / sizeof speed_subjects[0];

/* What must be there before a subject can run alone: keys, and something to verify and decapsulate. */
static void make_keys(struct speed_work *w)
{
    w->failed |= noncrypto_aes_init(&w->aes, w->key, 32);
    w->failed |= noncrypto_aes_gcm_init(&w->gcm, w->key, 32);
    w->failed |= noncrypto_aes_ctr_init(&w->ctr, w->key, 32, w->iv);
    noncrypto_chacha20_init(&w->chacha, w->key, w->iv, 0);
    noncrypto_x25519_base(w->x25519_public, w->key);
    noncrypto_ed25519_key_from_seed(&w->ed25519, w->key);
    noncrypto_ed25519_sign(w->ed25519_signature, &w->ed25519, w->key, 32);
    w->failed |= noncrypto_p256_public_key(w->p256_public, w->key);
    run_p256_sign(w);
    run_mlkem_keygen(w);
    run_mlkem_encaps(w);
    run_mldsa_keygen(w);
    run_mldsa_sign(w);
    w->failed |= noncrypto_xwing_public_key(w->xwing_pk, w->key, 32, &w->xwing);
    run_xwing_encaps(w);
    w->failed |= noncrypto_mldsa65_ed25519_public_key(w->hybrid_pk, w->key, 64, &w->hybrid);
    run_hybrid_sign(w);
}

struct speed_work *speed_prepare(size_t len)
{
    struct speed_work *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->len = len;
    w->message = calloc(1, len);
    w->out = calloc(1, len);
    for (size_t i = 0; i < sizeof w->key; i++)
        w->key[i] = (uint8_t)(i + 1);
    if (w->message && w->out) {
        make_keys(w);
        return w;
    }
    speed_release(w);
    return NULL;
}

int speed_release(struct speed_work *work)
{
    int failed = work->failed;

    free(work->message);
    free(work->out);
    free(work->argon2_memory);
    free(work);
    return failed ? -1 : 0;
}
