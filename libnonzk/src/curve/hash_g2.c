#include <nonzk/hash_to_curve.h>

#include "curve/hash_private.h"

#define ISOGENY_G2
#include "curve/isogeny.h"

#define ELEMENT        struct nonzk_fp2
#define EXTENSION      2
#define FIELD(f)       nonzk_fp2_##f
#define POINT          struct nonzk_g2
#define GROUP(f)       nonzk_g2_##f
#define clear_cofactor g2_clear_cofactor

/* -(2 + u) */
static void swu_z(struct nonzk_fp2 *out)
{
    nonzk_fp_set_u64(&out->c0, 2);
    nonzk_fp_set_u64(&out->c1, 1);
    nonzk_fp2_neg(out, out);
}

static int element_sign(const struct nonzk_fp2 *a)
{
    return nonzk_fp_is_zero(&a->c0) ? fp_parity(&a->c1) : fp_parity(&a->c0);
}

static void element_from_wide(struct nonzk_fp2 *out, const uint8_t in[128])
{
    fp_from_wide(&out->c0, in);
    fp_from_wide(&out->c1, in + 64);
}

#include "curve/hash.h"
