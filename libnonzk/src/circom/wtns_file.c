/*
 * Witnesses of circom.
 */
#include <nonzk/circom.h>
#include <string.h>

#include "circom/sections.h"

enum { SECTION_HEADER = 1, SECTION_VALUES };

static int find_values(struct reader *values, uint32_t *count, const uint8_t *bytes, size_t len)
{
    struct sections sections;
    int result = nonzk_sections_find(&sections, bytes, len, "wtns", 2);

    if (result != 0)
        return result;
    struct reader header = sections.of_type[SECTION_HEADER];
    *values = sections.of_type[SECTION_VALUES];
    if (header.bytes == NULL || values->bytes == NULL)
        return NONZK_E_ENCODING;
    result = nonzk_reader_prime(&header);
    if (result != 0)
        return result;
    if (nonzk_reader_u32(&header, count) != 0 || header.left != 0 ||
        (uint64_t)*count * NONZK_FR_LEN != values->left)
        return NONZK_E_ENCODING;
    return 0;
}

int nonzk_circom_wtns_count(uint32_t *count, const uint8_t *bytes, size_t len)
{
    struct reader values;
    uint32_t found;
    int result = find_values(&values, &found, bytes, len);

    if (result == 0)
        *count = found;
    return result;
}

int nonzk_circom_wtns_read(struct nonzk_fr *values, uint32_t count, const uint8_t *bytes,
                           size_t len)
{
    struct reader reader;
    uint32_t found;
    int result = find_values(&reader, &found, bytes, len);

    if (result != 0)
        return result;
    if (found != count)
        return NONZK_E_INVALID;
    for (uint32_t i = 0; i < count && result == 0; i++)
        result = nonzk_reader_fr(&reader, &values[i]);
    if (result != 0)
        memset(values, 0, count * sizeof *values);
    return result;
}
