/*
 * The way of a frame into the stack: link header, network header, reassembly, upper layer.
 *
 * A delivery is what an upper layer gets: everything in it was checked, and it knows no IP version.
 * This is where further protocols join in: nonnet_deliver() hands a segment on with its addresses
 * and interface.
 */
#ifndef NONNET_IP_INPUT_H
#define NONNET_IP_INPUT_H

#include "stack/state.h"

/* What the link says of a packet. */
struct link_word {
    bool group;              /* the frame was for a group, or for all */
    bool verified;           /* the device found the transport checksum to be right */
    bool joined;             /* and put the packet together from TCP segments */
    const uint8_t *partial;  /* where the checksum that the sender did not finish begins, or NULL */
    uint16_t partial_offset; /* of its field */
    const struct nonnet_part
        *rest; /* NULL, or the frame's other parts: the first ends at head_end */
    const uint8_t *head_end;
};

struct delivery {
    uint8_t interface;
    uint8_t protocol;
    uint8_t hop_limit;
    uint8_t ecn;
    bool group;    /* to a group or by broadcast, of either layer */
    bool fragment; /* the packet had a fragment header, or is put together from fragments */
    bool router_alert;
    struct nonnet_address source;
    struct nonnet_address destination;
    uint32_t protocol_at;  /* offset in the packet of the octet that names the protocol */
    const uint8_t *packet; /* from the network header on */
    size_t packet_len;
    const uint8_t *payload; /* inside of the packet */
    size_t len;
    const struct link_word *link; /* NULL: of no single frame, so nothing is said */
};

/* `said`: as nonnet_stack_input_frame() has it. */
void nonnet_frame_input(struct nonnet_stack *stack, struct interface *interface,
                        const uint8_t *frame, size_t len, const struct nonnet_frame *said);

/*
 * Likewise, and nonnet_stack_input_parts(). What cannot be input so would be looked at beyond the
 * first part.
 */
bool nonnet_parts_can_be_input(const struct interface *interface, const struct nonnet_part *parts,
                               size_t nparts, const struct nonnet_frame *said);
void nonnet_parts_input(struct nonnet_stack *stack, struct interface *interface,
                        const struct nonnet_part *parts, size_t nparts,
                        const struct nonnet_frame *said);

void nonnet_ipv4_input(struct nonnet_stack *stack, struct interface *interface,
                       const uint8_t *packet, size_t len, const struct link_word *link);
void nonnet_ipv6_input(struct nonnet_stack *stack, struct interface *interface,
                       const uint8_t *packet, size_t len, const struct link_word *link);

/*
 * Whether a packet between these ends was let in a moment ago: they come in bursts, and what was
 * looked up then is the same now, unless addresses, routes or links changed. Only packets from a host
 * to this one, in a frame for this station, are remembered.
 */
bool nonnet_ends_are_known(const struct nonnet_stack *stack, uint8_t interface,
                           const struct nonnet_address *source,
                           const struct nonnet_address *destination);
void nonnet_ends_remember(struct nonnet_stack *stack, uint8_t interface,
                          const struct nonnet_address *source,
                          const struct nonnet_address *destination);

/* Hands a delivery to its protocol. */
void nonnet_deliver(struct nonnet_stack *stack, const struct delivery *d);

void nonnet_icmpv4_input(struct nonnet_stack *stack, const struct delivery *d);
void nonnet_icmpv6_input(struct nonnet_stack *stack, const struct delivery *d);
void nonnet_udp_input(struct nonnet_stack *stack, const struct delivery *d);
void nonnet_tcp_input(struct nonnet_stack *stack, const struct delivery *d);

/*
 * The checksum over the pseudo-header and the first `len` bytes of the payload, which hold one: 0
 * means that it is right. Of TCP and UDP the device's word is taken, where it has one to say.
 */
uint16_t nonnet_delivery_sum(const struct delivery *d, size_t len);

/* What an ICMP error says about a packet that we sent. */
enum path_error { PATH_UNREACHABLE, PATH_REFUSED, PATH_TOO_BIG };

/*
 * Tells the socket between these endpoints. Returns false if there is none, or if it did not send
 * there: the message then is about nothing of ours.
 */
bool nonnet_udp_path_error(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                           const struct nonnet_endpoint *remote, enum path_error error);

/* Likewise of TCP, for a segment that began at `seq`. Learns the MTU by itself. */
bool nonnet_tcp_path_error(struct nonnet_stack *stack, const struct nonnet_endpoint *local,
                           const struct nonnet_endpoint *remote, uint32_t seq,
                           enum path_error error, uint32_t mtu);

#endif
