/*
 * Congestion control: CUBIC (RFC 9438), slow start with HyStart++ (RFC 9406), initial window of RFC
 * 6928, restart after idleness of RFC 5681 section 4.1. All windows in bytes.
 */
#ifndef NONNET_TCP_CONGESTION_H
#define NONNET_TCP_CONGESTION_H

#include <stdbool.h>
#include <stdint.h>

struct tcp_congestion {
    uint32_t window; /* cwnd */
    uint32_t slow_start_threshold;
    uint32_t mss;

    /* CUBIC. Times are in units of 1024 microseconds. */
    uint32_t window_max;   /* W_max: where the curve is flat */
    uint32_t window_prior; /* before the last reduction */
    uint32_t window_reno;  /* W_est: what Reno would have by now */
    uint32_t epoch;        /* start of this congestion avoidance */
    uint32_t k;            /* from the epoch until window_max is reached again */
    uint32_t fraction;     /* of a byte that the window owes, in units of 1 / window */
    bool in_epoch;

    /* HyStart++. */
    bool in_round;        /* one has begun */
    uint32_t round_end;   /* sequence number: the round ends when it is acknowledged */
    uint32_t rtt_last;    /* smallest round-trip time of the last round, and of this one, in */
    uint32_t rtt_current; /* microseconds; UINT32_MAX while unknown */
    uint32_t rtt_baseline;
    uint16_t nrtts;  /* of this round */
    uint8_t nrounds; /* of conservative slow start; 0 outside of it */

    /* Before the last reduction, for when it turns out to have had no reason (RFC 4015). */
    uint32_t undo_window;
    uint32_t undo_threshold;
    uint32_t undo_window_max;
};

void nonnet_tcp_congestion_init(struct tcp_congestion *cc, uint32_t mss);

/* A round-trip time was measured, in microseconds. */
void nonnet_tcp_congestion_rtt(struct tcp_congestion *cc, uint32_t rtt_us);

/*
 * `bytes` were newly delivered, outside of loss recovery, while the window was what held the sender
 * back. `una` and `next` are SND.UNA and SND.NXT.
 */
void nonnet_tcp_congestion_delivered(struct tcp_congestion *cc, uint32_t bytes, uint32_t una,
                                     uint32_t next, uint64_t now_us, uint32_t srtt_us);

/* Something was lost: sets the threshold; the caller sets the window. */
void nonnet_tcp_congestion_lost(struct tcp_congestion *cc);

/* Takes the last reduction back. */
void nonnet_tcp_congestion_undo(struct tcp_congestion *cc);

/* Nothing was sent for longer than a retransmission timeout. */
void nonnet_tcp_congestion_idle(struct tcp_congestion *cc);

/* The segment size changed (RFC 5681 section 4.1 knows bytes; the limits count in segments). */
void nonnet_tcp_congestion_set_mss(struct tcp_congestion *cc, uint32_t mss);

#endif
