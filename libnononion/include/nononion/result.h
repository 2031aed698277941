/*
 * Results of libnononion: 0 is success, every failure is one of these negative values.
 */
#ifndef NONONION_RESULT_H
#define NONONION_RESULT_H

#ifdef __cplusplus
extern "C" {
#endif

/* Marks a function whose result must be looked at. */
#define NONONION_MUST_CHECK __attribute__((warn_unused_result))
/* Marks what the shared library exports. */
#define NONONION_API        __attribute__((visibility("default")))

enum nononion_result {
    NONONION_OK = 0,
    NONONION_E_INVALID = -1,     /* an argument is not valid */
    NONONION_E_TRUNCATED = -2,   /* the cell is incomplete */
    NONONION_E_MALFORMED = -3,   /* the cell breaks its specification */
    NONONION_E_NO_SPACE = -4,    /* the buffer is too small */
    NONONION_E_UNSUPPORTED = -5, /* no version or type in common with the peer */
    NONONION_E_AGAIN = -6,       /* more bytes are needed */
};

/*
 * Text for a result, in English, without a full stop; never NULL, also for values that are not in
 * the enumeration. The string is constant and lives for ever.
 */
NONONION_API const char *nononion_strerror(int result);

#ifdef __cplusplus
}
#endif

#endif
