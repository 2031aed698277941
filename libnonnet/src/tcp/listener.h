/*
 * The listening side: LISTEN and SYN-RECEIVED of RFC 9293 section 3.10.7.2, in a table of a fixed
 * size, and SYN cookies (RFC 4987 section 3.6) where the table has no place. A flood of SYNs costs
 * no memory, and who means it is served all the same.
 *
 * A half-open connection is an entry of a few dozen bytes. Only when its handshake is complete is
 * there a connection to be made: nonnet_tcp_listener_input() says so, with what
 * nonnet_connection_accept() wants to know.
 *
 * A cookie is the initial sequence number: 24 bits of a keyed hash over the flow, the peer's number
 * and the time in periods of 16.8 seconds, and 8 bits, masked by other bits of the same hash, that
 * hold what the SYN offered. It is valid in its period and in the next, whose parity it carries;
 * the period goes into the hash, which does what a change of the key would do. What does not fit
 * (the exact MSS and window scale) is rounded down. Whether timestamps are in use is seen from the
 * segment that brings the cookie back, which must be the first behind the SYN. Those behind it are
 * dropped without a reset while cookies are out (a deviation from RFC 9293 section 3.10.7.2): the
 * first may have been lost, as it easily is in a flood, and the peer will repeat it.
 */
#ifndef NONNET_TCP_LISTENER_H
#define NONNET_TCP_LISTENER_H

#include "connection.h"

#define TCP_FLOW_MAX 40 /* bytes: two IPv6 addresses, two ports, and some for an interface */

/* What tells the peer's flow from others: addresses and ports in any fixed form. */
struct tcp_flow {
    uint8_t bytes[TCP_FLOW_MAX];
    uint8_t len;
};

/* What a hash is for: part of its input, so that one secret serves for all. */
enum tcp_hash_purpose {
    TCP_HASH_SEQUENCE = 1,  /* RFC 6528 */
    TCP_HASH_TIMESTAMP = 2, /* RFC 7323 section 7.1 */
    TCP_HASH_COOKIE = 3,
    TCP_HASH_TABLE = 4,
};

/* A keyed pseudo-random function, SipHash or better, under a secret of this stack. */
struct tcp_hash {
    uint64_t (*function)(void *context, const uint8_t *data, size_t len);
    void *context;
};

/* One half-open connection. */
struct tcp_half_open {
    struct tcp_flow flow;
    struct tcp_handshake handshake;
    uint16_t local_port;
    uint16_t remote_port;
    uint64_t deadline;
    uint8_t nsent; /* SYN-ACKs so far */
    bool used;
};

/*
 * Entries lie in sets of this many; a flow has one set, so that finding it costs the same always.
 */
#define TCP_LISTENER_WAYS 8u

struct tcp_listener_config {
    uint16_t mss;          /* as in struct tcp_config */
    uint32_t receive_size; /* of the connections to be made: for the window and its scale */
    uint32_t backlog;      /* connections that are complete and not yet taken by the user */
    bool no_window_scale;
    bool no_timestamps;
    bool no_sack;
    struct tcp_hash hash;
};

struct tcp_listener {
    struct tcp_listener_config config;
    struct tcp_half_open *entries;
    uint32_t nentries;
    uint32_t nused;
    uint32_t nwaiting;  /* complete and not yet taken */
    uint64_t cookie_at; /* when the last cookie was sent; 0 if never */
    uint64_t earliest;  /* no entry is due before */
    uint64_t ncookies_sent;
    uint64_t ncookies_taken;
    uint64_t ncookies_refused;
};

enum tcp_listener_result {
    TCP_LISTENER_DROP,
    TCP_LISTENER_ANSWER,  /* `answer` is to be sent to where the segment came from */
    TCP_LISTENER_CONNECT, /* `handshake` is complete: see nonnet_tcp_listener_input() */
};

/*
 * The initial sequence number and the timestamp offset of a flow at `now`: for connections that are
 * opened actively as well. RFC 6528 section 3: a clock of 4 microseconds and a keyed hash.
 */
uint32_t nonnet_tcp_initial_seq(const struct tcp_hash *hash, const struct tcp_flow *flow,
                                uint64_t now);
uint32_t nonnet_tcp_timestamp_offset(const struct tcp_hash *hash, const struct tcp_flow *flow);

/*
 * A listener with `nentries` half-open connections, a multiple of TCP_LISTENER_WAYS, in memory of
 * the caller. Returns 0; NONNET_E_INVALID if there is none, no hash, or a value out of bounds.
 */
NONNET_MUST_CHECK int nonnet_tcp_listener_init(struct tcp_listener *l,
                                               struct tcp_half_open *entries, uint32_t nentries,
                                               const struct tcp_listener_config *config);

/*
 * A segment for the listener's port has come that belongs to no connection. `header` was decoded,
 * its payload is `len` bytes.
 *
 * Returns what to do. On TCP_LISTENER_CONNECT the caller makes a connection with
 * nonnet_connection_accept() and gives it this segment with nonnet_connection_input(); it counts in the backlog
 * until nonnet_tcp_listener_taken(). If the caller has no memory for it, it drops the segment and
 * calls nonnet_tcp_listener_taken(): the peer will find out with its first data.
 */
enum tcp_listener_result
nonnet_tcp_listener_input(struct tcp_listener *l, const struct tcp_flow *flow,
                          const struct nonnet_tcp_header *header, size_t len, uint64_t now,
                          struct nonnet_tcp_header *answer, struct tcp_handshake *handshake);

/* The user took a connection, or it is gone before that. */
void nonnet_tcp_listener_taken(struct tcp_listener *l);

/*
 * A SYN-ACK that is to be sent again, to the flow that it belongs to. Returns false if there is
 * none. Forgets connections whose peer has answered none of them.
 */
bool nonnet_tcp_listener_output(struct tcp_listener *l, uint64_t now, struct tcp_flow *flow,
                                struct nonnet_tcp_header *out);

/* When nonnet_tcp_listener_output() has something to do; TCP_NEVER if it has not. */
uint64_t nonnet_tcp_listener_deadline(const struct tcp_listener *l);

#endif
