/*
 * Memory that holds secrets: comparison and choice in constant time, and erasing that the compiler cannot leave out.
 */
#ifndef NONCRYPTO_MEMORY_H
#define NONCRYPTO_MEMORY_H

#include <noncrypto/result.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Compares `len` bytes in a time that depends on `len` only.
 * Returns 0 if they are equal (also if `len` is 0), NONCRYPTO_E_VERIFY if not; no order is defined.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_compare(const void *a, const void *b, size_t len);

/*
 * Copies `len` bytes of `a` to `out` if `condition` is not 0, of `b` if it is, in a time and with memory accesses that
 * depend on `len` only. `out` may be `a` or `b`; other overlaps are not allowed.
 */
NONCRYPTO_API void noncrypto_select(int condition, void *out, const void *a, const void *b,
                                    size_t len);

/* Sets `len` bytes to zero, even where the compiler sees that nobody reads them again. */
NONCRYPTO_API void noncrypto_wipe(void *data, size_t len);

#ifdef __cplusplus
}
#endif

#endif
