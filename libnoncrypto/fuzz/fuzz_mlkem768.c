/*
 * ML-KEM-768 with hostile keys and ciphertexts: both back ends agree on whatever they are given, a key that is accepted is
 * the encoding of what it decodes to, and the rejection secret is where it belongs.
 *
 * The first byte chooses what the rest lies over: an encapsulation key, a decapsulation key, a ciphertext.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/mlkem768.h>
#include <noncrypto/sha3.h>
#include <stdlib.h>
#include <string.h>

#include "mlkem/mlkem.h"

#define EK_LEN NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN
#define DK_LEN NONCRYPTO_MLKEM768_DECAPS_KEY_LEN
#define CT_LEN NONCRYPTO_MLKEM768_CIPHERTEXT_LEN

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct noncrypto_mlkem768_workspace workspace;
static uint8_t ek[EK_LEN], dk[DK_LEN], ct[CT_LEN];

static void must(int condition)
{
    if (!condition)
        abort();
}

static void choose_back_end(int i)
{
    noncrypto_cpu_set_features(i == 0 ? noncrypto_cpu_detect() : 0);
}

static void fuzz_encapsulation(size_t len)
{
    static const uint8_t m[NONCRYPTO_MLKEM768_RANDOM_LEN] = "randomness of the fuzz run";
    uint8_t out[2][CT_LEN], key[2][32], bytes[MLKEM_POLY_LEN];
    struct noncrypto_mlkem_poly p;
    int result[2];

    for (int i = 0; i < 2; i++) {
        choose_back_end(i);
        result[i] = noncrypto_mlkem768_encaps(out[i], key[i], ek, len, m, &workspace);
    }
    must(result[0] == result[1] && memcmp(out[0], out[1], CT_LEN) == 0);
    must(memcmp(key[0], key[1], sizeof key[0]) == 0);
    if (len != EK_LEN) {
        must(result[0] == NONCRYPTO_E_INVALID);
        return;
    }
    /* Encoding reduces: what was in range comes back as it was. */
    int same = 1;
    for (unsigned i = 0; i < MLKEM_K; i++) {
        mlkem_backend()->decode(&p, ek + i * MLKEM_POLY_LEN);
        mlkem_backend()->encode(bytes, &p);
        same &= memcmp(bytes, ek + i * MLKEM_POLY_LEN, sizeof bytes) == 0;
    }
    must(same == (result[0] == 0));
}

static void fuzz_decapsulation(size_t dk_len, size_t ct_len, int known_key)
{
    uint8_t key[2][32], input[32 + CT_LEN], rejected[32];
    int result[2];

    for (int i = 0; i < 2; i++) {
        choose_back_end(i);
        result[i] = noncrypto_mlkem768_decaps(key[i], dk, dk_len, ct, ct_len, &workspace);
    }
    must(result[0] == result[1] && memcmp(key[0], key[1], sizeof key[0]) == 0);
    if (ct_len == CT_LEN)
        must(result[0] == noncrypto_mlkem768_check_decaps_key(dk, dk_len));
    if (result[0] != 0 || !known_key)
        return;
    /* Nothing that was not made with the key's encapsulation is accepted. */
    memcpy(input, dk + DK_LEN - 32, 32);
    memcpy(input + 32, ct, CT_LEN);
    noncrypto_shake256(rejected, sizeof rejected, input, sizeof input);
    must(memcmp(key[0], rejected, sizeof rejected) == 0);
}

static size_t cover(uint8_t *out, size_t out_len, const uint8_t *data, size_t size)
{
    memcpy(out, data, size < out_len ? size : out_len);
    return size > out_len ? out_len - 1 : out_len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[NONCRYPTO_MLKEM768_SEED_LEN] = "seed of the fuzz run";

    if (size < 1)
        return 0;
    must(noncrypto_mlkem768_keygen(ek, dk, seed, sizeof seed, &workspace) == 0);
    memset(ct, 0x5a, sizeof ct);
    if (data[0] % 3 == 0) {
        fuzz_encapsulation(cover(ek, sizeof ek, data + 1, size - 1));
    } else if (data[0] % 3 == 1) {
        size_t len = cover(dk, sizeof dk, data + 1, size - 1);
        /* Half of the time with the right hash, so that the check lets it pass. */
        if (data[0] & 0x80)
            noncrypto_sha3_256(dk + DK_LEN - 64, dk + 1152, EK_LEN);
        fuzz_decapsulation(len, CT_LEN, 0);
    } else {
        fuzz_decapsulation(DK_LEN, cover(ct, sizeof ct, data + 1, size - 1), 1);
    }
    return 0;
}
