#include "stacks.h"

#include <stdlib.h>
#include <string.h>

#include <bench.h>
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

static void end_start(int i, uint32_t window)
{
    struct nonnet_config c;
    struct nonnet_interface_config ic = {.link = NONNET_LINK_ETHERNET,
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

static struct nonnet_tcp_listener_handle begin(uint32_t window, int six)
{
    struct nonnet_endpoint at = {{.version = six ? 6 : 4}, PORT};
    struct nonnet_tcp_listener_handle l;

    now = 1000000;
    end_start(0, window);
    end_start(1, window);
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
    struct nonnet_tcp_listener_handle l = begin(window, six);
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

double stacks_connections(unsigned count)
{
    struct nonnet_tcp_listener_handle l = begin(16384, 0);
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
