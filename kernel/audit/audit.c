#include <audit/audit.h>

#include <string.h>

#include <arch/arch.h>
#include <cap/tree.h>
#include <debug/lock.h>
#include <debug/log.h>
#include <mm/heap.h>
#include <noncrypto/blake3.h>
#include <sched/task.h>

#define RING_RECORDS 256u /* a power of two */

/* One writer, its own processor; one reader, under the lock. */
struct ring {
    uint32_t head; /* written; atomic */
    uint32_t tail; /* read; atomic */
    uint64_t dropped;
    struct nonos_audit_record records[RING_RECORDS];
};

static struct lock audit_lock = LOCK_INIT(LOCK_RANK_AUDIT);
static struct ring *rings[CPU_MAX];
static unsigned nrings;
static bool due; /* a ring is half full */
static struct nonos_audit_record *kept;
static uint64_t last_sequence;
static uint8_t last_chain[32];

int audit_init(unsigned ncpus)
{
    kept = heap_alloc(AUDIT_KEPT * sizeof(*kept));
    if (!kept)
        return NONOS_E_NO_MEMORY;
    for (unsigned i = 0; i < ncpus; i++) {
        rings[i] = heap_alloc(sizeof(struct ring));
        if (!rings[i])
            return NONOS_E_NO_MEMORY;
    }
    nrings = ncpus;
    return 0;
}

static void text_copy(char *to, size_t size, const char *text)
{
    size_t len = 0;
    while (text && len + 1 < size && text[len]) {
        to[len] = text[len];
        len++;
    }
}

void audit_record_text(enum nonos_audit_event event, int32_t result, uint64_t task, uint64_t object,
                       uint64_t a, uint64_t b, const char *text)
{
    struct ring *ring = rings[arch_cpu_id()];
    if (!ring)
        return; /* before audit_init() nothing happens that is recorded */
    uint32_t head = ring->head;
    uint32_t used = head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE);
    if (used == RING_RECORDS) {
        __atomic_add_fetch(&ring->dropped, 1, __ATOMIC_RELAXED);
        return;
    }
    const struct thread *thread = arch_current();
    struct nonos_audit_record *r = &ring->records[head % RING_RECORDS];
    *r = (struct nonos_audit_record){
        .time_ns = arch_clock_ns(),
        .event = event,
        .result = result,
        .task_id = task                     ? task
                   : thread && thread->task ? thread->task->object.id
                                            : 0,
        .object_id = object,
        .a = a,
        .b = b,
    };
    text_copy(r->text, sizeof(r->text), text);
    /* Release: the reader sees the record whole before it sees that it is there. */
    __atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
    if (used + 1 >= RING_RECORDS / 2)
        __atomic_store_n(&due, true, __ATOMIC_RELAXED);
}

void audit_record(enum nonos_audit_event event, int32_t result, uint64_t task, uint64_t object,
                  uint64_t a, uint64_t b)
{
    audit_record_text(event, result, task, object, a, b, NULL);
}

/* Adds a record to the chain. */
static void chain_append(struct nonos_audit_record *record)
{
    struct noncrypto_blake3 hash;
    record->sequence = ++last_sequence;
    memset(record->chain, 0, sizeof(record->chain));
    noncrypto_blake3_init(&hash);
    noncrypto_blake3_update(&hash, last_chain, sizeof(last_chain));
    noncrypto_blake3_update(&hash, record, sizeof(*record));
    noncrypto_blake3_final(&hash, record->chain, sizeof(record->chain));
    memcpy(last_chain, record->chain, sizeof(last_chain));
    kept[record->sequence % AUDIT_KEPT] = *record;
}

/* The ring whose next record is the oldest; NULL if all are empty. */
static struct ring *ring_oldest(void)
{
    struct ring *oldest = NULL;
    for (unsigned i = 0; i < nrings; i++) {
        struct ring *ring = rings[i];
        if (__atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) == ring->tail)
            continue;
        if (!oldest || ring->records[ring->tail % RING_RECORDS].time_ns <
                           oldest->records[oldest->tail % RING_RECORDS].time_ns)
            oldest = ring;
    }
    return oldest;
}

static void drops_append(void)
{
    for (unsigned i = 0; i < nrings; i++) {
        uint64_t dropped = __atomic_exchange_n(&rings[i]->dropped, 0, __ATOMIC_RELAXED);
        if (!dropped)
            continue;
        struct nonos_audit_record record = {
            .time_ns = arch_clock_ns(), .event = NONOS_AUDIT_DROPPED, .a = dropped, .b = i};
        chain_append(&record);
    }
}

/* Drains up to `count` records; false when none is left. */
static bool drain_some(unsigned count)
{
    struct ring *ring = NULL;
    lock_acquire(&audit_lock);
    while (count-- && (ring = ring_oldest())) {
        struct nonos_audit_record record = ring->records[ring->tail % RING_RECORDS];
        /* Release: the writer may use the place only after it was read. */
        __atomic_store_n(&ring->tail, ring->tail + 1, __ATOMIC_RELEASE);
        chain_append(&record);
    }
    if (!ring)
        drops_append();
    lock_release(&audit_lock);
    return ring != NULL;
}

void audit_drain(void)
{
    __atomic_store_n(&due, false, __ATOMIC_RELAXED);
    /* As much as there can be: what comes in meanwhile is not waited for. */
    for (unsigned i = 0; i < nrings * RING_RECORDS / 16 && drain_some(16); i++)
        preemption_point();
}

void audit_drain_if_due(void)
{
    if (__atomic_load_n(&due, __ATOMIC_RELAXED))
        audit_drain();
}

int audit_copy(uint64_t sequence, struct nonos_audit_record *records, size_t count, uint64_t *first)
{
    int copied = 0;
    lock_acquire(&audit_lock);
    uint64_t oldest = last_sequence > AUDIT_KEPT ? last_sequence - AUDIT_KEPT + 1 : 1;
    *first = oldest;
    if (sequence < oldest)
        copied = NONOS_E_OVERRUN;
    else
        while ((size_t)copied < count && sequence + (uint64_t)copied <= last_sequence) {
            records[copied] = kept[(sequence + (uint64_t)copied) % AUDIT_KEPT];
            copied++;
        }
    lock_release(&audit_lock);
    return copied;
}
