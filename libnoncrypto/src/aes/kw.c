#include <noncrypto/aes_kw.h>
#include <noncrypto/memory.h>

#include <string.h>

#include "aes/aes_private.h"
#include "bytes.h"
#include "ct.h"

#define WORD   8
#define ROUNDS 6

#define KW_VALUE  UINT64_C(0xa6a6a6a6a6a6a6a6) /* RFC 3394 section 2.2.3.1 */
#define KWP_VALUE UINT32_C(0xa65959a6)         /* RFC 5649 section 3 */

/* RFC 3394 section 2.2.1 in the order of indexing. `value` comes before the `n` words after it, in place. */
static void wrap(const struct noncrypto_aes *kek, uint8_t *value, size_t n)
{
    uint8_t block[AES_BLOCK];
    uint64_t t = 0;

    memcpy(block, value, WORD);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t *word = value + WORD;
        for (size_t i = 0; i < n; i++, word += WORD) {
            memcpy(block + WORD, word, WORD);
            noncrypto_aes_encrypt(kek, block, block);
            store_be64(block, load_be64(block) ^ ++t);
            memcpy(word, block + WORD, WORD);
        }
    }
    memcpy(value, block, WORD);
    noncrypto_wipe(block, sizeof block);
}

/* Section 2.2.2: `n` words in place; `value` goes in and comes out. */
static void unwrap(const struct noncrypto_aes *kek, uint8_t value[WORD], uint8_t *words, size_t n)
{
    uint8_t block[AES_BLOCK];
    uint64_t t = ROUNDS * (uint64_t)n;

    memcpy(block, value, WORD);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (size_t i = n; i-- > 0;) {
            uint8_t *word = words + WORD * i;
            store_be64(block, load_be64(block) ^ t--);
            memcpy(block + WORD, word, WORD);
            noncrypto_aes_decrypt(kek, block, block);
            memcpy(word, block + WORD, WORD);
        }
    }
    memcpy(value, block, WORD);
    noncrypto_wipe(block, sizeof block);
}

int noncrypto_aes_kw_wrap(const struct noncrypto_aes *kek, uint8_t *out, const uint8_t *in,
                          size_t len)
{
    if (len % WORD != 0 || len < 2 * WORD || len > SIZE_MAX - WORD)
        return NONCRYPTO_E_INVALID;
    memmove(out + WORD, in, len);
    store_be64(out, KW_VALUE);
    wrap(kek, out, len / WORD);
    return 0;
}

int noncrypto_aes_kw_unwrap(const struct noncrypto_aes *kek, uint8_t *out, const uint8_t *in,
                            size_t len)
{
    uint8_t value[WORD], expected[WORD];

    if (len % WORD != 0 || len < 3 * WORD)
        return NONCRYPTO_E_INVALID;
    memcpy(value, in, WORD);
    memmove(out, in + WORD, len - WORD);
    unwrap(kek, value, out, len / WORD - 1);
    store_be64(expected, KW_VALUE);
    int result = noncrypto_compare(value, expected, WORD);
    if (result != 0)
        noncrypto_wipe(out, len - WORD);
    noncrypto_wipe(value, sizeof value);
    return result;
}

int noncrypto_aes_kwp_wrap(const struct noncrypto_aes *kek, uint8_t *out, const uint8_t *in,
                           size_t len)
{
    if (len < 1 || (uint64_t)len > UINT32_MAX || len > SIZE_MAX - 2 * WORD)
        return NONCRYPTO_E_INVALID;
    size_t padded = NONCRYPTO_AES_KWP_LEN(len) - WORD;
    memmove(out + WORD, in, len);
    memset(out + WORD + len, 0, padded - len);
    store_be32(out, KWP_VALUE);
    store_be32(out + 4, (uint32_t)len);
    if (padded == WORD)
        noncrypto_aes_encrypt(kek, out, out);
    else
        wrap(kek, out, padded / WORD);
    return 0;
}

/*
 * The checks of RFC 5649 section 3 on what was unwrapped, without telling by time which of them fails. All ones if the value
 * and the padding are right.
 */
static uint64_t kwp_valid(const uint8_t value[WORD], const uint8_t *words, size_t padded)
{
    uint64_t len = load_be32(value + 4);
    uint64_t pad = (uint64_t)padded - len; /* if valid, 0 to 7 */
    uint64_t valid = ct_zero64(load_be32(value) ^ KWP_VALUE) & ct_zero64(pad >> 3);

    for (unsigned i = 0; i < WORD; i++) {
        /* i - pad is negative for the last `pad` bytes, which must be zero. */
        uint64_t is_padding = ct_mask64(((uint64_t)i - (pad & 7)) >> 63);
        valid &= ~(is_padding & ct_nonzero64(words[padded - 1 - i]));
    }
    return valid;
}

int noncrypto_aes_kwp_unwrap(const struct noncrypto_aes *kek, uint8_t *out, size_t *out_len,
                             const uint8_t *in, size_t len)
{
    uint8_t value[AES_BLOCK];

    if (len % WORD != 0 || len < 2 * WORD || (uint64_t)len > (UINT64_C(1) << 32) + WORD)
        return NONCRYPTO_E_INVALID;
    size_t padded = len - WORD;
    memcpy(value, in, WORD);
    memmove(out, in + WORD, padded);
    if (padded == WORD) {
        memcpy(value + WORD, out, WORD);
        noncrypto_aes_decrypt(kek, value, value);
        memcpy(out, value + WORD, WORD);
    } else {
        unwrap(kek, value, out, padded / WORD);
    }
    int result = ct_public((int)(~kwp_valid(value, out, padded) & 1) * NONCRYPTO_E_VERIFY);
    *out_len = 0;
    if (result != 0) {
        noncrypto_wipe(out, padded);
    } else {
        ct_declassify(value + 4, 4);
        *out_len = load_be32(value + 4);
    }
    noncrypto_wipe(value, sizeof value);
    return result;
}
