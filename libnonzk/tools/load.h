/*
 * Reading what the verbs work on, and writing what they make: whole files, and keys, proofs and
 * public inputs in this project's own bytes or in the JSON of snarkjs. A file is JSON if it is
 * ASCII text that begins with a bracket.
 */
#ifndef NONZK_TOOLS_LOAD_H
#define NONZK_TOOLS_LOAD_H

#include <stddef.h>
#include <stdint.h>

#define LOAD_LEN_MAX ((size_t)1 << 30)

struct content {
    uint8_t *bytes; /* with a zero byte behind the last */
    size_t len;
};

/*
 * Reads a whole file, "-" being standard input. Returns an exit code, not 0 after a message; then
 * there is nothing to free.
 */
int load(struct content *content, const char *name);
void load_free(struct content *content);

/*
 * Writes a file under `name`, which replaces an existing one only if `force`. Returns an exit code,
 * not 0 after a message.
 */
int save(const char *name, const void *bytes, size_t len, int force);

/* FOLDER/NAME, to be freed; NULL after a message. */
char *path_in(const char *folder, const char *name);

int load_is_json(const struct content *content);

/*
 * These turn a file's content into bytes of nonzk/groth16.h. They return an exit code: EXIT_CODE_IO
 * after a message if it is of another kind or form; EXIT_CODE_MISMATCH if it is of this kind and
 * wrong, with what the library said in `*result` and no message.
 */
int load_key(struct content *key, const char *name, const struct content *content, int *result);
int load_proof(uint8_t *proof, const char *name, const struct content *content, int *result);
/* NONZK_GROTH16_INPUT_LEN bytes for each input, whether below r or not */
int load_inputs(struct content *inputs, const char *name, const struct content *content,
                int *result);

/* The same for JSON: load_json.c, or load_none.c where the build found no jansson. */
int load_json_key(struct content *key, const char *name, const struct content *text, int *result);
int load_json_proof(uint8_t *proof, const char *name, const struct content *text, int *result);
int load_json_inputs(struct content *inputs, const char *name, const struct content *text,
                     int *result);
/* What a JSON file is: 'k', 'p', 'i' for these three, or 0. */
int load_json_kind(const struct content *text);

/*
 * Reads a verifying key, checks it and prepares it; to be freed with free(). Returns as load_key().
 */
struct nonzk_groth16_verifier;
int load_verifier(struct nonzk_groth16_verifier **verifier, const char *name, int *result);

#endif
