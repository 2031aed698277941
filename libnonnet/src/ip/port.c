#include "ip/port.h"

#include "wire/bytes.h"

uint32_t nonnet_port_offset(const struct nonnet_stack *stack, uint8_t protocol,
                            const struct nonnet_address *local,
                            const struct nonnet_endpoint *remote)
{
    uint8_t input[1 + 1 + 16 + 16 + 2];
    struct byte_writer w = byte_writer(input, sizeof input);

    byte_writer_u8(&w, protocol);
    byte_writer_u8(&w, remote->address.version);
    byte_writer_copy(&w, local->octet, sizeof local->octet);
    byte_writer_copy(&w, remote->address.octet, sizeof remote->address.octet);
    byte_writer_u16(&w, remote->port);
    return (uint32_t)nonnet_stack_hash(stack, input, sizeof input);
}

uint16_t nonnet_port_next(struct nonnet_stack *stack, uint32_t offset)
{
    return (uint16_t)(NPORTS_EPHEMERAL +
                      ((offset + stack->next_ephemeral++) & (NPORTS_EPHEMERAL - 1)));
}
