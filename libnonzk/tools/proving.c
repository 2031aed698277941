#include "proving.h"

#include <stdlib.h>

#include <command.h>
#include <files.h>
#include <noncrypto/memory.h>
#include <nonzk/attestation.h>
#include <nonzk/circom.h>
#include <nonzk/setup.h>
#include <stdio.h>
#include <string.h>

#include "development.h"
#include "nonzk.h"

static int failed(const char *name, int result)
{
    if (result != 0)
        complain("%s: %s", name, nonzk_strerror(result));
    return result == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
}

void *allocate(const char *name, size_t size)
{
    void *memory = size > 0 ? malloc(size) : NULL;

    if (!memory)
        complain("%s: there is not enough memory", name);
    return memory;
}

void refusal_step(char step[REFUSAL_STEP_LEN], const struct refusal *refusal)
{
    const struct nonzk_fault *fault = &refusal->fault;

    if (fault->contribution != 0)
        snprintf(step, REFUSAL_STEP_LEN, "contribution %u, %s", (unsigned)fault->contribution,
                 fault->step);
    else
        snprintf(step, REFUSAL_STEP_LEN, "%s", fault->step);
}

int refusal_complain(const char *name, const struct refusal *refusal)
{
    char step[REFUSAL_STEP_LEN];

    refusal_step(step, refusal);
    complain("%s: %s: %s", name, step, nonzk_strerror(refusal->result));
    return EXIT_CODE_IO;
}

int proving_parse(struct proving *p, const char *name, const struct content *content,
                  struct refusal *refusal)
{
    struct nonzk_proving_key_shape shape;

    refusal->fault = (struct nonzk_fault){.step = "the sections"};
    refusal->result = nonzk_zkey_shape(&shape, content->bytes, content->len);
    if (refusal->result != 0)
        return EXIT_CODE_MISMATCH;
    size_t size = nonzk_proving_key_size(&shape);
    p->memory = allocate(name, size);
    if (!p->memory)
        return EXIT_CODE_IO;
    refusal->result =
        nonzk_zkey_read(&p->key, p->memory, size, content->bytes, content->len, &refusal->fault);
    return refusal->result == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

int proving_read(struct proving *p, const char *name)
{
    struct content content;
    struct refusal refusal;
    int code = load(&content, name);

    if (code != EXIT_CODE_OK)
        return code;
    code = proving_parse(p, name, &content, &refusal);
    load_free(&content);
    return code == EXIT_CODE_MISMATCH ? refusal_complain(name, &refusal) : code;
}

int proving_save(const struct proving *p, const char *name, int force)
{
    size_t len = nonzk_zkey_len(&p->key);
    uint8_t *bytes = allocate(name, len);
    int code = EXIT_CODE_IO;

    if (bytes)
        code = failed(name, nonzk_zkey_write(bytes, len, &p->key));
    if (code == EXIT_CODE_OK)
        code = save(name, bytes, len, force);
    free(bytes);
    return code;
}

int proving_contribute(struct proving *p, const struct proving *old, const char *name,
                       const struct nonzk_contribution *contribution, uint8_t *hash)
{
    struct nonzk_proving_key_shape shape;
    int result = nonzk_phase2_shape(&shape, &old->key, contribution);

    if (result != 0)
        return failed(name, result);
    size_t size = nonzk_proving_key_size(&shape);
    p->memory = allocate(name, size);
    if (!p->memory)
        return EXIT_CODE_IO;
    return failed(name,
                  nonzk_phase2_contribute(&p->key, p->memory, size, &old->key, contribution, hash));
}

int proving_verify(const struct proving *p, const struct proving *initial, struct refusal *refusal)
{
    uint8_t random[NONZK_CEREMONY_RANDOM_LEN];
    size_t size = nonzk_phase2_verify_workspace(&p->key);
    void *workspace =
        system_random(random, sizeof random) == 0 ? allocate("verification", size) : NULL;

    if (!workspace)
        return EXIT_CODE_IO;
    refusal->result =
        nonzk_phase2_verify(&initial->key, &p->key, random, workspace, size, &refusal->fault);
    free(workspace);
    return EXIT_CODE_OK;
}

int proving_develop(struct proving *p, const struct nonzk_r1cs *cs, const char *seed)
{
    static const char name[] = "setup";
    struct nonzk_setup_secrets secrets;
    struct nonzk_proving_key_shape shape;
    int result = nonzk_setup_shape(&shape, cs);

    if (result != 0)
        return failed(name, result);
    size_t size = nonzk_proving_key_size(&shape), workspace_len = nonzk_setup_workspace(&shape);
    void *workspace = allocate(name, workspace_len);
    p->memory = workspace ? allocate(name, size) : NULL;
    if (!p->memory) {
        free(workspace);
        return EXIT_CODE_IO;
    }
    nonzk_setup_development(&secrets, seed, strlen(seed));
    result = nonzk_setup(&p->key, p->memory, size, cs, &secrets, workspace, workspace_len);
    free(workspace);
    return failed(name, result);
}

int proving_finish(struct proving *p, const char *name, const uint8_t *circuit_id)
{
    uint32_t npublic = p->key.shape.npublic;
    size_t len = NONZK_GROTH16_KEY_LEN(npublic), size = nonzk_groth16_verifier_size(npublic);

    p->verifying.bytes = allocate(name, len);
    void *memory = p->verifying.bytes ? allocate(name, size) : NULL;
    if (!memory)
        return EXIT_CODE_IO;
    p->verifying.len = len;
    int result = nonzk_proving_key_verifying(p->verifying.bytes, len, &p->key, circuit_id);
    if (result == 0)
        result = nonzk_groth16_verifier_init(&p->verifier, memory, size, p->verifying.bytes, len);
    if (result != 0)
        free(memory);
    return failed(name, result);
}

int proving_prove(const struct proving *p, uint8_t *proof, const struct nonzk_fr *values,
                  uint32_t nvalues)
{
    /* The secrets behind a development key are everybody's. */
    const struct nonzk_prove_options options = {
        .verifier = p->verifier, .vartime = is_development(nonzk_groth16_circuit_id(p->verifier))};
    size_t size = nonzk_groth16_prove_workspace(&p->key);
    void *workspace = allocate("proof", size);

    if (!workspace)
        return EXIT_CODE_IO;
    int result = nonzk_groth16_prove(proof, &p->key, values, nvalues, workspace, size, &options);
    free(workspace);
    if (result == NONZK_E_UNSATISFIED)
        complain("the proof does not hold: key and witness do not belong together, or are damaged");
    else if (result == NONZK_E_INVALID)
        complain("the witness has %u values; the key is for %u", (unsigned)nvalues,
                 (unsigned)p->key.shape.nwires);
    else
        return failed("proof", result);
    return EXIT_CODE_MISMATCH;
}

void proving_end(struct proving *p)
{
    free(p->memory);
    free(p->verifier);
    load_free(&p->verifying);
}

static int record_start(struct recorded *r, const char *name,
                        const struct nonzk_r1cs_limits *limits)
{
    r->size = nonzk_r1cs_size(limits, NONZK_R1CS_RECORD);
    r->memory = allocate(name, r->size);
    if (!r->memory)
        return EXIT_CODE_IO;
    return failed(name, nonzk_r1cs_init(&r->cs, limits, NONZK_R1CS_RECORD, r->memory, r->size));
}

int record_attestation(struct recorded *r)
{
    static const char name[] = "the attestation circuit";
    struct nonzk_r1cs_limits limits;

    nonzk_attestation_limits(&limits);
    int code = record_start(r, name, &limits);
    if (code != EXIT_CODE_OK)
        return code;
    nonzk_attestation_circuit(&r->cs, NULL, NULL);
    return failed(name, nonzk_r1cs_status(&r->cs));
}

int record_file(struct recorded *r, const char *name)
{
    struct nonzk_r1cs_limits limits;
    struct content content;
    int code = load(&content, name);

    if (code != EXIT_CODE_OK)
        return code;
    code = failed(name, nonzk_circom_r1cs_limits(&limits, content.bytes, content.len));
    if (code == EXIT_CODE_OK)
        code = record_start(r, name, &limits);
    if (code == EXIT_CODE_OK)
        code = failed(name, nonzk_circom_r1cs_read(&r->cs, content.bytes, content.len));
    load_free(&content);
    return code;
}

void recorded_end(struct recorded *r)
{
    if (r->memory)
        noncrypto_wipe(r->memory, r->size);
    free(r->memory);
}
