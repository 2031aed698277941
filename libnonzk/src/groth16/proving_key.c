#include "groth16/proving_key.h"

#include "layout.h"

#include <string.h>

struct layout {
    size_t ic, a, b1, b2, c, h, coefficients, contributions, end;
};

static int is_possible(const struct nonzk_proving_key_shape *shape)
{
    return shape->npublic < shape->nwires && shape->log_size >= 1 &&
           shape->log_size <= NONZK_PROVING_KEY_MAX_LOG_SIZE;
}

static struct layout layout_of(const struct nonzk_proving_key_shape *shape)
{
    struct layout l = {0};
    size_t nwires = shape->nwires, ninputs = (size_t)shape->npublic + 1;

    l.ic = layout_add(&l.end, ninputs, sizeof(struct nonzk_g1_affine));
    l.a = layout_add(&l.end, nwires, sizeof(struct nonzk_g1_affine));
    l.b1 = layout_add(&l.end, nwires, sizeof(struct nonzk_g1_affine));
    l.b2 = layout_add(&l.end, nwires, sizeof(struct nonzk_g2_affine));
    l.c = layout_add(&l.end, nwires - ninputs, sizeof(struct nonzk_g1_affine));
    l.h = layout_add(&l.end, (size_t)1 << shape->log_size, sizeof(struct nonzk_g1_affine));
    l.coefficients = layout_add(&l.end, shape->ncoefficients, sizeof(struct nonzk_coefficient));
    l.contributions = layout_add(&l.end, shape->contributions_len, 1);
    return l;
}

size_t nonzk_proving_key_size(const struct nonzk_proving_key_shape *shape)
{
    if (!is_possible(shape))
        return 0;
    struct layout l = layout_of(shape);
    return l.end == SIZE_MAX ? 0 : l.end;
}

int proving_key_lay_out(struct nonzk_proving_key *key, const struct nonzk_proving_key_shape *shape,
                        void *memory, size_t memory_len)
{
    size_t size = nonzk_proving_key_size(shape);
    uint8_t *base = memory;

    if (size == 0 || memory_len < size || (uintptr_t)memory % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    struct layout l = layout_of(shape);
    *key = (struct nonzk_proving_key){.shape = *shape};
    key->ic = (struct nonzk_g1_affine *)(void *)(base + l.ic);
    key->a = (struct nonzk_g1_affine *)(void *)(base + l.a);
    key->b1 = (struct nonzk_g1_affine *)(void *)(base + l.b1);
    key->b2 = (struct nonzk_g2_affine *)(void *)(base + l.b2);
    key->c = (struct nonzk_g1_affine *)(void *)(base + l.c);
    key->h = (struct nonzk_g1_affine *)(void *)(base + l.h);
    key->coefficients = (struct nonzk_coefficient *)(void *)(base + l.coefficients);
    key->contributions = base + l.contributions;
    return 0;
}

int zkey_section_lengths(uint64_t lengths[ZKEY_SECTIONS + 1],
                         const struct nonzk_proving_key_shape *shape)
{
    uint64_t nwires = shape->nwires, ninputs = (uint64_t)shape->npublic + 1;

    if (!is_possible(shape))
        return 0;
    lengths[0] = 0;
    lengths[1] = 4;
    lengths[2] = ZKEY_HEADER_LEN;
    lengths[3] = ninputs * POINT_G1_LEN;
    lengths[4] = 4 + (uint64_t)shape->ncoefficients * ZKEY_COEFFICIENT_LEN;
    lengths[5] = lengths[6] = nwires * POINT_G1_LEN;
    lengths[7] = nwires * POINT_G2_LEN;
    lengths[8] = (nwires - ninputs) * POINT_G1_LEN;
    lengths[9] = (uint64_t)POINT_G1_LEN << shape->log_size;
    lengths[10] = NONZK_CIRCUIT_HASH_LEN + 4 + (uint64_t)shape->contributions_len;
    return 1;
}

static uint8_t *put_g1(uint8_t *out, const struct nonzk_g1_affine *a)
{
    nonzk_g1_to_uncompressed(out, a);
    return out + NONZK_G1_UNCOMPRESSED_LEN;
}

static uint8_t *put_g2(uint8_t *out, const struct nonzk_g2_affine *a)
{
    nonzk_g2_to_uncompressed(out, a);
    return out + NONZK_G2_UNCOMPRESSED_LEN;
}

int nonzk_proving_key_verifying(uint8_t *out, size_t size, const struct nonzk_proving_key *key,
                                const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN])
{
    uint32_t npoints = key->shape.npublic + 1;

    if (key->shape.npublic > NONZK_GROTH16_MAX_INPUTS)
        return NONZK_E_INVALID;
    size_t len = NONZK_GROTH16_KEY_LEN(key->shape.npublic);
    if (size < len)
        return NONZK_E_NO_SPACE;
    uint8_t *body = out + NONZK_GROTH16_HEADER_LEN, *at = body;
    at = put_g1(at, &key->alpha1);
    at = put_g1(at, &key->beta1);
    at = put_g2(at, &key->beta2);
    at = put_g2(at, &key->gamma2);
    at = put_g1(at, &key->delta1);
    at = put_g2(at, &key->delta2);
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(npoints >> shift);
    for (uint32_t i = 0; i < npoints; i++)
        at = put_g1(at, &key->ic[i]);
    nonzk_groth16_key_header(out, circuit_id, body, len - NONZK_GROTH16_HEADER_LEN);
    return 0;
}
