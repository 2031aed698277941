/*
 * Each message of the resolver goes out from a socket of its own, so that its port is one more thing that nobody can guess (RFC 5452).
 * A query's carrier has the socket of its last message.
 */
#include "dns.h"

#include <stdlib.h>
#include <string.h>

#include <nonnet/tcp.h>
#include <nonnet/udp.h>

#define QUERIES 8u
#define CACHED  128u
#define PREFIX  2u /* of a message over TCP: its length */
#define TCP_MAX (PREFIX + 65535u)
#define UDP_MAX 4096u

enum carrier_kind { CARRIER_FREE, CARRIER_UDP, CARRIER_TCP };

struct carrier {
    enum carrier_kind kind;
    struct nonnet_query_handle query;
    struct nonnet_endpoint server;
    struct nonnet_udp_handle udp;
    struct nonnet_tcp_handle tcp;
    size_t out_len, out_done, in_len;
    uint8_t out[PREFIX + NONNET_DNS_QUERY_MAX];
    uint8_t *in; /* TCP_MAX bytes, of a carrier that is TCP */
};

static struct nonnet_resolver *resolver; /* NULL while no server is known */
static struct nonnet_resolver_config config;
static void *arena;
static uint32_t epoch; /* a new one begins with each change of servers */
static struct carrier carriers[QUERIES];

/* ---- carriers ---- */

static void carrier_close(struct carrier *c)
{
    if (c->kind == CARRIER_UDP)
        (void)!nonnet_udp_close(host.stack, c->udp);
    if (c->kind == CARRIER_TCP)
        (void)!nonnet_tcp_abort(host.stack, c->tcp, host_now());
    free(c->in);
    c->in = NULL;
    c->kind = CARRIER_FREE;
}

static void carrier_fail(struct carrier *c)
{
    carrier_close(c);
    nonnet_resolver_failed(resolver, c->query, host_now());
}

static struct carrier *carrier_of(struct nonnet_query_handle query)
{
    for (unsigned i = 0; i < QUERIES; i++)
        if (carriers[i].kind != CARRIER_FREE && carriers[i].query.id == query.id)
            return &carriers[i];
    return NULL;
}

static struct carrier *carrier_free(void)
{
    for (unsigned i = 0; i < QUERIES; i++)
        if (carriers[i].kind == CARRIER_FREE)
            return &carriers[i];
    return NULL;
}

static int carrier_open_udp(struct carrier *c, const struct nonnet_resolver_message *m)
{
    static const struct nonnet_interface_handle any = {0};
    int r = nonnet_udp_open(host.stack, m->server.address.version, &c->udp);
    if (r != NONNET_OK)
        return r;
    c->kind = CARRIER_UDP;
    r = nonnet_udp_connect(host.stack, c->udp, &m->server, any);
    if (r == NONNET_OK)
        r = nonnet_udp_send(host.stack, c->udp, NULL, m->bytes, m->len, host_now());
    return r;
}

static int carrier_open_tcp(struct carrier *c, const struct nonnet_resolver_message *m)
{
    static const struct nonnet_interface_handle any = {0};
    c->in = malloc(TCP_MAX);
    if (!c->in)
        return NONNET_E_NO_MEMORY;
    int r = nonnet_tcp_connect(host.stack, NULL, &m->server, any, NULL, &c->tcp, host_now());
    if (r != NONNET_OK)
        return r;
    c->kind = CARRIER_TCP;
    c->out[0] = (uint8_t)(m->len >> 8);
    c->out[1] = (uint8_t)m->len;
    memcpy(c->out + PREFIX, m->bytes, m->len);
    c->out_len = PREFIX + m->len;
    c->out_done = c->in_len = 0;
    return NONNET_OK;
}

static void messages_send(void)
{
    struct nonnet_resolver_message m;
    while (nonnet_resolver_output(resolver, &m, host_now())) {
        struct carrier *c = carrier_of(m.query);
        if (c)
            carrier_close(c);
        c = carrier_free();
        if (!c) {
            nonnet_resolver_failed(resolver, m.query, host_now());
            continue;
        }
        c->query = m.query;
        c->server = m.server;
        if ((m.transport == NONNET_RESOLVER_UDP ? carrier_open_udp(c, &m)
                                                : carrier_open_tcp(c, &m)) != NONNET_OK)
            carrier_fail(c);
    }
}

static void udp_receive(struct carrier *c)
{
    static uint8_t message[UDP_MAX];
    struct nonnet_udp_message from;
    size_t len;
    int r;
    while ((r = nonnet_udp_receive(host.stack, c->udp, message, sizeof(message), &len, &from)) ==
           NONNET_OK) {
        if (nonnet_resolver_input(resolver, &from.peer, NONNET_RESOLVER_UDP, message, len,
                                  host_now())) {
            carrier_close(c);
            return;
        }
    }
    if (r == NONNET_E_NO_SPACE || nonnet_udp_take_error(host.stack, c->udp) != NONNET_OK)
        carrier_fail(c);
}

static void tcp_receive(struct carrier *c)
{
    uint32_t n = 0;
    int r = NONNET_OK;
    if (c->out_done < c->out_len) {
        r = nonnet_tcp_write(host.stack, c->tcp, c->out + c->out_done,
                             (uint32_t)(c->out_len - c->out_done), &n);
        c->out_done += r == NONNET_OK ? n : 0;
    }
    while (c->in_len < TCP_MAX && nonnet_tcp_read(host.stack, c->tcp, c->in + c->in_len,
                                                  (uint32_t)(TCP_MAX - c->in_len), &n) == NONNET_OK)
        c->in_len += n;
    size_t len = c->in_len >= PREFIX ? (size_t)c->in[0] << 8 | c->in[1] : TCP_MAX;
    if (c->in_len >= PREFIX && c->in_len - PREFIX >= len) {
        if (nonnet_resolver_input(resolver, &c->server, NONNET_RESOLVER_TCP, c->in + PREFIX, len,
                                  host_now()))
            carrier_close(c);
        else
            carrier_fail(c);
    } else if (r == NONNET_E_CLOSED || nonnet_tcp_error(host.stack, c->tcp) != NONNET_OK) {
        carrier_fail(c);
    }
}

/* ---- servers ---- */

static int resolver_create(void)
{
    size_t size = nonnet_resolver_size(&config);
    if (!arena)
        arena = malloc(size); /* the number of servers makes no difference */
    return arena ? host_result(nonnet_resolver_init(&resolver, &config, arena, size, host_now()))
                 : NONOS_E_NO_MEMORY;
}

static void server_add(const struct nonnet_address *address)
{
    if (config.nservers < NONNET_RESOLVER_SERVERS_MAX)
        config.servers[config.nservers++] = (struct nonnet_endpoint){*address, NONNET_DNS_PORT};
}

void dns_servers_changed(void)
{
    struct nonnet_dhcpv4_lease lease4;
    struct nonnet_dhcpv6_lease lease6;
    for (unsigned i = 0; i < QUERIES; i++)
        carrier_close(&carriers[i]);
    resolver = NULL;
    epoch++;
    config = (struct nonnet_resolver_config){
        .environment = host.environment, .nqueries = QUERIES, .ncached = CACHED};
    if (nonnet_dhcpv4_lease(host.stack, host.interface, &lease4) != NONNET_OK)
        lease4.nname_servers = 0;
    if (nonnet_dhcpv6_lease(host.stack, host.interface, &lease6) != NONNET_OK)
        lease6.nname_servers = 0;
    /* In turns, so that both versions have servers where there is no place for all. */
    for (unsigned i = 0; i < lease4.nname_servers || i < lease6.nname_servers; i++) {
        if (i < lease4.nname_servers)
            server_add(&lease4.name_servers[i]);
        if (i < lease6.nname_servers)
            server_add(&lease6.name_servers[i]);
    }
    int r = config.nservers ? resolver_create() : NONOS_OK;
    if (r < 0)
        nonos_logf("net: no names: %s\n", nonos_strerror(r));
}

void dns_forget(void)
{
    if (resolver)
        nonnet_resolver_forget(resolver);
}

bool dns_server(uint64_t index, struct nonnet_endpoint *server)
{
    if (index >= config.nservers)
        return false;
    *server = config.servers[index];
    return true;
}

/* ---- questions ---- */

int dns_ask(const char *name, uint8_t version, struct dns_query *query)
{
    *query = (struct dns_query){.epoch = epoch};
    if (!resolver)
        return NONOS_E_NO_DEVICE;
    return host_result(nonnet_resolver_ask(resolver, name, version, &query->handle, host_now()));
}

/* Nobody waits for what the carrier could still bring. */
static void carrier_end(struct nonnet_query_handle query)
{
    struct carrier *c = carrier_of(query);
    if (c)
        carrier_close(c);
}

int dns_answer(const struct dns_query *query, struct nonnet_resolver_answer *answer)
{
    if (!resolver || query->epoch != epoch)
        return NONOS_E_PEER_GONE;
    int r = host_result(nonnet_resolver_result(resolver, query->handle, answer, host_now()));
    if (r != NONOS_E_BUSY)
        carrier_end(query->handle);
    return r;
}

void dns_cancel(const struct dns_query *query)
{
    if (!resolver || query->epoch != epoch)
        return;
    carrier_end(query->handle);
    (void)!nonnet_resolver_cancel(resolver, query->handle);
}

void dns_run(void)
{
    if (!resolver)
        return;
    nonnet_resolver_tick(resolver, host_now());
    for (unsigned i = 0; i < QUERIES; i++) {
        if (carriers[i].kind == CARRIER_UDP)
            udp_receive(&carriers[i]);
        else if (carriers[i].kind == CARRIER_TCP)
            tcp_receive(&carriers[i]);
    }
    messages_send();
}

uint64_t dns_deadline(void)
{
    return resolver ? nonnet_resolver_deadline(resolver) : NONNET_NEVER;
}
