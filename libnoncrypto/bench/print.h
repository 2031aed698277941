/* The results, as a table for people or as JSON, one object a line. */
#ifndef NONCRYPTO_BENCH_PRINT_H
#define NONCRYPTO_BENCH_PRINT_H

#include "measure.h"

struct bench_print {
    int json;
    unsigned met, missed;
};

void bench_print_head(struct bench_print *print, enum bench_pass pass);
void bench_print_row(struct bench_print *print, const struct bench_row *row, enum bench_pass pass,
                     unsigned length, const double seconds[BENCH_SIDES]);
void bench_print_end(const struct bench_print *print);

#endif
