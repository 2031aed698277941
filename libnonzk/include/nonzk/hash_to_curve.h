/*
 * Hashing to G1 and G2 (RFC 9380): the suites BLS12381G1_XMD:SHA-256_SSWU_RO_,
 * BLS12381G2_XMD:SHA-256_SSWU_RO_ and their _NU_ forms.
 *
 * A domain separation tag tells apart the uses of one function; RFC 9380 section 3.1 says how it is
 * to be made up. It has any length above 0; the RFC wants 16 bytes at least. Messages and tags are
 * public: the time depends on them. Outputs must not overlap inputs. No function here needs more
 * than 8 KiB of stack.
 */
#ifndef NONZK_HASH_TO_CURVE_H
#define NONZK_HASH_TO_CURVE_H

#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <nonzk/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_EXPAND_MAX_LEN 8160 /* bytes: 255 outputs of SHA-256 */

/*
 * expand_message_xmd with SHA-256, section 5.3.1 (and 5.3.3 for a tag above 255 bytes). Returns 0,
 * or NONZK_E_INVALID if out_len is 0 or above NONZK_EXPAND_MAX_LEN or the tag is empty; then `out`
 * is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_expand_message_xmd(uint8_t *out, size_t out_len,
                                                        const void *message, size_t message_len,
                                                        const void *tag, size_t tag_len);

/*
 * hash_to_curve: a random oracle to the group. Returns 0, or NONZK_E_INVALID if the tag is empty.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_g1_hash(struct nonzk_g1 *out, const void *message,
                                             size_t message_len, const void *tag, size_t tag_len);
NONZK_API NONZK_MUST_CHECK int nonzk_g2_hash(struct nonzk_g2 *out, const void *message,
                                             size_t message_len, const void *tag, size_t tag_len);

/* encode_to_curve: cheaper, and not uniform in the group. Returns as the above. */
NONZK_API NONZK_MUST_CHECK int nonzk_g1_encode(struct nonzk_g1 *out, const void *message,
                                               size_t message_len, const void *tag, size_t tag_len);
NONZK_API NONZK_MUST_CHECK int nonzk_g2_encode(struct nonzk_g2 *out, const void *message,
                                               size_t message_len, const void *tag, size_t tag_len);

/* map_to_curve and clear_cofactor: the point of a field element, as EIP-2537 has it. */
NONZK_API void nonzk_g1_map(struct nonzk_g1 *out, const struct nonzk_fp *u);
NONZK_API void nonzk_g2_map(struct nonzk_g2 *out, const struct nonzk_fp2 *u);

#ifdef __cplusplus
}
#endif

#endif
