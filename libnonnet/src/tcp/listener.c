#include "listener.h"

#include <string.h>

#include "internal.h"
#include "wire/bytes.h"

#define SYN_ACKS_MAX  5u            /* sent in all, 1, 2, 4, 8 and 16 s apart */
#define SYN_ACK_FIRST (1u * SECOND) /* RFC 6298 section 2.1 */
#define COOKIE_PERIOD 24u           /* log2 of microseconds: 16.8 s */

/*
 * What a cookie can say of the peer's MSS and window scale; each is rounded down to one of these.
 */
static const uint16_t cookie_mss[8] = {216, 536, 1024, 1220, 1360, 1400, 1440, 1460};
static const uint8_t cookie_scale[8] = {0, 0, 2, 4, 6, 7, 8, 10}; /* the first: no scaling */

#define COOKIE_MSS(bits)   ((bits)&7u)
#define COOKIE_SCALE(bits) ((bits) >> 3 & 7u)
#define COOKIE_SACK        0x40u
#define COOKIE_ODD         0x80u

/* The hash of a flow and two numbers, for one purpose. */
static uint64_t hash_flow(const struct tcp_hash *hash, enum tcp_hash_purpose purpose,
                          const struct tcp_flow *flow, uint32_t a, uint64_t b)
{
    uint8_t data[TCP_FLOW_MAX + 14];
    size_t len = flow->len;

    memcpy(data, flow->bytes, len);
    data[len++] = (uint8_t)purpose;
    data[len++] = flow->len;
    struct byte_writer w = byte_writer(data + len, 12);
    byte_writer_u32(&w, a);
    byte_writer_u32(&w, (uint32_t)(b >> 32));
    byte_writer_u32(&w, (uint32_t)b);
    len += w.used;
    return hash->function(hash->context, data, len);
}

uint32_t nonnet_tcp_initial_seq(const struct tcp_hash *hash, const struct tcp_flow *flow,
                                uint64_t now)
{
    return (uint32_t)(now >> 2) + (uint32_t)hash_flow(hash, TCP_HASH_SEQUENCE, flow, 0, 0);
}

uint32_t nonnet_tcp_timestamp_offset(const struct tcp_hash *hash, const struct tcp_flow *flow)
{
    return (uint32_t)hash_flow(hash, TCP_HASH_TIMESTAMP, flow, 0, 0);
}

int nonnet_tcp_listener_init(struct tcp_listener *l, struct tcp_half_open *entries,
                             uint32_t nentries, const struct tcp_listener_config *config)
{
    if (!entries || nentries == 0 || nentries % TCP_LISTENER_WAYS != 0 || !config->hash.function ||
        config->mss < TCP_MSS_MIN || config->receive_size == 0 || config->backlog == 0)
        return NONNET_E_INVALID;
    memset(entries, 0, nentries * sizeof *entries);
    *l = (struct tcp_listener){
        .config = *config, .entries = entries, .nentries = nentries, .earliest = TCP_NEVER};
    return NONNET_OK;
}

static bool flow_is(const struct tcp_flow *a, const struct tcp_flow *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* The entries that a flow may be in. */
static struct tcp_half_open *set_of(const struct tcp_listener *l, const struct tcp_flow *flow)
{
    uint32_t nsets = l->nentries / TCP_LISTENER_WAYS;
    uint32_t h = (uint32_t)hash_flow(&l->config.hash, TCP_HASH_TABLE, flow, 0, 0);

    return &l->entries[(uint32_t)(((uint64_t)h * nsets) >> 32) * TCP_LISTENER_WAYS];
}

static struct tcp_half_open *entry_find(struct tcp_half_open *set, const struct tcp_flow *flow)
{
    for (unsigned i = 0; i < TCP_LISTENER_WAYS; i++) {
        if (set[i].used && flow_is(&set[i].flow, flow))
            return &set[i];
    }
    return NULL;
}

static struct tcp_half_open *entry_free(struct tcp_half_open *set)
{
    for (unsigned i = 0; i < TCP_LISTENER_WAYS; i++) {
        if (!set[i].used)
            return &set[i];
    }
    return NULL;
}

static void entry_drop(struct tcp_listener *l, struct tcp_half_open *entry)
{
    entry->used = false;
    l->nused--;
}

/* What the SYN offers, as far as this listener takes it. */
static struct tcp_handshake handshake_of(const struct tcp_listener *l, const struct tcp_flow *flow,
                                         const struct nonnet_tcp_header *h)
{
    return (struct tcp_handshake){
        .initial_seq_remote = h->seq,
        .timestamp_offset = nonnet_tcp_timestamp_offset(&l->config.hash, flow),
        .timestamp_recent = h->timestamp,
        .mss = h->has_mss ? h->mss : (uint16_t)TCP_MSS_DEFAULT,
        .window = h->window,
        .window_scale = (uint8_t)min_u32(h->window_scale, NONNET_TCP_WINDOW_SHIFT),
        .has_window_scale = h->has_window_scale && !l->config.no_window_scale,
        .has_timestamps = h->has_timestamps && !l->config.no_timestamps,
        .has_sack = h->sack_permitted && !l->config.no_sack,
    };
}

static void syn_ack(const struct tcp_listener *l, const struct tcp_handshake *handshake,
                    uint16_t local_port, uint16_t remote_port, uint64_t now,
                    struct nonnet_tcp_header *out)
{
    *out = (struct nonnet_tcp_header){
        .source_port = local_port,
        .destination_port = remote_port,
        .seq = handshake->initial_seq_local,
        .ack = handshake->initial_seq_remote + 1,
        .flags = NONNET_TCP_SYN | NONNET_TCP_ACK,
        .window = (uint16_t)min_u32(l->config.receive_size, UINT16_MAX),
        .has_mss = true,
        .mss = l->config.mss,
        .has_window_scale = handshake->has_window_scale,
        .window_scale = nonnet_tcp_window_shift(l->config.receive_size),
        .has_timestamps = handshake->has_timestamps,
        .sack_permitted = handshake->has_sack,
    };
    if (!handshake->has_window_scale)
        out->window_scale = 0;
    if (handshake->has_timestamps) {
        out->timestamp = (uint32_t)(now >> 10) + handshake->timestamp_offset;
        out->timestamp_echo = handshake->timestamp_recent;
    }
}

/* The largest index whose value is at most `value`; the table rises. */
static uint8_t mss_index(uint16_t value)
{
    uint8_t i = 7;

    while (i > 0 && cookie_mss[i] > value)
        i--;
    return i;
}

static uint8_t scale_index(const struct tcp_handshake *handshake)
{
    uint8_t i = 7;

    if (!handshake->has_window_scale)
        return 0;
    while (i > 1 && cookie_scale[i] > handshake->window_scale)
        i--;
    return i;
}

static uint32_t cookie_make(const struct tcp_listener *l, const struct tcp_flow *flow,
                            uint32_t seq_remote, uint8_t bits, uint64_t period)
{
    uint64_t h = hash_flow(&l->config.hash, TCP_HASH_COOKIE, flow, seq_remote, period);

    return ((uint32_t)h & 0xffffff00u) | (bits ^ (uint8_t)(h >> 32));
}

static enum tcp_listener_result answer_with_cookie(struct tcp_listener *l,
                                                   const struct tcp_flow *flow,
                                                   struct tcp_handshake *handshake,
                                                   const struct nonnet_tcp_header *h, uint64_t now,
                                                   struct nonnet_tcp_header *answer)
{
    uint64_t period = now >> COOKIE_PERIOD;
    uint8_t bits = (uint8_t)(mss_index(handshake->mss) | scale_index(handshake) << 3);

    if (handshake->mss < cookie_mss[0])
        return TCP_LISTENER_DROP; /* a cookie cannot promise segments that small */
    bits |= handshake->has_sack ? COOKIE_SACK : 0;
    bits |= (period & 1) ? COOKIE_ODD : 0;
    handshake->initial_seq_local =
        cookie_make(l, flow, handshake->initial_seq_remote, bits, period);
    l->cookie_at = now;
    l->ncookies_sent++;
    syn_ack(l, handshake, h->destination_port, h->source_port, now, answer);
    return TCP_LISTENER_ANSWER;
}

static enum tcp_listener_result input_syn(struct tcp_listener *l, const struct tcp_flow *flow,
                                          const struct nonnet_tcp_header *h, uint64_t now,
                                          struct nonnet_tcp_header *answer)
{
    struct tcp_half_open *set = set_of(l, flow);
    struct tcp_half_open *entry = entry_find(set, flow);
    struct tcp_handshake handshake = handshake_of(l, flow, h);

    if (entry && entry->handshake.initial_seq_remote == h->seq) {
        syn_ack(l, &entry->handshake, entry->local_port, entry->remote_port, now, answer);
        return TCP_LISTENER_ANSWER;
    }
    if (entry)
        entry_drop(l, entry); /* the peer has begun anew */
    entry = entry_free(set);
    if (!entry)
        return answer_with_cookie(l, flow, &handshake, h, now, answer);
    handshake.initial_seq_local = nonnet_tcp_initial_seq(&l->config.hash, flow, now);
    *entry = (struct tcp_half_open){
        .flow = *flow,
        .handshake = handshake,
        .local_port = h->destination_port,
        .remote_port = h->source_port,
        .deadline = now + SYN_ACK_FIRST,
        .nsent = 1,
        .used = true,
    };
    l->nused++;
    if (entry->deadline < l->earliest)
        l->earliest = entry->deadline;
    syn_ack(l, &handshake, h->destination_port, h->source_port, now, answer);
    return TCP_LISTENER_ANSWER;
}

/* Whether the ACK brings a cookie back that was sent in this period or in the one before. */
static bool cookie_is_valid(const struct tcp_listener *l, const struct tcp_flow *flow,
                            const struct nonnet_tcp_header *h, uint64_t now, uint8_t *bits)
{
    uint64_t period = now >> COOKIE_PERIOD;

    for (unsigned age = 0; age < 2 && age <= period; age++) {
        uint32_t made = cookie_make(l, flow, h->seq - 1, 0, period - age);
        uint32_t difference = made ^ (h->ack - 1);
        if ((difference & 0xffffff00u) != 0)
            continue;
        *bits = (uint8_t)difference;
        return ((*bits & COOKIE_ODD) != 0) == (((period - age) & 1) != 0);
    }
    return false;
}

/* Whether one was sent that can still be valid. */
static bool cookies_are_out(const struct tcp_listener *l, uint64_t now)
{
    return l->cookie_at != 0 && now - l->cookie_at <= (uint64_t)2 << COOKIE_PERIOD;
}

static bool cookie_take(struct tcp_listener *l, const struct tcp_flow *flow,
                        const struct nonnet_tcp_header *h, uint64_t now,
                        struct tcp_handshake *handshake)
{
    uint8_t bits;

    if (!cookies_are_out(l, now))
        return false; /* no hash is spent on it */
    if (!cookie_is_valid(l, flow, h, now, &bits)) {
        l->ncookies_refused++;
        return false;
    }
    *handshake = (struct tcp_handshake){
        .initial_seq_local = h->ack - 1,
        .initial_seq_remote = h->seq - 1,
        .timestamp_offset = nonnet_tcp_timestamp_offset(&l->config.hash, flow),
        .timestamp_recent = h->timestamp,
        .mss = cookie_mss[COOKIE_MSS(bits)],
        .window = h->window,
        .window_scale = cookie_scale[COOKIE_SCALE(bits)],
        .has_window_scale = COOKIE_SCALE(bits) != 0,
        .has_timestamps = h->has_timestamps && !l->config.no_timestamps,
        .has_sack = (bits & COOKIE_SACK) != 0,
    };
    l->ncookies_taken++;
    return true;
}

/*
 * A cookie's number is known to the first segment behind the SYN alone. When that one was lost, those
 * that follow it are not refused: the peer will repeat it.
 */
static bool may_follow_a_cookie(const struct tcp_listener *l, const struct nonnet_tcp_header *h,
                                size_t len, uint64_t now)
{
    return cookies_are_out(l, now) && (len > 0 || (h->flags & NONNET_TCP_FIN));
}

static enum tcp_listener_result input_ack(struct tcp_listener *l, const struct tcp_flow *flow,
                                          const struct nonnet_tcp_header *h, size_t len,
                                          uint64_t now, struct nonnet_tcp_header *answer,
                                          struct tcp_handshake *handshake)
{
    struct tcp_half_open *entry = entry_find(set_of(l, flow), flow);
    bool is_known = false;

    if (entry) {
        const struct tcp_handshake *known = &entry->handshake;
        /* RFC 9293 section 3.10.7.4: an old duplicate is no acknowledgement of this SYN. */
        if (h->seq - known->initial_seq_remote - 1 > UINT16_MAX)
            return TCP_LISTENER_DROP;
        if (known->has_timestamps &&
            (!h->has_timestamps || seq_before(h->timestamp, known->timestamp_recent)))
            return TCP_LISTENER_DROP;
        is_known = h->ack == known->initial_seq_local + 1;
    }
    /*
     * Without a place in the backlog the peer may try again: the entry stays, and so does a cookie.
     */
    if (l->nwaiting >= l->config.backlog)
        return TCP_LISTENER_DROP;
    /* A SYN may have had a cookie, and its repetition an entry, when there was a place again. */
    if (is_known)
        *handshake = entry->handshake;
    else if (!cookie_take(l, flow, h, now, handshake))
        return !may_follow_a_cookie(l, h, len, now) && nonnet_tcp_refuse(h, len, answer)
                   ? TCP_LISTENER_ANSWER
                   : TCP_LISTENER_DROP;
    if (entry)
        entry_drop(l, entry);
    l->nwaiting++;
    return TCP_LISTENER_CONNECT;
}

enum tcp_listener_result
nonnet_tcp_listener_input(struct tcp_listener *l, const struct tcp_flow *flow,
                          const struct nonnet_tcp_header *header, size_t len, uint64_t now,
                          struct nonnet_tcp_header *answer, struct tcp_handshake *handshake)
{
    if (flow->len > TCP_FLOW_MAX)
        return TCP_LISTENER_DROP;
    if (header->flags & NONNET_TCP_RST) {
        struct tcp_half_open *entry = entry_find(set_of(l, flow), flow);
        /* RFC 5961 section 3.2. */
        if (entry && header->seq == entry->handshake.initial_seq_remote + 1)
            entry_drop(l, entry);
        return TCP_LISTENER_DROP;
    }
    if ((header->flags & (NONNET_TCP_SYN | NONNET_TCP_ACK)) == NONNET_TCP_SYN)
        return input_syn(l, flow, header, now, answer);
    if ((header->flags & (NONNET_TCP_SYN | NONNET_TCP_ACK)) == NONNET_TCP_ACK)
        return input_ack(l, flow, header, len, now, answer, handshake);
    if (header->flags & NONNET_TCP_ACK)
        return nonnet_tcp_refuse(header, len, answer) ? TCP_LISTENER_ANSWER : TCP_LISTENER_DROP;
    return TCP_LISTENER_DROP;
}

void nonnet_tcp_listener_taken(struct tcp_listener *l)
{
    if (l->nwaiting > 0)
        l->nwaiting--;
}

bool nonnet_tcp_listener_output(struct tcp_listener *l, uint64_t now, struct tcp_flow *flow,
                                struct nonnet_tcp_header *out)
{
    uint64_t earliest = TCP_NEVER;

    if (now < l->earliest)
        return false;
    for (uint32_t i = 0; i < l->nentries; i++) {
        struct tcp_half_open *entry = &l->entries[i];
        if (!entry->used)
            continue;
        if (entry->deadline <= now && entry->nsent >= SYN_ACKS_MAX) {
            entry_drop(l, entry);
        } else if (entry->deadline <= now) {
            entry->deadline = now + (SYN_ACK_FIRST << entry->nsent);
            entry->nsent++;
            *flow = entry->flow;
            syn_ack(l, &entry->handshake, entry->local_port, entry->remote_port, now, out);
            return true; /* `earliest` stays in the past: the next call goes on */
        } else if (entry->deadline < earliest) {
            earliest = entry->deadline;
        }
    }
    l->earliest = earliest;
    return false;
}

uint64_t nonnet_tcp_listener_deadline(const struct tcp_listener *l)
{
    return l->earliest;
}
