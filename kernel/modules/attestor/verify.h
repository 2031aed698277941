/* Verifying images: those of the boot archive together, others one by one. */
#ifndef ATTESTOR_VERIFY_H
#define ATTESTOR_VERIFY_H

#include "rule.h"
#include "table.h"

/*
 * Verifies every image of the table in one batch. If the batch does not hold, each is verified alone, so that only the bad ones are
 * refused. Afterwards each entry has its report and its result.
 */
void verify_all(struct table *table, const struct rule *rule);

/* Whether an image of the table may run by the present rule: verifies it again if the rule has changed. Results of rule_result(),
 * NOT_FOUND if it is attested under another name, CEILING if the manifest gives more than is proved. */
NONOS_MUST_CHECK int verify_entry(struct table_entry *entry, const struct rule *rule);

/* Whether a file that the manifest does not know may run, with what its attestation says. CEILING: it asks for what only the attestor has, or for
 * classes that do not exist. */
NONOS_MUST_CHECK int verify_file(struct nonzk_module_report *report, const struct rule *rule,
                                 const uint8_t *file, size_t len);

#endif
