/*
 * Results of libnoncrypto: 0 is success, every failure is one of these negative values.
 */
#ifndef NONCRYPTO_RESULT_H
#define NONCRYPTO_RESULT_H

#ifdef __cplusplus
extern "C" {
#endif

/* Marks a function whose result must be looked at. */
#define NONCRYPTO_MUST_CHECK __attribute__((warn_unused_result))
/* Marks what the shared library exports. */
#define NONCRYPTO_API        __attribute__((visibility("default")))

enum noncrypto_result {
    NONCRYPTO_OK = 0,
    NONCRYPTO_E_INVALID = -1,     /* an argument is not valid */
    NONCRYPTO_E_VERIFY = -2,      /* the signature or tag does not match */
    NONCRYPTO_E_ENTROPY = -3,     /* the entropy source failed */
    NONCRYPTO_E_NO_SPACE = -4,    /* the buffer is too small */
    NONCRYPTO_E_UNSUPPORTED = -5, /* not supported by this build */
    NONCRYPTO_E_SELFTEST = -6,    /* a known-answer test failed */
};

/*
 * Text for a result, in English, without a full stop; never NULL, also for values that are not in the enumeration.
 * The string is constant and lives for ever.
 */
NONCRYPTO_API const char *noncrypto_strerror(int result);

#ifdef __cplusplus
}
#endif

#endif
