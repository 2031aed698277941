/*
 * A client of a network card for the tests of drivers: its Memory, its ends of the rings, and the few words that each test needs. There is
 * one, so that tests stay short.
 */
#ifndef DRIVER_TESTS_NIC_CLIENT_H
#define DRIVER_TESTS_NIC_CLIENT_H

#include "../nic_port.h"
#include "reach.h"

#define ENTRIES      256u
#define DATA_AT      131072u /* behind the rings of all queues */
#define BUFFER       2048u
#define BUFFERS      496u
#define CLIENT_BYTES (DATA_AT + BUFFERS * BUFFER)
#define SECOND       1000000000ull

extern struct nic_client
    *client; /* the driver's view: NONOS_NIC_QUEUES_MAX queues, of which one is to be used */
extern struct nonos_ring_end
    *client_rings; /* the client's ends, of the queue that was chosen last; at first it is 0 */
extern uint8_t *client_memory;

/* Makes the client; the device may reach its Memory. */
void client_make(struct reach *reach);
/* Rings and Memory as a new client has them. */
void client_renew(void);
void client_free(void);
/* What follows is about queue `queue`. */
void client_queue(unsigned queue);

void client_put(enum nonos_nic_ring ring, uint32_t offset, uint32_t len);
bool client_take(enum nonos_nic_ring ring, struct nonos_nic_buffer *b);
/* Puts buffers 0 to n - 1 for arriving frames. */
void client_put_free(unsigned n);
/* Puts buffer `i` as a frame of `len` bytes of `fill`. */
void client_put_frame(unsigned i, uint32_t len, uint8_t fill);

/* Puts what is said of a frame to send. */
void client_put_said(struct nonos_nic_buffer b);
/* What is said of a train of TCP segments over IPv4, whose header has 66 bytes, that lies at `offset`. */
struct nonos_nic_buffer client_train(uint32_t offset, uint32_t len);

/* Puts six frames to send that are none: outside of the Memory, across pages, too short, too long. */
void client_put_none(void);
/* Whether just as many came back. */
bool client_got_none(void);

/* Where buffer `i` begins. */
static inline uint32_t buffer(unsigned i)
{
    return DATA_AT + i * BUFFER;
}

#endif
