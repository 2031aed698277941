/*
 * The loop of a driver: a server (nonos/server.h) on whose notification interrupts, clients' signals and a timer arrive, and which goes
 * on with the device after each of them. A device that failed for good ends the loop, and with it the driver: the broker then takes
 * bus mastering away and the supervisor starts a successor.
 */
#ifndef DRIVER_LOOP_H
#define DRIVER_LOOP_H

#include <nonos/server.h>

#include "pci.h"

#define DRIVER_IRQS        2u
#define DRIVER_REQUEST_BIT 1u /* what a client signals, in each of the protocols */

struct driver_loop;

struct driver_loop_ops {
    /*
     * Goes on with the device; bit n of `irqs`: interrupt n came. Of a line, the device must let go before this returns. 0: nothing is
     * left to do; 1: call again, after others had their turn; negative: the device failed for good.
     */
    int (*run)(unsigned irqs);
    /* When `run` must be called at the latest, monotonic, or NONOS_NEVER. */
    uint64_t (*deadline)(void);
    /* A client's request, as nonos_server_ops.call has it. */
    int (*request)(struct nonos_request *request);
    /* The client with this badge has ended. */
    void (*gone)(uint64_t badge);
};

struct driver_loop {
    const char *name; /* of the driver, for its log */
    const struct driver_loop_ops *ops;
    struct nonos_server server;
    nonos_handle requests; /* the notification with SIGNAL and GRANT, for clients */
    nonos_handle irqs[DRIVER_IRQS];
    unsigned lines; /* bit n: interrupt n is a line, which is masked until it is acknowledged */
    bool timer_set;
};

/* Prepares the loop on the endpoint "serve". Errors of the system calls. */
NONOS_MUST_CHECK int driver_loop_init(struct driver_loop *loop, const char *name,
                                      const struct driver_loop_ops *ops);

/* Takes interrupt `number` of the device for the loop. As driver_irq_take(). */
NONOS_MUST_CHECK int driver_loop_irq(struct driver_loop *loop, nonos_handle device, unsigned number,
                                     enum driver_irq_kind *kind);

/* Has `run` called soon. */
void driver_loop_more(struct driver_loop *loop);

/* The device failed for good, because of `reason`. */
void driver_loop_fail(struct driver_loop *loop, int reason);

/* Serves until the device fails; returns the exit status of the driver. */
int driver_loop_run(struct driver_loop *loop);

#endif
