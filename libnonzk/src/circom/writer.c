#include "circom/writer.h"

#include <string.h>

#define FORMAT_VERSION 1

void nonzk_writer_bytes(struct writer *writer, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    if (writer->hash) {
        noncrypto_blake3_update(writer->hash, bytes, len);
    } else {
        memcpy(writer->at, bytes, len);
        writer->at += len;
    }
}

void nonzk_writer_number(struct writer *writer, uint64_t value, size_t size)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    nonzk_writer_bytes(writer, bytes, size);
}

void nonzk_writer_modulus(struct writer *writer, const uint64_t *modulus, size_t nlimbs)
{
    nonzk_writer_number(writer, 8 * nlimbs, 4);
    for (size_t i = 0; i < nlimbs; i++)
        nonzk_writer_number(writer, modulus[i], 8);
}

void nonzk_writer_g1(struct writer *writer, const struct nonzk_g1_affine *points, size_t n)
{
    uint8_t bytes[POINT_G1_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_point_encode_g1(bytes, &points[i]);
        nonzk_writer_bytes(writer, bytes, sizeof bytes);
    }
}

void nonzk_writer_g2(struct writer *writer, const struct nonzk_g2_affine *points, size_t n)
{
    uint8_t bytes[POINT_G2_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_point_encode_g2(bytes, &points[i]);
        nonzk_writer_bytes(writer, bytes, sizeof bytes);
    }
}

void nonzk_writer_file(struct writer *writer, const char magic[4], uint32_t nsections)
{
    nonzk_writer_bytes(writer, magic, 4);
    nonzk_writer_number(writer, FORMAT_VERSION, 4);
    nonzk_writer_number(writer, nsections, 4);
}

void nonzk_writer_section(struct writer *writer, uint32_t type, uint64_t len)
{
    nonzk_writer_number(writer, type, 4);
    nonzk_writer_number(writer, len, 8);
}

void nonzk_writer_seal(struct writer *writer, const uint8_t *file)
{
    struct noncrypto_blake3 hash;
    uint8_t digest[SEAL_LEN];

    nonzk_writer_section(writer, SECTION_SEAL, SEAL_LEN);
    noncrypto_blake3_init(&hash);
    noncrypto_blake3_update(&hash, file, (size_t)(writer->at - file));
    noncrypto_blake3_final(&hash, digest, sizeof digest);
    nonzk_writer_bytes(writer, digest, sizeof digest);
}
