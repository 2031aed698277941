/*
 * Two stacks that talk TCP over links of all kinds: each byte that comes is compared with what was
 * sent. Either host calls, both send, in both families.
 */
#include "pair.h"

#include <nonnet/tcp.h>

#define HOUR (3600 * S)

static const struct nonnet_address pair_addresses[2][2] = {
    {{4, {192, 0, 2, 1}}, {6, {0x20, 1, 0xd, 0xb8, [15] = 1}}},
    {{4, {192, 0, 2, 2}}, {6, {0x20, 1, 0xd, 0xb8, [15] = 2}}},
};

/* A program on one of the hosts: sends a pattern, compares what comes, ends, and is done. */
struct program {
    struct nonnet_tcp_handle socket;
    bool open;
    bool closed; /* the handle is given back */
    bool shut;
    bool ended;  /* the other side's end has come */
    bool copies; /* uses read and write in place of the pieces in place */
    int error;
    uint64_t to_write;
    uint64_t written;
    uint64_t read;
    uint64_t pattern;
};

struct talk {
    struct program programs[2];
    struct nonnet_tcp_listener_handle listener; /* of host 1 */
    uint64_t random;
    unsigned naccepted;
};

static uint8_t pattern_byte(uint64_t pattern, uint64_t offset)
{
    return (uint8_t)((offset * 0x9e3779b97f4a7c15u + pattern) >> 56 ^ offset);
}

static void program_write(struct nonnet_stack *stack, struct program *g, uint64_t now)
{
    struct nonnet_tcp_bytes room;
    uint8_t data[512];
    uint64_t left = g->to_write - g->written;
    uint32_t done;

    if (g->copies && left > 0) {
        uint32_t len = left < sizeof data ? (uint32_t)left : (uint32_t)sizeof data;
        for (uint32_t i = 0; i < len; i++)
            data[i] = pattern_byte(g->pattern, g->written + i);
        if (nonnet_tcp_write(stack, g->socket, data, len, &done) == NONNET_OK)
            g->written += done;
    } else if (left > 0 && nonnet_tcp_reserve(stack, g->socket, &room) == NONNET_OK) {
        for (int piece = 0; piece < 2; piece++) {
            for (uint32_t i = 0; i < room.len[piece]; i++)
                room.data[piece][i] =
                    pattern_byte(g->pattern, g->written + (piece ? room.len[0] : 0) + i);
        }
        done = room.len[0] + room.len[1];
        done = done > left ? (uint32_t)left : done;
        ck_assert_int_eq(nonnet_tcp_commit(stack, g->socket, done), NONNET_OK);
        g->written += done;
    }
    if (g->written == g->to_write && !g->shut) {
        struct nonnet_tcp_info info;
        ck_assert_int_eq(nonnet_tcp_info(stack, g->socket, &info), NONNET_OK);
        if (info.state == NONNET_TCP_SYN_SENT)
            return;
        ck_assert_int_eq(nonnet_tcp_shutdown(stack, g->socket, now), NONNET_OK);
        g->shut = true;
    }
}

static void compare(struct program *g, const struct program *other, const uint8_t *data,
                    uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        if (data[i] != pattern_byte(other->pattern, g->read + i))
            ck_abort_msg("wrong byte at %llu", (unsigned long long)(g->read + i));
    }
    g->read += len;
}

static void program_read(struct nonnet_stack *stack, struct program *g, const struct program *other,
                         uint64_t *random)
{
    struct nonnet_tcp_bytes bytes;
    uint8_t data[3000];
    uint32_t len;
    int rc;

    if (g->copies) {
        while ((rc = nonnet_tcp_read(stack, g->socket, data, sizeof data, &len)) == NONNET_OK)
            compare(g, other, data, len);
    } else {
        while ((rc = nonnet_tcp_peek(stack, g->socket, &bytes)) == NONNET_OK) {
            len = 1 + (uint32_t)(check_random(random) % bytes.len[0]);
            compare(g, other, bytes.data[0], len);
            ck_assert_int_eq(nonnet_tcp_consume(stack, g->socket, len), NONNET_OK);
        }
    }
    if (rc == NONNET_E_CLOSED)
        g->ended = true;
}

static void program_act(struct pair *p, unsigned i)
{
    struct talk *t = p->context;
    struct program *g = &t->programs[i];
    struct nonnet_stack *stack = p->hosts[i].stack;

    if (!g->open || g->closed)
        return;
    program_read(stack, g, &t->programs[1 - i], &t->random);
    program_write(stack, g, p->now);
    g->error = nonnet_tcp_error(stack, g->socket);
    if ((g->ended && g->shut) || g->error != NONNET_OK) {
        ck_assert_int_eq(nonnet_tcp_close(stack, g->socket, p->now), NONNET_OK);
        g->closed = true;
    }
}

static void talk_act(struct pair *p)
{
    struct talk *t = p->context;
    struct nonnet_event event;

    for (unsigned i = 0; i < 2; i++) {
        while (nonnet_stack_event(p->hosts[i].stack, &event))
            continue;
    }
    if (!t->programs[1].open) {
        t->programs[1].open = nonnet_tcp_accept(p->hosts[1].stack, t->listener,
                                                &t->programs[1].socket, NULL) == NONNET_OK;
        t->naccepted += t->programs[1].open;
    }
    program_act(p, 0);
    program_act(p, 1);
}

/* Host 0 will call host 1. */
static void talk_start(struct pair *p, struct talk *t, bool six, uint64_t seed)
{
    struct nonnet_endpoint at = {{.version = six ? 6 : 4}, 7};
    p->context = t;
    p->act = talk_act;
    t->random = seed;
    t->programs[0].pattern = check_random(&t->random);
    t->programs[1].pattern = check_random(&t->random);
    ck_assert_int_eq(nonnet_tcp_listen(p->hosts[1].stack, &at, 4, NULL, &t->listener), NONNET_OK);
}

static void talk_call(struct pair *p, bool six, const struct nonnet_tcp_options *options)
{
    struct talk *t = p->context;
    struct nonnet_endpoint to = {pair_addresses[1][six], 7};
    struct nonnet_interface_handle any = {0};
    ck_assert_int_eq(nonnet_tcp_connect(p->hosts[0].stack, NULL, &to, any, options,
                                        &t->programs[0].socket, p->now),
                     NONNET_OK);
    t->programs[0].open = true;
}

static bool talk_is_over(const struct talk *t)
{
    return t->programs[0].closed && t->programs[1].closed;
}

static void talk_run(struct pair *p, uint64_t us)
{
    uint64_t end = p->now + us;
    while (!talk_is_over(p->context) && pair_step(p, end))
        continue;
}

/* What a link may do to a frame; each mix of them is a sum. */
enum { LOSES = 1, DUPLICATES = 2, CORRUPTS = 4, REORDERS = 8, NMIXES = 16 };

static uint32_t up_to_percent(uint64_t *random, unsigned max)
{
    return NONNET_SIM_PERCENT(1) * (uint32_t)(1 + check_random(random) % max);
}

static struct nonnet_sim_link random_link(uint64_t *random, unsigned mix)
{
    struct nonnet_sim_link link = {.delay_us = (uint32_t)(check_random(random) % 60000)};
    if (mix & LOSES)
        link.loss = up_to_percent(random, 12);
    if (mix & DUPLICATES)
        link.duplicate = up_to_percent(random, 10);
    if (mix & CORRUPTS)
        link.corrupt = up_to_percent(random, 5);
    if (mix & REORDERS) {
        link.reorder = up_to_percent(random, 30);
        link.reorder_us = 1 + (uint32_t)(check_random(random) % 50000);
    }
    if (check_random(random) % 2 == 0) {
        link.byte_time = NONNET_SIM_RATE(1e7);
        link.queue_len = 30000;
    }
    return link;
}

static void small_buffers(struct nonnet_config *config)
{
    config->tcp_send_len = 4096;
    config->tcp_receive_len = 9000;
    config->ntcp_connections = 4;
    config->ntcp_buffers = 2;
    config->npackets = 32;
}

START_TEST(bytes_arrive_as_sent_under_all_that_a_network_does)
{
    const char *s = getenv("NONOS_LONG");
    bool is_long = s && strcmp(s, "1") == 0;
    int nseeds = is_long ? 1000 : 2 * NMIXES;
    uint64_t len_max = is_long ? 400000 : 120000;
    uint64_t seed = check_seed();

    for (int i = 0; i < nseeds; i++) {
        uint64_t own = check_random(&seed), random = own;
        struct nonnet_sim_link link = random_link(&random, (unsigned)i % NMIXES);
        bool six = i / NMIXES % 2 == 1;
        struct pair p;
        struct talk t = {.naccepted = 0};
        pair_start(&p, own, &link, i % 3 == 0 ? small_buffers : NULL);
        pair_run(&p, 5 * S);
        talk_start(&p, &t, six, random);
        t.programs[0].to_write = check_random(&random) % len_max;
        t.programs[1].to_write = check_random(&random) % 2 ? check_random(&random) % len_max : 0;
        t.programs[check_random(&random) % 2].copies = true;
        talk_call(&p, six, NULL);
        talk_run(&p, 10 * HOUR);
        for (int k = 0; k < 2; k++) {
            const struct program *g = &t.programs[k], *other = &t.programs[1 - k];
            ck_assert_msg(g->closed && g->error == NONNET_OK && g->read == other->to_write,
                          "case %d of seed 0x%llx: host %d read %llu of %llu, error %d", i,
                          (unsigned long long)check_seed(), k, (unsigned long long)g->read,
                          (unsigned long long)other->to_write, g->error);
        }
        /* Nothing of it stays once TIME-WAIT is over. */
        p.act = NULL;
        pair_run(&p, 200 * S);
        ck_assert(host_is_silent(&p.hosts[0]) && host_is_silent(&p.hosts[1]));
        pair_end(&p);
    }
    printf("# %d transfers, %d of each mix\n", nseeds, nseeds / NMIXES);
    fflush(stdout);
}
END_TEST

/* A router between the hosts whose links take less, and that may or may not say so. */
static uint32_t router_mtu;
static bool router_speaks;
static unsigned nswallowed;

static bool router_passes(struct pair *p, unsigned from, const struct frame *f)
{
    bool six = frame_get16(f, 12) == 0x86dd;
    uint8_t protocol = f->bytes[14 + (six ? 6 : 9)];
    struct frame told = {.len = 0};
    struct nonnet_address router = {6, {0x20, 1, 0xd, 0xb8, [15] = 0x77}};

    if (protocol != 6 || f->len - 14 <= router_mtu || frame_get16(f, 12) == 0x0806)
        return true;
    nswallowed++;
    if (!router_speaks)
        return false;
    if (six) {
        struct nonnet_address to = pair_addresses[from][1];
        told =
            frame_icmpv6_from(GATEWAY_MAC, &router, &to, 64, 2, 0, router_mtu, f->bytes + 14, 200);
    } else {
        struct ipv4_spec spec = {.from = GATEWAY_MAC, .source = {192, 0, 2, 77}};
        memcpy(spec.destination, f->bytes + 14 + 12, 4);
        told = frame_icmp(spec, 3, 4, router_mtu, f->bytes + 14, 200);
    }
    memcpy(told.bytes, f->bytes + 6, 6);
    host_input(&p->hosts[from], &told);
    return false;
}

static void transfer_through_router(bool six, uint32_t mtu, bool speaks)
{
    struct nonnet_sim_link link = {.byte_time = NONNET_SIM_RATE(1e8), .delay_us = 10000};
    struct talk t = {.naccepted = 0};
    struct pair p;

    router_mtu = mtu;
    router_speaks = speaks;
    nswallowed = 0;
    pair_start(&p, 5, &link, NULL);
    pair_run(&p, 5 * S);
    talk_start(&p, &t, six, 1);
    p.passes = router_passes;
    t.programs[0].to_write = t.programs[1].to_write = 300000;
    talk_call(&p, six, NULL);
    talk_run(&p, 120 * S);
    ck_assert(talk_is_over(&t) && t.programs[0].error == NONNET_OK);
    ck_assert(t.programs[0].read == 300000 && t.programs[1].read == 300000);
    ck_assert_uint_gt(nswallowed, 0);
    if (speaks)
        ck_assert_uint_lt(p.now, 20 * S);
    pair_end(&p);
}

START_TEST(rfc1191_rfc8201_a_smaller_link_on_the_way_is_found)
{
    transfer_through_router(false, 1400, true);
    transfer_through_router(false, 600, true);
    transfer_through_router(true, 1280, true);
}
END_TEST

START_TEST(rfc8899_a_smaller_link_that_says_nothing_is_found)
{
    transfer_through_router(false, 1400, false);
    transfer_through_router(false, 600, false);
    transfer_through_router(true, 1280, false);
}
END_TEST

/* One after the other, more than there are places: TIME-WAIT makes room. */
START_TEST(a_thousand_connections_in_a_row)
{
    struct nonnet_sim_link link = {.delay_us = 100};
    struct pair p;

    for (int six = 0; six < 2; six++) {
        struct talk t = {.naccepted = 0};
        pair_start(&p, 9, &link, small_buffers);
        pair_run(&p, 5 * S);
        talk_start(&p, &t, six, 1);
        for (int i = 0; i < 1000; i++) {
            for (int k = 0; k < 2; k++)
                t.programs[k] = (struct program){.pattern = (uint64_t)(i * 2 + k), .to_write = 100};
            talk_call(&p, six, NULL);
            talk_run(&p, 60 * S);
            ck_assert(talk_is_over(&t) && t.programs[0].error == NONNET_OK &&
                      t.programs[1].error == NONNET_OK);
            ck_assert(t.programs[0].read == 100 && t.programs[1].read == 100);
        }
        ck_assert_uint_eq(t.naccepted, 1000);
        pair_end(&p);
    }
}
END_TEST

/* The one that ended first goes on reading for as long as the other writes. */
START_TEST(rfc9293_3_6_half_closed_for_an_hour)
{
    struct nonnet_sim_link link = {.delay_us = 5000};
    struct talk t = {.naccepted = 0};
    struct pair p;

    pair_start(&p, 3, &link, NULL);
    pair_run(&p, 5 * S);
    talk_start(&p, &t, false, 1);
    t.programs[1].to_write = UINT64_MAX;
    talk_call(&p, false, NULL);
    for (int i = 0; i < 60; i++) {
        p.act = talk_act;
        pair_run(&p, 50 * MS);
        p.act = NULL;
        pair_run(&p, 60 * S);
        ck_assert(t.programs[0].shut && !t.programs[0].closed);
    }
    p.act = talk_act;
    t.programs[1].to_write = t.programs[1].written;
    talk_run(&p, 60 * S);
    ck_assert(talk_is_over(&t));
    ck_assert(t.programs[0].read == t.programs[1].written && t.programs[0].error == NONNET_OK);
    pair_end(&p);
}
END_TEST

/* RFC 9293 section 3.5.1: one side knows nothing any more; the other's segment is answered. */
static void answers(struct nonnet_config *config)
{
    config->answer_closed_ports = true;
}

START_TEST(rfc9293_3_5_1_a_half_open_connection_is_reset)
{
    struct nonnet_sim_link link = {.delay_us = 1000};
    struct talk t = {.naccepted = 0};
    struct nonnet_tcp_handle lost;
    struct pair p;

    pair_start(&p, 3, &link, answers);
    pair_run(&p, 5 * S);
    talk_start(&p, &t, false, 1);
    p.act = NULL;
    talk_call(&p, false, NULL);
    pair_run(&p, 1 * S);
    ck_assert_int_eq(nonnet_tcp_accept(p.hosts[1].stack, t.listener, &lost, NULL), NONNET_OK);
    /* Host 1 loses its memory: its RST does not get through. */
    p.passes = router_passes;
    router_mtu = 20;
    router_speaks = false;
    ck_assert_int_eq(nonnet_tcp_abort(p.hosts[1].stack, lost, p.now), NONNET_OK);
    pair_run(&p, 1 * S);
    p.passes = NULL;
    uint32_t written;
    ck_assert_int_eq(nonnet_tcp_write(p.hosts[0].stack, t.programs[0].socket,
                                      (const uint8_t *)"hello?", 6, &written),
                     NONNET_OK);
    pair_run(&p, 1 * S);
    ck_assert_int_eq(nonnet_tcp_error(p.hosts[0].stack, t.programs[0].socket), NONNET_E_RESET);
    pair_end(&p);
}
END_TEST

static Suite *tcp_network_suite(void)
{
    Suite *suite = suite_create("nonnet TCP between stacks");
    TCase *tc = tcase_create("transfers");
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, bytes_arrive_as_sent_under_all_that_a_network_does);
    tcase_add_test(tc, rfc1191_rfc8201_a_smaller_link_on_the_way_is_found);
    tcase_add_test(tc, rfc8899_a_smaller_link_that_says_nothing_is_found);
    tcase_add_test(tc, a_thousand_connections_in_a_row);
    tcase_add_test(tc, rfc9293_3_6_half_closed_for_an_hour);
    tcase_add_test(tc, rfc9293_3_5_1_a_half_open_connection_is_reset);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_network_suite)
