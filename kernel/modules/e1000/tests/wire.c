#include "wire.h"

#include <string.h>

#define IPV4_LEN     20u
#define IPV6_LEN     40u
#define UDP_LEN      8u
#define TCP_LEN      32u /* with the option of timestamps */
#define SEQUENCE     0xfffff000u
#define IPV4_ADDRESS 12u
#define IPV6_ADDRESS 8u

uint32_t wire_get16(const uint8_t *at)
{
    return (uint32_t)(at[0] << 8 | at[1]);
}

void wire_put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

uint32_t wire_transport_at(struct wire_kind kind)
{
    return WIRE_ETHERNET + (kind.ipv6 ? IPV6_LEN : IPV4_LEN);
}

uint32_t wire_payload_at(struct wire_kind kind)
{
    return wire_transport_at(kind) + (kind.protocol == WIRE_TCP ? TCP_LEN : UDP_LEN);
}

uint16_t wire_checksum_offset(uint8_t protocol)
{
    return protocol == WIRE_TCP ? 16 : 6;
}

uint16_t wire_sum(const uint8_t *bytes, uint32_t len, uint32_t sum)
{
    for (uint32_t i = 0; i < len; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffffu) + (sum >> 16);
    return (uint16_t)sum;
}

static uint16_t pseudo_sum(const uint8_t *frame, uint32_t len, struct wire_kind kind)
{
    const uint8_t *ip = frame + WIRE_ETHERNET;
    uint32_t rest = kind.protocol + len - wire_transport_at(kind);
    return kind.ipv6 ? wire_sum(ip + IPV6_ADDRESS, 32, rest) : wire_sum(ip + IPV4_ADDRESS, 8, rest);
}

static void ip_make(uint8_t *ip, uint32_t len, struct wire_kind kind)
{
    if (kind.ipv6) {
        ip[0] = 0x60;
        wire_put16(ip + 4, len - IPV6_LEN);
        ip[6] = kind.protocol;
        ip[7] = 64;
    } else {
        ip[0] = 0x45;
        wire_put16(ip + 2, len);
        ip[6] = 0x40; /* not to be fragmented */
        ip[8] = 64;
        ip[9] = kind.protocol;
    }
    for (unsigned i = 0; i < (kind.ipv6 ? 32u : 8u); i++)
        ip[(kind.ipv6 ? IPV6_ADDRESS : IPV4_ADDRESS) + i] = (uint8_t)(0xfe - 7 * i);
    if (!kind.ipv6)
        wire_put16(ip + 10, (uint16_t)~wire_sum(ip, IPV4_LEN, 0));
}

static void transport_make(uint8_t *transport, uint32_t len, uint8_t protocol)
{
    wire_put16(transport, 0xc001);
    wire_put16(transport + 2, 443);
    if (protocol == WIRE_UDP) {
        wire_put16(transport + 4, len);
        return;
    }
    wire_put16(transport + 4, SEQUENCE >> 16);
    wire_put16(transport + 6, SEQUENCE & 0xffffu);
    transport[12] = TCP_LEN / 4 << 4;
    transport[13] = 0x10 | WIRE_PSH;
    wire_put16(transport + 14, 0x8000);
    memcpy(transport + 20, (const uint8_t[]){1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8}, 12);
}

void wire_make(uint8_t *frame, uint32_t len, struct wire_kind kind, uint32_t seed)
{
    uint32_t transport = wire_transport_at(kind), payload = wire_payload_at(kind);
    memset(frame, 0, payload);
    memset(frame, 0x52, 12);
    wire_put16(frame + 12, kind.ipv6 ? 0x86dd : 0x0800);
    ip_make(frame + WIRE_ETHERNET, len - WIRE_ETHERNET, kind);
    transport_make(frame + transport, len - transport, kind.protocol);
    for (uint32_t i = payload; i < len; i++) {
        seed = seed * 1664525u + 1013904223u;
        frame[i] = (uint8_t)(seed >> 24);
    }
    wire_put16(frame + transport + wire_checksum_offset(kind.protocol),
               pseudo_sum(frame, len, kind));
}

void wire_finish(uint8_t *frame, uint32_t len, struct wire_kind kind)
{
    uint32_t at = wire_transport_at(kind);
    uint16_t sum = (uint16_t)~wire_sum(frame + at, len - at, 0);
    wire_put16(frame + at + wire_checksum_offset(kind.protocol), sum ? sum : 0xffff);
}

bool wire_ip_right(const uint8_t *frame, uint32_t len, struct wire_kind kind)
{
    const uint8_t *ip = frame + WIRE_ETHERNET;
    if (kind.ipv6)
        return wire_get16(ip + 4) == len - WIRE_ETHERNET - IPV6_LEN;
    return wire_get16(ip + 2) == len - WIRE_ETHERNET && wire_sum(ip, IPV4_LEN, 0) == 0xffff;
}

bool wire_transport_right(const uint8_t *frame, uint32_t len, struct wire_kind kind)
{
    uint32_t at = wire_transport_at(kind);
    return wire_sum(frame + at, len - at, pseudo_sum(frame, len, kind)) == 0xffff;
}
