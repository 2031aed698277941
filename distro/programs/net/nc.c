/* nc: the standard input and output as one end of a connection. */
#include "../lib/net.h"
#include "../lib/net_text.h"
#include "../lib/program.h"

#include <stdio.h>

static const struct program about = {
    "nc",
    "usage: nc [-46uv] [-a SECONDS] [-w SECONDS] HOST PORT\n"
    "       nc -l [-46v] [-a SECONDS] [-w SECONDS] PORT\n\n"
    "Connects by TCP to a host, given by address or name, or waits with -l for one that connects. "
    "Sends the standard input,\n"
    "writes what comes to the standard output, and ends when the other side does and, unless it is "
    "a "
    "terminal,\n"
    "the input has.\n\n"
    "  -a SECONDS  keep-alive: when nothing came for so long, ask the other side whether it is "
    "there, and again after the\n"
    "              same time; three questions without an answer end the connection\n"
    "  -4, -6      use IPv4 or IPv6 only; with -l IPv4 if not said\n"
    "  -l          listen\n"
    "  -u          UDP: each piece of input is a datagram\n"
    "  -v          say what happens on standard error\n"
    "  -w SECONDS  to wait for the connection, and then for something to come; forever if not "
    "said\n\n"
    "Exit status: 0, 1 if there was no connection or it broke, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

struct nc {
    bool listen, datagrams, verbose;
    uint8_t version;
    uint64_t wait_ms;
    uint64_t alive_ms; /* 0: no keep-alive */
};

#define ALIVE_PROBES 3u

static uint16_t port_read(const char *text)
{
    uint64_t port;
    if (!program_number(text, UINT16_MAX, &port) || port == 0)
        program_misuse("'%s' is not a port", text);
    return (uint16_t)port;
}

static uint64_t seconds_read(const char *text, uint64_t min)
{
    uint64_t seconds;
    if (!program_number(text, 86400, &seconds) || seconds < min)
        program_misuse("'%s' is not a number of seconds", text);
    return seconds * 1000;
}

static struct nc options_read(struct options *o)
{
    struct nc nc = {.wait_ms = NONOS_NET_FOREVER};
    for (int c; (c = options_next(o)) != 0;) {
        switch (c) {
        case '4':
        case '6':
            nc.version = (uint8_t)(c - '0');
            break;
        case 'a':
            nc.alive_ms = seconds_read(o->value, 1);
            break;
        case 'l':
            nc.listen = true;
            break;
        case 'u':
            nc.datagrams = true;
            break;
        case 'v':
            nc.verbose = true;
            break;
        default:
            nc.wait_ms = seconds_read(o->value, 0);
        }
    }
    if (nc.datagrams && nc.alive_ms)
        program_misuse("-a is for TCP alone");
    if (nc.listen && nc.datagrams)
        program_misuse("-l is for TCP alone");
    return nc;
}

static nonos_handle accept_one(const struct nc *nc, uint16_t port)
{
    struct nonos_net_endpoint local = {.version = nc->version == 6 ? 6 : 4, .port = port}, peer;
    nonos_handle listener, socket;
    char text[NET_TEXT_SIZE];
    int r = net_listen(&local, 1, &listener);
    if (r < 0)
        program_die("port %u: %s", port, net_text_result(r));
    if (nc->verbose)
        program_error("listening at %s", net_text_endpoint(text, &local));
    r = net_accept(listener, nc->wait_ms, &socket, &peer);
    if (r < 0)
        program_die("port %u: %s", port, net_text_result(r));
    net_close(listener);
    if (nc->verbose)
        program_error("connection from %s", net_text_endpoint(text, &peer));
    return socket;
}

static nonos_handle connect_to(const struct nc *nc, const char *host, uint16_t port)
{
    struct nonos_net_endpoint peer = net_text_find_host(host, nc->version), local;
    nonos_handle socket;
    char text[NET_TEXT_SIZE], from[NET_TEXT_SIZE];
    peer.port = port;
    int r = nc->datagrams ? net_datagram_open(&peer, &socket)
                          : net_connect(&peer, nc->wait_ms, &socket);
    if (r < 0)
        program_die("%s: %s", net_text_endpoint(text, &peer), net_text_result(r));
    if (nc->verbose && net_endpoints(socket, &local, &peer) == 0)
        program_error("%s to %s", net_text_endpoint(from, &local), net_text_endpoint(text, &peer));
    return socket;
}

int main(int argc, char **argv)
{
    uint64_t sent, received;
    program_start(&about);
    struct options o = options_begin(argc, argv, "46a:luvw:", NULL);
    struct nc nc = options_read(&o);
    if (o.noperands != (nc.listen ? 1 : 2))
        program_misuse(nc.listen ? "one PORT is expected" : "HOST and PORT are expected");
    uint16_t port = port_read(o.operands[o.noperands - 1]);
    nonos_handle socket = nc.listen ? accept_one(&nc, port) : connect_to(&nc, o.operands[0], port);
    int r = nc.alive_ms ? net_keep_alive(socket, nc.alive_ms, nc.alive_ms, ALIVE_PROBES) : 0;
    if (r < 0)
        program_die("%s", net_text_result(r));
    r = net_relay(socket, nc.wait_ms, &sent, &received);
    net_close(socket);
    if (nc.verbose)
        program_error("%llu bytes sent, %llu received", (unsigned long long)sent,
                      (unsigned long long)received);
    if (r < 0)
        program_die("%s", net_text_result(r));
    return program_end(PROGRAM_OK);
}
