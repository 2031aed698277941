/* libsodium's side. It chooses its instruction sets by itself and has no switch for them. */
#include "peers.h"
#include "rows.h"

#ifndef HAVE_SODIUM

const char *sodium_version(void)
{
    return "libsodium was not found (Debian: apt install libsodium-dev)";
}

#else

#include <sodium.h>

static const uint8_t *const key = bench_bytes, *const nonce = bench_bytes + 64;

const char *sodium_version(void)
{
    static char text[] = "libsodium " SODIUM_VERSION_STRING;
    bench_must(sodium_init() >= 0, "libsodium");
    return text;
}

void sodium_chacha20_poly1305_seal(size_t len)
{
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(bench_out, bench_out + len, NULL, bench_in,
                                                       len, bench_bytes, 16, NULL, nonce, key);
}

void sodium_chacha20_poly1305_open(size_t len)
{
    static uint8_t sealed[BENCH_LEN_MAX], tag[16];
    static size_t sealed_len;

    if (sealed_len != len)
        crypto_aead_chacha20poly1305_ietf_encrypt_detached(sealed, tag, NULL, bench_in, len,
                                                           bench_bytes, 16, NULL, nonce, key);
    sealed_len = len;
    bench_must(crypto_aead_chacha20poly1305_ietf_decrypt_detached(bench_out, NULL, sealed, len, tag,
                                                                  bench_bytes, 16, nonce, key) == 0,
               "libsodium open");
}

void sodium_xchacha20_poly1305_seal(size_t len)
{
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(bench_out, bench_out + len, NULL, bench_in,
                                                        len, bench_bytes, 16, NULL, nonce, key);
}

void sodium_xchacha20_poly1305_open(size_t len)
{
    static uint8_t sealed[BENCH_LEN_MAX], tag[16];
    static size_t sealed_len;

    if (sealed_len != len)
        crypto_aead_xchacha20poly1305_ietf_encrypt_detached(sealed, tag, NULL, bench_in, len,
                                                            bench_bytes, 16, NULL, nonce, key);
    sealed_len = len;
    bench_must(crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
                   bench_out, NULL, sealed, len, tag, bench_bytes, 16, nonce, key) == 0,
               "libsodium open");
}

static const crypto_aead_aes256gcm_state *gcm(void)
{
    static crypto_aead_aes256gcm_state state;
    static int ready;

    if (!ready)
        bench_must(crypto_aead_aes256gcm_beforenm(&state, key) == 0, "libsodium AES-256-GCM");
    ready = 1;
    return &state;
}

void sodium_aes_256_gcm(size_t len)
{
    crypto_aead_aes256gcm_encrypt_detached_afternm(bench_out, bench_out + len, NULL, bench_in, len,
                                                   bench_bytes, 16, NULL, nonce, gcm());
}

void sodium_aes_256_gcm_open(size_t len)
{
    static uint8_t sealed[BENCH_LEN_MAX], tag[16];
    static size_t sealed_len;

    if (sealed_len != len)
        crypto_aead_aes256gcm_encrypt_detached_afternm(sealed, tag, NULL, bench_in, len,
                                                       bench_bytes, 16, NULL, nonce, gcm());
    sealed_len = len;
    bench_must(crypto_aead_aes256gcm_decrypt_detached_afternm(bench_out, NULL, sealed, len, tag,
                                                              bench_bytes, 16, nonce, gcm()) == 0,
               "libsodium open");
}

void sodium_sha256(size_t len)
{
    crypto_hash_sha256(bench_out, bench_in, len);
}

void sodium_sha512(size_t len)
{
    crypto_hash_sha512(bench_out, bench_in, len);
}

void sodium_hmac_sha256(size_t len)
{
    crypto_auth_hmacsha256(bench_out, bench_in, len, key);
}

void sodium_blake2b(size_t len)
{
    crypto_generichash(bench_out, 64, bench_in, len, NULL, 0);
}

void sodium_siphash(size_t len)
{
    crypto_shorthash(bench_out, bench_in, len, key);
}

void sodium_x25519(size_t len)
{
    static uint8_t peer[32];

    (void)len;
    if (peer[0] == 0)
        crypto_scalarmult_base(peer, bench_bytes + 32);
    bench_must(crypto_scalarmult(bench_out, key, peer) == 0, "libsodium X25519");
}

void sodium_x25519_base(size_t len)
{
    (void)len;
    crypto_scalarmult_base(bench_out, key);
}

static struct {
    int ready;
    uint8_t public_key[32], secret_key[64], signature[64];
} ed25519;

static void ed25519_ready(void)
{
    if (ed25519.ready)
        return;
    ed25519.ready = 1;
    crypto_sign_seed_keypair(ed25519.public_key, ed25519.secret_key, key);
    crypto_sign_detached(ed25519.signature, NULL, bench_in, 32, ed25519.secret_key);
}

void sodium_ed25519_sign(size_t len)
{
    (void)len;
    ed25519_ready();
    crypto_sign_detached(ed25519.signature, NULL, bench_in, 32, ed25519.secret_key);
}

void sodium_ed25519_verify(size_t len)
{
    (void)len;
    ed25519_ready();
    bench_must(crypto_sign_verify_detached(ed25519.signature, bench_in, 32, ed25519.public_key) ==
                   0,
               "libsodium Ed25519 verify");
}

void sodium_argon2id(size_t len)
{
    (void)len;
    bench_must(crypto_pwhash(bench_out, 32, "correct horse battery staple", 28, nonce, 4,
                             (size_t)64 << 20, crypto_pwhash_ALG_ARGON2ID13) == 0,
               "libsodium Argon2id");
}

#endif
