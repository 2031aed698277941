/* Measures one row at one length: all sides in turn, round after round, so that what disturbs one disturbs all. */
#ifndef NONCRYPTO_BENCH_MEASURE_H
#define NONCRYPTO_BENCH_MEASURE_H

#include "rows.h"

struct bench_effort {
    unsigned rounds;      /* of each side; the best counts */
    double round_seconds; /* CPU time of one round, at least one call */
};

/* Seconds of one operation for each side, 0 where there is none. */
void bench_measure(double seconds[BENCH_SIDES], const struct bench_row *row, size_t len,
                   const struct bench_effort *effort);

/* Seconds that the bar of this row allows, 0 if there is no bar or the side that sets it is missing. */
double bench_bar_seconds(const struct bench_row *row, enum bench_pass pass, unsigned length,
                         const double seconds[BENCH_SIDES]);

/* A time in the unit of the row. */
double bench_in_unit(const struct bench_row *row, size_t len, double seconds);

#endif
