/*
 * State: a 32-byte key. Invariant: no key that has made output is kept beyond the call that made it, on the stack
 * neither.
 *
 * output    key stream = ChaCha20(key, 64-bit block counter from 0, nonce 0); bytes 0..31 become the key, the bytes
 *           after them are the output
 * mixing    as in key_mix.h, with a purpose for each way in
 */
#include <noncrypto/csprng.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "chacha20/chacha20.h"
#include "csprng/key_mix.h"

#define CSPRNG_READY 0x52414e44u /* any other value of `state`: not initialized */

enum purpose { PURPOSE_SEED = 1, PURPOSE_RESEED = 2, PURPOSE_GENERATION = 3 };

static void mix(struct noncrypto_csprng *rng, enum purpose purpose, const void *material,
                size_t len)
{
    static const uint8_t label[16] = "NONOS csprng v1";

    noncrypto_key_mix(rng->key, label, (uint8_t)purpose, material, len);
}

static void mix_fresh(struct noncrypto_csprng *rng, enum purpose purpose, const void *material,
                      size_t len)
{
    mix(rng, purpose, material, len);
    rng->bytes = 0;
    rng->requests = 0;
    rng->reseed_due = 0;
}

/* Another copy of the state may be out there with the same key: part from it now, and become secret again. */
static void enter_generation(struct noncrypto_csprng *rng, const uint8_t *id)
{
    memcpy(rng->generation, id, sizeof rng->generation);
    mix(rng, PURPOSE_GENERATION, id, sizeof rng->generation);
    if (rng->source.entropy)
        rng->reseed_due = 1;
}

static int follow_generation(struct noncrypto_csprng *rng)
{
    uint8_t id[NONCRYPTO_CSPRNG_GENERATION_LEN];

    if (!rng->source.generation)
        return 0;
    if (rng->source.generation(rng->source.user, id) != 0)
        return NONCRYPTO_E_ENTROPY;
    if (memcmp(id, rng->generation, sizeof id) != 0)
        enter_generation(rng, id);
    return 0;
}

static int reseed_is_due(const struct noncrypto_csprng *rng)
{
    const struct noncrypto_csprng_source *s = &rng->source;

    return rng->reseed_due || (s->reseed_bytes != 0 && rng->bytes >= s->reseed_bytes) ||
           (s->reseed_requests != 0 && rng->requests >= s->reseed_requests);
}

static int reseed_from_source(struct noncrypto_csprng *rng)
{
    uint8_t fresh[NONCRYPTO_CSPRNG_RESEED_LEN];
    int result = NONCRYPTO_E_ENTROPY;

    if (rng->source.entropy && rng->source.entropy(rng->source.user, fresh, sizeof fresh) == 0) {
        mix_fresh(rng, PURPOSE_RESEED, fresh, sizeof fresh);
        result = 0;
    }
    noncrypto_wipe(fresh, sizeof fresh);
    return result;
}

static uint64_t add_saturating(uint64_t a, uint64_t b)
{
    return b < UINT64_MAX - a ? a + b : UINT64_MAX;
}

static void key_stream(struct noncrypto_csprng *rng, uint8_t *out, size_t len)
{
    static const uint32_t start[4] = {0, 0, 0, 0};
    uint32_t input[16];
    uint8_t block[CHACHA20_BLOCK_LEN] = {0};

    noncrypto_chacha20_setup(input, rng->key, start);
    noncrypto_chacha20_xor_blocks(input, block, block, 1);
    memcpy(rng->key, block, sizeof rng->key);
    size_t take = sizeof block - sizeof rng->key;
    if (take > len)
        take = len;
    if (take > 0)
        memcpy(out, block + sizeof rng->key, take);

    size_t whole = (len - take) & ~(sizeof block - 1);
    if (whole > 0) {
        memset(out + take, 0, whole);
        noncrypto_chacha20_xor_blocks(input, out + take, out + take, whole / sizeof block);
        take += whole;
    }
    if (len > take) {
        memset(block, 0, sizeof block);
        noncrypto_chacha20_xor_blocks(input, block, block, 1);
        memcpy(out + take, block, len - take);
    }
    noncrypto_wipe(input, sizeof input);
    noncrypto_wipe(block, sizeof block);
}

int noncrypto_csprng_init(struct noncrypto_csprng *rng, const void *seed, size_t seed_len)
{
    memset(rng, 0, sizeof *rng);
    if (seed_len < NONCRYPTO_CSPRNG_SEED_MIN)
        return NONCRYPTO_E_INVALID;
    mix_fresh(rng, PURPOSE_SEED, seed, seed_len);
    rng->state = CSPRNG_READY;
    return 0;
}

int noncrypto_csprng_set_source(struct noncrypto_csprng *rng,
                                const struct noncrypto_csprng_source *source)
{
    static const struct noncrypto_csprng_source none;
    uint8_t id[NONCRYPTO_CSPRNG_GENERATION_LEN];

    if (rng->state != CSPRNG_READY)
        return NONCRYPTO_E_INVALID;
    if (!source)
        source = &none;
    if (source->generation) {
        if (source->generation(source->user, id) != 0)
            return NONCRYPTO_E_ENTROPY;
        memcpy(rng->generation, id, sizeof id);
        mix(rng, PURPOSE_GENERATION, id, sizeof id);
    }
    rng->source = *source;
    return 0;
}

int noncrypto_csprng_reseed(struct noncrypto_csprng *rng, const void *material, size_t len)
{
    if (rng->state != CSPRNG_READY)
        return NONCRYPTO_E_INVALID;
    mix_fresh(rng, PURPOSE_RESEED, material, len);
    return 0;
}

int noncrypto_csprng_set_generation(struct noncrypto_csprng *rng,
                                    const uint8_t id[NONCRYPTO_CSPRNG_GENERATION_LEN])
{
    if (rng->state != CSPRNG_READY)
        return NONCRYPTO_E_INVALID;
    if (memcmp(id, rng->generation, sizeof rng->generation) != 0)
        enter_generation(rng, id);
    return 0;
}

int noncrypto_csprng_generate(struct noncrypto_csprng *rng, uint8_t *out, size_t len)
{
    if (rng->state != CSPRNG_READY)
        return NONCRYPTO_E_INVALID;
    int result = follow_generation(rng);
    if (result == 0 && reseed_is_due(rng))
        result = reseed_from_source(rng);
    if (result != 0)
        return result;
    rng->bytes = add_saturating(rng->bytes, len);
    rng->requests = add_saturating(rng->requests, 1);
    key_stream(rng, out, len);
    return 0;
}

void noncrypto_csprng_wipe(struct noncrypto_csprng *rng)
{
    noncrypto_wipe(rng, sizeof *rng);
}
