/*
 * Known-answer tests of the library, for a program or kernel that wants to know at start whether its copy works.
 */
#ifndef NONCRYPTO_SELFTEST_H
#define NONCRYPTO_SELFTEST_H

#include <noncrypto/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Runs the known-answer tests; some milliseconds at most. Needs about 5 KiB of stack, for RSA.
 * Runs the known-answer tests; some milliseconds at most. Needs about 5 KiB of stack, for RSA.
 *
 * failed   where the name of the first subject that failed goes, a constant string; may be NULL. NULL is stored if all
 *          is well.
 *
 * Returns 0, or NONCRYPTO_E_SELFTEST: then nothing of the library should be used.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_selftest(const char **failed);

/*
 * Calls `report` once for each subject in turn, with its name and its result: 0 or NONCRYPTO_E_SELFTEST. Returns the
 * same as noncrypto_selftest(), after all subjects.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_selftest_each(void (*report)(void *user, const char *subject, int result), void *user);

#ifdef __cplusplus
}
#endif

#endif
