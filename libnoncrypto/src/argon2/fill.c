/*
 * Which block refers to which, RFC 9106 section 3.4. A pass is four slices; in a slice the lanes do not look at each other's
 * segments, so they may be filled at the same time.
 */
#include "argon2/argon2_private.h"

#include <string.h>

struct position {
    uint32_t lane;
    uint32_t index; /* in the segment */
};

static int addresses_are_independent(const struct argon2 *a)
{
    return a->params->type == NONCRYPTO_ARGON2I ||
           (a->params->type == NONCRYPTO_ARGON2ID && a->pass == 0 && a->slice < ARGON2_SLICES / 2);
}

/* The addresses of the next 128 blocks (section 3.4.1.2). */
static void next_addresses(struct argon2_scratch *scratch)
{
    static const struct argon2_block zero;

    scratch->input.words[6]++;
    noncrypto_argon2_compress(&scratch->addresses, &zero, &scratch->input, 0, &scratch->z);
    noncrypto_argon2_compress(&scratch->addresses, &zero, &scratch->addresses, 0, &scratch->z);
}

static void start_addresses(const struct argon2 *a, struct argon2_scratch *scratch, uint32_t lane)
{
    memset(&scratch->input, 0, sizeof scratch->input);
    scratch->input.words[0] = a->pass;
    scratch->input.words[1] = lane;
    scratch->input.words[2] = a->slice;
    scratch->input.words[3] = a->nblocks;
    scratch->input.words[4] = a->params->passes;
    scratch->input.words[5] = a->params->type;
}

/* How many blocks may be referred to (section 3.4.2): finished segments, and in the own lane this one, less the last. */
static uint32_t reference_area(const struct argon2 *a, struct position at, int same_lane)
{
    uint32_t finished = (a->pass == 0 ? a->slice : ARGON2_SLICES - 1u) * a->segment_len;

    if (same_lane)
        return finished + at.index - 1;
    return at.index == 0 ? finished - 1 : finished;
}

/* x modulo the number of lanes, without a division: the quotient is at most 2 too low. */
static uint32_t modulo_lanes(const struct argon2 *a, uint32_t x)
{
    uint32_t lanes = a->params->lanes;
    uint32_t rest = x - (uint32_t)((uint64_t)x * a->reciprocal >> 32) * lanes;

    while (rest >= lanes)
        rest -= lanes;
    return rest;
}

/* The block that the pseudo-random value `j` means (section 3.4.2). */
static const struct argon2_block *reference(const struct argon2 *a, struct position at, uint64_t j)
{
    uint32_t lane = at.lane;
    uint32_t start = 0;

    if ((a->pass > 0 || a->slice > 0) && a->params->lanes > 1)
        lane = modulo_lanes(a, (uint32_t)(j >> 32));

    uint32_t area = reference_area(a, at, lane == at.lane);
    uint64_t square = (j & UINT32_MAX) * (j & UINT32_MAX) >> 32;
    uint32_t back = (uint32_t)(area * square >> 32);
    if (a->pass > 0 && a->slice < ARGON2_SLICES - 1)
        start = (a->slice + 1) * a->segment_len;
    uint32_t column = start + area - 1 - back;
    if (column >= a->lane_len)
        column -= a->lane_len;
    return a->blocks + (size_t)lane * a->lane_len + column;
}

/* One segment; the job of one lane. */
static void fill_segment(void *arg, uint32_t lane)
{
    const struct argon2 *a = arg;
    struct argon2_scratch *scratch = a->scratch + lane;
    struct argon2_block *first = a->blocks + (size_t)lane * a->lane_len;
    int independent = addresses_are_independent(a);
    struct position at = {lane, a->pass == 0 && a->slice == 0 ? 2 : 0};

    if (independent) {
        start_addresses(a, scratch, lane);
        if (at.index > 0)
            next_addresses(scratch);
    }
    for (; at.index < a->segment_len; at.index++) {
        uint32_t column = a->slice * a->segment_len + at.index;
        struct argon2_block *block = first + column;
        const struct argon2_block *before = column > 0 ? block - 1 : first + a->lane_len - 1;

        if (independent && at.index % ARGON2_BLOCK_WORDS == 0)
            next_addresses(scratch);
        uint64_t j = independent ? scratch->addresses.words[at.index % ARGON2_BLOCK_WORDS]
                                 : before->words[0];
        noncrypto_argon2_compress(block, before, reference(a, at, j), a->pass > 0, &scratch->z);
    }
}

void noncrypto_argon2_fill(struct argon2 *a, uint32_t pass,
                           const struct noncrypto_argon2_parallel *parallel)
{
    a->pass = pass;
    for (a->slice = 0; a->slice < ARGON2_SLICES; a->slice++) {
        if (parallel)
            parallel->run(parallel->user, a->params->lanes, fill_segment, a);
        else
            for (uint32_t lane = 0; lane < a->params->lanes; lane++)
                fill_segment(a, lane);
    }
}
