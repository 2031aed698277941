/* noncrypto keygen: makes key files, and the public key of a secret one. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <noncrypto/memory.h>

#include "command.h"
#include "files.h"
#include "keys_make.h"

static const char usage[] =
    "[-p] [--force] symmetric | sealing | signing | public NAME\n"
    "\n"
    "Makes a key.\n"
    "  symmetric   for seal -k and open -k: writes NAME\n"
    "  sealing     for seal -r and open -i, X-Wing: writes NAME and NAME.pub\n"
    "  signing     for sign and verify, ML-DSA-65 with Ed25519: writes NAME and NAME.pub\n"
    "  public      writes NAME.pub again, from NAME\n"
    "Options:\n"
    "  -p, --passphrase            lock NAME with a passphrase, which is asked for twice\n"
    "      --passphrase-file FILE  the same, the passphrase being the first line of FILE\n"
    "                              ('-': standard input, 'fd:N': descriptor N)\n"
    "      --force                 replace files that exist\n"
    "      --memory MIB            memory that trying a passphrase costs, default 256\n"
    "      --passes N              passes over it, default 3\n"
    "Prints the key id, by which files name the key. NAME can be read by its owner alone.\n"
    "\n"
    "Exit status: 0 done; 1 wrong passphrase; 2 wrong command line; 3 something cannot be read or\n"
    "written.\n";

struct keygen_options {
    const char *what;
    struct key_files files;
};

static int parse_options(struct keygen_options *o, int argc, char **argv)
{
    static const struct option known[] = {KEY_FILES_OPTIONS, {NULL, 0, NULL, 0}};

    for (int c; (c = getopt_long(argc, argv, "p", known, NULL)) != -1;) {
        if (keys_make_option(&o->files, c, optarg) != 0)
            return complain_usage();
    }
    if (argc - optind != 2)
        return complain_usage();
    o->what = argv[optind];
    o->files.name = argv[optind + 1];
    return EXIT_CODE_OK;
}

static int make_key(const struct keygen_options *o, enum key_kind kind)
{
    struct key secret = {.kind = kind, .len = key_kind_len(kind)}, public_key;
    const char *wrong = NULL;
    int code = EXIT_CODE_IO;

    if (system_random(secret.bytes, secret.len) == 0) {
        if (kind != KEY_SYMMETRIC)
            wrong = key_make_public(&public_key, &secret);
        if (wrong)
            complain("%s", wrong);
        else
            code = keys_finish(&o->files, &secret, kind == KEY_SYMMETRIC ? NULL : &public_key);
    }
    noncrypto_wipe(&secret, sizeof secret);
    return code;
}

static int make_public(const struct keygen_options *o)
{
    struct key secret, public_key;
    int code = keys_read(&secret, o->files.name);

    if (code == EXIT_CODE_OK && secret.locked)
        code = keys_read_kind(&secret, o->files.name, secret.kind, o->files.passphrase_file, 0);
    if (code != EXIT_CODE_OK)
        return code;
    const char *wrong = key_make_public(&public_key, &secret);
    noncrypto_wipe(&secret, sizeof secret);
    if (wrong) {
        complain("%s: %s", o->files.name, wrong);
        return EXIT_CODE_IO;
    }
    code = keys_write(&o->files, &public_key);
    if (code == EXIT_CODE_OK) {
        keys_print_id(&public_key);
        putchar('\n');
    }
    return code;
}

static int command_keygen(int argc, char **argv)
{
    struct keygen_options o = {.files = KEY_FILES_DEFAULTS};
    int code = parse_options(&o, argc, argv);

    if (code != EXIT_CODE_OK)
        return code;
    if (strcmp(o.what, "symmetric") == 0)
        return make_key(&o, KEY_SYMMETRIC);
    if (strcmp(o.what, "sealing") == 0)
        return make_key(&o, KEY_SEALING_SECRET);
    if (strcmp(o.what, "signing") == 0)
        return make_key(&o, KEY_SIGNING_SECRET);
    if (strcmp(o.what, "public") == 0)
        return make_public(&o);
    complain("'%s' is not a kind of key", o.what);
    return complain_usage();
}

const struct verb verb_keygen = {"keygen", usage, command_keygen};
