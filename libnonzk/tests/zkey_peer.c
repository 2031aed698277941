/*
 * libnonzk's side of the exchange of files with snarkjs, for test_snarkjs.sh: setup, prove, verify
 * and rewrite, with files in and out. gamma is 1, as in all keys of snarkjs. Any failure ends the
 * program with its text and status 1.
 */
#include <nonzk/ceremony.h>
#include <nonzk/circom.h>
#include <nonzk/powers_of_tau.h>
#include <nonzk/prove.h>
#include <nonzk/setup.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t party_random[NONZK_CONTRIBUTION_RANDOM_LEN] = "of a test, known to everybody";
static const uint8_t verification_random[NONZK_CEREMONY_RANDOM_LEN] = "of a test, known to all";
static const uint8_t beacon_bytes[] = {1, 2, 3, 4, 5};
static const struct nonzk_contribution party = {
    .name = "libnonzk", .name_len = 8, .random = party_random};
static const struct nonzk_contribution public_beacon = {
    .beacon = beacon_bytes, .beacon_len = sizeof beacon_bytes, .log_iterations = 10};

struct file {
    uint8_t *bytes;
    size_t len;
};

static void must(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "zkey_peer: %s\n", what);
    exit(1);
}

static void must_be_zero(int result)
{
    must(result == 0, nonzk_strerror(result));
}

/* What was allocated is given back all at once, when the command is done. */
static union block {
    union block *next;
    max_align_t alignment;
} * blocks;

static void *alloc(size_t size)
{
    union block *block = malloc(sizeof *block + size + 1);
    must(size != 0 && block != NULL, "no memory");
    block->next = blocks;
    blocks = block;
    return block + 1;
}

static void free_all(void)
{
    while (blocks != NULL) {
        union block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

static struct file read_file(const char *name)
{
    struct file file = {0};
    FILE *f = fopen(name, "rb");
    must(f != NULL && fseek(f, 0, SEEK_END) == 0, name);
    file.len = (size_t)ftell(f);
    file.bytes = alloc(file.len + 1);
    rewind(f);
    must(fread(file.bytes, 1, file.len, f) == file.len, name);
    fclose(f);
    return file;
}

static void write_file(const char *name, const void *bytes, size_t len)
{
    FILE *f = fopen(name, "wb");
    must(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0, name);
}

static void write_key(const char *name, const struct nonzk_proving_key *key)
{
    size_t len = nonzk_zkey_len(key);
    uint8_t *bytes = alloc(len);
    must_be_zero(nonzk_zkey_write(bytes, len, key));
    write_file(name, bytes, len);
}

/* The key's memory lives as long as the program. */
static void read_key(const char *name, struct nonzk_proving_key *key)
{
    struct nonzk_proving_key_shape shape;
    struct file file = read_file(name);
    must_be_zero(nonzk_zkey_shape(&shape, file.bytes, file.len));
    size_t size = nonzk_proving_key_size(&shape);
    must_be_zero(nonzk_zkey_read(key, alloc(size), size, file.bytes, file.len, NULL));
}

static void secrets_of(struct nonzk_setup_secrets *secrets, const char *seed)
{
    nonzk_setup_development(secrets, seed, strlen(seed));
    nonzk_fr_set_one(&secrets->gamma);
}

/* tau, alpha and beta in hexadecimal */
static void print_secrets(char **argv)
{
    struct nonzk_setup_secrets secrets;
    uint8_t bytes[NONZK_FR_LEN];
    secrets_of(&secrets, argv[0]);
    const struct nonzk_fr *const all[] = {&secrets.tau, &secrets.alpha, &secrets.beta};
    for (size_t i = 0; i < 3; i++) {
        nonzk_fr_to_bytes(bytes, all[i]);
        for (size_t j = 0; j < sizeof bytes; j++)
            printf("%02x", bytes[j]);
        printf("\n");
    }
}

/* The system's memory lives as long as the program. */
static void read_r1cs(const char *name, struct nonzk_r1cs *cs)
{
    struct nonzk_r1cs_limits limits;
    struct file file = read_file(name);
    must_be_zero(nonzk_circom_r1cs_limits(&limits, file.bytes, file.len));
    size_t size = nonzk_r1cs_size(&limits, NONZK_R1CS_RECORD);
    must_be_zero(nonzk_r1cs_init(cs, &limits, NONZK_R1CS_RECORD, alloc(size), size));
    must_be_zero(nonzk_circom_r1cs_read(cs, file.bytes, file.len));
}

/* R1CS SEED ZKEY */
static void setup(char **argv)
{
    struct nonzk_setup_secrets secrets;
    struct nonzk_proving_key_shape shape;
    struct nonzk_proving_key key;
    struct nonzk_r1cs cs;
    read_r1cs(argv[0], &cs);
    must_be_zero(nonzk_setup_shape(&shape, &cs));
    size_t size = nonzk_proving_key_size(&shape), workspace_len = nonzk_setup_workspace(&shape);
    secrets_of(&secrets, argv[1]);
    must_be_zero(
        nonzk_setup(&key, alloc(size), size, &cs, &secrets, alloc(workspace_len), workspace_len));
    write_key(argv[2], &key);
}

/* OLD NEW */
static void rewrite(char **argv)
{
    struct nonzk_proving_key key;
    read_key(argv[0], &key);
    write_key(argv[1], &key);
}

/*
 * A proof in a file has uncompressed points, 384 bytes, and the public inputs after them: numbers
 * that the other side needs no curve to take apart.
 */
#define OPEN_LEN (2 * NONZK_G1_UNCOMPRESSED_LEN + NONZK_G2_UNCOMPRESSED_LEN)

static void open_proof(uint8_t out[OPEN_LEN], const uint8_t proof[NONZK_GROTH16_PROOF_LEN])
{
    struct nonzk_g1_affine a, c;
    struct nonzk_g2_affine b;
    must_be_zero(nonzk_g1_from_compressed(&a, proof));
    must_be_zero(nonzk_g2_from_compressed(&b, proof + 48));
    must_be_zero(nonzk_g1_from_compressed(&c, proof + 144));
    nonzk_g1_to_uncompressed(out, &a);
    nonzk_g2_to_uncompressed(out + 96, &b);
    nonzk_g1_to_uncompressed(out + 288, &c);
}

static void close_proof(uint8_t proof[NONZK_GROTH16_PROOF_LEN], const uint8_t in[OPEN_LEN])
{
    struct nonzk_g1_affine a, c;
    struct nonzk_g2_affine b;
    must_be_zero(nonzk_g1_from_uncompressed(&a, in));
    must_be_zero(nonzk_g2_from_uncompressed(&b, in + 96));
    must_be_zero(nonzk_g1_from_uncompressed(&c, in + 288));
    nonzk_g1_to_compressed(proof, &a);
    nonzk_g2_to_compressed(proof + 48, &b);
    nonzk_g1_to_compressed(proof + 144, &c);
}

/* ZKEY WTNS PROOF */
static void prove(char **argv)
{
    struct nonzk_proving_key key;
    struct file file = read_file(argv[1]);
    uint32_t count;
    read_key(argv[0], &key);
    must_be_zero(nonzk_circom_wtns_count(&count, file.bytes, file.len));
    struct nonzk_fr *values = alloc(count * sizeof *values);
    must_be_zero(nonzk_circom_wtns_read(values, count, file.bytes, file.len));
    size_t workspace_len = nonzk_groth16_prove_workspace(&key);
    size_t len = OPEN_LEN + key.shape.npublic * NONZK_GROTH16_INPUT_LEN;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN], *opened = alloc(len);
    must_be_zero(
        nonzk_groth16_prove(proof, &key, values, count, alloc(workspace_len), workspace_len, NULL));
    open_proof(opened, proof);
    nonzk_groth16_public_inputs(opened + OPEN_LEN, &key, values);
    write_file(argv[2], opened, len);
}

/* ZKEY PROOF */
static void verify(char **argv)
{
    static const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN] = "a circuit of the tests";
    struct nonzk_proving_key key;
    struct nonzk_groth16_verifier *verifier;
    struct file file = read_file(argv[1]);
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    read_key(argv[0], &key);
    size_t len = NONZK_GROTH16_KEY_LEN(key.shape.npublic);
    size_t size = nonzk_groth16_verifier_size(key.shape.npublic);
    uint8_t *bytes = alloc(len);
    must_be_zero(nonzk_proving_key_verifying(bytes, len, &key, circuit_id));
    must_be_zero(nonzk_groth16_verifier_init(&verifier, alloc(size), size, bytes, len));
    must(file.len == OPEN_LEN + key.shape.npublic * NONZK_GROTH16_INPUT_LEN,
         "a proof and its inputs have another length");
    close_proof(proof, file.bytes);
    must_be_zero(nonzk_groth16_verify(verifier, proof, sizeof proof, file.bytes + OPEN_LEN,
                                      key.shape.npublic));
}

/* The last key's memory lives as long as the program. */
static void go_on(const char *old_name, const char *new_name,
                  const struct nonzk_contribution *contribution)
{
    struct nonzk_proving_key old, key;
    struct nonzk_proving_key_shape shape;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    read_key(old_name, &old);
    must_be_zero(nonzk_phase2_shape(&shape, &old, contribution));
    size_t size = nonzk_proving_key_size(&shape);
    must_be_zero(nonzk_phase2_contribute(&key, alloc(size), size, &old, contribution, hash));
    write_key(new_name, &key);
}

/* OLD NEW */
static void contribute(char **argv)
{
    go_on(argv[0], argv[1], &party);
}

/* OLD NEW */
static void beacon(char **argv)
{
    go_on(argv[0], argv[1], &public_beacon);
}

/* INITIAL KEY */
static void verify_phase2(char **argv)
{
    struct nonzk_proving_key initial, key;
    read_key(argv[0], &initial);
    read_key(argv[1], &key);
    size_t size = nonzk_phase2_verify_workspace(&key);
    must_be_zero(nonzk_phase2_verify(&initial, &key, verification_random, alloc(size), size, NULL));
}

static void write_ptau(const char *name, const struct nonzk_ptau *ptau)
{
    size_t len = nonzk_ptau_len(ptau);
    uint8_t *bytes = alloc(len);
    must_be_zero(nonzk_ptau_write(bytes, len, ptau));
    write_file(name, bytes, len);
}

static void read_ptau(const char *name, struct nonzk_ptau *ptau)
{
    struct nonzk_ptau_shape shape;
    struct file file = read_file(name);
    must_be_zero(nonzk_ptau_shape_of(&shape, file.bytes, file.len));
    size_t size = nonzk_ptau_size(&shape);
    must_be_zero(nonzk_ptau_read(ptau, alloc(size), size, file.bytes, file.len, NULL));
}

/* POWER PTAU */
static void ptau_new(char **argv)
{
    const struct nonzk_ptau_shape shape = {.power = (uint32_t)atoi(argv[0])};
    struct nonzk_ptau ptau;
    size_t size = nonzk_ptau_size(&shape);
    must_be_zero(nonzk_ptau_new(&ptau, alloc(size), size, shape.power));
    write_ptau(argv[1], &ptau);
}

static void ptau_go_on(char **argv, const struct nonzk_contribution *contribution)
{
    struct nonzk_ptau old, ptau;
    struct nonzk_ptau_shape shape;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    read_ptau(argv[0], &old);
    must_be_zero(nonzk_ptau_next_shape(&shape, &old, contribution));
    size_t size = nonzk_ptau_size(&shape);
    must_be_zero(nonzk_ptau_contribute(&ptau, alloc(size), size, &old, contribution, hash));
    write_ptau(argv[1], &ptau);
}

/* OLD NEW */
static void ptau_contribute(char **argv)
{
    ptau_go_on(argv, &party);
}

/* OLD NEW */
static void ptau_beacon(char **argv)
{
    ptau_go_on(argv, &public_beacon);
}

/* OLD NEW */
static void ptau_prepare(char **argv)
{
    struct nonzk_ptau old, ptau;
    read_ptau(argv[0], &old);
    struct nonzk_ptau_shape shape = old.shape;
    shape.is_prepared = 1;
    size_t size = nonzk_ptau_size(&shape), workspace_len = nonzk_ptau_workspace(&shape);
    must_be_zero(
        nonzk_ptau_prepare(&ptau, alloc(size), size, &old, alloc(workspace_len), workspace_len));
    write_ptau(argv[1], &ptau);
}

/* PTAU */
static void ptau_verify(char **argv)
{
    struct nonzk_ptau ptau;
    read_ptau(argv[0], &ptau);
    size_t size = nonzk_ptau_workspace(&ptau.shape);
    must_be_zero(nonzk_ptau_verify(&ptau, verification_random, alloc(size), size, NULL));
}

/* R1CS PTAU ZKEY */
static void phase2_new(char **argv)
{
    struct nonzk_ptau ptau;
    struct nonzk_r1cs cs;
    struct nonzk_proving_key_shape shape;
    struct nonzk_proving_key key;
    read_r1cs(argv[0], &cs);
    read_ptau(argv[1], &ptau);
    must_be_zero(nonzk_setup_shape(&shape, &cs));
    size_t size = nonzk_proving_key_size(&shape), len = nonzk_phase2_new_workspace(&shape);
    must_be_zero(nonzk_phase2_new(&key, alloc(size), size, &cs, &ptau, alloc(len), len));
    write_key(argv[2], &key);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int nargs;
        void (*run)(char **argv);
    } commands[] = {
        {"secrets", 1, print_secrets},   {"setup", 3, setup},
        {"rewrite", 2, rewrite},         {"prove", 3, prove},
        {"verify", 2, verify},           {"contribute", 2, contribute},
        {"beacon", 2, beacon},           {"verify-phase2", 2, verify_phase2},
        {"ptau-new", 2, ptau_new},       {"ptau-contribute", 2, ptau_contribute},
        {"ptau-beacon", 2, ptau_beacon}, {"ptau-prepare", 2, ptau_prepare},
        {"ptau-verify", 1, ptau_verify}, {"phase2-new", 3, phase2_new},
    };

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (argc == 2 + commands[i].nargs && strcmp(argv[1], commands[i].name) == 0) {
            commands[i].run(argv + 2);
            free_all();
            return 0;
        }
    must(0, "the commands are in test_snarkjs.sh and snarkjs_peer.cjs");
    return 1;
}
