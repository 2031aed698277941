#include <stdlib.h>

#include "../../driver/tests/nic_battery.h"
#include "../registers.h"
#include "model.h"

static struct model *m;
static struct rtl8139 *r;
static const uint8_t own_mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

static int start(void)
{
    int result = rtl8139_start(r, &model_ops, m, &model_port_ops);
    return result != 0 ? result : rtl8139_memory(r, m->base, MODEL_ADDRESS);
}

static int open_client(void)
{
    return rtl8139_open(r, client);
}

static int close_client(void)
{
    return rtl8139_close(r);
}

static int run(bool interrupted)
{
    return rtl8139_run(r, interrupted);
}

static uint64_t deadline(void)
{
    return rtl8139_deadline(r);
}

static unsigned send_frames(unsigned most)
{
    return model_send(m, most);
}

static bool receive(uint32_t len, uint8_t fill)
{
    return model_receive(m, len, fill);
}

static bool interrupts(void)
{
    return model_interrupts(m);
}

static void change_link(bool up)
{
    model_link(m, up);
    ck_assert(model_interrupts(m));
    card_run();
}

/* Headers that cannot be. */
static const uint32_t bad_headers[] = {
    64u << 16,                  /* not received well */
    HEADER_ROK | 3u << 16,      /* shorter than a check sequence */
    HEADER_ROK | (4097u << 16), /* longer than the card accepts */
    HEADER_ROK | (0xffefu << 16),
};

static void nonsense(unsigned kind)
{
    (void)model_arrive(m, bad_headers[kind], 60, 1);
}

static void never_reset(void)
{
    m->never_resets = true;
}

static void vanish(void)
{
    m->gone = true;
}

static void forget_mac(void)
{
    memset(m->rom_mac, 0xff, sizeof(m->rom_mac));
}

static void mac_used(uint8_t mac[NIC_MAC_LEN])
{
    memcpy(mac, m->idr, NIC_MAC_LEN);
}

static const struct nic_battery table = {
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
    .nonsense_kinds = sizeof(bad_headers) / sizeof(bad_headers[0]),
    .never_reset = never_reset,
    .vanish = vanish,
    .forget_mac = forget_mac,
    .mac = mac_used,
    .patience = 100,
    .holds_frames = true,
};

static void setup(void)
{
    m = calloc(1, sizeof(*m));
    r = calloc(1, sizeof(*r));
    card_set(&table, &r->port, &m->nic);
    m->base = aligned_alloc(4096, RTL8139_DMA_BYTES);
    reach_allow(&m->reach, m->base, RTL8139_DMA_BYTES);
    client_make(&(struct reach){.nranges = 0}); /* the card must not reach it */
    client->pages = NULL;
    memcpy(m->rom_mac, own_mac, 6);
    m->idr[0] = 0x0a; /* of an earlier driver */
    m->link = true;
    m->cr = CR_BUFE;
    m->nic.now_ns = 1000;
}

static void teardown(void)
{
    free(m->base);
    client_free();
    free(r);
    free(m);
}

/* ---- start ---- */

START_TEST(start_stops_a_card_that_was_at_work_and_loads_its_own_address)
{
    m->cr = CR_TE | CR_RE;
    m->imr = INT_ROK;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(r->port.own_mac, nonos_nic_mac_word(own_mac));
    ck_assert_uint_eq(m->cr & (CR_TE | CR_RE), 0);
    ck_assert_uint_eq(m->imr, 0);
    ck_assert_uint_eq(m->loads, 1);
    ck_assert_int_eq(rtl8139_run(r, false), 0);
}
END_TEST

START_TEST(a_card_that_does_not_load_keeps_what_it_has)
{
    m->never_loads = true;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(r->port.own_mac, 0x0a);
    ck_assert_uint_le(m->nic.pauses, 50);
    ck_assert_uint_eq(m->cfg9346, EEM_NORMAL);
}
END_TEST

START_TEST(memory_beyond_32_bits_is_refused)
{
    ck_assert_int_eq(start(), 0);
    ck_assert_int_eq(rtl8139_memory(r, m->base, 0xffff0000u), NONOS_E_UNSUPPORTED);
    ck_assert_int_eq(rtl8139_memory(r, m->base, 1ull << 32), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(registers_are_locked_again_and_the_link_is_negotiated)
{
    client->mac = 0x020202020202;
    card_open();
    ck_assert_uint_eq(m->cfg9346 & EEM_MASK, EEM_NORMAL);
    ck_assert(m->bmcr & BMCR_ANE);
}
END_TEST

START_TEST(after_close_no_interrupt_is_asked_for)
{
    card_open();
    ck_assert_uint_ne(m->imr, 0);
    ck_assert_int_eq(rtl8139_close(r), 0);
    ck_assert_uint_eq(m->imr, 0);
}
END_TEST

/* ---- frames ---- */

START_TEST(a_short_frame_is_filled_up_with_zeros)
{
    card_open();
    card_send(0, 600, 0xee);
    (void)model_send(m, 1);
    card_run();
    for (unsigned i = 1; i < 5; i++) /* the fifth lies in the first one's slot */
        card_send(i, 20, 0x11);
    (void)model_send(m, 4);
    ck_assert_uint_eq(m->nic.sent_len[4], 60);
    ck_assert_uint_eq(m->nic.sent[4][19], 0x11);
    for (unsigned i = 20; i < 60; i++)
        ck_assert_uint_eq(m->nic.sent[4][i], 0);
}
END_TEST

START_TEST(the_card_tells_of_sent_frames_only_when_a_slot_is_waited_for)
{
    card_open();
    for (unsigned i = 0; i < 3; i++)
        card_send(i, 100, (uint8_t)i);
    ck_assert_uint_eq(model_send(m, 3), 3);
    ck_assert(!model_interrupts(m));
    card_run();
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_TX_FRAMES], 3);
    for (unsigned i = 0; i < 5; i++)
        card_send(3 + i, 100, (uint8_t)i);
    ck_assert_uint_eq(m->imr & INT_TOK, INT_TOK);
    ck_assert_uint_eq(model_send(m, 1), 1);
    ck_assert(model_interrupts(m));
    card_run();
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_TX_FRAMES], 4);
    ck_assert_uint_eq(model_send(m, 5), 4); /* the fifth among them */
    card_run();
    ck_assert_uint_eq(m->imr & INT_TOK, 0);
}
END_TEST

/* A card that sends at once, as QEMU's does. */
START_TEST(frames_that_are_sent_at_once_need_no_interrupt)
{
    struct nonos_nic_buffer b;
    unsigned done = 0;
    card_open();
    m->sends_at_once = true;
    for (unsigned i = 0; i < 40; i++)
        client_put_frame(i, 100, (uint8_t)i);
    card_run();
    ck_assert_uint_eq(m->nic.nsent, 40);
    ck_assert(!model_interrupts(m));
    while (client_take(NONOS_NIC_TX_DONE, &b))
        done++;
    ck_assert_uint_eq(done, 40);
    ck_assert_uint_le(m->status_reads, 40 / RTL8139_TX_SLOTS * 2);
}
END_TEST

START_TEST(frames_wait_in_the_ring_for_buffers)
{
    struct nonos_nic_buffer b;
    card_open();
    card_run();
    for (unsigned i = 0; i < 3; i++) {
        ck_assert(model_receive(m, 60, (uint8_t)i));
        card_run();
    }
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    client_put_free(3);
    card_run();
    for (unsigned i = 0; i < 3; i++) {
        ck_assert(client_take(NONOS_NIC_RX, &b));
        ck_assert_uint_eq(client_memory[b.offset], i);
    }
}
END_TEST

START_TEST(a_ring_that_overflows_counts_what_was_missed_and_goes_on)
{
    struct nonos_nic_buffer b;
    unsigned arrived = 0, taken = 0;
    card_open();
    while (model_receive(m, 1500, 1))
        arrived++;
    ck_assert(!model_receive(m, 1500, 1));
    client_put_free(100);
    card_run();
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_RX_MISSED], 2);
    ck_assert(!model_interrupts(m));
    while (client_take(NONOS_NIC_RX, &b))
        taken++;
    ck_assert_uint_eq(taken, arrived);
    ck_assert(model_receive(m, 1500, 2));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(client_memory[b.offset], 2);
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_RESETS], 0);
}
END_TEST

START_TEST(frames_that_nobody_can_use_are_passed_over)
{
    struct nonos_nic_buffer b;
    card_open();
    client_put_free(3);
    ck_assert(model_receive(m, 13, 1));
    ck_assert(model_receive(m, 1515, 2));
    ck_assert(model_receive(m, 14, 3));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.len, 14);
    ck_assert_uint_eq(client_memory[b.offset], 3);
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_RX_SHORT], 1);
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_RX_ERRORS], 1);
}
END_TEST

START_TEST(a_frame_that_is_still_being_written_is_waited_for)
{
    struct nonos_nic_buffer b;
    uint32_t whole = HEADER_ROK | (60 + CRC_LEN) << 16;
    card_open();
    client_put_free(1);
    ck_assert(model_arrive(m, HEADER_ROK | LEN_WRITING << 16, 60, 9));
    card_run();
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    memcpy(m->base, &whole, 4);
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(b.len, 60);
}
END_TEST

/* ---- failure ---- */

START_TEST(an_aborted_frame_counts_as_lost_and_sending_goes_on)
{
    card_open();
    m->aborts = true;
    card_send(0, 100, 1);
    (void)model_send(m, 1);
    card_run();
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_TX_LOST], 1);
    ck_assert(m->tcr & TCR_CLRABT);
    m->aborts = false;
    m->underruns = true;
    card_send(1, 100, 2);
    ck_assert_uint_eq(model_send(m, 1), 1);
    card_run();
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_TX_FRAMES], 1);
}
END_TEST

START_TEST(an_error_of_the_bus_resets_the_card)
{
    card_open();
    m->isr |= INT_SERR;
    card_run();
    ck_assert_uint_eq(r->port.counters[NONOS_NIC_RESETS], 1);
    ck_assert(m->cr & CR_RE);
}
END_TEST

static Suite *rtl8139_suite(void)
{
    Suite *s = suite_create("rtl8139");
    TCase *t = tcase_create("driver");
    tcase_add_checked_fixture(t, setup, teardown);
    nic_battery_add(t, &table);
    tcase_add_test(t, start_stops_a_card_that_was_at_work_and_loads_its_own_address);
    tcase_add_test(t, a_card_that_does_not_load_keeps_what_it_has);
    tcase_add_test(t, memory_beyond_32_bits_is_refused);
    tcase_add_test(t, registers_are_locked_again_and_the_link_is_negotiated);
    tcase_add_test(t, after_close_no_interrupt_is_asked_for);
    tcase_add_test(t, a_short_frame_is_filled_up_with_zeros);
    tcase_add_test(t, the_card_tells_of_sent_frames_only_when_a_slot_is_waited_for);
    tcase_add_test(t, frames_that_are_sent_at_once_need_no_interrupt);
    tcase_add_test(t, frames_wait_in_the_ring_for_buffers);
    tcase_add_test(t, a_ring_that_overflows_counts_what_was_missed_and_goes_on);
    tcase_add_test(t, frames_that_nobody_can_use_are_passed_over);
    tcase_add_test(t, a_frame_that_is_still_being_written_is_waited_for);
    tcase_add_test(t, an_aborted_frame_counts_as_lost_and_sending_goes_on);
    tcase_add_test(t, an_error_of_the_bus_resets_the_card);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(rtl8139_suite)
