/* Passwords. */
#include "peers.h"
#include "rows.h"

#include <noncrypto/argon2.h>

#include <stdlib.h>

/* Memory is taken and given back in each call, as libsodium does. */
static void argon2id(size_t len)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 64 << 10, 4, 1};
    struct noncrypto_argon2_input input = {.password = "correct horse battery staple",
                                           .password_len = 28,
                                           .salt = bench_bytes,
                                           .salt_len = 16};
    size_t size = noncrypto_argon2_memory_size(&params);
    void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

    (void)len;
    bench_must(memory && noncrypto_argon2(bench_out, 32, &params, &input, memory, size, NULL) == 0,
               "Argon2id");
    free(memory);
}

static const struct bench_row rows[] = {
    {
        .name = "Argon2id 64 MiB, 4 passes",
        .unit = BENCH_MILLISECONDS,
        .run = {[BENCH_OURS] = argon2id, [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_argon2id)},
        .bar = {[BENCH_AVX2] = {BENCH_SODIUM, {1}}, [BENCH_ALL] = {BENCH_SODIUM, {1}}},
    },
};

const struct bench_group bench_rows_password = {rows, sizeof rows / sizeof rows[0]};
