#include "connection.h"

#include <string.h>

#include "internal.h"

#define RING_MAX         (1u << 30)
#define USER_TIMEOUT_MAX (20u * 60u * 1000u) /* times in flight are compared in 32 bits */
#define DELAYED_ACK_MAX  500u
#define RESERVE_MAX      65536u /* bytes offered at once, so that the ring stays small */

static bool config_is_valid(const struct tcp_config *config)
{
    return config->mss >= TCP_MSS_MIN && config->delayed_ack_ms < DELAYED_ACK_MAX &&
           config->user_timeout_ms <= USER_TIMEOUT_MAX && config->rto_min_ms <= 60000;
}

static bool memory_is_valid(const struct tcp_memory *m)
{
    return m->send && m->receive && m->ranges && m->intervals && m->send_size > 0 &&
           m->send_size <= RING_MAX && m->receive_size > 0 && m->receive_size <= RING_MAX &&
           m->nranges >= TCP_RANGES_MIN && m->nintervals >= 4;
}

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value > 0 ? value : fallback;
}

static void keepalive_fill(struct tcp_config *config)
{
    config->keepalive_period_ms = or_default(config->keepalive_period_ms, 75 * 1000);
    config->keepalive_count = (uint8_t)or_default(config->keepalive_count, 9);
}

static void config_fill(struct tcp_config *config)
{
    config->delayed_ack_ms = or_default(config->delayed_ack_ms, 40);
    config->rto_min_ms = or_default(config->rto_min_ms, 200);
    config->user_timeout_ms = or_default(config->user_timeout_ms, 5 * 60 * 1000);
    config->time_wait_ms = or_default(config->time_wait_ms, 60 * 1000);
    keepalive_fill(config);
}

/* The smallest scale that makes the whole buffer fit the window field (RFC 7323 section 2). */
uint8_t nonnet_tcp_window_shift(uint32_t size)
{
    uint8_t shift = 0;

    while (shift < NONNET_TCP_WINDOW_SHIFT && size >> shift > UINT16_MAX)
        shift++;
    return shift;
}

int nonnet_connection_init(struct tcp_connection *c, const struct tcp_memory *memory,
                           const struct tcp_config *config)
{
    if (!config_is_valid(config) || !memory_is_valid(memory))
        return NONNET_E_INVALID;
    *c = (struct tcp_connection){
        .config = *config,
        .send = {.data = memory->send, .size = memory->send_size},
        .receive = {.data = memory->receive, .size = memory->receive_size},
        .sent = {.items = memory->ranges, .size = memory->nranges},
        .ahead = {.items = memory->intervals, .size = memory->nintervals},
        .path_mss = config->mss,
        .peer_mss = TCP_MSS_DEFAULT,
        .send_una = config->initial_seq,
        .send_next = config->initial_seq,
        .rto = SECOND, /* RFC 6298 section 2.1 */
        .rtt_min = UINT32_MAX,
        .rack_window_mult = 1,
        .timer_at = TCP_NEVER,
        .delayed_ack_at = TCP_NEVER,
        .linger_at = TCP_NEVER,
    };
    config_fill(&c->config);
    if (!config->no_window_scale)
        c->receive_shift = nonnet_tcp_window_shift(memory->receive_size);
    return NONNET_OK;
}

void nonnet_connection_connect(struct tcp_connection *c, uint64_t now)
{
    c->state = TCP_SYN_SENT;
    c->window_scaling = !c->config.no_window_scale;
    c->timestamps = !c->config.no_timestamps;
    c->sack = !c->config.no_sack;
    c->syn_pending = true;
    c->progress_at = c->heard_at = now;
}

void nonnet_connection_negotiate(struct tcp_connection *c, const struct tcp_handshake *handshake,
                                 uint64_t now)
{
    c->initial_seq_remote = handshake->initial_seq_remote;
    c->receive_next = handshake->initial_seq_remote + 1;
    c->receive_edge = c->receive_next + min_u32(c->receive.size, UINT16_MAX);
    c->acked = c->receive_next;
    c->nquick = TCP_QUICK_ACKS;
    c->window_scaling = handshake->has_window_scale && !c->config.no_window_scale;
    c->timestamps = handshake->has_timestamps && !c->config.no_timestamps;
    c->sack = handshake->has_sack && !c->config.no_sack;
    c->send_shift =
        (uint8_t)(c->window_scaling ? min_u32(handshake->window_scale, NONNET_TCP_WINDOW_SHIFT)
                                    : 0);
    if (!c->window_scaling)
        c->receive_shift = 0;
    if (c->timestamps) {
        c->timestamp_recent = handshake->timestamp_recent;
        c->timestamp_recent_at = now;
    }
    c->peer_mss = max_u32(handshake->mss, TCP_MSS_MIN);
    c->send_window = handshake->window;
    c->send_window_max = handshake->window;
    c->send_wl1 = handshake->initial_seq_remote;
    c->send_wl2 = c->send_una;
    nonnet_tcp_congestion_init(&c->congestion, tcp_send_mss(c));
}

void nonnet_connection_accept(struct tcp_connection *c, const struct tcp_handshake *handshake,
                              uint64_t now)
{
    c->config.initial_seq = handshake->initial_seq_local;
    c->config.timestamp_offset = handshake->timestamp_offset;
    c->send_una = c->send_next = handshake->initial_seq_local + 1;
    nonnet_connection_negotiate(c, handshake, now);
    c->state = TCP_ESTABLISHED;
    c->events |= TCP_EVENT_CONNECTED | TCP_EVENT_WRITABLE;
    c->progress_at = c->heard_at = now;
}

static bool may_write(const struct tcp_connection *c)
{
    return (c->state == TCP_ESTABLISHED || c->state == TCP_CLOSE_WAIT) && !c->fin_queued;
}

uint32_t nonnet_connection_reserve(struct tcp_connection *c, struct tcp_slices *room)
{
    uint32_t len = may_write(c) ? min_u32(ring_free(&c->send), RESERVE_MAX) : 0;

    nonnet_tcp_ring_need(&c->send, c->send.used + len);
    *room = nonnet_tcp_ring_slices(&c->send, c->send.used, len);
    return len;
}

uint32_t nonnet_connection_commit(struct tcp_connection *c, uint32_t len)
{
    if (!may_write(c))
        return 0;
    len = min_u32(len,
                  min_u32(ring_free(&c->send), c->send.span - min_u32(c->send.used, c->send.span)));
    if (len > 0)
        nonnet_tcp_ring_touch(&c->send, c->send.used, len);
    c->send.used += len;
    return len;
}

uint32_t nonnet_connection_write(struct tcp_connection *c, const uint8_t *data, uint32_t len)
{
    if (!may_write(c))
        return 0;
    len = min_u32(len, ring_free(&c->send));
    if (len > 0)
        nonnet_tcp_ring_write(&c->send, c->send.used, data, len);
    return nonnet_connection_commit(c, len);
}

void nonnet_connection_mark_urgent(struct tcp_connection *c)
{
    if (!may_write(c) || c->send.used == 0)
        return;
    c->send_urgent = c->send_una + c->send.used;
    c->send_urgent_valid = true;
}

uint32_t nonnet_connection_peek(const struct tcp_connection *c, struct tcp_slices *bytes)
{
    *bytes = nonnet_tcp_ring_slices(&c->receive, 0, c->receive.used);
    return c->receive.used;
}

void nonnet_connection_consume(struct tcp_connection *c, uint32_t len)
{
    nonnet_tcp_ring_drop(&c->receive, min_u32(len, c->receive.used));
    if (c->receive.used == 0 && c->ahead.count == 0)
        nonnet_tcp_ring_reset(&c->receive);
    /*
     * RFC 9293 section 3.8.6.2.2: the window opens by a useful step or not at all. Here that is two
     * segments, or half the buffer.
     */
    uint32_t edge = c->receive_next + nonnet_tcp_window_room(c);
    uint32_t step = min_u32(2 * c->path_mss, c->receive.size / 2);
    uint32_t left = c->receive_edge - c->receive_next;
    if (tcp_is_synchronized(c) && !c->receive_fin_valid && edge - c->receive_edge >= step &&
        seq_after(edge, c->receive_edge) && left < c->receive.size / 2)
        c->ack_pending = true;
}

uint32_t nonnet_connection_read(struct tcp_connection *c, uint8_t *out, uint32_t size)
{
    struct tcp_slices from = nonnet_tcp_ring_slices(&c->receive, 0, min_u32(size, c->receive.used));

    if (from.len[0] > 0)
        memcpy(out, from.data[0], from.len[0]);
    if (from.len[1] > 0)
        memcpy(out + from.len[0], from.data[1], from.len[1]);
    nonnet_connection_consume(c, from.len[0] + from.len[1]);
    return from.len[0] + from.len[1];
}

uint32_t nonnet_connection_urgent(const struct tcp_connection *c)
{
    uint32_t read = c->receive_next - c->receive.used;

    if (!c->receive_urgent_valid || !seq_after(c->receive_urgent, read))
        return 0;
    return c->receive_urgent - read;
}

void nonnet_connection_shutdown(struct tcp_connection *c, uint64_t now)
{
    switch (c->state) {
    case TCP_SYN_SENT:
        nonnet_connection_end(c, 0);
        return;
    case TCP_SYN_RECEIVED:
        break; /* the FIN goes out when the connection is made */
    case TCP_ESTABLISHED:
        c->state = TCP_FIN_WAIT_1;
        break;
    case TCP_CLOSE_WAIT:
        c->state = TCP_LAST_ACK;
        break;
    default:
        return;
    }
    c->fin_queued = true;
    c->send_fin = c->send_una + c->send.used;
    if (sent_bytes(&c->sent) == 0)
        c->progress_at = now;
}

void nonnet_connection_close(struct tcp_connection *c, uint64_t now)
{
    bool unread = c->receive.used > 0;

    c->receive_closed = true;
    if (unread && tcp_is_synchronized(c)) {
        nonnet_connection_abort(c);
        return;
    }
    nonnet_connection_shutdown(c, now);
    if (c->state == TCP_FIN_WAIT_2)
        c->linger_at = now + TCP_FIN_WAIT_2_TIMEOUT;
}

void nonnet_connection_abort(struct tcp_connection *c)
{
    if (c->state >= TCP_SYN_RECEIVED && c->state <= TCP_CLOSE_WAIT) {
        c->reset_pending = true;
        c->reset_with_ack = true;
        c->reset_seq = c->send_next;
    }
    nonnet_connection_end(c, 0);
}

void nonnet_connection_set_keepalive(struct tcp_connection *c, uint32_t idle_ms, uint32_t period_ms,
                                     uint8_t count)
{
    c->config.keepalive_idle_ms = idle_ms;
    c->config.keepalive_period_ms = period_ms;
    c->config.keepalive_count = count;
    keepalive_fill(&c->config);
    c->nkeepalives = 0;
    c->keepalive_pending = false;
}

void nonnet_connection_end(struct tcp_connection *c, uint32_t event)
{
    c->state = TCP_CLOSED;
    c->events |= event | TCP_EVENT_CLOSED;
    c->timer = TCP_TIMER_NONE;
    c->timer_at = c->delayed_ack_at = c->linger_at = TCP_NEVER;
    c->syn_pending = c->ack_pending = c->probe_pending = c->tlp_pending = false;
    c->keepalive_pending = false;
}

uint32_t nonnet_connection_events(struct tcp_connection *c)
{
    uint32_t events = c->events;

    c->events = 0;
    return events;
}

bool nonnet_connection_is_in_flight(const struct tcp_connection *c, uint32_t seq)
{
    return c->state != TCP_CLOSED && !seq_before(seq, c->send_una) && seq_before(seq, c->send_next);
}

void nonnet_connection_set_mss(struct tcp_connection *c, uint16_t mss, uint64_t now)
{
    uint32_t before = tcp_send_mss(c);

    c->path_mss = max_u32(mss, TCP_MSS_MIN);
    if (!tcp_is_synchronized(c))
        return;
    nonnet_tcp_congestion_set_mss(&c->congestion, tcp_send_mss(c));
    if (tcp_send_mss(c) >= before || c->sent.count == 0)
        return;
    nonnet_tcp_sent_lose_all(&c->sent);
    c->recovery = TCP_RECOVERY_LOSS;
    c->recovery_end = c->send_next;
    c->undo_possible = false;
    c->rtt_timing = false;
    c->rto_start = now;
    nonnet_tcp_timer_restart(c, 0, now);
}

bool nonnet_tcp_refuse(const struct nonnet_tcp_header *header, size_t len,
                       struct nonnet_tcp_header *answer)
{
    if (header->flags & NONNET_TCP_RST)
        return false;
    *answer = (struct nonnet_tcp_header){
        .source_port = header->destination_port,
        .destination_port = header->source_port,
        .flags = NONNET_TCP_RST,
    };
    if (header->flags & NONNET_TCP_ACK) {
        answer->seq = header->ack;
        return true;
    }
    answer->flags |= NONNET_TCP_ACK;
    answer->ack = header->seq + (uint32_t)len + !!(header->flags & NONNET_TCP_SYN) +
                  !!(header->flags & NONNET_TCP_FIN);
    return true;
}
