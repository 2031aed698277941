/* Refusals, for people: a line on the console, and records in the audit log. */
#ifndef ATTESTOR_REFUSE_H
#define ATTESTOR_REFUSE_H

#include <nonos/result.h>
#include <nonzk/module.h>

/*
 * Says that `name` may not run, and why. If the file could be taken apart, P, M and T follow as records of their own
 * (docs/formats/audit-log.md); a report with no code says that it could not.
 */
void refuse(const char *name, int result, const struct nonzk_module_report *report);

/* An audit record of the attestor's own. */
void audit_note(const char *text);

#endif
