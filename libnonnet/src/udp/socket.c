#include <nonnet/udp.h>

#include "ip/address.h"
#include "ip/output.h"
#include "ip/route.h"
#include "stack/packet.h"
#include "udp/udp.h"
#include "wire/udp.h"

#define PROTOCOL_UDP 17
#define DATA_LEN_MAX 65535u

int nonnet_udp_open(struct nonnet_stack *stack, uint8_t version, struct nonnet_udp_handle *handle)
{
    if (version != 4 && version != 6)
        return NONNET_E_INVALID;
    for (uint16_t i = 0; i < stack->config.nudp_sockets; i++) {
        struct udp_socket *s = &stack->udp_sockets[i];
        if (s->used)
            continue;
        uint8_t *queue = s->queue;
        uint16_t generation = (uint16_t)(s->generation + 1);
        if (generation == 0)
            generation = 1; /* no handle is zero */
        *s = (struct udp_socket){
            .used = true,
            .may_fragment = true,
            .version = version,
            .index = i,
            .generation = generation,
            .connected_interface = NO_INTERFACE,
            .queue = queue,
        };
        *handle = (struct nonnet_udp_handle){(uint32_t)generation << 16 | i};
        return NONNET_OK;
    }
    return NONNET_E_FULL;
}

int nonnet_udp_close(struct nonnet_stack *stack, struct nonnet_udp_handle handle)
{
    struct udp_socket *s = nonnet_udp_socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    stack->nwanting = (uint16_t)(stack->nwanting - (s->wants > 0));
    memset(s->queue, 0, stack->config.udp_receive_len);
    s->used = false;
    return NONNET_OK;
}

int nonnet_udp_bind(struct nonnet_stack *stack, struct nonnet_udp_handle handle,
                    const struct nonnet_endpoint *local)
{
    struct udp_socket *s = nonnet_udp_socket_of(stack, handle);
    struct nonnet_endpoint wish = *local;
    struct nonnet_endpoint nobody = {0};

    if (!s)
        return NONNET_E_STALE;
    if (s->local.port != 0 || (wish.address.version != 0 && wish.address.version != s->version))
        return NONNET_E_INVALID;
    if (wish.address.version != 0 && nonnet_address_is_unspecified(&wish.address))
        wish.address = (struct nonnet_address){0};
    if (wish.address.version != 0) {
        const struct address *a = nonnet_address_find(stack, &wish.address, NO_INTERFACE);
        if (!a || !address_is_usable(a))
            return NONNET_E_NOT_FOUND;
    }
    if (wish.port == 0) {
        wish.port = nonnet_udp_port_choose(stack, s, &wish.address, &nobody);
        if (wish.port == 0)
            return NONNET_E_IN_USE;
    } else if (nonnet_udp_port_is_taken(stack, s, &wish)) {
        return NONNET_E_IN_USE;
    }
    s->local = wish;
    return NONNET_OK;
}

static bool peer_is_sound(const struct udp_socket *s, const struct nonnet_endpoint *peer)
{
    return peer->address.version == s->version && peer->port != 0;
}

int nonnet_udp_connect(struct nonnet_stack *stack, struct nonnet_udp_handle handle,
                       const struct nonnet_endpoint *peer, struct nonnet_interface_handle interface)
{
    struct udp_socket *s = nonnet_udp_socket_of(stack, handle);
    struct path path;
    uint8_t wish;

    if (!s || !nonnet_interface_wish(stack, interface, &wish))
        return NONNET_E_STALE;
    if (!peer_is_sound(s, peer) || !nonnet_address_is_host(&peer->address))
        return NONNET_E_INVALID;
    int rc = nonnet_path_find(stack, &peer->address, wish, &path);
    if (rc != NONNET_OK)
        return rc;
    struct nonnet_endpoint local = s->local;
    if (local.address.version == 0)
        local.address = path.source;
    if (local.address.version == 0)
        return NONNET_E_UNREACHABLE;
    if (local.port == 0) {
        local.port = nonnet_udp_port_choose(stack, s, &local.address, peer);
        if (local.port == 0)
            return NONNET_E_IN_USE;
    }
    s->local = local;
    s->peer = *peer;
    s->sent_to = *peer;
    s->connected = true;
    s->connected_interface = wish;
    s->error = NONNET_OK;
    /* What others sent before is not the peer's. */
    s->queue_start = s->queue_used = 0;
    return NONNET_OK;
}

/* The source must be an address of the interface that the path takes. */
static int source_settle(const struct nonnet_stack *stack, const struct udp_socket *s,
                         const struct nonnet_address *wish, struct path *path)
{
    const struct nonnet_address *fixed = s->local.address.version != 0 ? &s->local.address : wish;

    if (fixed->version != 0) {
        const struct address *a = nonnet_address_find(stack, fixed, path->interface);
        if (!a || !address_is_usable(a))
            return NONNET_E_UNREACHABLE;
        path->source = *fixed;
    }
    return path->source.version != 0 ? NONNET_OK : NONNET_E_UNREACHABLE;
}

static int port_settle(struct nonnet_stack *stack, struct udp_socket *s,
                       const struct nonnet_endpoint *peer)
{
    if (s->local.port != 0)
        return NONNET_OK;
    s->local.port = nonnet_udp_port_choose(stack, s, &s->local.address, peer);
    return s->local.port != 0 ? NONNET_OK : NONNET_E_IN_USE;
}

/* Finds path, source and port of a datagram. Everything but its bytes is in `send` then. */
static int send_prepare(struct nonnet_stack *stack, struct udp_socket *s,
                        const struct nonnet_udp_message *m, struct ip_send *send)
{
    uint8_t wish = NO_INTERFACE;

    if (m->interface.id == 0)
        wish = s->connected_interface;
    else if (!nonnet_interface_wish(stack, m->interface, &wish))
        return NONNET_E_STALE;
    if (!peer_is_sound(s, &m->peer) ||
        (m->local.address.version != 0 && m->local.address.version != s->version))
        return NONNET_E_INVALID;
    /* A socket with an address sends through that address's interface. */
    const struct nonnet_address *from =
        s->local.address.version != 0 ? &s->local.address : &m->local.address;
    const struct address *a =
        from->version != 0 ? nonnet_address_find(stack, from, NO_INTERFACE) : NULL;
    if (a && wish == NO_INTERFACE)
        wish = a->interface;
    int rc = nonnet_path_find(stack, &m->peer.address, wish, &send->path);
    if (rc == NONNET_OK)
        rc = source_settle(stack, s, &m->local.address, &send->path);
    if (rc == NONNET_OK)
        rc = port_settle(stack, s, &m->peer);
    send->destination = m->peer.address;
    return rc;
}

int nonnet_udp_send(struct nonnet_stack *stack, struct nonnet_udp_handle handle,
                    const struct nonnet_udp_message *message, const uint8_t *data, size_t len,
                    uint64_t now)
{
    struct udp_socket *s = nonnet_udp_socket_of(stack, handle);
    struct ip_send send = {.protocol = PROTOCOL_UDP,
                           .owner = PACKET_UDP,
                           .socket = s,
                           .checksum = IP_CHECKSUM_PSEUDO,
                           .checksum_at = UDP_CHECKSUM_OFFSET,
                           .head_len = UDP_HEADER_LEN,
                           .body = data,
                           .body_len = len};
    struct nonnet_udp_message to_peer = {0};

    if (!s)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    if (len > DATA_LEN_MAX - UDP_HEADER_LEN)
        return NONNET_E_TOO_LONG;
    if (!message) {
        to_peer.peer = s->peer;
        message = &to_peer;
    }
    int rc = send_prepare(stack, s, message, &send);
    if (rc != NONNET_OK)
        return rc;
    struct udp_header h = {.source = s->local.port,
                           .destination = message->peer.port,
                           .len = (uint16_t)(UDP_HEADER_LEN + len)};
    udp_encode(&h, send.head);
    send.hop_limit = nonnet_hop_limit(stack, send.path.interface, s->version);
    send.dont_fragment = !s->may_fragment;
    rc = nonnet_ip_send(stack, &send);
    if (rc == NONNET_OK)
        s->sent_to = message->peer;
    return rc;
}

int nonnet_udp_receive(struct nonnet_stack *stack, struct nonnet_udp_handle handle, uint8_t *data,
                       size_t size, size_t *len, struct nonnet_udp_message *message)
{
    struct udp_socket *s = nonnet_udp_socket_of(stack, handle);

    return s ? nonnet_udp_queue_take(stack, s, data, size, len, message) : NONNET_E_STALE;
}

int nonnet_udp_set_fragment(struct nonnet_stack *stack, struct nonnet_udp_handle handle,
                            bool may_fragment)
{
    struct udp_socket *s = nonnet_udp_socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    s->may_fragment = may_fragment;
    return NONNET_OK;
}

int nonnet_udp_take_error(struct nonnet_stack *stack, struct nonnet_udp_handle handle)
{
    struct udp_socket *s = nonnet_udp_socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    int error = s->error;
    s->error = NONNET_OK;
    return error;
}

int nonnet_udp_endpoints(const struct nonnet_stack *stack, struct nonnet_udp_handle handle,
                         struct nonnet_endpoint *local, struct nonnet_endpoint *peer)
{
    const struct udp_socket *s = nonnet_udp_socket_of(stack, handle);

    if (!s)
        return NONNET_E_STALE;
    *local = s->local;
    *peer = s->peer;
    return NONNET_OK;
}
