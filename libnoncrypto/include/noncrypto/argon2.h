/*
 * Argon2, version 0x13 (RFC 9106): keys from passwords, by filling memory. Argon2id is the one to use; Argon2i and Argon2d
 * are here for formats that have them in them.
 *
 * The caller gives the memory. Where the library may use vector instructions it does; lanes are computed one after the
 * other, or at the same time if the caller has a way to run jobs at the same time.
 *
 *     struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 65536, 4, 1};
 *     struct noncrypto_argon2_input input = {.password = p, .password_len = n, .salt = s, .salt_len = 16};
 *     size_t size = noncrypto_argon2_memory_size(&params);
 *     ...
 *     result = noncrypto_argon2(key, 32, &params, &input, memory, size, NULL);
 *
 * Time and addresses: Argon2i touches memory in an order that depends on the parameters only. Argon2id does so for the first
 * half of the first pass and in an order that depends on password and salt after that, Argon2d always: whoever watches the
 * cache learns from it what RFC 9106 section 7.2 says. No function needs more than 3 KiB of stack.
 */
#ifndef NONCRYPTO_ARGON2_H
#define NONCRYPTO_ARGON2_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_ARGON2_OUT_MIN   4 /* bytes of the shortest output */
#define NONCRYPTO_ARGON2_SALT_MIN  8 /* bytes of the shortest salt */
#define NONCRYPTO_ARGON2_LANES_MAX ((UINT32_C(1) << 24) - 1)

/* The numbers are those of the specification (section 3.2, y). */
enum noncrypto_argon2_type {
    NONCRYPTO_ARGON2D = 0,
    NONCRYPTO_ARGON2I = 1,
    NONCRYPTO_ARGON2ID = 2,
};

struct noncrypto_argon2_params {
    enum noncrypto_argon2_type type;
    uint32_t memory_kib; /* m: at least 8 for each lane */
    uint32_t passes;     /* t: at least 1 */
    uint32_t lanes;      /* p: 1 to NONCRYPTO_ARGON2_LANES_MAX */
};

/* Each length is at most 2^32 - 1. A part of length 0 may be NULL. */
struct noncrypto_argon2_input {
    const void *password;
    size_t password_len;
    const void *salt;
    size_t salt_len; /* at least NONCRYPTO_ARGON2_SALT_MIN */
    const void *secret;
    size_t secret_len;
    const void *associated_data;
    size_t associated_data_len;
};

/*
 * How to run jobs at the same time: `run` must call job(arg, i) once for each i below `count`, on any threads in any order,
 * and return when all calls have returned.
 */
struct noncrypto_argon2_parallel {
    void (*run)(void *user, uint32_t count, void (*job)(void *arg, uint32_t i), void *arg);
    void *user;
};

/*
 * Bytes of memory that noncrypto_argon2() needs for `params`: memory_kib KiB, rounded down to whole segments, and 3 KiB for
 * each lane. 0 if the parameters are not valid or the size cannot be addressed.
 */
NONCRYPTO_API size_t noncrypto_argon2_memory_size(const struct noncrypto_argon2_params *params);

/*
 * Computes `out_len` bytes (at least NONCRYPTO_ARGON2_OUT_MIN, at most 2^32 - 1). `memory` is `memory_len` bytes, aligned to
 * 8 (64 is faster), and must not overlap the input or `out`; it need not be cleared before, and is wiped at the end. `out`
 * may overlap the input. `parallel` may be NULL.
 *
 * Returns 0; NONCRYPTO_E_INVALID if a parameter, a length or the alignment is not valid; NONCRYPTO_E_NO_SPACE if
 * `memory_len` is below what noncrypto_argon2_memory_size() says. On error `out` and `memory` are unchanged.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_argon2(uint8_t *out, size_t out_len, const struct noncrypto_argon2_params *params,
                 const struct noncrypto_argon2_input *input, void *memory, size_t memory_len,
                 const struct noncrypto_argon2_parallel *parallel);

#ifdef __cplusplus
}
#endif

#endif
