/*
 * The verbs of the command `nonzk`, and what only they share. The frame is libnoncrypto's:
 * command.h there.
 */
#ifndef NONZK_TOOLS_NONZK_H
#define NONZK_TOOLS_NONZK_H

#include <command.h>

extern const struct verb verb_attest, verb_audit_log, verb_authority, verb_ceremony, verb_check,
    verb_convert, verb_inspect, verb_prove, verb_setup, verb_zk_selftest, verb_verify_proof;

/*
 * A mask of capabilities, decimal or hexadecimal after "0x"; 0, or -1 if it is none or does not
 * fit.
 */
int parse_mask(const char *text, uint64_t *mask);

/* A decimal number of 32 bits; 0, or -1 if it is none. */
int parse_u32(const char *text, uint32_t *number);

#endif
