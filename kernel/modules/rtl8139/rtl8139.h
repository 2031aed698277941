/*
 * The driver proper of the RTL8139, without its surroundings: registers, clock and wake-ups come through tables of functions, memory is given,
 * so that it runs on the host against a model of the card. Sections are those of the RTL8139C(L) data sheet, revision 1.4.
 *
 * The card writes frames that arrive one behind the other into a ring of 64 KiB, each behind a header of status and length; frames to send lie in
 * four slots. All of that is the driver's own memory, with addresses of 32 bits: the card never reaches a client's, frames are copied
 * once. A header is loaded once, then checked; one that cannot be means that the driver and the card do not agree any more where frames begin, and the
 * card is reset, as it is after silence.
 */
#ifndef RTL8139_RTL8139_H
#define RTL8139_RTL8139_H

#include "../driver/nic_port.h"

#define RTL8139_TX_SLOTS  4u
#define RTL8139_SLOT      2048u
#define RTL8139_RING      65536u
#define RTL8139_REGISTERS 0x66u /* bytes of the register space that are used */
/* The driver's own memory: the ring, with 16 bytes behind it that the card wants, then the slots. */
#define RTL8139_SLOTS_AT  69632u
#define RTL8139_DMA_BYTES (RTL8139_SLOTS_AT + RTL8139_TX_SLOTS * RTL8139_SLOT)

struct rtl8139_ops {
    uint32_t (*read)(void *context, unsigned offset, unsigned width);
    void (*write)(void *context, unsigned offset, unsigned width, uint32_t value);
    void (*pause)(void *context); /* about a millisecond */
};

struct rtl8139 {
    struct nic_port port;
    const struct rtl8139_ops *ops;
    void *context;
    uint8_t *dma;
    uint32_t dma_address;
    uint32_t tx_offsets[RTL8139_TX_SLOTS]; /* of the client's buffers that are being sent */
    uint64_t deadlines_ns[RTL8139_TX_SLOTS];
    uint32_t tx_put, tx_done; /* since the last reset */
    bool tx_tells;            /* interrupts are asked for when frames were sent */
    uint32_t rx_at;           /* where in the ring the next frame's header is */
    uint32_t rx_len;  /* of that frame, without header and check sequence, if there is one */
    bool rx_ready;    /* there is one, and it is good */
    bool rx_broken;   /* its header cannot be */
    uint64_t look_ns; /* when status and deadlines are looked at next */
};

/*
 * Stops the card, has it load its address from the EEPROM, and leaves it idle; only then may it master the bus. NO_DEVICE: it does not
 * reset, or is not there.
 */
NONOS_MUST_CHECK int rtl8139_start(struct rtl8139 *r, const struct rtl8139_ops *ops, void *context,
                                   const struct nic_port_ops *port_ops);

/*
 * Gives the driver its own memory, before the first rtl8139_open(): RTL8139_DMA_BYTES, which the card sees at `address`. UNSUPPORTED: that has
 * more than 32 bits.
 */
NONOS_MUST_CHECK int rtl8139_memory(struct rtl8139 *r, void *dma, uint64_t address);

/*
 * Ends what there was and sets the card up for a client, whose fields up to `mac` are set. UNSUPPORTED: it has no station address and none
 * was given; NO_DEVICE: it does not stop any more. After an error there is no client.
 */
NONOS_MUST_CHECK int rtl8139_open(struct rtl8139 *r, struct nic_client *client);

/* Stops the card. NO_DEVICE: it does not stop. */
NONOS_MUST_CHECK int rtl8139_close(struct rtl8139 *r);

/*
 * The driver's turn: after an interrupt (then `interrupted`, and the card lets go of its line), after the client's signal, and when
 * rtl8139_deadline() has come. As nic_port_run(); also NO_DEVICE when the card is gone.
 */
NONOS_MUST_CHECK int rtl8139_run(struct rtl8139 *r, bool interrupted);

/* When rtl8139_run() must be called at the latest, monotonic; NONOS_NEVER if nothing is being sent. */
uint64_t rtl8139_deadline(const struct rtl8139 *r);

#endif
