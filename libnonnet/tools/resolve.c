/*
 * resolve: the addresses of a name, from the servers that are given or that a DHCP server told of.
 * Each message goes out from a socket of its own.
 */
#include <stdlib.h>
#include <string.h>

#include <nonnet/dhcpv4.h>
#include <nonnet/resolver.h>
#include <nonnet/udp.h>

#include "command.h"

#define NQUERIES 2 /* A and AAAA */
#define TCP_MAX  (2 + 65535)

/* What carries the last message of a query. */
struct carrier {
    struct nonnet_query_handle query;
    struct nonnet_endpoint server;
    struct nonnet_udp_handle udp; /* zero: none */
    struct nonnet_tcp_handle tcp; /* likewise */
    bool sent;                    /* over TCP */
    size_t out_len;
    size_t in_len;
    uint8_t out[2 + NONNET_DNS_QUERY_MAX];
    uint8_t in[TCP_MAX];
};

struct resolving {
    struct machine *machine;
    struct nonnet_resolver *resolver;
    struct nonnet_query_handle queries[NQUERIES];
    bool done[NQUERIES];
    unsigned nfound;
    int result;
    struct carrier carriers[NQUERIES];
};

static void carrier_close(struct machine *m, struct carrier *c)
{
    if (c->udp.id != 0)
        (void)!nonnet_udp_close(m->stack, c->udp);
    if (c->tcp.id != 0)
        (void)!nonnet_tcp_close(m->stack, c->tcp, machine_now());
    c->udp.id = 0;
    c->tcp.id = 0;
}

static int carrier_send_udp(struct machine *m, struct carrier *c,
                            const struct nonnet_resolver_message *message)
{
    struct nonnet_interface_handle any = {0};
    int rc = nonnet_udp_open(m->stack, message->server.address.version, &c->udp);

    if (rc == NONNET_OK)
        rc = nonnet_udp_connect(m->stack, c->udp, &message->server, any);
    if (rc == NONNET_OK)
        rc = nonnet_udp_send(m->stack, c->udp, NULL, message->bytes, message->len, machine_now());
    return rc;
}

static int carrier_send_tcp(struct machine *m, struct carrier *c,
                            const struct nonnet_resolver_message *message)
{
    struct nonnet_interface_handle any = {0};

    c->out[0] = (uint8_t)(message->len >> 8);
    c->out[1] = (uint8_t)message->len;
    memcpy(c->out + 2, message->bytes, message->len);
    c->out_len = 2 + message->len;
    c->in_len = 0;
    c->sent = false;
    return nonnet_tcp_connect(m->stack, NULL, &message->server, any, NULL, &c->tcp, machine_now());
}

static void messages_send(struct resolving *r)
{
    struct nonnet_resolver_message message;

    while (nonnet_resolver_output(r->resolver, &message, machine_now())) {
        struct carrier *c = &r->carriers[message.query.id == r->queries[0].id ? 0 : NQUERIES - 1];
        carrier_close(r->machine, c);
        c->query = message.query;
        c->server = message.server;
        int rc = message.transport == NONNET_RESOLVER_UDP
                     ? carrier_send_udp(r->machine, c, &message)
                     : carrier_send_tcp(r->machine, c, &message);
        if (rc != NONNET_OK)
            nonnet_resolver_failed(r->resolver, message.query, machine_now());
    }
}

static void udp_receive(struct resolving *r, struct carrier *c)
{
    struct nonnet_udp_message from;
    size_t len;
    int rc;

    while (c->udp.id != 0 && (rc = nonnet_udp_receive(r->machine->stack, c->udp, c->in,
                                                      sizeof c->in, &len, &from)) == NONNET_OK) {
        if (nonnet_resolver_input(r->resolver, &from.peer, NONNET_RESOLVER_UDP, c->in, len,
                                  machine_now()))
            carrier_close(r->machine, c);
    }
    if (c->udp.id != 0 && nonnet_udp_take_error(r->machine->stack, c->udp) != NONNET_OK) {
        carrier_close(r->machine, c);
        nonnet_resolver_failed(r->resolver, c->query, machine_now());
    }
}

static void tcp_receive(struct resolving *r, struct carrier *c)
{
    struct nonnet_stack *stack = r->machine->stack;
    uint32_t n;
    int rc = NONNET_OK;

    if (!c->sent) {
        rc = nonnet_tcp_write(stack, c->tcp, c->out, (uint32_t)c->out_len, &n);
        c->sent = rc == NONNET_OK && n == c->out_len;
    }
    while (c->in_len < sizeof c->in &&
           nonnet_tcp_read(stack, c->tcp, c->in + c->in_len, (uint32_t)(sizeof c->in - c->in_len),
                           &n) == NONNET_OK)
        c->in_len += n;
    size_t want = c->in_len >= 2 ? 2u + (size_t)(c->in[0] << 8 | c->in[1]) : 2;
    bool whole = c->in_len > 2 && c->in_len >= want;
    bool taken = whole && nonnet_resolver_input(r->resolver, &c->server, NONNET_RESOLVER_TCP,
                                                c->in + 2, want - 2, machine_now());
    if (taken || whole || rc == NONNET_E_CLOSED || nonnet_tcp_error(stack, c->tcp) != NONNET_OK) {
        carrier_close(r->machine, c);
        if (!taken)
            nonnet_resolver_failed(r->resolver, c->query, machine_now());
    }
}

/* Says what has been found. Returns whether everything has been answered. */
static bool results_take(struct resolving *r)
{
    struct nonnet_resolver_answer answer;
    char text[TEXT_ADDRESS_LEN];
    bool all = true;

    for (int i = 0; i < NQUERIES; i++) {
        if (r->done[i])
            continue;
        int rc = nonnet_resolver_result(r->resolver, r->queries[i], &answer, machine_now());
        r->done[i] = rc != NONNET_E_EMPTY;
        all = all && r->done[i];
        if (rc != NONNET_OK && rc != NONNET_E_EMPTY)
            r->result = rc;
        for (unsigned k = 0; rc == NONNET_OK && k < answer.count; k++) {
            printf("%s\n", text_of_address(&answer.addresses[k], text));
            r->nfound++;
        }
    }
    return all;
}

static void resolving_run(struct resolving *r)
{
    bool more = true;

    while (more && !results_take(r)) {
        messages_send(r);
        more = machine_step(r->machine, NULL, 0, nonnet_resolver_deadline(r->resolver));
        for (int i = 0; i < NQUERIES; i++) {
            if (r->carriers[i].udp.id != 0)
                udp_receive(r, &r->carriers[i]);
            else if (r->carriers[i].tcp.id != 0)
                tcp_receive(r, &r->carriers[i]);
        }
        nonnet_resolver_tick(r->resolver, machine_now());
    }
    for (int i = 0; i < NQUERIES; i++)
        carrier_close(r->machine, &r->carriers[i]);
}

/* The servers of the command line, or else those of the lease. */
static void servers_find(const struct machine *m, struct nonnet_resolver_config *c)
{
    const struct machine_options *o = m->options;
    struct nonnet_dhcpv4_lease lease = {.nname_servers = 0};

    for (unsigned i = 0; i < o->nservers && i < NONNET_RESOLVER_SERVERS_MAX; i++)
        c->servers[c->nservers++] = (struct nonnet_endpoint){o->servers[i], NONNET_DNS_PORT};
    if (c->nservers > 0 || nonnet_dhcpv4_lease(m->stack, m->interface, &lease) != NONNET_OK)
        return;
    for (unsigned i = 0; i < lease.nname_servers && i < NONNET_RESOLVER_SERVERS_MAX; i++)
        c->servers[c->nservers++] =
            (struct nonnet_endpoint){lease.name_servers[i], NONNET_DNS_PORT};
}

int command_resolve(struct machine *m, const struct arguments *a)
{
    static struct resolving r;
    struct nonnet_resolver_config c = {
        .environment = {.entropy = machine_entropy}, .nqueries = NQUERIES, .ncached = 0};
    int rc = NONNET_OK;

    r.machine = m;
    r.result = NONNET_E_TIMED_OUT;
    if (!machine_ready(m, m->options->nservers > 0 ? m->options->servers[0].version : 0))
        return EXIT_CODE_PEER;
    servers_find(m, &c);
    if (c.nservers == 0) {
        complain("resolve: no server; see --server and --dhcp");
        return EXIT_CODE_USAGE;
    }
    size_t size = nonnet_resolver_size(&c);
    void *arena = aligned_alloc(NONNET_ARENA_ALIGN, size);
    if (!arena || nonnet_resolver_init(&r.resolver, &c, arena, size, machine_now()) != NONNET_OK) {
        complain("no memory for the resolver");
        free(arena);
        return EXIT_CODE_IO;
    }
    for (int i = 0; i < NQUERIES && rc == NONNET_OK; i++)
        rc = nonnet_resolver_ask(r.resolver, a->argv[0], i == 0 ? 4 : 6, &r.queries[i],
                                 machine_now());
    if (rc == NONNET_OK)
        resolving_run(&r);
    free(arena);
    if (rc != NONNET_OK) {
        complain("%s: not a name", a->argv[0]);
        return EXIT_CODE_USAGE;
    }
    if (r.nfound > 0)
        return EXIT_CODE_OK;
    complain("%s: %s", a->argv[0], nonnet_strerror(r.result));
    return EXIT_CODE_PEER;
}
