/*
 * UDP sockets: RFC 768, RFC 8200 section 8.1, RFC 8085.
 *
 * A socket speaks one version of IP. What arrives is copied into the socket's own bounded queue;
 * what is sent is copied into packets of the stack, of which a socket may hold a bounded number.
 */
#ifndef NONNET_UDP_H
#define NONNET_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/handle.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonnet_stack;

/*
 * Opens a socket for IPv4 or IPv6, neither bound nor connected.
 *
 * Returns 0; NONNET_E_INVALID if `version` is neither 4 nor 6; NONNET_E_FULL.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_open(struct nonnet_stack *stack, uint8_t version,
                                                 struct nonnet_udp_handle *socket);

/* Closes a socket. Packets that wait to be sent still are. Returns 0 or NONNET_E_STALE. */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_close(struct nonnet_stack *stack,
                                                  struct nonnet_udp_handle socket);

/*
 * Binds a socket to a port, and to one of the host's addresses or (version 0, or an address of
 * zeros) to all of them. Port 0 takes a free one that nobody can guess (RFC 6056).
 *
 * Returns 0; NONNET_E_INVALID if the socket is bound already or the versions differ;
 * NONNET_E_NOT_FOUND if the address is not this host's; NONNET_E_IN_USE if another socket has the
 * port at that address (or at all), or no port is free; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_bind(struct nonnet_stack *stack,
                                                 struct nonnet_udp_handle socket,
                                                 const struct nonnet_endpoint *local);

/*
 * Gives the socket one peer: only its datagrams are received, errors that the network reports about
 * it are heard, and it is where sending goes by default. Binds the socket to the address that leads
 * there, and to a port by RFC 6056 section 3.3.3, unless it is bound. An IPv6 link-local peer has
 * to be reached through `interface`, which otherwise may be zero.
 *
 * Returns 0; NONNET_E_INVALID for a peer that is a group, has port 0, or is of the other version;
 * NONNET_E_UNREACHABLE if no route leads there; NONNET_E_IN_USE if no port is free; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_connect(struct nonnet_stack *stack,
                                                    struct nonnet_udp_handle socket,
                                                    const struct nonnet_endpoint *peer,
                                                    struct nonnet_interface_handle interface);

/* What is known of a datagram beside its bytes. */
struct nonnet_udp_message {
    struct nonnet_endpoint peer;
    struct nonnet_endpoint local; /* on sending: only the address, or version 0 for any */
    struct nonnet_interface_handle interface; /* on sending: through which, or zero */
};

/*
 * Sends a datagram of `len` bytes. `message` may be NULL if the socket is connected. A socket that
 * is not bound is bound to a port first. Longer datagrams than the path takes are cut into
 * fragments, unless nonnet_udp_set_fragment said not to.
 *
 * Returns 0; NONNET_E_INVALID if there is no peer or one of the other version; NONNET_E_UNREACHABLE
 * if no route or source address leads there, or its link is down; NONNET_E_TOO_LONG for more than
 * UDP, the path, or the packets of one socket (three eighths of all) can hold; NONNET_E_FULL if too
 * many packets wait: NONNET_EVENT_WRITABLE says when to try again; NONNET_E_IN_USE if no port is
 * free; NONNET_E_STALE. On error nothing was sent.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_send(struct nonnet_stack *stack,
                                                 struct nonnet_udp_handle socket,
                                                 const struct nonnet_udp_message *message,
                                                 const uint8_t *data, size_t len, uint64_t now);

/*
 * Takes the oldest datagram that arrived: its bytes to `data`, their number to `*len`, the rest to
 * `*message`, which may be NULL.
 *
 * Returns 0; NONNET_E_EMPTY; NONNET_E_NO_SPACE if `size` is too small (the datagram stays, and
 * `*len` says what it needs); NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_receive(struct nonnet_stack *stack,
                                                    struct nonnet_udp_handle socket, uint8_t *data,
                                                    size_t size, size_t *len,
                                                    struct nonnet_udp_message *message);

/*
 * Whether datagrams may be cut into fragments; at first, they may. If not, IPv4 packets carry the
 * don't-fragment flag, and datagrams longer than the path MTU are refused.
 *
 * Returns 0 or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_set_fragment(struct nonnet_stack *stack,
                                                         struct nonnet_udp_handle socket,
                                                         bool may_fragment);

/*
 * What the network last reported about the peer of a connected socket, once: NONNET_E_REFUSED,
 * NONNET_E_UNREACHABLE or NONNET_E_TOO_LONG; 0 if nothing; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_take_error(struct nonnet_stack *stack,
                                                       struct nonnet_udp_handle socket);

/* The endpoints of a socket: zeros for those that it does not have. Returns 0 or NONNET_E_STALE. */
NONNET_MUST_CHECK NONNET_API int nonnet_udp_endpoints(const struct nonnet_stack *stack,
                                                      struct nonnet_udp_handle socket,
                                                      struct nonnet_endpoint *local,
                                                      struct nonnet_endpoint *peer);

#ifdef __cplusplus
}
#endif

#endif
