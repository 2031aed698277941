/*
 * nonzk audit-log: checks what the program `audit -x` of a NONOS system wrote. docs/formats/audit-log.md describes the
 * file and the records.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <noncrypto/blake3.h>

#include "fields.h"
#include "hex.h"
#include "load.h"
#include "nonzk.h"

static const char usage[] =
    "verify [--json] FILE\n"
    "\n"
    "Checks the chain of hashes of an audit log that a NONOS system wrote with audit -x: that no "
    "record was\n"
    "changed, left out or put in between the first and the last. Who can write the whole file can "
    "make a\n"
    "chain of their own: compare the last value, `chain`, with one that was kept elsewhere.\n"
    "      --json   print a JSON object\n"
    "\n"
    "Exit status: 0 the chain is unbroken; 1 it is broken; 2 wrong command line, or the file "
    "cannot be "
    "read\n"
    "or is no audit log.\n";

#define RECORD_LEN 128
#define EVENT_AT   16
#define A_AT       40
#define TEXT_AT    56
#define CHAIN_AT   96
#define CHAIN_LEN  32

#define EVENT_MODULE_REFUSED 13
#define EVENT_DROPPED        16

static uint64_t load_le(const uint8_t *bytes, int len)
{
    uint64_t value = 0;

    for (int i = len - 1; i >= 0; i--)
        value = value << 8 | bytes[i];
    return value;
}

/* What is known after some records. */
struct log {
    uint64_t first, last, records; /* sequence numbers, and how many */
    uint64_t dropped, refused;
    uint8_t chain[CHAIN_LEN];
};

/* P, M and T of a refusal are records of their own. */
static int begins_refusal(const uint8_t *record)
{
    const uint8_t *text = record + TEXT_AT;

    return load_le(record + EVENT_AT, 4) == EVENT_MODULE_REFUSED &&
           !(text[0] && strchr("PMT", text[0]) && text[1] == ' ');
}

/*
 * Adds a record. Returns 0, or -1 if its hash does not follow from those before it. The first record
 * of the system follows on zero; of another first one the hash cannot be checked.
 */
static int log_add(struct log *log, const uint8_t *record)
{
    static const uint8_t none[CHAIN_LEN];
    uint64_t sequence = load_le(record, 8);
    uint8_t hash[CHAIN_LEN];
    struct noncrypto_blake3 ctx;
    int anchored = log->records > 0 || sequence == 1;

    if (log->records > 0 && sequence != log->last + 1)
        return -1;
    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_update(&ctx, log->chain, CHAIN_LEN);
    noncrypto_blake3_update(&ctx, record, CHAIN_AT);
    noncrypto_blake3_update(&ctx, none, CHAIN_LEN);
    noncrypto_blake3_final(&ctx, hash, CHAIN_LEN);
    if (sequence == 0 || (anchored && memcmp(hash, record + CHAIN_AT, CHAIN_LEN) != 0))
        return -1;
    if (log->records++ == 0)
        log->first = sequence;
    log->last = sequence;
    if (load_le(record + EVENT_AT, 4) == EVENT_DROPPED)
        log->dropped += load_le(record + A_AT, 8);
    log->refused += (uint64_t)begins_refusal(record);
    memcpy(log->chain, record + CHAIN_AT, CHAIN_LEN);
    return 0;
}

static int is_no_log(const char *name)
{
    complain("%s: it is no audit log, or a part of one", name);
    return EXIT_CODE_IO;
}

/* Returns an exit code; `*line` is where the chain breaks. */
static int read_log(struct log *log, const char *name, const struct content *content,
                    uint64_t *line)
{
    char *rest = (char *)content->bytes, *text;

    *line = 1;
    if (memchr(content->bytes, 0, content->len))
        return is_no_log(name);
    text = strsep(&rest, "\n");
    if (strcmp(text, "nonos-audit-log 1") != 0)
        return is_no_log(name);
    while ((text = strsep(&rest, "\n")) != NULL) {
        uint8_t record[RECORD_LEN];
        ++*line;
        if (strcmp(text, "end") == 0)
            return rest && *rest == '\0' ? EXIT_CODE_OK : is_no_log(name);
        if (parse_hex(record, sizeof record, text) != 0)
            return is_no_log(name);
        if (log_add(log, record) != 0)
            return EXIT_CODE_MISMATCH;
    }
    return is_no_log(name);
}

static void say(const struct log *log, int json, int code, uint64_t line)
{
    struct fields f = {.json = json};

    field_truth(&f, "unbroken", code == EXIT_CODE_OK);
    if (code != EXIT_CODE_OK)
        field_number(&f, "broken_line", line);
    field_number(&f, "records", log->records);
    field_number(&f, "first", log->first);
    field_number(&f, "last", log->last);
    field_number(&f, "dropped", log->dropped);
    field_number(&f, "modules_refused", log->refused);
    field_hex(&f, "chain", log->chain, CHAIN_LEN);
    fields_end(&f);
}

static int verify(const char *name, int json)
{
    struct log log = {.records = 0};
    struct content content;
    uint64_t line;
    int code = load(&content, name);

    if (code != EXIT_CODE_OK)
        return code;
    code = read_log(&log, name, &content, &line);
    load_free(&content);
    if (code != EXIT_CODE_IO)
        say(&log, json, code, line);
    return code;
}

static int command_audit_log(int argc, char **argv)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    int json = 0;

    if (argc < 2 || strcmp(argv[1], "verify") != 0)
        return complain_usage();
    argc--;
    argv++;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c != 'j')
            return complain_usage();
        json = 1;
    }
    return argc - optind == 1 ? verify(argv[optind], json) : complain_usage();
}

const struct verb verb_audit_log = {"audit-log", usage, command_audit_log};
