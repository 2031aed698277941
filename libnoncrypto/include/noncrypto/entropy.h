/*
 * Entropy from several raw noise sources, mixed into one pool from which a generator is seeded.
 *
 * Each source is a callback that gives raw samples, with an assessed min-entropy per sample. The pool runs the health tests
 * of noncrypto/entropy_health.h on the samples as they come, 1024 of them before it counts any, and conditions them with
 * keyed BLAKE3. For every seed every source without an end gives `min_bits` by its own assessment, so a seed is as good as
 * the best of its sources, whatever the others are; who controls all sources but one still does not know it.
 *
 * A source that cannot be read, is stuck or is biased is an error which the caller sees, can ask about, and decides on:
 * noncrypto_entropy_pool_drop() goes on without it, noncrypto_entropy_pool_restart() gives it another start-up test. It is
 * never passed over in silence.
 *
 * The pool holds 256 bits: that is the strength of a seed, however long the seed and however many bits went in.
 *
 *     static uint64_t ticks(void) { return rdtsc(); }
 *     static struct noncrypto_entropy_jitter jitter;
 *
 *     noncrypto_entropy_pool_init(&pool, NONCRYPTO_ENTROPY_BITS_MIN);
 *     noncrypto_entropy_jitter_init(&jitter, ticks);
 *     noncrypto_entropy_pool_add(&pool, &(struct noncrypto_entropy_source){
 *         .name = "jitter", .read = noncrypto_entropy_jitter_read, .user = &jitter, .min_entropy_16ths = 8});
 *     noncrypto_entropy_pool_add(&pool, &(struct noncrypto_entropy_source){
 *         .name = "rdrand", .read = noncrypto_entropy_rdrand, .min_entropy_16ths = 64});
 *     result = noncrypto_entropy_pool_seed(&pool, seed, sizeof seed);
 *
 * and a generator reseeds from it with {.entropy = noncrypto_entropy_pool_callback, .user = &pool}.
 * A pool belongs to one thread at a time. Below 1 KiB of stack, and what the sources need.
 */
#ifndef NONCRYPTO_ENTROPY_H
#define NONCRYPTO_ENTROPY_H

#include <noncrypto/entropy_health.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_ENTROPY_SOURCES_MAX 8
#define NONCRYPTO_ENTROPY_BITS_MIN    320 /* 256, and 64 more for full entropy (SP 800-90C) */
#define NONCRYPTO_ENTROPY_BITS_MAX    8192
#define NONCRYPTO_ENTROPY_SEED_MAX    64 /* bytes */

/* A raw noise source. */
struct noncrypto_entropy_source {
    const char *name; /* for reports; lives as long as the pool */
    /*
     * Writes the next `count` raw samples, a byte each, and returns 0; any other value means that it has failed. At most 64
     * samples are asked for at once. It must not use the pool.
     */
    int (*read)(void *user, uint8_t *samples, size_t count);
    void *user;
    /*
     * 0: there is no end. Otherwise so many samples are there once and never again, such as a seed of the boot loader. They
     * count if all of them pass the health tests, of which 1024 are not demanded here.
     */
    uint32_t available;
    uint16_t
        min_entropy_16ths; /* assessed, of a sample, in sixteenths of a bit: see entropy_health.h */
    uint8_t binary;        /* samples are 0 or 1 */
};

enum noncrypto_entropy_status {
    NONCRYPTO_ENTROPY_WORKS = 0,      /* or was not asked yet */
    NONCRYPTO_ENTROPY_SPENT = 1,      /* has given all that was available */
    NONCRYPTO_ENTROPY_DROPPED = 2,    /* by the caller */
    NONCRYPTO_ENTROPY_UNREADABLE = 3, /* its function has failed */
    NONCRYPTO_ENTROPY_UNHEALTHY = 4,  /* a health test has failed */
};

/* The members of these two are private: they are here only so that the size is known. */
struct noncrypto_entropy_member {
    struct noncrypto_entropy_source source;
    struct noncrypto_entropy_health health;
    uint32_t credit_16ths; /* given since the last seed */
    uint32_t status;
};
struct noncrypto_entropy_pool {
    uint8_t key[32];
    struct noncrypto_entropy_member members[NONCRYPTO_ENTROPY_SOURCES_MAX];
    uint32_t nmembers;
    uint32_t min_bits;
    uint32_t state;
};

/*
 * Makes an empty pool. A seed takes at least `min_bits` of assessed entropy.
 * Returns 0, or NONCRYPTO_E_INVALID if `min_bits` is below NONCRYPTO_ENTROPY_BITS_MIN or above NONCRYPTO_ENTROPY_BITS_MAX;
 * then the pool is unusable.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_pool_init(struct noncrypto_entropy_pool *pool, unsigned min_bits);

/*
 * Adds a source, copied from `source`. Sources are numbered from 0 in the order in which they were added.
 * Returns 0; NONCRYPTO_E_INVALID if the pool is unusable, there is no function, or the entropy is out of range;
 * NONCRYPTO_E_NO_SPACE if there are NONCRYPTO_ENTROPY_SOURCES_MAX sources. On error nothing has changed.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_pool_add(struct noncrypto_entropy_pool *pool,
                           const struct noncrypto_entropy_source *source);

/* Mixes in what counts as no entropy at all: addresses, times, serial numbers. Nothing happens to an unusable pool. */
NONCRYPTO_API void noncrypto_entropy_pool_mix(struct noncrypto_entropy_pool *pool,
                                              const void *material, size_t len);

/*
 * Reads every source and writes a seed of `len` bytes, at most NONCRYPTO_ENTROPY_SEED_MAX. What was gathered is spent then.
 *
 * Returns 0; NONCRYPTO_E_INVALID if the pool is unusable or the seed too long; NONCRYPTO_E_ENTROPY if a source has failed
 * now or before and was not dropped, or if there is less than `min_bits`. On error `out` is zeros (unless the seed is too
 * long: then it is unchanged), and what the good sources gave is kept for the next call.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_pool_seed(struct noncrypto_entropy_pool *pool, uint8_t *out, size_t len);

/* The same in the form of struct noncrypto_csprng_source: `pool` is a struct noncrypto_entropy_pool. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_entropy_pool_callback(void *pool, uint8_t *out,
                                                                       size_t len);

/* The number of sources, dropped ones too. */
NONCRYPTO_API unsigned noncrypto_entropy_pool_count(const struct noncrypto_entropy_pool *pool);

/* What became of source `index`, an enum noncrypto_entropy_status; NONCRYPTO_E_INVALID if there is no such source. */
NONCRYPTO_API int noncrypto_entropy_pool_status(const struct noncrypto_entropy_pool *pool,
                                                unsigned index);

/* The name that source `index` was added with; NULL if there is no such source. */
NONCRYPTO_API const char *noncrypto_entropy_pool_name(const struct noncrypto_entropy_pool *pool,
                                                      unsigned index);

/*
 * Goes on without source `index`; what it gave since the last seed counts no longer.
 * Returns 0, or NONCRYPTO_E_INVALID if there is no such source.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_pool_drop(struct noncrypto_entropy_pool *pool, unsigned index);

/*
 * Takes a failed or dropped source back: it has to pass the start-up test again before it counts.
 * Returns 0, or NONCRYPTO_E_INVALID if there is no such source or it is one with an end.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_pool_restart(struct noncrypto_entropy_pool *pool, unsigned index);

/* Erases the pool, which is unusable until noncrypto_entropy_pool_init(). */
NONCRYPTO_API void noncrypto_entropy_pool_wipe(struct noncrypto_entropy_pool *pool);

/*
 * Sources for struct noncrypto_entropy_source: the instructions RDRAND and RDSEED of x86-64, eight samples of 8 bits a
 * word. `user` is not used. A word that does not come is asked for 10 times (RDRAND) or 1000 times (RDSEED).
 * They return 0; NONCRYPTO_E_UNSUPPORTED if noncrypto_cpu_get_features() does not allow the instruction;
 * NONCRYPTO_E_ENTROPY if no word came.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_entropy_rdrand(void *user, uint8_t *samples,
                                                                size_t count);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_entropy_rdseed(void *user, uint8_t *samples,
                                                                size_t count);

/* State of the timing source. The members are private: they are here only so that the size is known. */
struct noncrypto_entropy_jitter {
    uint64_t (*ticks)(void);
    uint64_t last;
    uint32_t place;
    uint8_t memory[8192];
};

/*
 * A source from the variation of execution time. `ticks` is the finest counter there is; on x86-64 the time-stamp counter.
 * Where time is simulated (an emulator that counts instructions) there is no variation, and the health tests say so.
 */
NONCRYPTO_API void noncrypto_entropy_jitter_init(struct noncrypto_entropy_jitter *jitter,
                                                 uint64_t (*ticks)(void));

/*
 * Samples for struct noncrypto_entropy_source; `jitter` is a struct noncrypto_entropy_jitter. A sample is the low byte of
 * the time that some hundred dependent accesses to memory took; nothing is folded or whitened. Returns 0.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_entropy_jitter_read(void *jitter, uint8_t *samples,
                                                                     size_t count);

#ifdef __cplusplus
}
#endif

#endif
