/*
 * Batch verification: [8] (sum z_i S_i B - sum z_i R_i - sum z_i k_i A_i) = 0 for random z_i of 128 bits.
 *
 * If each signature holds, so does the sum, since 8 times each term is 0 exactly. If one does not, 8 times its term is a
 * point of order L other than 0, and at most one z_i of 2^128 makes up for it.
 */
#include <noncrypto/ed25519.h>

#include <noncrypto/memory.h>
#include <noncrypto/sha2.h>

#include <string.h>

#include "bytes.h"
#include "curve25519/curve25519.h"
#include "curve25519/scalar.h"
#include "ed25519/ed25519_private.h"

_Static_assert(sizeof(struct curve25519_batch_entry) + CURVE25519_BATCH_TABLES <=
                   NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN,
               "the workspace is too small");

static const struct ed25519_domain pure = {ED25519_PURE, NULL, 0};

/* Checks and hashes each signature into its entry, and all of them and the caller's seed into `seed`. */
static int prepare(struct curve25519_batch_entry *entries,
                   const struct noncrypto_ed25519_signed *signatures, size_t count,
                   uint8_t seed[NONCRYPTO_SHA512_LEN])
{
    struct noncrypto_sha512 ctx;

    noncrypto_sha512_init(&ctx);
    noncrypto_sha512_update(&ctx, seed, NONCRYPTO_ED25519_BATCH_SEED_LEN);
    for (size_t i = 0; i < count; i++) {
        const struct noncrypto_ed25519_signed *s = &signatures[i];
        if (noncrypto_ed25519_check(s->signature, s->public_key) != 0)
            return 0;
        entries[i].a = s->public_key;
        entries[i].r = s->signature;
        noncrypto_ed25519_challenge(entries[i].a_scalar, &pure, s->signature, s->public_key,
                                    s->message, s->len);
        noncrypto_sha512_update(&ctx, entries[i].a_scalar, 32);
        noncrypto_sha512_update(&ctx, s->signature + 32, 32);
    }
    noncrypto_sha512_final(&ctx, seed);
    return 1;
}

/* Chooses the z_i and multiplies by them; `sum` becomes the sum of z_i S_i. */
static void randomize(struct curve25519_batch_entry *entries,
                      const struct noncrypto_ed25519_signed *signatures, size_t count,
                      const uint8_t seed[NONCRYPTO_SHA512_LEN], uint8_t sum[32])
{
    uint8_t input[NONCRYPTO_SHA512_LEN + 8];
    uint8_t stream[NONCRYPTO_SHA512_LEN];

    memcpy(input, seed, NONCRYPTO_SHA512_LEN);
    memset(sum, 0, 32);
    for (size_t i = 0; i < count; i++) {
        struct curve25519_batch_entry *entry = &entries[i];
        if (i % 4 == 0) {
            store_le64(input + NONCRYPTO_SHA512_LEN, i);
            noncrypto_sha512(stream, input, sizeof input);
        }
        memcpy(entry->r_scalar, stream + 16 * (i % 4), 16);
        memset(entry->r_scalar + 16, 0, 16);
        noncrypto_scalar25519_mul_add(sum, entry->r_scalar, signatures[i].signature + 32, sum);
        noncrypto_scalar25519_mul_add(entry->a_scalar, entry->r_scalar, entry->a_scalar, NULL);
    }
}

static int holds_together(const struct noncrypto_ed25519_signed *signatures, size_t count,
                          const uint8_t caller_seed[NONCRYPTO_ED25519_BATCH_SEED_LEN],
                          void *workspace, size_t capacity)
{
    struct curve25519_batch_entry *entries = workspace;
    uint8_t seed[NONCRYPTO_SHA512_LEN];
    uint8_t sum[32];

    memcpy(seed, caller_seed, NONCRYPTO_ED25519_BATCH_SEED_LEN);
    if (!prepare(entries, signatures, count, seed))
        return 0;
    randomize(entries, signatures, count, seed, sum);
    return noncrypto_curve25519_batch_vartime(entries, count, sum, entries + capacity);
}

int noncrypto_ed25519_verify_batch(const struct noncrypto_ed25519_signed *signatures, size_t count,
                                   const uint8_t seed[NONCRYPTO_ED25519_BATCH_SEED_LEN],
                                   void *workspace, size_t workspace_len, size_t *first_bad)
{
    size_t capacity = workspace_len / NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN;
    size_t bad = count;
    int result = 0;

    if (capacity == 0 && count > 0)
        result = NONCRYPTO_E_NO_SPACE;
    else if ((uintptr_t)workspace % _Alignof(uint64_t) != 0)
        result = NONCRYPTO_E_INVALID;
    for (size_t at = 0; result == 0 && at < count;) {
        size_t n = count - at < capacity ? count - at : capacity;
        int all = n > 1 && holds_together(signatures + at, n, seed, workspace, capacity);
        for (size_t i = at; result == 0 && !all && i < at + n; i++) {
            const struct noncrypto_ed25519_signed *s = &signatures[i];
            result = noncrypto_ed25519_verify(s->signature, s->public_key, s->message, s->len);
            bad = result == 0 ? count : i;
        }
        at += n;
    }
    if (first_bad && result != 0)
        *first_bad = bad;
    return result;
}
