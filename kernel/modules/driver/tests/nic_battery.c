#include "nic_battery.h"

struct nic_battery card;

void card_set(const struct nic_battery *table, struct nic_port *port, struct nic_model *model)
{
    card = *table;
    card.port = port;
    card.model = model;
    card.now_ns = &model->now_ns;
    card.resets = &model->resets;
    card.pauses = &model->pauses;
}

void card_open(void)
{
    ck_assert_int_eq(card.start(), 0);
    ck_assert_int_eq(card.open(), 0);
}

void card_run(void)
{
    int r = card.run(card.interrupts());
    while (r == 1)
        r = card.run(false);
    ck_assert_int_eq(r, 0);
}

void card_send(unsigned i, uint32_t len, uint8_t fill)
{
    client_put_frame(i, len, fill);
    card_run();
}

static uint64_t counter(enum nonos_nic_counter which)
{
    return card.port->counters[which];
}

/* ---- start ---- */

START_TEST(a_card_that_does_not_reset_is_given_up_in_time)
{
    card.never_reset();
    ck_assert_int_eq(card.start(), NONOS_E_NO_DEVICE);
    ck_assert_uint_le(*card.pauses, card.patience);
}
END_TEST

START_TEST(a_card_that_is_not_there_is_found_out)
{
    card.vanish();
    ck_assert_int_eq(card.start(), NONOS_E_NO_DEVICE);
    ck_assert_uint_eq(*card.pauses, 0);
}
END_TEST

START_TEST(the_station_address_that_the_client_wants_is_set)
{
    static const uint8_t mac[NIC_MAC_LEN] = {2, 1, 2, 3, 4, 5};
    uint8_t set[NIC_MAC_LEN];
    client->mac = nonos_nic_mac_word(mac);
    card_open();
    card.mac(set);
    ck_assert_mem_eq(set, mac, NIC_MAC_LEN);
    ck_assert_uint_eq(card.port->mac, client->mac);
}
END_TEST

START_TEST(a_card_without_an_address_needs_one_from_the_client)
{
    card.forget_mac();
    ck_assert_int_eq(card.start(), 0);
    ck_assert_int_eq(card.open(), NONOS_E_UNSUPPORTED);
    ck_assert_ptr_null(card.port->client);
    client->mac = 0x020202020202;
    ck_assert_int_eq(card.open(), 0);
    ck_assert_uint_eq(card.port->mac, client->mac);
}
END_TEST

/* ---- frames ---- */

START_TEST(a_frame_is_sent_as_it_lies_in_the_clients_memory)
{
    struct nonos_nic_buffer b;
    card_open();
    card_send(3, 600, 0x5a);
    ck_assert_uint_eq(card.send(10), 1);
    ck_assert_uint_eq(card.model->sent_len[0], 600);
    ck_assert_uint_eq(card.model->sent[0][0], 0x5a);
    ck_assert_uint_eq(card.model->sent[0][59], 0x5a);
    card_run();
    ck_assert(!card.interrupts());
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
    ck_assert_uint_eq(b.offset, buffer(3));
    ck_assert(!client_take(NONOS_NIC_TX_DONE, &b));
    ck_assert_uint_eq(counter(NONOS_NIC_TX_FRAMES), 1);
}
END_TEST

START_TEST(a_frame_arrives_in_a_buffer_of_the_client)
{
    struct nonos_nic_buffer b;
    card_open();
    client_put_free(8);
    card_run();
    card.model->signalled = 0;
    ck_assert(nonos_ring_may_wait(&client_rings[NONOS_NIC_RX]));
    ck_assert(card.receive(60, 0xa5));
    card_run();
    ck_assert_uint_eq(card.model->signalled, 1);
    ck_assert(!card.interrupts());
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.offset, buffer(0));
    ck_assert_uint_eq(b.len, 60);
    ck_assert_uint_eq(client_memory[b.offset + b.head], 0xa5);
    ck_assert_uint_eq(client_memory[b.offset + b.head + 59], 0xa5);
    ck_assert_uint_eq(client_memory[b.offset + b.head + 60], 0);
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(counter(NONOS_NIC_RX_FRAMES), 1);
}
END_TEST

START_TEST(a_client_that_does_not_wait_is_not_signalled)
{
    card_open();
    client_put_free(2);
    card_run();
    ck_assert(nonos_ring_may_wait(&client_rings[NONOS_NIC_RX]));
    card.model->signalled = 0;
    for (unsigned i = 0; i < 2; i++) {
        ck_assert(card.receive(60, 1));
        card_run();
    }
    ck_assert_uint_eq(card.model->signalled, 1);
}
END_TEST

START_TEST(a_client_that_waits_for_frames_is_not_signalled_for_sent_ones)
{
    struct nonos_nic_buffer b;
    card_open();
    for (unsigned i = 0; i < 4; i++) {
        card_send(i, 600, 0x5a);
        card_run();
        ck_assert_uint_eq(card.send(10), 1);
        /* The first of all is told: so the rings begin. Then nobody has asked for sent frames, until the last one. */
        ck_assert(nonos_ring_may_wait(&client_rings[i < 3 ? NONOS_NIC_RX : NONOS_NIC_TX_DONE]));
        card.model->signalled = 0;
        card_run();
        if (i > 0)
            ck_assert_uint_eq(card.model->signalled, i == 3);
        ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
    }
}
END_TEST

/* One each way, of every length, so that the rings' ends are met with all of them. */
static void send_and_receive(unsigned i)
{
    struct nonos_nic_buffer b;
    uint8_t whole[BUFFER];
    uint32_t len = 60 + i * 7 % 1455;
    card_run();
    ck_assert(card.receive(len, (uint8_t)i));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.len, len);
    memset(whole, (uint8_t)i, len);
    ck_assert_mem_eq(client_memory + b.offset + b.head, whole, len);
    client_put(NONOS_NIC_RX_FREE, b.offset, BUFFER);
    card.model->nsent = 0;
    card_send(100 + i % 3, len, (uint8_t)~i);
    ck_assert_uint_eq(card.send(2), 1);
    ck_assert_uint_eq(card.model->sent_len[0], len);
    ck_assert_uint_eq(card.model->sent[0][0], (uint8_t)~i);
    card_run();
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
}

START_TEST(a_thousand_frames_of_all_lengths_go_around_both_rings)
{
    card_open();
    client_put_free(50);
    for (unsigned i = 0; i < 1000; i++)
        send_and_receive(i);
    ck_assert_uint_eq(counter(NONOS_NIC_RX_FRAMES), 1000);
    ck_assert_uint_eq(counter(NONOS_NIC_TX_FRAMES), 1000);
    ck_assert_uint_eq(counter(NONOS_NIC_RESETS), 0);
}
END_TEST

START_TEST(more_frames_than_slots_are_sent_one_after_the_other)
{
    struct nonos_nic_buffer b;
    unsigned back = 0;
    card_open();
    for (unsigned i = 0; i < 250; i++)
        client_put_frame(i, 100, (uint8_t)i);
    for (unsigned i = 0; i < 100; i++) {
        card_run();
        (void)card.send(50);
        while (client_take(NONOS_NIC_TX_DONE, &b))
            ck_assert_uint_eq(b.offset, buffer(back++));
    }
    ck_assert_uint_eq(back, 250);
    ck_assert_uint_eq(card.model->nsent, 250);
    for (unsigned i = 0; i < 250; i++)
        ck_assert_uint_eq(card.model->sent[i][0], i);
}
END_TEST

START_TEST(a_frame_shorter_than_its_header_is_dropped_and_its_buffer_used_again)
{
    struct nonos_nic_buffer b;
    card_open();
    client_put_free(1);
    card_run();
    ck_assert(card.receive(13, 1));
    card_run();
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(counter(NONOS_NIC_RX_SHORT), 1);
    ck_assert(card.receive(14, 2));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(client_memory[b.offset + b.head], 2);
}
END_TEST

/* ---- a hostile client ---- */

START_TEST(buffers_that_are_none_are_refused_and_counted)
{
    struct nonos_nic_buffer b;
    unsigned refused = 0;
    card_open();
    client_put_none();
    client_put(NONOS_NIC_RX_FREE, DATA_AT,
               card.port->rx_min > NONOS_NIC_HEADER_LEN + NIC_MTU_USUAL
                   ? card.port->rx_min - 1
                   : NONOS_NIC_HEADER_LEN + NIC_MTU_USUAL - 1);
    client_put(NONOS_NIC_RX_FREE, DATA_AT + NIC_PAGE / 2 + 1, NIC_PAGE / 2); /* in two pages */
    client_put(NONOS_NIC_RX_FREE, CLIENT_BYTES, BUFFER);
    card_run();
    if (card.receive(60, 0))
        card_run();
    ck_assert_uint_eq(counter(NONOS_NIC_REFUSED), 9);
    ck_assert_uint_eq(counter(NONOS_NIC_RX_FRAMES), 0);
    ck_assert_uint_eq(card.send(10), 0);
    ck_assert(client_got_none());
    for (; client_take(NONOS_NIC_RX, &b); refused++)
        ck_assert_uint_eq(b.len, 0);
    ck_assert_uint_eq(refused, 3);
}
END_TEST

START_TEST(a_client_that_takes_nothing_back_stops_only_itself)
{
    card_open();
    for (unsigned i = 0; i < 350; i++) {
        client_put_frame(i, 100, 1);
        card_run();
        (void)card.send(300);
    }
    /* There is no room to give more back than the ring holds. */
    ck_assert_uint_eq(card.model->nsent, ENTRIES);
}
END_TEST

START_TEST(a_tail_that_makes_no_sense_is_none_of_the_drivers_business)
{
    card_open();
    client_rings[NONOS_NIC_TX].ring->tail = 0x80000000u;
    client_rings[NONOS_NIC_RX_FREE].ring->tail = 5000;
    card_run();
    ck_assert_uint_eq(card.send(10), 0);
}
END_TEST

/* What a client may say is what its card can do. */
static void said_spoil(struct nonos_nic_buffer *b, int how)
{
    static const struct nonos_nic_buffer partial = {.offset = DATA_AT,
                                                    .len = 100,
                                                    .flags = NONOS_NIC_FRAME_PARTIAL,
                                                    .checksum_start = 34,
                                                    .checksum_offset = 65};
    switch (how) {
    case 0:
        b->segment_len = 0;
        break;
    case 1:
        b->segment_len = 1449; /* with its header more than the MTU */
        break;
    case 2:
        b->header_len = 53;
        break;
    case 3:
        b->header_len = 95;
        break;
    case 4:
        b->checksum_offset = 15; /* not that of TCP */
        break;
    case 5:
        b->checksum_start = 33; /* within the header of IPv4 */
        break;
    case 6:
        b->flags &= (uint16_t)~NONOS_NIC_FRAME_PARTIAL;
        break;
    case 7:
        b->flags |= NONOS_NIC_FRAME_SEGMENTS_IPV6;
        break;
    case 8:
        b->flags |= 0x8000;
        break;
    case 9:
        b->len = 65536;
        break;
    case 10:
        b->offset = CLIENT_BYTES - 19999;
        break;
    case 11:
        b->checksum_offset = 0xffff;
        break;
    case 12:
        b->len = 66; /* nothing behind the header */
        break;
    case 13:
        *b = partial; /* the field ends beyond the frame */
        break;
    case 14:
        *b = partial; /* or where no card reaches it */
        b->len = 600;
        b->checksum_start = 239;
        b->checksum_offset = 16;
        break;
    case 15:
        *b = partial;
        b->checksum_start = 13;
        b->checksum_offset = 6;
        break;
    case 16:
        b->flags ^= NONOS_NIC_FRAME_SEGMENTS; /* within the header of IPv6 */
        break;
    }
}

#define SPOILT 17

static void refuses(struct nonos_nic_buffer b)
{
    struct nonos_nic_buffer back;
    client_put_said(b);
    card_run();
    ck_assert_uint_eq(counter(NONOS_NIC_REFUSED), 1);
    ck_assert_uint_eq(card.send(1), 0);
    ck_assert(client_take(NONOS_NIC_TX_DONE, &back) && back.offset == b.offset);
}

START_TEST(what_no_card_can_do_to_a_frame_is_refused)
{
    struct nonos_nic_buffer b = client_train(DATA_AT, 20000);
    client->offloads = card.offloads;
    card_open();
    ck_assert_uint_eq(card.port->offloads, card.offloads);
    said_spoil(&b, _i);
    refuses(b);
}
END_TEST

/* Of the offloads it is what both sides have that may be asked for. */
START_TEST(what_a_client_did_not_say_that_it_can_use_is_refused)
{
    static const uint32_t wanted[] = {0, NONOS_NIC_OFFLOAD_CHECKSUM, NONOS_NIC_OFFLOAD_SEGMENT_IPV4,
                                      NONOS_NIC_OFFLOAD_CHECKSUM | NONOS_NIC_OFFLOAD_SEGMENT_IPV6};
    client->offloads = wanted[_i];
    card_open();
    ck_assert_uint_eq(card.port->offloads & ~wanted[_i], 0);
    refuses(client_train(DATA_AT, 20000));
}
END_TEST

/* ---- the link ---- */

START_TEST(changes_of_the_link_reach_the_client)
{
    card_open();
    uint64_t before = counter(NONOS_NIC_LINK_CHANGES);
    ck_assert_uint_eq(client->status->link, 1);
    card.model->signalled = 0;
    card.link(false);
    ck_assert_uint_eq(client->status->link, 0);
    ck_assert_uint_eq(card.model->signalled, 1);
    card.link(true);
    ck_assert_uint_eq(client->status->link, 1);
    ck_assert_uint_eq(counter(NONOS_NIC_LINK_CHANGES), before + 2);
}
END_TEST

/* ---- failure ---- */

START_TEST(nonsense_resets_the_card_and_frames_go_on)
{
    struct nonos_nic_buffer b;
    unsigned arrived = 0;
    card_open();
    client_put_free(3); /* nonsense may begin with a good frame */
    card_send(5, 100, 1);
    unsigned before = *card.resets;
    card.nonsense((unsigned)_i);
    card_run();
    ck_assert_uint_eq(*card.resets, before + 1);
    ck_assert_uint_eq(counter(NONOS_NIC_NONSENSE), 1);
    ck_assert_uint_eq(counter(NONOS_NIC_RX_ERRORS), 0);
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b)); /* lost, and given back */
    ck_assert_uint_eq(counter(NONOS_NIC_TX_LOST), 1);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert(card.receive(60, 2));
        card_run();
    }
    while (client_take(NONOS_NIC_RX, &b))
        arrived += b.len == 60 && client_memory[b.offset + b.head] == 2;
    ck_assert_uint_eq(arrived, 2);
    card_send(6, 200, 9);
    ck_assert_uint_eq(card.send(5), 1);
    ck_assert_uint_eq(card.model->sent[card.model->nsent - 1][0], 9);
}
END_TEST

START_TEST(a_card_that_does_nothing_but_nonsense_is_given_up)
{
    int r = 0;
    card_open();
    client_put_free(1);
    for (unsigned i = 0; i < 10 && r >= 0; i++) {
        r = card.run(false);
        if (r >= 0)
            card.nonsense(0);
    }
    ck_assert_int_eq(r, NONOS_E_NO_DEVICE);
    ck_assert(card.port->dead);
    ck_assert_int_eq(card.open(), NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(a_card_that_sends_nothing_for_ten_seconds_is_reset)
{
    struct nonos_nic_buffer b;
    card_open();
    card_send(0, 100, 1);
    ck_assert_uint_eq(card.deadline(), *card.now_ns + SECOND);
    *card.now_ns += 9 * SECOND;
    card_run();
    ck_assert(!client_take(NONOS_NIC_TX_DONE, &b));
    *card.now_ns += 2 * SECOND;
    card_run();
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
    ck_assert_uint_eq(counter(NONOS_NIC_RESETS), 1);
    ck_assert_uint_eq(card.deadline(), NIC_NEVER);
}
END_TEST

START_TEST(a_card_that_does_not_stop_any_more_is_dead)
{
    card_open();
    card.never_reset();
    ck_assert_int_eq(card.close(), NONOS_E_NO_DEVICE);
    ck_assert(card.port->dead);
    ck_assert_int_eq(card.open(), NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(a_card_that_goes_is_noticed_at_its_interrupt)
{
    card_open();
    card.vanish();
    ck_assert_int_eq(card.run(true), NONOS_E_NO_DEVICE);
    ck_assert_int_eq(card.run(false), NONOS_E_NO_DEVICE);
    ck_assert_int_eq(card.close(), NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(a_card_that_goes_while_it_sends_is_noticed_within_a_second)
{
    card_open();
    card_send(0, 100, 1);
    card.vanish();
    *card.now_ns = card.deadline();
    ck_assert_int_eq(card.run(false), NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(after_close_the_card_reaches_nothing)
{
    card_open();
    client_put_free(4);
    card_send(5, 100, 1);
    ck_assert_int_eq(card.close(), 0);
    ck_assert(!card.receive(60, 1));
    ck_assert_uint_eq(card.send(1), 0);
    ck_assert(!card.interrupts());
    ck_assert_uint_eq(card.deadline(), NIC_NEVER);
}
END_TEST

START_TEST(a_new_client_gets_a_card_that_was_reset)
{
    struct nonos_nic_buffer b;
    card_open();
    client_put_free(1);
    card_run();
    unsigned before = *card.resets;
    client_renew();
    ck_assert_int_eq(card.open(), 0);
    ck_assert_uint_eq(*card.resets, before + 1);
    card_run();
    ck_assert(card.receive(60, 0) == card.holds_frames);
    card_run();
    ck_assert(!client_take(NONOS_NIC_RX, &b));
}
END_TEST

void nic_battery_add(TCase *t, const struct nic_battery *table)
{
    tcase_add_test(t, a_card_that_does_not_reset_is_given_up_in_time);
    tcase_add_test(t, the_station_address_that_the_client_wants_is_set);
    tcase_add_test(t, a_card_without_an_address_needs_one_from_the_client);
    tcase_add_test(t, a_frame_is_sent_as_it_lies_in_the_clients_memory);
    tcase_add_test(t, a_frame_arrives_in_a_buffer_of_the_client);
    tcase_add_test(t, a_client_that_does_not_wait_is_not_signalled);
    tcase_add_test(t, a_client_that_waits_for_frames_is_not_signalled_for_sent_ones);
    tcase_add_test(t, a_thousand_frames_of_all_lengths_go_around_both_rings);
    tcase_add_test(t, more_frames_than_slots_are_sent_one_after_the_other);
    tcase_add_test(t, a_frame_shorter_than_its_header_is_dropped_and_its_buffer_used_again);
    tcase_add_test(t, buffers_that_are_none_are_refused_and_counted);
    tcase_add_test(t, a_client_that_takes_nothing_back_stops_only_itself);
    tcase_add_test(t, a_tail_that_makes_no_sense_is_none_of_the_drivers_business);
    tcase_add_test(t, changes_of_the_link_reach_the_client);
    tcase_add_loop_test(t, nonsense_resets_the_card_and_frames_go_on, 0,
                        (int)table->nonsense_kinds);
    tcase_add_test(t, a_card_that_does_nothing_but_nonsense_is_given_up);
    tcase_add_test(t, a_card_that_sends_nothing_for_ten_seconds_is_reset);
    tcase_add_test(t, a_card_that_does_not_stop_any_more_is_dead);
    tcase_add_test(t, after_close_the_card_reaches_nothing);
    tcase_add_test(t, a_new_client_gets_a_card_that_was_reset);
    if (table->offloads) {
        tcase_add_loop_test(t, what_no_card_can_do_to_a_frame_is_refused, 0, SPOILT);
        tcase_add_loop_test(t, what_a_client_did_not_say_that_it_can_use_is_refused, 0, 4);
    }
    if (table->vanish == NULL)
        return;
    tcase_add_test(t, a_card_that_is_not_there_is_found_out);
    tcase_add_test(t, a_card_that_goes_is_noticed_at_its_interrupt);
    tcase_add_test(t, a_card_that_goes_while_it_sends_is_noticed_within_a_second);
}
