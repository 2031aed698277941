#include "transmit.h"

#include "registers.h"

#define IP_AT                NONOS_NIC_HEADER_LEN
#define IPV4_TOTAL_LENGTH_AT (IP_AT + 2u)
#define IPV4_CHECKSUM_AT     (IP_AT + 10u)
#define IPV6_PAYLOAD_LEN_AT  (IP_AT + 4u)
#define TCP_CHECKSUM_AT      16u /* in its header */
/* Of a train: its context, and a piece of each page; it may begin at the end of one. */
#define TRAIN_DESCRIPTORS    (1u + NONOS_NIC_TRAIN_MAX / NIC_PAGE + 2u)
#define CHECKSUM_DESCRIPTORS 2u

#define SEGMENT (NONOS_NIC_OFFLOAD_SEGMENT_IPV4 | NONOS_NIC_OFFLOAD_SEGMENT_IPV6)

_Static_assert(TRAIN_DESCRIPTORS < E1000_SLOTS / 2, "a ring has room for several trains");

/*
 * An 8254x is not asked to cut trains of IPv6: section 3.5.9 has it write a payload length that counts IPv6's own header, too. The
 * 82574 does it right.
 */
uint32_t transmit_offloads(enum e1000_kind kind)
{
    return NONOS_NIC_OFFLOAD_CHECKSUM | NONOS_NIC_OFFLOAD_SEGMENT_IPV4 |
           (kind == E1000_82574 ? NONOS_NIC_OFFLOAD_SEGMENT_IPV6 : 0);
}

uint32_t transmit_agree(uint32_t has, uint32_t wanted)
{
    return has & wanted & (wanted & NONOS_NIC_OFFLOAD_CHECKSUM ? ~0u : ~SEGMENT);
}

unsigned transmit_needs(const struct e1000 *e)
{
    if (e->port.offloads & SEGMENT)
        return TRAIN_DESCRIPTORS;
    return e->port.offloads & NONOS_NIC_OFFLOAD_CHECKSUM ? CHECKSUM_DESCRIPTORS : 1;
}

static void desc_put(struct e1000_ring *ring, uint64_t address, uint64_t rest)
{
    ring->desc[ring->put++ % E1000_SLOTS] = (struct e1000_desc){address, rest};
}

/* Section 3.3.6: where the checksums lie, and, of a train, how it is cut. That of TCP and UDP goes to the frame's end. */
static struct e1000_desc context_of(const struct nonos_nic_buffer *b)
{
    uint64_t start = b->checksum_start, field = start + b->checksum_offset;
    struct e1000_desc c = {
        start << CONTEXT_TUCSS_SHIFT | field << CONTEXT_TUCSO_SHIFT | IP_AT,
        TX_DEXT | (b->checksum_offset == TCP_CHECKSUM_AT ? CONTEXT_TCP : 0),
    };
    if (b->flags & NONOS_NIC_FRAME_SEGMENTS_IPV4) {
        c.address |= IPV4_CHECKSUM_AT << CONTEXT_IPCSO_SHIFT | (start - 1) << CONTEXT_IPCSE_SHIFT;
        c.rest |= CONTEXT_IPV4;
    }
    if (b->flags & NONOS_NIC_FRAME_SEGMENTS)
        c.rest |= TX_TSE | (b->len - b->header_len) |
                  (uint64_t)b->header_len << CONTEXT_HDRLEN_SHIFT |
                  (uint64_t)b->segment_len << CONTEXT_MSS_SHIFT;
    return c;
}

/*
 * A card keeps its context until it gets another one; an 82574's are not two of different kinds, so that of a train, which is good for that
 * train alone, ends what was kept.
 */
static void context_put(struct e1000 *e, const struct nonos_nic_buffer *b)
{
    struct e1000_desc c = context_of(b);
    bool train = b->flags & NONOS_NIC_FRAME_SEGMENTS;
    if (!train && c.address == e->context_kept.address && c.rest == e->context_kept.rest)
        return;
    desc_put(&e->rings[NIC_TX], c.address, c.rest);
    if (train)
        c = (struct e1000_desc){0};
    e->context_kept = c;
}

static void zero16(uint8_t *at)
{
    at[0] = at[1] = 0;
}

/*
 * What the card adds or fills in for each segment is taken out of the header (section 3.5.7): lengths, the checksum of IPv4, and, of the sum
 * of the pseudo-header, the length.
 */
static void train_prepare(uint8_t *frame, const struct nonos_nic_buffer *b)
{
    uint8_t *field = frame + b->checksum_start + b->checksum_offset;
    uint32_t sum = (uint32_t)(field[0] << 8 | field[1]) + (uint16_t) ~(b->len - b->checksum_start);
    sum = (sum & 0xffffu) + (sum >> 16);
    field[0] = (uint8_t)(sum >> 8);
    field[1] = (uint8_t)sum;
    if (b->flags & NONOS_NIC_FRAME_SEGMENTS_IPV6) {
        zero16(frame + IPV6_PAYLOAD_LEN_AT);
        return;
    }
    zero16(frame + IPV4_TOTAL_LENGTH_AT);
    zero16(frame + IPV4_CHECKSUM_AT);
}

/* Section 3.3.7: the frame, page by page. What is to be inserted counts in the first, the end in the last. */
static void data_put(struct e1000 *e, const struct nonos_nic_buffer *b)
{
    struct nonos_nic_buffer left = *b;
    uint64_t insert =
        TX_INSERT_TCP_UDP | (b->flags & NONOS_NIC_FRAME_SEGMENTS_IPV4 ? TX_INSERT_IPV4 : 0);
    uint64_t command =
        TX_DEXT | TX_DATA | TX_IFCS | (b->flags & NONOS_NIC_FRAME_SEGMENTS ? TX_TSE : 0);
    while (left.len > 0) {
        uint32_t len = NIC_PAGE - left.offset % NIC_PAGE;
        len = len < left.len ? len : left.len;
        desc_put(&e->rings[NIC_TX], nic_port_address(&e->port, &left),
                 len | command | insert | (len == left.len ? TX_EOP | TX_RS : 0));
        left.offset += len;
        left.len -= len;
    }
}

unsigned transmit_describe(struct e1000 *e, const struct nonos_nic_buffer *b)
{
    struct e1000_ring *ring = &e->rings[NIC_TX];
    uint32_t first = ring->put;
    if (b->flags & NONOS_NIC_FRAME_PARTIAL) {
        if (b->flags & NONOS_NIC_FRAME_SEGMENTS)
            train_prepare(nic_port_data(&e->port, b), b);
        context_put(e, b);
        data_put(e, b);
    } else {
        desc_put(ring, nic_port_address(&e->port, b), b->len | TX_EOP | TX_IFCS | TX_RS);
    }
    return ring->put - first;
}
