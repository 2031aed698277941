/*
 * IPv6 headers and their chains: headers encode to what they were, and no chain leads out of its
 * packet.
 */
#include <nonnet/ipv6.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nonnet_ipv6_header h;
    struct nonnet_ipv6_chain chain;
    uint8_t out[NONNET_IPV6_HEADER_LEN];

    if (nonnet_ipv6_decode(&h, data, size) != NONNET_OK)
        return 0;
    if (nonnet_ipv6_encode(&h, out, sizeof out) != NONNET_OK || memcmp(out, data, sizeof out) != 0)
        abort();
    if (nonnet_ipv6_chain_walk(&chain, &h, data, size) != NONNET_OK) {
        if (chain.problem != NONNET_IPV6_PROBLEM_NONE &&
            chain.problem_pointer >= NONNET_IPV6_HEADER_LEN + (uint32_t)h.payload_len)
            abort();
        return 0;
    }
    if (chain.upper_offset + chain.upper_len != NONNET_IPV6_HEADER_LEN + (uint32_t)h.payload_len)
        abort();
    return 0;
}
