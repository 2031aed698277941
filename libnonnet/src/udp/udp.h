/*
 * What the files of UDP share: the receive queue and the choice of ports.
 */
#ifndef NONNET_UDP_UDP_H
#define NONNET_UDP_UDP_H

#include "stack/state.h"

/* Copies a datagram into the socket's queue. Returns false if there is no room. */
bool nonnet_udp_queue_put(struct nonnet_stack *stack, struct udp_socket *socket,
                          const struct nonnet_udp_message *message, const uint8_t *data,
                          uint32_t len);

/* nonnet_udp_receive() for a socket. */
NONNET_MUST_CHECK int nonnet_udp_queue_take(struct nonnet_stack *stack, struct udp_socket *socket,
                                            uint8_t *data, size_t size, size_t *len,
                                            struct nonnet_udp_message *message);

/* Whether another socket has the port at an address (version 0: any) of this version. */
bool nonnet_udp_port_is_taken(const struct nonnet_stack *stack, const struct udp_socket *self,
                              const struct nonnet_endpoint *local);

/*
 * A free port for a socket at `local`, with `remote` as its peer (zeros for none): RFC 6056 section
 * 3.3.3.
 * Returns 0 if none is free.
 */
uint16_t nonnet_udp_port_choose(struct nonnet_stack *stack, const struct udp_socket *self,
                                const struct nonnet_address *local,
                                const struct nonnet_endpoint *remote);

/* The peer of a socket that was connected through this interface cannot be reached any more. */
void nonnet_udp_interface_gone(struct nonnet_stack *stack, uint8_t interface);

#endif
