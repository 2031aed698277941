/*
 * Whether an address is ours alone: RFC 4862 section 5.4, with the nonces of RFC 7527, by which a
 * probe that the network sent back to us is told from one that somebody else sent.
 */
#include "ip/address.h"
#include "ndp/ndp.h"
#include "wire/icmp.h"

void nonnet_dad_step(struct nonnet_stack *stack, struct address *a)
{
    const struct nonnet_environment *e = &stack->config.environment;
    struct interface *interface = &stack->interfaces[a->interface];

    if (a->sent > 0) {
        a->phase = ADDRESS_READY;
        a->due = NONNET_NEVER;
        nonnet_address_ready(stack, a);
        return;
    }
    struct ndp_message m = {
        .type = ICMPV6_NEIGHBOUR_SOLICITATION, .target = a->ip, .has_nonce = true};
    struct nonnet_address nobody = {.version = 6};
    struct nonnet_address group = nonnet_address_solicited_node(&a->ip);
    e->entropy(e->context, a->nonce, sizeof a->nonce);
    memcpy(m.nonce, a->nonce, sizeof m.nonce);
    nonnet_ndp_send(stack, a->interface, &m, &nobody, &group, NULL);
    a->sent = 1;
    a->due = stack_after(stack, interface->retransmit_us);
}

void nonnet_dad_hear(struct nonnet_stack *stack, struct address *a, const struct ndp_message *m,
                     const struct delivery *d)
{
    if (a->due == NONNET_NEVER) {
        stack_count(stack, NONNET_COUNT_DROP_NDP_IGNORED);
        return;
    }
    if (m->type == ICMPV6_NEIGHBOUR_SOLICITATION) {
        /* Who asks with an address of its own only wants to reach the address (section 5.4.3). */
        if (!nonnet_address_is_unspecified(&d->source)) {
            stack_count(stack, NONNET_COUNT_DROP_NDP_IGNORED);
            return;
        }
        if (a->sent > 0 && m->has_nonce && memcmp(m->nonce, a->nonce, sizeof a->nonce) == 0) {
            stack_count(stack, NONNET_COUNT_DROP_DAD_LOOPED);
            return;
        }
    }
    nonnet_address_conflict(stack, a);
}
