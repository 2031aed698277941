/*
 * The receiving half: where payload goes, what window the peer is told of, and when it is
 * acknowledged.
 *
 * The window's right edge never moves left (RFC 9293 section 3.8.6): receive_edge is what the peer
 * knows, and nothing is done that would take from it.
 */
#include "internal.h"

uint32_t nonnet_tcp_window_room(const struct tcp_connection *c)
{
    return ring_free(&c->receive);
}

uint32_t nonnet_tcp_window_take(struct tcp_connection *c)
{
    uint32_t room = nonnet_tcp_window_room(c);
    uint32_t known =
        seq_after(c->receive_edge, c->receive_next) ? c->receive_edge - c->receive_next : 0;
    uint32_t unit = 1u << c->receive_shift;
    uint32_t window = room;

    /* RFC 9293 section 3.8.6.2.2, rule for the receiver: no small steps. */
    if (room < known || room - known < min_u32(c->path_mss, c->receive.size / 2))
        window = known;
    /*
     * The scale cuts bits off: the edge must not move left by that, unless the buffer ends there.
     */
    if (window < known + unit && window + unit - 1 <= room)
        window += unit - 1;
    window = min_u32(window >> c->receive_shift, UINT16_MAX);
    uint32_t edge = c->receive_next + (window << c->receive_shift);
    c->receive_edge = seq_max(c->receive_edge, edge);
    return window;
}

void nonnet_tcp_report_duplicate(struct tcp_connection *c, uint32_t start, uint32_t end)
{
    c->ack_pending = true;
    c->nquick = TCP_QUICK_ACKS;
    if (!c->sack)
        return;
    c->dsack = (struct tcp_interval){start, end};
    c->has_dsack = true;
}

/* RFC 2018 section 4: the block that was extended last comes first, then those reported before. */
static void remember_recent(struct tcp_connection *c, uint32_t seq)
{
    uint8_t n = 0;
    uint32_t keep[2];

    for (uint8_t i = 0; i < c->nsack_recent && n < 2; i++) {
        const struct tcp_interval *block = nonnet_tcp_intervals_find(&c->ahead, c->sack_recent[i]);
        if (block && (seq_before(seq, block->start) || !seq_before(seq, block->end)))
            keep[n++] = c->sack_recent[i];
    }
    c->sack_recent[0] = seq;
    for (uint8_t i = 0; i < n; i++)
        c->sack_recent[i + 1] = keep[i];
    c->nsack_recent = (uint8_t)(n + 1);
}

static bool is_listed(const struct nonnet_tcp_header *h, uint8_t from, uint32_t start)
{
    for (uint8_t i = from; i < h->nsack; i++) {
        if (h->sack[i].start == start)
            return true;
    }
    return false;
}

void nonnet_tcp_sack_fill(struct tcp_connection *c, struct nonnet_tcp_header *h, uint8_t max)
{
    if (!c->sack || max == 0)
        return;
    uint8_t blocks_from = 0;
    if (c->has_dsack) {
        h->sack[h->nsack++] = (struct nonnet_tcp_sack_block){c->dsack.start, c->dsack.end};
        c->has_dsack = false;
        blocks_from = 1;
    }
    for (uint8_t i = 0; i < c->nsack_recent && h->nsack < max; i++) {
        const struct tcp_interval *block = nonnet_tcp_intervals_find(&c->ahead, c->sack_recent[i]);
        if (block && !is_listed(h, blocks_from, block->start))
            h->sack[h->nsack++] = (struct nonnet_tcp_sack_block){block->start, block->end};
    }
    for (uint16_t i = 0; i < c->ahead.count && h->nsack < max; i++) {
        const struct tcp_interval *block = &c->ahead.items[i];
        if (!is_listed(h, blocks_from, block->start))
            h->sack[h->nsack++] = (struct nonnet_tcp_sack_block){block->start, block->end};
    }
}

/* RFC 9293 section 3.8.6.3: every second full segment at once, others after a while. */
static void acknowledge_later(struct tcp_connection *c, uint64_t now)
{
    if (c->nquick > 0) {
        c->nquick--;
        c->ack_pending = true;
        return;
    }
    if (c->receive_next - c->acked >= 2 * tcp_send_mss(c))
        c->ack_pending = true;
    else if (c->delayed_ack_at == TCP_NEVER)
        c->delayed_ack_at = now + c->config.delayed_ack_ms * MILLISECOND;
}

static void receive_in_order(struct tcp_connection *c, struct tcp_text text, uint32_t len,
                             uint64_t now)
{
    uint32_t next = c->receive_next + len;

    nonnet_tcp_ring_write_text(&c->receive, c->receive.used, text, len);
    if (c->ahead.count > 0) {
        next = nonnet_tcp_intervals_advance(&c->ahead, next);
        c->ack_pending = true; /* RFC 5681 section 4.2: a gap was filled */
        c->nquick = TCP_QUICK_ACKS;
    }
    c->receive.used += next - c->receive_next;
    c->receive_next = next;
    c->events |= TCP_EVENT_READABLE;
    if (!c->ack_pending)
        acknowledge_later(c, now);
}

static void receive_ahead(struct tcp_connection *c, uint32_t seq, struct tcp_text text,
                          uint32_t len)
{
    struct tcp_interval known = {0, 0};
    bool is_known;

    c->ack_pending = true; /* RFC 5681 section 4.2 */
    c->nquick = TCP_QUICK_ACKS;
    if (!nonnet_tcp_intervals_add(&c->ahead, seq, seq + len, &is_known, &known))
        return;
    nonnet_tcp_ring_write_text(&c->receive, c->receive.used + (seq - c->receive_next), text, len);
    remember_recent(c, seq);
    if (is_known)
        nonnet_tcp_report_duplicate(c, known.start, known.end);
}

void nonnet_tcp_receive(struct tcp_connection *c, uint32_t seq, struct tcp_text text, uint32_t len,
                        bool fin, uint64_t now)
{
    /* A FIN in front of data that came before contradicts it, and counts for nothing. */
    if (c->ahead.count > 0 && seq_after(c->ahead.items[c->ahead.count - 1].end, seq + len))
        fin = false;
    if (fin && !c->receive_fin_valid) {
        c->receive_fin = seq + len;
        c->receive_fin_valid = true;
    }
    /* Nothing comes after a FIN, and there may be no second one. */
    if (c->receive_fin_valid && seq_after(seq + len, c->receive_fin))
        len = seq_before(seq, c->receive_fin) ? c->receive_fin - seq : 0;
    if (len > 0) {
        if (seq == c->receive_next)
            receive_in_order(c, text, len, now);
        else
            receive_ahead(c, seq, text, len);
    }
    if (!c->receive_fin_valid)
        return;
    c->ack_pending = true;
    if (c->receive_next == c->receive_fin) {
        c->receive_next++;
        c->events |= TCP_EVENT_PEER_CLOSED | TCP_EVENT_READABLE;
    }
}
