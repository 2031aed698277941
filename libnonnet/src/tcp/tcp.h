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
 * Writes the next segment for an interface as a frame, straight from its connection's buffer.
 * Returns as nonnet_stack_output(); but NONNET_E_NO_SPACE comes for any `size` below that of a frame
 * of the MTU.
 */
NONNET_MUST_CHECK int nonnet_tcp_output(struct nonnet_stack *stack, struct interface *interface,
                                        uint8_t *frame, size_t size, size_t *len);

bool nonnet_tcp_event(struct nonnet_stack *stack, struct nonnet_event *event);

/* The link went down: nothing that only waits to send a RST stays. */
void nonnet_tcp_link_down(struct nonnet_stack *stack, uint8_t interface);

/* The interface is removed: its connections end. */
void nonnet_tcp_interface_gone(struct nonnet_stack *stack, uint8_t interface);

#endif
