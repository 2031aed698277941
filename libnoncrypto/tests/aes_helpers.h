/* What the suites of AES and its modes share. A loop test runs once for each back end: use_backend(_i). */
#ifndef NONCRYPTO_TESTS_AES_HELPERS_H
#define NONCRYPTO_TESTS_AES_HELPERS_H

#include <check_main.h>
#include <noncrypto/cpu.h>

#define BACKENDS 3

/* Returns 0, with a printed reason, if this machine does not have the back end. */
static inline int use_backend(int i)
{
    static const uint32_t features[BACKENDS] = {0, NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI,
                                                NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI |
                                                    NONCRYPTO_CPU_AVX2};

    if ((noncrypto_cpu_detect() & features[i]) != features[i]) {
        printf("# skipped: this processor has no AES-NI or no AVX2\n");
        return 0;
    }
    noncrypto_cpu_set_features(features[i]);
    return 1;
}

/* A byte string from a table. */
struct bytes {
    uint8_t data[512];
    size_t len;
};

static inline struct bytes unhex(const char *hex)
{
    struct bytes b;

    b.len = check_unhex(b.data, sizeof b.data, hex);
    return b;
}

static inline void fill_random(uint8_t *out, size_t len, uint64_t *seed)
{
    while (len-- > 0)
        *out++ = (uint8_t)check_random(seed);
}

static inline void check_hex(const uint8_t *data, size_t len, const char *hex)
{
    struct bytes expected = unhex(hex);

    ck_assert_uint_eq(len, expected.len);
    ck_assert_mem_eq(data, expected.data, len);
}

static inline int all_zero(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (data[i] != 0)
            return 0;
    return 1;
}

#endif
