/*
 * Decoding of Fr: exactly the integers below r are taken, and what is taken encodes back to the
 * same bytes; wide integers reduce to the same element whatever multiple of r is in them.
 */
#include <nonzk/fr.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t r[NONZK_FR_LEN] = {
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
};

static void require(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nonzk_fr a, b;
    uint8_t bytes[NONZK_FR_LEN], wide[NONZK_FR_WIDE_LEN] = {0};

    if (size < NONZK_FR_LEN)
        return 0;
    int result = nonzk_fr_from_bytes(&a, data);
    require((result == 0) == (memcmp(data, r, sizeof r) < 0));
    memcpy(wide + NONZK_FR_LEN, data, NONZK_FR_LEN);
    nonzk_fr_from_wide(&b, wide);
    if (result != 0)
        return 0;
    require(nonzk_fr_equal(&a, &b));
    memcpy(wide, r, sizeof r);
    nonzk_fr_from_wide(&b, wide);
    require(nonzk_fr_equal(&a, &b));
    nonzk_fr_to_bytes(bytes, &a);
    require(memcmp(bytes, data, sizeof bytes) == 0);
    nonzk_fr_to_bytes_le(bytes, &a);
    require(nonzk_fr_from_bytes_le(&b, bytes) == 0 && nonzk_fr_equal(&a, &b));
    if (nonzk_fr_invert(&b, &a) == 0) {
        struct nonzk_fr one;
        nonzk_fr_set_one(&one);
        nonzk_fr_mul(&b, &b, &a);
        require(nonzk_fr_equal(&b, &one));
    }
    return 0;
}
