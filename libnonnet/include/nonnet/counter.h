/*
 * What a stack counts. Whatever is dropped is counted once, under the reason it was dropped for; no
 * packet disappears without a number.
 */
#ifndef NONNET_COUNTER_H
#define NONNET_COUNTER_H

#include <stdint.h>

#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(constant, name): the name is what a program prints. */
#define NONNET_COUNTERS(X)                                                             \
    X(FRAMES_IN, "frames received")                                                    \
    X(FRAMES_OUT, "frames sent")                                                       \
    X(DROP_LINK_DOWN, "dropped: link is down")                                         \
    X(DROP_FRAME_SHORT, "dropped: frame shorter than its header")                      \
    X(DROP_FRAME_LONG, "dropped: frame longer than the MTU")                           \
    X(DROP_FRAME_OTHER, "dropped: frame for another station")                          \
    X(DROP_FRAME_SOURCE, "dropped: frame from a group or from ourselves")              \
    X(DROP_ETHERTYPE, "dropped: unknown EtherType")                                    \
    X(DROP_ARP_MALFORMED, "dropped: malformed ARP")                                    \
    X(DROP_ARP_IGNORED, "dropped: ARP that concerns no entry of ours")                 \
    X(ADDRESS_CONFLICTS, "address conflicts seen")                                     \
    X(DROP_NEIGHBOUR_FAILED, "dropped: neighbour did not answer")                      \
    X(DROP_NEIGHBOUR_QUEUE, "dropped: too many packets wait for the neighbour")        \
    X(DROP_NEIGHBOUR_TABLE, "dropped: no place for the neighbour")                     \
    X(DROP_PACKETS_FULL, "dropped: no packet buffer is free")                          \
    X(DROP_IP_MALFORMED, "dropped: malformed IP header or options")                    \
    X(DROP_IP_CHECKSUM, "dropped: wrong IPv4 header checksum")                         \
    X(DROP_IP_VERSION, "dropped: version or jumbogram not supported")                  \
    X(DROP_IP_OPTION, "dropped: IPv6 option or header that asks for it")               \
    X(DROP_SOURCE_ROUTE, "dropped: source-routed")                                     \
    X(DROP_MARTIAN_SOURCE, "dropped: source address that nobody can have")             \
    X(DROP_OWN_SOURCE, "dropped: source address is ours")                              \
    X(DROP_REVERSE_PATH, "dropped: source is not reached through that interface")      \
    X(DROP_NOT_OURS, "dropped: destination is not ours")                               \
    X(DROP_UNICAST_IN_GROUP_FRAME, "dropped: unicast packet in a broadcast frame")     \
    X(DROP_NO_ROUTE, "dropped: no route")                                              \
    X(DROP_PROTOCOL, "dropped: unknown protocol")                                      \
    X(FRAGMENTS_IN, "fragments received")                                              \
    X(DATAGRAMS_REASSEMBLED, "datagrams reassembled")                                  \
    X(DROP_FRAGMENT_OVERLAP, "dropped: datagram with overlapping fragments")           \
    X(DROP_FRAGMENT_TIMEOUT, "dropped: datagram whose fragments did not all come")     \
    X(DROP_FRAGMENT_MEMORY, "dropped: reassembly memory is full")                      \
    X(DROP_FRAGMENT_MALFORMED, "dropped: fragment that contradicts its datagram")      \
    X(DROP_ICMP_MALFORMED, "dropped: malformed ICMP")                                  \
    X(DROP_ICMP_CHECKSUM, "dropped: wrong ICMP checksum")                              \
    X(DROP_ICMP_IGNORED, "dropped: ICMP of a kind that is not acted on")               \
    X(DROP_ICMP_UNRELATED, "dropped: ICMP error about nothing that we sent")           \
    X(ECHO_REPLIES, "echo requests answered")                                          \
    X(ICMP_ERRORS_OUT, "ICMP errors sent")                                             \
    X(ICMP_ERRORS_LIMITED, "ICMP errors withheld by the rate limit")                   \
    X(PATH_MTU_LEARNED, "path MTU values learned")                                     \
    X(DROP_UDP_MALFORMED, "dropped: UDP length is wrong")                              \
    X(DROP_UDP_CHECKSUM, "dropped: wrong or missing UDP checksum")                     \
    X(DROP_UDP_NO_SOCKET, "dropped: no UDP socket at that port")                       \
    X(DROP_UDP_QUEUE, "dropped: receive queue of the UDP socket is full")              \
    X(DROP_NDP_MALFORMED, "dropped: malformed neighbour discovery")                    \
    X(DROP_NDP_HOP_LIMIT, "dropped: neighbour discovery or MLD from off the link")     \
    X(DROP_NDP_FRAGMENTED, "dropped: fragmented neighbour discovery")                  \
    X(DROP_NDP_IGNORED, "dropped: neighbour discovery that concerns no entry of ours") \
    X(DROP_NDP_TABLE, "dropped: no place for what a router announces")                 \
    X(DROP_DAD_LOOPED, "dropped: our own probe for a duplicate address came back")     \
    X(DROP_DHCP_MALFORMED, "dropped: malformed DHCP")                                  \
    X(DROP_DHCP_IGNORED, "dropped: DHCP that was not asked for")                       \
    X(DROP_DHCP_TABLE, "dropped: no place for what a DHCP server says")                \
    X(SEGMENTS_IN, "TCP segments received")                                            \
    X(SEGMENTS_OUT, "TCP segments sent")                                               \
    X(DROP_TCP_MALFORMED, "dropped: malformed TCP header or options")                  \
    X(DROP_TCP_CHECKSUM, "dropped: wrong TCP checksum")                                \
    X(DROP_TCP_GROUP, "dropped: TCP to a group")                                       \
    X(DROP_TCP_NO_SOCKET, "dropped: no TCP socket at that port")                       \
    X(DROP_TCP_IGNORED, "dropped: TCP that a listener has no use for")                 \
    X(DROP_TCP_MEMORY, "dropped: no memory for a TCP connection")                      \
    X(DROP_TCP_UNROUTED, "dropped: TCP segment without a route or source address")     \
    X(TCP_OPENED, "TCP connections opened")                                            \
    X(TCP_ACCEPTED, "TCP connections completed by a listener")                         \
    X(TCP_COOKIES_SENT, "SYN cookies sent")                                            \
    X(TCP_COOKIES_TAKEN, "SYN cookies that came back")                                 \
    X(TCP_COOKIES_REFUSED, "SYN cookies refused")                                      \
    X(TCP_RESETS_OUT, "RSTs sent to segments without a connection")                    \
    X(TCP_RESETS_LIMITED, "RSTs withheld by the rate limit")                           \
    X(TCP_VICTIMS, "TCP connections given up for others")                              \
    X(TCP_BLACK_HOLES, "TCP paths that swallow large packets in silence")

enum nonnet_counter {
#define NONNET_COUNTER_ENUM(constant, name) NONNET_COUNT_##constant,
    NONNET_COUNTERS(NONNET_COUNTER_ENUM)
#undef NONNET_COUNTER_ENUM
        NONNET_NCOUNTERS
};

struct nonnet_stack;

/* The value of a counter since the stack began; 0 for a value outside of the enumeration. */
NONNET_API uint64_t nonnet_stack_counter(const struct nonnet_stack *stack,
                                         enum nonnet_counter counter);

/* The counter's name in English; "unknown counter" outside of the enumeration. Never NULL. */
NONNET_API const char *nonnet_counter_name(enum nonnet_counter counter);

#ifdef __cplusplus
}
#endif

#endif
