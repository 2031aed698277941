#include "against.h"

#ifndef HAVE_SODIUM

int main(void)
{
    puts("1..0 # SKIP libsodium was not found (Debian: apt install libsodium-dev)");
    return 0;
}

#else

#include "against_message.h"

#include <noncrypto/aead.h>
#include <noncrypto/argon2.h>
#include <noncrypto/blake2b.h>
#include <noncrypto/chacha20.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/hmac.h>
#include <noncrypto/poly1305.h>
#include <noncrypto/sha2.h>
#include <noncrypto/siphash.h>
#include <noncrypto/x25519.h>
#include <sodium.h>

static void xchacha20_poly1305(void)
{
    size_t len = fill_message(), ad_len = against_len(sizeof ad);
    uint8_t tag[16], their_tag[16];

    ck_assert_int_eq(noncrypto_xchacha20_poly1305_seal(ours, tag, in, len, ad, ad_len, nonce, key),
                     0);
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(theirs, their_tag, NULL, in, len, ad,
                                                        ad_len, NULL, nonce, key);
    ck_assert_mem_eq(ours, theirs, len);
    ck_assert_mem_eq(tag, their_tag, sizeof tag);
    ck_assert_int_eq(
        noncrypto_xchacha20_poly1305_open(ours, theirs, len, their_tag, ad, ad_len, nonce, key), 0);
    ck_assert_mem_eq(ours, in, len);
}

static void chacha20_poly1305(void)
{
    size_t len = fill_message(), ad_len = against_len(sizeof ad);
    uint8_t tag[16], their_tag[16];

    ck_assert_int_eq(noncrypto_chacha20_poly1305_seal(ours, tag, in, len, ad, ad_len, nonce, key),
                     0);
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(theirs, their_tag, NULL, in, len, ad, ad_len,
                                                       NULL, nonce, key);
    ck_assert_mem_eq(ours, theirs, len);
    ck_assert_mem_eq(tag, their_tag, sizeof tag);
    their_tag[len % 16] ^= 4;
    ck_assert_int_eq(
        noncrypto_chacha20_poly1305_open(ours, theirs, len, their_tag, ad, ad_len, nonce, key),
        NONCRYPTO_E_VERIFY);
}

static void macs(void)
{
    size_t len = fill_message();

    noncrypto_poly1305(ours, in, len, key);
    crypto_onetimeauth(theirs, in, len, key);
    ck_assert_mem_eq(ours, theirs, 16);

    uint64_t hash = noncrypto_siphash(in, len, key);
    crypto_shorthash(theirs, in, len, key);
    for (unsigned i = 0; i < 8; i++)
        ck_assert_uint_eq(hash >> 8 * i & 0xff, theirs[i]);
    noncrypto_siphash128(ours, in, len, key);
    crypto_shorthash_siphashx24(theirs, in, len, key);
    ck_assert_mem_eq(ours, theirs, 16);

    noncrypto_hmac_sha256(ours, key, 32, in, len);
    crypto_auth_hmacsha256(theirs, in, len, key);
    ck_assert_mem_eq(ours, theirs, 32);
    noncrypto_hmac_sha512(ours, key, 32, in, len);
    crypto_auth_hmacsha512(theirs, in, len, key);
    ck_assert_mem_eq(ours, theirs, 64);
}

static void hashes(void)
{
    size_t len = fill_message(), out_len = 16 + against_len(48), key_len = 16 + against_len(48);
    struct noncrypto_blake2b ctx;

    noncrypto_sha256(ours, in, len);
    crypto_hash_sha256(theirs, in, len);
    ck_assert_mem_eq(ours, theirs, 32);
    noncrypto_sha512(ours, in, len);
    crypto_hash_sha512(theirs, in, len);
    ck_assert_mem_eq(ours, theirs, 64);

    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, out_len, key, key_len), 0);
    noncrypto_blake2b_update(&ctx, in, len / 3);
    noncrypto_blake2b_update(&ctx, in + len / 3, len - len / 3);
    noncrypto_blake2b_final(&ctx, ours);
    ck_assert_int_eq(crypto_generichash(theirs, out_len, in, len, key, key_len), 0);
    ck_assert_mem_eq(ours, theirs, out_len);
}

static void x25519(void)
{
    uint8_t a[32], b[32];

    fill_message();
    noncrypto_x25519_base(a, key);
    crypto_scalarmult_base(b, key);
    ck_assert_mem_eq(a, b, 32);
    /* Any 32 bytes are a coordinate, on the curve or on its twist. */
    against_fill(a, sizeof a);
    ck_assert_int_eq(noncrypto_x25519(ours, key, a), 0);
    ck_assert_int_eq(crypto_scalarmult(theirs, key, a), 0);
    ck_assert_mem_eq(ours, theirs, 32);
}

static void ed25519(void)
{
    size_t len = fill_message();
    struct noncrypto_ed25519_key pair;
    uint8_t public_key[32], secret_key[64];

    noncrypto_ed25519_key_from_seed(&pair, key);
    crypto_sign_seed_keypair(public_key, secret_key, key);
    ck_assert_mem_eq(pair.public_key, public_key, 32);
    noncrypto_ed25519_sign(ours, &pair, in, len);
    crypto_sign_detached(theirs, NULL, in, len, secret_key);
    ck_assert_mem_eq(ours, theirs, 64);
    ck_assert_int_eq(noncrypto_ed25519_verify(theirs, public_key, in, len), 0);
    theirs[len % 64] ^= (uint8_t)(1 << len % 8);
    ck_assert_int_ne(noncrypto_ed25519_verify(theirs, public_key, in, len), 0);
    ck_assert_int_ne(crypto_sign_verify_detached(theirs, in, len, public_key), 0);
}

static void argon2id(void)
{
    size_t password_len = fill_message() % 100;
    struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 8 + (uint32_t)against_len(200),
                                             1 + (uint32_t)against_len(3), 1};
    struct noncrypto_argon2_input input = {
        .password = in, .password_len = password_len, .salt = nonce, .salt_len = 16};
    size_t size = noncrypto_argon2_memory_size(&params), out_len = 16 + against_len(100);
    void *memory = malloc(size);

    ck_assert_ptr_nonnull(memory);
    ck_assert_int_eq(noncrypto_argon2(ours, out_len, &params, &input, memory, size, NULL), 0);
    ck_assert_int_eq(crypto_pwhash(theirs, out_len, (const char *)in, password_len, nonce,
                                   params.passes, (size_t)params.memory_kib << 10,
                                   crypto_pwhash_ALG_ARGON2ID13),
                     0);
    ck_assert_mem_eq(ours, theirs, out_len);
    free(memory);
}

START_TEST(authenticated_encryption_agrees)
{
    against_run("XChaCha20-Poly1305", 300, xchacha20_poly1305);
    against_run("ChaCha20-Poly1305", 300, chacha20_poly1305);
}
END_TEST

START_TEST(message_authentication_agrees)
{
    against_run("Poly1305, SipHash, HMAC", 200, macs);
}
END_TEST

START_TEST(hashes_agree)
{
    against_run("SHA-256, SHA-512, BLAKE2b", 200, hashes);
}
END_TEST

START_TEST(curve25519_agrees)
{
    against_run("X25519", 60, x25519);
    against_run("Ed25519", 60, ed25519);
}
END_TEST

START_TEST(argon2id_agrees)
{
    against_run("Argon2id", 25, argon2id);
}
END_TEST

static Suite *against_suite(void)
{
    Suite *suite = suite_create("noncrypto against libsodium");
    TCase *tc = tcase_create("libsodium");

    if (sodium_init() < 0)
        abort();
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, authenticated_encryption_agrees);
    tcase_add_test(tc, message_authentication_agrees);
    tcase_add_test(tc, hashes_agree);
    tcase_add_test(tc, curve25519_agrees);
    tcase_add_test(tc, argon2id_agrees);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(against_suite)

#endif
