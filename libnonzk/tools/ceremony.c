/* nonzk ceremony: both phases, with files of snarkjs. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <files.h>
#include <noncrypto/memory.h>

#include "fields.h"
#include "hex.h"
#include "nonzk.h"
#include "powers.h"

static const char usage[] =
    "new | contribute | beacon | prepare | begin | verify ...\n"
    "       nonzk ceremony new --power N -o PTAU\n"
    "       nonzk ceremony contribute [--name TEXT] -o OUT FILE\n"
    "       nonzk ceremony beacon --value HEX --iterations LOG [--name TEXT] -o OUT FILE\n"
    "       nonzk ceremony prepare -o OUT PTAU\n"
    "       nonzk ceremony begin [--r1cs FILE] -o ZKEY PTAU\n"
    "       nonzk ceremony verify PTAU\n"
    "       nonzk ceremony verify [--r1cs FILE] --ptau PTAU ZKEY\n"
    "\n"
    "The ceremony that makes a proving key, with files that snarkjs goes on with: in its first "
    "phase\n"
    "(.ptau) for all circuits of up to 2^N constraints and inputs, in its second (.zkey) for one.\n"
    "  new         begins the first phase; the attestation circuit needs --power 12\n"
    "  contribute  multiplies in a secret that is forgotten at once; FILE is of either phase. "
    "Prints\n"
    "              the hash of the contribution, which its party publishes\n"
    "  beacon      the last contribution of a phase, whose secret is HEX, a value that nobody "
    "knew\n"
    "              before, after 2^LOG hashes, LOG from 10 to 30\n"
    "  prepare     makes of the first phase what the second begins with\n"
    "  begin       begins the second phase, for FILE or without it for the attestation circuit\n"
    "  verify      every contribution of a phase; for the second one, what it began with is "
    "computed\n"
    "              anew from the circuit and PTAU, which is to be verified by itself\n"
    "      --name TEXT  of the contribution, at most 64 bytes\n"
    "      --force      replace OUT if it exists\n"
    "      --json       print a JSON object\n"
    "\n"
    "Exit status: 0 done, or all is right; 1 something in the file is wrong; 2 wrong command line, "
    "or\n"
    "something cannot be read or written.\n";

struct ceremony_options {
    const char *power, *name, *value, *iterations, *out, *r1cs, *ptau, *file;
    int force, json, nfiles;
};

/* A file of either phase. */
struct transcript {
    int is_powers;
    struct powers powers;
    struct proving proving;
};

static int parse_options(struct ceremony_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"power", required_argument, NULL, 'w'},  {"name", required_argument, NULL, 'n'},
        {"value", required_argument, NULL, 'v'},  {"iterations", required_argument, NULL, 'l'},
        {"output", required_argument, NULL, 'o'}, {"r1cs", required_argument, NULL, 'r'},
        {"ptau", required_argument, NULL, 'p'},   {"force", no_argument, NULL, 'f'},
        {"json", no_argument, NULL, 'j'},         {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "o:", known, NULL)) != -1;) {
        const char **text = c == 'w'   ? &o->power
                            : c == 'n' ? &o->name
                            : c == 'v' ? &o->value
                            : c == 'l' ? &o->iterations
                            : c == 'o' ? &o->out
                            : c == 'r' ? &o->r1cs
                            : c == 'p' ? &o->ptau
                                       : NULL;
        if (text)
            *text = optarg;
        else if (c == 'f')
            o->force = 1;
        else if (c == 'j')
            o->json = 1;
        else
            return complain_usage();
    }
    o->nfiles = argc - optind;
    o->file = o->nfiles == 1 ? argv[optind] : NULL;
    return EXIT_CODE_OK;
}

static void transcript_end(struct transcript *t)
{
    powers_end(&t->powers);
    proving_end(&t->proving);
}

/* If the file is refused, the code is EXIT_CODE_MISMATCH and there is no message. */
static int transcript_parse(struct transcript *t, const char *name, struct refusal *refusal)
{
    struct content content;
    int code = load(&content, name);

    if (code != EXIT_CODE_OK)
        return code;
    t->is_powers = content.len >= 4 && memcmp(content.bytes, "ptau", 4) == 0;
    if (!t->is_powers && (content.len < 4 || memcmp(content.bytes, "zkey", 4) != 0)) {
        complain("%s: it is neither powers of tau nor a proving key", name);
        code = EXIT_CODE_IO;
    } else {
        code = t->is_powers ? powers_parse(&t->powers, name, &content, refusal)
                            : proving_parse(&t->proving, name, &content, refusal);
    }
    load_free(&content);
    return code;
}

static int transcript_read(struct transcript *t, const char *name)
{
    struct refusal refusal;
    int code = transcript_parse(t, name, &refusal);

    return code == EXIT_CODE_MISMATCH ? refusal_complain(name, &refusal) : code;
}

static int read_powers(struct transcript *t, const char *name)
{
    int code = transcript_read(t, name);

    if (code == EXIT_CODE_OK && !t->is_powers) {
        complain("%s: powers of tau are needed here", name);
        code = EXIT_CODE_IO;
    }
    return code;
}

static int contribute(const struct ceremony_options *o,
                      const struct nonzk_contribution *contribution)
{
    struct transcript old = {.is_powers = 0}, t = {.is_powers = 0};
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    struct fields f = {.json = o->json};
    int code = transcript_read(&old, o->file);

    if (code == EXIT_CODE_OK)
        code = old.is_powers
                   ? powers_contribute(&t.powers, &old.powers, o->file, contribution, hash)
                   : proving_contribute(&t.proving, &old.proving, o->file, contribution, hash);
    if (code == EXIT_CODE_OK)
        code = old.is_powers ? powers_save(&t.powers, o->out, o->force)
                             : proving_save(&t.proving, o->out, o->force);
    if (code == EXIT_CODE_OK && strcmp(o->out, "-") != 0) {
        field_number(&f, "contributions",
                     old.is_powers ? t.powers.ptau.ncontributions : t.proving.key.ncontributions);
        field_hex(&f, "hash", hash, sizeof hash);
        fields_end(&f);
    }
    transcript_end(&old);
    transcript_end(&t);
    return code;
}

static int do_contribute(const struct ceremony_options *o)
{
    const char *name = o->name ? o->name : "";
    uint8_t random[NONZK_CONTRIBUTION_RANDOM_LEN];
    const struct nonzk_contribution contribution = {
        .name = name, .name_len = strlen(name), .random = random};

    if (!o->out || !o->file || o->value || o->iterations || o->ptau || o->r1cs)
        return complain_usage();
    if (system_random(random, sizeof random) != 0)
        return EXIT_CODE_IO;
    int code = contribute(o, &contribution);
    noncrypto_wipe(random, sizeof random);
    return code;
}

static int do_beacon(const struct ceremony_options *o)
{
    const char *name = o->name ? o->name : "";
    uint8_t beacon[NONZK_BEACON_MAX_LEN];
    uint32_t iterations;

    if (!o->out || !o->file || !o->value || !o->iterations || o->ptau || o->r1cs)
        return complain_usage();
    size_t len = strlen(o->value) / 2;
    if (len == 0 || len > sizeof beacon || parse_hex(beacon, len, o->value) != 0) {
        complain("'%s' is not 1 to %d bytes in hexadecimal", o->value, NONZK_BEACON_MAX_LEN);
        return EXIT_CODE_USAGE;
    }
    if (parse_u32(o->iterations, &iterations) != 0 || iterations < NONZK_BEACON_MIN_LOG ||
        iterations > NONZK_BEACON_MAX_LOG) {
        complain("'%s' is not a number from %d to %d", o->iterations, NONZK_BEACON_MIN_LOG,
                 NONZK_BEACON_MAX_LOG);
        return EXIT_CODE_USAGE;
    }
    const struct nonzk_contribution contribution = {.name = name,
                                                    .name_len = strlen(name),
                                                    .beacon = beacon,
                                                    .beacon_len = len,
                                                    .log_iterations = iterations};
    return contribute(o, &contribution);
}

static int do_new(const struct ceremony_options *o)
{
    struct powers p = {.memory = NULL};
    uint32_t power;

    if (!o->power || !o->out || o->nfiles != 0)
        return complain_usage();
    if (parse_u32(o->power, &power) != 0 || power < 1 || power > NONZK_PTAU_MAX_POWER) {
        complain("'%s' is not a number from 1 to %d", o->power, NONZK_PTAU_MAX_POWER);
        return EXIT_CODE_USAGE;
    }
    int code = powers_new(&p, power);
    if (code == EXIT_CODE_OK)
        code = powers_save(&p, o->out, o->force);
    powers_end(&p);
    return code;
}

static int do_prepare(const struct ceremony_options *o)
{
    struct transcript old = {.is_powers = 0};
    struct powers p = {.memory = NULL};

    if (!o->out || !o->file)
        return complain_usage();
    int code = read_powers(&old, o->file);
    if (code == EXIT_CODE_OK)
        code = powers_prepare(&p, &old.powers, o->file);
    if (code == EXIT_CODE_OK)
        code = powers_save(&p, o->out, o->force);
    powers_end(&p);
    transcript_end(&old);
    return code;
}

/* What the second phase begins with, from the circuit and the powers in a file. */
static int begin(struct proving *key, const struct ceremony_options *o, const char *ptau)
{
    struct transcript t = {.is_powers = 0};
    struct recorded r = {.memory = NULL};
    int code = read_powers(&t, ptau);

    if (code == EXIT_CODE_OK)
        code = o->r1cs ? record_file(&r, o->r1cs) : record_attestation(&r);
    if (code == EXIT_CODE_OK)
        code = powers_begin(key, &t.powers, &r.cs);
    recorded_end(&r);
    transcript_end(&t);
    return code;
}

static int do_begin(const struct ceremony_options *o)
{
    struct proving key = {.memory = NULL};

    if (!o->out || !o->file)
        return complain_usage();
    int code = begin(&key, o, o->file);
    if (code == EXIT_CODE_OK)
        code = proving_save(&key, o->out, o->force);
    proving_end(&key);
    return code;
}

static int verify_key(const struct ceremony_options *o, const struct proving *p,
                      struct refusal *refusal)
{
    struct proving initial = {.memory = NULL};
    int code = begin(&initial, o, o->ptau);

    if (code == EXIT_CODE_OK)
        code = proving_verify(p, &initial, refusal);
    proving_end(&initial);
    return code;
}

static void print_verdict(const struct ceremony_options *o, const struct transcript *t,
                          const struct refusal *refusal)
{
    struct fields f = {.json = o->json};
    char step[REFUSAL_STEP_LEN];

    field_truth(&f, "valid", refusal->result == 0);
    if (refusal->result != 0) {
        refusal_step(step, refusal);
        field_text(&f, "step", step);
        field_text(&f, "reason",
                   refusal->result == NONZK_E_KEY ? "it does not follow from what was before"
                                                  : nonzk_strerror(refusal->result));
    } else {
        field_number(&f, "contributions",
                     t->is_powers ? t->powers.ptau.ncontributions : t->proving.key.ncontributions);
    }
    fields_end(&f);
}

static int do_verify(const struct ceremony_options *o)
{
    struct transcript t = {.is_powers = 0};
    struct refusal refusal = {.result = 0};

    if (!o->file || o->out)
        return complain_usage();
    int code = transcript_parse(&t, o->file, &refusal);
    if (code != EXIT_CODE_IO && t.is_powers != !o->ptau) {
        complain("%s: powers of tau are verified by themselves, a proving key with --ptau",
                 o->file);
        code = EXIT_CODE_USAGE;
    }
    if (code == EXIT_CODE_OK)
        code =
            t.is_powers ? powers_verify(&t.powers, &refusal) : verify_key(o, &t.proving, &refusal);
    if (code == EXIT_CODE_OK && refusal.result != 0)
        code = EXIT_CODE_MISMATCH;
    if (code == EXIT_CODE_OK || code == EXIT_CODE_MISMATCH)
        print_verdict(o, &t, &refusal);
    transcript_end(&t);
    return code;
}

static int command_ceremony(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const struct ceremony_options *o);
    } actions[] = {{"new", do_new},         {"contribute", do_contribute}, {"beacon", do_beacon},
                   {"prepare", do_prepare}, {"begin", do_begin},           {"verify", do_verify}};
    struct ceremony_options o = {.name = NULL};

    if (argc < 2)
        return complain_usage();
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        int code = parse_options(&o, argc - 1, argv + 1);
        return code == EXIT_CODE_OK ? actions[i].run(&o) : code;
    }
    complain("'%s' is no part of a ceremony", argv[1]);
    return complain_usage();
}

const struct verb verb_ceremony = {"ceremony", usage, command_ceremony};
