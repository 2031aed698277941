#include "model.h"

#define ENTRIES 256u
#define DATA_AT 32768u
#define BUFFER  2048u
#define BUFFERS ((CLIENT_BYTES - DATA_AT) / BUFFER)
#define SECOND  1000000000ull
#define ALL_FEATURES                                                              \
    (VNET_F_MTU | VNET_F_MAC | VNET_F_STATUS | VNET_F_CTRL_VQ | VNET_F_CTRL_MAC | \
     VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 | 1ull << 0 | 1ull << 1 | 1ull << 15 | 1ull << 40)

static struct model *m;
static struct vnet *v;
static struct vnet_client *c;
static struct nonos_ring_end rings[NONOS_NIC_RINGS]; /* the client's ends */
static uint8_t *dma, *memory;
static uint64_t pages[CLIENT_BYTES / 4096];
static const uint8_t own_mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

static void client_new(void)
{
    memset(memory, 0, CLIENT_BYTES);
    *c = (struct vnet_client){.status = (void *)memory, .pages = pages, .len = CLIENT_BYTES};
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++) {
        void *at = memory + nonos_nic_ring_offset(i, ENTRIES);
        nonos_ring_attach(&c->rings[i], at, ENTRIES, sizeof(struct nonos_nic_buffer));
        nonos_ring_attach(&rings[i], at, ENTRIES, sizeof(struct nonos_nic_buffer));
    }
}

static void setup(void)
{
    m = calloc(1, sizeof(*m));
    v = calloc(1, sizeof(*v));
    c = calloc(1, sizeof(*c));
    dma = aligned_alloc(4096, VNET_DMA_BYTES);
    memory = aligned_alloc(4096, CLIENT_BYTES);
    m->ranges[0] = (struct model_range){dma, VNET_DMA_BYTES};
    m->ranges[1] = (struct model_range){memory, CLIENT_BYTES};
    m->offered = ALL_FEATURES;
    m->queue_max[VNET_RX] = m->queue_max[VNET_TX] = 256;
    m->queue_max[VNET_CTRL] = 64;
    memcpy(m->mac, own_mac, 6);
    m->status_field = VNET_S_LINK_UP;
    m->mtu = 1500;
    m->now_ns = 1000;
    for (unsigned i = 0; i < CLIENT_BYTES / 4096; i++)
        pages[i] = (uint64_t)(uintptr_t)memory + 4096ull * i;
    client_new();
}

static void teardown(void)
{
    free(dma);
    free(memory);
    free(c);
    free(v);
    free(m);
}

static int start(void)
{
    return vnet_start(v, &model_ops, m, dma, (uint64_t)(uintptr_t)dma, 0, 1);
}

static void open(void)
{
    ck_assert_int_eq(start(), 0);
    ck_assert_int_eq(vnet_open(v, c), 0);
}

static void run(void)
{
    int r;
    while ((r = vnet_run(v)) == 1)
        continue;
    ck_assert_int_eq(r, 0);
}

static void put(enum nonos_nic_ring ring, uint32_t offset, uint32_t len)
{
    struct nonos_nic_buffer b = {offset, len};
    ck_assert(nonos_ring_put(&rings[ring], &b));
    (void)nonos_ring_publish(&rings[ring]);
}

static uint32_t buffer(unsigned i)
{
    return DATA_AT + i * BUFFER;
}

static bool take(enum nonos_nic_ring ring, struct nonos_nic_buffer *b)
{
    return nonos_ring_take(&rings[ring], b);
}

static void send_one(unsigned i, uint32_t len, uint8_t fill)
{
    memset(memory + buffer(i), fill, len);
    put(NONOS_NIC_TX, buffer(i), len);
    run();
}

/* ---- start ---- */

START_TEST(start_reads_what_the_device_is_and_leaves_it_idle)
{
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->own_mac, nonos_nic_mac_word(own_mac));
    ck_assert_uint_eq(v->mtu, 1500);
    ck_assert(v->link);
    ck_assert_uint_eq(m->status, 0);
    ck_assert_int_eq(vnet_run(v), 0);
}
END_TEST

START_TEST(only_features_that_the_driver_knows_are_taken)
{
    open();
    ck_assert_uint_eq(m->accepted, VNET_F_MTU | VNET_F_MAC | VNET_F_STATUS | VNET_F_CTRL_VQ |
                                       VNET_F_CTRL_MAC | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1);
}
END_TEST

START_TEST(a_device_that_is_not_virtio_1_is_refused)
{
    m->offered &= ~VIRTIO_F_VERSION_1;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
    ck_assert(m->status & VIRTIO_FAILED);
}
END_TEST

START_TEST(a_device_that_does_not_reset_is_given_up_in_time)
{
    m->status = VIRTIO_DRIVER_OK;
    m->never_resets = true;
    ck_assert_int_eq(start(), NONOS_E_NO_DEVICE);
    ck_assert_uint_le(m->pauses, 1000);
}
END_TEST

START_TEST(a_configuration_that_never_stands_still_is_refused)
{
    m->generation_moves = true;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(an_mtu_below_the_least_is_refused_and_one_above_a_page_is_cut)
{
    m->mtu = VNET_MTU_MIN - 1;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
    m->mtu = 65535;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->mtu, 4082);
}
END_TEST

START_TEST(a_device_without_the_vector_is_refused)
{
    m->refuses_vector = true;
    ck_assert_int_eq(start(), 0);
    ck_assert_int_eq(vnet_open(v, c), NONOS_E_UNSUPPORTED);
    ck_assert_ptr_null(v->client);
    ck_assert_uint_eq(m->status, 0);
}
END_TEST

START_TEST(queues_of_a_size_that_is_no_power_of_two_are_refused)
{
    m->queue_max[VNET_TX] = 100;
    ck_assert_int_eq(start(), 0);
    ck_assert_int_eq(vnet_open(v, c), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(the_station_address_that_the_client_wants_is_set)
{
    static const uint8_t mac[6] = {2, 1, 2, 3, 4, 5};
    c->mac = nonos_nic_mac_word(mac);
    open();
    ck_assert_mem_eq(m->mac_set, mac, 6);
    ck_assert_uint_eq(v->mac, c->mac);
}
END_TEST

START_TEST(a_device_that_refuses_a_station_address_keeps_its_own)
{
    m->refuses_mac = true;
    c->mac = 0x020202020202;
    open();
    ck_assert_uint_eq(v->mac, nonos_nic_mac_word(own_mac));
}
END_TEST

START_TEST(a_device_that_ignores_commands_keeps_its_own_address)
{
    m->silent = true;
    c->mac = 0x020202020202;
    open();
    ck_assert_uint_eq(v->mac, nonos_nic_mac_word(own_mac));
    ck_assert_uint_ge(m->pauses, 1000);
}
END_TEST

START_TEST(a_device_without_an_address_needs_one_from_the_client)
{
    m->offered &= ~VNET_F_MAC;
    ck_assert_int_eq(start(), 0);
    ck_assert_int_eq(vnet_open(v, c), NONOS_E_UNSUPPORTED);
    c->mac = 0x020202020202;
    ck_assert_int_eq(vnet_open(v, c), 0);
    ck_assert_uint_eq(v->mac, c->mac);
}
END_TEST

/* ---- frames ---- */

START_TEST(a_frame_is_sent_as_it_lies_in_the_clients_memory)
{
    struct nonos_nic_buffer b;
    open();
    send_one(3, 600, 0x5a);
    ck_assert_uint_eq(m->notified[VNET_TX], 1);
    ck_assert_uint_eq(model_send(m, 10), 1);
    ck_assert_uint_eq(m->sent_len[0], 600);
    ck_assert_uint_eq(m->sent[0][63], 0x5a);
    run();
    ck_assert(take(NONOS_NIC_TX_DONE, &b));
    ck_assert_uint_eq(b.offset, buffer(3));
    ck_assert_uint_eq(v->counters[NONOS_NIC_TX_FRAMES], 1);
}
END_TEST

START_TEST(a_frame_arrives_in_a_buffer_of_the_client)
{
    struct nonos_nic_buffer b;
    open();
    put(NONOS_NIC_RX_FREE, buffer(7), BUFFER);
    run();
    m->signalled = 0;
    ck_assert(nonos_ring_may_wait(&rings[NONOS_NIC_RX]));
    ck_assert(model_arrive(m, 60, 0xa5));
    run();
    ck_assert_uint_eq(m->signalled, 1);
    ck_assert(take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.offset, buffer(7));
    ck_assert_uint_eq(b.len, 60);
    ck_assert_uint_eq(memory[b.offset + 59], 0xa5);
    ck_assert(!take(NONOS_NIC_RX, &b));
}
END_TEST

START_TEST(a_client_that_does_not_wait_is_not_signalled)
{
    open();
    put(NONOS_NIC_RX_FREE, buffer(0), BUFFER);
    put(NONOS_NIC_RX_FREE, buffer(1), BUFFER);
    run();
    ck_assert(nonos_ring_may_wait(&rings[NONOS_NIC_RX]));
    m->signalled = 0;
    for (unsigned i = 0; i < 2; i++) {
        ck_assert(model_arrive(m, 60, 1));
        run();
    }
    ck_assert_uint_eq(m->signalled, 1);
}
END_TEST

START_TEST(a_frame_shorter_than_its_header_is_dropped_and_its_buffer_used_again)
{
    struct nonos_nic_buffer b;
    open();
    put(NONOS_NIC_RX_FREE, buffer(0), BUFFER);
    run();
    ck_assert(model_arrive(m, 13, 1));
    run();
    ck_assert(!take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(v->counters[NONOS_NIC_RX_SHORT], 1);
    ck_assert(model_arrive(m, 14, 2));
    run();
    ck_assert(take(NONOS_NIC_RX, &b));
}
END_TEST

START_TEST(buffers_that_are_none_are_refused_and_counted)
{
    static const struct nonos_nic_buffer tx[] = {{CLIENT_BYTES, 100},    {CLIENT_BYTES - 50, 100},
                                                 {4096 * 9 + 4000, 100}, {DATA_AT, 13},
                                                 {DATA_AT, 1515},        {0xffffffff, 0xffffffff}};
    struct nonos_nic_buffer b;
    open();
    for (unsigned i = 0; i < 6; i++)
        put(NONOS_NIC_TX, tx[i].offset, tx[i].len);
    put(NONOS_NIC_RX_FREE, DATA_AT, 1513);
    put(NONOS_NIC_RX_FREE, DATA_AT + 2048, 2049);
    run();
    ck_assert_uint_eq(v->counters[NONOS_NIC_REFUSED], 8);
    ck_assert_uint_eq(model_send(m, 10), 0);
    ck_assert(!model_arrive(m, 60, 0));
    for (unsigned i = 0; i < 6; i++)
        ck_assert(take(NONOS_NIC_TX_DONE, &b));
    ck_assert(take(NONOS_NIC_RX, &b) && b.len == 0);
}
END_TEST

START_TEST(more_frames_than_slots_are_sent_one_after_the_other)
{
    struct nonos_nic_buffer b;
    unsigned sent = 0, back = 0;
    open();
    for (unsigned i = 0; i < 250; i++)
        put(NONOS_NIC_TX, buffer(i), 100);
    for (unsigned i = 0; i < 20; i++) {
        run();
        sent += model_send(m, 50);
        while (take(NONOS_NIC_TX_DONE, &b))
            ck_assert_uint_eq(b.offset, buffer(back++));
    }
    ck_assert_uint_eq(sent, 250);
    ck_assert_uint_eq(back, 250);
}
END_TEST

START_TEST(a_client_that_takes_nothing_back_stops_only_itself)
{
    open();
    for (unsigned i = 0; i < 250; i++)
        put(NONOS_NIC_TX, buffer(i), 100);
    for (unsigned i = 0; i < 20; i++) {
        run();
        (void)model_send(m, 300);
    }
    /* It has no room for more than the ring holds. */
    for (unsigned i = 0; i < 100; i++) {
        put(NONOS_NIC_TX, buffer(i), 100);
        run();
        (void)model_send(m, 300);
    }
    ck_assert_uint_eq(m->nsent, ENTRIES);
}
END_TEST

START_TEST(a_tail_that_makes_no_sense_is_none_of_the_drivers_business)
{
    open();
    rings[NONOS_NIC_TX].ring->tail = 0x80000000u;
    rings[NONOS_NIC_RX_FREE].ring->tail = 5000;
    run();
    ck_assert_uint_eq(model_send(m, 10), 0);
}
END_TEST

START_TEST(frames_that_were_sent_need_no_interrupt_while_half_of_the_slots_are_free)
{
    open();
    send_one(0, 100, 1);
    const uint16_t *avail = v->queues[VNET_TX].ring.avail;
    uint16_t size = v->queues[VNET_TX].ring.size;
    (void)model_send(m, 1);
    run();
    ck_assert_uint_eq(avail[2 + size], 0);
    for (unsigned i = 0; i < 70; i++)
        put(NONOS_NIC_TX, buffer(i), 100);
    run();
    ck_assert_uint_eq(avail[2 + size], 1);
}
END_TEST

START_TEST(a_new_client_gets_a_device_that_was_reset)
{
    open();
    put(NONOS_NIC_RX_FREE, buffer(0), BUFFER);
    run();
    unsigned before = m->resets;
    client_new();
    ck_assert_int_eq(vnet_open(v, c), 0);
    ck_assert_uint_eq(m->resets, before + 1);
    run();
    ck_assert(!model_arrive(m, 60, 0));
    ck_assert_int_eq(vnet_close(v), 0);
    ck_assert_uint_eq(m->status, 0);
}
END_TEST

/* ---- the link ---- */

START_TEST(changes_of_the_link_reach_the_client)
{
    open();
    ck_assert_uint_eq(c->status->link, 1);
    m->signalled = 0;
    m->status_field = 0;
    ck_assert_int_eq(vnet_configured(v), 0);
    ck_assert_uint_eq(c->status->link, 0);
    ck_assert_uint_eq(m->signalled, 1);
    m->status_field = VNET_S_LINK_UP;
    ck_assert_int_eq(vnet_configured(v), 0);
    ck_assert_uint_eq(c->status->link, 1);
    ck_assert_uint_eq(v->counters[NONOS_NIC_LINK_CHANGES], 2);
}
END_TEST

START_TEST(a_device_that_does_not_tell_of_its_link_has_one)
{
    m->offered &= ~VNET_F_STATUS;
    m->status_field = 0;
    open();
    ck_assert_uint_eq(c->status->link, 1);
}
END_TEST

/* ---- failure ---- */

/* Nonsense about an arriving frame, then about a sent one: the device is reset, and goes on. */
START_TEST(nonsense_resets_the_device_and_frames_go_on)
{
    struct nonos_nic_buffer b;
    open();
    put(NONOS_NIC_RX_FREE, buffer(0), BUFFER);
    put(NONOS_NIC_RX_FREE, buffer(1), BUFFER);
    send_one(2, 100, 1);
    unsigned before = m->resets;
    m->nonsense = (enum nonsense)_i;
    ck_assert(model_arrive(m, 60, 1));
    run();
    ck_assert_uint_eq(m->resets, before + 1);
    ck_assert_uint_eq(v->counters[NONOS_NIC_NONSENSE], 1);
    m->nonsense = BEHAVES;
    ck_assert(take(NONOS_NIC_TX_DONE, &b)); /* lost, and given back */
    ck_assert_uint_eq(v->counters[NONOS_NIC_TX_LOST], 1);
    while (model_arrive(m, 60, 2))
        run();
    unsigned arrived = 0;
    while (take(NONOS_NIC_RX, &b))
        arrived += b.len == 60;
    ck_assert_uint_ge(arrived, 2);
    send_one(3, 200, 9);
    ck_assert_uint_eq(model_send(m, 5), 1);
    ck_assert_uint_eq(m->sent[m->nsent - 1][0], 9);
}
END_TEST

START_TEST(nonsense_about_a_sent_frame_resets_the_device)
{
    struct nonos_nic_buffer b;
    open();
    send_one(0, 100, 1);
    m->nonsense = BAD_ID;
    (void)model_send(m, 1);
    run();
    ck_assert_uint_eq(v->counters[NONOS_NIC_RESETS], 1);
    ck_assert(take(NONOS_NIC_TX_DONE, &b));
    ck_assert(!take(NONOS_NIC_TX_DONE, &b));
}
END_TEST

START_TEST(a_device_that_sends_nothing_for_ten_seconds_is_reset)
{
    struct nonos_nic_buffer b;
    open();
    send_one(0, 100, 1);
    ck_assert_uint_eq(vnet_deadline(v), m->now_ns + SECOND);
    m->now_ns += 9 * SECOND;
    run();
    ck_assert(!take(NONOS_NIC_TX_DONE, &b));
    m->now_ns += 2 * SECOND;
    run();
    ck_assert(take(NONOS_NIC_TX_DONE, &b));
    ck_assert_uint_eq(v->counters[NONOS_NIC_RESETS], 1);
    ck_assert_uint_eq(vnet_deadline(v), ~0ull);
}
END_TEST

START_TEST(a_device_that_wants_to_be_reset_is)
{
    open();
    m->status |= VIRTIO_NEEDS_RESET;
    ck_assert_int_eq(vnet_configured(v), 0);
    ck_assert_uint_eq(v->counters[NONOS_NIC_RESETS], 1);
    ck_assert(m->status & VIRTIO_DRIVER_OK);
}
END_TEST

START_TEST(a_device_that_does_nothing_but_nonsense_is_given_up)
{
    int r = 0;
    open();
    m->nonsense = BAD_ID;
    for (unsigned i = 0; i < 10 && r >= 0; i++) {
        put(NONOS_NIC_TX, buffer(0), 100);
        r = vnet_run(v);
        (void)model_send(m, 1);
    }
    ck_assert_int_eq(r, NONOS_E_NO_DEVICE);
    ck_assert(v->dead);
    ck_assert_int_eq(vnet_open(v, c), NONOS_E_NO_DEVICE);
}
END_TEST

static Suite *virtio_net_suite(void)
{
    Suite *s = suite_create("virtio-net");
    TCase *t = tcase_create("driver");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, start_reads_what_the_device_is_and_leaves_it_idle);
    tcase_add_test(t, only_features_that_the_driver_knows_are_taken);
    tcase_add_test(t, a_device_that_is_not_virtio_1_is_refused);
    tcase_add_test(t, a_device_that_does_not_reset_is_given_up_in_time);
    tcase_add_test(t, a_configuration_that_never_stands_still_is_refused);
    tcase_add_test(t, an_mtu_below_the_least_is_refused_and_one_above_a_page_is_cut);
    tcase_add_test(t, a_device_without_the_vector_is_refused);
    tcase_add_test(t, queues_of_a_size_that_is_no_power_of_two_are_refused);
    tcase_add_test(t, the_station_address_that_the_client_wants_is_set);
    tcase_add_test(t, a_device_that_refuses_a_station_address_keeps_its_own);
    tcase_add_test(t, a_device_that_ignores_commands_keeps_its_own_address);
    tcase_add_test(t, a_device_without_an_address_needs_one_from_the_client);
    tcase_add_test(t, a_frame_is_sent_as_it_lies_in_the_clients_memory);
    tcase_add_test(t, a_frame_arrives_in_a_buffer_of_the_client);
    tcase_add_test(t, a_client_that_does_not_wait_is_not_signalled);
    tcase_add_test(t, a_frame_shorter_than_its_header_is_dropped_and_its_buffer_used_again);
    tcase_add_test(t, buffers_that_are_none_are_refused_and_counted);
    tcase_add_test(t, more_frames_than_slots_are_sent_one_after_the_other);
    tcase_add_test(t, a_client_that_takes_nothing_back_stops_only_itself);
    tcase_add_test(t, a_tail_that_makes_no_sense_is_none_of_the_drivers_business);
    tcase_add_test(t, frames_that_were_sent_need_no_interrupt_while_half_of_the_slots_are_free);
    tcase_add_test(t, a_new_client_gets_a_device_that_was_reset);
    tcase_add_test(t, changes_of_the_link_reach_the_client);
    tcase_add_test(t, a_device_that_does_not_tell_of_its_link_has_one);
    tcase_add_loop_test(t, nonsense_resets_the_device_and_frames_go_on, BAD_ID, INSIDE_CHAIN + 1);
    tcase_add_test(t, nonsense_about_a_sent_frame_resets_the_device);
    tcase_add_test(t, a_device_that_sends_nothing_for_ten_seconds_is_reset);
    tcase_add_test(t, a_device_that_wants_to_be_reset_is);
    tcase_add_test(t, a_device_that_does_nothing_but_nonsense_is_given_up);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(virtio_net_suite)
