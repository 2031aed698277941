/*
 * IPv6 on the link: RFC 4861, RFC 4862, RFC 7527, RFC 6980, RFC 3810; addresses by RFC 7217 and RFC
 * 8981; and fragments, ICMPv6 errors and path MTUs.
 */
#include "host6.h"

static const struct nonnet_interface_handle no_interface;

START_TEST(rfc4862_5_4_the_link_local_address_is_probed_for_from_nobody)
{
    struct host h;
    struct frame f;
    bool probed = false;
    host6_configure(&h);
    host_start(&h, NONNET_INTERFACE_IPV6);
    host_wait(&h, S);
    while (host_output(&h, &f)) {
        if (f.bytes[14 + 6] != 58 || f.bytes[54] != 135)
            continue;
        probed = true;
        ck_assert_mem_eq(f.bytes, "\x33\x33\xff", 3);
        for (int i = 0; i < 16; i++)
            ck_assert_uint_eq(f.bytes[14 + 8 + i], 0);
        ck_assert_uint_eq(f.bytes[14 + 7], 255);
        ck_assert_uint_eq(f.bytes[78], 14); /* a nonce, and nothing else: RFC 7527 */
        ck_assert_uint_eq(f.len, 54 + 24 + 8);
        ck_assert_uint_eq(host6_sum(&f), 0);
    }
    ck_assert(probed);
    ck_assert(!host6_usable(&h, 0));
    host_wait(&h, S + 1);
    ck_assert(host6_usable(&h, 0));
    ck_assert(host_events(&h) & NONNET_EVENT_ADDRESS_READY);
    host_end(&h);
}
END_TEST

START_TEST(rfc4862_5_4_3_a_probe_of_another_host_is_a_conflict_and_another_address_is_made)
{
    struct host h;
    struct nonnet_address first, second;
    host6_configure(&h);
    host_start(&h, NONNET_INTERFACE_IPV6);
    host_wait(&h, S);
    first = host6_address(&h, 0);
    struct frame f = frame_ns(&h, &first, NULL, "123456");
    host_input(&h, &f);
    ck_assert(host_events(&h) & NONNET_EVENT_ADDRESS_CONFLICT);
    second = host6_address(&h, 0);
    ck_assert_mem_ne(second.octet, first.octet, 16);
    ck_assert_mem_eq(second.octet, first.octet, 8);
    host_wait(&h, 3 * S);
    ck_assert(host6_usable(&h, 0));
    host_end(&h);
}
END_TEST

START_TEST(rfc4862_5_4_4_an_advertisement_for_a_tentative_address_is_a_conflict)
{
    struct host h;
    host6_configure(&h);
    host_start(&h, NONNET_INTERFACE_IPV6);
    host_wait(&h, S);
    struct nonnet_address first = host6_address(&h, 0);
    struct frame f = frame_na(&h, &first, 0x20000000, PEER_MAC, true);
    host_input(&h, &f);
    ck_assert(host_events(&h) & NONNET_EVENT_ADDRESS_CONFLICT);
    host_end(&h);
}
END_TEST

START_TEST(rfc7527_our_own_probe_that_comes_back_is_no_conflict)
{
    struct host h;
    struct frame f;
    host6_configure(&h);
    host_start(&h, NONNET_INTERFACE_IPV6);
    host_wait(&h, S);
    do
        ck_assert(host_output(&h, &f));
    while (f.bytes[14 + 6] != 58 || f.bytes[54] != 135);
    memcpy(f.bytes + 6, PEER_MAC, 6); /* a bridge changed the source of the frame */
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DAD_LOOPED), 1);
    ck_assert(!(host_events(&h) & NONNET_EVENT_ADDRESS_CONFLICT));
    host_wait(&h, 2 * S);
    ck_assert(host6_usable(&h, 0));
    host_end(&h);
}
END_TEST

START_TEST(an_interface_gives_up_after_four_conflicts)
{
    struct host h;
    host6_configure(&h);
    host_start(&h, NONNET_INTERFACE_IPV6);
    for (int i = 0; i < 4; i++) {
        host_wait(&h, S);
        struct nonnet_address a = host6_address(&h, 0);
        struct frame f = frame_ns(&h, &a, NULL, "123456");
        host_input(&h, &f);
    }
    struct nonnet_address_info info;
    ck_assert_int_eq(nonnet_interface_address(h.stack, h.interface, 0, &info), NONNET_E_NOT_FOUND);
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_7_2_4_a_solicitation_is_answered_to_who_asked)
{
    struct host h;
    struct frame f;
    host6_ready(&h, 0);
    struct frame ns = frame_ns(&h, &host_global, &peer6, NULL);
    host_input(&h, &ns);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    ck_assert_mem_eq(f.bytes + 14 + 24, peer6.octet, 16);
    ck_assert_uint_eq(f.bytes[54], 136);
    ck_assert_uint_eq(frame_get32(&f, 58), 0x60000000);
    ck_assert_mem_eq(f.bytes + 62, host_global.octet, 16);
    ck_assert_mem_eq(f.bytes + 78, "\2\1" HOST_MAC, 8);
    ck_assert_uint_eq(host6_sum(&f), 0);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_7_2_4_a_probe_for_our_address_is_answered_to_everybody)
{
    struct host h;
    struct frame f;
    host6_ready(&h, 0);
    struct frame ns = frame_ns(&h, &host_global, NULL, NULL);
    host_input(&h, &ns);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, "\x33\x33\0\0\0\1", 6);
    ck_assert_uint_eq(frame_get32(&f, 58), 0x20000000);
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_7_1_invalid_messages_are_dropped)
{
    struct host h;
    host6_ready(&h, 0);
    struct frame good = frame_ns(&h, &host_global, &peer6, NULL);
    struct frame f = good;
    f.bytes[14 + 7] = 254;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NDP_HOP_LIMIT), 1);
    f = good;
    f.bytes[55] = 1; /* code */
    frame_checksum(&f, f.len - 54, 2, 58);
    host_input(&h, &f);
    f = good;
    f.bytes[79] = 0; /* an option of length 0 */
    frame_checksum(&f, f.len - 54, 2, 58);
    host_input(&h, &f);
    f = good;
    f.bytes[79] = 2; /* and one that is cut off */
    frame_checksum(&f, f.len - 54, 2, 58);
    host_input(&h, &f);
    f = good;
    f.bytes[80] |= 1; /* a group's station */
    frame_checksum(&f, f.len - 54, 2, 58);
    host_input(&h, &f);
    f = frame_ns(&h, &host_global, NULL, NULL);
    frame_put(&f, "\1\1" PEER_MAC, 8); /* from nobody, yet with a station */
    frame_set16(&f, 18, (uint16_t)(f.len - 54));
    frame_checksum(&f, f.len - 54, 2, 58);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NDP_MALFORMED), 5);
    f = good;
    f.bytes[70] ^= 1;
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_CHECKSUM), 1);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc6980_neighbour_discovery_with_a_fragment_header_is_dropped)
{
    struct host h;
    host6_ready(&h, 0);
    struct frame ns = frame_ns(&h, &host_global, &peer6, NULL);
    struct frame f = frame_ipv6(PEER_MAC, &peer6, &host_global, 44, 255, NULL, 0);
    memcpy(f.bytes, ns.bytes, 6);
    memcpy(f.bytes + 14 + 24, ns.bytes + 14 + 24, 16);
    frame_put(&f, "\x3a\0\0\0\0\0\0\1", 8); /* an atomic fragment */
    frame_put(&f, ns.bytes + 54, ns.len - 54);
    frame_set16(&f, 18, (uint16_t)(f.len - 54));
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NDP_FRAGMENTED), 1);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_7_2_a_neighbour_is_solicited_and_its_answer_releases_the_packet)
{
    struct host h;
    struct frame f;
    host6_ready(&h, 0);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    struct nonnet_udp_message m = {.peer = {peer6, 9}};
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, (const uint8_t *)"x", 1, h.now),
                     NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[54], 135);
    ck_assert_mem_eq(f.bytes, "\x33\x33\xff\0\0\2", 6);
    ck_assert_mem_eq(f.bytes + 14 + 8, host_global.octet, 16); /* who sends asks */
    ck_assert_mem_eq(f.bytes + 78, "\1\1" HOST_MAC, 8);
    ck_assert(host_is_silent(&h));
    struct frame na = frame_na(&h, &peer6, 0x60000000, PEER_MAC, false);
    host_input(&h, &na);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    ck_assert_uint_eq(f.bytes[14 + 6], 17);
    /* Section 7.2.5: without the override flag a known station is not replaced. */
    na = frame_na(&h, &peer6, 0x40000000, GATEWAY_MAC, false);
    host_input(&h, &na);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, PEER_MAC, 6);
    host_end(&h);
}
END_TEST

START_TEST(a_solicitation_makes_no_entry)
{
    struct host h;
    struct frame f;
    host6_ready(&h, 0);
    struct frame ns = frame_ns(&h, &host_global, &peer6, NULL);
    host_input(&h, &ns);
    host_discard_output(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    struct nonnet_udp_message m = {.peer = {peer6, 9}};
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[54], 135);
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_6_3_7_routers_are_asked_for_until_one_answers)
{
    struct host h;
    unsigned before, after;
    host6_configure(&h);
    host_start(&h, NONNET_INTERFACE_IPV6);
    host_wait(&h, 30 * S);
    before = host6_count_sent(&h, 133);
    ck_assert_uint_ge(before, 3);
    ck_assert_uint_le(before, 5); /* RFC 7559: 4 s, 8 s, 16 s ... */
    struct frame f = frame_ra(&h, 1800, 3600, 1800);
    host_input(&h, &f);
    host_wait(&h, 300 * S);
    after = host6_count_sent(&h, 133);
    ck_assert_uint_eq(after, 0);
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_6_3_4_a_router_is_used_for_its_lifetime)
{
    struct host h;
    struct frame f;
    struct nonnet_udp_message m = {.peer = {far6, 9}};
    host6_ready(&h, 0);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_UNREACHABLE);
    f = frame_ra(&h, 1800, 3600, 1800);
    host_input(&h, &f);
    ck_assert(host_events(&h) & NONNET_EVENT_ROUTES_CHANGED);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f)); /* the advertisement said which station it is */
    ck_assert_mem_eq(f.bytes, GATEWAY_MAC, 6);
    ck_assert_uint_eq(f.bytes[14 + 7], 77); /* and the hop limit */
    host_wait(&h, 1801 * S);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_UNREACHABLE);
    f = frame_ra(&h, 1800, 3600, 1800);
    host_input(&h, &f);
    f = frame_ra(&h, 0, 3600, 1800);
    host_input(&h, &f);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_E_UNREACHABLE);
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_6_1_2_an_advertisement_must_come_from_a_link_local_address)
{
    struct host h;
    host6_ready(&h, 0);
    struct frame f = frame_ra(&h, 1800, 3600, 1800);
    memcpy(f.bytes + 14 + 8, peer6.octet, 16);
    frame_checksum(&f, f.len - 54, 2, 58);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_NDP_MALFORMED), 1);
    ck_assert(!(host_events(&h) & NONNET_EVENT_ROUTES_CHANGED));
    host_end(&h);
}
END_TEST

START_TEST(a_flood_of_routers_and_prefixes_leaves_room_for_others)
{
    struct host h;
    host6_configure(&h);
    h.config.naddresses = 16;
    host_start(&h, NONNET_INTERFACE_IPV6 | NONNET_INTERFACE_SLAAC);
    host_wait(&h, 3 * S);
    for (int i = 0; i < 1000; i++) {
        struct frame f = frame_ra(&h, 1800, 3600, 1800);
        frame_set16(&f, 14 + 8 + 14, (uint16_t)(i + 1));
        frame_set16(&f, f.len - 16 + 4, (uint16_t)(i + 1)); /* another prefix, too */
        frame_checksum(&f, f.len - 54, 2, 58);
        host_input(&h, &f);
    }
    ck_assert_uint_ge(host_count(&h, NONNET_COUNT_DROP_NDP_TABLE), 1000);
    struct nonnet_route manual = {.prefix = {.version = 6}, .gateway = peer6};
    ck_assert_int_eq(nonnet_route_add(h.stack, h.interface, &manual), NONNET_OK);
    unsigned addresses = 0;
    struct nonnet_address_info info;
    while (nonnet_interface_address(h.stack, h.interface, addresses, &info) == NONNET_OK)
        addresses++;
    ck_assert_uint_eq(addresses, 1 + 12); /* the link-local one, and three fourths */
    host_end(&h);
}
END_TEST

START_TEST(rfc4862_5_5_3_a_prefix_gives_a_stable_address_that_is_the_same_next_time)
{
    struct host a, b;
    host6_configure(&a);
    memcpy(a.config.stable_secret, "a secret of host", 16);
    host_start(&a, NONNET_INTERFACE_IPV6 | NONNET_INTERFACE_SLAAC);
    host_wait(&a, 5 * S);
    struct frame f = frame_ra(&a, 1800, 3600, 1800);
    host_input(&a, &f);
    host_wait(&a, 5 * S);
    struct nonnet_address_info info;
    ck_assert_int_eq(nonnet_interface_address(a.stack, a.interface, 1, &info), NONNET_OK);
    ck_assert_mem_eq(info.address.octet, "\x20\x01\x0d\xb8\0\1\0\0", 8);
    ck_assert(info.announced && !info.temporary);
    ck_assert_int_eq(info.state, NONNET_ADDRESS_PREFERRED);
    ck_assert_mem_ne(info.address.octet + 8, "\0\0\0\xff\xfe", 5); /* not of the station */
    host6_configure(&b);
    b.random ^= 12345;
    memcpy(b.config.stable_secret, "a secret of host", 16);
    host_start(&b, NONNET_INTERFACE_IPV6 | NONNET_INTERFACE_SLAAC);
    host_wait(&b, 5 * S);
    f = frame_ra(&b, 1800, 3600, 1800);
    host_input(&b, &f);
    struct nonnet_address again = host6_address(&b, 1);
    ck_assert_mem_eq(again.octet, info.address.octet, 16);
    host_end(&a);
    host_end(&b);
}
END_TEST

START_TEST(rfc4862_5_5_3_e_nobody_takes_an_address_away_in_less_than_two_hours)
{
    struct host h;
    struct nonnet_address_info info;
    host6_ready(&h, NONNET_INTERFACE_SLAAC);
    struct frame f = frame_ra(&h, 1800, 86400, 43200);
    host_input(&h, &f);
    ck_assert_int_eq(nonnet_interface_address(h.stack, h.interface, 2, &info), NONNET_OK);
    ck_assert_uint_eq(info.valid_until, h.now + 86400 * S);
    f = frame_ra(&h, 1800, 10, 0);
    host_input(&h, &f);
    ck_assert_int_eq(nonnet_interface_address(h.stack, h.interface, 2, &info), NONNET_OK);
    ck_assert_uint_eq(info.valid_until, h.now + 7200 * S);
    host_wait(&h, 5 * S);
    ck_assert_int_eq(nonnet_interface_address(h.stack, h.interface, 2, &info), NONNET_OK);
    ck_assert_int_eq(info.state, NONNET_ADDRESS_DEPRECATED);
    f = frame_ra(&h, 1800, 10, 0); /* less than two hours are left: that is not believed at all */
    host_input(&h, &f);
    ck_assert_int_eq(nonnet_interface_address(h.stack, h.interface, 2, &info), NONNET_OK);
    ck_assert_uint_eq(info.valid_until, h.now + 7195 * S);
    host_wait(&h, 7200 * S);
    ck_assert_int_eq(nonnet_interface_address(h.stack, h.interface, 2, &info), NONNET_E_NOT_FOUND);
    host_end(&h);
}
END_TEST

START_TEST(rfc8981_temporary_addresses_are_preferred_and_replaced_in_time)
{
    struct host h;
    struct frame f;
    struct nonnet_address used = {0};
    unsigned changes = 0;
    host6_ready(&h, NONNET_INTERFACE_SLAAC | NONNET_INTERFACE_TEMPORARY);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    struct nonnet_udp_message m = {.peer = {far6, 9}};
    for (int hour = 0; hour < 24 * 7; hour++) {
        f = frame_ra(&h, 9000, 7 * 86400, 7 * 86400);
        host_input(&h, &f);
        host_wait(&h, 3600 * S);
        host_discard_output(&h);
        ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
        while (host_output(&h, &f))
            if (f.bytes[14 + 6] == 17)
                break;
        ck_assert_mem_eq(f.bytes + 14 + 8, "\x20\x01\x0d\xb8\0\1\0\0", 8);
        bool temporary = false;
        struct nonnet_address_info info;
        for (size_t i = 0; nonnet_interface_address(h.stack, h.interface, i, &info) == NONNET_OK;
             i++) {
            if (memcmp(info.address.octet, f.bytes + 14 + 8, 16) == 0) {
                temporary = info.temporary;
                ck_assert_int_eq(info.state, NONNET_ADDRESS_PREFERRED);
            }
        }
        ck_assert(temporary);
        changes += memcmp(used.octet, f.bytes + 14 + 8, 16) != 0;
        memcpy(used.octet, f.bytes + 14 + 8, 16);
        host_discard_output(&h);
    }
    /* Each is preferred for 0.6 to 1 day. */
    ck_assert_uint_ge(changes, 7);
    ck_assert_uint_le(changes, 13);
    host_end(&h);
}
END_TEST

static unsigned count_preferred_temporary(struct host *h)
{
    struct nonnet_address_info info;
    unsigned count = 0;
    for (size_t i = 0; nonnet_interface_address(h->stack, h->interface, i, &info) == NONNET_OK; i++)
        count += info.temporary && info.state == NONNET_ADDRESS_PREFERRED;
    return count;
}

START_TEST(rfc8981_3_4_a_prefix_that_comes_back_has_a_temporary_address_again)
{
    struct host h;
    host6_ready(&h, NONNET_INTERFACE_SLAAC | NONNET_INTERFACE_TEMPORARY);
    struct frame good = frame_ra(&h, 9000, 86400, 86400),
                 deprecating = frame_ra(&h, 9000, 86400, 0);
    for (int round = 0; round < 2; round++) {
        host_input(&h, &good);
        host_wait(&h, 10 * S);
        host_discard_output(&h);
        ck_assert_uint_eq(count_preferred_temporary(&h), 1);
        host_input(&h, &deprecating);
        host_wait(&h, 10 * S);
        host_discard_output(&h);
        ck_assert_uint_eq(count_preferred_temporary(&h), 0);
    }
    host_end(&h);
}
END_TEST

START_TEST(rfc4861_8_a_redirect_is_believed_from_the_router_in_use_only)
{
    struct host h;
    struct frame f;
    struct nonnet_udp_message m = {.peer = {far6, 9}};
    host6_ready(&h, 0);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    f = frame_ra(&h, 1800, 3600, 1800);
    host_input(&h, &f);
    struct nonnet_address better = gateway6;
    better.octet[15] = 0x77;
    struct frame redirect = frame_redirect(&h, &better, &better, &far6);
    host_input(&h, &redirect);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes, GATEWAY_MAC, 6);
    redirect = frame_redirect(&h, &gateway6, &better, &far6);
    host_input(&h, &redirect);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[54], 135); /* it looks for the better router */
    ck_assert_mem_eq(f.bytes + 62, better.octet, 16);
    host_end(&h);
}
END_TEST

START_TEST(rfc3810_groups_are_reported_with_a_router_alert)
{
    struct host h;
    struct frame f;
    unsigned reports = 0;
    host6_configure(&h);
    host_start(&h, NONNET_INTERFACE_IPV6);
    host_wait(&h, 3 * S);
    while (host_output(&h, &f)) {
        if (f.bytes[14 + 6] != 0)
            continue;
        reports++;
        ck_assert_mem_eq(f.bytes, "\x33\x33\0\0\0\x16", 6);
        ck_assert_uint_eq(f.bytes[14 + 7], 1);
        ck_assert_mem_eq(f.bytes + 54, "\x3a\0\5\2\0\0\1\0", 8);
        ck_assert_uint_eq(f.bytes[62], 143);
        ck_assert_uint_eq(frame_get32(&f, 66), 1);
        ck_assert_uint_eq(f.bytes[70], 4);
        ck_assert_mem_eq(f.bytes + 74, "\xff\2\0\0\0\0\0\0\0\0\0\1\xff", 13);
    }
    ck_assert_uint_eq(reports, 2);
    f = frame_mld_query(&h, 1000);
    host_input(&h, &f);
    host_wait(&h, S);
    unsigned answers = 0;
    while (host_output(&h, &f)) {
        if (f.bytes[14 + 6] == 0 && f.bytes[70] == 2) {
            answers++;
            ck_assert_uint_eq(f.bytes[14 + 8], 0xfe); /* there is a link-local address by now */
        }
    }
    ck_assert_uint_eq(answers, 1);
    host_end(&h);
}
END_TEST

START_TEST(rfc4443_echo_is_answered_and_errors_are_sent)
{
    struct host h;
    struct frame f;
    host6_ready(&h, 0);
    host6_learn_peer(&h);
    f = frame_icmpv6(&peer6, &host_global, 128, 0, 0x12345678, "content", 7);
    host_input(&h, &f);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[54], 129);
    ck_assert_mem_eq(f.bytes + 58,
                     "\x12\x34\x56\x78"
                     "content",
                     11);
    ck_assert_uint_eq(host6_sum(&f), 0);
    f = frame_udp6(&peer6, &host_global, 1, 7, "x", 1);
    host_input(&h, &f);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[54], 1);
    ck_assert_uint_eq(f.bytes[55], 4);
    f = frame_ipv6(PEER_MAC, &peer6, &host_global, 99, 64, "x", 1);
    host_input(&h, &f);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[54], 4);
    ck_assert_uint_eq(f.bytes[55], 1);
    ck_assert_uint_eq(frame_get32(&f, 58), 6);
    f = frame_icmpv6(&peer6, &host_global, 1, 4, 0, "x", 1);
    host_input(&h, &f);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc8200_8_1_udp_without_a_checksum_is_dropped)
{
    struct host h;
    host6_ready(&h, 0);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    struct frame f = frame_udp6(&peer6, &host_global, 1, 5000, "x", 1);
    host_input(&h, &f);
    ck_assert_int_eq(host6_receive(&h, socket), 1);
    frame_set16(&f, 54 + 6, 0);
    host_input(&h, &f);
    ck_assert_int_eq(host6_receive(&h, socket), -1);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_UDP_CHECKSUM), 1);
    host_end(&h);
}
END_TEST

START_TEST(rfc8201_a_path_mtu_is_learnt_and_datagrams_are_cut_to_it)
{
    struct host h;
    struct frame f, sent;
    static uint8_t data[1400];
    host6_ready(&h, 0);
    host6_learn_peer(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    struct nonnet_udp_message m = {.peer = {peer6, 9}};
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, sizeof data, h.now), NONNET_OK);
    ck_assert(host_output(&h, &sent));
    /* Less than 1280 is not believed, and nothing that quotes a packet that was not sent. */
    f = frame_icmpv6(&peer6, &host_global, 2, 0, 1279, sent.bytes + 14, 60);
    host_input(&h, &f);
    struct frame lie = sent;
    lie.bytes[14 + 40] ^= 1;
    f = frame_icmpv6(&peer6, &host_global, 2, 0, 1280, lie.bytes + 14, 60);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 0);
    f = frame_icmpv6(&peer6, &host_global, 2, 0, 1280, sent.bytes + 14, 60);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_PATH_MTU_LEARNED), 1);
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, data, sizeof data, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_le(f.len, 14 + 1280);
    ck_assert_uint_eq(f.bytes[14 + 6], 44);
    ck_assert_uint_eq(frame_get16(&f, 56), 1);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(frame_get16(&f, 56) & 7, 0);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(fragments_are_put_together_and_overlaps_end_them)
{
    struct host h;
    host6_ready(&h, 0);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    static uint8_t data[2000];
    struct frame whole = frame_udp6(&peer6, &host_global, 1, 5000, data, sizeof data);
    struct frame a = frame_fragment6(&whole, 1, 0, 1000, true);
    struct frame b = frame_fragment6(&whole, 1, 1000, 1008, false);
    host_input(&h, &b);
    host_input(&h, &a);
    ck_assert_int_eq(host6_receive(&h, socket), 2000);
    a = frame_fragment6(&whole, 2, 0, 1000, true);
    b = frame_fragment6(&whole, 2, 992, 1016, false);
    host_input(&h, &a);
    host_input(&h, &b);
    ck_assert_int_eq(host6_receive(&h, socket), -1);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_OVERLAP), 1);
    /* RFC 6946: an atomic fragment is by itself, whatever else has its identification. */
    a = frame_fragment6(&whole, 3, 0, 1000, true);
    host_input(&h, &a);
    struct frame small = frame_udp6(&peer6, &host_global, 1, 5000, "x", 1);
    b = frame_fragment6(&small, 3, 0, 9, false);
    host_input(&h, &b);
    ck_assert_int_eq(host6_receive(&h, socket), 1);
    b = frame_fragment6(&whole, 3, 1000, 1008, false);
    host_input(&h, &b);
    ck_assert_int_eq(host6_receive(&h, socket), 2000);
    host_end(&h);
}
END_TEST

START_TEST(rfc8200_4_5_fragments_that_cannot_be_are_reported)
{
    struct host h;
    struct frame f;
    host6_ready(&h, 0);
    host6_learn_peer(&h);
    static uint8_t data[2000];
    struct frame whole = frame_udp6(&peer6, &host_global, 1, 5000, data, sizeof data);
    struct frame a = frame_fragment6(&whole, 1, 0, 1001, true);
    host_input(&h, &a);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[54], 4);
    ck_assert_uint_eq(frame_get32(&f, 58), 4);
    a = frame_fragment6(&whole, 1, 0, 1000, false);
    frame_set16(&a, 56, 65528);
    host_input(&h, &a);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(frame_get32(&f, 58), 42);
    /* RFC 7112: the first fragment must have the whole chain. */
    whole.bytes[14 + 6] = 6;
    a = frame_fragment6(&whole, 2, 0, 8, true);
    host_input(&h, &a);
    ck_assert(host_output(&h, &f));
    ck_assert_uint_eq(f.bytes[55], 3);
    host_end(&h);
}
END_TEST

START_TEST(sources_that_nobody_can_have_are_dropped)
{
    struct host h;
    host6_ready(&h, 0);
    struct nonnet_udp_handle socket = host_udp(&h, 6, 5000);
    static const struct nonnet_address martians[] = {
        {6, {[15] = 1}}, {6, {0xff, 2, [15] = 1}}, {6, {[10] = 0xff, 0xff, 10, 0, 0, 1}}, {6, {0}}};
    for (size_t i = 0; i < sizeof martians / sizeof martians[0]; i++) {
        struct frame f = frame_udp6(&martians[i], &host_global, 1, 5000, "x", 1);
        host_input(&h, &f);
        ck_assert_int_eq(host6_receive(&h, socket), -1);
        ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_MARTIAN_SOURCE), i + 1);
    }
    struct frame f = frame_udp6(&host_global, &host_global, 1, 5000, "x", 1);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_OWN_SOURCE), 1);
    f = frame_udp6(&far6, &host_global, 1, 5000, "x", 1); /* and there is no route back */
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_REVERSE_PATH), 1);
    host_end(&h);
}
END_TEST

START_TEST(rfc6724_5_the_source_has_the_scope_of_the_destination)
{
    struct host h;
    struct nonnet_udp_handle socket;
    struct nonnet_endpoint local, remote;
    host6_ready(&h, 0);
    struct nonnet_endpoint near = {gateway6, 9}, global = {peer6, 9};
    ck_assert_int_eq(nonnet_udp_open(h.stack, 6, &socket), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_connect(h.stack, socket, &near, h.interface), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_endpoints(h.stack, socket, &local, &remote), NONNET_OK);
    ck_assert_uint_eq(local.address.octet[0], 0xfe);
    ck_assert_int_eq(nonnet_udp_open(h.stack, 6, &socket), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_connect(h.stack, socket, &global, no_interface), NONNET_OK);
    ck_assert_int_eq(nonnet_udp_endpoints(h.stack, socket, &local, &remote), NONNET_OK);
    ck_assert_mem_eq(local.address.octet, host_global.octet, 16);
    host_end(&h);
}
END_TEST

START_TEST(without_the_flag_there_is_no_ipv6)
{
    struct host h;
    host_ipv4(&h);
    host_wait(&h, 100 * S);
    ck_assert(host_is_silent(&h));
    struct frame f = frame_udp6(&peer6, &host_global, 1, 5000, "x", 1);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_IP_VERSION), 1);
    ck_assert_int_eq(nonnet_interface_address_add(h.stack, h.interface, &host_global, 64, 0, h.now),
                     NONNET_E_INVALID);
    host_end(&h);
}
END_TEST

static Suite *ipv6_host_suite(void)
{
    Suite *suite = suite_create("nonnet IPv6 host");
    TCase *tc = tcase_create("duplicate addresses");
    tcase_add_test(tc, rfc4862_5_4_the_link_local_address_is_probed_for_from_nobody);
    tcase_add_test(tc,
                   rfc4862_5_4_3_a_probe_of_another_host_is_a_conflict_and_another_address_is_made);
    tcase_add_test(tc, rfc4862_5_4_4_an_advertisement_for_a_tentative_address_is_a_conflict);
    tcase_add_test(tc, rfc7527_our_own_probe_that_comes_back_is_no_conflict);
    tcase_add_test(tc, an_interface_gives_up_after_four_conflicts);
    suite_add_tcase(suite, tc);
    tc = tcase_create("neighbours");
    tcase_add_test(tc, rfc4861_7_2_4_a_solicitation_is_answered_to_who_asked);
    tcase_add_test(tc, rfc4861_7_2_4_a_probe_for_our_address_is_answered_to_everybody);
    tcase_add_test(tc, rfc4861_7_1_invalid_messages_are_dropped);
    tcase_add_test(tc, rfc6980_neighbour_discovery_with_a_fragment_header_is_dropped);
    tcase_add_test(tc, rfc4861_7_2_a_neighbour_is_solicited_and_its_answer_releases_the_packet);
    tcase_add_test(tc, a_solicitation_makes_no_entry);
    suite_add_tcase(suite, tc);
    tc = tcase_create("routers and addresses");
    tcase_add_test(tc, rfc4861_6_3_7_routers_are_asked_for_until_one_answers);
    tcase_add_test(tc, rfc4861_6_3_4_a_router_is_used_for_its_lifetime);
    tcase_add_test(tc, rfc4861_6_1_2_an_advertisement_must_come_from_a_link_local_address);
    tcase_add_test(tc, a_flood_of_routers_and_prefixes_leaves_room_for_others);
    tcase_add_test(tc, rfc4862_5_5_3_a_prefix_gives_a_stable_address_that_is_the_same_next_time);
    tcase_add_test(tc, rfc4862_5_5_3_e_nobody_takes_an_address_away_in_less_than_two_hours);
    tcase_add_test(tc, rfc8981_temporary_addresses_are_preferred_and_replaced_in_time);
    tcase_add_test(tc, rfc8981_3_4_a_prefix_that_comes_back_has_a_temporary_address_again);
    tcase_add_test(tc, rfc4861_8_a_redirect_is_believed_from_the_router_in_use_only);
    tcase_add_test(tc, rfc3810_groups_are_reported_with_a_router_alert);
    suite_add_tcase(suite, tc);
    tc = tcase_create("packets");
    tcase_add_test(tc, rfc4443_echo_is_answered_and_errors_are_sent);
    tcase_add_test(tc, rfc8200_8_1_udp_without_a_checksum_is_dropped);
    tcase_add_test(tc, rfc8201_a_path_mtu_is_learnt_and_datagrams_are_cut_to_it);
    tcase_add_test(tc, fragments_are_put_together_and_overlaps_end_them);
    tcase_add_test(tc, rfc8200_4_5_fragments_that_cannot_be_are_reported);
    tcase_add_test(tc, sources_that_nobody_can_have_are_dropped);
    tcase_add_test(tc, rfc6724_5_the_source_has_the_scope_of_the_destination);
    tcase_add_test(tc, without_the_flag_there_is_no_ipv6);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ipv6_host_suite)
