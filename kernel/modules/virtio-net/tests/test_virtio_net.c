#include "fixture.h"

/* ---- start ---- */

START_TEST(start_reads_what_the_device_is_and_leaves_it_idle)
{
    ck_assert_int_eq(card.start(), 0);
    ck_assert_uint_eq(v->pairs[0].port.own_mac, nonos_nic_mac_word(own_mac));
    ck_assert_uint_eq(v->pairs[0].port.mtu, 1500);
    ck_assert(v->pairs[0].port.link);
    ck_assert_uint_eq(m->virtio.status, 0);
    ck_assert_int_eq(model_turns(v), 0);
}
END_TEST

START_TEST(only_features_that_the_driver_knows_are_taken)
{
    card_open();
    ck_assert_uint_eq(m->virtio.accepted, VNET_F_MTU | VNET_F_MAC | VNET_F_STATUS | VNET_F_CTRL_VQ |
                                              VNET_F_CTRL_MAC | VIRTIO_F_EVENT_IDX |
                                              VIRTIO_F_VERSION_1);
}
END_TEST

START_TEST(a_device_that_is_not_virtio_1_is_refused)
{
    m->virtio.offered &= ~VIRTIO_F_VERSION_1;
    ck_assert_int_eq(card.start(), NONOS_E_UNSUPPORTED);
    ck_assert(m->virtio.status & VIRTIO_FAILED);
}
END_TEST

START_TEST(a_configuration_that_never_stands_still_is_refused)
{
    m->virtio.generation_moves = true;
    ck_assert_int_eq(card.start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(an_mtu_below_the_least_is_refused_and_one_above_a_page_is_cut)
{
    m->mtu = VNET_MTU_MIN - 1;
    ck_assert_int_eq(card.start(), NONOS_E_UNSUPPORTED);
    m->mtu = 65535;
    ck_assert_int_eq(card.start(), 0);
    ck_assert_uint_eq(v->pairs[0].port.mtu, 4070);
}
END_TEST

START_TEST(a_device_without_the_vector_is_refused)
{
    m->virtio.refuses_vector = true;
    ck_assert_int_eq(card.start(), 0);
    ck_assert_int_eq(vnet_open(v, client), NONOS_E_UNSUPPORTED);
    ck_assert_ptr_null(v->pairs[0].port.client);
    ck_assert_uint_eq(m->virtio.status, 0);
}
END_TEST

START_TEST(queues_of_a_size_that_is_no_power_of_two_are_refused)
{
    m->virtio.queue_max[VNET_TX] = 100;
    ck_assert_int_eq(card.start(), 0);
    ck_assert_int_eq(vnet_open(v, client), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(a_device_that_refuses_a_station_address_keeps_its_own)
{
    m->refuses_mac = true;
    client->mac = 0x020202020202;
    card_open();
    ck_assert_uint_eq(v->pairs[0].port.mac, nonos_nic_mac_word(own_mac));
}
END_TEST

START_TEST(a_device_that_ignores_commands_keeps_its_own_address)
{
    m->virtio.silent = true;
    client->mac = 0x020202020202;
    card_open();
    ck_assert_uint_eq(v->pairs[0].port.mac, nonos_nic_mac_word(own_mac));
    ck_assert_uint_ge(m->virtio.pauses, 1000);
}
END_TEST

/* ---- frames ---- */

START_TEST(a_frame_is_shown_to_the_device_once)
{
    card_open();
    card_send(3, 600, 0x5a);
    card_run();
    ck_assert_uint_eq(m->notified[VNET_TX], 1);
}
END_TEST

START_TEST(frames_that_were_sent_need_no_interrupt_while_half_of_the_slots_are_free)
{
    card_open();
    card_send(0, 100, 1);
    const uint16_t *avail = v->pairs[0].queues[VNET_TX].ring.avail;
    uint16_t size = v->pairs[0].queues[VNET_TX].ring.size;
    (void)model_send(m, 1);
    card_run();
    ck_assert_uint_eq(avail[2 + size], 0);
    for (unsigned i = 0; i < 70; i++)
        client_put(NONOS_NIC_TX, buffer(i), 100);
    card_run();
    ck_assert_uint_eq(avail[2 + size], 1);
}
END_TEST

/* ---- offloads ---- */

static const struct offer {
    uint64_t without;
    uint32_t wanted, agreed;
} offers[] = {
    {0, ALL_OFFLOADS, ALL_OFFLOADS},
    {VNET_F_CSUM, ALL_OFFLOADS, NONOS_NIC_OFFLOAD_VERIFIED | NONOS_NIC_OFFLOAD_JOINED},
    {VIRTIO_F_INDIRECT, ALL_OFFLOADS, ALL_OFFLOADS & ~SEGMENTS},
    {VNET_F_HOST_TSO6, ALL_OFFLOADS, ALL_OFFLOADS & ~NONOS_NIC_OFFLOAD_SEGMENT_IPV6},
    {VNET_F_MRG_RXBUF, ALL_OFFLOADS, ALL_OFFLOADS & ~NONOS_NIC_OFFLOAD_JOINED},
    {VNET_F_GUEST_CSUM, ALL_OFFLOADS, NONOS_NIC_OFFLOAD_CHECKSUM | SEGMENTS},
    {0, SEGMENTS | NONOS_NIC_OFFLOAD_JOINED, 0},
    {0, NONOS_NIC_OFFLOAD_CHECKSUM, NONOS_NIC_OFFLOAD_CHECKSUM},
};

START_TEST(offloads_are_those_that_the_device_has_and_the_client_wants)
{
    m->virtio.offered &= ~offers[_i].without;
    open_with(offers[_i].wanted);
    ck_assert_uint_eq(v->pairs[0].port.offloads, offers[_i].agreed);
    uint64_t taken = m->virtio.accepted;
    ck_assert_int_eq(!!(taken & VNET_F_CSUM),
                     !!(v->pairs[0].port.offloads & NONOS_NIC_OFFLOAD_CHECKSUM));
    ck_assert_int_eq(!!(taken & VNET_F_HOST_TSO4),
                     !!(v->pairs[0].port.offloads & NONOS_NIC_OFFLOAD_SEGMENT_IPV4));
    ck_assert_int_eq(!!(taken & VNET_F_MRG_RXBUF),
                     !!(v->pairs[0].port.offloads & NONOS_NIC_OFFLOAD_JOINED));
}
END_TEST

START_TEST(a_queue_that_is_shorter_than_a_train_takes_none)
{
    m->virtio.queue_max[VNET_TX] = 16;
    open_with(ALL_OFFLOADS);
    ck_assert_uint_eq(v->pairs[0].port.offloads, ALL_OFFLOADS & ~SEGMENTS);
}
END_TEST

START_TEST(a_checksum_that_is_left_to_the_device_is_told_of)
{
    static const uint8_t said[VNET_HEADER_LEN] = {1, 0, 0, 0, 0, 0, 34, 0, 6, 0, 0, 0};
    open_with(ALL_OFFLOADS);
    client_put_said((struct nonos_nic_buffer){.offset = buffer(1),
                                              .len = 600,
                                              .flags = NONOS_NIC_FRAME_PARTIAL,
                                              .checksum_start = 34,
                                              .checksum_offset = 6});
    card_send(2, 100, 1);
    ck_assert_uint_eq(model_send(m, 5), 2);
    ck_assert_mem_eq(m->sent_header[0], said, VNET_HEADER_LEN);
    ck_assert_uint_eq(m->sent_header[1][0], 0);
}
END_TEST

START_TEST(a_train_goes_to_the_device_page_by_page)
{
    static const uint8_t said[VNET_HEADER_LEN] = {1, 1, 66, 0, 0xa8, 5, 34, 0, 16, 0, 0, 0};
    struct nonos_nic_buffer b;
    uint32_t at = DATA_AT + 4095, sum = 0;
    open_with(ALL_OFFLOADS);
    for (uint32_t i = 0; i < NONOS_NIC_TRAIN_MAX; i++)
        sum += client_memory[at + i] = (uint8_t)(i * 5);
    client_put_said(client_train(at, NONOS_NIC_TRAIN_MAX));
    client_put_said(client_train(DATA_AT, 32768));
    card_run();
    ck_assert_uint_eq(model_send(m, 5), 2);
    ck_assert_uint_eq(m->nic.sent_len[0], NONOS_NIC_TRAIN_MAX);
    ck_assert_uint_eq(m->sent_sum[0], sum);
    ck_assert_uint_eq(m->sent_parts[0], 17);
    ck_assert_mem_eq(m->sent_header[0], said, VNET_HEADER_LEN);
    ck_assert_uint_eq(m->sent_parts[1], 8);
    card_run();
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b) && b.offset == at);
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b) && b.offset == DATA_AT);
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_REFUSED], 0);
}
END_TEST

START_TEST(what_the_device_says_of_a_checksum_reaches_the_client)
{
    static const uint8_t verified[VNET_HEADER_LEN] = {2};
    static const uint8_t partial[VNET_HEADER_LEN] = {1, 0, 0, 0, 0, 0, 34, 0, 16};
    struct nonos_nic_buffer b;
    open_with(ALL_OFFLOADS);
    client_put_free(2);
    card_run();
    ck_assert(model_arrive_said(m, verified, 60, 1));
    ck_assert(model_arrive_said(m, partial, 60, 2));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.flags, NONOS_NIC_FRAME_VERIFIED);
    ck_assert_uint_eq(b.len, 60);
    ck_assert_uint_eq(client_memory[b.offset + b.head], 1);
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.flags, NONOS_NIC_FRAME_PARTIAL);
    ck_assert_uint_eq(b.checksum_start, 34);
    ck_assert_uint_eq(b.checksum_offset, 16);
}
END_TEST

START_TEST(what_the_client_cannot_use_is_not_said)
{
    static const uint8_t verified[VNET_HEADER_LEN] = {3, 0, 0, 0, 0, 0, 34, 0, 16};
    struct nonos_nic_buffer b;
    open_with(0);
    client_put_free(1);
    card_run();
    ck_assert(model_arrive_said(m, verified, 60, 1));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.flags, 0);
}
END_TEST

START_TEST(a_frame_of_joined_segments_arrives_in_several_buffers)
{
    static const uint8_t said[VNET_HEADER_LEN] = {2, 1, 66, 0, 0xa8, 5};
    struct nonos_nic_buffer b;
    uint32_t total = 0;
    open_with(ALL_OFFLOADS);
    client_put_free(8);
    card_run();
    ck_assert(model_arrive_said(m, said, 10000, 7));
    ck_assert(model_arrive(m, 60, 8));
    card_run();
    for (unsigned i = 0; i < 5; i++) {
        ck_assert(client_take(NONOS_NIC_RX, &b));
        ck_assert_uint_eq(b.offset, buffer(i));
        ck_assert_uint_eq(b.head, i == 0 ? VNET_HEADER_LEN : 0);
        ck_assert_uint_eq(!!(b.flags & NONOS_NIC_FRAME_MORE), i < 4);
        ck_assert_uint_eq(b.flags & ~NONOS_NIC_FRAME_MORE,
                          i == 0 ? NONOS_NIC_FRAME_VERIFIED | NONOS_NIC_FRAME_SEGMENTS_IPV4 : 0);
        ck_assert_uint_eq(client_memory[b.offset + b.head], 7);
        ck_assert_uint_eq(client_memory[b.offset + b.head + b.len - 1], 7);
        total += b.len;
    }
    ck_assert_uint_eq(total, 10000);
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert(b.len == 60 && b.flags == 0);
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_RX_FRAMES], 2);
}
END_TEST

static const uint8_t lies[][VNET_HEADER_LEN] = {
    {1, 0, 0, 0, 0, 0, 59, 0, 0},  /* the checksum's field ends beyond the frame */
    {1, 0, 0, 0, 0, 0, 34, 0, 25}, /* likewise */
    {1, 0, 0, 0, 0, 0, 13, 0, 16}, /* it begins in front of all protocols */
    {1, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff},
    {2, 1, 66, 0, 0, 0}, /* segments of no bytes */
    {2, 4, 66, 0, 0, 0},
    {2, 3, 66, 0, 100, 0},    /* of UDP: not negotiated */
    {2, 0x81, 66, 0, 100, 0}, /* with ECN: neither */
    {2, 0xff, 66, 0, 100, 0},
};

START_TEST(a_header_that_cannot_be_costs_its_frame_and_no_more)
{
    struct nonos_nic_buffer b;
    open_with(ALL_OFFLOADS);
    client_put_free(1);
    card_run();
    ck_assert(model_arrive_said(m, lies[_i], 60, 1));
    card_run();
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_NONSENSE], 1);
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_RESETS], 0);
    ck_assert(model_arrive(m, 60, 2));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b) && b.len == 60);
}
END_TEST

START_TEST(segments_that_nobody_asked_for_are_dropped)
{
    static const uint8_t said[VNET_HEADER_LEN] = {2, 1, 66, 0, 100, 0};
    struct nonos_nic_buffer b;
    open_with(NONOS_NIC_OFFLOAD_VERIFIED);
    client_put_free(1);
    card_run();
    ck_assert(model_arrive_said(m, said, 1000, 1));
    card_run();
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_NONSENSE], 1);
}
END_TEST

/* No buffer at all, one more than there is, thousands. */
START_TEST(a_wrong_number_of_buffers_resets_the_device)
{
    static const int wrong[] = {-3, 1, 30000};
    struct nonos_nic_buffer b;
    open_with(ALL_OFFLOADS);
    client_put_free(8);
    card_run();
    m->buffers_lie = wrong[_i];
    ck_assert(model_arrive(m, 5000, 1));
    card_run();
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_RESETS], 1);
    m->buffers_lie = 0;
    ck_assert(model_arrive(m, 15000, 2)); /* all eight are the device's again */
    card_run();
    unsigned n = 0;
    while (client_take(NONOS_NIC_RX, &b))
        n++;
    ck_assert_uint_eq(n, 8);
}
END_TEST

START_TEST(a_device_that_can_do_less_after_a_reset_is_given_up)
{
    open_with(ALL_OFFLOADS);
    m->virtio.status |= VIRTIO_NEEDS_RESET;
    m->virtio.offered &= ~VNET_F_CSUM;
    ck_assert_int_eq(vnet_configured(v), NONOS_E_NO_DEVICE);
}
END_TEST

/* Clients and devices that say anything at all: what the model reaches, and the sanitizers, are the judges. */
START_TEST(whatever_is_said_of_frames_nothing_is_reached_that_is_not_the_clients)
{
    uint64_t state = check_seed();
    struct nonos_nic_buffer b;
    open_with(ALL_OFFLOADS);
    for (unsigned i = 0; i < 20000 && !v->pairs[0].port.dead; i++) {
        uint8_t header[VNET_HEADER_LEN];
        struct nonos_nic_buffer wild = client_train(DATA_AT, 1000);
        uint64_t r = check_random(&state);
        for (unsigned k = 0; k < VNET_HEADER_LEN; k++)
            header[k] = check_random(&state) % 3 ? 0 : (uint8_t)check_random(&state);
        wild.offset = (uint32_t)(r % (CLIENT_BYTES - DATA_AT)) + DATA_AT;
        wild.len = (uint32_t)(r >> 20) % 70000;
        if (r >> 40 & 1)
            wild.segment_len = (uint16_t)(r >> 41);
        if (r >> 60 & 1)
            wild.header_len = (uint16_t)(check_random(&state) % 200);
        if (r >> 61 & 1)
            wild.checksum_start = (uint16_t)(check_random(&state) % 200);
        if (r >> 62 & 1)
            wild.flags = (uint16_t)check_random(&state);
        (void)nonos_ring_put(&client_rings[NONOS_NIC_TX], &wild);
        (void)nonos_ring_publish(&client_rings[NONOS_NIC_TX]);
        for (unsigned k = 0; k < 4 && nonos_ring_room(&client_rings[NONOS_NIC_RX_FREE]) > 0; k++)
            client_put(NONOS_NIC_RX_FREE, buffer((unsigned)(r + k) % BUFFERS), BUFFER);
        m->buffers_lie = r % 97 == 0 ? (int)(r >> 50) % 7 - 3 : 0;
        (void)!model_turns(v);
        (void)model_arrive_said(m, header, (uint32_t)(r >> 30) % 6000, 1);
        m->nic.nsent = 0;
        memset(m->nic.sent_len, 0, sizeof(m->nic.sent_len));
        (void)model_send(m, 8);
        (void)!model_turns(v);
        while (client_take(NONOS_NIC_RX, &b) || client_take(NONOS_NIC_TX_DONE, &b))
            ck_assert_uint_le(b.head + b.len, BUFFER);
    }
    ck_assert_uint_gt(v->pairs[0].port.counters[NONOS_NIC_TX_FRAMES], 1000);
    ck_assert_uint_gt(v->pairs[0].port.counters[NONOS_NIC_RX_FRAMES], 1000);
}
END_TEST

/* ---- the link ---- */

START_TEST(a_device_that_does_not_tell_of_its_link_has_one)
{
    m->virtio.offered &= ~VNET_F_STATUS;
    m->status_field = 0;
    card_open();
    ck_assert_uint_eq(client->status->link, 1);
}
END_TEST

/* ---- failure ---- */

START_TEST(nonsense_about_a_sent_frame_resets_the_device)
{
    struct nonos_nic_buffer b;
    card_open();
    card_send(0, 100, 1);
    m->virtio.nonsense = BAD_ID;
    (void)model_send(m, 1);
    card_run();
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_RESETS], 1);
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
    ck_assert(!client_take(NONOS_NIC_TX_DONE, &b));
}
END_TEST

START_TEST(a_device_that_wants_to_be_reset_is)
{
    card_open();
    m->virtio.status |= VIRTIO_NEEDS_RESET;
    ck_assert_int_eq(vnet_configured(v), 0);
    ck_assert_uint_eq(v->pairs[0].port.counters[NONOS_NIC_RESETS], 1);
    ck_assert(m->virtio.status & VIRTIO_DRIVER_OK);
}
END_TEST

static Suite *virtio_net_suite(void)
{
    Suite *s = suite_create("virtio-net");
    TCase *t = tcase_create("driver");
    tcase_add_checked_fixture(t, setup, teardown);
    nic_battery_add(t, &vnet_battery);
    tcase_add_test(t, a_frame_is_shown_to_the_device_once);
    tcase_add_test(t, start_reads_what_the_device_is_and_leaves_it_idle);
    tcase_add_test(t, only_features_that_the_driver_knows_are_taken);
    tcase_add_test(t, a_device_that_is_not_virtio_1_is_refused);
    tcase_add_test(t, a_configuration_that_never_stands_still_is_refused);
    tcase_add_test(t, an_mtu_below_the_least_is_refused_and_one_above_a_page_is_cut);
    tcase_add_test(t, a_device_without_the_vector_is_refused);
    tcase_add_test(t, queues_of_a_size_that_is_no_power_of_two_are_refused);
    tcase_add_test(t, a_device_that_refuses_a_station_address_keeps_its_own);
    tcase_add_test(t, a_device_that_ignores_commands_keeps_its_own_address);
    tcase_add_test(t, frames_that_were_sent_need_no_interrupt_while_half_of_the_slots_are_free);
    tcase_add_loop_test(t, offloads_are_those_that_the_device_has_and_the_client_wants, 0, 8);
    tcase_add_test(t, a_queue_that_is_shorter_than_a_train_takes_none);
    tcase_add_test(t, a_checksum_that_is_left_to_the_device_is_told_of);
    tcase_add_test(t, a_train_goes_to_the_device_page_by_page);
    tcase_add_test(t, what_the_device_says_of_a_checksum_reaches_the_client);
    tcase_add_test(t, what_the_client_cannot_use_is_not_said);
    tcase_add_test(t, a_frame_of_joined_segments_arrives_in_several_buffers);
    tcase_add_loop_test(t, a_header_that_cannot_be_costs_its_frame_and_no_more, 0,
                        sizeof(lies) / sizeof(lies[0]));
    tcase_add_test(t, segments_that_nobody_asked_for_are_dropped);
    tcase_add_loop_test(t, a_wrong_number_of_buffers_resets_the_device, 0, 3);
    tcase_add_test(t, a_device_that_can_do_less_after_a_reset_is_given_up);
    tcase_add_test(t, whatever_is_said_of_frames_nothing_is_reached_that_is_not_the_clients);
    tcase_add_test(t, a_device_that_does_not_tell_of_its_link_has_one);
    tcase_add_test(t, nonsense_about_a_sent_frame_resets_the_device);
    tcase_add_test(t, a_device_that_wants_to_be_reset_is);
    suite_add_tcase(s, t);
    suite_add_tcase(s, pairs_case());
    return s;
}

CHECK_MAIN(virtio_net_suite)
