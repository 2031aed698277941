#define POINT    struct nonzk_g1
#define AFFINE   struct nonzk_g1_affine
#define GROUP(f) nonzk_g1_##f

#include "ceremony/lagrange.h"
