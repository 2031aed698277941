/* Between socket.c, which keeps sessions and sockets, and request.c, which carries out what is asked of them. */
#ifndef NET_OBJECT_H
#define NET_OBJECT_H

#include <nonnet/echo.h>
#include <nonnet/tcp.h>
#include <nonnet/udp.h>

#include <nonos/buffer.h>

#include "client.h"
#include "dns.h"
#include "host.h"

#define OBJECT_SESSION 0u /* beside enum nonos_net_kind */

/* A session or a socket. */
struct object {
    struct object *next;
    uint32_t kind;
    nonos_handle handle;         /* of the server's table; 0: nobody was given it yet */
    struct nonos_buffer *buffer; /* of its session */
    struct client *client;
    unsigned backlog; /* of a listener */
    struct nonnet_tcp_handle tcp;
    struct nonnet_tcp_listener_handle listener;
    struct nonnet_endpoint local; /* of a listener */
    struct nonnet_udp_handle udp;
    bool has_peer; /* UDP */
};

/*
 * A new object of that kind, bound to `buffer` and `client`, of which it takes references. `backlog` is a listener's, else 0. NULL: the
 * client has its share, or there is no memory.
 */
struct object *object_create(uint32_t kind, struct client *client, struct nonos_buffer *buffer,
                             unsigned backlog);
/* Ends it, in the stack too; nothing waits on it. */
void object_destroy(struct object *object);

/*
 * Registers the object at the server and puts its capability into an answer. After an error the object is destroyed.
 */
NONOS_MUST_CHECK int object_give(struct object *object, struct nonos_message *out);

/* An answer to an echo request. */
void requests_echo(const struct nonnet_echo_answer *answer);
/* Ends what waits on an object. */
void requests_cancel(const struct object *object);

#endif
