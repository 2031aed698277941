/* noncrypto open: decrypts a sealed file. */
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

#define KEYS_MAX 16

static const char usage[] =
    "[-p] [-k KEYFILE]... [-i SECRETKEY]... [-o OUT] [--force] [FILE]\n"
    "\n"
    "Decrypts FILE, or standard input, which noncrypto seal made. Without -p, -k and -i, the\n"
    "passphrase is asked for.\n"
    "  -p, --passphrase            ask for a passphrase\n"
    "      --passphrase-file FILE  the passphrase is the first line of FILE ('-': standard\n"
    "                              input, 'fd:N': descriptor N); it also unlocks key files\n"
    "  -k, --key KEYFILE           a symmetric key\n"
    "  -i, --identity SECRETKEY    a sealing-secret key\n"
    "  -o, --output OUT            where to write ('-': standard output); without it, FILE less\n"
    "                              '.sealed', or standard output where the input is standard "
    "input\n"
    "      --force                 replace OUT if it exists\n"
    "      --allow-expensive       permit passphrase parameters above 1 GiB or 16 passes\n"
    "  -q, --quiet                 do not show how far it is\n"
    "\n"
    "OUT gets its name when all of the file was found to be right, before that nothing is there.\n"
    "On standard output each 64 KiB appear when they were found to be right: only the exit status\n"
    "says that the end was there, and nothing should be done with the output before.\n"
    "\n"
    "Exit status: 0 done; 1 wrong key or passphrase, or the file was changed or cut off; 2 wrong\n"
    "command line; 3 something cannot be read or written.\n";

struct open_options {
    const char *in, *out, *passphrase_file;
    int passphrase, force, quiet, allow_expensive;
    struct {
        const char *name;
        enum key_kind kind;
    } files[KEYS_MAX];
    size_t nkeys;
    struct key keys[KEYS_MAX];
    struct passphrase text;
};

static int add_file(struct open_options *o, const char *name, enum key_kind kind)
{
    if (o->nkeys == KEYS_MAX) {
        complain("there are at most %d keys", KEYS_MAX);
        return EXIT_CODE_USAGE;
    }
    o->files[o->nkeys].name = name;
    o->files[o->nkeys++].kind = kind;
    return EXIT_CODE_OK;
}

static int parse_options(struct open_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"passphrase", no_argument, NULL, 'p'},
        {"passphrase-file", required_argument, NULL, 'P'},
        {"key", required_argument, NULL, 'k'},
        {"identity", required_argument, NULL, 'i'},
        {"output", required_argument, NULL, 'o'},
        {"force", no_argument, NULL, 'f'},
        {"allow-expensive", no_argument, NULL, 'x'},
        {"quiet", no_argument, NULL, 'q'},
        {NULL, 0, NULL, 0},
    };
    int code = EXIT_CODE_OK;

    for (int c;
         code == EXIT_CODE_OK && (c = getopt_long(argc, argv, "pk:i:o:q", known, NULL)) != -1;) {
        switch (c) {
        case 'P':
            o->passphrase_file = optarg;
            break;
        case 'p':
            o->passphrase = 1;
            break;
        case 'k':
            code = add_file(o, optarg, KEY_SYMMETRIC);
            break;
        case 'i':
            code = add_file(o, optarg, KEY_SEALING_SECRET);
            break;
        case 'o':
            o->out = optarg;
            break;
        case 'f':
            o->force = 1;
            break;
        case 'x':
            o->allow_expensive = 1;
            break;
        case 'q':
            o->quiet = 1;
            break;
        default:
            return complain_usage();
        }
    }
    if (code != EXIT_CODE_OK)
        return code;
    o->in = optind < argc ? argv[optind] : "-";
    if (argc - optind > 1 ||
        (o->passphrase_file && strcmp(o->passphrase_file, "-") == 0 && strcmp(o->in, "-") == 0))
        return complain_usage();
    if (o->nkeys == 0)
        o->passphrase = 1;
    return EXIT_CODE_OK;
}

/* Reads the header from `in` into `bytes`. */
static int read_header(struct end in, uint8_t *bytes, struct sealed_header *header)
{
    const char *wrong = NULL;
    size_t len = 0;
    ssize_t n = file_read(in.fd, bytes, SEALED_START_LEN), more = 0;

    if (n == SEALED_START_LEN)
        wrong = sealed_start_parse(bytes, &len);
    else if (n >= 0)
        wrong = "it is too short for a sealed file";
    if (n >= 0 && !wrong)
        more = file_read(in.fd, bytes + n, len - (size_t)n);
    if (n < 0 || more < 0) {
        complain("%s: %s", in.name, strerror(errno));
        return EXIT_CODE_IO;
    }
    if (!wrong)
        wrong = sealed_header_parse(header, bytes, (size_t)(n + more));
    if (wrong)
        complain("%s: %s", in.name, wrong);
    return wrong ? EXIT_CODE_MISMATCH : EXIT_CODE_OK;
}

/* Refuses what is expensive, and gets the passphrase if the header has a use for one. */
static int get_passphrase(struct open_options *o, const struct sealed_header *header,
                          struct sealed_opener *opener)
{
    const struct kdf *kdf = NULL;

    for (size_t i = 0; i < header->nstanzas; i++)
        if (header->stanzas[i].type == SEALED_PASSPHRASE)
            kdf = &header->stanzas[i].kdf;
    if (!kdf) {
        if (o->nkeys > 0)
            return EXIT_CODE_OK;
        complain("%s: it was not sealed with a passphrase; see -k and -i", o->in);
        return EXIT_CODE_MISMATCH;
    }
    if (!o->allow_expensive && kdf_is_expensive(kdf)) {
        complain("%s: its passphrase parameters need %u MiB and %u passes; --allow-expensive "
                 "permits that",
                 o->in, (unsigned)(kdf->memory_kib >> 10), (unsigned)kdf->passes);
        return EXIT_CODE_IO;
    }
    int code = passphrase_get(&o->text, o->passphrase_file, "passphrase", 0);
    opener->passphrase = o->text.text;
    opener->passphrase_len = o->text.len;
    return code;
}

static int find_key(struct open_options *o, const struct sealed_header *header,
                    uint8_t key[KDF_KEY_LEN])
{
    struct sealed_opener opener = {.keys = o->keys, .nkeys = o->nkeys};
    int mismatch = 0;
    int code = o->passphrase ? get_passphrase(o, header, &opener) : EXIT_CODE_OK;

    if (code != EXIT_CODE_OK)
        return code;
    const char *wrong = sealed_header_open(key, header, &opener, &mismatch);
    if (wrong)
        complain("%s: %s", o->in, wrong);
    return !wrong ? EXIT_CODE_OK : mismatch ? EXIT_CODE_MISMATCH : EXIT_CODE_IO;
}

/* FILE less ".sealed"; to be freed. NULL after a message. */
static char *output_name(const struct open_options *o)
{
    static const char ending[] = ".sealed";
    size_t len = strlen(o->in);

    if (o->out || strcmp(o->in, "-") == 0)
        return strdup(o->out ? o->out : "-");
    if (len < sizeof ending || strcmp(o->in + len - (sizeof ending - 1), ending) != 0 ||
        o->in[len - sizeof ending] == '/') {
        complain("%s: its name does not end in '%s'; see -o", o->in, ending);
        return NULL;
    }
    return strndup(o->in, len - (sizeof ending - 1));
}

static int open_file(struct open_options *o, struct end in)
{
    static uint8_t bytes[SEALED_HEADER_MAX];
    uint8_t key[KDF_KEY_LEN];
    struct sealed_header header;
    struct output output;
    struct progress progress;
    int code = read_header(in, bytes, &header);

    if (code == EXIT_CODE_OK)
        code = find_key(o, &header, key);
    char *out = code == EXIT_CODE_OK ? output_name(o) : NULL;
    if (code == EXIT_CODE_OK && (!out || output_open(&output, out, o->force, 0600) != 0))
        code = EXIT_CODE_IO;
    if (code == EXIT_CODE_OK) {
        progress_start(&progress, in.name, in.fd, o->quiet);
        code = payload_open(in, (struct end){output.fd, out}, key, &progress);
        if (code != EXIT_CODE_OK)
            output_abort(&output);
        else if (output_commit(&output) != 0)
            code = EXIT_CODE_IO;
    }
    noncrypto_wipe(key, sizeof key);
    free(out);
    return code;
}

static int command_open(int argc, char **argv)
{
    static struct open_options options; /* keys are large */
    struct open_options *o = &options;
    int code = parse_options(o, argc, argv);

    for (size_t i = 0; i < o->nkeys && code == EXIT_CODE_OK; i++)
        code = keys_read_kind(&o->keys[i], o->files[i].name, o->files[i].kind, o->passphrase_file,
                              o->allow_expensive);
    if (code == EXIT_CODE_OK) {
        struct end in = {file_open(o->in), o->in};
        code = in.fd < 0 ? EXIT_CODE_IO : open_file(o, in);
        file_close(in.fd);
    }
    noncrypto_wipe(o, sizeof *o);
    return code;
}

const struct verb verb_open = {"open", usage, command_open};
