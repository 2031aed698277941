/* The operations of EIP-2537, each in both groups. */
#ifndef NONZK_TOOLS_VECTORS_EIP2537_H
#define NONZK_TOOLS_VECTORS_EIP2537_H

#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <vectors/vectors.h>

#define EIP2537_G1_LEN 128 /* bytes of a point */
#define EIP2537_G2_LEN 256

/* An element of Fp: 16 zeros and 48 bytes. 0, or NONZK_E_ENCODING. */
int eip2537_element(struct nonzk_fp *out, const uint8_t in[64]);

/* An operation on its input; `expected` is not there if the input must be refused. */
typedef enum verdict eip2537_operation(struct vectors *v, struct bytes in, struct bytes expected);

eip2537_operation add_g1_run, mul_g1_run, msm_g1_run, map_g1_run;
eip2537_operation add_g2_run, mul_g2_run, msm_g2_run, map_g2_run;

/* Decode a point of the subgroup. */
int decode_g1_run(struct nonzk_g1_affine *a, const uint8_t *in);
int decode_g2_run(struct nonzk_g2_affine *a, const uint8_t *in);

#endif
