/*
 * The driver proper of Intel's gigabit cards, without its surroundings: registers, clock and wake-ups come through tables of functions, memory is
 * given, so that it runs on the host against a model of the card. Sections are those of the "PCI/PCI-X Family of Gigabit Ethernet
 * Controllers Software Developer's Manual" (8254x), or of the 82574 data sheet where that is named.
 *
 * Both directions have a ring of descriptors: arriving frames have legacy ones (section 3.2.3), which every card of the family knows, and so have
 * those to be sent that are complete (section 3.3.3). Buffers come from the client's
 * rings (nonos/nic.h) and go to the card with the addresses of the client's own pages: nothing is copied. Descriptors are finished in their
 * order; of what the card wrote into one, a single load is taken and checked. On nonsense or silence the card is reset and set
 * up anew: frames that were being sent are lost, as on any network, and the buffers for arriving ones go to it again.
 *
 * Offloads are what the client can use and the card has: a frame whose checksum is left to the card, or that is a train of TCP segments to be
 * cut, is described by a context and its pages (sections 3.3.5 to 3.3.7); of arriving frames the card says whether their checksum is right.
 */
#ifndef E1000_E1000_H
#define E1000_E1000_H

#include "../driver/nic_port.h"

enum e1000_kind { E1000_8254X, E1000_82574 };

#define E1000_SLOTS \
    256u /* of a ring; one stays empty, or a full ring would look like an empty one */
#define E1000_BUFFER    2048u   /* bytes that the card may write for a frame (RCTL.BSIZE) */
#define E1000_DMA_BYTES 8192u   /* the driver's own: both rings */
#define E1000_REGISTERS 0x5c00u /* bytes of the register space that are used */

struct e1000_ops {
    uint32_t (*read)(void *context, uint32_t offset);
    void (*write)(void *context, uint32_t offset, uint32_t value);
    void (*pause)(void *context); /* about a millisecond */
};

struct e1000_desc {
    uint64_t address;
    uint64_t rest; /* length, status and more: what the card writes back */
};

/* A buffer that the card has, at the first of its descriptors. */
struct e1000_slot {
    struct nonos_nic_buffer buffer;
    uint64_t deadline_ns;
    unsigned ndesc;
};

struct e1000_ring {
    struct e1000_desc *desc;
    struct e1000_slot slots[E1000_SLOTS];
    uint32_t put, done; /* descriptors, ever */
    uint32_t shown;     /* what of `put` the card was told */
    unsigned nbuffers;  /* which the card has */
};

struct e1000 {
    struct nic_port port;
    const struct e1000_ops *ops;
    void *context;
    enum e1000_kind kind;
    uint32_t offloads; /* that the card has */
    uint8_t *dma;
    uint64_t dma_address;
    struct e1000_ring rings[NIC_DIRECTIONS];
    struct e1000_ring before[NIC_DIRECTIONS]; /* while the card is brought back */
    struct e1000_desc context_kept; /* by the card, for checksums of frames to be sent; 0: none */
    uint64_t look_ns;               /* when status and deadlines are looked at next */
    bool in_pieces;                 /* the frame that arrives began in an earlier descriptor */
    bool tx_causes;                 /* the card interrupts for frames that were sent */
};

/*
 * Stops the card, reads its address and link, and leaves it idle; only then may it master the bus. NO_DEVICE: it does not stop, or is
 * not there.
 */
NONOS_MUST_CHECK int e1000_start(struct e1000 *e, enum e1000_kind kind, const struct e1000_ops *ops,
                                 void *context, const struct nic_port_ops *port_ops);

/* Has the card, which was started, cut no trains: for one that is known not to do it as its data sheet says. */
void e1000_cut_nothing(struct e1000 *e);

/* Gives the driver its own memory, before the first e1000_open(): E1000_DMA_BYTES, which the card sees at `address`. */
void e1000_memory(struct e1000 *e, void *dma, uint64_t address);

/*
 * Ends what there was and sets the card up for a client, whose fields up to `mac` are set. UNSUPPORTED: it has no station address and none
 * was given; NO_DEVICE: it does not stop any more. After an error there is no client.
 */
NONOS_MUST_CHECK int e1000_open(struct e1000 *e, struct nic_client *client);

/* Stops the card; afterwards it has none of the client's pages. NO_DEVICE: it does not stop, so it may have. */
NONOS_MUST_CHECK int e1000_close(struct e1000 *e);

/*
 * The driver's turn: after an interrupt (then `interrupted`, and the card lets go of its line), after the client's signal, and when
 * e1000_deadline() has come. As nic_port_run(); also NO_DEVICE when the card is gone.
 */
NONOS_MUST_CHECK int e1000_run(struct e1000 *e, bool interrupted);

/* When e1000_run() must be called at the latest, monotonic; NONOS_NEVER if nothing is being sent. */
uint64_t e1000_deadline(const struct e1000 *e);

#endif
