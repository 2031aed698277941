/*
 * A model of an Intel gigabit card for the tests: registers, EEPROM, both rings. Frames that are sent are kept when model_send() is
 * called, frames arrive by model_arrive(); misbehaviour is switched on by fields. What a driver must not do fails the test: a wild
 * address, a ring that is set up while it is at work, buffers of unknown place, a register that nobody knows.
 */
#ifndef E1000_TESTS_MODEL_H
#define E1000_TESTS_MODEL_H

#include "../../driver/tests/nic_model.h"
#include "../e1000.h"

struct model_ring {
    uint64_t base;
    uint32_t len, head, tail;
};

/* What an arriving frame is reported with, beside its length and that it is there. */
struct arrival {
    uint32_t len;         /* of what is written */
    uint32_t told;        /* of what is reported, if not 0 */
    const uint8_t *frame; /* NULL: bytes of `fill` */
    uint8_t fill;
    uint8_t status; /* what is said of checksums */
    uint8_t errors;
    bool more; /* it goes on in the next descriptor */
};

#define MODEL_WIRE 64u

/* A frame that went to the wire. */
struct model_frame {
    uint32_t len;
    uint8_t data[NONOS_NIC_HEADER_LEN + NIC_MTU_USUAL];
};

/* What descriptors have given so far of a frame, or of a train. */
struct model_packet {
    uint64_t first; /* what the first of them says */
    uint32_t len;
    uint8_t data[NONOS_NIC_TRAIN_MAX];
};

struct model {
    struct nic_model nic;
    enum e1000_kind kind;
    uint16_t eeprom[64];
    bool
        frames_change; /* the client writes into frames that the card has: what is in them says nothing of the driver */
    bool eeprom_silent, no_register_mac, gone, never_resets, works_after_reset, disobeys, silent,
        late;
    bool link;

    /* registers */
    uint32_t ctrl, eerd, icr, ims, rctl, tctl, itr, ivar, eitr, missed, ral, rah, tx_control,
        rxcsum;
    struct model_ring rings[NIC_DIRECTIONS];

    struct e1000_desc contexts[2];
    unsigned ncontexts; /* which the driver gave */
    struct model_packet packet;
    struct model_frame
        wire[MODEL_WIRE]; /* the last that were sent, each at its number modulo MODEL_WIRE */

    struct reach reach;
    unsigned tails[NIC_DIRECTIONS];
};

extern const struct e1000_ops model_ops;
extern const struct nic_port_ops model_port_ops;

/* Puts a station address and a right checksum into the EEPROM. */
void model_eeprom(struct model *m, const uint8_t mac[6]);

/* Sends at most `most` frames, a train counting as one. Returns how many. */
unsigned model_send(struct model *m, unsigned most);

/* A frame arrives, or a part of one. False if there was no buffer for it, or the card is stopped. */
bool model_arrive(struct model *m, const struct arrival *a);

/* A good frame of `len` bytes of `fill` arrives. */
bool model_receive(struct model *m, uint32_t len, uint8_t fill);

/* A frame arrives whose checksums the card judges, as far as it was told to. */
bool model_hear(struct model *m, const uint8_t *frame, uint32_t len);

/* Takes a descriptor of the transmit ring; true if a frame is complete, which transmitter_emit() sends. */
bool transmitter_take(struct model *m, const struct e1000_desc *desc);
void transmitter_emit(struct model *m);

/* The link goes or comes, and the card interrupts if it may. */
void model_link(struct model *m, bool link);

/* Whether the card interrupts. */
bool model_interrupts(const struct model *m);

#endif
