/*
 * Memory that holds secrets: comparison in constant time, and erasing that the compiler cannot leave out.
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

/* Sets `len` bytes to zero, even where the compiler sees that nobody reads them again. */
NONCRYPTO_API void noncrypto_wipe(void *data, size_t len);

#ifdef __cplusplus
}
#endif

#endif
