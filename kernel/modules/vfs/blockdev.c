/*
 * The Memory shared with the driver: a page with the request ring, a page with the completion ring,
 * then SLOTS pieces of data. A transfer is cut into pieces; up to SLOTS of them are on their way at
 * once. The device reads and writes the pieces by DMA; they are copied once, from or to where the
 * caller has them. The driver is not trusted: a completion counts only for a piece that is on its way,
 * and once.
 */
#include "blockdev.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/block.h>
#include <nonos/ring.h>
#include <nonos/runtime.h>
#include <nonos/supervisor.h>
#include <nonos/thread.h>

#define SLOTS          8u
#define SLOT_BYTES     (128u << 10)
#define RING_ENTRIES   16u
#define COMPLETIONS_AT 4096u
#define DATA_AT        8192u
#define MEMORY_BYTES   (DATA_AT + SLOTS * SLOT_BYTES)

/* A driver that is silent for so long is asked whether it still knows us. */
#define PATIENCE_NS     1000000000ull
/*
 * After so many such questions that it answered without finishing the request, the device has
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

struct slot {
    struct nonos_block_request request;
    bool busy;
    int result;
};

struct blockdev {
    struct nonfs_block_device device;
    struct nonos_server *server;
    const char *service;
    nonos_handle supervisor, endpoint;
    /*
     * The watcher's: a connection that was not taken yet, or why there is none; written before
     * `offered`, with release.
     */
    nonos_handle next_endpoint;
    int next_result;
    uint32_t offered; /* connections that the watcher has offered */
    uint32_t taken;   /* and those that were taken */
    nonos_handle taken_signal;
    nonos_handle memory, wake;
    uint8_t *base;
    struct nonos_ring_end requests, completions;
    struct slot slots[SLOTS];
    uint32_t piece;  /* bytes of one request: what a slot holds, or less if the driver takes less */
    uint64_t serial; /* makes ids of different requests differ */
    bool flushes;    /* the device has a volatile cache */
    /*
     * Requests were given up: the device may still write into the slots, so they are not used
     * again.
     */
    bool failed;
};

/* The table for libnonfs: one for devices that can be written. */
static const struct nonfs_block_ops *blockdev_ops_of(bool writable);

/* ---- connection ---- */

/*
 * The watcher: a thread that waits at the supervisor for each new instance of the driver, so that
 * the server goes on answering heartbeats. One offer is out at a time: it waits until that was
 * taken.
 */
static void blockdev_watch(void *argument)
{
    struct blockdev *b = argument;
    uint64_t generation = 0;
    for (;;) {
        struct nonos_message m = nonos_message_make(NONOS_SUPERVISOR_WAIT);
        int r = nonos_words_from_name(m.words, 3, b->service);
        m.words[3] = generation;
        if (r == 0)
            r = nonos_call(b->supervisor, &m);
        generation = m.words[3];
        b->next_result = r;
        b->next_endpoint = r < 0 ? 0 : m.caps[0];
        uint32_t offered = b->offered + 1;
        __atomic_store_n(&b->offered, offered, __ATOMIC_RELEASE);
        (void)nonos_notify_signal(b->server->notification, BLOCKDEV_BIT);
        if (r < 0)
            return; /* there is no such service, and none will come */
        while (__atomic_load_n(&b->taken, __ATOMIC_ACQUIRE) != offered) {
            uint64_t bits;
            (void)!nonos_notify_wait(b->taken_signal, 1, NONOS_NEVER, &bits);
        }
    }
}

/* Waits for the driver, or until `deadline`. Heartbeats that come meanwhile are answered. */
static void blockdev_sleep(struct blockdev *b, uint64_t deadline)
{
    uint64_t bits = 0;
    (void)!nonos_notify_wait(b->server->notification, BLOCKDEV_BIT | NONOS_SERVER_BIT_PING,
                             deadline, &bits);
    if ((bits & NONOS_SERVER_BIT_PING) && b->server->alive)
        (void)nonos_notify_signal(b->server->alive, 1);
}

/* Takes the watcher's next offer. */
static int blockdev_connect(struct blockdev *b)
{
    uint64_t deadline = nonos_time_monotonic() + SUCCESSOR_NS;
    while (__atomic_load_n(&b->offered, __ATOMIC_ACQUIRE) == b->taken) {
        if (nonos_time_monotonic() >= deadline)
            return NONOS_E_TIMED_OUT;
        blockdev_sleep(b, deadline);
    }
    if (b->next_result < 0)
        return b->next_result;
    if (b->endpoint)
        (void)nonos_cap_delete(b->endpoint);
    b->endpoint = b->next_endpoint;
    __atomic_store_n(&b->taken, b->offered, __ATOMIC_RELEASE);
    return nonos_notify_signal(b->taken_signal, 1);
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
    b->piece = most < size ? (uint32_t)size : most < SLOT_BYTES ? (uint32_t)most : SLOT_BYTES;
    b->piece -= b->piece % (uint32_t)size;
    const struct nonfs_block_ops *ops = blockdev_ops_of(!(m.words[2] & NONOS_BLOCK_READ_ONLY));
    if (b->device.block_size &&
        (b->device.block_size != size || b->device.block_count != blocks || b->device.ops != ops))
        return NONOS_E_NO_DEVICE; /* another disk came back */
    b->device.ops = ops;
    b->flushes = m.words[2] & NONOS_BLOCK_FLUSH;
    b->device.block_size = (uint32_t)size;
    b->device.block_count = blocks;
    b->device.max_transfer_blocks = 0;
    return 0;
}

/* Gives the driver our Memory; both rings start anew. */
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
    int r = nonos_cap_derive(b->server->notification, NONOS_NOTIFICATION_SIGNAL | NONOS_RIGHT_GRANT,
                             0, NONOS_NEVER, 0, &m.caps[1]);
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

/* ---- requests ---- */

static void slots_submit(struct blockdev *b)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (b->slots[i].busy)
            (void)nonos_ring_put(&b->requests, &b->slots[i].request); /* there is room for all */
    if (nonos_ring_publish(&b->requests))
        (void)nonos_notify_signal(b->wake, NONOS_BLOCK_REQUEST_BIT);
}

static bool slots_busy(const struct blockdev *b)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (b->slots[i].busy)
            return true;
    return false;
}

static void slots_complete(struct blockdev *b)
{
    struct nonos_block_completion c;
    while (nonos_ring_take(&b->completions, &c)) {
        struct slot *slot = &b->slots[c.id % SLOTS];
        if (slot->busy && slot->request.id == c.id) {
            slot->busy = false;
            slot->result = c.result;
        }
    }
}

/* Goes on with the driver's successor: what was on its way is given to it again. */
static bool slots_resubmit(struct blockdev *b, unsigned *reconnects)
{
    if ((*reconnects)++ == RECONNECTS_MAX || blockdev_attach(b) < 0)
        return false;
    slots_submit(b);
    return true;
}

/* Gives what the driver gave up to it once more; false if there is nothing, or it was too often. */
static bool slots_retry(struct blockdev *b, unsigned *retries)
{
    bool any = false;
    if (*retries == RETRIES_MAX)
        return false;
    for (unsigned i = 0; i < SLOTS; i++) {
        struct slot *slot = &b->slots[i];
        if (slot->result != NONOS_E_TIMED_OUT)
            continue;
        slot->busy = any = true;
        slot->result = 0;
    }
    if (any) {
        ++*retries;
        slots_submit(b);
    }
    return any;
}

/* Carries out what is in the slots, through the driver's death if need be. */
static int slots_run(struct blockdev *b)
{
    unsigned reconnects = 0, rounds = 0, retries = 0;
    slots_submit(b);
    for (;;) {
        slots_complete(b);
        if (!slots_busy(b) && !slots_retry(b, &retries))
            return 0;
        bool replaced = __atomic_load_n(&b->offered, __ATOMIC_ACQUIRE) != b->taken;
        if (replaced && !slots_resubmit(b, &reconnects))
            return NONFS_E_GONE;
        if (replaced || !nonos_ring_may_wait(&b->completions))
            continue;
        uint64_t before = nonos_time_monotonic();
        blockdev_sleep(b, before + PATIENCE_NS);
        if (nonos_time_monotonic() - before < PATIENCE_NS)
            continue;
        struct nonos_message ping = nonos_message_make(NONOS_BLOCK_INFO);
        if (nonos_call(b->endpoint, &ping) == 0) {
            if (++rounds == PATIENCE_ROUNDS)
                return NONFS_E_GONE;
        } else if (!slots_resubmit(b, &reconnects)) {
            return NONFS_E_GONE;
        }
    }
}

static int slots_result(const struct blockdev *b)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (b->slots[i].result < 0)
            return b->slots[i].result == NONOS_E_NO_DEVICE ? NONFS_E_GONE : NONFS_E_IO;
    return 0;
}

static void slot_fill(struct blockdev *b, unsigned i, enum nonos_block_request_op op,
                      uint64_t block, uint32_t nblocks)
{
    b->slots[i] = (struct slot){
        .request = {++b->serial * SLOTS + i, op, nblocks, block,
                    DATA_AT + (uint64_t)i * SLOT_BYTES},
        .busy = true,
    };
}

/* Carries out the slots that were filled. Afterwards they are free. */
static int slots_carry_out(struct blockdev *b)
{
    int r = slots_run(b);
    if (r < 0) {
        b->failed = true;
        return r;
    }
    r = slots_result(b);
    for (unsigned i = 0; i < SLOTS; i++)
        b->slots[i].result = 0;
    return r;
}

/* Transfers up to SLOTS pieces, into `to` or, if that is NULL, out of `from`. `nblocks` fits. */
static int blockdev_batch(struct blockdev *b, uint64_t first, uint32_t nblocks, uint8_t *to,
                          const uint8_t *from)
{
    uint32_t size = b->device.block_size, per_slot = b->piece / size;
    unsigned used = 0;
    for (uint32_t done = 0; done < nblocks; done += per_slot, used++) {
        uint32_t n = nblocks - done < per_slot ? nblocks - done : per_slot;
        slot_fill(b, used, to ? NONOS_BLOCK_READ : NONOS_BLOCK_WRITE, first + done, n);
        if (!to)
            memcpy(b->base + DATA_AT + (size_t)used * SLOT_BYTES, from + (size_t)done * size,
                   (size_t)n * size);
    }
    int r = slots_carry_out(b);
    if (r == 0 && to)
        for (unsigned i = 0; i < used; i++)
            memcpy(to + (size_t)i * per_slot * size, b->base + DATA_AT + (size_t)i * SLOT_BYTES,
                   (size_t)b->slots[i].request.nblocks * size);
    return r;
}

static int blockdev_transfer(struct blockdev *b, uint64_t first, uint32_t nblocks, uint8_t *to,
                             const uint8_t *from)
{
    uint32_t most = SLOTS * (b->piece / b->device.block_size);
    if (b->failed)
        return NONFS_E_GONE;
    while (nblocks > 0) {
        uint32_t n = nblocks < most ? nblocks : most;
        size_t len = (size_t)n * b->device.block_size;
        int r = blockdev_batch(b, first, n, to, from);
        if (r < 0)
            return r;
        first += n;
        nblocks -= n;
        if (to)
            to += len;
        else
            from += len;
    }
    return 0;
}

static int blockdev_read(void *context, uint64_t first, uint32_t nblocks, void *buffer)
{
    return blockdev_transfer(context, first, nblocks, buffer, NULL);
}

static int blockdev_write(void *context, uint64_t first, uint32_t nblocks, const void *buffer)
{
    return blockdev_transfer(context, first, nblocks, NULL, buffer);
}

/* Every write was completed before its function returned, so one FLUSH alone is the whole barrier. */
static int blockdev_flush(void *context)
{
    struct blockdev *b = context;
    if (b->failed)
        return NONFS_E_GONE;
    if (!b->flushes)
        return 0;
    slot_fill(b, 0, NONOS_BLOCK_FLUSH_NOW, 0, 0);
    return slots_carry_out(b);
}

static const struct nonfs_block_ops *blockdev_ops_of(bool writable)
{
    static const struct nonfs_block_ops read_only = {.read = blockdev_read};
    static const struct nonfs_block_ops all = {
        .read = blockdev_read, .write = blockdev_write, .flush = blockdev_flush};
    return writable ? &all : &read_only;
}

int blockdev_open(struct nonos_server *server, const char *service, struct blockdev **out)
{
    struct blockdev *b = calloc(1, sizeof(*b));
    void *base;
    if (!b)
        return NONOS_E_NO_MEMORY;
    b->server = server;
    b->service = service;
    b->supervisor = nonos_cap_find(NONOS_NAME_SUPERVISOR);
    b->device.context = b;
    int r = b->supervisor
                ? nonos_memory_create(MEMORY_BYTES, NONOS_MEMORY_FLAG_DMA, &b->memory, &base)
                : NONOS_E_NO_DEVICE;
    if (r < 0) {
        free(b);
        return r;
    }
    b->base = base;
    r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                            &b->taken_signal);
    if (r == 0)
        r = nonos_thread_spawn(blockdev_watch, b, 0);
    if (r < 0) {
        nonos_memory_free(b->memory);
        nonos_memory_free(b->taken_signal);
        free(b);
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
