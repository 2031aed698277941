#include "ip/arp.h"

#include "ip/address.h"
#include "ip/neighbour.h"
#include "stack/packet.h"
#include "wire/arp.h"
#include "wire/ethernet.h"

/* RFC 5227 section 1.1. */
#define PROBE_NUM         3
#define PROBE_MIN         SECONDS(1)
#define PROBE_SPREAD      US_PER_S /* PROBE_MAX - PROBE_MIN */
#define ANNOUNCE_WAIT     SECONDS(2)
#define ANNOUNCE_NUM      2
#define ANNOUNCE_INTERVAL SECONDS(2)
#define DEFEND_INTERVAL   SECONDS(10)

static const struct nonnet_mac everybody = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

static struct nonnet_ipv4_address ipv4_of(const struct nonnet_address *a)
{
    return (struct nonnet_ipv4_address){{a->octet[0], a->octet[1], a->octet[2], a->octet[3]}};
}

static void arp_send(struct nonnet_stack *stack, uint8_t index, struct arp_packet *arp,
                     const struct nonnet_mac *to)
{
    struct packet *packet = nonnet_packet_new(stack, PACKET_CONTROL, NULL);

    if (!packet) {
        stack_count(stack, NONNET_COUNT_DROP_PACKETS_FULL);
        return;
    }
    arp->sender_mac = stack->interfaces[index].config.mac;
    nonnet_arp_encode(arp, packet->bytes);
    packet->len = ARP_LEN;
    packet->ethertype = ETHERTYPE_ARP;
    packet->interface = index;
    packet->destination = *to;
    nonnet_packet_send(stack, packet);
}

void nonnet_arp_solicit(struct nonnet_stack *stack, uint8_t interface,
                        const struct nonnet_address *ip, const struct nonnet_address *asker,
                        const struct nonnet_mac *to)
{
    struct arp_packet arp = {
        .operation = ARP_REQUEST, .sender = ipv4_of(asker), .target = ipv4_of(ip)};

    arp_send(stack, interface, &arp, to ? to : &everybody);
}

/*
 * A probe has no sender address, so that it spoils no cache; an announcement names the address
 * twice.
 */
static void address_ask(struct nonnet_stack *stack, const struct address *a, bool announce)
{
    struct arp_packet arp = {.operation = ARP_REQUEST, .target = ipv4_of(&a->ip)};

    if (announce)
        arp.sender = arp.target;
    arp_send(stack, a->interface, &arp, &everybody);
}

static void probe_step(struct nonnet_stack *stack, struct address *a)
{
    if (a->sent == PROBE_NUM) {
        a->phase = ADDRESS_ANNOUNCING;
        a->sent = 0;
        nonnet_address_ready(stack, a);
        nonnet_arp_address_step(stack, a);
        return;
    }
    address_ask(stack, a, false);
    a->sent++;
    if (a->sent < PROBE_NUM)
        a->due = stack_after(stack, PROBE_MIN + nonnet_stack_random(stack, PROBE_SPREAD));
    else
        a->due = stack_after(stack, ANNOUNCE_WAIT);
}

void nonnet_arp_address_step(struct nonnet_stack *stack, struct address *a)
{
    if (a->phase == ADDRESS_PROBING) {
        probe_step(stack, a);
        return;
    }
    address_ask(stack, a, true);
    a->sent++;
    a->due = stack_after(stack, ANNOUNCE_INTERVAL);
    if (a->sent == ANNOUNCE_NUM) {
        a->phase = ADDRESS_READY;
        a->due = NONNET_NEVER;
    }
}

/* Somebody else uses our address: RFC 5227 section 2.4, case b. */
static void address_defend(struct nonnet_stack *stack, struct address *a)
{
    if (a->defended && stack->now - a->defended_at < DEFEND_INTERVAL) {
        nonnet_address_conflict(stack, a);
        return;
    }
    stack_count(stack, NONNET_COUNT_ADDRESS_CONFLICTS);
    a->defended = true;
    a->defended_at = stack->now;
    address_ask(stack, a, true);
}

/* Returns whether the packet is about an address that two want. */
static bool conflict_check(struct nonnet_stack *stack, const struct interface *interface,
                           const struct nonnet_address *sender, const struct nonnet_address *target)
{
    struct address *a = nonnet_address_find(stack, sender, interface->index);

    if (a && address_is_usable(a)) {
        address_defend(stack, a);
        return true;
    }
    /*
     * RFC 5227 section 2.1.1: while we probe, another probe for the same address is a conflict as
     * well.
     */
    if (!a && nonnet_address_is_unspecified(sender)) {
        a = nonnet_address_find(stack, target, interface->index);
        if (a && address_is_usable(a))
            return false; /* it is answered */
    }
    if (!a || a->due == NONNET_NEVER)
        return false;
    nonnet_address_conflict(stack, a);
    return true;
}

static void request_answer(struct nonnet_stack *stack, const struct interface *interface,
                           const struct arp_packet *request)
{
    struct arp_packet reply = {
        .operation = ARP_REPLY,
        .target_mac = request->sender_mac,
        .target = request->sender,
        .sender = request->target,
    };
    arp_send(stack, interface->index, &reply, &request->sender_mac);
}

void nonnet_arp_input(struct nonnet_stack *stack, struct interface *interface, const uint8_t *data,
                      size_t len)
{
    struct arp_packet arp;

    if (nonnet_arp_decode(&arp, data, len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_ARP_MALFORMED);
        return;
    }
    struct nonnet_address sender = nonnet_address_from_ipv4(arp.sender);
    struct nonnet_address target = nonnet_address_from_ipv4(arp.target);
    /* What we said ourselves and hear again is no conflict (RFC 5227 section 2.1.1). */
    if (mac_equal(&arp.sender_mac, &interface->config.mac) ||
        conflict_check(stack, interface, &sender, &target))
        return;

    const struct address *ours = nonnet_address_find(stack, &target, interface->index);
    bool for_us = ours && address_is_usable(ours);
    bool known = false;
    if (nonnet_address_is_host(&sender) &&
        !nonnet_address_is_subnet_broadcast(stack, &sender, interface->index)) {
        struct neighbour_news news = {
            .ip = &sender,
            .mac = &arp.sender_mac,
            .solicited = arp.operation == ARP_REPLY && for_us,
            .override = true,
        };
        known = nonnet_neighbour_hear(stack, interface->index, &news);
    } else if (!nonnet_address_is_unspecified(&sender)) {
        for_us = false; /* nobody has that address: no answer either */
    }
    if (arp.operation == ARP_REQUEST && for_us)
        request_answer(stack, interface, &arp);
    else if (!known)
        stack_count(stack, NONNET_COUNT_DROP_ARP_IGNORED);
}
