/*
 * What the parts of a connection call of each other; see connection.h for which is where.
 */
#ifndef NONNET_TCP_INTERNAL_H
#define NONNET_TCP_INTERNAL_H

#include "arithmetic.h"
#include "connection.h"

#define MILLISECOND 1000u
#define SECOND      1000000u

/* For the FIN of a peer whom nobody listens to any more. */
#define TCP_FIN_WAIT_2_TIMEOUT (60u * SECOND)

/* connection.c */

/* The end: `event` says why. Nothing is sent or waited for any more, but for a RST that is due. */
void nonnet_connection_end(struct tcp_connection *c, uint32_t event);
/* Takes over what the peer's SYN offered, and sets what follows from it. */
void nonnet_connection_negotiate(struct tcp_connection *c, const struct tcp_handshake *handshake,
                                 uint64_t now);

/* The window scale for a receive buffer (RFC 7323 section 2). */
uint8_t nonnet_tcp_window_shift(uint32_t size);

/* receive.c */

/*
 * Segments acknowledged one by one at the start and after a loss: the sender's window is small
 * then, and the second segment that a delayed acknowledgement waits for may not be allowed to come.
 */
#define TCP_QUICK_ACKS 16u

/* Window of what is sent next, not scaled; remembers its right edge. */
uint32_t nonnet_tcp_window_take(struct tcp_connection *c);
/* Room in the receive buffer: RCV.WND at its largest. */
uint32_t nonnet_tcp_window_room(const struct tcp_connection *c);
/* Takes in payload that lies in the window, and the FIN behind it. */
void nonnet_tcp_receive(struct tcp_connection *c, uint32_t seq, struct tcp_text text, uint32_t len,
                        bool fin, uint64_t now);
/* The bytes from `start` to `end` came once more (RFC 2883). */
void nonnet_tcp_report_duplicate(struct tcp_connection *c, uint32_t start, uint32_t end);
/* Fills in the SACK blocks of a header that has room for `max` of them. */
void nonnet_tcp_sack_fill(struct tcp_connection *c, struct nonnet_tcp_header *h, uint8_t max);

/* acknowledge.c */

/* An acceptable ACK has come, for a connection that is synchronized. */
void nonnet_tcp_acknowledge(struct tcp_connection *c, const struct nonnet_tcp_header *h,
                            uint32_t len, uint64_t now);

/* recovery.c */

/* RFC 8985 section 6.2: what is lost after `delivery`. Returns the time to look again, or 0. */
void nonnet_tcp_rack_update(struct tcp_connection *c, const struct tcp_delivery *delivery,
                            const struct nonnet_tcp_header *h, uint64_t now);
uint32_t nonnet_tcp_rack_detect(struct tcp_connection *c, uint64_t now);
/* The peer says that it had something already: RFC 8985 section 6.2 step 4 waits longer then. */
void nonnet_tcp_rack_duplicate(struct tcp_connection *c);
/* Something is lost: fast recovery begins, unless recovery goes on already. */
void nonnet_tcp_recovery_enter(struct tcp_connection *c, uint64_t now);
/* Goes on in recovery after an acknowledgement; ends it when all is acknowledged. */
void nonnet_tcp_recovery_advance(struct tcp_connection *c, uint32_t delivered, uint64_t now);
/* RFC 6298 section 5.4: the retransmission timer expired. */
void nonnet_tcp_recovery_timeout(struct tcp_connection *c, uint64_t now);

/* timer.c */

/* Starts the timer that what is in flight wants, or none. `reorder` as from rack_detect. */
void nonnet_tcp_timer_restart(struct tcp_connection *c, uint32_t reorder, uint64_t now);
/* Starts it if none runs. */
void nonnet_tcp_timer_ensure(struct tcp_connection *c, uint64_t now);
/*
 * Starts the timer for window probes: something is to be sent that the window does not let through.
 */
void nonnet_tcp_timer_persist(struct tcp_connection *c, uint64_t now);
/* A round trip took `rtt` microseconds (RFC 6298 section 2). */
void nonnet_tcp_rtt_sample(struct tcp_connection *c, uint32_t rtt);
/* An interval after which sends are not counted as at the same time any more. */
uint32_t nonnet_tcp_together(const struct tcp_connection *c);

/* Values of the 1.024 ms clock that timestamps show (RFC 7323 section 5.4). */
static inline uint32_t tcp_timestamp(const struct tcp_connection *c, uint64_t now)
{
    return (uint32_t)(now >> 10) + c->config.timestamp_offset;
}

/* Payload of a full segment without SACK blocks. */
static inline uint32_t tcp_send_mss(const struct tcp_connection *c)
{
    return min_u32(c->path_mss, c->peer_mss) - (c->timestamps ? 12u : 0u);
}

/* Bytes that were written and not sent yet. */
static inline uint32_t tcp_unsent(const struct tcp_connection *c)
{
    uint32_t end = c->send_una + c->send.used;
    return c->fin_sent || !seq_after(end, c->send_next) ? 0 : end - c->send_next;
}

static inline bool tcp_is_synchronized(const struct tcp_connection *c)
{
    return c->state >= TCP_ESTABLISHED;
}

/* Whether the state lets data or a FIN be sent, for the first time or again. */
static inline bool tcp_may_send(const struct tcp_connection *c)
{
    return c->state == TCP_ESTABLISHED || c->state == TCP_CLOSE_WAIT ||
           c->state == TCP_FIN_WAIT_1 || c->state == TCP_CLOSING || c->state == TCP_LAST_ACK;
}

#endif
