/*
 * Which port a socket gets when it does not say: algorithm 3 of RFC 6056. The offset that the keyed
 * hash gives for a peer is unknown to everybody else; the counter makes one pair of hosts go
 * through all ports before a port comes again.
 */
#include "udp/udp.h"

#include "ip/address.h"
#include "wire/bytes.h"

#define PORT_FIRST 32768u /* the upper half: no port there is assigned */
#define PORT_MASK  32767u

static bool addresses_collide(const struct nonnet_address *a, const struct nonnet_address *b)
{
    return a->version == 0 || b->version == 0 || address_equal(a, b);
}

bool nonnet_udp_port_is_taken(const struct nonnet_stack *stack, const struct udp_socket *self,
                              const struct nonnet_endpoint *local)
{
    for (uint16_t i = 0; i < stack->config.nudp_sockets; i++) {
        const struct udp_socket *s = &stack->udp_sockets[i];
        if (s != self && s->used && s->version == self->version && s->local.port == local->port &&
            addresses_collide(&s->local.address, &local->address))
            return true;
    }
    return false;
}

uint16_t nonnet_udp_port_choose(struct nonnet_stack *stack, const struct udp_socket *self,
                                const struct nonnet_address *local,
                                const struct nonnet_endpoint *remote)
{
    uint8_t input[1 + 16 + 16 + 2];
    struct byte_writer w = byte_writer(input, sizeof input);

    byte_writer_u8(&w, self->version);
    byte_writer_copy(&w, local->octet, sizeof local->octet);
    byte_writer_copy(&w, remote->address.octet, sizeof remote->address.octet);
    byte_writer_u16(&w, remote->port);
    uint32_t offset = (uint32_t)nonnet_stack_hash(stack, input, sizeof input);
    for (uint32_t tries = 0; tries <= PORT_MASK; tries++) {
        struct nonnet_endpoint candidate = {*local, 0};
        candidate.port = (uint16_t)(PORT_FIRST + ((offset + stack->next_ephemeral++) & PORT_MASK));
        if (!nonnet_udp_port_is_taken(stack, self, &candidate))
            return candidate.port;
    }
    return 0;
}
