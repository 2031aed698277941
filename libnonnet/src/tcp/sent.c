#include "sent.h"

#include <stddef.h>
#include <string.h>

#include "arithmetic.h"

/* Places that SACK blocks do not take: retransmission and new data must go on. */
#define RESERVED 4u

static struct tcp_range *at(const struct tcp_sent *sent, uint16_t i)
{
    return &sent->items[sent->first + i];
}

static void account(struct tcp_sent *sent, const struct tcp_range *r, uint32_t len, bool add)
{
    uint32_t delta = add ? len : 0u - len;

    if (r->state == TCP_RANGE_SACKED)
        sent->sacked += delta;
    else if (r->state == TCP_RANGE_LOST)
        sent->lost += delta;
}

static void range_set_state(struct tcp_sent *sent, struct tcp_range *r, uint8_t state)
{
    account(sent, r, r->end - r->start, false);
    r->state = state;
    account(sent, r, r->end - r->start, true);
}

/* Makes a place before index i. The list must not be full. */
static void insert(struct tcp_sent *sent, uint16_t i)
{
    if (sent->first + sent->count == sent->size) {
        memmove(sent->items, sent->items + sent->first, sent->count * sizeof *sent->items);
        sent->first = 0;
    }
    memmove(at(sent, i) + 1, at(sent, i), (size_t)(sent->count - i) * sizeof *sent->items);
    sent->count++;
}

static void remove_range(struct tcp_sent *sent, uint16_t i)
{
    memmove(at(sent, i), at(sent, i) + 1, (size_t)(sent->count - i - 1) * sizeof *sent->items);
    sent->count--;
}

/* Whether b, which follows a, may become a part of it. */
static bool is_alike(const struct tcp_range *a, const struct tcp_range *b, uint32_t together)
{
    if (a->state != b->state)
        return false;
    if (a->state == TCP_RANGE_SACKED)
        return true;
    return a->retransmitted == b->retransmitted && b->sent_last - a->sent_first <= together;
}

static void join_next(struct tcp_sent *sent, uint16_t i)
{
    struct tcp_range *a = at(sent, i);
    const struct tcp_range *b = a + 1;

    a->end = b->end;
    if (seq_before(b->sent_first, a->sent_first))
        a->sent_first = b->sent_first;
    a->sent_last = seq_max(a->sent_last, b->sent_last);
    a->retransmitted = a->retransmitted || b->retransmitted;
    remove_range(sent, (uint16_t)(i + 1));
}

/* Cuts range i at `seq`, which lies inside. Returns false if the list may not grow to `limit`. */
static bool split(struct tcp_sent *sent, uint16_t i, uint32_t seq, uint32_t limit)
{
    if (sent->count >= limit)
        return false;
    insert(sent, (uint16_t)(i + 1));
    struct tcp_range *r = at(sent, i);
    r[1] = r[0];
    r[0].end = seq;
    r[1].start = seq;
    return true;
}

/* Index of the range that `seq` lies in; the caller knows that there is one. */
static uint16_t index_of(const struct tcp_sent *sent, uint32_t seq)
{
    uint16_t low = 0;
    uint16_t high = sent->count;

    while (high - low > 1) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (seq_after(at(sent, middle)->start, seq))
            high = middle;
        else
            low = middle;
    }
    return low;
}

void nonnet_tcp_sent_append(struct tcp_sent *sent, uint32_t start, uint32_t end, uint32_t now,
                            uint32_t together)
{
    struct tcp_range new = {start, end, now, now, TCP_RANGE_FLIGHT, false};

    if (sent->count > 0) {
        struct tcp_range *tail = at(sent, (uint16_t)(sent->count - 1));
        bool full = sent->count == sent->size;
        if (tail->state == TCP_RANGE_FLIGHT && (full || is_alike(tail, &new, together))) {
            tail->end = end;
            tail->sent_last = now;
            return;
        }
    } else {
        sent->first = 0;
    }
    insert(sent, sent->count);
    *at(sent, (uint16_t)(sent->count - 1)) = new;
}

bool nonnet_tcp_sent_has_room(const struct tcp_sent *sent)
{
    return sent->count + 1u < sent->size ||
           at(sent, (uint16_t)(sent->count - 1))->state == TCP_RANGE_FLIGHT;
}

/* `len` bytes of a range, from `start` on, have arrived. */
static void deliver(struct tcp_delivery *d, const struct tcp_range *r, uint32_t start, uint32_t end)
{
    if (r->state == TCP_RANGE_SACKED)
        return;
    d->bytes += end - start;
    d->high = d->any ? seq_max(d->high, end) : end;
    if (!r->retransmitted) {
        d->original_low = d->original ? seq_min(d->original_low, start) : start;
        d->original = true;
    }
    if (!d->any || seq_after(r->sent_last, d->sent) ||
        (r->sent_last == d->sent && seq_after(end, d->end))) {
        d->any = true;
        d->sent = r->sent_last;
        d->end = end;
        d->retransmitted = r->retransmitted;
    }
}

void nonnet_tcp_sent_acknowledge(struct tcp_sent *sent, uint32_t una, struct tcp_delivery *delivery)
{
    while (sent->count > 0) {
        struct tcp_range *r = at(sent, 0);
        if (!seq_after(una, r->start))
            return;
        uint32_t end = seq_min(una, r->end);
        deliver(delivery, r, r->start, end);
        account(sent, r, end - r->start, false);
        if (end != r->end) {
            r->start = end;
            return;
        }
        sent->first++;
        sent->count--;
    }
}

void nonnet_tcp_sent_sack(struct tcp_sent *sent, uint32_t start, uint32_t end,
                          struct tcp_delivery *delivery)
{
    uint16_t i = index_of(sent, start);

    if (at(sent, i)->start != start && at(sent, i)->state != TCP_RANGE_SACKED) {
        if (!split(sent, i, start, sent->size - RESERVED))
            return;
        i++;
    }
    for (; i < sent->count && seq_before(at(sent, i)->start, end); i++) {
        struct tcp_range *r = at(sent, i);
        if (r->state == TCP_RANGE_SACKED)
            continue;
        if (seq_after(r->end, end)) {
            if (!split(sent, i, end, sent->size - RESERVED))
                return;
            r = at(sent, i);
        }
        deliver(delivery, r, r->start, r->end);
        range_set_state(sent, r, TCP_RANGE_SACKED);
        if (i > 0 && is_alike(at(sent, (uint16_t)(i - 1)), r, 0))
            join_next(sent, --i);
    }
    if (i < sent->count && i > 0 && is_alike(at(sent, (uint16_t)(i - 1)), at(sent, i), 0) &&
        at(sent, i)->state == TCP_RANGE_SACKED)
        join_next(sent, (uint16_t)(i - 1));
}

const struct tcp_range *nonnet_tcp_sent_first_lost(const struct tcp_sent *sent)
{
    if (sent->lost == 0)
        return NULL;
    for (uint16_t i = 0; i < sent->count; i++) {
        if (at(sent, i)->state == TCP_RANGE_LOST)
            return at(sent, i);
    }
    return NULL;
}

bool nonnet_tcp_sent_again(struct tcp_sent *sent, const struct tcp_range *range, uint32_t start,
                           uint32_t len, uint32_t now, uint32_t together)
{
    uint16_t i = (uint16_t)(range - at(sent, 0));
    uint32_t end = start + len;

    /* Often the bytes before have just been sent again, too: then only the border moves. */
    if (i > 0 && start == range->start && end != range->end) {
        struct tcp_range *before = at(sent, (uint16_t)(i - 1));
        bool full = sent->count == sent->size;
        if (before->state == TCP_RANGE_FLIGHT && before->retransmitted &&
            (full || now - before->sent_first <= together)) {
            account(sent, range, len, false);
            before->end = end;
            before->sent_last = now;
            at(sent, i)->start = end;
            return true;
        }
    }
    if (start != range->start) {
        if (!split(sent, i, start, sent->size))
            return false;
        i++;
    }
    if (at(sent, i)->end != end && !split(sent, i, end, sent->size))
        return false;
    struct tcp_range *r = at(sent, i);
    range_set_state(sent, r, TCP_RANGE_FLIGHT);
    r->retransmitted = true;
    r->sent_first = r->sent_last = now;
    if (i > 0 && is_alike(at(sent, (uint16_t)(i - 1)), r, together))
        join_next(sent, (uint16_t)(i - 1));
    return true;
}

void nonnet_tcp_sent_lose_all(struct tcp_sent *sent)
{
    /* A list that is full forgets what was selectively acknowledged. */
    bool forget = sent->count + RESERVED > sent->size;

    for (uint16_t i = 0; i < sent->count; i++) {
        struct tcp_range *r = at(sent, i);
        if (forget || r->state == TCP_RANGE_FLIGHT)
            range_set_state(sent, r, TCP_RANGE_LOST);
    }
    for (uint16_t i = 0; i + 1 < sent->count;) {
        const struct tcp_range *a = at(sent, i);
        if (a[0].state == a[1].state && (forget || a[0].retransmitted == a[1].retransmitted))
            join_next(sent, i);
        else
            i++;
    }
}

void nonnet_tcp_sent_lose_first(struct tcp_sent *sent, uint32_t len)
{
    struct tcp_range *r = at(sent, 0);

    if (sent->count == 0 || r->state != TCP_RANGE_FLIGHT)
        return;
    if (r->end - r->start > len)
        (void)split(sent, 0, r->start + len, sent->size);
    range_set_state(sent, at(sent, 0), TCP_RANGE_LOST);
}

void nonnet_tcp_sent_undo(struct tcp_sent *sent)
{
    for (uint16_t i = 0; i < sent->count; i++) {
        if (at(sent, i)->state == TCP_RANGE_LOST)
            range_set_state(sent, at(sent, i), TCP_RANGE_FLIGHT);
    }
}
