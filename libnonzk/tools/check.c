/* nonzk check: may this module file run? What the attestor decides, on the host. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonzk/module.h>

#include "development.h"
#include "fields.h"
#include "hex.h"
#include "load.h"
#include "nonzk.h"
#include "sets.h"

#define DENIED_MAX 1024

static const char usage[] =
    "--vk KEY (--authorities SET | --root R --epoch N) [--deny T]... [--release] [--json]\n"
    "                   MODULE\n"
    "\n"
    "Decides whether the module file MODULE may run: whether it carries a proof that an authority\n"
    "allows this code with these capabilities in this epoch.\n"
    "      --vk KEY           the verifying key of the attestation circuit\n"
    "      --authorities SET  the set of authorities and the epoch; or instead\n"
    "      --root R           the root of the set, 64 hexadecimal digits, and\n"
    "      --epoch N          the epoch\n"
    "      --deny T           refuse this pseudonym, 64 hexadecimal digits\n"
    "      --release          refuse the keys of a development setup, and a set that has the\n"
    "                         development authority in it\n"
    "      --json             print a JSON object\n"
    "\n"
    "Exit status: 0 it may run; 1 it is refused; 2 wrong command line, or something cannot be "
    "read.\n";

struct check_options {
    const char *key, *set, *root, *module;
    int json, release, epoch_given;
    struct nonzk_module_rule rule;
    uint8_t denied[DENIED_MAX][NONZK_FR_LEN];
};

static int parse_element(uint8_t out[NONZK_FR_LEN], const char *text)
{
    if (parse_hex(out, NONZK_FR_LEN, text) == 0)
        return EXIT_CODE_OK;
    complain("'%s' is not %d hexadecimal digits", text, 2 * NONZK_FR_LEN);
    return EXIT_CODE_USAGE;
}

static int parse_epoch(struct check_options *o, const char *text)
{
    o->epoch_given = 1;
    if (parse_u32(text, &o->rule.epoch) == 0)
        return EXIT_CODE_OK;
    complain("'%s' is not an epoch", text);
    return EXIT_CODE_USAGE;
}

static int parse_denied(struct check_options *o, const char *text)
{
    if (o->rule.ndenied == DENIED_MAX) {
        complain("there are at most %d pseudonyms to deny", DENIED_MAX);
        return EXIT_CODE_USAGE;
    }
    return parse_element(o->denied[o->rule.ndenied++], text);
}

static int parse_options(struct check_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"vk", required_argument, NULL, 'k'},   {"authorities", required_argument, NULL, 'a'},
        {"root", required_argument, NULL, 'r'}, {"epoch", required_argument, NULL, 'e'},
        {"deny", required_argument, NULL, 'd'}, {"release", no_argument, NULL, 'R'},
        {"json", no_argument, NULL, 'j'},       {NULL, 0, NULL, 0},
    };
    int code = EXIT_CODE_OK;

    o->rule.denied = o->denied[0];
    for (int c; code == EXIT_CODE_OK && (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'k':
            o->key = optarg;
            break;
        case 'a':
            o->set = optarg;
            break;
        case 'r':
            o->root = optarg;
            code = parse_element(o->rule.root, optarg);
            break;
        case 'e':
            code = parse_epoch(o, optarg);
            break;
        case 'd':
            code = parse_denied(o, optarg);
            break;
        case 'R':
            o->release = 1;
            break;
        case 'j':
            o->json = 1;
            break;
        default:
            return complain_usage();
        }
    }
    if (code != EXIT_CODE_OK)
        return code;
    int by_root = o->root && o->epoch_given;
    if (!o->key || argc - optind != 1 || (o->set ? o->root || o->epoch_given : !by_root))
        return complain_usage();
    o->module = argv[optind];
    return EXIT_CODE_OK;
}

static void report_fields(struct fields *f, const struct nonzk_module_report *report)
{
    field_text(f, "name", report->manifest.name);
    field_mask(f, "capabilities", report->manifest.capabilities);
    field_number(f, "version", report->manifest.version);
    field_number(f, "epoch", report->manifest.epoch);
    field_number(f, "code_bytes", report->elf_len);
    field_hex(f, "code", report->code_hash, sizeof report->code_hash);
    field_hex(f, "m", report->module, sizeof report->module);
    field_hex(f, "p", report->policy, sizeof report->policy);
    field_hex(f, "t", report->pseudonym, sizeof report->pseudonym);
}

/* The verdict; and of a file that could be taken apart what an audit log would say. */
static int say(const struct check_options *o, int result, int development,
               const struct nonzk_module_report *report)
{
    struct fields f = {.json = o->json};

    field_truth(&f, "allowed", result == 0);
    if (result != 0)
        field_text(&f, "reason", nonzk_strerror(result));
    field_truth(&f, "development", development);
    if (report->elf_len > 0)
        report_fields(&f, report);
    fields_end(&f);
    return result == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

static int check(struct check_options *o, const struct nonzk_groth16_verifier *verifier)
{
    struct nonzk_module_report report;
    struct content file;
    int code = load(&file, o->module);

    if (code != EXIT_CODE_OK)
        return code;
    int result = nonzk_module_check(&report, verifier, &o->rule, file.bytes, file.len);
    load_free(&file);
    if (result == NONZK_E_INVALID) {
        complain("the key is not one for attestations, or the root is not below r");
        return EXIT_CODE_IO;
    }
    return say(o, result, is_development(nonzk_groth16_circuit_id(verifier)), &report);
}

static int read_set(struct check_options *o)
{
    struct authorities *a = sets_read(o->set);
    int code = EXIT_CODE_OK;

    if (!a)
        return EXIT_CODE_IO;
    if (o->release)
        code = refuse_development_authority(o->set, &a->set);
    o->rule.epoch = a->set.epoch;
    sets_tree(a, o->rule.root);
    free(a);
    return code;
}

static int command_check(int argc, char **argv)
{
    static struct check_options o;
    struct nonzk_groth16_verifier *verifier = NULL;
    int result, code = parse_options(&o, argc, argv);

    if (code == EXIT_CODE_OK && o.set)
        code = read_set(&o);
    if (code != EXIT_CODE_OK)
        return code;
    code = load_verifier(&verifier, o.key, &result);
    if (code == EXIT_CODE_MISMATCH) {
        complain("%s: %s", o.key, nonzk_strerror(result));
        code = EXIT_CODE_IO; /* nothing can be said of the module */
    }
    if (code == EXIT_CODE_OK && o.release)
        code = refuse_development_key(o.key, nonzk_groth16_circuit_id(verifier));
    if (code == EXIT_CODE_OK)
        code = check(&o, verifier);
    free(verifier);
    return code;
}

const struct verb verb_check = {"check", usage, command_check};
