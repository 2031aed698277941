/* The loop of a server. Invariant: an entry's handle is the parent of every capability that clients hold to its object. */
#include "server_parts.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES_FIRST 32
#define ENTRIES_MAX   65536u

/* A badge: index + 1 in the low half, generation in the next bits; bit 63 stays free for connections. */
static uint64_t badge_of(const struct nonos_server *server, uint32_t index)
{
    return (uint64_t)(server->entries[index].generation & 0x7fffffff) << 32 | (index + 1);
}

static struct nonos_server_entry *entry_of(const struct nonos_server *server, uint64_t badge)
{
    uint32_t index = (uint32_t)badge - 1;
    if (!badge || badge & NONOS_SERVICE_BADGE || index >= server->nentries ||
        !server->entries[index].handle || badge_of(server, index) != badge)
        return NULL;
    return &server->entries[index];
}

void *nonos_server_object(const struct nonos_server *server, uint64_t badge)
{
    struct nonos_server_entry *entry = entry_of(server, badge);
    return entry ? entry->object : NULL;
}

static int entry_find_free(struct nonos_server *server, uint32_t *index)
{
    for (*index = 0; *index < server->nentries; (*index)++)
        if (!server->entries[*index].handle)
            return NONOS_OK;
    if (server->nentries == ENTRIES_MAX)
        return NONOS_E_NO_SPACE;
    uint32_t n = server->nentries ? server->nentries * 2 : ENTRIES_FIRST;
    struct nonos_server_entry *entries = reallocarray(server->entries, n, sizeof(*entries));
    if (!entries)
        return NONOS_E_NO_MEMORY;
    memset(entries + server->nentries, 0, (n - server->nentries) * sizeof(*entries));
    server->entries = entries;
    server->nentries = n;
    return NONOS_OK;
}

int nonos_server_open(struct nonos_server *server, void *object, uint32_t rights,
                      nonos_handle *handle)
{
    uint32_t index;
    int result = object ? entry_find_free(server, &index) : NONOS_E_INVALID;
    if (result < 0)
        return result;
    result = nonos_cap_derive(server->endpoint,
                              rights | NONOS_RIGHT_GRANT | NONOS_RIGHT_REVOKE | NONOS_RIGHT_INSPECT,
                              badge_of(server, index), NONOS_NEVER, NONOS_DERIVE_WATCH, handle);
    if (result < 0)
        return result;
    server->entries[index].handle = *handle;
    server->entries[index].object = object;
    server->entries[index].on_its_way = server->lock != NULL;
    return NONOS_OK;
}

static void entry_clear(struct nonos_server_entry *entry)
{
    (void)nonos_cap_revoke(entry->handle);
    (void)nonos_cap_delete(entry->handle);
    entry->handle = 0;
    entry->object = NULL;
    entry->generation++;
}

void nonos_server_close(struct nonos_server *server, nonos_handle handle)
{
    for (uint32_t i = 0; handle && i < server->nentries; i++)
        if (server->entries[i].handle == handle)
            entry_clear(&server->entries[i]);
}

void nonos_server_sweep(struct nonos_server *server)
{
    server->sweep = false;
    for (uint32_t i = 0; i < server->nentries; i++) {
        struct nonos_cap_info info;
        struct nonos_server_entry *entry = &server->entries[i];
        if (!entry->handle || entry->on_its_way || nonos_cap_info(entry->handle, &info) < 0 ||
            info.nchildren)
            continue;
        void *object = entry->object;
        entry_clear(entry);
        if (server->ops->closed)
            server->ops->closed(server, object);
    }
}

nonos_handle nonos_request_take(struct nonos_request *request, uint32_t i)
{
    nonos_handle handle = i < request->in.ncaps && i < NONOS_IPC_CAPS ? request->in.caps[i] : 0;
    if (handle)
        request->in.caps[i] = 0;
    return handle;
}

int nonos_request_give(struct nonos_request *request, nonos_handle handle)
{
    if (request->out.ncaps == NONOS_IPC_CAPS)
        return NONOS_E_NO_SPACE;
    request->out.caps[request->out.ncaps++] = handle;
    return NONOS_OK;
}

void server_delivered(struct nonos_server *server, const struct nonos_message *out)
{
    for (uint32_t i = 0; i < server->nentries && out->ncaps; i++) {
        struct nonos_cap_info info;
        struct nonos_server_entry *entry = &server->entries[i];
        for (uint32_t cap = 0; cap < out->ncaps && entry->on_its_way; cap++)
            if (entry->handle == out->caps[cap]) {
                entry->on_its_way = false;
                /* Closed already, or never held: the sweep that came with that passed over it. */
                if (nonos_cap_info(entry->handle, &info) == 0 && !info.nchildren)
                    (void)nonos_notify_signal(server->notification, NONOS_SERVER_BIT_CLOSED);
            }
    }
}

static void request_drop_caps(struct nonos_request *request)
{
    for (uint32_t i = 0; i < NONOS_IPC_CAPS; i++) {
        nonos_handle handle = nonos_request_take(request, i);
        if (handle)
            (void)nonos_cap_delete(handle);
    }
}

static void answer_prepare(struct nonos_message *out, int result)
{
    if (result < 0)
        *out = nonos_message_make((uint32_t)result);
    out->label = (uint32_t)result;
}

void nonos_server_answer(struct nonos_server *server, nonos_handle reply, int result,
                         struct nonos_message *out)
{
    answer_prepare(out, result);
    const struct nonos_message sent = *out;
    /* A failure means that a capability could not be delivered; the Reply is used up all the same. */
    if (nonos_ipc_reply_wait(0, reply, out) < 0 && out->ncaps)
        server->sweep = true;
    server_delivered(server, &sent);
}

void server_notified(struct nonos_server *server, uint64_t bits)
{
    if (bits & NONOS_SERVER_BIT_PING && server->alive)
        (void)nonos_notify_signal(server->alive, 1);
    if (bits & NONOS_SERVER_BIT_CLOSED)
        server->sweep = true;
    if (bits & NONOS_SERVER_BITS && server->ops->signalled)
        server->ops->signalled(server, bits & NONOS_SERVER_BITS);
}

nonos_handle server_request(struct nonos_server *server, struct nonos_request *request)
{
    struct nonos_server_entry *entry = entry_of(server, request->badge);
    int result;
    request->object = entry ? entry->object : NULL;
    request->out = nonos_message_make(0);
    if (!entry && request->badge && !(request->badge & NONOS_SERVICE_BADGE))
        result = NONOS_E_PEER_GONE;
    else
        result = server->ops->call(server, request);
    request_drop_caps(request);
    if (result == NONOS_SERVER_LATER)
        return 0;
    if (result < 0)
        server_delivered(server, &request->out);
    answer_prepare(&request->out, result);
    return request->reply;
}

int nonos_server_init(struct nonos_server *server, nonos_handle endpoint,
                      const struct nonos_server_ops *ops, void *context)
{
    memset(server, 0, sizeof(*server));
    if (!endpoint)
        return NONOS_E_INVALID;
    server->ops = ops;
    server->context = context;
    server->endpoint = endpoint;
    server->alive = nonos_cap_find("alive");
    server->notification = nonos_cap_find("heartbeat");
    int result = NONOS_OK;
    if (!server->notification)
        result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                     &server->notification);
    if (result >= 0)
        result = nonos_notify_bind(nonos_thread_self()->handle, server->notification);
    if (result >= 0)
        result = nonos_notify_watch(endpoint, server->notification, NONOS_SERVER_BIT_CLOSED);
    return result < 0 ? result : NONOS_OK;
}

void nonos_server_stop(struct nonos_server *server)
{
    server->stop = true;
}

int nonos_server_run(struct nonos_server *server)
{
    struct nonos_request request;
    nonos_handle reply = 0;
    memset(&request, 0, sizeof(request));
    while (!server->stop) {
        if (server->sweep)
            nonos_server_sweep(server);
        if (server->ops->idle)
            server->ops->idle(server);
        struct nonos_message message = request.out;
        int result = nonos_ipc_reply_wait(server->endpoint, reply, &message);
        if (result < 0 && reply) {
            /* The answer could not be delivered, which is the client's matter; its capabilities are nobody's now. */
            server->sweep = true;
            reply = 0;
            continue;
        }
        if (result < 0)
            return result;
        reply = 0;
        if (result == 0) {
            server_notified(server, message.badge);
            continue;
        }
        request.in = message;
        request.badge = message.badge;
        request.reply = (nonos_handle)result;
        reply = server_request(server, &request);
    }
    if (reply && nonos_ipc_reply_wait(0, reply, &request.out) < 0)
        server->sweep = true;
    return NONOS_OK;
}
