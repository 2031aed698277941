/*
 * The Memory shared with the driver: a page with the request ring, a page with the completion ring,
 * then SLOTS pieces of data. A transfer is cut into pieces; up to SLOTS of them are on their way at
 * once, of one thread or of several. The device reads and writes the pieces by DMA; they are copied once, from or to where the
 * caller has them. The driver is not trusted: a completion counts only for a piece that is on its way,
 * and once.
 *
 * Threads. The lock is held for slots and rings, and by nobody who copies or waits. Of those that wait for their pieces one *watches*: it takes
 * what the driver completed, for all, and follows the driver to its successor; the others sleep until something of that happened. Who stops watching
 * wakes them, and the first watches.
 */
#include "blockdev.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/block.h>
#include <nonos/ring.h>
#include <nonos/runtime.h>
#include <nonos/service.h>
#include <nonos/thread.h>

#define SLOTS          16u
#define BATCH          8u /* slots that one transfer takes at once, so that some are left for others */
#define SLOT_BYTES     (128u << 10)
#define RING_ENTRIES   32u
#define COMPLETIONS_AT 4096u
#define DATA_AT        8192u
#define MEMORY_BYTES   (DATA_AT + SLOTS * SLOT_BYTES)

_Static_assert(RING_ENTRIES >= 2 * SLOTS, "requests unanswered and answers unread");

/* A driver that is silent for so long is asked whether it still knows us. */
#define PATIENCE_NS     1000000000ull
/*
 * After so many such questions that it answered without finishing any request, the device has
 * failed.
 */
#define PATIENCE_ROUNDS 30u
#define RECONNECTS_MAX  8u
/* How often what the driver gave up, because it had to reset the device, is given to it again. */
#define RETRIES_MAX     3u
/* How long the driver may take to finish what a former life of this module had on its way. */
#define DRAIN_NS        30000000000ull
#define DRAIN_LOOK_NS   5000000ull
/* How long a request waits for a driver that is started again. */
#define SUCCESSOR_NS    60000000000ull

#define BLOCKDEV_BIT 1u

enum slot_state { SLOT_FREE, SLOT_TAKEN, SLOT_BUSY /* with the driver */ };

struct slot {
    struct nonos_block_request request;
    enum slot_state state;
    int result;
};

struct blockdev {
    struct nonfs_block_device device;
    struct nonos_service_watch watch; /* of the driver, on a thread of its own */
    nonos_handle endpoint;
    nonos_handle notification; /* the driver completed something, or there is a new one */
    nonos_handle memory, wake;
    uint8_t *base;

    struct nonos_mutex lock; /* of what follows */
    struct nonos_condition changed;
    struct nonos_ring_end requests, completions;
    struct slot slots[SLOTS];
    uint32_t piece;  /* bytes of one request: what a slot holds, or less if the driver takes less */
    uint64_t serial; /* makes ids of different requests differ */
    bool flushes;    /* the device has a volatile cache */
    bool watched;
    bool attaching; /* the rings are being made anew: what is submitted is put into them then */
    unsigned rounds, reconnects; /* since something was completed */
    /*
     * Requests were given up: the device may still write into the slots, so they are not used
     * again.
     */
    bool failed;
};

/* The table for libnonfs: one for devices that can be written. */
static const struct nonfs_block_ops *blockdev_ops_of(bool writable);

/* ---- connection ---- */

/* Waits for the driver, or until `deadline`. */
static void blockdev_sleep(struct blockdev *b, uint64_t deadline)
{
    uint64_t bits;
    (void)!nonos_notify_wait(b->notification, BLOCKDEV_BIT, deadline, &bits);
}

/* Takes a connection to the next instance of the driver. */
static int blockdev_connect(struct blockdev *b)
{
    uint64_t deadline = nonos_time_monotonic() + SUCCESSOR_NS;
    nonos_handle endpoint;
    int r;
    while ((r = nonos_service_take(&b->watch, &endpoint)) == NONOS_E_BUSY) {
        if (nonos_time_monotonic() >= deadline)
            return NONOS_E_TIMED_OUT;
        blockdev_sleep(b, deadline);
    }
    if (r < 0)
        return r;
    if (b->endpoint)
        (void)nonos_cap_delete(b->endpoint);
    b->endpoint = endpoint;
    return NONOS_OK;
}

static int blockdev_info(struct blockdev *b)
{
    struct nonos_message m = nonos_message_make(NONOS_BLOCK_INFO);
    int r = nonos_call(b->endpoint, &m);
    if (r < 0)
        return r;
    uint64_t size = m.words[0], blocks = m.words[1], most = m.words[3];
    if (size < NONFS_BLOCK_SIZE_MIN || size > NONFS_BLOCK_SIZE_MAX || (size & (size - 1)))
        return NONOS_E_UNSUPPORTED;
    uint32_t piece = most < size ? (uint32_t)size : most < SLOT_BYTES ? (uint32_t)most : SLOT_BYTES;
    const struct nonfs_block_ops *ops = blockdev_ops_of(!(m.words[2] & NONOS_BLOCK_READ_ONLY));
    if (!b->device.block_size)
        b->device = (struct nonfs_block_device){
            .ops = ops, .context = b, .block_count = blocks, .block_size = (uint32_t)size};
    else if (b->device.block_size != size || b->device.block_count != blocks ||
             b->device.ops != ops)
        return NONOS_E_NO_DEVICE; /* another disk came back */
    nonos_mutex_lock(&b->lock);
    b->piece = piece - piece % (uint32_t)size;
    b->flushes = m.words[2] & NONOS_BLOCK_FLUSH;
    nonos_mutex_unlock(&b->lock);
    return 0;
}

/* Gives the driver our Memory; both rings start anew, and nobody else uses them meanwhile. */
static int blockdev_open_queue(struct blockdev *b)
{
    struct nonos_message m = nonos_message_make(NONOS_BLOCK_OPEN);
    memset(b->base, 0, DATA_AT);
    nonos_ring_attach(&b->requests, b->base, RING_ENTRIES, sizeof(struct nonos_block_request));
    nonos_ring_attach(&b->completions, b->base + COMPLETIONS_AT, RING_ENTRIES,
                      sizeof(struct nonos_block_completion));
    m.ncaps = 2;
    m.caps[0] = b->memory;
    m.words[0] = RING_ENTRIES;
    m.words[1] = COMPLETIONS_AT;
    m.words[2] = MEMORY_BYTES;
    int r = nonos_cap_derive(b->notification, NONOS_NOTIFICATION_SIGNAL | NONOS_RIGHT_GRANT, 0,
                             NONOS_NEVER, 0, &m.caps[1]);
    if (r < 0)
        return r;
    nonos_handle signal = m.caps[1];
    m.words[3] = BLOCKDEV_BIT;
    r = nonos_call(b->endpoint, &m);
    if (r < 0) {
        (void)nonos_cap_delete(signal);
        return r;
    }
    if (b->wake)
        (void)nonos_cap_delete(b->wake);
    b->wake = m.caps[0];
    return 0;
}

/*
 * BUSY: the device still works on what this module gave it before it was started again. A write of then must not come after a
 * read of now.
 */
static int blockdev_queue(struct blockdev *b)
{
    uint64_t deadline = nonos_time_monotonic() + DRAIN_NS, now;
    int r;
    while ((r = blockdev_open_queue(b)) == NONOS_E_BUSY &&
           (now = nonos_time_monotonic()) < deadline)
        blockdev_sleep(b, now + DRAIN_LOOK_NS);
    return r;
}

static int blockdev_attach(struct blockdev *b)
{
    int r = blockdev_connect(b);
    if (r == 0)
        r = blockdev_info(b);
    return r == 0 ? blockdev_queue(b) : r;
}

/* ---- requests: with the lock held ---- */

static void slots_put(struct blockdev *b, uint32_t slots)
{
    if (b->attaching)
        return;
    for (unsigned i = 0; i < SLOTS; i++)
        if ((slots >> i & 1) && b->slots[i].state == SLOT_BUSY)
            (void)nonos_ring_put(&b->requests, &b->slots[i].request); /* there is room for all */
    if (nonos_ring_publish(&b->requests))
        (void)nonos_notify_signal(b->wake, NONOS_BLOCK_REQUEST_BIT);
}

static bool slots_busy(const struct blockdev *b, uint32_t slots)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if ((slots >> i & 1) && b->slots[i].state == SLOT_BUSY)
            return true;
    return false;
}

static void slots_complete(struct blockdev *b)
{
    struct nonos_block_completion c;
    bool any = false;
    while (nonos_ring_take(&b->completions, &c)) {
        struct slot *slot = &b->slots[c.id % SLOTS];
        if (slot->state != SLOT_BUSY || slot->request.id != c.id)
            continue;
        slot->state = SLOT_TAKEN;
        slot->result = c.result;
        any = true;
        if (c.result != NONOS_E_TIMED_OUT)
            b->rounds = b->reconnects = 0;
    }
    if (any)
        nonos_condition_wake(&b->changed);
}

static void blockdev_fail(struct blockdev *b)
{
    b->failed = true;
    nonos_condition_wake(&b->changed);
}

/* Goes on with the driver's successor: what was on its way is given to it again. */
static void driver_follow(struct blockdev *b)
{
    int r = NONOS_E_NO_DEVICE;
    if (b->reconnects++ < RECONNECTS_MAX) {
        b->attaching = true;
        nonos_mutex_unlock(&b->lock);
        r = blockdev_attach(b);
        nonos_mutex_lock(&b->lock);
        b->attaching = false;
    }
    if (r < 0)
        blockdev_fail(b);
    else
        slots_put(b, ~0u);
}

/* Waits until the driver completed something, which is not taken yet. */
static void driver_wait(struct blockdev *b)
{
    if (nonos_service_offered(&b->watch)) {
        driver_follow(b);
        return;
    }
    if (!nonos_ring_may_wait(&b->completions))
        return;
    nonos_mutex_unlock(&b->lock);
    uint64_t before = nonos_time_monotonic();
    blockdev_sleep(b, before + PATIENCE_NS);
    bool silent = nonos_time_monotonic() - before >= PATIENCE_NS;
    struct nonos_message ping = nonos_message_make(NONOS_BLOCK_INFO);
    bool there = !silent || nonos_call(b->endpoint, &ping) == 0;
    nonos_mutex_lock(&b->lock);
    if (!there)
        driver_follow(b);
    else if (silent && ++b->rounds == PATIENCE_ROUNDS)
        blockdev_fail(b);
}

/* Until the driver has none of the slots, or the device has failed. */
static void slots_wait(struct blockdev *b, uint32_t slots)
{
    while (b->watched && slots_busy(b, slots) && !b->failed)
        nonos_condition_wait(&b->changed, &b->lock);
    if (!slots_busy(b, slots) || b->failed)
        return;
    b->watched = true;
    for (;;) {
        slots_complete(b);
        if (!slots_busy(b, slots) || b->failed)
            break;
        driver_wait(b);
    }
    b->watched = false;
    nonos_condition_wake(&b->changed);
}

/* Which of the slots the driver gave up. */
static uint32_t slots_given_up(const struct blockdev *b, uint32_t slots)
{
    uint32_t which = 0;
    for (unsigned i = 0; i < SLOTS; i++)
        if ((slots >> i & 1) && b->slots[i].result == NONOS_E_TIMED_OUT)
            which |= 1u << i;
    return which;
}

static void slots_submit(struct blockdev *b, uint32_t slots)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (slots >> i & 1) {
            b->slots[i].state = SLOT_BUSY;
            b->slots[i].result = 0;
        }
    slots_put(b, slots);
}

/* Carries out what is in the slots, through the driver's death if need be. */
static int slots_run(struct blockdev *b, uint32_t slots)
{
    uint32_t again = slots;
    for (unsigned tries = 0; again && tries <= RETRIES_MAX && !b->failed; tries++) {
        slots_submit(b, again);
        slots_wait(b, again);
        again = slots_given_up(b, slots);
    }
    if (b->failed)
        return NONFS_E_GONE;
    for (unsigned i = 0; i < SLOTS; i++)
        if ((slots >> i & 1) && b->slots[i].result < 0)
            return b->slots[i].result == NONOS_E_NO_DEVICE ? NONFS_E_GONE : NONFS_E_IO;
    return 0;
}

/* Takes up to `most` slots; waits until there is one. None: the device has failed. */
static uint32_t slots_take(struct blockdev *b, unsigned most)
{
    uint32_t slots = 0;
    while (!b->failed) {
        for (unsigned i = 0; i < SLOTS && most > 0; i++)
            if (b->slots[i].state == SLOT_FREE) {
                b->slots[i].state = SLOT_TAKEN;
                slots |= 1u << i;
                most--;
            }
        if (slots)
            break;
        nonos_condition_wait(&b->changed, &b->lock);
    }
    return slots;
}

/* What the device may still write into stays as it is. */
static void slots_free(struct blockdev *b, uint32_t slots)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if ((slots >> i & 1) && b->slots[i].state == SLOT_TAKEN)
            b->slots[i].state = SLOT_FREE;
    nonos_condition_wake(&b->changed);
}

static void slot_fill(struct blockdev *b, unsigned i, enum nonos_block_request_op op,
                      uint64_t block, uint32_t nblocks)
{
    b->slots[i].request = (struct nonos_block_request){++b->serial * SLOTS + i, op, nblocks, block,
                                                       DATA_AT + (uint64_t)i * SLOT_BYTES};
}

/* ---- transfers ---- */

/* Into `to` or, if that is NULL, out of `from`. */
struct transfer {
    uint64_t first;
    uint32_t nblocks;
    uint8_t *to;
    const uint8_t *from;
};

/* Copies between the slots and the caller's memory. Nobody else uses them. */
static void slots_copy(const struct blockdev *b, uint32_t slots, const struct transfer *t)
{
    size_t at = 0;
    for (unsigned i = 0; i < SLOTS; i++) {
        if (!(slots >> i & 1))
            continue;
        uint8_t *data = b->base + DATA_AT + (size_t)i * SLOT_BYTES;
        size_t len = (size_t)b->slots[i].request.nblocks * b->device.block_size;
        if (t->to)
            memcpy(t->to + at, data, len);
        else
            memcpy(data, t->from + at, len);
        at += len;
    }
}

/* Takes slots for the start of a transfer and fills in what to do; `*nblocks` says how much that is. */
static uint32_t batch_take(struct blockdev *b, const struct transfer *t, uint32_t *nblocks)
{
    uint32_t per_slot = b->piece / b->device.block_size;
    uint32_t wanted = t->nblocks / per_slot + (t->nblocks % per_slot != 0);
    uint32_t slots = slots_take(b, wanted < BATCH ? wanted : BATCH);
    *nblocks = 0;
    for (unsigned i = 0; i < SLOTS; i++) {
        if (!(slots >> i & 1))
            continue;
        uint32_t n = t->nblocks - *nblocks < per_slot ? t->nblocks - *nblocks : per_slot;
        slot_fill(b, i, t->to ? NONOS_BLOCK_READ : NONOS_BLOCK_WRITE, t->first + *nblocks, n);
        *nblocks += n;
    }
    return slots;
}

/* Carries out the start of a transfer, and takes it away from it. */
static int blockdev_batch(struct blockdev *b, struct transfer *t)
{
    uint32_t nblocks;
    nonos_mutex_lock(&b->lock);
    uint32_t slots = batch_take(b, t, &nblocks);
    nonos_mutex_unlock(&b->lock);
    if (!slots)
        return NONFS_E_GONE;
    if (!t->to)
        slots_copy(b, slots, t);
    nonos_mutex_lock(&b->lock);
    int r = slots_run(b, slots);
    nonos_mutex_unlock(&b->lock);
    if (r == 0 && t->to)
        slots_copy(b, slots, t);
    nonos_mutex_lock(&b->lock);
    slots_free(b, slots);
    nonos_mutex_unlock(&b->lock);
    size_t len = (size_t)nblocks * b->device.block_size;
    t->first += nblocks;
    t->nblocks -= nblocks;
    if (t->to)
        t->to += len;
    else
        t->from += len;
    return r;
}

static int blockdev_transfer(struct blockdev *b, struct transfer *t)
{
    int r = 0;
    while (r == 0 && t->nblocks > 0)
        r = blockdev_batch(b, t);
    return r;
}

static int blockdev_read(void *context, uint64_t first, uint32_t nblocks, void *buffer)
{
    return blockdev_transfer(context, &(struct transfer){first, nblocks, buffer, NULL});
}

static int blockdev_write(void *context, uint64_t first, uint32_t nblocks, const void *buffer)
{
    return blockdev_transfer(context, &(struct transfer){first, nblocks, NULL, buffer});
}

/*
 * Every write was completed before its function returned, so one FLUSH alone is the whole barrier, whatever others have on
 * their way.
 */
static int blockdev_flush(void *context)
{
    struct blockdev *b = context;
    int r = 0;
    nonos_mutex_lock(&b->lock);
    uint32_t slots = slots_take(b, 1);
    if (!slots)
        r = NONFS_E_GONE;
    else if (b->flushes) {
        slot_fill(b, (unsigned)__builtin_ctz(slots), NONOS_BLOCK_FLUSH_NOW, 0, 0);
        r = slots_run(b, slots);
    }
    slots_free(b, slots);
    nonos_mutex_unlock(&b->lock);
    return r;
}

static const struct nonfs_block_ops *blockdev_ops_of(bool writable)
{
    static const struct nonfs_block_ops read_only = {.read = blockdev_read};
    static const struct nonfs_block_ops all = {
        .read = blockdev_read, .write = blockdev_write, .flush = blockdev_flush};
    return writable ? &all : &read_only;
}

/* What must be there before anything else. */
static int blockdev_make(struct blockdev *b)
{
    void *base;
    int r = nonos_memory_create(MEMORY_BYTES, NONOS_MEMORY_FLAG_DMA, &b->memory, &base);
    if (r < 0)
        return r;
    b->base = base;
    r = nonos_mutex_init(&b->lock);
    if (r >= 0)
        r = nonos_condition_init(&b->changed);
    if (r >= 0)
        r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                &b->notification);
    return r;
}

static void blockdev_unmake(struct blockdev *b)
{
    const nonos_handle made[] = {b->memory, b->lock.notification, b->changed.notification,
                                 b->notification};
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
        if (made[i])
            (void)nonos_cap_delete(made[i]);
    free(b);
}

int blockdev_open(const char *service, struct blockdev **out)
{
    struct blockdev *b = calloc(1, sizeof(*b));
    if (!b)
        return NONOS_E_NO_MEMORY;
    int r = blockdev_make(b);
    if (r >= 0)
        r = nonos_service_follow(&b->watch, service, b->notification, BLOCKDEV_BIT, NULL);
    if (r < 0) {
        blockdev_unmake(b);
        return r;
    }
    /* From here on the watcher uses `b`: without a driver it is kept, and nothing else is. */
    r = blockdev_attach(b);
    if (r < 0) {
        nonos_memory_free(b->memory);
        return r;
    }
    *out = b;
    return 0;
}

const struct nonfs_block_device *blockdev_device(const struct blockdev *b)
{
    return &b->device;
}
