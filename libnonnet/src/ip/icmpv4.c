/*
 * ICMP for IPv4 that arrives: RFC 792, RFC 1122 section 3.2.2. Redirects, source quench, address
 * masks and timestamps are not acted on: RFC 6633, RFC 6918, and nobody on the link is to move our
 * routes.
 */
#include "ip/icmp.h"

#include <nonnet/checksum.h>

#include "ip/echo.h"
#include "wire/icmp.h"

static void unreachable_input(struct nonnet_stack *stack, const struct delivery *d,
                              const struct icmp_header *h)
{
    struct icmp_quote q;
    enum path_error error = PATH_UNREACHABLE;

    if (!nonnet_icmp_quote_read(&q, d->payload + ICMP_HEADER_LEN, d->len - ICMP_HEADER_LEN, 4)) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_UNRELATED);
        return;
    }
    if (h->code == ICMPV4_PORT_UNREACHABLE || h->code == ICMPV4_PROTOCOL_UNREACHABLE)
        error = PATH_REFUSED;
    else if (h->code == ICMPV4_FRAGMENTATION_NEEDED)
        error = PATH_TOO_BIG;
    nonnet_icmp_quote_act(stack, &q, error, h->word & 0xffff);
}

static void echo_input(struct nonnet_stack *stack, const struct delivery *d)
{
    /* RFC 1122 section 3.2.2.6 lets a host ignore those to groups: they are how to amplify. */
    if (!stack->config.answer_echo || d->group)
        stack_count(stack, NONNET_COUNT_DROP_ICMP_IGNORED);
    else
        nonnet_icmp_echo_answer(stack, d, ICMPV4_ECHO_REPLY);
}

void nonnet_icmpv4_input(struct nonnet_stack *stack, const struct delivery *d)
{
    struct icmp_header h;

    if (icmp_decode(&h, d->payload, d->len) != NONNET_OK) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_MALFORMED);
        return;
    }
    if (nonnet_checksum_of(d->payload, d->len) != 0) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_CHECKSUM);
        return;
    }
    if (h.type == ICMPV4_ECHO_REQUEST)
        echo_input(stack, d);
    else if (h.type == ICMPV4_ECHO_REPLY && !d->group)
        nonnet_echo_input(stack, d);
    else if (h.type == ICMPV4_UNREACHABLE && !d->group)
        unreachable_input(stack, d, &h);
    else
        stack_count(stack, NONNET_COUNT_DROP_ICMP_IGNORED);
}
