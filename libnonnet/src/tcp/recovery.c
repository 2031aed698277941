/*
 * Loss detection by time, RFC 8985, with the scoreboard of RFC 6675; proportional rate reduction,
 * RFC 6937; retransmission timeout, RFC 5681 section 3.1 and RFC 6298 section 5.
 */
#include "internal.h"

#define DUPACK_THRESHOLD  3u
#define WINDOW_PERSIST    16u /* recoveries for which a wider reordering window stays */
#define BLACK_HOLE_LOSSES 3u  /* timeouts in a row, RFC 8899 section 4.3 */
#define WINDOW_MULT_MAX   64u

/* Whether (a, a_end) was sent after (b, b_end): RFC 8985 section 6.2 step 2. */
static bool sent_after(uint32_t a, uint32_t a_end, uint32_t b, uint32_t b_end)
{
    return seq_after(a, b) || (a == b && seq_after(a_end, b_end));
}

void nonnet_tcp_rack_update(struct tcp_connection *c, const struct tcp_delivery *d,
                            const struct nonnet_tcp_header *h, uint64_t now)
{
    if (!d->any)
        return;
    /* Step 3: something that was sent once came behind what was sent after it. */
    if (d->original && c->rack_valid && seq_before(d->original_low, c->rack_fack))
        c->rack_reordering = true;
    c->rack_fack =
        seq_max(c->rack_valid ? c->rack_fack : c->send_una, seq_max(c->send_una, d->high));

    uint32_t rtt = (uint32_t)now - d->sent;
    if (d->retransmitted) {
        /* Step 2: it may be the first transmission that was delivered. */
        if (c->timestamps && seq_before(h->timestamp_echo, tcp_timestamp(c, now - rtt)))
            return;
        if (rtt < c->rtt_min)
            return;
    } else {
        c->rtt_min = min_u32(c->rtt_min, rtt);
        nonnet_tcp_congestion_rtt(&c->congestion, rtt);
    }
    if (c->recovery != TCP_RECOVERY_NONE && !c->rtt_timing && c->timestamps)
        nonnet_tcp_rtt_sample(c, rtt);
    c->rack_rtt = rtt;
    if (!c->rack_valid || sent_after(d->sent, d->end, c->rack_sent, c->rack_end)) {
        c->rack_sent = d->sent;
        c->rack_end = d->end;
        c->rack_valid = true;
    }
}

void nonnet_tcp_rack_duplicate(struct tcp_connection *c)
{
    if (c->rack_dsack_round_valid && seq_before(c->send_una, c->rack_dsack_round))
        return;
    c->rack_dsack_round = c->send_next;
    c->rack_dsack_round_valid = true;
    c->rack_window_mult = (uint8_t)min_u32(c->rack_window_mult + 1u, WINDOW_MULT_MAX);
    c->rack_window_persist = WINDOW_PERSIST;
}

/* Step 4. */
static uint32_t reordering_window(const struct tcp_connection *c)
{
    if (!c->rack_reordering &&
        (c->recovery != TCP_RECOVERY_NONE || c->sent.sacked >= DUPACK_THRESHOLD * tcp_send_mss(c)))
        return 0;
    if (c->rtt_min == UINT32_MAX)
        return c->srtt;
    return min_u32(c->rtt_min / 4 * c->rack_window_mult, c->srtt);
}

/* Step 5. */
uint32_t nonnet_tcp_rack_detect(struct tcp_connection *c, uint64_t now)
{
    uint32_t patience = c->rack_rtt + reordering_window(c);
    uint32_t wait = 0;

    /* Without a gap, all that was sent before something delivered is delivered, too. */
    if (!c->rack_valid || (c->sent.sacked == 0 && c->recovery == TCP_RECOVERY_NONE))
        return 0;
    /*
     * Within one moment sequence numbers tell the order of first transmissions only: what is sent
     * again may have gone out behind new data.
     */
    for (uint16_t i = 0; i < c->sent.count; i++) {
        struct tcp_range *r = &c->sent.items[c->sent.first + i];
        if (r->state != TCP_RANGE_FLIGHT ||
            !sent_after(c->rack_sent, r->retransmitted ? r->end : c->rack_end, r->sent_last,
                        r->end))
            continue;
        uint32_t age = (uint32_t)now - r->sent_last;
        if (age >= patience) {
            r->state = TCP_RANGE_LOST;
            c->sent.lost += r->end - r->start;
        } else {
            wait = max_u32(wait, patience - age);
        }
    }
    return wait;
}

void nonnet_tcp_recovery_enter(struct tcp_connection *c, uint64_t now)
{
    c->recovery = TCP_RECOVERY_FAST;
    c->recovery_end = c->send_next;
    c->prr_delivered = 0;
    c->prr_out = 0;
    c->prr_flight = max_u32(sent_bytes(&c->sent), 1);
    nonnet_tcp_congestion_lost(&c->congestion);
    c->undo_possible = true;
    c->retransmit_timestamp = tcp_timestamp(c, now);
}

static void recovery_leave(struct tcp_connection *c)
{
    if (c->recovery == TCP_RECOVERY_FAST)
        c->congestion.window = c->congestion.slow_start_threshold;
    c->recovery = TCP_RECOVERY_NONE;
    c->undo_possible = false;
    c->ndupacks = 0;
    if (c->rack_window_persist > 0 && --c->rack_window_persist == 0)
        c->rack_window_mult = 1;
}

/* RFC 6937 section 3, with the slow start reduction bound. */
static void rate_reduce(struct tcp_connection *c, uint32_t delivered)
{
    uint32_t pipe = sent_pipe(&c->sent);
    uint32_t threshold = c->congestion.slow_start_threshold;
    uint32_t mss = c->congestion.mss;
    uint32_t count = 0;

    c->prr_delivered += delivered;
    if (pipe > threshold) {
        uint32_t due = multiply_divide(c->prr_delivered, threshold, c->prr_flight) + 1;
        count = due > c->prr_out ? due - c->prr_out : 0;
    } else {
        uint32_t saved = c->prr_delivered > c->prr_out ? c->prr_delivered - c->prr_out : 0;
        count = min_u32(threshold - pipe, max_u32(saved, delivered) + mss);
    }
    /* The first retransmission waits for nothing. */
    if (c->prr_out == 0)
        count = max_u32(count, mss);
    c->congestion.window = pipe + count;
}

void nonnet_tcp_recovery_advance(struct tcp_connection *c, uint32_t delivered, uint64_t now)
{
    if (!seq_before(c->send_una, c->recovery_end))
        recovery_leave(c);
    else if (c->recovery == TCP_RECOVERY_FAST)
        rate_reduce(c, delivered);
    else if (delivered > 0)
        nonnet_tcp_congestion_delivered(&c->congestion, delivered, c->send_una, c->send_next, now,
                                        c->srtt);
}

void nonnet_tcp_recovery_timeout(struct tcp_connection *c, uint64_t now)
{
    bool full_segment = sent_bytes(&c->sent) >= tcp_send_mss(c);

    if (c->recovery == TCP_RECOVERY_NONE) {
        nonnet_tcp_congestion_lost(&c->congestion);
        c->undo_possible = true;
        c->retransmit_timestamp = tcp_timestamp(c, now);
    }
    c->recovery = TCP_RECOVERY_LOSS;
    c->recovery_end = c->send_next;
    c->congestion.window = c->congestion.mss;
    c->ndupacks = 0;
    c->rtt_timing = false;
    c->tlp_outstanding = false;
    c->ntimeouts++;
    if (c->nbackoffs < 16)
        c->nbackoffs++;
    /* Again after as many more: it may be a smaller hole. */
    if (c->nbackoffs % BLACK_HOLE_LOSSES == 0 && full_segment)
        c->events |= TCP_EVENT_BLACK_HOLE;
    nonnet_tcp_sent_lose_all(&c->sent);
}
