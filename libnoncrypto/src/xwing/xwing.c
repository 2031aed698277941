/*
 * X-Wing, draft-connolly-cfrg-xwing-kem-10.
 *
 * The draft has no check for points of small order: what X25519 gives for them, zeros, goes into the combiner like any other
 * value, and security then rests on ML-KEM alone. So the results of noncrypto_x25519() are not failures here.
 */
#include <noncrypto/memory.h>
#include <noncrypto/sha3.h>
#include <noncrypto/xwing.h>
#include <string.h>

/* Section 5.3: a backslash, a dot and two slashes; a slash, a caret and a backslash. */
static const uint8_t label[6] = {0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c};

/* Zeros for a point of small order. */
static void x25519_any(uint8_t shared[32], const uint8_t private_key[32], const uint8_t peer[32])
{
    int small_order = noncrypto_x25519(shared, private_key, peer);
    (void)small_order;
}

/* expandDecapsulationKey, section 5.2. */
static int expand(struct noncrypto_xwing_workspace *w, const uint8_t *seed)
{
    noncrypto_shake256(w->expanded, sizeof w->expanded, seed, NONCRYPTO_XWING_SEED_LEN);
    noncrypto_x25519_base(w->public_x25519, w->expanded + NONCRYPTO_MLKEM768_SEED_LEN);
    return noncrypto_mlkem768_keygen(w->encaps_key, w->decaps_key, w->expanded,
                                     NONCRYPTO_MLKEM768_SEED_LEN, &w->mlkem);
}

/* Combiner, section 5.3. */
static void combine(uint8_t *shared, const struct noncrypto_xwing_workspace *w,
                    const uint8_t *ct_x25519, const uint8_t *pk_x25519)
{
    struct noncrypto_sha3_256 ctx;

    noncrypto_sha3_256_init(&ctx);
    noncrypto_sha3_256_update(&ctx, w->shared_mlkem, sizeof w->shared_mlkem);
    noncrypto_sha3_256_update(&ctx, w->shared_x25519, sizeof w->shared_x25519);
    noncrypto_sha3_256_update(&ctx, ct_x25519, NONCRYPTO_X25519_KEY_LEN);
    noncrypto_sha3_256_update(&ctx, pk_x25519, NONCRYPTO_X25519_KEY_LEN);
    noncrypto_sha3_256_update(&ctx, label, sizeof label);
    noncrypto_sha3_256_final(&ctx, shared);
}

int noncrypto_xwing_public_key(uint8_t pk[NONCRYPTO_XWING_PUBLIC_KEY_LEN], const uint8_t *seed,
                               size_t seed_len, struct noncrypto_xwing_workspace *workspace)
{
    int result = NONCRYPTO_E_INVALID;

    memset(pk, 0, NONCRYPTO_XWING_PUBLIC_KEY_LEN);
    if (seed_len == NONCRYPTO_XWING_SEED_LEN)
        result = expand(workspace, seed);
    if (result == 0) {
        memcpy(pk, workspace->encaps_key, sizeof workspace->encaps_key);
        memcpy(pk + sizeof workspace->encaps_key, workspace->public_x25519,
               NONCRYPTO_X25519_KEY_LEN);
    }
    noncrypto_wipe(workspace, sizeof *workspace);
    return result;
}

int noncrypto_xwing_encaps(uint8_t ct[NONCRYPTO_XWING_CIPHERTEXT_LEN],
                           uint8_t shared[NONCRYPTO_XWING_SHARED_LEN], const uint8_t *pk,
                           size_t pk_len, const uint8_t random[NONCRYPTO_XWING_RANDOM_LEN],
                           struct noncrypto_xwing_workspace *workspace)
{
    const uint8_t *random_x25519 = random + NONCRYPTO_MLKEM768_RANDOM_LEN;
    uint8_t *ct_x25519 = ct + NONCRYPTO_MLKEM768_CIPHERTEXT_LEN;
    int result = NONCRYPTO_E_INVALID;

    if (pk_len == NONCRYPTO_XWING_PUBLIC_KEY_LEN)
        result =
            noncrypto_mlkem768_encaps(ct, workspace->shared_mlkem, pk,
                                      NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN, random, &workspace->mlkem);
    if (result == 0) {
        const uint8_t *pk_x25519 = pk + NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN;
        noncrypto_x25519_base(ct_x25519, random_x25519);
        x25519_any(workspace->shared_x25519, random_x25519, pk_x25519);
        combine(shared, workspace, ct_x25519, pk_x25519);
    } else {
        memset(ct, 0, NONCRYPTO_XWING_CIPHERTEXT_LEN);
        memset(shared, 0, NONCRYPTO_XWING_SHARED_LEN);
    }
    noncrypto_wipe(workspace, sizeof *workspace);
    return result;
}

int noncrypto_xwing_decaps(uint8_t shared[NONCRYPTO_XWING_SHARED_LEN], const uint8_t *seed,
                           size_t seed_len, const uint8_t *ct, size_t ct_len,
                           struct noncrypto_xwing_workspace *workspace)
{
    int result = NONCRYPTO_E_INVALID;

    if (seed_len == NONCRYPTO_XWING_SEED_LEN && ct_len == NONCRYPTO_XWING_CIPHERTEXT_LEN)
        result = expand(workspace, seed);
    if (result == 0)
        result = noncrypto_mlkem768_decaps(workspace->shared_mlkem, workspace->decaps_key,
                                           sizeof workspace->decaps_key, ct,
                                           NONCRYPTO_MLKEM768_CIPHERTEXT_LEN, &workspace->mlkem);
    if (result == 0) {
        const uint8_t *ct_x25519 = ct + NONCRYPTO_MLKEM768_CIPHERTEXT_LEN;
        x25519_any(workspace->shared_x25519, workspace->expanded + NONCRYPTO_MLKEM768_SEED_LEN,
                   ct_x25519);
        combine(shared, workspace, ct_x25519, workspace->public_x25519);
    } else {
        memset(shared, 0, NONCRYPTO_XWING_SHARED_LEN);
    }
    noncrypto_wipe(workspace, sizeof *workspace);
    return result;
}
