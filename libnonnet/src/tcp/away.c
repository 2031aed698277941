/*
 * What becomes of connections whose link, address or interface goes away.
 *
 * A link that is down is no end (RFC 5461 section 2.2), and neither is an address that the same
 * network may give again: those connections wait, and end some time after the link is back if the
 * address is not. An address that is gone for good ends its connections at once, as nothing could
 * ever come for one that only receives.
 */
#include "tcp/host.h"

#include "ip/address.h"
#include "tcp/internal.h"
#include "tcp/tcp.h"

/* Longer than a router takes to begin anew, and DHCP to be heard by it. */
#define AWAY_MAX SECONDS(120)

static void connection_lost(struct nonnet_stack *stack, struct tcp_socket *s)
{
    /* In TIME-WAIT all is said: it ends in order. */
    if (s->tcp.state != TCP_CLOSED && s->tcp.state != TCP_TIME_WAIT)
        s->error = NONNET_E_UNREACHABLE;
    nonnet_connection_end(&s->tcp, 0);
    s->tcp.reset_pending = false;
    s->away_until = NONNET_NEVER;
    nonnet_tcp_socket_changed(stack, s);
}

static bool is_from(const struct tcp_socket *s, const struct address *a)
{
    return s->used && s->interface == a->interface && address_equal(&s->local.address, &a->ip);
}

/* The RST that an abort would send, while there is an address to send it from. */
static void reset_tell(struct nonnet_stack *stack, struct tcp_socket *s)
{
    enum tcp_state state = s->tcp.state;

    nonnet_connection_abort(&s->tcp);
    nonnet_tcp_send_reset(stack, s);
    s->tcp.state = state;
}

void nonnet_tcp_address_gone(struct nonnet_stack *stack, const struct address *a, bool tell)
{
    for (uint16_t i = 0; stack->tcp && i < stack->config.ntcp_connections; i++) {
        struct tcp_socket *s = &stack->tcp->sockets[i];
        if (!is_from(s, a))
            continue;
        if (tell)
            reset_tell(stack, s);
        connection_lost(stack, s);
    }
}

static void away_until(struct nonnet_stack *stack, struct tcp_socket *s, uint64_t until)
{
    s->away_until = until;
    nonnet_tcp_due_lower(stack->tcp, s);
}

void nonnet_tcp_address_away(struct nonnet_stack *stack, const struct address *a)
{
    if (!stack->interfaces[a->interface].up)
        return; /* the time begins with the link */
    for (uint16_t i = 0; stack->tcp && i < stack->config.ntcp_connections; i++) {
        if (is_from(&stack->tcp->sockets[i], a))
            away_until(stack, &stack->tcp->sockets[i], stack_after(stack, AWAY_MAX));
    }
}

static bool has_address(const struct nonnet_stack *stack, const struct tcp_socket *s)
{
    return nonnet_address_find(stack, &s->local.address, s->interface) != NULL;
}

void nonnet_tcp_leased(struct nonnet_stack *stack, uint8_t interface)
{
    for (uint16_t i = 0; stack->tcp && i < stack->config.ntcp_connections; i++) {
        struct tcp_socket *s = &stack->tcp->sockets[i];
        if (s->used && s->interface == interface && s->local.address.version == 4 &&
            !has_address(stack, s))
            connection_lost(stack, s);
    }
}

bool nonnet_tcp_away_is_over(struct nonnet_stack *stack, struct tcp_socket *s)
{
    if (s->away_until > stack->now)
        return false;
    s->away_until = NONNET_NEVER;
    if (has_address(stack, s))
        return false;
    connection_lost(stack, s);
    return true;
}

void nonnet_tcp_link_changed(struct nonnet_stack *stack, const struct interface *interface)
{
    nonnet_paths_changed(stack);
    for (uint16_t i = 0; stack->tcp && i < stack->config.ntcp_connections; i++) {
        struct tcp_socket *s = &stack->tcp->sockets[i];
        if (!s->used || s->interface != interface->index)
            continue;
        if (!interface->up) {
            s->away_until = NONNET_NEVER;
            nonnet_tcp_socket_changed(stack, s);
        } else if (!has_address(stack, s)) {
            away_until(stack, s, stack_after(stack, AWAY_MAX));
        }
    }
}

void nonnet_tcp_interface_gone(struct nonnet_stack *stack, uint8_t interface)
{
    for (uint16_t i = 0; stack->tcp && i < stack->config.ntcp_connections; i++) {
        struct tcp_socket *s = &stack->tcp->sockets[i];
        if (s->used && s->interface == interface)
            connection_lost(stack, s);
    }
}
