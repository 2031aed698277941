/*
 * Verification: each back end and a batch with a good signature beside it say the same. The first byte makes the signature a
 * good one over the rest, to be damaged by the bytes after it, or takes key and signature from the input as they are.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/edwards25519.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t workspace[2 * NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN / 8];

static void require(int condition)
{
    if (!condition)
        abort();
}

static void check(const struct noncrypto_ed25519_signed pair[2], const uint8_t seed[32],
                  int results[2])
{
    size_t bad = 99;

    results[0] = noncrypto_ed25519_verify(pair[1].signature, pair[1].public_key, pair[1].message,
                                          pair[1].len);
    results[1] = noncrypto_ed25519_verify_batch(pair, 2, seed, workspace, sizeof workspace, &bad);
    require(results[0] == results[1]);
    require(results[0] == 0 || bad == 1);
}

/* Adds the point that is encoded, if one is, to the one at `bytes`. */
static void shift_point(uint8_t bytes[32], const uint8_t by[32])
{
    struct noncrypto_edwards25519 p, q;

    if (noncrypto_edwards25519_decode(&p, bytes) == 0 &&
        noncrypto_edwards25519_decode(&q, by) == 0) {
        noncrypto_edwards25519_add(&p, &p, &q);
        noncrypto_edwards25519_encode(bytes, &p);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct noncrypto_ed25519_key key;
    uint8_t good[64], signature[64], public_key[32];
    int portable[2], native[2];

    if (size < 97)
        return 0;
    noncrypto_ed25519_key_from_seed(&key, data + 1);
    noncrypto_ed25519_sign(good, &key, data + 97, size - 97);
    memcpy(signature, good, 64);
    memcpy(public_key, key.public_key, 32);
    switch (data[0] % 4) {
    case 0:
        break;
    case 1:
        memcpy(public_key, data + 1, 32);
        memcpy(signature, data + 33, 64);
        break;
    case 2:
        signature[data[33] % 64] ^= data[34];
        public_key[data[35] % 32] ^= data[36];
        break;
    default:
        shift_point(data[33] % 2 ? public_key : signature, data + 65);
        break;
    }
    const struct noncrypto_ed25519_signed pair[2] = {
        {key.public_key, good, data + 97, size - 97},
        {public_key, signature, data + 97, size - 97},
    };
    noncrypto_cpu_set_features(0);
    check(pair, data + 1, portable);
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    check(pair, data + 1, native);
    require(memcmp(portable, native, sizeof portable) == 0);
    require(data[0] % 4 != 0 || native[0] == 0);
    return 0;
}
