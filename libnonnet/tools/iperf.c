/*
 * How fast bytes go: `iperf` without an address takes them from whoever connects, with one it sends
 * for as long as --time says. The bytes are read and written in place.
 */
#include "command.h"

#define SINKS_MAX 64

struct sink {
    struct nonnet_tcp_handle socket;
    struct nonnet_endpoint peer;
    uint64_t started_at;
    uint64_t total;
};

static void rate_print(const char *what, const struct nonnet_endpoint *peer, uint64_t total,
                       uint64_t us)
{
    char text[TEXT_ADDRESS_LEN];

    us = us > 0 ? us : 1;
    printf("%s %s: %llu bytes in %llu.%03llu s, %llu kbit/s\n", what, text_of_endpoint(peer, text),
           (unsigned long long)total, (unsigned long long)(us / 1000000),
           (unsigned long long)(us / 1000 % 1000), (unsigned long long)(total * 8000 / us));
    fflush(stdout);
}

/* Returns false when the peer has ended. */
static bool sink_drain(struct machine *m, struct sink *s)
{
    struct nonnet_tcp_bytes bytes;
    int rc;

    while ((rc = nonnet_tcp_peek(m->stack, s->socket, &bytes)) == NONNET_OK) {
        s->total += bytes.len[0] + bytes.len[1];
        (void)!nonnet_tcp_consume(m->stack, s->socket, bytes.len[0] + bytes.len[1]);
    }
    if (rc == NONNET_E_EMPTY)
        return true;
    rate_print("from", &s->peer, s->total, machine_now() - s->started_at);
    (void)!nonnet_tcp_close(m->stack, s->socket, machine_now());
    return false;
}

static int sinks_run(struct machine *m, uint16_t port)
{
    static struct sink sinks[SINKS_MAX];
    struct listeners l;
    unsigned n = 0;
    bool more = true;

    if (!listeners_open(m, port, &l))
        return EXIT_CODE_IO;
    while (more) {
        more = machine_step(m, NULL, 0, NONNET_NEVER);
        while (n < SINKS_MAX && listeners_accept(m, &l, &sinks[n].socket, &sinks[n].peer)) {
            sinks[n].started_at = machine_now();
            sinks[n++].total = 0;
        }
        for (unsigned i = 0; i < n;) {
            if (sink_drain(m, &sinks[i]))
                i++;
            else
                sinks[i] = sinks[--n];
        }
    }
    return EXIT_CODE_OK;
}

int command_iperf(struct machine *m, const struct arguments *a)
{
    struct nonnet_endpoint to = {.port = a->port};
    struct nonnet_tcp_handle socket;
    struct nonnet_tcp_bytes room;
    struct nonnet_tcp_info info = {.send_queue = 0};
    uint64_t total = 0;
    bool more = true;

    if (a->argc == 0)
        return sinks_run(m, a->port);
    if (!argument_address(a, &to.address))
        return EXIT_CODE_USAGE;
    if (m->end_at == NONNET_NEVER)
        m->end_at = machine_now() + 10000000;
    if (!call_peer(m, &to, &socket))
        return EXIT_CODE_PEER;
    uint64_t started_at = machine_now();
    while (more && nonnet_tcp_error(m->stack, socket) == NONNET_OK) {
        while (nonnet_tcp_reserve(m->stack, socket, &room) == NONNET_OK) {
            uint32_t len = room.len[0] + room.len[1];
            if (nonnet_tcp_commit(m->stack, socket, len) != NONNET_OK)
                break;
            total += len;
        }
        more = machine_step(m, NULL, 0, NONNET_NEVER);
    }
    int rc = nonnet_tcp_error(m->stack, socket);
    if (rc != NONNET_OK)
        complain("%s: %s", a->argv[0], nonnet_strerror(rc));
    if (nonnet_tcp_info(m->stack, socket, &info) == NONNET_OK)
        total -= info.send_queue;
    rate_print("to", &to, total, machine_now() - started_at);
    (void)!nonnet_tcp_abort(m->stack, socket, machine_now());
    return rc == NONNET_OK ? EXIT_CODE_OK : EXIT_CODE_PEER;
}
