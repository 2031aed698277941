#include "ecdsa/ecdsa.h"

#include <noncrypto/result.h>

#include <string.h>

#include "der/der.h"

void ecdsa_hash_to_integer(uint8_t *out, size_t len, const uint8_t *hash, size_t hash_len)
{
    if (hash_len > len)
        hash_len = len;
    memset(out, 0, len - hash_len);
    if (hash_len > 0)
        memcpy(out + len - hash_len, hash, hash_len);
}

static int read_part(uint8_t *out, size_t len, struct der *in)
{
    struct der bytes;
    int result = der_read_unsigned(in, &bytes);

    if (result != 0)
        return result;
    if (bytes.left > len)
        return NONCRYPTO_E_INVALID;
    memset(out, 0, len - bytes.left);
    memcpy(out + len - bytes.left, bytes.at, bytes.left);
    return 0;
}

int ecdsa_signature_from_der(uint8_t *out, size_t len, const uint8_t *der, size_t der_len)
{
    struct der in = {der, der_len};
    struct der parts;

    if (der_read(&in, DER_SEQUENCE, &parts) != 0 || in.left != 0 ||
        read_part(out, len, &parts) != 0 || read_part(out + len, len, &parts) != 0 ||
        parts.left != 0)
        return NONCRYPTO_E_INVALID;
    return 0;
}

/* Writes one INTEGER; returns its length. */
static size_t write_part(uint8_t *der, const uint8_t *part, size_t len)
{
    while (len > 1 && *part == 0) {
        part++;
        len--;
    }
    size_t pad = *part >> 7;
    der[0] = DER_INTEGER;
    der[1] = (uint8_t)(pad + len);
    der[2] = 0;
    memcpy(der + 2 + pad, part, len);
    return 2 + pad + len;
}

size_t ecdsa_signature_to_der(uint8_t *der, const uint8_t *signature, size_t len)
{
    size_t used = 2;

    used += write_part(der + used, signature, len);
    used += write_part(der + used, signature + len, len);
    der[0] = DER_SEQUENCE;
    der[1] = (uint8_t)(used - 2);
    return used;
}
