/* noncrypto seal: encrypts a file for passphrases, keys and public keys. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <noncrypto/memory.h>

#include "command.h"
#include "files.h"
#include "formats/sealed.h"
#include "keys.h"
#include "passphrase.h"
#include "payload.h"

static const char usage[] =
    "[-p] [-k KEYFILE]... [-r PUBLICKEY]... [-o OUT] [--force] [FILE]\n"
    "\n"
    "Encrypts FILE, or standard input, for one to sixteen recipients, each of whom can open it:\n"
    "  -p, --passphrase            whoever knows a passphrase, which is asked for twice\n"
    "      --passphrase-file FILE  the same, the passphrase being the first line of FILE\n"
    "                              ('-': standard input, 'fd:N': descriptor N)\n"
    "  -k, --key KEYFILE           whoever has this symmetric key\n"
    "  -r, --recipient PUBLICKEY   whoever has the secret key of this sealing-public key\n"
    "Options:\n"
    "  -o, --output OUT            where to write ('-': standard output); without it, "
    "FILE.sealed,\n"
    "                              or standard output where the input is standard input\n"
    "      --force                 replace OUT if it exists\n"
    "      --memory MIB            memory that trying a passphrase costs, default 256\n"
    "      --passes N              passes over it, default 3\n"
    "  -q, --quiet                 do not show how far it is\n"
    "\n"
    "Exit status: 0 done; 2 wrong command line; 3 something cannot be read or written.\n";

struct seal_options {
    const char *in, *out, *passphrase_file;
    int passphrase, force, quiet;
    uint64_t memory_mib, passes;
    size_t nrecipients;
    struct sealed_recipient recipients[SEALED_RECIPIENTS_MAX];
    struct key keys[SEALED_RECIPIENTS_MAX];
    struct passphrase text;
};

/* Adds a recipient with a key file. */
static int add_key(struct seal_options *o, const char *name, enum key_kind kind,
                   enum sealed_type type)
{
    struct sealed_recipient *r = &o->recipients[o->nrecipients];
    struct key *key = &o->keys[o->nrecipients];

    if (o->nrecipients == SEALED_RECIPIENTS_MAX) {
        complain("a file has at most %d recipients", SEALED_RECIPIENTS_MAX);
        return EXIT_CODE_USAGE;
    }
    int code = keys_read_kind(key, name, kind, NULL, 0);
    if (code == EXIT_CODE_OK) {
        *r = (struct sealed_recipient){.type = type, .key = key};
        o->nrecipients++;
    }
    return code;
}

static int add_passphrase(struct seal_options *o)
{
    struct sealed_recipient *r = &o->recipients[o->nrecipients];

    if (o->nrecipients == SEALED_RECIPIENTS_MAX) {
        complain("a file has at most %d recipients", SEALED_RECIPIENTS_MAX);
        return EXIT_CODE_USAGE;
    }
    int code = passphrase_get(&o->text, o->passphrase_file, "passphrase", 1);
    if (code != EXIT_CODE_OK)
        return code;
    *r = (struct sealed_recipient){
        .type = SEALED_PASSPHRASE, .passphrase = o->text.text, .passphrase_len = o->text.len};
    r->kdf.memory_kib = (uint32_t)o->memory_mib << 10;
    r->kdf.passes = (uint32_t)o->passes;
    r->kdf.lanes = KDF_LANES_DEFAULT;
    o->nrecipients++;
    return EXIT_CODE_OK;
}

static int parse_options(struct seal_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"passphrase", no_argument, NULL, 'p'},   {"passphrase-file", required_argument, NULL, 'P'},
        {"key", required_argument, NULL, 'k'},    {"recipient", required_argument, NULL, 'r'},
        {"output", required_argument, NULL, 'o'}, {"force", no_argument, NULL, 'f'},
        {"memory", required_argument, NULL, 'm'}, {"passes", required_argument, NULL, 't'},
        {"quiet", no_argument, NULL, 'q'},        {NULL, 0, NULL, 0},
    };
    int code = EXIT_CODE_OK;

    for (int c;
         code == EXIT_CODE_OK && (c = getopt_long(argc, argv, "pk:r:o:q", known, NULL)) != -1;) {
        switch (c) {
        case 'P':
            o->passphrase_file = optarg; /* fallthrough */
        case 'p':
            o->passphrase = 1;
            break;
        case 'k':
            code = add_key(o, optarg, KEY_SYMMETRIC, SEALED_KEY);
            break;
        case 'r':
            code = add_key(o, optarg, KEY_SEALING_PUBLIC, SEALED_XWING);
            break;
        case 'o':
            o->out = optarg;
            break;
        case 'f':
            o->force = 1;
            break;
        case 'q':
            o->quiet = 1;
            break;
        case 'm':
            if (parse_number(optarg, &o->memory_mib) != 0 || o->memory_mib < 1 ||
                o->memory_mib > KDF_MEMORY_KIB_MAX >> 10) {
                complain("'%s' is not a number of MiB from 1 to %u", optarg,
                         (unsigned)(KDF_MEMORY_KIB_MAX >> 10));
                return EXIT_CODE_USAGE;
            }
            break;
        case 't':
            if (parse_number(optarg, &o->passes) != 0 || o->passes < 1 ||
                o->passes > KDF_PASSES_MAX) {
                complain("'%s' is not a number of passes from 1 to %d", optarg, KDF_PASSES_MAX);
                return EXIT_CODE_USAGE;
            }
            break;
        default:
            return complain_usage();
        }
    }
    if (code != EXIT_CODE_OK)
        return code;
    o->in = optind < argc ? argv[optind] : "-";
    if (argc - optind > 1 || (o->nrecipients == 0 && !o->passphrase) ||
        (o->passphrase_file && strcmp(o->passphrase_file, "-") == 0 && strcmp(o->in, "-") == 0))
        return complain_usage();
    return EXIT_CODE_OK;
}

/* Draws all random bytes of the header; then makes it. */
static int make_header(struct seal_options *o, uint8_t *header, size_t *len,
                       uint8_t key[KDF_KEY_LEN])
{
    uint8_t random[SEALED_SALT_LEN + KDF_KEY_LEN];
    int failed = system_random(random, sizeof random);

    for (size_t i = 0; i < o->nrecipients && !failed; i++) {
        struct sealed_recipient *r = &o->recipients[i];
        failed = system_random(r->random, sizeof r->random) != 0 ||
                 system_random(r->nonce, sizeof r->nonce) != 0 ||
                 system_random(r->kdf.salt, sizeof r->kdf.salt) != 0;
    }
    const char *wrong =
        failed ? NULL : sealed_header_make(header, len, key, o->recipients, o->nrecipients, random);
    if (wrong)
        complain("%s", wrong);
    noncrypto_wipe(random, sizeof random);
    return failed || wrong ? EXIT_CODE_IO : EXIT_CODE_OK;
}

static int seal_file(struct seal_options *o, struct end in, const char *out)
{
    static uint8_t header[SEALED_HEADER_MAX];
    uint8_t key[KDF_KEY_LEN];
    struct output output;
    struct progress progress;
    size_t len;

    if (output_open(&output, out, o->force, 0666) != 0)
        return EXIT_CODE_IO;
    int code = make_header(o, header, &len, key);
    if (code == EXIT_CODE_OK && file_write(output.fd, header, len) != 0) {
        complain("%s: %s", out, strerror(errno));
        code = EXIT_CODE_IO;
    }
    if (code == EXIT_CODE_OK) {
        progress_start(&progress, in.name, in.fd, o->quiet);
        code = payload_seal(in, (struct end){output.fd, out}, key, &progress);
    }
    noncrypto_wipe(key, sizeof key);
    if (code != EXIT_CODE_OK)
        output_abort(&output);
    else if (output_commit(&output) != 0)
        code = EXIT_CODE_IO;
    return code;
}

/* FILE.sealed unless the command line says something else; to be freed. */
static char *output_name(const struct seal_options *o)
{
    char *name = NULL;

    if (o->out || strcmp(o->in, "-") == 0)
        return strdup(o->out ? o->out : "-");
    return asprintf(&name, "%s.sealed", o->in) < 0 ? NULL : name;
}

static int command_seal(int argc, char **argv)
{
    static struct seal_options options; /* keys are large */
    struct seal_options *o = &options;

    *o = (struct seal_options){.memory_mib = KDF_MEMORY_KIB_DEFAULT >> 10,
                               .passes = KDF_PASSES_DEFAULT};
    int code = parse_options(o, argc, argv);
    struct end in = {-1, o->in};
    if (code == EXIT_CODE_OK) {
        in.fd = file_open(in.name);
        code = in.fd < 0 ? EXIT_CODE_IO : EXIT_CODE_OK;
    }
    if (code == EXIT_CODE_OK && o->passphrase)
        code = add_passphrase(o);
    if (code == EXIT_CODE_OK) {
        char *out = output_name(o);
        code = out ? seal_file(o, in, out) : EXIT_CODE_IO;
        free(out);
    }
    file_close(in.fd);
    noncrypto_wipe(o, sizeof *o);
    return code;
}

const struct verb verb_seal = {"seal", usage, command_seal};
