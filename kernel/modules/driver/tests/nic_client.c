#include "nic_client.h"

#include <stdlib.h>

struct nic_client *client;
struct nonos_ring_end *client_rings;
uint8_t *client_memory;
static struct nonos_ring_end rings[NONOS_NIC_QUEUES_MAX][NONOS_NIC_RINGS];
static uint64_t pages[CLIENT_BYTES / NIC_PAGE];

void client_queue(unsigned queue)
{
    client_rings = rings[queue];
}

static void queue_renew(unsigned queue)
{
    client[queue] = (struct nic_client){.status = (void *)client_memory,
                                        .base = client_memory,
                                        .pages = pages,
                                        .len = CLIENT_BYTES,
                                        .nqueues = 1};
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++) {
        void *at = client_memory + nonos_nic_ring_offset(queue, i, ENTRIES);
        nonos_ring_attach(&client[queue].rings[i], at, ENTRIES, sizeof(struct nonos_nic_buffer));
        nonos_ring_attach(&rings[queue][i], at, ENTRIES, sizeof(struct nonos_nic_buffer));
    }
}

void client_renew(void)
{
    ck_assert_uint_le(nonos_nic_rings_end(NONOS_NIC_QUEUES_MAX, ENTRIES), DATA_AT);
    memset(client_memory, 0, CLIENT_BYTES);
    for (unsigned i = 0; i < NONOS_NIC_QUEUES_MAX; i++)
        queue_renew(i);
    client_queue(0);
}

void client_make(struct reach *reach)
{
    client = calloc(NONOS_NIC_QUEUES_MAX, sizeof(*client));
    client_memory = aligned_alloc(NIC_PAGE, CLIENT_BYTES);
    reach_allow(reach, client_memory, CLIENT_BYTES);
    for (unsigned i = 0; i < CLIENT_BYTES / NIC_PAGE; i++)
        pages[i] = (uint64_t)(uintptr_t)client_memory + (uint64_t)NIC_PAGE * i;
    client_renew();
}

void client_free(void)
{
    free(client_memory);
    free(client);
}

void client_put(enum nonos_nic_ring ring, uint32_t offset, uint32_t len)
{
    struct nonos_nic_buffer b = {.offset = offset, .len = len};
    ck_assert(nonos_ring_put(&client_rings[ring], &b));
    (void)nonos_ring_publish(&client_rings[ring]);
}

bool client_take(enum nonos_nic_ring ring, struct nonos_nic_buffer *b)
{
    return nonos_ring_take(&client_rings[ring], b);
}

void client_put_free(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        client_put(NONOS_NIC_RX_FREE, buffer(i), BUFFER);
}

void client_put_frame(unsigned i, uint32_t len, uint8_t fill)
{
    memset(client_memory + buffer(i), fill, len);
    client_put(NONOS_NIC_TX, buffer(i), len);
}

void client_put_said(struct nonos_nic_buffer b)
{
    ck_assert(nonos_ring_put(&client_rings[NONOS_NIC_TX], &b));
    (void)nonos_ring_publish(&client_rings[NONOS_NIC_TX]);
}

struct nonos_nic_buffer client_train(uint32_t offset, uint32_t len)
{
    return (struct nonos_nic_buffer){
        .offset = offset,
        .len = len,
        .flags = NONOS_NIC_FRAME_PARTIAL | NONOS_NIC_FRAME_SEGMENTS_IPV4,
        .checksum_start = 34,
        .checksum_offset = 16,
        .segment_len = 1448,
        .header_len = 66,
    };
}

static const struct {
    uint32_t offset, len;
} none[] = {
    {CLIENT_BYTES, 100}, {CLIENT_BYTES - 50, 100}, {4096 * 9 + 4000, 100},
    {DATA_AT, 13},       {DATA_AT, 1515},          {0xffffffff, 0xffffffff},
};

void client_put_none(void)
{
    for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        client_put(NONOS_NIC_TX, none[i].offset, none[i].len);
}

bool client_got_none(void)
{
    struct nonos_nic_buffer b;
    unsigned n = 0;
    while (client_take(NONOS_NIC_TX_DONE, &b))
        n++;
    return n == sizeof(none) / sizeof(none[0]);
}
