/*
 * Files of proving keys, written. The same bytes go to memory or into the hash that is the key's
 * name.
 */
#include "circom/writer.h"
#include "curve/scalar.h"
#include "field/fp_private.h"
#include "groth16/proving_key.h"

static void put_header(struct writer *writer, const struct nonzk_proving_key *key)
{
    nonzk_writer_modulus(writer, fp_modulus, 6);
    nonzk_writer_modulus(writer, scalar_order, SCALAR_LIMBS);
    nonzk_writer_number(writer, key->shape.nwires, 4);
    nonzk_writer_number(writer, key->shape.npublic, 4);
    nonzk_writer_number(writer, UINT64_C(1) << key->shape.log_size, 4);
    nonzk_writer_g1(writer, &key->alpha1, 1);
    nonzk_writer_g1(writer, &key->beta1, 1);
    nonzk_writer_g2(writer, &key->beta2, 1);
    nonzk_writer_g2(writer, &key->gamma2, 1);
    nonzk_writer_g1(writer, &key->delta1, 1);
    nonzk_writer_g2(writer, &key->delta2, 1);
}

static void put_coefficients(struct writer *writer, const struct nonzk_proving_key *key)
{
    struct nonzk_fr factor, value;
    uint8_t bytes[NONZK_FR_LEN];

    nonzk_fr_set_u64(&factor, 2);
    nonzk_fr_power(&factor, &factor, 512);
    nonzk_writer_number(writer, key->shape.ncoefficients, 4);
    for (uint32_t i = 0; i < key->shape.ncoefficients; i++) {
        const struct nonzk_coefficient *c = &key->coefficients[i];
        nonzk_writer_number(writer, c->side, 4);
        nonzk_writer_number(writer, c->constraint, 4);
        nonzk_writer_number(writer, c->wire, 4);
        nonzk_fr_mul(&value, &c->value, &factor);
        nonzk_fr_to_bytes_le(bytes, &value);
        nonzk_writer_bytes(writer, bytes, sizeof bytes);
    }
}

static void put_section(struct writer *writer, const struct nonzk_proving_key *key, int section)
{
    const struct nonzk_proving_key_shape *shape = &key->shape;

    switch (section) {
    case 1:
        nonzk_writer_number(writer, 1, 4);
        break;
    case 2:
        put_header(writer, key);
        break;
    case 3:
        nonzk_writer_g1(writer, key->ic, (size_t)shape->npublic + 1);
        break;
    case 4:
        put_coefficients(writer, key);
        break;
    case 5:
        nonzk_writer_g1(writer, key->a, shape->nwires);
        break;
    case 6:
        nonzk_writer_g1(writer, key->b1, shape->nwires);
        break;
    case 7:
        nonzk_writer_g2(writer, key->b2, shape->nwires);
        break;
    case 8:
        nonzk_writer_g1(writer, key->c, shape->nwires - shape->npublic - 1);
        break;
    case 9:
        nonzk_writer_g1(writer, key->h, (size_t)1 << shape->log_size);
        break;
    default:
        nonzk_writer_bytes(writer, key->circuit_hash, sizeof key->circuit_hash);
        nonzk_writer_number(writer, key->ncontributions, 4);
        nonzk_writer_bytes(writer, key->contributions, shape->contributions_len);
    }
}

static void put_file(struct writer *writer, const struct nonzk_proving_key *key, uint32_t nsections)
{
    uint64_t lengths[ZKEY_SECTIONS + 1];

    /* The key has a shape that is possible, or it would not be there. */
    int possible = zkey_section_lengths(lengths, &key->shape);
    (void)possible;
    nonzk_writer_file(writer, "zkey", nsections);
    for (int section = 1; section <= ZKEY_SECTIONS; section++) {
        nonzk_writer_section(writer, (uint32_t)section, lengths[section]);
        put_section(writer, key, section);
    }
}

size_t nonzk_zkey_len(const struct nonzk_proving_key *key)
{
    uint64_t lengths[ZKEY_SECTIONS + 1], total = 12 + 12 * ZKEY_SECTIONS;

    if (!zkey_section_lengths(lengths, &key->shape))
        return 0;
    for (int section = 1; section <= ZKEY_SECTIONS; section++)
        total += lengths[section];
    total += key->is_sealed ? WRITER_SEAL_LEN : 0;
    return total > SIZE_MAX ? 0 : (size_t)total;
}

int nonzk_zkey_write(uint8_t *out, size_t size, const struct nonzk_proving_key *key)
{
    struct writer writer = {.at = out};
    size_t len = nonzk_zkey_len(key);

    if (len == 0 || size < len)
        return NONZK_E_NO_SPACE;
    put_file(&writer, key, ZKEY_SECTIONS + (key->is_sealed ? 1 : 0));
    if (key->is_sealed)
        nonzk_writer_seal(&writer, out);
    return 0;
}

void proving_key_hash(struct nonzk_proving_key *key)
{
    struct noncrypto_blake3 hash;
    struct writer writer = {.hash = &hash};

    noncrypto_blake3_init(&hash);
    put_file(&writer, key, ZKEY_SECTIONS);
    noncrypto_blake3_final(&hash, key->hash, sizeof key->hash);
}
