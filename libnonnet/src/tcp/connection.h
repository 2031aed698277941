/*
 * One TCP connection: RFC 9293, sans-IO. Segments and the time go in, segments and the next
 * deadline come out. It knows nothing of addresses; who holds it finds the connection of a segment
 * and adds the checksum.
 *
 *     nonnet_connection_input()     a segment has come
 *     nonnet_connection_tick()      the deadline has passed
 *     nonnet_connection_output()    after both, and after each call of the user: until it has nothing
 *     nonnet_connection_deadline()  when to tick next
 *     nonnet_connection_events()    what the user wants to know
 *
 * `now` is a time in microseconds that never goes back; where it starts does not matter. All memory
 * is the caller's, given to nonnet_connection_init() and used until the state is TCP_CLOSED for good. How
 * the parts divide the work:
 *
 *     connection.c  the user's calls               output.c       which segment goes next
 *     input.c       section 3.10.7                 timer.c        what to do when none came
 *     receive.c     reassembly, window, ACK policy congestion.c   how much may be in flight
 *     acknowledge.c what an ACK says of our data   sent.c         what is in flight
 *     recovery.c    what is lost, and since when   interval.c     what came out of order
 */
#ifndef NONNET_TCP_CONNECTION_H
#define NONNET_TCP_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/result.h>
#include <nonnet/tcp_wire.h>

#include "congestion.h"
#include "interval.h"
#include "ring.h"
#include "sent.h"

#define TCP_NEVER UINT64_MAX /* no deadline */

/* RFC 9293 section 3.3.2. LISTEN is a listener's, see listener.h. */
enum tcp_state {
    TCP_CLOSED,
    TCP_SYN_SENT,
    TCP_SYN_RECEIVED,
    TCP_ESTABLISHED,
    TCP_FIN_WAIT_1,
    TCP_FIN_WAIT_2,
    TCP_CLOSE_WAIT,
    TCP_CLOSING,
    TCP_LAST_ACK,
    TCP_TIME_WAIT,
};

enum tcp_event {
    TCP_EVENT_CONNECTED = 1 << 0,
    TCP_EVENT_READABLE = 1 << 1,    /* bytes came, to be had from nonnet_connection_peek() */
    TCP_EVENT_WRITABLE = 1 << 2,    /* room came into the send buffer */
    TCP_EVENT_PEER_CLOSED = 1 << 3, /* what can be read now is the last */
    TCP_EVENT_URGENT = 1 << 4,      /* the urgent pointer appeared or advanced, RFC 6093 */
    TCP_EVENT_REFUSED = 1 << 5,     /* the peer answered the SYN with a RST */
    TCP_EVENT_RESET = 1 << 6,       /* the peer aborted */
    TCP_EVENT_TIMED_OUT = 1 << 7,   /* user timeout, or keep-alive without an answer */
    TCP_EVENT_CLOSED = 1 << 8,      /* the state is TCP_CLOSED; comes with the reason, if any */
    /*
     * Full segments have been lost several times in a row and nothing has come through: perhaps a
     * router drops what is too large and does not say so (RFC 8899). The owner may try
     * nonnet_connection_set_mss() with less.
     */
    TCP_EVENT_BLACK_HOLE = 1 << 9,
};

/* Zero is a sensible value for every member but the ports, `mss` and `initial_seq`. */
struct tcp_config {
    uint16_t local_port;
    uint16_t remote_port;
    /*
     * Bytes of TCP options and payload that a packet of the path takes: its MTU less the IP header
     * and 20 (RFC 6691). At least TCP_MSS_MIN.
     */
    uint16_t mss;
    uint32_t initial_seq;      /* RFC 6528: from a keyed hash and the time */
    uint32_t timestamp_offset; /* RFC 7323 section 7.1: likewise, or the uptime leaks */
    bool no_window_scale;
    bool no_timestamps;
    bool no_sack;
    bool no_delay;                /* no Nagle algorithm, RFC 9293 section 3.7.4 */
    uint32_t delayed_ack_ms;      /* 0: 40. RFC 9293 section 3.8.6.3: below 500 */
    uint32_t rto_min_ms;          /* 0: 200, as all large stacks; RFC 6298 section 2.4 has 1000 */
    uint32_t user_timeout_ms;     /* 0: 5 minutes; at most 20. RFC 9293 section 3.9.1 */
    uint32_t keepalive_idle_ms;   /* 0: no keep-alive */
    uint32_t keepalive_period_ms; /* 0: 75 s */
    uint8_t keepalive_count;      /* 0: 9 unanswered probes end the connection */
    uint32_t time_wait_ms;        /* 0: 60 s, which is 2 MSL */
};

#define TCP_MSS_MIN     88u  /* 48 bytes of data beside 40 of options */
#define TCP_MSS_DEFAULT 536u /* of a peer that says nothing, RFC 9293 section 3.7.1 */

/*
 * A connection's memory. Buffers of 1 to 2^30 bytes; the larger they are, the more may be in
 * flight.
 */
struct tcp_memory {
    uint8_t *send;
    uint8_t *receive;
    uint32_t send_size;
    uint32_t receive_size;
    struct tcp_range *ranges; /* TCP_RANGES_MIN or more: two for each loss in a window, and 32 */
    struct tcp_interval *intervals; /* 4 or more: one for each gap in what is received */
    uint16_t nranges;
    uint16_t nintervals;
};

/* What a handshake left to know; a listener fills it in. */
struct tcp_handshake {
    uint32_t initial_seq_local;
    uint32_t initial_seq_remote;
    uint32_t timestamp_offset;
    uint32_t timestamp_recent;
    uint16_t mss;          /* of the peer */
    uint16_t window;       /* of the peer, not scaled */
    uint8_t window_scale;  /* of the peer */
    bool has_window_scale; /* the rest: agreed on by both */
    bool has_timestamps;
    bool has_sack;
};

/* A segment to be sent. The payload lies in the send buffer, valid until the next call. */
struct tcp_segment {
    struct nonnet_tcp_header header;
    struct tcp_slices payload;
    uint32_t each; /* 0: one segment; else the payload is that of several, of so many bytes each */
};

enum tcp_recovery_state {
    TCP_RECOVERY_NONE,
    TCP_RECOVERY_FAST, /* RFC 6675 and 8985: the window is ruled by PRR, RFC 6937 */
    TCP_RECOVERY_LOSS, /* after a retransmission timeout: slow start from one segment */
};

enum tcp_timer {
    TCP_TIMER_NONE,
    TCP_TIMER_RETRANSMIT, /* RFC 6298 */
    TCP_TIMER_REORDER,    /* RFC 8985 section 6.2 step 5 */
    TCP_TIMER_PROBE,      /* tail loss probe, RFC 8985 section 7 */
    TCP_TIMER_PERSIST,    /* the window is closed, RFC 9293 section 3.8.6.1 */
};

struct tcp_connection {
    enum tcp_state state;
    uint32_t events;
    struct tcp_config config;

    /* Options in use. */
    bool window_scaling;
    bool timestamps;
    bool sack;
    uint8_t send_shift; /* of the windows that we receive */
    uint8_t receive_shift;

    /* Sending: SND.* of RFC 9293 section 3.3.1. The ring holds the bytes from send_una on. */
    struct tcp_ring send;
    struct tcp_sent sent;
    struct tcp_congestion congestion;
    uint32_t send_una;
    uint32_t send_next;
    uint32_t send_window;
    uint32_t send_window_max;
    uint32_t send_wl1;
    uint32_t send_wl2;
    uint32_t send_fin; /* sequence number of the FIN, if there is one */
    uint32_t send_urgent;
    uint32_t path_mss; /* what the path takes, options included */
    uint32_t peer_mss;
    bool fin_queued;
    bool fin_sent;
    bool send_urgent_valid;
    bool window_limited; /* the congestion window held data back since the last acknowledgement */
    bool syn_pending;    /* a SYN or SYN-ACK is to be sent */
    bool ack_pending;    /* an acknowledgement is to be sent now */
    bool probe_pending;  /* a window probe is to be sent now */
    bool tlp_pending;    /* a tail loss probe is to be sent now */
    bool keepalive_pending;
    bool reset_pending;
    bool reset_with_ack;
    uint32_t reset_seq;

    /* Round-trip time and retransmission timeout, RFC 6298, in microseconds. */
    uint32_t srtt;
    uint32_t rttvar;
    uint32_t rto;
    uint32_t rtt_min;
    uint32_t rtt_seq; /* the segment that is being timed ends here */
    uint64_t rtt_start;
    bool rtt_timing;
    uint8_t nbackoffs; /* timeouts in a row */
    uint8_t nprobes;   /* window probes in a row */
    uint8_t nkeepalives;

    /* Loss recovery. */
    enum tcp_recovery_state recovery;
    uint32_t recovery_end; /* SND.NXT when it began */
    uint32_t prr_delivered;
    uint32_t prr_out;
    uint32_t prr_flight;
    uint32_t retransmit_timestamp; /* of the first retransmission, for the Eifel detection */
    bool undo_possible;
    uint8_t ndupacks; /* of a peer without SACK */

    /* RACK and TLP, RFC 8985 sections 5.2 and 7.1. */
    uint32_t rack_sent;
    uint32_t rack_end;
    uint32_t rack_rtt;
    uint32_t rack_fack;
    uint32_t rack_dsack_round;
    uint8_t rack_window_mult;
    uint8_t rack_window_persist;
    bool rack_valid;
    bool rack_reordering;
    bool rack_dsack_round_valid;
    bool tlp_outstanding;
    bool tlp_retransmission;
    uint32_t tlp_end;

    /* Receiving: RCV.*. The ring's queue ends at receive_next. */
    struct tcp_ring receive;
    struct tcp_intervals ahead;
    uint32_t receive_next;
    uint32_t receive_edge; /* the right edge of the window that the peer was told of */
    uint32_t receive_urgent;
    uint32_t receive_fin;
    uint32_t acked; /* the last acknowledgement sent: Last.ACK.sent of RFC 7323 */
    uint32_t timestamp_recent;
    uint64_t timestamp_recent_at;
    uint32_t initial_seq_remote;
    uint32_t sack_recent[3]; /* sequence numbers in the blocks reported last, latest first */
    uint8_t nsack_recent;
    uint8_t nquick; /* segments yet to be acknowledged without delay */
    struct tcp_interval dsack;
    bool has_dsack;
    bool receive_urgent_valid;
    bool receive_fin_valid;
    bool receive_closed; /* the user wants no more */

    /* Deadlines. */
    enum tcp_timer timer;
    uint64_t timer_at;
    uint64_t rto_start; /* what the retransmission timeout counts from, RFC 6298 section 5 */
    uint64_t delayed_ack_at;
    uint64_t linger_at;   /* end of TIME-WAIT, or of FIN-WAIT-2 without a user */
    uint64_t progress_at; /* the last time that the peer acknowledged or that nothing was due */
    uint64_t heard_at;    /* the last segment of the peer, for keep-alive */
    uint64_t keepalive_sent_at; /* the last probe of it */
    uint64_t sent_at;           /* the last data sent, for the restart after idleness */
    uint64_t challenge_at;      /* start of the period of the limit below */
    uint8_t nchallenges;

    /*
     * Set by the owner before nonnet_connection_output(): bytes of options and payload that may go
     * out in one piece, to be cut into segments by somebody else; 0: a segment at a time.
     */
    uint32_t train_room;

    /* For tests and for who watches. */
    uint32_t nretransmitted; /* segments */
    uint32_t ntimeouts;
};

/*
 * Makes a closed connection that nothing is in.
 *
 * Returns 0, or NONNET_E_INVALID if a buffer or a list is missing or too small or too large, or a
 * value of the configuration is out of its bounds; then nothing is written.
 */
NONNET_MUST_CHECK int nonnet_connection_init(struct tcp_connection *c,
                                             const struct tcp_memory *memory,
                                             const struct tcp_config *config);

/* OPEN, active (section 3.10.1). The connection must be closed and fresh from nonnet_connection_init(). */
void nonnet_connection_connect(struct tcp_connection *c, uint64_t now);

/*
 * Goes on where a listener has finished the handshake: the state becomes ESTABLISHED. The segment
 * that finished it is to be given to nonnet_connection_input() next, as it may carry data.
 */
void nonnet_connection_accept(struct tcp_connection *c, const struct tcp_handshake *handshake,
                              uint64_t now);

/*
 * SEND (section 3.10.2). Reserve says where bytes may be written: to the end of the queue, at most
 * as many as it returns, which is 0 only when there is no room; commit queues `len` of them. To
 * commit more than the last reserve offered is a mistake, and queues what there is room for; what
 * it returns was queued. Nothing is reserved before the connection is made or after
 * nonnet_connection_shutdown().
 */
uint32_t nonnet_connection_reserve(struct tcp_connection *c, struct tcp_slices *room);
uint32_t nonnet_connection_commit(struct tcp_connection *c, uint32_t len);

/* The same with a copy: takes what there is room for, and returns how many bytes that was. */
uint32_t nonnet_connection_write(struct tcp_connection *c, const uint8_t *data, uint32_t len);

/* The bytes queued so far are urgent data (section 3.8.5, RFC 6093). */
void nonnet_connection_mark_urgent(struct tcp_connection *c);

/*
 * RECEIVE (section 3.10.3). Peek says where the bytes are that came in order, and how many; consume
 * drops the first `len` of them and opens the window.
 */
uint32_t nonnet_connection_peek(const struct tcp_connection *c, struct tcp_slices *bytes);
void nonnet_connection_consume(struct tcp_connection *c, uint32_t len);

/* The same with a copy: returns how many bytes it gave. */
uint32_t nonnet_connection_read(struct tcp_connection *c, uint8_t *out, uint32_t size);

/* Bytes to be read up to the end of urgent data; 0 if there is none. */
uint32_t nonnet_connection_urgent(const struct tcp_connection *c);

/* Section 3.8.4: what the configuration said at first, with its defaults. Probes are counted anew. */
void nonnet_connection_set_keepalive(struct tcp_connection *c, uint32_t idle_ms, uint32_t period_ms,
                                     uint8_t count);

/* CLOSE (section 3.10.4): nothing more will be sent; what comes can still be read. */
void nonnet_connection_shutdown(struct tcp_connection *c, uint64_t now);

/*
 * Nobody will read or write any more. Sends what is queued, and a RST if the peer sends data or had
 * sent what was not read (RFC 9293 section 3.6.1, RFC 2525 section 2.17).
 */
void nonnet_connection_close(struct tcp_connection *c, uint64_t now);

/*
 * ABORT (section 3.10.5): a RST goes out, if the state calls for one, and the connection is closed.
 */
void nonnet_connection_abort(struct tcp_connection *c);

enum tcp_input_result {
    TCP_INPUT_DONE,
    /*
     * In TIME-WAIT came the SYN of a new connection (RFC 6191, RFC 9293 section 3.6.1 MAY-2). The
     * state is TCP_CLOSED now; the segment is to be given to a listener.
     */
    TCP_INPUT_REUSE,
};

/*
 * A segment of this connection has come whose checksum was right (section 3.10.7). `header` was
 * decoded, the text is the `len` bytes behind it; both are read only during the call.
 */
enum tcp_input_result nonnet_connection_input_text(struct tcp_connection *c,
                                                   const struct nonnet_tcp_header *header,
                                                   struct tcp_text text, size_t len, uint64_t now);

static inline enum tcp_input_result nonnet_connection_input(struct tcp_connection *c,
                                                            const struct nonnet_tcp_header *header,
                                                            const uint8_t *payload, size_t len,
                                                            uint64_t now)
{
    return nonnet_connection_input_text(c, header, tcp_text_of(payload, len), len, now);
}

/*
 * The next segment to be sent, which counts as sent then. Returns false if there is none. To be
 * called until then, or until the link takes no more.
 */
bool nonnet_connection_output(struct tcp_connection *c, uint64_t now, struct tcp_segment *out);

/* When nonnet_connection_tick() wants to be called; TCP_NEVER if the connection waits for nothing. */
uint64_t nonnet_connection_deadline(const struct tcp_connection *c);

/* Does what is due at `now`; calls too early or too often do nothing. */
void nonnet_connection_tick(struct tcp_connection *c, uint64_t now);

/* Bits of enum tcp_event since the last call. */
uint32_t nonnet_connection_events(struct tcp_connection *c);

/*
 * The path takes another size of packet now: RFC 1191, RFC 8201, RFC 8899. `mss` as in struct
 * tcp_config. If it is smaller, what is in flight is sent again in smaller segments, which is not
 * taken for congestion (RFC 1191 section 6.5). The caller has checked that the message that says so
 * quotes a segment in flight: see nonnet_connection_is_in_flight().
 */
void nonnet_connection_set_mss(struct tcp_connection *c, uint16_t mss, uint64_t now);

/*
 * Whether `seq` is that of a segment in flight: what an ICMP message quotes (RFC 5927 section 4).
 */
bool nonnet_connection_is_in_flight(const struct tcp_connection *c, uint32_t seq);

/*
 * The answer to a segment that belongs to no connection (section 3.10.7.1). Returns false if there
 * is none, because the segment is a RST itself.
 */
bool nonnet_tcp_refuse(const struct nonnet_tcp_header *header, size_t len,
                       struct nonnet_tcp_header *answer);

#endif
