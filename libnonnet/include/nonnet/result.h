/*
 * Results of libnonnet: 0 is success, every failure is one of these negative values.
 */
#ifndef NONNET_RESULT_H
#define NONNET_RESULT_H

#ifdef __cplusplus
extern "C" {
#endif

/* Marks a function whose result must be looked at. */
#define NONNET_MUST_CHECK __attribute__((warn_unused_result))
/* Marks what the shared library exports. */
#define NONNET_API        __attribute__((visibility("default")))

enum nonnet_result {
    NONNET_OK = 0,
    NONNET_E_INVALID = -1,      /* an argument is not valid */
    NONNET_E_TRUNCATED = -2,    /* the packet is shorter than its headers say */
    NONNET_E_MALFORMED = -3,    /* the packet breaks its specification */
    NONNET_E_CHECKSUM = -4,     /* a checksum does not match */
    NONNET_E_NO_SPACE = -5,     /* the buffer is too small */
    NONNET_E_UNSUPPORTED = -6,  /* the protocol is not supported */
    NONNET_E_NO_MEMORY = -7,    /* the arena is too small */
    NONNET_E_FULL = -8,         /* a table or queue is full */
    NONNET_E_EMPTY = -9,        /* there is nothing to take */
    NONNET_E_STALE = -10,       /* the handle names nothing any more */
    NONNET_E_IN_USE = -11,      /* the address or port is in use */
    NONNET_E_NOT_FOUND = -12,   /* there is no such entry */
    NONNET_E_UNREACHABLE = -13, /* no route leads there, or the network says so */
    NONNET_E_REFUSED = -14,     /* the peer has nobody at that port */
    NONNET_E_TOO_LONG = -15,    /* the message is longer than can be sent */
    NONNET_E_RESET = -16,       /* the peer has aborted the connection */
    NONNET_E_TIMED_OUT = -17,   /* the peer did not answer in time */
    NONNET_E_CLOSED = -18,      /* the connection, or this direction of it, has ended */
};

/*
 * Text for a result, in English, without a full stop; never NULL, also for values that are not in
 * the enumeration. The string is constant and lives for ever.
 */
NONNET_API const char *nonnet_strerror(int result);

#ifdef __cplusplus
}
#endif

#endif
