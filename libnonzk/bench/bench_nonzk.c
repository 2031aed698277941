/*
 * Speed of libnonzk on one thread; each operation waits for the one before.
 *
 *     bench_nonzk [--portable] [--peer FILE]
 *
 * --portable: without the instructions that not every processor has; --peer: beside what blst_peer.cjs printed.
 */
#include "row.h"

#include "../tests/made_key.h"

#include <bench.h>
#include <noncrypto/cpu.h>
#include <nonzk/attestation.h>
#include <nonzk/hash_to_curve.h>
#include <nonzk/msm.h>
#include <nonzk/pairing.h>
#include <nonzk/poseidon.h>
#include <nonzk/prove.h>
#include <nonzk/setup.h>
#include <stdio.h>
#include <stdlib.h>

struct operands {
    struct nonzk_fp2 a;
    struct nonzk_fp2 b;
    int result;
};

static void run_add(void *arg)
{
    struct operands *o = arg;
    nonzk_fp_add(&o->a.c0, &o->a.c0, &o->b.c0);
}

static void run_mul(void *arg)
{
    struct operands *o = arg;
    nonzk_fp_mul(&o->a.c0, &o->a.c0, &o->b.c0);
}

static void run_invert(void *arg)
{
    struct operands *o = arg;
    o->result |= nonzk_fp_invert(&o->a.c0, &o->a.c0);
}

static void run_sqrt(void *arg)
{
    struct operands *o = arg;
    nonzk_fp_square(&o->b.c0, &o->a.c0);
    o->result |= nonzk_fp_sqrt(&o->a.c0, &o->b.c0);
}

static void run_mul2(void *arg)
{
    struct operands *o = arg;
    nonzk_fp2_mul(&o->a, &o->a, &o->b);
}

static void run_square2(void *arg)
{
    struct operands *o = arg;
    nonzk_fp2_square(&o->a, &o->a);
}

static void run_sqrt2(void *arg)
{
    struct operands *o = arg;
    nonzk_fp2_square(&o->b, &o->a);
    o->result |= nonzk_fp2_sqrt(&o->a, &o->b);
}

static int bench_fields(void)
{
    static const struct {
        const char *name;
        void (*run)(void *arg);
    } subjects[] = {
        {"Fp add", run_add},     {"Fp mul", run_mul},   {"Fp invert", run_invert},
        {"Fp sqrt", run_sqrt},   {"Fp2 mul", run_mul2}, {"Fp2 square", run_square2},
        {"Fp2 sqrt", run_sqrt2},
    };
    struct operands o = {.result = 0};

    nonzk_fp_set_u64(&o.a.c0, UINT64_C(0x123456789abcdef1));
    nonzk_fp_set_u64(&o.a.c1, UINT64_C(0xfedcba9876543211));
    if (nonzk_fp2_invert(&o.a, &o.a) != 0)
        return 1;
    nonzk_fp2_conjugate(&o.b, &o.a);
    for (size_t s = 0; s < sizeof subjects / sizeof subjects[0]; s++)
        row_print(subjects[s].name, ROW_NS, bench_seconds(subjects[s].run, &o), NULL);
    return o.result != 0;
}

struct points {
    struct nonzk_g1 p;
    struct nonzk_g2 q;
    struct nonzk_g1_affine p_affine;
    struct nonzk_g2_affine q_affine;
    uint8_t p_bytes[NONZK_G1_COMPRESSED_LEN];
    uint8_t q_bytes[NONZK_G2_COMPRESSED_LEN];
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_fp12 e;
    int result;
};

static void run_g1_mul(void *arg)
{
    struct points *o = arg;
    nonzk_g1_mul(&o->p, &o->p, o->scalar);
}

static void run_g1_mul_vartime(void *arg)
{
    struct points *o = arg;
    nonzk_g1_mul_vartime(&o->p, &o->p, o->scalar);
}

static void run_g2_mul(void *arg)
{
    struct points *o = arg;
    nonzk_g2_mul(&o->q, &o->q, o->scalar);
}

static void run_g2_mul_vartime(void *arg)
{
    struct points *o = arg;
    nonzk_g2_mul_vartime(&o->q, &o->q, o->scalar);
}

static void run_g1_decode(void *arg)
{
    struct points *o = arg;
    o->result |= nonzk_g1_from_compressed(&o->p_affine, o->p_bytes);
}

static void run_g2_decode(void *arg)
{
    struct points *o = arg;
    o->result |= nonzk_g2_from_compressed(&o->q_affine, o->q_bytes);
}

static void run_miller(void *arg)
{
    struct points *o = arg;
    const struct nonzk_pair pair = {&o->p_affine, &o->q_affine, NULL};
    nonzk_miller_loop(&o->e, &pair, 1);
}

static void run_final(void *arg)
{
    struct points *o = arg;
    nonzk_final_exponentiation(&o->e, &o->e);
}

static void run_pairing(void *arg)
{
    struct points *o = arg;
    nonzk_pairing(&o->e, &o->p_affine, &o->q_affine);
}

static int bench_points(void)
{
    static const struct {
        const char *name;
        void (*run)(void *arg);
        const char *peer;
    } subjects[] = {
        {"G1 mul", run_g1_mul, "g1_mul"},
        {"G1 mul, public", run_g1_mul_vartime, NULL},
        {"G2 mul", run_g2_mul, NULL},
        {"G2 mul, public", run_g2_mul_vartime, NULL},
        {"G1 decode", run_g1_decode, "g1_decode"},
        {"G2 decode", run_g2_decode, "g2_decode"},
        {"Miller loop", run_miller, NULL},
        {"final exponentiation", run_final, NULL},
        {"pairing", run_pairing, NULL},
    };
    struct points o = {.result = 0};

    memset(o.scalar, 0x5a, sizeof o.scalar);
    nonzk_g1_set_generator(&o.p);
    nonzk_g2_set_generator(&o.q);
    nonzk_g1_to_affine(&o.p_affine, &o.p);
    nonzk_g2_to_affine(&o.q_affine, &o.q);
    nonzk_g1_to_compressed(o.p_bytes, &o.p_affine);
    nonzk_g2_to_compressed(o.q_bytes, &o.q_affine);
    for (size_t s = 0; s < sizeof subjects / sizeof subjects[0]; s++)
        row_print(subjects[s].name, ROW_US, bench_seconds(subjects[s].run, &o), subjects[s].peer);
    return o.result;
}

/* A BLS signature over the hash to G2 with the key in G1, the one use of pairings that the peer has, too. */
struct signature {
    struct nonzk_g1_affine key, minus_generator;
    struct nonzk_g2_affine value;
    struct nonzk_g2 signed_value;
    uint8_t scalar[NONZK_SCALAR_LEN];
    int result;
};

static int hash_message(struct nonzk_g2 *out)
{
    static const char tag[] = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

    return nonzk_g2_hash(out, "bench", 5, tag, sizeof tag - 1);
}

static void run_bls_sign(void *arg)
{
    struct signature *o = arg;
    o->result |= hash_message(&o->signed_value);
    nonzk_g2_mul(&o->signed_value, &o->signed_value, o->scalar);
}

/* e(key, H(m)) = e(generator, signature) */
static void run_bls_verify(void *arg)
{
    struct signature *o = arg;
    struct nonzk_g2 hash;
    struct nonzk_g2_affine hash_affine;
    const struct nonzk_pair pairs[] = {{&o->key, &hash_affine, NULL},
                                       {&o->minus_generator, &o->value, NULL}};

    o->result |= hash_message(&hash);
    nonzk_g2_to_affine(&hash_affine, &hash);
    o->result |= !nonzk_pairing_product_is_one(pairs, 2);
}

/* The peer's signature if there is one, else one by a key of our own. */
static int bench_signature(void)
{
    struct signature o = {.result = 0};
    uint8_t key[NONZK_G1_COMPRESSED_LEN], value[NONZK_G2_COMPRESSED_LEN];
    struct nonzk_g1 g;

    memset(o.scalar, 0x5a, sizeof o.scalar);
    nonzk_g1_set_generator(&g);
    nonzk_g1_neg(&g, &g);
    nonzk_g1_to_affine(&o.minus_generator, &g);
    nonzk_g1_neg(&g, &g);
    nonzk_g1_mul(&g, &g, o.scalar);
    nonzk_g1_to_affine(&o.key, &g);
    run_bls_sign(&o);
    nonzk_g2_to_affine(&o.value, &o.signed_value);
    if (peer_bytes("key", key, sizeof key) == 0 &&
        peer_bytes("signature", value, sizeof value) == 0 &&
        (nonzk_g1_from_compressed(&o.key, key) != 0 ||
         nonzk_g2_from_compressed(&o.value, value) != 0))
        return 1;
    row_print("BLS signature, sign", ROW_US, bench_seconds(run_bls_sign, &o), "bls_sign");
    row_print("BLS signature, verify", ROW_US, bench_seconds(run_bls_verify, &o), "bls_verify");
    return o.result;
}

#define MAX_INPUTS 16
#define MAX_BATCH  64

struct groth16 {
    struct nonzk_groth16_verifier *verifier;
    size_t ninputs, nclaims;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    uint8_t inputs[MAX_INPUTS * NONZK_GROTH16_INPUT_LEN];
    uint8_t random[MAX_BATCH * NONZK_GROTH16_RANDOM_LEN];
    struct nonzk_groth16_claim claims[MAX_BATCH];
    uint64_t workspace[MAX_INPUTS * 8];
    int result;
};

static void run_verify(void *arg)
{
    struct groth16 *o = arg;
    /* Inputs of all bits take as long as those of any other proof, which then does not hold. */
    int result =
        nonzk_groth16_verify(o->verifier, o->proof, sizeof o->proof, o->inputs, o->ninputs);
    o->result |= result != NONZK_E_PROOF;
}

static void run_batch(void *arg)
{
    struct groth16 *o = arg;
    size_t bad;
    o->result |= nonzk_groth16_verify_batch(o->verifier, o->claims, o->nclaims, o->random,
                                            o->workspace, sizeof o->workspace, &bad);
}

static int make_groth16(struct groth16 *o, size_t ninputs)
{
    static uint64_t memory[16384];
    uint8_t key[NONZK_GROTH16_KEY_LEN(MAX_INPUTS)];
    uint32_t inputs[MAX_INPUTS];

    for (size_t i = 0; i < ninputs; i++)
        inputs[i] = (uint32_t)(i + 1) * 0x9e3779b9u;
    made_key(key, ninputs);
    made_proof(o->proof, o->inputs, inputs, ninputs);
    o->ninputs = ninputs;
    return nonzk_groth16_verifier_init(&o->verifier, memory, sizeof memory, key,
                                       NONZK_GROTH16_KEY_LEN(ninputs));
}

static int bench_groth16(void)
{
    static const size_t numbers[] = {1, 4, 16}, batches[] = {16, 64};
    static struct groth16 o;
    char name[40];
    uint64_t seed = 1;

    for (size_t i = 0; i < sizeof o.random; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        o.random[i] = (uint8_t)(seed >> 56);
    }
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        if (make_groth16(&o, 4) != 0)
            return 1;
        for (size_t j = 0; j < MAX_BATCH; j++)
            o.claims[j] = (struct nonzk_groth16_claim){o.proof, o.inputs};
        o.nclaims = batches[i];
        snprintf(name, sizeof name, "batch of %zu, 4 inputs, each", o.nclaims);
        row_print(name, ROW_US, bench_seconds(run_batch, &o) / (double)o.nclaims, NULL);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (make_groth16(&o, numbers[i]) != 0)
            return 1;
        memset(o.inputs, 0x5a, sizeof o.inputs);
        snprintf(name, sizeof name, "verify, %zu inputs", o.ninputs);
        row_print(name, ROW_US, bench_seconds(run_verify, &o), NULL);
    }
    return o.result;
}

struct msm {
    struct nonzk_g1_affine *points;
    uint8_t *scalars;
    void *workspace;
    size_t n, size;
    int result;
};

static void run_msm(void *arg)
{
    struct msm *o = arg;
    struct nonzk_g1 sum;
    o->result |= nonzk_g1_msm_vartime(&sum, o->points, o->scalars, o->n, o->workspace, o->size);
}

static void run_secret_msm(void *arg)
{
    struct msm *o = arg;
    struct nonzk_g1 sum;
    o->result |= nonzk_g1_msm(&sum, o->points, o->scalars, o->n, o->workspace, o->size);
}

static int bench_msm(void)
{
    const size_t most = (size_t)1 << 16;
    struct msm o = {.size = nonzk_g1_msm_size(most)};
    char name[40];
    struct nonzk_g1 p;
    uint64_t seed = 1;

    o.points = malloc(most * sizeof *o.points);
    o.scalars = malloc(most * NONZK_SCALAR_LEN);
    o.workspace = malloc(o.size);
    if (!o.points || !o.scalars || !o.workspace)
        return 1;
    nonzk_g1_set_generator(&p);
    for (size_t i = 0; i < most; i++) {
        nonzk_g1_double(&p, &p);
        nonzk_g1_to_affine(&o.points[i], &p);
    }
    for (size_t i = 0; i < most * NONZK_SCALAR_LEN; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        o.scalars[i] = (uint8_t)(seed >> 56);
    }
    for (unsigned bits = 12; bits <= 16; bits += 2) {
        o.n = (size_t)1 << bits;
        snprintf(name, sizeof name, "G1 MSM, 2^%u points", bits);
        row_print(name, ROW_MS, bench_seconds(run_msm, &o), NULL);
    }
    o.n = (size_t)1 << 12;
    row_print("G1 MSM, secret, 2^12", ROW_MS, bench_seconds(run_secret_msm, &o), NULL);
    free(o.points);
    free(o.scalars);
    free(o.workspace);
    return o.result;
}

struct attestation {
    struct nonzk_attestation_statement statement;
    struct nonzk_attestation_witness witness;
    struct nonzk_proving_key_shape shape;
    struct nonzk_setup_secrets secrets;
    struct nonzk_proving_key key;
    struct nonzk_r1cs circuit, values;
    void *key_memory, *setup_workspace, *workspace;
    size_t key_len, setup_workspace_len, workspace_len;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    struct nonzk_prove_options options;
    int result;
};

static void run_setup(void *arg)
{
    struct attestation *o = arg;
    o->result |= nonzk_setup(&o->key, o->key_memory, o->key_len, &o->circuit, &o->secrets,
                             o->setup_workspace, o->setup_workspace_len);
}

static void run_prove(void *arg)
{
    struct attestation *o = arg;
    o->result |= nonzk_groth16_prove(o->proof, &o->key, o->values.values, o->values.nwires,
                                     o->workspace, o->workspace_len, &o->options);
}

/* A statement that is true, with secrets of all bits. */
static int make_statement(struct attestation *o)
{
    struct nonzk_fr key, leaf;

    nonzk_setup_development(&o->secrets, "bench", 5);
    o->witness = (struct nonzk_attestation_witness){
        .secret = o->secrets.tau, .allowed = UINT64_MAX, .expiry = UINT32_MAX, .index = 682};
    for (size_t i = 0; i < NONZK_ATTESTATION_DEPTH; i++)
        o->witness.siblings[i] = o->secrets.alpha;
    o->statement.module = o->secrets.beta;
    nonzk_attestation_policy(&o->statement.policy, UINT64_C(0x123456789abcdef), 7, 42);
    nonzk_attestation_pseudonym(&o->statement.pseudonym, &o->witness.secret, 42);
    nonzk_attestation_key(&key, &o->witness.secret);
    nonzk_attestation_leaf(&leaf, &key, o->witness.allowed, o->witness.expiry);
    return nonzk_merkle_root(&o->statement.root, &leaf, o->witness.index, o->witness.siblings,
                             NONZK_ATTESTATION_DEPTH);
}

/* The circuit, recorded or assigned. */
static int run_circuit(struct attestation *o, struct nonzk_r1cs *cs, unsigned mode)
{
    struct nonzk_r1cs_limits limits;

    nonzk_attestation_limits(&limits);
    size_t len = nonzk_r1cs_size(&limits, mode);
    void *memory = malloc(len);
    if (!memory)
        return 1;
    int result = nonzk_r1cs_init(cs, &limits, mode, memory, len);
    if (result != 0)
        return result;
    nonzk_attestation_circuit(cs, &o->statement, &o->witness);
    return nonzk_r1cs_status(cs);
}

static int bench_attestation(void)
{
    static struct attestation o;

    if (make_statement(&o) != 0 || run_circuit(&o, &o.circuit, NONZK_R1CS_RECORD) != 0 ||
        run_circuit(&o, &o.values, NONZK_R1CS_ASSIGN) != 0 ||
        nonzk_setup_shape(&o.shape, &o.circuit) != 0)
        return 1;
    o.key_len = nonzk_proving_key_size(&o.shape);
    o.key_memory = malloc(o.key_len);
    o.setup_workspace_len = nonzk_setup_workspace(&o.shape);
    o.setup_workspace = malloc(o.setup_workspace_len);
    if (!o.key_memory || !o.setup_workspace)
        return 1;
    row_print("attestation, setup", ROW_MS, bench_seconds(run_setup, &o), NULL);
    o.workspace_len = nonzk_groth16_prove_workspace(&o.key);
    o.workspace = malloc(o.workspace_len);
    if (o.result != 0 || !o.workspace)
        return 1;
    row_print("proof, constant time", ROW_MS, bench_seconds(run_prove, &o), NULL);
    o.options.vartime = 1;
    row_print("proof, development keys", ROW_MS, bench_seconds(run_prove, &o), NULL);
    free(o.circuit.terms);
    free(o.values.values);
    free(o.key_memory);
    free(o.setup_workspace);
    free(o.workspace);
    return o.result;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--portable") == 0) {
            noncrypto_cpu_set_features(0);
        } else if (strcmp(argv[i], "--peer") == 0 && i + 1 < argc) {
            if (peer_read(argv[++i]) != 0)
                return 2;
        } else {
            fputs("usage: bench_nonzk [--portable] [--peer FILE]\n", stderr);
            return 2;
        }
    }
    row_print_head();
    return bench_fields() | bench_points() | bench_signature() | bench_groth16() | bench_msm() |
           bench_attestation();
}
