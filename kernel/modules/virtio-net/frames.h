/*
 * Frames between the client's buffers and the queues of a pair: what goes into descriptors, and what the device says of it when it gives
 * them back. A part of the driver proper; see vnet.h.
 */
#ifndef VIRTIO_NET_FRAMES_H
#define VIRTIO_NET_FRAMES_H

#include "vnet.h"

/* In a pair's DMA memory: of each frame that is sent its header and, of a train, its table of indirect descriptors (section 2.7.5.3). */
#define VNET_HEADERS_AT 18432u
#define VNET_TABLES_AT  20480u

/* Hands a buffer to the device; there is a free slot. */
void vnet_buffer_submit(struct vnet_pair *p, unsigned queue, const struct nonos_nic_buffer *b);

/* How many buffers of a direction the device has. */
unsigned vnet_in_flight(const struct vnet_pair *p, unsigned queue);

/* Takes what the device has finished; false if it reported something that cannot be. */
bool vnet_used_take(struct vnet_pair *p, unsigned queue);

#endif
