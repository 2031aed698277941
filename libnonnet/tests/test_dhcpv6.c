/*
 * The DHCP client for IPv6 by the sections of RFC 8415, with RFC 7844, against a router and servers
 * played here.
 */
#include "dhcpv6_lab.h"

#include <nonnet/dhcpv4.h>

START_TEST(rfc8415_6_nothing_is_asked_that_no_router_speaks_of)
{
    struct host h;
    struct said s;
    host_client(&h, NONNET_INTERFACE_SLAAC);
    ck_assert(!client_says_within(&h, &s, 100));
    router_says(&h, 0, true);
    ck_assert(!client_says_within(&h, &s, 100));
    ck_assert(!has_lease(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_a_host_gets_an_address_and_name_servers)
{
    struct host h;
    struct said s;
    struct nonnet_dhcpv6_lease lease;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    uint64_t began = h.now;
    client_says(&h, &s, SOLICIT);
    ck_assert_uint_le(h.now - began, S); /* SOL_MAX_DELAY */
    ck_assert(s.has_client && !s.has_server && s.has_ia && !s.has_address);
    ck_assert_uint_eq(s.elapsed, 0);
    uint32_t xid = s.xid;
    uint64_t solicited = h.now;
    server_says(&h, answer(&s, ADVERTISE));
    client_says(&h, &s, REQUEST); /* after the time that others have to make a better offer */
    ck_assert_uint_gt(h.now - solicited, S);
    ck_assert_uint_le(h.now - solicited, S + S / 10 + MS);
    ck_assert_uint_ne(s.xid, xid);
    ck_assert(s.has_client && s.has_ia && s.has_address);
    ck_assert_mem_eq(s.server, DUID_FIRST, 10);
    ck_assert_mem_eq(s.address, offered, 16);
    ck_assert(!has_lease(&h));
    struct says reply = answer(&s, REPLY);
    reply.more = "0017002020010db800000000000000000000005320010db8000000000000000000000054";
    server_says(&h, reply);
    ck_assert_int_eq(nonnet_dhcpv6_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_mem_eq(lease.address.octet, offered, 16);
    ck_assert_uint_eq(lease.nname_servers, 2);
    ck_assert_uint_eq(lease.name_servers[1].octet[15], 0x54);
    ck_assert_uint_eq(lease.expires, h.now + 7200 * S);
    ck_assert(host_events(&h) & NONNET_EVENT_LEASE_CHANGED);
    ck_assert(!has_address(&h, offered)); /* it is probed for first */
    host_wait(&h, 3 * S);
    ck_assert(has_address(&h, offered));
    host_end(&h);
}
END_TEST

START_TEST(rfc7844_4_options_are_asked_for_in_a_random_order)
{
    bool seen[2] = {false, false};
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    for (int i = 0; i < 12; i++) {
        client_says(&h, &s, SOLICIT);
        ck_assert_uint_eq(s.noptions, 2);
        ck_assert_uint_eq(s.options[0] + s.options[1], 23 + 82);
        seen[s.options[0] == 82] = true;
    }
    ck_assert(seen[0] && seen[1]);
    host_end(&h);
}
END_TEST

START_TEST(rfc7844_4_3_1_who_asks_for_name_servers_does_not_say_who_he_is)
{
    struct host h;
    struct said s;
    struct nonnet_dhcpv6_lease lease;
    host_client(&h, 0);
    router_says(&h, FLAG_OTHER, false);
    client_says(&h, &s, INFORMATION_REQUEST);
    ck_assert(!s.has_client && !s.has_server && !s.has_ia);
    ck_assert_uint_eq(s.noptions, 3);
    ck_assert_uint_eq(s.options[0] + s.options[1] + s.options[2], 23 + 32 + 83);
    struct says reply = answer(&s, REPLY);
    reply.no_ia = true;
    reply.more = "0017001020010db800000000000000000000005300200004000004b0"; /* for 1200 s */
    server_says(&h, reply); /* names a client, who did not say his name */
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DHCP_IGNORED), 1);
    reply.client = NO_DUID;
    server_says(&h, reply);
    ck_assert_int_eq(nonnet_dhcpv6_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_uint_eq(lease.address.version, 0);
    ck_assert_uint_eq(lease.nname_servers, 1);
    ck_assert(!client_says_within(&h, &s, 1199));
    ck_assert(client_says_within(&h, &s, 3));
    ck_assert_uint_eq(s.type, INFORMATION_REQUEST);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_21_23_information_is_not_asked_for_every_second)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_OTHER, false);
    client_says(&h, &s, INFORMATION_REQUEST);
    struct says reply = answer(&s, REPLY);
    reply.no_ia = true;
    reply.client = NO_DUID;
    reply.more = "0020000400000001";
    server_says(&h, reply);
    ck_assert(!client_says_within(&h, &s, 599));
    ck_assert(client_says_within(&h, &s, 3));
    reply.xid = s.xid;
    reply.more = NULL;
    server_says(&h, reply);
    ck_assert(!client_says_within(&h, &s, 86399));
    ck_assert(client_says_within(&h, &s, 3));
    host_end(&h);
}
END_TEST

START_TEST(rfc7844_4_a_host_that_makes_its_own_address_does_not_ask_for_one)
{
    struct host h;
    struct said s;
    host_client(&h, NONNET_INTERFACE_SLAAC);
    router_says(&h, FLAG_MANAGED, true);
    client_says(&h, &s, INFORMATION_REQUEST);
    router_says(&h, FLAG_MANAGED, true); /* and announcements do not make it begin anew */
    ck_assert(!client_says_within(&h, &s, 0));
    host_end(&h);
}
END_TEST

START_TEST(what_is_asked_for_can_become_more_when_a_router_says_more)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_OTHER, false);
    client_says(&h, &s, INFORMATION_REQUEST);
    router_says(&h, FLAG_OTHER | FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    router_says(&h, FLAG_OTHER, false);
    client_says(&h, &s, SOLICIT);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_9_the_best_offer_is_taken)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    server_says(&h, answer(&s, ADVERTISE));
    struct says better = answer(&s, ADVERTISE);
    better.server = DUID_OTHER;
    better.address = another;
    better.more = "0007000109";
    server_says(&h, better);
    server_says(&h, answer(&s, ADVERTISE));
    ck_assert(!client_said(&h, &s));
    client_says(&h, &s, REQUEST);
    ck_assert_mem_eq(s.server, DUID_OTHER, 10);
    ck_assert_mem_eq(s.address, another, 16);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_1_the_highest_preference_is_taken_at_once)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    struct says best = answer(&s, ADVERTISE);
    best.more = "00070001ff";
    server_says(&h, best);
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, REQUEST);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_1_a_late_offer_is_taken_at_once)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    client_says(&h, &s, SOLICIT);
    ck_assert_uint_ge(s.elapsed, 100);
    server_says(&h, answer(&s, ADVERTISE));
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, REQUEST);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_15_a_solicit_is_repeated_ever_more_slowly)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    uint32_t xid = s.xid;
    uint64_t last = h.now, before = 0;
    for (int i = 0; i < 20; i++) {
        client_says(&h, &s, SOLICIT);
        uint64_t gap = h.now - last;
        ck_assert_uint_eq(s.xid, xid);
        if (i == 0)
            ck_assert(gap > S && gap <= S + S / 10 + MS);
        else
            ck_assert((gap >= before * 19 / 10 - MS && gap <= before * 21 / 10 + MS) ||
                      (gap >= 3240 * S && gap <= 3960 * S));
        before = gap;
        last = h.now;
    }
    ck_assert_uint_ge(before, 3240 * S);
    ck_assert_uint_eq(s.elapsed, 0xffff);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_21_24_a_server_can_slow_the_client_down)
{
    static const struct {
        const char *option;
        uint64_t from, to;
    } cases[] = {{"0052000400000078", 108, 132},    /* 120 s */
                 {"005200040000001e", 3240, 3960},  /* 30 s is too short to be believed */
                 {"00520004000a8c00", 3240, 3960}}; /* and eight days too long */
    for (size_t i = 0; i < 3; i++) {
        struct host h;
        struct said s;
        uint64_t last = 0;
        host_client(&h, 0);
        router_says(&h, FLAG_MANAGED, false);
        client_says(&h, &s, SOLICIT);
        struct says refusal = answer(&s, ADVERTISE);
        refusal.address = NULL;
        refusal.ia_status = 2;
        refusal.more = cases[i].option;
        server_says(&h, refusal);
        for (int n = 0; n < 16; n++) {
            last = h.now;
            client_says(&h, &s, SOLICIT);
        }
        ck_assert_uint_ge(h.now - last, cases[i].from * S);
        ck_assert_uint_le(h.now - last, cases[i].to * S);
        host_end(&h);
    }
}
END_TEST

START_TEST(rfc8415_18_2_2_a_request_is_given_up_after_ten)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    server_says(&h, answer(&s, ADVERTISE));
    for (int i = 0; i < 10; i++)
        client_says(&h, &s, REQUEST);
    client_says(&h, &s, SOLICIT);
    ck_assert_uint_eq(s.elapsed, 0);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_4_a_lease_is_renewed_and_then_rebound)
{
    struct host h;
    struct said s;
    host_bound(&h);
    uint64_t bound = h.now;
    host_wait(&h, 3 * S);
    ck_assert(!client_says_within(&h, &s, 1796));
    client_says(&h, &s, RENEW);
    ck_assert_uint_eq(h.now - bound, 1800 * S);
    ck_assert_mem_eq(s.server, DUID_FIRST, 10);
    ck_assert_mem_eq(s.address, offered, 16);
    server_says(&h, answer(&s, REPLY));
    uint64_t renewed = h.now;
    struct nonnet_dhcpv6_lease lease;
    ck_assert_int_eq(nonnet_dhcpv6_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_uint_eq(lease.expires, renewed + 7200 * S);
    ck_assert(has_address(&h, offered));
    do {
        ck_assert(client_says_within(&h, &s, 2000));
    } while (s.type == RENEW);
    ck_assert_uint_eq(s.type, REBIND);
    ck_assert_uint_eq(h.now - renewed, 2880 * S);
    ck_assert(!s.has_server && s.has_address);
    struct says reply = answer(&s, REPLY);
    reply.server = DUID_OTHER; /* whoever answers */
    server_says(&h, reply);
    host_discard_output(&h);
    client_says(&h, &s, RENEW);
    ck_assert_mem_eq(s.server, DUID_OTHER, 10);
    host_end(&h);
}
END_TEST

START_TEST(a_lease_that_nobody_renews_ends)
{
    struct host h;
    struct said s;
    unsigned count = 0;
    host_bound(&h);
    (void)host_events(&h);
    uint64_t end = h.now + 7200 * S;
    while (h.now < end && client_says_within(&h, &s, (end - h.now) / S)) {
        count++;
        ck_assert(has_lease(&h));
        ck_assert(s.type == RENEW || s.type == REBIND);
    }
    host_wait(&h, end - h.now);
    ck_assert_uint_le(count, 40);
    ck_assert_uint_ge(count, 8);
    ck_assert(!has_lease(&h));
    ck_assert(!has_address(&h, offered));
    ck_assert(host_events(&h) & NONNET_EVENT_LEASE_CHANGED);
    client_says(&h, &s, SOLICIT);
    ck_assert(!s.has_address);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_14_2_times_that_are_left_to_the_client_are_half_and_four_fifths)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    server_says(&h, answer(&s, ADVERTISE));
    client_says(&h, &s, REQUEST);
    struct says reply = answer(&s, REPLY);
    reply.t1 = reply.t2 = 0;
    server_says(&h, reply);
    uint64_t bound = h.now;
    client_says(&h, &s, RENEW);
    ck_assert_uint_eq(h.now - bound, 1800 * S);
    while (s.type == RENEW)
        ck_assert(client_says_within(&h, &s, 700));
    ck_assert_uint_eq(h.now - bound, 2880 * S);
    host_end(&h);
}
END_TEST

START_TEST(a_lease_for_ever_is_never_renewed)
{
    struct host h;
    struct said s;
    struct nonnet_dhcpv6_lease lease;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    server_says(&h, answer(&s, ADVERTISE));
    client_says(&h, &s, REQUEST);
    struct says reply = answer(&s, REPLY);
    reply.t1 = reply.t2 = 0;
    reply.preferred = reply.valid = UINT32_MAX;
    server_says(&h, reply);
    ck_assert_int_eq(nonnet_dhcpv6_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_uint_eq(lease.expires, NONNET_NEVER);
    ck_assert(!client_says_within(&h, &s, 10000000));
    ck_assert(has_address(&h, offered));
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_10_a_server_that_forgot_is_asked_again)
{
    struct host h;
    struct said s;
    host_bound(&h);
    client_says(&h, &s, RENEW);
    struct says forgot = answer(&s, REPLY);
    forgot.address = NULL;
    forgot.ia_status = 3;
    server_says(&h, forgot);
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, REQUEST);
    ck_assert_mem_eq(s.address, offered, 16);
    ck_assert(has_lease(&h)); /* until it expires */
    server_says(&h, answer(&s, REPLY));
    ck_assert(has_address(&h, offered));
    client_says(&h, &s, RENEW);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_10_an_address_of_no_life_is_given_up)
{
    struct host h;
    struct said s;
    host_bound(&h);
    client_says(&h, &s, RENEW);
    struct says end = answer(&s, REPLY);
    end.preferred = end.valid = 0;
    server_says(&h, end);
    ck_assert(!has_lease(&h) && !has_address(&h, offered));
    client_says(&h, &s, SOLICIT);
    host_end(&h);
}
END_TEST

START_TEST(a_server_may_move_the_host_to_another_address)
{
    struct host h;
    struct said s;
    host_bound(&h);
    client_says(&h, &s, RENEW);
    struct says other = answer(&s, REPLY);
    other.address = another;
    server_says(&h, other);
    host_wait(&h, 3 * S);
    ck_assert(!has_address(&h, offered));
    ck_assert(has_address(&h, another));
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_8_an_address_in_use_is_declined)
{
    struct host h;
    struct said s;
    struct nonnet_address taken = {.version = 6};
    host_bound(&h);
    memcpy(taken.octet, offered, 16);
    struct frame f = frame_na(&h, &taken, 0x20000000, PEER_MAC, true);
    host_input(&h, &f);
    host_wait(&h, 2 * S); /* it was heard before the probe, or after: it counts either way */
    host_input(&h, &f);
    ck_assert(!has_lease(&h) && !has_address(&h, offered));
    for (int i = 0; i < 4; i++) {
        client_says(&h, &s, DECLINE);
        ck_assert_mem_eq(s.server, DUID_FIRST, 10);
        ck_assert_mem_eq(s.address, offered, 16);
        ck_assert_uint_eq(s.noptions, 0);
    }
    client_says(&h, &s, SOLICIT);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_10_a_decline_that_was_heard_is_not_repeated)
{
    struct host h;
    struct said s;
    struct nonnet_address taken = {.version = 6};
    host_bound(&h);
    memcpy(taken.octet, offered, 16);
    struct frame f = frame_na(&h, &taken, 0x20000000, PEER_MAC, true);
    host_input(&h, &f);
    client_says(&h, &s, DECLINE);
    struct says reply = answer(&s, REPLY);
    reply.no_ia = true;
    server_says(&h, reply);
    client_says(&h, &s, SOLICIT);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_18_2_7_ending_gives_the_lease_back)
{
    struct host h;
    struct said s;
    for (int answered = 0; answered < 2; answered++) {
        unsigned count = 0;
        host_bound(&h);
        host_wait(&h, 3 * S);
        host_discard_output(&h);
        ck_assert_int_eq(nonnet_dhcpv6_enable(h.stack, h.interface, false, h.now), NONNET_OK);
        ck_assert(!has_lease(&h) && !has_address(&h, offered));
        while (client_says_within(&h, &s, 1000)) {
            count++;
            ck_assert_uint_eq(s.type, RELEASE);
            ck_assert_mem_eq(s.server, DUID_FIRST, 10);
            ck_assert_mem_eq(s.address, offered, 16);
            struct says reply = answer(&s, REPLY);
            reply.no_ia = true;
            if (answered)
                server_says(&h, reply);
        }
        ck_assert_uint_eq(count, answered ? 1 : 4);
        router_says(&h, FLAG_MANAGED, false);
        ck_assert(!client_says_within(&h, &s, 1000));
        host_end(&h);
    }
}
END_TEST

START_TEST(a_link_that_comes_back_begins_anew)
{
    struct host h;
    struct said s;
    host_bound(&h);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, false, h.now), NONNET_OK);
    ck_assert(!has_lease(&h) && !has_address(&h, offered));
    ck_assert(!client_says_within(&h, &s, 100));
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, true, h.now), NONNET_OK);
    ck_assert(!client_says_within(&h, &s, 100)); /* the router of this network has not spoken yet */
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    ck_assert(!s.has_address);
    host_end(&h);
}
END_TEST

START_TEST(a_client_that_begins_late_knows_what_the_router_said)
{
    struct host h;
    struct said s;
    host6_ready(&h, 0);
    own_link_local = host6_address(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    ck_assert_int_eq(nonnet_dhcpv6_enable(h.stack, h.interface, true, h.now), NONNET_OK);
    client_says(&h, &s, SOLICIT);
    host_end(&h);
}
END_TEST

/* The number of the next message of the client of IPv4. */
static uint32_t client4_said(struct host *h)
{
    struct frame f;
    for (int i = 0; i < 20; i++) {
        while (host_output(h, &f)) {
            if (frame_get16(&f, 12) == 0x0800 && f.bytes[23] == 17 && frame_get16(&f, 36) == 67)
                return frame_get32(&f, 46);
        }
        host_wait(h, S);
    }
    ck_abort_msg("the client of IPv4 says nothing");
    return 0;
}

static void server4_says(struct host *h, uint8_t type, uint32_t xid)
{
    uint8_t m[300] = {2, 1, 6};
    struct ipv4_spec s = {.mac = "\xff\xff\xff\xff\xff\xff",
                          .from = GATEWAY_MAC,
                          .source = {192, 0, 2, 254},
                          .destination = {255, 255, 255, 255}};
    for (int i = 0; i < 4; i++)
        m[4 + i] = (uint8_t)(xid >> (24 - 8 * i));
    memcpy(m + 16, "\xc0\0\2\x4d", 4);
    memcpy(m + 28, HOST_MAC, 6);
    memcpy(m + 236, "\x63\x82\x53\x63\x35\1", 6);
    m[242] = type;
    memcpy(m + 243, "\x36\4\xc0\0\2\xfe\x33\4\0\0\x0e\x10\1\4\xff\xff\xff\0\xff", 19);
    struct frame f = frame_udp(s, 67, 68, m, sizeof m);
    host_input(h, &f);
}

START_TEST(the_leases_of_both_families_are_apart)
{
    struct nonnet_dhcpv4_lease lease;
    struct host h;
    host_bound(&h);
    host_wait(&h, 3 * S);
    host_discard_output(&h);
    ck_assert_int_eq(nonnet_dhcpv4_enable(h.stack, h.interface, true, h.now), NONNET_OK);
    server4_says(&h, 2, client4_said(&h));
    server4_says(&h, 5, client4_said(&h));
    ck_assert_int_eq(nonnet_dhcpv4_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert(has_lease(&h) && has_address(&h, offered));
    ck_assert_int_eq(nonnet_dhcpv4_enable(h.stack, h.interface, false, h.now), NONNET_OK);
    ck_assert(has_lease(&h) && has_address(&h, offered));
    host_end(&h);
}
END_TEST

START_TEST(an_interface_without_ipv6_has_no_client)
{
    struct host h;
    struct nonnet_dhcpv6_lease lease;
    struct nonnet_interface_handle stale = {0x7fff0000};
    host_ipv4(&h);
    ck_assert_int_eq(nonnet_dhcpv6_enable(h.stack, h.interface, true, h.now), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_dhcpv6_enable(h.stack, stale, true, h.now), NONNET_E_STALE);
    ck_assert_int_eq(nonnet_dhcpv6_lease(h.stack, stale, &lease), NONNET_E_STALE);
    ck_assert_int_eq(nonnet_dhcpv6_lease(h.stack, h.interface, &lease), NONNET_E_NOT_FOUND);
    host_end(&h);
}
END_TEST

/* Offers that are no offers; `to` is a Solicit. */
static void bad_offers(struct host *h, const struct said *to)
{
    static const uint8_t group[16] = {0xff, 2, [15] = 1}, local[16] = {0xfe, 0x80, [15] = 9};
    struct says s = answer(to, ADVERTISE);
    s.xid ^= 1;
    server_says(h, s);
    s = answer(to, ADVERTISE);
    s.client = DUID_OTHER;
    server_says(h, s);
    s.client = NO_DUID;
    server_says(h, s);
    s = answer(to, REPLY); /* of nothing that was asked for */
    server_says(h, s);
    s = answer(to, ADVERTISE);
    s.t1 = 3000; /* T1 after T2: the association is as if it were not there */
    server_says(h, s);
    s = answer(to, ADVERTISE);
    s.preferred = 8000;
    server_says(h, s);
    s = answer(to, ADVERTISE);
    s.preferred = s.valid = 59;
    server_says(h, s);
    s = answer(to, ADVERTISE);
    s.address = group;
    server_says(h, s);
    s.address = local;
    server_says(h, s);
    s.address = NULL;
    server_says(h, s);
    s = answer(to, ADVERTISE);
    s.more = "000d00020001"; /* a status that is not success */
    server_says(h, s);
}

/* Messages that are none. */
static void malformed_offers(struct host *h, const struct said *to)
{
    struct says s = answer(to, ADVERTISE);
    s.server = NO_DUID;
    server_says(h, s);
    static const char *const options[] = {
        "0002000a00030001020000000099",           /* a second server */
        "0001000a00030001020000000001",           /* a second client */
        "0003000c000000010000000000000000",       /* the association again */
        "00030004",                               /* cut off */
        "00030003000000",                         /* and too short */
        "00030010000000020000000000000000000500", /* an association that ends in an option */
        "0017000f200108d80000000000000000000000", /* a name server and not all of it */
        "00070000",
        "000d0001ff",
        "00520003000000",
        "00",
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        s = answer(to, ADVERTISE);
        s.more = options[i];
        server_says(h, s);
    }
}

START_TEST(what_was_not_asked_for_is_not_taken)
{
    struct host h;
    struct said s;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    bad_offers(&h, &s);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DHCP_IGNORED), 11);
    malformed_offers(&h, &s);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DHCP_MALFORMED), 12);
    client_says(&h, &s, SOLICIT);
    server_says(&h, answer(&s, ADVERTISE));
    client_says(&h, &s, REQUEST);
    struct says wrong = answer(&s, REPLY);
    wrong.server = DUID_OTHER;
    server_says(&h, wrong);
    wrong = answer(&s, REPLY);
    wrong.xid ^= 0x800000;
    server_says(&h, wrong);
    wrong = answer(&s, ADVERTISE);
    server_says(&h, wrong);
    ck_assert(!has_lease(&h));
    server_says(&h, answer(&s, REPLY));
    ck_assert(has_lease(&h));
    server_says(&h, answer(&s, REPLY)); /* once more: nobody waits for it */
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_UDP_NO_SOCKET), 1);
    host_end(&h);
}
END_TEST

START_TEST(rfc8415_14_1_a_server_that_offers_and_refuses_is_asked_ever_more_slowly)
{
    struct host h;
    struct said s;
    unsigned count = 0;
    host_client(&h, 0);
    router_says(&h, FLAG_MANAGED, false);
    uint64_t end = h.now + 1000 * S;
    while (h.now < end && client_says_within(&h, &s, 300)) {
        count++;
        struct says reply = answer(&s, s.type == SOLICIT ? ADVERTISE : REPLY);
        if (s.type == SOLICIT) {
            reply.more = "00070001ff";
        } else {
            reply.address = NULL;
            reply.ia_status = 4;
        }
        server_says(&h, reply);
    }
    ck_assert_uint_ge(count, 12);
    ck_assert_uint_le(count, 36);
    host_end(&h);
}
END_TEST

START_TEST(an_address_that_the_host_has_is_not_leased)
{
    struct host h;
    struct said s;
    host6_ready(&h, 0);
    own_link_local = host6_address(&h, 0);
    ck_assert_int_eq(nonnet_dhcpv6_enable(h.stack, h.interface, true, h.now), NONNET_OK);
    router_says(&h, FLAG_MANAGED, false);
    client_says(&h, &s, SOLICIT);
    struct says offer = answer(&s, ADVERTISE);
    offer.address = host_global.octet;
    server_says(&h, offer);
    client_says(&h, &s, REQUEST);
    offer = answer(&s, REPLY);
    offer.address = host_global.octet;
    server_says(&h, offer);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DHCP_TABLE), 1);
    ck_assert(!has_lease(&h));
    ck_assert(has_address(&h, host_global.octet));
    host_end(&h);
}
END_TEST

static Suite *dhcpv6_suite(void)
{
    Suite *suite = suite_create("nonnet DHCPv6");
    TCase *tc = tcase_create("client");
    tcase_add_test(tc, rfc8415_6_nothing_is_asked_that_no_router_speaks_of);
    tcase_add_test(tc, rfc8415_18_2_a_host_gets_an_address_and_name_servers);
    tcase_add_test(tc, rfc7844_4_options_are_asked_for_in_a_random_order);
    tcase_add_test(tc, rfc7844_4_3_1_who_asks_for_name_servers_does_not_say_who_he_is);
    tcase_add_test(tc, rfc8415_21_23_information_is_not_asked_for_every_second);
    tcase_add_test(tc, rfc7844_4_a_host_that_makes_its_own_address_does_not_ask_for_one);
    tcase_add_test(tc, what_is_asked_for_can_become_more_when_a_router_says_more);
    tcase_add_test(tc, rfc8415_18_2_9_the_best_offer_is_taken);
    tcase_add_test(tc, rfc8415_18_2_1_the_highest_preference_is_taken_at_once);
    tcase_add_test(tc, rfc8415_18_2_1_a_late_offer_is_taken_at_once);
    tcase_add_test(tc, rfc8415_15_a_solicit_is_repeated_ever_more_slowly);
    tcase_add_test(tc, rfc8415_21_24_a_server_can_slow_the_client_down);
    tcase_add_test(tc, rfc8415_18_2_2_a_request_is_given_up_after_ten);
    tcase_add_test(tc, rfc8415_18_2_4_a_lease_is_renewed_and_then_rebound);
    tcase_add_test(tc, a_lease_that_nobody_renews_ends);
    tcase_add_test(tc, rfc8415_14_2_times_that_are_left_to_the_client_are_half_and_four_fifths);
    tcase_add_test(tc, a_lease_for_ever_is_never_renewed);
    tcase_add_test(tc, rfc8415_18_2_10_a_server_that_forgot_is_asked_again);
    tcase_add_test(tc, rfc8415_18_2_10_an_address_of_no_life_is_given_up);
    tcase_add_test(tc, a_server_may_move_the_host_to_another_address);
    tcase_add_test(tc, rfc8415_18_2_8_an_address_in_use_is_declined);
    tcase_add_test(tc, rfc8415_18_2_10_a_decline_that_was_heard_is_not_repeated);
    tcase_add_test(tc, rfc8415_18_2_7_ending_gives_the_lease_back);
    tcase_add_test(tc, a_link_that_comes_back_begins_anew);
    tcase_add_test(tc, a_client_that_begins_late_knows_what_the_router_said);
    tcase_add_test(tc, the_leases_of_both_families_are_apart);
    tcase_add_test(tc, an_interface_without_ipv6_has_no_client);
    tcase_add_test(tc, what_was_not_asked_for_is_not_taken);
    tcase_add_test(tc, rfc8415_14_1_a_server_that_offers_and_refuses_is_asked_ever_more_slowly);
    tcase_add_test(tc, an_address_that_the_host_has_is_not_leased);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(dhcpv6_suite)
