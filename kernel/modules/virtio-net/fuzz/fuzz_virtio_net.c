/* The driver between a hostile client and a device that lies, as the input says. */
#include "../../driver/fuzz/hostile.h"

#include "../tests/model.h"

#define BARE_FRAME_MAX 576u /* that any buffer of a frame takes that is not merged */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct model *m;
static struct vnet *v;
static uint8_t *dma[VNET_PAIRS_MAX];

static void set_up(void)
{
    static bool made;
    if (!made) {
        m = calloc(1, sizeof(*m));
        v = calloc(1, sizeof(*v));
        client_make(&m->virtio.reach);
        for (unsigned i = 0; i < VNET_PAIRS_MAX; i++) {
            dma[i] = aligned_alloc(4096, VNET_DMA_BYTES);
            reach_allow(&m->virtio.reach, dma[i], VNET_DMA_BYTES);
        }
        made = true;
    }
    struct reach reach = m->virtio.reach;
    memset(m, 0, sizeof(*m));
    m->virtio.reach = reach;
    m->virtio.config = model_config;
    m->virtio.now_ns = 1000;
    m->nic.forgets = true;
    for (unsigned i = 0; i < VNET_PAIRS_MAX; i++)
        memset(dma[i], 0, VNET_DMA_BYTES);
}

/* What the device is, mostly one that can be used. */
static void describe(struct hostile_input *in)
{
    uint8_t how = hostile_u8(in);
    m->virtio.offered =
        (how & 8 ? ~0u : hostile_u32(in)) | VIRTIO_F_EVENT_IDX | (how & 1 ? 0 : VNET_F_MAC) |
        (how & 2 ? 0 : VIRTIO_F_INDIRECT | VNET_F_MRG_RXBUF) |
        (how & 4 ? (uint64_t)hostile_u16(in) << 32 : 0) | (how & 24 ? VIRTIO_F_VERSION_1 : 0);
    for (unsigned i = 0; i < VIRTIO_MODEL_QUEUES; i++)
        m->virtio.queue_max[i] = how & 32 ? hostile_u16(in) : (uint16_t)(1u << hostile_u8(in) % 12);
    m->mac[0] = hostile_u8(in);
    m->mac[5] = 1;
    m->mtu = how & 64 ? hostile_u16(in) : 1500;
    m->status_field = hostile_u8(in);
    m->refuses_mac = how & 128;
    uint8_t pairs = hostile_u8(in);
    m->max_pairs = pairs & 128 ? hostile_u16(in) : pairs % 9;
    m->refuses_pairs = pairs & 64;
    m->silent_command = (pairs & 48) == 48;
    m->answer = (pairs & 48) == 32 ? hostile_u8(in) : 0;
}

static bool start(struct hostile_input *in)
{
    uint8_t how = hostile_u8(in);
    describe(in);
    m->virtio.generation_moves = how % 32 == 1;
    m->virtio.refuses_features = how % 32 == 2;
    m->virtio.refuses_vector = how % 32 == 3;
    hostile_renew();
    client->offloads = how & 32 ? hostile_u8(in) : ~0u;
    client->mac = how & 64 ? 0x060504030202u : 0;
    client->nqueues = 1u + (how & 128 ? hostile_u8(in) % NONOS_NIC_QUEUES_MAX : 3);
    if (vnet_start(v, &model_ops, m, dma[0], (uint64_t)(uintptr_t)dma[0], 0, 1) < 0)
        return false;
    for (unsigned i = 1; vnet_wants_pair(v); i++)
        vnet_pair_add(v, dma[i], (uint64_t)(uintptr_t)dma[i], 0);
    return vnet_open(v, client) == 0;
}

/* A word of a used ring becomes any, or an entry is added to it. */
static void lie(struct hostile_input *in)
{
    unsigned queue = hostile_u8(in) % VIRTIO_MODEL_QUEUES;
    struct virtio_model_queue *q = &m->virtio.queues[queue];
    uint8_t how = hostile_u8(in);
    uint32_t id = how & 1 ? hostile_u32(in) : hostile_u8(in);
    uint32_t len = how & 2 ? hostile_u32(in) : hostile_u16(in) % 3000;
    if (!q->enabled)
        return;
    uint16_t *used = (void *)reach(&m->virtio.reach, q->used, VIRTQ_USED_BYTES(q->size));
    if (how & 4) {
        used[hostile_u16(in) % (VIRTQ_USED_BYTES(q->size) / 2)] = hostile_u16(in);
        return;
    }
    m->virtio.nonsense = how & 8 ? (enum nonsense)(hostile_u8(in) % (INSIDE_CHAIN + 1)) : BEHAVES;
    virtio_model_used(&m->virtio, queue, (uint16_t)id, len, len);
    m->virtio.nonsense = BEHAVES;
}

static void work(struct hostile_input *in)
{
    uint8_t header[VNET_HEADER_LEN];
    m->pair = v->active > 1 ? hostile_u8(in) % v->active : 0;
    uint8_t how = hostile_u8(in);
    uint32_t len = hostile_u16(in);
    bool merges = m->virtio.accepted & VNET_F_MRG_RXBUF;
    for (unsigned i = 0; i < VNET_HEADER_LEN; i++)
        header[i] = how & 1 ? hostile_u8(in) : (uint8_t[]){0, 1, 2, 4, 34, 54}[hostile_u8(in) % 6];
    m->buffers_lie = how & 2 ? 0 : hostile_u8(in) % 8 - 4;
    (void)model_send(m, how % 16);
    (void)model_arrive_said(m, header, len % (merges ? 20000 : BARE_FRAME_MAX), 1);
}

/* What of the device's changes behind the driver's back. */
static void change(struct hostile_input *in)
{
    switch (hostile_u8(in) % 9) {
    case 8:
        m->max_pairs = hostile_u8(in);
        m->answer = hostile_u8(in) % 4;
        break;
    case 0:
        m->virtio.needs_reset = true;
        break;
    case 1:
        m->virtio.silent = !m->virtio.silent;
        break;
    case 2:
        m->virtio.never_resets = hostile_u8(in) % 8 == 0;
        break;
    case 3:
        m->virtio.status = hostile_u8(in);
        break;
    case 4:
        m->virtio.offered ^= 1ull << hostile_u8(in) % 64;
        break;
    case 5:
        m->mtu = hostile_u16(in);
        break;
    case 6:
        m->status_field = hostile_u16(in);
        m->mac[hostile_u8(in) % 6] = hostile_u8(in);
        break;
    default:
        m->virtio.queue_max[hostile_u8(in) % VIRTIO_MODEL_QUEUES] = hostile_u16(in);
    }
}

static void turn(struct hostile_input *in)
{
    int r = hostile_u8(in) % 4 ? model_turns(v) : vnet_configured(v);
    ck_assert(r == 0 || r == 1 || r == NONOS_E_NO_DEVICE);
    ck_assert(r >= 0 || v->pairs[0].port.dead);
    ck_assert_uint_le(v->active, v->npairs);
    for (unsigned i = 0; i < VNET_PAIRS_MAX * NIC_DIRECTIONS; i++) {
        const struct vnet_queue *q = &v->pairs[i / NIC_DIRECTIONS].queues[i % NIC_DIRECTIONS];
        ck_assert_uint_le(q->nfree, q->nslots);
    }
    hostile_judge(&v->pairs[0].port);
}

static int open_again(void)
{
    return vnet_open(v, client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hostile_input in = {data, size};
    set_up();
    if (!start(&in))
        return 0;
    const struct hostile_card card = {
        &v->pairs[0].port, &m->virtio.now_ns, open_again, work, lie, change, turn};
    if (!hostile_play(&in, &card))
        return 0;
    /* Once the device is reset it reaches nothing. */
    if (vnet_close(v) == 0)
        ck_assert_uint_eq(m->virtio.status, 0);
    return 0;
}
