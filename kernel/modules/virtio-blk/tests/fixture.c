#include "fixture.h"

struct model *m;
struct vblk *v;
static struct client *clients[MODEL_CLIENTS];
static unsigned nclients;
static uint8_t *dma;

void setup(void)
{
    m = calloc(1, sizeof(*m));
    v = calloc(1, sizeof(*v));
    dma = aligned_alloc(4096, VBLK_DMA_BYTES);
    reach_allow(&m->virtio.reach, dma, VBLK_DMA_BYTES);
    m->virtio.config = model_config;
    m->virtio.offered = ALL_FEATURES;
    m->virtio.queue_max[0] = 256;
    m->sectors = DISK_BYTES / 512;
    m->size_max = 1u << 20;
    m->seg_max = 254;
    m->block_size = 512;
    m->virtio.now_ns = 1000;
    nclients = 0;
    for (unsigned i = 0; i < DISK_BYTES; i++)
        m->disk[i] = (uint8_t)(i * 7 + i / 4096);
}

void teardown(void)
{
    for (unsigned i = 0; i < nclients; i++) {
        free(clients[i]->memory);
        free(clients[i]);
    }
    free(dma);
    free(v);
    free(m);
}

int start(void)
{
    return vblk_start(v, &model_ops, m, dma, (uint64_t)(uintptr_t)dma, 0);
}

struct client *client_new(void)
{
    struct client *c = calloc(1, sizeof(*c));
    unsigned npages = CLIENT_BYTES / 4096;
    c->memory = aligned_alloc(4096, CLIENT_BYTES);
    memset(c->memory, 0, CLIENT_BYTES);
    reach_allow(&m->virtio.reach, c->memory, CLIENT_BYTES);
    for (unsigned i = 0; i < npages; i++)
        c->pages[i] = (uint64_t)(uintptr_t)c->memory + 4096ull * i;
    nonos_ring_attach(&c->requests, c->memory, ENTRIES, sizeof(struct nonos_block_request));
    nonos_ring_attach(&c->completions, c->memory + COMPLETIONS_AT, ENTRIES,
                      sizeof(struct nonos_block_completion));
    c->queue.requests = c->requests;
    c->queue.completions = c->completions;
    c->queue.pages = c->pages;
    c->queue.len = CLIENT_BYTES;
    c->queue.context = c;
    ck_assert_uint_lt(nclients, MODEL_CLIENTS);
    clients[nclients++] = c;
    return c;
}

void client_free(struct client *c)
{
    m->virtio.reach.nranges = 1;
    nclients--;
    free(c->memory);
    free(c);
}

struct client *client_added(void)
{
    struct client *c = client_new();
    ck_assert_int_eq(vblk_client_add(v, &c->queue), 0);
    return c;
}

void ask(struct client *c, uint64_t id, uint32_t op, uint64_t block, uint32_t nblocks,
         uint64_t data)
{
    struct nonos_block_request r = {id, op, nblocks, block, data};
    ck_assert(nonos_ring_put(&c->requests, &r));
    (void)nonos_ring_publish(&c->requests);
}

bool answer(struct client *c, struct nonos_block_completion *out)
{
    return nonos_ring_take(&c->completions, out);
}

void run(void)
{
    int r;
    while ((r = vblk_run(v)) == 1)
        continue;
    ck_assert_int_eq(r, 0);
}

void settle(void)
{
    do
        run();
    while (model_step(m, 1000));
    run();
}

int32_t result_of(struct client *c, uint32_t op, uint64_t block, uint32_t nblocks, uint64_t data)
{
    struct nonos_block_completion done;
    ask(c, 77, op, block, nblocks, data);
    settle();
    ck_assert(answer(c, &done));
    ck_assert_uint_eq(done.id, 77);
    ck_assert(!answer(c, &done));
    return done.result;
}
