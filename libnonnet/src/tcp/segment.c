/*
 * Segments that arrive: whose they are.
 */
#include "tcp/host.h"

#include "tcp/tcp.h"

#define PROTOCOL_TCP 6

/* A segment for nobody (RFC 9293 section 3.10.7.1). Whoever probes learns nothing by default. */
static void no_socket(struct nonnet_stack *stack, const struct delivery *d,
                      const struct nonnet_tcp_header *h, size_t len)
{
    struct nonnet_endpoint local = {d->destination, h->destination_port};
    struct nonnet_endpoint peer = {d->source, h->source_port};
    struct nonnet_tcp_header answer;

    stack_count(stack, NONNET_COUNT_DROP_TCP_NO_SOCKET);
    if (!stack->config.answer_closed_ports || !nonnet_tcp_refuse(h, len, &answer))
        return;
    if (!nonnet_rate_limit_pass(stack, &stack->tcp->resets))
        stack_count(stack, NONNET_COUNT_TCP_RESETS_LIMITED);
    else if (nonnet_tcp_answer(stack, &local, &peer, d->interface, &answer))
        stack_count(stack, NONNET_COUNT_TCP_RESETS_OUT);
}

/* Returns false after counting. */
static bool segment_check(struct nonnet_stack *stack, const struct delivery *d,
                          struct nonnet_tcp_header *h)
{
    if (d->group) {
        stack_count(stack, NONNET_COUNT_DROP_TCP_GROUP); /* RFC 9293 section 3.9.2.3 */
        return false;
    }
    if (nonnet_delivery_sum(d, d->len) != 0) {
        stack_count(stack, NONNET_COUNT_DROP_TCP_CHECKSUM);
        return false;
    }
    if (nonnet_tcp_header_decode(h, d->payload, d->len) != NONNET_OK || h->source_port == 0 ||
        h->destination_port == 0) {
        stack_count(stack, NONNET_COUNT_DROP_TCP_MALFORMED);
        return false;
    }
    return true;
}

struct tcp_text nonnet_tcp_text_of(const struct delivery *d, const struct nonnet_tcp_header *h)
{
    struct tcp_text text = tcp_text_of(d->payload + h->header_len, d->len - h->header_len);

    if (d->link && d->link->rest) {
        text.here = (size_t)(d->link->head_end - text.data);
        text.rest = d->link->rest;
    }
    return text;
}

void nonnet_tcp_input(struct nonnet_stack *stack, const struct delivery *d)
{
    struct nonnet_tcp_header h;

    stack_count(stack, NONNET_COUNT_SEGMENTS_IN);
    if (!segment_check(stack, d, &h))
        return;
    struct nonnet_endpoint local = {d->destination, h.destination_port};
    struct nonnet_endpoint peer = {d->source, h.source_port};
    struct tcp_text text = nonnet_tcp_text_of(d, &h);
    size_t len = d->len - h.header_len;
    struct tcp_socket *s = nonnet_tcp_lookup(stack, &local, &peer, d->interface);
    if (s) {
        enum tcp_input_result result =
            nonnet_connection_input_text(&s->tcp, &h, text, len, stack->now);
        nonnet_tcp_socket_changed(stack, s);
        if (result == TCP_INPUT_DONE)
            return;
    }
    struct tcp_listening *l = nonnet_tcp_lookup_listener(stack, &local);
    if (l)
        nonnet_tcp_listener_segment(stack, l, d, &h);
    else
        no_socket(stack, d, &h, len);
}
