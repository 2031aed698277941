/*
 * ARP for IPv4 over Ethernet: RFC 826, RFC 5227.
 */
#ifndef NONNET_WIRE_ARP_H
#define NONNET_WIRE_ARP_H

#include <nonnet/address.h>
#include <nonnet/result.h>

#include <stddef.h>

#define ARP_LEN 28

enum arp_operation { ARP_REQUEST = 1, ARP_REPLY = 2 };

struct arp_packet {
    enum arp_operation operation;
    struct nonnet_mac sender_mac;
    struct nonnet_mac target_mac;
    struct nonnet_ipv4_address sender;
    struct nonnet_ipv4_address target;
};

/*
 * Returns 0; NONNET_E_TRUNCATED for fewer than ARP_LEN bytes; NONNET_E_UNSUPPORTED for other
 * protocols, sizes of address or operations; NONNET_E_MALFORMED if the sender's link-layer address
 * is zero or a group. On error `*p` is unchanged.
 */
NONNET_MUST_CHECK int nonnet_arp_decode(struct arp_packet *p, const uint8_t *data, size_t len);

/* Writes ARP_LEN bytes. */
void nonnet_arp_encode(const struct arp_packet *p, uint8_t *out);

#endif
