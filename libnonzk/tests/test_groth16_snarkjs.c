/*
 * Proofs, keys and forgeries made with snarkjs: three circuits with 1, 4 and 8 public inputs.
 */
#include "point_helpers.h"

#include <nonzk/groth16.h>
#include <nonzk/pairing.h>
#include <snarkjs_json.h>
#include <vector_json.h>

#define MAX_INPUTS 16

static const char *const circuits[] = {"n1_mul", "n4_poly", "n8_lin"};
static const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN] = "a circuit of the tests";

struct circuit {
    uint8_t key[NONZK_GROTH16_KEY_LEN(MAX_INPUTS)];
    size_t key_len;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    uint8_t inputs[MAX_INPUTS * NONZK_GROTH16_INPUT_LEN];
    size_t ninputs;
    void *memory;
    struct nonzk_groth16_verifier *verifier;
};

static json_t *read_file(const char *circuit, const char *file)
{
    char path[128];
    snprintf(path, sizeof path, "zk/snarkjs/%s/%s", circuit, file);
    return vector_json_read(path);
}

static int init(struct circuit *c)
{
    size_t size = nonzk_groth16_verifier_size(c->ninputs);
    return nonzk_groth16_verifier_init(&c->verifier, c->memory, size, c->key, c->key_len);
}

/* 0 if there are no vectors on this machine */
static int circuit_read(struct circuit *c, const char *name)
{
    json_t *key = read_file(name, "vk.json");
    if (!key)
        return 0;
    json_t *proof = read_file(name, "proof.json"), *inputs = read_file(name, "public.json");
    ck_assert_int_eq(snarkjs_key(c->key, sizeof c->key, &c->key_len, circuit_id, key), 0);
    ck_assert_int_eq(snarkjs_proof(c->proof, proof), 0);
    ck_assert_int_eq(snarkjs_public(c->inputs, MAX_INPUTS, &c->ninputs, inputs), 0);
    json_decref(key);
    json_decref(proof);
    json_decref(inputs);
    size_t ninputs;
    ck_assert_int_eq(nonzk_groth16_key_ninputs(&ninputs, c->key, c->key_len), 0);
    ck_assert_uint_eq(ninputs, c->ninputs);
    c->memory = malloc(nonzk_groth16_verifier_size(c->ninputs));
    ck_assert_int_eq(init(c), 0);
    return 1;
}

static int verify(const struct circuit *c)
{
    return nonzk_groth16_verify(c->verifier, c->proof, sizeof c->proof, c->inputs, c->ninputs);
}

/*
 * Of what is written in one of the files, the result: that of the conversion, or else that of the
 * verification.
 */
static int verify_file(const struct circuit *c, const char *name, const char *file, int *accept)
{
    json_t *json = read_file(name, file);
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    uint8_t inputs[MAX_INPUTS * NONZK_GROTH16_INPUT_LEN];
    size_t ninputs;
    *accept = strcmp(vector_json_string(json, "expect"), "accept") == 0;
    int result = snarkjs_proof(proof, json_object_get(json, "proof"));
    if (result == 0)
        result = snarkjs_public(inputs, MAX_INPUTS, &ninputs, json_object_get(json, "public"));
    if (result == 0)
        result = nonzk_groth16_verify(c->verifier, proof, sizeof proof, inputs, ninputs);
    json_decref(json);
    return result;
}

START_TEST(proofs_of_snarkjs_are_accepted_and_forgeries_refused)
{
    static const struct {
        const char *file;
        int result;
    } files[] = {
        {"bad_alias.json", NONZK_E_ENCODING},
        {"bad_infinity.json", NONZK_E_INFINITY},
        {"bad_long.json", NONZK_E_INVALID},
        {"bad_negA.json", NONZK_E_PROOF},
        {"bad_negC.json", NONZK_E_PROOF},
        {"bad_offcurveA.json", NONZK_E_NOT_ON_CURVE},
        {"bad_offcurveB.json", NONZK_E_NOT_ON_CURVE},
        {"bad_public0.json", NONZK_E_PROOF},
        {"bad_publiclast.json", NONZK_E_PROOF},
        {"bad_short.json", NONZK_E_INVALID},
        {"bad_swapAC.json", NONZK_E_PROOF},
        {"bad_swapFp2.json", NONZK_E_NOT_ON_CURVE},
        {"ok_negA_negB.json", 0},
    };
    struct circuit c;
    if (!circuit_read(&c, circuits[_i]))
        return;
    ck_assert_int_eq(verify(&c), 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        int accept, result = verify_file(&c, circuits[_i], files[i].file, &accept);
        ck_assert_msg(result == files[i].result, "%s: %s", files[i].file, nonzk_strerror(result));
        ck_assert_int_eq(result == 0, accept);
    }
    printf("# zk/snarkjs/%s: a proof and %zu variants\n", circuits[_i],
           sizeof files / sizeof files[0]);
    free(c.memory);
}
END_TEST

static void rehash(struct circuit *c)
{
    nonzk_groth16_key_header(c->key, circuit_id, c->key + NONZK_GROTH16_HEADER_LEN,
                             c->key_len - NONZK_GROTH16_HEADER_LEN);
}

enum {
    ALPHA_AT = NONZK_GROTH16_HEADER_LEN,
    BETA1_AT = ALPHA_AT + 96,
    BETA_AT = BETA1_AT + 96,
    GAMMA_AT = BETA_AT + 192,
    DELTA1_AT = GAMMA_AT + 192,
    DELTA_AT = DELTA1_AT + 96,
    IC_AT = DELTA_AT + 192 + 4,
};

static void expect_key(struct circuit *c, size_t at, const void *bytes, size_t len, int result)
{
    uint8_t before[192];
    memcpy(before, c->key + at, len);
    memcpy(c->key + at, bytes, len);
    rehash(c);
    ck_assert_int_eq(init(c), result);
    if (result != 0)
        ck_assert_ptr_null(c->verifier);
    memcpy(c->key + at, before, len);
    rehash(c);
}

static void negate(uint8_t out[192], const uint8_t in[192])
{
    struct nonzk_g2_affine q;
    ck_assert_int_eq(nonzk_g2_from_uncompressed(&q, in), 0);
    nonzk_fp2_neg(&q.y, &q.y);
    nonzk_g2_to_uncompressed(out, &q);
}

START_TEST(unsafe_keys_are_refused)
{
    static const uint8_t infinity[192] = {0x40};
    struct circuit c;
    uint8_t point[192];
    if (!circuit_read(&c, circuits[_i]))
        return;
    expect_key(&c, ALPHA_AT, infinity, 96, NONZK_E_INFINITY);
    expect_key(&c, BETA_AT, infinity, 192, NONZK_E_INFINITY);
    expect_key(&c, GAMMA_AT, infinity, 192, NONZK_E_INFINITY);
    expect_key(&c, DELTA_AT, infinity, 192, NONZK_E_INFINITY);
    for (size_t i = 0; i <= c.ninputs; i++)
        expect_key(&c, IC_AT + 96 * i, infinity, 96, NONZK_E_INFINITY);

    memcpy(point, c.key + DELTA_AT, 192);
    expect_key(&c, GAMMA_AT, point, 192, NONZK_E_KEY);
    negate(point, point);
    expect_key(&c, GAMMA_AT, point, 192, NONZK_E_KEY);
    /* snarkjs has the generator for gamma: with another one here, only delta is the generator. */
    uint8_t generator[192];
    memcpy(generator, c.key + GAMMA_AT, 192);
    memcpy(c.key + GAMMA_AT, c.key + BETA_AT, 192);
    expect_key(&c, DELTA_AT, generator, 192, NONZK_E_KEY);
    negate(point, generator);
    expect_key(&c, DELTA_AT, point, 192, NONZK_E_KEY);
    free(c.memory);
}
END_TEST

START_TEST(damaged_keys_are_refused)
{
    struct circuit c;
    if (!circuit_read(&c, circuits[_i]))
        return;
    for (size_t at = 0; at < c.key_len; at += 13) {
        c.key[at] ^= 1;
        ck_assert_int_ne(init(&c), 0);
        c.key[at] ^= 1;
    }
    c.key[NONZK_GROTH16_HEADER_LEN] ^= 1;
    ck_assert_int_eq(init(&c), NONZK_E_KEY);
    rehash(&c);
    ck_assert_int_eq(init(&c), NONZK_E_NOT_ON_CURVE);
    c.key[NONZK_GROTH16_HEADER_LEN] ^= 1;
    rehash(&c);
    for (size_t len = 0; len < c.key_len; len += 41) {
        size_t whole = c.key_len;
        c.key_len = len;
        ck_assert_int_eq(init(&c), NONZK_E_ENCODING);
        c.key_len = whole;
    }
    /* beta and delta in G1 are checked if they are there. */
    struct scalar k = scalar_u64(5);
    struct nonzk_g1 p = g1_multiple(&k);
    struct nonzk_g1_affine a;
    uint8_t point[96];
    nonzk_g1_to_affine(&a, &p);
    nonzk_g1_to_uncompressed(point, &a);
    expect_key(&c, BETA1_AT, point, 96, NONZK_E_KEY);
    expect_key(&c, DELTA1_AT, point, 96, NONZK_E_KEY);
    ck_assert_int_eq(init(&c), 0);
    ck_assert_mem_eq(nonzk_groth16_circuit_id(c.verifier), circuit_id, sizeof circuit_id);
    size_t size = nonzk_groth16_verifier_size(c.ninputs);
    ck_assert_int_eq(nonzk_groth16_verifier_init(&c.verifier, c.memory, size - 1, c.key, c.key_len),
                     NONZK_E_NO_SPACE);
    ck_assert_uint_eq(nonzk_groth16_verifier_size(NONZK_GROTH16_MAX_INPUTS + 1), 0);
    free(c.memory);
}
END_TEST

START_TEST(no_flipped_bit_of_a_proof_is_accepted)
{
    struct circuit c;
    if (!circuit_read(&c, circuits[_i]))
        return;
    for (size_t bit = 0; bit < 8 * sizeof c.proof; bit += 29) {
        c.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_ne(verify(&c), 0);
        c.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 256 * c.ninputs; bit += 101) {
        c.inputs[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_ne(verify(&c), 0);
        c.inputs[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ck_assert_int_eq(verify(&c), 0);
    ck_assert_int_eq(
        nonzk_groth16_verify(c.verifier, c.proof, sizeof c.proof - 1, c.inputs, c.ninputs),
        NONZK_E_INVALID);
    free(c.memory);
}
END_TEST

START_TEST(a_batch_holds_exactly_if_each_proof_does)
{
    enum { NCLAIMS = 19 };
    struct circuit c;
    uint64_t seed = check_seed(), workspace[MAX_INPUTS * 8];
    uint8_t random[NCLAIMS * NONZK_GROTH16_RANDOM_LEN], proofs[NCLAIMS][NONZK_GROTH16_PROOF_LEN];
    uint8_t inputs[sizeof c.inputs];
    struct nonzk_groth16_claim claims[NCLAIMS];
    size_t bad;
    if (!circuit_read(&c, circuits[_i]))
        return;
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)check_random(&seed);
    for (size_t i = 0; i < NCLAIMS; i++) {
        memcpy(proofs[i], c.proof, sizeof c.proof);
        /* Every other one is (-A, -B, C), which holds too. */
        if (i % 2) {
            proofs[i][0] ^= 0x20;
            proofs[i][48] ^= 0x20;
        }
        claims[i] = (struct nonzk_groth16_claim){proofs[i], c.inputs};
    }
    ck_assert_uint_le(nonzk_groth16_batch_size(c.verifier), sizeof workspace);
    for (size_t n = 0; n <= NCLAIMS; n += n < 2 ? 1 : 17) {
        ck_assert_int_eq(nonzk_groth16_verify_batch(c.verifier, claims, n, random, workspace,
                                                    sizeof workspace, &bad),
                         0);
        ck_assert_uint_eq(bad, n);
    }
    static const size_t places[] = {0, 7, 8, 18};
    memcpy(inputs, c.inputs, sizeof inputs);
    inputs[NONZK_GROTH16_INPUT_LEN - 1] ^= 1;
    for (size_t i = 0; i < 4; i++) {
        /* A wrong statement, then a wrong proof, then a malformed one. */
        claims[places[i]].inputs = inputs;
        ck_assert_int_eq(nonzk_groth16_verify_batch(c.verifier, claims, NCLAIMS, random, workspace,
                                                    sizeof workspace, &bad),
                         NONZK_E_PROOF);
        ck_assert_uint_eq(bad, places[i]);
        claims[places[i]].inputs = c.inputs;
        proofs[places[i]][144] ^= 0x20;
        ck_assert_int_eq(nonzk_groth16_verify_batch(c.verifier, claims, NCLAIMS, random, workspace,
                                                    sizeof workspace, &bad),
                         NONZK_E_PROOF);
        ck_assert_uint_eq(bad, places[i]);
        proofs[places[i]][144] ^= 0xa0;
        ck_assert_int_eq(nonzk_groth16_verify_batch(c.verifier, claims, NCLAIMS, random, workspace,
                                                    sizeof workspace, &bad),
                         NONZK_E_ENCODING);
        ck_assert_uint_eq(bad, places[i]);
        proofs[places[i]][144] ^= 0x80;
    }
    ck_assert_int_eq(nonzk_groth16_verify_batch(c.verifier, claims, NCLAIMS, random, workspace,
                                                nonzk_groth16_batch_size(c.verifier) - 1, &bad),
                     NONZK_E_NO_SPACE);
    free(c.memory);
}
END_TEST

/*
 * Two wrong proofs whose errors cancel in a plain product must not pass: (A, B, C + D) and (A, B, C
 * - D).
 */
START_TEST(errors_that_cancel_do_not_pass_a_batch)
{
    struct circuit c;
    uint64_t seed = check_seed(), workspace[MAX_INPUTS * 8];
    uint8_t random[2 * NONZK_GROTH16_RANDOM_LEN], proofs[2][NONZK_GROTH16_PROOF_LEN];
    struct nonzk_groth16_claim claims[2];
    struct nonzk_g1_affine c_affine, d_affine, changed;
    struct nonzk_g1 point, d;
    size_t bad;
    if (!circuit_read(&c, circuits[_i]))
        return;
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)check_random(&seed);
    d_affine = g1_affine_random(&seed);
    ck_assert_int_eq(nonzk_g1_from_compressed(&c_affine, c.proof + 144), 0);
    for (size_t i = 0; i < 2; i++) {
        memcpy(proofs[i], c.proof, sizeof c.proof);
        nonzk_g1_from_affine(&d, &d_affine);
        nonzk_g1_add_affine(&point, &d, &c_affine);
        nonzk_g1_to_affine(&changed, &point);
        nonzk_g1_to_compressed(proofs[i] + 144, &changed);
        nonzk_fp_neg(&d_affine.y, &d_affine.y);
        claims[i] = (struct nonzk_groth16_claim){proofs[i], c.inputs};
    }
    ck_assert_int_eq(nonzk_groth16_verify_batch(c.verifier, claims, 2, random, workspace,
                                                sizeof workspace, &bad),
                     NONZK_E_PROOF);
    ck_assert_uint_eq(bad, 0);
    free(c.memory);
}
END_TEST

static Suite *groth16_suite(void)
{
    Suite *suite = suite_create("nonzk groth16 snarkjs");
    TCase *tc = tcase_create("groth16");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, proofs_of_snarkjs_are_accepted_and_forgeries_refused, 0, 3);
    tcase_add_loop_test(tc, unsafe_keys_are_refused, 0, 3);
    tcase_add_loop_test(tc, damaged_keys_are_refused, 0, 3);
    tcase_add_loop_test(tc, no_flipped_bit_of_a_proof_is_accepted, 0, 3);
    tcase_add_loop_test(tc, a_batch_holds_exactly_if_each_proof_does, 0, 3);
    tcase_add_loop_test(tc, errors_that_cancel_do_not_pass_a_batch, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(groth16_suite)
