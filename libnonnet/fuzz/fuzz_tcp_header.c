/*
 * TCP headers: what decodes and can be encoded must decode to the same again. (Not each can:
 * unknown options may have filled the room that padding of the known ones wants.)
 */
#include <nonnet/tcp_wire.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nonnet_tcp_header h, again;
    uint8_t out[NONNET_TCP_HEADER_MAX];

    /* Padding between the members, too, is compared below. */
    memset(&h, 0, sizeof h);
    memset(&again, 0, sizeof again);
    if (nonnet_tcp_header_decode(&h, data, size) != NONNET_OK)
        return 0;
    if (h.header_len > size || h.nsack > NONNET_TCP_SACK_MAX)
        abort();
    if (nonnet_tcp_header_encode(&h, out, sizeof out) != NONNET_OK)
        return 0;
    if (nonnet_tcp_header_decode(&again, out, nonnet_tcp_header_len(&h)) != NONNET_OK)
        abort();
    again.header_len = h.header_len;
    if (memcmp(&h, &again, sizeof h) != 0)
        abort();
    return 0;
}
