/* noncrypto keygen: makes key files, and the public key of a secret one. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <noncrypto/memory.h>

#include "command.h"
#include "files.h"
#include "keys.h"
#include "passphrase.h"

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
    const char *what, *name, *passphrase_file;
    int passphrase, force;
    uint64_t memory_mib, passes;
};

static int parse_options(struct keygen_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"passphrase", no_argument, NULL, 'p'},   {"passphrase-file", required_argument, NULL, 'P'},
        {"force", no_argument, NULL, 'f'},        {"memory", required_argument, NULL, 'm'},
        {"passes", required_argument, NULL, 't'}, {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "p", known, NULL)) != -1;) {
        if (c == 'p' || c == 'P')
            o->passphrase = 1;
        if (c == 'P')
            o->passphrase_file = optarg;
        else if (c == 'f')
            o->force = 1;
        else if ((c == 'm' && (parse_number(optarg, &o->memory_mib) != 0 || o->memory_mib < 1 ||
                               o->memory_mib > KDF_MEMORY_KIB_MAX >> 10)) ||
                 (c == 't' && (parse_number(optarg, &o->passes) != 0 || o->passes < 1 ||
                               o->passes > KDF_PASSES_MAX)) ||
                 c == '?')
            return complain_usage();
    }
    if (argc - optind != 2)
        return complain_usage();
    o->what = argv[optind];
    o->name = argv[optind + 1];
    return EXIT_CODE_OK;
}

/* Writes a key file under NAME, or NAME.pub for a public key. */
static int write_key(const struct keygen_options *o, const struct key *key)
{
    int secret = key_kind_is_secret(key->kind);
    char text[ARMOR_TEXT_MAX], *name = NULL;
    struct output output;
    int code = EXIT_CODE_IO;

    if (asprintf(&name, "%s%s", o->name, secret ? "" : ".pub") < 0)
        return EXIT_CODE_IO;
    size_t len = key_format(text, key);
    if (output_open(&output, name, o->force, secret ? 0600 : 0666) == 0) {
        if (file_write(output.fd, text, len) != 0) {
            complain("%s: %s", name, strerror(errno));
            output_abort(&output);
        } else if (output_commit(&output) == 0) {
            code = EXIT_CODE_OK;
        }
    }
    noncrypto_wipe(text, sizeof text);
    free(name);
    return code;
}

/* Whether a file is in the way, which is better known before the first of two is written. */
static int in_the_way(const struct keygen_options *o, const char *ending)
{
    char *name = NULL;
    int there =
        !o->force && asprintf(&name, "%s%s", o->name, ending) >= 0 && access(name, F_OK) == 0;

    if (there)
        complain("%s: it exists; --force replaces it", name);
    free(name);
    return there;
}

static int lock(const struct keygen_options *o, struct key *key)
{
    struct passphrase passphrase;
    int code = passphrase_get(&passphrase, o->passphrase_file, "passphrase for the key file", 1);

    if (code != EXIT_CODE_OK)
        return code;
    key->kdf.memory_kib = (uint32_t)o->memory_mib << 10;
    key->kdf.passes = (uint32_t)o->passes;
    key->kdf.lanes = KDF_LANES_DEFAULT;
    const char *wrong = NULL;
    if (system_random(key->kdf.salt, sizeof key->kdf.salt) != 0 ||
        system_random(key->nonce, sizeof key->nonce) != 0)
        code = EXIT_CODE_IO;
    else
        wrong = key_lock(key, passphrase.text, passphrase.len);
    noncrypto_wipe(&passphrase, sizeof passphrase);
    if (wrong) {
        complain("%s", wrong);
        code = EXIT_CODE_IO;
    }
    return code;
}

/* Prints the id and writes the files. `named` is the key that the id is of. */
static int finish(const struct keygen_options *o, struct key *secret, const struct key *public_key)
{
    const struct key *named = public_key ? public_key : secret;
    uint8_t id[KEY_ID_LEN];
    int code = EXIT_CODE_OK;

    if (in_the_way(o, "") || (public_key && in_the_way(o, ".pub")))
        return EXIT_CODE_IO;
    key_id(id, named);
    if (o->passphrase)
        code = lock(o, secret);
    if (code == EXIT_CODE_OK)
        code = write_key(o, secret);
    if (code == EXIT_CODE_OK && public_key)
        code = write_key(o, public_key);
    if (code == EXIT_CODE_OK) {
        print_hex(id, sizeof id);
        putchar('\n');
    }
    return code;
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
            code = finish(o, &secret, kind == KEY_SYMMETRIC ? NULL : &public_key);
    }
    noncrypto_wipe(&secret, sizeof secret);
    return code;
}

static int make_public(const struct keygen_options *o)
{
    struct key secret, public_key;
    int code = keys_read(&secret, o->name);

    if (code == EXIT_CODE_OK && secret.locked)
        code = keys_read_kind(&secret, o->name, secret.kind, o->passphrase_file, 0);
    if (code != EXIT_CODE_OK)
        return code;
    const char *wrong = key_make_public(&public_key, &secret);
    noncrypto_wipe(&secret, sizeof secret);
    if (wrong) {
        complain("%s: %s", o->name, wrong);
        return EXIT_CODE_IO;
    }
    code = write_key(o, &public_key);
    if (code == EXIT_CODE_OK) {
        keys_print_id(&public_key);
        putchar('\n');
    }
    return code;
}

static int command_keygen(int argc, char **argv)
{
    struct keygen_options o = {.memory_mib = KDF_MEMORY_KIB_DEFAULT >> 10,
                               .passes = KDF_PASSES_DEFAULT};
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
