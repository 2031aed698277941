#include <nonzk/msm.h>

#include "ceremony/phase2.h"
#include "layout.h"

#include <string.h>

/* Checks that a beacon chose x and s. */
static int check_beacon(const struct delta_contribution *c)
{
    struct nonzk_fr x;
    struct nonzk_g1_affine s, sx;

    ceremony_phase2_beacon(&x, &s, &c->parameters);
    ceremony_mul_g1(&sx, &s, &x);
    return nonzk_fp_equal(&s.x, &c->s.x) & nonzk_fp_equal(&s.y, &c->s.y) &
           nonzk_fp_equal(&sx.x, &c->sx.x) & nonzk_fp_equal(&sx.y, &c->sx.y);
}

/*
 * Checks one contribution: NULL, or the step that failed. `*delta` goes from what was before it to what is after it.
 */
static const char *check_contribution(struct delta_contribution *c, struct nonzk_g1_affine *delta,
                                      const struct noncrypto_blake2b *transcript)
{
    struct delta_contribution expected = *c;
    struct nonzk_g2_affine chosen;

    ceremony_phase2_challenge(&expected, &chosen, transcript);
    if (memcmp(expected.transcript, c->transcript, sizeof c->transcript) != 0)
        return "its transcript";
    if (!ceremony_same_ratio(&c->s, &c->sx, &chosen, &c->spx))
        return "the proof of its factor";
    if (!ceremony_same_ratio(delta, &c->after, &chosen, &c->spx))
        return "delta after it";
    if (c->parameters.type == CONTRIBUTION_BEACON && !check_beacon(c))
        return "the beacon";
    *delta = c->after;
    return NULL;
}

static int check_contributions(const struct nonzk_proving_key *key, struct nonzk_fault *fault)
{
    struct reader reader = {key->contributions, key->shape.contributions_len};
    struct noncrypto_blake2b transcript;
    struct delta_contribution c;
    struct nonzk_g1_affine delta;
    struct nonzk_g2_affine one2;

    ceremony_generators(&delta, &one2);
    ceremony_hash_init(&transcript);
    noncrypto_blake2b_update(&transcript, key->circuit_hash, sizeof key->circuit_hash);
    for (uint32_t i = 0; i < key->ncontributions; i++) {
        *fault = (struct nonzk_fault){"its points and parameters", i + 1};
        int result = delta_contribution_take(&reader, &c);
        if (result != 0)
            return result;
        fault->step = check_contribution(&c, &delta, &transcript);
        if (fault->step != NULL)
            return NONZK_E_KEY;
        ceremony_phase2_hash_contribution(&transcript, &c);
    }
    *fault = (struct nonzk_fault){"the contributions", 0};
    if (reader.left != 0)
        return NONZK_E_ENCODING;
    if (key->ncontributions == 0)
        return NONZK_E_KEY;
    fault->step = "delta after the last contribution";
    return memcmp(&delta, &key->delta1, sizeof delta) == 0 ? 0 : NONZK_E_KEY;
}

/* Points and elements are reduced, so that equal ones have equal bytes. */
static int are_equal_but_for_delta(const struct nonzk_proving_key *a,
                                   const struct nonzk_proving_key *b)
{
    size_t nwires = a->shape.nwires, ninputs = (size_t)a->shape.npublic + 1;

    if (nwires != b->shape.nwires || a->shape.npublic != b->shape.npublic ||
        a->shape.log_size != b->shape.log_size || a->shape.ncoefficients != b->shape.ncoefficients)
        return 0;
    for (uint32_t i = 0; i < a->shape.ncoefficients; i++) {
        const struct nonzk_coefficient *p = &a->coefficients[i], *q = &b->coefficients[i];
        if (p->side != q->side || p->constraint != q->constraint || p->wire != q->wire ||
            !nonzk_fr_equal(&p->value, &q->value))
            return 0;
    }
    return memcmp(&a->alpha1, &b->alpha1, sizeof a->alpha1) == 0 &&
           memcmp(&a->beta1, &b->beta1, sizeof a->beta1) == 0 &&
           memcmp(&a->beta2, &b->beta2, sizeof a->beta2) == 0 &&
           memcmp(&a->gamma2, &b->gamma2, sizeof a->gamma2) == 0 &&
           memcmp(a->ic, b->ic, ninputs * sizeof *a->ic) == 0 &&
           memcmp(a->a, b->a, nwires * sizeof *a->a) == 0 &&
           memcmp(a->b1, b->b1, nwires * sizeof *a->b1) == 0 &&
           memcmp(a->b2, b->b2, nwires * sizeof *a->b2) == 0 &&
           memcmp(a->circuit_hash, b->circuit_hash, sizeof a->circuit_hash) == 0;
}

/* delta of the key is the same multiple of the generators in both groups. */
static int is_delta_consistent(const struct nonzk_proving_key *key)
{
    struct nonzk_g1_affine one1;
    struct nonzk_g2_affine one2;

    ceremony_generators(&one1, &one2);
    return ceremony_same_ratio(&one1, &key->delta1, &one2, &key->delta2);
}

struct verification {
    const struct nonzk_proving_key *initial, *key;
    uint8_t *scalars, *msm;
    size_t msm_len;
};

static size_t longest_of(const struct nonzk_proving_key *key)
{
    size_t nprivate = key->shape.nwires - key->shape.npublic - 1;
    size_t size = (size_t)1 << key->shape.log_size;

    return nprivate > size ? nprivate : size;
}

size_t nonzk_phase2_verify_workspace(const struct nonzk_proving_key *key)
{
    size_t longest = longest_of(key), end = 0;

    layout_add(&end, nonzk_g1_msm_size(longest), 1);
    layout_add(&end, longest, NONZK_SCALAR_LEN);
    return end == SIZE_MAX ? 0 : end;
}

/* Whether before[i] = delta * after[i] for all i */
static int are_divided(struct verification *v, const struct nonzk_g1_affine *before,
                       const struct nonzk_g1_affine *after, size_t n)
{
    struct nonzk_g1 sum;
    struct nonzk_g1_affine sums[2];

    if (nonzk_g1_msm_vartime(&sum, before, v->scalars, n, v->msm, v->msm_len) != 0)
        return 0;
    nonzk_g1_to_affine(&sums[0], &sum);
    if (nonzk_g1_msm_vartime(&sum, after, v->scalars, n, v->msm, v->msm_len) != 0)
        return 0;
    nonzk_g1_to_affine(&sums[1], &sum);
    /* A sum is infinity if all points are, and then the other must be. */
    if (nonzk_g1_affine_is_infinity(&sums[0]) || nonzk_g1_affine_is_infinity(&sums[1]))
        return nonzk_g1_affine_is_infinity(&sums[0]) & nonzk_g1_affine_is_infinity(&sums[1]);
    return ceremony_same_ratio(&sums[1], &sums[0], &v->initial->delta2, &v->key->delta2);
}

static int verify(struct verification *v, const uint8_t *random, struct nonzk_fault *fault)
{
    const struct nonzk_proving_key *initial = v->initial, *key = v->key;
    size_t nprivate = key->shape.nwires - key->shape.npublic - 1;
    size_t size = (size_t)1 << key->shape.log_size;

    fault->step = "what the key began with";
    if (!are_equal_but_for_delta(initial, key))
        return NONZK_E_KEY;
    fault->step = "delta in both groups";
    if (!is_delta_consistent(key))
        return NONZK_E_KEY;
    int result = check_contributions(key, fault);
    if (result != 0)
        return result;
    fault->step = "C over delta";
    ceremony_coefficients(v->scalars, nprivate, random, 'C');
    if (!are_divided(v, initial->c, key->c, nprivate))
        return NONZK_E_KEY;
    fault->step = "H over delta";
    ceremony_coefficients(v->scalars, size, random, 'H');
    return are_divided(v, initial->h, key->h, size) ? 0 : NONZK_E_KEY;
}

int nonzk_phase2_verify(const struct nonzk_proving_key *initial,
                        const struct nonzk_proving_key *key,
                        const uint8_t random[NONZK_CEREMONY_RANDOM_LEN], void *workspace,
                        size_t workspace_len, struct nonzk_fault *fault)
{
    struct verification v = {.initial = initial, .key = key, .msm = workspace};
    size_t longest = longest_of(key), needed = nonzk_phase2_verify_workspace(key);
    struct nonzk_fault at = {"the workspace", 0};
    int result = NONZK_E_NO_SPACE;

    if (needed != 0 && workspace_len >= needed && (uintptr_t)workspace % _Alignof(uint64_t) == 0) {
        v.msm_len = nonzk_g1_msm_size(longest);
        v.scalars = v.msm + v.msm_len;
        result = verify(&v, random, &at);
    }
    nonzk_fault_set(fault, result, &at);
    return result;
}
