/*
 * Verifying images. The inputs of a proof are computed from the very bytes that will be minted, the root and the epoch come from the
 * rule (nonzk/module.h).
 */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/objects.h>
#include <nonos/runtime.h>

#define INPUTS_LEN ((size_t)NONZK_ATTESTATION_INPUTS * NONZK_GROTH16_INPUT_LEN)

/* The claims of a table. */
struct batch {
    struct nonzk_groth16_claim claims[TABLE_MAX];
    struct table_entry *entries[TABLE_MAX];
    uint8_t inputs[TABLE_MAX][INPUTS_LEN];
    uint8_t random[TABLE_MAX][NONZK_GROTH16_RANDOM_LEN];
    size_t n;
};

/* What the boot manifest says of an image must agree with what was attested: a name stands for one image, and the grants stay below. */
static int entry_agrees(const struct table_entry *entry)
{
    const char *name = strrchr(entry->image->image, '/');
    name = name ? name + 1 : entry->image->image;
    if (strcmp(name, entry->report.manifest.name) != 0)
        return NONOS_E_NOT_FOUND;
    return entry->image->grants & ~entry->report.manifest.capabilities ? NONOS_E_CEILING : NONOS_OK;
}

static void entry_settle(struct table_entry *entry, const struct rule *rule, int result)
{
    entry->result = result == NONZK_OK ? entry_agrees(entry) : rule_result(result);
    entry->generation = rule->generation;
}

static void batch_fill(struct batch *batch, struct table *table, const struct rule *rule)
{
    for (uint32_t i = 0; i < table->n; i++) {
        struct table_entry *entry = &table->entries[i];
        int result =
            nonzk_module_claim(&entry->report, batch->inputs[batch->n], &batch->claims[batch->n],
                               rule->verifier, &rule->demand, entry->file.data, entry->file.len);
        if (result != NONZK_OK)
            entry_settle(entry, rule, result);
        else
            batch->entries[batch->n++] = entry;
    }
}

static int batch_verify(const struct batch *batch, const struct rule *rule, size_t *bad)
{
    size_t size = nonzk_groth16_batch_size(rule->verifier);
    void *workspace = malloc(size);
    *bad = 0;
    if (!workspace)
        return NONZK_E_NO_SPACE;
    int result = nonzk_groth16_verify_batch(rule->verifier, batch->claims, batch->n,
                                            batch->random[0], workspace, size, bad);
    free(workspace);
    return result;
}

static int claim_verify(const struct nonzk_groth16_claim *claim, const struct rule *rule)
{
    return nonzk_groth16_verify(rule->verifier, claim->proof, NONZK_GROTH16_PROOF_LEN,
                                claim->inputs, NONZK_ATTESTATION_INPUTS);
}

void verify_all(struct table *table, const struct rule *rule)
{
    static struct batch batch;
    size_t bad = 0;
    batch_fill(&batch, table, rule);
    int result = nonos_random(batch.random, batch.n * sizeof(batch.random[0])) < 0
                     ? NONZK_E_NO_SPACE
                     : batch_verify(&batch, rule, &bad);
    /* The batch fails and none is to blame: this machine miscalculates, and nothing is believed. */
    bool miscalculated = result == NONZK_E_PROOF && bad == batch.n;
    for (size_t i = 0; i < batch.n; i++)
        entry_settle(batch.entries[i], rule,
                     result == NONZK_OK || miscalculated ? result
                                                         : claim_verify(&batch.claims[i], rule));
}

int verify_entry(struct table_entry *entry, const struct rule *rule)
{
    if (entry->generation != rule->generation)
        entry_settle(entry, rule,
                     nonzk_module_check(&entry->report, rule->verifier, &rule->demand,
                                        entry->file.data, entry->file.len));
    return entry->result;
}

int verify_file(struct nonzk_module_report *report, const struct rule *rule, const uint8_t *file,
                size_t len)
{
    int result = nonzk_module_check(report, rule->verifier, &rule->demand, file, len);
    if (result != NONZK_OK)
        return rule_result(result);
    return report->manifest.capabilities & (~NONOS_GRANTS_ALL | NONOS_GRANT_MINT) ? NONOS_E_CEILING
                                                                                  : NONOS_OK;
}
