#include <nonzk/msm.h>

#define CONSTANTS_G2_BETA
#include "curve/constants.h"
#include "field/fp2_lanes.h"

#define POINT    struct nonzk_g2
#define AFFINE   struct nonzk_g2_affine
#define ELEMENT  struct nonzk_fp2
#define FIELD(f) nonzk_fp2_##f
#define GROUP(f) nonzk_g2_##f

#define ELEMENT_LANES(f)       fp2_##f
#define MIN_LARGE              64
#define point_mul_beta(out, x) nonzk_fp2_mul_fp(out, x, &g2_beta)

#include "curve/msm.h"
