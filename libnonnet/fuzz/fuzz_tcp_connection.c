/*
 * A connection under a hostile peer: the input is a list of steps, each a segment of any kind near
 * the windows, an advance of the clock, or a call of the user. What the connection says of itself
 * must stay true, and the sanitizers watch the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "tcp/connection.h"
#include "wire/bytes.h"

#define BUFFER     3000u
#define NRANGES    TCP_RANGES_MIN
#define NINTERVALS 4u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct play {
    struct tcp_connection c;
    uint64_t now;
    struct byte_reader in;
    uint8_t *send;
    uint8_t *receive;
    struct tcp_range *ranges;
    struct tcp_interval *intervals;
};

static void *need(size_t len)
{
    void *p = malloc(len);
    if (!p)
        abort();
    return p;
}

static void check_sent(const struct tcp_sent *sent, uint32_t una, uint32_t next)
{
    uint32_t sacked = 0, lost = 0, at = una;

    for (uint16_t i = 0; i < sent->count; i++) {
        const struct tcp_range *r = &sent->items[sent->first + i];
        if (r->start != at || r->end == r->start)
            abort();
        at = r->end;
        sacked += r->state == TCP_RANGE_SACKED ? r->end - r->start : 0;
        lost += r->state == TCP_RANGE_LOST ? r->end - r->start : 0;
    }
    if (sent->count > 0 && at != next)
        abort();
    if (sacked != sent->sacked || lost != sent->lost || sent->first + sent->count > sent->size)
        abort();
}

static void check(const struct play *p)
{
    const struct tcp_connection *c = &p->c;

    if (c->receive.used > c->receive.size || c->send.used > c->send.size)
        abort();
    if (c->ahead.count > c->ahead.size)
        abort();
    for (uint16_t i = 0; i < c->ahead.count; i++) {
        uint32_t from = c->ahead.items[i].start - c->receive_next;
        uint32_t to = c->ahead.items[i].end - c->receive_next;
        if (from == 0 || from >= to || to > c->receive.size - c->receive.used)
            abort();
    }
    if (c->state >= TCP_ESTABLISHED)
        check_sent(&c->sent, c->send_una, c->send_next);
}

static void output(struct play *p)
{
    struct tcp_segment s;
    uint8_t header[NONNET_TCP_HEADER_MAX];
    volatile uint8_t sum = 0;

    for (int n = 0; nonnet_connection_output(&p->c, p->now, &s); n++) {
        if (n > 1000 || nonnet_tcp_header_encode(&s.header, header, sizeof header) != NONNET_OK)
            abort();
        if (nonnet_tcp_header_len(&s.header) - NONNET_TCP_HEADER_MIN + s.payload.len[0] +
                s.payload.len[1] >
            p->c.path_mss)
            abort();
        for (int i = 0; i < 2; i++) {
            for (uint32_t at = 0; at < s.payload.len[i]; at++)
                sum = (uint8_t)(sum + s.payload.data[i][at]);
        }
        check(p);
    }
}

static void segment(struct play *p)
{
    static const uint8_t payload[2048];
    struct nonnet_tcp_header h = {0};
    uint8_t options = byte_reader_u8(&p->in);

    h.flags = byte_reader_u8(&p->in);
    h.seq = p->c.receive_next + (uint32_t)(int16_t)byte_reader_u16(&p->in);
    h.ack = p->c.send_next + (uint32_t)(int16_t)byte_reader_u16(&p->in);
    h.window = byte_reader_u16(&p->in);
    h.urgent = byte_reader_u16(&p->in);
    h.has_timestamps = options & 1;
    h.timestamp = byte_reader_u8(&p->in);
    h.timestamp_echo = byte_reader_u8(&p->in);
    h.has_mss = h.has_window_scale = h.sack_permitted = (options & 2) != 0;
    h.mss = h.has_mss ? h.window : 0;
    h.window_scale = (uint8_t)(h.has_mss ? h.urgent : 0);
    h.nsack = options >> 2 & 3;
    for (uint8_t i = 0; i < h.nsack; i++) {
        h.sack[i].start = p->c.send_una + (uint32_t)(int16_t)byte_reader_u16(&p->in);
        h.sack[i].end = h.sack[i].start + byte_reader_u16(&p->in);
    }
    (void)nonnet_connection_input(&p->c, &h, payload, byte_reader_u16(&p->in) % sizeof payload,
                                  p->now);
}

static void step(struct play *p)
{
    static const uint8_t text[1024];
    uint8_t out[1024];

    switch (byte_reader_u8(&p->in) % 8) {
    case 0:
        p->now += byte_reader_u32(&p->in);
        nonnet_connection_tick(&p->c, p->now);
        break;
    case 1:
        (void)nonnet_connection_write(&p->c, text, byte_reader_u16(&p->in) % sizeof text);
        break;
    case 2:
        (void)nonnet_connection_read(&p->c, out, byte_reader_u16(&p->in) % sizeof out);
        break;
    case 3:
        nonnet_connection_set_mss(&p->c, byte_reader_u16(&p->in), p->now);
        break;
    case 4:
        if (byte_reader_u8(&p->in) == 0)
            nonnet_connection_shutdown(&p->c, p->now);
        else
            nonnet_connection_mark_urgent(&p->c);
        break;
    default:
        segment(p);
        break;
    }
    check(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play p = {.now = 1000000, .in = byte_reader(data, size)};
    uint8_t options = byte_reader_u8(&p.in);
    struct tcp_config config = {.mss = 500,
                                .initial_seq = 0xfffffe00u,
                                .no_sack = options & 1,
                                .no_timestamps = options >> 1 & 1,
                                .no_window_scale = options >> 2 & 1,
                                .no_delay = options >> 3 & 1};

    p.send = need(BUFFER);
    p.receive = need(BUFFER);
    p.ranges = need(NRANGES * sizeof *p.ranges);
    p.intervals = need(NINTERVALS * sizeof *p.intervals);
    struct tcp_memory memory = {p.send,   p.receive,   BUFFER,  BUFFER,
                                p.ranges, p.intervals, NRANGES, NINTERVALS};
    if (nonnet_connection_init(&p.c, &memory, &config) != NONNET_OK)
        abort();
    if (options & 16) {
        nonnet_connection_connect(&p.c, p.now);
    } else {
        struct tcp_handshake handshake = {.initial_seq_local = config.initial_seq,
                                          .initial_seq_remote = 0xffffff00u,
                                          .mss = 500,
                                          .window = 2000,
                                          .has_sack = true,
                                          .has_timestamps = true};
        nonnet_connection_accept(&p.c, &handshake, p.now);
    }
    while (!p.in.failed && p.in.left > 0) {
        step(&p);
        output(&p);
    }
    free(p.send);
    free(p.receive);
    free(p.ranges);
    free(p.intervals);
    return 0;
}
