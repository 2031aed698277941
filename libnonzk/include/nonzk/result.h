/*
 * Results of libnonzk: 0 is success, every failure is one of these negative values.
 */
#ifndef NONZK_RESULT_H
#define NONZK_RESULT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks a function whose result must be looked at. */
#define NONZK_MUST_CHECK __attribute__((warn_unused_result))
/* Marks what the shared library exports. */
#define NONZK_API        __attribute__((visibility("default")))

enum nonzk_result {
    NONZK_OK = 0,
    NONZK_E_INVALID = -1,         /* an argument is not valid */
    NONZK_E_ENCODING = -2,        /* the encoding is not canonical */
    NONZK_E_NOT_INVERTIBLE = -3,  /* zero has no inverse */
    NONZK_E_NO_ROOT = -4,         /* the element is not a square */
    NONZK_E_NOT_ON_CURVE = -5,    /* the coordinates are not those of a point */
    NONZK_E_NOT_IN_SUBGROUP = -6, /* the point is not of the prime order */
    NONZK_E_INFINITY = -7,        /* the point at infinity stands where it must not */
    NONZK_E_KEY = -8,             /* the verifying key is unsafe or damaged */
    NONZK_E_PROOF = -9,           /* the proof does not hold */
    NONZK_E_NO_SPACE = -10,       /* the memory given is too small or not aligned */
    NONZK_E_UNSATISFIED = -11,    /* a constraint does not hold */
    NONZK_E_UNSUPPORTED =
        -12, /* the file is for another field or has features that are not supported */
    NONZK_E_NOT_ATTESTED = -13, /* the file carries no attestation */
    NONZK_E_MANIFEST = -14,     /* the manifest is not well formed */
    NONZK_E_CIRCUIT = -15,      /* the attestation is for the key of another circuit */
    NONZK_E_EPOCH = -16,        /* the attestation is for another epoch */
    NONZK_E_DENIED = -17,       /* the authority is on the deny-list */
    NONZK_E_NOT_FOUND = -18,    /* there is no such authority */
    NONZK_E_EXISTS = -19,       /* there is an authority with this key */
    NONZK_E_SEAL = -20,         /* the file was changed after it was written */
};

/* Where a check failed, for messages. */
struct nonzk_fault {
    const char *step; /* in English, such as "the proof of tau"; constant, NULL if nothing failed */
    uint32_t contribution; /* from 1 on, if one of a ceremony is to blame; else 0 */
};

/*
 * Text for a result, in English, without a full stop; never NULL, also for values that are not in the enumeration.
 * The string is constant and lives for ever.
 */
NONZK_API const char *nonzk_strerror(int result);

#ifdef __cplusplus
}
#endif

#endif
