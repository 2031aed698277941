/*
 * Key files and proofs: first with a valid one of each changed at some places, whose hash is made
 * right again, then the bytes as they come. A proof that is accepted must be the one that holds, or
 * one of the few others that the fuzzer cannot find.
 */
#include <made_key.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NINPUTS 2
#define KEY_LEN NONZK_GROTH16_KEY_LEN(NINPUTS)

static const uint32_t inputs[NINPUTS] = {12345, 678};
static uint8_t valid_key[KEY_LEN], valid_proof[NONZK_GROTH16_PROOF_LEN];
static uint8_t valid_inputs[NINPUTS * NONZK_GROTH16_INPUT_LEN];
static uint64_t memory[2][8192];

static void require(int holds)
{
    if (!holds)
        abort();
}

/* Three bytes are a place and what is changed there. */
static void change(uint8_t *bytes, size_t len, const uint8_t *data, size_t size)
{
    for (; size >= 3; data += 3, size -= 3) {
        size_t at = ((size_t)data[0] << 8 | data[1]) % len;
        bytes[at] ^= data[2];
    }
}

static void fuzz_key(const uint8_t *data, size_t size)
{
    struct nonzk_groth16_verifier *verifier;
    uint8_t key[KEY_LEN];

    memcpy(key, valid_key, sizeof key);
    change(key + NONZK_GROTH16_HEADER_LEN, sizeof key - NONZK_GROTH16_HEADER_LEN, data, size);
    nonzk_groth16_key_header(key, key + 8, key + NONZK_GROTH16_HEADER_LEN,
                             sizeof key - NONZK_GROTH16_HEADER_LEN);
    int result = nonzk_groth16_verifier_init(&verifier, memory[1], sizeof memory[1], key, KEY_LEN);
    require((result == 0) == (verifier != NULL));
    if (result == 0 && memcmp(key, valid_key, sizeof key) == 0)
        require(nonzk_groth16_verify(verifier, valid_proof, sizeof valid_proof, valid_inputs,
                                     NINPUTS) == 0);
    result = nonzk_groth16_verifier_init(&verifier, memory[1], sizeof memory[1], data, size);
    require((result == 0) == (verifier != NULL));
}

static void fuzz_proof(const uint8_t *data, size_t size)
{
    static struct nonzk_groth16_verifier *verifier;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], random[NONZK_GROTH16_RANDOM_LEN] = {1, 2, 3};
    struct nonzk_groth16_claim claim = {proof, valid_inputs};
    uint64_t workspace[8 * NINPUTS];
    size_t bad;

    if (!verifier)
        require(nonzk_groth16_verifier_init(&verifier, memory[0], sizeof memory[0], valid_key,
                                            KEY_LEN) == 0);
    memcpy(proof, valid_proof, sizeof proof);
    change(proof, sizeof proof, data, size);
    int result = nonzk_groth16_verify(verifier, proof, sizeof proof, valid_inputs, NINPUTS);
    int same = memcmp(proof, valid_proof, sizeof proof) == 0;
    /* (-A, -B, C) holds, too. */
    proof[0] ^= 0x20;
    proof[48] ^= 0x20;
    same |= memcmp(proof, valid_proof, sizeof proof) == 0;
    proof[0] ^= 0x20;
    proof[48] ^= 0x20;
    require((result == 0) == same);
    require(nonzk_groth16_verify_batch(verifier, &claim, 1, random, workspace, sizeof workspace,
                                       &bad) == result);
    if (size == sizeof proof)
        require(nonzk_groth16_verify(verifier, data, size, valid_inputs, NINPUTS) != 0 ||
                memcmp(data + 1, valid_proof + 1, 47) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (valid_key[0] == 0) {
        made_key(valid_key, NINPUTS);
        made_proof(valid_proof, valid_inputs, inputs, NINPUTS);
    }
    fuzz_key(data, size);
    fuzz_proof(data, size);
    return 0;
}
