/*
 * A cryptographic random number generator: ChaCha20 (RFC 8439) with fast key erasure, seeded and reseeded by keyed
 * BLAKE3.
 *
 * Each call of noncrypto_csprng_generate() takes its output and the next key from the key stream of the present key,
 * and forgets that key before it returns: who reads the state later learns nothing of what was generated before.
 *
 * The generator is deterministic: the same seed, the same later material and the same calls give the same output.
 * Unpredictability is what the caller puts in. A state belongs to one thread or one CPU at a time; on a kernel keep
 * one for each CPU, seeded from a common one, and keep interrupts that use it out. Copying a state by assignment
 * copies its future output, too: a copy (fork, snapshot of a virtual machine) must be told apart by a generation
 * identifier or be seeded anew. No function here needs more than 1 KiB of stack.
 */
#ifndef NONCRYPTO_CSPRNG_H
#define NONCRYPTO_CSPRNG_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_CSPRNG_SEED_MIN   32 /* bytes of seed that noncrypto_csprng_init() demands */
#define NONCRYPTO_CSPRNG_RESEED_LEN 48 /* bytes that a reseed asks of the entropy function */
#define NONCRYPTO_CSPRNG_GENERATION_LEN \
    16 /* bytes of a generation identifier, as in ACPI VMGENID */

/*
 * Where a generator gets fresh entropy by itself, and when. Every member may be 0 or NULL. The functions are called
 * from noncrypto_csprng_generate() only, with `user`, and must not use the generator that called them.
 */
struct noncrypto_csprng_source {
    /* Fills `out` with `len` bytes of full entropy and returns 0; any other value means that it has failed. */
    int (*entropy)(void *user, uint8_t *out, size_t len);
    /*
     * Writes an identifier that differs after each event that may have copied the state: VMGENID, a counter of forks,
     * a process number. NULL: noncrypto_csprng_set_generation() is the only way to say so. Same result as above.
     */
    int (*generation)(void *user, uint8_t id[NONCRYPTO_CSPRNG_GENERATION_LEN]);
    void *user;
    uint64_t
        reseed_bytes; /* fresh entropy is due when so many bytes were generated since; 0: never */
    uint64_t reseed_requests; /* the same in calls */
};

/* The members are private: they are here only so that the size is known. */
struct noncrypto_csprng {
    uint8_t key[32];
    uint8_t generation[NONCRYPTO_CSPRNG_GENERATION_LEN];
    struct noncrypto_csprng_source source;
    uint64_t bytes;    /* since the last reseed */
    uint64_t requests; /* since the last reseed */
    uint32_t state;
    uint32_t reseed_due; /* whatever the limits say */
};

/*
 * Makes a generator of `seed_len` bytes of seed, without a source (see noncrypto_csprng_set_source()). The seed may
 * be longer than its entropy: it is hashed.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `seed_len` is below NONCRYPTO_CSPRNG_SEED_MIN; then the generator is unusable.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_csprng_init(struct noncrypto_csprng *rng,
                                                             const void *seed, size_t seed_len);

/*
 * Gives the generator a source and limits, copied from `source`; NULL takes them away. If it has a generation function,
 * the present identifier is read and mixed in, so that only later changes count as such.
 *
 * Returns 0; NONCRYPTO_E_INVALID if the generator is unusable; NONCRYPTO_E_ENTROPY if the generation function failed.
 * On error nothing has changed.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_csprng_set_source(struct noncrypto_csprng *rng,
                            const struct noncrypto_csprng_source *source);

/*
 * Mixes `len` bytes into the state. Output from now on depends on the state so far and on the material, so material
 * that an attacker knows or chooses does no harm, but it counts as fresh entropy for the limits.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the generator is unusable.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_csprng_reseed(struct noncrypto_csprng *rng,
                                                               const void *material, size_t len);

/*
 * Says that the state may have been copied, and which copy this is. The identifier is mixed in, so copies that were
 * given different identifiers part; and if the generator has an entropy function, it reseeds before its next output.
 * An identifier equal to the present one changes nothing.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the generator is unusable.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_csprng_set_generation(struct noncrypto_csprng *rng,
                                const uint8_t id[NONCRYPTO_CSPRNG_GENERATION_LEN]);

/*
 * Writes `len` random bytes to `out` and replaces the key. Before that it asks the source for the generation
 * identifier, and reseeds if the identifier has changed or a limit is reached.
 *
 * Returns 0; NONCRYPTO_E_INVALID if the generator is unusable; NONCRYPTO_E_ENTROPY if fresh entropy is due and the
 * entropy function fails, or there is none and noncrypto_csprng_reseed() was not called, or the generation function
 * fails. On error `out` is unchanged, no output is lost and the next call tries again.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_csprng_generate(struct noncrypto_csprng *rng,
                                                                 uint8_t *out, size_t len);

/* Erases the generator, which is unusable until noncrypto_csprng_init(). */
NONCRYPTO_API void noncrypto_csprng_wipe(struct noncrypto_csprng *rng);

#ifdef __cplusplus
}
#endif

#endif
