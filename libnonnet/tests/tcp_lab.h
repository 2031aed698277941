/*
 * One TCP connection on the table: segments are laid before it, and what it answers is compared.
 * Its own numbers start at 1000 (the first byte is 1001), the peer's at 5000. Options are off
 * unless a test wants them, and the segment size is 1000.
 */
#ifndef NONNET_TESTS_TCP_LAB_H
#define NONNET_TESTS_TCP_LAB_H

#include <check_main.h>

#include "tcp/connection.h"
#include "tcp/internal.h"

#define OURS   1001u /* sequence number of the first byte that we send */
#define THEIRS 5001u /* and of the first one that the peer sends */
#define MSS    1000u
#define WINDOW 8000u /* of both */
#define MS     1000u

#define S NONNET_TCP_SYN
#define A NONNET_TCP_ACK
#define F NONNET_TCP_FIN
#define R NONNET_TCP_RST
#define P NONNET_TCP_PSH
#define U NONNET_TCP_URG

struct lab {
    struct tcp_connection c;
    uint64_t now;
    struct nonnet_tcp_header in; /* the next segment of the peer: what lab_in() does not set */
    struct tcp_segment out;      /* the last one of ours */
    uint8_t send[WINDOW];
    uint8_t receive[WINDOW];
    struct tcp_range ranges[64];
    struct tcp_interval intervals[16];
    enum tcp_input_result result;
};

static struct lab lab;

static inline struct tcp_config lab_config(void)
{
    return (struct tcp_config){.local_port = 1234,
                               .remote_port = 80,
                               .mss = MSS,
                               .initial_seq = OURS - 1,
                               .no_timestamps = true,
                               .no_sack = true,
                               .no_window_scale = true,
                               .rto_min_ms = 200};
}

static inline void lab_init(const struct tcp_config *config)
{
    lab = (struct lab){.now = 1000000, .in = {.window = WINDOW}};
    struct tcp_memory memory = {lab.send,   lab.receive,   WINDOW, WINDOW,
                                lab.ranges, lab.intervals, 64,     16};
    ck_assert_int_eq(nonnet_connection_init(&lab.c, &memory, config), NONNET_OK);
}

/* Byte of the stream at sequence number `seq`, the same for both directions. */
static inline uint8_t lab_byte(uint32_t seq)
{
    return (uint8_t)(seq * 31u >> 3 ^ seq);
}

/* Lays a segment of the peer before the connection. */
static inline void lab_in(uint8_t flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    static uint8_t payload[65536];
    lab.in.flags = flags;
    lab.in.seq = seq;
    lab.in.ack = ack;
    for (uint32_t i = 0; i < len; i++)
        payload[i] = lab_byte(seq + i);
    lab.result = nonnet_connection_input(&lab.c, &lab.in, payload, len, lab.now);
}

static inline uint32_t lab_out_len(void)
{
    return lab.out.payload.len[0] + lab.out.payload.len[1];
}

/* The next segment is this one. */
static inline void lab_out(uint8_t flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    ck_assert_msg(nonnet_connection_output(&lab.c, lab.now, &lab.out), "nothing is sent");
    const struct nonnet_tcp_header *h = &lab.out.header;
    ck_assert_msg(h->flags == flags && h->seq == seq && lab_out_len() == len &&
                      (h->ack == ack || (flags & A) == 0),
                  "sent flags %#x seq %u ack %u len %u, not %#x %u %u %u", h->flags, h->seq, h->ack,
                  lab_out_len(), flags, seq, ack, len);
}

static inline void lab_silent(void)
{
    bool any = nonnet_connection_output(&lab.c, lab.now, &lab.out);
    ck_assert_msg(!any, "sent flags %#x seq %u ack %u len %u", lab.out.header.flags,
                  lab.out.header.seq, lab.out.header.ack, lab_out_len());
}

static inline void lab_tick(uint64_t after)
{
    lab.now += after;
    nonnet_connection_tick(&lab.c, lab.now);
}

/* Goes to the deadline, which is `after` from now. */
static inline void lab_deadline(uint64_t after)
{
    ck_assert_uint_eq(nonnet_connection_deadline(&lab.c), lab.now + after);
    lab_tick(after);
}

static inline void lab_write(uint32_t len)
{
    uint8_t data[WINDOW];
    uint32_t start = lab.c.send_una + lab.c.send.used;
    for (uint32_t i = 0; i < len; i++)
        data[i] = lab_byte(start + i);
    ck_assert_uint_eq(nonnet_connection_write(&lab.c, data, len), len);
}

/* Reads `len` bytes, which are those that follow `seq`. */
static inline void lab_read(uint32_t seq, uint32_t len)
{
    uint8_t got[WINDOW];
    ck_assert_uint_eq(nonnet_connection_read(&lab.c, got, len), len);
    for (uint32_t i = 0; i < len; i++) {
        if (got[i] != lab_byte(seq + i))
            ck_abort_msg("wrong byte at %u", seq + i);
    }
}

/* What the peer offers in its SYN is in lab.in; our SYN is answered after `rtt`. */
static inline void lab_connect(uint64_t rtt)
{
    nonnet_connection_connect(&lab.c, lab.now);
    lab_out(S, OURS - 1, 0, 0);
    lab.now += rtt;
    lab.in.has_mss = true;
    lab.in.mss = MSS;
    lab_in(S | A, THEIRS - 1, OURS, 0);
    lab.in.has_mss = lab.in.has_window_scale = lab.in.sack_permitted = false;
    lab_out(A, OURS, THEIRS, 0);
    lab_silent();
    ck_assert_int_eq(lab.c.state, TCP_ESTABLISHED);
    ck_assert(nonnet_connection_events(&lab.c) & TCP_EVENT_CONNECTED);
    lab.c.nquick = 0; /* as after the first segments */
}

/* An established connection without options. */
static inline void lab_established(void)
{
    struct tcp_config config = lab_config();
    lab_init(&config);
    lab_connect(100 * MS);
}

#endif
