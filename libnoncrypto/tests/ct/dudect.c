/*
 * Statistics on time (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?): the same operation on a fixed secret
 * and on random ones, in random order; Welch's t-test on the cycles, over several crops of the slow tail. |t| above 4.5 is
 * suspicious and above 10 a leak. A machine with other load gives weak evidence: the figures are reported, only the planted
 * leak must be seen.
 *
 *     dudect [SECONDS]     for each operation, 2 unless said
 */
#include <math.h>
#include <noncrypto/aead.h>
#include <noncrypto/aes.h>
#include <noncrypto/cpu.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/memory.h>
#include <noncrypto/mlkem768.h>
#include <noncrypto/p256.h>
#include <noncrypto/poly1305.h>
#include <noncrypto/x25519.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if !defined(__x86_64__)

int main(void)
{
    puts("1..0 # SKIP the cycle counter of x86-64 is needed");
    return 0;
}

#else

#define BATCH 1000
#define CROPS 5
#define LEAK  10.0

/* Inputs are made before the clock starts; `secret` is what differs between the classes. */
struct subject {
    const char *name;
    void (*prepare)(unsigned char *secret); /* from random bytes to an input; may be NULL */
    void (*run)(const unsigned char *secret);
    int planted;
};

#define SECRET_LEN NONCRYPTO_MLKEM768_CIPHERTEXT_LEN

static unsigned char out[SECRET_LEN + 64], fixed_point[32] = {9}, text[512], tag[16];
static unsigned char dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN], ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN];
static unsigned char valid_ct[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN], p256_point[65];
static struct noncrypto_mlkem768_workspace mlkem;
static struct noncrypto_ed25519_key ed25519_key;
static volatile int sink;

static uint64_t cycles(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static uint64_t random_state = 88172645463325252u;

static uint64_t random64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

static void run_compare(const unsigned char *secret)
{
    sink = noncrypto_compare(secret, text, 512);
}

static void run_x25519(const unsigned char *secret)
{
    sink = noncrypto_x25519(out, secret, fixed_point);
}

static void prepare_ed25519(unsigned char *secret)
{
    noncrypto_ed25519_key_from_seed(&ed25519_key, secret);
    memcpy(secret, &ed25519_key, sizeof ed25519_key);
}

static void run_ed25519(const unsigned char *secret)
{
    memcpy(&ed25519_key, secret, sizeof ed25519_key);
    noncrypto_ed25519_sign(out, &ed25519_key, text, 32);
}

static void prepare_p256(unsigned char *secret)
{
    /* Above the order there would be an early refusal. */
    secret[0] &= 0x7f;
}

static void run_p256_ecdh(const unsigned char *secret)
{
    sink = noncrypto_p256_ecdh(out, secret, p256_point, sizeof p256_point);
}

static void run_p256_sign(const unsigned char *secret)
{
    sink = noncrypto_p256_ecdsa_sign(out, secret, text, 32);
}

static void run_aes(const unsigned char *secret)
{
    struct noncrypto_aes aes;

    sink = noncrypto_aes_init(&aes, secret, 32);
    noncrypto_aes_encrypt(&aes, out, text);
}

static void run_poly1305(const unsigned char *secret)
{
    noncrypto_poly1305(out, text, sizeof text, secret);
}

static void run_open(const unsigned char *secret)
{
    sink = noncrypto_chacha20_poly1305_open(out, text, 256, secret, NULL, 0, fixed_point, dk);
}

static void run_decaps(const unsigned char *secret)
{
    sink = noncrypto_mlkem768_decaps(out, dk, sizeof dk, secret, SECRET_LEN, &mlkem);
}

static void run_planted(const unsigned char *secret)
{
    sink = memcmp(secret, text, 512);
    for (unsigned i = 0; i < 512 && secret[i] == text[i]; i++)
        sink = (int)i;
}

static const struct subject subjects[] = {
    {"compare, equal or not", NULL, run_compare, 0},
    {"X25519, private key", NULL, run_x25519, 0},
    {"Ed25519 sign, key", prepare_ed25519, run_ed25519, 0},
    {"P-256 ECDH, secret key", prepare_p256, run_p256_ecdh, 0},
    {"P-256 ECDSA sign, secret key", prepare_p256, run_p256_sign, 0},
    {"AES-256, key", NULL, run_aes, 0},
    {"Poly1305, key", NULL, run_poly1305, 0},
    {"ChaCha20-Poly1305 open, wrong tags", NULL, run_open, 0},
    {"ML-KEM-768 decaps, accepted or rejected", NULL, run_decaps, 0},
    {"planted: a comparison that ends early", NULL, run_planted, 1},
};

/* Welch's t-test on running means and variances. */
struct welch {
    double n[2], mean[2], m2[2];
};

static void welch_add(struct welch *w, int class, double x)
{
    double delta = x - w->mean[class];

    w->n[class]++;
    w->mean[class] += delta / w->n[class];
    w->m2[class] += delta * (x - w->mean[class]);
}

static double welch_t(const struct welch *w)
{
    if (w->n[0] < 100 || w->n[1] < 100)
        return 0;
    double v0 = w->m2[0] / (w->n[0] - 1) / w->n[0], v1 = w->m2[1] / (w->n[1] - 1) / w->n[1];
    return v0 + v1 == 0 ? 0 : (w->mean[0] - w->mean[1]) / sqrt(v0 + v1);
}

static unsigned char inputs[BATCH][SECRET_LEN], fixed[SECRET_LEN];
static int classes[BATCH];

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void one_batch(const struct subject *s, struct welch welch[CROPS], uint64_t crop[CROPS],
                      int first)
{
    static uint64_t times[BATCH], sorted[BATCH];

    for (int i = 0; i < BATCH; i++) {
        classes[i] = (int)(random64() >> 40 & 1);
        for (unsigned j = 0; j < SECRET_LEN; j++)
            inputs[i][j] = (unsigned char)(random64() >> 30);
        if (classes[i] == 0)
            memcpy(inputs[i], fixed, SECRET_LEN);
        else if (s->prepare)
            s->prepare(inputs[i]);
    }
    for (int i = 0; i < BATCH; i++) {
        uint64_t start = cycles();
        s->run(inputs[i]);
        times[i] = cycles() - start;
    }
    if (first) {
        static const double quantiles[CROPS] = {0.5, 0.75, 0.9, 0.97, 1};
        memcpy(sorted, times, sizeof sorted);
        qsort(sorted, BATCH, sizeof sorted[0], ascending);
        for (int c = 0; c < CROPS; c++)
            crop[c] = c + 1 == CROPS ? UINT64_MAX : sorted[(size_t)(quantiles[c] * BATCH)];
        return; /* it warms the caches, too */
    }
    for (int i = 0; i < BATCH; i++)
        for (int c = 0; c < CROPS; c++)
            if (times[i] <= crop[c])
                welch_add(&welch[c], classes[i], (double)times[i]);
}

static double largest_t(const struct subject *s, double seconds, double *measurements)
{
    struct welch welch[CROPS] = {0};
    uint64_t crop[CROPS];
    clock_t end;
    double worst = 0;

    memset(fixed, 0, sizeof fixed);
    if (s->run == run_decaps)
        memcpy(fixed, valid_ct, sizeof fixed);
    else if (s->run == run_open)
        memcpy(fixed, tag, sizeof tag);
    else
        memcpy(fixed, text, sizeof text);
    if (s->prepare)
        s->prepare(fixed);
    one_batch(s, welch, crop, 1);
    end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
    do
        one_batch(s, welch, crop, 0);
    while (clock() < end);
    for (int c = 0; c < CROPS; c++)
        worst = fmax(worst, fabs(welch_t(&welch[c])));
    *measurements = welch[CROPS - 1].n[0] + welch[CROPS - 1].n[1];
    return worst;
}

static void prepare_all(void)
{
    unsigned char seed[64], secret[32];

    for (unsigned i = 0; i < sizeof text; i++)
        text[i] = (unsigned char)(random64() >> 20);
    memcpy(seed, text, sizeof seed);
    if (noncrypto_mlkem768_keygen(ek, dk, seed, sizeof seed, &mlkem) != 0 ||
        noncrypto_mlkem768_encaps(valid_ct, out, ek, sizeof ek, seed, &mlkem) != 0 ||
        noncrypto_p256_secret_key(secret, seed) != 0 ||
        noncrypto_p256_public_key(p256_point, secret) != 0)
        abort();
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2;
    int count = 0, failed = 0;

    prepare_all();
    for (int all = 0; all < 2; all++) {
        noncrypto_cpu_set_features(all ? noncrypto_cpu_detect() : 0);
        for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
            double n, t = largest_t(&subjects[i], seconds, &n);
            int ok = !subjects[i].planted || t > LEAK;

            printf("%sok %d - %s, %s: |t| = %.1f of %.0f measurements\n", ok ? "" : "not ", ++count,
                   all ? "all back ends" : "portable", subjects[i].name, t, n);
            fflush(stdout);
            failed |= !ok;
        }
    }
    printf("1..%d\n", count);
    return failed;
}

#endif
