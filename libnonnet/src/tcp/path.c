/*
 * The way of a connection's packets: looked up now and then and kept between, with the MTU that
 * RFC 1191 and RFC 8201 find, and what RFC 5927 and RFC 8899 do about those who lie and those who
 * keep silent.
 */
#include "tcp/host.h"

#include <nonnet/ipv4.h>
#include <nonnet/ipv6.h>

#include "ip/address.h"
#include "tcp/internal.h"
#include "tcp/tcp.h"

#define PATH_LIFETIME   (100u * US_PER_MS)
#define LIMIT_LIFETIME  SECONDS(600) /* RFC 8201 section 4, RFC 8899 section 5.1.1 */
#define BLACK_HOLE_MTU  1280u        /* RFC 8899 section 5.1.2 BASE_PLPMTU, in packets of IPv6 */
#define BLACK_HOLE_IPV4 576u         /* and then what every host takes (MIN_PLPMTU) */
#define PROVEN_LOSSES   6u /* timeouts in a row before a size that did come through is given up */

uint16_t nonnet_tcp_mss_of(uint32_t mtu, uint8_t version)
{
    uint32_t headers =
        NONNET_TCP_HEADER_MIN + (version == 4 ? NONNET_IPV4_HEADER_MIN : NONNET_IPV6_HEADER_LEN);

    return (uint16_t)(mtu - headers);
}

/* Brings the connection's MSS in line with what is known of the path. */
static void mtu_apply(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_path_state *m = &s->mtu;
    uint32_t mtu = s->path.mtu;

    if (m->limit > 0 && m->limit_until > stack->now && m->limit < mtu)
        mtu = m->limit;
    if (mtu == m->mtu)
        return;
    m->mtu = mtu;
    m->acked = min_u32(m->acked, mtu);
    if (m->sent > mtu)
        m->sent = m->acked; /* what was sent in larger packets goes out again in others */
    nonnet_connection_set_mss(&s->tcp, nonnet_tcp_mss_of(mtu, s->peer.address.version), stack->now);
}

static bool path_lookup(const struct nonnet_stack *stack, struct tcp_socket *s)
{
    const struct address *a = nonnet_address_find(stack, &s->local.address, s->interface);
    struct path path;

    if (!a || !address_is_usable(a) ||
        nonnet_path_find(stack, &s->peer.address, s->interface, &path) != NONNET_OK)
        return false;
    s->path = path;
    s->path.source = s->local.address;
    return true;
}

bool nonnet_tcp_path_refresh(struct nonnet_stack *stack, struct tcp_socket *s)
{
    if (stack->now < s->mtu.valid_until && s->mtu.epoch == stack->path_epoch)
        return s->path.source.version != 0;
    s->mtu.valid_until = stack_after(stack, PATH_LIFETIME);
    s->mtu.epoch = stack->path_epoch;
    if (!path_lookup(stack, s)) {
        s->path.source.version = 0;
        return false;
    }
    mtu_apply(stack, s);
    return true;
}

static void limit_set(struct nonnet_stack *stack, struct tcp_socket *s, uint32_t mtu)
{
    s->mtu.limit = mtu;
    s->mtu.limit_until = stack_after(stack, LIMIT_LIFETIME);
    mtu_apply(stack, s);
}

void nonnet_tcp_path_is_black_hole(struct nonnet_stack *stack, struct tcp_socket *s)
{
    uint32_t mtu = s->mtu.mtu;

    /* Where much is lost, three timeouts in a row are no rarity, and smaller packets no remedy. */
    if (s->mtu.acked >= s->mtu.sent && s->tcp.nbackoffs < PROVEN_LOSSES)
        return;
    if (mtu > BLACK_HOLE_MTU)
        limit_set(stack, s, BLACK_HOLE_MTU);
    else if (s->peer.address.version == 4 && mtu > BLACK_HOLE_IPV4)
        limit_set(stack, s, BLACK_HOLE_IPV4);
    else
        return;
    stack_count(stack, NONNET_COUNT_TCP_BLACK_HOLES);
}

void nonnet_tcp_path_sent(struct tcp_socket *s, uint32_t len, uint32_t end)
{
    if (len <= s->mtu.sent)
        return;
    s->mtu.sent = len;
    s->mtu.sent_end = end;
}

/* A router says that packets to the peer may have `mtu` bytes only, and is believed. */
static void mtu_learn(struct nonnet_stack *stack, struct tcp_socket *s, uint32_t mtu)
{
    s->mtu.claimed = 0;
    nonnet_path_mtu_learn(stack, &s->peer.address, mtu);
    limit_set(stack, s, mtu);
}

void nonnet_tcp_path_heard(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_path_state *m = &s->mtu;
    uint32_t una = s->tcp.send_una;

    if (una != s->una) {
        s->una = una;
        s->una_at = stack->now;
    }
    if (m->sent > m->acked && !seq_before(una, m->sent_end))
        m->acked = m->sent;
    if (m->claimed == 0)
        return;
    if (seq_after(una, m->claimed_seq))
        m->claimed = 0; /* it came through: the claim was false, or about another path */
    else if (s->tcp.nbackoffs > 0)
        mtu_learn(stack, s, m->claimed);
}

/* RFC 5927 section 7.2. */
static void too_big(struct nonnet_stack *stack, struct tcp_socket *s, uint32_t seq, uint32_t mtu)
{
    if (mtu >= s->mtu.mtu)
        return;
    if (mtu >= s->mtu.acked) {
        mtu_learn(stack, s, mtu);
        return;
    }
    /* Larger packets did come through: only if this one does not, the path has changed. */
    s->mtu.claimed = mtu;
    s->mtu.claimed_seq = seq;
}

bool nonnet_tcp_path_error(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                           const struct nonnet_endpoint *remote, uint32_t seq,
                           enum path_error error, uint32_t mtu)
{
    struct tcp_socket *s =
        stack->tcp ? nonnet_tcp_lookup(stack, local, remote, NO_INTERFACE) : NULL;

    if (!s || !nonnet_connection_is_in_flight(&s->tcp, seq))
        return false;
    if (error == PATH_TOO_BIG)
        too_big(stack, s, seq, mtu);
    else if (error == PATH_REFUSED && s->tcp.state == TCP_SYN_SENT)
        nonnet_connection_end(&s->tcp, TCP_EVENT_REFUSED);
    else
        s->soft_error = NONNET_E_UNREACHABLE; /* RFC 1122 section 4.2.3.9, RFC 5927 section 5.2 */
    nonnet_tcp_socket_changed(stack, s);
    return true;
}
