/*
 * Measures the timing source on this machine and prints what SP 800-90B's estimators say of its raw samples, as lines
 * "name value" for make_entropy_report.sh. Not a test: figures of one machine at one time.
 *
 * Most common value: section 6.3.1, on the samples and on their bits. Collision and Markov: sections 6.3.2 and 6.3.3, which
 * are for bits. Restarts: section 3.1.4, 1000 new processes of 1000 samples each.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <noncrypto/entropy.h>

#define NSAMPLES  1000000
#define NRESTARTS 1000
#define ASSESSED  0.5                /* bits a sample: what users of the source are told to claim */
#define Z_99      2.5758293035489008 /* of the normal distribution, for 99 % */

static uint8_t samples[NSAMPLES], restarts[NRESTARTS][NRESTARTS], bits[NSAMPLES];

static uint64_t ticks(void)
{
#ifdef __x86_64__
    return __builtin_ia32_rdtsc();
#else
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#endif
}

static double upper_bound(double p, double n)
{
    double bound = p + Z_99 * sqrt(p * (1 - p) / (n - 1));
    return bound < 1 ? bound : 1;
}

static double most_common_value(const uint8_t *s, size_t stride, size_t n)
{
    size_t count[256] = {0}, most = 0;
    for (size_t i = 0; i < n; i++)
        if (++count[s[i * stride]] > most)
            most = count[s[i * stride]];
    return -log2(upper_bound((double)most / (double)n, (double)n));
}

/* The mean time to a collision for bits with probabilities p and 1 - p; F(q) = 2 q^3 + 2 q^2 + q for bits. */
static double collision_mean(double p)
{
    double q = 1 - p, f = 2 * q * q * q + 2 * q * q + q, d = 1 / p - 1 / q;
    return p / (q * q) * (1 + d / 2) * f - p / q * d / 2;
}

static double collision(const uint8_t *s, size_t n)
{
    double sum = 0, squares = 0, v = 0;
    for (size_t i = 0; i + 2 < n; v++) {
        double t = s[i] == s[i + 1] ? 2 : 3; /* of three bits two are equal */
        sum += t;
        squares += t * t;
        i += (size_t)t;
    }
    double mean = sum / v, deviation = sqrt((squares - v * mean * mean) / (v - 1));
    double bound = mean - Z_99 * deviation / sqrt(v);
    double low = 0.5, high = 1 - 1e-9;
    if (bound >= collision_mean(low))
        return 1;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (collision_mean(middle) > bound)
            low = middle;
        else
            high = middle;
    }
    return -log2(high);
}

/* The likeliest of all sequences of 128 bits in a first-order model is one of six. */
static double markov(const uint8_t *s, size_t n)
{
    double first[2] = {0}, pair[2][2] = {{0}};
    for (size_t i = 0; i < n; i++) {
        first[s[i]]++;
        if (i + 1 < n)
            pair[s[i]][s[i + 1]]++;
    }
    double p0 = log2(first[0] / (double)n), p1 = log2(first[1] / (double)n);
    double p00 = log2(pair[0][0] / (pair[0][0] + pair[0][1]));
    double p01 = log2(pair[0][1] / (pair[0][0] + pair[0][1]));
    double p10 = log2(pair[1][0] / (pair[1][0] + pair[1][1]));
    double p11 = log2(pair[1][1] / (pair[1][0] + pair[1][1]));
    const double likely[6] = {p0 + 127 * p00,       p0 + 64 * p01 + 63 * p10, p0 + p01 + 126 * p11,
                              p1 + p10 + 126 * p00, p1 + 64 * p10 + 63 * p01, p1 + 127 * p11};
    double most = likely[0];
    for (int i = 1; i < 6; i++)
        if (likely[i] > most)
            most = likely[i];
    return fmin(-most / 128, 1);
}

static void read_samples(uint8_t *out, size_t n)
{
    static struct noncrypto_entropy_jitter jitter;
    noncrypto_entropy_jitter_init(&jitter, ticks);
    if (noncrypto_entropy_jitter_read(&jitter, out, n) != 0)
        exit(EXIT_FAILURE);
}

/* Each row from a process of its own, with the same memory at its start. */
static int read_restarts(void)
{
    for (int i = 0; i < NRESTARTS; i++) {
        int ends[2];
        if (pipe(ends) != 0)
            return -1;
        pid_t child = fork();
        if (child < 0)
            return -1;
        if (child == 0) {
            read_samples(restarts[i], NRESTARTS);
            _exit(write(ends[1], restarts[i], NRESTARTS) != NRESTARTS);
        }
        close(ends[1]);
        ssize_t got = read(ends[0], restarts[i], NRESTARTS);
        close(ends[0]);
        int status;
        if (waitpid(child, &status, 0) != child || status != 0 || got != NRESTARTS)
            return -1;
    }
    return 0;
}

/* The highest count of one value in a row or a column, section 3.1.4.3. */
static size_t highest_count(size_t row_stride, size_t column_stride)
{
    size_t highest = 0;
    for (size_t i = 0; i < NRESTARTS; i++) {
        size_t count[256] = {0};
        for (size_t j = 0; j < NRESTARTS; j++) {
            size_t n = ++count[(&restarts[0][0])[i * row_stride + j * column_stride]];
            if (n > highest)
                highest = n;
        }
    }
    return highest;
}

/* The smallest count that comes in one of 2000 rows and columns with probability 1 % at most, if H were true. */
static size_t restart_cutoff(double h)
{
    double p = exp2(-h), alpha = 1 - pow(0.99, 1.0 / (2 * NRESTARTS)), tail = 0;
    size_t k = NRESTARTS;
    for (; k > 0; k--) {
        tail +=
            exp(lgamma(NRESTARTS + 1) - lgamma((double)k + 1) - lgamma(NRESTARTS - (double)k + 1) +
                (double)k * log(p) + (NRESTARTS - (double)k) * log1p(-p));
        if (tail > alpha)
            break;
    }
    return k + 1;
}

static double report_bits(void)
{
    double least = 1;
    /* The first million bits, highest bit of a sample first. */
    for (size_t i = 0; i < NSAMPLES; i++)
        bits[i] = samples[i / 8] >> (7 - i % 8) & 1;
    const double estimates[3] = {most_common_value(bits, 1, NSAMPLES), collision(bits, NSAMPLES),
                                 markov(bits, NSAMPLES)};
    static const char *const names[3] = {"bits_most_common_value", "bits_collision", "bits_markov"};
    for (int i = 0; i < 3; i++) {
        printf("%s %.4f\n", names[i], estimates[i]);
        least = fmin(least, estimates[i]);
    }
    return least;
}

static int report_restarts(double h)
{
    if (read_restarts() != 0) {
        fprintf(stderr, "entropy_report: the restarts failed\n");
        return EXIT_FAILURE;
    }
    size_t rows = highest_count(NRESTARTS, 1), columns = highest_count(1, NRESTARTS);
    size_t cutoff = restart_cutoff(h);
    printf("restart_rows %.4f\n", most_common_value(&restarts[0][0], 1, sizeof restarts));
    printf("restart_highest_in_row %zu\nrestart_highest_in_column %zu\nrestart_cutoff %zu\n", rows,
           columns, cutoff);
    printf("restart_sanity %s\n", rows < cutoff && columns < cutoff ? "passed" : "failed");
    return EXIT_SUCCESS;
}

int main(void)
{
    struct timespec from, to;
    size_t distinct = 0, seen[256] = {0};

    clock_gettime(CLOCK_MONOTONIC, &from);
    read_samples(samples, NSAMPLES);
    clock_gettime(CLOCK_MONOTONIC, &to);
    double ns = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
    for (size_t i = 0; i < NSAMPLES; i++)
        distinct += seen[samples[i]]++ == 0;
    printf("samples %d\nns_per_sample %.0f\ndistinct %zu\n", NSAMPLES, ns / NSAMPLES, distinct);

    double whole = most_common_value(samples, 1, NSAMPLES);
    printf("most_common_value %.4f\n", whole);
    double h = fmin(whole, 8 * report_bits());
    printf("min_entropy %.4f\nassessed %.4f\n", h, ASSESSED);
    return report_restarts(fmin(h, ASSESSED));
}
