#include "verify.h"

#define MEMORY_LEN \
    32768 /* enough for a key of four inputs; nonzk_groth16_verifier_size() says how much */

extern const uint8_t verifying_key[], verifying_key_end[];

int verify(const uint8_t *proof, size_t proof_len, const uint8_t *inputs, size_t inputs_len)
{
    static _Alignas(uint64_t) uint8_t memory[MEMORY_LEN];
    static struct nonzk_groth16_verifier *verifier;

    if (!verifier) {
        int result = nonzk_groth16_verifier_init(&verifier, memory, sizeof memory, verifying_key,
                                                 (size_t)(verifying_key_end - verifying_key));
        if (result != 0)
            return result;
    }
    if (inputs_len % NONZK_GROTH16_INPUT_LEN != 0)
        return NONZK_E_INVALID;
    return nonzk_groth16_verify(verifier, proof, proof_len, inputs,
                                inputs_len / NONZK_GROTH16_INPUT_LEN);
}
