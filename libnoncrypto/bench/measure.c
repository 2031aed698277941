#include "measure.h"

#include <bench.h>

static double run_seconds(void (*run)(size_t len), size_t len, uint64_t calls)
{
    double start = bench_now();

    for (uint64_t i = 0; i < calls; i++)
        run(len);
    return bench_now() - start;
}

/* How often to call within a round. The first call makes keys and is not measured. */
static uint64_t calls_of_round(void (*run)(size_t len), size_t len, double round_seconds)
{
    uint64_t calls = 1;
    double taken;

    run(len);
    while ((taken = run_seconds(run, len, calls)) < round_seconds / 4)
        calls *= 2;
    calls = (uint64_t)((double)calls * round_seconds / taken);
    return calls == 0 ? 1 : calls;
}

void bench_measure(double seconds[BENCH_SIDES], const struct bench_row *row, size_t len,
                   const struct bench_effort *effort)
{
    uint64_t calls[BENCH_SIDES];

    for (unsigned side = 0; side < BENCH_SIDES; side++) {
        seconds[side] = 0;
        if (row->run[side])
            calls[side] = calls_of_round(row->run[side], len, effort->round_seconds);
    }
    for (unsigned round = 0; round < effort->rounds; round++)
        for (unsigned side = 0; side < BENCH_SIDES; side++) {
            if (!row->run[side])
                continue;
            double taken = run_seconds(row->run[side], len, calls[side]) / (double)calls[side];
            if (round == 0 || taken < seconds[side])
                seconds[side] = taken;
        }
    if (row->per_call != 0)
        seconds[BENCH_OURS] /= row->per_call;
}

static double best_peer(const double seconds[BENCH_SIDES])
{
    double openssl = seconds[BENCH_OPENSSL], sodium = seconds[BENCH_SODIUM];

    if (openssl == 0 || (sodium != 0 && sodium < openssl))
        return sodium;
    return openssl;
}

double bench_bar_seconds(const struct bench_row *row, enum bench_pass pass, unsigned length,
                         const double seconds[BENCH_SIDES])
{
    const struct bench_bar *bar = &row->bar[pass];
    double ratio = bar->ratio[length];

    if (bar->side == BENCH_NOBODY || ratio == 0)
        return 0;
    return (bar->side == BENCH_BEST ? best_peer(seconds) : seconds[bar->side]) / ratio;
}

double bench_in_unit(const struct bench_row *row, size_t len, double seconds)
{
    switch (row->unit) {
    case BENCH_MBYTES:
        return (double)len / seconds / 1e6;
    case BENCH_KOPS:
        return 1 / seconds / 1e3;
    default:
        return seconds * 1e3;
    }
}
