#include "argon2/argon2_private.h"

#include <noncrypto/blake2b.h>
#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"

/* Lengths that are valid here cannot fail in BLAKE2b. */
static void hash_start(struct noncrypto_blake2b *ctx, size_t out_len)
{
    int result = noncrypto_blake2b_init(ctx, out_len, NULL, 0);
    (void)result;
}

static void hash_number(struct noncrypto_blake2b *ctx, uint32_t x)
{
    uint8_t bytes[4];

    store_le32(bytes, x);
    noncrypto_blake2b_update(ctx, bytes, sizeof bytes);
}

static void hash_string(struct noncrypto_blake2b *ctx, const void *data, size_t len)
{
    hash_number(ctx, (uint32_t)len);
    noncrypto_blake2b_update(ctx, data, len);
}

void noncrypto_argon2_hash_long(uint8_t *out, uint32_t out_len, const uint8_t *seed,
                                size_t seed_len)
{
    enum { WHOLE = NONCRYPTO_BLAKE2B_OUT_MAX, HALF = WHOLE / 2 };
    struct noncrypto_blake2b ctx;
    uint8_t v[WHOLE];

    hash_start(&ctx, out_len < WHOLE ? out_len : WHOLE);
    hash_number(&ctx, out_len);
    noncrypto_blake2b_update(&ctx, seed, seed_len);
    if (out_len <= WHOLE) {
        noncrypto_blake2b_final(&ctx, out);
        return;
    }
    /* Halves of a chain of hashes, and the last hash as long as what is left. */
    noncrypto_blake2b_final(&ctx, v);
    while (out_len > WHOLE) {
        memcpy(out, v, HALF);
        out += HALF;
        out_len -= HALF;
        hash_start(&ctx, out_len < WHOLE ? out_len : WHOLE);
        noncrypto_blake2b_update(&ctx, v, sizeof v);
        noncrypto_blake2b_final(&ctx, v);
    }
    memcpy(out, v, out_len);
    noncrypto_wipe(v, sizeof v);
}

void noncrypto_argon2_prehash(uint8_t digest[ARGON2_DIGEST_LEN],
                              const struct noncrypto_argon2_params *params,
                              const struct noncrypto_argon2_input *input, uint32_t out_len)
{
    struct noncrypto_blake2b ctx;

    hash_start(&ctx, ARGON2_DIGEST_LEN);
    hash_number(&ctx, params->lanes);
    hash_number(&ctx, out_len);
    hash_number(&ctx, params->memory_kib);
    hash_number(&ctx, params->passes);
    hash_number(&ctx, ARGON2_VERSION);
    hash_number(&ctx, params->type);
    hash_string(&ctx, input->password, input->password_len);
    hash_string(&ctx, input->salt, input->salt_len);
    hash_string(&ctx, input->secret, input->secret_len);
    hash_string(&ctx, input->associated_data, input->associated_data_len);
    noncrypto_blake2b_final(&ctx, digest);
}

/* One of the first two blocks of a lane, steps 3 and 4. */
static void first_block(struct argon2_block *block, const uint8_t digest[ARGON2_DIGEST_LEN],
                        uint32_t column, uint32_t lane)
{
    uint8_t seed[ARGON2_DIGEST_LEN + 8];
    uint8_t bytes[ARGON2_BLOCK_LEN];

    memcpy(seed, digest, ARGON2_DIGEST_LEN);
    store_le32(seed + ARGON2_DIGEST_LEN, column);
    store_le32(seed + ARGON2_DIGEST_LEN + 4, lane);
    noncrypto_argon2_hash_long(bytes, sizeof bytes, seed, sizeof seed);
    for (int i = 0; i < ARGON2_BLOCK_WORDS; i++)
        block->words[i] = load_le64(bytes + 8 * i);
    noncrypto_wipe(seed, sizeof seed);
    noncrypto_wipe(bytes, sizeof bytes);
}

void noncrypto_argon2_begin(struct argon2 *a, const struct noncrypto_argon2_params *params,
                            const uint8_t digest[ARGON2_DIGEST_LEN], void *memory)
{
    a->params = params;
    a->segment_len = params->memory_kib / (ARGON2_SLICES * params->lanes);
    a->lane_len = ARGON2_SLICES * a->segment_len;
    a->nblocks = a->lane_len * params->lanes;
    a->reciprocal = UINT32_MAX / params->lanes;
    a->blocks = memory;
    a->scratch = (struct argon2_scratch *)(a->blocks + a->nblocks);
    for (uint32_t lane = 0; lane < params->lanes; lane++) {
        struct argon2_block *first = a->blocks + (size_t)lane * a->lane_len;
        first_block(first, digest, 0, lane);
        first_block(first + 1, digest, 1, lane);
    }
}

void noncrypto_argon2_end(const struct argon2 *a, uint8_t *out, uint32_t out_len)
{
    struct argon2_block *sum = &a->scratch->z;
    uint8_t bytes[ARGON2_BLOCK_LEN];

    *sum = a->blocks[a->lane_len - 1];
    for (uint32_t lane = 1; lane < a->params->lanes; lane++) {
        const struct argon2_block *last = a->blocks + (size_t)(lane + 1) * a->lane_len - 1;
        for (int i = 0; i < ARGON2_BLOCK_WORDS; i++)
            sum->words[i] ^= last->words[i];
    }
    for (int i = 0; i < ARGON2_BLOCK_WORDS; i++)
        store_le64(bytes + 8 * i, sum->words[i]);
    noncrypto_argon2_hash_long(out, out_len, bytes, sizeof bytes);
    noncrypto_wipe(bytes, sizeof bytes);
}

static int params_are_valid(const struct noncrypto_argon2_params *params)
{
    return params->type <= NONCRYPTO_ARGON2ID && params->passes >= 1 && params->lanes >= 1 &&
           params->lanes <= NONCRYPTO_ARGON2_LANES_MAX && params->memory_kib / 8 >= params->lanes;
}

static int lengths_are_valid(size_t out_len, const struct noncrypto_argon2_input *input)
{
    return out_len >= NONCRYPTO_ARGON2_OUT_MIN && out_len <= UINT32_MAX &&
           input->salt_len >= NONCRYPTO_ARGON2_SALT_MIN && input->salt_len <= UINT32_MAX &&
           input->password_len <= UINT32_MAX && input->secret_len <= UINT32_MAX &&
           input->associated_data_len <= UINT32_MAX;
}

size_t noncrypto_argon2_memory_size(const struct noncrypto_argon2_params *params)
{
    if (!params_are_valid(params))
        return 0;
    uint32_t whole = ARGON2_SLICES * params->lanes;
    uint64_t size = (uint64_t)(params->memory_kib / whole * whole) * sizeof(struct argon2_block) +
                    (uint64_t)params->lanes * sizeof(struct argon2_scratch);
    return size <= SIZE_MAX ? (size_t)size : 0;
}

int noncrypto_argon2(uint8_t *out, size_t out_len, const struct noncrypto_argon2_params *params,
                     const struct noncrypto_argon2_input *input, void *memory, size_t memory_len,
                     const struct noncrypto_argon2_parallel *parallel)
{
    size_t size = noncrypto_argon2_memory_size(params);
    uint8_t digest[ARGON2_DIGEST_LEN];
    struct argon2 a;

    if (size == 0 || !lengths_are_valid(out_len, input) || (uintptr_t)memory % sizeof(uint64_t))
        return NONCRYPTO_E_INVALID;
    if (memory_len < size)
        return NONCRYPTO_E_NO_SPACE;
    noncrypto_argon2_prehash(digest, params, input, (uint32_t)out_len);
    noncrypto_argon2_begin(&a, params, digest, memory);
    noncrypto_wipe(digest, sizeof digest);
    for (uint32_t pass = 0; pass < params->passes; pass++)
        noncrypto_argon2_fill(&a, pass, parallel);
    noncrypto_argon2_end(&a, out, (uint32_t)out_len);
    noncrypto_wipe(memory, size);
    return 0;
}
