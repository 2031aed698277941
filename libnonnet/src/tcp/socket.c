/*
 * Connections as the user knows them.
 */
#include "tcp/host.h"

#include "ip/address.h"
#include "tcp/internal.h"
#include "tcp/tcp.h"

/* The socket of a handle, or NULL. */
static struct tcp_socket *socket_of(const struct nonnet_stack *stack,
                                    struct nonnet_tcp_handle handle)
{
    uint16_t index = (uint16_t)handle.id;

    if (!stack->tcp || index >= stack->config.ntcp_connections)
        return NULL;
    struct tcp_socket *s = &stack->tcp->sockets[index];
    return s->used && s->user && s->generation == handle.id >> 16 ? s : NULL;
}

struct nonnet_tcp_handle nonnet_tcp_handle_of(const struct tcp_socket *s)
{
    return (struct nonnet_tcp_handle){(uint32_t)s->generation << 16 | s->index};
}

/* Finds the way of a connection and the address that it comes from. */
static int way_find(const struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                    const struct nonnet_endpoint *peer, uint8_t interface, struct path *path)
{
    const struct address *a = NULL;

    if (local->address.version != 0) {
        a = nonnet_address_find(stack, &local->address, interface);
        if (!a || !address_is_usable(a))
            return NONNET_E_NOT_FOUND;
        interface = a->interface;
    }
    int rc = nonnet_path_find(stack, &peer->address, interface, path);
    if (rc != NONNET_OK)
        return rc;
    if (a)
        path->source = a->ip;
    return path->source.version != 0 ? NONNET_OK : NONNET_E_UNREACHABLE;
}

static bool peer_is_sound(const struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                          const struct nonnet_endpoint *peer)
{
    if (peer->port == 0 || !nonnet_address_is_host(&peer->address) ||
        (local->address.version != 0 && local->address.version != peer->address.version))
        return false;
    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        if (nonnet_address_is_subnet_broadcast(stack, &peer->address, (uint8_t)i))
            return false;
    }
    return true;
}

static int port_settle(struct nonnet_stack *stack, struct tcp_opening *o)
{
    uint8_t interface = o->path.interface;

    if (o->local.port == 0)
        o->local.port = nonnet_tcp_port_choose(stack, &o->local.address, &o->peer, interface);
    else if (nonnet_tcp_lookup(stack, &o->local, &o->peer, interface))
        return NONNET_E_IN_USE;
    return o->local.port != 0 ? NONNET_OK : NONNET_E_IN_USE;
}

int nonnet_tcp_connect(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                       const struct nonnet_endpoint *peer, struct nonnet_interface_handle interface,
                       const struct nonnet_tcp_options *options, struct nonnet_tcp_handle *handle,
                       uint64_t now)
{
    struct tcp_opening o = {.peer = *peer, .options = options};
    uint8_t wish;

    stack_set_time(stack, now);
    if (!nonnet_interface_wish(stack, interface, &wish))
        return NONNET_E_STALE;
    if (local)
        o.local = *local;
    if (!peer_is_sound(stack, &o.local, peer) || !nonnet_tcp_options_are_sound(options))
        return NONNET_E_INVALID;
    if (!stack->tcp)
        return NONNET_E_FULL;
    int rc = way_find(stack, &o.local, peer, wish, &o.path);
    if (rc != NONNET_OK)
        return rc;
    o.local.address = o.path.source;
    rc = port_settle(stack, &o);
    if (rc != NONNET_OK)
        return rc;
    struct tcp_flow flow = nonnet_tcp_flow_of(&o.local, peer, o.path.interface);
    struct tcp_hash hash = nonnet_tcp_hash_of(stack);
    o.initial_seq = nonnet_tcp_initial_seq(&hash, &flow, stack->now);
    o.timestamp_offset = nonnet_tcp_timestamp_offset(&hash, &flow);
    struct tcp_socket *s = nonnet_tcp_socket_new(stack, &o);
    if (!s)
        return NONNET_E_FULL;
    stack_count(stack, NONNET_COUNT_TCP_OPENED);
    s->user = true;
    s->una = o.initial_seq;
    nonnet_connection_connect(&s->tcp, stack->now);
    *handle = nonnet_tcp_handle_of(s);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

static void bytes_fill(struct nonnet_tcp_bytes *bytes, const struct tcp_slices *slices)
{
    for (int i = 0; i < 2; i++) {
        bytes->data[i] = slices->data[i];
        bytes->len[i] = slices->len[i];
    }
}

/* Whether something can be sent, now or later. */
static int send_state(const struct tcp_connection *c)
{
    if (c->fin_queued || c->state == TCP_CLOSED)
        return NONNET_E_CLOSED;
    if (!tcp_is_synchronized(c))
        return NONNET_E_FULL;
    return NONNET_OK;
}

int nonnet_tcp_reserve(struct nonnet_stack *stack, struct nonnet_tcp_handle handle,
                       struct nonnet_tcp_bytes *room)
{
    struct tcp_socket *s = socket_of(stack, handle);
    struct tcp_slices slices;

    if (!s)
        return NONNET_E_STALE;
    int rc = send_state(&s->tcp);
    if (rc != NONNET_OK)
        return rc;
    if (nonnet_connection_reserve(&s->tcp, &slices) == 0)
        return NONNET_E_FULL;
    bytes_fill(room, &slices);
    return NONNET_OK;
}

int nonnet_tcp_commit(struct nonnet_stack *stack, struct nonnet_tcp_handle handle, uint32_t len)
{
    struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    int rc = send_state(&s->tcp);
    if (rc == NONNET_E_CLOSED)
        return rc;
    const struct tcp_ring *ring = &s->tcp.send;
    if (rc != NONNET_OK || len > ring_free(ring) || len > ring->span - ring->used)
        return NONNET_E_INVALID;
    (void)nonnet_connection_commit(&s->tcp, len);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

int nonnet_tcp_write(struct nonnet_stack *stack, struct nonnet_tcp_handle handle,
                     const uint8_t *data, uint32_t len, uint32_t *written)
{
    struct tcp_socket *s = socket_of(stack, handle);

    *written = 0;
    if (!s)
        return NONNET_E_STALE;
    int rc = send_state(&s->tcp);
    if (rc != NONNET_OK)
        return rc;
    *written = nonnet_connection_write(&s->tcp, data, len);
    if (*written == 0 && len > 0)
        return NONNET_E_FULL;
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

/* Whether bytes can be read, now or later. */
static int receive_state(const struct tcp_connection *c)
{
    bool ended = c->receive_fin_valid && c->receive_next == c->receive_fin + 1;

    if (c->receive.used > 0)
        return NONNET_OK;
    return ended || c->state == TCP_CLOSED ? NONNET_E_CLOSED : NONNET_E_EMPTY;
}

int nonnet_tcp_peek(struct nonnet_stack *stack, struct nonnet_tcp_handle handle,
                    struct nonnet_tcp_bytes *bytes)
{
    struct tcp_socket *s = socket_of(stack, handle);
    struct tcp_slices slices;

    if (!s)
        return NONNET_E_STALE;
    int rc = receive_state(&s->tcp);
    if (rc != NONNET_OK)
        return rc;
    (void)nonnet_connection_peek(&s->tcp, &slices);
    bytes_fill(bytes, &slices);
    return NONNET_OK;
}

int nonnet_tcp_consume(struct nonnet_stack *stack, struct nonnet_tcp_handle handle, uint32_t len)
{
    struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    if (len > s->tcp.receive.used)
        return NONNET_E_INVALID;
    nonnet_connection_consume(&s->tcp, len);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

int nonnet_tcp_read(struct nonnet_stack *stack, struct nonnet_tcp_handle handle, uint8_t *data,
                    uint32_t size, uint32_t *len)
{
    struct tcp_socket *s = socket_of(stack, handle);

    *len = 0;
    if (!s)
        return NONNET_E_STALE;
    int rc = receive_state(&s->tcp);
    if (rc != NONNET_OK)
        return rc;
    *len = nonnet_connection_read(&s->tcp, data, size);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

int nonnet_tcp_mark_urgent(struct nonnet_stack *stack, struct nonnet_tcp_handle handle)
{
    struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    nonnet_connection_mark_urgent(&s->tcp);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

int nonnet_tcp_urgent(const struct nonnet_stack *stack, struct nonnet_tcp_handle handle,
                      uint32_t *len)
{
    const struct tcp_socket *s = socket_of(stack, handle);

    *len = s ? nonnet_connection_urgent(&s->tcp) : 0;
    return s ? NONNET_OK : NONNET_E_STALE;
}

int nonnet_tcp_set_keepalive(struct nonnet_stack *stack, struct nonnet_tcp_handle handle,
                             uint32_t idle_ms, uint32_t period_ms, uint8_t count)
{
    struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    nonnet_connection_set_keepalive(&s->tcp, idle_ms, period_ms, count);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

int nonnet_tcp_shutdown(struct nonnet_stack *stack, struct nonnet_tcp_handle handle, uint64_t now)
{
    struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    nonnet_connection_shutdown(&s->tcp, stack->now);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

/* The handle names nothing any more. What the connection does from now on it does by itself. */
static void user_leaves(struct nonnet_stack *stack, struct tcp_socket *s)
{
    s->user = false;
    s->events = 0;
    s->una_at = stack->now;
    list_remove(&stack->tcp->eventful, stack->tcp->event_links, s->index);
}

int nonnet_tcp_close(struct nonnet_stack *stack, struct nonnet_tcp_handle handle, uint64_t now)
{
    struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    user_leaves(stack, s);
    nonnet_connection_close(&s->tcp, stack->now);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

int nonnet_tcp_abort(struct nonnet_stack *stack, struct nonnet_tcp_handle handle, uint64_t now)
{
    struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    user_leaves(stack, s);
    nonnet_connection_abort(&s->tcp);
    nonnet_tcp_socket_changed(stack, s);
    return NONNET_OK;
}

int nonnet_tcp_error(const struct nonnet_stack *stack, struct nonnet_tcp_handle handle)
{
    const struct tcp_socket *s = socket_of(stack, handle);

    return s ? s->error : NONNET_E_STALE;
}

_Static_assert((int)NONNET_TCP_TIME_WAIT == (int)TCP_TIME_WAIT, "the states have one order");

int nonnet_tcp_info(const struct nonnet_stack *stack, struct nonnet_tcp_handle handle,
                    struct nonnet_tcp_info *info)
{
    const struct tcp_socket *s = socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    const struct tcp_connection *c = &s->tcp;
    *info = (struct nonnet_tcp_info){
        .state = (enum nonnet_tcp_state)c->state,
        .local = s->local,
        .peer = s->peer,
        .send_queue = c->send.used,
        .receive_queue = c->receive.used,
        .mss = tcp_send_mss(c),
        .round_trip_us = c->srtt,
        .congestion_window = c->congestion.window,
        .send_window = c->send_window,
        .retransmissions = c->nretransmitted,
        .timeouts = c->ntimeouts,
    };
    return NONNET_OK;
}

const char *nonnet_tcp_state_name(enum nonnet_tcp_state state)
{
    static const char *const names[] = {
        "CLOSED",     "SYN-SENT",   "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
        "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",      "LAST-ACK",    "TIME-WAIT",
    };

    return (unsigned)state < sizeof names / sizeof names[0] ? names[state] : "UNKNOWN";
}

/* Each search begins where the last one ended, as for all events. */
static bool listener_event(struct nonnet_stack *stack, struct nonnet_event *event)
{
    struct tcp_host *host = stack->tcp;

    for (uint16_t i = 0; i < stack->config.ntcp_listeners; i++) {
        if (++host->event_listener >= stack->config.ntcp_listeners)
            host->event_listener = 0;
        struct tcp_listening *l = &host->listeners[host->event_listener];
        if (l->used && l->events != 0) {
            *event = (struct nonnet_event){
                .source = NONNET_EVENT_TCP_LISTENER,
                .flags = l->events,
                .listener = {(uint32_t)l->generation << 16 | l->index},
            };
            l->events = 0;
            return true;
        }
    }
    return false;
}

bool nonnet_tcp_event(struct nonnet_stack *stack, struct nonnet_event *event)
{
    struct tcp_host *host = stack->tcp;

    if (!host)
        return false;
    if (host->eventful.first == LIST_END)
        return listener_event(stack, event);
    struct tcp_socket *s = &host->sockets[host->eventful.first];
    list_remove(&host->eventful, host->event_links, s->index);
    *event = (struct nonnet_event){
        .source = NONNET_EVENT_TCP, .flags = s->events, .tcp = nonnet_tcp_handle_of(s)};
    s->events = 0;
    return true;
}
