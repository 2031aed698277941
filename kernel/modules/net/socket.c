#include "socket.h"

#include <stdlib.h>
#include <string.h>

#include "object.h"

static struct object *objects;

static const enum share shares[] = {
    [OBJECT_SESSION] = SHARE_SESSIONS,
    [NONOS_NET_TCP] = SHARE_TCP,
    [NONOS_NET_LISTENER] = SHARE_LISTENERS,
    [NONOS_NET_UDP] = SHARE_UDP,
};

/* A listener's backlog is taken with it: those connections have buffers before anybody accepts them. */
static bool shares_take(struct client *client, uint32_t kind, unsigned backlog)
{
    if (!client_take(client, shares[kind], 1))
        return false;
    if (client_take(client, SHARE_TCP, backlog))
        return true;
    client_return(client, shares[kind], 1);
    return false;
}

struct object *object_create(uint32_t kind, struct client *client, struct nonos_buffer *buffer,
                             unsigned backlog)
{
    if (!shares_take(client, kind, backlog))
        return NULL;
    struct object *o = calloc(1, sizeof(*o));
    if (!o) {
        client_return(client, shares[kind], 1);
        client_return(client, SHARE_TCP, backlog);
        return NULL;
    }
    o->kind = kind;
    o->client = client_hold(client);
    o->backlog = backlog;
    o->buffer = nonos_buffer_hold(buffer);
    o->next = objects;
    objects = o;
    return o;
}

void object_destroy(struct object *object)
{
    struct object **link = &objects;
    while (*link != object)
        link = &(*link)->next;
    *link = object->next;
    if (object->tcp.id)
        (void)!nonnet_tcp_close(host.stack, object->tcp, host_now());
    if (object->listener.id)
        (void)!nonnet_tcp_unlisten(host.stack, object->listener);
    if (object->udp.id)
        (void)!nonnet_udp_close(host.stack, object->udp);
    nonos_buffer_release(object->buffer);
    client_return(object->client, shares[object->kind], 1);
    client_return(object->client, SHARE_TCP, object->backlog);
    client_release(object->client);
    free(object);
}

int object_give(struct object *object, struct nonos_message *out)
{
    int r = nonos_server_open(&host.server, object, NONOS_ENDPOINT_SEND, &object->handle);
    if (r < 0) {
        object_destroy(object);
        return r;
    }
    out->caps[out->ncaps++] = object->handle;
    return NONOS_OK;
}

void sockets_closed(struct nonos_server *server, void *object)
{
    (void)server;
    requests_cancel(object);
    object_destroy(object);
}

void sockets_event(const struct nonnet_event *event)
{
    struct nonnet_echo_answer answer;
    /* Requests on sockets are tried again whatever has happened. */
    if (event->source != NONNET_EVENT_ECHO)
        return;
    while (nonnet_echo_receive(host.stack, &answer) == NONNET_OK)
        requests_echo(&answer);
}

static void describe_tcp(const struct object *o, uint64_t *words)
{
    struct nonnet_tcp_info info;
    if (nonnet_tcp_info(host.stack, o->tcp, &info) != NONNET_OK)
        return;
    host_to_words(words, &info.local.address, info.local.port);
    host_to_words(words + 3, &info.peer.address, info.peer.port);
    words[6] |= (uint64_t)info.state << 8;
    words[7] = info.send_queue | (uint64_t)info.receive_queue << 32;
}

bool sockets_describe(uint64_t index, uint64_t words[NONOS_IPC_WORDS])
{
    struct nonnet_endpoint local, peer;
    const struct object *o = objects;
    while (o && (o->kind == OBJECT_SESSION || index-- > 0))
        o = o->next;
    if (!o)
        return false;
    memset(words, 0, NONOS_IPC_WORDS * sizeof(words[0]));
    words[6] = o->kind;
    if (o->kind == NONOS_NET_TCP)
        describe_tcp(o, words);
    if (o->kind == NONOS_NET_LISTENER)
        host_to_words(words, &o->local.address, o->local.port);
    if (o->kind == NONOS_NET_UDP &&
        nonnet_udp_endpoints(host.stack, o->udp, &local, &peer) == NONNET_OK) {
        host_to_words(words, &local.address, local.port);
        host_to_words(words + 3, &peer.address, peer.port);
    }
    return true;
}
