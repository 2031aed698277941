/* nonzk authority: keys of authorities, and the set of them. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <files.h>
#include <keys_make.h>
#include <noncrypto/memory.h>

#include "fields.h"
#include "hex.h"
#include "nonzk.h"
#include "sets.h"

static const char usage[] =
    "keygen | create | add | revoke | root | list ...\n"
    "       nonzk authority keygen [-p] [--passphrase-file FILE] [--memory MIB] [--passes N]\n"
    "                              [--force] NAME\n"
    "       nonzk authority create [--epoch N] [--force] SET\n"
    "       nonzk authority add --allow MASK --expires EPOCH [--json] SET KEY\n"
    "       nonzk authority revoke [--json] SET PLACE|KEY\n"
    "       nonzk authority root [--json] SET\n"
    "       nonzk authority list [--json] SET\n"
    "\n"
    "  keygen   makes the key of an authority: writes NAME, which can be read by its owner alone,\n"
    "           and NAME.pub; -p locks NAME with a passphrase\n"
    "  create   makes an empty set, in epoch 0 or N\n"
    "  add      puts the public key KEY into the set; MASK (decimal, or hexadecimal after 0x) are\n"
    "           the capabilities that it may allow, EPOCH is the last one in which it may\n"
    "  revoke   takes an authority out of the set, by place or public key; the next epoch begins\n"
    "  root     prints the epoch, and the root that verifiers must know\n"
    "  list     prints the authorities, a line each\n"
    "      --json   print JSON objects, one a line\n"
    "\n"
    "Exit status: 0 done; 1 the set has such a key already, has no such authority, or is full;\n"
    "2 wrong command line, or something cannot be read or written.\n";

struct authority_options {
    struct key_files files; /* of keygen; `force` of create too */
    const char *allow, *expires, *epoch;
    int json;
    char **arguments;
    int narguments;
};

static int complain_result(const char *name, int result)
{
    complain("%s: %s", name,
             result == NONZK_E_NO_SPACE ? "there is no free place" : nonzk_strerror(result));
    return EXIT_CODE_MISMATCH;
}

/* ---- keys ---- */

static int make_secret(struct key *secret, struct key *public_key)
{
    uint8_t wide[NONZK_FR_WIDE_LEN];
    struct nonzk_fr scalar, key;

    if (system_random(wide, sizeof wide) != 0)
        return EXIT_CODE_IO;
    nonzk_fr_from_wide(&scalar, wide);
    nonzk_attestation_key(&key, &scalar);
    nonzk_fr_to_bytes(secret->bytes, &scalar);
    nonzk_fr_to_bytes(public_key->bytes, &key);
    noncrypto_wipe(wide, sizeof wide);
    noncrypto_wipe(&scalar, sizeof scalar);
    return EXIT_CODE_OK;
}

static int do_keygen(struct authority_options *o)
{
    struct key secret = {.kind = KEY_AUTHORITY_SECRET, .len = NONZK_FR_LEN};
    struct key public_key = {.kind = KEY_AUTHORITY_PUBLIC, .len = NONZK_FR_LEN};

    o->files.name = o->arguments[0];
    int code = make_secret(&secret, &public_key);
    if (code == EXIT_CODE_OK)
        code = keys_finish(&o->files, &secret, &public_key);
    noncrypto_wipe(&secret, sizeof secret);
    return code;
}

static int read_public(struct nonzk_fr *out, const char *name)
{
    struct key key;
    int code = keys_read_kind(&key, name, KEY_AUTHORITY_PUBLIC, NULL, 0);

    if (code == EXIT_CODE_OK && nonzk_fr_from_bytes(out, key.bytes) != 0) {
        complain("%s: the key is not below r", name);
        code = EXIT_CODE_IO;
    }
    return code;
}

/* ---- sets ---- */

static int do_create(struct authority_options *o)
{
    static struct nonzk_authority_set set;
    uint32_t epoch = 0;

    if (o->epoch && parse_u32(o->epoch, &epoch) != 0) {
        complain("'%s' is not an epoch", o->epoch);
        return EXIT_CODE_USAGE;
    }
    nonzk_authority_set_init(&set, epoch);
    return sets_write(o->arguments[0], &set, o->files.force);
}

static void print_authority(struct fields *f, const struct nonzk_authority_set *set, uint32_t place)
{
    const struct nonzk_authority *a = &set->places[place];
    uint8_t key[NONZK_FR_LEN];

    nonzk_fr_to_bytes(key, &a->key);
    if (!f->json) {
        printf("%4u  expires %-10u  allows 0x%016llx  key ", (unsigned)place, (unsigned)a->expiry,
               (unsigned long long)a->allowed);
        print_hex(key, sizeof key);
        putchar('\n');
        return;
    }
    field_number(f, "place", place);
    field_number(f, "expires", a->expiry);
    field_mask(f, "allowed", a->allowed);
    field_hex(f, "key", key, sizeof key);
    fields_end(f);
}

static void print_root(struct authorities *a, int json)
{
    struct fields f = {.json = json};
    uint8_t root[NONZK_FR_LEN];

    sets_tree(a, root);
    field_number(&f, "epoch", a->set.epoch);
    field_number(&f, "authorities", a->set.count);
    field_hex(&f, "root", root, sizeof root);
    fields_end(&f);
}

static int do_root(struct authority_options *o, struct authorities *a)
{
    print_root(a, o->json);
    return EXIT_CODE_OK;
}

static int do_list(struct authority_options *o, struct authorities *a)
{
    struct fields f = {.json = o->json};

    for (uint32_t i = 0; i < NONZK_AUTHORITY_MAX; i++) {
        if (!nonzk_fr_is_zero(&a->set.places[i].key))
            print_authority(&f, &a->set, i);
    }
    return EXIT_CODE_OK;
}

static int do_add(struct authority_options *o, struct authorities *a)
{
    struct nonzk_fr key;
    uint64_t allowed;
    uint32_t expiry, place;

    if (!o->allow || !o->expires)
        return complain_usage();
    if (parse_mask(o->allow, &allowed) != 0 || parse_u32(o->expires, &expiry) != 0) {
        complain("'%s' is not a mask of 64 bits, or '%s' is not an epoch", o->allow, o->expires);
        return EXIT_CODE_USAGE;
    }
    int code = read_public(&key, o->arguments[1]);
    if (code != EXIT_CODE_OK)
        return code;
    int result = nonzk_authority_add(&a->set, &place, &key, allowed, expiry);
    if (result != 0)
        return complain_result(o->arguments[1], result);
    code = sets_write(o->arguments[0], &a->set, 1);
    if (code == EXIT_CODE_OK)
        print_authority(&(struct fields){.json = o->json}, &a->set, place);
    return code;
}

/* A place by its number, or by the public key in a file. */
static int find_place(uint32_t *place, const struct authorities *a, const char *which)
{
    struct nonzk_fr key;

    if (parse_u32(which, place) == 0)
        return EXIT_CODE_OK;
    int code = read_public(&key, which);
    if (code != EXIT_CODE_OK)
        return code;
    int result = nonzk_authority_find(&a->set, place, &key);
    return result == 0 ? EXIT_CODE_OK : complain_result(which, result);
}

static int do_revoke(struct authority_options *o, struct authorities *a)
{
    uint32_t place;
    int code = find_place(&place, a, o->arguments[1]);

    if (code != EXIT_CODE_OK)
        return code;
    int result = nonzk_authority_revoke(&a->set, place);
    if (result != 0)
        return complain_result(o->arguments[1], result);
    code = sets_write(o->arguments[0], &a->set, 1);
    if (code == EXIT_CODE_OK)
        print_root(a, o->json);
    return code;
}

/* ---- the command line ---- */

static const struct action {
    const char *name;
    int narguments;
    int (*without_set)(struct authority_options *o);
    int (*with_set)(struct authority_options *o, struct authorities *a); /* arguments[0] */
} actions[] = {
    {"keygen", 1, do_keygen, NULL}, {"create", 1, do_create, NULL}, {"add", 2, NULL, do_add},
    {"revoke", 2, NULL, do_revoke}, {"root", 1, NULL, do_root},     {"list", 1, NULL, do_list},
};

static int parse_options(struct authority_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        KEY_FILES_OPTIONS,
        {"allow", required_argument, NULL, 'a'},
        {"expires", required_argument, NULL, 'x'},
        {"epoch", required_argument, NULL, 'e'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "p", known, NULL)) != -1;) {
        if (c == 'a')
            o->allow = optarg;
        else if (c == 'x')
            o->expires = optarg;
        else if (c == 'e')
            o->epoch = optarg;
        else if (c == 'j')
            o->json = 1;
        else if (keys_make_option(&o->files, c, optarg) != 0)
            return complain_usage();
    }
    o->arguments = argv + optind;
    o->narguments = argc - optind;
    return EXIT_CODE_OK;
}

static int run(struct authority_options *o, const struct action *action)
{
    if (o->narguments != action->narguments)
        return complain_usage();
    if (action->without_set)
        return action->without_set(o);
    struct authorities *a = sets_read(o->arguments[0]);
    int code = a ? action->with_set(o, a) : EXIT_CODE_IO;
    free(a);
    return code;
}

static int command_authority(int argc, char **argv)
{
    struct authority_options o = {.files = KEY_FILES_DEFAULTS};

    if (argc < 2)
        return complain_usage();
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        int code = parse_options(&o, argc - 1, argv + 1);
        return code == EXIT_CODE_OK ? run(&o, &actions[i]) : code;
    }
    complain("'%s' is nothing that can be done with authorities", argv[1]);
    return complain_usage();
}

const struct verb verb_authority = {"authority", usage, command_authority};
