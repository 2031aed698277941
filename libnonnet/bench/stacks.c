#include "stacks.h"

#include <stdlib.h>
#include <string.h>

#include <bench.h>
#include <nonnet/sim.h>
#include <nonnet/stack.h>
#include <nonnet/tcp.h>

#define CHUNK 65536u
#define PORT  7

struct end {
    struct nonnet_stack *stack;
    struct nonnet_interface_handle interface;
    void *arena;
};

static struct end ends[2];
static uint64_t now;

static const struct nonnet_address addresses[2][2] = {
    {{4, {192, 0, 2, 1}}, {6, {0x20, 1, 0xd, 0xb8, [15] = 1}}},
    {{4, {192, 0, 2, 2}}, {6, {0x20, 1, 0xd, 0xb8, [15] = 2}}},
};

static void must(int rc)
{
    if (rc != NONNET_OK)
        abort();
}

static void entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)rand();
}

/* As much work as a keyed hash of short inputs is, and no secret. */
static uint64_t hash(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                     size_t len)
{
    uint64_t h = key[0];
    (void)context;
    for (size_t i = 0; i < len; i++)
        h = (h ^ data[i]) * 0x100000001b3u;
    return h ^ h >> 29;
}

static void end_start(int i, uint32_t window, enum nonnet_link link)
{
    struct nonnet_config c;
    struct nonnet_interface_config ic = {.link = link,
                                         .flags = NONNET_INTERFACE_IPV6,
                                         .mtu = 1500,
                                         .mac = {{2, 0, 0, 0, 0, (uint8_t)(i + 1)}}};

    nonnet_config_default(&c);
    c.environment.entropy = entropy;
    c.environment.keyed_hash = hash;
    c.tcp_send_len = c.tcp_receive_len = window;
    c.ntcp_connections = 256;
    c.ntcp_buffers = 4;
    size_t size = nonnet_stack_size(&c);
    ends[i].arena = aligned_alloc(NONNET_ARENA_ALIGN, size);
    if (!ends[i].arena)
        abort();
    must(nonnet_stack_init(&ends[i].stack, &c, ends[i].arena, size, now));
    must(nonnet_interface_add(ends[i].stack, &ic, &ends[i].interface));
    must(nonnet_interface_set_link(ends[i].stack, ends[i].interface, true, now));
    for (int six = 0; six < 2; six++)
        must(nonnet_interface_address_add(ends[i].stack, ends[i].interface, &addresses[i][six],
                                          six ? 64 : 24, NONNET_ADDRESS_UNPROBED, now));
}

/* Carries one frame over; returns whether there was one. */
static bool carry(int from)
{
    static uint8_t frame[1514];
    struct end *a = &ends[from], *b = &ends[1 - from];
    size_t len;

    if (nonnet_stack_output(a->stack, a->interface, frame, sizeof frame, &len, now) != NONNET_OK)
        return false;
    must(nonnet_stack_input(b->stack, b->interface, frame, len, now));
    return true;
}

static bool carry_all(void)
{
    bool any = false;

    for (int burst = 0; burst < 32 && carry(0); burst++)
        any = true;
    while (carry(1))
        any = true;
    return any;
}

static struct nonnet_tcp_listener_handle begin(uint32_t window, int six, enum nonnet_link link)
{
    struct nonnet_endpoint at = {{.version = six ? 6 : 4}, PORT};
    struct nonnet_tcp_listener_handle l;

    now = 1000000;
    end_start(0, window, link);
    end_start(1, window, link);
    must(nonnet_tcp_listen(ends[1].stack, &at, 16, NULL, &l));
    for (int i = 0; i < 5000; i++) { /* duplicate address detection and the like */
        now += 1000;
        nonnet_stack_tick(ends[0].stack, now);
        nonnet_stack_tick(ends[1].stack, now);
        (void)carry_all();
    }
    return l;
}

static void finish(void)
{
    free(ends[0].arena);
    free(ends[1].arena);
}

static struct nonnet_tcp_handle open_pair(struct nonnet_tcp_listener_handle l, int six,
                                          struct nonnet_tcp_handle *other)
{
    struct nonnet_interface_handle any = {0};
    struct nonnet_endpoint to = {addresses[1][six], PORT};
    struct nonnet_tcp_handle socket;

    must(nonnet_tcp_connect(ends[0].stack, NULL, &to, any, NULL, &socket, now));
    while (carry_all())
        continue;
    must(nonnet_tcp_accept(ends[1].stack, l, other, NULL));
    return socket;
}

double stacks_rate(uint32_t window, uint64_t total, int six)
{
    static uint8_t data[CHUNK], out[CHUNK];
    struct nonnet_tcp_listener_handle l = begin(window, six, NONNET_LINK_ETHERNET);
    struct nonnet_tcp_handle b, a = open_pair(l, six, &b);
    uint64_t written = 0, read = 0;
    uint32_t n;

    double start = bench_now();
    while (read < total) {
        now += 10;
        bool moved = carry_all();
        while (nonnet_tcp_read(ends[1].stack, b, out, CHUNK, &n) == NONNET_OK)
            read += n;
        if (written < total && written - read < CHUNK &&
            nonnet_tcp_write(ends[0].stack, a, data, CHUNK, &n) == NONNET_OK)
            written += n;
        if (!moved) {
            nonnet_stack_tick(ends[0].stack, now);
            nonnet_stack_tick(ends[1].stack, now);
        }
    }
    double taken = bench_now() - start;
    finish();
    return (double)read * 8e-9 / taken;
}

static struct nonnet_sim *sim_make(void **arena, unsigned loss_percent, uint64_t seed)
{
    struct nonnet_sim_config config = {
        .nlinks = 1, .nframes = 4096, .frame_len_max = 1514, .seed = seed};
    struct nonnet_sim_link link = {.delay_us = 50000, .loss = NONNET_SIM_PERCENT(1) * loss_percent};
    struct nonnet_sim *sim;
    size_t size = nonnet_sim_size(&config);

    *arena = aligned_alloc(NONNET_ARENA_ALIGN, (size + 15) / 16 * 16);
    if (!*arena)
        abort();
    must(nonnet_sim_init(&sim, &config, *arena, size));
    for (unsigned from = 0; from < 2; from++)
        must(nonnet_sim_link_set(sim, 0, from, &link));
    return sim;
}

static void sim_send(struct nonnet_sim *sim)
{
    static uint8_t frame[1514];
    size_t len;

    for (unsigned i = 0; i < 2; i++) {
        while (nonnet_stack_output(ends[i].stack, ends[i].interface, frame, sizeof frame, &len,
                                   now) == NONNET_OK)
            must(nonnet_sim_send(sim, 0, i, frame, len, now));
    }
}

/* Lets time pass up to the next thing that happens, and do it. */
static void sim_step(struct nonnet_sim *sim)
{
    static uint8_t frame[1514];
    struct nonnet_sim_arrival arrival;
    uint64_t next = nonnet_sim_next(sim);
    size_t len;

    for (int i = 0; i < 2; i++) {
        uint64_t due = nonnet_stack_deadline(ends[i].stack);
        next = due < next ? due : next;
    }
    now = next > now ? next : now;
    while (nonnet_sim_receive(sim, now, &arrival, frame, sizeof frame, &len) == NONNET_OK) {
        struct end *end = &ends[arrival.end];
        must(nonnet_stack_input(end->stack, end->interface, frame, len, now));
        sim_send(
            sim); /* each frame for itself, as they come from a link that takes time for each */
    }
    for (unsigned i = 0; i < 2; i++)
        nonnet_stack_tick(ends[i].stack, now);
}

double stacks_loss_rate(uint32_t window, uint64_t total, unsigned loss_percent, uint64_t seed)
{
    static uint8_t data[CHUNK], out[CHUNK];
    struct nonnet_interface_handle any = {0};
    struct nonnet_endpoint to = {addresses[1][0], PORT};
    struct nonnet_tcp_handle a, b = {0};
    uint64_t read = 0;
    uint32_t n;
    void *arena;

    srand((unsigned)seed);
    struct nonnet_sim *sim = sim_make(&arena, loss_percent, seed);
    struct nonnet_tcp_listener_handle l = begin(window, 0, NONNET_LINK_IP);
    uint64_t start = now;
    bool accepted = false;
    must(nonnet_tcp_connect(ends[0].stack, NULL, &to, any, NULL, &a, now));
    while (read < total) {
        sim_send(sim);
        sim_step(sim);
        accepted = accepted || nonnet_tcp_accept(ends[1].stack, l, &b, NULL) == NONNET_OK;
        while (accepted && nonnet_tcp_read(ends[1].stack, b, out, CHUNK, &n) == NONNET_OK)
            read += n;
        if (nonnet_tcp_error(ends[0].stack, a) != NONNET_OK)
            break;
        while (nonnet_tcp_write(ends[0].stack, a, data, CHUNK, &n) == NONNET_OK)
            continue;
    }
    finish();
    free(arena);
    return read < total ? 0 : (double)read * 1e6 / (double)(now - start);
}

double stacks_connections(unsigned count)
{
    struct nonnet_tcp_listener_handle l = begin(16384, 0, NONNET_LINK_ETHERNET);
    uint8_t data[64] = {0};
    uint32_t n;

    double start = bench_now();
    for (unsigned i = 0; i < count; i++) {
        struct nonnet_tcp_handle b, a = open_pair(l, 0, &b);
        now += 100;
        must(nonnet_tcp_write(ends[0].stack, a, data, sizeof data, &n));
        while (carry_all())
            continue;
        must(nonnet_tcp_read(ends[1].stack, b, data, sizeof data, &n));
        must(nonnet_tcp_write(ends[1].stack, b, data, sizeof data, &n));
        must(nonnet_tcp_shutdown(ends[1].stack, b, now));
        while (carry_all())
            continue;
        must(nonnet_tcp_read(ends[0].stack, a, data, sizeof data, &n));
        must(nonnet_tcp_close(ends[0].stack, a, now));
        while (carry_all())
            continue;
        must(nonnet_tcp_close(ends[1].stack, b, now));
    }
    double taken = bench_now() - start;
    finish();
    return count / taken;
}
