/*
 * Two hosts on one simulated link, in virtual time: 192.0.2.1 and 192.0.2.2, 2001:db8::1 and
 * 2001:db8::2.
 */
#ifndef NONNET_TESTS_PAIR_H
#define NONNET_TESTS_PAIR_H

#include "host6.h"

#include <nonnet/sim.h>

struct network {
    struct nonnet_sim *sim;
    void *arena;
};

static inline struct network network_of(uint16_t nframes, uint64_t seed)
{
    struct nonnet_sim_config c = {
        .nlinks = 1, .nframes = nframes, .frame_len_max = 1514, .seed = seed};
    struct network n;
    size_t size = nonnet_sim_size(&c);
    n.arena = aligned_alloc(16, size);
    ck_assert_int_eq(nonnet_sim_init(&n.sim, &c, n.arena, size), NONNET_OK);
    return n;
}

static inline void network_end(struct network *n)
{
    free(n->arena);
}

struct pair {
    struct host hosts[2];
    struct network network;
    uint64_t now;
    uint64_t digest; /* of all that was on the wire, and when */
    void *context;
    /* What the programs on both hosts do, whenever something may have happened; or NULL. */
    void (*act)(struct pair *p);
    /* Whether a frame of host `from` gets onto the link; NULL: all do. */
    bool (*passes)(struct pair *p, unsigned from, const struct frame *f);
};

/* `configure`, unless NULL, changes the configuration of both. */
static inline void pair_start(struct pair *p, uint64_t seed, const struct nonnet_sim_link *link,
                              void (*configure)(struct nonnet_config *config))
{
    static const char *macs[] = {HOST_MAC, PEER_MAC};
    memset(p, 0, sizeof *p);
    p->network = network_of(4096, seed);
    for (unsigned i = 0; i < 2; i++) {
        struct host *h = &p->hosts[i];
        struct nonnet_address four = nonnet_address_ipv4(192, 0, 2, (uint8_t)(i + 1));
        ck_assert_int_eq(nonnet_sim_link_set(p->network.sim, 0, i, link), NONNET_OK);
        host_configure(h);
        if (configure)
            configure(&h->config);
        h->random = seed * 2 + i;
        h->now = 0;
        host_create(h);
        struct nonnet_interface_config c = {.link = NONNET_LINK_ETHERNET,
                                            .flags = NONNET_INTERFACE_IPV6,
                                            .mtu = 1500,
                                            .mac = mac_from(macs[i])};
        ck_assert_int_eq(nonnet_interface_add(h->stack, &c, &h->interface), NONNET_OK);
        ck_assert_int_eq(nonnet_interface_set_link(h->stack, h->interface, true, 0), NONNET_OK);
        ck_assert_int_eq(nonnet_interface_address_add(h->stack, h->interface, &four, 24,
                                                      NONNET_ADDRESS_UNPROBED, 0),
                         NONNET_OK);
        ck_assert_int_eq(nonnet_interface_address_add(h->stack, h->interface,
                                                      i == 0 ? &host_global : &peer6, 64,
                                                      NONNET_ADDRESS_UNPROBED, 0),
                         NONNET_OK);
    }
}

static inline void pair_end(struct pair *p)
{
    host_end(&p->hosts[0]);
    host_end(&p->hosts[1]);
    network_end(&p->network);
}

static inline void pair_pump(struct pair *p, unsigned i)
{
    struct host *h = &p->hosts[i];
    static struct frame f;
    h->now = p->now;
    while (host_output(h, &f)) {
        for (size_t at = 0; at < f.len; at++)
            p->digest = (p->digest ^ f.bytes[at] ^ p->now << 8) * 0x100000001b3u;
        if (!p->passes || p->passes(p, i, &f))
            ck_assert_int_eq(nonnet_sim_send(p->network.sim, 0, i, f.bytes, f.len, p->now),
                             NONNET_OK);
    }
}

/* Goes on to the next thing that happens. Returns false if nothing does until `end`. */
static inline bool pair_step(struct pair *p, uint64_t end)
{
    static struct frame f;
    struct nonnet_sim_arrival a;
    if (p->act)
        p->act(p);
    pair_pump(p, 0);
    pair_pump(p, 1);
    uint64_t next = nonnet_sim_next(p->network.sim);
    for (int i = 0; i < 2; i++) {
        uint64_t due = nonnet_stack_deadline(p->hosts[i].stack);
        next = due < next ? due : next;
    }
    if (next > end)
        return false;
    p->now = next > p->now ? next : p->now;
    while (nonnet_sim_receive(p->network.sim, p->now, &a, f.bytes, sizeof f.bytes, &f.len) ==
           NONNET_OK) {
        p->hosts[a.end].now = p->now;
        host_input(&p->hosts[a.end], &f);
    }
    for (int i = 0; i < 2; i++)
        nonnet_stack_tick(p->hosts[i].stack, p->now);
    return true;
}

/* Lets time pass on both hosts and on the wire. */
static inline void pair_run(struct pair *p, uint64_t us)
{
    uint64_t end = p->now + us;
    while (pair_step(p, end))
        continue;
    p->now = end;
}

#endif
