#include "stack/packet.h"

#include <nonnet/checksum.h>

#include "wire/ethernet.h"
#include "wire/udp.h"

void nonnet_packets_init(struct nonnet_stack *stack)
{
    stack->free_packets = packet_list_empty();
    for (uint16_t i = 0; i < stack->config.npackets; i++)
        nonnet_packet_append(stack, &stack->free_packets, &stack->packets[i]);
    stack->nfree_packets = stack->config.npackets;
}

static uint16_t sockets_share(const struct nonnet_stack *stack)
{
    return (uint16_t)(stack->config.npackets - stack->config.npackets / 4);
}

uint16_t nonnet_packets_per_socket(const struct nonnet_stack *stack)
{
    return sockets_share(stack) / 2;
}

bool nonnet_packets_available(const struct nonnet_stack *stack, enum packet_owner owner,
                              const struct udp_socket *socket, size_t count)
{
    if (count > stack->nfree_packets)
        return false;
    if (owner == PACKET_CONTROL)
        return stack->ncontrol_packets + count <= stack->config.npackets / 2u;
    uint16_t held =
        (uint16_t)(stack->config.npackets - stack->nfree_packets - stack->ncontrol_packets);
    return held + count <= sockets_share(stack) &&
           socket->npackets + count <= nonnet_packets_per_socket(stack);
}

struct packet *nonnet_packet_new(struct nonnet_stack *stack, enum packet_owner owner,
                                 struct udp_socket *socket)
{
    if (!nonnet_packets_available(stack, owner, socket, 1))
        return NULL;
    struct packet *packet = nonnet_packet_take(stack, &stack->free_packets);
    stack->nfree_packets--;
    packet->owner = (uint8_t)owner;
    packet->socket = NO_INDEX;
    packet->len = 0;
    packet->checksum_start = 0;
    if (owner == PACKET_CONTROL) {
        stack->ncontrol_packets++;
    } else {
        packet->socket = socket->index;
        packet->socket_generation = socket->generation;
        socket->npackets++;
    }
    return packet;
}

/* Tells the sockets that were refused packets, and now would not be. */
static void sockets_wake(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.nudp_sockets; i++) {
        struct udp_socket *socket = &stack->udp_sockets[i];
        if (socket->used && socket->wants > 0 &&
            nonnet_packets_available(stack, PACKET_UDP, socket, socket->wants)) {
            socket->wants = 0;
            stack->nwanting--;
            socket->events |= NONNET_EVENT_WRITABLE;
        }
    }
}

void nonnet_packet_free(struct nonnet_stack *stack, struct packet *packet)
{
    if (packet->owner == PACKET_CONTROL) {
        stack->ncontrol_packets--;
    } else {
        struct udp_socket *socket = &stack->udp_sockets[packet->socket];
        if (socket->used && socket->generation == packet->socket_generation)
            socket->npackets--;
    }
    stack->nfree_packets++;
    nonnet_packet_append(stack, &stack->free_packets, packet);
    if (stack->nwanting > 0)
        sockets_wake(stack);
}

void nonnet_packet_append(struct nonnet_stack *stack, struct packet_list *list,
                          struct packet *packet)
{
    packet->next = NO_INDEX;
    if (list->first == NO_INDEX)
        list->first = packet->index;
    else
        stack->packets[list->last].next = packet->index;
    list->last = packet->index;
}

struct packet *nonnet_packet_take(struct nonnet_stack *stack, struct packet_list *list)
{
    if (list->first == NO_INDEX)
        return NULL;
    struct packet *packet = &stack->packets[list->first];
    list->first = packet->next;
    if (list->first == NO_INDEX)
        list->last = NO_INDEX;
    packet->next = NO_INDEX;
    return packet;
}

unsigned nonnet_packets_discard(struct nonnet_stack *stack, struct packet_list *list)
{
    struct packet *packet;
    unsigned count = 0;

    while ((packet = nonnet_packet_take(stack, list)) != NULL) {
        nonnet_packet_free(stack, packet);
        count++;
    }
    return count;
}

void nonnet_packet_send(struct nonnet_stack *stack, struct packet *packet)
{
    nonnet_packet_append(stack, &stack->interfaces[packet->interface].output, packet);
}

/* Does what was left to a device, of a packet behind a link header of `header` bytes. */
static void checksum_complete(const struct packet *packet, uint8_t *frame, size_t header)
{
    uint8_t *from = frame + header + packet->checksum_start;
    uint16_t sum = nonnet_checksum_of(from, packet->len - packet->checksum_start);
    if (sum == 0 && packet->checksum_offset == UDP_CHECKSUM_OFFSET)
        sum = 0xffff; /* RFC 768 */
    struct byte_writer w = byte_writer(from + packet->checksum_offset, 2);
    byte_writer_u16(&w, sum);
}

int nonnet_packet_output(struct nonnet_stack *stack, struct interface *interface, uint8_t *frame,
                         size_t size, size_t *len, struct nonnet_frame *said)
{
    if (interface->output.first == NO_INDEX)
        return NONNET_E_EMPTY;
    struct packet *packet = &stack->packets[interface->output.first];
    size_t header = interface->config.link == NONNET_LINK_ETHERNET ? ETHERNET_HEADER_LEN : 0;
    *len = header + packet->len;
    if (size < *len)
        return NONNET_E_NO_SPACE;

    if (header > 0) {
        struct ethernet_header h = {.destination = packet->destination,
                                    .source = interface->config.mac,
                                    .type = packet->ethertype};
        ethernet_encode(&h, frame);
    }
    memcpy(frame + header, packet->bytes, packet->len);
    if (packet->checksum_start > 0 && said &&
        (interface->config.offload.flags & NONNET_OFFLOAD_CHECKSUM) != 0) {
        said->flags = NONNET_FRAME_PARTIAL;
        said->checksum_start = (uint16_t)(header + packet->checksum_start);
        said->checksum_offset = packet->checksum_offset;
    } else if (packet->checksum_start > 0) {
        checksum_complete(packet, frame, header);
    }
    nonnet_packet_free(stack, nonnet_packet_take(stack, &interface->output));
    stack_count(stack, NONNET_COUNT_FRAMES_OUT);
    return NONNET_OK;
}
