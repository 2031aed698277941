/* Refusals: a line on the console, and up to four records in the audit log. */
#include "refuse.h"

#include <stdio.h>
#include <string.h>

#include <nonos/first_task.h>
#include <nonos/runtime.h>

#include "rule.h"

#define TEXT_MAX 39u /* bytes that a record takes */

static uint64_t load_u64be(const uint8_t *bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void record(uint64_t a, uint64_t b, const char *text)
{
    size_t len = strlen(text);
    (void)nonos_audit_append(NONOS_FIRST_AUDIT, NONOS_AUDIT_MODULE_REFUSED, a, b, text,
                             len < TEXT_MAX ? len : TEXT_MAX);
}

/* 32 bytes: the first half in the values, the second in the text. */
static void record_element(char which, const uint8_t element[NONZK_FR_LEN])
{
    char text[2 + NONZK_FR_LEN + 1];
    (void)snprintf(text, sizeof(text), "%c %016lx%016lx", which, load_u64be(element + 16),
                   load_u64be(element + 24));
    record(load_u64be(element), load_u64be(element + 8), text);
}

static void record_report(const struct nonzk_module_report *report)
{
    char text[64];
    (void)snprintf(text, sizeof(text), "P %08x %s", report->manifest.epoch, report->manifest.name);
    record(report->manifest.capabilities, report->manifest.version, text);
    record_element('M', report->module);
    record_element('T', report->pseudonym);
}

void refuse(const char *name, int result, const struct nonzk_module_report *report)
{
    const char *reason = rule_reason(result);
    if (!report->elf_len) {
        nonos_logf("attestor: refused %s: %s\n", name, reason);
        record(0, 0, reason);
        return;
    }
    nonos_logf("attestor: refused %s: %s (M %016lx..., T %016lx..., epoch %u)\n", name, reason,
               load_u64be(report->module), load_u64be(report->pseudonym), report->manifest.epoch);
    record(load_u64be(report->code_hash), load_u64be(report->code_hash + 8), reason);
    record_report(report);
}

void audit_note(const char *text)
{
    (void)nonos_audit_append(NONOS_FIRST_AUDIT, NONOS_AUDIT_USER, 0, 0, text, strlen(text));
}
