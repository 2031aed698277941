/*
 * Public keys and the public operation.
 */
#include <noncrypto/rsa.h>

#include <string.h>

#include "bignum/mont.h"
#include "der/der.h"

static void skip_zeros(struct der *bytes)
{
    while (bytes->left > 0 && *bytes->at == 0) {
        bytes->at++;
        bytes->left--;
    }
}

static size_t count_bits(const struct der *bytes)
{
    size_t bits = 8 * bytes->left;

    if (bytes->left > 0)
        for (uint8_t top = *bytes->at; !(top & 0x80); top = (uint8_t)(top << 1))
            bits--;
    return bits;
}

/* Big-endian bytes, of which there is at most as much as the limbs hold. */
static void limbs_from(uint64_t *out, size_t n, const uint8_t *bytes, size_t len)
{
    memset(out, 0, n * sizeof out[0]);
    for (size_t i = 0; i < len; i++) {
        size_t at = len - 1 - i;
        /* Shifts by constants: a 32-bit machine needs no help for them. */
        uint64_t *limb = &out[at / 8];
        *limb = *limb << 8 | bytes[i];
    }
}

/*
 * rr = R^2 for R = 2^(64 n). From a power of two below the modulus doubling goes on to R and to 2^n R; that is 2^n in
 * Montgomery form, and six squarings make it 2^(64 n).
 */
static void compute_rr(struct noncrypto_rsa_public_key *key)
{
    const uint64_t *m = key->modulus;
    size_t n = key->limbs;
    size_t top = key->bits - 1;

    memset(key->rr, 0, sizeof key->rr);
    key->rr[top / 64] = 1;
    for (size_t i = 0; i < top % 64; i++)
        key->rr[top / 64] <<= 1;
    for (size_t i = top; i < 64 * n + n; i++)
        limbs_add_mod(key->rr, key->rr, key->rr, m, n);
    for (int i = 0; i < 6; i++)
        mont_sqr_large(key->rr, key->rr, m, key->m0, n);
}

int noncrypto_rsa_public_key(struct noncrypto_rsa_public_key *key, const uint8_t *modulus,
                             size_t modulus_len, const uint8_t *exponent, size_t exponent_len)
{
    struct der n = {modulus, modulus_len};
    struct der e = {exponent, exponent_len};

    memset(key, 0, sizeof *key);
    skip_zeros(&n);
    skip_zeros(&e);
    if (n.left < 1 || e.left < 1 || !(n.at[n.left - 1] & 1) || !(e.at[e.left - 1] & 1) ||
        (e.left == 1 && *e.at == 1))
        return NONCRYPTO_E_INVALID;
    if (n.left > NONCRYPTO_RSA_MODULUS_MAX || count_bits(&n) < NONCRYPTO_RSA_BITS_MIN ||
        e.left > sizeof key->exponent)
        return NONCRYPTO_E_UNSUPPORTED;

    key->bits = (uint16_t)count_bits(&n);
    /* Rows are computed four limbs at a time. */
    key->limbs = (uint16_t)((n.left + 31) / 32 * 4);
    limbs_from(key->modulus, key->limbs, n.at, n.left);
    for (size_t i = 0; i < e.left; i++)
        key->exponent = key->exponent << 8 | e.at[i];
    key->m0 = mont_m0(key->modulus[0]);
    compute_rr(key);
    return 0;
}

int noncrypto_rsa_public_key_from_der(struct noncrypto_rsa_public_key *key, const uint8_t *der,
                                      size_t der_len)
{
    struct der in = {der, der_len};
    struct der sequence, n, e;

    memset(key, 0, sizeof *key);
    if (der_read(&in, DER_SEQUENCE, &sequence) != 0 || in.left != 0 ||
        der_read_unsigned(&sequence, &n) != 0 || der_read_unsigned(&sequence, &e) != 0 ||
        sequence.left != 0)
        return NONCRYPTO_E_INVALID;
    return noncrypto_rsa_public_key(key, n.at, n.left, e.at, e.left);
}

size_t noncrypto_rsa_modulus_len(const struct noncrypto_rsa_public_key *key)
{
    return (key->bits + 7u) / 8;
}

/* out = base^exponent mod m. The last factor, for bit 0 of the odd exponent, is not in Montgomery form, nor the result. */
static void power(uint64_t *out, const uint64_t *base, const struct noncrypto_rsa_public_key *key)
{
    uint64_t factor[MONT_LIMBS_MAX];
    const uint64_t *m = key->modulus;
    size_t n = key->limbs;
    uint32_t bit = UINT32_C(1) << 31;

    while (!(key->exponent & bit))
        bit >>= 1;
    mont_mul_large(factor, base, key->rr, m, key->m0, n);
    memcpy(out, factor, n * sizeof out[0]);
    while ((bit >>= 1) != 0) {
        mont_sqr_large(out, out, m, key->m0, n);
        if (key->exponent & bit)
            mont_mul_large(out, out, bit == 1 ? base : factor, m, key->m0, n);
    }
}

int noncrypto_rsa_public_operation(const struct noncrypto_rsa_public_key *key, uint8_t *out,
                                   const uint8_t *in, size_t in_len)
{
    uint64_t base[MONT_LIMBS_MAX], result[MONT_LIMBS_MAX];
    size_t len = noncrypto_rsa_modulus_len(key);
    int valid = len > 0 && in_len == len;

    if (valid) {
        limbs_from(base, key->limbs, in, len);
        valid = limbs_are_less(base, key->modulus, key->limbs) != 0;
    }
    if (!valid) {
        memset(out, 0, len);
        return NONCRYPTO_E_VERIFY;
    }
    power(result, base, key);
    for (size_t i = 0; i < len; i++) {
        size_t at = len - 1 - i;
        uint64_t limb = result[at / 8];
        uint32_t half = at % 8 < 4 ? (uint32_t)limb : (uint32_t)(limb >> 32);
        out[i] = (uint8_t)(half >> 8 * (at % 4));
    }
    return 0;
}
