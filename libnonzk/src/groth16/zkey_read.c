/*
 * Files of proving keys, read. nonzk_zkey_shape() has checked all lengths before anything is taken.
 */
#include "ceremony/contribution.h"
#include "circom/points.h"
#include "curve/scalar.h"
#include "field/fp_private.h"
#include "groth16/proving_key.h"
#include "groth16/verifier.h"

#include <string.h>

#define PROTOCOL_GROTH16 1

/* The numbers of the header, which leave its points. */
static int take_numbers(struct reader *header, struct nonzk_proving_key_shape *shape)
{
    uint32_t size;
    int result = nonzk_reader_modulus(header, fp_modulus, 6);

    if (result == 0)
        result = nonzk_reader_prime(header);
    if (result != 0)
        return result;
    if (nonzk_reader_u32(header, &shape->nwires) != 0 ||
        nonzk_reader_u32(header, &shape->npublic) != 0 || nonzk_reader_u32(header, &size) != 0)
        return NONZK_E_ENCODING;
    if (size < 2 || (size & (size - 1)) != 0)
        return NONZK_E_ENCODING;
    shape->log_size = 0;
    while (size >> shape->log_size > 1)
        shape->log_size++;
    if (shape->log_size > NONZK_PROVING_KEY_MAX_LOG_SIZE)
        return NONZK_E_UNSUPPORTED;
    return 0;
}

static int open_file(struct sections *sections, struct nonzk_proving_key_shape *shape,
                     const uint8_t *bytes, size_t len)
{
    uint64_t lengths[ZKEY_SECTIONS + 1];
    uint32_t protocol;
    int result = nonzk_sections_find(sections, bytes, len, "zkey", 1);

    if (result != 0)
        return result;
    if (nonzk_reader_u32(&sections->of_type[1], &protocol) != 0)
        return NONZK_E_ENCODING;
    if (protocol != PROTOCOL_GROTH16)
        return NONZK_E_UNSUPPORTED;
    sections->of_type[1].left += 4;
    struct reader header = sections->of_type[2], coefficients = sections->of_type[4];
    result = take_numbers(&header, shape);
    if (result != 0)
        return result;
    if (nonzk_reader_u32(&coefficients, &shape->ncoefficients) != 0)
        return NONZK_E_ENCODING;
    size_t last = sections->of_type[10].left;
    if (last < NONZK_CIRCUIT_HASH_LEN + 4 || last > UINT32_MAX)
        return NONZK_E_ENCODING;
    shape->contributions_len = (uint32_t)(last - NONZK_CIRCUIT_HASH_LEN - 4);
    if (!zkey_section_lengths(lengths, shape) || sections->count != ZKEY_SECTIONS)
        return NONZK_E_ENCODING;
    for (int section = 1; section <= ZKEY_SECTIONS; section++)
        if (sections->of_type[section].bytes == NULL ||
            sections->of_type[section].left != lengths[section])
            return NONZK_E_ENCODING;
    return nonzk_proving_key_size(shape) == 0 ? NONZK_E_UNSUPPORTED : 0;
}

int nonzk_zkey_shape(struct nonzk_proving_key_shape *shape, const uint8_t *bytes, size_t len)
{
    struct sections sections;
    struct nonzk_proving_key_shape found;
    int result = open_file(&sections, &found, bytes, len);

    if (result == 0)
        *shape = found;
    return result;
}

static int take_header(struct nonzk_proving_key *key, struct reader header)
{
    struct nonzk_proving_key_shape shape;
    int result = take_numbers(&header, &shape);

    if (result == 0)
        result = nonzk_reader_finite_g1(&header, &key->alpha1);
    if (result == 0)
        result = nonzk_reader_finite_g1(&header, &key->beta1);
    if (result == 0)
        result = nonzk_reader_finite_g2(&header, &key->beta2);
    if (result == 0)
        result = nonzk_reader_finite_g2(&header, &key->gamma2);
    if (result == 0)
        result = nonzk_reader_finite_g1(&header, &key->delta1);
    if (result == 0)
        result = nonzk_reader_finite_g2(&header, &key->delta2);
    if (result != 0)
        return result;
    if (groth16_differ(&key->beta1, &key->beta2) || groth16_differ(&key->delta1, &key->delta2))
        return NONZK_E_KEY;
    return 0;
}

static int take_coefficients(struct nonzk_proving_key *key, struct reader section)
{
    struct nonzk_fr factor;
    uint32_t count;

    nonzk_fr_set_u64(&factor, 2);
    nonzk_fr_power(&factor, &factor, 512);
    if (nonzk_fr_invert(&factor, &factor) != 0 || nonzk_reader_u32(&section, &count) != 0)
        return NONZK_E_ENCODING;
    for (uint32_t i = 0; i < count; i++) {
        struct nonzk_coefficient *c = &key->coefficients[i];
        if (nonzk_reader_u32(&section, &c->side) != 0 ||
            nonzk_reader_u32(&section, &c->constraint) != 0 ||
            nonzk_reader_u32(&section, &c->wire) != 0 || nonzk_reader_fr(&section, &c->value) != 0)
            return NONZK_E_ENCODING;
        if (c->side > 1 || c->constraint >> key->shape.log_size != 0 ||
            c->wire >= key->shape.nwires)
            return NONZK_E_ENCODING;
        nonzk_fr_mul(&c->value, &c->value, &factor);
    }
    return 0;
}

static int take_contributions(struct nonzk_proving_key *key, struct reader section,
                              struct nonzk_fault *fault)
{
    const uint8_t *hash;

    if (nonzk_reader_bytes(&section, &hash, NONZK_CIRCUIT_HASH_LEN) != 0 ||
        nonzk_reader_u32(&section, &key->ncontributions) != 0)
        return NONZK_E_ENCODING;
    memcpy(key->circuit_hash, hash, NONZK_CIRCUIT_HASH_LEN);
    if (section.left > 0)
        memcpy(key->contributions, section.bytes, section.left);
    /* A contribution takes bytes, so a false count ends the loop. */
    for (uint32_t i = 0; i < key->ncontributions; i++) {
        struct delta_contribution contribution;
        fault->contribution = i + 1;
        int result = delta_contribution_take(&section, &contribution);
        if (result != 0)
            return result;
    }
    fault->contribution = 0;
    return section.left == 0 ? 0 : NONZK_E_ENCODING;
}

static int take_points(struct nonzk_proving_key *key, const struct sections *sections,
                       const char **step)
{
    const struct {
        struct nonzk_g1_affine *points;
        int section;
        const char *step;
    } arrays[] = {{key->ic, 3, "section 3, IC"},
                  {key->a, 5, "section 5, A"},
                  {key->b1, 6, "section 6, B in G1"},
                  {key->c, 8, "section 8, C"},
                  {key->h, 9, "section 9, H"}};

    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        struct reader section = sections->of_type[arrays[i].section];
        *step = arrays[i].step;
        for (struct nonzk_g1_affine *point = arrays[i].points; section.left > 0; point++) {
            int result = arrays[i].section == 3 ? nonzk_reader_finite_g1(&section, point)
                                                : nonzk_reader_g1(&section, point);
            if (result != 0)
                return result;
        }
    }
    struct reader section = sections->of_type[7];
    *step = "section 7, B in G2";
    for (struct nonzk_g2_affine *point = key->b2; section.left > 0; point++) {
        int result = nonzk_reader_g2(&section, point);
        if (result != 0)
            return result;
    }
    return 0;
}

/* All that has been laid out; `*fault` goes along. */
static int take_key(struct nonzk_proving_key *key, const struct sections *sections,
                    struct nonzk_fault *fault)
{
    fault->step = "section 2, the header";
    int result = take_header(key, sections->of_type[2]);
    if (result != 0)
        return result;
    fault->step = "section 4, the coefficients";
    result = take_coefficients(key, sections->of_type[4]);
    if (result != 0)
        return result;
    fault->step = "section 10, the contributions";
    result = take_contributions(key, sections->of_type[10], fault);
    return result == 0 ? take_points(key, sections, &fault->step) : result;
}

int nonzk_zkey_read(struct nonzk_proving_key *key, void *memory, size_t memory_len,
                    const uint8_t *bytes, size_t len, struct nonzk_fault *fault)
{
    struct nonzk_proving_key_shape shape;
    struct sections sections;
    struct nonzk_fault at = {.step = "the sections"};
    int result = open_file(&sections, &shape, bytes, len);

    if (result == 0)
        result = proving_key_lay_out(key, &shape, memory, memory_len);
    if (result == 0)
        result = take_key(key, &sections, &at);
    if (result == 0) {
        at.step = "the seal";
        key->is_sealed = sections.seal.bytes != NULL;
        result = nonzk_sections_check_seal(&sections, bytes);
    }
    if (result == 0)
        proving_key_hash(key);
    else
        memset(key, 0, sizeof *key);
    nonzk_fault_set(fault, result, &at);
    return result;
}
