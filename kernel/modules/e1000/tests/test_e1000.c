#include <stdlib.h>

#include "../registers.h"
#include "offloads.h"

struct model *m;
struct e1000 *e;
static uint8_t *dma;
static const uint8_t own_mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

static int start(void)
{
    int r = e1000_start(e, m->kind, &model_ops, m, &model_port_ops);
    if (r == 0)
        e1000_memory(e, dma, (uint64_t)(uintptr_t)dma);
    return r;
}

static int open_client(void)
{
    return e1000_open(e, client);
}

static int close_client(void)
{
    return e1000_close(e);
}

static int run(bool interrupted)
{
    return e1000_run(e, interrupted);
}

static uint64_t deadline(void)
{
    return e1000_deadline(e);
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

/* A length beyond the buffer. */
static void nonsense(unsigned kind)
{
    (void)kind;
    (void)model_arrive(m, &(struct arrival){.len = 60, .told = E1000_BUFFER + 1});
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
    memset(m->eeprom, 0, sizeof(m->eeprom));
}

static void mac_used(uint8_t mac[NIC_MAC_LEN])
{
    ck_assert_uint_eq(m->rah >> 16, RAH_AV >> 16);
    memcpy(mac, &m->ral, 4);
    memcpy(mac + 4, &m->rah, 2);
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
    .nonsense_kinds = 1,
    .never_reset = never_reset,
    .vanish = vanish,
    .forget_mac = forget_mac,
    .mac = mac_used,
    .offloads = OFFLOADS_8254X,
    .patience = 300,
};

static void setup(void)
{
    m = calloc(1, sizeof(*m));
    e = calloc(1, sizeof(*e));
    card_set(&table, &e->port, &m->nic);
    dma = aligned_alloc(4096, E1000_DMA_BYTES);
    reach_allow(&m->reach, dma, E1000_DMA_BYTES);
    client_make(&m->reach);
    model_eeprom(m, own_mac);
    m->link = true;
    m->ctrl = CTRL_SLU;
    m->nic.now_ns = 1000;
}

static void setup_82574(void)
{
    setup();
    m->kind = E1000_82574;
    card.offloads = OFFLOADS_82574;
}

static void teardown(void)
{
    free(dma);
    client_free();
    free(e);
    free(m);
}

/* ---- start ---- */

START_TEST(start_stops_a_card_that_was_at_work_and_reads_its_address)
{
    m->rctl = RCTL_EN;
    m->tctl = TCTL_EN;
    m->ims = CAUSE_RXT0;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(e->port.own_mac, nonos_nic_mac_word(own_mac));
    ck_assert_uint_eq(m->rctl | m->tctl | m->ims, 0);
    ck_assert_uint_eq(m->nic.resets, 1);
    ck_assert_int_eq(e1000_run(e, false), 0);
}
END_TEST

START_TEST(a_card_that_is_at_work_after_its_reset_is_refused)
{
    m->works_after_reset = true;
    ck_assert_int_eq(start(), NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(a_card_that_does_not_give_up_the_bus_is_reset_all_the_same)
{
    m->disobeys = true;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(m->nic.resets, 1);
    ck_assert_uint_le(m->nic.pauses, 300);
}
END_TEST

START_TEST(an_eeprom_with_a_wrong_sum_is_not_believed)
{
    m->eeprom[63] ^= 1;
    m->no_register_mac = true;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(e->port.own_mac, 0);
}
END_TEST

START_TEST(an_address_of_a_group_is_none)
{
    static const uint8_t group[6] = {0x53, 0x54, 0, 0x12, 0x34, 0x56};
    model_eeprom(m, group);
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(e->port.own_mac, 0);
}
END_TEST

START_TEST(without_an_eeprom_the_register_has_the_address)
{
    m->eeprom_silent = true;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(e->port.own_mac, nonos_nic_mac_word(own_mac));
}
END_TEST

START_TEST(a_frame_is_shown_to_the_card_once)
{
    card_open();
    unsigned before = m->tails[NIC_TX];
    card_send(3, 600, 0x5a);
    card_run();
    ck_assert_uint_eq(m->tails[NIC_TX], before + 1);
}
END_TEST

/* So many frames, each of whose buffers comes back at once, arrive one by one. */
static void frames_arrive(unsigned n)
{
    struct nonos_nic_buffer b;
    for (unsigned i = 0; i < n; i++) {
        ck_assert(receive(60, (uint8_t)i));
        card_run();
        ck_assert(client_take(NONOS_NIC_RX, &b));
        client_put(NONOS_NIC_RX_FREE, b.offset, BUFFER);
        card_run();
    }
}

/* As many as the network module gives. */
START_TEST(buffers_for_frames_are_shown_in_groups_while_the_card_has_enough)
{
    card_open();
    client_put_free(128);
    card_run();
    unsigned before = m->tails[NIC_RX];
    frames_arrive(160);
    ck_assert_uint_eq(m->tails[NIC_RX] - before, 10);
}
END_TEST

START_TEST(a_card_with_few_buffers_for_frames_is_shown_each_at_once)
{
    card_open();
    client_put_free(8);
    card_run();
    unsigned before = m->tails[NIC_RX];
    frames_arrive(160);
    ck_assert_uint_eq(m->tails[NIC_RX] - before, 160);
}
END_TEST

START_TEST(after_close_no_interrupt_is_asked_for)
{
    card_open();
    ck_assert_uint_ne(m->ims, 0);
    ck_assert_int_eq(e1000_close(e), 0);
    ck_assert_uint_eq(m->ims, 0);
}
END_TEST

START_TEST(interrupts_are_throttled)
{
    card_open();
    ck_assert_uint_ge(m->itr, 400);
    ck_assert_uint_eq(m->eitr, m->kind == E1000_82574 ? m->itr : 0);
}
END_TEST

/* ---- frames ---- */

START_TEST(frames_that_were_sent_interrupt_only_while_more_than_half_of_the_slots_are_used)
{
    card_open();
    card_send(0, 100, 1);
    ck_assert(!(m->ims & CAUSE_TXDW));
    for (unsigned i = 1; i < 150; i++)
        client_put(NONOS_NIC_TX, buffer(i), 100);
    card_run();
    ck_assert(m->ims & CAUSE_TXDW);
    ck_assert_uint_eq(model_send(m, 150), 150);
    ck_assert(model_interrupts(m));
    card_run();
    ck_assert(!(m->ims & CAUSE_TXDW));
}
END_TEST

START_TEST(a_ring_without_buffers_misses_frames_counts_them_and_goes_on)
{
    struct nonos_nic_buffer b;
    card_open();
    client_put_free(2);
    card_run();
    ck_assert(model_receive(m, 60, 1));
    ck_assert(model_receive(m, 60, 2));
    ck_assert(!model_receive(m, 60, 3));
    ck_assert(!model_receive(m, 60, 4));
    card_run();
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_RX_MISSED], 2);
    ck_assert(client_take(NONOS_NIC_RX, &b));
    client_put(NONOS_NIC_RX_FREE, b.offset, BUFFER);
    card_run();
    ck_assert(model_receive(m, 60, 5));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(client_memory[b.offset], 5);
}
END_TEST

/* ---- bad descriptors ---- */

START_TEST(a_damaged_frame_is_dropped_and_its_buffer_used_again)
{
    static const uint8_t errors[] = {0x01, 0x02, 0x04, 0x10, 0x80};
    struct nonos_nic_buffer b;
    card_open();
    client_put_free(1);
    card_run();
    for (unsigned i = 0; i < 5; i++) {
        ck_assert(model_arrive(m, &(struct arrival){.len = 60, .errors = errors[i]}));
        card_run();
        ck_assert(!client_take(NONOS_NIC_RX, &b));
        ck_assert_uint_eq(e->port.counters[NONOS_NIC_RX_ERRORS], i + 1);
    }
    ck_assert(model_receive(m, 60, 7));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
}
END_TEST

START_TEST(a_frame_in_pieces_is_dropped_to_its_last_one)
{
    struct nonos_nic_buffer b;
    card_open();
    client_put_free(3);
    card_run();
    ck_assert(model_arrive(m, &(struct arrival){.len = 2048, .fill = 1, .more = true}));
    card_run();
    ck_assert(model_arrive(m, &(struct arrival){.len = 2048, .fill = 2, .more = true}));
    ck_assert(model_receive(m, 100, 3));
    card_run();
    ck_assert(!client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_RX_ERRORS], 3);
    ck_assert(model_receive(m, 100, 4));
    card_run();
    ck_assert(client_take(NONOS_NIC_RX, &b));
    ck_assert_uint_eq(client_memory[b.offset], 4);
}
END_TEST

START_TEST(frames_given_up_after_collisions_count_as_lost)
{
    card_open();
    m->late = true;
    card_send(0, 100, 1);
    (void)model_send(m, 1);
    card_run();
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_TX_LOST], 1);
    ck_assert_uint_eq(e->port.counters[NONOS_NIC_TX_FRAMES], 0);
}
END_TEST

static void both_kinds(TCase *t)
{
    nic_battery_add(t, &table);
    offloads_add(t);
    tcase_add_test(t, a_frame_is_shown_to_the_card_once);
    tcase_add_test(t, buffers_for_frames_are_shown_in_groups_while_the_card_has_enough);
    tcase_add_test(t, a_card_with_few_buffers_for_frames_is_shown_each_at_once);
    tcase_add_test(t, after_close_no_interrupt_is_asked_for);
    tcase_add_test(t, start_stops_a_card_that_was_at_work_and_reads_its_address);
    tcase_add_test(t, a_card_that_is_at_work_after_its_reset_is_refused);
    tcase_add_test(t, an_eeprom_with_a_wrong_sum_is_not_believed);
    tcase_add_test(t, an_address_of_a_group_is_none);
    tcase_add_test(t, without_an_eeprom_the_register_has_the_address);
    tcase_add_test(t, interrupts_are_throttled);
    tcase_add_test(t,
                   frames_that_were_sent_interrupt_only_while_more_than_half_of_the_slots_are_used);
    tcase_add_test(t, a_ring_without_buffers_misses_frames_counts_them_and_goes_on);
    tcase_add_test(t, a_damaged_frame_is_dropped_and_its_buffer_used_again);
    tcase_add_test(t, a_frame_in_pieces_is_dropped_to_its_last_one);
    tcase_add_test(t, frames_given_up_after_collisions_count_as_lost);
}

static Suite *e1000_suite(void)
{
    Suite *s = suite_create("e1000");
    TCase *t = tcase_create("8254x");
    tcase_add_checked_fixture(t, setup, teardown);
    both_kinds(t);
    suite_add_tcase(s, t);
    t = tcase_create("82574");
    tcase_add_checked_fixture(t, setup_82574, teardown);
    both_kinds(t);
    tcase_add_test(t, a_card_that_does_not_give_up_the_bus_is_reset_all_the_same);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(e1000_suite)
