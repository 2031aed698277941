/* Keys, proofs and public inputs in JSON. */
#include <stdlib.h>
#include <string.h>

#include <command.h>
#include <nonzk/groth16.h>

#include "load.h"
#include "snarkjs_json.h"

static json_t *parse(const struct content *text, json_error_t *error)
{
    return json_loadb((const char *)text->bytes, text->len, JSON_REJECT_DUPLICATES, error);
}

static json_t *parse_or_complain(const char *name, const struct content *text)
{
    json_error_t error;
    json_t *root = parse(text, &error);

    if (!root)
        complain("%s: line %d: %s", name, error.line, error.text);
    return root;
}

/* NONZK_E_INVALID is what snarkjs_json.h says of JSON that is something else. */
static int code_of(const char *name, const char *kind, int result)
{
    if (result == NONZK_E_INVALID)
        complain("%s: it is not %s of Groth16 on bls12381", name, kind);
    if (result == NONZK_E_NO_SPACE)
        complain("%s: there are more than %d public inputs", name, NONZK_GROTH16_MAX_INPUTS);
    return result == 0                                               ? EXIT_CODE_OK
           : result == NONZK_E_INVALID || result == NONZK_E_NO_SPACE ? EXIT_CODE_IO
                                                                     : EXIT_CODE_MISMATCH;
}

int load_json_key(struct content *key, const char *name, const struct content *text, int *result)
{
    static const uint8_t no_circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN];
    const size_t size = NONZK_GROTH16_KEY_LEN(NONZK_GROTH16_MAX_INPUTS);
    json_t *root = parse_or_complain(name, text);
    int code = EXIT_CODE_IO;

    if (!root)
        return code;
    key->bytes = malloc(size);
    if (key->bytes) {
        *result = snarkjs_key(key->bytes, size, &key->len, no_circuit_id, root);
        code = code_of(name, "a verifying key", *result);
    } else {
        complain("%s: there is not enough memory", name);
    }
    if (code != EXIT_CODE_OK)
        load_free(key);
    json_decref(root);
    return code;
}

int load_json_proof(uint8_t *proof, const char *name, const struct content *text, int *result)
{
    json_t *root = parse_or_complain(name, text);

    if (!root)
        return EXIT_CODE_IO;
    *result = snarkjs_proof(proof, root);
    json_decref(root);
    return code_of(name, "a proof", *result);
}

int load_json_inputs(struct content *inputs, const char *name, const struct content *text,
                     int *result)
{
    json_t *root = parse_or_complain(name, text);
    int code = EXIT_CODE_IO;
    size_t n;

    if (!root)
        return code;
    inputs->bytes = malloc(NONZK_GROTH16_MAX_INPUTS * NONZK_GROTH16_INPUT_LEN);
    if (inputs->bytes) {
        *result = snarkjs_public(inputs->bytes, NONZK_GROTH16_MAX_INPUTS, &n, root);
        code = code_of(name, "an array of public inputs", *result);
    } else {
        complain("%s: there is not enough memory", name);
    }
    if (code == EXIT_CODE_OK)
        inputs->len = n * NONZK_GROTH16_INPUT_LEN;
    else
        load_free(inputs);
    json_decref(root);
    return code;
}

int load_json_kind(const struct content *text)
{
    json_error_t error;
    json_t *root = parse(text, &error);
    int kind = json_is_array(root)                   ? 'i'
               : json_object_get(root, "vk_alpha_1") ? 'k'
               : json_object_get(root, "pi_a")       ? 'p'
                                                     : 0;

    json_decref(root);
    return kind;
}
