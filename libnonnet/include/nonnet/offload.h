/*
 * What a network device does in the stack's place, and what is said of one frame because of it.
 *
 * Without offloads, which is what a configuration of zeros means, frames are complete and say all
 * there is to say. With them a frame comes out of nonnet_stack_output_frame(), and goes into
 * nonnet_stack_input_frame(), together with a struct nonnet_frame. The words are those of VIRTIO
 * 1.2 section 5.1.6, which most devices' can be made from.
 */
#ifndef NONNET_OFFLOAD_H
#define NONNET_OFFLOAD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The device finishes checksums of TCP and UDP: it takes frames with NONNET_FRAME_PARTIAL.
 */
#define NONNET_OFFLOAD_CHECKSUM     0x1u
/*
 * The device's word is taken for checksums of TCP and UDP in frames that arrive: see
 * NONNET_FRAME_VERIFIED and NONNET_FRAME_PARTIAL. Nothing else is believed: headers, addresses and
 * the checksums of IPv4, ICMP and of datagrams that came in fragments are checked as ever.
 */
#define NONNET_OFFLOAD_VERIFIED     0x2u
/*
 * The device cuts TCP segments that are too large for the link, and needs NONNET_OFFLOAD_CHECKSUM
 * for that: it takes frames with NONNET_FRAME_SEGMENTS_IPV4 or _IPV6.
 */
#define NONNET_OFFLOAD_SEGMENT_IPV4 0x4u
#define NONNET_OFFLOAD_SEGMENT_IPV6 0x8u
/*
 * Frames may arrive that the device put together from TCP segments of one connection; they say so
 * by NONNET_FRAME_SEGMENTS_IPV4 or _IPV6, and may be longer than the MTU.
 */
#define NONNET_OFFLOAD_JOINED       0x10u

#define NONNET_OFFLOAD_FRAME_MAX 65535u

struct nonnet_offload {
    uint32_t flags; /* NONNET_OFFLOAD_... */
    /*
     * With NONNET_OFFLOAD_SEGMENT_...: bytes of the longest frame to be cut, its link header
     * counted; from link header and MTU to NONNET_OFFLOAD_FRAME_MAX. Not looked at otherwise.
     */
    uint32_t frame_max;
};

/*
 * Out: the checksum is left to the device. Its field, checksum_start + checksum_offset, holds the
 * sum of the pseudo-header, folded and not complemented; the device adds all bytes from
 * checksum_start to the end of the frame, this field among them, and writes the complement there,
 * of UDP 0xffff for 0. In: the sender did not finish the checksum, as the frame never left a
 * machine; it counts as right if it is that of the frame's TCP segment or UDP datagram.
 */
#define NONNET_FRAME_PARTIAL       0x1u
/* In: the device found the checksum of the frame's TCP segment or UDP datagram to be right. */
#define NONNET_FRAME_VERIFIED      0x2u
/*
 * The frame is a train of TCP segments with one header, over IPv4 or IPv6. Out, together with
 * NONNET_FRAME_PARTIAL: the device makes frames of segment_len bytes of payload each, the last of
 * what is left; in each the header is that of the train, but for lengths, checksums, the sequence
 * number (RFC 9293 section 3.1), and PSH, which only the last keeps; a train has no FIN, URG or SYN.
 * The sum in the checksum's field is that of a pseudo-header with the train's length. IPv4 packets
 * must not be fragmented, and their identification, which is 0, means nothing (RFC 6864).
 */
#define NONNET_FRAME_SEGMENTS_IPV4 0x4u
#define NONNET_FRAME_SEGMENTS_IPV6 0x8u
#define NONNET_FRAME_SEGMENTS      (NONNET_FRAME_SEGMENTS_IPV4 | NONNET_FRAME_SEGMENTS_IPV6)

/* Offsets count from the frame's first byte, of its link header. */
struct nonnet_frame {
    uint32_t flags;           /* NONNET_FRAME_... */
    uint16_t checksum_start;  /* with NONNET_FRAME_PARTIAL: where the transport header begins */
    uint16_t checksum_offset; /* and, from there, its checksum */
    uint16_t segment_len;     /* with NONNET_FRAME_SEGMENTS_...; in: a hint, not looked at */
    uint16_t header_len;      /* likewise: bytes in front of the payload */
};

/* Of a frame that lies in several places: see nonnet_stack_input_parts(). */
struct nonnet_part {
    const uint8_t *data;
    size_t len;
};

#ifdef __cplusplus
}
#endif

#endif
