/* Around the module: the driver with its cable, a peer at its other end, and a hostile client that does what a string of bytes says. */
#ifndef NET_TESTS_PLAYERS_H
#define NET_TESTS_PLAYERS_H

#include "kernel.h"

#include <nonos/net.h>

#define PEER_ECHO 7 /* port, of TCP and UDP */

/* The module, started, with the address 10.0.0.2, and a peer with 10.0.0.1 and 2001:db8:1::1. */
void players_start(void);

/* The driver writes nonsense into all that it shares, whenever the module asks for the time. */
extern bool driver_wild;
/* The next instance of the driver has a card that cuts and joins segments; how many trains it was sent. */
extern bool driver_offloads;
extern unsigned driver_trains;
/* The driver hands over a frame whose parts cannot be, of DRIVER_LIES kinds. Returns how many buffers it has then. */
#define DRIVER_LIES 7u
unsigned driver_lie(unsigned kind);
/*
 * How many queues the card of the next instance has, at most as many as the module can use; what its driver says instead, if not 0. By how many
 * queues frames were sent, a bit each, and how many of them by another than that by which the last frame of their flow had come.
 */
extern unsigned driver_queues;
extern uint64_t driver_queues_lie;
extern unsigned driver_queues_seen, driver_strays;
/* Another instance of the driver. */
void driver_renew(void);

/* Frames are lost on the cable. */
extern bool cable_cut;
/* The peer connects to a port of the module's host. */
void peer_connect(uint16_t port);
/* Frames are on the cable until nothing moves. */
void cable_run(void);

/* Endpoints in words: the peer's port, of IPv4 or IPv6, or a port of all of our addresses. */
void words_peer(uint64_t words[3], uint16_t port);
void words_peer6(uint64_t words[3], uint16_t port);
void words_any(uint64_t words[3], uint16_t port);

struct session {
    nonos_handle handle, memory;
    uint8_t *bytes; /* the buffer */
};
/* A session of the client with that Account; the result. */
int session_open(struct session *session, uint64_t account, uint64_t len);
void session_close(struct session *session);
/* Opens a socket of UDP at that port, or one that is connected to the peer's echo: the result. */
int open_udp(struct session *session, uint16_t port, nonos_handle *cap);
int connect_tcp(struct session *session, nonos_handle *cap);

/* Calls, and lets everything run: the result, the answer's words in `words`, its first capability in `*cap` unless NULL. */
int call(nonos_handle to, uint32_t op, uint64_t words[NONOS_IPC_WORDS], nonos_handle *cap);

/* A client does what `len` bytes say; then it drops all it has, and aborts if anything is left of it. */
void hostile_run(const uint8_t *bytes, size_t len);

#endif
