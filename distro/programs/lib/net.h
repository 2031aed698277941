/*
 * The network, for programs: the protocols of nonos/net.h as plain calls. net.c asks NONOS; the tests link tests/net_scenario.c instead,
 * which answers from tables.
 *
 * Every int is 0 or a negative enum nonos_result. Without the capability `net` (or `net-control`) everything is DENIED. Times are in
 * milliseconds: 0 does not wait, NONOS_NET_FOREVER has no end; what has not happened by then is TIMED_OUT.
 */
#ifndef PROGRAMS_LIB_NET_H
#define PROGRAMS_LIB_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/net.h>
#include <nonos/nic.h>
#include <nonos/objects.h>
#include <nonos/result.h>

/* ---- what programs use: `net` ---- */

struct net_echo {
    uint64_t round_trip_us;
    uint32_t hop_limit;
    uint32_t len;
};

int net_ping(const struct nonos_net_endpoint *host, uint32_t len, uint64_t ms,
             struct net_echo *echo);

/* Addresses of a name: at most NONOS_NET_RESOLVE_MAX, of version 4 or 6. */
int net_resolve(const char *name, uint8_t version, uint64_t ms, struct nonos_net_endpoint *found,
                unsigned *nfound, uint64_t *ttl_s);

/* Sockets. net_close() gives any of them back. */
int net_connect(const struct nonos_net_endpoint *peer, uint64_t ms, nonos_handle *socket);
int net_listen(const struct nonos_net_endpoint *local, uint32_t backlog, nonos_handle *listener);
int net_accept(nonos_handle listener, uint64_t ms, nonos_handle *socket,
               struct nonos_net_endpoint *peer);
/* UDP: to and from one peer. */
int net_datagram_open(const struct nonos_net_endpoint *peer, nonos_handle *socket);
/* At most NET_CHUNK bytes; `*taken` says how many of them. */
int net_send(nonos_handle socket, const void *data, size_t len, uint64_t ms, size_t *taken);
/* `*len` 0: the peer has ended. */
int net_receive(nonos_handle socket, void *data, size_t size, uint64_t ms, size_t *len);
int net_shutdown(nonos_handle socket);
/* TCP: see NONOS_NET_KEEP_ALIVE for what the numbers mean and their bounds. */
int net_keep_alive(nonos_handle socket, uint64_t idle_ms, uint64_t interval_ms, uint64_t count);
void net_close(nonos_handle socket);
int net_endpoints(nonos_handle socket, struct nonos_net_endpoint *local,
                  struct nonos_net_endpoint *peer);

#define NET_CHUNK 65536u

/*
 * Copies between a socket and this task's standard input and output: the input's end is told to the peer, and the peer's end ends it all,
 * after what came was written and, unless it is a terminal, the input was sent. So does `idle_ms` without anything coming. `*sent` and
 * `*received` count bytes. TIMED_OUT: the connection ended so, and the peer is gone.
 */
int net_relay(nonos_handle socket, uint64_t idle_ms, uint64_t *sent, uint64_t *received);

/* ---- what the host is: `net-control`; NOT_FOUND past the last index ---- */

struct net_interface {
    uint8_t mac[6];
    uint32_t mtu;
    uint32_t flags; /* NONOS_NET_LINK ... */
    uint64_t frames_in, frames_out;
    uint32_t restarts; /* of the driver */
};

struct net_address {
    struct nonos_net_endpoint address;
    uint8_t prefix_len;
    uint32_t flags; /* NONOS_NET_ADDRESS_... */
    uint64_t valid_s;
};

struct net_route {
    struct nonos_net_endpoint prefix, gateway;
    uint8_t prefix_len;
};

struct net_connection {
    struct nonos_net_endpoint local, peer;
    uint32_t kind;  /* enum nonos_net_kind */
    uint32_t state; /* of TCP */
    uint32_t send_queue, receive_queue;
};

int net_interface(uint64_t index, struct net_interface *interface);
int net_address(uint64_t index, struct net_address *address);
int net_route(uint64_t index, struct net_route *route);
int net_name_server(uint64_t index, struct nonos_net_endpoint *server);
int net_connection(uint64_t index, struct net_connection *connection);
int net_counter(uint64_t index, uint64_t *value, char name[56]);
/* As NONOS_NIC_COUNTER has it (nonos/nic.h). */
int net_device_counter(uint64_t index, uint64_t *value);
int net_switch(bool on);

#endif
