/*
 * A device with several pairs of queues: how many are used, that each carries its own frames, and that what happens to one is the
 * others' business only where the whole device is concerned.
 */
#include "fixture.h"

#define RX_EACH 16u

/* The driver's and the client's words are about pair and queue `i` from now on. */
static void choose(unsigned i)
{
    m->pair = i;
    client_queue(i);
}

static void device_has(uint16_t pairs)
{
    m->virtio.offered |= VNET_F_MQ;
    m->max_pairs = pairs;
    for (unsigned i = 0; i < VIRTIO_MODEL_QUEUES; i++)
        m->virtio.queue_max[i] = 256;
}

/* Opens the device, of which it has so many pairs, for a client that can use so many queues. Returns how many it gets. */
static unsigned open_pairs(uint16_t pairs, unsigned queues)
{
    device_has(pairs);
    client->nqueues = queues;
    card_open();
    return v->pairs[0].port.nqueues;
}

/* Queue `i` puts RX_EACH buffers of its own for arriving frames. */
static void put_buffers(unsigned i)
{
    choose(i);
    for (unsigned k = 0; k < RX_EACH; k++)
        client_put(NONOS_NIC_RX_FREE, buffer(100 * i + k), BUFFER);
}

/* Four pairs for four queues, with buffers. */
static void open_four(void)
{
    ck_assert_uint_eq(open_pairs(4, 4), 4);
    for (unsigned i = 0; i < 4; i++)
        put_buffers(i);
    card_run();
}

static uint64_t counted(unsigned pair, enum nonos_nic_counter which)
{
    return nic_port_counted(&v->pairs[pair].port, which);
}

/* A frame arrives by pair `i`, and is queue `i`'s; another is sent by it. */
static void carries(unsigned i)
{
    struct nonos_nic_buffer b;
    unsigned before = m->nic.nsent;
    choose(i);
    while (client_take(NONOS_NIC_RX, &b) || client_take(NONOS_NIC_TX_DONE, &b))
        ;
    ck_assert(model_arrive(m, 60 + i, (uint8_t)(0x10 + i)));
    client_put_frame(100 * i + 50, 200 + i, (uint8_t)(0x20 + i));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.len, 60 + i);
    ck_assert(b.offset >= buffer(100 * i) && b.offset < buffer(100 * i + RX_EACH));
    ck_assert_uint_eq(client_memory[b.offset + b.head], 0x10 + i);
    ck_assert_uint_eq(model_send(m, 5), 1);
    ck_assert_uint_eq(m->nic.sent_len[before], 200 + i);
    ck_assert_uint_eq(m->nic.sent[before][0], 0x20 + i);
    card_run();
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
    ck_assert_uint_eq(b.offset, buffer(100 * i + 50));
}

/* ---- how many ---- */

static const struct negotiation {
    uint64_t without;
    uint16_t pairs;
    unsigned queues, agreed;
} negotiations[] = {
    {0, 4, 4, 4},
    {0, 8, 4, 4},
    {0, 4, 2, 2},
    {0, 2, 4, 2},
    {0, 3, 3, 3},
    {0, 4, 1, 1},
    {0, 1, 4, 1},
    {VNET_F_MQ, 4, 4, 1},
    {VNET_F_CTRL_VQ, 4, 4, 1},
    {VNET_F_CTRL_VQ | VNET_F_MQ, 4, 4, 1},
    {VNET_F_CTRL_MAC, 4, 4, 4}, /* commands, but not that one */
    {0, 0, 4, 1},               /* what may not be */
    {0, 0x8000, 4, 1},
    {0, 0xffff, 4, 1},
};

START_TEST(pairs_are_as_many_as_the_device_has_and_the_client_wants)
{
    const struct negotiation *n = &negotiations[_i];
    device_has(n->pairs);
    m->virtio.offered &= ~n->without;
    client->nqueues = n->queues;
    card_open();
    ck_assert_uint_eq(v->pairs[0].port.nqueues, n->agreed);
    ck_assert_int_eq(!!(m->virtio.accepted & VNET_F_MQ), n->agreed > 1);
    for (unsigned i = 0; i < 2 * n->agreed; i++)
        ck_assert(m->virtio.queues[i].enabled);
    for (unsigned i = 0; i < n->agreed; i++) {
        ck_assert_uint_eq(m->virtio.queues[2 * i].vector, i ? i + 1 : 0);
        ck_assert_uint_eq(m->virtio.queues[2 * i + 1].vector, i ? i + 1 : 0);
        put_buffers(i);
    }
    card_run();
    for (unsigned i = 0; i < n->agreed; i++)
        carries(i);
    for (unsigned i = n->agreed; i < VNET_PAIRS_MAX; i++)
        ck_assert_ptr_null(v->pairs[i].port.client);
}
END_TEST

START_TEST(a_driver_that_lacks_the_means_for_more_pairs_uses_those_that_it_has)
{
    device_has(4);
    client->nqueues = 4;
    ck_assert_int_eq(card.start(), 0);
    v->npairs = 2;
    ck_assert_int_eq(card.open(), 0);
    ck_assert_uint_eq(v->pairs[0].port.nqueues, 2);
    ck_assert_uint_eq(m->pairs, 2);
}
END_TEST

static void refuse(void)
{
    m->refuses_pairs = true;
}

static void answer_wildly(void)
{
    m->answer = 0x7f;
}

static void answer_nothing(void)
{
    m->answer = 0xff;
}

static void keep_silent(void)
{
    m->silent_command = true;
}

static void lie(void)
{
    m->virtio.nonsense = BAD_ID;
}

static void lie_of_many(void)
{
    m->virtio.nonsense = TOO_MANY;
}

static void (*const disobediences[])(void) = {refuse,      answer_wildly, answer_nothing,
                                              keep_silent, lie,           lie_of_many};

START_TEST(a_device_that_does_not_obey_is_used_with_one_pair)
{
    disobediences[_i]();
    client->mac = 0;
    ck_assert_uint_eq(open_pairs(4, 4), 1);
    ck_assert_uint_le(m->virtio.pauses, 1000);
    m->pairs = 0;
    m->virtio.nonsense = BEHAVES;
    put_buffers(0);
    card_run();
    carries(0);
    for (unsigned i = 1; i < 4; i++)
        ck_assert_ptr_null(v->pairs[i].port.client);
}
END_TEST

/* The queue of commands holds the one that was not answered: a second would take its descriptors from under the device. */
START_TEST(a_device_that_answers_no_command_is_sent_no_second_one)
{
    m->silent_command = true;
    client->mac = 0x020202020202;
    ck_assert_uint_eq(open_pairs(4, 4), 1);
    ck_assert_uint_eq(m->notified[VNET_PLACE_COMMANDS], 1);
    ck_assert_uint_eq(m->virtio.pauses, 1000);
    ck_assert_uint_eq(v->pairs[0].port.mac, nonos_nic_mac_word(own_mac));
}
END_TEST

START_TEST(a_device_that_cannot_be_told_of_a_queue_is_refused)
{
    device_has(4);
    client->nqueues = 4;
    m->no_notify = 1 + (unsigned)_i;
    ck_assert_int_eq(card.start(), 0);
    ck_assert_int_eq(card.open(), NONOS_E_UNSUPPORTED);
    ck_assert_uint_eq(m->virtio.status, 0);
}
END_TEST

START_TEST(a_pair_without_a_queue_makes_the_device_refused)
{
    device_has(4);
    client->nqueues = 4;
    m->virtio.queue_max[5] = 0;
    ck_assert_int_eq(card.start(), 0);
    ck_assert_int_eq(card.open(), NONOS_E_UNSUPPORTED);
    ck_assert_ptr_null(v->pairs[0].port.client);
}
END_TEST

/* ---- frames ---- */

START_TEST(each_pair_carries_the_frames_of_its_queue_and_no_others)
{
    struct nonos_nic_buffer b;
    open_four();
    for (unsigned i = 0; i < 4; i++) {
        choose(i);
        ck_assert(model_arrive(m, 60 + i, (uint8_t)i));
        client_put_frame(100 * i + 50, 200 + i, (uint8_t)i);
    }
    card_run();
    for (unsigned i = 0; i < 4; i++) {
        choose(i);
        ck_assert(client_take(NONOS_NIC_RX, &b));
        ck_assert_uint_eq(b.len, 60 + i);
        ck_assert(b.offset >= buffer(100 * i) && b.offset < buffer(100 * i + RX_EACH));
        ck_assert(!client_take(NONOS_NIC_RX, &b));
        ck_assert_uint_eq(model_send(m, 5), 1);
        ck_assert_uint_eq(m->nic.sent_len[i], 200 + i);
        ck_assert_uint_eq(m->notified[vnet_place(i, VNET_TX)], 1);
        ck_assert_uint_eq(m->indices[vnet_place(i, VNET_TX)], 2 * i + 1);
        ck_assert_uint_eq(counted(i, NONOS_NIC_RX_FRAMES), 1);
    }
}
END_TEST

START_TEST(a_pairs_turn_leaves_the_others_alone)
{
    open_four();
    for (unsigned i = 0; i < 4; i++) {
        choose(i);
        ck_assert(model_arrive(m, 60, 1));
    }
    ck_assert_int_eq(vnet_run(v, 2), 0);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(counted(i, NONOS_NIC_RX_FRAMES), i == 2);
}
END_TEST

START_TEST(every_pair_does_what_was_agreed_with_the_client)
{
    struct nonos_nic_buffer b;
    client->offloads = ALL_OFFLOADS;
    m->mtu = 1400;
    ck_assert_uint_eq(open_pairs(4, 4), 4);
    for (unsigned i = 0; i < 4; i++) {
        uint32_t at = buffer(100 * i);
        choose(i);
        client_put_said(client_train(at, 8000)); /* segments that are too long for the link */
        struct nonos_nic_buffer train = client_train(at, 8000);
        train.segment_len = 1300;
        client_put_said(train);
        card_run();
        ck_assert_uint_eq(counted(i, NONOS_NIC_REFUSED), 1);
        ck_assert_uint_eq(model_send(m, 5), 1);
        ck_assert_uint_eq(m->nic.sent_len[i], 8000);
        card_run();
        ck_assert(client_take(NONOS_NIC_TX_DONE, &b) && client_take(NONOS_NIC_TX_DONE, &b));
    }
}
END_TEST

START_TEST(a_pair_without_buffers_does_not_stop_the_others)
{
    struct nonos_nic_buffer b;
    ck_assert_uint_eq(open_pairs(4, 4), 4);
    for (unsigned i = 0; i < 4; i++)
        if (i != 1)
            put_buffers(i);
    card_run();
    choose(1);
    ck_assert(!model_arrive(m, 60, 1));
    /* Nor does one that is full of frames that the device does not send. */
    for (unsigned i = 0; i < 2 * VNET_SLOTS; i++)
        if (nonos_ring_room(&client_rings[NONOS_NIC_TX]) > 0)
            client_put(NONOS_NIC_TX, buffer(i), 100);
    card_run();
    ck_assert_uint_eq(vnet_deadline(v, 0), NIC_NEVER);
    ck_assert_uint_ne(vnet_deadline(v, 1), NIC_NEVER);
    for (unsigned i = 0; i < 4; i++)
        if (i != 1)
            carries(i);
    choose(1);
    ck_assert_uint_eq(model_send(m, 1000), VNET_SLOTS);
    card_run();
    for (unsigned i = 0; i < VNET_SLOTS; i++)
        ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
}
END_TEST

/* ---- failure ---- */

/* All kinds of nonsense, by each of the pairs. */
START_TEST(nonsense_of_one_pair_resets_the_device_and_all_go_on)
{
    unsigned which = (unsigned)_i % 4;
    open_four();
    for (unsigned i = 0; i < 4; i++) {
        choose(i);
        client_put_frame(100 * i + 60, 300, 1);
    }
    card_run();
    unsigned before = m->virtio.resets;
    choose(which);
    m->virtio.nonsense = (enum nonsense)(BAD_ID + _i / 4);
    (void)model_arrive(m, 60, 1);
    m->virtio.nonsense = BEHAVES;
    ck_assert_int_eq(vnet_run(v, which), NONOS_E_IO);
    ck_assert(vnet_broken(v));
    /* It does nothing more before the device is back, and the others may. */
    ck_assert_int_eq(vnet_run(v, which), NONOS_E_IO);
    ck_assert_int_eq(vnet_run(v, (which + 1) % 4), 0);
    ck_assert_int_eq(vnet_recover(v), 0);
    ck_assert(!vnet_broken(v));
    card_run();
    ck_assert_uint_eq(m->virtio.resets, before + 1);
    ck_assert_uint_eq(counted(0, NONOS_NIC_RESETS), 1);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(counted(i, NONOS_NIC_TX_LOST), 1);
        ck_assert_uint_eq(counted(i, NONOS_NIC_NONSENSE), i == which);
        for (unsigned k = 0; k < 3; k++)
            carries(i);
    }
}
END_TEST

START_TEST(a_frame_that_one_pair_does_not_send_resets_the_device)
{
    open_four();
    choose(3);
    client_put_frame(350, 100, 1);
    card_run();
    m->virtio.now_ns += NIC_TIMEOUT_NS;
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(vnet_run(v, i), 0);
    ck_assert_int_eq(vnet_run(v, 3), NONOS_E_IO);
    card_run();
    for (unsigned i = 0; i < 4; i++)
        carries(i);
}
END_TEST

START_TEST(a_device_whose_pairs_do_nothing_but_nonsense_is_given_up)
{
    int r = 0;
    open_four();
    for (unsigned i = 0; i < 10 && r >= 0; i++) {
        choose(i % 4);
        m->virtio.nonsense = BAD_ID;
        (void)model_arrive(m, 60, 1);
        m->virtio.nonsense = BEHAVES;
        r = model_turns(v);
    }
    ck_assert_int_eq(r, NONOS_E_NO_DEVICE);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_int_eq(vnet_run(v, i), NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(a_device_that_has_fewer_pairs_after_a_reset_is_given_up)
{
    open_four();
    m->virtio.status |= VIRTIO_NEEDS_RESET;
    m->max_pairs = _i ? 2 : 4;
    m->refuses_pairs = !_i;
    ck_assert_int_eq(vnet_configured(v), NONOS_E_NO_DEVICE);
    ck_assert(v->pairs[3].port.dead);
}
END_TEST

START_TEST(a_link_that_goes_is_told_of_once)
{
    open_four();
    m->nic.signalled = 0;
    m->status_field = 0;
    ck_assert_int_eq(vnet_configured(v), 0);
    card_run();
    ck_assert_uint_eq(m->nic.signalled, 1);
    ck_assert_uint_eq(client->status->link, 0);
}
END_TEST

/* ---- clients ---- */

START_TEST(a_new_client_may_use_another_number_of_pairs)
{
    static const unsigned numbers[] = {1, 4, 2, 3, 4, 1};
    device_has(4);
    ck_assert_int_eq(card.start(), 0);
    for (unsigned k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
        client_renew();
        client->nqueues = numbers[k];
        ck_assert_int_eq(card.open(), 0);
        ck_assert_uint_eq(v->pairs[0].port.nqueues, numbers[k]);
        for (unsigned i = 0; i < numbers[k]; i++)
            put_buffers(i);
        card_run();
        for (unsigned i = 0; i < 4; i++)
            if (i < numbers[k])
                carries(i);
            else
                ck_assert_ptr_null(v->pairs[i].port.client);
    }
    ck_assert_int_eq(card.close(), 0);
    ck_assert_uint_eq(m->virtio.status, 0);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_int_eq(vnet_run(v, i), 0);
}
END_TEST

START_TEST(a_new_driver_finds_the_device_as_the_one_before_did)
{
    open_four();
    choose(2);
    client_put_frame(250, 100, 1);
    card_run();
    client_renew();
    ck_assert_uint_eq(open_pairs(4, 4), 4);
    for (unsigned i = 0; i < 4; i++) {
        put_buffers(i);
        card_run();
        carries(i);
    }
}
END_TEST

TCase *pairs_case(void)
{
    TCase *t = tcase_create("pairs");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, pairs_are_as_many_as_the_device_has_and_the_client_wants, 0,
                        sizeof(negotiations) / sizeof(negotiations[0]));
    tcase_add_test(t, a_driver_that_lacks_the_means_for_more_pairs_uses_those_that_it_has);
    tcase_add_loop_test(t, a_device_that_does_not_obey_is_used_with_one_pair, 0,
                        sizeof(disobediences) / sizeof(disobediences[0]));
    tcase_add_test(t, a_device_that_answers_no_command_is_sent_no_second_one);
    tcase_add_loop_test(t, a_device_that_cannot_be_told_of_a_queue_is_refused, 0, VNET_PLACES);
    tcase_add_test(t, a_pair_without_a_queue_makes_the_device_refused);
    tcase_add_test(t, each_pair_carries_the_frames_of_its_queue_and_no_others);
    tcase_add_test(t, a_pairs_turn_leaves_the_others_alone);
    tcase_add_test(t, every_pair_does_what_was_agreed_with_the_client);
    tcase_add_test(t, a_pair_without_buffers_does_not_stop_the_others);
    tcase_add_loop_test(t, nonsense_of_one_pair_resets_the_device_and_all_go_on, 0, 16);
    tcase_add_test(t, a_frame_that_one_pair_does_not_send_resets_the_device);
    tcase_add_test(t, a_device_whose_pairs_do_nothing_but_nonsense_is_given_up);
    tcase_add_loop_test(t, a_device_that_has_fewer_pairs_after_a_reset_is_given_up, 0, 2);
    tcase_add_test(t, a_link_that_goes_is_told_of_once);
    tcase_add_test(t, a_new_client_may_use_another_number_of_pairs);
    tcase_add_test(t, a_new_driver_finds_the_device_as_the_one_before_did);
    return t;
}
