#include "der/der.h"

#include <noncrypto/result.h>

/* X.690, sections 8.1.3 and 10.1: below 128 the length is one byte, else the fewest bytes after one that counts them. */
static int read_length(struct der *in, size_t *len)
{
    if (in->left < 1)
        return NONCRYPTO_E_INVALID;
    uint8_t first = *in->at;
    in->at++;
    in->left--;
    *len = first;
    if (first < 0x80)
        return 0;

    unsigned nbytes = first & 0x7f;
    if (nbytes < 1 || nbytes > sizeof *len || nbytes > in->left || in->at[0] == 0)
        return NONCRYPTO_E_INVALID;
    *len = 0;
    for (unsigned i = 0; i < nbytes; i++)
        *len = *len << 8 | in->at[i];
    in->at += nbytes;
    in->left -= nbytes;
    return *len < 0x80 ? NONCRYPTO_E_INVALID : 0;
}

int der_read(struct der *in, uint8_t tag, struct der *contents)
{
    size_t len;

    if (in->left < 1 || *in->at != tag)
        return NONCRYPTO_E_INVALID;
    in->at++;
    in->left--;
    int result = read_length(in, &len);
    if (result != 0)
        return result;
    if (len > in->left)
        return NONCRYPTO_E_INVALID;
    contents->at = in->at;
    contents->left = len;
    in->at += len;
    in->left -= len;
    return 0;
}

/* X.690, section 8.3: two's complement, and the first nine bits are not all equal. */
int der_read_unsigned(struct der *in, struct der *bytes)
{
    int result = der_read(in, DER_INTEGER, bytes);

    if (result != 0)
        return result;
    if (bytes->left < 1 || (bytes->at[0] & 0x80) != 0)
        return NONCRYPTO_E_INVALID;
    if (bytes->at[0] != 0)
        return 0;
    if (bytes->left > 1 && (bytes->at[1] & 0x80) == 0)
        return NONCRYPTO_E_INVALID;
    bytes->at++;
    bytes->left--;
    return 0;
}
