#include "fixture.h"

#define ALL_FEATURES                                                              \
    (VNET_F_MTU | VNET_F_MAC | VNET_F_STATUS | VNET_F_CTRL_VQ | VNET_F_CTRL_MAC | \
     VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 | OFFLOAD_FEATURES | 1ull << 40)
#define OFFLOAD_FEATURES                                                                          \
    (VNET_F_CSUM | VNET_F_GUEST_CSUM | VNET_F_GUEST_TSO4 | VNET_F_GUEST_TSO6 | VNET_F_HOST_TSO4 | \
     VNET_F_HOST_TSO6 | VNET_F_MRG_RXBUF | VIRTIO_F_INDIRECT)

struct model *m;
struct vnet *v;
static uint8_t *dma[VNET_PAIRS_MAX];
const uint8_t own_mac[NIC_MAC_LEN] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

static int start(void)
{
    int r = vnet_start(v, &model_ops, m, dma[0], (uint64_t)(uintptr_t)dma[0], 0, 1);
    for (unsigned i = 1; r == 0 && vnet_wants_pair(v); i++)
        vnet_pair_add(v, dma[i], (uint64_t)(uintptr_t)dma[i], (uint16_t)(i + 1));
    return r;
}

static int open_client(void)
{
    return vnet_open(v, client);
}

static int close_client(void)
{
    return vnet_close(v);
}

static int run(bool interrupted)
{
    (void)interrupted;
    return model_turns(v);
}

static uint64_t deadline(void)
{
    return vnet_deadline(v, 0);
}

static unsigned send_frames(unsigned most)
{
    return model_send(m, most);
}

static bool receive(uint32_t len, uint8_t fill)
{
    return model_arrive(m, len, fill);
}

/* The driver looks at both queues whatever the interrupt was for. */
static bool interrupts(void)
{
    return false;
}

static void change_link(bool up)
{
    m->status_field = up ? VNET_S_LINK_UP : 0;
    ck_assert_int_eq(vnet_configured(v), 0);
}

static void nonsense(unsigned kind)
{
    m->virtio.nonsense = (enum nonsense)(BAD_ID + kind);
    (void)model_arrive(m, 60, 1);
    m->virtio.nonsense = BEHAVES;
}

static void never_reset(void)
{
    m->virtio.status = VIRTIO_DRIVER_OK;
    m->virtio.never_resets = true;
}

static void forget_mac(void)
{
    m->virtio.offered &= ~VNET_F_MAC;
}

static void mac_used(uint8_t mac[NIC_MAC_LEN])
{
    memcpy(mac, m->mac_set, NIC_MAC_LEN);
}

const struct nic_battery vnet_battery = {
    .start = start,
    .open = open_client,
    .close = close_client,
    .run = run,
    .deadline = deadline,
    .send = send_frames,
    .receive = receive,
    .interrupts = interrupts,
    .link = change_link,
    .nonsense = nonsense,
    .nonsense_kinds = INSIDE_CHAIN,
    .never_reset = never_reset,
    .forget_mac = forget_mac,
    .mac = mac_used,
    .offloads = ALL_OFFLOADS,
    .patience = 1000,
};

void setup(void)
{
    m = calloc(1, sizeof(*m));
    v = calloc(1, sizeof(*v));
    card_set(&vnet_battery, &v->pairs[0].port, &m->nic);
    card.now_ns = &m->virtio.now_ns;
    card.resets = &m->virtio.resets;
    card.pauses = &m->virtio.pauses;
    for (unsigned i = 0; i < VNET_PAIRS_MAX; i++) {
        dma[i] = aligned_alloc(4096, VNET_DMA_BYTES);
        reach_allow(&m->virtio.reach, dma[i], VNET_DMA_BYTES);
    }
    client_make(&m->virtio.reach);
    m->virtio.config = model_config;
    m->virtio.offered = ALL_FEATURES;
    m->virtio.queue_max[VNET_RX] = m->virtio.queue_max[VNET_TX] = 256;
    m->virtio.queue_max[CONTROL] = 64;
    memcpy(m->mac, own_mac, 6);
    m->status_field = VNET_S_LINK_UP;
    m->mtu = 1500;
    m->virtio.now_ns = 1000;
}

void teardown(void)
{
    for (unsigned i = 0; i < VNET_PAIRS_MAX; i++)
        free(dma[i]);
    client_free();
    free(v);
    free(m);
}

void open_with(uint32_t offloads)
{
    client->offloads = offloads;
    card_open();
}
