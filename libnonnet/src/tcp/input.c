/*
 * SEGMENT ARRIVES: RFC 9293 section 3.10.7, in its order, with RFC 5961 against blind attacks and
 * RFC 7323 against old duplicates.
 */
#include "internal.h"

/* RFC 5961 section 7. The count is this connection's own: a shared one tells others of it. */
#define CHALLENGES       10u
#define CHALLENGE_PERIOD (5u * SECOND)

/* RFC 7323 section 5.5: after 24 days without a segment timestamps say nothing. */
#define TIMESTAMP_LIFETIME ((uint64_t)24 * 24 * 3600 * SECOND)

/* What of a segment is left to look at. */
struct arrival {
    const struct nonnet_tcp_header *header;
    struct tcp_text text;
    uint32_t seq;
    uint32_t len; /* of the text */
    bool fin;
};

static void challenge(struct tcp_connection *c, uint64_t now)
{
    if (now - c->challenge_at >= CHALLENGE_PERIOD) {
        c->challenge_at = now;
        c->nchallenges = 0;
    }
    if (c->nchallenges >= CHALLENGES)
        return;
    c->nchallenges++;
    c->ack_pending = true;
}

/* <SEQ=SEG.ACK><CTL=RST>, section 3.5.2. */
static void answer_with_reset(struct tcp_connection *c, uint32_t seq)
{
    c->reset_pending = true;
    c->reset_with_ack = false;
    c->reset_seq = seq;
}

static void become_established(struct tcp_connection *c)
{
    c->state = c->fin_queued ? TCP_FIN_WAIT_1 : TCP_ESTABLISHED;
    c->send_una = c->config.initial_seq + 1;
    if (c->fin_queued)
        c->send_fin = c->send_una;
    c->events |= TCP_EVENT_CONNECTED | TCP_EVENT_WRITABLE;
    c->timer = TCP_TIMER_NONE;
    c->timer_at = TCP_NEVER;
    /* RFC 6298 section 5.7: a SYN that had to be repeated says that the path is slow. */
    if (c->nbackoffs > 0) {
        c->rto = 3 * SECOND;
        c->congestion.window = c->congestion.mss; /* RFC 5681 section 3.1 */
    }
    c->nbackoffs = 0;
}

static void time_syn(struct tcp_connection *c, uint64_t now)
{
    if (c->rtt_timing)
        nonnet_tcp_rtt_sample(c, (uint32_t)(now - c->rtt_start));
    c->rtt_timing = false;
}

static struct tcp_handshake handshake_of(const struct tcp_connection *c,
                                         const struct nonnet_tcp_header *h)
{
    return (struct tcp_handshake){
        .initial_seq_local = c->config.initial_seq,
        .initial_seq_remote = h->seq,
        .timestamp_offset = c->config.timestamp_offset,
        .timestamp_recent = h->timestamp,
        .mss = h->has_mss ? h->mss : (uint16_t)TCP_MSS_DEFAULT,
        .window = h->window,
        .window_scale = h->window_scale,
        .has_window_scale = h->has_window_scale,
        .has_timestamps = h->has_timestamps,
        .has_sack = h->sack_permitted,
    };
}

/* Section 3.10.7.3. */
static void input_syn_sent(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                           struct tcp_text text, uint32_t len, uint64_t now)
{
    bool acknowledged = (h->flags & NONNET_TCP_ACK) != 0;

    if (acknowledged && h->ack != c->send_next) {
        if ((h->flags & NONNET_TCP_RST) == 0)
            answer_with_reset(c, h->ack);
        return;
    }
    if (h->flags & NONNET_TCP_RST) {
        if (acknowledged)
            nonnet_connection_end(c, TCP_EVENT_REFUSED);
        return;
    }
    if ((h->flags & NONNET_TCP_SYN) == 0)
        return;

    struct tcp_handshake handshake = handshake_of(c, h);
    c->heard_at = now;
    nonnet_connection_negotiate(c, &handshake, now);
    if (!acknowledged) {
        c->state = TCP_SYN_RECEIVED;
        c->syn_pending = true;
        return;
    }
    time_syn(c, now);
    become_established(c);
    c->ack_pending = true;
    len = min_u32(len, c->receive_edge - c->receive_next);
    if (len > 0)
        nonnet_tcp_receive(c, c->receive_next, text, len, false, now);
}

/* RFC 6191 section 2: whether a SYN may begin a new connection in place of one in TIME-WAIT. */
static bool is_newer_syn(const struct tcp_connection *c, const struct nonnet_tcp_header *h)
{
    if ((h->flags & (NONNET_TCP_SYN | NONNET_TCP_ACK | NONNET_TCP_RST)) != NONNET_TCP_SYN)
        return false;
    if (c->timestamps && h->has_timestamps && h->timestamp != c->timestamp_recent)
        return seq_after(h->timestamp, c->timestamp_recent);
    return seq_after(h->seq, c->receive_next);
}

/* RFC 7323 section 5.3, R1, and section 3.2. Returns whether to go on. */
static bool timestamp_is_acceptable(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                                    uint64_t now)
{
    if (!c->timestamps || (h->flags & NONNET_TCP_RST))
        return true;
    if (!h->has_timestamps)
        return false;
    if (seq_before(h->timestamp, c->timestamp_recent) &&
        now - c->timestamp_recent_at < TIMESTAMP_LIFETIME) {
        challenge(c, now);
        return false;
    }
    return true;
}

/* A segment of which nothing lies in the window. */
static void refuse_segment(struct tcp_connection *c, const struct arrival *a, uint64_t now)
{
    if (a->header->flags & NONNET_TCP_RST)
        return;
    /* RFC 9293 section 3.10.7.5: a FIN once more means that our acknowledgement was lost. */
    if (c->state == TCP_TIME_WAIT && a->fin)
        c->linger_at = now + (uint64_t)c->config.time_wait_ms * MILLISECOND;
    if (a->len > 0 && seq_before(a->seq, c->receive_next))
        nonnet_tcp_report_duplicate(c, a->seq, seq_min(a->seq + a->len, c->receive_next));
    else if (a->len > 0 || a->fin)
        c->ack_pending = true;
    else
        challenge(c, now);
}

/* Section 3.10.7.4, first check, and the cut to the window. Returns whether to go on. */
static bool trim_to_window(struct tcp_connection *c, struct arrival *a, uint64_t now)
{
    uint32_t window =
        seq_after(c->receive_edge, c->receive_next) ? c->receive_edge - c->receive_next : 0;
    uint32_t end = a->seq + a->len + a->fin;

    if (end == a->seq) {
        if (a->seq == c->receive_next || a->seq - c->receive_next < window)
            return true;
    } else if (window == 0 && a->seq == c->receive_next) {
        /* Nothing can be taken, but what it acknowledges counts. */
        c->ack_pending = true;
        a->len = 0;
        a->fin = false;
        return true;
    } else if (seq_after(end, c->receive_next) &&
               (a->seq - c->receive_next < window || seq_before(a->seq, c->receive_next))) {
        uint32_t old = seq_before(a->seq, c->receive_next) ? c->receive_next - a->seq : 0;
        if (old > 0)
            nonnet_tcp_report_duplicate(c, a->seq, c->receive_next);
        old = min_u32(old, a->len);
        a->seq += old;
        a->len -= old;
        tcp_text_pass(&a->text, old);
        uint32_t left = c->receive_next + window - a->seq;
        if (a->len + a->fin > left) {
            c->ack_pending = true;
            a->len = min_u32(a->len, left);
            a->fin = false;
        }
        return true;
    }
    refuse_segment(c, a, now);
    return false;
}

/* Second check. RFC 5961 section 3.2: only the exact number resets. */
static void input_reset(struct tcp_connection *c, const struct arrival *a, uint64_t now)
{
    if (a->seq != c->receive_next) {
        challenge(c, now);
        return;
    }
    switch (c->state) {
    case TCP_SYN_RECEIVED:
        nonnet_connection_end(c, TCP_EVENT_REFUSED);
        break;
    case TCP_CLOSING:
    case TCP_LAST_ACK:
    case TCP_TIME_WAIT:
        nonnet_connection_end(c, 0);
        break;
    default:
        nonnet_connection_end(c, TCP_EVENT_RESET);
        break;
    }
}

/* Fifth check: the ACK field. Returns whether to go on. */
static bool input_ack(struct tcp_connection *c, const struct arrival *a, uint64_t now)
{
    const struct nonnet_tcp_header *h = a->header;

    if (c->state == TCP_SYN_RECEIVED) {
        if (h->ack != c->send_next) {
            answer_with_reset(c, h->ack);
            return false;
        }
        time_syn(c, now);
        become_established(c);
        c->send_window = (uint32_t)h->window << c->send_shift;
        c->send_window_max = max_u32(c->send_window_max, c->send_window);
        c->send_wl1 = h->seq;
        c->send_wl2 = h->ack;
    }
    /* RFC 5961 section 5.2. */
    if (seq_after(h->ack, c->send_next) || seq_before(h->ack, c->send_una - c->send_window_max)) {
        challenge(c, now);
        return false;
    }
    nonnet_tcp_acknowledge(c, h, a->len, now);
    return true;
}

static void enter_time_wait(struct tcp_connection *c, uint64_t now)
{
    c->state = TCP_TIME_WAIT;
    c->timer = TCP_TIMER_NONE;
    c->timer_at = TCP_NEVER;
    c->linger_at = now + (uint64_t)c->config.time_wait_ms * MILLISECOND;
}

/* What it means when our FIN has been acknowledged. */
static void fin_is_acknowledged(struct tcp_connection *c, uint64_t now)
{
    switch (c->state) {
    case TCP_FIN_WAIT_1:
        c->state = TCP_FIN_WAIT_2;
        if (c->receive_closed)
            c->linger_at = now + TCP_FIN_WAIT_2_TIMEOUT;
        break;
    case TCP_CLOSING:
        enter_time_wait(c, now);
        break;
    case TCP_LAST_ACK:
        nonnet_connection_end(c, 0);
        break;
    default:
        break;
    }
}

/* Eighth check: what it means when all up to the peer's FIN has come. */
static void fin_has_come(struct tcp_connection *c, uint64_t now)
{
    switch (c->state) {
    case TCP_ESTABLISHED:
        c->state = TCP_CLOSE_WAIT;
        break;
    case TCP_FIN_WAIT_1:
        c->state = TCP_CLOSING;
        break;
    case TCP_FIN_WAIT_2:
        enter_time_wait(c, now);
        break;
    default:
        break;
    }
}

/* Sixth check: RFC 6093 section 3.1, the pointer is to the byte behind the urgent ones. */
static void input_urgent(struct tcp_connection *c, const struct nonnet_tcp_header *h)
{
    uint32_t pointer = h->seq + h->urgent;

    if (!seq_after(pointer, c->receive_next))
        return;
    if (c->receive_urgent_valid && !seq_after(pointer, c->receive_urgent))
        return;
    c->receive_urgent = pointer;
    c->receive_urgent_valid = true;
    c->events |= TCP_EVENT_URGENT;
}

/* Seventh and eighth check. */
static void input_text(struct tcp_connection *c, const struct arrival *a, uint64_t now)
{
    if (c->state != TCP_ESTABLISHED && c->state != TCP_FIN_WAIT_1 && c->state != TCP_FIN_WAIT_2)
        return;
    if (a->header->flags & NONNET_TCP_URG)
        input_urgent(c, a->header);
    if (a->len == 0 && !a->fin)
        return;
    if (a->len > 0 && c->receive_closed) {
        /* RFC 1122 section 4.2.2.13: nobody will read it, and the peer should know. */
        nonnet_connection_abort(c);
        return;
    }
    nonnet_tcp_receive(c, a->seq, a->text, a->len, a->fin, now);
    if (c->receive_fin_valid && c->receive_next == c->receive_fin + 1)
        fin_has_come(c, now);
}

/*
 * In SYN-RECEIVED the peer's SYN may come once more, with or without an ACK (section 3.5, figure
 * 8). Returns whether to go on.
 */
static bool input_repeated_syn(struct tcp_connection *c, struct arrival *a)
{
    if (a->header->seq != c->initial_seq_remote)
        return true; /* not this one: the window decides */
    if ((a->header->flags & NONNET_TCP_ACK) == 0) {
        c->syn_pending = true;
        return false;
    }
    a->seq++;
    return true;
}

/* RFC 7323 section 4.3, (2). */
static void remember_timestamp(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                               uint64_t now)
{
    if (!c->timestamps || !h->has_timestamps || seq_after(h->seq, c->acked))
        return;
    if (seq_before(h->timestamp, c->timestamp_recent) &&
        now - c->timestamp_recent_at < TIMESTAMP_LIFETIME)
        return;
    c->timestamp_recent = h->timestamp;
    c->timestamp_recent_at = now;
}

enum tcp_input_result nonnet_connection_input_text(struct tcp_connection *c,
                                                   const struct nonnet_tcp_header *header,
                                                   struct tcp_text text, size_t len, uint64_t now)
{
    struct arrival a = {header, text, header->seq, (uint32_t)len,
                        (header->flags & NONNET_TCP_FIN) != 0};
    bool syn = (header->flags & NONNET_TCP_SYN) != 0;

    if (c->state == TCP_CLOSED)
        return TCP_INPUT_DONE;
    if (c->state == TCP_SYN_SENT) {
        input_syn_sent(c, header, text, (uint32_t)len, now);
        return TCP_INPUT_DONE;
    }
    if (c->state == TCP_TIME_WAIT && is_newer_syn(c, header)) {
        nonnet_connection_end(c, 0);
        return TCP_INPUT_REUSE;
    }
    if (!timestamp_is_acceptable(c, header, now))
        return TCP_INPUT_DONE;
    if (c->state == TCP_SYN_RECEIVED && syn) {
        if (!input_repeated_syn(c, &a))
            return TCP_INPUT_DONE;
        syn = a.seq == header->seq;
    }
    if (syn && (header->flags & NONNET_TCP_RST) == 0) {
        challenge(c, now); /* fourth check, RFC 5961 section 4.2: wherever it lies */
        return TCP_INPUT_DONE;
    }
    if (!trim_to_window(c, &a, now))
        return TCP_INPUT_DONE;
    if (header->flags & NONNET_TCP_RST) {
        input_reset(c, &a, now);
        return TCP_INPUT_DONE;
    }
    if ((header->flags & NONNET_TCP_ACK) == 0)
        return TCP_INPUT_DONE;
    c->heard_at = now;
    c->nkeepalives = 0;
    remember_timestamp(c, header, now);
    if (!input_ack(c, &a, now))
        return TCP_INPUT_DONE;
    if (c->fin_sent && c->send_una == c->send_fin + 1)
        fin_is_acknowledged(c, now);
    input_text(c, &a, now);
    return TCP_INPUT_DONE;
}
