/*
 * UDP datagrams that arrive, and what the network says about those that were sent.
 */
#include "ip/input.h"
#include "dhcp/dhcpv4.h"
#include "dhcp/dhcpv6.h"
#include "ip/address.h"
#include "ip/icmp.h"
#include "udp/udp.h"
#include "wire/icmp.h"
#include "wire/udp.h"

/* IPv4 lets a sender do without; IPv6 does not (RFC 8200 section 8.1). */
static bool checksum_is_right(const struct delivery *d, const struct udp_header *h)
{
    if (h->checksum == 0)
        return d->source.version == 4;
    return nonnet_delivery_sum(d, h->len) == 0;
}

/* How well a socket fits a datagram; 0: not at all. */
static unsigned socket_fits(const struct udp_socket *s, const struct delivery *d,
                            const struct udp_header *h)
{
    if (!s->used || s->version != d->source.version || s->local.port != h->destination)
        return 0;
    if (s->local.address.version != 0 && !address_equal(&s->local.address, &d->destination))
        return 0;
    unsigned fit = s->local.address.version != 0 ? 2 : 1;
    if (s->connected) {
        if (s->peer.port != h->source || !address_equal(&s->peer.address, &d->source) ||
            (s->connected_interface != NO_INTERFACE && s->connected_interface != d->interface))
            return 0;
        fit += 2;
    }
    return fit;
}

static struct udp_socket *socket_for(const struct nonnet_stack *stack, const struct delivery *d,
                                     const struct udp_header *h)
{
    struct udp_socket *best = NULL;
    unsigned best_fit = 0;

    for (uint16_t i = 0; i < stack->config.nudp_sockets; i++) {
        unsigned fit = socket_fits(&stack->udp_sockets[i], d, h);
        if (fit > best_fit) {
            best_fit = fit;
            best = &stack->udp_sockets[i];
        }
    }
    return best;
}

static void port_unreachable(struct nonnet_stack *stack, const struct delivery *d)
{
    stack_count(stack, NONNET_COUNT_DROP_UDP_NO_SOCKET);
    if (d->source.version == 4)
        nonnet_icmp_error(stack, d, ICMPV4_UNREACHABLE, ICMPV4_PORT_UNREACHABLE, 0);
    else
        nonnet_icmp_error(stack, d, ICMPV6_UNREACHABLE, ICMPV6_PORT_UNREACHABLE, 0);
}

void nonnet_udp_input(struct nonnet_stack *stack, const struct delivery *d)
{
    struct udp_header h;

    if (udp_decode(&h, d->payload, d->len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_UDP_MALFORMED);
        return;
    }
    if (!checksum_is_right(d, &h)) {
        stack_count(stack, NONNET_COUNT_DROP_UDP_CHECKSUM);
        return;
    }
    if (d->source.version == 4 &&
        nonnet_dhcpv4_expects(&stack->interfaces[d->interface], h.source, h.destination)) {
        nonnet_dhcpv4_input(stack, d, d->payload + UDP_HEADER_LEN, (size_t)h.len - UDP_HEADER_LEN);
        return;
    }
    if (d->source.version == 6 &&
        nonnet_dhcpv6_expects(&stack->interfaces[d->interface], d, h.destination)) {
        nonnet_dhcpv6_input(stack, d, d->payload + UDP_HEADER_LEN, (size_t)h.len - UDP_HEADER_LEN);
        return;
    }
    struct udp_socket *socket = socket_for(stack, d, &h);
    if (!socket) {
        port_unreachable(stack, d);
        return;
    }
    struct nonnet_udp_message message = {
        .peer = {d->source, h.source},
        .local = {d->destination, h.destination},
        .interface = nonnet_interface_handle_of(&stack->interfaces[d->interface]),
    };
    if (!nonnet_udp_queue_put(stack, socket, &message, d->payload + UDP_HEADER_LEN,
                              (uint32_t)h.len - UDP_HEADER_LEN))
        stack_count(stack, NONNET_COUNT_DROP_UDP_QUEUE);
}

static bool endpoint_equal(const struct nonnet_endpoint *a, const struct nonnet_endpoint *b)
{
    return a->port == b->port && address_equal(&a->address, &b->address);
}

static bool sent_there(const struct udp_socket *s, const struct nonnet_endpoint *local,
                       const struct nonnet_endpoint *remote)
{
    return s->used && s->version == local->address.version && s->local.port == local->port &&
           (s->local.address.version == 0 || address_equal(&s->local.address, &local->address)) &&
           endpoint_equal(&s->sent_to, remote);
}

bool nonnet_udp_path_error(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                           const struct nonnet_endpoint *remote, enum path_error error)
{
    for (uint16_t i = 0; i < stack->config.nudp_sockets; i++) {
        struct udp_socket *s = &stack->udp_sockets[i];
        if (!sent_there(s, local, remote))
            continue;
        /* A socket that sends to many does not know which of them is meant. */
        if (s->connected && (error != PATH_TOO_BIG || !s->may_fragment)) {
            s->error = error == PATH_REFUSED   ? NONNET_E_REFUSED
                       : error == PATH_TOO_BIG ? NONNET_E_TOO_LONG
                                               : NONNET_E_UNREACHABLE;
            s->events |= NONNET_EVENT_ERROR;
        }
        return true;
    }
    return false;
}

void nonnet_udp_interface_gone(struct nonnet_stack *stack, uint8_t interface)
{
    for (uint16_t i = 0; i < stack->config.nudp_sockets; i++) {
        struct udp_socket *s = &stack->udp_sockets[i];
        if (s->used && s->connected && s->connected_interface == interface) {
            s->connected = false;
            s->connected_interface = NO_INTERFACE;
            s->peer = (struct nonnet_endpoint){0};
            s->error = NONNET_E_UNREACHABLE;
            s->events |= NONNET_EVENT_ERROR;
        }
    }
}
