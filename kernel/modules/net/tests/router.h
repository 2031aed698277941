/* A router at the cable: says that there is DHCPv6, is its server, and a name server that knows every name of IPv4. */
#ifndef NET_TESTS_ROUTER_H
#define NET_TESTS_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUTER_MANAGED 0x80u /* flags of its announcement, RFC 4861 section 4.2 */
#define ROUTER_OTHER   0x40u
#define ROUTER_FRAME   1024u

extern uint8_t router_flags; /* 0: there is no router */
extern bool router_prefix;   /* it announces 2001:db8:1::/64 for addresses that are self-made */
extern unsigned router_leases, router_asked, router_names;

/* A frame of the module's host. */
void router_input(const uint8_t *frame, size_t len);
/* Takes the next frame of the router's, ROUTER_FRAME bytes at most. */
bool router_output(uint8_t *frame, size_t *len);

#endif
