/*
 * What has been sent and not yet acknowledged: the scoreboard of RFC 6675 with the times that RFC
 * 8985 wants.
 *
 * It is a list of ranges without gaps, from the first unacknowledged byte to the last one sent, in
 * the order of sequence numbers. Bytes that share their fate and were sent at about the same time
 * share a range, so its length depends on the number of losses and of round-trip parts in flight,
 * not on the window. Where the list is full, a SACK block that would need another range is ignored,
 * which costs a retransmission at worst, and no new data is sent, until an acknowledgement or the
 * retransmission timer makes room.
 */
#ifndef NONNET_TCP_SENT_H
#define NONNET_TCP_SENT_H

#include <stdbool.h>
#include <stdint.h>

enum tcp_range_state {
    TCP_RANGE_FLIGHT, /* on the way, as far as we know */
    TCP_RANGE_SACKED,
    TCP_RANGE_LOST, /* to be sent again */
};

struct tcp_range {
    uint32_t start;
    uint32_t end; /* not included */
    uint32_t
        sent_first; /* low 32 bits of microseconds: when its first and its last byte went out */
    uint32_t sent_last;
    uint8_t state;
    bool retransmitted;
};

struct tcp_sent {
    struct tcp_range *items;
    uint16_t size;
    uint16_t first; /* index of the first one used */
    uint16_t count;
    uint32_t sacked; /* bytes in state SACKED, and in state LOST */
    uint32_t lost;
};

/* What one acknowledgement says was delivered. */
struct tcp_delivery {
    uint32_t bytes;        /* that were not known to be delivered before */
    uint32_t sent;         /* when the one of them went out that was sent last … */
    uint32_t end;          /* … and where its range ends */
    uint32_t high;         /* where the highest of them ends */
    uint32_t original_low; /* the lowest of those that were sent once only */
    bool any;
    bool retransmitted; /* the one sent last had been sent before */
    bool original;      /* some were sent once only */
};

/* The smallest number of ranges that a connection works with. */
#define TCP_RANGES_MIN 16

/*
 * Bytes `start` to `end` (the end of the list so far) have just been sent for the first time. They
 * join the last range if that is no older than `together` microseconds.
 */
void nonnet_tcp_sent_append(struct tcp_sent *sent, uint32_t start, uint32_t end, uint32_t now,
                            uint32_t together);

/* Whether new data may be sent: there is a place for it in the list. */
bool nonnet_tcp_sent_has_room(const struct tcp_sent *sent);

/* All bytes before `una` have been acknowledged. */
void nonnet_tcp_sent_acknowledge(struct tcp_sent *sent, uint32_t una,
                                 struct tcp_delivery *delivery);

/* The bytes from `start` to `end` have been selectively acknowledged. */
void nonnet_tcp_sent_sack(struct tcp_sent *sent, uint32_t start, uint32_t end,
                          struct tcp_delivery *delivery);

/* The first range to be sent again, or NULL. */
const struct tcp_range *nonnet_tcp_sent_first_lost(const struct tcp_sent *sent);

/*
 * The first `len` bytes of `range`, one in state LOST, or the last `len` bytes of one in state
 * FLIGHT (a probe), have been sent again. Returns whether the list could say so; if not, they must
 * not be sent.
 */
bool nonnet_tcp_sent_again(struct tcp_sent *sent, const struct tcp_range *range, uint32_t start,
                           uint32_t len, uint32_t now, uint32_t together);

/* All that is not selectively acknowledged is lost. Also makes room in a list that is full. */
void nonnet_tcp_sent_lose_all(struct tcp_sent *sent);

/* The first `len` bytes, which are in flight, are lost. */
void nonnet_tcp_sent_lose_first(struct tcp_sent *sent, uint32_t len);

/* What is lost and has not been sent again was not lost after all (RFC 4015 section 3). */
void nonnet_tcp_sent_undo(struct tcp_sent *sent);

static inline uint32_t sent_bytes(const struct tcp_sent *sent)
{
    return sent->count == 0
               ? 0
               : sent->items[sent->first + sent->count - 1].end - sent->items[sent->first].start;
}

/* Bytes in the network (RFC 6675 section 4: pipe). */
static inline uint32_t sent_pipe(const struct tcp_sent *sent)
{
    return sent_bytes(sent) - sent->sacked - sent->lost;
}

#endif
