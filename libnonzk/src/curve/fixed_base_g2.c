#define TABLE    struct fixed_base_g2
#define POINT    struct nonzk_g2
#define AFFINE   struct nonzk_g2_affine
#define FIELD(f) nonzk_fp2_##f
#define GROUP(f) nonzk_g2_##f

#include "curve/fixed_base.h"
