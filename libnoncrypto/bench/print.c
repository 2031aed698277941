#include "print.h"

#include <noncrypto/cpu.h>

#include <stdio.h>

#include "peers.h"

static const char *const units[] = {"MB/s", "k/s", "ms"};
static const char *const passes[] = {
    [BENCH_PORTABLE] = "portable C",
    [BENCH_AVX2] = "AVX2 only",
    [BENCH_ALL] = "all instruction sets",
};
static const char *const pass_notes[] = {
    [BENCH_PORTABLE] = "ours with no instruction set beyond the compiler's; peers with AVX2, "
                       "which their bars take into account",
    [BENCH_AVX2] = "no SHA-NI, VAES or AVX-512, for OpenSSL by OPENSSL_ia32cap; libsodium has no "
                   "switch and uses what it finds",
    [BENCH_ALL] = "each with what it finds",
};

void bench_print_head(struct bench_print *print, enum bench_pass pass)
{
    if (print->json) {
        printf("{\"pass\": \"%s\", \"openssl\": \"%s\", \"libsodium\": \"%s\", \"features\": %u}\n",
               passes[pass], openssl_version(), sodium_version(),
               (unsigned)noncrypto_cpu_get_features());
        return;
    }
    printf("%s: %s\n%s; %s\n\n", passes[pass], pass_notes[pass], openssl_version(),
           sodium_version());
    printf("%-26s %5s %6s %9s  %9s %6s  %9s %6s  %9s %6s  %9s\n", "", "", "bytes", "ours",
           "OpenSSL", "ratio", "libsodium", "ratio", "other", "ratio", "bar");
}

/* Of a peer: its figure, and how many times as fast ours is. */
static void print_side(const struct bench_row *row, size_t len, double theirs, double ours)
{
    if (theirs == 0)
        printf("  %9s %6s", "-", "-");
    else
        printf("  %9.*f %6.2f", row->unit == BENCH_MBYTES ? 0 : 2, bench_in_unit(row, len, theirs),
               theirs / ours);
}

static void print_json(const struct bench_row *row, enum bench_pass pass, size_t len,
                       const double seconds[BENCH_SIDES], double bar)
{
    static const char *const names[] = {
        [BENCH_OURS] = "ours",
        [BENCH_OPENSSL] = "openssl",
        [BENCH_SODIUM] = "libsodium",
        [BENCH_OTHER] = "other",
    };

    printf("{\"pass\": \"%s\", \"row\": \"%s\", \"bytes\": %zu, \"unit\": \"%s\"", passes[pass],
           row->name, len, units[row->unit]);
    for (unsigned side = BENCH_OURS; side < BENCH_SIDES; side++)
        if (seconds[side] != 0)
            printf(", \"%s\": %.4g", names[side], bench_in_unit(row, len, seconds[side]));
    if (bar != 0)
        printf(", \"bar\": %.4g, \"met\": %s", bench_in_unit(row, len, bar),
               seconds[BENCH_OURS] <= bar ? "true" : "false");
    printf("}\n");
}

void bench_print_row(struct bench_print *print, const struct bench_row *row, enum bench_pass pass,
                     unsigned length, const double seconds[BENCH_SIDES])
{
    size_t len = row->lengths[length];
    double ours = seconds[BENCH_OURS];
    double bar = bench_bar_seconds(row, pass, length, seconds);
    int met = ours <= bar;

    if (bar != 0) {
        print->met += met;
        print->missed += !met;
    }
    if (print->json) {
        print_json(row, pass, len, seconds, bar);
        fflush(stdout);
        return;
    }
    printf("%-26s %5s ", length == 0 ? row->name : "", length == 0 ? units[row->unit] : "");
    if (len != 0)
        printf("%6zu", len);
    else
        printf("%6s", "");
    printf(" %9.*f", row->unit == BENCH_MBYTES ? 0 : 2, bench_in_unit(row, len, ours));
    print_side(row, len, seconds[BENCH_OPENSSL], ours);
    print_side(row, len, seconds[BENCH_SODIUM], ours);
    print_side(row, len, seconds[BENCH_OTHER], ours);
    if (bar != 0)
        printf("  %9.*f %s", row->unit == BENCH_MBYTES ? 0 : 2, bench_in_unit(row, len, bar),
               met ? "met" : "MISSED");
    if (length == 0 && row->other && seconds[BENCH_OTHER] != 0)
        printf("  (other: %s)", row->other);
    putchar('\n');
    fflush(stdout);
}

void bench_print_end(const struct bench_print *print)
{
    if (!print->json)
        printf("\n%u bars met, %u missed\n\n", print->met, print->missed);
}
