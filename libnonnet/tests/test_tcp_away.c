/*
 * Connections whose link or address goes away: who waits, who ends, and who is told.
 */
#include "host_tcp.h"

static struct host h;

static void setup(void)
{
    host_tcp_configure(&h);
    h.config.naddresses = 16;
    host_tcp_ready_with(&h, NONNET_INTERFACE_SLAAC | NONNET_INTERFACE_TEMPORARY);
}

static void teardown(void)
{
    host_end(&h);
}

static void announce(uint32_t valid_s, uint32_t preferred_s)
{
    struct frame f = frame_ra(&h, 1800, valid_s, preferred_s);
    host_input(&h, &f);
    host_wait(&h, 5 * S);
    host_discard_output(&h);
}

/* The address of the announced prefix, stable or temporary. */
static struct nonnet_address announced(bool temporary)
{
    struct nonnet_address_info info = {.announced = false};
    for (size_t i = 0; !info.announced || info.temporary != temporary; i++)
        ck_assert_int_eq(nonnet_interface_address(h.stack, h.interface, i, &info), NONNET_OK);
    return info.address;
}

/* A peer on the link calls that address. */
static struct nonnet_tcp_handle called(struct peer *p, bool temporary)
{
    struct nonnet_tcp_handle socket;
    *p = peer_of(&h, true, 4000, 80);
    p->other = announced(temporary);
    socket = peer_opens_accepted(p, host_listen(&h, true, 80, 4));
    (void)socket_events(&h, socket);
    return socket;
}

static void link_set(bool up)
{
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, up, h.now), NONNET_OK);
}

static void connection_works(struct peer *p, struct nonnet_tcp_handle socket)
{
    uint8_t data[8];
    uint32_t len;
    peer_send(p, ACK, "ping", 4);
    ck_assert_uint_eq(host_sends(&h, ACK)->h.ack, p->seq);
    ck_assert_int_eq(nonnet_tcp_read(h.stack, socket, data, sizeof data, &len), NONNET_OK);
    ck_assert_uint_eq(len, 4);
    (void)socket_events(&h, socket);
}

static void connection_is_lost(struct nonnet_tcp_handle socket)
{
    ck_assert_uint_ne(socket_events(&h, socket) & NONNET_EVENT_CLOSED, 0);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_UNREACHABLE);
    ck_assert_int_eq(socket_state(&h, socket), NONNET_TCP_CLOSED);
}

START_TEST(a_call_ends_with_the_address_that_it_comes_from)
{
    struct nonnet_address own = _i == 1 ? host_global : host4;
    struct peer p = peer_of(&h, _i == 1, 80, 0), q = peer_of(&h, _i == 1, 81, 0);
    struct nonnet_tcp_handle socket = host_calls(&p, NULL);
    struct nonnet_tcp_handle orphan = host_calls(&q, NULL);
    (void)socket_events(&h, socket);
    ck_assert_int_eq(nonnet_tcp_close(h.stack, orphan, h.now), NONNET_OK);
    (void)host_sends(&h, FIN | ACK);
    ck_assert_int_eq(nonnet_interface_address_remove(h.stack, h.interface, &own), NONNET_OK);
    ck_assert_uint_eq(host_sends(&h, RST | ACK)->h.destination_port, 80);
    ck_assert_uint_eq(host_sends(&h, RST | ACK)->h.destination_port, 81);
    connection_is_lost(socket);
    ck_assert(host_is_silent_in_tcp(&h));
    ck_assert_int_eq(nonnet_tcp_close(h.stack, socket, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_E_STALE);
}
END_TEST

START_TEST(rfc4862_5_5_4_a_deprecated_address_keeps_its_connections_until_it_is_invalid)
{
    struct peer p;
    announce(200, 50);
    struct nonnet_tcp_handle socket = called(&p, false);
    host_wait(&h, 100 * S);
    host_discard_output(&h);
    connection_works(&p, socket);
    host_wait(&h, 100 * S);
    connection_is_lost(socket);
    /* An address that may not be used is not used for a RST either. */
    ck_assert(host_is_silent_in_tcp(&h));
}
END_TEST

START_TEST(rfc8981_a_temporary_address_ends_its_connections_with_the_link)
{
    struct peer p;
    announce(86400, 43200);
    struct nonnet_tcp_handle socket = called(&p, true);
    connection_works(&p, socket);
    link_set(false);
    connection_is_lost(socket);
}
END_TEST

START_TEST(a_stable_address_that_comes_again_keeps_its_connections)
{
    struct peer p;
    announce(86400, 43200);
    struct nonnet_tcp_handle socket = called(&p, false);
    link_set(false);
    host_wait(&h, 1000 * S);
    link_set(true);
    host_wait(&h, 100 * S);
    announce(86400, 43200);
    host_wait(&h, 100 * S);
    host_discard_output(&h);
    ck_assert_int_eq(nonnet_tcp_error(h.stack, socket), NONNET_OK);
    connection_works(&p, socket);
}
END_TEST

START_TEST(an_address_that_does_not_come_again_with_the_link_ends_its_connections)
{
    struct peer p;
    announce(86400, 43200);
    struct nonnet_tcp_handle socket = called(&p, false);
    link_set(false);
    host_wait(&h, 1000 * S);
    /* The link is lost once more before it is known: the time begins anew. */
    link_set(true);
    host_wait(&h, 100 * S);
    link_set(false);
    host_wait(&h, 100 * S);
    link_set(true);
    host_wait(&h, 119 * S);
    ck_assert_uint_eq(socket_events(&h, socket), 0);
    host_wait(&h, 2 * S);
    connection_is_lost(socket);
}
END_TEST

static Suite *tcp_away_suite(void)
{
    Suite *suite = suite_create("nonnet TCP without a link or an address");
    TCase *tc = tcase_create("away");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_call_ends_with_the_address_that_it_comes_from, 0, 2);
    tcase_add_test(tc,
                   rfc4862_5_5_4_a_deprecated_address_keeps_its_connections_until_it_is_invalid);
    tcase_add_test(tc, rfc8981_a_temporary_address_ends_its_connections_with_the_link);
    tcase_add_test(tc, a_stable_address_that_comes_again_keeps_its_connections);
    tcase_add_test(tc, an_address_that_does_not_come_again_with_the_link_ends_its_connections);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_away_suite)
