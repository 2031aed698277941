#include "nic_port.h"

#include <string.h>

static struct nonos_ring_end *ring_in(const struct nic_port *p, enum nic_direction direction)
{
    return &p->client->rings[direction == NIC_TX ? NONOS_NIC_TX : NONOS_NIC_RX_FREE];
}

static struct nonos_ring_end *ring_out(const struct nic_port *p, enum nic_direction direction)
{
    return &p->client->rings[direction == NIC_TX ? NONOS_NIC_TX_DONE : NONOS_NIC_RX];
}

void nic_port_init(struct nic_port *p, const struct nic_port_ops *ops, void *context)
{
    *p = (struct nic_port){.ops = ops, .context = context, .mtu = NIC_MTU_USUAL};
}

void nic_port_attach(struct nic_port *p, struct nic_client *client)
{
    p->client = client;
    p->resets = 0;
    p->nqueues = 1;
    if (client)
        memset(client->pending, 0, sizeof(client->pending));
    p->now_ns = p->ops->now_ns(p->context);
}

void nic_port_count(struct nic_port *p, enum nonos_nic_counter counter)
{
    /* Nobody else writes it, so no atomic addition is needed. */
    __atomic_store_n(&p->counters[counter], p->counters[counter] + 1, __ATOMIC_RELAXED);
}

uint64_t nic_port_counted(const struct nic_port *p, enum nonos_nic_counter counter)
{
    return __atomic_load_n(&p->counters[counter], __ATOMIC_RELAXED);
}

bool nic_port_room(const struct nic_port *p, enum nic_direction direction, unsigned out)
{
    return out < nonos_ring_room(ring_out(p, direction));
}

#define TCP_CHECKSUM_AT 16u
#define TCP_HEADER_MIN  20u
#define TCP_HEADER_MAX  60u
#define IPV4_HEADER_MIN 20u
#define IPV6_HEADER_MIN 40u
#define IP_HEADER_MAX   60u /* no more in front of TCP, extensions counted */

/* Whether the header of a train is one of Ethernet, IP and TCP, with options, and no more than that. */
static bool train_header_valid(const struct nonos_nic_buffer *b)
{
    uint32_t ip_min = b->flags & NONOS_NIC_FRAME_SEGMENTS_IPV4 ? IPV4_HEADER_MIN : IPV6_HEADER_MIN;
    return b->checksum_start >= NONOS_NIC_HEADER_LEN + ip_min &&
           b->checksum_start <= NONOS_NIC_HEADER_LEN + IP_HEADER_MAX &&
           b->checksum_offset == TCP_CHECKSUM_AT &&
           b->header_len >= b->checksum_start + TCP_HEADER_MIN &&
           b->header_len <= b->checksum_start + TCP_HEADER_MAX && b->header_len < b->len;
}

/* Whether a train can be cut: by this card, into frames that the link takes. */
static bool train_valid(const struct nic_port *p, const struct nonos_nic_buffer *b)
{
    uint32_t needed = b->flags & NONOS_NIC_FRAME_SEGMENTS_IPV4 ? NONOS_NIC_OFFLOAD_SEGMENT_IPV4
                                                               : NONOS_NIC_OFFLOAD_SEGMENT_IPV6;
    bool one_kind = (b->flags & NONOS_NIC_FRAME_SEGMENTS) != NONOS_NIC_FRAME_SEGMENTS;
    return p->offloads & needed && one_kind && b->flags & NONOS_NIC_FRAME_PARTIAL &&
           b->len <= NONOS_NIC_TRAIN_MAX && train_header_valid(b) && b->segment_len > 0 &&
           (uint32_t)b->header_len + b->segment_len <= NONOS_NIC_HEADER_LEN + p->mtu;
}

/* Whether the card can send this, and do what is said of it. */
static bool frame_valid(const struct nic_port *p, const struct nonos_nic_buffer *b)
{
    static const uint16_t known = NONOS_NIC_FRAME_PARTIAL | NONOS_NIC_FRAME_SEGMENTS;
    if (b->flags & ~known || b->len < NONOS_NIC_HEADER_LEN)
        return false;
    uint32_t field_end = (uint32_t)b->checksum_start + b->checksum_offset + 2u;
    if (b->flags & NONOS_NIC_FRAME_PARTIAL &&
        (!(p->offloads & NONOS_NIC_OFFLOAD_CHECKSUM) || b->checksum_start < NONOS_NIC_HEADER_LEN ||
         field_end > b->len || field_end > NONOS_NIC_CHECKSUM_END))
        return false;
    if (b->flags & NONOS_NIC_FRAME_SEGMENTS)
        return train_valid(p, b) && b->offset < p->client->len &&
               b->len <= p->client->len - b->offset;
    return b->len <= NONOS_NIC_HEADER_LEN + p->mtu;
}

static bool buffer_valid(const struct nic_port *p, enum nic_direction direction,
                         const struct nonos_nic_buffer *b)
{
    uint32_t frame_max = NONOS_NIC_HEADER_LEN + p->mtu;
    uint32_t rx_min = p->rx_min > frame_max ? p->rx_min : frame_max;
    if (direction == NIC_TX ? !frame_valid(p, b) : b->len < rx_min || b->len > NIC_PAGE)
        return false;
    if (direction == NIC_TX && b->flags & NONOS_NIC_FRAME_SEGMENTS)
        return true;
    return b->offset < p->client->len && b->len <= NIC_PAGE - b->offset % NIC_PAGE;
}

bool nic_port_take(struct nic_port *p, enum nic_direction direction, struct nonos_nic_buffer *b)
{
    for (unsigned i = 0; i < NIC_SERVE_MAX && nic_port_room(p, direction, 0); i++) {
        if (!nonos_ring_take(ring_in(p, direction), b))
            return false;
        if (buffer_valid(p, direction, b))
            return true;
        nic_port_count(p, NONOS_NIC_REFUSED);
        nic_port_return(p, direction, b->offset, 0);
    }
    return false;
}

void nic_port_deliver(struct nic_port *p, const struct nonos_nic_buffer *b)
{
    (void)nonos_ring_put(ring_out(p, NIC_RX), b); /* as below */
    p->client->pending[NIC_RX] = true;
}

void nic_port_return(struct nic_port *p, enum nic_direction direction, uint32_t offset,
                     uint32_t len)
{
    struct nonos_nic_buffer b = {.offset = offset, .len = len};
    /* There was room when it was taken; a client that meddles with its ring loses its own buffers. */
    (void)nonos_ring_put(ring_out(p, direction), &b);
    p->client->pending[direction] = true;
}

uint64_t nic_port_address(const struct nic_port *p, const struct nonos_nic_buffer *b)
{
    return p->client->pages[b->offset / NIC_PAGE] + b->offset % NIC_PAGE;
}

uint8_t *nic_port_data(const struct nic_port *p, const struct nonos_nic_buffer *b)
{
    return p->client->base + b->offset;
}

/*
 * Both rings are published before the client can run. True if it waits for one of them: one in which there is nothing new does not
 * wake it, or every frame that was sent would cost a client its sleep that waits for one to arrive.
 */
static bool rings_publish(struct nic_port *p)
{
    bool wants = false;
    for (enum nic_direction d = NIC_RX; d < NIC_DIRECTIONS; d++) {
        if (p->client->pending[d])
            wants = nonos_ring_publish(ring_out(p, d)) || wants;
        p->client->pending[d] = false;
    }
    return wants;
}

void nic_port_link(struct nic_port *p, bool link)
{
    bool changed = link != p->link;
    p->link = link;
    if (!p->client)
        return;
    __atomic_store_n(&p->client->status->link, link, __ATOMIC_RELEASE);
    p->client->pending[NIC_RX] = p->client->pending[NIC_TX] = true;
    if (!changed)
        return;
    nic_port_count(p, NONOS_NIC_LINK_CHANGES);
    /* A change is told of unasked. */
    (void)rings_publish(p);
    p->ops->signal(p->context);
}

/* ---- the driver's turn ---- */

static void client_serve(struct nic_port *p, const struct nic_card *card,
                         enum nic_direction direction)
{
    struct nonos_nic_buffer b;
    for (unsigned i = 0; i < NIC_SERVE_MAX && card->room(p, direction); i++) {
        if (!nic_port_take(p, direction, &b))
            return;
        card->submit(p, direction, &b);
    }
}

/* Whether the client has asked for nothing more that could be done now; then it will signal. */
static bool client_may_wait(struct nic_port *p, const struct nic_card *card,
                            enum nic_direction direction)
{
    struct nonos_ring_end *in = ring_in(p, direction);
    /* A tail that makes no sense is none of our business. */
    return nonos_ring_may_wait(in) || !card->room(p, direction) || nonos_ring_waiting(in) == 0;
}

int nic_port_run(struct nic_port *p, const struct nic_card *card)
{
    bool more = true;
    if (!p->client || p->dead)
        return p->dead ? NONOS_E_NO_DEVICE : NONOS_OK;
    p->now_ns = p->ops->now_ns(p->context);
    for (unsigned round = 0; round < NIC_ROUNDS_MAX && more; round++) {
        int r = card->serve(p);
        if (r < 0)
            return r;
        for (enum nic_direction d = NIC_RX; d < NIC_DIRECTIONS; d++) {
            client_serve(p, card, d);
            card->publish(p, d);
        }
        if (rings_publish(p))
            p->ops->signal(p->context);
        more = !card->may_wait(p);
        more = !client_may_wait(p, card, NIC_RX) || more;
        more = !client_may_wait(p, card, NIC_TX) || more;
    }
    return more;
}
