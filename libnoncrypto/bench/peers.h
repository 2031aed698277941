/*
 * The operations of the peers. Where a library was not found at configure time, its functions do not exist and the rows get
 * NULL from BENCH_OF_OPENSSL(), BENCH_OF_SODIUM() and BENCH_OF_BLAKE3().
 */
#ifndef NONCRYPTO_BENCH_PEERS_H
#define NONCRYPTO_BENCH_PEERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef HAVE_OPENSSL
#define BENCH_OF_OPENSSL(function) (function)
#else
#define BENCH_OF_OPENSSL(function) NULL
#endif
#ifdef HAVE_SODIUM
#define BENCH_OF_SODIUM(function) (function)
#else
#define BENCH_OF_SODIUM(function) NULL
#endif
#ifdef HAVE_BLAKE3
#define BENCH_OF_BLAKE3(function) (function)
#else
#define BENCH_OF_BLAKE3(function) NULL
#endif

/* Version of each library, or why there is none. */
const char *openssl_version(void);
const char *sodium_version(void);

void openssl_chacha20_poly1305_seal(size_t len);
void openssl_chacha20_poly1305_open(size_t len);
void openssl_aes_128_gcm(size_t len);
void openssl_aes_256_gcm(size_t len);
void openssl_aes_256_gcm_open(size_t len);
void openssl_aes_128_ctr(size_t len);
void openssl_aes_256_ctr(size_t len);
void openssl_aes_128_ccm(size_t len);
void openssl_aes_128_cmac(size_t len);
void openssl_sha1(size_t len);
void openssl_sha256(size_t len);
void openssl_sha512(size_t len);
void openssl_sha3_256(size_t len);
void openssl_hmac_sha256(size_t len);
void openssl_blake2b(size_t len);
void openssl_random(size_t len);
void openssl_x25519(size_t len);
void openssl_x25519_base(size_t len);
void openssl_ed25519_sign(size_t len);
void openssl_ed25519_verify(size_t len);
void openssl_p256_ecdh(size_t len);
void openssl_p256_sign(size_t len);
void openssl_p256_verify(size_t len);
void openssl_p384_verify(size_t len);
void openssl_rsa2048_verify(size_t len);
void openssl_rsa4096_verify(size_t len);

/*
 * Keys and signatures of bench_in's first 32 bytes taken as a hash, for verification by ours. Each writes its public key
 * and signature and returns their lengths; the signature of an elliptic curve is in DER.
 */
void openssl_p384_signed(uint8_t public_key[97], uint8_t signature[104], size_t *signature_len);
void openssl_rsa_signed(int bits, uint8_t modulus[512], uint8_t signature[512]);

void sodium_chacha20_poly1305_seal(size_t len);
void sodium_chacha20_poly1305_open(size_t len);
void sodium_xchacha20_poly1305_seal(size_t len);
void sodium_xchacha20_poly1305_open(size_t len);
void sodium_aes_256_gcm(size_t len);
void sodium_aes_256_gcm_open(size_t len);
void sodium_sha256(size_t len);
void sodium_sha512(size_t len);
void sodium_hmac_sha256(size_t len);
void sodium_blake2b(size_t len);
void sodium_siphash(size_t len);
void sodium_x25519(size_t len);
void sodium_x25519_base(size_t len);
void sodium_ed25519_sign(size_t len);
void sodium_ed25519_verify(size_t len);
void sodium_argon2id(size_t len);

void official_blake3(size_t len);

#endif
