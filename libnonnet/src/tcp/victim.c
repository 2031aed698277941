/*
 * Who makes room: connections that their users have closed, in lists by what they wait for, each
 * with the oldest first. So it costs the same to find one however many there are.
 */
#include "tcp/host.h"

#include "tcp/tcp.h"

#define STALLED SECONDS(3) /* without progress: may be given up */

static enum tcp_orphan orphan_of(const struct tcp_socket *s)
{
    if (s->user)
        return TCP_ORPHAN_NONE;
    switch (s->tcp.state) {
    case TCP_CLOSED:
        return TCP_ORPHAN_CLOSED;
    case TCP_TIME_WAIT:
        return TCP_ORPHAN_TIME_WAIT;
    case TCP_FIN_WAIT_2:
        return s->buffers == NO_INDEX ? TCP_ORPHAN_FIN_WAIT_2 : TCP_ORPHAN_FIN_WAIT_2_BUFFERS;
    default:
        return TCP_ORPHAN_BUSY;
    }
}

void nonnet_tcp_orphan_forget(struct tcp_host *host, struct tcp_socket *s)
{
    list_remove(&host->orphans[s->orphan], host->orphan_links, s->index);
    s->orphan = TCP_ORPHAN_NONE;
}

void nonnet_tcp_orphan_note(struct nonnet_stack *stack, struct tcp_socket *s)
{
    struct tcp_host *host = stack->tcp;
    enum tcp_orphan kind = orphan_of(s);
    bool went_on = kind == TCP_ORPHAN_BUSY && s->una_at == stack->now;

    if (kind == s->orphan && !went_on)
        return;
    nonnet_tcp_orphan_forget(host, s);
    s->orphan = kind;
    if (kind != TCP_ORPHAN_NONE)
        list_append(&host->orphans[kind], host->orphan_links, s->index);
}

static struct tcp_socket *oldest(const struct tcp_host *host, enum tcp_orphan kind)
{
    uint16_t first = host->orphans[kind].first;

    return first == LIST_END ? NULL : &host->sockets[first];
}

/* Of those in FIN-WAIT-2; only where bytes wait for others are there still buffers. */
static struct tcp_socket *oldest_half_closed(const struct tcp_host *host, bool with_buffers)
{
    struct tcp_socket *a = oldest(host, TCP_ORPHAN_FIN_WAIT_2_BUFFERS);
    struct tcp_socket *b = with_buffers ? NULL : oldest(host, TCP_ORPHAN_FIN_WAIT_2);

    if (!a || !b)
        return a ? a : b;
    return a->tcp.linger_at < b->tcp.linger_at ? a : b;
}

struct tcp_socket *nonnet_tcp_victim(const struct nonnet_stack *stack, bool with_buffers)
{
    const struct tcp_host *host = stack->tcp;
    struct tcp_socket *s = NULL;

    if (!with_buffers) {
        s = oldest(host, TCP_ORPHAN_CLOSED); /* a RST is all that it has to say */
        if (!s)
            s = oldest(host, TCP_ORPHAN_TIME_WAIT);
    }
    if (!s)
        s = oldest_half_closed(host, with_buffers);
    if (s)
        return s;
    s = oldest(host, TCP_ORPHAN_BUSY);
    return s && stack->now - s->una_at >= STALLED ? s : NULL;
}
