#include <noncrypto/sha2.h>

#include "groth16/verifier.h"

#include <string.h>

#define MAGIC_LEN 8
#define BODY_AT   NONZK_GROTH16_HEADER_LEN
#define COUNT_AT  (BODY_AT + 864)
#define IC_AT     (COUNT_AT + 4)

static const uint8_t magic[MAGIC_LEN] = {'N', 'O', 'N', 'O', 'S', 'V', 'K', '1'};

/* The points of a key file before IC. */
struct key_points {
    struct nonzk_g1_affine alpha, beta1, delta1;
    struct nonzk_g2_affine beta, gamma, delta;
};

static void key_hash(uint8_t out[NONCRYPTO_SHA256_LEN], const uint8_t *circuit_id,
                     const uint8_t *body, size_t body_len)
{
    struct noncrypto_sha256 ctx;

    noncrypto_sha256_init(&ctx);
    noncrypto_sha256_update(&ctx, magic, MAGIC_LEN);
    noncrypto_sha256_update(&ctx, circuit_id, NONZK_GROTH16_CIRCUIT_ID_LEN);
    noncrypto_sha256_update(&ctx, body, body_len);
    noncrypto_sha256_final(&ctx, out);
}

void nonzk_groth16_key_header(uint8_t header[NONZK_GROTH16_HEADER_LEN],
                              const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN],
                              const uint8_t *body, size_t body_len)
{
    memcpy(header, magic, MAGIC_LEN);
    memcpy(header + MAGIC_LEN, circuit_id, NONZK_GROTH16_CIRCUIT_ID_LEN);
    key_hash(header + MAGIC_LEN + NONZK_GROTH16_CIRCUIT_ID_LEN, circuit_id, body, body_len);
}

int nonzk_groth16_key_ninputs(size_t *ninputs, const uint8_t *key, size_t key_len)
{
    if (key_len < NONZK_GROTH16_KEY_LEN(0) || memcmp(key, magic, MAGIC_LEN) != 0)
        return NONZK_E_ENCODING;
    const uint8_t *count = key + COUNT_AT;
    uint32_t npoints =
        (uint32_t)count[0] << 24 | (uint32_t)count[1] << 16 | (uint32_t)count[2] << 8 | count[3];
    if (npoints == 0 || npoints > NONZK_GROTH16_MAX_INPUTS + 1 ||
        key_len != NONZK_GROTH16_KEY_LEN(npoints - 1))
        return NONZK_E_ENCODING;
    *ninputs = npoints - 1;
    return 0;
}

size_t nonzk_groth16_verifier_size(size_t ninputs)
{
    if (ninputs > NONZK_GROTH16_MAX_INPUTS)
        return 0;
    return sizeof(struct nonzk_groth16_verifier) + ninputs * sizeof(struct g1_table);
}

/* Takes a point from the bytes at *at, which goes on behind it. */
static int take_g1(struct nonzk_g1_affine *out, const uint8_t **at, int may_be_infinity)
{
    int result = nonzk_g1_from_uncompressed(out, *at);

    *at += NONZK_G1_UNCOMPRESSED_LEN;
    if (result == 0 && !may_be_infinity && nonzk_g1_affine_is_infinity(out))
        return NONZK_E_INFINITY;
    return result;
}

static int take_g2(struct nonzk_g2_affine *out, const uint8_t **at)
{
    int result = nonzk_g2_from_uncompressed(out, *at);

    *at += NONZK_G2_UNCOMPRESSED_LEN;
    if (result == 0 && nonzk_g2_affine_is_infinity(out))
        return NONZK_E_INFINITY;
    return result;
}

static int take_points(struct key_points *p, const uint8_t *at)
{
    int result = take_g1(&p->alpha, &at, 0);

    if (result == 0)
        result = take_g1(&p->beta1, &at, 1);
    if (result == 0)
        result = take_g2(&p->beta, &at);
    if (result == 0)
        result = take_g2(&p->gamma, &at);
    if (result == 0)
        result = take_g1(&p->delta1, &at, 1);
    if (result == 0)
        result = take_g2(&p->delta, &at);
    return result;
}

/* e(a, generator) = e(generator, b) */
int groth16_differ(const struct nonzk_g1_affine *a, const struct nonzk_g2_affine *b)
{
    struct nonzk_g1 generator1;
    struct nonzk_g2 generator2;
    struct nonzk_g1_affine g1;
    struct nonzk_g2_affine g2;

    if (nonzk_g1_affine_is_infinity(a))
        return 0;
    nonzk_g1_set_generator(&generator1);
    nonzk_g1_neg(&generator1, &generator1);
    nonzk_g1_to_affine(&g1, &generator1);
    nonzk_g2_set_generator(&generator2);
    nonzk_g2_to_affine(&g2, &generator2);
    const struct nonzk_pair pairs[2] = {{a, &g2, NULL}, {&g1, b, NULL}};
    return !nonzk_pairing_product_is_one(pairs, 2);
}

/* delta = gamma, delta = generator, or up to sign: equal x, as y follows from it up to sign */
static int is_unfinished(const struct key_points *p)
{
    struct nonzk_g2 generator;

    nonzk_g2_set_generator(&generator);
    return nonzk_fp2_equal(&p->delta.x, &p->gamma.x) | nonzk_fp2_equal(&p->delta.x, &generator.x);
}

static void prepare_negative(struct nonzk_g2_lines *lines, const struct nonzk_g2_affine *q)
{
    struct nonzk_g2_affine negative = *q;

    nonzk_fp2_neg(&negative.y, &q->y);
    nonzk_g2_lines_prepare(lines, &negative);
}

static int take_ic(struct nonzk_groth16_verifier *v, const uint8_t *at)
{
    struct nonzk_g1_affine point;
    int result = take_g1(&v->ic0, &at, 0);

    for (size_t i = 0; result == 0 && i < v->ninputs; i++) {
        result = take_g1(&point, &at, 0);
        if (result == 0)
            g1_table_make(&v->ic[i], &point);
    }
    return result;
}

int nonzk_groth16_verifier_init(struct nonzk_groth16_verifier **out, void *memory,
                                size_t memory_len, const uint8_t *key, size_t key_len)
{
    struct nonzk_groth16_verifier *v = memory;
    struct key_points points;
    uint8_t hash[NONCRYPTO_SHA256_LEN];
    size_t ninputs;

    *out = NULL;
    int result = nonzk_groth16_key_ninputs(&ninputs, key, key_len);
    if (result != 0)
        return result;
    if (memory_len < nonzk_groth16_verifier_size(ninputs) ||
        (uintptr_t)memory % _Alignof(struct nonzk_groth16_verifier) != 0)
        return NONZK_E_NO_SPACE;
    const uint8_t *circuit_id = key + MAGIC_LEN;
    key_hash(hash, circuit_id, key + BODY_AT, key_len - BODY_AT);
    if (memcmp(hash, circuit_id + NONZK_GROTH16_CIRCUIT_ID_LEN, sizeof hash) != 0)
        return NONZK_E_KEY;
    result = take_points(&points, key + BODY_AT);
    if (result != 0)
        return result;
    if (is_unfinished(&points) || groth16_differ(&points.beta1, &points.beta) ||
        groth16_differ(&points.delta1, &points.delta))
        return NONZK_E_KEY;

    memcpy(v->circuit_id, circuit_id, sizeof v->circuit_id);
    v->ninputs = ninputs;
    result = take_ic(v, key + IC_AT);
    if (result != 0)
        return result;
    v->alpha = points.alpha;
    v->beta = points.beta;
    nonzk_pairing(&v->alpha_beta, &points.alpha, &points.beta);
    prepare_negative(&v->minus_gamma, &points.gamma);
    prepare_negative(&v->minus_delta, &points.delta);
    *out = v;
    return 0;
}

const uint8_t *nonzk_groth16_circuit_id(const struct nonzk_groth16_verifier *verifier)
{
    return verifier->circuit_id;
}

size_t nonzk_groth16_ninputs(const struct nonzk_groth16_verifier *verifier)
{
    return verifier->ninputs;
}
