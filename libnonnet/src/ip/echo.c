#include "ip/echo.h"

#include "ip/address.h"
#include "ip/output.h"
#include "ip/route.h"
#include "wire/icmp.h"

#define PROTOCOL_ICMPV4 1
#define PROTOCOL_ICMPV6 58

void nonnet_echo_init(struct nonnet_stack *stack)
{
    stack->echo.identifier = (uint16_t)nonnet_stack_random(stack, UINT16_MAX + 1u);
}

static void request_remember(struct nonnet_stack *stack, const struct nonnet_address *to,
                             uint16_t sequence)
{
    struct echo *e = &stack->echo;

    e->requests[e->next_request] =
        (struct echo_request){.used = true, .sequence = sequence, .to = *to, .sent_at = stack->now};
    e->next_request = (uint8_t)((e->next_request + 1) % NONNET_ECHO_MAX);
}

int nonnet_echo_send(struct nonnet_stack *stack, const struct nonnet_address *to,
                     struct nonnet_interface_handle interface, uint16_t sequence,
                     const uint8_t *data, size_t len, uint64_t now)
{
    bool ipv4 = to->version == 4;
    struct icmp_header h = {
        .type = ipv4 ? ICMPV4_ECHO_REQUEST : ICMPV6_ECHO_REQUEST,
        .word = (uint32_t)stack->echo.identifier << 16 | sequence,
    };
    struct ip_send send = {
        .destination = *to,
        .protocol = ipv4 ? PROTOCOL_ICMPV4 : PROTOCOL_ICMPV6,
        .owner = PACKET_CONTROL,
        .checksum = ipv4 ? IP_CHECKSUM_PLAIN : IP_CHECKSUM_PSEUDO,
        .checksum_at = ICMP_CHECKSUM_OFFSET,
        .head_len = ICMP_HEADER_LEN,
        .body = data,
        .body_len = len,
    };
    uint8_t wish;

    stack_set_time(stack, now);
    if (!nonnet_interface_wish(stack, interface, &wish))
        return NONNET_E_STALE;
    if (!nonnet_address_is_host(to))
        return NONNET_E_INVALID;
    int rc = nonnet_path_find(stack, to, wish, &send.path);
    if (rc != NONNET_OK)
        return rc;
    if (send.path.source.version == 0)
        return NONNET_E_UNREACHABLE;
    send.hop_limit = nonnet_hop_limit(stack, send.path.interface, to->version);
    icmp_encode(&h, send.head);
    rc = nonnet_ip_send(stack, &send);
    if (rc == NONNET_OK)
        request_remember(stack, to, sequence);
    return rc;
}

static void answer_put(struct echo *e, const struct nonnet_echo_answer *answer)
{
    uint8_t at = (uint8_t)((e->first_answer + e->nanswers) % NONNET_ECHO_MAX);

    if (e->nanswers == NONNET_ECHO_MAX)
        e->first_answer = (uint8_t)((e->first_answer + 1) % NONNET_ECHO_MAX);
    else
        e->nanswers++;
    e->answers[at] = *answer;
    e->events |= NONNET_EVENT_READABLE;
}

void nonnet_echo_input(struct nonnet_stack *stack, const struct delivery *d)
{
    struct echo *e = &stack->echo;
    struct icmp_header h;

    if (icmp_decode(&h, d->payload, d->len) != NONNET_OK || h.word >> 16 != e->identifier) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_UNRELATED);
        return;
    }
    for (unsigned i = 0; i < NONNET_ECHO_MAX; i++) {
        struct echo_request *r = &e->requests[i];
        if (!r->used || r->sequence != (uint16_t)h.word || !address_equal(&r->to, &d->source))
            continue;
        struct nonnet_echo_answer answer = {
            .from = d->source,
            .sequence = r->sequence,
            .hop_limit = d->hop_limit,
            .len = (uint32_t)(d->len - ICMP_HEADER_LEN),
            .round_trip_us = stack->now - r->sent_at,
        };
        r->used = false;
        answer_put(e, &answer);
        return;
    }
    stack_count(stack, NONNET_COUNT_DROP_ICMP_UNRELATED);
}

int nonnet_echo_receive(struct nonnet_stack *stack, struct nonnet_echo_answer *answer)
{
    struct echo *e = &stack->echo;

    if (e->nanswers == 0)
        return NONNET_E_EMPTY;
    *answer = e->answers[e->first_answer];
    e->first_answer = (uint8_t)((e->first_answer + 1) % NONNET_ECHO_MAX);
    e->nanswers--;
    return NONNET_OK;
}

bool nonnet_echo_event(struct nonnet_stack *stack, struct nonnet_event *event)
{
    if (stack->echo.events == 0)
        return false;
    *event = (struct nonnet_event){.source = NONNET_EVENT_ECHO, .flags = stack->echo.events};
    stack->echo.events = 0;
    return true;
}
