#include <noncrypto/ed25519.h>

#include <noncrypto/memory.h>
#include <noncrypto/sha2.h>

#include <string.h>

#include "ct.h"
#include "curve25519/curve25519.h"
#include "curve25519/encoding.h"
#include "curve25519/scalar.h"
#include "ed25519/ed25519_private.h"
#include "stack_wipe.h"

static const struct ed25519_domain pure = {ED25519_PURE, NULL, 0};

/* RFC 8032 section 2, dom2 */
static void hash_domain(struct noncrypto_sha512 *ctx, const struct ed25519_domain *domain)
{
    static const char prefix[] = "SigEd25519 no Ed25519 collisions";
    uint8_t octets[2] = {(uint8_t)domain->flag, (uint8_t)domain->context_len};

    noncrypto_sha512_init(ctx);
    if (domain->flag == ED25519_PURE)
        return;
    noncrypto_sha512_update(ctx, prefix, sizeof prefix - 1);
    noncrypto_sha512_update(ctx, octets, sizeof octets);
    noncrypto_sha512_update(ctx, domain->context, domain->context_len);
}

static int domain_is_valid(const struct ed25519_domain *domain)
{
    return domain->context_len <= NONCRYPTO_ED25519_CONTEXT_MAX &&
           (domain->flag == ED25519_PH || domain->context_len > 0);
}

/* out = encoding of scalar B, scalar below 2^255 */
static void encode_multiple(uint8_t out[32], const uint8_t scalar[32])
{
    struct noncrypto_edwards25519 p;

    noncrypto_curve25519_mul_base(&p, scalar);
    noncrypto_curve25519_encode(out, &p);
    STACK_WIPE(1920);
    noncrypto_wipe(&p, sizeof p);
    ct_declassify(out, 32);
}

void noncrypto_ed25519_key_from_expanded(struct noncrypto_ed25519_key *key,
                                         const uint8_t expanded[NONCRYPTO_ED25519_EXPANDED_LEN])
{
    uint8_t reduced[32];

    memcpy(key->scalar, expanded, sizeof key->scalar);
    memcpy(key->prefix, expanded + 32, sizeof key->prefix);
    noncrypto_scalar25519_reduce32(reduced, key->scalar);
    encode_multiple(key->public_key, reduced);
    noncrypto_wipe(reduced, sizeof reduced);
}

STACK_WIPED static void key_expand(struct noncrypto_ed25519_key *key,
                                   const uint8_t seed[NONCRYPTO_ED25519_SEED_LEN])
{
    uint8_t expanded[NONCRYPTO_ED25519_EXPANDED_LEN];

    noncrypto_sha512(expanded, seed, NONCRYPTO_ED25519_SEED_LEN);
    noncrypto_edwards25519_scalar_clamp(expanded);
    noncrypto_ed25519_key_from_expanded(key, expanded);
    noncrypto_wipe(expanded, sizeof expanded);
}

void noncrypto_ed25519_key_from_seed(struct noncrypto_ed25519_key *key,
                                     const uint8_t seed[NONCRYPTO_ED25519_SEED_LEN])
{
    key_expand(key, seed);
    STACK_WIPE(1920);
}

/* Not inlined: what it needs of the stack is free again for the multiplication. */
__attribute__((__noinline__)) void
noncrypto_ed25519_challenge(uint8_t k[32], const struct ed25519_domain *domain, const uint8_t r[32],
                            const uint8_t public_key[32], const void *message, size_t len)
{
    struct noncrypto_sha512 ctx;
    uint8_t digest[NONCRYPTO_SHA512_LEN];

    hash_domain(&ctx, domain);
    noncrypto_sha512_update(&ctx, r, 32);
    noncrypto_sha512_update(&ctx, public_key, 32);
    noncrypto_sha512_update(&ctx, message, len);
    noncrypto_sha512_final(&ctx, digest);
    noncrypto_scalar25519_reduce64(k, digest);
}

static void sign(uint8_t signature[64], const struct noncrypto_ed25519_key *key,
                 const struct ed25519_domain *domain, const void *message, size_t len)
{
    struct noncrypto_sha512 ctx;
    uint8_t digest[NONCRYPTO_SHA512_LEN];
    uint8_t nonce[32], k[32], r[32], s[32];

    hash_domain(&ctx, domain);
    noncrypto_sha512_update(&ctx, key->prefix, sizeof key->prefix);
    noncrypto_sha512_update(&ctx, message, len);
    noncrypto_sha512_final(&ctx, digest);
    STACK_WIPE(1920);
    noncrypto_scalar25519_reduce64(nonce, digest);
    encode_multiple(r, nonce);
    noncrypto_ed25519_challenge(k, domain, r, key->public_key, message, len);
    noncrypto_scalar25519_mul_add(s, k, key->scalar, nonce);
    ct_declassify(s, sizeof s);
    memcpy(signature, r, sizeof r);
    memcpy(signature + 32, s, sizeof s);

    noncrypto_wipe(&ctx, sizeof ctx);
    noncrypto_wipe(digest, sizeof digest);
    noncrypto_wipe(nonce, sizeof nonce);
}

static int sign_domain(uint8_t signature[64], const struct noncrypto_ed25519_key *key,
                       const struct ed25519_domain *domain, const void *message, size_t len)
{
    if (!domain_is_valid(domain)) {
        memset(signature, 0, NONCRYPTO_ED25519_SIGNATURE_LEN);
        return NONCRYPTO_E_INVALID;
    }
    sign(signature, key, domain, message, len);
    return 0;
}

int noncrypto_ed25519_check(const uint8_t signature[64], const uint8_t public_key[32])
{
    if (!encoding_canonical_mask(public_key) || encoding_is_small_order_vartime(public_key))
        return NONCRYPTO_E_INVALID;
    if (!encoding_canonical_mask(signature) || encoding_is_small_order_vartime(signature) ||
        !noncrypto_scalar25519_canonical_mask(signature + 32))
        return NONCRYPTO_E_VERIFY;
    return 0;
}

/* What is wrong with a signature that does not hold: the public key is no point, or else the signature is bad. */
static __attribute__((__noinline__)) int blame(const uint8_t public_key[32])
{
    struct noncrypto_edwards25519 p;

    return noncrypto_curve25519_decode(&p, public_key) ? NONCRYPTO_E_VERIFY : NONCRYPTO_E_INVALID;
}

static int verify(const uint8_t signature[64], const uint8_t public_key[32],
                  const struct ed25519_domain *domain, const void *message, size_t len)
{
    uint8_t k[32];

    int result = noncrypto_ed25519_check(signature, public_key);
    if (result != 0)
        return result;
    noncrypto_ed25519_challenge(k, domain, signature, public_key, message, len);
    if (noncrypto_curve25519_verify_vartime(public_key, signature, k, signature + 32))
        return 0;
    /* Only who fails pays for the difference. */
    return blame(public_key);
}

static int verify_domain(const uint8_t signature[64], const uint8_t public_key[32],
                         const struct ed25519_domain *domain, const void *message, size_t len)
{
    if (!domain_is_valid(domain))
        return NONCRYPTO_E_INVALID;
    return verify(signature, public_key, domain, message, len);
}

void noncrypto_ed25519_sign(uint8_t signature[64], const struct noncrypto_ed25519_key *key,
                            const void *message, size_t len)
{
    sign(signature, key, &pure, message, len);
}

int noncrypto_ed25519_verify(const uint8_t signature[64], const uint8_t public_key[32],
                             const void *message, size_t len)
{
    return verify(signature, public_key, &pure, message, len);
}

int noncrypto_ed25519ctx_sign(uint8_t signature[64], const struct noncrypto_ed25519_key *key,
                              const void *context, size_t context_len, const void *message,
                              size_t len)
{
    const struct ed25519_domain domain = {ED25519_CTX, context, context_len};

    return sign_domain(signature, key, &domain, message, len);
}

int noncrypto_ed25519ctx_verify(const uint8_t signature[64], const uint8_t public_key[32],
                                const void *context, size_t context_len, const void *message,
                                size_t len)
{
    const struct ed25519_domain domain = {ED25519_CTX, context, context_len};

    return verify_domain(signature, public_key, &domain, message, len);
}

int noncrypto_ed25519ph_sign(uint8_t signature[64], const struct noncrypto_ed25519_key *key,
                             const void *context, size_t context_len, const uint8_t digest[64])
{
    const struct ed25519_domain domain = {ED25519_PH, context, context_len};

    return sign_domain(signature, key, &domain, digest, NONCRYPTO_ED25519_PREHASH_LEN);
}

int noncrypto_ed25519ph_verify(const uint8_t signature[64], const uint8_t public_key[32],
                               const void *context, size_t context_len, const uint8_t digest[64])
{
    const struct ed25519_domain domain = {ED25519_PH, context, context_len};

    return verify_domain(signature, public_key, &domain, digest, NONCRYPTO_ED25519_PREHASH_LEN);
}
