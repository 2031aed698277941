#include "selftest.h"

#include <noncrypto/selftest.h>

#include <stddef.h>

int noncrypto_selftest_each(void (*report)(void *user, const char *subject, int result), void *user)
{
    static const struct {
        const char *subject;
        int (*run)(void);
    } tests[] = {
        {"argon2", selftest_argon2},
        {"blake2b", selftest_blake2b},
        {"blake3", selftest_blake3},
        {"chacha20", selftest_chacha20},
        {"csprng", selftest_csprng},
        {"entropy-health", selftest_entropy_health},
        {"hkdf", selftest_hkdf},
        {"hmac", selftest_hmac},
        {"sha1", selftest_sha1},
        {"sha2", selftest_sha2},
        {"sha3", selftest_sha3},
    };
    int worst = 0;

    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        int result = tests[i].run() == 0 ? 0 : NONCRYPTO_E_SELFTEST;
        if (result != 0)
            worst = result;
        report(user, tests[i].subject, result);
    }
    return worst;
}

static void keep_first_failure(void *user, const char *subject, int result)
{
    const char **failed = user;

    if (result != 0 && *failed == NULL)
        *failed = subject;
}

int noncrypto_selftest(const char **failed)
{
    const char *first = NULL;
    int result = noncrypto_selftest_each(keep_first_failure, &first);

    if (failed)
        *failed = first;
    return result;
}
