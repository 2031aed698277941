#include <nonzk/fft.h>
#include <nonzk/msm.h>

#include "ceremony/ptau.h"

#include <string.h>

/* Equal points have equal bytes, as their coordinates are reduced. */
static int are_equal1(const struct nonzk_g1_affine *a, const struct nonzk_g1_affine *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static int are_equal2(const struct nonzk_g2_affine *a, const struct nonzk_g2_affine *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Whether a beacon chose each s and s x. */
static int is_of_beacon(const struct ptau_contribution *c)
{
    struct nonzk_fr secrets[PTAU_SECRETS];
    struct ptau_contribution expected = *c;
    struct nonzk_g1_affine sx;

    ptau_beacon(secrets, &expected);
    for (int i = 0; i < PTAU_SECRETS; i++) {
        ceremony_mul_g1(&sx, &expected.s[i], &secrets[i]);
        if (!are_equal1(&expected.s[i], &c->s[i]) || !are_equal1(&sx, &c->sx[i]))
            return 0;
    }
    return 1;
}

/* Whether a contribution follows from the one before: NULL, or the step that failed. */
static const char *follow(const struct ptau_contribution *c, const struct ptau_contribution *before)
{
    static const char *const proofs[PTAU_SECRETS] = {
        "the proof of tau's factor", "the proof of alpha's factor", "the proof of beta's factor"};
    struct nonzk_g2_affine chosen[PTAU_SECRETS];

    for (unsigned i = 0; i < PTAU_SECRETS; i++) {
        ptau_choose(&chosen[i], i, before->next_challenge, c);
        if (!ceremony_same_ratio(&c->s[i], &c->sx[i], &chosen[i], &c->spx[i]))
            return proofs[i];
    }
    if (!ceremony_same_ratio(&before->tau1, &c->tau1, &chosen[0], &c->spx[0]) ||
        !ceremony_same_ratio(&c->s[0], &c->sx[0], &before->tau2, &c->tau2))
        return "tau after it";
    if (!ceremony_same_ratio(&before->alpha1, &c->alpha1, &chosen[1], &c->spx[1]))
        return "alpha after it";
    if (!ceremony_same_ratio(&before->beta1, &c->beta1, &chosen[2], &c->spx[2]) ||
        !ceremony_same_ratio(&c->s[2], &c->sx[2], &before->beta2, &c->beta2))
        return "beta after it";
    return c->parameters.type == CONTRIBUTION_BEACON && !is_of_beacon(c) ? "the beacon" : NULL;
}

/* Checks all contributions and that the last is of these powers; it goes to `*last`. */
static int check_contributions(struct ptau_contribution *last, const struct nonzk_ptau *ptau,
                               struct nonzk_fault *fault)
{
    struct reader reader = {ptau->contributions, ptau->shape.contributions_len};
    struct ptau_contribution before;
    uint8_t response[CEREMONY_HASH_LEN], challenge[CEREMONY_HASH_LEN];
    int result = 0;

    ptau_contribution_initial(&before, ptau->shape.power);
    for (uint32_t i = 0; i < ptau->ncontributions; i++) {
        *fault = (struct nonzk_fault){"its points and parameters", i + 1};
        result = ptau_contribution_take(&reader, last);
        if (result != 0)
            return result;
        fault->step = "the state of its hash";
        result = ptau_response_hash(response, last);
        if (result != 0)
            return result;
        fault->step = follow(last, &before);
        if (fault->step != NULL)
            return NONZK_E_KEY;
        before = *last;
    }
    *fault = (struct nonzk_fault){"the contributions", 0};
    if (reader.left != 0)
        return NONZK_E_ENCODING;
    if (ptau->ncontributions == 0)
        return NONZK_E_KEY;
    *fault = (struct nonzk_fault){"the hash of the powers", ptau->ncontributions};
    ptau_challenge(challenge, response, ptau);
    return memcmp(challenge, last->next_challenge, sizeof challenge) == 0 ? 0 : NONZK_E_KEY;
}

/* w->scalars and w->values = n random coefficients */
static void draw_coefficients(struct ptau_workspace *w, size_t n, const uint8_t *random,
                              uint8_t which)
{
    ceremony_coefficients(w->scalars, n, random, which);
    for (size_t i = 0; i < n; i++) {
        /* They are below r, so this cannot fail. */
        int result = nonzk_fr_from_bytes(&w->values[i], w->scalars + i * NONZK_SCALAR_LEN);
        (void)result;
    }
}

static int sum1(struct ptau_workspace *w, struct nonzk_g1_affine *out,
                const struct nonzk_g1_affine *points, size_t n)
{
    struct nonzk_g1 sum;
    int result = nonzk_g1_msm_vartime(&sum, points, w->scalars, n, w->points, w->points_len);

    if (result == 0)
        nonzk_g1_to_affine(out, &sum);
    return result;
}

static int sum2(struct ptau_workspace *w, struct nonzk_g2_affine *out,
                const struct nonzk_g2_affine *points, size_t n)
{
    struct nonzk_g2 sum;
    int result = nonzk_g2_msm_vartime(&sum, points, w->scalars, n, w->points, w->points_len);

    if (result == 0)
        nonzk_g2_to_affine(out, &sum);
    return result;
}

/* Whether points[i + 1] = tau points[i] for all n of them */
static int are_powers1(struct ptau_workspace *w, const struct nonzk_g1_affine *points, size_t n,
                       const struct nonzk_g2_affine *one, const struct nonzk_g2_affine *tau)
{
    struct nonzk_g1_affine sums[2];

    return sum1(w, &sums[0], points, n - 1) == 0 && sum1(w, &sums[1], points + 1, n - 1) == 0 &&
           ceremony_same_ratio(&sums[0], &sums[1], one, tau);
}

static int are_powers2(struct ptau_workspace *w, const struct nonzk_g2_affine *points, size_t n,
                       const struct nonzk_g1_affine *one, const struct nonzk_g1_affine *tau)
{
    struct nonzk_g2_affine sums[2];

    return sum2(w, &sums[0], points, n - 1) == 0 && sum2(w, &sums[1], points + 1, n - 1) == 0 &&
           ceremony_same_ratio(one, tau, &sums[0], &sums[1]);
}

static int check_powers(struct ptau_workspace *w, const struct nonzk_ptau *ptau,
                        const struct ptau_contribution *last, const uint8_t *random,
                        const char **step)
{
    size_t half = ptau_half(&ptau->shape);
    struct ptau_contribution first;

    *step = "the first powers";
    ptau_contribution_initial(&first, 1);
    if (!are_equal1(&ptau->tau1[0], &first.tau1) || !are_equal1(&ptau->tau1[1], &last->tau1) ||
        !are_equal2(&ptau->tau2[0], &first.tau2) || !are_equal2(&ptau->tau2[1], &last->tau2) ||
        !are_equal1(&ptau->alpha1[0], &last->alpha1) ||
        !are_equal1(&ptau->beta1[0], &last->beta1) || !are_equal2(&ptau->beta2, &last->beta2))
        return NONZK_E_KEY;
    draw_coefficients(w, 2 * half, random, 'P');
    *step = "the powers of tau in G1";
    if (!are_powers1(w, ptau->tau1, 2 * half - 1, &first.tau2, &last->tau2))
        return NONZK_E_KEY;
    *step = "the powers of tau in G2";
    if (!are_powers2(w, ptau->tau2, half, &first.tau1, &last->tau1))
        return NONZK_E_KEY;
    *step = "alpha times the powers";
    if (!are_powers1(w, ptau->alpha1, half, &first.tau2, &last->tau2))
        return NONZK_E_KEY;
    *step = "beta times the powers";
    return are_powers1(w, ptau->beta1, half, &first.tau2, &last->tau2) ? 0 : NONZK_E_KEY;
}

/* w->scalars = the coefficients of the polynomial with the values that were drawn */
static int interpolate(struct ptau_workspace *w, unsigned log_size)
{
    size_t size = (size_t)1 << log_size;
    struct nonzk_fft_domain domain;
    int result = nonzk_fft_domain_init(&domain, log_size, w->roots, size > 1 ? size / 2 : 1);

    if (result != 0)
        return result;
    nonzk_fft_inverse(&domain, w->values);
    for (size_t i = 0; i < size; i++)
        nonzk_fr_to_bytes(w->scalars + i * NONZK_SCALAR_LEN, &w->values[i]);
    return 0;
}

/* The same sum by Lagrange's polynomials with values, and by powers with coefficients. */
static int check_level1(struct ptau_workspace *w, const struct nonzk_g1_affine *lagrange,
                        const struct nonzk_g1_affine *powers, size_t n, unsigned log_size,
                        const uint8_t *random)
{
    size_t size = (size_t)1 << log_size;
    struct nonzk_g1_affine sums[2];

    draw_coefficients(w, size, random, 'L');
    int result = sum1(w, &sums[0], lagrange, size);
    if (result == 0)
        result = interpolate(w, log_size);
    if (result == 0)
        result = sum1(w, &sums[1], powers, n < size ? n : size);
    return result != 0 ? result : are_equal1(&sums[0], &sums[1]) ? 0 : NONZK_E_KEY;
}

static int check_level2(struct ptau_workspace *w, const struct nonzk_g2_affine *lagrange,
                        const struct nonzk_g2_affine *powers, unsigned log_size,
                        const uint8_t *random)
{
    size_t size = (size_t)1 << log_size;
    struct nonzk_g2_affine sums[2];

    draw_coefficients(w, size, random, 'L');
    int result = sum2(w, &sums[0], lagrange, size);
    if (result == 0)
        result = interpolate(w, log_size);
    if (result == 0)
        result = sum2(w, &sums[1], powers, size);
    return result != 0 ? result : are_equal2(&sums[0], &sums[1]) ? 0 : NONZK_E_KEY;
}

static int check_prepared(struct ptau_workspace *w, const struct nonzk_ptau *ptau,
                          const uint8_t *random, const char **step)
{
    size_t half = ptau_half(&ptau->shape);
    int result = 0;

    *step = "what was prepared of tau in G1";
    for (unsigned log_size = 0; log_size <= ptau->shape.power + 1 && result == 0; log_size++)
        result = check_level1(w, ptau->lagrange_tau1 + ptau_level(log_size), ptau->tau1,
                              2 * half - 1, log_size, random);
    for (unsigned log_size = 0; log_size <= ptau->shape.power && result == 0; log_size++) {
        size_t at = ptau_level(log_size);
        *step = "what was prepared of tau in G2";
        result = check_level2(w, ptau->lagrange_tau2 + at, ptau->tau2, log_size, random);
        if (result != 0)
            return result;
        *step = "what was prepared of alpha";
        result = check_level1(w, ptau->lagrange_alpha1 + at, ptau->alpha1, half, log_size, random);
        if (result != 0)
            return result;
        *step = "what was prepared of beta";
        result = check_level1(w, ptau->lagrange_beta1 + at, ptau->beta1, half, log_size, random);
    }
    return result;
}

int nonzk_ptau_verify(const struct nonzk_ptau *ptau,
                      const uint8_t random[NONZK_CEREMONY_RANDOM_LEN], void *workspace,
                      size_t workspace_len, struct nonzk_fault *fault)
{
    struct ptau_contribution last;
    struct ptau_workspace w;
    struct nonzk_fault at = {"the workspace", 0};
    int result = ptau_workspace_lay_out(&w, workspace, workspace_len, &ptau->shape);

    if (result == 0)
        result = check_contributions(&last, ptau, &at);
    if (result == 0) {
        at.contribution = 0;
        result = check_powers(&w, ptau, &last, random, &at.step);
    }
    if (result == 0 && ptau->shape.is_prepared)
        result = check_prepared(&w, ptau, random, &at.step);
    nonzk_fault_set(fault, result, &at);
    return result;
}
