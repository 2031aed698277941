/*
 * Affine points added to buckets in rounds, once for G1 and once for G2; needs curve/affine_batch.h
 * and curve/affine_lanes.h.
 *
 * A round takes points in until it is full. The first of a bucket is to be added to the bucket, or is
 * the bucket if that was empty; those that follow for the same bucket are to be added in pairs. So no
 * addition waits for another, whatever the buckets are: all of a round are one batch. A sum of a pair,
 * and the last point of a bucket if it found none to pair with, are the first that the next round takes
 * in. At most half of the points are left over, so rounds end.
 */
#ifndef NONZK_SRC_CURVE_BUCKET_ROUNDS_H
#define NONZK_SRC_CURVE_BUCKET_ROUNDS_H

#include "layout.h"

#define MAX_ROUND 1024 /* points */

/* Bytes of LANES elements that a batch keeps. */
#if HAVE_LANES
#define SAVED_LEN sizeof(LANES_SAVED) /* more than LANES elements */
#else
#define SAVED_LEN (LANES * sizeof(ELEMENT))
#endif

/* What a round knows of a bucket; from FIRST_WAITING on, which of its points waits for another. */
enum { UNTOUCHED, TAKEN, FIRST_WAITING };

struct rounds {
    AFFINE *buckets;
    uint16_t *states;
    AFFINE *points;      /* taken in */
    uint32_t *bucket_of; /* of each, or NO_BUCKET if it has been added to another */
    struct addition *additions;
    void *denominators, *before; /* what a batch keeps */
    size_t most, npoints, nadditions;
};

#define NO_BUCKET UINT32_MAX

/* Lays out a workspace for up to `nbuckets` buckets from `*end` on; finds no addresses if `base` is NULL. */
static void rounds_lay_out(struct rounds *r, uint8_t *base, size_t *end, size_t nbuckets,
                           size_t most)
{
    size_t points = layout_add(end, most, sizeof(AFFINE));
    size_t denominators = layout_add(end, (most + LANES - 1) / LANES, SAVED_LEN);
    size_t before = layout_add(end, (most + LANES - 1) / LANES, SAVED_LEN);
    size_t additions = layout_add(end, most, sizeof(struct addition));
    size_t bucket_of = layout_add(end, most, sizeof(uint32_t));
    size_t states = layout_add(end, nbuckets, sizeof(uint16_t));

    if (!base)
        return;
    *r = (struct rounds){
        .states = (uint16_t *)(void *)(base + states),
        .points = (AFFINE *)(void *)(base + points),
        .bucket_of = (uint32_t *)(void *)(base + bucket_of),
        .additions = (struct addition *)(void *)(base + additions),
        .denominators = base + denominators,
        .before = base + before,
        .most = most,
    };
}

/* Begins with empty buckets. */
static void rounds_begin(struct rounds *r, AFFINE *buckets, size_t nbuckets)
{
    r->buckets = buckets;
    memset(buckets, 0, nbuckets * sizeof *buckets);
    memset(r->states, 0, nbuckets * sizeof *r->states);
}

/* Takes r->points[r->npoints] in. There is room for it. */
static void rounds_take(struct rounds *r, uint32_t bucket)
{
    AFFINE *point = &r->points[r->npoints];
    uint16_t *state = &r->states[bucket];

    if (*state == UNTOUCHED && GROUP(affine_is_infinity)(&r->buckets[bucket])) {
        r->buckets[bucket] = *point;
        return;
    }
    r->bucket_of[r->npoints] = bucket;
    if (*state == TAKEN) {
        *state = (uint16_t)(FIRST_WAITING + r->npoints++);
        return;
    }
    AFFINE *to = *state == UNTOUCHED ? &r->buckets[bucket] : &r->points[*state - FIRST_WAITING];
    r->additions[r->nadditions++] = (struct addition){to, point};
    *state = TAKEN;
    r->npoints++;
}

static void rounds_add(struct rounds *r)
{
#if HAVE_LANES
    if (lanes_allowed()) {
        add_batch_in_lanes(r->additions, r->nadditions, r->denominators, r->before);
        return;
    }
#endif
    add_batch(r->additions, r->nadditions, r->denominators, r->before);
}

/* Adds, and takes what is left into the next round. */
static void rounds_next(struct rounds *r)
{
    size_t npoints = r->npoints;

    rounds_add(r);
    for (size_t i = 0; i < npoints; i++)
        r->states[r->bucket_of[i]] = UNTOUCHED;
    for (size_t i = 0; i < r->nadditions; i++)
        r->bucket_of[r->additions[i].from - r->points] = NO_BUCKET;
    r->npoints = 0;
    r->nadditions = 0;
    for (size_t i = 0; i < npoints; i++) {
        if (r->bucket_of[i] == NO_BUCKET || GROUP(affine_is_infinity)(&r->points[i]))
            continue;
        r->points[r->npoints] = r->points[i];
        rounds_take(r, r->bucket_of[i]);
    }
}

/* Where the next point for rounds_take() is to be written. */
static AFFINE *rounds_point(struct rounds *r)
{
    if (r->npoints == r->most)
        rounds_next(r);
    return &r->points[r->npoints];
}

/* Adds all that has been taken in. */
static void rounds_end(struct rounds *r)
{
    while (r->npoints > 0)
        rounds_next(r);
}

#endif
