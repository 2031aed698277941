/*
 * What is measured: rows, each one operation of ours beside the same operation of the peers.
 *
 * A bar is a speed of ours relative to a peer in the same run. Where the best public implementation is not in Debian, the
 * bar is the ratio in which it stood to a peer that is, measured once on one machine; figures of different machines do not
 * compare, ratios do.
 */
#ifndef NONCRYPTO_BENCH_ROWS_H
#define NONCRYPTO_BENCH_ROWS_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_LENGTHS 4
#define BENCH_LEN_MAX 65536
#define BENCH_EACH_SIZE               \
    {                                 \
        64, 1024, 4096, BENCH_LEN_MAX \
    }

enum bench_side {
    BENCH_NOBODY, /* there is no bar */
    BENCH_OURS,
    BENCH_OPENSSL,
    BENCH_SODIUM,
    BENCH_OTHER, /* named by the row */
    BENCH_BEST,  /* the fastest of OpenSSL and libsodium, whichever are there */
    BENCH_SIDES = BENCH_BEST,
};

enum bench_unit { BENCH_MBYTES, BENCH_KOPS, BENCH_MILLISECONDS };

/* Which instruction sets are used; each is a process of its own, as OpenSSL decides when it is loaded. */
enum bench_pass {
    BENCH_PORTABLE, /* ours in portable C, the peers with AVX2 */
    BENCH_AVX2,     /* AVX2, AES-NI, BMI2, ADX: what a guest has. No SHA-NI, VAES, AVX-512 */
    BENCH_ALL,
    BENCH_PASSES,
};

struct bench_bar {
    enum bench_side side;
    double ratio[BENCH_LENGTHS]; /* how many times as fast as the side; 0: no bar at this length */
};

struct bench_row {
    const char *name;
    enum bench_unit unit;
    size_t lengths
        [BENCH_LENGTHS]; /* bytes of one call; a single 0 where nothing varies. Ends at a repeated 0. */
    const char *other;    /* what BENCH_OTHER is */
    uint32_t per_call;    /* operations of one call of ours, 1 if 0 */
    int (*prepare)(void); /* may be NULL; 0, or the row cannot be measured */
    void (*run[BENCH_SIDES])(size_t len);
    struct bench_bar bar[BENCH_PASSES];
};

struct bench_group {
    const struct bench_row *rows;
    size_t count;
};

extern const struct bench_group bench_rows_aead, bench_rows_aes, bench_rows_curves, bench_rows_hash,
    bench_rows_nist, bench_rows_password, bench_rows_pq;

/* Shared by all rows: a message, where results go, and bytes that serve as keys and nonces. */
extern uint8_t bench_in[BENCH_LEN_MAX], bench_out[BENCH_LEN_MAX + 64], bench_bytes[256];

/* Ends the program when an operation that is measured fails. */
void bench_must(int ok, const char *what);

#endif
