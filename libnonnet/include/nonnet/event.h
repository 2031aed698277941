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

enum nonnet_event_source { NONNET_EVENT_INTERFACE = 1, NONNET_EVENT_UDP };

/* Of an interface. */
#define NONNET_EVENT_ADDRESS_READY    0x01u /* an address was found unique and can be used */
#define NONNET_EVENT_ADDRESS_CONFLICT 0x02u /* somebody else uses one of ours: it was removed */
#define NONNET_EVENT_ADDRESS_CHANGED  0x04u /* an address came, was deprecated, or expired */
#define NONNET_EVENT_ROUTES_CHANGED   0x08u /* a router came or went */
#define NONNET_EVENT_LEASE_CHANGED    0x80u /* nonnet_dhcpv4_lease has something new to say */

/* Of a UDP socket. */
#define NONNET_EVENT_READABLE 0x10u /* a datagram can be received */
#define NONNET_EVENT_WRITABLE \
    0x20u                        /* sending, which was refused with NONNET_E_FULL, can work again */
#define NONNET_EVENT_ERROR 0x40u /* nonnet_udp_take_error has something to say */

struct nonnet_event {
    enum nonnet_event_source source;
    uint32_t flags;
    struct nonnet_interface_handle interface; /* of NONNET_EVENT_INTERFACE */
    struct nonnet_udp_handle udp;             /* of NONNET_EVENT_UDP */
};

#ifdef __cplusplus
}
#endif

#endif
