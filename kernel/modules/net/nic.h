/*
 * The network device, as its driver serves it (nonos/nic.h), through the driver's ends: the Memory and the station address are
 * ours and stay, the rings begin anew with each instance, and so does the number of the card's queues. The driver and the device are not
 * trusted: what is looked at of a frame is copied out before (struct nic_frame), what they give back counts only if it is a buffer that they have, and nobody
 * waits for their answers (ask.h).
 */
#ifndef NET_NIC_H
#define NET_NIC_H

#include <nonos/nic.h>
#include <nonos/service.h>

#include <nonnet/offload.h>

#include "ask.h"
#include "flow.h"

#define NIC_QUEUES     NONOS_NIC_QUEUES_MAX
#define NIC_RX_BUFFERS 256u /* of a page: longer frames arrive in several */
#define NIC_RX_EACH    128u /* at most, of a queue */
#define NIC_RX_LEN     4096u
#define NIC_TX_BUFFERS 64u
#define NIC_TX_LEN     32768u                   /* room for a train of segments */
#define NIC_HEAD       128u                     /* has the headers of nearly all segments */
#define NIC_FRAME      NONNET_OFFLOAD_FRAME_MAX /* the longest that arrives */

enum nic_owner { NIC_OURS, NIC_DRIVERS };

/* What the newest instance of the driver was asked and has not answered. */
enum nic_question { NIC_ASKS_NOTHING, NIC_ASKS_INFO, NIC_ASKS_OPEN };

/* One queue of the card's. */
struct nic_queue {
    nonos_handle wake;
    struct nonos_ring_end rings[NONOS_NIC_RINGS];
    bool pending[NONOS_NIC_RINGS]; /* put and not published */
};

struct nic {
    struct nonos_service_watch watch;
    struct asker asker;    /* of those who use the device */
    struct asker counters; /* of who asks for counters, on a thread of its own */
    nonos_handle counted;  /* signalled at an answer about counters */
    enum nic_question question;
    nonos_handle notification; /* ours */
    uint64_t bits;
    nonos_handle connection, memory;
    nonos_handle signal; /* what the driver gets of `notification`, while it is asked */
    uint8_t *base;
    struct nic_queue queues[NIC_QUEUES];
    unsigned nqueues;        /* that the card has */
    unsigned turn;           /* which is looked at next for frames that arrived */
    uint8_t steering[FLOWS]; /* by which queue frames of a flow came last, and so are sent */
    uint8_t owner[NIC_RX_BUFFERS + NIC_TX_BUFFERS]; /* enum nic_owner; the last are those to send */
    uint32_t tx_free[NIC_TX_BUFFERS];               /* their numbers */
    unsigned ntx_free;
    struct nonnet_offload offload; /* that the device does */
    uint64_t mac;                  /* in use; 0: there was no device yet */
    uint32_t mtu;
    bool attached;
    bool link; /* when the driver was last there */
};

/*
 * A frame that arrived. The first part is a copy of how it begins, at most NIC_HEAD bytes. The others are where the device wrote them: it may
 * still do, so nothing but a copy of them may be believed.
 */
struct nic_frame {
    struct nonnet_frame said; /* by the device */
    size_t len;
    size_t nparts;
    struct nonnet_part parts[1 + NIC_RX_BUFFERS];
    unsigned nheld;
    uint16_t held[NIC_RX_BUFFERS]; /* the buffers of the parts: the driver has them no more */
    uint8_t bytes[NIC_FRAME];
};

/* Starts to follow the driver. `bits` of `notification` are signalled when there is something to do. Errors of the system calls. */
NONOS_MUST_CHECK int nic_init(struct nic *nic, nonos_handle notification, uint64_t bits);

/* Follows the driver through its instances, without waiting. Returns whether a new one can be used from now on. */
bool nic_renew(struct nic *nic);

/* Whether the device has a link. Between two instances of the driver it is as it was: addresses and connections outlive them. */
bool nic_link(struct nic *nic);

/* Takes a frame that arrived. False: none is there. */
bool nic_receive(struct nic *nic, struct nic_frame *frame);
/* Copies the rest of it behind its first part: all `len` bytes are in `bytes` then. */
void nic_join(struct nic_frame *frame);
/* Gives its buffers back. To be done with each frame before the next is taken. */
void nic_release(struct nic *nic, const struct nic_frame *frame);

/* Where the next frame to send may be written, NIC_TX_LEN bytes; NULL: all buffers are on their way. */
uint8_t *nic_send_begin(struct nic *nic);
/* Sends the first `len` bytes of it, with which the device has to do what is said. */
void nic_send(struct nic *nic, size_t len, const struct nonnet_frame *said);

/* Shows the driver what was put and wakes it if it waits. */
void nic_flush(struct nic *nic);

/* Before waiting. False: there is something to do. */
bool nic_may_wait(struct nic *nic);

/*
 * The value of a counter of the driver. NO_DEVICE; errors of the driver; TIMED_OUT: it has not answered within a second, or has still not
 * answered what was asked before. For one thread, which need not be the one that uses the device.
 */
NONOS_MUST_CHECK int nic_counter(struct nic *nic, uint64_t index, uint64_t *value);

#endif
