/* The command: libnonzk from a shell. Each verb is a file. */
#include "nonzk.h"

#include <stdlib.h>
#include <string.h>

#include <nonzk/attestation.h>

static const struct verb *const verbs[] = {
    &verb_attest, &verb_audit_log,   &verb_authority,    &verb_ceremony,
    &verb_check,  &verb_convert,     &verb_inspect,      &verb_prove,
    &verb_setup,  &verb_zk_selftest, &verb_verify_proof,
};

const struct command this_command = {"nonzk", verbs, sizeof verbs / sizeof verbs[0]};

int parse_mask(const char *text, uint64_t *mask)
{
    uint64_t value = 0;

    if (strncmp(text, "0x", 2) != 0)
        return parse_number(text, mask);
    size_t len = strlen(text += 2);
    if (len == 0 || len > 16 || strspn(text, "0123456789abcdefABCDEF") != len)
        return -1;
    value = strtoull(text, NULL, 16);
    *mask = value;
    return 0;
}

int parse_u32(const char *text, uint32_t *number)
{
    uint64_t value;

    if (parse_number(text, &value) != 0 || value > UINT32_MAX)
        return -1;
    *number = (uint32_t)value;
    return 0;
}

int main(int argc, char **argv)
{
    int code = command_main(argc, argv);

    /* Both say that nothing was decided: who asks whether a proof is valid needs three answers. */
    return code == EXIT_CODE_IO ? EXIT_CODE_USAGE : code;
}
