/*
 * Timing for the benchmark programs: CPU time of the process, so that other load disturbs little; best of five runs.
 */
#ifndef NONOS_TESTS_BENCH_H
#define NONOS_TESTS_BENCH_H

#include <stdint.h>
#include <time.h>

static inline double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds that one call of `run` takes. */
static inline double bench_seconds(void (*run)(void *arg), void *arg)
{
    uint64_t calls = 1;
    double best = 0;

    for (int round = 0; round < 5;) {
        double start = bench_now();
        for (uint64_t i = 0; i < calls; i++)
            run(arg);
        double taken = bench_now() - start;
        if (taken < 0.05) {
            calls *= 2;
            continue;
        }
        taken /= (double)calls;
        if (round++ == 0 || taken < best)
            best = taken;
    }
    return best;
}

#endif
