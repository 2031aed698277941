/*
 * To which flow a frame belongs, for a card with several queues: frames of a flow, both ways, are to be on one queue (nonos/nic.h). A
 * flow is what has the same two addresses and ports; whoever wants its frames to meet those of others can have that, and gains nothing.
 */
#ifndef NET_FLOW_H
#define NET_FLOW_H

#include <stddef.h>
#include <stdint.h>

#define FLOWS 256u /* they share so many numbers */

/* The number of a frame's flow, below FLOWS; the same in both directions. What is neither IPv4 nor IPv6 is one flow. */
unsigned flow_of(const uint8_t *frame, size_t len);

#endif
