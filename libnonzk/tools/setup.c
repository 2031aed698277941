/* nonzk setup: a folder of keys. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <keys_make.h>
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>
#include <nonzk/module.h>

#include "development.h"
#include "fields.h"
#include "nonzk.h"
#include "proving.h"
#include "sets.h"

static const char usage[] =
    "--development [--seed TEXT] [--r1cs FILE] [--force] [--json] FOLDER\n"
    "       nonzk setup --zkey FILE [--force] [--json] FOLDER\n"
    "\n"
    "Makes a folder of keys for nonzk attest.\n"
    "      --development  from a public seed: attestation.zkey, attestation.vk, and an authority\n"
    "                     that may allow everything (authority, authority.pub, authorities).\n"
    "                     Everybody can make the same keys and prove anything with them; the\n"
    "                     verifying key says so\n"
    "      --seed TEXT    another seed\n"
    "      --r1cs FILE    for another circuit: makes circuit.zkey and circuit.vk only\n"
    "      --zkey FILE    from the proving key of a finished ceremony for the attestation "
    "circuit:\n"
    "                     attestation.zkey and attestation.vk; authorities are kept with nonzk\n"
    "                     authority. A key to which nobody contributed is refused; nonzk ceremony\n"
    "                     verify is what says that the contributions are sound\n"
    "      --force        replace files that exist\n"
    "      --json         print a JSON object\n"
    "\n"
    "Exit status: 0 done; 1 the key is not for the attestation circuit, or not of a ceremony; 2 "
    "wrong\n"
    "command line, or something cannot be read or written.\n";

struct setup_options {
    const char *seed, *r1cs, *zkey, *folder;
    int development, force, json;
};

static int parse_options(struct setup_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"development", no_argument, NULL, 'd'},
        {"seed", required_argument, NULL, 's'},
        {"r1cs", required_argument, NULL, 'r'},
        {"zkey", required_argument, NULL, 'z'},
        {"force", no_argument, NULL, 'f'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'd':
            o->development = 1;
            break;
        case 's':
            o->seed = optarg;
            break;
        case 'r':
            o->r1cs = optarg;
            break;
        case 'z':
            o->zkey = optarg;
            break;
        case 'f':
            o->force = 1;
            break;
        case 'j':
            o->json = 1;
            break;
        default:
            return complain_usage();
        }
    }
    if (!o->development && !o->zkey) {
        complain("keys for use come from a ceremony (--zkey); --development makes worthless ones");
        return EXIT_CODE_USAGE;
    }
    if (argc - optind != 1 || (o->zkey && (o->development || o->seed || o->r1cs)))
        return complain_usage();
    o->folder = argv[optind];
    return EXIT_CODE_OK;
}

static int save_in(const struct setup_options *o, const char *name, const void *bytes, size_t len)
{
    char *path = path_in(o->folder, name);
    int code = path ? save(path, bytes, len, o->force) : EXIT_CODE_IO;

    free(path);
    return code;
}

static int save_zkey(const struct setup_options *o, const char *name, const struct proving *p)
{
    char *path = path_in(o->folder, name);
    int code = path ? proving_save(p, path, o->force) : EXIT_CODE_IO;

    free(path);
    return code;
}

static int save_authority(const struct setup_options *o, const struct nonzk_fr *secret,
                          const struct nonzk_fr *key)
{
    struct key secret_file = {.kind = KEY_AUTHORITY_SECRET, .len = NONZK_FR_LEN};
    struct key public_file = {.kind = KEY_AUTHORITY_PUBLIC, .len = NONZK_FR_LEN};
    struct key_files files = {.force = o->force};
    char *path = path_in(o->folder, "authority");

    if (!path)
        return EXIT_CODE_IO;
    files.name = path;
    nonzk_fr_to_bytes(secret_file.bytes, secret);
    nonzk_fr_to_bytes(public_file.bytes, key);
    int code = keys_write(&files, &secret_file);
    if (code == EXIT_CODE_OK)
        code = keys_write(&files, &public_file);
    noncrypto_wipe(&secret_file, sizeof secret_file);
    free(path);
    return code;
}

static int save_authorities(const struct setup_options *o, struct fields *f)
{
    static struct authorities a;
    struct nonzk_fr secret, key;
    uint8_t root[NONZK_FR_LEN];
    uint32_t place;

    development_secret(&secret, o->seed ? o->seed : DEVELOPMENT_SEED);
    nonzk_attestation_key(&key, &secret);
    nonzk_authority_set_init(&a.set, 1);
    if (nonzk_authority_add(&a.set, &place, &key, UINT64_MAX, UINT32_MAX) != 0)
        return EXIT_CODE_IO;
    int code = save_authority(o, &secret, &key);
    char *path = code == EXIT_CODE_OK ? path_in(o->folder, "authorities") : NULL;
    if (path)
        code = sets_write(path, &a.set, o->force);
    else
        code = EXIT_CODE_IO;
    free(path);
    sets_tree(&a, root);
    field_hex(f, "root", root, sizeof root);
    return code;
}

/*
 * A key of the attestation circuit has its shape and its coefficients on sides A and B; the rest is
 * the ceremony's to verify.
 */
static int same_circuit(const struct nonzk_proving_key *key, const struct nonzk_proving_key *ours)
{
    const struct nonzk_proving_key_shape *a = &key->shape, *b = &ours->shape;

    if (a->nwires != b->nwires || a->npublic != b->npublic || a->log_size != b->log_size ||
        a->ncoefficients != b->ncoefficients)
        return 0;
    for (uint32_t i = 0; i < a->ncoefficients; i++) {
        const struct nonzk_coefficient *x = &key->coefficients[i], *y = &ours->coefficients[i];
        if (x->side != y->side || x->constraint != y->constraint || x->wire != y->wire ||
            !nonzk_fr_equal(&x->value, &y->value))
            return 0;
    }
    return 1;
}

static int same_alpha(const struct nonzk_proving_key *key, const struct nonzk_proving_key *ours)
{
    struct nonzk_g1 a, b;

    nonzk_g1_from_affine(&a, &key->alpha1);
    nonzk_g1_from_affine(&b, &ours->alpha1);
    return nonzk_g1_equal(&a, &b);
}

/*
 * A key to which nobody contributed is no ceremony's; and over the powers of the development setup a
 * contribution makes no secret, as all but delta is known.
 */
static int check_circuit(const char *name, const struct proving *p)
{
    struct recorded r = {.memory = NULL};
    struct proving ours = {.memory = NULL};
    int code = record_attestation(&r);

    if (code == EXIT_CODE_OK)
        code = proving_develop(&ours, &r.cs, DEVELOPMENT_SEED);
    if (code == EXIT_CODE_OK && !same_circuit(&p->key, &ours.key)) {
        complain("%s: it is not a key for the attestation circuit", name);
        code = EXIT_CODE_MISMATCH;
    } else if (code == EXIT_CODE_OK && p->key.ncontributions == 0) {
        complain("%s: nobody contributed to it; who made it can prove everything", name);
        code = EXIT_CODE_MISMATCH;
    } else if (code == EXIT_CODE_OK && same_alpha(&p->key, &ours.key)) {
        complain("%s: its powers of tau are those of the development setup", name);
        code = EXIT_CODE_MISMATCH;
    }
    proving_end(&ours);
    recorded_end(&r);
    return code;
}

static int make_key(const struct setup_options *o, struct proving *p)
{
    struct recorded r = {.memory = NULL};
    int code;

    if (o->zkey) {
        code = proving_read(p, o->zkey);
        return code == EXIT_CODE_OK ? check_circuit(o->zkey, p) : code;
    }
    code = o->r1cs ? record_file(&r, o->r1cs) : record_attestation(&r);
    if (code == EXIT_CODE_OK)
        code = proving_develop(p, &r.cs, o->seed ? o->seed : DEVELOPMENT_SEED);
    recorded_end(&r);
    return code;
}

static int make_folder(const struct setup_options *o, struct proving *p)
{
    struct fields f = {.json = o->json};
    uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN] = {0};

    if (!o->r1cs)
        nonzk_attestation_circuit_id(circuit_id, o->development);
    int code = proving_finish(p, o->zkey ? o->zkey : "setup", circuit_id);
    if (code != EXIT_CODE_OK)
        return code;
    if (mkdir(o->folder, 0777) != 0 && errno != EEXIST) {
        complain("%s: %s", o->folder, strerror(errno));
        return EXIT_CODE_IO;
    }
    code = save_zkey(o, o->r1cs ? "circuit.zkey" : "attestation.zkey", p);
    if (code == EXIT_CODE_OK)
        code = save_in(o, o->r1cs ? "circuit.vk" : "attestation.vk", p->verifying.bytes,
                       p->verifying.len);
    if (code != EXIT_CODE_OK)
        return code;
    field_truth(&f, "development", o->development);
    field_number(&f, "inputs", p->key.shape.npublic);
    field_hex(&f, "circuit", circuit_id, sizeof circuit_id);
    if (o->development && !o->r1cs)
        code = save_authorities(o, &f);
    fields_end(&f);
    return code;
}

static int command_setup(int argc, char **argv)
{
    struct setup_options o = {.seed = NULL};
    struct proving p = {.memory = NULL};
    int code = parse_options(&o, argc, argv);

    if (code != EXIT_CODE_OK)
        return code;
    code = make_key(&o, &p);
    if (code == EXIT_CODE_OK)
        code = make_folder(&o, &p);
    proving_end(&p);
    return code;
}

const struct verb verb_setup = {"setup", usage, command_setup};
