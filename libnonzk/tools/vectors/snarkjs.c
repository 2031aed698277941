/*
 * Folders of snarkjs: vk.json with proof.json and public.json, altered cases of these, and
 * witnesses.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonzk/circom.h>
#include <nonzk/groth16.h>

#include "../snarkjs_json.h"
#include "runners.h"

char *beside(const struct vectors *v, const char *name)
{
    const char *slash = strrchr(v->name, '/');
    char *path = NULL;

    if (asprintf(&path, "%.*s%s", slash ? (int)(slash + 1 - v->name) : 0, v->name, name) < 0)
        return NULL;
    return path;
}

enum verdict verdict_of(int result)
{
    return result == 0 ? VERDICT_ACCEPTED : VERDICT_REFUSED;
}

static json_t *read_beside(const struct vectors *v, const char *name)
{
    char *path = beside(v, name);
    FILE *there = path ? fopen(path, "rb") : NULL;
    json_t *root = there ? vectors_read_json(path) : NULL;

    if (there)
        fclose(there);
    free(path);
    return root;
}

static enum verdict check(struct vectors *v, const json_t *key, const json_t *proof,
                          const json_t *public)
{
    static const uint8_t no_circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN];
    size_t n = json_array_size(public), len, size = NONZK_GROTH16_KEY_LEN(NONZK_GROTH16_MAX_INPUTS);
    struct nonzk_groth16_verifier *verifier;
    uint8_t proof_bytes[NONZK_GROTH16_PROOF_LEN];
    uint8_t *key_bytes = vectors_memory(v, size);
    uint8_t *inputs = vectors_memory(v, n * NONZK_GROTH16_INPUT_LEN);

    int result = snarkjs_key(key_bytes, size, &len, no_circuit_id, key);
    size_t ninputs = 0;
    if (result == 0)
        result = nonzk_groth16_key_ninputs(&ninputs, key_bytes, len);
    if (result != 0)
        return vectors_skip(v, "the key is not one of Groth16 on bls12381");
    size = nonzk_groth16_verifier_size(ninputs);
    result = nonzk_groth16_verifier_init(&verifier, vectors_memory(v, size), size, key_bytes, len);
    if (result == 0)
        result = snarkjs_proof(proof_bytes, proof);
    if (result == 0)
        result = snarkjs_public(inputs, n, &n, public);
    if (result == 0)
        result = nonzk_groth16_verify(verifier, proof_bytes, sizeof proof_bytes, inputs, n);
    return verdict_of(result);
}

int snarkjs_key_run(struct vectors *v, const json_t *key)
{
    json_t *proof = read_beside(v, "proof.json"), *public = read_beside(v, "public.json");

    if (proof && public)
        vectors_count(v, check(v, key, proof, public), EXPECT_VALID, "proof.json");
    else
        vectors_skip_many(v, 1, "a key without proof.json and public.json beside it");
    json_decref(proof);
    json_decref(public);
    return 0;
}

int snarkjs_case_run(struct vectors *v, const json_t *root)
{
    json_t *key = read_beside(v, "vk.json");
    int accept = strcmp(json_text(root, "expect"), "accept") == 0;

    if (key)
        vectors_count(
            v, check(v, key, json_object_get(root, "proof"), json_object_get(root, "public")),
            accept ? EXPECT_VALID : EXPECT_INVALID, json_text(root, "note"));
    else
        vectors_skip_many(v, 1, "a proof without vk.json beside it");
    json_decref(key);
    return 0;
}

/* The bytes of the only .r1cs of the folder, to be freed; NULL if there are none or several. */
static char *read_system(const struct vectors *v, size_t *len)
{
    char *folder = beside(v, "."), *path = NULL, *bytes;
    DIR *dir = folder ? opendir(folder) : NULL;
    size_t found = 0;

    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".r1cs") != 0 || ++found > 1)
            continue;
        path = beside(v, entry->d_name);
    }
    if (dir)
        closedir(dir);
    free(folder);
    bytes = path && found == 1 ? vectors_read_file(path, len) : NULL;
    free(path);
    return bytes;
}

static enum verdict check_witness(struct vectors *v, const uint8_t *system, size_t system_len,
                                  const uint8_t *bytes, size_t len)
{
    struct nonzk_r1cs_limits limits;
    struct nonzk_r1cs cs;
    uint32_t violated;
    int result = nonzk_circom_r1cs_limits(&limits, system, system_len);

    if (result != 0)
        return verdict_of(result);
    size_t size = nonzk_r1cs_size(&limits, NONZK_R1CS_RECORD);
    void *memory = vectors_memory(v, size);
    struct nonzk_fr *values = vectors_memory(v, limits.wires * sizeof *values);
    result = nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, memory, size);
    if (result == 0)
        result = nonzk_circom_r1cs_read(&cs, system, system_len);
    if (result == 0)
        result = nonzk_circom_wtns_read(values, cs.nwires, bytes, len);
    if (result == 0)
        result = nonzk_r1cs_check(&cs, values, &violated);
    return verdict_of(result);
}

int snarkjs_witness_run(struct vectors *v, const uint8_t *bytes, size_t len)
{
    size_t system_len;
    char *system = read_system(v, &system_len);

    if (system)
        vectors_count(v, check_witness(v, (const uint8_t *)system, system_len, bytes, len),
                      EXPECT_VALID, "the witness");
    else
        vectors_skip_many(v, 1, "a witness without its constraint system beside it");
    free(system);
    return 0;
}
