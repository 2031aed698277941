/*
 * Places and buffers of sockets.
 */
#include "tcp/host.h"

#include "ip/address.h"
#include "ip/route.h"
#include "tcp/internal.h"
#include "tcp/tcp.h"

#define BUFFER_MIN       4096u
#define BUFFER_MAX       (1u << 30)
#define RANGES_MIN       64u
#define RANGES_MAX       1024u
#define INTERVALS_MIN    32u
#define INTERVALS_MAX    256u
#define USER_TIMEOUT_MAX (20u * 60u * 1000u)

bool nonnet_tcp_config_is_sound(const struct nonnet_config *c)
{
    if (c->ntcp_connections == 0)
        return true;
    return c->ntcp_connections != NO_INDEX && c->ntcp_buffers > 0 &&
           c->ntcp_buffers <= c->ntcp_connections && c->ntcp_listeners != NO_INDEX &&
           (c->ntcp_listeners == 0 ||
            (c->ntcp_half_open > 0 && c->ntcp_half_open % TCP_LISTENER_WAYS == 0)) &&
           c->tcp_send_len >= BUFFER_MIN && c->tcp_send_len <= BUFFER_MAX &&
           c->tcp_receive_len >= BUFFER_MIN && c->tcp_receive_len <= BUFFER_MAX;
}

bool nonnet_tcp_options_are_sound(const struct nonnet_tcp_options *options)
{
    return !options || options->user_timeout_ms <= USER_TIMEOUT_MAX;
}

static uint32_t bounded(uint32_t value, uint32_t min, uint32_t max)
{
    return min_u32(max_u32(value, min), max);
}

static uint32_t nbuckets_of(const struct nonnet_config *c)
{
    uint32_t n = 1;

    while (n < c->ntcp_connections)
        n *= 2;
    return n;
}

struct tcp_host *nonnet_tcp_lay_out(struct arena *a, const struct nonnet_config *c,
                                    struct tcp_host *parts)
{
    uint16_t n = c->ntcp_connections;

    if (n == 0)
        return NULL;
    *parts = (struct tcp_host){
        .nbuckets = nbuckets_of(c),
        .nranges = (uint16_t)bounded(c->tcp_send_len / 1024, RANGES_MIN, RANGES_MAX),
        .nintervals = (uint16_t)bounded(c->tcp_receive_len / 2048, INTERVALS_MIN, INTERVALS_MAX),
    };
    struct tcp_host *host = arena_take(a, 1, sizeof *host);
    parts->sockets = arena_take(a, n, sizeof *parts->sockets);
    parts->listeners = arena_take(a, c->ntcp_listeners, sizeof *parts->listeners);
    parts->half_open =
        arena_take(a, (size_t)c->ntcp_listeners * c->ntcp_half_open, sizeof *parts->half_open);
    parts->ready = arena_take(a, c->ninterfaces, sizeof *parts->ready);
    parts->ready_links = arena_take(a, n, sizeof *parts->ready_links);
    parts->event_links = arena_take(a, n, sizeof *parts->event_links);
    parts->wait_links = arena_take(a, n, sizeof *parts->wait_links);
    parts->orphan_links = arena_take(a, n, sizeof *parts->orphan_links);
    parts->due = arena_take(a, n, sizeof *parts->due);
    parts->buckets = arena_take(a, parts->nbuckets, sizeof *parts->buckets);
    parts->free_sockets = arena_take(a, n, sizeof *parts->free_sockets);
    parts->free_buffers = arena_take(a, c->ntcp_buffers, sizeof *parts->free_buffers);
    size_t before = a->used;
    parts->buffers = arena_take(a, parts->nranges, sizeof(struct tcp_range));
    (void)arena_take(a, parts->nintervals, sizeof(struct tcp_interval));
    (void)arena_take(a, c->tcp_send_len, 1);
    (void)arena_take(a, c->tcp_receive_len, 1);
    parts->buffer_len = a->used - before;
    (void)arena_take(a, c->ntcp_buffers - 1u, parts->buffer_len);
    return host;
}

void nonnet_tcp_init(struct nonnet_stack *stack)
{
    struct tcp_host *host = stack->tcp;
    const struct nonnet_config *c = &stack->config;

    if (!host)
        return;
    host->eventful = list_empty();
    for (unsigned i = 0; i < TCP_NORPHANS; i++)
        host->orphans[i] = list_empty();
    for (uint16_t i = 0; i < c->ninterfaces; i++)
        host->ready[i] = list_empty();
    for (uint32_t i = 0; i < host->nbuckets; i++)
        host->buckets[i] = NO_INDEX;
    for (uint16_t i = 0; i < c->ntcp_listeners; i++) {
        host->listeners[i].index = i;
        host->listeners[i].half_open = host->half_open + (size_t)i * c->ntcp_half_open;
    }
    /* Taken from the end: the first are used first. */
    for (uint16_t i = 0; i < c->ntcp_connections; i++) {
        host->sockets[i].index = i;
        host->free_sockets[host->nfree_sockets++] = (uint16_t)(c->ntcp_connections - 1 - i);
    }
    for (uint16_t i = 0; i < c->ntcp_buffers; i++)
        host->free_buffers[host->nfree_buffers++] = (uint16_t)(c->ntcp_buffers - 1 - i);
}

static struct tcp_memory memory_of(const struct nonnet_stack *stack, uint16_t index)
{
    const struct tcp_host *host = stack->tcp;
    const struct nonnet_config *c = &stack->config;
    struct arena a = {.base = host->buffers + (size_t)index * host->buffer_len};
    struct tcp_memory m = {
        .send_size = c->tcp_send_len,
        .receive_size = c->tcp_receive_len,
        .nranges = host->nranges,
        .nintervals = host->nintervals,
    };

    m.ranges = arena_take(&a, m.nranges, sizeof *m.ranges);
    m.intervals = arena_take(&a, m.nintervals, sizeof *m.intervals);
    m.send = arena_take(&a, m.send_size, 1);
    m.receive = arena_take(&a, m.receive_size, 1);
    return m;
}

/* What went through the buffers is nobody else's business. */
static void ring_end(struct tcp_ring *ring)
{
    nonnet_tcp_ring_wipe(ring);
    ring->data = NULL;
    ring->used = 0;
}

static void buffers_release(struct tcp_host *host, struct tcp_socket *s)
{
    struct tcp_connection *c = &s->tcp;

    if (s->buffers == NO_INDEX)
        return;
    ring_end(&c->send);
    ring_end(&c->receive);
    c->sent.items = NULL;
    c->sent.count = 0;
    c->ahead.items = NULL;
    c->ahead.count = 0;
    host->free_buffers[host->nfree_buffers++] = s->buffers;
    s->buffers = NO_INDEX;
}

static bool is_orphan(const struct tcp_socket *s)
{
    return s->used && !s->user;
}

bool nonnet_tcp_has_memory(const struct nonnet_stack *stack)
{
    const struct tcp_host *host = stack->tcp;

    return (host->nfree_buffers > 0 || nonnet_tcp_victim(stack, true)) &&
           (host->nfree_sockets > 0 || nonnet_tcp_victim(stack, false));
}

static void victim_give_up(struct nonnet_stack *stack, struct tcp_socket *s)
{
    stack_count(stack, NONNET_COUNT_TCP_VICTIMS);
    nonnet_connection_abort(&s->tcp);
    nonnet_tcp_send_reset(stack, s);
    nonnet_tcp_socket_free(stack, s);
}

static bool memory_get(struct nonnet_stack *stack)
{
    struct tcp_host *host = stack->tcp;

    if (!nonnet_tcp_has_memory(stack))
        return false;
    if (host->nfree_buffers == 0)
        victim_give_up(stack, nonnet_tcp_victim(stack, true));
    if (host->nfree_sockets == 0)
        victim_give_up(stack, nonnet_tcp_victim(stack, false));
    return true;
}

static struct tcp_config config_of(const struct tcp_opening *o)
{
    struct tcp_config config = {
        .local_port = o->local.port,
        .remote_port = o->peer.port,
        .mss = nonnet_tcp_mss_of(o->path.mtu, o->peer.address.version),
        .initial_seq = o->initial_seq,
        .timestamp_offset = o->timestamp_offset,
    };

    if (o->options) {
        config.no_delay = o->options->no_delay;
        config.user_timeout_ms = o->options->user_timeout_ms;
        config.keepalive_idle_ms = o->options->keepalive_idle_ms;
        config.keepalive_period_ms = o->options->keepalive_period_ms;
        config.keepalive_count = o->options->keepalive_count;
    }
    return config;
}

struct tcp_socket *nonnet_tcp_socket_new(struct nonnet_stack *stack,
                                         const struct tcp_opening *opening)
{
    struct tcp_host *host = stack->tcp;

    if (!memory_get(stack))
        return NULL;
    uint16_t index = host->free_sockets[host->nfree_sockets - 1];
    uint16_t buffers = host->free_buffers[host->nfree_buffers - 1];
    struct tcp_socket *s = &host->sockets[index];
    struct tcp_memory memory = memory_of(stack, buffers);
    struct tcp_config config = config_of(opening);
    uint16_t generation = (uint16_t)(s->generation + 1);

    *s = (struct tcp_socket){
        .used = true,
        .index = index,
        .generation = generation == 0 ? 1 : generation, /* no handle is zero */
        .listener = NO_INDEX,
        .buffers = buffers,
        .interface = opening->path.interface,
        .local = opening->local,
        .peer = opening->peer,
        .path = opening->path,
        .mtu = {.epoch = stack->path_epoch, .mtu = opening->path.mtu},
        .una_at = stack->now,
        .away_until = NONNET_NEVER,
    };
    if (nonnet_connection_init(&s->tcp, &memory, &config) != NONNET_OK) {
        s->used = false;
        return NULL;
    }
    host->nfree_sockets--;
    host->nfree_buffers--;
    nonnet_tcp_due_add(host, s);
    nonnet_tcp_lookup_add(stack, s);
    return s;
}

void nonnet_tcp_socket_free(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_host *host = stack->tcp;

    if (s->listener != NO_INDEX)
        nonnet_tcp_backlog_leave(stack, s);
    buffers_release(host, s);
    list_remove(&host->ready[s->interface], host->ready_links, s->index);
    list_remove(&host->eventful, host->event_links, s->index);
    nonnet_tcp_orphan_forget(host, s);
    nonnet_tcp_due_remove(host, s);
    if (s->hashed)
        nonnet_tcp_lookup_remove(stack, s);
    s->used = false;
    host->free_sockets[host->nfree_sockets++] = s->index;
}

/* What the connection's events are to the user. */
static uint32_t events_translate(uint32_t events)
{
    static const struct {
        uint32_t from;
        uint32_t to;
    } pairs[] = {
        {TCP_EVENT_CONNECTED, NONNET_EVENT_CONNECTED},
        {TCP_EVENT_READABLE, NONNET_EVENT_READABLE},
        {TCP_EVENT_WRITABLE, NONNET_EVENT_WRITABLE},
        {TCP_EVENT_PEER_CLOSED, NONNET_EVENT_PEER_CLOSED},
        {TCP_EVENT_URGENT, NONNET_EVENT_URGENT},
        {TCP_EVENT_CLOSED, NONNET_EVENT_CLOSED},
    };
    uint32_t flags = 0;

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        flags |= (events & pairs[i].from) ? pairs[i].to : 0;
    return flags;
}

static void events_take(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_host *host = stack->tcp;
    uint32_t events = nonnet_connection_events(&s->tcp);

    if (events == 0)
        return;
    if (events & TCP_EVENT_REFUSED)
        s->error = NONNET_E_REFUSED;
    if (events & TCP_EVENT_RESET)
        s->error = NONNET_E_RESET;
    if (events & TCP_EVENT_TIMED_OUT)
        s->error = s->soft_error != NONNET_OK ? s->soft_error : NONNET_E_TIMED_OUT;
    if (events & TCP_EVENT_BLACK_HOLE)
        nonnet_tcp_path_is_black_hole(stack, s);
    s->events |= events_translate(events);
    if (s->events != 0 && s->user && s->listener == NO_INDEX)
        list_append(&host->eventful, host->event_links, s->index);
}

/* Nothing will go through the buffers any more. */
static bool is_done_with_buffers(const struct tcp_socket *s)
{
    return is_orphan(s) && (s->tcp.state == TCP_TIME_WAIT || s->tcp.state == TCP_CLOSED ||
                            (s->tcp.state == TCP_FIN_WAIT_2 && s->tcp.ahead.count == 0));
}

/*
 * An orphan with something to send ends when its peer has taken nothing for long, even if the peer
 * lives and keeps its window closed: nobody else would end it.
 */
static uint64_t orphan_deadline(const struct tcp_socket *s)
{
    uint32_t timeout_ms = s->tcp.config.user_timeout_ms;

    if (!is_orphan(s) || s->buffers == NO_INDEX || s->tcp.state == TCP_CLOSED)
        return NONNET_NEVER;
    return s->una_at + (uint64_t)timeout_ms * US_PER_MS;
}

static uint64_t socket_deadline(const struct tcp_socket *s)
{
    return earlier(earlier(nonnet_connection_deadline(&s->tcp), orphan_deadline(s)), s->away_until);
}

void nonnet_tcp_due_lower(struct tcp_host *host, struct tcp_socket *s)
{
    uint64_t at = socket_deadline(s);

    if (at < host->due[s->due_at].at)
        nonnet_tcp_due_set(host, s, at);
}

static void socket_is_closed(struct nonnet_stack *stack, struct tcp_socket *s)
{
    if (s->hashed)
        nonnet_tcp_lookup_remove(stack, s);
    if (s->listener != NO_INDEX) {
        nonnet_tcp_backlog_leave(stack, s); /* it died before anybody took it */
        s->user = false;
    }
}

bool nonnet_tcp_socket_settle(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_host *host = stack->tcp;

    nonnet_tcp_path_heard(stack, s);
    events_take(stack, s);
    if (s->tcp.state == TCP_CLOSED)
        socket_is_closed(stack, s);
    if (is_done_with_buffers(s))
        buffers_release(host, s);
    if (s->tcp.state == TCP_CLOSED && is_orphan(s) &&
        (!s->tcp.reset_pending || !stack->interfaces[s->interface].up)) {
        nonnet_tcp_socket_free(stack, s);
        return false;
    }
    nonnet_tcp_orphan_note(stack, s);
    nonnet_tcp_due_lower(host, s);
    return true;
}

void nonnet_tcp_socket_changed(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_host *host = stack->tcp;

    if (nonnet_tcp_socket_settle(stack, s))
        list_append(&host->ready[s->interface], host->ready_links, s->index);
}

static void socket_tick(struct nonnet_stack *stack, struct tcp_socket *s)
{
    if (nonnet_tcp_away_is_over(stack, s))
        return;
    if (orphan_deadline(s) <= stack->now)
        nonnet_connection_abort(&s->tcp);
    else
        nonnet_connection_tick(&s->tcp, stack->now);
    uint64_t at = socket_deadline(s);
    nonnet_tcp_due_set(stack->tcp, s, at > stack->now ? at : stack->now + 1);
    nonnet_tcp_socket_changed(stack, s);
}

static void listener_tick(struct nonnet_stack *stack, struct tcp_listening *l)
{
    struct nonnet_endpoint local, peer;
    struct nonnet_tcp_header header;
    struct tcp_flow flow;
    uint8_t interface;

    while (nonnet_tcp_listener_output(&l->listener, stack->now, &flow, &header)) {
        nonnet_tcp_flow_read(&flow, &local, &peer, &interface);
        (void)nonnet_tcp_answer(stack, &local, &peer, interface, &header);
    }
}

void nonnet_tcp_tick(struct nonnet_stack *stack)
{
    struct tcp_host *host = stack->tcp;

    if (!host)
        return;
    while (host->ndue > 0 && host->due[0].at <= stack->now)
        socket_tick(stack, &host->sockets[host->due[0].socket]);
    for (uint16_t i = 0; i < stack->config.ntcp_listeners; i++) {
        if (host->listeners[i].used)
            listener_tick(stack, &host->listeners[i]);
    }
}

uint64_t nonnet_tcp_deadline(const struct nonnet_stack *stack)
{
    const struct tcp_host *host = stack->tcp;
    uint64_t due = NONNET_NEVER;

    if (!host)
        return due;
    if (host->ndue > 0)
        due = host->due[0].at;
    for (uint16_t i = 0; i < stack->config.ntcp_listeners; i++) {
        if (host->listeners[i].used)
            due = earlier(due, nonnet_tcp_listener_deadline(&host->listeners[i].listener));
    }
    return due;
}
