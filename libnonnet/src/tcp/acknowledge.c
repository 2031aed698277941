/*
 * What an acknowledgement says of the data sent: RFC 9293 section 3.10.7.4 fifth check, RFC 2018,
 * RFC 2883, RFC 5681.
 */
#include "internal.h"

/* RFC 2883 section 4: the first block repeats what was acknowledged, or lies inside the second. */
static bool is_dsack(const struct nonnet_tcp_header *h)
{
    const struct nonnet_tcp_sack_block *b = h->sack;

    if (h->nsack == 0 || !seq_before(b[0].start, b[0].end))
        return false;
    if (seq_before(b[0].start, h->ack))
        return true;
    return h->nsack > 1 && !seq_before(b[0].start, b[1].start) && !seq_after(b[0].end, b[1].end);
}

static void take_sack(struct tcp_connection *c, const struct nonnet_tcp_header *h, bool dsack,
                      struct tcp_delivery *delivery)
{
    for (uint8_t i = dsack; i < h->nsack; i++) {
        uint32_t start = h->sack[i].start;
        uint32_t end = h->sack[i].end;
        if (!seq_before(start, end) || seq_before(start, c->send_una) ||
            seq_after(end, c->send_next))
            continue;
        nonnet_tcp_sent_sack(&c->sent, start, end, delivery);
    }
}

/*
 * RFC 6298 section 3: only what was sent once is timed here; what was sent again is timed where the
 * timestamps tell which of the two was delivered, in rack_update. Progress proves that the timeout
 * was long enough only if it is known what made it (section 5.7).
 */
static void take_round_trip(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                            uint64_t now)
{
    bool timed = c->rtt_timing && !seq_before(h->ack, c->rtt_seq);

    if (timed) {
        c->rtt_timing = false;
        nonnet_tcp_rtt_sample(c, (uint32_t)(now - c->rtt_start));
    }
    if (timed || c->timestamps)
        c->nbackoffs = 0;
}

static void take_progress(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                          struct tcp_delivery *delivery, uint64_t now)
{
    uint32_t acked = h->ack - c->send_una;

    nonnet_tcp_sent_acknowledge(&c->sent, h->ack, delivery);
    nonnet_tcp_ring_drop(&c->send, min_u32(acked, c->send.used)); /* the FIN is not in the ring */
    if (c->send.used == 0)
        nonnet_tcp_ring_reset(&c->send);
    take_round_trip(c, h, now);
    c->send_una = h->ack;
    c->progress_at = now;
    c->rto_start = now;
    c->nprobes = 0;
    c->events |= TCP_EVENT_WRITABLE;
    if (c->send_urgent_valid && !seq_before(h->ack, c->send_urgent))
        c->send_urgent_valid = false;
}

/* RFC 9293 section 3.10.7.4: SND.WL1 and SND.WL2 keep an old segment from changing the window. */
static void take_window(struct tcp_connection *c, const struct nonnet_tcp_header *h, uint64_t now)
{
    if (seq_before(h->seq, c->send_wl1) ||
        (h->seq == c->send_wl1 && seq_before(h->ack, c->send_wl2)))
        return;
    bool opened = c->send_window == 0 && h->window > 0;
    c->send_window = (uint32_t)h->window << c->send_shift;
    c->send_window_max = max_u32(c->send_window_max, c->send_window);
    c->send_wl1 = h->seq;
    c->send_wl2 = h->ack;
    if (c->timer != TCP_TIMER_PERSIST)
        return;
    c->progress_at = now; /* section 3.8.6.1: who answers probes may keep the window closed */
    if (!opened)
        return;
    c->timer = TCP_TIMER_NONE;
    c->timer_at = TCP_NEVER;
    c->nprobes = 0;
    if (c->sent.count > 0) {
        /* The peer had no room for what is in flight: once more, without blaming the network. */
        nonnet_tcp_sent_lose_all(&c->sent);
        if (c->recovery == TCP_RECOVERY_NONE)
            c->undo_possible = false;
        c->recovery = TCP_RECOVERY_LOSS;
        c->recovery_end = c->send_next;
    }
}

/* RFC 5681 section 2, for a peer without SACK: NewReno, RFC 6582. */
static uint32_t count_duplicates(struct tcp_connection *c, bool duplicate, bool progress)
{
    uint32_t mss = tcp_send_mss(c);

    if (progress) {
        c->ndupacks = 0;
        if (c->recovery == TCP_RECOVERY_FAST && seq_before(c->send_una, c->recovery_end))
            nonnet_tcp_sent_lose_first(&c->sent, mss);
        return 0;
    }
    if (!duplicate || c->ndupacks == UINT8_MAX)
        return 0;
    if (++c->ndupacks == 3 && c->recovery == TCP_RECOVERY_NONE)
        nonnet_tcp_sent_lose_first(&c->sent, mss);
    return mss;
}

/* RFC 8985 section 7.4.2. */
static void take_tail_loss_probe(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                                 bool dsack)
{
    if (!c->tlp_outstanding || seq_before(h->ack, c->tlp_end))
        return;
    c->tlp_outstanding = false;
    if (!c->tlp_retransmission || dsack || !seq_after(h->ack, c->tlp_end) ||
        c->recovery != TCP_RECOVERY_NONE)
        return;
    nonnet_tcp_congestion_lost(&c->congestion);
    c->congestion.window = c->congestion.slow_start_threshold;
}

/* RFC 3522: what was acknowledged had been sent before the retransmission, so there was no need. */
static bool was_spurious(const struct tcp_connection *c, const struct nonnet_tcp_header *h)
{
    return c->undo_possible && c->timestamps && c->recovery != TCP_RECOVERY_NONE &&
           seq_before(h->timestamp_echo, c->retransmit_timestamp);
}

static void take_back_recovery(struct tcp_connection *c)
{
    nonnet_tcp_congestion_undo(&c->congestion);
    nonnet_tcp_sent_undo(&c->sent);
    c->recovery = TCP_RECOVERY_NONE;
    c->undo_possible = false;
}

/* The congestion window's part, once it is known what was delivered and what is lost. */
static void react(struct tcp_connection *c, uint32_t acked, uint32_t delivered, uint64_t now)
{
    if (c->recovery == TCP_RECOVERY_NONE && c->sent.lost > 0)
        nonnet_tcp_recovery_enter(c, now);
    if (c->recovery != TCP_RECOVERY_NONE)
        nonnet_tcp_recovery_advance(c, delivered, now);
    else if (c->window_limited && acked > 0) /* RFC 3042 section 2: not by duplicates */
        nonnet_tcp_congestion_delivered(&c->congestion, acked, c->send_una, c->send_next, now,
                                        c->srtt);
}

void nonnet_tcp_acknowledge(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                            uint32_t len, uint64_t now)
{
    struct tcp_delivery delivery = {0};
    bool progress = seq_after(h->ack, c->send_una);
    uint32_t acked = h->ack - c->send_una;
    bool dsack = c->sack && is_dsack(h);
    uint32_t reorder = 0;

    if (seq_before(h->ack, c->send_una))
        return;
    bool duplicate = !progress && len == 0 && c->sent.count > 0 &&
                     (h->flags & NONNET_TCP_FIN) == 0 &&
                     (uint32_t)h->window << c->send_shift == c->send_window;
    take_window(c, h, now);
    if (progress)
        take_progress(c, h, &delivery, now);
    if (progress && was_spurious(c, h))
        take_back_recovery(c);
    if (c->sack && h->nsack > 0 && c->sent.count > 0)
        take_sack(c, h, dsack, &delivery);
    /* A probe that was not needed says nothing of the order on the path. */
    if (dsack && !(c->tlp_outstanding && c->tlp_retransmission))
        nonnet_tcp_rack_duplicate(c);
    if (c->sack) {
        nonnet_tcp_rack_update(c, &delivery, h, now);
        reorder = nonnet_tcp_rack_detect(c, now);
    } else {
        delivery.bytes += count_duplicates(c, duplicate, progress);
    }
    take_tail_loss_probe(c, h, dsack);
    react(c, acked, delivery.bytes, now);
    if (progress || delivery.bytes > 0 || (reorder > 0 && c->timer == TCP_TIMER_NONE))
        nonnet_tcp_timer_restart(c, reorder, now);
}
