/*
 * The protocol of network devices: a client (the net module) and a driver. Control by IPC on the driver's endpoint (grant class NET_RAW),
 * frames in a Memory that the client owns, with four rings a queue in it (nonos/ring.h). The driver maps that Memory for DMA, so the device
 * reads and writes the client's buffers directly: who holds such an endpoint can send any frame and sees every one that arrives.
 *
 * Layout of the Memory: struct nonos_nic_status at 0, the rings at nonos_nic_ring_offset(), buffers anywhere after them. A buffer
 * holds one Ethernet frame, without check sequence, or a part of one that arrived, and lies within one page; only a train of segments
 * (below) may be longer. It belongs to the driver from the moment it is put into NONOS_NIC_TX or NONOS_NIC_RX_FREE until it comes back
 * through NONOS_NIC_TX_DONE or NONOS_NIC_RX. The rings' consumers are signalled as nonos/ring.h says: only if they asked for it before
 * they waited.
 *
 * A card with several queues carries frames of different flows at the same time. A buffer comes back through the queue by which it was
 * put. Which queue a frame arrives by is the card's choice, and by convention (VIRTIO 1.2 section 5.1.6.5.6) that by which frames of its
 * flow were sent last: so a client sends a flow's frames by one queue, or they may overtake one another.
 */
#ifndef NONOS_NIC_H
#define NONOS_NIC_H

#include <stdint.h>

#include <nonos/ring.h>

enum nonos_nic_op {
    /* -> w0 station address as nonos_nic_mac_word() has it, 0 if the device has none; w1 MTU, w2 NONOS_NIC_* */
    NONOS_NIC_INFO = 1,
    /* caps[0] Memory (READ, WRITE, DMA), caps[1] Notification (SIGNAL), w0 entries of each ring (a power of two, at most
     * NONOS_NIC_ENTRIES_MAX), w1 length of the Memory, w2 bits to signal, w3 the station address to use or 0, w4 NONOS_NIC_VERSION,
     * w5 NONOS_NIC_OFFLOAD_* that the client can use, w6 queues that it can use and has rings for, 1 to NONOS_NIC_QUEUES_MAX
     * -> caps[n] Notification (SIGNAL) for the driver of what concerns queue n, for each that there is; w0 the station address in use,
     * w1 MTU, w2 least length of a buffer for an arriving frame, if that is more than NONOS_NIC_RX_FREE says; a page is always enough;
     * w3 those offloads that the device has; w4 how many queues there are, 1 to w6.
     * A driver has one client: a new OPEN ends what there was. The device is reset. UNSUPPORTED: another version, or the device has no
     * address and none was given. */
    NONOS_NIC_OPEN,
    /* w0 enum nonos_nic_counter, of all queues; of one alone: nonos_nic_queue_counter() -> w0 its value. NOT_FOUND past the last one, and
     * of a queue that the card does not have. */
    NONOS_NIC_COUNTER,
};

#define NONOS_NIC_LINK    1u /* the link is up, or the device does not say */
#define NONOS_NIC_SET_MAC 2u /* it takes another station address than its own */

#define NONOS_NIC_VERSION 3u /* of this protocol: 1 had entries of 8 bytes, 2 one queue */

/* What a device can do for its client, as far as both agree on it. */
#define NONOS_NIC_OFFLOAD_CHECKSUM     0x1u /* finishes checksums of what is sent */
#define NONOS_NIC_OFFLOAD_VERIFIED     0x2u /* says that checksums of what arrives are right */
#define NONOS_NIC_OFFLOAD_SEGMENT_IPV4 0x4u /* cuts trains of TCP segments; needs CHECKSUM */
#define NONOS_NIC_OFFLOAD_SEGMENT_IPV6 0x8u
#define NONOS_NIC_OFFLOAD_JOINED       0x10u /* joins TCP segments that arrive; needs VERIFIED */

#define NONOS_NIC_REQUEST_BIT 1u /* signalled to the driver */
#define NONOS_NIC_ENTRIES_MAX 1024u
#define NONOS_NIC_QUEUES_MAX  4u  /* a message holds so many capabilities */
#define NONOS_NIC_HEADER_LEN  14u /* of Ethernet */

enum nonos_nic_counter {
    NONOS_NIC_RX_FRAMES = 0,
    NONOS_NIC_TX_FRAMES,
    NONOS_NIC_RX_SHORT, /* frames shorter than their header, dropped */
    NONOS_NIC_TX_LOST,  /* frames on their way when the device was reset */
    NONOS_NIC_REFUSED,  /* buffers of the client's that are none */
    NONOS_NIC_NONSENSE, /* reports of the device that cannot be */
    NONOS_NIC_RESETS,   /* of the device, after nonsense, failure or silence */
    NONOS_NIC_LINK_CHANGES,
    NONOS_NIC_RX_ERRORS, /* frames that arrived damaged or too long, dropped */
    NONOS_NIC_RX_MISSED, /* frames that found no buffer, as far as the device says */
    NONOS_NIC_COUNTERS
};

static inline uint64_t nonos_nic_queue_counter(enum nonos_nic_counter counter, unsigned queue)
{
    return (uint64_t)counter | (uint64_t)(queue + 1) << 32;
}

/* At the beginning of the Memory; written by the driver, which signals the client after each change. */
struct nonos_nic_status {
    uint32_t link; /* 1: up */
    uint32_t pad[15];
};

/* Those of each queue. */
enum nonos_nic_ring {
    NONOS_NIC_TX = 0,  /* client to driver: frames to send */
    NONOS_NIC_TX_DONE, /* driver to client: their buffers */
    NONOS_NIC_RX_FREE, /* client to driver: buffers for frames, with at least 14 bytes more than the MTU */
    NONOS_NIC_RX, /* driver to client: frames that arrived */
    NONOS_NIC_RINGS
};

#define NONOS_NIC_TRAIN_MAX    65535u /* bytes of a train of segments that is sent, header counted */
#define NONOS_NIC_CHECKSUM_END 256u   /* TX, PARTIAL: the field lies in so many first bytes */

/*
 * What is said of a frame. TX: the device finishes the checksum (PARTIAL), and cuts the frame into segments. RX: the checksum was
 * found to be right (VERIFIED), or its sender left it to its own device (PARTIAL); the frame was joined of segments.
 */
#define NONOS_NIC_FRAME_PARTIAL       0x1u
#define NONOS_NIC_FRAME_VERIFIED      0x2u
#define NONOS_NIC_FRAME_SEGMENTS_IPV4 0x4u
#define NONOS_NIC_FRAME_SEGMENTS_IPV6 0x8u
#define NONOS_NIC_FRAME_MORE          0x10u /* RX: the frame goes on in the next entry */
#define NONOS_NIC_FRAME_SEGMENTS      (NONOS_NIC_FRAME_SEGMENTS_IPV4 | NONOS_NIC_FRAME_SEGMENTS_IPV6)

/* An entry of any of the rings. What is said of a frame in several entries is in the first. */
struct nonos_nic_buffer {
    uint32_t offset; /* in the Memory */
    /* RX_FREE: of the buffer; RX: of what is in it of a frame, 0: the buffer comes back empty, or was refused */
    uint32_t len;
    uint16_t flags;           /* TX, RX: NONOS_NIC_FRAME_* */
    uint16_t head;            /* RX: bytes in front of the frame in the buffer */
    uint16_t checksum_start;  /* PARTIAL: offset in the frame of what the checksum covers */
    uint16_t checksum_offset; /* and, from there, of its field: see VIRTIO 1.2 section 5.1.6.2 */
    uint16_t segment_len;     /* TX, SEGMENTS: payload of each */
    uint16_t header_len;      /* and what is in front of it, of all headers */
    uint32_t reserved;        /* 0 */
};

/* Where a ring of a queue lies in the Memory. */
static inline uint64_t nonos_nic_ring_offset(unsigned queue, unsigned ring, uint32_t entries)
{
    uint64_t each = nonos_ring_bytes(entries, sizeof(struct nonos_nic_buffer));
    return sizeof(struct nonos_nic_status) +
           (queue * NONOS_NIC_RINGS + ring) * ((each + 63) & ~63ull);
}

/* Where the rings of so many queues end. */
static inline uint64_t nonos_nic_rings_end(unsigned queues, uint32_t entries)
{
    return nonos_nic_ring_offset(queues, 0, entries);
}

/* A station address in a word: its first byte is the lowest. */
static inline uint64_t nonos_nic_mac_word(const uint8_t mac[6])
{
    uint64_t word = 0;
    for (unsigned i = 0; i < 6; i++)
        word |= (uint64_t)mac[i] << 8 * i;
    return word;
}

static inline void nonos_nic_mac_bytes(uint8_t mac[6], uint64_t word)
{
    for (unsigned i = 0; i < 6; i++)
        mac[i] = (uint8_t)(word >> 8 * i);
}

#endif
