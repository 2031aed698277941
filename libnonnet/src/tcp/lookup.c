#include "tcp/host.h"

#include "ip/address.h"
#include "ip/port.h"
#include "wire/bytes.h"

#define PROTOCOL_TCP 6

static bool endpoint_equal(const struct nonnet_endpoint *a, const struct nonnet_endpoint *b)
{
    return a->port == b->port && address_equal(&a->address, &b->address);
}

struct tcp_flow nonnet_tcp_flow_of(const struct nonnet_endpoint *local,
                                   const struct nonnet_endpoint *peer, uint8_t interface)
{
    size_t len = address_len(&local->address);
    struct tcp_flow flow = {.len = 0};
    struct byte_writer w = byte_writer(flow.bytes, sizeof flow.bytes);

    byte_writer_copy(&w, local->address.octet, len);
    byte_writer_copy(&w, peer->address.octet, len);
    byte_writer_u16(&w, local->port);
    byte_writer_u16(&w, peer->port);
    byte_writer_u8(&w, interface);
    flow.len = (uint8_t)w.used;
    return flow;
}

void nonnet_tcp_flow_read(const struct tcp_flow *flow, struct nonnet_endpoint *local,
                          struct nonnet_endpoint *peer, uint8_t *interface)
{
    struct byte_reader r = byte_reader(flow->bytes, flow->len);
    uint8_t version = flow->len > 16 ? 6 : 4;
    size_t len = version == 6 ? 16 : 4;

    *local = (struct nonnet_endpoint){.address.version = version};
    *peer = (struct nonnet_endpoint){.address.version = version};
    byte_reader_copy(&r, local->address.octet, len);
    byte_reader_copy(&r, peer->address.octet, len);
    local->port = byte_reader_u16(&r);
    peer->port = byte_reader_u16(&r);
    *interface = byte_reader_u8(&r);
}

static uint64_t hash_call(void *context, const uint8_t *data, size_t len)
{
    return nonnet_stack_hash(context, data, len);
}

struct tcp_hash nonnet_tcp_hash_of(struct nonnet_stack *stack)
{
    return (struct tcp_hash){.function = hash_call, .context = stack};
}

/* The interface is no part of it: an ICMP error may come through another one. */
static uint16_t *bucket_of(const struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                           const struct nonnet_endpoint *peer)
{
    const struct tcp_host *host = stack->tcp;
    struct tcp_flow flow = nonnet_tcp_flow_of(local, peer, NO_INTERFACE);

    return &host->buckets[nonnet_stack_hash(stack, flow.bytes, flow.len) & (host->nbuckets - 1)];
}

void nonnet_tcp_lookup_add(struct nonnet_stack *stack, struct tcp_socket *s)
{
    uint16_t *bucket = bucket_of(stack, &s->local, &s->peer);

    s->hash_next = *bucket;
    *bucket = s->index;
    s->hashed = true;
}

void nonnet_tcp_lookup_remove(struct nonnet_stack *stack, struct tcp_socket *s)
{
    uint16_t *at = bucket_of(stack, &s->local, &s->peer);

    while (*at != s->index)
        at = &stack->tcp->sockets[*at].hash_next;
    *at = s->hash_next;
    s->hashed = false;
}

static bool is_between(const struct tcp_socket *s, const struct nonnet_endpoint *local,
                       const struct nonnet_endpoint *peer, uint8_t interface)
{
    return s->used && s->hashed && endpoint_equal(&s->peer, peer) &&
           endpoint_equal(&s->local, local) &&
           (interface == NO_INTERFACE || s->interface == interface);
}

struct tcp_socket *nonnet_tcp_lookup(const struct nonnet_stack *stack,
                                     const struct nonnet_endpoint *local,
                                     const struct nonnet_endpoint *peer, uint8_t interface)
{
    struct tcp_host *host = stack->tcp;

    /* Segments come in bursts: the hash is spared. */
    if (is_between(&host->sockets[host->cached], local, peer, interface))
        return &host->sockets[host->cached];
    for (uint16_t i = *bucket_of(stack, local, peer); i != NO_INDEX;
         i = host->sockets[i].hash_next) {
        if (is_between(&host->sockets[i], local, peer, interface)) {
            host->cached = i;
            return &host->sockets[i];
        }
    }
    return NULL;
}

struct tcp_listening *nonnet_tcp_lookup_listener(const struct nonnet_stack *stack,
                                                 const struct nonnet_endpoint *local)
{
    struct tcp_listening *any = NULL;

    for (uint16_t i = 0; i < stack->config.ntcp_listeners; i++) {
        struct tcp_listening *l = &stack->tcp->listeners[i];
        if (!l->used || l->version != local->address.version || l->local.port != local->port)
            continue;
        if (l->local.address.version == 0)
            any = l;
        else if (address_equal(&l->local.address, &local->address))
            return l;
    }
    return any;
}

uint16_t nonnet_tcp_port_choose(struct nonnet_stack *stack, const struct nonnet_address *local,
                                const struct nonnet_endpoint *peer, uint8_t interface)
{
    uint32_t offset = nonnet_port_offset(stack, PROTOCOL_TCP, local, peer);

    for (uint32_t tries = 0; tries < NPORTS_EPHEMERAL; tries++) {
        struct nonnet_endpoint from = {*local, nonnet_port_next(stack, offset)};
        if (!nonnet_tcp_lookup_listener(stack, &from) &&
            !nonnet_tcp_lookup(stack, &from, peer, interface))
            return from.port;
    }
    return 0;
}
