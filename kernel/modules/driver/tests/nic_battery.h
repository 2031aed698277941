/*
 * What every driver of a network card must do, as tests over a table: the driver, and the model of a card that it is tested against.
 * A card's suite fills in the table in its setup, adds the battery to its tests, and tests itself what is the card's own.
 */
#ifndef DRIVER_TESTS_NIC_BATTERY_H
#define DRIVER_TESTS_NIC_BATTERY_H

#include "nic_client.h"
#include "nic_model.h"

struct nic_battery {
    /* The driver. open() gives it the client, after start(). */
    int (*start)(void);
    int (*open)(void);
    int (*close)(void);
    int (*run)(bool interrupted);
    uint64_t (*deadline)(void);

    /* The model. */
    unsigned (*send)(unsigned most); /* sends at most so many frames, returns how many */
    bool (*receive)(uint32_t len, uint8_t fill); /* false: there was no room for the frame */
    bool (*interrupts)(void);
    void (*link)(bool up);           /* it goes or comes, and the driver has its turn */
    void (*nonsense)(unsigned kind); /* a frame arrives and is reported as it cannot be */
    unsigned nonsense_kinds;
    void (*never_reset)(void);
    void (*vanish)(void); /* NULL: the model cannot */
    void (*forget_mac)(void);
    void (*mac)(uint8_t mac[NIC_MAC_LEN]); /* which address the card was told to use */
    uint32_t offloads;                     /* NONOS_NIC_OFFLOAD_* that the model has */
    unsigned patience;                     /* pauses within which a card is given up */
    bool holds_frames;                     /* what arrives waits in the card for buffers */

    /* What the setup of a test makes; see card_set(). */
    struct nic_port *port;
    struct nic_model *model;
    uint64_t *now_ns;
    const unsigned *resets, *pauses;
};

/* The card under test. */
extern struct nic_battery card;

/* The tests of the table: what is not there is not tested. `card` is a copy of it when one runs. */
void nic_battery_add(TCase *t, const struct nic_battery *table);

/* For the setup of a test: the table, and what the test has made. Clock, resets and pauses are the model's, or set afterwards. */
void card_set(const struct nic_battery *table, struct nic_port *port, struct nic_model *model);

/* Starts the driver and gives it the client. */
void card_open(void);
/* Lets the driver run until it has nothing left to do. */
void card_run(void);
/* The client sends buffer `i`, `len` bytes of `fill`. */
void card_send(unsigned i, uint32_t len, uint8_t fill);

#endif
