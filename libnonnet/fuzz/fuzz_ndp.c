/*
 * Messages of neighbour discovery and of ARP: no option leads out of its message, and what has no
 * other options than those that are written encodes to what it was.
 */
#include "wire/arp.h"
#include "wire/ndp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void arp_check(const uint8_t *data, size_t size)
{
    struct arp_packet arp;
    uint8_t out[ARP_LEN];

    if (nonnet_arp_decode(&arp, data, size) != NONNET_OK)
        return;
    nonnet_arp_encode(&arp, out);
    if (memcmp(out, data, sizeof out) != 0)
        abort();
}

static void ndp_check(const uint8_t *data, size_t size)
{
    struct ndp_message m, again;
    struct ndp_prefix prefix;
    uint8_t out[NDP_ENCODED_MAX];
    size_t at = 0;

    if (nonnet_ndp_decode(&m, data, size) != NONNET_OK)
        return;
    if (m.options < data || m.options + m.options_len != data + size)
        abort();
    while (nonnet_ndp_prefix_next(&m, &at, &prefix)) {
        if (at > m.options_len || prefix.prefix_len > 128 || prefix.preferred_s > prefix.valid_s)
            abort();
    }
    if (m.type != 133 && m.type != 135 && m.type != 136)
        return;
    if (m.has_source_mac && m.has_target_mac && m.has_nonce)
        m.has_nonce = false; /* no message that is sent has all three */
    if (m.type != 136)
        m.router = m.solicited = m.override = false;
    size_t len = nonnet_ndp_encode(&m, out);
    if (nonnet_ndp_decode(&again, out, len) != NONNET_OK ||
        memcmp(&again.target, &m.target, sizeof m.target) != 0 || again.router != m.router ||
        again.solicited != m.solicited || again.override != m.override ||
        again.has_source_mac != m.has_source_mac || again.has_target_mac != m.has_target_mac)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arp_check(data, size);
    ndp_check(data, size);
    return 0;
}
