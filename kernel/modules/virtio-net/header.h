/*
 * The header in front of each frame (VIRTIO 1.2 section 5.1.6): what is said of a frame, between the words of nonos/nic.h and the device's.
 */
#ifndef VIRTIO_NET_HEADER_H
#define VIRTIO_NET_HEADER_H

#include <nonos/nic.h>

#include <stdbool.h>

#define VNET_HEADER_LEN 12u

/* Writes the header of a frame to be sent, whose entry was checked. */
void vnet_header_write(uint8_t header[VNET_HEADER_LEN], const struct nonos_nic_buffer *b);

/* In how many buffers a frame arrived, if VIRTIO_NET_F_MRG_RXBUF was negotiated. */
uint16_t vnet_header_buffers(const uint8_t header[VNET_HEADER_LEN]);

/*
 * Reads what the device says of a frame of `len` bytes that arrived, as far as the `offloads` that were agreed on let it; fills in all of
 * `*b` but where it is. False: that cannot be said of such a frame.
 */
bool vnet_header_read(const uint8_t header[VNET_HEADER_LEN], uint32_t len, uint32_t offloads,
                      struct nonos_nic_buffer *b);

#endif
