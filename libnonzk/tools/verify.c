/* nonzk verify: does a proof hold? */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <nonzk/groth16.h>

#include "fields.h"
#include "load.h"
#include "nonzk.h"

static const char usage[] =
    "--vk KEY --public INPUTS --proof PROOF [--json]\n"
    "\n"
    "Verifies a Groth16 proof on BLS12-381. Each file is JSON as snarkjs writes it, or bytes: a "
    "key\n"
    "file, 32 bytes for each public input, the 192 bytes of a proof.\n"
    "      --vk KEY         the verifying key; one with which anybody can make proofs is refused\n"
    "      --public INPUTS  the public inputs\n"
    "      --proof PROOF    the proof\n"
    "      --json           print a JSON object\n"
    "\n"
    "Exit status: 0 valid; 1 invalid; 2 wrong command line, or something cannot be read.\n";

struct verify_options {
    const char *key, *inputs, *proof;
    int json;
};

static int parse_options(struct verify_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"vk", required_argument, NULL, 'k'},
        {"public", required_argument, NULL, 'i'},
        {"proof", required_argument, NULL, 'p'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'k':
            o->key = optarg;
            break;
        case 'i':
            o->inputs = optarg;
            break;
        case 'p':
            o->proof = optarg;
            break;
        case 'j':
            o->json = 1;
            break;
        default:
            return complain_usage();
        }
    }
    return o->key && o->inputs && o->proof && optind == argc ? EXIT_CODE_OK : complain_usage();
}

/* What was decided, and for an invalid proof which file says why. */
static int say(const struct verify_options *o, const char *name, const char *reason)
{
    struct fields f = {.json = o->json};

    if (o->json) {
        field_truth(&f, "valid", !reason);
        if (reason) {
            field_text(&f, "file", name);
            field_text(&f, "reason", reason);
        }
        fields_end(&f);
    } else if (reason) {
        printf("invalid: %s: %s\n", name, reason);
    } else {
        puts("valid");
    }
    return reason ? EXIT_CODE_MISMATCH : EXIT_CODE_OK;
}

static int decide(const struct verify_options *o, const struct nonzk_groth16_verifier *verifier,
                  const uint8_t *proof, const struct content *inputs)
{
    size_t n = inputs->len / NONZK_GROTH16_INPUT_LEN, expected = nonzk_groth16_ninputs(verifier);
    char reason[80];

    if (n != expected) {
        snprintf(reason, sizeof reason, "there are %zu public inputs; the key is for %zu", n,
                 expected);
        return say(o, o->inputs, reason);
    }
    int result = nonzk_groth16_verify(verifier, proof, NONZK_GROTH16_PROOF_LEN, inputs->bytes, n);
    return say(o, o->proof, result == 0 ? NULL : nonzk_strerror(result));
}

static int verify(const struct verify_options *o, const struct nonzk_groth16_verifier *verifier)
{
    struct content content, inputs = {NULL, 0};
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    int result, code = load(&content, o->proof);

    if (code != EXIT_CODE_OK)
        return code;
    code = load_proof(proof, o->proof, &content, &result);
    load_free(&content);
    if (code == EXIT_CODE_MISMATCH)
        say(o, o->proof, nonzk_strerror(result));
    if (code != EXIT_CODE_OK)
        return code;
    code = load(&content, o->inputs);
    if (code != EXIT_CODE_OK)
        return code;
    code = load_inputs(&inputs, o->inputs, &content, &result);
    load_free(&content);
    if (code == EXIT_CODE_MISMATCH)
        say(o, o->inputs, nonzk_strerror(result));
    if (code == EXIT_CODE_OK)
        code = decide(o, verifier, proof, &inputs);
    load_free(&inputs);
    return code;
}

static int command_verify(int argc, char **argv)
{
    struct verify_options o = {.key = NULL};
    struct nonzk_groth16_verifier *verifier = NULL;
    int result, code = parse_options(&o, argc, argv);

    if (code != EXIT_CODE_OK)
        return code;
    code = load_verifier(&verifier, o.key, &result);
    if (code == EXIT_CODE_MISMATCH)
        say(&o, o.key, nonzk_strerror(result));
    if (code == EXIT_CODE_OK)
        code = verify(&o, verifier);
    free(verifier);
    return code;
}

const struct verb verb_verify_proof = {"verify", usage, command_verify};
