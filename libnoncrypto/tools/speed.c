/*
 * noncrypto speed: how fast each primitive is on this machine. Each is run in batches that grow until one takes long enough for
 * the clock, and then for the time that was asked for; the best batch counts, as others only took time from it. Whole numbers
 * throughout: the guest has no floating point in its printf.
 */
#include "speed.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <noncrypto/cpu.h>

#include "command.h"

static const char usage[] =
    "[--tune] [--time MS] [--size N] [--json] [NAME...]\n"
    "\n"
    "Measures each primitive, or those whose names begin with a NAME.\n"
    "      --tune      first find out whether vector instructions pay here, as on an emulated\n"
    "                  processor they do not\n"
    "      --portable  use portable C alone\n"
    "      --time MS   how long for each, default 200\n"
    "      --size N    bytes of a message, default 16384\n"
    "      --json      print one JSON object a line\n"
    "\n"
    "Exit status: 0 done; 1 a primitive failed; 2 wrong command line; 3 there is not enough "
    "memory.\n";

#define NS_PER_MS      UINT64_C(1000000)
#define BATCH_NS       (2 * NS_PER_MS) /* the shortest time that is believed */
#define SIZE_MAX_BYTES (UINT64_C(64) << 20)

struct speed_options {
    uint64_t time_ms, size;
    int json, tune, portable;
};

static uint64_t now_ns(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 * NS_PER_MS + (uint64_t)t.tv_nsec;
}

static uint64_t run_batch(const struct speed_subject *subject, struct speed_work *work, uint64_t n)
{
    uint64_t start = now_ns();

    for (uint64_t i = 0; i < n; i++)
        subject->run(work);
    uint64_t end = now_ns();
    return end > start ? end - start : 1;
}

/* The shortest time of `*n` runs, in nanoseconds. */
static uint64_t measure(const struct speed_subject *subject, struct speed_work *work,
                        uint64_t time_ms, uint64_t *n)
{
    uint64_t begin = now_ns(), best;

    *n = 1;
    while ((best = run_batch(subject, work, *n)) < BATCH_NS && *n < UINT64_C(1) << 40)
        *n *= 2;
    while (now_ns() - begin < time_ms * NS_PER_MS) {
        uint64_t t = run_batch(subject, work, *n);
        best = t < best ? t : best;
    }
    return best;
}

/* `a` times 10^9 over `b`, without overflow for what can be here. */
static uint64_t per_second(uint64_t a, uint64_t ns)
{
    return a < UINT64_MAX / 1000000000 ? a * 1000000000 / ns : a / (ns / 1000000000 + 1);
}

static void report(const struct speed_subject *subject, const struct speed_options *o, uint64_t n,
                   uint64_t ns)
{
    uint64_t bytes = subject->per_byte ? per_second(n * o->size, ns) : 0;
    uint64_t ops = per_second(n, ns);

    if (o->json && subject->per_byte)
        printf("{\"name\":\"%s\",\"size\":%" PRIu64 ",\"bytes_per_second\":%" PRIu64 "}\n",
               subject->name, o->size, bytes);
    else if (o->json)
        printf("{\"name\":\"%s\",\"operations_per_second\":%" PRIu64 ",\"ns\":%" PRIu64 "}\n",
               subject->name, ops, ns / n);
    else if (subject->per_byte)
        printf("%-28s %9" PRIu64 ".%" PRIu64 " MB/s\n", subject->name, bytes / 1000000,
               bytes / 100000 % 10);
    else
        printf("%-28s %9" PRIu64 " /s %9" PRIu64 " us\n", subject->name, ops, ns / n / 1000);
    fflush(stdout);
}

static int parse_options(struct speed_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'j'},       {"time", required_argument, NULL, 't'},
        {"size", required_argument, NULL, 's'}, {"tune", no_argument, NULL, 'u'},
        {"portable", no_argument, NULL, 'p'},   {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'j')
            o->json = 1;
        else if (c == 'u')
            o->tune = 1;
        else if (c == 'p')
            o->portable = 1;
        else if (c == '?' ||
                 (c == 't' &&
                  (parse_number(optarg, &o->time_ms) != 0 || o->time_ms > 3600 * 1000)) ||
                 (c == 's' &&
                  (parse_number(optarg, &o->size) != 0 || o->size < 1 || o->size > SIZE_MAX_BYTES)))
            return complain_usage();
    }
    return EXIT_CODE_OK;
}

static int is_wanted(const char *name, char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return 1;
    return count == 0;
}

static int command_speed(int argc, char **argv)
{
    struct speed_options o = {.time_ms = 200, .size = 16384};
    int code = parse_options(&o, argc, argv), ran = 0;

    if (code != EXIT_CODE_OK)
        return code;
    if (o.portable)
        noncrypto_cpu_set_features(0);
    if (o.tune)
        noncrypto_cpu_tune(now_ns);
    struct speed_work *work = speed_prepare((size_t)o.size);
    if (!work) {
        complain("there is not enough memory");
        return EXIT_CODE_IO;
    }
    for (size_t i = 0; i < speed_nsubjects; i++) {
        uint64_t n;
        if (!is_wanted(speed_subjects[i].name, argv + optind, argc - optind))
            continue;
        uint64_t ns = measure(&speed_subjects[i], work, o.time_ms, &n);
        report(&speed_subjects[i], &o, n, ns);
        ran++;
    }
    if (speed_release(work) != 0) {
        complain("a primitive failed; see noncrypto selftest");
        return EXIT_CODE_MISMATCH;
    }
    if (ran == 0) {
        complain("there is no primitive of that name");
        return EXIT_CODE_USAGE;
    }
    return EXIT_CODE_OK;
}

const struct verb verb_speed = {"speed", usage, command_speed};
