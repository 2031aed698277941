/*
 * TCP in a stack: the sockets, which are connections (connection.h) with addresses, a way and a
 * user; the listeners (listener.h); and the tables that they are found in. How the parts divide the
 * work:
 *
 *     socket.c   the user's calls              segment.c  segments that arrive
 *     listen.c   the user's calls of listeners  send.c     segments that go out
 *     table.c    places and buffers             path.c     the way, its MTU, what ICMP says
 *     lookup.c   which socket has an address    due.c      which socket is due next
 *     away.c     links and addresses that go    victim.c   who makes room
 *
 * Who frees a socket: nonnet_tcp_socket_changed(), which everything that touches a connection calls
 * last; the socket may be gone after it.
 */
#ifndef NONNET_TCP_HOST_H
#define NONNET_TCP_HOST_H

#include <nonnet/tcp.h>

#include "ip/input.h"
#include "ip/route.h"
#include "stack/arena.h"
#include "stack/state.h"
#include "tcp/connection.h"
#include "tcp/list.h"
#include "tcp/listener.h"

/* What is known of the sizes of packet that the path takes. */
struct tcp_path_state {
    uint64_t valid_until; /* when `path` is looked up anew */
    uint32_t epoch;       /* of the stack, when it was looked up */
    uint32_t mtu;         /* in use */
    uint32_t limit;       /* that this connection found by itself, while ... */
    uint64_t limit_until;
    uint32_t sent; /* the largest packet sent, and the sequence number behind it */
    uint32_t sent_end;
    uint32_t acked;   /* the largest packet known to have come through */
    uint32_t claimed; /* an MTU that is not believed yet (RFC 5927 section 7.2); 0: none */
    uint32_t claimed_seq;
};

/* What a connection that its user has closed still waits for. */
enum tcp_orphan {
    TCP_ORPHAN_NONE,
    TCP_ORPHAN_BUSY, /* for acknowledgements; the oldest is the one that has waited longest */
    TCP_ORPHAN_FIN_WAIT_2_BUFFERS,
    TCP_ORPHAN_FIN_WAIT_2,
    TCP_ORPHAN_TIME_WAIT,
    TCP_ORPHAN_CLOSED, /* to send its RST */
    TCP_NORPHANS,
};

struct tcp_socket {
    bool used;
    bool user;   /* somebody has the handle, or will have it by accepting: `listener` */
    bool hashed; /* can be found by its endpoints, which those that are closed cannot */
    uint16_t index;
    uint16_t generation;
    uint16_t listener; /* whose backlog it waits in, or NO_INDEX */
    uint16_t buffers;  /* or NO_INDEX */
    uint16_t hash_next;
    uint16_t due_at; /* its place in the heap */
    uint8_t interface;
    uint8_t orphan; /* enum tcp_orphan: the list that it is in */
    struct nonnet_endpoint local;
    struct nonnet_endpoint peer;
    struct path path;
    struct tcp_path_state mtu;
    uint32_t events; /* NONNET_EVENT_... that wait */
    int error;
    int soft_error; /* what the network said, in case that the connection times out */
    uint32_t una;   /* SND.UNA, and when it last went on: for who may be given up */
    uint64_t una_at;
    uint64_t away_until; /* then its address must be there again; NONNET_NEVER: it is, or no link */
    struct tcp_connection tcp;
};

struct tcp_listening {
    bool used;
    uint16_t index;
    uint16_t generation;
    uint8_t version;
    uint32_t events;
    struct nonnet_endpoint local; /* address version 0: any */
    struct nonnet_tcp_options options;
    struct tcp_list waiting; /* complete connections */
    struct tcp_listener listener;
    struct tcp_half_open *half_open;
};

struct tcp_due {
    uint64_t at;
    uint16_t socket;
};

struct tcp_host {
    struct tcp_socket *sockets;
    struct tcp_listening *listeners;
    struct tcp_half_open *half_open; /* of all listeners */
    struct tcp_list *ready; /* of each interface: sockets that may have something to send */
    struct tcp_list eventful;
    struct tcp_list orphans[TCP_NORPHANS];
    struct tcp_link *ready_links;
    struct tcp_link *event_links;
    struct tcp_link *wait_links;
    struct tcp_link *orphan_links;
    struct tcp_due *due; /* a heap */
    uint16_t ndue;
    uint16_t *buckets;
    uint32_t nbuckets; /* a power of two */
    uint16_t cached;   /* the socket that was found last */
    uint16_t *free_sockets;
    uint16_t nfree_sockets;
    uint16_t *free_buffers;
    uint16_t nfree_buffers;
    uint8_t *buffers;
    size_t buffer_len; /* of one pair, with its lists */
    uint16_t nranges;
    uint16_t nintervals;
    uint16_t event_listener; /* where the search for events goes on */
    struct rate_limit resets;
};

/* table.c */

bool nonnet_tcp_config_is_sound(const struct nonnet_config *c);
/* Takes all memory of TCP from the arena; NULL when measuring, or without TCP. */
struct tcp_host *nonnet_tcp_lay_out(struct arena *a, const struct nonnet_config *c,
                                    struct tcp_host *parts);
void nonnet_tcp_init(struct nonnet_stack *stack);

/* How a socket begins. */
struct tcp_opening {
    struct nonnet_endpoint local;
    struct nonnet_endpoint peer;
    struct path path;
    const struct nonnet_tcp_options *options;
    uint32_t initial_seq;
    uint32_t timestamp_offset;
};

bool nonnet_tcp_options_are_sound(const struct nonnet_tcp_options *options);
/* Whether nonnet_tcp_socket_new() would find memory. */
bool nonnet_tcp_has_memory(const struct nonnet_stack *stack);
/* A socket without a user, closed; or NULL if there is no memory. May give up others. */
struct tcp_socket *nonnet_tcp_socket_new(struct nonnet_stack *stack,
                                         const struct tcp_opening *opening);
void nonnet_tcp_socket_free(struct nonnet_stack *stack, struct tcp_socket *s);
/*
 * To be called after whatever may have changed a connection: takes its events, arms its deadline,
 * lets it send, and frees it if nothing is left of it.
 */
void nonnet_tcp_socket_changed(struct nonnet_stack *stack, struct tcp_socket *s);
/* Likewise for one that has nothing to send. Returns false if it was freed. */
bool nonnet_tcp_socket_settle(struct nonnet_stack *stack, struct tcp_socket *s);

/* lookup.c */

void nonnet_tcp_lookup_add(struct nonnet_stack *stack, struct tcp_socket *s);
void nonnet_tcp_lookup_remove(struct nonnet_stack *stack, struct tcp_socket *s);
/* The socket between two endpoints on an interface, or (NO_INTERFACE) on any; or NULL. */
struct tcp_socket *nonnet_tcp_lookup(const struct nonnet_stack *stack,
                                     const struct nonnet_endpoint *local,
                                     const struct nonnet_endpoint *peer, uint8_t interface);
/* The listener for a local endpoint: that of the address before that of all; or NULL. */
struct tcp_listening *nonnet_tcp_lookup_listener(const struct nonnet_stack *stack,
                                                 const struct nonnet_endpoint *local);
/* A free port for a connection from `local` to `peer` (RFC 6056 section 3.3.3), or 0. */
uint16_t nonnet_tcp_port_choose(struct nonnet_stack *stack, const struct nonnet_address *local,
                                const struct nonnet_endpoint *peer, uint8_t interface);
struct tcp_flow nonnet_tcp_flow_of(const struct nonnet_endpoint *local,
                                   const struct nonnet_endpoint *peer, uint8_t interface);
/* The inverse of it. */
void nonnet_tcp_flow_read(const struct tcp_flow *flow, struct nonnet_endpoint *local,
                          struct nonnet_endpoint *peer, uint8_t *interface);
/* The keyed hash of this stack in the form that listeners want. */
struct tcp_hash nonnet_tcp_hash_of(struct nonnet_stack *stack);

/* due.c */

void nonnet_tcp_due_add(struct tcp_host *host, struct tcp_socket *s);
void nonnet_tcp_due_remove(struct tcp_host *host, struct tcp_socket *s);
/* The socket is due at `at`, or perhaps later. */
void nonnet_tcp_due_set(struct tcp_host *host, struct tcp_socket *s, uint64_t at);

/* Brings the time forward if the connection's own is earlier. */
void nonnet_tcp_due_lower(struct tcp_host *host, struct tcp_socket *s);

/* segment.c */

/* What is behind the header in a delivery. */
struct tcp_text nonnet_tcp_text_of(const struct delivery *d, const struct nonnet_tcp_header *h);

/* socket.c */

struct nonnet_tcp_handle nonnet_tcp_handle_of(const struct tcp_socket *s);

/* path.c */

/* MSS as in struct tcp_config for packets of `mtu` bytes. */
uint16_t nonnet_tcp_mss_of(uint32_t mtu, uint8_t version);
/* Looks the way up, if that is due. Returns false if there is none from the socket's address. */
bool nonnet_tcp_path_refresh(struct nonnet_stack *stack, struct tcp_socket *s);
/* Large packets are lost again and again: tries smaller ones. */
void nonnet_tcp_path_is_black_hole(struct nonnet_stack *stack, struct tcp_socket *s);
/* A packet of `len` bytes went out that ends before sequence number `end`. */
void nonnet_tcp_path_sent(struct tcp_socket *s, uint32_t len, uint32_t end);
/* After what may have acknowledged or timed out something: draws the conclusions. */
void nonnet_tcp_path_heard(struct nonnet_stack *stack, struct tcp_socket *s);

/* victim.c */

/* Puts the socket into the list of what it waits for, or none: after whatever may have changed it. */
void nonnet_tcp_orphan_note(struct nonnet_stack *stack, struct tcp_socket *s);
void nonnet_tcp_orphan_forget(struct tcp_host *host, struct tcp_socket *s);
/* The connection that makes room for another, as <nonnet/tcp.h> says; or NULL. */
struct tcp_socket *nonnet_tcp_victim(const struct nonnet_stack *stack, bool with_buffers);

/* away.c */

/* Ends a connection whose address was not there again in time; then the socket may be gone. */
bool nonnet_tcp_away_is_over(struct nonnet_stack *stack, struct tcp_socket *s);

/* send.c */

/* Sends a segment without data, as a control packet. Returns whether it was sent. */
bool nonnet_tcp_answer(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                       const struct nonnet_endpoint *peer, uint8_t interface,
                       const struct nonnet_tcp_header *header);
/* Sends the RST that a connection that ends has left, if there is one. */
void nonnet_tcp_send_reset(struct nonnet_stack *stack, struct tcp_socket *s);

/* listen.c */

/* A segment for a listener, of no connection. */
void nonnet_tcp_listener_segment(struct nonnet_stack *stack, struct tcp_listening *l,
                                 const struct delivery *d, const struct nonnet_tcp_header *h);
/* A connection leaves the backlog: taken by the user, or gone. */
void nonnet_tcp_backlog_leave(struct nonnet_stack *stack, struct tcp_socket *s);

#endif
