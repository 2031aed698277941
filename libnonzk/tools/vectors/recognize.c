/* Says what a file of vectors is, and hands it to its runner. */
#include <string.h>

#include "runners.h"

static const char *last_name(const struct vectors *v)
{
    const char *slash = strrchr(v->name, '/');
    return slash ? slash + 1 : v->name;
}

/* Returns -1 if it is nothing that is known, as all here do. */
static int run_json(struct vectors *v, const json_t *root)
{
    if (json_is_array(root) && json_is_object(json_array_get(root, 0)))
        return eip2537_run(v, root);
    if (json_is_array(root) || json_object_get(root, "pi_a")) {
        vectors_skip_many(v, 1, "it runs with vk.json beside it");
        return 0;
    }
    if (json_object_get(root, "vk_alpha_1"))
        return snarkjs_key_run(v, root);
    if (json_object_get(root, "expect") && json_object_get(root, "proof"))
        return snarkjs_case_run(v, root);
    if (strstr(last_name(v), ".input.json")) {
        vectors_skip_many(v, 1, "inputs of a circuit, which its witness follows from");
        return 0;
    }
    return rfc9380_run(v, root);
}

/* Encodings have nothing in them that says of which group they are: the name does. */
static int run_encodings(struct vectors *v, const uint8_t *bytes, size_t len)
{
    const char *name = last_name(v);
    int compressed = strstr(name, "uncompressed") == NULL;

    if (!strstr(name, "compressed"))
        return -1;
    if (strncmp(name, "g1_", 3) == 0)
        return encodings_g1_run(v, compressed, bytes, len);
    return strncmp(name, "g2_", 3) == 0 ? encodings_g2_run(v, compressed, bytes, len) : -1;
}

int vectors_recognize(struct vectors *v, const json_t *root, char *text, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)text;

    if (root)
        return run_json(v, root);
    if (len > 4 && memcmp(bytes, "wtns", 4) == 0)
        return snarkjs_witness_run(v, bytes, len);
    if (len > 4 && memcmp(bytes, "r1cs", 4) == 0) {
        vectors_skip_many(v, 1, "it runs with its witness beside it");
        return 0;
    }
    return strstr(last_name(v), ".dat") ? run_encodings(v, bytes, len) : poseidon_run(v, text);
}
