/*
 * DHCPv6 messages of servers: what decodes is within the bounds that a client relies on.
 */
#include "wire/dhcpv6.h"

#include <stdlib.h>

#define IAID 0x00000001u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(const uint8_t *data, size_t size, const uint8_t *part, size_t len)
{
    return part >= data && len <= size && part + len <= data + size && len >= 3 &&
           len <= DHCPV6_DUID_LEN_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dhcpv6_reply r;

    if (nonnet_dhcpv6_decode(&r, IAID, data, size) != NONNET_OK)
        return 0;
    if (!inside(data, size, r.server_id, r.server_id_len) ||
        (r.client_id && !inside(data, size, r.client_id, r.client_id_len)))
        abort();
    if ((r.type != DHCPV6_ADVERTISE && r.type != DHCPV6_REPLY) || r.xid > 0xffffff)
        abort();
    if (r.nname_servers > DHCPV6_SERVERS_MAX || r.naddresses > DHCPV6_ADDRESSES_MAX ||
        (r.naddresses > 0 && !r.has_ia) || (r.rebind_s > 0 && r.renew_s > r.rebind_s))
        abort();
    for (uint8_t i = 0; i < r.naddresses; i++) {
        if (r.addresses[i].ip.version != 6 || r.addresses[i].preferred_s > r.addresses[i].valid_s)
            abort();
    }
    if (r.solicit_max_s > 86400 || r.information_max_s > 86400)
        abort();
    return 0;
}
