#define POINT    struct nonzk_g2
#define AFFINE   struct nonzk_g2_affine
#define GROUP(f) nonzk_g2_##f

#include "ceremony/lagrange.h"
