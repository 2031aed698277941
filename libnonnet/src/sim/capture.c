#include <nonnet/sim.h>

#include "wire/bytes.h"

#define BLOCK_SECTION   0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET    6u
#define BYTE_ORDER_MARK 0x1a2b3c4du
#define SECTION_LEN     28u
#define INTERFACE_LEN   20u
#define PACKET_OVERHEAD 32u

void nonnet_capture_head(uint8_t *out, enum nonnet_capture_link link)
{
    struct byte_writer w = byte_writer(out, NONNET_CAPTURE_HEAD_LEN);

    byte_writer_u32(&w, BLOCK_SECTION);
    byte_writer_u32(&w, SECTION_LEN);
    byte_writer_u32(&w, BYTE_ORDER_MARK);
    byte_writer_u16(&w, 1); /* version 1.0 */
    byte_writer_u16(&w, 0);
    byte_writer_u32(&w, UINT32_MAX); /* the length of the section is not said */
    byte_writer_u32(&w, UINT32_MAX);
    byte_writer_u32(&w, SECTION_LEN);
    byte_writer_u32(&w, BLOCK_INTERFACE);
    byte_writer_u32(&w, INTERFACE_LEN);
    byte_writer_u16(&w, (uint16_t)link);
    byte_writer_u16(&w, 0);
    byte_writer_u32(&w,
                    0); /* frames are not cut; time is in microseconds unless an option says so */
    byte_writer_u32(&w, INTERFACE_LEN);
}

size_t nonnet_capture_frame(uint8_t *out, uint64_t time, const uint8_t *frame, uint32_t len)
{
    static const uint8_t zeros[3];
    uint32_t padding = (4 - len % 4) % 4;
    uint32_t block = PACKET_OVERHEAD + len + padding;
    struct byte_writer w = byte_writer(out, block);

    byte_writer_u32(&w, BLOCK_PACKET);
    byte_writer_u32(&w, block);
    byte_writer_u32(&w, 0); /* the only interface */
    byte_writer_u32(&w, (uint32_t)(time >> 32));
    byte_writer_u32(&w, (uint32_t)time);
    byte_writer_u32(&w, len);
    byte_writer_u32(&w, len);
    byte_writer_copy(&w, frame, len);
    byte_writer_copy(&w, zeros, padding);
    byte_writer_u32(&w, block);
    return block;
}
