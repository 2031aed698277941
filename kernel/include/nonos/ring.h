/*
 * A ring between one producer and one consumer in Memory that both map. Indices run freely (they wrap at 2^32, the size is a power of
 * two), each is written by one side only. Neither side trusts the other: what is read from the ring is copied before it is
 * checked, and indices that make no sense are an error, not a fault.
 *
 * The producer signals the consumer's notification only when the consumer asked for it (`consumer_signalled` is 0), which it does before it
 * waits. The protocol, with both barriers needed because each side stores one word and then loads the other's:
 *
 *     producer: put entries; tail = …; barrier; if (!consumer_signalled) { consumer_signalled = 1; signal }
 *     consumer: take entries; head = …; when empty: consumer_signalled = 0; barrier; if still empty: wait
 */
#ifndef NONOS_RING_H
#define NONOS_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Shared. The producer's and the consumer's words lie in cache lines of their own. */
struct nonos_ring {
    uint32_t tail; /* entries put, ever; written by the producer */
    uint32_t pad0[15];
    uint32_t head; /* entries taken, ever; written by the consumer */
    uint32_t pad1[15];
    uint32_t consumer_signalled; /* written by both */
    uint32_t pad2[15];
    /* entries follow */
};

/* One side's private view. */
struct nonos_ring_end {
    struct nonos_ring *ring;
    uint8_t *entries;
    uint32_t size;      /* entries, a power of two */
    uint32_t entry_len; /* bytes */
    uint32_t own;       /* this side's index */
};

/* Bytes that a ring of `size` entries of `entry_len` bytes takes. */
static inline uint64_t nonos_ring_bytes(uint32_t size, uint32_t entry_len)
{
    return sizeof(struct nonos_ring) + (uint64_t)size * entry_len;
}

static inline void nonos_ring_attach(struct nonos_ring_end *end, void *memory, uint32_t size,
                                     uint32_t entry_len)
{
    end->ring = (struct nonos_ring *)memory;
    end->entries = (uint8_t *)memory + sizeof(struct nonos_ring);
    end->size = size;
    end->entry_len = entry_len;
    end->own = 0;
}

/* How many entries the producer can put now. A head that makes no sense is no room. */
static inline uint32_t nonos_ring_room(const struct nonos_ring_end *end)
{
    uint32_t used = end->own - __atomic_load_n(&end->ring->head, __ATOMIC_ACQUIRE);
    return used < end->size ? end->size - used : 0;
}

/* Puts one entry; false if the ring is full or the other side's index is nonsense. Visible after nonos_ring_publish(). */
static inline bool nonos_ring_put(struct nonos_ring_end *end, const void *entry)
{
    if (nonos_ring_room(end) == 0)
        return false;
    memcpy(end->entries + (uint64_t)(end->own & (end->size - 1)) * end->entry_len, entry,
           end->entry_len);
    end->own++;
    return true;
}

/* Makes what was put visible; true if the consumer must be signalled. */
static inline bool nonos_ring_publish(struct nonos_ring_end *end)
{
    __atomic_store_n(&end->ring->tail, end->own, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_exchange_n(&end->ring->consumer_signalled, 1, __ATOMIC_ACQ_REL) == 0;
}

/* How many entries the consumer can take now. A tail that makes no sense is none. */
static inline uint32_t nonos_ring_waiting(const struct nonos_ring_end *end)
{
    uint32_t waiting = __atomic_load_n(&end->ring->tail, __ATOMIC_ACQUIRE) - end->own;
    return waiting <= end->size ? waiting : 0;
}

/* Takes one entry; false if the ring is empty or the other side's index is nonsense. */
static inline bool nonos_ring_take(struct nonos_ring_end *end, void *entry)
{
    if (nonos_ring_waiting(end) == 0)
        return false;
    memcpy(entry, end->entries + (uint64_t)(end->own & (end->size - 1)) * end->entry_len,
           end->entry_len);
    end->own++;
    __atomic_store_n(&end->ring->head, end->own, __ATOMIC_RELEASE);
    return true;
}

/* Before the consumer waits: asks to be signalled. False if an entry came meanwhile: take it instead of waiting. */
static inline bool nonos_ring_may_wait(struct nonos_ring_end *end)
{
    __atomic_store_n(&end->ring->consumer_signalled, 0, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_load_n(&end->ring->tail, __ATOMIC_ACQUIRE) == end->own;
}

#endif
