/*
 * TCP sockets: RFC 9293 with what <nonnet/tcp_wire.h> and the README name.
 *
 * All memory is the stack's from its creation: `ntcp_connections` places for connections,
 * `ntcp_buffers` pairs of a send and a receive buffer, and a fixed table of half-open connections
 * for each listener. A connection holds a pair of buffers from its opening until both sides have
 * ended and the user has closed it; what then remains (TIME-WAIT, or waiting for the peer's end)
 * holds a place only. When a place or buffers are wanted and there are none, connections that the
 * user has closed make room, in this order and the oldest of each kind first:
 *   1. those in TIME-WAIT,
 *   2. those that wait for nothing but the peer's end (FIN-WAIT-2),
 *   3. those whose peer has acknowledged nothing for three seconds;
 * the peers of the last two are sent a RST.
 * A connection that the user holds, or may still accept, is never given up for another one; the new
 * one is refused. SYNs take no place: where the table of a listener is full, the answer is a cookie
 * (RFC 4987 section 3.6) that holds all there is to know.
 *
 * Every function works at once and none waits. What happened is told by events: see
 * <nonnet/event.h>. After a call that may lead to segments, they are had from
 * nonnet_stack_output().
 */
#ifndef NONNET_TCP_H
#define NONNET_TCP_H

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

/* Zeros are sensible values for all. */
struct nonnet_tcp_options {
    bool no_delay;                /* send small segments at once: no Nagle algorithm */
    uint32_t user_timeout_ms;     /* without progress; 0: 5 minutes, at most 20 */
    uint32_t keepalive_idle_ms;   /* 0: no keep-alive */
    uint32_t keepalive_period_ms; /* 0: 75 s */
    uint8_t keepalive_count;      /* 0: 9 probes without an answer end the connection */
};

/*
 * Listens at a port of one address, or of all addresses of a version: `local->address` is one of
 * the host's, or zeros with the version. `backlog` connections may be complete and not accepted;
 * while so many are, handshakes are not completed. `options` are those of the connections to be
 * made, or NULL.
 *
 * Returns 0; NONNET_E_INVALID for port 0, backlog 0, another version than 4 or 6, or options out of
 * bounds; NONNET_E_NOT_FOUND if the address is not this host's; NONNET_E_IN_USE if another listener
 * has the port at that address; NONNET_E_FULL.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_listen(struct nonnet_stack *stack,
                                                   const struct nonnet_endpoint *local,
                                                   uint16_t backlog,
                                                   const struct nonnet_tcp_options *options,
                                                   struct nonnet_tcp_listener_handle *listener);

/*
 * Ends a listener. Connections that were not accepted are reset. Returns 0 or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_unlisten(struct nonnet_stack *stack,
                                                     struct nonnet_tcp_listener_handle listener);

/*
 * Takes the connection that has waited longest; `*peer`, unless NULL, says whose it is.
 *
 * Returns 0; NONNET_E_EMPTY if none waits; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_accept(struct nonnet_stack *stack,
                                                   struct nonnet_tcp_listener_handle listener,
                                                   struct nonnet_tcp_handle *socket,
                                                   struct nonnet_endpoint *peer);

/*
 * Begins a connection to `peer`. `local`, unless NULL, says from which address and port: version 0
 * takes the address that leads there, port 0 a free port by RFC 6056 section 3.3.3. `interface` may
 * be zero, unless the peer's address is link-local. NONNET_EVENT_CONNECTED or
 * NONNET_EVENT_CLOSED follow.
 *
 * Returns 0; NONNET_E_INVALID for a peer that is a group or has port 0, versions that differ, or
 * options out of bounds; NONNET_E_UNREACHABLE if no route leads there; NONNET_E_NOT_FOUND if the
 * local address is not one of the interface that leads there; NONNET_E_IN_USE if the connection
 * exists already, or no port is free; NONNET_E_FULL if there is no memory for it (see above);
 * NONNET_E_STALE for the interface. On error `*socket` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_connect(struct nonnet_stack *stack,
                                                    const struct nonnet_endpoint *local,
                                                    const struct nonnet_endpoint *peer,
                                                    struct nonnet_interface_handle interface,
                                                    const struct nonnet_tcp_options *options,
                                                    struct nonnet_tcp_handle *socket, uint64_t now);

/*
 * Bytes of a socket's buffer in place. They are two pieces, of which the second may be empty, and
 * belong to the stack: they may be used until the next call with this stack.
 */
struct nonnet_tcp_bytes {
    uint8_t *data[2];
    uint32_t len[2];
};

/*
 * Sending without a copy: reserve says where bytes may be written, commit sends the first `len` of
 * them. What is written and not committed stays in the stack's memory: what is secret is written when
 * it is to be sent.
 *
 * Reserve returns 0, with at least one byte of room; NONNET_E_FULL if there is no room, or no
 * connection yet (NONNET_EVENT_WRITABLE says when there is); NONNET_E_CLOSED if nothing can be sent
 * any more; NONNET_E_STALE. Commit returns 0; NONNET_E_INVALID, and nothing is sent, if `len` is
 * more than was reserved; NONNET_E_CLOSED; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_reserve(struct nonnet_stack *stack,
                                                    struct nonnet_tcp_handle socket,
                                                    struct nonnet_tcp_bytes *room);
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_commit(struct nonnet_stack *stack,
                                                   struct nonnet_tcp_handle socket, uint32_t len);

/*
 * The same with a copy: takes what of the `len` bytes there is room for, and says in `*written` how
 * many that were. Returns as reserve does.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_write(struct nonnet_stack *stack,
                                                  struct nonnet_tcp_handle socket,
                                                  const uint8_t *data, uint32_t len,
                                                  uint32_t *written);

/*
 * Receiving without a copy: peek says where all the bytes are that came in order and were not
 * consumed, consume drops the first `len` of them and opens the window.
 *
 * Peek returns 0, with at least one byte; NONNET_E_EMPTY if there is none now
 * (NONNET_EVENT_READABLE says when); NONNET_E_CLOSED if none will come any more, because the peer
 * has ended or the connection has; NONNET_E_STALE. Consume returns 0; NONNET_E_INVALID, and drops
 * nothing, if `len` is more than there is; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_peek(struct nonnet_stack *stack,
                                                 struct nonnet_tcp_handle socket,
                                                 struct nonnet_tcp_bytes *bytes);
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_consume(struct nonnet_stack *stack,
                                                    struct nonnet_tcp_handle socket, uint32_t len);

/*
 * The same with a copy: gives at most `size` bytes, and says in `*len` how many. Returns as peek
 * does.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_read(struct nonnet_stack *stack,
                                                 struct nonnet_tcp_handle socket, uint8_t *data,
                                                 uint32_t size, uint32_t *len);

/*
 * Urgent data (RFC 6093: it stays in the stream, and new programs should do without). Mark says
 * that the bytes sent so far are urgent; urgent says how many bytes are to be read up to the end of
 * the peer's urgent data, 0 for none. Both return 0 or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_mark_urgent(struct nonnet_stack *stack,
                                                        struct nonnet_tcp_handle socket);
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_urgent(const struct nonnet_stack *stack,
                                                   struct nonnet_tcp_handle socket, uint32_t *len);

/*
 * Sets keep-alive of a connection (RFC 9293 section 3.8.4): after `idle_ms` without a segment from
 * the peer it is sent a probe, and then one each `period_ms`; when the last of `count` has gone
 * `period_ms` without an answer, the connection has ended with NONNET_E_TIMED_OUT. Time without a
 * segment counts from before the call too, the probes from it on. 0 stands for what it does in
 * struct nonnet_tcp_options: `idle_ms` 0 ends keep-alive. Returns 0, also for a connection that has
 * ended or not begun, or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_set_keepalive(struct nonnet_stack *stack,
                                                          struct nonnet_tcp_handle socket,
                                                          uint32_t idle_ms, uint32_t period_ms,
                                                          uint8_t count);

/*
 * Says that nothing more will be sent; what comes can still be read. Returns 0, also when there is
 * nothing to end, or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_shutdown(struct nonnet_stack *stack,
                                                     struct nonnet_tcp_handle socket, uint64_t now);

/*
 * Gives the socket back; the handle names nothing any more. What was written is still sent. If
 * bytes came that were not read, or come later, the peer is sent a RST (RFC 2525 section 2.17).
 * Returns 0 or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_close(struct nonnet_stack *stack,
                                                  struct nonnet_tcp_handle socket, uint64_t now);

/* Likewise at once: what was not sent is forgotten, and the peer is sent a RST. */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_abort(struct nonnet_stack *stack,
                                                  struct nonnet_tcp_handle socket, uint64_t now);

/*
 * Why the connection ended: NONNET_E_REFUSED (the SYN was answered by a RST, or the network says
 * that nobody is there), NONNET_E_RESET (by the peer), NONNET_E_TIMED_OUT, NONNET_E_UNREACHABLE
 * (likewise, and the network had said that; or the interface or the local address is gone: see
 * nonnet_interface_set_link() and nonnet_interface_address_remove()); 0 while it has not ended or if
 * it ended in order; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_error(const struct nonnet_stack *stack,
                                                  struct nonnet_tcp_handle socket);

/* RFC 9293 section 3.3.2, in its order; a listener is none of them. */
enum nonnet_tcp_state {
    NONNET_TCP_CLOSED,
    NONNET_TCP_SYN_SENT,
    NONNET_TCP_SYN_RECEIVED,
    NONNET_TCP_ESTABLISHED,
    NONNET_TCP_FIN_WAIT_1,
    NONNET_TCP_FIN_WAIT_2,
    NONNET_TCP_CLOSE_WAIT,
    NONNET_TCP_CLOSING,
    NONNET_TCP_LAST_ACK,
    NONNET_TCP_TIME_WAIT,
};

struct nonnet_tcp_info {
    enum nonnet_tcp_state state;
    struct nonnet_endpoint local;
    struct nonnet_endpoint peer;
    uint32_t send_queue;        /* bytes written that the peer has not acknowledged */
    uint32_t receive_queue;     /* bytes that can be read */
    uint32_t mss;               /* payload of a full segment */
    uint32_t round_trip_us;     /* smoothed; 0 while unknown */
    uint32_t congestion_window; /* bytes */
    uint32_t send_window;       /* of the peer, bytes */
    uint32_t retransmissions;   /* segments */
    uint32_t timeouts;          /* of retransmission */
};

/* Returns 0 or NONNET_E_STALE. */
NONNET_MUST_CHECK NONNET_API int nonnet_tcp_info(const struct nonnet_stack *stack,
                                                 struct nonnet_tcp_handle socket,
                                                 struct nonnet_tcp_info *info);

/* The name of a state as RFC 9293 writes it; "UNKNOWN" outside of the enumeration. Never NULL. */
NONNET_API const char *nonnet_tcp_state_name(enum nonnet_tcp_state state);

#ifdef __cplusplus
}
#endif

#endif
