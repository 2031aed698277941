/*
 * Echo requests of this host's own: RFC 792, RFC 4443 section 4.1. (Those of others are answered or
 * not as the configuration says.)
 *
 * The stack remembers its last NONNET_ECHO_MAX requests. An answer counts only if it is one to
 * them: from the address that was asked, with the identifier, which nobody can guess, and a number
 * that is still waited for.
 */
#ifndef NONNET_ECHO_H
#define NONNET_ECHO_H

#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/handle.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_ECHO_MAX 16

struct nonnet_stack;

/*
 * Asks `to`, one host, through `interface` or (zero) any, with `len` bytes of data, which may be cut
 * into fragments.
 *
 * Returns 0; NONNET_E_INVALID for a group; NONNET_E_UNREACHABLE if no route or source address leads
 * there; NONNET_E_TOO_LONG; NONNET_E_FULL if too many packets wait; NONNET_E_STALE for the
 * interface.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_echo_send(struct nonnet_stack *stack,
                                                  const struct nonnet_address *to,
                                                  struct nonnet_interface_handle interface,
                                                  uint16_t sequence, const uint8_t *data,
                                                  size_t len, uint64_t now);

struct nonnet_echo_answer {
    struct nonnet_address from;
    uint16_t sequence;
    uint8_t hop_limit;
    uint32_t len; /* bytes of data */
    uint64_t round_trip_us;
};

/*
 * Takes the oldest answer; at most NONNET_ECHO_MAX wait, and of more the oldest are forgotten.
 * NONNET_EVENT_ECHO says that there is one. Returns 0 or NONNET_E_EMPTY.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_echo_receive(struct nonnet_stack *stack,
                                                     struct nonnet_echo_answer *answer);

#ifdef __cplusplus
}
#endif

#endif
