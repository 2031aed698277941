#define TABLE    struct fixed_base_g1
#define POINT    struct nonzk_g1
#define AFFINE   struct nonzk_g1_affine
#define FIELD(f) nonzk_fp_##f
#define GROUP(f) nonzk_g1_##f

#include "curve/fixed_base.h"
