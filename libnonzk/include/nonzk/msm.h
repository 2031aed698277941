/*
 * Sums of many multiples of points, k[0] P[0] + k[1] P[1] + ..., by the bucket method (Pippenger)
 * with signed digits.
 *
 * The functions that end in _vartime take time and read memory by the scalars, which must be public
 * then; the others do not, and for some thousand points they take several times as long. Which points
 * are infinity is visible in any case. Points must be in their group, for the sum makes use of its
 * endomorphism, and may be infinity. Nothing may overlap. No
 * function here needs more than 8 KiB of stack.
 */
#ifndef NONZK_MSM_H
#define NONZK_MSM_H

#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <nonzk/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Bytes of workspace for a sum of `npoints`; SIZE_MAX if that is too large a number. It does not shrink
 * as the number grows. Beyond some hundred points it is 80 bytes for each of G1 and 0.25 to 3.5 MB for
 * buckets, and 128 bytes for each of G2 and 0.5 to 7 MB.
 */
NONZK_API size_t nonzk_g1_msm_size(size_t npoints);
NONZK_API size_t nonzk_g2_msm_size(size_t npoints);

/*
 * out = the sum of the multiples, in constant time or not
 *
 * scalars     NONZK_SCALAR_LEN bytes for each point, big-endian, taken modulo r
 * workspace   nonzk_g1_msm_size() bytes or nonzk_g2_msm_size(), aligned for uint64_t; wiped at the end
 *
 * Returns 0, or NONZK_E_NO_SPACE if the workspace is too small or not aligned; then `out` is
 * unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_g1_msm(struct nonzk_g1 *out,
                                            const struct nonzk_g1_affine *points,
                                            const uint8_t *scalars, size_t npoints, void *workspace,
                                            size_t workspace_len);
NONZK_API NONZK_MUST_CHECK int nonzk_g2_msm(struct nonzk_g2 *out,
                                            const struct nonzk_g2_affine *points,
                                            const uint8_t *scalars, size_t npoints, void *workspace,
                                            size_t workspace_len);
NONZK_API NONZK_MUST_CHECK int nonzk_g1_msm_vartime(struct nonzk_g1 *out,
                                                    const struct nonzk_g1_affine *points,
                                                    const uint8_t *scalars, size_t npoints,
                                                    void *workspace, size_t workspace_len);
NONZK_API NONZK_MUST_CHECK int nonzk_g2_msm_vartime(struct nonzk_g2 *out,
                                                    const struct nonzk_g2_affine *points,
                                                    const uint8_t *scalars, size_t npoints,
                                                    void *workspace, size_t workspace_len);

#ifdef __cplusplus
}
#endif

#endif
