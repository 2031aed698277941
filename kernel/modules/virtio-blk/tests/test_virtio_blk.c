#include "model.h"

#define ENTRIES        64u
#define COMPLETIONS_AT 8192u
#define DATA_AT        16384u
#define ALL_FEATURES                                                                       \
    (VBLK_F_SIZE_MAX | VBLK_F_SEG_MAX | VBLK_F_BLK_SIZE | VBLK_F_FLUSH | VBLK_F_INDIRECT | \
     VBLK_F_EVENT_IDX | VBLK_F_VERSION_1 | 1ull << 12 | 1ull << 40)

/* A client as vfs is one. */
struct client {
    struct vblk_client queue;
    struct nonos_ring_end requests, completions;
    uint64_t pages[CLIENT_BYTES / 4096];
    uint8_t *memory;
};

static struct model *m;
static struct vblk *v;
static struct client *clients[MODEL_CLIENTS];
static unsigned nclients;
static uint8_t *dma;

static void setup(void)
{
    m = calloc(1, sizeof(*m));
    v = calloc(1, sizeof(*v));
    dma = aligned_alloc(4096, VBLK_DMA_BYTES);
    m->ranges[0] = (struct model_range){dma, VBLK_DMA_BYTES};
    m->nranges = 1;
    m->offered = ALL_FEATURES;
    m->queue_max = 256;
    m->sectors = DISK_BYTES / 512;
    m->size_max = 1u << 20;
    m->seg_max = 254;
    m->block_size = 512;
    m->now_ns = 1000;
    nclients = 0;
    for (unsigned i = 0; i < DISK_BYTES; i++)
        m->disk[i] = (uint8_t)(i * 7 + i / 4096);
}

static void teardown(void)
{
    for (unsigned i = 0; i < nclients; i++) {
        free(clients[i]->memory);
        free(clients[i]);
    }
    free(dma);
    free(v);
    free(m);
}

static int start(void)
{
    return vblk_start(v, &model_ops, m, dma, (uint64_t)(uintptr_t)dma, 0);
}

/* Its pages are as the device sees them, side by side. */
static struct client *client_new(void)
{
    struct client *c = calloc(1, sizeof(*c));
    unsigned npages = CLIENT_BYTES / 4096;
    c->memory = aligned_alloc(4096, CLIENT_BYTES);
    memset(c->memory, 0, CLIENT_BYTES);
    m->ranges[m->nranges++] = (struct model_range){c->memory, CLIENT_BYTES};
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

static struct client *client_added(void)
{
    struct client *c = client_new();
    ck_assert_int_eq(vblk_client_add(v, &c->queue), 0);
    return c;
}

static void ask(struct client *c, uint64_t id, uint32_t op, uint64_t block, uint32_t nblocks,
                uint64_t data)
{
    struct nonos_block_request r = {id, op, nblocks, block, data};
    ck_assert(nonos_ring_put(&c->requests, &r));
    (void)nonos_ring_publish(&c->requests);
}

static bool answer(struct client *c, struct nonos_block_completion *out)
{
    return nonos_ring_take(&c->completions, out);
}

static void run(void)
{
    int r;
    while ((r = vblk_run(v)) == 1)
        continue;
    ck_assert_int_eq(r, 0);
}

/* Runs driver and device until nothing is on its way. */
static void settle(void)
{
    do
        run();
    while (model_step(m, 1000));
    run();
}

static int32_t result_of(struct client *c, uint32_t op, uint64_t block, uint32_t nblocks,
                         uint64_t data)
{
    struct nonos_block_completion done;
    ask(c, 77, op, block, nblocks, data);
    settle();
    ck_assert(answer(c, &done));
    ck_assert_uint_eq(done.id, 77);
    ck_assert(!answer(c, &done));
    return done.result;
}

/* ---- bringing the device up ---- */

START_TEST(start_takes_only_features_that_it_knows)
{
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(m->accepted, ALL_FEATURES & ~(1ull << 12 | 1ull << 40));
    ck_assert_uint_eq(m->status,
                      VBLK_ACKNOWLEDGE | VBLK_DRIVER | VBLK_FEATURES_OK | VBLK_DRIVER_OK);
    ck_assert_uint_eq(v->nblocks, DISK_BYTES / 512);
    ck_assert_uint_eq(v->request_max, VBLK_REQUEST_MAX);
    ck_assert_uint_eq(v->nslots, VBLK_SLOTS);
}
END_TEST

START_TEST(a_device_without_version_1_is_refused_and_marked_failed)
{
    m->offered &= ~VBLK_F_VERSION_1;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
    ck_assert(m->status & VBLK_FAILED);
}
END_TEST

START_TEST(a_device_that_takes_features_back_is_refused)
{
    m->refuses_features = true;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(a_device_without_a_vector_is_refused)
{
    m->refuses_vector = true;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(a_device_that_does_not_reset_is_no_device)
{
    m->never_resets = true;
    m->status = VBLK_DRIVER_OK;
    ck_assert_int_eq(start(), NONOS_E_NO_DEVICE);
    ck_assert_uint_ge(m->pauses, 100);
}
END_TEST

START_TEST(a_configuration_that_never_stands_still_is_refused)
{
    m->generation_moves = true;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(senseless_limits_are_refused)
{
    static const struct {
        uint32_t size_max, seg_max, block_size;
        uint16_t queue_max;
    } bad[] = {
        {4095, 254, 512, 256},  {4096, 1, 512, 256}, {4096, 254, 256, 256}, {4096, 254, 768, 256},
        {4096, 254, 8192, 256}, {4096, 254, 512, 0}, {4096, 254, 512, 100},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        m->size_max = bad[i].size_max;
        m->seg_max = bad[i].seg_max;
        m->block_size = bad[i].block_size;
        m->queue_max = bad[i].queue_max;
        ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
    }
}
END_TEST

START_TEST(limits_of_features_that_are_not_offered_do_not_count)
{
    m->offered &= ~(VBLK_F_SIZE_MAX | VBLK_F_SEG_MAX | VBLK_F_BLK_SIZE);
    m->size_max = m->seg_max = m->block_size = 0;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->block_size, 512);
}
END_TEST

START_TEST(the_serial_number_arrives)
{
    ck_assert_int_eq(start(), 0);
    settle();
    ck_assert_mem_eq(v->serial, "NONOS-MODEL-DISK\0\0\0\0", VBLK_ID_LEN);
}
END_TEST

/* ---- requests ---- */

static void read_and_compare(struct client *c)
{
    uint32_t bs = v->block_size, n = VBLK_REQUEST_MAX / bs;
    if (n > v->request_max / bs)
        n = v->request_max / bs;
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 3, n, DATA_AT + 512), 0);
    ck_assert_mem_eq(c->memory + DATA_AT + 512, m->disk + 3 * bs, n * bs);
    for (unsigned i = 0; i < 2 * bs; i++)
        c->memory[DATA_AT + i] = (uint8_t)(i ^ 0x5a);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_WRITE, 5, 2, DATA_AT), 0);
    ck_assert_mem_eq(c->memory + DATA_AT, m->disk + 5 * bs, 2 * bs);
}

START_TEST(reads_and_writes_reach_the_clients_own_pages)
{
    ck_assert_int_eq(start(), 0);
    read_and_compare(client_added());
    ck_assert_uint_gt(m->indirect, 0);
}
END_TEST

START_TEST(scattered_pages_make_a_segment_each)
{
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    unsigned npages = CLIENT_BYTES / 4096, first = DATA_AT / 4096;
    for (unsigned i = first; i < npages; i++) /* the device sees them in reverse */
        c->pages[i] = (uint64_t)(uintptr_t)c->memory + 4096ull * (npages - 1 - i + first);
    uint32_t n = VBLK_REQUEST_MAX / 512;
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, n, DATA_AT + 3584), 0);
    for (unsigned i = 0; i < VBLK_REQUEST_MAX; i += 512) {
        uint64_t at = DATA_AT + 3584 + i;
        ck_assert_mem_eq((uint8_t *)(uintptr_t)c->pages[at / 4096] + at % 4096, m->disk + i, 512);
    }
}
END_TEST

START_TEST(chains_in_the_queue_itself_work_without_indirect)
{
    m->offered &= ~(VBLK_F_INDIRECT | VBLK_F_EVENT_IDX);
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->nslots, 3);
    read_and_compare(client_added());
    ck_assert_uint_eq(m->indirect, 0);
}
END_TEST

START_TEST(a_tiny_queue_makes_small_requests)
{
    m->offered &= ~VBLK_F_INDIRECT;
    m->queue_max = 4;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->request_max, 4096);
    struct client *c = client_added();
    read_and_compare(c);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, 9, DATA_AT), NONOS_E_INVALID);
}
END_TEST

START_TEST(segments_keep_the_devices_limits)
{
    m->size_max = 5000;
    m->seg_max = 5;
    m->block_size = 4096;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->request_max, 16384);
    read_and_compare(client_added());
}
END_TEST

START_TEST(bad_requests_are_answered_and_never_reach_the_device)
{
    static const struct {
        uint32_t op, nblocks;
        uint64_t block, data;
        int32_t result;
    } bad[] = {
        {0, 1, 0, DATA_AT, NONOS_E_INVALID},
        {4, 1, 0, DATA_AT, NONOS_E_INVALID},
        {NONOS_BLOCK_READ, 0, 0, DATA_AT, NONOS_E_INVALID},
        {NONOS_BLOCK_READ, 257, 0, DATA_AT, NONOS_E_INVALID},
        {NONOS_BLOCK_READ, 0xffffffff, 0, DATA_AT, NONOS_E_INVALID},
        {NONOS_BLOCK_READ, 1, 0, DATA_AT + 1, NONOS_E_INVALID},
        {NONOS_BLOCK_READ, 1, 0, CLIENT_BYTES, NONOS_E_INVALID},
        {NONOS_BLOCK_READ, 2, 0, CLIENT_BYTES - 512, NONOS_E_INVALID},
        {NONOS_BLOCK_WRITE, 1, 0, 0ull - 512, NONOS_E_INVALID},
        {NONOS_BLOCK_READ, 1, DISK_BYTES / 512, DATA_AT, NONOS_E_RANGE},
        {NONOS_BLOCK_READ, 2, DISK_BYTES / 512 - 1, DATA_AT, NONOS_E_RANGE},
        {NONOS_BLOCK_WRITE, 1, ~0ull, DATA_AT, NONOS_E_RANGE},
    };
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    unsigned worked = m->worked;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_int_eq(result_of(c, bad[i].op, bad[i].block, bad[i].nblocks, bad[i].data),
                         bad[i].result);
    ck_assert_uint_eq(m->worked, worked);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, DISK_BYTES / 512 - 1, 1, CLIENT_BYTES - 512),
                     0);
}
END_TEST

START_TEST(a_read_only_disk_is_not_written)
{
    m->offered |= VBLK_F_RO;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_WRITE, 0, 1, DATA_AT), NONOS_E_READ_ONLY);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
}
END_TEST

START_TEST(the_devices_errors_reach_the_client)
{
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    m->fails_io = true;
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, 1, DATA_AT), NONOS_E_IO);
    ck_assert_uint_eq(m->resets, 1);
}
END_TEST

START_TEST(a_flush_makes_completed_writes_durable)
{
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    memset(c->memory + DATA_AT, 0xee, 512);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_WRITE, 9, 1, DATA_AT), 0);
    ck_assert(memcmp(m->durable + 9 * 512, c->memory + DATA_AT, 512) != 0);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_FLUSH_NOW, 0, 0, 0), 0);
    ck_assert_mem_eq(m->durable + 9 * 512, c->memory + DATA_AT, 512);
}
END_TEST

START_TEST(a_flush_is_not_answered_before_the_device_has_done_it)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    ask(c, 1, NONOS_BLOCK_FLUSH_NOW, 0, 0, 0);
    run();
    ck_assert(!answer(c, &done));
    m->fails_io = true;
    settle();
    ck_assert(answer(c, &done));
    ck_assert_int_eq(done.result, NONOS_E_IO);
}
END_TEST

START_TEST(without_a_cache_a_flush_is_done_at_once)
{
    m->offered &= ~VBLK_F_FLUSH;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    unsigned worked = m->worked;
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_FLUSH_NOW, 0, 0, 0), 0);
    ck_assert_uint_eq(m->worked, worked);
}
END_TEST

static void many_requests(unsigned total)
{
    uint64_t seed = check_seed(), asked = 0, answered = 0;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    while (answered < total) {
        struct nonos_block_completion done;
        unsigned burst = check_random(&seed) % 20;
        while (burst-- && asked < total && asked - answered < ENTRIES) {
            uint64_t block = check_random(&seed) % (DISK_BYTES / 512);
            ask(c, asked, NONOS_BLOCK_READ, block, 1, DATA_AT + asked % ENTRIES * 512);
            memcpy(c->memory + 65536 + asked % ENTRIES * 8, &block, 8);
            asked++;
        }
        run();
        model_step(m, check_random(&seed) % 20);
        run();
        while (answer(c, &done)) {
            uint64_t block;
            memcpy(&block, c->memory + 65536 + done.id % ENTRIES * 8, 8);
            ck_assert_int_eq(done.result, 0);
            ck_assert(memcmp(c->memory + DATA_AT + done.id % ENTRIES * 512, m->disk + block * 512,
                             512) == 0);
            answered++;
        }
    }
    ck_assert_uint_eq(v->in_flight, 0);
    ck_assert_uint_eq(m->resets, 1);
}

START_TEST(rings_wrap_over_200000_requests)
{
    many_requests(200000);
}
END_TEST

START_TEST(rings_wrap_without_events_and_indirect)
{
    m->offered &= ~(VBLK_F_EVENT_IDX | VBLK_F_INDIRECT);
    many_requests(100000);
}
END_TEST

START_TEST(a_batch_costs_one_notification_and_one_signal)
{
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    struct nonos_block_completion done;
    (void)nonos_ring_may_wait(&c->completions);
    unsigned notified = m->notified, signalled = m->signalled;
    for (uint64_t i = 0; i < 40; i++)
        ask(c, i, NONOS_BLOCK_READ, i, 1, DATA_AT);
    settle();
    ck_assert_uint_eq(m->notified, notified + 1);
    ck_assert_uint_eq(m->signalled, signalled + 1);
    for (unsigned i = 0; i < 40; i++)
        ck_assert(answer(c, &done));
}
END_TEST

START_TEST(before_it_waits_the_driver_asks_for_the_next_interrupt)
{
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    for (uint64_t i = 0; i < 5; i++)
        ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, i, 1, DATA_AT), 0);
    ck_assert_uint_eq(m->done, 6); /* and the serial number */
    ck_assert_uint_eq(v->queue.avail[2 + v->queue.size], m->done);
}
END_TEST

START_TEST(more_used_entries_than_chains_on_their_way_are_nonsense)
{
    static struct virtq_desc desc[8];
    static uint16_t avail[16], used[64];
    struct virtq q;
    uint32_t id, len;
    virtq_init(&q, desc, avail, used, 8, true);
    ck_assert(!virtq_publish(&q));
    ck_assert_int_eq(virtq_take(&q, 1, &id, &len), VIRTQ_NONE);
    ck_assert(virtq_may_wait(&q));
    used[1] = 2;
    ck_assert(!virtq_may_wait(&q));
    ck_assert_int_eq(virtq_take(&q, 1, &id, &len), VIRTQ_NONSENSE);
    ck_assert_int_eq(virtq_take(&q, 2, &id, &len), VIRTQ_TAKEN);
}
END_TEST

/* ---- clients ---- */

START_TEST(clients_are_served_in_turn)
{
    m->offered &= ~VBLK_F_INDIRECT; /* three slots */
    ck_assert_int_eq(start(), 0);
    settle();
    struct client *a = client_added(), *b = client_added(), *c = client_added();
    for (uint64_t i = 0; i < 10; i++)
        ask(a, i, NONOS_BLOCK_READ, i, 1, DATA_AT);
    ask(b, 1, NONOS_BLOCK_READ, 1, 1, DATA_AT);
    ask(c, 1, NONOS_BLOCK_READ, 1, 1, DATA_AT);
    run();
    ck_assert_uint_eq(a->queue.in_flight, 1);
    ck_assert_uint_eq(b->queue.in_flight, 1);
    ck_assert_uint_eq(c->queue.in_flight, 1);
}
END_TEST

START_TEST(answers_go_to_the_client_that_asked)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *a = client_added(), *b = client_added();
    ask(a, 1, NONOS_BLOCK_READ, 100, 1, DATA_AT);
    ask(b, 2, NONOS_BLOCK_READ, 200, 1, DATA_AT);
    settle();
    ck_assert(answer(a, &done));
    ck_assert_uint_eq(done.id, 1);
    ck_assert(!answer(a, &done));
    ck_assert(answer(b, &done));
    ck_assert_uint_eq(done.id, 2);
    ck_assert_mem_eq(a->memory + DATA_AT, m->disk + 51200, 512);
    ck_assert_mem_eq(b->memory + DATA_AT, m->disk + 102400, 512);
}
END_TEST

START_TEST(a_closed_client_is_released_only_when_the_device_is_done_with_its_pages)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    vblk_client_close(v, &c->queue);
    run();
    ck_assert_uint_eq(m->released, 0);
    settle();
    ck_assert_uint_eq(m->released, 1);
    ck_assert_ptr_eq(m->last_released, &c->queue);
    ck_assert(!answer(c, &done));
}
END_TEST

START_TEST(an_idle_client_is_released_at_once_and_its_place_is_free)
{
    ck_assert_int_eq(start(), 0);
    struct client *c = NULL;
    for (unsigned i = 0; i < VBLK_CLIENTS; i++)
        c = client_added();
    struct client *extra = client_new();
    ck_assert_int_eq(vblk_client_add(v, &extra->queue), NONOS_E_NO_SPACE);
    vblk_client_close(v, &c->queue);
    ck_assert_uint_eq(m->released, 1);
    ck_assert_int_eq(vblk_client_add(v, &extra->queue), 0);
}
END_TEST

START_TEST(a_client_with_nonsense_indices_is_ignored)
{
    ck_assert_int_eq(start(), 0);
    struct client *bad = client_added(), *good = client_added();
    bad->requests.ring->tail = 0x80000000u;
    ck_assert_int_eq(result_of(good, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
    bad->requests.ring->tail = 1;
    bad->completions.ring->head = 12345;
    ck_assert_int_eq(result_of(good, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
    ck_assert_uint_eq(bad->queue.in_flight, 0);
}
END_TEST

START_TEST(requests_wait_until_their_answers_have_room)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    for (uint64_t i = 0; i < ENTRIES; i++)
        ask(c, i, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    settle();
    for (uint64_t i = 0; i < ENTRIES; i++)
        ask(c, 1000 + i, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    settle();
    ck_assert_uint_eq(c->queue.in_flight, 0);
    for (uint64_t i = 0; i < ENTRIES; i++)
        ck_assert(answer(c, &done));
    ck_assert(!answer(c, &done));
    settle();
    for (uint64_t i = 0; i < ENTRIES; i++) {
        ck_assert(answer(c, &done));
        ck_assert_uint_eq(done.id, 1000 + i);
    }
}
END_TEST

/* ---- devices that fail ---- */

static void device_talks(enum nonsense nonsense)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    ask(c, 1, NONOS_BLOCK_WRITE, 0, 1, DATA_AT);
    run();
    m->nonsense = nonsense;
    model_step(m, 1);
    m->nonsense = BEHAVES;
    run();
    ck_assert_uint_eq(m->resets, 2);
    ck_assert(answer(c, &done));
    ck_assert(!answer(c, &done));
    ck_assert_uint_eq(v->in_flight, 0);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 4, 1, DATA_AT), 0);
    ck_assert_mem_eq(c->memory + DATA_AT, m->disk + 2048, 512);
}

START_TEST(an_id_of_no_slot_resets_the_device)
{
    device_talks(BAD_ID);
}
END_TEST

START_TEST(the_same_id_twice_resets_the_device)
{
    device_talks(TWICE);
}
END_TEST

START_TEST(too_large_a_length_resets_the_device)
{
    device_talks(TOO_LONG);
}
END_TEST

START_TEST(an_index_that_runs_ahead_resets_the_device)
{
    device_talks(TOO_MANY);
}
END_TEST

START_TEST(an_id_inside_a_chain_resets_the_device)
{
    m->offered &= ~VBLK_F_INDIRECT;
    device_talks(INSIDE_CHAIN);
}
END_TEST

START_TEST(silence_ends_in_a_reset_and_a_timeout)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    m->silent = true;
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    ck_assert_uint_ne(vblk_deadline(v), ~0ull);
    m->now_ns += VBLK_TIMEOUT_NS - 1;
    run();
    ck_assert(!answer(c, &done));
    m->now_ns = vblk_deadline(v);
    run();
    ck_assert(answer(c, &done));
    ck_assert_int_eq(done.result, NONOS_E_TIMED_OUT);
    ck_assert_uint_eq(vblk_deadline(v), ~0ull);
    m->silent = false;
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
}
END_TEST

START_TEST(needs_reset_is_noticed)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    m->needs_reset = true;
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    model_step(m, 1);
    m->now_ns = vblk_deadline(v);
    run();
    ck_assert(answer(c, &done));
    ck_assert_int_eq(done.result, NONOS_E_IO);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
}
END_TEST

START_TEST(a_device_that_only_talks_nonsense_is_given_up)
{
    struct nonos_block_completion done;
    int r = 0;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    m->silent = true;
    for (unsigned i = 0; i < 20 && r >= 0; i++) {
        ask(c, i, NONOS_BLOCK_READ, 0, 1, DATA_AT);
        r = vblk_run(v);
        m->now_ns += 2 * VBLK_TIMEOUT_NS;
        r = r < 0 ? r : vblk_run(v);
        while (answer(c, &done))
            continue;
    }
    ck_assert_int_eq(r, NONOS_E_NO_DEVICE);
    ck_assert_uint_le(m->resets, VBLK_RESETS_MAX + 2);
    ask(c, 99, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    ck_assert_int_eq(vblk_run(v), NONOS_E_NO_DEVICE);
    ck_assert(answer(c, &done));
    ck_assert_int_eq(done.result, NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(pages_stay_the_devices_if_it_cannot_be_reset)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    m->silent = m->never_resets = true;
    m->now_ns += 2 * VBLK_TIMEOUT_NS;
    ck_assert_int_eq(vblk_run(v), NONOS_E_NO_DEVICE);
    vblk_client_close(v, &c->queue);
    ck_assert_uint_eq(m->released, 0);
    ck_assert(!answer(c, &done));
}
END_TEST

/* A device that writes random used entries, and lives on only by resets. */
START_TEST(random_nonsense_harms_nobody)
{
    uint64_t seed = check_seed();
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    unsigned asked = 0, answered = 0;
    for (unsigned i = 0; i < 20000; i++) {
        if (asked - answered < ENTRIES)
            ask(c, asked++, NONOS_BLOCK_READ, check_random(&seed) % 100, 1, DATA_AT);
        int r = vblk_run(v);
        if (r == NONOS_E_NO_DEVICE) {
            vblk_client_close(v, &c->queue);
            m->nranges = 1;
            nclients--;
            free(c->memory);
            free(c);
            asked = answered = 0;
            ck_assert_int_eq(start(), 0);
            c = client_added();
            continue;
        }
        m->nonsense = check_random(&seed) % 4 ? BEHAVES : (enum nonsense)(check_random(&seed) % 6);
        model_step(m, check_random(&seed) % 5);
        while (answer(c, &done))
            answered++;
    }
    ck_assert_uint_gt(m->resets, 100);
    ck_assert_uint_gt(m->worked, 1000);
}
END_TEST

static Suite *virtio_blk_suite(void)
{
    Suite *s = suite_create("virtio-blk");
    TCase *t = tcase_create("start");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, start_takes_only_features_that_it_knows);
    tcase_add_test(t, a_device_without_version_1_is_refused_and_marked_failed);
    tcase_add_test(t, a_device_that_takes_features_back_is_refused);
    tcase_add_test(t, a_device_without_a_vector_is_refused);
    tcase_add_test(t, a_device_that_does_not_reset_is_no_device);
    tcase_add_test(t, a_configuration_that_never_stands_still_is_refused);
    tcase_add_test(t, senseless_limits_are_refused);
    tcase_add_test(t, limits_of_features_that_are_not_offered_do_not_count);
    tcase_add_test(t, the_serial_number_arrives);
    suite_add_tcase(s, t);
    t = tcase_create("requests");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, reads_and_writes_reach_the_clients_own_pages);
    tcase_add_test(t, scattered_pages_make_a_segment_each);
    tcase_add_test(t, chains_in_the_queue_itself_work_without_indirect);
    tcase_add_test(t, a_tiny_queue_makes_small_requests);
    tcase_add_test(t, segments_keep_the_devices_limits);
    tcase_add_test(t, bad_requests_are_answered_and_never_reach_the_device);
    tcase_add_test(t, a_read_only_disk_is_not_written);
    tcase_add_test(t, the_devices_errors_reach_the_client);
    tcase_add_test(t, a_flush_makes_completed_writes_durable);
    tcase_add_test(t, a_flush_is_not_answered_before_the_device_has_done_it);
    tcase_add_test(t, without_a_cache_a_flush_is_done_at_once);
    tcase_add_test(t, rings_wrap_over_200000_requests);
    tcase_add_test(t, rings_wrap_without_events_and_indirect);
    tcase_add_test(t, a_batch_costs_one_notification_and_one_signal);
    tcase_add_test(t, before_it_waits_the_driver_asks_for_the_next_interrupt);
    tcase_add_test(t, more_used_entries_than_chains_on_their_way_are_nonsense);
    suite_add_tcase(s, t);
    t = tcase_create("clients");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, clients_are_served_in_turn);
    tcase_add_test(t, answers_go_to_the_client_that_asked);
    tcase_add_test(t, a_closed_client_is_released_only_when_the_device_is_done_with_its_pages);
    tcase_add_test(t, an_idle_client_is_released_at_once_and_its_place_is_free);
    tcase_add_test(t, a_client_with_nonsense_indices_is_ignored);
    tcase_add_test(t, requests_wait_until_their_answers_have_room);
    suite_add_tcase(s, t);
    t = tcase_create("failure");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_id_of_no_slot_resets_the_device);
    tcase_add_test(t, the_same_id_twice_resets_the_device);
    tcase_add_test(t, too_large_a_length_resets_the_device);
    tcase_add_test(t, an_index_that_runs_ahead_resets_the_device);
    tcase_add_test(t, an_id_inside_a_chain_resets_the_device);
    tcase_add_test(t, silence_ends_in_a_reset_and_a_timeout);
    tcase_add_test(t, needs_reset_is_noticed);
    tcase_add_test(t, a_device_that_only_talks_nonsense_is_given_up);
    tcase_add_test(t, pages_stay_the_devices_if_it_cannot_be_reset);
    tcase_add_test(t, random_nonsense_harms_nobody);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(virtio_blk_suite)
