#include "flow.h"

#include <stdbool.h>

#define ETHERNET_LEN 14u
#define TYPE_IPV4    0x0800u
#define TYPE_IPV6    0x86ddu
#define IPV4_LEN     20u
#define IPV6_LEN     40u
#define FRAGMENT     0x3fffu /* an offset, or more of them follow */
#define TCP          6u
#define UDP          17u

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

/* The sum over both ends, so that it is the same whoever sends. */
static uint32_t words_sum(const uint8_t *p, size_t len)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i += 2)
        sum += be16(p + i);
    return sum;
}

/* Ports lie at the same places in both protocols. Without them, and in fragments, the addresses are all there is. */
static uint32_t ports_sum(uint8_t protocol, const uint8_t *p, size_t len)
{
    return (protocol == TCP || protocol == UDP) && len >= 4 ? words_sum(p, 4) : 0;
}

static uint32_t ipv4_sum(const uint8_t *p, size_t len)
{
    size_t header = len < IPV4_LEN ? 0 : (p[0] & 15u) * 4u;
    if (header < IPV4_LEN || header > len)
        return 0;
    bool fragment = be16(p + 6) & FRAGMENT;
    return words_sum(p + 12, 8) + (fragment ? 0 : ports_sum(p[9], p + header, len - header));
}

static uint32_t ipv6_sum(const uint8_t *p, size_t len)
{
    if (len < IPV6_LEN)
        return 0;
    return words_sum(p + 8, 32) + ports_sum(p[6], p + IPV6_LEN, len - IPV6_LEN);
}

unsigned flow_of(const uint8_t *frame, size_t len)
{
    uint32_t sum = 0;
    if (len < ETHERNET_LEN)
        return 0;
    if (be16(frame + 12) == TYPE_IPV4)
        sum = ipv4_sum(frame + ETHERNET_LEN, len - ETHERNET_LEN);
    else if (be16(frame + 12) == TYPE_IPV6)
        sum = ipv6_sum(frame + ETHERNET_LEN, len - ETHERNET_LEN);
    /* Neighbouring sums, as those of connections that were opened one after the other, go to different numbers. */
    return (sum * 0x9e3779b1u) >> 24;
}
