/*
 * A model of an RTL8139 for the tests: registers, the ring, four slots. Frames that are sent are kept when model_send() is called, frames
 * arrive by model_arrive(); misbehaviour is switched on by fields. What a driver must not do fails the test: a wild address, a
 * locked register that is written, a width that the register does not have.
 */
#ifndef RTL8139_TESTS_MODEL_H
#define RTL8139_TESTS_MODEL_H

#include "../../driver/tests/nic_model.h"
#include "../rtl8139.h"

struct model {
    struct nic_model nic;
    uint8_t rom_mac[6];
    bool gone, never_resets, never_loads, silent, aborts, underruns;
    bool sends_at_once;
    bool link;

    /* registers */
    uint8_t idr[8], cr, cfg9346;
    uint16_t imr, isr, bmcr;
    uint32_t mar[2], tsd[4], tsad[4], rbstart, tcr, rcr, mpc;
    uint16_t capr, cbr; /* the latter is where the card writes */

    unsigned next_tx;
    struct reach reach; /* addresses are those of `base` and what follows */
    uint8_t *base;
    unsigned loads;
    unsigned status_reads; /* of slots */
};

/* Addresses of 32 bits: what the driver's memory is told to begin at. */
#define MODEL_ADDRESS 0x10000u

extern const struct rtl8139_ops model_ops;
extern const struct nic_port_ops model_port_ops;

/* Sends at most `most` frames. Returns how many. */
unsigned model_send(struct model *m, unsigned most);

/* A header, and `len` bytes of `fill` with a check sequence behind them, arrive. False if there was no room. */
bool model_arrive(struct model *m, uint32_t header, uint32_t len, uint8_t fill);

/* A good frame of `len` bytes of `fill` arrives. */
bool model_receive(struct model *m, uint32_t len, uint8_t fill);

/* The link goes or comes. */
void model_link(struct model *m, bool link);

/* Whether the card interrupts. */
bool model_interrupts(const struct model *m);

#endif
