/*
 * The known-answer tests, one a subject, each beside what it tests. Each returns 0 if the subject works; none needs more
 * than 2 KiB of stack of its own.
 */
#ifndef NONCRYPTO_SRC_SELFTEST_H
#define NONCRYPTO_SRC_SELFTEST_H

int selftest_aead(void);
int selftest_aes(void);
int selftest_argon2(void);
int selftest_blake2b(void);
int selftest_blake3(void);
int selftest_chacha20(void);
int selftest_csprng(void);
int selftest_ed25519(void);
int selftest_entropy(void);
int selftest_entropy_health(void);
int selftest_hkdf(void);
int selftest_hmac(void);
int selftest_mldsa65(void);
int selftest_mlkem768(void);
int selftest_p256(void);
int selftest_p384(void);
int selftest_poly1305(void);
int selftest_rsa(void);
int selftest_sha1(void);
int selftest_sha2(void);
int selftest_sha3(void);
int selftest_siphash(void);
int selftest_stream(void);
int selftest_x25519(void);

#endif
