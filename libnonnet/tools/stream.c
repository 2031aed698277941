/*
 * connect and listen: standard input goes to the peer, and what the peer says to standard output.
 * With --echo, listen gives each of many peers back what it says.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

struct relay {
    struct nonnet_tcp_handle socket;
    bool input_ended;  /* standard input, and the peer was told */
    bool output_ended; /* what the peer says */
    bool failed;
};

static void relay_fail(struct relay *r, const char *what)
{
    complain("%s: %s", what, strerror(errno));
    r->failed = true;
}

/* Reads standard input straight into the send buffer. */
static void relay_in(struct machine *m, struct relay *r)
{
    struct nonnet_tcp_bytes room;
    int rc = nonnet_tcp_reserve(m->stack, r->socket, &room);

    if (rc == NONNET_E_CLOSED)
        r->input_ended = true;
    if (rc != NONNET_OK)
        return;
    ssize_t n = read(STDIN_FILENO, room.data[0], room.len[0]);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            relay_fail(r, "standard input");
        return;
    }
    if (n == 0) {
        (void)!nonnet_tcp_shutdown(m->stack, r->socket, machine_now());
        r->input_ended = true;
        return;
    }
    (void)!nonnet_tcp_commit(m->stack, r->socket, (uint32_t)n);
}

/* And writes what has come straight from the receive buffer. */
static void relay_out(struct machine *m, struct relay *r)
{
    struct nonnet_tcp_bytes bytes;
    int rc;

    while ((rc = nonnet_tcp_peek(m->stack, r->socket, &bytes)) == NONNET_OK) {
        ssize_t n = write(STDOUT_FILENO, bytes.data[0], bytes.len[0]);
        if (n < 0) {
            if (errno != EAGAIN && errno != EINTR)
                relay_fail(r, "standard output");
            return;
        }
        (void)!nonnet_tcp_consume(m->stack, r->socket, (uint32_t)n);
    }
    if (rc == NONNET_E_CLOSED)
        r->output_ended = true;
}

static int relay_run(struct machine *m, struct nonnet_tcp_handle socket)
{
    struct relay r = {.socket = socket};
    struct nonnet_tcp_bytes room;
    bool more = true;

    while (more && !r.failed && !(r.input_ended && r.output_ended)) {
        bool wants = !r.input_ended && nonnet_tcp_reserve(m->stack, socket, &room) == NONNET_OK;
        struct pollfd in = {.fd = wants ? STDIN_FILENO : -1, .events = POLLIN};
        more = machine_step(m, &in, 1, NONNET_NEVER);
        if (wants && in.revents != 0)
            relay_in(m, &r);
        relay_out(m, &r);
        int rc = nonnet_tcp_error(m->stack, socket);
        if (rc != NONNET_OK) {
            complain("%s", nonnet_strerror(rc));
            return EXIT_CODE_PEER;
        }
    }
    close_peer(m, socket);
    return r.failed ? EXIT_CODE_IO : more ? EXIT_CODE_OK : EXIT_CODE_PEER;
}

int command_connect(struct machine *m, const struct arguments *a)
{
    struct nonnet_endpoint to;
    struct nonnet_tcp_handle socket;

    if (!argument_endpoint(a, &to))
        return EXIT_CODE_USAGE;
    return call_peer(m, &to, &socket) ? relay_run(m, socket) : EXIT_CODE_PEER;
}

/* Gives back what came. Returns false when the connection is over. */
static bool echo_one(struct machine *m, struct nonnet_tcp_handle socket)
{
    struct nonnet_tcp_bytes bytes;
    uint32_t written;
    int rc;

    while ((rc = nonnet_tcp_peek(m->stack, socket, &bytes)) == NONNET_OK) {
        if (nonnet_tcp_write(m->stack, socket, bytes.data[0], bytes.len[0], &written) != NONNET_OK)
            break;
        (void)!nonnet_tcp_consume(m->stack, socket, written);
    }
    if (rc != NONNET_E_CLOSED && nonnet_tcp_error(m->stack, socket) == NONNET_OK)
        return true;
    (void)!nonnet_tcp_close(m->stack, socket, machine_now());
    return false;
}

static int echo_run(struct machine *m, const struct listeners *l, unsigned count)
{
    const unsigned nopen_max = m->options->nconnections;
    struct nonnet_tcp_handle *sockets = calloc(nopen_max, sizeof *sockets);
    unsigned nopen = 0, ndone = 0;
    bool more = true;

    if (!sockets) {
        complain("no memory for the connections");
        return EXIT_CODE_IO;
    }
    while (more && (count == 0 || ndone < count)) {
        more = machine_step(m, NULL, 0, NONNET_NEVER);
        while (nopen < nopen_max && listeners_accept(m, l, &sockets[nopen], NULL))
            nopen++;
        for (unsigned i = 0; i < nopen;) {
            if (echo_one(m, sockets[i])) {
                i++;
            } else {
                sockets[i] = sockets[--nopen];
                ndone++;
            }
        }
    }
    /* What was said last is still on its way. */
    uint64_t limit = machine_now() + 500000;
    while (count > 0 && ndone >= count && machine_now() < limit && machine_step(m, NULL, 0, limit))
        continue;
    free(sockets);
    return EXIT_CODE_OK;
}

int command_listen(struct machine *m, const struct arguments *a)
{
    struct nonnet_tcp_handle socket;
    struct nonnet_endpoint peer;
    struct listeners l;
    unsigned long port;
    char text[TEXT_ADDRESS_LEN];
    int code = EXIT_CODE_OK;

    if (!text_to_number(a->argv[0], 1, 65535, &port)) {
        complain("%s: not a port", a->argv[0]);
        return EXIT_CODE_USAGE;
    }
    if (!listeners_open(m, (uint16_t)port, &l))
        return EXIT_CODE_IO;
    if (a->echo)
        return echo_run(m, &l, a->count);
    do {
        while (!listeners_accept(m, &l, &socket, &peer)) {
            if (!machine_step(m, NULL, 0, NONNET_NEVER))
                return EXIT_CODE_OK;
        }
        fprintf(stderr, "%s connected\n", text_of_endpoint(&peer, text));
        code = relay_run(m, socket);
    } while (a->keep && code != EXIT_CODE_IO);
    return code;
}
