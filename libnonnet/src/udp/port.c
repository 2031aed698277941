#include "udp/udp.h"

#include "ip/address.h"
#include "ip/port.h"

#define PROTOCOL_UDP 17

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
    uint32_t offset = nonnet_port_offset(stack, PROTOCOL_UDP, local, remote);

    for (uint32_t tries = 0; tries < NPORTS_EPHEMERAL; tries++) {
        struct nonnet_endpoint candidate = {*local, nonnet_port_next(stack, offset)};
        if (!nonnet_udp_port_is_taken(stack, self, &candidate))
            return candidate.port;
    }
    return 0;
}
