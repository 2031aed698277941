#include <nonnet/interface.h>

#include "dhcp/dhcpv4.h"
#include "dhcp/dhcpv6.h"
#include "ip/address.h"
#include "ip/neighbour.h"
#include "ip/reassembly.h"
#include "ip/route.h"
#include "ndp/ndp.h"
#include "stack/packet.h"
#include "tcp/tcp.h"
#include "udp/udp.h"
#include "wire/ethernet.h"

#define HOP_LIMIT  64
#define RETRANSMIT SECONDS(1)  /* RFC 4861 section 10 RETRANS_TIMER */
#define REACHABLE  SECONDS(30) /* REACHABLE_TIME */

static bool mac_is_station(const struct nonnet_mac *mac)
{
    return !mac_is_group(mac) && !mac_is_zero(mac);
}

static bool offload_is_sound(const struct nonnet_interface_config *c,
                             const struct nonnet_offload *offload)
{
    uint32_t segments = NONNET_OFFLOAD_SEGMENT_IPV4 | NONNET_OFFLOAD_SEGMENT_IPV6;
    uint32_t known =
        NONNET_OFFLOAD_CHECKSUM | NONNET_OFFLOAD_VERIFIED | segments | NONNET_OFFLOAD_JOINED;
    uint32_t header = c->link == NONNET_LINK_ETHERNET ? ETHERNET_HEADER_LEN : 0;

    if ((offload->flags & ~known) != 0)
        return false;
    if ((offload->flags & segments) == 0)
        return true;
    return (offload->flags & NONNET_OFFLOAD_CHECKSUM) != 0 &&
           offload->frame_max >= header + c->mtu && offload->frame_max <= NONNET_OFFLOAD_FRAME_MAX;
}

static bool config_is_sound(const struct nonnet_stack *stack,
                            const struct nonnet_interface_config *c)
{
    uint32_t known = NONNET_INTERFACE_IPV6 | NONNET_INTERFACE_SLAAC | NONNET_INTERFACE_TEMPORARY;
    bool ipv6 = (c->flags & NONNET_INTERFACE_IPV6) != 0;

    if (c->link != NONNET_LINK_ETHERNET && c->link != NONNET_LINK_IP)
        return false;
    bool slaac = (c->flags & NONNET_INTERFACE_SLAAC) != 0;
    if ((c->flags & ~known) != 0 || (!ipv6 && c->flags != 0) ||
        (!slaac && (c->flags & NONNET_INTERFACE_TEMPORARY) != 0))
        return false;
    if (c->mtu < (ipv6 ? IPV6_MTU_MIN : IPV4_MTU_MIN) || c->mtu > stack->config.mtu_max)
        return false;
    if (!offload_is_sound(c, &c->offload))
        return false;
    return c->link == NONNET_LINK_IP || mac_is_station(&c->mac);
}

/* What holds until a router says otherwise. */
static void network_reset(struct interface *interface)
{
    interface->hop_limit = HOP_LIMIT;
    interface->managed = false;
    interface->other_configuration = false;
    interface->ipv6_mtu = interface->config.mtu;
    interface->retransmit_us = RETRANSMIT;
    interface->reachable_us = REACHABLE;
    interface->solicit_at = NONNET_NEVER;
    interface->reports_left = 0;
    interface->report_at = NONNET_NEVER;
    interface->query_answer_at = NONNET_NEVER;
}

int nonnet_interface_add(struct nonnet_stack *stack, const struct nonnet_interface_config *config,
                         struct nonnet_interface_handle *handle)
{
    if (!config_is_sound(stack, config))
        return NONNET_E_INVALID;
    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        struct interface *interface = &stack->interfaces[i];
        if (interface->used)
            continue;
        uint16_t generation = (uint16_t)(interface->generation + 1);
        if (generation == 0)
            generation = 1; /* no handle is zero */
        *interface = (struct interface){
            .used = true,
            .index = (uint8_t)i,
            .generation = generation,
            .config = *config,
            .output = packet_list_empty(),
        };
        network_reset(interface);
        *handle = nonnet_interface_handle_of(interface);
        return NONNET_OK;
    }
    return NONNET_E_FULL;
}

static void link_down(struct nonnet_stack *stack, struct interface *interface)
{
    interface->up = false;
    nonnet_dhcpv4_link_changed(stack, interface);
    nonnet_dhcpv6_link_changed(interface);
    nonnet_addresses_link_changed(stack, interface);
    nonnet_neighbours_forget(stack, interface->index);
    nonnet_routes_forget(stack, interface->index, ROUTE_ANNOUNCED | ROUTE_REDIRECT | ROUTE_LEASED);
    nonnet_reassembly_forget(stack, interface->index);
    (void)nonnet_packets_discard(stack, &interface->output);
    network_reset(interface);
    nonnet_tcp_link_changed(stack, interface);
}

int nonnet_interface_remove(struct nonnet_stack *stack, struct nonnet_interface_handle handle)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    link_down(stack, interface);
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        if (stack->addresses[i].used && stack->addresses[i].interface == interface->index)
            nonnet_address_drop(stack, &stack->addresses[i], ADDRESS_OVER);
    }
    nonnet_routes_forget(stack, interface->index, ROUTE_MANUAL);
    nonnet_udp_interface_gone(stack, interface->index);
    nonnet_tcp_interface_gone(stack, interface->index);
    interface->used = false;
    return NONNET_OK;
}

int nonnet_interface_set_link(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                              bool up, uint64_t now)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    if (up == interface->up)
        return NONNET_OK;
    if (!up) {
        link_down(stack, interface);
        return NONNET_OK;
    }
    interface->up = true;
    nonnet_addresses_link_changed(stack, interface);
    nonnet_tcp_link_changed(stack, interface);
    nonnet_ndp_link_up(stack, interface);
    nonnet_dhcpv4_link_changed(stack, interface);
    return NONNET_OK;
}

int nonnet_interface_set_mac(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                             struct nonnet_mac mac)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    if (interface->up || interface->config.link != NONNET_LINK_ETHERNET || !mac_is_station(&mac))
        return NONNET_E_INVALID;
    interface->config.mac = mac;
    return NONNET_OK;
}

int nonnet_interface_set_offload(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                                 const struct nonnet_offload *offload)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    if (!offload_is_sound(&interface->config, offload))
        return NONNET_E_INVALID;
    interface->config.offload = *offload;
    return NONNET_OK;
}

/*
 * The first and last address of an IPv4 prefix are no host's, unless it has two or one (RFC 3021).
 */
static bool is_end_of_prefix(const struct nonnet_address *a, uint8_t prefix_len)
{
    if (a->version != 4 || prefix_len >= 31)
        return false;
    uint32_t value = (uint32_t)a->octet[0] << 24 | (uint32_t)a->octet[1] << 16 |
                     (uint32_t)a->octet[2] << 8 | a->octet[3];
    uint32_t host = UINT32_MAX >> prefix_len;
    return (value & host) == 0 || (value & host) == host;
}

static bool address_is_sound(const struct interface *interface, const struct nonnet_address *a,
                             uint8_t prefix_len, uint32_t flags)
{
    static const uint8_t zeros[12];

    if ((flags & ~NONNET_ADDRESS_UNPROBED) != 0 || (a->version != 4 && a->version != 6) ||
        prefix_len > address_len(a) * 8)
        return false;
    if (a->version == 4 && memcmp(a->octet + 4, zeros, sizeof zeros) != 0)
        return false;
    if (a->version == 6 && (interface->config.flags & NONNET_INTERFACE_IPV6) == 0)
        return false;
    return nonnet_address_is_host(a) && !is_end_of_prefix(a, prefix_len);
}

int nonnet_interface_address_add(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                                 const struct nonnet_address *address, uint8_t prefix_len,
                                 uint32_t flags, uint64_t now)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    if (!address_is_sound(interface, address, prefix_len, flags))
        return NONNET_E_INVALID;
    if (nonnet_address_find(stack, address, NO_INTERFACE))
        return NONNET_E_IN_USE;
    struct address_wish wish = {
        .interface = interface->index,
        .prefix_len = prefix_len,
        .origin = ADDRESS_MANUAL,
        .probe = (flags & NONNET_ADDRESS_UNPROBED) == 0 &&
                 interface->config.link == NONNET_LINK_ETHERNET,
        .ip = *address,
        .preferred_until = NONNET_NEVER,
        .valid_until = NONNET_NEVER,
    };
    return nonnet_address_new(stack, &wish) ? NONNET_OK : NONNET_E_FULL;
}

int nonnet_interface_address_remove(struct nonnet_stack *stack,
                                    struct nonnet_interface_handle handle,
                                    const struct nonnet_address *address)
{
    const struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    struct address *a = nonnet_address_find(stack, address, interface->index);
    if (!a)
        return NONNET_E_NOT_FOUND;
    nonnet_address_drop(stack, a, ADDRESS_REMOVED);
    return NONNET_OK;
}

static void info_fill(struct nonnet_address_info *info, const struct address *a)
{
    *info = (struct nonnet_address_info){
        .address = a->ip,
        .prefix_len = a->prefix_len,
        .state = !address_is_usable(a) ? NONNET_ADDRESS_TENTATIVE
                 : a->deprecated       ? NONNET_ADDRESS_DEPRECATED
                                       : NONNET_ADDRESS_PREFERRED,
        .announced = a->origin == ADDRESS_STABLE || a->origin == ADDRESS_TEMPORARY,
        .temporary = a->origin == ADDRESS_TEMPORARY,
        .preferred_until = a->preferred_until,
        .valid_until = a->valid_until,
    };
}

int nonnet_interface_address(const struct nonnet_stack *stack,
                             struct nonnet_interface_handle handle, size_t index,
                             struct nonnet_address_info *info)
{
    const struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        if (!a->used || a->interface != interface->index)
            continue;
        if (index == 0) {
            info_fill(info, a);
            return NONNET_OK;
        }
        index--;
    }
    return NONNET_E_NOT_FOUND;
}
