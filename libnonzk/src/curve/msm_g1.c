#include <nonzk/msm.h>

#define POINT    struct nonzk_g1
#define AFFINE   struct nonzk_g1_affine
#define FIELD(f) nonzk_fp_##f
#define GROUP(f) nonzk_g1_##f

#include "curve/msm.h"
