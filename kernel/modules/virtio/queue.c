#include "queue.h"

#include <string.h>

#define USED_NO_NOTIFY 1u
#define RING           2u /* both rings begin after flags and index */

void virtq_init(struct virtq *q, void *desc, void *avail, void *used, uint16_t size, bool event_idx)
{
    *q = (struct virtq){
        .desc = desc, .avail = avail, .used = used, .size = size, .event_idx = event_idx};
}

void virtq_put(struct virtq *q, uint16_t head)
{
    q->avail[RING + (q->put & (q->size - 1))] = head;
    q->put++;
}

/* Whether `event` lies in (old, new], all modulo 2^16 (section 2.7.7.2). */
static bool event_passed(uint16_t event, uint16_t old, uint16_t new)
{
    return (uint16_t)(new - event - 1) < (uint16_t)(new - old);
}

bool virtq_publish(struct virtq *q)
{
    uint16_t old = q->published;
    if (old == q->put)
        return false;
    /* Release: the device must see descriptors and ring entries before the index that covers them. */
    __atomic_store_n(&q->avail[1], q->put, __ATOMIC_RELEASE);
    q->published = q->put;
    /*
     * Full barrier: the index must be visible before the device's wish is read. The device does the opposite (writes its wish, then
     * reads the index); were either reordered, it could sleep while we think that it looks.
     */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!q->event_idx)
        return !(__atomic_load_n(&q->used[0], __ATOMIC_RELAXED) & USED_NO_NOTIFY);
    return event_passed(__atomic_load_n(&q->used[RING + 4 * q->size], __ATOMIC_RELAXED), old,
                        q->put);
}

enum virtq_taken virtq_take(struct virtq *q, unsigned in_flight, uint32_t *id, uint32_t *len)
{
    /* Acquire: the entry and the data that the device wrote are read after the index that covers them. */
    uint16_t ready = (uint16_t)(__atomic_load_n(&q->used[1], __ATOMIC_ACQUIRE) - q->taken);
    if (ready == 0)
        return VIRTQ_NONE;
    if (ready > in_flight)
        return VIRTQ_NONSENSE;
    uint32_t entry[2];
    memcpy(entry, q->used + RING + 4 * (q->taken & (q->size - 1)), sizeof(entry));
    q->taken++;
    *id = entry[0];
    *len = entry[1];
    return VIRTQ_TAKEN;
}

bool virtq_may_wait(struct virtq *q)
{
    if (q->event_idx)
        __atomic_store_n(&q->avail[RING + q->size], q->taken, __ATOMIC_RELAXED);
    /* Full barrier: the wish must be visible before the index is read for the last time, see virtq_publish(). */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_load_n(&q->used[1], __ATOMIC_ACQUIRE) == q->taken;
}
