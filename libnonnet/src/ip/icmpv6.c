/*
 * ICMPv6 that arrives: RFC 4443.
 */
#include "ip/icmp.h"

#include <nonnet/checksum.h>

#include "ip/address.h"
#include "ndp/ndp.h"
#include "wire/icmp.h"

#define PROTOCOL_ICMPV6 58

static bool checksum_is_right(const struct delivery *d)
{
    struct nonnet_ipv6_address source, destination;
    struct nonnet_checksum c;

    memcpy(source.octet, d->source.octet, sizeof source.octet);
    memcpy(destination.octet, d->destination.octet, sizeof destination.octet);
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv6_pseudo(&c, &source, &destination, PROTOCOL_ICMPV6, (uint32_t)d->len);
    nonnet_checksum_add(&c, d->payload, d->len);
    return nonnet_checksum_finish(&c) == 0;
}

static void error_input(struct nonnet_stack *stack, const struct delivery *d,
                        const struct icmp_header *h)
{
    struct icmp_quote q;
    enum path_error error = PATH_UNREACHABLE;

    if (d->group ||
        !nonnet_icmp_quote_read(&q, d->payload + ICMP_HEADER_LEN, d->len - ICMP_HEADER_LEN, 6)) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_UNRELATED);
        return;
    }
    if (h->type == ICMPV6_PACKET_TOO_BIG)
        error = PATH_TOO_BIG;
    else if (h->type == ICMPV6_UNREACHABLE && h->code == ICMPV6_PORT_UNREACHABLE)
        error = PATH_REFUSED;
    nonnet_icmp_quote_act(stack, &q, error, h->word);
}

void nonnet_icmpv6_input(struct nonnet_stack *stack, const struct delivery *d)
{
    struct icmp_header h;

    if (icmp_decode(&h, d->payload, d->len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_MALFORMED);
        return;
    }
    if (!checksum_is_right(d)) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_CHECKSUM);
        return;
    }
    if (h.type >= ICMPV6_ROUTER_SOLICITATION && h.type <= ICMPV6_REDIRECT)
        nonnet_ndp_input(stack, d);
    else if (h.type == ICMPV6_MLD_QUERY)
        nonnet_mld_input(stack, d);
    else if (h.type == ICMPV6_ECHO_REQUEST && stack->config.answer_echo && !d->group &&
             nonnet_address_is_host(&d->source))
        nonnet_icmp_echo_answer(stack, d, ICMPV6_ECHO_REPLY);
    else if (h.type == ICMPV6_UNREACHABLE || h.type == ICMPV6_PACKET_TOO_BIG)
        error_input(stack, d, &h);
    else
        stack_count(stack, NONNET_COUNT_DROP_ICMP_IGNORED);
}
