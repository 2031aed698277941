#include "ceremony/ptau.h"

#include "layout.h"

#include <string.h>

struct layout {
    size_t tau1, tau2, alpha1, beta1, lagrange_tau1, lagrange_tau2, lagrange_alpha1, lagrange_beta1;
    size_t contributions, end;
};

static struct layout layout_of(const struct nonzk_ptau_shape *shape)
{
    struct layout l = {0};
    size_t half = ptau_half(shape);
    size_t levels = shape->is_prepared ? ptau_level(shape->power + 1) : 0;
    size_t more_levels = shape->is_prepared ? ptau_level(shape->power + 2) : 0;

    l.tau1 = layout_add(&l.end, 2 * half - 1, sizeof(struct nonzk_g1_affine));
    l.tau2 = layout_add(&l.end, half, sizeof(struct nonzk_g2_affine));
    l.alpha1 = layout_add(&l.end, half, sizeof(struct nonzk_g1_affine));
    l.beta1 = layout_add(&l.end, half, sizeof(struct nonzk_g1_affine));
    l.lagrange_tau1 = layout_add(&l.end, more_levels, sizeof(struct nonzk_g1_affine));
    l.lagrange_tau2 = layout_add(&l.end, levels, sizeof(struct nonzk_g2_affine));
    l.lagrange_alpha1 = layout_add(&l.end, levels, sizeof(struct nonzk_g1_affine));
    l.lagrange_beta1 = layout_add(&l.end, levels, sizeof(struct nonzk_g1_affine));
    l.contributions = layout_add(&l.end, shape->contributions_len, 1);
    return l;
}

size_t nonzk_ptau_size(const struct nonzk_ptau_shape *shape)
{
    if (shape->power < 1 || shape->power > NONZK_PTAU_MAX_POWER || shape->is_prepared > 1)
        return 0;
    struct layout l = layout_of(shape);
    return l.end == SIZE_MAX ? 0 : l.end;
}

int ptau_lay_out(struct nonzk_ptau *ptau, const struct nonzk_ptau_shape *shape, void *memory,
                 size_t memory_len)
{
    size_t size = nonzk_ptau_size(shape);
    uint8_t *base = memory;

    if (size == 0 || memory_len < size || (uintptr_t)memory % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    struct layout l = layout_of(shape);
    *ptau = (struct nonzk_ptau){.shape = *shape};
    ptau->tau1 = (struct nonzk_g1_affine *)(void *)(base + l.tau1);
    ptau->tau2 = (struct nonzk_g2_affine *)(void *)(base + l.tau2);
    ptau->alpha1 = (struct nonzk_g1_affine *)(void *)(base + l.alpha1);
    ptau->beta1 = (struct nonzk_g1_affine *)(void *)(base + l.beta1);
    if (shape->is_prepared) {
        ptau->lagrange_tau1 = (struct nonzk_g1_affine *)(void *)(base + l.lagrange_tau1);
        ptau->lagrange_tau2 = (struct nonzk_g2_affine *)(void *)(base + l.lagrange_tau2);
        ptau->lagrange_alpha1 = (struct nonzk_g1_affine *)(void *)(base + l.lagrange_alpha1);
        ptau->lagrange_beta1 = (struct nonzk_g1_affine *)(void *)(base + l.lagrange_beta1);
    }
    ptau->contributions = base + l.contributions;
    return 0;
}

int ptau_contribution_take(struct reader *reader, struct ptau_contribution *c)
{
    const uint8_t *bytes;
    int result = nonzk_reader_finite_g1(reader, &c->tau1);

    if (result == 0)
        result = nonzk_reader_finite_g2(reader, &c->tau2);
    if (result == 0)
        result = nonzk_reader_finite_g1(reader, &c->alpha1);
    if (result == 0)
        result = nonzk_reader_finite_g1(reader, &c->beta1);
    if (result == 0)
        result = nonzk_reader_finite_g2(reader, &c->beta2);
    for (int i = 0; i < PTAU_SECRETS && result == 0; i++) {
        result = nonzk_reader_finite_g1(reader, &c->s[i]);
        if (result == 0)
            result = nonzk_reader_finite_g1(reader, &c->sx[i]);
    }
    for (int i = 0; i < PTAU_SECRETS && result == 0; i++)
        result = nonzk_reader_finite_g2(reader, &c->spx[i]);
    if (result == 0)
        result = nonzk_reader_bytes(reader, &bytes, PTAU_PARTIAL_HASH_LEN + CEREMONY_HASH_LEN);
    if (result != 0)
        return result;
    memcpy(c->partial_hash, bytes, PTAU_PARTIAL_HASH_LEN);
    memcpy(c->next_challenge, bytes + PTAU_PARTIAL_HASH_LEN, CEREMONY_HASH_LEN);
    return ceremony_parameters_take(reader, &c->parameters);
}

static uint8_t *put_g1(uint8_t *out, const struct nonzk_g1_affine *point)
{
    nonzk_point_encode_g1(out, point);
    return out + POINT_G1_LEN;
}

static uint8_t *put_g2(uint8_t *out, const struct nonzk_g2_affine *point)
{
    nonzk_point_encode_g2(out, point);
    return out + POINT_G2_LEN;
}

uint8_t *ptau_contribution_encode(uint8_t *out, const struct ptau_contribution *c)
{
    out = put_g1(out, &c->tau1);
    out = put_g2(out, &c->tau2);
    out = put_g1(out, &c->alpha1);
    out = put_g1(out, &c->beta1);
    out = put_g2(out, &c->beta2);
    for (int i = 0; i < PTAU_SECRETS; i++) {
        out = put_g1(out, &c->s[i]);
        out = put_g1(out, &c->sx[i]);
    }
    for (int i = 0; i < PTAU_SECRETS; i++)
        out = put_g2(out, &c->spx[i]);
    memcpy(out, c->partial_hash, PTAU_PARTIAL_HASH_LEN);
    memcpy(out + PTAU_PARTIAL_HASH_LEN, c->next_challenge, CEREMONY_HASH_LEN);
    return out + PTAU_PARTIAL_HASH_LEN + CEREMONY_HASH_LEN;
}
