/*
 * Files of powers of tau. The arrays of points stand in sections 2 to 6 and 12 to 15.
 */
#include "ceremony/ptau.h"
#include "circom/writer.h"
#include "field/fp_private.h"

#include <string.h>

#define HEADER_LEN            (4 + 48 + 2 * 4)
#define SECTION_CONTRIBUTIONS 7
#define NSECTIONS             7
#define NSECTIONS_PREPARED    11

/* A section of points of one of the groups. */
struct section {
    uint32_t type;
    int group;
    const char *step;
    size_t npoints;
    struct nonzk_g1_affine *g1;
    struct nonzk_g2_affine *g2;
};

#define NPOINT_SECTIONS 9
#define NPOWER_SECTIONS 5 /* those before the contributions */

/* The sections of points in the order in which files have them; returns how many there are. */
static size_t sections_of(struct section out[NPOINT_SECTIONS], struct nonzk_ptau *ptau)
{
    size_t half = ptau_half(&ptau->shape);
    size_t levels = ptau_level(ptau->shape.power + 1);
    const struct section all[NPOINT_SECTIONS] = {
        {2, 1, "section 2, tau in G1", 2 * half - 1, ptau->tau1, NULL},
        {3, 2, "section 3, tau in G2", half, NULL, ptau->tau2},
        {4, 1, "section 4, alpha", half, ptau->alpha1, NULL},
        {5, 1, "section 5, beta in G1", half, ptau->beta1, NULL},
        {6, 2, "section 6, beta in G2", 1, NULL, &ptau->beta2},
        {12, 1, "section 12, prepared tau in G1", ptau_level(ptau->shape.power + 2),
         ptau->lagrange_tau1, NULL},
        {13, 2, "section 13, prepared tau in G2", levels, NULL, ptau->lagrange_tau2},
        {14, 1, "section 14, prepared alpha", levels, ptau->lagrange_alpha1, NULL},
        {15, 1, "section 15, prepared beta", levels, ptau->lagrange_beta1, NULL},
    };

    memcpy(out, all, sizeof all);
    return ptau->shape.is_prepared ? NPOINT_SECTIONS : NPOWER_SECTIONS;
}

static uint64_t section_len(const struct section *section)
{
    return (uint64_t)section->npoints * (section->group == 1 ? POINT_G1_LEN : POINT_G2_LEN);
}

static int open_file(struct sections *sections, struct nonzk_ptau_shape *shape,
                     const uint8_t *bytes, size_t len)
{
    uint32_t ceremony_power;
    int result = nonzk_sections_find(sections, bytes, len, "ptau", 1);

    if (result != 0)
        return result;
    struct reader header = sections->of_type[1];
    result = nonzk_reader_modulus(&header, fp_modulus, 6);
    if (result != 0)
        return result;
    if (nonzk_reader_u32(&header, &shape->power) != 0 ||
        nonzk_reader_u32(&header, &ceremony_power) != 0 || header.left != 0 || shape->power == 0)
        return NONZK_E_ENCODING;
    if (shape->power > NONZK_PTAU_MAX_POWER || ceremony_power != shape->power)
        return NONZK_E_UNSUPPORTED;
    if (sections->count != NSECTIONS && sections->count != NSECTIONS_PREPARED)
        return NONZK_E_ENCODING;
    shape->is_prepared = sections->count == NSECTIONS_PREPARED;
    const struct reader *last = &sections->of_type[SECTION_CONTRIBUTIONS];
    if (last->bytes == NULL || last->left < 4 || last->left > UINT32_MAX)
        return NONZK_E_ENCODING;
    shape->contributions_len = (uint32_t)(last->left - 4);
    if (nonzk_ptau_size(shape) == 0)
        return NONZK_E_UNSUPPORTED;
    return 0;
}

/* Checks the lengths of the sections of points, for which the arrays need not be there. */
static int check_lengths(const struct sections *sections, const struct nonzk_ptau_shape *shape)
{
    struct nonzk_ptau ptau = {.shape = *shape};
    struct section expected[NPOINT_SECTIONS];
    size_t n = sections_of(expected, &ptau);

    for (size_t i = 0; i < n; i++) {
        const struct reader *found = &sections->of_type[expected[i].type];
        if (found->bytes == NULL || found->left != section_len(&expected[i]))
            return NONZK_E_ENCODING;
    }
    return 0;
}

int nonzk_ptau_shape_of(struct nonzk_ptau_shape *shape, const uint8_t *bytes, size_t len)
{
    struct sections sections;
    struct nonzk_ptau_shape found;
    int result = open_file(&sections, &found, bytes, len);

    if (result == 0)
        result = check_lengths(&sections, &found);
    if (result == 0)
        *shape = found;
    return result;
}

static int take_section(const struct section *section, struct reader reader)
{
    int result = 0;

    for (size_t i = 0; i < section->npoints && result == 0; i++)
        result = section->group == 1 ? nonzk_reader_g1(&reader, &section->g1[i])
                                     : nonzk_reader_g2(&reader, &section->g2[i]);
    return result;
}

static int take_contributions(struct nonzk_ptau *ptau, struct reader reader,
                              struct nonzk_fault *fault)
{
    struct ptau_contribution c;

    if (nonzk_reader_u32(&reader, &ptau->ncontributions) != 0)
        return NONZK_E_ENCODING;
    if (reader.left > 0)
        memcpy(ptau->contributions, reader.bytes, reader.left);
    /* A contribution takes bytes, so a false count ends the loop. */
    for (uint32_t i = 0; i < ptau->ncontributions; i++) {
        fault->contribution = i + 1;
        int result = ptau_contribution_take(&reader, &c);
        if (result != 0)
            return result;
    }
    fault->contribution = 0;
    return reader.left == 0 ? 0 : NONZK_E_ENCODING;
}

/* All that has been laid out; `*fault` goes along. */
static int take_file(struct nonzk_ptau *ptau, const struct sections *sections,
                     struct nonzk_fault *fault)
{
    struct section points[NPOINT_SECTIONS];
    size_t n = sections_of(points, ptau);

    fault->step = "section 7, the contributions";
    int result = take_contributions(ptau, sections->of_type[SECTION_CONTRIBUTIONS], fault);
    for (size_t i = 0; i < n && result == 0; i++) {
        fault->step = points[i].step;
        result = take_section(&points[i], sections->of_type[points[i].type]);
    }
    return result;
}

int nonzk_ptau_read(struct nonzk_ptau *ptau, void *memory, size_t memory_len, const uint8_t *bytes,
                    size_t len, struct nonzk_fault *fault)
{
    struct nonzk_ptau_shape shape;
    struct sections sections;
    struct nonzk_fault at = {.step = "the sections"};
    int result = nonzk_ptau_shape_of(&shape, bytes, len);

    memset(ptau, 0, sizeof *ptau);
    if (result == 0)
        result = open_file(&sections, &shape, bytes, len);
    if (result == 0)
        result = ptau_lay_out(ptau, &shape, memory, memory_len);
    if (result == 0)
        result = take_file(ptau, &sections, &at);
    if (result == 0) {
        at.step = "the seal";
        ptau->is_sealed = sections.seal.bytes != NULL;
        result = nonzk_sections_check_seal(&sections, bytes);
    }
    if (result != 0)
        memset(ptau, 0, sizeof *ptau);
    nonzk_fault_set(fault, result, &at);
    return result;
}

size_t nonzk_ptau_len(const struct nonzk_ptau *ptau)
{
    struct nonzk_ptau copy = *ptau;
    struct section points[NPOINT_SECTIONS];
    size_t n = sections_of(points, &copy);
    uint64_t total = 12 + 12 + HEADER_LEN + 12 + 4 + (uint64_t)ptau->shape.contributions_len;

    for (size_t i = 0; i < n; i++)
        total += 12 + section_len(&points[i]);
    total += ptau->is_sealed ? WRITER_SEAL_LEN : 0;
    return total > SIZE_MAX ? 0 : (size_t)total;
}

static void put_points(struct writer *writer, const struct section *sections, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        nonzk_writer_section(writer, sections[i].type, section_len(&sections[i]));
        if (sections[i].group == 1)
            nonzk_writer_g1(writer, sections[i].g1, sections[i].npoints);
        else
            nonzk_writer_g2(writer, sections[i].g2, sections[i].npoints);
    }
}

int nonzk_ptau_write(uint8_t *out, size_t size, const struct nonzk_ptau *ptau)
{
    struct nonzk_ptau copy = *ptau;
    struct section points[NPOINT_SECTIONS];
    size_t n = sections_of(points, &copy), len = nonzk_ptau_len(ptau);
    struct writer writer = {.at = out};

    if (len == 0 || size < len)
        return NONZK_E_NO_SPACE;
    uint32_t nsections = ptau->shape.is_prepared ? NSECTIONS_PREPARED : NSECTIONS;
    nonzk_writer_file(&writer, "ptau", nsections + (ptau->is_sealed ? 1 : 0));
    nonzk_writer_section(&writer, 1, HEADER_LEN);
    nonzk_writer_modulus(&writer, fp_modulus, 6);
    nonzk_writer_number(&writer, ptau->shape.power, 4);
    nonzk_writer_number(&writer, ptau->shape.power, 4);
    put_points(&writer, points, NPOWER_SECTIONS);
    nonzk_writer_section(&writer, SECTION_CONTRIBUTIONS,
                         4 + (uint64_t)ptau->shape.contributions_len);
    nonzk_writer_number(&writer, ptau->ncontributions, 4);
    nonzk_writer_bytes(&writer, ptau->contributions, ptau->shape.contributions_len);
    put_points(&writer, points + NPOWER_SECTIONS, n - NPOWER_SECTIONS);
    if (ptau->is_sealed)
        nonzk_writer_seal(&writer, out);
    return 0;
}
