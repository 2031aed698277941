#include "circom/sections.h"

#include <noncrypto/blake3.h>

#include "curve/scalar.h"

#include <string.h>

static int read_number(struct reader *reader, uint64_t *value, size_t size)
{
    if (reader->left < size)
        return NONZK_E_ENCODING;
    *value = 0;
    for (size_t i = 0; i < size; i++)
        *value |= (uint64_t)reader->bytes[i] << 8 * i;
    reader->bytes += size;
    reader->left -= size;
    return 0;
}

int nonzk_reader_u32(struct reader *reader, uint32_t *value)
{
    uint64_t wide = 0;
    int result = read_number(reader, &wide, sizeof *value);

    if (result == 0)
        *value = (uint32_t)wide;
    return result;
}

int nonzk_reader_u64(struct reader *reader, uint64_t *value)
{
    return read_number(reader, value, sizeof *value);
}

int nonzk_reader_bytes(struct reader *reader, const uint8_t **bytes, size_t len)
{
    if (reader->left < len)
        return NONZK_E_ENCODING;
    *bytes = reader->bytes;
    reader->bytes += len;
    reader->left -= len;
    return 0;
}

int nonzk_reader_fr(struct reader *reader, struct nonzk_fr *value)
{
    const uint8_t *bytes;
    int result = nonzk_reader_bytes(reader, &bytes, NONZK_FR_LEN);

    return result == 0 ? nonzk_fr_from_bytes_le(value, bytes) : result;
}

int nonzk_reader_modulus(struct reader *reader, const uint64_t *modulus, size_t nlimbs)
{
    uint32_t size;
    uint64_t limb, difference = 0;
    int result = nonzk_reader_u32(reader, &size);

    if (result != 0)
        return result;
    if (size != 8 * nlimbs)
        return NONZK_E_UNSUPPORTED;
    for (size_t i = 0; i < nlimbs; i++) {
        result = nonzk_reader_u64(reader, &limb);
        if (result != 0)
            return result;
        difference |= limb ^ modulus[i];
    }
    return difference == 0 ? 0 : NONZK_E_UNSUPPORTED;
}

int nonzk_reader_prime(struct reader *reader)
{
    return nonzk_reader_modulus(reader, scalar_order, SCALAR_LIMBS);
}

static int find_section(struct sections *sections, struct reader *file)
{
    uint32_t type;
    uint64_t length;

    if (nonzk_reader_u32(file, &type) != 0 || nonzk_reader_u64(file, &length) != 0 ||
        length > file->left)
        return NONZK_E_ENCODING;
    if (type <= SECTIONS_MAX_TYPE || type == SECTION_SEAL) {
        struct reader *section = type == SECTION_SEAL ? &sections->seal : &sections->of_type[type];
        if (section->bytes != NULL)
            return NONZK_E_ENCODING;
        *section = (struct reader){file->bytes, (size_t)length};
    }
    file->bytes += (size_t)length;
    file->left -= (size_t)length;
    return 0;
}

int nonzk_sections_find(struct sections *sections, const uint8_t *bytes, size_t len,
                        const char magic[4], uint32_t version)
{
    struct reader file = {bytes, len};
    uint32_t found_version;

    *sections = (struct sections){0};
    if (len < 4 || memcmp(bytes, magic, 4) != 0)
        return NONZK_E_ENCODING;
    file.bytes += 4;
    file.left -= 4;
    if (nonzk_reader_u32(&file, &found_version) != 0 ||
        nonzk_reader_u32(&file, &sections->count) != 0)
        return NONZK_E_ENCODING;
    if (found_version != version)
        return NONZK_E_UNSUPPORTED;
    /* A section takes bytes, so a false count ends the loop. */
    for (uint32_t i = 0; i < sections->count; i++) {
        int result = find_section(sections, &file);
        if (result != 0)
            return result;
    }
    if (file.left != 0)
        return NONZK_E_ENCODING;
    if (sections->seal.bytes == NULL)
        return 0;
    sections->count--;
    return sections->seal.left == SEAL_LEN && sections->seal.bytes == bytes + len - SEAL_LEN
               ? 0
               : NONZK_E_ENCODING;
}

int nonzk_sections_check_seal(const struct sections *sections, const uint8_t *bytes)
{
    struct noncrypto_blake3 hash;
    uint8_t digest[SEAL_LEN];

    if (sections->seal.bytes == NULL)
        return 0;
    noncrypto_blake3_init(&hash);
    noncrypto_blake3_update(&hash, bytes, (size_t)(sections->seal.bytes - bytes));
    noncrypto_blake3_final(&hash, digest, sizeof digest);
    return memcmp(digest, sections->seal.bytes, sizeof digest) == 0 ? 0 : NONZK_E_SEAL;
}
