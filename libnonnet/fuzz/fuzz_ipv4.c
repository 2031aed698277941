/*
 * IPv4 headers: what decodes must encode to the same bytes. The checksum is put right first, or
 * hardly an input would get past it.
 */
#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void checksum_put_right(uint8_t *frame, size_t size)
{
    size_t header_len = size > 0 ? (frame[0] & 0x0fu) * 4 : 0;

    if (header_len < NONNET_IPV4_HEADER_MIN || size < header_len)
        return;
    frame[10] = frame[11] = 0;
    uint16_t checksum = nonnet_checksum_of(frame, header_len);
    frame[10] = (uint8_t)(checksum >> 8);
    frame[11] = (uint8_t)checksum;
}

static void frame_check(const uint8_t *data, size_t size)
{
    struct nonnet_ipv4_header h;
    struct nonnet_ipv4_option option;
    uint8_t out[NONNET_IPV4_HEADER_MAX];
    size_t at = 0;

    if (nonnet_ipv4_decode(&h, data, size) != NONNET_OK)
        return;
    while (nonnet_ipv4_option_next(&h, &at, &option)) {
        if (option.data < h.options ||
            option.data + option.len > h.options + (h.header_len - NONNET_IPV4_HEADER_MIN))
            abort();
    }
    if (h.total_len > size || h.header_len > h.total_len)
        abort();
    if (nonnet_ipv4_encode(&h, out, sizeof out) != NONNET_OK)
        abort();
    if (memcmp(out, data, h.header_len) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *frame = malloc(size > 0 ? size : 1);

    if (!frame)
        return 0;
    memcpy(frame, data, size);
    checksum_put_right(frame, size);
    frame_check(frame, size);
    free(frame);
    return 0;
}
