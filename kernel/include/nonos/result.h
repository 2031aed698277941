/*
 * Results of system calls and of the modules' protocols: 0 or a positive value is success, every failure is one of these.
 * One vocabulary for the whole system, so that an error keeps its meaning from a driver up to a program.
 */
#ifndef NONOS_RESULT_H
#define NONOS_RESULT_H

#define NONOS_MUST_CHECK __attribute__((warn_unused_result))

/* X(name, value, text). */
#define NONOS_RESULTS(X)                                                     \
    X(NO_CALL, 1, "no such system call or operation")                        \
    X(BAD_HANDLE, 2, "no such capability")                                   \
    X(BAD_TYPE, 3, "the capability is to an object of another type")         \
    X(DENIED, 4, "the capability does not allow this")                       \
    X(EXPIRED, 5, "the capability has expired")                              \
    X(CEILING, 6, "the module's grants do not allow this capability")        \
    X(INVALID, 7, "an argument is not valid")                                \
    X(BAD_ADDRESS, 8, "an address is not valid")                             \
    X(NO_MEMORY, 9, "out of memory")                                         \
    X(QUOTA, 10, "the account's limit is reached")                           \
    X(NO_SLOTS, 11, "the capability table is full")                          \
    X(DEPTH, 12, "the capability has been passed on too many times")         \
    X(BUSY, 13, "in use")                                                    \
    X(TIMED_OUT, 14, "timed out")                                            \
    X(CANCELLED, 15, "cancelled")                                            \
    X(PEER_GONE, 16, "the other side is gone")                               \
    X(HASH, 17, "the code is not what was attested")                         \
    X(NOT_FOUND, 18, "no such file or directory")                            \
    X(EXISTS, 19, "already exists")                                          \
    X(NOT_DIRECTORY, 20, "not a directory")                                  \
    X(IS_DIRECTORY, 21, "is a directory")                                    \
    X(NOT_EMPTY, 22, "directory not empty")                                  \
    X(READ_ONLY, 23, "read-only")                                            \
    X(NAME_TOO_LONG, 24, "name too long")                                    \
    X(LOOP, 25, "too many levels of symbolic links")                         \
    X(NO_SPACE, 26, "no space left")                                         \
    X(RANGE, 27, "out of range")                                             \
    X(IO, 28, "input/output error")                                          \
    X(CORRUPT, 29, "damaged structure on disk")                              \
    X(UNSUPPORTED, 30, "not supported")                                      \
    X(NO_DEVICE, 31, "no such device")                                       \
    X(TOO_BIG, 32, "too big")                                                \
    X(CROSS_DEVICE, 33, "on another file system")                            \
    X(NOT_ATTESTED, 34, "not attested: this code may not run")               \
    X(ENTROPY, 35, "no entropy")                                             \
    X(PIPE, 36, "nobody reads the other end")                                \
    X(OVERRUN, 37, "records were dropped")                                   \
    X(NOT_TERMINAL, 38, "not a terminal")                                    \
    X(INTERRUPTED, 39, "interrupted")                                        \
    X(ATTESTATION, 40, "its attestation is malformed or for another system") \
    X(EPOCH, 41, "it is attested for another epoch")                         \
    X(REVOKED, 42, "who attested it is revoked")                             \
    X(PROOF, 43, "the proof of its attestation does not hold")               \
    X(UNREACHABLE, 44, "no way leads there")                                 \
    X(REFUSED, 45, "refused by the other side")                              \
    X(RESET, 46, "reset by the other side")

enum nonos_result {
    NONOS_OK = 0,
#define NONOS_RESULT_ENUM(name, value, text) NONOS_E_##name = -(value),
    NONOS_RESULTS(NONOS_RESULT_ENUM)
#undef NONOS_RESULT_ENUM
};

/* Text of a result, for people; never NULL. */
static inline const char *nonos_strerror(long result)
{
    switch (result) {
#define NONOS_RESULT_TEXT(name, value, text) \
    case NONOS_E_##name:                     \
        return text;
        NONOS_RESULTS(NONOS_RESULT_TEXT)
#undef NONOS_RESULT_TEXT
    default:
        return result >= 0 ? "success" : "unknown error";
    }
}

#endif
