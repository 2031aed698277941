/* The net module with clients that want too much, or nonsense. */
#include <check_main.h>

#include <nonnet/tcp.h>

#include <nonos/nic.h>

#include "../host.h"
#include "players.h"
#include "router.h"

#define ONE   1001u /* Accounts */
#define TWO   1002u
#define THREE 1003u
#define LEN   65536u
#define RUNS  400u

static void setup(void)
{
    players_start();
}

static int listen_tcp(struct session *s, uint16_t port, uint64_t backlog, nonos_handle *cap)
{
    uint64_t w[NONOS_IPC_WORDS] = {0};
    words_any(w, port);
    w[3] = backlog;
    return call(s->handle, NONOS_NET_LISTEN, w, cap);
}

/* As many as there are, one after the other. */
static unsigned take_all(struct session *s, int (*open)(struct session *, nonos_handle *),
                         nonos_handle *caps, unsigned max)
{
    unsigned n = 0;
    int r = 0;
    while (n < max && (r = open(s, &caps[n])) == NONOS_OK)
        n++;
    if (n < max)
        ck_assert_int_eq(r, NONOS_E_NO_SPACE);
    return n;
}

static void drop_all(const nonos_handle *caps, unsigned n)
{
    while (n-- > 0)
        kernel_drop(caps[n]);
    cable_run();
}

static int open_any_udp(struct session *s, nonos_handle *cap)
{
    return open_udp(s, 0, cap);
}

static int listen_next(struct session *s, nonos_handle *cap)
{
    static uint16_t port = 2000;
    return listen_tcp(s, port++, 1, cap);
}

START_TEST(stream_goes_out_and_comes_back)
{
    struct session s;
    nonos_handle socket;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    memcpy(s.bytes, "hello", 5);
    uint64_t w[NONOS_IPC_WORDS] = {0, 5, 1000};
    ck_assert_int_eq(call(socket, NONOS_NET_SEND, w, NULL), NONOS_OK);
    ck_assert_uint_eq(w[0], 5);
    memcpy(w, (uint64_t[NONOS_IPC_WORDS]){100, 64, 1000}, sizeof(w));
    ck_assert_int_eq(call(socket, NONOS_NET_RECEIVE, w, NULL), NONOS_OK);
    ck_assert_uint_eq(w[0], 5);
    ck_assert_mem_eq(s.bytes + 100, "hello", 5);
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

static uint64_t send_some(nonos_handle socket, uint64_t len, uint64_t ms, int result)
{
    uint64_t w[NONOS_IPC_WORDS] = {0, len, ms};
    ck_assert_int_eq(call(socket, NONOS_NET_SEND, w, NULL), result);
    return w[0];
}

START_TEST(send_is_answered_when_all_is_taken_or_its_time_is_over)
{
    const uint64_t much = 1u << 20;
    struct session s;
    nonos_handle socket;
    ck_assert_int_eq(session_open(&s, ONE, much), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    /* More than the connection has room for at once. */
    ck_assert_uint_eq(send_some(socket, 3 * LEN, 5000, NONOS_OK), 3 * LEN);
    /* The peer gives all back, and nobody reads it: after a while nothing moves. */
    uint64_t taken = send_some(socket, much, 2000, NONOS_OK);
    ck_assert_uint_gt(taken, 0);
    ck_assert_uint_lt(taken, much);
    (void)send_some(socket, 1, 2000, NONOS_E_TIMED_OUT);
    (void)send_some(socket, 1, 0, NONOS_E_TIMED_OUT);
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

START_TEST(bytes_of_a_send_that_waits_are_in_order)
{
    enum { MUCH = 5 * LEN };
    struct session s;
    nonos_handle socket;
    struct nonos_message m = nonos_message_make(NONOS_NET_SEND);
    uint64_t read = 0;
    ck_assert_int_eq(session_open(&s, ONE, MUCH + LEN), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    for (uint64_t i = 0; i < MUCH; i++)
        s.bytes[i] = (uint8_t)(i * 7 + i / 251);
    m.words[1] = MUCH;
    m.words[2] = NONOS_NET_FOREVER;
    unsigned number = kernel_send(socket, &m);
    while (read < MUCH) {
        uint64_t w[NONOS_IPC_WORDS] = {MUCH, LEN, 5000};
        ck_assert_int_eq(call(socket, NONOS_NET_RECEIVE, w, NULL), NONOS_OK);
        ck_assert_uint_le(w[0], MUCH - read);
        ck_assert_mem_eq(s.bytes + MUCH, s.bytes + read, w[0]);
        read += w[0];
    }
    ck_assert_uint_eq(kernel.answers[number].words[0], MUCH);
    kernel_forget(number);
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

/* Many bytes there and back, in pieces of the session's buffer. */
static void echo_many(unsigned seed)
{
    struct session s;
    nonos_handle socket;
    uint32_t sent = 0, got = 0;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    while (got < 300000) {
        for (uint32_t i = 0; i < 30000; i++)
            s.bytes[i] = (uint8_t)((sent + i) * 11 + seed);
        uint64_t w[NONOS_IPC_WORDS] = {0, 30000, 1000};
        ck_assert_int_eq(call(socket, NONOS_NET_SEND, w, NULL), NONOS_OK);
        sent += (uint32_t)w[0];
        while (got < sent) {
            memcpy(w, (uint64_t[NONOS_IPC_WORDS]){30000, 30000, 1000}, sizeof(w));
            ck_assert_int_eq(call(socket, NONOS_NET_RECEIVE, w, NULL), NONOS_OK);
            ck_assert_uint_gt(w[0], 0);
            for (uint32_t i = 0; i < w[0]; i++)
                ck_assert_uint_eq(s.bytes[30000 + i], (uint8_t)((got + i) * 11 + seed));
            got += (uint32_t)w[0];
        }
    }
    kernel_drop(socket);
    session_close(&s);
}

START_TEST(a_stream_is_the_same_over_each_kind_of_card)
{
    echo_many(1);
    ck_assert_uint_eq(driver_trains, 0);
    driver_offloads = true;
    driver_renew();
    echo_many(2);
    ck_assert_uint_gt(driver_trains, 10);
    driver_offloads = false;
    driver_renew();
    unsigned before = driver_trains;
    echo_many(3);
    ck_assert_uint_eq(driver_trains, before);
}
END_TEST

/* All of each kind that one client gets, what another one gets beside it, and that it comes back. */
static void share_holds(int (*open)(struct session *, nonos_handle *), unsigned share)
{
    struct session one, again, two;
    nonos_handle first[64], second[64];
    ck_assert_int_eq(session_open(&one, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(session_open(&again, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(session_open(&two, TWO, LEN), NONOS_OK);
    ck_assert_uint_eq(take_all(&one, open, first, 64), share);
    /* Another session of the same client has no other share. */
    ck_assert_uint_eq(take_all(&again, open, second, 64), 0);
    unsigned n = take_all(&two, open, second, 64);
    ck_assert_uint_ge(n, 2 * share / 3);
    drop_all(second, n);
    drop_all(first, share);
    ck_assert_uint_eq(take_all(&again, open, first, 64), share);
    drop_all(first, share);
    session_close(&one);
    session_close(&again);
    session_close(&two);
}

START_TEST(one_client_leaves_connections_to_others)
{
    share_holds(connect_tcp, 12);
}
END_TEST

START_TEST(one_client_leaves_udp_sockets_to_others)
{
    share_holds(open_any_udp, 12);
}
END_TEST

START_TEST(one_client_leaves_listeners_to_others)
{
    share_holds(listen_next, 8);
}
END_TEST

START_TEST(backlogs_are_of_the_clients_share)
{
    struct session s;
    nonos_handle caps[64], listener;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(listen_tcp(&s, 3000, 65535, &listener), NONOS_OK);
    ck_assert_uint_eq(take_all(&s, connect_tcp, caps, 64), 12 - 4);
    /* The peer's connections take what the listener has, and no more. */
    for (unsigned i = 0; i < 32; i++)
        peer_connect(3000);
    cable_run();
    uint64_t w[NONOS_IPC_WORDS] = {0};
    nonos_handle accepted;
    ck_assert_int_eq(call(listener, NONOS_NET_ACCEPT, w, &accepted), NONOS_E_NO_SPACE);
    drop_all(caps, 8);
    ck_assert_int_eq(call(listener, NONOS_NET_ACCEPT, w, &accepted), NONOS_OK);
    kernel_drop(accepted);
    kernel_drop(listener);
    session_close(&s);
}
END_TEST

/* More requests than one client may have waiting, and one of another's; all end with the sockets. */
static void wait_too_often(struct session *one, struct session *two)
{
    nonos_handle sockets[2];
    unsigned numbers[80], refused = 0;
    struct nonos_message m = nonos_message_make(NONOS_NET_RECEIVE);
    m.words[1] = 64;
    m.words[2] = NONOS_NET_FOREVER;
    ck_assert_int_eq(open_udp(one, 0, &sockets[0]), NONOS_OK);
    ck_assert_int_eq(open_udp(two, 0, &sockets[1]), NONOS_OK);
    for (unsigned i = 0; i < 80; i++)
        numbers[i] = kernel_send(sockets[0], &m);
    cable_run();
    for (unsigned i = 0; i < 80; i++)
        refused += kernel.answers[numbers[i]].done &&
                   kernel.answers[numbers[i]].result == NONOS_E_NO_SPACE;
    ck_assert_uint_eq(refused, 80 - 64);
    unsigned other = kernel_send(sockets[1], &m);
    cable_run();
    ck_assert(!kernel.answers[other].done);
    drop_all(sockets, 2);
    for (unsigned i = 0; i < 80; i++) {
        ck_assert(kernel.answers[numbers[i]].done);
        kernel_forget(numbers[i]);
    }
    ck_assert_int_eq(kernel.answers[other].result, NONOS_E_CANCELLED);
    kernel_forget(other);
}

START_TEST(one_client_leaves_room_for_waiting_requests)
{
    struct session one, two;
    ck_assert_int_eq(session_open(&one, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(session_open(&two, TWO, LEN), NONOS_OK);
    for (unsigned i = 0; i < 2; i++)
        wait_too_often(&one, &two);
    session_close(&one);
    session_close(&two);
}
END_TEST

START_TEST(one_client_has_sixteen_sessions)
{
    struct session s[17], other;
    for (unsigned i = 0; i < 16; i++)
        ck_assert_int_eq(session_open(&s[i], ONE, LEN), NONOS_OK);
    ck_assert_int_eq(session_open(&s[16], ONE, LEN), NONOS_E_NO_SPACE);
    ck_assert_int_eq(session_open(&other, TWO, LEN), NONOS_OK);
    session_close(&other);
    for (unsigned i = 0; i < 16; i++)
        session_close(&s[i]);
}
END_TEST

START_TEST(places_outside_of_the_buffer_are_refused)
{
    static const uint64_t at[] = {0, LEN, LEN + 1, LEN - 4, ~0ull, ~0ull - 63, 1ull << 32};
    struct session s;
    nonos_handle socket;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    for (unsigned i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
        uint64_t w[NONOS_IPC_WORDS] = {at[i], i == 0 ? LEN + 1 : 64, 0};
        ck_assert_int_eq(call(socket, NONOS_NET_SEND, w, NULL), NONOS_E_RANGE);
        memcpy(w, (uint64_t[NONOS_IPC_WORDS]){at[i], i == 0 ? LEN + 1 : 64, 0}, sizeof(w));
        ck_assert_int_eq(call(socket, NONOS_NET_RECEIVE, w, NULL), NONOS_E_RANGE);
    }
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

static void link_switch(nonos_handle control, bool on)
{
    uint64_t w[NONOS_IPC_WORDS] = {on};
    ck_assert_int_eq(call(control, NONOS_NET_SWITCH, w, NULL), NONOS_OK);
}

/* The link goes and comes, with a router at it; then what net-control says of it. */
static uint64_t link_flags_with(uint8_t flags)
{
    uint64_t w[NONOS_IPC_WORDS] = {0};
    nonos_handle control = kernel_connect(CAP_CONTROL, 1);
    router_flags = flags;
    link_switch(control, false);
    link_switch(control, true);
    for (unsigned i = 0; i < 100; i++) {
        kernel_sleep(100);
        cable_run();
    }
    memset(w, 0, sizeof(w));
    ck_assert_int_eq(call(control, NONOS_NET_INTERFACE, w, NULL), NONOS_OK);
    kernel_drop(control);
    return w[2];
}

static int resolve(struct session *s, const char *name, uint8_t *address)
{
    uint64_t w[NONOS_IPC_WORDS] = {0, strlen(name), 4, 5000};
    memcpy(s->bytes, name, strlen(name));
    int r = call(s->handle, NONOS_NET_RESOLVE, w, NULL);
    memcpy(address, s->bytes, 4);
    return r;
}

START_TEST(dhcpv6_is_used_as_routers_ask)
{
    struct session s;
    uint8_t address[4];
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    uint64_t none = link_flags_with(0);
    ck_assert(!(none & (NONOS_NET_LEASE_IPV6 | NONOS_NET_TOLD_IPV6)));
    ck_assert_int_eq(resolve(&s, "a.example", address), NONOS_E_NO_DEVICE);
    uint64_t other = link_flags_with(ROUTER_OTHER);
    ck_assert_uint_eq(other & (NONOS_NET_LEASE_IPV6 | NONOS_NET_TOLD_IPV6), NONOS_NET_TOLD_IPV6);
    ck_assert_uint_eq(router_leases, 0);
    ck_assert_uint_ge(router_asked, 1);
    uint64_t managed = link_flags_with(ROUTER_MANAGED);
    ck_assert_uint_eq(managed & (NONOS_NET_LEASE_IPV6 | NONOS_NET_TOLD_IPV6),
                      NONOS_NET_LEASE_IPV6 | NONOS_NET_TOLD_IPV6);
    ck_assert_uint_ge(router_leases, 1);
    /* The name server is the one that DHCPv6 told of, and the address to ask it from is the lease's. */
    ck_assert_int_eq(resolve(&s, "b.example", address), NONOS_OK);
    ck_assert_mem_eq(address, "\300\0\2\7", 4);
    ck_assert_uint_ge(router_names, 1);
    session_close(&s);
}
END_TEST

START_TEST(who_only_receives_is_told_that_its_address_went_with_the_link)
{
    struct session s;
    nonos_handle socket, control = kernel_connect(CAP_CONTROL, 1);
    uint64_t w[NONOS_IPC_WORDS] = {0};
    struct nonos_message m = nonos_message_make(NONOS_NET_RECEIVE);
    router_prefix = true;
    (void)link_flags_with(ROUTER_OTHER);
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    words_peer6(w, PEER_ECHO);
    w[3] = 5000;
    ck_assert_int_eq(call(s.handle, NONOS_NET_CONNECT, w, &socket), NONOS_OK);
    m.words[1] = LEN;
    m.words[2] = NONOS_NET_FOREVER;
    unsigned number = kernel_send(socket, &m);
    cable_run();
    ck_assert(!kernel.answers[number].done);
    link_switch(control, false);
    link_switch(control, true);
    cable_run();
    ck_assert(kernel.answers[number].done);
    ck_assert_int_eq(kernel.answers[number].result, NONOS_E_UNREACHABLE);
    kernel_forget(number);
    kernel_drop(socket);
    kernel_drop(control);
    session_close(&s);
}
END_TEST

static int keep_alive(nonos_handle socket, uint64_t idle, uint64_t interval, uint64_t count)
{
    uint64_t w[NONOS_IPC_WORDS] = {idle, interval, count};
    return call(socket, NONOS_NET_KEEP_ALIVE, w, NULL);
}

/* Who receives, and how that has ended once so much time is over; WAITS: it has not. */
#define WAITS 1
static int receive_for(nonos_handle socket, unsigned seconds)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_RECEIVE);
    m.words[1] = LEN;
    m.words[2] = NONOS_NET_FOREVER;
    unsigned number = kernel_send(socket, &m);
    for (unsigned i = 0; i < 10 * seconds; i++) {
        kernel_sleep(100);
        cable_run();
    }
    return kernel.answers[number].done ? kernel.answers[number].result : WAITS;
}

static uint64_t kind_and_state(nonos_handle socket)
{
    uint64_t w[NONOS_IPC_WORDS] = {0};
    ck_assert_int_eq(call(socket, NONOS_NET_SOCKET, w, NULL), NONOS_OK);
    return w[6];
}

START_TEST(who_only_receives_and_asked_for_keep_alive_is_told_that_the_peer_is_gone)
{
    struct session s;
    nonos_handle asks, waits;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &asks), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &waits), NONOS_OK);
    ck_assert_int_eq(keep_alive(asks, 2000, 1000, 3), NONOS_OK);
    /* A peer that is there answers. */
    ck_assert_int_eq(receive_for(asks, 60), WAITS);
    ck_assert_uint_eq(kind_and_state(asks), NONOS_NET_TCP | NONNET_TCP_ESTABLISHED << 8);
    cable_cut = true;
    ck_assert_int_eq(receive_for(waits, 2), WAITS);
    ck_assert_int_eq(receive_for(asks, 6), NONOS_E_TIMED_OUT);
    ck_assert_uint_eq(kind_and_state(asks), NONOS_NET_TCP);
    ck_assert_int_eq(receive_for(waits, 3600), WAITS);
    ck_assert_int_eq(keep_alive(asks, 2000, 1000, 3), NONOS_OK);
    cable_cut = false;
    kernel_drop(asks);
    kernel_drop(waits);
    session_close(&s);
}
END_TEST

START_TEST(keep_alive_of_an_accepted_connection_can_be_ended)
{
    struct session s;
    nonos_handle listener, socket;
    uint64_t w[NONOS_IPC_WORDS] = {5000};
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(listen_tcp(&s, 1900, 1, &listener), NONOS_OK);
    peer_connect(1900);
    cable_run();
    ck_assert_int_eq(call(listener, NONOS_NET_ACCEPT, w, &socket), NONOS_OK);
    ck_assert_int_eq(keep_alive(socket, 1000, 1000, 2), NONOS_OK);
    ck_assert_int_eq(keep_alive(socket, 0, 0, 0), NONOS_OK);
    cable_cut = true;
    ck_assert_int_eq(receive_for(socket, 600), WAITS);
    ck_assert_int_eq(keep_alive(socket, 1000, 1000, 2), NONOS_OK);
    ck_assert_int_eq(receive_for(socket, 4), NONOS_E_TIMED_OUT);
    cable_cut = false;
    kernel_drop(socket);
    kernel_drop(listener);
    session_close(&s);
}
END_TEST

START_TEST(keep_alive_out_of_bounds_or_of_no_connection_is_refused)
{
    static const uint64_t wrong[][3] = {
        {999, 1000, 2},
        {1000, 999, 2},
        {1000, 0, 2},
        {1000, 1000, 0},
        {1000, 1000, 1},
        {86400001, 1000, 2},
        {1000, 86400001, 2},
        {1000, 1000, 128},
        {1000, 1000, 257},
        {~0ull, 1000, 2},
        {1ull << 32, 1000, 2},
        {1000, 1ull << 32, 2},
        {1000, 1000, ~0ull},
        {1, 1, 2},
        {(1ull << 32) + 2000, 1000, 2},
    };
    struct session s;
    nonos_handle listener, udp, socket;
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(listen_tcp(&s, 1901, 1, &listener), NONOS_OK);
    ck_assert_int_eq(open_udp(&s, 0, &udp), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &socket), NONOS_OK);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_int_eq(keep_alive(socket, wrong[i][0], wrong[i][1], wrong[i][2]),
                         NONOS_E_INVALID);
    ck_assert_int_eq(keep_alive(socket, 1000, 1000, 2), NONOS_OK);
    ck_assert_int_eq(keep_alive(socket, 86400000, 86400000, 127), NONOS_OK);
    ck_assert_int_eq(keep_alive(listener, 1000, 1000, 2), NONOS_E_UNSUPPORTED);
    ck_assert_int_eq(keep_alive(udp, 1000, 1000, 2), NONOS_E_UNSUPPORTED);
    ck_assert_int_eq(keep_alive(s.handle, 1000, 1000, 2), NONOS_E_NO_CALL);
    ck_assert_uint_eq(kind_and_state(udp), NONOS_NET_UDP);
    ck_assert_uint_eq(kind_and_state(listener), NONOS_NET_LISTENER);
    kernel_drop(listener);
    kernel_drop(udp);
    kernel_drop(socket);
    session_close(&s);
}
END_TEST

START_TEST(names_of_one_client_leave_others_theirs)
{
    struct session one, two;
    struct nonos_message m = nonos_message_make(NONOS_NET_RESOLVE);
    unsigned numbers[6], refused = 0;
    uint8_t address[4];
    ck_assert_int_eq(session_open(&one, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(session_open(&two, TWO, LEN), NONOS_OK);
    (void)link_flags_with(ROUTER_MANAGED);
    router_flags = 0; /* no answers for a while */
    for (unsigned i = 0; i < 6; i++) {
        m.words[0] = 16 * i;
        m.words[1] = 3;
        m.words[2] = 6;
        m.words[3] = NONOS_NET_FOREVER;
        memcpy(one.bytes + m.words[0], (const char[]){'n', '.', (char)('a' + i)}, 3);
        numbers[i] = kernel_send(one.handle, &m);
    }
    kernel_run();
    for (unsigned i = 0; i < 6; i++)
        refused += kernel.answers[numbers[i]].done &&
                   kernel.answers[numbers[i]].result == NONOS_E_NO_SPACE;
    ck_assert_uint_eq(refused, 2);
    router_flags = ROUTER_MANAGED;
    ck_assert_int_eq(resolve(&two, "c.example", address), NONOS_OK);
    session_close(&one);
    for (unsigned i = 0; i < 6; i++)
        kernel_forget(numbers[i]);
    session_close(&two);
}
END_TEST

START_TEST(hostile_clients_and_a_wild_driver_leave_nothing_behind)
{
    static uint8_t bytes[1024];
    uint64_t seed = check_seed() + (uint64_t)_i;
    (void)link_flags_with(_i ? ROUTER_MANAGED : ROUTER_OTHER);
    printf("# seed 0x%llx\n", (unsigned long long)seed);
    driver_offloads = _i & 1;
    driver_queues = _i & 2 ? NONOS_NIC_QUEUES_MAX : 1;
    driver_renew();
    for (unsigned run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = (uint8_t)check_random(&seed);
        hostile_run(bytes, sizeof(bytes));
    }
}
END_TEST

START_TEST(after_all_that_an_honest_client_is_served)
{
    static uint8_t bytes[1024];
    struct session s;
    nonos_handle caps[64];
    uint64_t seed = check_seed();
    for (unsigned run = 0; run < 20; run++) {
        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = (uint8_t)check_random(&seed);
        hostile_run(bytes, sizeof(bytes));
    }
    kernel_sleep(600000);
    ck_assert_int_eq(session_open(&s, THREE, LEN), NONOS_OK);
    ck_assert_uint_eq(take_all(&s, open_any_udp, caps, 64), 12);
    drop_all(caps, 12);
    ck_assert_uint_eq(take_all(&s, connect_tcp, caps, 64), 12);
    drop_all(caps, 12);
    session_close(&s);
}
END_TEST

/* The frame is lost, and nothing else: each buffer is the driver's again, once. */
START_TEST(frame_whose_parts_cannot_be_is_dropped_and_its_buffers_come_back)
{
    driver_offloads = true;
    driver_renew();
    echo_many(4);
    uint64_t frames = nonnet_stack_counter(host.stack, NONNET_COUNT_FRAMES_IN);
    for (unsigned round = 0; round < 40; round++)
        for (unsigned kind = 0; kind < DRIVER_LIES; kind++)
            ck_assert_uint_eq(driver_lie(kind), NIC_RX_EACH);
    ck_assert_uint_eq(nonnet_stack_counter(host.stack, NONNET_COUNT_FRAMES_IN), frames);
    echo_many(5);
}
END_TEST

/* What net-control says of the link and of a counter of the driver, while nobody of the module may wait. */
static uint64_t control_flags(nonos_handle control)
{
    uint64_t w[NONOS_IPC_WORDS] = {0};
    ck_assert_int_eq(call(control, NONOS_NET_INTERFACE, w, NULL), NONOS_OK);
    return w[2];
}

static int device_counter(nonos_handle control)
{
    uint64_t w[NONOS_IPC_WORDS] = {NONOS_NIC_RX_FRAMES};
    return call(control, NONOS_NET_DEVICE_COUNTER, w, NULL);
}

START_TEST(a_flow_is_answered_by_the_queue_by_which_it_comes)
{
    driver_queues = (unsigned)_i;
    driver_offloads = _i == 3;
    for (unsigned turn = 0; turn < 2; turn++) {
        driver_renew();
        driver_queues_seen = driver_strays = 0;
        for (unsigned k = 1; k <= 60 && driver_queues_seen != (1u << _i) - 1; k++)
            echo_many(k);
        ck_assert_uint_eq(driver_queues_seen, (1u << _i) - 1);
        ck_assert_uint_eq(driver_strays, 0);
    }
    driver_queues = 1;
    driver_renew();
    driver_queues_seen = 0;
    echo_many(3);
    ck_assert_uint_eq(driver_queues_seen, 1);
}
END_TEST

static const uint64_t queue_lies[] = {5, 0xffffffff, 1ull << 32, ~0ull};

START_TEST(a_driver_with_a_number_of_queues_that_cannot_be_is_not_used)
{
    unsigned ncaps = kernel_ncaps();
    nonos_handle control = kernel_connect(CAP_CONTROL, 1);
    driver_queues_lie = queue_lies[_i];
    driver_renew();
    cable_run();
    ck_assert_uint_eq(control_flags(control) & NONOS_NET_ATTACHED, 0);
    driver_queues_lie = 0;
    driver_renew();
    cable_run();
    ck_assert_uint_eq(control_flags(control) & NONOS_NET_ATTACHED, NONOS_NET_ATTACHED);
    kernel_drop(control);
    ck_assert_uint_eq(kernel_ncaps(), ncaps);
    echo_many(1);
}
END_TEST

START_TEST(driver_that_falls_silent_at_its_start_holds_up_nobody)
{
    struct session s;
    nonos_handle udp, control = kernel_connect(CAP_CONTROL, 1);
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    session_close(&s);
    unsigned ncaps = kernel_ncaps();
    for (unsigned asked = 0; asked < 2; asked++) {
        kernel.driver_answers = asked;
        driver_renew();
        ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
        ck_assert_int_eq(open_udp(&s, 0, &udp), NONOS_OK);
        kernel_drop(udp);
        session_close(&s);
        /* Addresses and connections are kept meanwhile: the link is as it was. */
        ck_assert_uint_eq(control_flags(control) & (NONOS_NET_ATTACHED | NONOS_NET_LINK),
                          NONOS_NET_LINK);
        ck_assert_int_eq(device_counter(control), NONOS_E_NO_DEVICE);
        /* It is ended, and the next one serves. */
        kernel.driver_answers = DRIVER_ALL;
        kernel.driver_gone = true;
        kernel_run();
        kernel.driver_gone = false;
        driver_renew();
        ck_assert_uint_ne(control_flags(control) & NONOS_NET_ATTACHED, 0);
        ck_assert_uint_eq(kernel_ncaps(), ncaps);
    }
    ck_assert_int_eq(session_open(&s, ONE, LEN), NONOS_OK);
    ck_assert_int_eq(connect_tcp(&s, &udp), NONOS_OK);
    kernel_drop(udp);
    session_close(&s);
    kernel_drop(control);
}
END_TEST

START_TEST(counters_of_a_silent_driver_time_out)
{
    nonos_handle control = kernel_connect(CAP_CONTROL, 1);
    ck_assert_int_eq(device_counter(control), NONOS_OK);
    kernel.driver_answers = 0;
    uint64_t begin = kernel.now_ns;
    ck_assert_int_eq(device_counter(control), NONOS_E_TIMED_OUT);
    ck_assert_uint_le(kernel.now_ns - begin, 2000000000);
    ck_assert_uint_ne(control_flags(control) & NONOS_NET_ATTACHED, 0);
    begin = kernel.now_ns;
    ck_assert_int_eq(device_counter(control), NONOS_E_TIMED_OUT);
    ck_assert_uint_eq(kernel.now_ns, begin); /* it was asked already */
    kernel.driver_answers = DRIVER_ALL;
    kernel_run();
    ck_assert_int_eq(device_counter(control), NONOS_OK);
    kernel_drop(control);
}
END_TEST

static Suite *net_suite(void)
{
    Suite *suite = suite_create("net");
    TCase *t = tcase_create("clients");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, stream_goes_out_and_comes_back);
    tcase_add_test(t, send_is_answered_when_all_is_taken_or_its_time_is_over);
    tcase_add_test(t, bytes_of_a_send_that_waits_are_in_order);
    tcase_add_test(t, a_stream_is_the_same_over_each_kind_of_card);
    tcase_add_loop_test(t, a_flow_is_answered_by_the_queue_by_which_it_comes, 1,
                        NONOS_NIC_QUEUES_MAX + 1);
    tcase_add_loop_test(t, a_driver_with_a_number_of_queues_that_cannot_be_is_not_used, 0,
                        sizeof(queue_lies) / sizeof(queue_lies[0]));
    tcase_add_test(t, one_client_leaves_connections_to_others);
    tcase_add_test(t, one_client_leaves_udp_sockets_to_others);
    tcase_add_test(t, one_client_leaves_listeners_to_others);
    tcase_add_test(t, backlogs_are_of_the_clients_share);
    tcase_add_test(t, one_client_leaves_room_for_waiting_requests);
    tcase_add_test(t, one_client_has_sixteen_sessions);
    tcase_add_test(t, places_outside_of_the_buffer_are_refused);
    tcase_add_test(t, dhcpv6_is_used_as_routers_ask);
    tcase_add_test(t, who_only_receives_is_told_that_its_address_went_with_the_link);
    tcase_add_test(t, who_only_receives_and_asked_for_keep_alive_is_told_that_the_peer_is_gone);
    tcase_add_test(t, keep_alive_of_an_accepted_connection_can_be_ended);
    tcase_add_test(t, keep_alive_out_of_bounds_or_of_no_connection_is_refused);
    tcase_add_test(t, names_of_one_client_leave_others_theirs);
    tcase_add_test(t, driver_that_falls_silent_at_its_start_holds_up_nobody);
    tcase_add_test(t, counters_of_a_silent_driver_time_out);
    tcase_add_test(t, frame_whose_parts_cannot_be_is_dropped_and_its_buffers_come_back);
    tcase_add_loop_test(t, hostile_clients_and_a_wild_driver_leave_nothing_behind, 0, 4);
    tcase_add_test(t, after_all_that_an_honest_client_is_served);
    suite_add_tcase(suite, t);
    return suite;
}

CHECK_MAIN(net_suite)
