/* nonzk attest: an ELF image becomes a module file. */
#include <errno.h>
#include <files.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <keys.h>
#include <noncrypto/memory.h>
#include <nonzk/module.h>

#include "development.h"
#include "fields.h"
#include "nonzk.h"
#include "proving.h"
#include "sets.h"

static const char usage[] =
    "--keys FOLDER [--authority FILE] [--authorities FILE] [--passphrase-file FILE]\n"
    "                    [--release] --name NAME --capabilities MASK [--version N] -o OUT "
    "[--force] [--json] "
    "ELF\n"
    "\n"
    "Makes a module file: the ELF image, a manifest, and a proof that an authority allows this "
    "code\n"
    "with these capabilities in the epoch of the set. The same keys and input give the same file.\n"
    "      --keys FOLDER           attestation.zkey and attestation.vk as nonzk setup makes them; "
    "and\n"
    "                              unless said otherwise authority and authorities\n"
    "      --authority FILE        the secret key of the authority, which is asked for its "
    "passphrase\n"
    "      --authorities FILE      the set of authorities\n"
    "      --passphrase-file FILE  the passphrase is the first line of FILE ('-': standard input,\n"
    "                              'fd:N': descriptor N)\n"
    "      --release               refuse the keys of a development setup, and a set that has the\n"
    "                              development authority in it\n"
    "      --name NAME             of the module: 1 to 31 of A-Z a-z 0-9 - _ .\n"
    "      --capabilities MASK     decimal, or hexadecimal after 0x\n"
    "      --version N             of the module, 0 if not given\n"
    "  -o, --output OUT            where to write\n"
    "      --list FILE             make the module files of a list, which has a line for each: "
    "name,\n"
    "                              mask, version, ELF, OUT, with blanks between and in none of "
    "them;\n"
    "                              lines that begin with '#' are skipped\n"
    "      --force                 replace OUT if it exists\n"
    "      --json                  print a JSON object\n"
    "\n"
    "Exit status: 0 done; 1 the authority is not in the set, has expired or may not allow this, "
    "the\n"
    "passphrase is wrong, or --release refuses the keys; 2 wrong command line, or something cannot "
    "be read or written.\n";

/* A module file to be made. */
struct job {
    const char *elf, *out;
    struct nonzk_manifest manifest;
};

struct attest_options {
    const char *keys, *authority, *authorities, *passphrase_file, *list;
    const char *name, *capabilities, *version;
    int force, json, release;
    struct job job; /* without a list */
};

/*
 * Takes the parts of a manifest; `version` may be NULL. Returns an exit code, not 0 after a
 * message.
 */
static int parse_manifest(struct nonzk_manifest *manifest, const char *name,
                          const char *capabilities, const char *version)
{
    uint8_t bytes[NONZK_MANIFEST_LEN];
    size_t len = strlen(name);

    *manifest = (struct nonzk_manifest){.version = 0};
    if (len < sizeof manifest->name)
        memcpy(manifest->name, name, len);
    if (nonzk_manifest_encode(bytes, manifest) != 0) {
        complain("'%s' is not a name: 1 to 31 of A-Z a-z 0-9 - _ .", name);
        return EXIT_CODE_USAGE;
    }
    const char *wrong = parse_mask(capabilities, &manifest->capabilities) != 0      ? capabilities
                        : version && parse_number(version, &manifest->version) != 0 ? version
                                                                                    : NULL;
    if (wrong)
        complain("'%s' is not a number of 64 bits", wrong);
    return wrong ? EXIT_CODE_USAGE : EXIT_CODE_OK;
}

static int parse_options(struct attest_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"keys", required_argument, NULL, 'k'},
        {"authority", required_argument, NULL, 'a'},
        {"authorities", required_argument, NULL, 's'},
        {"passphrase-file", required_argument, NULL, 'P'},
        {"release", no_argument, NULL, 'R'},
        {"name", required_argument, NULL, 'n'},
        {"capabilities", required_argument, NULL, 'c'},
        {"version", required_argument, NULL, 'v'},
        {"output", required_argument, NULL, 'o'},
        {"list", required_argument, NULL, 'l'},
        {"force", no_argument, NULL, 'f'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "o:", known, NULL)) != -1;) {
        switch (c) {
        case 'k':
            o->keys = optarg;
            break;
        case 'a':
            o->authority = optarg;
            break;
        case 's':
            o->authorities = optarg;
            break;
        case 'P':
            o->passphrase_file = optarg;
            break;
        case 'R':
            o->release = 1;
            break;
        case 'n':
            o->name = optarg;
            break;
        case 'c':
            o->capabilities = optarg;
            break;
        case 'v':
            o->version = optarg;
            break;
        case 'o':
            o->job.out = optarg;
            break;
        case 'l':
            o->list = optarg;
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
    if (o->list && o->keys && !o->name && !o->capabilities && !o->version && !o->job.out &&
        optind == argc)
        return EXIT_CODE_OK;
    if (o->list || !o->keys || !o->name || !o->capabilities || !o->job.out || argc - optind != 1)
        return complain_usage();
    o->job.elf = argv[optind];
    return parse_manifest(&o->job.manifest, o->name, o->capabilities, o->version);
}

/* What goes into the proof. */
struct attestation {
    struct content elf;
    struct authorities *authorities;
    struct proving proving;
    uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN];
    uint8_t manifest[NONZK_MANIFEST_LEN];
    struct nonzk_attestation_statement statement;
    struct nonzk_attestation_witness witness; /* secret */
};

static int read_elf(struct attestation *a, const char *name)
{
    struct nonzk_module module;
    int code = load(&a->elf, name);

    if (code != EXIT_CODE_OK)
        return code;
    if (a->elf.len < 4 || memcmp(a->elf.bytes, "\177ELF", 4) != 0) {
        complain("%s: it is not an ELF image", name);
        return EXIT_CODE_IO;
    }
    if (nonzk_module_decode(&module, a->elf.bytes, a->elf.len) == 0) {
        complain("%s: it carries an attestation already; attest the image that it was made of",
                 name);
        return EXIT_CODE_IO;
    }
    return EXIT_CODE_OK;
}

/*
 * The proving key; the verifying key beside it says which circuit it is for, and must be its own.
 */
static int read_proving(struct attestation *a, const char *folder, int release)
{
    char *zkey = path_in(folder, "attestation.zkey"), *vk = path_in(folder, "attestation.vk");
    struct content verifying = {NULL, 0};
    int code = zkey && vk ? load(&verifying, vk) : EXIT_CODE_IO;
    size_t ninputs;

    if (code == EXIT_CODE_OK &&
        (nonzk_groth16_key_ninputs(&ninputs, verifying.bytes, verifying.len) != 0 ||
         ninputs != NONZK_ATTESTATION_INPUTS)) {
        complain("%s: it is not the verifying key of the attestation circuit", vk);
        code = EXIT_CODE_IO;
    }
    if (code == EXIT_CODE_OK) {
        memcpy(a->circuit_id, verifying.bytes + 8, sizeof a->circuit_id);
        if (release)
            code = refuse_development_key(vk, a->circuit_id);
    }
    if (code == EXIT_CODE_OK)
        code = proving_read(&a->proving, zkey);
    if (code == EXIT_CODE_OK)
        code = proving_finish(&a->proving, zkey, a->circuit_id);
    if (code == EXIT_CODE_OK &&
        (a->proving.verifying.len != verifying.len ||
         memcmp(a->proving.verifying.bytes, verifying.bytes, verifying.len) != 0)) {
        complain("%s: it is not the verifying key of %s", vk, zkey);
        code = EXIT_CODE_IO;
    }
    load_free(&verifying);
    free(zkey);
    free(vk);
    return code;
}

static int read_secret(struct nonzk_fr *secret, const char *name, const char *passphrase_file)
{
    struct key key;
    int code = keys_read_kind(&key, name, KEY_AUTHORITY_SECRET, passphrase_file, 0);

    if (code == EXIT_CODE_OK && nonzk_fr_from_bytes(secret, key.bytes) != 0) {
        complain("%s: the key is not below r", name);
        code = EXIT_CODE_IO;
    }
    noncrypto_wipe(&key, sizeof key);
    return code;
}

static int read_authority(struct attestation *a, const struct attest_options *o)
{
    char *secret_name = o->authority ? strdup(o->authority) : path_in(o->keys, "authority");
    char *set_name = o->authorities ? strdup(o->authorities) : path_in(o->keys, "authorities");
    struct nonzk_fr secret;
    uint8_t root[NONZK_FR_LEN];
    int code = secret_name && set_name ? EXIT_CODE_OK : EXIT_CODE_IO;

    if (code == EXIT_CODE_OK)
        a->authorities = sets_read(set_name);
    if (!a->authorities)
        code = EXIT_CODE_IO;
    if (code == EXIT_CODE_OK && o->release)
        code = refuse_development_authority(set_name, &a->authorities->set);
    if (code == EXIT_CODE_OK)
        code = read_secret(&secret, secret_name, o->passphrase_file);
    if (code == EXIT_CODE_OK) {
        sets_tree(a->authorities, root);
        a->statement.root = a->authorities->nodes[1];
        if (nonzk_authority_witness(&a->witness, &a->authorities->set, a->authorities->nodes,
                                    &secret) != 0) {
            complain("%s: its key is not in %s", secret_name, set_name);
            code = EXIT_CODE_MISMATCH;
        }
    }
    noncrypto_wipe(&secret, sizeof secret);
    free(secret_name);
    free(set_name);
    return code;
}

/* What the circuit would refuse without saying why. */
static int may_allow(const struct attestation *a, const struct nonzk_manifest *manifest)
{
    uint64_t beyond = manifest->capabilities & ~a->witness.allowed;

    if (beyond)
        complain("the authority may not allow the capabilities 0x%016" PRIx64, beyond);
    else if (manifest->epoch > a->witness.expiry)
        complain("the authority has expired: epoch %u, its last one was %u",
                 (unsigned)manifest->epoch, (unsigned)a->witness.expiry);
    else
        return EXIT_CODE_OK;
    return EXIT_CODE_MISMATCH;
}

static int make_statement(struct attestation *a, struct nonzk_manifest *manifest)
{
    uint8_t hash[NONZK_MODULE_HASH_LEN];

    manifest->epoch = a->authorities->set.epoch;
    nonzk_module_code_hash(hash, a->elf.bytes, a->elf.len);
    int result = nonzk_manifest_encode(a->manifest, manifest);
    if (result == 0)
        result = nonzk_module_statement(&a->statement, hash, a->manifest);
    if (result != 0) {
        complain("%s", nonzk_strerror(result));
        return EXIT_CODE_IO;
    }
    nonzk_attestation_pseudonym(&a->statement.pseudonym, &a->witness.secret, manifest->epoch);
    return EXIT_CODE_OK;
}

/* Assigns the circuit's wires and proves. */
static int prove(const struct attestation *a, uint8_t *proof)
{
    struct recorded r = {.memory = NULL};
    struct nonzk_r1cs_limits limits;
    int result = NONZK_E_NO_SPACE, code = EXIT_CODE_IO;

    nonzk_attestation_limits(&limits);
    r.size = nonzk_r1cs_size(&limits, NONZK_R1CS_ASSIGN);
    r.memory = malloc(r.size);
    if (r.memory)
        result = nonzk_r1cs_init(&r.cs, &limits, NONZK_R1CS_ASSIGN, r.memory, r.size);
    if (result == 0) {
        nonzk_attestation_circuit(&r.cs, &a->statement, &a->witness);
        result = nonzk_r1cs_status(&r.cs);
    }
    if (result == 0)
        code = proving_prove(&a->proving, proof, r.cs.values, r.cs.nwires);
    else
        complain("the attestation: %s", nonzk_strerror(result));
    recorded_end(&r);
    return code;
}

static int save_module(const struct attest_options *o, const struct job *job,
                       const struct attestation *a, const uint8_t *tail)
{
    struct output output;

    if (output_open(&output, job->out, o->force, 0666) != 0)
        return EXIT_CODE_IO;
    if (file_write(output.fd, a->elf.bytes, a->elf.len) != 0 ||
        file_write(output.fd, tail, NONZK_MODULE_TAIL_LEN) != 0) {
        complain("%s: %s", job->out, strerror(errno));
        output_abort(&output);
        return EXIT_CODE_IO;
    }
    return output_commit(&output) == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
}

static void print_made(const struct attest_options *o, const struct job *job,
                       const struct attestation *a)
{
    struct fields f = {.json = o->json};
    uint8_t element[NONZK_FR_LEN];

    field_text(&f, "name", job->manifest.name);
    field_mask(&f, "capabilities", job->manifest.capabilities);
    field_number(&f, "version", job->manifest.version);
    field_number(&f, "epoch", job->manifest.epoch);
    nonzk_fr_to_bytes(element, &a->statement.module);
    field_hex(&f, "m", element, sizeof element);
    nonzk_fr_to_bytes(element, &a->statement.pseudonym);
    field_hex(&f, "t", element, sizeof element);
    fields_end(&f);
}

/* What takes a moment comes last: the proving key is read once it is needed. */
static int attest(const struct attest_options *o, struct job *job, struct attestation *a)
{
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], tail[NONZK_MODULE_TAIL_LEN];
    int code = read_elf(a, job->elf);

    if (code == EXIT_CODE_OK)
        code = make_statement(a, &job->manifest);
    if (code == EXIT_CODE_OK)
        code = may_allow(a, &job->manifest);
    if (code == EXIT_CODE_OK && !a->proving.verifier)
        code = read_proving(a, o->keys, o->release);
    if (code == EXIT_CODE_OK)
        code = prove(a, proof);
    if (code == EXIT_CODE_OK &&
        nonzk_module_tail(tail, a->manifest, a->circuit_id, &a->statement.pseudonym, proof) != 0)
        code = EXIT_CODE_IO;
    if (code == EXIT_CODE_OK)
        code = save_module(o, job, a, tail);
    if (code == EXIT_CODE_OK && strcmp(job->out, "-") != 0)
        print_made(o, job, a);
    load_free(&a->elf);
    return code;
}

/* A line of a list, without its newline. */
static int attest_line(const struct attest_options *o, struct attestation *a, char *line)
{
    enum { NWORDS = 5 };
    char *words[NWORDS + 1], *rest = line, *word;
    struct job job;
    int n = 0;

    while (n <= NWORDS && (word = strsep(&rest, " \t")) != NULL) {
        if (*word)
            words[n++] = word;
    }
    if (n == 0 || words[0][0] == '#')
        return EXIT_CODE_OK;
    if (n != NWORDS) {
        complain("a line has five words: name, mask, version, ELF, OUT");
        return EXIT_CODE_USAGE;
    }
    int code = parse_manifest(&job.manifest, words[0], words[1], words[2]);
    job.elf = words[3];
    job.out = words[4];
    return code == EXIT_CODE_OK ? attest(o, &job, a) : code;
}

/* Stops where something goes wrong, and says in which line. */
static int attest_list(const struct attest_options *o, struct attestation *a)
{
    struct content content;
    unsigned line = 0;
    int code = load(&content, o->list);

    if (code != EXIT_CODE_OK)
        return code;
    if (memchr(content.bytes, 0, content.len)) {
        complain("%s: it is not a text", o->list);
        code = EXIT_CODE_IO;
    }
    for (char *rest = (char *)content.bytes, *text;
         code == EXIT_CODE_OK && (text = strsep(&rest, "\n")) != NULL;) {
        line++;
        code = attest_line(o, a, text);
        if (code != EXIT_CODE_OK)
            complain("%s, line %u", o->list, line);
    }
    load_free(&content);
    return code;
}

static int command_attest(int argc, char **argv)
{
    struct attest_options o = {.keys = NULL};
    struct attestation a = {.authorities = NULL};
    int code = parse_options(&o, argc, argv);

    if (code != EXIT_CODE_OK)
        return code;
    code = read_authority(&a, &o);
    if (code == EXIT_CODE_OK)
        code = o.list ? attest_list(&o, &a) : attest(&o, &o.job, &a);
    free(a.authorities);
    proving_end(&a.proving);
    noncrypto_wipe(&a, sizeof a);
    return code;
}

const struct verb verb_attest = {"attest", usage, command_attest};
