/*
 * The DHCP client by the sections of RFC 2131, with RFC 3396, RFC 3442 and RFC 7844, against a
 * server played here.
 */
#include "host_tcp.h"

#include <nonnet/dhcpv4.h>

#define EVERYBODY "\xff\xff\xff\xff\xff\xff"

/* What the client said, as far as a server looks at it. */
struct said {
    uint8_t type;
    uint32_t xid;
    bool broadcast;
    bool unicast; /* to the server's address */
    uint8_t ciaddr[4];
    uint8_t wanted[4];
    uint8_t server[4];
    uint8_t parameters[16];
    size_t nparameters;
    bool other_options; /* others than these and the client identifier */
};

/* What the server says; the options are these unless the test gives its own. */
struct says {
    uint8_t type;
    uint32_t xid;
    uint8_t address[4];
    uint8_t server[4];
    uint32_t lease_s;
    const char *more; /* options in hexadecimal */
    const char *mask; /* 01 04 ... in hexadecimal; 255.255.255.0 */
};

static const uint8_t nothing[4];
static const uint8_t offered[4] = {192, 0, 2, 77};
static const uint8_t server[4] = {192, 0, 2, 254};

static void host_client(struct host *h)
{
    host_configure(h);
    host_start(h, 0);
    ck_assert_int_eq(nonnet_dhcpv4_enable(h->stack, h->interface, true, h->now), NONNET_OK);
}

static void option_note(struct said *s, uint8_t code, const uint8_t *data, size_t len)
{
    switch (code) {
    case 53:
        s->type = data[0];
        break;
    case 50:
        memcpy(s->wanted, data, 4);
        break;
    case 54:
        memcpy(s->server, data, 4);
        break;
    case 55:
        ck_assert_uint_le(len, sizeof s->parameters);
        memcpy(s->parameters, data, len);
        s->nparameters = len;
        break;
    case 61:
        ck_assert_uint_eq(len, 7);
        ck_assert_mem_eq(data, "\1" HOST_MAC, 7);
        break;
    default:
        s->other_options = true;
    }
}

/* Takes frames until one is of DHCP. Returns whether there was one. */
static bool client_said(struct host *h, struct said *s)
{
    struct frame f;
    memset(s, 0, sizeof *s);
    do {
        if (!host_output(h, &f))
            return false;
    } while (frame_get16(&f, 12) != 0x0800 || f.bytes[14 + 9] != 17 || frame_get16(&f, 36) != 67);
    ck_assert_uint_eq(f.len, 14 + 20 + 8 + 300);
    ck_assert_uint_eq(frame_get16(&f, 34), 68);
    s->unicast = memcmp(f.bytes + 14 + 16, "\xff\xff\xff\xff", 4) != 0;
    s->xid = frame_get32(&f, 46);
    s->broadcast = (frame_get16(&f, 52) & 0x8000) != 0;
    memcpy(s->ciaddr, f.bytes + 54, 4);
    ck_assert_mem_eq(f.bytes + 14 + 12, s->ciaddr, 4); /* it comes from the address that it has */
    ck_assert_mem_eq(f.bytes + 70, HOST_MAC, 6);
    size_t at = 42 + 240;
    while (f.bytes[at] != 255) {
        option_note(s, f.bytes[at], f.bytes + at + 2, f.bytes[at + 1]);
        at += 2u + f.bytes[at + 1];
        ck_assert_uint_lt(at, f.len);
    }
    return true;
}

static void server_says(struct host *h, struct says s)
{
    uint8_t m[548] = {2, 1, 6};
    uint8_t options[300];
    size_t at = 240;
    for (int i = 0; i < 4; i++)
        m[4 + i] = (uint8_t)(s.xid >> (24 - 8 * i));
    memcpy(m + 16, s.address, 4);
    memcpy(m + 28, HOST_MAC, 6);
    memcpy(m + 236, "\x63\x82\x53\x63\x35\1", 6);
    m[242] = s.type;
    memcpy(m + 243, "\x36\4", 2);
    memcpy(m + 245, s.server, 4);
    at = 249;
    if (s.lease_s > 0) {
        memcpy(m + at, "\x33\4", 2);
        for (int i = 0; i < 4; i++)
            m[at + 2 + (size_t)i] = (uint8_t)(s.lease_s >> (24 - 8 * i));
        at += 6;
    }
    size_t n = check_unhex(options, sizeof options, s.mask ? s.mask : "0104ffffff00");
    memcpy(m + at, options, n);
    at += n;
    n = check_unhex(options, sizeof options, s.more ? s.more : "0304c00002fe0608c0000235c0000236");
    memcpy(m + at, options, n);
    at += n;
    m[at++] = 255;
    struct frame f = frame_udp((struct ipv4_spec){.mac = EVERYBODY,
                                                  .from = GATEWAY_MAC,
                                                  .source = {192, 0, 2, 254},
                                                  .destination = {255, 255, 255, 255}},
                               67, 68, m, at);
    host_input(h, &f);
}

static struct says answer(const struct said *to, uint8_t type)
{
    struct says s = {.type = type, .xid = to->xid, .lease_s = 3600};
    memcpy(s.address, offered, 4);
    memcpy(s.server, server, 4);
    return s;
}

static void client_discovers(struct host *h, struct said *s)
{
    for (int i = 0; i < 100 && !client_said(h, s); i++)
        host_wait(h, S);
    ck_assert_uint_eq(s->type, 1);
}

/* Goes through discover, offer, request and acknowledgement, with more options if there are any. */
static void host_bound(struct host *h, const char *more)
{
    struct said s;
    client_discovers(h, &s);
    struct says offer = answer(&s, 2);
    offer.more = more;
    server_says(h, offer);
    ck_assert(client_said(h, &s));
    ck_assert_uint_eq(s.type, 3);
    offer.type = 5;
    offer.xid = s.xid;
    server_says(h, offer);
}

static bool has_lease(struct host *h)
{
    struct nonnet_dhcpv4_lease lease;
    return nonnet_dhcpv4_lease(h->stack, h->interface, &lease) == NONNET_OK;
}

static bool has_address(struct host *h)
{
    struct nonnet_address_info info;
    return nonnet_interface_address(h->stack, h->interface, 0, &info) == NONNET_OK &&
           info.state == NONNET_ADDRESS_PREFERRED;
}

START_TEST(rfc2131_3_1_a_host_gets_an_address_a_route_and_name_servers)
{
    struct host h;
    struct said s;
    struct nonnet_dhcpv4_lease lease;
    host_client(&h);
    client_discovers(&h, &s);
    ck_assert(s.broadcast && !s.unicast);
    server_says(&h, answer(&s, 2));
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, 3);
    ck_assert_mem_eq(s.wanted, offered, 4);
    ck_assert_mem_eq(s.server, server, 4);
    ck_assert_mem_eq(s.ciaddr, nothing, 4);
    ck_assert(!has_lease(&h));
    server_says(&h, answer(&s, 5));
    ck_assert_int_eq(nonnet_dhcpv4_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_mem_eq(lease.address.octet, offered, 4);
    ck_assert_uint_eq(lease.prefix_len, 24);
    ck_assert_mem_eq(lease.router.octet, server, 4);
    ck_assert_uint_eq(lease.nname_servers, 2);
    ck_assert_mem_eq(lease.name_servers[1].octet, "\xc0\0\2\x36", 4);
    ck_assert_uint_eq(lease.expires, h.now + 3600 * S);
    ck_assert(host_events(&h) & NONNET_EVENT_LEASE_CHANGED);
    ck_assert(!has_address(&h)); /* it is probed for first */
    host_wait(&h, 12 * S);
    ck_assert(has_address(&h));
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = {.peer = {nonnet_address_ipv4(203, 0, 113, 5), 9}};
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(rfc7844_nothing_is_said_of_the_host_and_the_order_is_random)
{
    struct host h;
    struct said s;
    uint8_t first[16];
    bool differs = false;
    host_client(&h);
    for (int i = 0; i < 5; i++) {
        client_discovers(&h, &s);
        ck_assert(!s.other_options);
        ck_assert_mem_eq(s.wanted, nothing, 4);
        ck_assert_uint_eq(s.nparameters, 6);
        differs = differs || (i > 0 && memcmp(first, s.parameters, 6) != 0);
        memcpy(first, s.parameters, 6);
    }
    ck_assert(differs);
    host_end(&h);
}
END_TEST

START_TEST(rfc2131_4_1_discovers_are_repeated_ever_more_slowly)
{
    struct host h;
    struct said s;
    unsigned count = 0;
    host_client(&h);
    for (int i = 0; i < 300; i++) {
        host_wait(&h, S);
        count += client_said(&h, &s);
    }
    /* 0, 4, 8, 16, 32, 64, 64, 64 ... */
    ck_assert_uint_ge(count, 7);
    ck_assert_uint_le(count, 9);
    host_end(&h);
}
END_TEST

START_TEST(what_was_not_asked_for_is_not_taken)
{
    struct host h;
    struct said s;
    host_client(&h);
    client_discovers(&h, &s);
    struct says wrong = answer(&s, 2);
    wrong.xid ^= 1;
    server_says(&h, wrong);
    wrong = answer(&s, 5); /* an acknowledgement of nothing */
    server_says(&h, wrong);
    wrong = answer(&s, 2);
    wrong.address[0] = 127;
    server_says(&h, wrong);
    wrong = answer(&s, 2);
    wrong.lease_s = 0;
    server_says(&h, wrong);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DHCP_IGNORED), 4);
    wrong = answer(&s, 2);
    wrong.mask = "0104ff00ff00"; /* a mask with a hole */
    server_says(&h, wrong);
    wrong = answer(&s, 2);
    wrong.more = "79022001"; /* a route that is cut off */
    server_says(&h, wrong);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DHCP_MALFORMED), 2);
    ck_assert(!client_said(&h, &s));
    client_discovers(&h, &s);
    server_says(&h, answer(&s, 2));
    ck_assert(client_said(&h, &s));
    wrong = answer(&s, 5); /* of another server, and of another address */
    wrong.server[3] = 9;
    server_says(&h, wrong);
    wrong = answer(&s, 5);
    wrong.address[3] = 9;
    server_says(&h, wrong);
    wrong = answer(&s, 6);
    wrong.server[3] = 9;
    server_says(&h, wrong);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_DHCP_IGNORED), 7);
    ck_assert(!has_lease(&h));
    server_says(&h, answer(&s, 5));
    ck_assert(has_lease(&h));
    host_end(&h);
}
END_TEST

START_TEST(rfc2131_4_4_5_a_lease_is_renewed_and_then_rebound)
{
    struct host h;
    struct said s;
    host_client(&h);
    host_bound(&h, NULL);
    host_wait(&h, 1799 * S);
    ck_assert(!client_said(&h, &s));
    host_wait(&h, 2 * S);
    struct frame arp = frame_arp(HOST_MAC, GATEWAY_MAC, 2, server, HOST_MAC, offered);
    host_input(&h, &arp);
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, 3);
    ck_assert(s.unicast);
    ck_assert_mem_eq(s.ciaddr, offered, 4);
    ck_assert_mem_eq(s.wanted, nothing, 4);
    ck_assert_mem_eq(s.server, nothing, 4);
    server_says(&h, answer(&s, 5));
    uint64_t renewed = h.now;
    struct nonnet_dhcpv4_lease lease;
    ck_assert_int_eq(nonnet_dhcpv4_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_uint_eq(lease.expires, renewed + 3600 * S);
    ck_assert(has_address(&h));
    host_wait(&h, 3150 * S + S - (h.now - renewed)); /* seven eighths: everybody is asked */
    bool rebound = false;
    while (client_said(&h, &s))
        rebound = rebound || (!s.unicast && s.type == 3 && memcmp(s.ciaddr, offered, 4) == 0);
    ck_assert(rebound);
    ck_assert(has_lease(&h));
    host_wait(&h, 450 * S);
    ck_assert(!has_lease(&h)); /* nobody answered: the address is gone */
    ck_assert(!has_address(&h));
    host_end(&h);
}
END_TEST

/* A lease expires under a connection, and the next is of 192.0.2.`last`; what the connection says then. */
static int error_after_a_lease_of(uint8_t last)
{
    struct host h;
    struct said s;
    host_client(&h);
    host_bound(&h, NULL);
    host_wait(&h, 12 * S);
    host_discard_output(&h);
    struct peer p = peer_of(&h, false, 80, 0);
    memcpy(p.other.octet, offered, 4);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    host_wait(&h, 3590 * S);
    ck_assert(!has_lease(&h));
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
    host_discard_output(&h);
    client_discovers(&h, &s);
    struct says offer = answer(&s, 2);
    offer.address[3] = last;
    server_says(&h, offer);
    ck_assert(client_said(&h, &s));
    offer.type = 5;
    offer.xid = s.xid;
    server_says(&h, offer);
    int error = nonnet_tcp_error(h.stack, socket);
    host_wait(&h, 200 * S);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), error);
    host_end(&h);
    return error;
}

START_TEST(rfc2131_4_4_5_connections_outlive_a_lease_if_the_address_is_leased_again)
{
    ck_assert_int_eq(error_after_a_lease_of(77), NONNET_OK);
    ck_assert_int_eq(error_after_a_lease_of(78), NONNET_E_UNREACHABLE);
}
END_TEST

START_TEST(rfc2131_4_4_1_an_address_in_use_is_declined)
{
    struct host h;
    struct said s;
    host_client(&h);
    host_bound(&h, NULL);
    host_wait(&h, 2 * S);
    struct frame f = frame_arp(EVERYBODY, PEER_MAC, 2, offered, EVERYBODY, offered);
    host_input(&h, &f);
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, 4);
    ck_assert_mem_eq(s.wanted, offered, 4);
    ck_assert_mem_eq(s.server, server, 4);
    ck_assert(!has_lease(&h));
    host_wait(&h, 9 * S);
    ck_assert(!client_said(&h, &s));
    host_wait(&h, 2 * S);
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, 1);
    host_end(&h);
}
END_TEST

START_TEST(rfc2131_3_1_a_refusal_begins_anew)
{
    struct host h;
    struct said s;
    host_client(&h);
    client_discovers(&h, &s);
    server_says(&h, answer(&s, 2));
    ck_assert(client_said(&h, &s));
    uint32_t xid = s.xid;
    server_says(&h, answer(&s, 6));
    client_discovers(&h, &s);
    ck_assert_uint_ne(s.xid, xid);
    host_end(&h);
}
END_TEST

START_TEST(rfc3442_classless_routes_replace_the_router)
{
    struct host h;
    struct nonnet_dhcpv4_lease lease;
    struct frame f;
    host_client(&h);
    /* A router that is not to be used; 10/8 through 192.0.2.3, 0/0 through 192.0.2.4. */
    host_bound(&h, "0304c00002fe790b080ac000020300c0000204");
    ck_assert_int_eq(nonnet_dhcpv4_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_uint_eq(lease.router.octet[3], 4);
    host_wait(&h, 12 * S);
    host_discard_output(&h);
    struct nonnet_udp_handle socket = host_udp(&h, 4, 5000);
    struct nonnet_udp_message m = {.peer = {nonnet_address_ipv4(10, 1, 1, 1), 9}};
    ck_assert_int_eq(nonnet_udp_send(h.stack, socket, &m, NULL, 0, h.now), NONNET_OK);
    ck_assert(host_output(&h, &f));
    ck_assert_mem_eq(f.bytes + 38, "\xc0\0\2\3", 4);
    host_end(&h);
}
END_TEST

START_TEST(rfc3396_an_option_in_two_parts_is_one)
{
    struct host h;
    struct nonnet_dhcpv4_lease lease;
    host_client(&h);
    host_bound(&h, "0602c00006020235");
    ck_assert_int_eq(nonnet_dhcpv4_lease(h.stack, h.interface, &lease), NONNET_OK);
    ck_assert_uint_eq(lease.nname_servers, 1);
    ck_assert_mem_eq(lease.name_servers[0].octet, "\xc0\0\2\x35", 4);
    host_end(&h);
}
END_TEST

START_TEST(without_a_client_its_port_is_nobody)
{
    struct host h;
    struct said s = {0};
    host_configure(&h);
    host_start(&h, 0);
    server_says(&h, answer(&s, 2));
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_REVERSE_PATH), 1);
    host_end(&h);
}
END_TEST

START_TEST(ending_gives_the_lease_back)
{
    struct host h;
    struct said s;
    host_client(&h);
    host_bound(&h, NULL);
    host_wait(&h, 12 * S);
    host_discard_output(&h);
    ck_assert_int_eq(nonnet_dhcpv4_enable(h.stack, h.interface, false, h.now), NONNET_OK);
    struct frame arp = frame_arp(HOST_MAC, GATEWAY_MAC, 2, server, HOST_MAC, offered);
    host_input(&h, &arp);
    ck_assert(client_said(&h, &s));
    ck_assert_uint_eq(s.type, 7);
    ck_assert(s.unicast);
    ck_assert_mem_eq(s.ciaddr, offered, 4);
    ck_assert(!has_lease(&h) && !has_address(&h));
    host_wait(&h, 1000 * S);
    ck_assert(!client_said(&h, &s));
    host_end(&h);
}
END_TEST

START_TEST(a_link_that_comes_back_begins_anew)
{
    struct host h;
    struct said s;
    host_client(&h);
    host_bound(&h, NULL);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, false, h.now), NONNET_OK);
    ck_assert(!has_lease(&h));
    host_wait(&h, 100 * S);
    ck_assert(!client_said(&h, &s));
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, true, h.now), NONNET_OK);
    client_discovers(&h, &s);
    ck_assert_mem_eq(s.wanted, nothing, 4); /* RFC 7844: not the address of another network */
    host_end(&h);
}
END_TEST

static Suite *dhcpv4_suite(void)
{
    Suite *suite = suite_create("nonnet DHCPv4");
    TCase *tc = tcase_create("client");
    tcase_add_test(tc, rfc2131_3_1_a_host_gets_an_address_a_route_and_name_servers);
    tcase_add_test(tc, rfc7844_nothing_is_said_of_the_host_and_the_order_is_random);
    tcase_add_test(tc, rfc2131_4_1_discovers_are_repeated_ever_more_slowly);
    tcase_add_test(tc, what_was_not_asked_for_is_not_taken);
    tcase_add_test(tc, rfc2131_4_4_5_a_lease_is_renewed_and_then_rebound);
    tcase_add_test(tc, rfc2131_4_4_5_connections_outlive_a_lease_if_the_address_is_leased_again);
    tcase_add_test(tc, rfc2131_4_4_1_an_address_in_use_is_declined);
    tcase_add_test(tc, rfc2131_3_1_a_refusal_begins_anew);
    tcase_add_test(tc, rfc3442_classless_routes_replace_the_router);
    tcase_add_test(tc, rfc3396_an_option_in_two_parts_is_one);
    tcase_add_test(tc, without_a_client_its_port_is_nobody);
    tcase_add_test(tc, ending_gives_the_lease_back);
    tcase_add_test(tc, a_link_that_comes_back_begins_anew);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(dhcpv4_suite)
