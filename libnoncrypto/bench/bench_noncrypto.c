/*
 * Speed of libnoncrypto on one thread beside OpenSSL, libsodium and others, in one run. Figures of different machines, or
 * of different minutes, do not compare: the ratios do.
 */
#include <errno.h>
#include <fnmatch.h>
#include <noncrypto/cpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "print.h"

uint8_t bench_in[BENCH_LEN_MAX], bench_out[BENCH_LEN_MAX + 64], bench_bytes[256];

/* CPUID.1 and CPUID.7 as OpenSSL takes them: without AVX-512 and its parts, SHA, VAES and VPCLMULQDQ. */
#define OPENSSL_AVX2_ONLY ":~0x5e42f0230000"
#define NOT_IN_A_GUEST \
    (NONCRYPTO_CPU_AVX512 | NONCRYPTO_CPU_IFMA | NONCRYPTO_CPU_VAES | NONCRYPTO_CPU_SHA)

static const struct bench_group *const groups[] = {
    &bench_rows_aead, &bench_rows_hash, &bench_rows_aes,      &bench_rows_curves,
    &bench_rows_nist, &bench_rows_pq,   &bench_rows_password,
};
static const char *const pass_names[BENCH_PASSES] = {"portable", "avx2", "all"};

struct options {
    const char *rows; /* a pattern for names, NULL: all */
    int json, quick, pass;
};

static void usage(FILE *to)
{
    fputs("usage: bench_noncrypto [--rows PATTERN] [--quick] [--json] [--pass portable|avx2|all]\n"
          "  --rows PATTERN  only rows whose name matches, like '*SHA*'\n"
          "  --quick         shorter and fewer rounds, for a first look\n"
          "  --json          one JSON object a line\n"
          "  --pass NAME     one choice of instruction sets, not all three in turn\n",
          to);
}

void bench_must(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench_noncrypto: %s failed\n", what);
    exit(1);
}

static int pass_of_name(const char *name)
{
    for (int pass = 0; pass < BENCH_PASSES; pass++)
        if (strcmp(name, pass_names[pass]) == 0)
            return pass;
    return -1;
}

static int parse(struct options *o, int argc, char **argv)
{
    *o = (struct options){.pass = -1};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            o->json = 1;
        else if (strcmp(argv[i], "--quick") == 0)
            o->quick = 1;
        else if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            o->rows = argv[++i];
        else if (strcmp(argv[i], "--pass") == 0 && i + 1 < argc) {
            o->pass = pass_of_name(argv[++i]);
            if (o->pass < 0)
                return -1;
        } else
            return -1;
    }
    return 0;
}

static void restrict_features(enum bench_pass pass)
{
    uint32_t features = noncrypto_cpu_detect();

    if (pass == BENCH_PORTABLE)
        features = 0;
    else if (pass == BENCH_AVX2)
        features &= ~(uint32_t)NOT_IN_A_GUEST;
    noncrypto_cpu_set_features(features);
}

static void run_row(struct bench_print *print, const struct bench_row *row, const struct options *o)
{
    struct bench_effort effort = {.rounds = 15, .round_seconds = 0.008};
    enum bench_pass pass = (enum bench_pass)o->pass;
    double seconds[BENCH_SIDES];

    if (o->quick)
        effort = (struct bench_effort){.rounds = 5, .round_seconds = 0.002};
    if (row->unit == BENCH_MILLISECONDS)
        effort.rounds = o->quick ? 2 : 5;
    if (row->prepare && row->prepare() != 0) {
        fprintf(stderr, "bench_noncrypto: %s could not be prepared\n", row->name);
        exit(1);
    }
    for (unsigned length = 0; length < BENCH_LENGTHS; length++) {
        if (length != 0 && row->lengths[length] == 0)
            break;
        bench_measure(seconds, row, row->lengths[length], &effort);
        bench_print_row(print, row, pass, length, seconds);
    }
}

static void run_pass(const struct options *o)
{
    struct bench_print print = {.json = o->json};

    restrict_features((enum bench_pass)o->pass);
    for (size_t i = 0; i < sizeof bench_in; i++)
        bench_in[i] = (uint8_t)(i * i + (i >> 8));
    for (size_t i = 0; i < sizeof bench_bytes; i++)
        bench_bytes[i] = (uint8_t)(7 * i + 1);
    bench_print_head(&print, (enum bench_pass)o->pass);
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
        for (size_t r = 0; r < groups[g]->count; r++)
            if (!o->rows || fnmatch(o->rows, groups[g]->rows[r].name, 0) == 0)
                run_row(&print, &groups[g]->rows[r], o);
    bench_print_end(&print);
}

/* OpenSSL looks at its variable when it is loaded, before main(): with another value the program starts again. */
static void restrict_openssl(enum bench_pass pass, char **argv)
{
    const char *wanted = pass == BENCH_ALL ? NULL : OPENSSL_AVX2_ONLY;
    const char *present = getenv("OPENSSL_ia32cap");

    if (wanted == present || (wanted && present && strcmp(wanted, present) == 0))
        return;
    if (wanted)
        setenv("OPENSSL_ia32cap", wanted, 1);
    else
        unsetenv("OPENSSL_ia32cap");
    execv("/proc/self/exe", argv);
    bench_must(0, "starting again");
}

static int spawn_pass(char **argv, int argc, int pass)
{
    char **args = calloc((size_t)argc + 3, sizeof *args);
    pid_t child;
    int status = -1;

    bench_must(args != NULL, "memory");
    memcpy(args, argv, (size_t)argc * sizeof *args);
    args[argc] = strdup("--pass");
    args[argc + 1] = strdup(pass_names[pass]);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        execv("/proc/self/exe", args);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    free(args[argc]);
    free(args[argc + 1]);
    free(args);
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const int order[] = {BENCH_AVX2, BENCH_ALL, BENCH_PORTABLE};
    struct options o;
    int failed = 0;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return 0;
    }
    if (parse(&o, argc, argv) != 0) {
        usage(stderr);
        return 2;
    }
    if (o.pass >= 0) {
        restrict_openssl((enum bench_pass)o.pass, argv);
        run_pass(&o);
        return 0;
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        failed |= spawn_pass(argv, argc, order[i]);
    return failed;
}
