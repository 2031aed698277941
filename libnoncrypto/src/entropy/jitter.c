/*
 * What takes a time that cannot be foretold: each access to memory goes where the one before it says, over as much memory
 * as a first-level cache holds a part of, so that caches, buffers, prefetchers, interrupts and other cores have their say.
 */
#include <noncrypto/entropy.h>

#include <string.h>

#define ACCESSES 128

void noncrypto_entropy_jitter_init(struct noncrypto_entropy_jitter *jitter, uint64_t (*ticks)(void))
{
    memset(jitter, 0, sizeof *jitter);
    jitter->ticks = ticks;
    jitter->last = ticks();
}

/* The linear congruential step of ANSI C visits all places, and what memory holds moves it. */
static uint32_t wander(volatile uint8_t *memory, size_t size, uint32_t place)
{
    for (int i = 0; i < ACCESSES; i++) {
        place = place * UINT32_C(1103515245) + 12345;
        volatile uint8_t *p = &memory[(place >> 8) & (size - 1)];
        *p = (uint8_t)(*p + (place >> 24));
        place += *p;
    }
    return place;
}

int noncrypto_entropy_jitter_read(void *jitter, uint8_t *samples, size_t count)
{
    struct noncrypto_entropy_jitter *j = jitter;

    for (size_t i = 0; i < count; i++) {
        j->place = wander(j->memory, sizeof j->memory, j->place);
        uint64_t now = j->ticks();
        samples[i] = (uint8_t)(now - j->last);
        j->last = now;
    }
    return 0;
}
