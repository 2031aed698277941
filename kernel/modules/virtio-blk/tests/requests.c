#include "fixture.h"

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
    m->virtio.offered &= ~(VIRTIO_F_INDIRECT | VIRTIO_F_EVENT_IDX);
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->nslots, 3);
    read_and_compare(client_added());
    ck_assert_uint_eq(m->indirect, 0);
}
END_TEST

START_TEST(a_tiny_queue_makes_small_requests)
{
    m->virtio.offered &= ~VIRTIO_F_INDIRECT;
    m->virtio.queue_max[0] = 4;
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
    m->virtio.offered |= VBLK_F_RO;
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
    ck_assert_uint_eq(m->virtio.resets, 1);
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
    m->virtio.offered &= ~VBLK_F_FLUSH;
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
    ck_assert_uint_eq(m->virtio.resets, 1);
}

START_TEST(rings_wrap_over_200000_requests)
{
    many_requests(200000);
}
END_TEST

START_TEST(rings_wrap_without_events_and_indirect)
{
    m->virtio.offered &= ~(VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT);
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
    ck_assert_uint_eq(m->virtio.queues[0].done, 6); /* and the serial number */
    ck_assert_uint_eq(v->queue.avail[2 + v->queue.size], m->virtio.queues[0].done);
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

TCase *requests_tests(void)
{
    TCase *t = tcase_create("requests");
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
    return t;
}
