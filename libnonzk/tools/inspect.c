/* nonzk inspect: what is this file? */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keys.h>
#include <noncrypto/memory.h>
#include <nonzk/circom.h>
#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <nonzk/module.h>
#include <nonzk/powers_of_tau.h>

#include "development.h"
#include "fields.h"
#include "load.h"
#include "nonzk.h"
#include "sets.h"

static const char usage[] =
    "[--json] FILE\n"
    "\n"
    "Says what FILE is and what is in it: a verifying key, proof or public inputs (bytes, or JSON\n"
    "as snarkjs writes it), a module file, a set of authorities, an authority's key, a proving "
    "key\n"
    "(.zkey), powers of tau (.ptau), a constraint system (.r1cs) or a witness (.wtns). Everything "
    "that can be checked "
    "without other files is.\n"
    "      --json  print a JSON object\n"
    "\n"
    "Exit status: 0 well formed; 1 it is not, and the last line says why; 2 wrong command line, "
    "the\n"
    "file cannot be read, or it is of no kind that is known.\n";

/* Ends what is said with a reason, if there is one. */
static int verdict(struct fields *f, int result)
{
    field_truth(f, "valid", result == 0);
    if (result != 0)
        field_text(f, "reason", nonzk_strerror(result));
    return result == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

static int refused(struct fields *f, const char *kind, int code, int result)
{
    if (code != EXIT_CODE_MISMATCH)
        return code;
    field_text(f, "kind", kind);
    return verdict(f, result);
}

static int inspect_key(struct fields *f, const char *name, const struct content *content)
{
    struct nonzk_groth16_verifier *verifier = NULL;
    struct content key = {NULL, 0};
    size_t ninputs;
    int result = 0, code = load_key(&key, name, content, &result);

    if (code != EXIT_CODE_OK)
        return refused(f, "verifying key", code, result);
    field_text(f, "kind", "verifying key");
    result = nonzk_groth16_key_ninputs(&ninputs, key.bytes, key.len);
    if (result == 0) {
        field_number(f, "inputs", ninputs);
        field_hex(f, "circuit", key.bytes + 8, NONZK_GROTH16_CIRCUIT_ID_LEN);
        field_truth(f, "development", is_development(key.bytes + 8));
        size_t size = nonzk_groth16_verifier_size(ninputs);
        void *memory = malloc(size);
        result = memory ? nonzk_groth16_verifier_init(&verifier, memory, size, key.bytes, key.len)
                        : NONZK_E_NO_SPACE;
        free(memory);
    }
    load_free(&key);
    return verdict(f, result);
}

/* The three points of a proof are in their groups, and none is infinity. */
static int proof_check(const uint8_t *proof)
{
    struct nonzk_g1_affine a, c;
    struct nonzk_g2_affine b;
    int result = nonzk_g1_from_compressed(&a, proof);

    if (result == 0)
        result = nonzk_g2_from_compressed(&b, proof + NONZK_G1_COMPRESSED_LEN);
    if (result == 0)
        result =
            nonzk_g1_from_compressed(&c, proof + NONZK_GROTH16_PROOF_LEN - NONZK_G1_COMPRESSED_LEN);
    if (result == 0 && (nonzk_g1_affine_is_infinity(&a) || nonzk_g2_affine_is_infinity(&b) ||
                        nonzk_g1_affine_is_infinity(&c)))
        result = NONZK_E_INFINITY;
    return result;
}

static void proof_fields(struct fields *f, const uint8_t *proof)
{
    const uint8_t *b = proof + NONZK_G1_COMPRESSED_LEN, *c = b + NONZK_G2_COMPRESSED_LEN;

    field_hex(f, "a", proof, NONZK_G1_COMPRESSED_LEN);
    field_hex(f, "b", b, NONZK_G2_COMPRESSED_LEN);
    field_hex(f, "c", c, NONZK_G1_COMPRESSED_LEN);
}

static int inspect_proof(struct fields *f, const char *name, const struct content *content)
{
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    int result, code = load_proof(proof, name, content, &result);

    if (code != EXIT_CODE_OK)
        return refused(f, "proof", code, result);
    field_text(f, "kind", "proof");
    proof_fields(f, proof);
    return verdict(f, proof_check(proof));
}

static int inspect_inputs(struct fields *f, const char *name, const struct content *content)
{
    struct content inputs = {NULL, 0};
    struct nonzk_fr element;
    int result = 0, code = load_inputs(&inputs, name, content, &result);

    if (code != EXIT_CODE_OK)
        return refused(f, "public inputs", code, result);
    field_text(f, "kind", "public inputs");
    field_number(f, "inputs", inputs.len / NONZK_GROTH16_INPUT_LEN);
    for (size_t at = 0; at < inputs.len; at += NONZK_GROTH16_INPUT_LEN) {
        char member[24];
        snprintf(member, sizeof member, "input%zu", at / NONZK_GROTH16_INPUT_LEN);
        field_hex(f, member, inputs.bytes + at, NONZK_GROTH16_INPUT_LEN);
        if (result == 0)
            result = nonzk_fr_from_bytes(&element, inputs.bytes + at);
    }
    load_free(&inputs);
    return verdict(f, result);
}

static int inspect_module(struct fields *f, const char *name, const struct content *content)
{
    struct nonzk_attestation_statement statement;
    uint8_t hash[NONZK_MODULE_HASH_LEN], element[NONZK_FR_LEN];
    struct nonzk_module m;
    int result = nonzk_module_decode(&m, content->bytes, content->len);

    (void)name;
    field_text(f, "kind", "module file");
    if (result != 0)
        return verdict(f, result);
    nonzk_module_code_hash(hash, m.elf, m.elf_len);
    result = nonzk_module_statement(&statement, hash, m.manifest_bytes);
    field_text(f, "name", m.manifest.name);
    field_mask(f, "capabilities", m.manifest.capabilities);
    field_number(f, "version", m.manifest.version);
    field_number(f, "epoch", m.manifest.epoch);
    field_number(f, "code_bytes", m.elf_len);
    field_hex(f, "code", hash, sizeof hash);
    field_hex(f, "circuit", m.circuit_id, NONZK_GROTH16_CIRCUIT_ID_LEN);
    if (result == 0) {
        nonzk_fr_to_bytes(element, &statement.module);
        field_hex(f, "m", element, sizeof element);
        nonzk_fr_to_bytes(element, &statement.policy);
        field_hex(f, "p", element, sizeof element);
        field_hex(f, "t", m.pseudonym, NONZK_FR_LEN);
        proof_fields(f, m.proof);
        result = proof_check(m.proof);
    }
    return verdict(f, result);
}

static int inspect_set(struct fields *f, const char *name, const struct content *content)
{
    struct authorities *a = malloc(sizeof *a);
    uint8_t root[NONZK_FR_LEN];

    if (!a) {
        complain("%s: there is not enough memory", name);
        return EXIT_CODE_IO;
    }
    int result = nonzk_authority_decode(&a->set, content->bytes, content->len);
    field_text(f, "kind", "set of authorities");
    if (result == 0) {
        sets_tree(a, root);
        field_number(f, "epoch", a->set.epoch);
        field_number(f, "authorities", a->set.count);
        field_hex(f, "root", root, sizeof root);
    }
    free(a);
    return verdict(f, result);
}

static int inspect_authority_key(struct fields *f, const char *name, const struct content *content)
{
    uint8_t id[KEY_ID_LEN];
    struct key key;
    const char *wrong = key_parse(&key, (const char *)content->bytes, content->len);

    if (wrong) {
        complain("%s: %s", name, wrong);
        return EXIT_CODE_IO;
    }
    field_text(f, "kind", "key file");
    field_text(f, "key", key_kind_name(key.kind));
    if (key_kind_is_secret(key.kind)) {
        field_truth(f, "locked", key.locked);
    } else {
        key_id(id, &key);
        field_hex(f, "id", id, sizeof id);
    }
    noncrypto_wipe(&key, sizeof key);
    return verdict(f, 0);
}

static int inspect_r1cs(struct fields *f, const char *name, const struct content *content)
{
    struct nonzk_r1cs_limits limits;
    struct nonzk_r1cs cs;
    int result = nonzk_circom_r1cs_limits(&limits, content->bytes, content->len);

    field_text(f, "kind", "constraint system");
    if (result != 0)
        return verdict(f, result);
    size_t size = nonzk_r1cs_size(&limits, NONZK_R1CS_RECORD);
    void *memory = malloc(size);
    if (!memory) {
        complain("%s: there is not enough memory", name);
        return EXIT_CODE_IO;
    }
    result = nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, memory, size);
    if (result == 0)
        result = nonzk_circom_r1cs_read(&cs, content->bytes, content->len);
    if (result == 0) {
        field_number(f, "constraints", cs.nconstraints);
        field_number(f, "wires", cs.nwires);
        field_number(f, "public", cs.npublic);
        field_number(f, "terms", cs.nterms);
    }
    free(memory);
    return verdict(f, result);
}

static int inspect_zkey(struct fields *f, const char *name, const struct content *content)
{
    struct nonzk_proving_key_shape shape;
    struct nonzk_proving_key key;
    int result = nonzk_zkey_shape(&shape, content->bytes, content->len);

    field_text(f, "kind", "proving key");
    if (result != 0)
        return verdict(f, result);
    field_number(f, "wires", shape.nwires);
    field_number(f, "inputs", shape.npublic);
    field_number(f, "domain", (uint64_t)1 << shape.log_size);
    field_number(f, "coefficients", shape.ncoefficients);
    size_t size = nonzk_proving_key_size(&shape);
    void *memory = size > 0 ? malloc(size) : NULL;
    if (!memory) {
        complain("%s: there is not enough memory", name);
        return EXIT_CODE_IO;
    }
    result = nonzk_zkey_read(&key, memory, size, content->bytes, content->len, NULL);
    if (result == 0) {
        field_number(f, "contributions", key.ncontributions);
        field_hex(f, "circuit_hash", key.circuit_hash, sizeof key.circuit_hash);
    }
    free(memory);
    return verdict(f, result);
}

static int inspect_ptau(struct fields *f, const char *name, const struct content *content)
{
    struct nonzk_ptau_shape shape;
    struct nonzk_ptau ptau;
    int result = nonzk_ptau_shape_of(&shape, content->bytes, content->len);

    field_text(f, "kind", "powers of tau");
    if (result != 0)
        return verdict(f, result);
    field_number(f, "power", shape.power);
    field_truth(f, "prepared", shape.is_prepared != 0);
    size_t size = nonzk_ptau_size(&shape);
    void *memory = size > 0 ? malloc(size) : NULL;
    if (!memory) {
        complain("%s: there is not enough memory", name);
        return EXIT_CODE_IO;
    }
    result = nonzk_ptau_read(&ptau, memory, size, content->bytes, content->len, NULL);
    if (result == 0)
        field_number(f, "contributions", ptau.ncontributions);
    free(memory);
    return verdict(f, result);
}

static int inspect_wtns(struct fields *f, const char *name, const struct content *content)
{
    uint32_t count;
    int result = nonzk_circom_wtns_count(&count, content->bytes, content->len);

    field_text(f, "kind", "witness");
    if (result != 0)
        return verdict(f, result);
    struct nonzk_fr *values = malloc(count * sizeof *values);
    if (!values) {
        complain("%s: there is not enough memory", name);
        return EXIT_CODE_IO;
    }
    result = nonzk_circom_wtns_read(values, count, content->bytes, content->len);
    noncrypto_wipe(values, count * sizeof *values);
    free(values);
    field_number(f, "values", count);
    return verdict(f, result);
}

typedef int inspector(struct fields *f, const char *name, const struct content *content);

/* By what a file begins with. */
static const struct {
    const char *magic;
    inspector *inspect;
} kinds[] = {
    {"NONOSVK1", inspect_key},
    {"NONOSAU1", inspect_set},
    {"noncrypto-key ", inspect_authority_key},
    {"r1cs", inspect_r1cs},
    {"wtns", inspect_wtns},
    {"zkey", inspect_zkey},
    {"ptau", inspect_ptau},
    {"\177ELF", inspect_module},
};

static inspector *recognize(const struct content *content)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t len = strlen(kinds[i].magic);
        if (content->len >= len && memcmp(content->bytes, kinds[i].magic, len) == 0)
            return kinds[i].inspect;
    }
    switch (load_is_json(content) ? load_json_kind(content) : 0) {
    case 'k':
        return inspect_key;
    case 'p':
        return inspect_proof;
    case 'i':
        return inspect_inputs;
    default:
        /* Any 32 bytes could be an input: so these are recognized in JSON only. */
        return content->len == NONZK_GROTH16_PROOF_LEN ? inspect_proof : NULL;
    }
}

static int command_inspect(int argc, char **argv)
{
    static const struct option known[] = {{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
    struct fields f = {.json = 0};
    struct content content;

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c != 'j')
            return complain_usage();
        f.json = 1;
    }
    if (argc - optind != 1)
        return complain_usage();
    const char *name = argv[optind];
    int code = load(&content, name);
    if (code != EXIT_CODE_OK)
        return code;
    inspector *inspect = recognize(&content);
    if (inspect) {
        code = inspect(&f, name, &content);
        fields_end(&f);
    } else {
        complain("%s: it is of no kind that is known", name);
        code = EXIT_CODE_IO;
    }
    load_free(&content);
    return code;
}

const struct verb verb_inspect = {"inspect", usage, command_inspect};
