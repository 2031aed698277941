/*
 * Files of proving keys, written. The same bytes go to memory or into the hash that is the key's
 * name.
 */
#include <noncrypto/blake3.h>

#include "circom/points.h"
#include "curve/scalar.h"
#include "field/fp_private.h"
#include "groth16/proving_key.h"

#include <string.h>

/* Where bytes go: one of the two. */
struct sink {
    uint8_t *at;
    struct noncrypto_blake3 *hash;
};

static void put(struct sink *sink, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    if (sink->hash) {
        noncrypto_blake3_update(sink->hash, bytes, len);
    } else {
        memcpy(sink->at, bytes, len);
        sink->at += len;
    }
}

static void put_number(struct sink *sink, uint64_t value, size_t size)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    put(sink, bytes, size);
}

static void put_prime(struct sink *sink, const uint64_t *limbs, size_t nlimbs)
{
    put_number(sink, 8 * nlimbs, 4);
    for (size_t i = 0; i < nlimbs; i++)
        put_number(sink, limbs[i], 8);
}

static void put_g1(struct sink *sink, const struct nonzk_g1_affine *points, size_t n)
{
    uint8_t bytes[POINT_G1_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_point_encode_g1(bytes, &points[i]);
        put(sink, bytes, sizeof bytes);
    }
}

static void put_g2(struct sink *sink, const struct nonzk_g2_affine *points, size_t n)
{
    uint8_t bytes[POINT_G2_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_point_encode_g2(bytes, &points[i]);
        put(sink, bytes, sizeof bytes);
    }
}

static void put_header(struct sink *sink, const struct nonzk_proving_key *key)
{
    put_prime(sink, fp_modulus, 6);
    put_prime(sink, scalar_order, SCALAR_LIMBS);
    put_number(sink, key->shape.nwires, 4);
    put_number(sink, key->shape.npublic, 4);
    put_number(sink, UINT64_C(1) << key->shape.log_size, 4);
    put_g1(sink, &key->alpha1, 1);
    put_g1(sink, &key->beta1, 1);
    put_g2(sink, &key->beta2, 1);
    put_g2(sink, &key->gamma2, 1);
    put_g1(sink, &key->delta1, 1);
    put_g2(sink, &key->delta2, 1);
}

static void put_coefficients(struct sink *sink, const struct nonzk_proving_key *key)
{
    struct nonzk_fr factor, value;
    uint8_t bytes[NONZK_FR_LEN];

    nonzk_fr_set_u64(&factor, 2);
    nonzk_fr_power(&factor, &factor, 512);
    put_number(sink, key->shape.ncoefficients, 4);
    for (uint32_t i = 0; i < key->shape.ncoefficients; i++) {
        const struct nonzk_coefficient *c = &key->coefficients[i];
        put_number(sink, c->side, 4);
        put_number(sink, c->constraint, 4);
        put_number(sink, c->wire, 4);
        nonzk_fr_mul(&value, &c->value, &factor);
        nonzk_fr_to_bytes_le(bytes, &value);
        put(sink, bytes, sizeof bytes);
    }
}

static void put_section(struct sink *sink, const struct nonzk_proving_key *key, int section)
{
    const struct nonzk_proving_key_shape *shape = &key->shape;

    switch (section) {
    case 1:
        put_number(sink, 1, 4);
        break;
    case 2:
        put_header(sink, key);
        break;
    case 3:
        put_g1(sink, key->ic, (size_t)shape->npublic + 1);
        break;
    case 4:
        put_coefficients(sink, key);
        break;
    case 5:
        put_g1(sink, key->a, shape->nwires);
        break;
    case 6:
        put_g1(sink, key->b1, shape->nwires);
        break;
    case 7:
        put_g2(sink, key->b2, shape->nwires);
        break;
    case 8:
        put_g1(sink, key->c, shape->nwires - shape->npublic - 1);
        break;
    case 9:
        put_g1(sink, key->h, (size_t)1 << shape->log_size);
        break;
    default:
        put(sink, key->circuit_hash, sizeof key->circuit_hash);
        put_number(sink, key->ncontributions, 4);
        put(sink, key->contributions, shape->contributions_len);
    }
}

static void put_file(struct sink *sink, const struct nonzk_proving_key *key)
{
    uint64_t lengths[ZKEY_SECTIONS + 1];

    /* The key has a shape that is possible, or it would not be there. */
    int possible = zkey_section_lengths(lengths, &key->shape);
    (void)possible;
    put(sink, "zkey", 4);
    put_number(sink, 1, 4);
    put_number(sink, ZKEY_SECTIONS, 4);
    for (int section = 1; section <= ZKEY_SECTIONS; section++) {
        put_number(sink, (uint64_t)section, 4);
        put_number(sink, lengths[section], 8);
        put_section(sink, key, section);
    }
}

size_t nonzk_zkey_len(const struct nonzk_proving_key *key)
{
    uint64_t lengths[ZKEY_SECTIONS + 1], total = 12 + 12 * ZKEY_SECTIONS;

    if (!zkey_section_lengths(lengths, &key->shape))
        return 0;
    for (int section = 1; section <= ZKEY_SECTIONS; section++)
        total += lengths[section];
    return total > SIZE_MAX ? 0 : (size_t)total;
}

int nonzk_zkey_write(uint8_t *out, size_t size, const struct nonzk_proving_key *key)
{
    struct sink sink = {.at = out};
    size_t len = nonzk_zkey_len(key);

    if (len == 0 || size < len)
        return NONZK_E_NO_SPACE;
    put_file(&sink, key);
    return 0;
}

void proving_key_hash(struct nonzk_proving_key *key)
{
    struct noncrypto_blake3 hash;
    struct sink sink = {.hash = &hash};

    noncrypto_blake3_init(&hash);
    put_file(&sink, key);
    noncrypto_blake3_final(&hash, key->hash, sizeof key->hash);
}
