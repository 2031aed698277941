#include <cap/random.h>

#include <string.h>

#include <arch/arch.h>
#include <debug/lock.h>
#include <debug/log.h>
#include <noncrypto/csprng.h>
#include <noncrypto/memory.h>
#include <nonos/boot_info.h>

#define SOURCE_FIRMWARE  1u
#define SOURCE_PROCESSOR 2u
#define SOURCE_TIMING    4u
#define RESEED_BYTES     (1u << 20)

static struct lock random_lock = LOCK_INIT(LOCK_RANK_AUDIT);
static struct noncrypto_csprng generator;
static uint32_t sources;
static uint64_t since_reseed;

/* Words of the processor's generator, each with the time it was read at. */
static unsigned processor_words(uint64_t *words, unsigned count)
{
    unsigned good = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t word = 0;
        good += arch_random(&word);
        words[i] = word ^ arch_clock_ns() << 32;
    }
    return good;
}

int random_init(const struct nonos_boot_info *info)
{
    struct {
        uint8_t loader[NONOS_BOOT_ENTROPY_SIZE];
        uint64_t processor[8];
        uint64_t times[4];
    } seed;

    memcpy(seed.loader, info->entropy, sizeof(seed.loader));
    sources = info->entropy_sources;
    if (processor_words(seed.processor, 8) == 8)
        sources |= SOURCE_PROCESSOR;
    seed.times[0] = arch_clock_ns();
    seed.times[1] = info->loader_tsc;
    seed.times[2] = info->unix_time;
    seed.times[3] = arch_clock_ns();
    int error = noncrypto_csprng_init(&generator, &seed, sizeof(seed));
    noncrypto_wipe(&seed, sizeof(seed));
    /* Timing alone is too little at this point: nothing but the loader has run. */
    if (error || !(sources & (SOURCE_FIRMWARE | SOURCE_PROCESSOR)))
        return NONOS_E_ENTROPY;
    return 0;
}

static void reseed_locked(void)
{
    uint64_t fresh[8];
    processor_words(fresh, 8);
    KERNEL_ASSERT(noncrypto_csprng_reseed(&generator, fresh, sizeof(fresh)) == 0);
    noncrypto_wipe(fresh, sizeof(fresh));
    since_reseed = 0;
}

void random_bytes(void *buffer, size_t len)
{
    lock_acquire(&random_lock);
    since_reseed += len;
    if (since_reseed > RESEED_BYTES)
        reseed_locked();
    KERNEL_ASSERT(noncrypto_csprng_generate(&generator, buffer, len) == 0);
    lock_release(&random_lock);
}

uint64_t random_below(uint64_t bound)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    uint64_t value;
    do
        random_bytes(&value, sizeof(value));
    while (value >= limit);
    return value % bound;
}

uint32_t random_sources(void)
{
    return sources;
}
