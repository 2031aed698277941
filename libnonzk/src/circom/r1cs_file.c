/*
 * Constraint systems of circom. A file is gone through twice: once to check and to count, once to
 * take.
 */
#include <nonzk/circom.h>

#include "circom/sections.h"

enum { SECTION_HEADER = 1, SECTION_CONSTRAINTS, SECTION_LABELS, SECTION_GATES, SECTION_GATE_USES };

struct header {
    uint32_t nwires, npublic, nconstraints;
};

static int read_header(struct header *header, struct reader section)
{
    uint32_t noutputs, ninputs, nprivate;
    uint64_t nlabels;
    int result = nonzk_reader_prime(&section);

    if (result != 0)
        return result;
    if (nonzk_reader_u32(&section, &header->nwires) != 0 ||
        nonzk_reader_u32(&section, &noutputs) != 0 || nonzk_reader_u32(&section, &ninputs) != 0 ||
        nonzk_reader_u32(&section, &nprivate) != 0 || nonzk_reader_u64(&section, &nlabels) != 0 ||
        nonzk_reader_u32(&section, &header->nconstraints) != 0 || section.left != 0)
        return NONZK_E_ENCODING;
    if ((uint64_t)1 + noutputs + ninputs + nprivate > header->nwires)
        return NONZK_E_ENCODING;
    header->npublic = noutputs + ninputs;
    return 0;
}

/*
 * Takes one linear combination; its terms go to `out` unless that is NULL, and are counted in any
 * case.
 */
static int read_side(struct reader *section, uint32_t nwires, struct nonzk_r1cs_term *out,
                     uint32_t *nterms)
{
    uint32_t count;

    if (nonzk_reader_u32(section, &count) != 0)
        return NONZK_E_ENCODING;
    for (uint32_t i = 0; i < count; i++) {
        struct nonzk_r1cs_term term;
        if (nonzk_reader_u32(section, &term.wire) != 0 || term.wire >= nwires ||
            nonzk_reader_fr(section, &term.coefficient) != 0)
            return NONZK_E_ENCODING;
        if (nonzk_fr_is_zero(&term.coefficient))
            continue;
        if (*nterms == UINT32_MAX)
            return NONZK_E_ENCODING;
        if (out != NULL)
            out[*nterms] = term;
        ++*nterms;
    }
    return 0;
}

static int read_constraints(struct reader section, const struct header *header,
                            struct nonzk_r1cs_term *terms, uint32_t *ends, uint32_t *nterms)
{
    *nterms = 0;
    for (uint32_t i = 0; i < header->nconstraints; i++)
        for (size_t side = 0; side < 3; side++) {
            int result = read_side(&section, header->nwires, terms, nterms);
            if (result != 0)
                return result;
            if (ends != NULL)
                ends[3 * (size_t)i + side] = *nterms;
        }
    return section.left == 0 ? 0 : NONZK_E_ENCODING;
}

/* Checks a whole file. */
static int check_file(struct header *header, struct reader *constraints, uint32_t *nterms,
                      const uint8_t *bytes, size_t len)
{
    struct sections sections;
    int result = nonzk_sections_find(&sections, bytes, len, "r1cs", 1);

    if (result != 0)
        return result;
    if (sections.of_type[SECTION_HEADER].bytes == NULL ||
        sections.of_type[SECTION_CONSTRAINTS].bytes == NULL)
        return NONZK_E_ENCODING;
    if (sections.of_type[SECTION_GATES].bytes != NULL ||
        sections.of_type[SECTION_GATE_USES].bytes != NULL)
        return NONZK_E_UNSUPPORTED;
    result = read_header(header, sections.of_type[SECTION_HEADER]);
    if (result != 0)
        return result;
    /* A wire has a label of 8 bytes or is in a constraint: memory stays linear in the file. */
    if (header->nwires > len)
        return NONZK_E_ENCODING;
    *constraints = sections.of_type[SECTION_CONSTRAINTS];
    return read_constraints(*constraints, header, NULL, NULL, nterms);
}

int nonzk_circom_r1cs_limits(struct nonzk_r1cs_limits *limits, const uint8_t *bytes, size_t len)
{
    struct header header;
    struct reader constraints;
    uint32_t nterms;
    int result = check_file(&header, &constraints, &nterms, bytes, len);

    if (result == 0)
        *limits = (struct nonzk_r1cs_limits){
            .wires = header.nwires, .constraints = header.nconstraints, .terms = nterms};
    return result;
}

int nonzk_circom_r1cs_read(struct nonzk_r1cs *cs, const uint8_t *bytes, size_t len)
{
    struct header header;
    struct reader constraints;
    uint32_t nterms;
    int result = check_file(&header, &constraints, &nterms, bytes, len);

    if (result != 0)
        return result;
    if (!(cs->mode & NONZK_R1CS_RECORD) || cs->nwires != 1 || cs->nconstraints != 0 ||
        cs->error != 0)
        return NONZK_E_INVALID;
    if (header.nwires > cs->limits.wires || header.nconstraints > cs->limits.constraints ||
        nterms > cs->limits.terms)
        return NONZK_E_NO_SPACE;
    cs->nwires = header.nwires;
    cs->npublic = header.npublic;
    cs->nconstraints = header.nconstraints;
    return read_constraints(constraints, &header, cs->terms, cs->ends, &cs->nterms);
}
