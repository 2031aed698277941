/*
 * Packets that wait to be sent: a pool, and lists of its members.
 *
 * What answers to the network (control) holds at most half of the pool, and sockets together at
 * most three fourths, so that neither can starve the other; one socket holds at most half of what
 * sockets may.
 */
#ifndef NONNET_STACK_PACKET_H
#define NONNET_STACK_PACKET_H

#include "stack/state.h"

void nonnet_packets_init(struct nonnet_stack *stack);

/* How many packets one socket may hold. */
uint16_t nonnet_packets_per_socket(const struct nonnet_stack *stack);

/* Whether `count` more packets for `owner` (with its socket, or NULL) can be had. */
bool nonnet_packets_available(const struct nonnet_stack *stack, enum packet_owner owner,
                              const struct udp_socket *socket, size_t count);

/* A packet of no bytes, or NULL when nonnet_packets_available() says no. */
struct packet *nonnet_packet_new(struct nonnet_stack *stack, enum packet_owner owner,
                                 struct udp_socket *socket);

/* Gives a packet, which is in no list, back to the pool. */
void nonnet_packet_free(struct nonnet_stack *stack, struct packet *packet);

void nonnet_packet_append(struct nonnet_stack *stack, struct packet_list *list,
                          struct packet *packet);
/* Takes the first one; NULL if the list is empty. */
struct packet *nonnet_packet_take(struct nonnet_stack *stack, struct packet_list *list);

/* Frees all packets of a list. Returns how many there were. */
unsigned nonnet_packets_discard(struct nonnet_stack *stack, struct packet_list *list);

/* What a list without members looks like. */
static inline struct packet_list packet_list_empty(void)
{
    return (struct packet_list){.first = NO_INDEX, .last = NO_INDEX};
}

/* Puts a packet whose link-layer destination is known into its interface's output list. */
void nonnet_packet_send(struct nonnet_stack *stack, struct packet *packet);

/* nonnet_stack_output_frame() for an interface; `said` is NULL or zeros. */
NONNET_MUST_CHECK int nonnet_packet_output(struct nonnet_stack *stack, struct interface *interface,
                                           uint8_t *frame, size_t size, size_t *len,
                                           struct nonnet_frame *said);

#endif
