#include <nonzk/hash_to_curve.h>
#include <nonzk/msm.h>

#define POINT     struct nonzk_g1
#define AFFINE    struct nonzk_g1_affine
#define GROUP(f)  nonzk_g1_##f
#define RUN(f)    f##_g1_run
#define EXTENSION 1
#define COORDINATES(a)   \
    {                    \
        &(a)->x, &(a)->y \
    }
#define COMPRESSED_LEN   NONZK_G1_COMPRESSED_LEN
#define UNCOMPRESSED_LEN NONZK_G1_UNCOMPRESSED_LEN

#include "group.h"
