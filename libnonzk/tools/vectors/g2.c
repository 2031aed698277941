#include <nonzk/hash_to_curve.h>
#include <nonzk/msm.h>

#define POINT     struct nonzk_g2
#define AFFINE    struct nonzk_g2_affine
#define GROUP(f)  nonzk_g2_##f
#define RUN(f)    f##_g2_run
#define EXTENSION 2
#define COORDINATES(a)                                 \
    {                                                  \
        &(a)->x.c0, &(a)->x.c1, &(a)->y.c0, &(a)->y.c1 \
    }
#define COMPRESSED_LEN   NONZK_G2_COMPRESSED_LEN
#define UNCOMPRESSED_LEN NONZK_G2_UNCOMPRESSED_LEN

#include "group.h"
