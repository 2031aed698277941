/*
 * Files of circom and snarkjs over the scalar field of BLS12-381: constraint systems (.r1cs, binary
 * format version 1) and witnesses (.wtns, version 2). Everything in a file is checked before
 * anything of it is used.
 *
 * Refused as NONZK_E_UNSUPPORTED: other versions, files for another prime, and custom gates.
 * Refused as NONZK_E_ENCODING: all that is not well formed, numbers that are not below r, wires
 * that do not exist, sections that are missing, occur twice or are longer than their contents, and
 * bytes after the last section. Sections of unknown types are ignored, as the format wants it.
 */
#ifndef NONZK_CIRCOM_H
#define NONZK_CIRCOM_H

#include <nonzk/r1cs.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Checks the whole constraint system in `len` bytes and sets `*limits` to what a system needs that
 * is to hold it; a file that claims more wires than it has bytes is refused. Returns 0,
 * NONZK_E_UNSUPPORTED or NONZK_E_ENCODING; on failure `*limits` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_circom_r1cs_limits(struct nonzk_r1cs_limits *limits,
                                                        const uint8_t *bytes, size_t len);

/*
 * Reads the constraint system into `cs`, which is empty and records. Public are the outputs, then
 * the public inputs. Returns 0; NONZK_E_UNSUPPORTED or NONZK_E_ENCODING; NONZK_E_INVALID if `cs` is
 * not as it must be; NONZK_E_NO_SPACE if its limits are too small. On failure `cs` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_circom_r1cs_read(struct nonzk_r1cs *cs, const uint8_t *bytes,
                                                      size_t len);

/*
 * `*count` = how many values the witness in `len` bytes has, that of wire 0 with them. Returns 0,
 * NONZK_E_UNSUPPORTED or NONZK_E_ENCODING; on failure `*count` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_circom_wtns_count(uint32_t *count, const uint8_t *bytes,
                                                       size_t len);

/*
 * Reads a witness of exactly `count` values. Returns 0; NONZK_E_UNSUPPORTED or NONZK_E_ENCODING;
 * NONZK_E_INVALID if the file has another number of values. On failure `values` are unchanged or
 * zero. Where in the file a value is not below r is visible in the time.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_circom_wtns_read(struct nonzk_fr *values, uint32_t count,
                                                      const uint8_t *bytes, size_t len);

#ifdef __cplusplus
}
#endif

#endif
