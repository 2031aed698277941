/*
 * The deadlines of a connection: retransmission (RFC 6298), reordering and tail loss probes (RFC
 * 8985), window probes, delayed acknowledgements, keep-alive, user timeout and TIME-WAIT (RFC
 * 9293).
 */
#include "internal.h"

#define RTO_MAX           (60u * SECOND)
#define CLOCK_GRANULARITY 1024u
#define PEER_ACK_DELAY    (200u * MILLISECOND) /* RFC 8985 section 7.2 */

void nonnet_tcp_rtt_sample(struct tcp_connection *c, uint32_t rtt)
{
    rtt = min_u32(max_u32(rtt, 1), RTO_MAX);
    c->rtt_min = min_u32(c->rtt_min, rtt);
    if (c->srtt == 0) {
        c->srtt = rtt;
        c->rttvar = rtt / 2;
    } else {
        uint32_t error = c->srtt > rtt ? c->srtt - rtt : rtt - c->srtt;
        c->rttvar = c->rttvar - c->rttvar / 4 + error / 4;
        c->srtt = max_u32(c->srtt - c->srtt / 8 + rtt / 8, 1);
    }
    /* The least timeout is a least margin: a probe after two round trips must come before it. */
    c->rto = c->srtt +
             max_u32(c->config.rto_min_ms * MILLISECOND, max_u32(CLOCK_GRANULARITY, 4 * c->rttvar));
    c->rto = min_u32(c->rto, RTO_MAX);
}

uint32_t nonnet_tcp_together(const struct tcp_connection *c)
{
    return c->srtt / 32;
}

/* RFC 6298 section 5.5. */
static uint32_t backed_off(uint32_t interval, uint8_t times)
{
    while (times-- > 0 && interval < RTO_MAX)
        interval *= 2;
    return min_u32(interval, RTO_MAX);
}

static void timer_set(struct tcp_connection *c, enum tcp_timer timer, uint64_t now, uint32_t after)
{
    uint64_t last = c->progress_at + (uint64_t)c->config.user_timeout_ms * MILLISECOND;

    c->timer = timer;
    c->timer_at = now + after;
    if (c->timer_at > last)
        c->timer_at = last > now ? last : now;
}

/* RFC 8985 section 7.2. */
static uint32_t probe_timeout(const struct tcp_connection *c)
{
    uint32_t pto = c->srtt > 0 ? 2 * c->srtt : SECOND;

    if (sent_bytes(&c->sent) <= tcp_send_mss(c))
        pto += PEER_ACK_DELAY;
    return pto;
}

void nonnet_tcp_timer_restart(struct tcp_connection *c, uint32_t reorder, uint64_t now)
{
    uint32_t rto = backed_off(c->rto, c->nbackoffs);

    if (!tcp_is_synchronized(c)) {
        timer_set(c, TCP_TIMER_RETRANSMIT, now, rto);
        return;
    }
    if (c->sent.count == 0) {
        c->timer = TCP_TIMER_NONE;
        c->timer_at = TCP_NEVER;
        return;
    }
    if (c->send_window == 0) {
        timer_set(c, TCP_TIMER_PERSIST, now, backed_off(c->rto, c->nprobes));
        return;
    }
    if (reorder > 0) {
        timer_set(c, TCP_TIMER_REORDER, now, reorder);
        return;
    }
    if (c->sack && c->recovery == TCP_RECOVERY_NONE && c->sent.sacked == 0 && !c->tlp_outstanding &&
        probe_timeout(c) < rto) {
        timer_set(c, TCP_TIMER_PROBE, now, probe_timeout(c));
        return;
    }
    uint64_t elapsed = now - c->rto_start;
    timer_set(c, TCP_TIMER_RETRANSMIT, now, elapsed < rto ? rto - (uint32_t)elapsed : 1);
}

void nonnet_tcp_timer_ensure(struct tcp_connection *c, uint64_t now)
{
    if (c->timer == TCP_TIMER_NONE)
        nonnet_tcp_timer_restart(c, 0, now);
}

void nonnet_tcp_timer_persist(struct tcp_connection *c, uint64_t now)
{
    if (c->timer == TCP_TIMER_PERSIST)
        return;
    c->progress_at = now;
    timer_set(c, TCP_TIMER_PERSIST, now, backed_off(c->rto, c->nprobes));
}

static void retransmit_expired(struct tcp_connection *c, uint64_t now)
{
    c->rto_start = now;
    if (tcp_is_synchronized(c)) {
        nonnet_tcp_recovery_timeout(c, now);
    } else {
        c->syn_pending = true;
        c->rtt_timing = false;
        if (c->nbackoffs < 16)
            c->nbackoffs++;
    }
    nonnet_tcp_timer_restart(c, 0, now);
}

static void reorder_expired(struct tcp_connection *c, uint64_t now)
{
    uint32_t wait = nonnet_tcp_rack_detect(c, now);

    if (c->recovery == TCP_RECOVERY_NONE && c->sent.lost > 0)
        nonnet_tcp_recovery_enter(c, now);
    if (c->recovery != TCP_RECOVERY_NONE)
        nonnet_tcp_recovery_advance(c, 0, now);
    nonnet_tcp_timer_restart(c, wait, now);
}

static void timer_expired(struct tcp_connection *c, uint64_t now)
{
    if (now - c->progress_at >= (uint64_t)c->config.user_timeout_ms * MILLISECOND) {
        nonnet_connection_end(c, TCP_EVENT_TIMED_OUT);
        return;
    }
    switch (c->timer) {
    case TCP_TIMER_RETRANSMIT:
        retransmit_expired(c, now);
        break;
    case TCP_TIMER_REORDER:
        reorder_expired(c, now);
        break;
    case TCP_TIMER_PROBE:
        c->tlp_pending = true;
        c->rto_start = now;
        timer_set(c, TCP_TIMER_RETRANSMIT, now, backed_off(c->rto, c->nbackoffs));
        break;
    case TCP_TIMER_PERSIST:
        c->probe_pending = true;
        if (c->nprobes < 16)
            c->nprobes++;
        timer_set(c, TCP_TIMER_PERSIST, now, backed_off(c->rto, c->nprobes));
        break;
    case TCP_TIMER_NONE:
        break;
    }
}

/*
 * RFC 9293 section 3.8.4: only when asked for, and only when nothing else is in flight; also for who
 * has ended and waits for what the peer still sends.
 */
static uint64_t keepalive_at(const struct tcp_connection *c)
{
    if (c->config.keepalive_idle_ms == 0 || c->sent.count > 0 ||
        (c->state != TCP_ESTABLISHED && c->state != TCP_CLOSE_WAIT && c->state != TCP_FIN_WAIT_2))
        return TCP_NEVER;
    if (c->nkeepalives > 0)
        return c->keepalive_sent_at + (uint64_t)c->config.keepalive_period_ms * MILLISECOND;
    return c->heard_at + (uint64_t)c->config.keepalive_idle_ms * MILLISECOND;
}

/* However late the clock comes, each probe has its time to be answered. */
static void keepalive_expired(struct tcp_connection *c, uint64_t now)
{
    if (c->nkeepalives >= c->config.keepalive_count) {
        nonnet_connection_end(c, TCP_EVENT_TIMED_OUT);
        return;
    }
    c->nkeepalives++;
    c->keepalive_sent_at = now;
    c->keepalive_pending = true;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t nonnet_connection_deadline(const struct tcp_connection *c)
{
    return earlier(earlier(c->timer_at, c->delayed_ack_at), earlier(c->linger_at, keepalive_at(c)));
}

void nonnet_connection_tick(struct tcp_connection *c, uint64_t now)
{
    if (c->delayed_ack_at <= now) {
        c->delayed_ack_at = TCP_NEVER;
        c->ack_pending = true;
    }
    if (c->linger_at <= now) {
        nonnet_connection_end(c, 0);
        return;
    }
    if (c->timer_at <= now)
        timer_expired(c, now);
    if (keepalive_at(c) <= now)
        keepalive_expired(c, now);
}
