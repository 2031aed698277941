/* verify PROOF INPUTS: exits with 0 if the proof holds, 1 if it does not, 2 if a file cannot be read. */
#include <stdio.h>

#include "verify.h"

#define INPUTS_MAX_LEN (NONZK_GROTH16_MAX_INPUTS * NONZK_GROTH16_INPUT_LEN)

/* One byte more than may be, so that a file that is too long is seen. */
static uint8_t proof[NONZK_GROTH16_PROOF_LEN + 1], inputs[INPUTS_MAX_LEN + 1];

static int get(const char *name, uint8_t *bytes, size_t capacity, size_t *len)
{
    FILE *f = fopen(name, "rb");

    if (!f) {
        perror(name);
        return -1;
    }
    *len = fread(bytes, 1, capacity, f);
    int failed = ferror(f);
    fclose(f);
    return failed ? -1 : 0;
}

int main(int argc, char **argv)
{
    size_t proof_len, inputs_len;

    if (argc != 3 || get(argv[1], proof, sizeof proof, &proof_len) != 0 ||
        get(argv[2], inputs, sizeof inputs, &inputs_len) != 0) {
        fputs("usage: verify PROOF INPUTS\n", stderr);
        return 2;
    }
    int result = verify(proof, proof_len, inputs, inputs_len);
    puts(result == 0 ? "valid" : nonzk_strerror(result));
    return result != 0;
}
