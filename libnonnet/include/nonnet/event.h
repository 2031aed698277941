/*
 * Events: what happened to an object since it was last asked.
 *
 * An object has at most one event waiting, whose flags grow until it is taken. So no event is ever
 * lost, however late the caller asks, and none takes memory. A flag says that something is worth a
 * look, not how often it happened.
 */
#ifndef NONNET_EVENT_H
#define NONNET_EVENT_H

#include <stdint.h>

#include <nonnet/handle.h>

#ifdef __cplusplus
extern "C" {
#endif

enum nonnet_event_source {
    NONNET_EVENT_INTERFACE = 1,
    NONNET_EVENT_UDP,
    NONNET_EVENT_TCP,
    NONNET_EVENT_TCP_LISTENER,
    NONNET_EVENT_ECHO, /* NONNET_EVENT_READABLE: an answer to an echo request */
};

/* Of an interface. */
#define NONNET_EVENT_ADDRESS_READY    0x01u /* an address was found unique and can be used */
#define NONNET_EVENT_ADDRESS_CONFLICT 0x02u /* somebody else uses one of ours: it was removed */
#define NONNET_EVENT_ADDRESS_CHANGED  0x04u /* an address came, was deprecated, or expired */
#define NONNET_EVENT_ROUTES_CHANGED   0x08u /* a router came or went */
#define NONNET_EVENT_LEASE_CHANGED    0x80u /* nonnet_dhcpv4_lease or _dhcpv6_lease has news */

/* Of a UDP socket. */
#define NONNET_EVENT_READABLE 0x10u /* a datagram can be received, or bytes */
#define NONNET_EVENT_WRITABLE \
    0x20u                        /* sending, which was refused with NONNET_E_FULL, can work again */
#define NONNET_EVENT_ERROR 0x40u /* nonnet_udp_take_error has something to say */

/*
 * Of a TCP socket, beside READABLE (also: nothing more will come) and WRITABLE (there is room, or
 * more of it).
 */
#define NONNET_EVENT_CONNECTED   0x100u
#define NONNET_EVENT_PEER_CLOSED 0x200u /* what can be read now is the last */
#define NONNET_EVENT_URGENT      0x400u /* nonnet_tcp_urgent has something new to say */
#define NONNET_EVENT_CLOSED      0x800u /* the connection has ended; nonnet_tcp_error says why */

/* Of a TCP listener. */
#define NONNET_EVENT_ACCEPTABLE 0x1000u /* a connection can be accepted */

struct nonnet_event {
    enum nonnet_event_source source;
    uint32_t flags;
    struct nonnet_interface_handle interface;   /* of NONNET_EVENT_INTERFACE */
    struct nonnet_udp_handle udp;               /* of NONNET_EVENT_UDP */
    struct nonnet_tcp_handle tcp;               /* of NONNET_EVENT_TCP */
    struct nonnet_tcp_listener_handle listener; /* of NONNET_EVENT_TCP_LISTENER */
};

#ifdef __cplusplus
}
#endif

#endif
