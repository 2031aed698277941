#include <nonzk/msm.h>

#define POINT    struct nonzk_g2
#define AFFINE   struct nonzk_g2_affine
#define FIELD(f) nonzk_fp2_##f
#define GROUP(f) nonzk_g2_##f

#include "curve/msm.h"
