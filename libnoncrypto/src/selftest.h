/*
 * The known-answer tests, one a subject, each beside what it tests. Each returns 0 if the subject works; none needs more
 * than 2 KiB of stack of its own.
 */
#ifndef NONCRYPTO_SRC_SELFTEST_H
#define NONCRYPTO_SRC_SELFTEST_H

int selftest_argon2(void);
int selftest_blake2b(void);
int selftest_blake3(void);
int selftest_chacha20(void);
int selftest_csprng(void);
int selftest_entropy_health(void);
int selftest_hkdf(void);
int selftest_hmac(void);
int selftest_sha1(void);
int selftest_sha2(void);
int selftest_sha3(void);

#endif
