/* The decision whether a module file may run. */
#include <nonzk/module.h>
#include <string.h>

static int is_denied(const struct nonzk_module_rule *rule, const uint8_t *pseudonym)
{
    for (size_t i = 0; i < rule->ndenied; i++) {
        if (memcmp(rule->denied + i * NONZK_FR_LEN, pseudonym, NONZK_FR_LEN) == 0)
            return 1;
    }
    return 0;
}

/* M and P from the file's own bytes, and what else an audit log wants. */
static int report_make(struct nonzk_module_report *report, const struct nonzk_module *module)
{
    struct nonzk_attestation_statement statement;

    report->manifest = module->manifest;
    report->elf_len = module->elf_len;
    nonzk_module_code_hash(report->code_hash, module->elf, module->elf_len);
    int result = nonzk_module_statement(&statement, report->code_hash, module->manifest_bytes);
    if (result != 0)
        return result;
    nonzk_fr_to_bytes(report->module, &statement.module);
    nonzk_fr_to_bytes(report->policy, &statement.policy);
    memcpy(report->pseudonym, module->pseudonym, NONZK_FR_LEN);
    return 0;
}

int nonzk_module_claim(struct nonzk_module_report *report, uint8_t *inputs,
                       struct nonzk_groth16_claim *claim,
                       const struct nonzk_groth16_verifier *verifier,
                       const struct nonzk_module_rule *rule, const uint8_t *file, size_t len)
{
    struct nonzk_module module;
    struct nonzk_fr root;

    memset(report, 0, sizeof *report);
    if (nonzk_groth16_ninputs(verifier) != NONZK_ATTESTATION_INPUTS ||
        nonzk_fr_from_bytes(&root, rule->root) != 0)
        return NONZK_E_INVALID;
    int result = nonzk_module_decode(&module, file, len);
    if (result == 0)
        result = report_make(report, &module);
    if (result != 0)
        return result;
    if (memcmp(module.circuit_id, nonzk_groth16_circuit_id(verifier),
               NONZK_GROTH16_CIRCUIT_ID_LEN) != 0)
        return NONZK_E_CIRCUIT;
    if (module.manifest.epoch != rule->epoch)
        return NONZK_E_EPOCH;
    if (is_denied(rule, module.pseudonym))
        return NONZK_E_DENIED;
    memcpy(inputs, rule->root, NONZK_FR_LEN);
    memcpy(inputs + NONZK_FR_LEN, report->module, NONZK_FR_LEN);
    memcpy(inputs + 2 * NONZK_FR_LEN, report->policy, NONZK_FR_LEN);
    memcpy(inputs + 3 * NONZK_FR_LEN, report->pseudonym, NONZK_FR_LEN);
    *claim = (struct nonzk_groth16_claim){module.proof, inputs};
    return 0;
}

int nonzk_module_check(struct nonzk_module_report *report,
                       const struct nonzk_groth16_verifier *verifier,
                       const struct nonzk_module_rule *rule, const uint8_t *file, size_t len)
{
    uint8_t inputs[NONZK_ATTESTATION_INPUTS * NONZK_FR_LEN];
    struct nonzk_groth16_claim claim;
    int result = nonzk_module_claim(report, inputs, &claim, verifier, rule, file, len);

    if (result != 0)
        return result;
    return nonzk_groth16_verify(verifier, claim.proof, NONZK_GROTH16_PROOF_LEN, claim.inputs,
                                NONZK_ATTESTATION_INPUTS);
}
