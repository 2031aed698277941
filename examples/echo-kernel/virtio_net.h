/* One network card of VirtIO 1.0 on PCI, polled: no interrupts, no allocation. */
#ifndef ECHO_KERNEL_VIRTIO_NET_H
#define ECHO_KERNEL_VIRTIO_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_LEN 1514u /* Ethernet header and 1500 bytes */

/* Starts the first card that there is, and says its station address. False: there is none that we can drive. */
bool virtio_net_start(uint8_t mac[6]);

/* The oldest frame that arrived, or NULL. It is ours until it is released; one at a time. */
const uint8_t *virtio_net_receive(size_t *len);
void virtio_net_release(void);

/* Where the next frame may be written, FRAME_LEN bytes; NULL: all are on their way. Send gives its first `len` bytes to the card. */
uint8_t *virtio_net_frame(void);
void virtio_net_send(size_t len);

#endif
