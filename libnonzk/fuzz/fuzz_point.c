/*
 * Decoding of points: what is taken encodes back to the same bytes, is on the curve and in the
 * subgroup, and has the same point in the other encoding.
 */
#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds)
        abort();
}

#define FUZZ_GROUP(group, GROUP)                                                        \
    static void fuzz_##group(const uint8_t *data, size_t size)                          \
    {                                                                                   \
        struct nonzk_##group##_affine a, b;                                             \
        uint8_t c[NONZK_##GROUP##_COMPRESSED_LEN], u[NONZK_##GROUP##_UNCOMPRESSED_LEN]; \
                                                                                        \
        if (size >= sizeof c && nonzk_##group##_from_compressed(&a, data) == 0) {       \
            nonzk_##group##_to_compressed(c, &a);                                       \
            require(memcmp(c, data, sizeof c) == 0);                                    \
            nonzk_##group##_to_uncompressed(u, &a);                                     \
            require(nonzk_##group##_from_uncompressed(&b, u) == 0);                     \
            require(memcmp(&a, &b, sizeof a) == 0);                                     \
        }                                                                               \
        if (size >= sizeof u && nonzk_##group##_from_uncompressed(&a, data) == 0) {     \
            nonzk_##group##_to_uncompressed(u, &a);                                     \
            require(memcmp(u, data, sizeof u) == 0);                                    \
            nonzk_##group##_to_compressed(c, &a);                                       \
            require(nonzk_##group##_from_compressed(&b, c) == 0);                       \
            require(memcmp(&a, &b, sizeof a) == 0);                                     \
        }                                                                               \
    }

FUZZ_GROUP(g1, G1)
FUZZ_GROUP(g2, G2)

/* A valid encoding of a multiple of the generator, with some bits changed. */
static void fuzz_changed(const uint8_t *data, size_t size)
{
    uint8_t scalar[NONZK_SCALAR_LEN] = {0}, bytes[NONZK_G2_UNCOMPRESSED_LEN];
    struct nonzk_g1_affine a1;
    struct nonzk_g2_affine a2;
    struct nonzk_g1 p1;
    struct nonzk_g2 p2;

    if (size < 4)
        return;
    scalar[31] = data[0];
    nonzk_g1_set_generator(&p1);
    nonzk_g1_mul_vartime(&p1, &p1, scalar);
    nonzk_g1_to_affine(&a1, &p1);
    nonzk_g1_to_compressed(bytes, &a1);
    bytes[data[1] % NONZK_G1_COMPRESSED_LEN] ^= data[2];
    fuzz_g1(bytes, NONZK_G1_COMPRESSED_LEN);
    nonzk_g1_to_uncompressed(bytes, &a1);
    bytes[data[1] % NONZK_G1_UNCOMPRESSED_LEN] ^= data[2];
    fuzz_g1(bytes, NONZK_G1_UNCOMPRESSED_LEN);
    nonzk_g2_set_generator(&p2);
    nonzk_g2_mul_vartime(&p2, &p2, scalar);
    nonzk_g2_to_affine(&a2, &p2);
    nonzk_g2_to_compressed(bytes, &a2);
    bytes[data[1] % NONZK_G2_COMPRESSED_LEN] ^= data[3];
    fuzz_g2(bytes, NONZK_G2_COMPRESSED_LEN);
    nonzk_g2_to_uncompressed(bytes, &a2);
    bytes[data[1] % NONZK_G2_UNCOMPRESSED_LEN] ^= data[3];
    fuzz_g2(bytes, NONZK_G2_UNCOMPRESSED_LEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_g1(data, size);
    fuzz_g2(data, size);
    fuzz_changed(data, size);
    return 0;
}
