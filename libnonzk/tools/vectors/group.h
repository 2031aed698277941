/*
 * What runs on points, once for G1 and once for G2: g1.c and g2.c give POINT, AFFINE, ELEMENT,
 * GROUP(f) of the library, RUN(f) for the names here, COORDINATES(a) for the elements of Fp in
 * their order of EIP-2537, and COMPRESSED_LEN and UNCOMPRESSED_LEN.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eip2537.h"
#include "runners.h"

#define PADDED_LEN 64 /* bytes of an element of Fp in EIP-2537 */
#define POINT_LEN  ((size_t)PADDED_LEN * 2 * EXTENSION)

/* ---- encodings ---- */

static enum verdict encoding_check(const POINT *expected, int compressed, const uint8_t *bytes)
{
    uint8_t again[UNCOMPRESSED_LEN];
    AFFINE a;
    POINT point;
    int result =
        compressed ? GROUP(from_compressed)(&a, bytes) : GROUP(from_uncompressed)(&a, bytes);

    if (result != 0)
        return VERDICT_REFUSED;
    GROUP(from_affine)(&point, &a);
    if (!GROUP(equal)(&point, expected))
        return VERDICT_DIFFERENT;
    GROUP(to_affine)(&a, expected);
    if (compressed)
        GROUP(to_compressed)(again, &a);
    else
        GROUP(to_uncompressed)(again, &a);
    return vectors_compare(again, bytes, compressed ? COMPRESSED_LEN : UNCOMPRESSED_LEN);
}

int RUN(encodings)(struct vectors *v, int compressed, const uint8_t *bytes, size_t len)
{
    const size_t each = compressed ? COMPRESSED_LEN : UNCOMPRESSED_LEN;
    POINT expected, generator;
    char id[24];

    if (len == 0 || len % each != 0)
        return -1;
    GROUP(set_infinity)(&expected);
    GROUP(set_generator)(&generator);
    for (size_t i = 0; i < len / each; i++) {
        snprintf(id, sizeof id, "%zu", i);
        vectors_count(v, encoding_check(&expected, compressed, bytes + i * each), EXPECT_VALID, id);
        GROUP(add)(&expected, &expected, &generator);
    }
    return 0;
}

/* ---- EIP-2537 ---- */

/* A point, which need not be in the subgroup unless that is asked for. */
static int point_decode(AFFINE *a, const uint8_t *in, int in_subgroup)
{
    struct nonzk_fp *coordinates[2 * EXTENSION] = COORDINATES(a);

    for (size_t i = 0; i < 2 * EXTENSION; i++) {
        int result = eip2537_element(coordinates[i], in + i * PADDED_LEN);
        if (result != 0)
            return result;
    }
    if (!GROUP(affine_is_on_curve)(a))
        return NONZK_E_NOT_ON_CURVE;
    return in_subgroup && !GROUP(affine_is_in_subgroup)(a) ? NONZK_E_NOT_IN_SUBGROUP : 0;
}

static enum verdict point_compare(const POINT *point, struct bytes expected)
{
    uint8_t out[POINT_LEN];
    AFFINE a;

    GROUP(to_affine)(&a, point);
    struct nonzk_fp *coordinates[2 * EXTENSION] = COORDINATES(&a);
    memset(out, 0, sizeof out);
    for (size_t i = 0; i < 2 * EXTENSION; i++)
        nonzk_fp_to_bytes(out + (i + 1) * PADDED_LEN - NONZK_FP_LEN, coordinates[i]);
    return expected.there ? vectors_equal(expected, out, sizeof out) : VERDICT_ACCEPTED;
}

enum verdict RUN(add)(struct vectors *v, struct bytes in, struct bytes expected)
{
    AFFINE a, b;
    POINT p, q;

    (void)v;
    if (in.len != 2 * POINT_LEN || point_decode(&a, in.data, 0) != 0 ||
        point_decode(&b, in.data + POINT_LEN, 0) != 0)
        return VERDICT_REFUSED;
    GROUP(from_affine)(&p, &a);
    GROUP(from_affine)(&q, &b);
    GROUP(add)(&p, &p, &q);
    return point_compare(&p, expected);
}

enum verdict RUN(mul)(struct vectors *v, struct bytes in, struct bytes expected)
{
    AFFINE a;
    POINT p;

    (void)v;
    if (in.len != POINT_LEN + NONZK_SCALAR_LEN || point_decode(&a, in.data, 1) != 0)
        return VERDICT_REFUSED;
    GROUP(from_affine)(&p, &a);
    GROUP(mul_vartime)(&p, &p, in.data + POINT_LEN);
    return point_compare(&p, expected);
}

enum verdict RUN(msm)(struct vectors *v, struct bytes in, struct bytes expected)
{
    const size_t each = POINT_LEN + NONZK_SCALAR_LEN, n = in.len / each;
    POINT sum;

    if (n == 0 || in.len % each != 0)
        return VERDICT_REFUSED;
    AFFINE *points = vectors_memory(v, n * sizeof *points);
    uint8_t *scalars = vectors_memory(v, n * NONZK_SCALAR_LEN);
    for (size_t i = 0; i < n; i++) {
        if (point_decode(&points[i], in.data + i * each, 1) != 0)
            return VERDICT_REFUSED;
        memcpy(scalars + i * NONZK_SCALAR_LEN, in.data + i * each + POINT_LEN, NONZK_SCALAR_LEN);
    }
    const size_t size = GROUP(msm_size)(n);
    void *workspace = vectors_memory(v, size);
    if (GROUP(msm_vartime)(&sum, points, scalars, n, workspace, size) != 0)
        return VERDICT_DIFFERENT;
    return point_compare(&sum, expected);
}

enum verdict RUN(map)(struct vectors *v, struct bytes in, struct bytes expected)
{
    AFFINE a;
    POINT p;

    (void)v;
    if (in.len != POINT_LEN / 2)
        return VERDICT_REFUSED;
    struct nonzk_fp *coordinates[2 * EXTENSION] = COORDINATES(&a);
    for (size_t i = 0; i < EXTENSION; i++) {
        if (eip2537_element(coordinates[i], in.data + i * PADDED_LEN) != 0)
            return VERDICT_REFUSED;
    }
    GROUP(map)(&p, &a.x);
    return point_compare(&p, expected);
}

int RUN(decode)(AFFINE *a, const uint8_t *in)
{
    return point_decode(a, in, 1);
}
