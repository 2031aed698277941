/*
 * Serves nonos/nic.h for a card, to one client at a time. A driver is this, its bring-up, and the card proper, whose functions it gives here.
 *
 * The client's frames lie in its own Memory, which most cards reach directly: it is given up only when the card has been stopped. If it cannot be, the
 * pages stay the driver's until the driver has ended and the broker has switched the card's bus mastering off.
 */
#ifndef DRIVER_NIC_SERVER_H
#define DRIVER_NIC_SERVER_H

#include "loop.h"
#include "nic_port.h"

struct nic_card_ops {
    /*
     * Ends what there was and sets the card up for a client, of which the fields up to `nqueues` are set: the first of an array of so
     * many queues, of which a card may use fewer. UNSUPPORTED: it has no station address and none was given; NO_DEVICE: it could not be
     * stopped. After an error there is no client.
     */
    int (*open)(struct nic_client *client);
    /* Stops the card; afterwards it has none of the client's pages. NO_DEVICE: it does not stop, so it may have. */
    int (*close)(void);
    /* As those of struct driver_loop_ops. */
    int (*run)(unsigned irqs);
    uint64_t (*deadline)(void);
};

/* What a card proper calls; it needs no context. */
extern const struct nic_port_ops nic_server_port_ops;

/* Prepares the server. `port` is the card's. Returns its loop in `*loop`, for interrupts. Errors of the system calls. */
NONOS_MUST_CHECK int nic_server_init(const char *name, const struct nic_card_ops *ops,
                                     struct nic_port *port, struct driver_loop **loop);

/*
 * One more queue of the card's, with its port. `requests`, with SIGNAL and GRANT, is what the client signals for it. Before clients come; its turns
 * are the card's affair, and never at the time of open() and close().
 */
void nic_server_queue(struct nic_port *port, nonos_handle requests);

/* The domain through which the card reaches a client's Memory; without one it reaches none. */
void nic_server_domain(nonos_handle domain);

/*
 * Serves until the card fails, if `started` says that it came up, and logs what it is. Returns the exit status of the driver.
 */
int nic_server_run(int started, const char *remark);

#endif
