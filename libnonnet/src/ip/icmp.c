#include "ip/icmp.h"

#include <nonnet/ipv4.h>
#include <nonnet/ipv6.h>

#include "ip/address.h"
#include "ip/output.h"
#include "ip/route.h"
#include "wire/icmp.h"

#define PROTOCOL_ICMPV4 1
#define PROTOCOL_TCP    6
#define PROTOCOL_UDP    17
#define PROTOCOL_ICMPV6 58

/* The whole message: RFC 1812 section 4.3.2.3; RFC 4443 section 2.4 c. */
#define IPV4_ERROR_MAX 576u
#define IPV6_ERROR_MAX 1280u

/* RFC 1191 section 3 forbids less than 68; what is less than this is an attack today. */
#define IPV4_PATH_MTU_MIN 552u

/* Whether the packet is itself an ICMP message that must not be answered by an error. */
static bool is_icmp_error(const struct delivery *d)
{
    if (d->source.version == 4)
        return d->protocol == PROTOCOL_ICMPV4 &&
               (d->len == 0 ||
                (d->payload[0] != ICMPV4_ECHO_REQUEST && d->payload[0] != ICMPV4_ECHO_REPLY));
    return d->protocol == PROTOCOL_ICMPV6 &&
           (d->len == 0 || d->payload[0] < ICMPV6_FIRST_INFORMATIONAL ||
            d->payload[0] == ICMPV6_REDIRECT);
}

/* RFC 4443 section 2.4 e.3: two errors are useful to the senders of multicast as well. */
static bool answers_groups(const struct delivery *d, uint8_t type, uint8_t code)
{
    return d->source.version == 6 &&
           (type == ICMPV6_PACKET_TOO_BIG ||
            (type == ICMPV6_PARAMETER_PROBLEM && code == NONNET_IPV6_PROBLEM_OPTION));
}

static bool error_is_allowed(const struct delivery *d, uint8_t type, uint8_t code)
{
    return nonnet_address_is_host(&d->source) && !is_icmp_error(d) &&
           (!d->group || answers_groups(d, type, code));
}

/* The way back to a packet's sender, from the address that it was sent to if that is a host's. */
static bool way_back(const struct nonnet_stack *stack, const struct delivery *d, struct path *path)
{
    if (nonnet_path_find(stack, &d->source, d->interface, path) != NONNET_OK)
        return false;
    if (nonnet_address_find(stack, &d->destination, d->interface))
        path->source = d->destination;
    return path->source.version != 0;
}

void nonnet_icmp_error(struct nonnet_stack *stack, const struct delivery *d, uint8_t type,
                       uint8_t code, uint32_t word)
{
    bool ipv4 = d->source.version == 4;
    size_t most = ipv4 ? IPV4_ERROR_MAX - NONNET_IPV4_HEADER_MIN - ICMP_HEADER_LEN
                       : IPV6_ERROR_MAX - NONNET_IPV6_HEADER_LEN - ICMP_HEADER_LEN;
    struct icmp_header h = {.type = type, .code = code, .word = word};
    struct ip_send send = {
        .destination = d->source,
        .protocol = ipv4 ? PROTOCOL_ICMPV4 : PROTOCOL_ICMPV6,
        .hop_limit = nonnet_hop_limit(stack, d->interface, d->source.version),
        .owner = PACKET_CONTROL,
        .checksum = ipv4 ? IP_CHECKSUM_PLAIN : IP_CHECKSUM_PSEUDO,
        .checksum_at = ICMP_CHECKSUM_OFFSET,
        .head_len = ICMP_HEADER_LEN,
        .body = d->packet,
        .body_len = d->packet_len < most ? d->packet_len : most,
    };

    if (!stack->config.answer_errors || !error_is_allowed(d, type, code) ||
        !way_back(stack, d, &send.path))
        return;
    if (!nonnet_rate_limit_pass(stack, &stack->icmp_errors)) {
        stack_count(stack, NONNET_COUNT_ICMP_ERRORS_LIMITED);
        return;
    }
    icmp_encode(&h, send.head);
    if (nonnet_ip_send_control(stack, &send))
        stack_count(stack, NONNET_COUNT_ICMP_ERRORS_OUT);
}

void nonnet_icmp_echo_answer(struct nonnet_stack *stack, const struct delivery *d,
                             uint8_t reply_type)
{
    bool ipv4 = d->source.version == 4;
    struct ip_send send = {
        .destination = d->source,
        .protocol = ipv4 ? PROTOCOL_ICMPV4 : PROTOCOL_ICMPV6,
        .hop_limit = nonnet_hop_limit(stack, d->interface, d->source.version),
        .owner = PACKET_CONTROL,
        .checksum = ipv4 ? IP_CHECKSUM_PLAIN : IP_CHECKSUM_PSEUDO,
        .checksum_at = ICMP_CHECKSUM_OFFSET,
        .head_len = ICMP_HEADER_LEN,
        .body = d->payload + ICMP_HEADER_LEN,
        .body_len = d->len - ICMP_HEADER_LEN,
    };
    struct icmp_header h;

    if (icmp_decode(&h, d->payload, d->len) != NONNET_OK || !way_back(stack, d, &send.path))
        return;
    h.type = reply_type;
    h.checksum = 0;
    icmp_encode(&h, send.head);
    if (nonnet_ip_send_control(stack, &send))
        stack_count(stack, NONNET_COUNT_ECHO_REPLIES);
}

static bool quote_ipv4(struct icmp_quote *q, struct byte_reader *r)
{
    uint8_t first = byte_reader_u8(r);
    size_t options = (size_t)(first & 0x0f) * 4;

    (void)byte_reader_u8(r);
    q->len = byte_reader_u16(r);
    (void)byte_reader_u16(r);
    bool later = (byte_reader_u16(r) & 0x1fff) != 0;
    (void)byte_reader_u8(r);
    q->protocol = byte_reader_u8(r);
    (void)byte_reader_u16(r);
    q->source.version = q->destination.version = 4;
    byte_reader_copy(r, q->source.octet, 4);
    byte_reader_copy(r, q->destination.octet, 4);
    if (first >> 4 != 4 || options < NONNET_IPV4_HEADER_MIN || later)
        return false;
    (void)byte_reader_take(r, options - NONNET_IPV4_HEADER_MIN);
    return true;
}

/* This stack sends no extension header before UDP or TCP but the fragment header. */
static bool quote_ipv6(struct icmp_quote *q, struct byte_reader *r)
{
    uint32_t first = byte_reader_u32(r);

    q->len = (uint32_t)byte_reader_u16(r) + NONNET_IPV6_HEADER_LEN;
    q->protocol = byte_reader_u8(r);
    (void)byte_reader_u8(r);
    q->source.version = q->destination.version = 6;
    byte_reader_copy(r, q->source.octet, 16);
    byte_reader_copy(r, q->destination.octet, 16);
    if (q->protocol == NONNET_IPV6_FRAGMENT) {
        q->protocol = byte_reader_u8(r);
        (void)byte_reader_u8(r);
        if (byte_reader_u16(r) >> 3 != 0)
            return false;
        (void)byte_reader_u32(r);
    }
    return first >> 28 == 6;
}

bool nonnet_icmp_quote_read(struct icmp_quote *q, const uint8_t *data, size_t len, uint8_t version)
{
    struct byte_reader r = byte_reader(data, len);

    *q = (struct icmp_quote){0};
    if (!(version == 4 ? quote_ipv4(q, &r) : quote_ipv6(q, &r)))
        return false;
    q->source_port = byte_reader_u16(&r);
    q->destination_port = byte_reader_u16(&r);
    q->seq = byte_reader_u32(&r);
    return !r.failed && (q->protocol == PROTOCOL_UDP || q->protocol == PROTOCOL_TCP);
}

void nonnet_icmp_quote_act(struct nonnet_stack *stack, const struct icmp_quote *q,
                           enum path_error error, uint32_t mtu)
{
    struct nonnet_endpoint local = {q->source, q->source_port};
    struct nonnet_endpoint remote = {q->destination, q->destination_port};
    bool ipv4 = q->source.version == 4;

    /*
     * RFC 8201 section 4: what says less than 1280 is not believed. RFC 1191 section 5 for no
     * value.
     */
    if (error == PATH_TOO_BIG && ipv4 && mtu < IPV4_PATH_MTU_MIN)
        mtu = IPV4_PATH_MTU_MIN;
    if (error == PATH_TOO_BIG && ((!ipv4 && mtu < IPV6_MTU_MIN) || q->len <= mtu)) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_IGNORED);
        return;
    }
    if (q->protocol == PROTOCOL_TCP) {
        if (!nonnet_tcp_path_error(stack, &local, &remote, q->seq, error, mtu))
            stack_count(stack, NONNET_COUNT_DROP_ICMP_UNRELATED);
        return;
    }
    if (!nonnet_udp_path_error(stack, &local, &remote, error)) {
        stack_count(stack, NONNET_COUNT_DROP_ICMP_UNRELATED);
        return;
    }
    if (error == PATH_TOO_BIG)
        nonnet_path_mtu_learn(stack, &q->destination, mtu);
}
