/*
 * The loop of a server: one endpoint, one bound notification, and a table of what its clients hold.
 *
 * Badges. A client reaches the server through a badged capability, and the badge says what for:
 *   0                          the supervisor, which holds the endpoint without a badge
 *   NONOS_SERVICE_BADGE | n    a connection that the supervisor made for module n (nonos/supervisor.h): what the service means
 *                              by itself (vfs: the root directory; console: the terminal)
 *   else                       an object that nonos_server_open() registered
 * When the last capability to an object is gone, `closed` is called: to close is to delete the capability.
 *
 *     static int handle(struct nonos_server *server, struct nonos_request *request) { ... fill request->out ...; return result; }
 *     static const struct nonos_server_ops ops = {.call = handle, .closed = forget};
 *
 *     nonos_server_init(&server, nonos_cap_find("serve"), &ops, context);
 *     return nonos_server_run(&server);
 *
 * One thread runs a server; or several share it (nonos_server_share): one attends to the notification, any number take requests, and
 * functions of the table are called with the server's lock held, which they may leave while they wait. The table comes from malloc.
 */
#ifndef NONOS_SERVER_H
#define NONOS_SERVER_H

#include <nonos/runtime.h>
#include <nonos/thread.h>

#define NONOS_SERVICE_BADGE (1ull << 63)

/* Return value of `call`: the answer comes later, by nonos_server_answer(). */
#define NONOS_SERVER_LATER 1

/* Bits of the bound notification that the loop itself uses; a server has bits 0 to 59. */
#define NONOS_SERVER_BIT_CLOSED (1ull << 62)
#define NONOS_SERVER_BIT_PING   (1ull << 63)
#define NONOS_SERVER_BITS       ((1ull << 60) - 1)

struct nonos_server;

struct nonos_request {
    uint64_t badge;
    void *object;       /* of the badge, NULL for badge 0 and connections */
    nonos_handle reply; /* keep it when you return NONOS_SERVER_LATER */
    struct nonos_message
        in; /* capabilities that stay here are deleted after the call: take what you keep */
    struct nonos_message out;
};

struct nonos_server_ops {
    /* Answers a request: the result becomes the reply's label; out.words and out.caps go with it if it is not negative. */
    int (*call)(struct nonos_server *server, struct nonos_request *request);
    /* The last capability to `object` is gone; its badge means nothing any more. May be NULL. */
    void (*closed)(struct nonos_server *server, void *object);
    /* Bits of the notification (among NONOS_SERVER_BITS) were signalled. May be NULL. */
    void (*signalled)(struct nonos_server *server, uint64_t bits);
    /* After each request and notification, before the server waits again. May be NULL. */
    void (*idle)(struct nonos_server *server);
};

struct nonos_server_entry {
    uint32_t generation;
    nonos_handle handle; /* ours: the parent of all that clients hold; 0: the entry is free */
    void *object;
    /* Of a server with several threads: not yet delivered, so that nobody holds it means nothing. */
    bool on_its_way;
};

struct nonos_server {
    const struct nonos_server_ops *ops;
    void *context; /* for the owner */
    nonos_handle endpoint;
    nonos_handle notification; /* signal it to run `signalled` */
    nonos_handle alive;        /* of the supervisor: answered at each ping */
    struct nonos_server_entry *entries;
    uint32_t nentries;
    bool sweep; /* look for objects that nobody holds */
    bool stop;
    struct nonos_mutex *lock; /* of several threads, else NULL */
};

/*
 * Prepares a server on `endpoint` (RECV, BADGE, GRANT): takes the notification that the supervisor named "heartbeat", or makes one, and binds
 * it to the calling thread. INVALID if `endpoint` is 0; errors of the system calls.
 */
NONOS_MUST_CHECK int nonos_server_init(struct nonos_server *server, nonos_handle endpoint,
                                       const struct nonos_server_ops *ops, void *context);

/* Serves until nonos_server_stop(), or an error that is not a client's fault, which is returned. */
int nonos_server_run(struct nonos_server *server);
void nonos_server_stop(struct nonos_server *server);

/* ---- several threads ---- */

/*
 * From now on threads share the server; `lock` is initialised. `call`, `closed`, `signalled` and `idle` run with it held, and so must every
 * nonos_server_open(), _close(), _object() and _answer(). After `call` left it, the request's object may be gone.
 */
void nonos_server_share(struct nonos_server *server, struct nonos_mutex *lock);
/* Locks and unlocks. */
void nonos_server_enter(struct nonos_server *server);
void nonos_server_leave(struct nonos_server *server);
/* In place of nonos_server_run(): everything but requests. Waits for nothing but the notification and the lock. */
int nonos_server_attend(struct nonos_server *server);
/* Closes every object to which no client holds a capability any more, before the notification says so. */
void nonos_server_sweep(struct nonos_server *server);
/* On any other thread: takes requests. Returns an error that is not a client's fault. */
int nonos_server_work(struct nonos_server *server);

/* ---- objects and answers ---- */

/*
 * Registers `object` (not NULL) and gives a capability to it with `rights` (NONOS_ENDPOINT_SEND | NONOS_RIGHT_GRANT ...), to be sent to a
 * client. It belongs to the table: do not delete it.
 */
NONOS_MUST_CHECK int nonos_server_open(struct nonos_server *server, void *object, uint32_t rights,
                                       nonos_handle *handle);

/* Takes every capability to the object away from the clients and forgets it; `closed` is not called. */
void nonos_server_close(struct nonos_server *server, nonos_handle handle);

/* The object behind a badge, or NULL. */
void *nonos_server_object(const struct nonos_server *server, uint64_t badge);

/* Answers a request that was left for later. The capabilities in `out` stay the server's. A client that is gone is no error. */
void nonos_server_answer(struct nonos_server *server, nonos_handle reply, int result,
                         struct nonos_message *out);

/* Takes capability `i` of a request: the caller owns it. 0 if it did not come. */
nonos_handle nonos_request_take(struct nonos_request *request, uint32_t i);

/* Puts a capability into the answer; it stays the server's. NO_SPACE after NONOS_IPC_CAPS. */
NONOS_MUST_CHECK int nonos_request_give(struct nonos_request *request, nonos_handle handle);

#endif
