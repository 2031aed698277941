/*
 * Questions to the driver, one at a time, asked by a thread of its own: a driver that does not answer holds up that thread and nobody
 * else. When the driver ends, the question ends with PEER_GONE.
 */
#ifndef NET_ASK_H
#define NET_ASK_H

#include <nonos/runtime.h>

struct asker {
    nonos_handle go;           /* the thread waits for it */
    nonos_handle notification; /* signalled with `bits` at each answer */
    uint64_t bits;
    /* The thread's while `state` says ASKED, else the owner's. */
    nonos_handle connection;
    struct nonos_message message;
    int result;
    uint32_t state; /* enum asker_state; ASKED and ANSWERED are written with release */
};

enum asker_state { ASKER_FREE, ASKER_ASKED, ASKER_ANSWERED };

/* Starts the thread; `asker` must live for ever. Errors of the system calls. */
NONOS_MUST_CHECK int asker_init(struct asker *asker, nonos_handle notification, uint64_t bits);

/* Asks. The connection and the message's capabilities stay the caller's, until the answer. BUSY: there was no answer yet to what was asked before. */
NONOS_MUST_CHECK int asker_ask(struct asker *asker, nonos_handle connection,
                               const struct nonos_message *message);

/* Takes the answer, if there is one: what nonos_call() returned, and filled in. */
NONOS_MUST_CHECK bool asker_answer(struct asker *asker, int *result, struct nonos_message *message);

#endif
