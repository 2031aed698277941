/*
 * UDP sockets: RFC 768, RFC 1122 section 4.1, RFC 6056, RFC 8085, and IPv4 on the way out.
 */
#include "host.h"

static const uint8_t peer[4] = {192, 0, 2, 2};
static const struct nonnet_interface_handle no_interface;

static struct nonnet_udp_message to_peer(uint16_t port)
{
    return (struct nonnet_udp_message){.peer = {nonnet_address_ipv4(192, 0, 2, 2), port}};
}

/* A host that knows its peer's station, so that what it sends comes out at once. */
static void host_with_peer(struct host *h)
{
    host_ipv4(h);
    struct nonnet_udp_handle socket = host_udp(h, 4, 1);
    struct nonnet_udp_message m = to_peer(9);
    ck_assert_int_eq(nonnet_udp_send(h->stack, socket, &m, NULL, 0, h->now), NONNET_OK);
    host_answer_arp(h, peer, PEER_MAC);
    host_discard_output(h);
    ck_assert_int_eq(nonnet_udp_close(h->stack, socket), NONNET_OK);
    (void)host_events(h);
}

START_TEST(what_is_sent_is_a_right_packet)
{
    struct host h;
    struct frame f;
    host_with_peer(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = to_peer(53);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, (const uint8_t *)"hello", 5, h.now),
                     NONNET_OK);
    ck_assert(host_output(&h, &f));
    struct frame want = frame_udp((struct ipv4_spec){.mac = PEER_MAC,
                                                     .from = HOST_MAC,
                                                     .source = {192, 0, 2, 1},
                                                     .destination = {192, 0, 2, 2},
                                                     .id = frame_get16(&f, 18)},
                                  5000, 53, "hello", 5);
    ck_assert_uint_eq(f.len, want.len);
    ck_assert_mem_eq(f.bytes, want.bytes, want.len);
    host_end(&h);
}
END_TEST

START_TEST(what_arrives_is_received_with_its_endpoints)
{
    struct host h;
    uint8_t data[16];
    size_t len;
    struct nonnet_udp_message m;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct frame f = frame_udp((struct ipv4_spec){0}, 1234, 5000, "hello", 5);
    host_input(&h, &f);
    ck_assert(host_events(&h) & NONNET_EVENT_READABLE);
    ck_assert_int_eq(nonnet_udp_receive(h.stack, socket, data, 4, &len, &m), NONNET_E_NO_SPACE);
    ck_assert_uint_eq(len, 5);
    ck_assert_int_eq(nonnet_udp_receive(h.stack, socket, data, 5, &len, &m), NONNET_OK);
    ck_assert_mem_eq(data, "hello", 5);
    ck_assert_uint_eq(m.peer.port, 1234);
    ck_assert_mem_eq(m.peer.address.octet, peer, 4);
    ck_assert_uint_eq(m.local.port, 5000);
    ck_assert_mem_eq(m.local.address.octet, "\xc0\0\2\1", 4);
    ck_assert_uint_eq(m.interface.id, h.interface.id);
    ck_assert_int_eq(nonnet_udp_receive(h.stack, socket, data, 5, &len, &m), NONNET_E_EMPTY);
    host_end(&h);
}
END_TEST

START_TEST(checksums_may_be_left_out_but_not_be_wrong)
{
    struct host h;
    uint8_t data[16];
    size_t len;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct frame f = frame_udp((struct ipv4_spec){0}, 1, 5000, "x", 1);
    f.bytes[f.len - 1] ^= 1;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_UDP_CHECKSUM), 1);
    frame_set16(&f, 14 + 20 + 6, 0);
    host_input(&h, &f);
    ck_assert_int_eq(nonnet_udp_receive(h.stack, socket, data, sizeof data, &len, NULL), NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(a_datagram_that_lies_about_its_length_is_dropped)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    static const uint16_t lengths[] = {0, 7, 13, 65535};
    for (size_t i = 0; i < 4; i++) {
        struct frame f = frame_udp((struct ipv4_spec){0}, 1, 5000, "data", 4);
        frame_set16(&f, 14 + 20 + 4, lengths[i]);
        host_input(&h, &f);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_UDP_MALFORMED), 4);
    size_t len;
    uint8_t data[8];
    ck_assert_int_eq(nonnet_udp_receive(h.stack, socket, data, 8, &len, NULL), NONNET_E_EMPTY);
    host_end(&h);
}
END_TEST

START_TEST(a_full_queue_drops_and_keeps_what_it_has_in_order)
{
    struct host h;
    uint8_t data[2000];
    size_t len;
    host_configure(&h);
    h.config.udp_receive_len = 2048;
    host_start(&h, 0);
    host_use_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    unsigned next = 0, expected = 0;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 5; i++) {
            memset(data, (int)(next & 0xff), sizeof data);
            struct frame f =
                frame_udp((struct ipv4_spec){0}, 1, 5000, data, 100 + (next * 37) % 700);
            uint64_t dropped = host_count(&h, NONNET_COUNT_DROP_UDP_QUEUE);
            host_input(&h, &f);
            next += host_count(&h, NONNET_COUNT_DROP_UDP_QUEUE) == dropped;
        }
        while (nonnet_udp_receive(h.stack, socket, data, sizeof data, &len, NULL) == NONNET_OK) {
            ck_assert_uint_eq(len, 100 + (expected * 37) % 700);
            for (size_t i = 1; i < len; i++)
                if (data[i] != data[0])
                    ck_abort_msg("byte %zu of datagram %u", i, expected);
            ck_assert_uint_eq(data[0], expected & 0xff);
            expected++;
        }
    }
    ck_assert_uint_eq(expected, next);
    ck_assert_uint_ge(host_count(&h, NONNET_COUNT_DROP_UDP_QUEUE), 100);
    host_end(&h);
}
END_TEST

START_TEST(two_sockets_cannot_have_one_port)
{
    struct host h;
    struct nonnet_udp_handle other;
    struct nonnet_endpoint any = {.port = 5000};
    struct nonnet_endpoint one = {nonnet_address_ipv4(192, 0, 2, 1), 5000};
    struct nonnet_endpoint foreign = {nonnet_address_ipv4(192, 0, 2, 9), 5001};
    host_ipv4(&h);
    (void)host_udp(&h, 4, 5000);
    ck_assert_int_eq(nonnet_udp_open(h.stack, 4, &other), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_bind(h.stack, other, &any), NONNET_E_IN_USE);
    ck_assert_int_eq(nonnet_udp_bind(h.stack, other, &one), NONNET_E_IN_USE);
    ck_assert_int_eq(nonnet_udp_bind(h.stack, other, &foreign), NONNET_E_NOT_FOUND);
    one.port = 5001;
    ck_assert_int_eq(nonnet_udp_bind(h.stack, other, &one), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_bind(h.stack, other, &one), NONNET_E_INVALID);
    host_end(&h);
}
END_TEST

START_TEST(a_connected_socket_hears_its_peer_only)
{
    struct host h;
    struct nonnet_udp_handle socket;
    uint8_t data[8];
    size_t len;
    struct nonnet_endpoint to = {nonnet_address_ipv4(192, 0, 2, 2), 53};
    struct nonnet_endpoint local, remote;
    host_ipv4(&h);
    ck_assert_int_eq(nonnet_udp_open(h.stack, 4, &socket), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_connect(h.stack, socket, &to, no_interface), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_endpoints(h.stack, socket, &local, &remote), NONNET_OK);
    ck_assert_mem_eq(local.address.octet, "\xc0\0\2\1", 4);
    ck_assert_uint_ge(local.port, 32768);
    struct frame f = frame_udp((struct ipv4_spec){0}, 54, local.port, "x", 1);
    host_input(&h, &f);
    f = frame_udp((struct ipv4_spec){.source = {192, 0, 2, 3}}, 53, local.port, "x", 1);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_UDP_NO_SOCKET), 2);
    f = frame_udp((struct ipv4_spec){0}, 53, local.port, "x", 1);
    host_input(&h, &f);
    ck_assert_int_eq(nonnet_udp_receive(h.stack, socket, data, 8, &len, NULL), NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(rfc6056_3_3_3_ports_for_one_peer_go_up_and_for_others_start_elsewhere)
{
    struct host h;
    uint16_t ports[8];
    host_ipv4(&h);
    for (int i = 0; i < 8; i++) {
        struct nonnet_udp_handle socket;
        struct nonnet_endpoint to = {nonnet_address_ipv4(192, 0, 2, (uint8_t)(i < 4 ? 2 : 10 + i)),
                                     53};
        struct nonnet_endpoint local, remote;
        ck_assert_int_eq(nonnet_udp_open(h.stack, 4, &socket), NONNET_OK);
        ck_assert_int_eq(nonnet_udp_connect(h.stack, socket, &to, no_interface), NONNET_OK);
        ck_assert_int_eq(nonnet_udp_endpoints(h.stack, socket, &local, &remote), NONNET_OK);
        ports[i] = local.port;
    }
    for (int i = 1; i < 4; i++)
        ck_assert_uint_eq((uint16_t)(ports[i] - ports[i - 1]) & 32767, 1);
    for (int i = 4; i < 8; i++)
        ck_assert_uint_ne((uint16_t)(ports[i] - ports[i - 1]) & 32767, 1);
    host_end(&h);
}
END_TEST

START_TEST(a_stale_socket_is_refused)
{
    struct host h;
    struct nonnet_udp_handle again;
    size_t len;
    uint8_t data[8];
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    ck_assert_int_eq(nonnet_udp_close(h.stack, socket), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_open(h.stack, 4, &again), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_receive(h.stack, socket, data, 8, &len, NULL), NONNET_E_STALE);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, NULL, data, 8, h.now), NONNET_E_STALE);
    ck_assert_int_eq(nonnet_udp_close(h.stack, socket), NONNET_E_STALE);
    host_end(&h);
}
END_TEST

START_TEST(sending_is_refused_when_too_much_waits_and_an_event_says_when_to_go_on)
{
    struct host h;
    struct frame f;
    host_with_peer(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = to_peer(53);
    unsigned sent = 0;
    int rc;
    while ((rc = nonnet_udp_send(h.stack, socket, &m, (const uint8_t *)"x", 1, h.now)) == NONNET_OK)
        sent++;
    ck_assert_int_eq(rc, NONNET_E_FULL);
    ck_assert_uint_eq(sent, 48); /* half of three fourths of 128 */
    ck_assert(!(host_events(&h) & NONNET_EVENT_WRITABLE));
    ck_assert(host_output(&h, &f));
    ck_assert(host_events(&h) & NONNET_EVENT_WRITABLE);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, (const uint8_t *)"x", 1, h.now),
                     NONNET_OK);
    /* And the host still answers others. */
    struct frame ping = frame_icmp((struct ipv4_spec){0}, 8, 0, 1, "x", 1);
    host_input(&h, &ping);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_ECHO_REPLIES), 1);
    host_end(&h);
}
END_TEST

START_TEST(control_traffic_leaves_room_for_sockets)
{
    struct host h;
    host_with_peer(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = to_peer(53);
    struct frame ping = frame_icmp((struct ipv4_spec){0}, 8, 0, 1, "x", 1);
    for (int i = 0; i < 1000; i++)
        host_input(&h, &ping);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_ECHO_REPLIES), 64);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_PACKETS_FULL), 1000 - 64);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, (const uint8_t *)"x", 1, h.now),
                     NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(rfc791_a_long_datagram_is_cut_into_fragments_with_one_identification)
{
    struct host h;
    struct frame f;
    static uint8_t data[4000], got[4008];
    host_with_peer(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = to_peer(53);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 13 + i / 256);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, sizeof data, h.now), NONNET_OK);
    size_t at = 0;
    uint16_t id = 0;
    while (host_output(&h, &f)) {
        uint16_t flags = frame_get16(&f, 14 + 6);
        ck_assert_uint_eq((flags & 0x1fff) * 8u, at);
        ck_assert_uint_eq(flags >> 13, f.len - 34 + at < sizeof got ? 1 : 0);
        ck_assert(at == 0 || frame_get16(&f, 14 + 4) == id);
        ck_assert_uint_le(f.len, 1514);
        id = frame_get16(&f, 14 + 4);
        memcpy(got + at, f.bytes + 34, f.len - 34);
        at += f.len - 34;
    }
    ck_assert_uint_eq(at, sizeof got);
    ck_assert_mem_eq(got + 8, data, sizeof data);
    host_end(&h);
}
END_TEST

START_TEST(the_longest_datagram_can_be_sent_and_a_longer_one_not)
{
    struct host h;
    static uint8_t data[65508];
    host_with_peer(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = to_peer(53);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 65508, h.now), NONNET_E_TOO_LONG);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 65507, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 65507, h.now), NONNET_E_FULL);
    (void)host_events(&h);
    host_discard_output(&h);
    ck_assert(host_events(&h) & NONNET_EVENT_WRITABLE);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 65507, h.now), NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(rfc7739_identifications_for_two_peers_start_at_different_places)
{
    struct host h;
    struct frame f;
    uint16_t ids[4];
    static uint8_t data[1];
    host_with_peer(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = to_peer(53);
    for (int i = 0; i < 4; i++) {
        m.peer.address.octet[3] = (uint8_t)(i < 2 ? 2 : 10 + i);
        ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 1, h.now), NONNET_OK);
        host_answer_arp(&h, m.peer.address.octet, PEER_MAC);
        do
            ck_assert(host_output(&h, &f));
        while (frame_get16(&f, 12) != 0x0800);
        ids[i] = frame_get16(&f, 14 + 4);
    }
    ck_assert_uint_eq((uint16_t)(ids[1] - ids[0]), 1);
    ck_assert_uint_gt((uint16_t)(ids[2] - ids[1] + 8), 16);
    ck_assert_uint_gt((uint16_t)(ids[3] - ids[2] + 8), 16);
    host_end(&h);
}
END_TEST

START_TEST(what_cannot_be_reached_is_refused)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = to_peer(53);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, NULL, NULL, 0, h.now), NONNET_E_INVALID);
    m.peer.address = nonnet_address_ipv4(127, 0, 0, 1);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_UNREACHABLE);
    m.peer.address = nonnet_address_ipv4(192, 0, 2, 1);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_UNREACHABLE);
    m.peer.address.version = 6;
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_INVALID);
    m = to_peer(0);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_INVALID);
    host_end(&h);
}
END_TEST

START_TEST(broadcasts_go_to_everybody)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    static const uint8_t groups[][4] = {{255, 255, 255, 255}, {192, 0, 2, 255}, {224, 129, 2, 3}};
    static const char *macs[] = {"\xff\xff\xff\xff\xff\xff", "\xff\xff\xff\xff\xff\xff",
                                 "\x01\x00\x5e\x01\x02\x03"};
    for (size_t i = 0; i < 3; i++) {
        struct nonnet_udp_message m = to_peer(53);
        memcpy(m.peer.address.octet, groups[i], 4);
        ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
        ck_assert(host_output(&h, &f));
        ck_assert_mem_eq(f.bytes, macs[i], 6);
    }
    host_end(&h);
}
END_TEST

static Suite *udp_suite(void)
{
    Suite *suite = suite_create("nonnet UDP");
    TCase *tc = tcase_create("sockets");
    tcase_add_test(tc, what_arrives_is_received_with_its_endpoints);
    tcase_add_test(tc, checksums_may_be_left_out_but_not_be_wrong);
    tcase_add_test(tc, a_datagram_that_lies_about_its_length_is_dropped);
    tcase_add_test(tc, a_full_queue_drops_and_keeps_what_it_has_in_order);
    tcase_add_test(tc, two_sockets_cannot_have_one_port);
    tcase_add_test(tc, a_connected_socket_hears_its_peer_only);
    tcase_add_test(tc, rfc6056_3_3_3_ports_for_one_peer_go_up_and_for_others_start_elsewhere);
    tcase_add_test(tc, a_stale_socket_is_refused);
    suite_add_tcase(suite, tc);
    tc = tcase_create("sending");
    tcase_add_test(tc, what_is_sent_is_a_right_packet);
    tcase_add_test(tc, sending_is_refused_when_too_much_waits_and_an_event_says_when_to_go_on);
    tcase_add_test(tc, control_traffic_leaves_room_for_sockets);
    tcase_add_test(tc, rfc791_a_long_datagram_is_cut_into_fragments_with_one_identification);
    tcase_add_test(tc, the_longest_datagram_can_be_sent_and_a_longer_one_not);
    tcase_add_test(tc, rfc7739_identifications_for_two_peers_start_at_different_places);
    tcase_add_test(tc, what_cannot_be_reached_is_refused);
    tcase_add_test(tc, broadcasts_go_to_everybody);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(udp_suite)
