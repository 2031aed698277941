/*
 * A network card as its client sees it (nonos/nic.h): what a driver of one needs beside the card itself. Makes no system call. A card with
 * several queues has a port for each, which share nothing, so that each may be served by a thread of its own.
 *
 * The client is not trusted: an entry is copied out of a ring before it is checked, and a buffer lies within one page of the client's
 * Memory, or, of a train of segments, within the Memory; it is as long as its direction needs; and what is said of a frame can be
 * done to it, by this card. What is none is refused, counted and given back.
 */
#ifndef DRIVER_NIC_PORT_H
#define DRIVER_NIC_PORT_H

#include <nonos/nic.h>
#include <nonos/result.h>

#define NIC_PAGE       4096u
#define NIC_NEVER      0xffffffffffffffffull /* NONOS_NEVER */
#define NIC_MTU_USUAL  1500u
#define NIC_MAC_LEN    6u
#define NIC_TIMEOUT_NS 10000000000ull /* to send a frame */
#define NIC_LOOK_NS    1000000000ull  /* with frames on their way the card is looked at so often */
#define NIC_RESETS_MAX 5u             /* without anything done between them */
/* However fast the other sides are, the loop gets its turn: most of a direction at once, and rounds of both. */
#define NIC_SERVE_MAX  256u
#define NIC_ROUNDS_MAX 16u

enum nic_direction { NIC_RX, NIC_TX, NIC_DIRECTIONS };

/* One queue of a client's. */
struct nic_client {
    struct nonos_ring_end rings[NONOS_NIC_RINGS];
    struct nonos_nic_status *status;
    uint8_t *base; /* of the Memory */
    const uint64_t
        *pages;   /* the device's address of each page of the Memory; NULL if it reaches none */
    uint64_t len; /* of the Memory, whole pages */
    uint64_t mac; /* wanted, or 0 */
    uint32_t offloads; /* NONOS_NIC_OFFLOAD_* that it can use */
    unsigned nqueues;  /* that it can use; each is one of these, in an array */
    /* By enum nic_direction: something was put or changed since it was published. */
    bool pending[2];
};

struct nic_port_ops {
    uint64_t (*now_ns)(void *context);
    void (*signal)(void *context); /* the client */
};

struct nic_port {
    const struct nic_port_ops *ops;
    void *context;
    struct nic_client *client; /* NULL: the card is idle */
    uint64_t own_mac;          /* 0: the card has none */
    uint64_t mac;              /* in use */
    bool mac_settable;
    uint32_t mtu;
    uint32_t rx_min;   /* bytes that a buffer for an arriving frame must have at least */
    uint32_t offloads; /* that the card does for this client; set when the card is opened */
    unsigned nqueues;  /* that the client gets: 1, unless the card says more when it is opened */
    bool link;
    bool dead; /* the card could not be brought back */
    uint64_t counters[NONOS_NIC_COUNTERS];
    uint64_t now_ns; /* when the driver's turn began */
    unsigned resets; /* since the card last did something */
};

/* The port of a card that is idle. The driver sets the rest when it knows it. */
void nic_port_init(struct nic_port *port, const struct nic_port_ops *ops, void *context);

/* A new client, or NULL. */
void nic_port_attach(struct nic_port *port, struct nic_client *client);

/* Counts one. By one thread at a time; nic_port_counted() may be called by any. */
void nic_port_count(struct nic_port *port, enum nonos_nic_counter counter);
uint64_t nic_port_counted(const struct nic_port *port, enum nonos_nic_counter counter);

/* What a card does in its driver's turn. A card's structure has its port as the first member. */
struct nic_card {
    /* Takes what the card has finished, and brings it back if need be. Negative: it failed for good, or cannot go on now. */
    int (*serve)(struct nic_port *port);
    /* Whether the card has use for one more buffer. */
    bool (*room)(const struct nic_port *port, enum nic_direction direction);
    /* Takes a buffer, for which there was room. */
    void (*submit)(struct nic_port *port, enum nic_direction direction,
                   const struct nonos_nic_buffer *b);
    /* Shows the card what was submitted. */
    void (*publish)(struct nic_port *port, enum nic_direction direction);
    /* Asks the card to interrupt when it has done something. False: it has already. */
    bool (*may_wait)(struct nic_port *port);
};

/*
 * The driver's turn: takes what the card has finished and what the client asks for, until both may wait or others must have their turn. Returns 0
 * when there is nothing left to do; 1 if it should be called again; NO_DEVICE if the card failed for good; what else the card says.
 */
NONOS_MUST_CHECK int nic_port_run(struct nic_port *port, const struct nic_card *card);

/* Whether `out` buffers that the card has, and one more, can all be given back. */
bool nic_port_room(const struct nic_port *port, enum nic_direction direction, unsigned out);

/* Takes a buffer from the client: a frame to send, or one for an arriving frame. False: there is none at the moment. */
bool nic_port_take(struct nic_port *port, enum nic_direction direction, struct nonos_nic_buffer *b);

/* Gives a buffer back with a frame, or a part of one, that arrived: the entry for the client is `b`. */
void nic_port_deliver(struct nic_port *port, const struct nonos_nic_buffer *b);

/* Gives a buffer back, of a frame that arrived with its length; 0 if there is none in it. */
void nic_port_return(struct nic_port *port, enum nic_direction direction, uint32_t offset,
                     uint32_t len);

/* The device's address of a buffer that was taken, and the driver's. */
uint64_t nic_port_address(const struct nic_port *port, const struct nonos_nic_buffer *b);
uint8_t *nic_port_data(const struct nic_port *port, const struct nonos_nic_buffer *b);

/* The card's link is so. A client is told; a change is counted, and signalled at once. Of several ports, by one. */
void nic_port_link(struct nic_port *port, bool link);

#endif
