#include <nonzk/hash_to_curve.h>

#include "curve/hash_private.h"

#include <string.h>

#define ISOGENY_G1
#include "curve/isogeny.h"

#define ELEMENT           struct nonzk_fp
#define EXTENSION         1
#define FIELD(f)          nonzk_fp_##f
#define POINT             struct nonzk_g1
#define GROUP(f)          nonzk_g1_##f
#define element_sign      fp_parity
#define element_from_wide fp_from_wide
#define clear_cofactor    g1_clear_cofactor

/* 11 */
static void swu_z(struct nonzk_fp *out)
{
    nonzk_fp_set_u64(out, 11);
}

int fp_parity(const struct nonzk_fp *a)
{
    uint8_t bytes[NONZK_FP_LEN];

    nonzk_fp_to_bytes(bytes, a);
    return bytes[NONZK_FP_LEN - 1] & 1;
}

/* Each half is below 2^256 and so below p. */
void fp_from_wide(struct nonzk_fp *out, const uint8_t in[64])
{
    uint8_t half[NONZK_FP_LEN] = {0};
    struct nonzk_fp low, power;

    nonzk_fp_set_u64(&power, UINT64_C(1) << 32);
    for (int i = 0; i < 3; i++)
        nonzk_fp_square(&power, &power);
    memcpy(half + NONZK_FP_LEN - 32, in, 32);
    int result = nonzk_fp_from_bytes(out, half);
    memcpy(half + NONZK_FP_LEN - 32, in + 32, 32);
    result |= nonzk_fp_from_bytes(&low, half);
    (void)result;
    nonzk_fp_mul(out, out, &power);
    nonzk_fp_add(out, out, &low);
}

#include "curve/hash.h"
