/*
 * Hashing to P-256: RFC 9380, sections 3, 5.2 and 5.3.1.
 */
#include <noncrypto/memory.h>
#include <noncrypto/p256_group.h>
#include <noncrypto/sha2.h>

#include <string.h>

#include "p256/p256_private.h"

#define ELEMENT_LEN 48 /* L of section 8.2 */
#define OUT_LEN     (2 * ELEMENT_LEN)

/* DST_prime of section 5.3.1: the tag, a long one hashed, and its length. Returns the length of the whole. */
static size_t make_dst_prime(uint8_t out[256], const void *dst, size_t dst_len)
{
    static const char oversize[] = "H2C-OVERSIZE-DST-";

    if (dst_len > 255) {
        struct noncrypto_sha256 sha;
        noncrypto_sha256_init(&sha);
        noncrypto_sha256_update(&sha, oversize, sizeof oversize - 1);
        noncrypto_sha256_update(&sha, dst, dst_len);
        noncrypto_sha256_final(&sha, out);
        dst_len = NONCRYPTO_SHA256_LEN;
    } else {
        memcpy(out, dst, dst_len);
    }
    out[dst_len] = (uint8_t)dst_len;
    return dst_len + 1;
}

/* expand_message_xmd of section 5.3.1 with SHA-256. */
static void expand_message(uint8_t out[OUT_LEN], const void *msg, size_t msg_len, const void *dst,
                           size_t dst_len)
{
    static const uint8_t zeros[NONCRYPTO_SHA256_BLOCK_LEN] = {0};
    static const uint8_t len_and_zero[3] = {0, OUT_LEN, 0};
    struct noncrypto_sha256 sha;
    uint8_t dst_prime[256];
    uint8_t b0[NONCRYPTO_SHA256_LEN], block[NONCRYPTO_SHA256_LEN] = {0};
    size_t dst_prime_len = make_dst_prime(dst_prime, dst, dst_len);

    noncrypto_sha256_init(&sha);
    noncrypto_sha256_update(&sha, zeros, sizeof zeros);
    noncrypto_sha256_update(&sha, msg, msg_len);
    noncrypto_sha256_update(&sha, len_and_zero, sizeof len_and_zero);
    noncrypto_sha256_update(&sha, dst_prime, dst_prime_len);
    noncrypto_sha256_final(&sha, b0);
    for (unsigned i = 0; i < OUT_LEN / NONCRYPTO_SHA256_LEN; i++) {
        uint8_t number = (uint8_t)(i + 1);
        for (unsigned j = 0; j < sizeof block; j++)
            block[j] ^= b0[j];
        noncrypto_sha256_init(&sha);
        noncrypto_sha256_update(&sha, block, sizeof block);
        noncrypto_sha256_update(&sha, &number, 1);
        noncrypto_sha256_update(&sha, dst_prime, dst_prime_len);
        noncrypto_sha256_final(&sha, block);
        memcpy(out + i * sizeof block, block, sizeof block);
    }
    noncrypto_wipe(b0, sizeof b0);
    noncrypto_wipe(block, sizeof block);
}

int noncrypto_p256_hash_to_curve(struct noncrypto_p256_point *out, const void *msg, size_t msg_len,
                                 const void *dst, size_t dst_len)
{
    uint8_t uniform[OUT_LEN];
    struct noncrypto_p256_point second;

    if (dst_len == 0) {
        memset(out, 0, sizeof *out);
        return NONCRYPTO_E_INVALID;
    }
    expand_message(uniform, msg, msg_len, dst, dst_len);
    int result = noncrypto_p256_map_to_curve(out, uniform, ELEMENT_LEN);
    if (result == 0)
        result = noncrypto_p256_map_to_curve(&second, uniform + ELEMENT_LEN, ELEMENT_LEN);
    if (result == 0)
        noncrypto_p256_point_add(out, out, &second);
    noncrypto_wipe(uniform, sizeof uniform);
    noncrypto_wipe(&second, sizeof second);
    return result;
}
