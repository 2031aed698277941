/*
 * Echo requests of our own, and the answers that wait for the user.
 */
#ifndef NONNET_IP_ECHO_H
#define NONNET_IP_ECHO_H

#include "ip/input.h"

void nonnet_echo_init(struct nonnet_stack *stack);

/* An echo reply has come, with a right checksum and a header that decodes. */
void nonnet_echo_input(struct nonnet_stack *stack, const struct delivery *d);

bool nonnet_echo_event(struct nonnet_stack *stack, struct nonnet_event *event);

#endif
