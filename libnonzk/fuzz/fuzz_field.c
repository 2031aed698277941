/*
 * Decoding of Fp and Fp2: exactly the integers below p are taken, what is taken encodes back to the same bytes, and
 * inverse and root of it multiply back.
 */
#include <nonzk/fp2.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t p[NONZK_FP_LEN] = {
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
};

static void require(int holds)
{
    if (!holds)
        abort();
}

static void fuzz_fp(const uint8_t *data)
{
    struct nonzk_fp a, b;
    uint8_t bytes[NONZK_FP_LEN];
    int result = nonzk_fp_from_bytes(&a, data);

    require((result == 0) == (memcmp(data, p, sizeof p) < 0));
    if (result != 0)
        return;
    nonzk_fp_to_bytes(bytes, &a);
    require(memcmp(bytes, data, sizeof bytes) == 0);
    int has_root = nonzk_fp_sqrt(&b, &a) == 0;
    require(has_root == (nonzk_fp_legendre(&a) >= 0));
    if (has_root) {
        nonzk_fp_square(&b, &b);
        require(nonzk_fp_equal(&a, &b));
    }
}

static void fuzz_fp2(const uint8_t *data)
{
    struct nonzk_fp2 a, b, one;
    uint8_t bytes[NONZK_FP2_LEN];
    int result = nonzk_fp2_from_bytes(&a, data);

    require((result == 0) ==
            (memcmp(data, p, sizeof p) < 0 && memcmp(data + NONZK_FP_LEN, p, sizeof p) < 0));
    if (result != 0)
        return;
    nonzk_fp2_to_bytes(bytes, &a);
    require(memcmp(bytes, data, sizeof bytes) == 0);
    nonzk_fp2_set_one(&one);
    if (nonzk_fp2_invert(&b, &a) == 0) {
        nonzk_fp2_mul(&b, &b, &a);
        require(nonzk_fp2_equal(&b, &one));
    } else {
        require(nonzk_fp2_is_zero(&a));
    }
    int has_root = nonzk_fp2_sqrt(&b, &a) == 0;
    require(has_root == (nonzk_fp2_legendre(&a) >= 0));
    if (has_root) {
        nonzk_fp2_square(&b, &b);
        require(nonzk_fp2_equal(&a, &b));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= NONZK_FP_LEN)
        fuzz_fp(data);
    if (size >= NONZK_FP2_LEN)
        fuzz_fp2(data);
    return 0;
}
