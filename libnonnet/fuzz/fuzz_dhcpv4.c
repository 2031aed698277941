/*
 * DHCP replies: what decodes is within the bounds that a client relies on.
 */
#include "wire/dhcpv4.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dhcpv4_reply r;

    if (nonnet_dhcpv4_decode(&r, data, size) != NONNET_OK)
        return 0;
    if (r.prefix_len > 32 || r.nname_servers > DHCPV4_SERVERS_MAX || r.nroutes > DHCPV4_ROUTES_MAX)
        abort();
    if (r.type != DHCPV4_OFFER && r.type != DHCPV4_ACK && r.type != DHCPV4_NAK)
        abort();
    for (uint8_t i = 0; i < r.nroutes; i++) {
        if (r.routes[i].prefix_len > 32 || r.routes[i].prefix.version != 4 ||
            r.routes[i].gateway.version != 4)
            abort();
    }
    return 0;
}
