/*
 * What a host takes and gives over IPv4: RFC 1122 section 3, RFC 3704, and ICMP by section 3.2.2.
 */
#include "host.h"

static const uint8_t peer[4] = {192, 0, 2, 2};
static const uint8_t gateway[4] = {192, 0, 2, 254};

/* Sends one UDP datagram to the host and returns whether it arrived at the socket. */
static bool arrives(struct host *h, struct nonnet_udp_handle socket, struct ipv4_spec spec)
{
    struct frame f = frame_udp(spec, 1000, 5000, "data", 4);
    uint8_t data[16];
    size_t len;
    host_input(h, &f);
    return nonnet_udp_receive(h->stack, socket, data, sizeof data, &len, NULL) == NONNET_OK;
}

START_TEST(rfc1122_3_2_1_3_sources_that_nobody_can_have_are_dropped)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    static const uint8_t martians[][4] = {
        {0, 0, 0, 1},   {127, 0, 0, 1},       {224, 0, 0, 1},
        {240, 0, 0, 1}, {255, 255, 255, 255}, {192, 0, 2, 255},
    };
    ck_assert(arrives(&h, socket, (struct ipv4_spec){0}));
    for (size_t i = 0; i < sizeof martians / 4; i++) {
        struct ipv4_spec spec = {0};
        memcpy(spec.source, martians[i], 4);
        ck_assert(!arrives(&h, socket, spec));
        ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_MARTIAN_SOURCE), i + 1);
    }
    host_end(&h);
}
END_TEST

START_TEST(a_packet_from_our_own_address_is_dropped)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.source = {192, 0, 2, 1}}));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_OWN_SOURCE), 1);
    host_end(&h);
}
END_TEST

START_TEST(rfc7126_4_3_source_routes_are_dropped)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct ipv4_spec spec = {.options_len = 8, .options = {131, 7, 8, 192, 0, 2, 9, 1}};
    ck_assert(!arrives(&h, socket, spec));
    spec.options[0] = 137;
    ck_assert(!arrives(&h, socket, spec));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_SOURCE_ROUTE), 2);
    spec.options[0] = 7; /* a record of the route harms nobody */
    ck_assert(arrives(&h, socket, spec));
    host_end(&h);
}
END_TEST

START_TEST(rfc1122_3_3_6_a_unicast_packet_in_a_broadcast_frame_is_dropped)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.mac = "\xff\xff\xff\xff\xff\xff"}));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_UNICAST_IN_GROUP_FRAME), 1);
    ck_assert(arrives(
        &h, socket,
        (struct ipv4_spec){.mac = "\xff\xff\xff\xff\xff\xff", .destination = {192, 0, 2, 255}}));
    ck_assert(arrives(&h, socket,
                      (struct ipv4_spec){.mac = "\xff\xff\xff\xff\xff\xff",
                                         .destination = {255, 255, 255, 255}}));
    host_end(&h);
}
END_TEST

START_TEST(packets_and_frames_for_others_are_dropped)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.destination = {192, 0, 2, 3}}));
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.destination = {224, 0, 0, 9}}));
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.destination = {127, 0, 0, 1}}));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NOT_OURS), 3);
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.mac = PEER_MAC, .from = GATEWAY_MAC}));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAME_OTHER), 1);
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.from = HOST_MAC}));
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.from = "\x03\0\0\0\0\1"}));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAME_SOURCE), 2);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, false, h.now), NONNET_OK);
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){0}));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_LINK_DOWN), 1);
    host_end(&h);
}
END_TEST

START_TEST(damaged_headers_are_counted_by_their_kind)
{
    struct host h;
    host_ipv4(&h);
    struct frame f = frame_udp((struct ipv4_spec){0}, 1, 2, "data", 4);
    f.bytes[14 + 10] ^= 1;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_IP_CHECKSUM), 1);
    f = frame_udp((struct ipv4_spec){0}, 1, 2, "data", 4);
    f.bytes[14] = 0x55;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_IP_VERSION), 1);
    f = frame_udp((struct ipv4_spec){0}, 1, 2, "data", 4);
    f.len -= 1;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_IP_MALFORMED), 1);
    f.len = 13;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAME_SHORT), 1);
    f.len = 14 + 1501;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAME_LONG), 1);
    f = frame_ethernet(HOST_MAC, PEER_MAC, 0x1234);
    host_input(&h, &f);
    f = frame_ethernet(HOST_MAC, PEER_MAC, 46);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ETHERTYPE), 2);
    host_end(&h);
}
END_TEST

START_TEST(rfc3704_2_2_a_source_must_come_from_where_it_is_reached)
{
    struct host h;
    struct nonnet_interface_handle second;
    struct nonnet_interface_config c = {
        .link = NONNET_LINK_ETHERNET, .mtu = 1500, .mac = {{0x02, 0, 0, 0, 0, 1}}};
    struct nonnet_address ip = nonnet_address_ipv4(198, 51, 100, 1);
    host_configure(&h);
    h.config.ninterfaces = 2;
    host_start(&h, 0);
    host_use_ipv4(&h); /* with the default route */
    ck_assert_int_eq(nonnet_interface_add(h.stack, &c, &second), NONNET_OK);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, second, true, h.now), NONNET_OK);
    ck_assert_int_eq(
        nonnet_interface_address_add(h.stack, second, &ip, 24, NONNET_ADDRESS_UNPROBED, h.now),
        NONNET_OK);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    /* From the Internet through the default route, and from the second network through itself. */
    ck_assert(arrives(&h, socket, (struct ipv4_spec){.source = {203, 0, 113, 5}}));
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.source = {198, 51, 100, 7}}));
    struct nonnet_interface_handle first = h.interface;
    h.interface = second;
    struct ipv4_spec spec = {.source = {198, 51, 100, 7}, .destination = {198, 51, 100, 1}};
    ck_assert(arrives(&h, socket, spec));
    memcpy(spec.source, peer, 4);
    ck_assert(!arrives(&h, socket, spec));
    memcpy(spec.source, (const uint8_t[]){203, 0, 113, 5}, 4);
    ck_assert(!arrives(&h, socket, spec));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_REVERSE_PATH), 3);
    /*
     * RFC 1122 section 3.3.4.2: an address of the other interface is not reached through this one.
     */
    h.interface = first;
    ck_assert(!arrives(&h, socket, (struct ipv4_spec){.destination = {198, 51, 100, 1}}));
    host_end(&h);
}
END_TEST

START_TEST(the_longest_prefix_wins_and_a_route_through_a_link_that_is_down_does_not)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_route r = {.prefix = nonnet_address_ipv4(10, 1, 0, 0),
                             .prefix_len = 16,
                             .gateway = nonnet_address_ipv4(192, 0, 2, 2)};
    struct nonnet_udp_message m = {.peer = {nonnet_address_ipv4(10, 1, 2, 3), 9}};
    ck_assert_int_eq(nonnet_route_add(h.stack, h.interface, &r), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes + 38, peer, 4); /* whom ARP asks for */
    m.peer.address = nonnet_address_ipv4(10, 2, 2, 3);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes + 38, gateway, 4);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, false, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_UNREACHABLE);
    host_end(&h);
}
END_TEST

START_TEST(rfc792_an_echo_request_is_answered_with_its_content)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    struct frame ping = frame_icmp((struct ipv4_spec){0}, 8, 0, 0x12345678, "some content", 12);
    host_input(&h, &ping);
    host_discard_output(&h);
    host_answer_arp(&h, peer, PEER_MAC);
    ck_assert(host_output(&h, &f));
    struct frame want = frame_icmp((struct ipv4_spec){0}, 0, 0, 0x12345678, "some content", 12);
    ck_assert_uint_eq(f.len, want.len);
    ck_assert_mem_eq(f.bytes + 34, want.bytes + 34, want.len - 34);
    ck_assert_mem_eq(f.bytes + 14 + 12, "\xc0\0\2\1\xc0\0\2\2", 8);
    host_end(&h);
}
END_TEST

START_TEST(echo_requests_to_groups_or_with_a_wrong_checksum_are_not_answered)
{
    struct host h;
    host_ipv4(&h);
    struct frame f = frame_icmp(
        (struct ipv4_spec){.mac = "\xff\xff\xff\xff\xff\xff", .destination = {192, 0, 2, 255}}, 8,
        0, 1, "x", 1);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_IGNORED), 1);
    f = frame_icmp((struct ipv4_spec){0}, 8, 0, 1, "x", 1);
    f.bytes[f.len - 1] ^= 1;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_CHECKSUM), 1);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(echo_can_be_turned_off)
{
    struct host h;
    host_configure(&h);
    h.config.answer_echo = false;
    host_start(&h, 0);
    host_use_ipv4(&h);
    struct frame f = frame_icmp((struct ipv4_spec){0}, 8, 0, 1, "x", 1);
    host_input(&h, &f);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc1122_3_2_2_1_nobody_at_a_port_is_reported_with_the_packet_quoted)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    static uint8_t data[1000];
    struct frame udp = frame_udp((struct ipv4_spec){0}, 1000, 5000, data, sizeof data);
    host_input(&h, &udp);
    host_discard_output(&h);
    host_answer_arp(&h, peer, PEER_MAC);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.len, 14 + 576); /* RFC 1812 section 4.3.2.3 */
    ck_assert_uint_eq(f.bytes[34], 3);
    ck_assert_uint_eq(f.bytes[35], 3);
    ck_assert_mem_eq(f.bytes + 42, udp.bytes + 14, 576 - 28);
    ck_assert_uint_eq(nonnet_checksum_of(f.bytes + 34, f.len - 34), 0);
    host_end(&h);
}
END_TEST

START_TEST(rfc1122_3_2_2_errors_are_not_sent_where_they_must_not)
{
    struct host h;
    host_ipv4(&h);
    /* About a broadcast, by either layer; about an error; to somebody who is nobody. */
    struct frame f = frame_udp(
        (struct ipv4_spec){.mac = "\xff\xff\xff\xff\xff\xff", .destination = {192, 0, 2, 255}}, 1,
        7, "x", 1);
    host_input(&h, &f);
    f = frame_udp((struct ipv4_spec){.mac = "\x01\x00\x5e\0\0\1", .destination = {224, 0, 0, 1}}, 1,
                  7, "x", 1);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_UDP_NO_SOCKET), 2);
    f = frame_icmp((struct ipv4_spec){0}, 3, 3, 0, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 32);
    host_input(&h, &f);
    f = frame_icmp((struct ipv4_spec){0}, 77, 0, 0, "x", 1);
    host_input(&h, &f);
    ck_assert(host_is_silent(&h));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_ICMP_ERRORS_OUT), 0);
    host_end(&h);
}
END_TEST

START_TEST(an_unknown_protocol_is_reported)
{
    struct host h;
    struct frame f;
    host_ipv4(&h);
    f = frame_ipv4((struct ipv4_spec){.protocol = 99}, "x", 1);
    host_input(&h, &f);
    host_discard_output(&h);
    host_answer_arp(&h, peer, PEER_MAC);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[34], 3);
    ck_assert_uint_eq(f.bytes[35], 2);
    host_end(&h);
}
END_TEST

START_TEST(icmp_errors_are_limited_in_rate_and_recover)
{
    struct host h;
    host_ipv4(&h);
    struct frame f = frame_udp((struct ipv4_spec){0}, 1000, 5000, "x", 1);
    for (int i = 0; i < 1000; i++)
        host_input(&h, &f);
    uint64_t out = host_count(&h, NONNET_COUNT_ICMP_ERRORS_OUT);
    ck_assert_uint_le(out, 50);
    ck_assert_uint_ge(out, 40);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_ICMP_ERRORS_LIMITED), 1000 - out);
    host_wait(&h, 10 * MS);
    for (int i = 0; i < 1000; i++)
        host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_ICMP_ERRORS_OUT), out + 10);
    host_end(&h);
}
END_TEST

/* An ICMP error of the gateway about a datagram of ours, quoted from its frame. */
static void host_error(struct host *h, const struct frame *about, uint8_t code, uint32_t word)
{
    struct ipv4_spec spec = {.from = GATEWAY_MAC, .source = {192, 0, 2, 254}};
    struct frame f = frame_icmp(spec, 3, code, word, about->bytes + 14, 28);
    host_input(h, &f);
}

START_TEST(rfc1191_a_path_mtu_is_learnt_only_from_what_we_sent)
{
    struct host h;
    struct frame sent;
    static uint8_t data[1472];
    host_ipv4(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = {.peer = {nonnet_address_ipv4(203, 0, 113, 5), 9}};
    ck_assert_int_eq(nonnet_udp_set_fragment(h.stack, socket, false), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, sizeof data, h.now), NONNET_OK);
    host_discard_output(&h);
    host_answer_arp(&h, gateway, GATEWAY_MAC);
    ck_assert(host_output(&h, &sent));
    ck_assert_uint_eq(sent.len, 1514);
    ck_assert_uint_eq(frame_get16(&sent, 14 + 6), 0x4000);
    ck_assert_uint_eq(frame_get16(&sent, 14 + 4), 0); /* RFC 6864: nothing to identify */

    /* About another port, and about another destination: nothing that we sent. */
    struct frame lie = sent;
    lie.bytes[14 + 20 + 1] ^= 1;
    host_error(&h, &lie, 4, 1000);
    lie = sent;
    lie.bytes[14 + 19] ^= 1;
    host_error(&h, &lie, 4, 1000);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_UNRELATED), 2);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 0);
    /* An MTU that the packet fits into says nothing. */
    host_error(&h, &sent, 4, 1500);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 0);

    host_error(&h, &sent, 4, 1400);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 1);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 1373, h.now), NONNET_E_TOO_LONG);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 1372, h.now), NONNET_OK);
    /* No less than 552, whatever is said; and ten minutes later the path is tried anew. */
    host_error(&h, &sent, 4, 68);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 552 - 28, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, 552 - 27, h.now),
                     NONNET_E_TOO_LONG);
    host_wait(&h, 601 * S);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, sizeof data, h.now), NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(rfc1122_4_1_3_3_a_connected_socket_hears_that_its_peer_refuses)
{
    struct host h;
    struct frame sent;
    struct nonnet_udp_handle socket;
    struct nonnet_endpoint to = {nonnet_address_ipv4(203, 0, 113, 5), 9};
    host_ipv4(&h);
    ck_assert_int_eq(nonnet_udp_open(h.stack, 4, &socket), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_connect(h.stack, socket, &to, (struct nonnet_interface_handle){0}),
                     NONNET_OK);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, NULL, (const uint8_t *)"x", 1, h.now),
                     NONNET_OK);
    host_discard_output(&h);
    host_answer_arp(&h, gateway, GATEWAY_MAC);
    ck_assert(host_output(&h, &sent));
    ck_assert_int_eq(nonnet_udp_take_error(h.stack, socket), NONNET_OK);
    host_error(&h, &sent, 3, 0);
    ck_assert(host_events(&h) & NONNET_EVENT_ERROR);
    ck_assert_int_eq(nonnet_udp_take_error(h.stack, socket), NONNET_E_REFUSED);
    ck_assert_int_eq(nonnet_udp_take_error(h.stack, socket), NONNET_OK);
    host_error(&h, &sent, 1, 0);
    ck_assert_int_eq(nonnet_udp_take_error(h.stack, socket), NONNET_E_UNREACHABLE);
    host_end(&h);
}
END_TEST

START_TEST(every_truncation_of_an_icmp_error_is_survived)
{
    struct host h;
    host_ipv4(&h);
    static uint8_t data[1450];
    struct frame udp = frame_udp((struct ipv4_spec){0}, 9, 5000, data, sizeof data);
    for (size_t len = 0; len <= 28; len++) {
        struct frame f = frame_icmp((struct ipv4_spec){0}, 3, 4, 1400, udp.bytes + 14, len);
        host_input(&h, &f);
    }
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_UNRELATED), 29);
    host_end(&h);
}
END_TEST

static Suite *ipv4_host_suite(void)
{
    Suite *suite = suite_create("nonnet IPv4 host");
    TCase *tc = tcase_create("input");
    tcase_add_test(tc, rfc1122_3_2_1_3_sources_that_nobody_can_have_are_dropped);
    tcase_add_test(tc, a_packet_from_our_own_address_is_dropped);
    tcase_add_test(tc, rfc7126_4_3_source_routes_are_dropped);
    tcase_add_test(tc, rfc1122_3_3_6_a_unicast_packet_in_a_broadcast_frame_is_dropped);
    tcase_add_test(tc, packets_and_frames_for_others_are_dropped);
    tcase_add_test(tc, damaged_headers_are_counted_by_their_kind);
    tcase_add_test(tc, rfc3704_2_2_a_source_must_come_from_where_it_is_reached);
    tcase_add_test(tc, the_longest_prefix_wins_and_a_route_through_a_link_that_is_down_does_not);
    suite_add_tcase(suite, tc);
    tc = tcase_create("ICMP");
    tcase_add_test(tc, rfc792_an_echo_request_is_answered_with_its_content);
    tcase_add_test(tc, echo_requests_to_groups_or_with_a_wrong_checksum_are_not_answered);
    tcase_add_test(tc, echo_can_be_turned_off);
    tcase_add_test(tc, rfc1122_3_2_2_1_nobody_at_a_port_is_reported_with_the_packet_quoted);
    tcase_add_test(tc, rfc1122_3_2_2_errors_are_not_sent_where_they_must_not);
    tcase_add_test(tc, an_unknown_protocol_is_reported);
    tcase_add_test(tc, icmp_errors_are_limited_in_rate_and_recover);
    tcase_add_test(tc, rfc1191_a_path_mtu_is_learnt_only_from_what_we_sent);
    tcase_add_test(tc, rfc1122_4_1_3_3_a_connected_socket_hears_that_its_peer_refuses);
    tcase_add_test(tc, every_truncation_of_an_icmp_error_is_survived);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ipv4_host_suite)
