/*
 * Commands to the device, by its control virtqueue (VIRTIO 1.2 section 5.1.6.5). A part of the driver proper; see vnet.h.
 *
 * One at a time, and nobody waits for longer than a second: a device that does not answer is sent no more of them until it is reset.
 */
#ifndef VIRTIO_NET_COMMANDS_H
#define VIRTIO_NET_COMMANDS_H

#include "vnet.h"

/* In the first pair's DMA memory: the queue, a command and its answer. */
#define VNET_COMMANDS_AT  16384u
#define VNET_COMMANDS_END 18432u

/* Whether the features that were negotiated include any command. */
bool vnet_commands_wanted(const struct vnet *v);

/* Sets up the queue, after features were negotiated. UNSUPPORTED: it cannot be used. */
NONOS_MUST_CHECK int vnet_commands_set_up(struct vnet *v);

/* Enables it. */
void vnet_commands_enable(struct vnet *v);

/* Gives the device another station address; false if it does not take it. */
bool vnet_command_mac(struct vnet *v, uint64_t mac);

/* Has the device use the first `n` pairs; false if it does not obey, and then it uses one. */
bool vnet_command_pairs(struct vnet *v, unsigned n);

#endif
