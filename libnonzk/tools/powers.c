#include "powers.h"

#include <stdlib.h>

#include <command.h>
#include <files.h>
#include <nonzk/setup.h>

static int code_of(const char *name, int result)
{
    if (result != 0)
        complain("%s: %s", name, nonzk_strerror(result));
    return result == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
}

int powers_new(struct powers *p, uint32_t power)
{
    static const char name[] = "powers of tau";
    const struct nonzk_ptau_shape shape = {.power = power};
    size_t size = nonzk_ptau_size(&shape);

    p->memory = allocate(name, size);
    if (!p->memory)
        return EXIT_CODE_IO;
    return code_of(name, nonzk_ptau_new(&p->ptau, p->memory, size, power));
}

int powers_parse(struct powers *p, const char *name, const struct content *content,
                 struct refusal *refusal)
{
    struct nonzk_ptau_shape shape;

    refusal->fault = (struct nonzk_fault){.step = "the sections"};
    refusal->result = nonzk_ptau_shape_of(&shape, content->bytes, content->len);
    if (refusal->result != 0)
        return EXIT_CODE_MISMATCH;
    size_t size = nonzk_ptau_size(&shape);
    p->memory = allocate(name, size);
    if (!p->memory)
        return EXIT_CODE_IO;
    refusal->result =
        nonzk_ptau_read(&p->ptau, p->memory, size, content->bytes, content->len, &refusal->fault);
    return refusal->result == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

int powers_prepare(struct powers *p, const struct powers *old, const char *name)
{
    struct nonzk_ptau_shape shape = old->ptau.shape;
    int result = NONZK_E_NO_SPACE;

    shape.is_prepared = 1;
    size_t size = nonzk_ptau_size(&shape), workspace_len = nonzk_ptau_workspace(&shape);
    void *workspace = allocate(name, workspace_len);
    p->memory = workspace ? allocate(name, size) : NULL;
    if (p->memory)
        result =
            nonzk_ptau_prepare(&p->ptau, p->memory, size, &old->ptau, workspace, workspace_len);
    free(workspace);
    return p->memory ? code_of(name, result) : EXIT_CODE_IO;
}

int powers_contribute(struct powers *p, const struct powers *old, const char *name,
                      const struct nonzk_contribution *contribution, uint8_t *hash)
{
    struct nonzk_ptau_shape shape;
    int result = nonzk_ptau_next_shape(&shape, &old->ptau, contribution);

    if (result != 0)
        return code_of(name, result);
    size_t size = nonzk_ptau_size(&shape);
    p->memory = allocate(name, size);
    if (!p->memory)
        return EXIT_CODE_IO;
    return code_of(
        name, nonzk_ptau_contribute(&p->ptau, p->memory, size, &old->ptau, contribution, hash));
}

int powers_verify(const struct powers *p, struct refusal *refusal)
{
    uint8_t random[NONZK_CEREMONY_RANDOM_LEN];
    size_t size = nonzk_ptau_workspace(&p->ptau.shape);
    void *workspace =
        system_random(random, sizeof random) == 0 ? allocate("verification", size) : NULL;

    if (!workspace)
        return EXIT_CODE_IO;
    refusal->result = nonzk_ptau_verify(&p->ptau, random, workspace, size, &refusal->fault);
    free(workspace);
    return EXIT_CODE_OK;
}

int powers_save(const struct powers *p, const char *name, int force)
{
    size_t len = nonzk_ptau_len(&p->ptau);
    uint8_t *bytes = allocate(name, len);
    int code = EXIT_CODE_IO;

    if (bytes)
        code = code_of(name, nonzk_ptau_write(bytes, len, &p->ptau));
    if (code == EXIT_CODE_OK)
        code = save(name, bytes, len, force);
    free(bytes);
    return code;
}

void powers_end(struct powers *p)
{
    free(p->memory);
}

int powers_begin(struct proving *key, const struct powers *p, const struct nonzk_r1cs *cs)
{
    static const char name[] = "the second phase";
    struct nonzk_proving_key_shape shape;
    int result = nonzk_setup_shape(&shape, cs);

    if (result != 0)
        return code_of(name, result);
    size_t size = nonzk_proving_key_size(&shape), len = nonzk_phase2_new_workspace(&shape);
    void *workspace = allocate(name, len);
    key->memory = workspace ? allocate(name, size) : NULL;
    if (key->memory)
        result = nonzk_phase2_new(&key->key, key->memory, size, cs, &p->ptau, workspace, len);
    free(workspace);
    if (!key->memory)
        return EXIT_CODE_IO;
    if (result == NONZK_E_INVALID)
        complain("the powers of tau are not prepared, or too few for the circuit");
    return result == NONZK_E_INVALID ? EXIT_CODE_IO : code_of(name, result);
}
