#include <nonzk/msm.h>

#define CONSTANTS_G1_BETA
#include "curve/constants.h"
#include "field/fp_lanes.h"

#define POINT    struct nonzk_g1
#define AFFINE   struct nonzk_g1_affine
#define ELEMENT  struct nonzk_fp
#define FIELD(f) nonzk_fp_##f
#define GROUP(f) nonzk_g1_##f

#define ELEMENT_LANES(f)       fp_##f
#define MIN_LARGE              256
#define point_mul_beta(out, x) nonzk_fp_mul(out, x, &g1_beta)

#include "curve/msm.h"
