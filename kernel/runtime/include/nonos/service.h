/*
 * Following a service through the ends of who serves it: a thread waits at the supervisor for each new instance and offers a
 * connection, so that the thread that uses it goes on with its own work.
 */
#ifndef NONOS_SERVICE_H
#define NONOS_SERVICE_H

#include <nonos/runtime.h>

/* One offer is out at a time: the watcher waits until it was taken. */
struct nonos_service_watch {
    const char *service;
    nonos_handle notification, taken_signal;
    uint64_t bits;
    int (*greet)(nonos_handle connection); /* may be NULL */
    nonos_handle connection; /* the offer, or 0; written before `offered`, with release */
    int result;              /* why there is none, and none will come */
    uint32_t offered, taken;
    uint32_t instances; /* offers taken, ever */
};

/*
 * Starts to follow `service`; `watch` and the name must live for ever. Whenever there is an offer, `bits` of `notification` are signalled.
 * `greet`, unless NULL, is called on the watcher's thread before each offer: it may wait until the service answers; an error means
 * that this instance is gone. NO_DEVICE: the task has no connection to the supervisor; errors of the system calls.
 */
NONOS_MUST_CHECK int nonos_service_follow(struct nonos_service_watch *watch, const char *service,
                                          nonos_handle notification, uint64_t bits,
                                          int (*greet)(nonos_handle connection));

/* Whether there is an offer that was not taken yet. */
bool nonos_service_offered(const struct nonos_service_watch *watch);

/*
 * Takes the offer: the connection is the caller's. BUSY: there is none at the moment; NO_DEVICE, NOT_FOUND, DENIED: none will come.
 */
NONOS_MUST_CHECK int nonos_service_take(struct nonos_service_watch *watch,
                                        nonos_handle *connection);

#endif
