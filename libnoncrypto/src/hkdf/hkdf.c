#include <noncrypto/hkdf.h>

#include <noncrypto/memory.h>
#include <string.h>

void noncrypto_hkdf_sha256_extract(uint8_t prk[NONCRYPTO_SHA256_LEN], const void *salt,
                                   size_t salt_len, const void *ikm, size_t ikm_len)
{
    noncrypto_hmac_sha256(prk, salt, salt_len, ikm, ikm_len);
}

void noncrypto_hkdf_sha384_extract(uint8_t prk[NONCRYPTO_SHA384_LEN], const void *salt,
                                   size_t salt_len, const void *ikm, size_t ikm_len)
{
    noncrypto_hmac_sha384(prk, salt, salt_len, ikm, ikm_len);
}

void noncrypto_hkdf_sha512_extract(uint8_t prk[NONCRYPTO_SHA512_LEN], const void *salt,
                                   size_t salt_len, const void *ikm, size_t ikm_len)
{
    noncrypto_hmac_sha512(prk, salt, salt_len, ikm, ikm_len);
}

/* `keyed` has the key in it, and is wiped. T(n) is the tag of T(n - 1), the info and the byte n. */
static void expand(struct noncrypto_hmac *keyed, size_t hash_len, uint8_t *out, size_t out_len,
                   const void *info, size_t info_len)
{
    struct noncrypto_hmac ctx;
    uint8_t t[NONCRYPTO_HMAC_TAG_MAX];

    for (uint8_t n = 1; out_len > 0; n++) {
        size_t take = out_len < hash_len ? out_len : hash_len;
        ctx = *keyed;
        if (n > 1)
            noncrypto_hmac_update(&ctx, t, hash_len);
        noncrypto_hmac_update(&ctx, info, info_len);
        noncrypto_hmac_update(&ctx, &n, 1);
        noncrypto_hmac_final(&ctx, t);
        memcpy(out, t, take);
        out += take;
        out_len -= take;
    }
    noncrypto_wipe(t, sizeof t);
    noncrypto_wipe(keyed, sizeof *keyed);
}

int noncrypto_hkdf_sha256_expand(uint8_t *out, size_t out_len, const void *prk, size_t prk_len,
                                 const void *info, size_t info_len)
{
    struct noncrypto_hmac keyed;

    if (prk_len < NONCRYPTO_SHA256_LEN || out_len > NONCRYPTO_HKDF_SHA256_OUT_MAX)
        return NONCRYPTO_E_INVALID;
    noncrypto_hmac_sha256_init(&keyed, prk, prk_len);
    expand(&keyed, NONCRYPTO_SHA256_LEN, out, out_len, info, info_len);
    return 0;
}

int noncrypto_hkdf_sha384_expand(uint8_t *out, size_t out_len, const void *prk, size_t prk_len,
                                 const void *info, size_t info_len)
{
    struct noncrypto_hmac keyed;

    if (prk_len < NONCRYPTO_SHA384_LEN || out_len > NONCRYPTO_HKDF_SHA384_OUT_MAX)
        return NONCRYPTO_E_INVALID;
    noncrypto_hmac_sha384_init(&keyed, prk, prk_len);
    expand(&keyed, NONCRYPTO_SHA384_LEN, out, out_len, info, info_len);
    return 0;
}

int noncrypto_hkdf_sha512_expand(uint8_t *out, size_t out_len, const void *prk, size_t prk_len,
                                 const void *info, size_t info_len)
{
    struct noncrypto_hmac keyed;

    if (prk_len < NONCRYPTO_SHA512_LEN || out_len > NONCRYPTO_HKDF_SHA512_OUT_MAX)
        return NONCRYPTO_E_INVALID;
    noncrypto_hmac_sha512_init(&keyed, prk, prk_len);
    expand(&keyed, NONCRYPTO_SHA512_LEN, out, out_len, info, info_len);
    return 0;
}
