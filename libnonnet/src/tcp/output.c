/*
 * Which segment goes next: a RST, a SYN, what was lost, a probe, new data and the FIN, and if none
 * of them carries it, an acknowledgement.
 */
#include "internal.h"

/* Bytes of SACK blocks beside timestamps, and without. */
#define SACK_BLOCKS_WITH_TIMESTAMPS 3u
#define TIMESTAMPS_SPACE            12u

static uint8_t sack_blocks(const struct tcp_connection *c)
{
    uint32_t max = c->timestamps ? SACK_BLOCKS_WITH_TIMESTAMPS : NONNET_TCP_SACK_MAX;

    return (uint8_t)(c->sack ? min_u32(c->ahead.count + (uint32_t)c->has_dsack, max) : 0);
}

/* Payload that fits beside the options that the next segment has (RFC 6691). */
static uint32_t payload_max(const struct tcp_connection *c)
{
    uint8_t nblocks = sack_blocks(c);
    uint32_t options = c->timestamps ? TIMESTAMPS_SPACE : 0;

    if (nblocks > 0)
        options += 4u + 8u * nblocks;
    return min_u32(c->path_mss, c->peer_mss) - options;
}

/* Bytes in flight as congestion control counts them. */
static uint32_t pipe_of(const struct tcp_connection *c)
{
    uint32_t pipe = sent_pipe(&c->sent);
    uint32_t left = c->sack ? 0 : c->ndupacks * tcp_send_mss(c);

    return pipe > left ? pipe - left : 0;
}

static bool window_allows(const struct tcp_connection *c, uint32_t len)
{
    uint32_t pipe = pipe_of(c);

    return pipe == 0 || pipe + len <= c->congestion.window;
}

/* A segment that acknowledges all there is, as each one does after the handshake. */
static void segment_begin(struct tcp_connection *c, uint32_t seq, uint64_t now,
                          struct tcp_segment *out)
{
    struct nonnet_tcp_header *h = &out->header;

    *h = (struct nonnet_tcp_header){
        .source_port = c->config.local_port,
        .destination_port = c->config.remote_port,
        .seq = seq,
        .ack = c->receive_next,
        .flags = NONNET_TCP_ACK,
        .window = (uint16_t)nonnet_tcp_window_take(c),
        .has_timestamps = c->timestamps,
    };
    if (c->timestamps) {
        h->timestamp = tcp_timestamp(c, now);
        h->timestamp_echo = c->timestamp_recent;
    }
    if (c->sack && (c->ahead.count > 0 || c->has_dsack))
        nonnet_tcp_sack_fill(c, h, sack_blocks(c));
    if (c->send_urgent_valid && seq_after(c->send_urgent, seq)) {
        h->flags |= NONNET_TCP_URG;
        h->urgent = (uint16_t)min_u32(c->send_urgent - seq, UINT16_MAX);
    }
    out->payload = (struct tcp_slices){0};
    out->each = 0;
    c->ack_pending = false;
    c->delayed_ack_at = TCP_NEVER;
    c->acked = c->receive_next;
}

/* The units from `seq` on: bytes of the ring, and the FIN where they reach it. */
static void segment_fill(struct tcp_connection *c, uint32_t seq, uint32_t len, uint64_t now,
                         struct tcp_segment *out)
{
    bool fin = c->fin_queued && seq + len == c->send_fin + 1;
    uint32_t nbytes = len - fin;
    uint32_t offset = seq - c->send_una;

    segment_begin(c, seq, now, out);
    out->payload = nonnet_tcp_ring_slices(&c->send, offset, nbytes);
    if (fin)
        out->header.flags |= NONNET_TCP_FIN;
    if (nbytes > 0 && offset + nbytes == c->send.used)
        out->header.flags |= NONNET_TCP_PSH;
}

static void output_reset(struct tcp_connection *c, struct tcp_segment *out)
{
    c->reset_pending = false;
    out->header = (struct nonnet_tcp_header){
        .source_port = c->config.local_port,
        .destination_port = c->config.remote_port,
        .seq = c->reset_seq,
        .flags = NONNET_TCP_RST,
    };
    if (c->reset_with_ack) {
        out->header.flags |= NONNET_TCP_ACK;
        out->header.ack = c->receive_next;
    }
    out->payload = (struct tcp_slices){0};
    out->each = 0;
}

/* SYN, or in SYN-RECEIVED the SYN-ACK of a simultaneous open. */
static void output_syn(struct tcp_connection *c, uint64_t now, struct tcp_segment *out)
{
    bool answer = c->state == TCP_SYN_RECEIVED;
    struct nonnet_tcp_header *h = &out->header;

    c->syn_pending = false;
    c->ack_pending = false;
    *h = (struct nonnet_tcp_header){
        .source_port = c->config.local_port,
        .destination_port = c->config.remote_port,
        .seq = c->config.initial_seq,
        .ack = answer ? c->receive_next : 0,
        .flags = answer ? NONNET_TCP_SYN | NONNET_TCP_ACK : NONNET_TCP_SYN,
        .window = (uint16_t)min_u32(c->receive.size, UINT16_MAX),
        .has_mss = true,
        .mss = (uint16_t)c->path_mss,
        .has_window_scale = c->window_scaling,
        .window_scale = c->receive_shift,
        .has_timestamps = c->timestamps,
        .sack_permitted = c->sack,
    };
    if (c->timestamps) {
        h->timestamp = tcp_timestamp(c, now);
        h->timestamp_echo = answer ? c->timestamp_recent : 0;
    }
    out->payload = (struct tcp_slices){0};
    out->each = 0;
    if (c->send_next == c->send_una && c->nbackoffs == 0) {
        c->rtt_timing = true;
        c->rtt_start = now;
        c->rtt_seq = c->config.initial_seq + 1;
    } else {
        c->rtt_timing = false;
    }
    c->send_next = c->config.initial_seq + 1;
    nonnet_tcp_timer_ensure(c, now);
}

static bool output_lost(struct tcp_connection *c, uint64_t now, struct tcp_segment *out)
{
    const struct tcp_range *range = nonnet_tcp_sent_first_lost(&c->sent);

    if (!range)
        return false;
    if (c->send_window == 0) {
        nonnet_tcp_timer_persist(c, now);
        return false;
    }
    uint32_t start = range->start;
    uint32_t len = range->end - start;
    uint32_t max = payload_max(c);
    if (len > max)
        len = max + (c->fin_sent && start + max == c->send_fin); /* the FIN takes no room */
    if (!window_allows(c, len) ||
        !nonnet_tcp_sent_again(&c->sent, range, start, len, now, nonnet_tcp_together(c)))
        return false;
    segment_fill(c, start, len, now, out);
    c->rtt_timing = false;
    c->prr_out += len;
    c->nretransmitted++;
    c->sent_at = now;
    if (start == c->send_una) {
        c->rto_start = now;
        if (c->timer == TCP_TIMER_RETRANSMIT)
            nonnet_tcp_timer_restart(c, 0, now);
    }
    nonnet_tcp_timer_ensure(c, now);
    return true;
}

/* A segment of `len` units from SND.NXT on goes out for the first time. */
static void sent_first(struct tcp_connection *c, uint32_t len, uint64_t now)
{
    uint32_t start = c->send_next;

    if (c->sent.count == 0)
        c->progress_at = c->rto_start = now;
    c->send_next += len;
    if (c->fin_queued && c->send_next == c->send_fin + 1)
        c->fin_sent = true;
    nonnet_tcp_sent_append(&c->sent, start, c->send_next, now, nonnet_tcp_together(c));
    if (!c->rtt_timing && c->recovery == TCP_RECOVERY_NONE) {
        c->rtt_timing = true;
        c->rtt_seq = c->send_next;
        c->rtt_start = now;
    }
    c->prr_out += len;
    c->sent_at = now;
    /* Behind a lone segment no probe was worth it; behind two it may be. */
    if (c->timer == TCP_TIMER_RETRANSMIT && c->sack && !c->tlp_outstanding)
        nonnet_tcp_timer_restart(c, 0, now);
    nonnet_tcp_timer_ensure(c, now);
}

static void output_first(struct tcp_connection *c, uint32_t len, uint64_t now,
                         struct tcp_segment *out)
{
    uint32_t start = c->send_next;

    sent_first(c, len, now);
    segment_fill(c, start, len, now, out);
}

static uint32_t window_left(const struct tcp_connection *c)
{
    uint32_t edge = c->send_una + c->send_window;

    return seq_after(edge, c->send_next) ? edge - c->send_next : 0;
}

/*
 * How many units may go out next by the peer's window, the algorithm of Nagle (RFC 9293 section
 * 3.7.4), and the avoidance of silly windows (section 3.8.6.2.1); 0 if none.
 */
static uint32_t new_len(const struct tcp_connection *c)
{
    uint32_t unsent = tcp_unsent(c);
    uint32_t window = window_left(c);
    uint32_t max = payload_max(c);
    uint32_t len = min_u32(min_u32(unsent, window), max);

    if (len == unsent && c->fin_queued && !c->fin_sent && window > len)
        return len + 1;
    if (len >= max)
        return len;
    if (len == unsent && (c->config.no_delay || c->sent.count == 0 || c->fin_queued))
        return len;
    return len > 0 && len >= c->send_window_max / 2 ? len : 0;
}

/*
 * How many full segments may go out as one piece, where the next one is full: as many as would
 * follow each other now, and with equal headers. The last one does not carry a FIN, so that this
 * is left to one of its own.
 */
static uint32_t train_count(const struct tcp_connection *c, uint32_t each)
{
    uint32_t options = min_u32(c->path_mss, c->peer_mss) - payload_max(c);
    uint32_t pipe = pipe_of(c);
    uint32_t unsent = tcp_unsent(c) - (c->fin_queued ? 1 : 0);

    if (each != payload_max(c) || c->train_room <= options || c->has_dsack ||
        c->send_urgent_valid || c->congestion.window <= pipe)
        return 1;
    uint32_t room = min_u32(c->train_room - options, c->congestion.window - pipe);
    return max_u32(min_u32(min_u32(unsent, window_left(c)), room) / each, 1);
}

/* What is noted of a train is what would be of its segments. */
static void output_train(struct tcp_connection *c, uint32_t count, uint32_t each, uint64_t now,
                         struct tcp_segment *out)
{
    uint32_t start = c->send_next;

    for (uint32_t i = 0; i < count; i++)
        sent_first(c, each, now);
    segment_fill(c, start, count * each, now, out);
    out->each = each;
}

static bool output_new(struct tcp_connection *c, uint64_t now, struct tcp_segment *out)
{
    if (tcp_unsent(c) == 0 && (!c->fin_queued || c->fin_sent)) {
        c->window_limited = false;
        return false;
    }
    /* RFC 5681 section 4.1. */
    if (c->sent.count == 0 && c->sent_at > 0 && now - c->sent_at > c->rto)
        nonnet_tcp_congestion_idle(&c->congestion);
    uint32_t len = new_len(c);
    if (len == 0) {
        if (c->sent.count == 0)
            nonnet_tcp_timer_persist(c, now);
        c->window_limited = false;
        return false;
    }
    c->window_limited = !window_allows(c, len);
    if (c->window_limited || !nonnet_tcp_sent_has_room(&c->sent))
        return false;
    uint32_t count = c->train_room > 0 ? train_count(c, len) : 1;
    if (count > 1)
        output_train(c, count, len, now, out);
    else
        output_first(c, len, now, out);
    return true;
}

/* Section 3.8.6.1: one unit, whatever the window says. */
static bool output_window_probe(struct tcp_connection *c, uint64_t now, struct tcp_segment *out)
{
    c->probe_pending = false;
    if (c->sent.count > 0) {
        segment_fill(c, c->send_una, 1, now, out);
        c->rtt_timing = false;
        return true;
    }
    if (tcp_unsent(c) == 0 && (!c->fin_queued || c->fin_sent))
        return false;
    /* A window that is merely small gets what fits: this is the override timer of 3.8.6.2.1. */
    uint32_t len = min_u32(min_u32(tcp_unsent(c), window_left(c)), payload_max(c));
    uint64_t progress_at = c->progress_at;
    if (len > 0) {
        c->timer = TCP_TIMER_NONE;
        c->nprobes = 0;
    }
    output_first(c, max_u32(len, 1), now, out);
    c->progress_at = progress_at;
    return true;
}

/* RFC 8985 section 7.3. */
static bool output_tail_loss_probe(struct tcp_connection *c, uint64_t now, struct tcp_segment *out)
{
    uint32_t len = min_u32(min_u32(tcp_unsent(c), window_left(c)), payload_max(c));

    c->tlp_pending = false;
    if (c->sent.count == 0 || c->recovery != TCP_RECOVERY_NONE)
        return false;
    if (len > 0 && nonnet_tcp_sent_has_room(&c->sent)) {
        output_first(c, len, now, out);
        c->tlp_retransmission = false;
    } else {
        const struct tcp_range *last = &c->sent.items[c->sent.first + c->sent.count - 1];
        len = min_u32(last->end - last->start, payload_max(c));
        uint32_t start = last->end - len;
        if (last->state != TCP_RANGE_FLIGHT ||
            !nonnet_tcp_sent_again(&c->sent, last, start, len, now, nonnet_tcp_together(c)))
            return false;
        segment_fill(c, start, len, now, out);
        c->rtt_timing = false;
        c->nretransmitted++;
        c->tlp_retransmission = true;
    }
    c->tlp_outstanding = true;
    c->tlp_end = c->send_next;
    return true;
}

static bool output_data(struct tcp_connection *c, uint64_t now, struct tcp_segment *out)
{
    if (!tcp_may_send(c))
        return false;
    if (c->probe_pending && output_window_probe(c, now, out))
        return true;
    if (output_lost(c, now, out))
        return true;
    if (c->tlp_pending && output_tail_loss_probe(c, now, out))
        return true;
    return output_new(c, now, out);
}

bool nonnet_connection_output(struct tcp_connection *c, uint64_t now, struct tcp_segment *out)
{
    if (c->reset_pending) {
        output_reset(c, out);
        return true;
    }
    if (c->state == TCP_CLOSED)
        return false;
    if (c->syn_pending || (c->state == TCP_SYN_RECEIVED && c->ack_pending)) {
        output_syn(c, now, out);
        return true;
    }
    if (!tcp_is_synchronized(c))
        return false;
    if (output_data(c, now, out))
        return true;
    if (c->keepalive_pending) {
        /* Section 3.8.4: a sequence number that the peer has to answer to. */
        c->keepalive_pending = false;
        segment_begin(c, c->send_una - 1, now, out);
        return true;
    }
    if (!c->ack_pending)
        return false;
    segment_begin(c, c->send_next, now, out);
    return true;
}
