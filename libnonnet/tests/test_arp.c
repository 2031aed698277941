/*
 * ARP by the sections of RFC 826 and RFC 5227, and the neighbour table under floods.
 */
#include "host.h"

#define EVERYBODY "\xff\xff\xff\xff\xff\xff"
#define NOBODY    "\0\0\0\0\0\0"

static const uint8_t own[4] = {192, 0, 2, 1};
static const uint8_t peer[4] = {192, 0, 2, 2};
static const uint8_t zero[4];

static void send_to(struct host *h, struct nonnet_udp_handle socket, uint8_t last)
{
    struct nonnet_udp_message m = {.peer = {nonnet_address_ipv4(192, 0, 2, last), 9}};
    ck_assert_int_eq(nonnet_udp_send(h->stack, socket, &m, (const uint8_t *)"x", 1, h->now),
                     NONNET_OK);
}

static bool is_arp(const struct frame *f, uint16_t operation)
{
    return frame_get16(f, 12) == 0x0806 && frame_get16(f, 20) == operation;
}

START_TEST(rfc826_a_request_for_our_address_is_answered)
{
    struct host h;
    host_ipv4(&h);
    struct frame f = frame_arp(EVERYBODY, PEER_MAC, 1, peer, NOBODY, own);
    host_input(&h, &f);
    ck_assert(host_output(&h, &f));
    struct frame want = frame_arp(PEER_MAC, HOST_MAC, 2, own, PEER_MAC, peer);
    ck_assert_uint_eq(f.len, want.len);
    ck_assert_mem_eq(f.bytes, want.bytes, want.len);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc826_a_request_for_another_address_is_not_answered)
{
    struct host h;
    host_ipv4(&h);
    struct frame f =
        frame_arp(EVERYBODY, PEER_MAC, 1, peer, NOBODY, (const uint8_t[]){192, 0, 2, 7});
    host_input(&h, &f);
    ck_assert(host_is_silent(&h));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ARP_IGNORED), 1);
    host_end(&h);
}
END_TEST

START_TEST(a_packet_waits_for_the_answer_and_is_sent_to_its_station)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    send_to(&h, socket, 2);
    ck_assert(host_output(&h, &f));
    struct frame want = frame_arp(EVERYBODY, HOST_MAC, 1, own, NOBODY, peer);
    ck_assert_mem_eq(f.bytes, want.bytes, want.len);
    ck_assert(host_is_silent(&h));
    host_answer_arp(&h, peer, PEER_MAC);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    ck_assert_uint_eq(frame_get16(&f, 12), 0x0800);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(three_requests_a_second_apart_and_then_the_packet_is_dropped)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    send_to(&h, socket, 2);
    for (int i = 0; i < 3; i++) {
        ck_assert(host_output(&h, &f));
        ck_assert(is_arp(&f, 1));
        ck_assert(host_is_silent(&h));
        host_wait(&h, S);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NEIGHBOUR_FAILED), 1);
    ck_assert(host_is_silent(&h));
    host_answer_arp(&h, peer, PEER_MAC);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(nothing_that_is_received_makes_an_entry)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    f = frame_arp(EVERYBODY, PEER_MAC, 1, peer, NOBODY, own);
    host_input(&h, &f);
    f = frame_arp(EVERYBODY, PEER_MAC, 1, peer, NOBODY, peer); /* an announcement */
    host_input(&h, &f);
    host_answer_arp(&h, peer, PEER_MAC);
    host_discard_output(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    send_to(&h, socket, 2);
    ck_assert(host_output(&h, &f));
    ck_assert(is_arp(&f, 1)); /* it has to ask: nothing was learnt */
    host_end(&h);
}
END_TEST

START_TEST(an_answer_that_nobody_asked_for_does_not_move_a_neighbour)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    send_to(&h, socket, 2);
    host_answer_arp(&h, peer, PEER_MAC);
    host_discard_output(&h);
    host_answer_arp(&h, peer, "\x02\0\0\0\0\x66");
    send_to(&h, socket, 2);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    /*
     * The old station is asked, and does not answer: then everybody is, and the new one is
     * believed.
     */
    host_wait(&h, 5 * S);
    ck_assert(host_output(&h, &f));
    ck_assert(is_arp(&f, 1));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    host_wait(&h, 4 * S);
    host_discard_output(&h);
    send_to(&h, socket, 2);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, EVERYBODY, 6);
    host_answer_arp(&h, peer, "\x02\0\0\0\0\x66");
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, "\x02\0\0\0\0\x66", 6);
    host_end(&h);
}
END_TEST

START_TEST(rfc1122_2_3_2_1_a_neighbour_in_use_is_confirmed_by_unicast)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    send_to(&h, socket, 2);
    host_answer_arp(&h, peer, PEER_MAC);
    host_discard_output(&h);
    host_wait(&h, 46 * S); /* at most one and a half of 30 s */
    ck_assert(host_is_silent(&h));
    send_to(&h, socket, 2);
    ck_assert(host_output(&h, &f)); /* sent at once all the same */
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    host_wait(&h, 5 * S);
    ck_assert(host_output(&h, &f));
    ck_assert(is_arp(&f, 1));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    host_answer_arp(&h, peer, PEER_MAC);
    host_wait(&h, 14 * S);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(a_scan_does_not_push_out_a_neighbour_that_answered)
{
    struct host h;
    struct frame f;
    host_configure(&h);
    h.config.nneighbours = 8;
    h.config.npackets = 512;
    host_start(&h, 0);
    host_use_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    send_to(&h, socket, 2);
    host_answer_arp(&h, peer, PEER_MAC);
    host_discard_output(&h);
    for (int i = 3; i < 200; i++) {
        send_to(&h, socket, (uint8_t)i);
        host_discard_output(&h);
    }
    send_to(&h, socket, 2);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    /* Half of the table was for those who did not answer. */
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NEIGHBOUR_FAILED), 197 - 4);
    host_end(&h);
}
END_TEST

START_TEST(control_packets_for_a_silent_neighbour_are_bounded)
{
    struct host h;
    host_ipv4(&h);
    for (int i = 0; i < 100; i++) {
        struct frame f = frame_icmp((struct ipv4_spec){0}, 8, 0, (uint32_t)i, "ping", 4);
        host_input(&h, &f);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_ECHO_REPLIES), 100);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NEIGHBOUR_QUEUE), 97);
    host_end(&h);
}
END_TEST

START_TEST(malformed_arp_is_dropped)
{
    struct host h;
    host_ipv4(&h);
    struct frame good = frame_arp(EVERYBODY, PEER_MAC, 1, peer, NOBODY, own);
    for (size_t len = 14; len < good.len; len++) {
        struct frame f = good;
        f.len = len;
        host_input(&h, &f);
    }
    for (size_t at = 14; at < 22; at++) {
        struct frame f = good;
        f.bytes[at] ^= 0x40;
        host_input(&h, &f);
    }
    struct frame f = good;
    f.bytes[22] |= 1; /* the sender is a group */
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ARP_MALFORMED), 28 + 8 + 1);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

/* A host that begins to probe for its address. */
static void host_probing(struct host *h)
{
    struct nonnet_address ip = nonnet_address_ipv4(192, 0, 2, 1);
    host_configure(h);
    host_start(h, 0);
    ck_assert_int_eq(nonnet_interface_address_add(h->stack, h->interface, &ip, 24, 0, h->now),
                     NONNET_OK);
}

static enum nonnet_address_state address_state(struct host *h)
{
    struct nonnet_address_info info;
    int rc = nonnet_interface_address(h->stack, h->interface, 0, &info);
    return rc == NONNET_OK ? info.state : 0;
}

START_TEST(rfc5227_2_1_three_probes_and_then_two_announcements)
{
    struct host h;
    struct frame f;
    unsigned probes = 0, announcements = 0;
    host_probing(&h);
    for (int i = 0; i < 200; i++) {
        host_wait(&h, 50 * MS);
        if (!host_output(&h, &f))
            continue;
        ck_assert(is_arp(&f, 1));
        ck_assert_mem_eq(f.bytes, EVERYBODY, 6);
        ck_assert_mem_eq(f.bytes + 38, own, 4);
        if (memcmp(f.bytes + 28, zero, 4) == 0) {
            ck_assert_int_eq(address_state(&h), NONNET_ADDRESS_TENTATIVE);
            ck_assert_uint_eq(announcements, 0);
            probes++;
        } else {
            ck_assert_mem_eq(f.bytes + 28, own, 4);
            ck_assert_int_eq(address_state(&h), NONNET_ADDRESS_PREFERRED);
            announcements++;
        }
    }
    ck_assert_uint_eq(probes, 3);
    ck_assert_uint_eq(announcements, 2);
    ck_assert(host_events(&h) & NONNET_EVENT_ADDRESS_READY);
    ck_assert_uint_eq(nonnet_stack_deadline(h.stack), NONNET_NEVER);
    host_end(&h);
}
END_TEST

START_TEST(rfc5227_2_1_1_an_address_in_use_is_given_up)
{
    struct host h;
    host_probing(&h);
    host_wait(&h, S);
    struct frame f = frame_arp(EVERYBODY, PEER_MAC, 2, own, NOBODY, own);
    host_input(&h, &f);
    ck_assert_int_eq(address_state(&h), 0);
    uint32_t events = host_events(&h);
    ck_assert(events & NONNET_EVENT_ADDRESS_CONFLICT);
    ck_assert(!(events & NONNET_EVENT_ADDRESS_READY));
    host_end(&h);
}
END_TEST

START_TEST(rfc5227_2_1_1_two_probes_for_one_address_conflict)
{
    struct host h;
    host_probing(&h);
    host_wait(&h, S);
    struct frame f = frame_arp(EVERYBODY, PEER_MAC, 1, zero, NOBODY, own);
    host_input(&h, &f);
    ck_assert_int_eq(address_state(&h), 0);
    host_end(&h);
}
END_TEST

START_TEST(rfc5227_2_1_1_our_own_probe_is_no_conflict)
{
    struct host h;
    host_probing(&h);
    host_wait(&h, S);
    struct frame f = frame_arp(EVERYBODY, PEER_MAC, 1, zero, NOBODY, own);
    memcpy(f.bytes + 22, HOST_MAC, 6); /* through a bridge that changed the frame's source */
    host_input(&h, &f);
    ck_assert_int_eq(address_state(&h), NONNET_ADDRESS_TENTATIVE);
    host_end(&h);
}
END_TEST

START_TEST(rfc5227_2_4_an_address_is_defended_once_in_ten_seconds)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct frame attack = frame_arp(EVERYBODY, PEER_MAC, 1, own, NOBODY, peer);
    host_input(&h, &attack);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes + 28, own, 4);
    ck_assert_mem_eq(f.bytes + 38, own, 4);
    host_wait(&h, 11 * S);
    host_input(&h, &attack);
    ck_assert(host_output(&h, &f));
    ck_assert_int_eq(address_state(&h), NONNET_ADDRESS_PREFERRED);
    host_wait(&h, 5 * S);
    host_input(&h, &attack);
    ck_assert_int_eq(address_state(&h), 0);
    ck_assert(host_events(&h) & NONNET_EVENT_ADDRESS_CONFLICT);
    host_end(&h);
}
END_TEST

START_TEST(a_tentative_address_is_not_used)
{
    struct host h;
    host_probing(&h);
    struct frame f = frame_arp(EVERYBODY, PEER_MAC, 1, peer, NOBODY, own);
    host_input(&h, &f);
    ck_assert(host_is_silent(&h));
    f = frame_icmp((struct ipv4_spec){0}, 8, 0, 1, "ping", 4);
    host_input(&h, &f);
    ck_assert(host_is_silent(&h));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NOT_OURS), 1);
    host_end(&h);
}
END_TEST

START_TEST(when_the_link_comes_back_the_address_is_probed_for_again)
{
    struct host h;
    host_probing(&h);
    host_wait(&h, 12 * S);
    ck_assert_int_eq(address_state(&h), NONNET_ADDRESS_PREFERRED);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, false, h.now), NONNET_OK);
    ck_assert(host_is_silent(&h));
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, true, h.now), NONNET_OK);
    ck_assert_int_eq(address_state(&h), NONNET_ADDRESS_TENTATIVE);
    host_wait(&h, 12 * S);
    ck_assert_int_eq(address_state(&h), NONNET_ADDRESS_PREFERRED);
    host_end(&h);
}
END_TEST

static Suite *arp_suite(void)
{
    Suite *suite = suite_create("nonnet ARP");
    TCase *tc = tcase_create("neighbours");
    tcase_add_test(tc, rfc826_a_request_for_our_address_is_answered);
    tcase_add_test(tc, rfc826_a_request_for_another_address_is_not_answered);
    tcase_add_test(tc, a_packet_waits_for_the_answer_and_is_sent_to_its_station);
    tcase_add_test(tc, three_requests_a_second_apart_and_then_the_packet_is_dropped);
    tcase_add_test(tc, nothing_that_is_received_makes_an_entry);
    tcase_add_test(tc, an_answer_that_nobody_asked_for_does_not_move_a_neighbour);
    tcase_add_test(tc, rfc1122_2_3_2_1_a_neighbour_in_use_is_confirmed_by_unicast);
    tcase_add_test(tc, a_scan_does_not_push_out_a_neighbour_that_answered);
    tcase_add_test(tc, control_packets_for_a_silent_neighbour_are_bounded);
    tcase_add_test(tc, malformed_arp_is_dropped);
    suite_add_tcase(suite, tc);
    tc = tcase_create("conflicts");
    tcase_add_test(tc, rfc5227_2_1_three_probes_and_then_two_announcements);
    tcase_add_test(tc, rfc5227_2_1_1_an_address_in_use_is_given_up);
    tcase_add_test(tc, rfc5227_2_1_1_two_probes_for_one_address_conflict);
    tcase_add_test(tc, rfc5227_2_1_1_our_own_probe_is_no_conflict);
    tcase_add_test(tc, rfc5227_2_4_an_address_is_defended_once_in_ten_seconds);
    tcase_add_test(tc, a_tentative_address_is_not_used);
    tcase_add_test(tc, when_the_link_comes_back_the_address_is_probed_for_again);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(arp_suite)
