/* audit: the kernel's record of who got, used and was refused what. */
#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <noncrypto/blake3.h>
#include <stdio.h>
#include <string.h>

static const struct program about = {
    "audit",
    "usage: audit [-n COUNT] [-e EVENT] [-t TASK] [-c | -x]\n\n"
    "Shows the audit records that are still kept: sequence, time since the start, event, task, "
    "object, result, values, text.\n\n"
    "  -n COUNT   the last COUNT of the records that fit\n"
    "  -e EVENT   only events of that name: refused, task-start, cap-derive ...\n"
    "  -t TASK    only what the task with that number did\n"
    "  -c         check the chain of hashes over all records instead of showing them\n"
    "  -x         write the records, all or the last COUNT, as a file for `nonzk audit-log "
    "verify`\n\n"
    "What was refused for its attestation is followed by P (grants, version, epoch, name), M (the "
    "code and what was asked for it)\n"
    "and T (the pseudonym of who attested it).\n\n"
    "Exit status: 0, 1 if the log cannot be read or its chain is broken, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

struct query {
    const char *event;
    uint64_t task, count;
    bool any_task, check, export;
};

static bool fits(const struct query *q, const struct nonos_audit_record *r)
{
    return (!q->event || strcmp(q->event, system_event_name(r->event)) == 0) &&
           (q->any_task || r->task_id == q->task);
}

/*
 * The records that follow a refusal of the attestor's: the element's first half is in the values, the second in the text behind the
 * letter (docs/formats/audit-log.md). False: this is none of them.
 */
static bool print_statement(const struct nonos_audit_record *r)
{
    const char *text = r->text;
    if (r->event != NONOS_AUDIT_MODULE_REFUSED || text[0] == '\0' || text[1] != ' ' ||
        !strchr("PMT", text[0]))
        return false;
    if (text[0] == 'P') {
        char grants[SYSTEM_TEXT_SIZE];
        system_grants_text(grants, sizeof(grants), r->a);
        printf("P grants %s, version %llu, epoch and name ", grants, (unsigned long long)r->b);
        system_print_safe(text + 2, strnlen(text + 2, sizeof(r->text) - 2));
    } else {
        printf("%c %016llx%016llx", text[0], (unsigned long long)r->a, (unsigned long long)r->b);
        system_print_safe(text + 2, strnlen(text + 2, sizeof(r->text) - 2));
    }
    putchar('\n');
    return true;
}

static void print(const struct nonos_audit_record *r)
{
    uint64_t ms = r->time_ns / 1000000u;
    printf("%8llu %6llu.%03u %-14s task %-5llu object %-6llu ", (unsigned long long)r->sequence,
           (unsigned long long)(ms / 1000), (unsigned)(ms % 1000), system_event_name(r->event),
           (unsigned long long)r->task_id, (unsigned long long)r->object_id);
    if (print_statement(r))
        return;
    if (r->event == NONOS_AUDIT_TASK_FAULT)
        printf("%s at %llx", system_fault_name((uint32_t)r->a), (unsigned long long)r->b);
    else
        printf("%llx %llx", (unsigned long long)r->a, (unsigned long long)r->b);
    if (r->result < 0)
        printf(" (%s)", nonos_strerror(r->result));
    size_t len = strnlen(r->text, sizeof(r->text));
    if (len > 0) {
        putchar(' ');
        system_print_safe(r->text, len);
    }
    putchar('\n');
}

/* Reads records from `*sequence` on, skipping what is no longer kept. Returns how many. */
static uint64_t read_records(uint64_t *sequence, struct nonos_audit_record *records, size_t size)
{
    uint64_t n = 0;
    int result = system_audit(*sequence, records, size, &n);
    /* Records can go while they are being read: a few new starts are enough, or the log is useless. */
    for (int i = 0; result == NONOS_E_OVERRUN && i < 100; i++) {
        *sequence = n;
        result = system_audit(*sequence, records, size, &n);
    }
    if (result < 0 && result != NONOS_E_NOT_FOUND)
        program_die("the log cannot be read: %s", nonos_strerror(result));
    return result < 0 ? 0 : n;
}

#define BATCH 64
static struct nonos_audit_record batch[BATCH];

/* The chain value of a record: the one before, and the record with none. */
static void chain_next(uint8_t out[32], const uint8_t before[32],
                       const struct nonos_audit_record *r)
{
    static struct noncrypto_blake3 ctx;
    struct nonos_audit_record bare = *r;
    memset(bare.chain, 0, sizeof(bare.chain));
    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_update(&ctx, before, 32);
    noncrypto_blake3_update(&ctx, &bare, sizeof(bare));
    noncrypto_blake3_final(&ctx, out, 32);
}

static int check(void)
{
    uint8_t before[32], expected[32];
    uint64_t sequence = 0, records = 0, n;
    bool known = false;
    while ((n = read_records(&sequence, batch, BATCH)) > 0) {
        for (uint64_t i = 0; i < n; i++) {
            const struct nonos_audit_record *r = &batch[i];
            chain_next(expected, before, r);
            if (known && memcmp(expected, r->chain, 32) != 0) {
                program_error("the chain is broken at record %llu",
                              (unsigned long long)r->sequence);
                return PROGRAM_FAILED;
            }
            memcpy(before, r->chain, 32);
            known = true;
            records++;
        }
        sequence = batch[n - 1].sequence + 1;
    }
    printf("%llu records, the chain is unbroken\n", (unsigned long long)records);
    return PROGRAM_OK;
}

/* The number of the last record. */
static uint64_t last_record(void)
{
    uint64_t sequence = 0, n, last = 0;
    while ((n = read_records(&sequence, batch, BATCH)) > 0)
        sequence = (last = batch[n - 1].sequence) + 1;
    return last;
}

/* The last `count` records, a line of hexadecimal digits each. */
static int export(uint64_t count)
{
    uint64_t last = count == UINT64_MAX ? 0 : last_record(), n;
    uint64_t sequence = last > count ? last - count + 1 : 0;
    puts("nonos-audit-log 1");
    while ((n = read_records(&sequence, batch, BATCH)) > 0) {
        for (uint64_t i = 0; i < n; i++) {
            const uint8_t *bytes = (const uint8_t *)&batch[i];
            for (size_t at = 0; at < sizeof(batch[i]); at++)
                printf("%02x", bytes[at]);
            putchar('\n');
        }
        sequence = batch[n - 1].sequence + 1;
    }
    puts("end");
    return PROGRAM_OK;
}

/* Walks through the records; prints those that fit after the first `skip`. Returns how many fit. */
static uint64_t walk(const struct query *q, uint64_t skip, uint64_t most)
{
    uint64_t sequence = 0, fitting = 0, n;
    while (fitting < most && (n = read_records(&sequence, batch, BATCH)) > 0) {
        for (uint64_t i = 0; i < n && fitting < most; i++)
            if (fits(q, &batch[i]) && fitting++ >= skip)
                print(&batch[i]);
        sequence = batch[n - 1].sequence + 1;
    }
    return fitting;
}

int main(int argc, char **argv)
{
    struct query q = {.any_task = true, .count = UINT64_MAX};
    program_start(&about);
    struct options o = options_begin(argc, argv, "n:e:t:cx", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        q.check |= c == 'c';
        q.export |= c == 'x';
        if (c == 'e')
            q.event = o.value;
        if (c == 't')
            q.any_task = false;
        if ((c == 't' && !program_number(o.value, UINT64_MAX, &q.task)) ||
            (c == 'n' && !program_number(o.value, UINT64_MAX, &q.count)))
            program_misuse("'%s' is not a number", o.value);
    }
    if (o.noperands > 0)
        program_misuse("no operands are expected");
    if (q.check && q.export)
        program_misuse("-c and -x are two commands");
    if (q.check || q.export)
        return program_end(q.check ? check() : export(q.count));
    /* Once to count, once to show the last ones; what is recorded in between is not shown. */
    uint64_t total = q.count == UINT64_MAX ? UINT64_MAX : walk(&q, UINT64_MAX, UINT64_MAX);
    walk(&q, q.count == UINT64_MAX || total < q.count ? 0 : total - q.count, total);
    return program_end(PROGRAM_OK);
}
