/*
 * Frames under way lie in slots of one size; a binary heap of slots orders them by the time of
 * arrival, and by the order of sending among equals. Each direction draws its random numbers from a
 * sequence of its own, so that what happens in one does not change another.
 */
#include <nonnet/sim.h>

#include <stdbool.h>
#include <string.h>

#include "stack/arena.h"

#define TIME_SHIFT 20 /* NONNET_SIM_RATE() */

struct direction {
    struct nonnet_sim_link config;
    struct nonnet_sim_stats stats;
    uint64_t random;
    uint64_t free_at;    /* when the link is free: time shifted by TIME_SHIFT */
    uint64_t arrives_at; /* of the last frame that was not reordered */
};

struct slot {
    uint64_t time;
    uint64_t order;
    uint32_t len;
    uint16_t link;
    uint8_t end;
};

struct nonnet_sim {
    struct nonnet_sim_config config;
    struct direction *directions; /* two of each link */
    struct slot *slots;
    uint16_t *heap; /* the first `nheap` are under way, the others free */
    uint16_t nheap;
    uint64_t order;
    uint8_t *bytes;
};

/* splitmix64 (public domain, S. Vigna). */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint32_t random_below(uint64_t *state, uint32_t bound)
{
    return (uint32_t)((random_next(state) >> 32) * bound >> 32);
}

/* Draws in any case, so that setting one probability does not change what the others decide. */
static bool happens(uint64_t *state, uint32_t probability)
{
    return (uint32_t)(random_next(state) >> 32) < probability;
}

static struct nonnet_sim *lay_out(struct arena *a, const struct nonnet_sim_config *c)
{
    struct nonnet_sim *sim = arena_take(a, 1, sizeof *sim);
    struct direction *directions = arena_take(a, (size_t)c->nlinks * 2, sizeof *directions);
    struct slot *slots = arena_take(a, c->nframes, sizeof *slots);
    uint16_t *heap = arena_take(a, c->nframes, sizeof *heap);
    uint8_t *bytes = arena_take(a, c->nframes, c->frame_len_max);

    if (!a->base || a->overflow)
        return NULL;
    memset(a->base, 0, a->used);
    *sim = (struct nonnet_sim){
        .config = *c, .directions = directions, .slots = slots, .heap = heap, .bytes = bytes};
    return sim;
}

size_t nonnet_sim_size(const struct nonnet_sim_config *config)
{
    struct arena a = {0};

    if (config->nlinks == 0 || config->nframes == 0 || config->frame_len_max == 0)
        return 0;
    (void)lay_out(&a, config);
    return a.overflow ? 0 : a.used;
}

int nonnet_sim_init(struct nonnet_sim **sim, const struct nonnet_sim_config *config, void *arena,
                    size_t size)
{
    size_t needed = nonnet_sim_size(config);
    struct nonnet_sim_config copy = *config;
    struct arena a = {.base = arena};

    if (needed == 0 || !arena || ((uintptr_t)arena & (ARENA_ALIGN - 1)) != 0)
        return NONNET_E_INVALID;
    if (size < needed)
        return NONNET_E_NO_MEMORY;
    struct nonnet_sim *s = lay_out(&a, &copy);
    for (size_t i = 0; i < (size_t)copy.nlinks * 2; i++) {
        uint64_t seed = copy.seed + i;
        s->directions[i].random = random_next(&seed);
    }
    for (uint16_t i = 0; i < copy.nframes; i++)
        s->heap[i] = i;
    *sim = s;
    return NONNET_OK;
}

static struct direction *direction_of(const struct nonnet_sim *sim, uint16_t link, unsigned from)
{
    return link < sim->config.nlinks && from < 2 ? &sim->directions[(size_t)link * 2 + from] : NULL;
}

int nonnet_sim_link_set(struct nonnet_sim *sim, uint16_t link, unsigned from,
                        const struct nonnet_sim_link *config)
{
    struct direction *d = direction_of(sim, link, from);

    if (!d)
        return NONNET_E_INVALID;
    d->config = *config;
    return NONNET_OK;
}

int nonnet_sim_stats(const struct nonnet_sim *sim, uint16_t link, unsigned from,
                     struct nonnet_sim_stats *stats)
{
    const struct direction *d = direction_of(sim, link, from);

    if (!d)
        return NONNET_E_INVALID;
    *stats = d->stats;
    return NONNET_OK;
}

static bool is_before(const struct nonnet_sim *sim, uint16_t a, uint16_t b)
{
    const struct slot *x = &sim->slots[a];
    const struct slot *y = &sim->slots[b];
    return x->time != y->time ? x->time < y->time : x->order < y->order;
}

static void heap_swap(struct nonnet_sim *sim, size_t a, size_t b)
{
    uint16_t index = sim->heap[a];
    sim->heap[a] = sim->heap[b];
    sim->heap[b] = index;
}

/* Puts the slot behind the heap into it. */
static void heap_push(struct nonnet_sim *sim)
{
    size_t at = sim->nheap++;

    while (at > 0 && is_before(sim, sim->heap[at], sim->heap[(at - 1) / 2])) {
        heap_swap(sim, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

/* Takes the first slot out; it is then the one behind the heap. */
static void heap_pop(struct nonnet_sim *sim)
{
    size_t at = 0;

    heap_swap(sim, 0, --sim->nheap);
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= sim->nheap)
            break;
        if (child + 1u < sim->nheap && is_before(sim, sim->heap[child + 1], sim->heap[child]))
            child++;
        if (!is_before(sim, sim->heap[child], sim->heap[at]))
            break;
        heap_swap(sim, child, at);
        at = child;
    }
}

static uint8_t *slot_bytes(const struct nonnet_sim *sim, uint16_t index)
{
    return sim->bytes + (size_t)index * sim->config.frame_len_max;
}

/* What a direction decides of a frame. */
struct fate {
    bool lost;
    bool duplicate;
    bool corrupt;
    bool reorder;
    uint32_t bit;
    uint32_t later_us;
};

static struct fate fate_draw(struct direction *d, size_t len)
{
    struct fate f;

    f.lost = happens(&d->random, d->config.loss);
    f.corrupt = happens(&d->random, d->config.corrupt);
    f.bit = random_below(&d->random, (uint32_t)len * 8);
    f.duplicate = happens(&d->random, d->config.duplicate);
    f.reorder = happens(&d->random, d->config.reorder);
    f.later_us = random_below(&d->random, d->config.reorder_us);
    f.corrupt = f.corrupt && len > 0;
    return f;
}

static void fate_count(struct nonnet_sim_stats *stats, const struct fate *f)
{
    stats->lost += f->lost;
    if (f->lost)
        return;
    stats->corrupted += f->corrupt;
    stats->duplicated += f->duplicate;
    stats->reordered += f->reorder;
}

static void frame_launch(struct nonnet_sim *sim, uint16_t link, unsigned from, const uint8_t *frame,
                         size_t len, uint64_t time, const struct fate *fate)
{
    uint16_t index = sim->heap[sim->nheap];
    uint8_t *bytes = slot_bytes(sim, index);

    sim->slots[index] = (struct slot){.time = time,
                                      .order = sim->order++,
                                      .len = (uint32_t)len,
                                      .link = link,
                                      .end = (uint8_t)(1 - from)};
    if (len > 0)
        memcpy(bytes, frame, len);
    if (fate->corrupt)
        bytes[fate->bit / 8] ^= (uint8_t)(1u << fate->bit % 8);
    heap_push(sim);
}

/*
 * Takes the link for a frame. Returns false if the queue has no room; else when the frame has left.
 */
static bool link_take(struct direction *d, size_t len, uint64_t now, uint64_t *left_at)
{
    uint64_t start = now << TIME_SHIFT;
    uint64_t cost = (uint64_t)len * d->config.byte_time;

    if (d->free_at > start) {
        uint64_t most = (uint64_t)d->config.queue_len * d->config.byte_time;
        if (d->config.queue_len > 0 && d->free_at - start + cost > most)
            return false;
        start = d->free_at;
    }
    d->free_at = start + cost;
    *left_at = d->free_at >> TIME_SHIFT;
    return true;
}

int nonnet_sim_send(struct nonnet_sim *sim, uint16_t link, unsigned from, const uint8_t *frame,
                    size_t len, uint64_t now)
{
    struct direction *d = direction_of(sim, link, from);
    uint64_t time;

    if (!d)
        return NONNET_E_INVALID;
    if (len > sim->config.frame_len_max)
        return NONNET_E_TOO_LONG;
    if (sim->config.nframes - sim->nheap < 2)
        return NONNET_E_FULL;
    d->stats.sent++;
    struct fate fate = fate_draw(d, len);
    if (!link_take(d, len, now, &time)) {
        d->stats.queue_full++;
        return NONNET_OK;
    }
    fate_count(&d->stats, &fate);
    if (fate.lost)
        return NONNET_OK;
    time += d->config.delay_us;
    if (fate.reorder) {
        time += fate.later_us;
    } else {
        /* The delay may have been set shorter meanwhile: that alone changes no order. */
        time = time > d->arrives_at ? time : d->arrives_at;
        d->arrives_at = time;
    }
    frame_launch(sim, link, from, frame, len, time, &fate);
    if (fate.duplicate)
        frame_launch(sim, link, from, frame, len, time, &fate);
    return NONNET_OK;
}

uint64_t nonnet_sim_next(const struct nonnet_sim *sim)
{
    return sim->nheap > 0 ? sim->slots[sim->heap[0]].time : UINT64_MAX;
}

int nonnet_sim_receive(struct nonnet_sim *sim, uint64_t now, struct nonnet_sim_arrival *arrival,
                       uint8_t *frame, size_t size, size_t *len)
{
    if (nonnet_sim_next(sim) > now || sim->nheap == 0)
        return NONNET_E_EMPTY;
    const struct slot *slot = &sim->slots[sim->heap[0]];
    *len = slot->len;
    if (size < slot->len)
        return NONNET_E_NO_SPACE;
    if (slot->len > 0)
        memcpy(frame, slot_bytes(sim, sim->heap[0]), slot->len);
    *arrival =
        (struct nonnet_sim_arrival){.link = slot->link, .end = slot->end, .time = slot->time};
    direction_of(sim, slot->link, 1u - slot->end)->stats.delivered++;
    heap_pop(sim);
    return NONNET_OK;
}
