/*
 * Which socket is due next: a heap by time. The time in it is never later than the socket's own,
 * and moves forward only when it comes up: most segments postpone a deadline, which costs nothing
 * so.
 */
#include "tcp/host.h"

static void place(struct tcp_host *host, uint16_t at, struct tcp_due entry)
{
    host->due[at] = entry;
    host->sockets[entry.socket].due_at = at;
}

static void sift_up(struct tcp_host *host, uint16_t at)
{
    struct tcp_due entry = host->due[at];

    while (at > 0 && entry.at < host->due[(at - 1) / 2].at) {
        place(host, at, host->due[(at - 1) / 2]);
        at = (uint16_t)((at - 1) / 2);
    }
    place(host, at, entry);
}

static void sift_down(struct tcp_host *host, uint16_t at)
{
    struct tcp_due entry = host->due[at];

    for (;;) {
        uint32_t child = 2u * at + 1;
        if (child + 1 < host->ndue && host->due[child + 1].at < host->due[child].at)
            child++;
        if (child >= host->ndue || host->due[child].at >= entry.at)
            break;
        place(host, at, host->due[child]);
        at = (uint16_t)child;
    }
    place(host, at, entry);
}

void nonnet_tcp_due_add(struct tcp_host *host, struct tcp_socket *s)
{
    uint16_t at = host->ndue++;

    place(host, at, (struct tcp_due){.at = NONNET_NEVER, .socket = s->index});
}

void nonnet_tcp_due_remove(struct tcp_host *host, struct tcp_socket *s)
{
    uint16_t at = s->due_at;
    struct tcp_due last = host->due[--host->ndue];

    if (at == host->ndue)
        return;
    place(host, at, last);
    sift_up(host, at);
    sift_down(host, host->sockets[last.socket].due_at);
}

void nonnet_tcp_due_set(struct tcp_host *host, struct tcp_socket *s, uint64_t at)
{
    uint64_t before = host->due[s->due_at].at;

    host->due[s->due_at].at = at;
    if (at < before)
        sift_up(host, s->due_at);
    else
        sift_down(host, s->due_at);
}
