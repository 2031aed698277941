#include "offloads.h"

#include "../registers.h"
#include "wire.h"

#define ALL_OFFLOADS 0x1fu

static const struct wire_kind kinds[] = {
    {false, WIRE_TCP}, {false, WIRE_UDP}, {true, WIRE_TCP}, {true, WIRE_UDP}};

static void open_with(uint32_t offloads)
{
    client->offloads = offloads;
    card_open();
}

/* The client sends a frame, or a train, whose checksum is left to the card. */
static void send_partial(uint32_t offset, uint32_t len, struct wire_kind kind, bool train)
{
    struct nonos_nic_buffer b = {
        .offset = offset,
        .len = len,
        .flags = NONOS_NIC_FRAME_PARTIAL,
        .checksum_start = (uint16_t)wire_transport_at(kind),
        .checksum_offset = wire_checksum_offset(kind.protocol),
    };
    wire_make(client_memory + offset, len, kind, len);
    if (train) {
        b.flags |= kind.ipv6 ? NONOS_NIC_FRAME_SEGMENTS_IPV6 : NONOS_NIC_FRAME_SEGMENTS_IPV4;
        b.header_len = (uint16_t)wire_payload_at(kind);
        b.segment_len = (uint16_t)(1514 - b.header_len);
    }
    client_put_said(b);
    card_run();
}

static const struct model_frame *wire(unsigned i)
{
    ck_assert(i < m->nic.nsent && m->nic.nsent - i <= MODEL_WIRE);
    return &m->wire[i % MODEL_WIRE];
}

static bool frame_right(const struct model_frame *f, struct wire_kind kind)
{
    return wire_ip_right(f->data, f->len, kind) && wire_transport_right(f->data, f->len, kind);
}

/* ---- checksums of frames to be sent ---- */

START_TEST(a_checksum_that_is_left_to_the_card_is_right_on_the_wire)
{
    static uint8_t expected[BUFFER];
    open_with(ALL_OFFLOADS);
    for (uint32_t len = 1400; len < 1404; len++) {
        send_partial(buffer(1), len, kinds[_i], false);
        ck_assert_uint_eq(model_send(m, 5), 1);
        wire_make(expected, len, kinds[_i], len);
        wire_finish(expected, len, kinds[_i]);
        const struct model_frame *f = wire(len - 1400);
        ck_assert(f->len == len && frame_right(f, kinds[_i]));
        ck_assert_mem_eq(f->data, expected, len);
        card_run();
    }
    ck_assert_uint_eq(m->ncontexts, 1); /* frames of one kind need it once */
}
END_TEST

START_TEST(a_frame_that_is_complete_is_not_touched_between_others)
{
    open_with(ALL_OFFLOADS);
    for (unsigned i = 0; i < 4; i++) {
        send_partial(buffer(1), 200, kinds[0], false);
        card_send(2, 100, 0xee);
        send_partial(buffer(3), 200, kinds[1], false);
    }
    ck_assert_uint_eq(model_send(m, 20), 12);
    for (unsigned i = 0; i < 12; i += 3) {
        ck_assert(frame_right(wire(i), kinds[0]));
        ck_assert(wire(i + 1)->len == 100 && wire(i + 1)->data[50] == 0xee);
        ck_assert(frame_right(wire(i + 2), kinds[1]));
    }
    ck_assert_uint_eq(m->ncontexts, 8);
}
END_TEST

START_TEST(after_a_reset_the_card_is_told_anew_of_checksums)
{
    struct nonos_nic_buffer b;
    open_with(ALL_OFFLOADS);
    send_partial(buffer(1), 200, kinds[0], false);
    *card.now_ns += 11 * SECOND;
    card_run();
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_TX_LOST], 1);
    ck_assert(client_take(NONOS_NIC_TX_DONE, &b) && b.offset == buffer(1));
    send_partial(buffer(2), 300, kinds[0], false);
    ck_assert_uint_eq(model_send(m, 5), 1);
    ck_assert(frame_right(wire(0), kinds[0]));
}
END_TEST

/* ---- trains ---- */

/* Judges the segments of a train of `len` bytes on the wire, from frame `first` on. */
static unsigned train_judge(unsigned first, uint32_t len, struct wire_kind kind)
{
    static uint8_t whole[NONOS_NIC_TRAIN_MAX];
    uint32_t header = wire_payload_at(kind), mss = 1514 - header;
    const uint32_t tcp = wire_transport_at(kind);
    unsigned n = 0;
    wire_make(whole, len, kind, len);
    for (uint32_t at = header; at < len; n++) {
        const struct model_frame *f = wire(first + n);
        uint32_t payload = len - at < mss ? len - at : mss;
        bool last = at + payload == len;
        ck_assert_uint_eq(f->len, header + payload);
        ck_assert(frame_right(f, kind));
        ck_assert_mem_eq(f->data + header, whole + at, payload);
        ck_assert_uint_eq(wire_get16(f->data + tcp + 4) << 16 | wire_get16(f->data + tcp + 6),
                          (uint32_t)(0xfffff000u + at - header));
        ck_assert_uint_eq(f->data[tcp + 13], last ? 0x10 | WIRE_PSH : 0x10);
        ck_assert(kind.ipv6 || wire_get16(f->data + WIRE_ETHERNET + 4) == n);
        at += payload;
    }
    return n;
}

static struct wire_kind tcp_over(int ipv6)
{
    return (struct wire_kind){ipv6, WIRE_TCP};
}

/* Whether the card under test cuts trains of this kind. */
static bool cuts(struct wire_kind kind)
{
    return !kind.ipv6 || m->kind == E1000_82574;
}

START_TEST(a_train_is_cut_into_segments_that_a_receiver_takes)
{
    static const uint32_t lens[] = {1515, 2962, 20000, 40000, NONOS_NIC_TRAIN_MAX};
    struct wire_kind kind = tcp_over(_i);
    struct nonos_nic_buffer b;
    open_with(ALL_OFFLOADS);
    for (unsigned i = 0; i < 5 && cuts(kind); i++) {
        /* Its header lies in two pages, or it begins at one, or in the last byte of one. */
        uint32_t at = DATA_AT + (uint32_t[]){4096 - 30, 0, 4095, 77, 4095}[i];
        unsigned first = m->nic.nsent;
        send_partial(at, lens[i], kind, true);
        ck_assert_uint_eq(model_send(m, 5), 1);
        ck_assert_uint_eq(train_judge(first, lens[i], kind), m->nic.nsent - first);
        card_run();
        ck_assert(client_take(NONOS_NIC_TX_DONE, &b) && b.offset == at);
        ck_assert_uint_eq(e->port.counters[NONOS_NIC_TX_FRAMES], i + 1);
    }
    ck_assert_uint_eq(m->ncontexts, cuts(kind) ? 5 : 0);
}
END_TEST

START_TEST(an_8254x_gets_no_trains_of_ipv6_whose_length_it_would_write_wrong)
{
    open_with(ALL_OFFLOADS);
    ck_assert_uint_eq(e->port.offloads, m->kind == E1000_8254X ? OFFLOADS_8254X : OFFLOADS_82574);
    send_partial(DATA_AT, 3000, kinds[2], true);
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_REFUSED], m->kind == E1000_8254X);
    ck_assert_uint_eq(model_send(m, 5), m->kind == E1000_82574);
}
END_TEST

START_TEST(a_card_that_is_known_to_cut_wrong_gets_no_trains)
{
    client->offloads = ALL_OFFLOADS;
    ck_assert_int_eq(card.start(), 0);
    e1000_cut_nothing(e);
    ck_assert_int_eq(card.open(), 0);
    ck_assert_uint_eq(e->port.offloads, NONOS_NIC_OFFLOAD_CHECKSUM | NONOS_NIC_OFFLOAD_VERIFIED);
    send_partial(DATA_AT, 3000, kinds[0], true);
    send_partial(DATA_AT + 4096, 200, kinds[0], false);
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_REFUSED], 1);
    ck_assert_uint_eq(model_send(m, 5), 1);
    ck_assert(frame_right(wire(0), kinds[0]));
}
END_TEST

START_TEST(checksums_are_right_again_after_a_train)
{
    open_with(ALL_OFFLOADS);
    send_partial(buffer(0), 200, kinds[1], false);
    send_partial(buffer(2), 5000, kinds[0], true);
    send_partial(buffer(8), 200, kinds[1], false);
    ck_assert_uint_eq(model_send(m, 5), 3);
    ck_assert(frame_right(wire(0), kinds[1]));
    ck_assert_uint_eq(train_judge(1, 5000, kinds[0]), 4);
    ck_assert(frame_right(wire(5), kinds[1]));
}
END_TEST

START_TEST(more_trains_than_the_ring_holds_are_sent_one_after_the_other)
{
    struct nonos_nic_buffer b;
    unsigned done = 0, first = 0;
    open_with(ALL_OFFLOADS);
    for (unsigned i = 0; i < 30; i++)
        send_partial(DATA_AT + i * 32768, 32000, kinds[0], true);
    while (done < 30) {
        /* What the ring has no room for stays with the client; the card is not shown a part of it. */
        ck_assert_uint_lt(e->rings[NIC_TX].put - e->rings[NIC_TX].done, E1000_SLOTS);
        ck_assert_uint_eq(model_send(m, 1), 1);
        first += train_judge(first, 32000, kinds[0]);
        card_run();
        ck_assert(client_take(NONOS_NIC_TX_DONE, &b));
        ck_assert_uint_eq(b.offset, DATA_AT + done++ * 32768);
        m->nic.nsent -= first; /* the model keeps no more than some */
        first = 0;
    }
    ck_assert_uint_eq(model_send(m, 1), 0);
    ck_assert_uint_eq(e->rings[NIC_TX].nbuffers, 0);
}
END_TEST

START_TEST(trains_on_their_way_come_back_from_a_card_that_falls_silent)
{
    struct nonos_nic_buffer b;
    open_with(ALL_OFFLOADS);
    for (unsigned i = 0; i < 3; i++)
        send_partial(DATA_AT + i * 65536, 30000, kinds[0], true);
    *card.now_ns += 11 * SECOND;
    card_run();
    for (unsigned i = 0; i < 3; i++)
        ck_assert(client_take(NONOS_NIC_TX_DONE, &b) && b.offset == DATA_AT + i * 65536);
    ck_assert(!client_take(NONOS_NIC_TX_DONE, &b));
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_TX_LOST], 3);
    send_partial(DATA_AT, 9000, kinds[0], true);
    ck_assert_uint_eq(model_send(m, 5), 1);
    ck_assert_uint_eq(train_judge(0, 9000, kinds[0]), 7);
}
END_TEST

/* ---- checksums of frames that arrive ---- */

static uint16_t flags_of_arrived(void)
{
    struct nonos_nic_buffer b;
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    client_put(NONOS_NIC_RX_FREE, b.offset, BUFFER);
    card_run();
    return b.flags;
}

START_TEST(a_checksum_that_the_card_found_right_is_said_to_be_and_no_other)
{
    uint8_t frame[300];
    open_with(ALL_OFFLOADS);
    client_put_free(2);
    card_run();
    wire_make(frame, sizeof(frame), kinds[_i], 5);
    wire_finish(frame, sizeof(frame), kinds[_i]);
    ck_assert(model_hear(m, frame, sizeof(frame)));
    ck_assert_uint_eq(flags_of_arrived(), NONOS_NIC_FRAME_VERIFIED);
    frame[200] ^= 1;
    ck_assert(model_hear(m, frame, sizeof(frame)));
    ck_assert_uint_eq(flags_of_arrived(), 0);
    frame[200] ^= 1;
    if (!kinds[_i].ipv6) {
        frame[WIRE_ETHERNET + 8]--;
        ck_assert(model_hear(m, frame, sizeof(frame)));
        ck_assert_uint_eq(flags_of_arrived(), 0);
        frame[WIRE_ETHERNET + 8]++;
        frame[WIRE_ETHERNET + 6] = 0x20; /* a fragment */
        ck_assert(model_hear(m, frame, sizeof(frame)));
        ck_assert_uint_eq(flags_of_arrived(), 0);
    }
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_RX_ERRORS], 0);
}
END_TEST

/* Status and errors of a descriptor, and whether they say that a checksum is right. */
static const struct {
    uint8_t status, errors;
    bool right;
} said[] = {
    {0x20, 0x00, true},  {0x60, 0x00, true},  {0x70, 0x00, true},  {0x00, 0x00, false},
    {0x04, 0x00, false}, {0x24, 0x00, false}, {0x64, 0x00, false}, {0x40, 0x00, false},
    {0x10, 0x00, false}, {0x20, 0x20, false}, {0x60, 0x20, false}, {0x60, 0x40, false},
    {0x20, 0x40, true}, /* what was not looked at was not found wrong, either */
};

START_TEST(only_what_the_card_looked_at_and_found_right_is_believed)
{
    open_with(_i ? ALL_OFFLOADS : ALL_OFFLOADS & ~NONOS_NIC_OFFLOAD_VERIFIED);
    ck_assert_uint_eq(!!m->rxcsum, _i);
    client_put_free(1);
    card_run();
    for (unsigned i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        const struct arrival a = {.len = 60, .status = said[i].status, .errors = said[i].errors};
        ck_assert(model_arrive(m, &a));
        ck_assert_uint_eq(flags_of_arrived(), said[i].right && _i ? NONOS_NIC_FRAME_VERIFIED : 0);
    }
}
END_TEST

void offloads_add(TCase *t)
{
    tcase_add_loop_test(t, a_checksum_that_is_left_to_the_card_is_right_on_the_wire, 0, 4);
    tcase_add_test(t, a_frame_that_is_complete_is_not_touched_between_others);
    tcase_add_test(t, after_a_reset_the_card_is_told_anew_of_checksums);
    tcase_add_loop_test(t, a_train_is_cut_into_segments_that_a_receiver_takes, 0, 2);
    tcase_add_test(t, an_8254x_gets_no_trains_of_ipv6_whose_length_it_would_write_wrong);
    tcase_add_test(t, a_card_that_is_known_to_cut_wrong_gets_no_trains);
    tcase_add_test(t, checksums_are_right_again_after_a_train);
    tcase_add_test(t, more_trains_than_the_ring_holds_are_sent_one_after_the_other);
    tcase_add_test(t, trains_on_their_way_come_back_from_a_card_that_falls_silent);
    tcase_add_loop_test(t, a_checksum_that_the_card_found_right_is_said_to_be_and_no_other, 0, 4);
    tcase_add_loop_test(t, only_what_the_card_looked_at_and_found_right_is_believed, 0, 2);
}
