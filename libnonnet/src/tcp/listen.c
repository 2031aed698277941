/*
 * Listeners as the user knows them, and what a segment for one leads to.
 */
#include "tcp/host.h"

#include "ip/address.h"
#include "tcp/tcp.h"

/* The listener of a handle, or NULL. */
static struct tcp_listening *listener_of(const struct nonnet_stack *stack,
                                         struct nonnet_tcp_listener_handle handle)
{
    uint16_t index = (uint16_t)handle.id;

    if (!stack->tcp || index >= stack->config.ntcp_listeners)
        return NULL;
    struct tcp_listening *l = &stack->tcp->listeners[index];
    return l->used && l->generation == handle.id >> 16 ? l : NULL;
}

static struct tcp_listening *listener_unused(const struct nonnet_stack *stack)
{
    for (uint16_t i = 0; stack->tcp && i < stack->config.ntcp_listeners; i++) {
        if (!stack->tcp->listeners[i].used)
            return &stack->tcp->listeners[i];
    }
    return NULL;
}

/* Whether a listener has exactly this port and address (version 0: any) already. */
static bool is_listened_at(const struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                           uint8_t version)
{
    for (uint16_t i = 0; i < stack->config.ntcp_listeners; i++) {
        const struct tcp_listening *l = &stack->tcp->listeners[i];
        if (l->used && l->version == version && l->local.port == local->port &&
            address_equal(&l->local.address, &local->address))
            return true;
    }
    return false;
}

int nonnet_tcp_listen(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                      uint16_t backlog, const struct nonnet_tcp_options *options,
                      struct nonnet_tcp_listener_handle *handle)
{
    struct nonnet_endpoint at = *local;
    uint8_t version = local->address.version;
    struct tcp_listening *l = listener_unused(stack);

    if ((version != 4 && version != 6) || at.port == 0 || backlog == 0 ||
        !nonnet_tcp_options_are_sound(options))
        return NONNET_E_INVALID;
    if (nonnet_address_is_unspecified(&at.address)) {
        at.address = (struct nonnet_address){0};
    } else {
        const struct address *a = nonnet_address_find(stack, &at.address, NO_INTERFACE);
        if (!a || !address_is_usable(a))
            return NONNET_E_NOT_FOUND;
    }
    if (!l)
        return NONNET_E_FULL;
    if (is_listened_at(stack, &at, version))
        return NONNET_E_IN_USE;
    struct tcp_listener_config config = {
        .mss = nonnet_tcp_mss_of(IPV6_MTU_MIN, version), /* set for each segment that comes */
        .receive_size = stack->config.tcp_receive_len,
        .backlog = backlog,
        .hash = nonnet_tcp_hash_of(stack),
    };
    uint16_t generation = (uint16_t)(l->generation + 1);
    struct tcp_listening fresh = {
        .used = true,
        .index = l->index,
        .generation = generation == 0 ? 1 : generation, /* no handle is zero */
        .version = version,
        .local = at,
        .options = options ? *options : (struct nonnet_tcp_options){0},
        .waiting = list_empty(),
        .half_open = l->half_open,
    };
    int rc = nonnet_tcp_listener_init(&fresh.listener, l->half_open, stack->config.ntcp_half_open,
                                      &config);
    if (rc != NONNET_OK)
        return rc;
    *l = fresh;
    *handle = (struct nonnet_tcp_listener_handle){(uint32_t)l->generation << 16 | l->index};
    return NONNET_OK;
}

int nonnet_tcp_unlisten(struct nonnet_stack *stack, struct nonnet_tcp_listener_handle handle)
{
    struct tcp_listening *l = listener_of(stack, handle);

    if (!l)
        return NONNET_E_STALE;
    while (l->waiting.first != LIST_END) {
        struct tcp_socket *s = &stack->tcp->sockets[l->waiting.first];
        nonnet_connection_abort(&s->tcp);
        nonnet_tcp_socket_changed(stack, s); /* which leaves the backlog */
    }
    l->used = false;
    return NONNET_OK;
}

void nonnet_tcp_backlog_leave(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_host *host = stack->tcp;
    struct tcp_listening *l = &host->listeners[s->listener];

    list_remove(&l->waiting, host->wait_links, s->index);
    nonnet_tcp_listener_taken(&l->listener);
    s->listener = NO_INDEX;
}

int nonnet_tcp_accept(struct nonnet_stack *stack, struct nonnet_tcp_listener_handle handle,
                      struct nonnet_tcp_handle *socket, struct nonnet_endpoint *peer)
{
    struct tcp_listening *l = listener_of(stack, handle);
    struct tcp_host *host = stack->tcp;

    if (!l)
        return NONNET_E_STALE;
    if (l->waiting.first == LIST_END)
        return NONNET_E_EMPTY;
    struct tcp_socket *s = &host->sockets[l->waiting.first];
    nonnet_tcp_backlog_leave(stack, s);
    s->events &= ~NONNET_EVENT_CONNECTED;
    if (s->events != 0)
        list_append(&host->eventful, host->event_links, s->index);
    *socket = nonnet_tcp_handle_of(s);
    if (peer)
        *peer = s->peer;
    return NONNET_OK;
}

/* The handshake is complete: the connection begins, with the segment that completed it. */
static void connection_begin(struct nonnet_stack *stack, struct tcp_listening *l,
                             const struct delivery *d, const struct nonnet_tcp_header *h,
                             const struct tcp_handshake *handshake)
{
    struct tcp_opening opening = {
        .local = {d->destination, h->destination_port},
        .peer = {d->source, h->source_port},
        .options = &l->options,
    };
    struct tcp_socket *s = NULL;

    if (nonnet_path_find(stack, &d->source, d->interface, &opening.path) == NONNET_OK) {
        opening.path.source = d->destination;
        s = nonnet_tcp_socket_new(stack, &opening);
    }
    if (!s) {
        nonnet_tcp_listener_taken(&l->listener);
        stack_count(stack, NONNET_COUNT_DROP_TCP_MEMORY);
        return;
    }
    stack_count(stack, NONNET_COUNT_TCP_ACCEPTED);
    nonnet_connection_accept(&s->tcp, handshake, stack->now);
    s->una = s->tcp.send_una;
    s->user = true;
    s->listener = l->index;
    list_append(&l->waiting, stack->tcp->wait_links, s->index);
    l->events |= NONNET_EVENT_ACCEPTABLE;
    (void)nonnet_connection_input_text(&s->tcp, h, nonnet_tcp_text_of(d, h), d->len - h->header_len,
                                       stack->now);
    nonnet_tcp_socket_changed(stack, s);
}

static bool may_complete(const struct nonnet_tcp_header *h)
{
    return (h->flags & (NONNET_TCP_SYN | NONNET_TCP_ACK | NONNET_TCP_RST)) == NONNET_TCP_ACK;
}

/* What peers on this interface are told that they may send. */
static uint16_t mss_offered(const struct nonnet_stack *stack, const struct delivery *d)
{
    const struct interface *interface = &stack->interfaces[d->interface];
    uint8_t version = d->source.version;

    return nonnet_tcp_mss_of(version == 6 ? interface->ipv6_mtu : interface->config.mtu, version);
}

void nonnet_tcp_listener_segment(struct nonnet_stack *stack, struct tcp_listening *l,
                                 const struct delivery *d, const struct nonnet_tcp_header *h)
{
    struct nonnet_endpoint local = {d->destination, h->destination_port};
    struct nonnet_endpoint peer = {d->source, h->source_port};
    struct tcp_flow flow = nonnet_tcp_flow_of(&local, &peer, d->interface);
    struct tcp_listener *t = &l->listener;
    struct tcp_listener before = *t;
    struct tcp_handshake handshake;
    struct nonnet_tcp_header answer;

    /* The peer will repeat itself, and then there may be memory; until then nothing is lost. */
    if (may_complete(h) && !nonnet_tcp_has_memory(stack)) {
        stack_count(stack, NONNET_COUNT_DROP_TCP_MEMORY);
        return;
    }
    t->config.mss = mss_offered(stack, d);
    switch (nonnet_tcp_listener_input(t, &flow, h, d->len - h->header_len, stack->now, &answer,
                                      &handshake)) {
    case TCP_LISTENER_ANSWER:
        (void)nonnet_tcp_answer(stack, &local, &peer, d->interface, &answer);
        break;
    case TCP_LISTENER_CONNECT:
        connection_begin(stack, l, d, h, &handshake);
        break;
    case TCP_LISTENER_DROP:
        stack_count(stack, NONNET_COUNT_DROP_TCP_IGNORED);
        break;
    }
    stack->counters[NONNET_COUNT_TCP_COOKIES_SENT] += t->ncookies_sent - before.ncookies_sent;
    stack->counters[NONNET_COUNT_TCP_COOKIES_TAKEN] += t->ncookies_taken - before.ncookies_taken;
    stack->counters[NONNET_COUNT_TCP_COOKIES_REFUSED] +=
        t->ncookies_refused - before.ncookies_refused;
}
