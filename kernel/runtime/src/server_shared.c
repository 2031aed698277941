/*
 * A server of several threads. The one that it was prepared on waits for the notification alone, so heartbeats are answered and objects are
 * closed while all others wait for something slow. The table and all that the owner puts under the lock change only with it held.
 */
#include "server_parts.h"

#include <string.h>

void nonos_server_share(struct nonos_server *server, struct nonos_mutex *lock)
{
    server->lock = lock;
}

void nonos_server_enter(struct nonos_server *server)
{
    nonos_mutex_lock(server->lock);
}

void nonos_server_leave(struct nonos_server *server)
{
    nonos_mutex_unlock(server->lock);
}

/* A heartbeat is answered with the lock in hand: a thread that never gives it back is found out. */
int nonos_server_attend(struct nonos_server *server)
{
    uint64_t bits;
    while (!server->stop) {
        int r = nonos_notify_wait(server->notification, ~0ull, NONOS_NEVER, &bits);
        if (r < 0)
            return r;
        nonos_server_enter(server);
        server_notified(server, bits);
        if (server->sweep)
            nonos_server_sweep(server);
        if (server->ops->idle)
            server->ops->idle(server);
        nonos_server_leave(server);
    }
    return NONOS_OK;
}

/* Answers with capabilities. They are children of the table's when this is done, and not before. */
static void answer_deliver(struct nonos_server *server, nonos_handle reply,
                           const struct nonos_request *request)
{
    struct nonos_message message = request->out;
    (void)!nonos_ipc_reply_wait(0, reply, &message);
    nonos_server_enter(server);
    server_delivered(server, &request->out);
    nonos_server_leave(server);
}

int nonos_server_work(struct nonos_server *server)
{
    struct nonos_request request;
    nonos_handle reply = 0;
    memset(&request, 0, sizeof(request));
    for (;;) {
        struct nonos_message message = request.out;
        int result = nonos_ipc_reply_wait(server->endpoint, reply, &message);
        if (result < 0 && !reply)
            return result;
        reply = 0;
        request.out = nonos_message_make(0);
        if (result <= 0)
            continue; /* an answer that could not be delivered is the client's matter */
        request.in = message;
        request.badge = message.badge;
        request.reply = (nonos_handle)result;
        nonos_server_enter(server);
        reply = server_request(server, &request);
        if (server->ops->idle)
            server->ops->idle(server);
        nonos_server_leave(server);
        if (reply && request.out.ncaps) {
            answer_deliver(server, reply, &request);
            reply = 0;
            request.out = nonos_message_make(0);
        }
    }
}
