/* Scalars are secret, and so are the points that they make; the points that are multiplied are not. */
#include <noncrypto/cpu.h>
#include <nonzk/msm.h>

#include "secrets.h"

int ct_curve(void);

#define NPOINTS 3

static uint64_t workspace[2048];

static int in_g1(void)
{
    struct nonzk_g1 generator, a, b;
    struct nonzk_g1_affine points[NPOINTS];
    uint8_t scalars[NPOINTS * NONZK_SCALAR_LEN], bytes[NONZK_G1_UNCOMPRESSED_LEN];

    secret_bytes(scalars, sizeof scalars, 7);
    nonzk_g1_set_generator(&generator);
    nonzk_g1_to_affine(&points[0], &generator);
    nonzk_g1_double(&a, &generator);
    nonzk_g1_to_affine(&points[1], &a);
    nonzk_g1_set_infinity(&a);
    nonzk_g1_to_affine(&points[2], &a);
    nonzk_g1_mul(&a, &generator, scalars);
    nonzk_g1_add(&b, &a, &generator);
    nonzk_g1_neg(&b, &b);
    nonzk_g1_add_affine(&b, &b, &points[0]);
    int result = nonzk_g1_equal(&a, &b) | nonzk_g1_is_infinity(&a);
    (void)result;
    result = nonzk_g1_msm(&b, points, scalars, NPOINTS, workspace, sizeof workspace);
    nonzk_g1_to_affine(&points[0], &b);
    nonzk_g1_to_compressed(bytes, &points[0]);
    nonzk_g1_to_uncompressed(bytes, &points[0]);
    return result;
}

static int in_g2(void)
{
    struct nonzk_g2 generator, a, b;
    struct nonzk_g2_affine points[NPOINTS];
    uint8_t scalars[NPOINTS * NONZK_SCALAR_LEN], bytes[NONZK_G2_UNCOMPRESSED_LEN];

    secret_bytes(scalars, sizeof scalars, 7);
    nonzk_g2_set_generator(&generator);
    nonzk_g2_to_affine(&points[0], &generator);
    nonzk_g2_double(&a, &generator);
    nonzk_g2_to_affine(&points[1], &a);
    nonzk_g2_set_infinity(&a);
    nonzk_g2_to_affine(&points[2], &a);
    nonzk_g2_mul(&a, &generator, scalars);
    nonzk_g2_add(&b, &a, &generator);
    nonzk_g2_neg(&b, &b);
    nonzk_g2_add_affine(&b, &b, &points[0]);
    int result = nonzk_g2_msm(&b, points, scalars, NPOINTS, workspace, sizeof workspace);
    nonzk_g2_to_affine(&points[0], &b);
    nonzk_g2_to_compressed(bytes, &points[0]);
    nonzk_g2_to_uncompressed(bytes, &points[0]);
    return result;
}

int ct_curve(void)
{
    noncrypto_cpu_set_features(0);
    int result = in_g1();
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    return result | in_g1() | in_g2();
}
