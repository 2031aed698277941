/*
 * Points in files of snarkjs: coordinates in Montgomery form with R = 2^384, little-endian, c0
 * before c1, and (0, 0) for infinity. Private to libnonzk.
 */
#ifndef NONZK_SRC_CIRCOM_POINTS_H
#define NONZK_SRC_CIRCOM_POINTS_H

#include <nonzk/g2.h>

#include "circom/sections.h"

#define POINT_G1_LEN 96  /* bytes */
#define POINT_G2_LEN 192 /* bytes */

/*
 * Take a point off the front. Return 0; NONZK_E_ENCODING if there are not enough bytes or a
 * coordinate is not below p; NONZK_E_NOT_ON_CURVE; NONZK_E_NOT_IN_SUBGROUP; and those named finite
 * NONZK_E_INFINITY for infinity.
 */
int nonzk_reader_g1(struct reader *reader, struct nonzk_g1_affine *point);
int nonzk_reader_g2(struct reader *reader, struct nonzk_g2_affine *point);
int nonzk_reader_finite_g1(struct reader *reader, struct nonzk_g1_affine *point);
int nonzk_reader_finite_g2(struct reader *reader, struct nonzk_g2_affine *point);

/* Encode a point. */
void nonzk_point_encode_g1(uint8_t out[POINT_G1_LEN], const struct nonzk_g1_affine *point);
void nonzk_point_encode_g2(uint8_t out[POINT_G2_LEN], const struct nonzk_g2_affine *point);

#endif
