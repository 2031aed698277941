/* id-MLDSA65-Ed25519-SHA512, draft-ietf-lamps-pq-composite-sigs-14. */
#include <noncrypto/memory.h>
#include <noncrypto/mldsa65_ed25519.h>
#include <noncrypto/sha2.h>
#include <string.h>

#define PREFIX                 "CompositeAlgorithmSignatures2025"
#define LABEL                  "COMPSIG-MLDSA65-Ed25519-SHA512"
#define PREFIX_LEN             (sizeof PREFIX - 1)
#define LABEL_LEN              (sizeof LABEL - 1)
#define DIGEST_LEN             NONCRYPTO_MLDSA65_ED25519_DIGEST_LEN
#define REPRESENTATIVE_MAX_LEN (PREFIX_LEN + LABEL_LEN + 1 + 255 + DIGEST_LEN)

static const uint8_t mldsa_context[] = LABEL;

_Static_assert(REPRESENTATIVE_MAX_LEN ==
                       sizeof((struct noncrypto_mldsa65_ed25519_workspace *)NULL)->message &&
                   REPRESENTATIVE_MAX_LEN ==
                       sizeof((struct noncrypto_mldsa65_ed25519_sign_workspace *)NULL)->message,
               "section 2.2");

/* M' of section 2.2; returns its length. The context has at most 255 bytes. */
static size_t representative(uint8_t out[REPRESENTATIVE_MAX_LEN], const uint8_t *digest,
                             const void *context, size_t context_len)
{
    uint8_t *p = out;

    memcpy(p, PREFIX LABEL, PREFIX_LEN + LABEL_LEN);
    p += PREFIX_LEN + LABEL_LEN;
    *p++ = (uint8_t)context_len;
    if (context_len > 0)
        memcpy(p, context, context_len);
    p += context_len;
    memcpy(p, digest, DIGEST_LEN);
    return (size_t)(p + DIGEST_LEN - out);
}

int noncrypto_mldsa65_ed25519_public_key(uint8_t pk[NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN],
                                         const uint8_t *seed, size_t seed_len,
                                         struct noncrypto_mldsa65_ed25519_workspace *workspace)
{
    int result = NONCRYPTO_E_INVALID;

    if (seed_len == NONCRYPTO_MLDSA65_ED25519_SEED_LEN)
        result = noncrypto_mldsa65_keygen(pk, workspace->secret_key, seed,
                                          NONCRYPTO_MLDSA65_SEED_LEN, &workspace->mldsa);
    if (result == 0) {
        noncrypto_ed25519_key_from_seed(&workspace->ed25519, seed + NONCRYPTO_MLDSA65_SEED_LEN);
        memcpy(pk + NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN, workspace->ed25519.public_key,
               NONCRYPTO_ED25519_PUBLIC_KEY_LEN);
    } else {
        memset(pk, 0, NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN);
    }
    noncrypto_wipe(workspace, sizeof *workspace);
    return result;
}

int noncrypto_mldsa65_ed25519_sign_digest(
    uint8_t sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN], const uint8_t *seed, size_t seed_len,
    const uint8_t digest[NONCRYPTO_MLDSA65_ED25519_DIGEST_LEN], const void *context,
    size_t context_len, const uint8_t random[NONCRYPTO_MLDSA65_ED25519_RANDOM_LEN],
    struct noncrypto_mldsa65_ed25519_sign_workspace *workspace)
{
    uint8_t *message = workspace->message;
    size_t len = 0;
    int result = NONCRYPTO_E_INVALID;

    if (seed_len == NONCRYPTO_MLDSA65_ED25519_SEED_LEN &&
        context_len <= NONCRYPTO_MLDSA65_ED25519_CONTEXT_MAX) {
        len = representative(message, digest, context, context_len);
        result = noncrypto_mldsa65_keygen(workspace->public_key, workspace->secret_key, seed,
                                          NONCRYPTO_MLDSA65_SEED_LEN, &workspace->mldsa.keygen);
    }
    if (result == 0)
        result = noncrypto_mldsa65_sign(sig, workspace->secret_key, sizeof workspace->secret_key,
                                        message, len, mldsa_context, LABEL_LEN, random,
                                        &workspace->mldsa.sign);
    if (result == 0) {
        noncrypto_ed25519_key_from_seed(&workspace->ed25519, seed + NONCRYPTO_MLDSA65_SEED_LEN);
        noncrypto_ed25519_sign(sig + NONCRYPTO_MLDSA65_SIGNATURE_LEN, &workspace->ed25519, message,
                               len);
    } else {
        memset(sig, 0, NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN);
    }
    noncrypto_wipe(workspace, sizeof *workspace);
    return result;
}

int noncrypto_mldsa65_ed25519_verify_digest(
    const uint8_t *pk, size_t pk_len, const uint8_t digest[NONCRYPTO_MLDSA65_ED25519_DIGEST_LEN],
    const void *context, size_t context_len, const uint8_t *sig, size_t sig_len,
    struct noncrypto_mldsa65_ed25519_workspace *workspace)
{
    uint8_t *message = workspace->message;

    if (pk_len != NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN ||
        context_len > NONCRYPTO_MLDSA65_ED25519_CONTEXT_MAX)
        return NONCRYPTO_E_INVALID;
    if (sig_len != NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN)
        return NONCRYPTO_E_VERIFY;
    size_t len = representative(message, digest, context, context_len);
    /* The cheaper half first. */
    int result = noncrypto_ed25519_verify(sig + NONCRYPTO_MLDSA65_SIGNATURE_LEN,
                                          pk + NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN, message, len);
    if (result != 0)
        return result;
    return noncrypto_mldsa65_verify(pk, NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN, message, len,
                                    mldsa_context, LABEL_LEN, sig, NONCRYPTO_MLDSA65_SIGNATURE_LEN,
                                    &workspace->mldsa);
}

int noncrypto_mldsa65_ed25519_sign(uint8_t sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN],
                                   const uint8_t *seed, size_t seed_len, const void *message,
                                   size_t len, const void *context, size_t context_len,
                                   const uint8_t random[NONCRYPTO_MLDSA65_ED25519_RANDOM_LEN],
                                   struct noncrypto_mldsa65_ed25519_sign_workspace *workspace)
{
    uint8_t digest[DIGEST_LEN];

    noncrypto_sha512(digest, message, len);
    return noncrypto_mldsa65_ed25519_sign_digest(sig, seed, seed_len, digest, context, context_len,
                                                 random, workspace);
}

int noncrypto_mldsa65_ed25519_verify(const uint8_t *pk, size_t pk_len, const void *message,
                                     size_t len, const void *context, size_t context_len,
                                     const uint8_t *sig, size_t sig_len,
                                     struct noncrypto_mldsa65_ed25519_workspace *workspace)
{
    uint8_t digest[DIGEST_LEN];

    noncrypto_sha512(digest, message, len);
    return noncrypto_mldsa65_ed25519_verify_digest(pk, pk_len, digest, context, context_len, sig,
                                                   sig_len, workspace);
}
