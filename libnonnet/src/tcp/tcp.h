/*
 * What the rest of the stack calls of TCP. All of it does nothing in a stack without TCP.
 */
#ifndef NONNET_TCP_TCP_H
#define NONNET_TCP_TCP_H

#include "ip/input.h"
#include "stack/state.h"

void nonnet_tcp_tick(struct nonnet_stack *stack);
uint64_t nonnet_tcp_deadline(const struct nonnet_stack *stack);

/*
 * Writes the next segment for an interface as a frame, or a train of them if the device cuts it,
 * straight from its connection's buffer. Returns as nonnet_stack_output_frame(), with `said` NULL
 * or zeros; but NONNET_E_NO_SPACE comes for any `size` below that of a frame
 * of the MTU.
 */
NONNET_MUST_CHECK int nonnet_tcp_output(struct nonnet_stack *stack, struct interface *interface,
                                        uint8_t *frame, size_t size, size_t *len,
                                        struct nonnet_frame *said);

bool nonnet_tcp_event(struct nonnet_stack *stack, struct nonnet_event *event);

/* The link went down: nothing that only waits to send a RST stays; or came up. */
void nonnet_tcp_link_changed(struct nonnet_stack *stack, const struct interface *interface);

/*
 * An address goes for good, and connections from it end; it is still in the table. `tell` says that
 * it may be used once more, to reset them.
 */
void nonnet_tcp_address_gone(struct nonnet_stack *stack, const struct address *a, bool tell);

/* An address goes that the same network may give again: connections from it wait. */
void nonnet_tcp_address_away(struct nonnet_stack *stack, const struct address *a);

/*
 * A DHCP server leased an address: connections from another one end (RFC 2131 section 4.4.5), as all
 * of IPv4 whose address is away had it from there.
 */
void nonnet_tcp_leased(struct nonnet_stack *stack, uint8_t interface);

/* The interface is removed: its connections end. */
void nonnet_tcp_interface_gone(struct nonnet_stack *stack, uint8_t interface);

#endif
