/*
 * ICMPv6 that arrives: RFC 4443.
 */
#include "ip/icmp.h"

#include "ip/address.h"
#include "ip/echo.h"
#include "ndp/ndp.h"
#include "wire/icmp.h"

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
    if (nonnet_delivery_sum(d, d->len) != 0) {
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
    else if (h.type == ICMPV6_ECHO_REPLY && !d->group)
        nonnet_echo_input(stack, d);
    else if (h.type == ICMPV6_UNREACHABLE || h.type == ICMPV6_PACKET_TOO_BIG)
        error_input(stack, d, &h);
    else
        stack_count(stack, NONNET_COUNT_DROP_ICMP_IGNORED);
}
