/*
 * The network device, as its driver serves it (nonos/nic.h), through the driver's ends: the Memory and the station address are
 * ours and stay, the rings begin anew with each instance. The driver and the device are not trusted: a frame is copied out
 * before anybody looks at it, and what they give back counts only if it is a buffer that they have.
 */
#ifndef NET_NIC_H
#define NET_NIC_H

#include <nonos/nic.h>
#include <nonos/service.h>

#define NIC_BUFFERS 128u  /* in each direction */
#define NIC_FRAME   4096u /* a buffer: a page */

enum nic_owner { NIC_OURS, NIC_DRIVERS };

struct nic {
    struct nonos_service_watch watch;
    nonos_handle notification; /* ours */
    uint64_t bits;
    nonos_handle connection, wake, memory;
    uint8_t *base;
    struct nonos_ring_end rings[NONOS_NIC_RINGS];
    uint8_t owner[2 * NIC_BUFFERS]; /* enum nic_owner; of the second half frames to send */
    uint32_t tx_free[NIC_BUFFERS];  /* offsets */
    unsigned ntx_free;
    uint64_t mac; /* in use; 0: there was no device yet */
    uint32_t mtu;
    bool attached;
    bool pending[NONOS_NIC_RINGS]; /* put and not published */
};

/* Starts to follow the driver. `bits` of `notification` are signalled when there is something to do. Errors of the system calls. */
NONOS_MUST_CHECK int nic_init(struct nic *nic, nonos_handle notification, uint64_t bits);

/* Goes on with a new instance of the driver, if there is one. Returns whether there was. */
bool nic_renew(struct nic *nic);

/* Whether the device has a link. */
bool nic_link(const struct nic *nic);

/* Takes a frame that arrived: copies it to `frame`, NIC_FRAME bytes, and gives its buffer back. False: none is there. */
bool nic_receive(struct nic *nic, uint8_t *frame, size_t *len);

/* Where the next frame to send may be written, NIC_FRAME bytes; NULL: all buffers are on their way. */
uint8_t *nic_send_begin(struct nic *nic);
/* Sends the first `len` bytes of it. */
void nic_send(struct nic *nic, size_t len);

/* Shows the driver what was put and wakes it if it waits. */
void nic_flush(struct nic *nic);

/* Before waiting. False: there is something to do. */
bool nic_may_wait(struct nic *nic);

/* The value of a counter of the driver. NO_DEVICE; errors of the driver. */
NONOS_MUST_CHECK int nic_counter(const struct nic *nic, uint64_t index, uint64_t *value);

#endif
