/*
 * A client of a network card that does as its input says, by the rings and against them; and what holds whatever it and the card do.
 */
#ifndef DRIVER_FUZZ_HOSTILE_H
#define DRIVER_FUZZ_HOSTILE_H

#include "../tests/nic_client.h"
#include "../tests/nic_model.h"

/* Bytes that decide; 0 when there are no more. */
struct hostile_input {
    const uint8_t *data;
    size_t len;
};

uint8_t hostile_u8(struct hostile_input *in);
uint16_t hostile_u16(struct hostile_input *in);
uint32_t hostile_u32(struct hostile_input *in);

/* A client that is new. */
void hostile_renew(void);

/* One act of the client's. */
void hostile_act(struct hostile_input *in);

/*
 * What must hold after each turn of a driver, of which `*port` is the port: no more buffers come back than were put, an entry names what lies within
 * the Memory, and says of a frame only what both agreed on.
 */
void hostile_judge(const struct nic_port *port);

/* A driver and its card, as the input plays them. */
struct hostile_card {
    const struct nic_port *port;
    uint64_t *now_ns; /* the card's clock */
    int (*open)(void);
    void (*work)(struct hostile_input *in);   /* the card does what it should */
    void (*lie)(struct hostile_input *in);    /* it reports what is not so */
    void (*change)(struct hostile_input *in); /* registers change by themselves */
    void (*turn)(struct hostile_input *in);   /* the driver's, judged */
};

/* Plays until the input ends or the driver gives up; false if the driver refuses a new client. */
bool hostile_play(struct hostile_input *in, const struct hostile_card *card);

#endif
