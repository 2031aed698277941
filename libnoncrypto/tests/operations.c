#include "operations.h"

#include <noncrypto/aead.h>
#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/aes_kw.h>
#include <noncrypto/argon2.h>
#include <noncrypto/blake2b.h>
#include <noncrypto/blake3.h>
#include <noncrypto/chacha20.h>
#include <noncrypto/cmac.h>
#include <noncrypto/csprng.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/hkdf.h>
#include <noncrypto/memory.h>
#include <noncrypto/mldsa65_ed25519.h>
#include <noncrypto/p256.h>
#include <noncrypto/p384.h>
#include <noncrypto/poly1305.h>
#include <noncrypto/rsa.h>
#include <noncrypto/selftest.h>
#include <noncrypto/sha3.h>
#include <noncrypto/siphash.h>
#include <noncrypto/stream.h>
#include <noncrypto/x25519.h>
#include <noncrypto/xwing.h>

#include <stdlib.h>

#define KEY  operation_secret
#define TEXT (operation_secret + 64)
#define LEN  2000

uint8_t operation_secret[OPERATION_SECRET_LEN];

static const uint8_t public_bytes[64] = {9, 1, 2, 3};
static uint8_t in[LEN], out[LEN + 64], tag[16];
static uint8_t shared[64], ed25519_expanded[64], prk[32];

static void must(int result)
{
    if (result != 0)
        abort();
}

static void nothing(void)
{
}

static void xchacha20_poly1305_seal(void)
{
    must(noncrypto_xchacha20_poly1305_seal(out, tag, in, LEN, public_bytes, 16, public_bytes, KEY));
}

static void xchacha20_poly1305_open(void)
{
    must(
        noncrypto_xchacha20_poly1305_open(out, out, LEN, tag, public_bytes, 16, public_bytes, KEY));
}

static void chacha20_poly1305_seal(void)
{
    must(noncrypto_chacha20_poly1305_seal(out, tag, in, LEN, public_bytes, 16, public_bytes, KEY));
}

static void chacha20_poly1305_open(void)
{
    must(noncrypto_chacha20_poly1305_open(out, out, LEN, tag, public_bytes, 16, public_bytes, KEY));
}

static struct noncrypto_chacha20 chacha20_context;

static void chacha20(void)
{
    noncrypto_chacha20_init(&chacha20_context, KEY, public_bytes, 1);
    must(noncrypto_chacha20_xor(&chacha20_context, out, in, LEN));
    noncrypto_chacha20_wipe(&chacha20_context);
}

static void poly1305(void)
{
    noncrypto_poly1305(tag, in, LEN, KEY);
}

static void siphash(void)
{
    out[0] = (uint8_t)noncrypto_siphash(in, LEN, KEY);
}

static struct noncrypto_aes aes_context;
static struct noncrypto_aes_gcm gcm_context;
static struct noncrypto_aes_ctr ctr_context;

static void aes_init(void)
{
    must(noncrypto_aes_init(&aes_context, KEY, 32));
}

static void aes_gcm_init(void)
{
    must(noncrypto_aes_gcm_init(&gcm_context, KEY, 32));
}

static void aes_gcm_seal(void)
{
    must(noncrypto_aes_gcm_seal(&gcm_context, out, tag, 16, in, LEN, public_bytes, 16, public_bytes,
                                12));
}

static void aes_gcm_open(void)
{
    must(noncrypto_aes_gcm_open(&gcm_context, out, tag, 16, out, LEN, public_bytes, 16,
                                public_bytes, 12));
}

static void aes_gcm_sealed(void)
{
    aes_gcm_init();
    aes_gcm_seal();
}

static void aes_ctr(void)
{
    must(noncrypto_aes_ctr_init(&ctr_context, KEY, 32, public_bytes));
    noncrypto_aes_ctr_xor(&ctr_context, out, in, LEN);
    noncrypto_wipe(&ctr_context, sizeof ctr_context);
}

static void aes_ccm(void)
{
    must(noncrypto_aes_ccm_seal(&aes_context, out, tag, 16, in, LEN, public_bytes, 16, public_bytes,
                                13));
}

static void aes_kw(void)
{
    must(noncrypto_aes_kw_wrap(&aes_context, out, TEXT, 32));
    must(noncrypto_aes_kw_unwrap(&aes_context, out, out, 40));
}

static void cmac(void)
{
    must(noncrypto_cmac(tag, KEY, 32, in, LEN));
}

static void blake2b(void)
{
    static struct noncrypto_blake2b context;

    must(noncrypto_blake2b_init(&context, 64, KEY, 32));
    noncrypto_blake2b_update(&context, in, LEN);
    noncrypto_blake2b_final(&context, out);
}

static void blake3(void)
{
    noncrypto_blake3(out, in, LEN);
}

static struct noncrypto_blake3 blake3_context;

static void blake3_keyed(void)
{
    noncrypto_blake3_init_keyed(&blake3_context, KEY);
    noncrypto_blake3_update(&blake3_context, in, LEN);
    noncrypto_blake3_final(&blake3_context, out, 32);
    noncrypto_wipe(&blake3_context, sizeof blake3_context);
}

static void sha1(void)
{
    noncrypto_sha1(out, TEXT, 64);
}

static void sha256(void)
{
    noncrypto_sha256(out, TEXT, 64);
}

static void sha512(void)
{
    noncrypto_sha512(out, TEXT, 64);
}

static void sha3_256(void)
{
    noncrypto_sha3_256(out, TEXT, 64);
}

static void hmac_sha256(void)
{
    noncrypto_hmac_sha256(out, KEY, 32, TEXT, 64);
}

static void hmac_sha512(void)
{
    noncrypto_hmac_sha512(out, KEY, 64, TEXT, 64);
}

static void hkdf(void)
{
    noncrypto_hkdf_sha256_extract(prk, public_bytes, 16, KEY, 32);
    must(noncrypto_hkdf_sha256_expand(out, 100, prk, 32, public_bytes, 16));
}

static void argon2id(void)
{
    static const struct noncrypto_argon2_params params = {NONCRYPTO_ARGON2ID, 32, 1, 1};
    static const struct noncrypto_argon2_input input = {
        .password = KEY, .password_len = 32, .salt = public_bytes, .salt_len = 16};
    static uint64_t memory[8 * 1024];

    must(noncrypto_argon2(out, 32, &params, &input, memory, sizeof memory, NULL));
}

static struct noncrypto_csprng rng;

static void csprng(void)
{
    must(noncrypto_csprng_init(&rng, KEY, NONCRYPTO_CSPRNG_SEED_MIN));
    must(noncrypto_csprng_generate(&rng, out, 200));
    noncrypto_csprng_wipe(&rng);
}

static void x25519_base(void)
{
    noncrypto_x25519_base(out, KEY);
}

static void x25519(void)
{
    must(noncrypto_x25519(shared, KEY, public_bytes));
}

static struct noncrypto_ed25519_key ed25519_key;

static void ed25519_expand(void)
{
    noncrypto_sha512(ed25519_expanded, KEY, 32);
}

static void ed25519_key_from_seed(void)
{
    noncrypto_ed25519_key_from_seed(&ed25519_key, KEY);
}

static void ed25519_sign(void)
{
    noncrypto_ed25519_sign(out, &ed25519_key, public_bytes, 32);
}

static void ed25519_signed(void)
{
    ed25519_key_from_seed();
    ed25519_sign();
}

static void ed25519_verify(void)
{
    must(noncrypto_ed25519_verify(out, ed25519_key.public_key, public_bytes, 32));
}

static uint8_t p256_secret[32], p256_public[65];

static void p256_keygen(void)
{
    must(noncrypto_p256_secret_key(p256_secret, KEY));
    must(noncrypto_p256_public_key(p256_public, p256_secret));
}

static void p256_ecdh(void)
{
    must(noncrypto_p256_ecdh(shared, p256_secret, p256_public, 65));
}

static void p256_sign(void)
{
    must(noncrypto_p256_ecdsa_sign(out, p256_secret, public_bytes, 32));
}

static void p256_signed(void)
{
    p256_keygen();
    p256_sign();
}

static void p256_verify(void)
{
    must(noncrypto_p256_ecdsa_verify(p256_public, 65, public_bytes, 32, out));
}

/* Verification that fails takes the same way. The point is the base point of P-384, the modulus is odd and long enough. */
static void p384_verify(void)
{
    static const uint8_t point[97] = {
        0x04, 0xaa, 0x87, 0xca, 0x22, 0xbe, 0x8b, 0x05, 0x37, 0x8e, 0xb1, 0xc7, 0x1e, 0xf3,
        0x20, 0xad, 0x74, 0x6e, 0x1d, 0x3b, 0x62, 0x8b, 0xa7, 0x9b, 0x98, 0x59, 0xf7, 0x41,
        0xe0, 0x82, 0x54, 0x2a, 0x38, 0x55, 0x02, 0xf2, 0x5d, 0xbf, 0x55, 0x29, 0x6c, 0x3a,
        0x54, 0x5e, 0x38, 0x72, 0x76, 0x0a, 0xb7, 0x36, 0x17, 0xde, 0x4a, 0x96, 0x26, 0x2c,
        0x6f, 0x5d, 0x9e, 0x98, 0xbf, 0x92, 0x92, 0xdc, 0x29, 0xf8, 0xf4, 0x1d, 0xbd, 0x28,
        0x9a, 0x14, 0x7c, 0xe9, 0xda, 0x31, 0x13, 0xb5, 0xf0, 0xb8, 0xc0, 0x0a, 0x60, 0xb1,
        0xce, 0x1d, 0x7e, 0x81, 0x9d, 0x7a, 0x43, 0x1d, 0x7c, 0x90, 0xea, 0x0e, 0x5f,
    };
    static uint8_t signature[NONCRYPTO_P384_SIGNATURE_LEN];

    signature[47] = signature[95] = 5;
    if (noncrypto_p384_ecdsa_verify(point, sizeof point, public_bytes, 48, signature) !=
        NONCRYPTO_E_VERIFY)
        abort();
}

static void rsa4096_verify(void)
{
    static struct noncrypto_rsa_public_key key;
    static const uint8_t exponent[] = {1, 0, 1};
    static uint8_t modulus[512], signature[512];

    for (unsigned i = 0; i < sizeof modulus; i++)
        modulus[i] = (uint8_t)(0xff - 2 * i % 127);
    modulus[511] |= 1;
    signature[511] = 2;
    must(noncrypto_rsa_public_key(&key, modulus, sizeof modulus, exponent, sizeof exponent));
    if (noncrypto_rsa_pss_verify(&key, NONCRYPTO_RSA_SHA256, 32, public_bytes, 32, signature,
                                 512) == 0)
        abort();
}

static uint8_t ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN], dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN];
static uint8_t ct[NONCRYPTO_XWING_CIPHERTEXT_LEN];
static struct noncrypto_mlkem768_workspace mlkem;

static void mlkem_keygen(void)
{
    must(noncrypto_mlkem768_keygen(ek, dk, KEY, 64, &mlkem));
}

static void mlkem_encaps(void)
{
    must(noncrypto_mlkem768_encaps(ct, shared, ek, sizeof ek, KEY, &mlkem));
}

static void mlkem_prepare(void)
{
    mlkem_keygen();
    mlkem_encaps();
}

static void mlkem_decaps(void)
{
    must(noncrypto_mlkem768_decaps(shared, dk, sizeof dk, ct, NONCRYPTO_MLKEM768_CIPHERTEXT_LEN,
                                   &mlkem));
}

static uint8_t pk[NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN], sk[NONCRYPTO_MLDSA65_SECRET_KEY_LEN];
static uint8_t sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN];
static struct noncrypto_mldsa65_workspace mldsa;
static struct noncrypto_mldsa65_sign_workspace mldsa_signing;

static void mldsa_keygen(void)
{
    must(noncrypto_mldsa65_keygen(pk, sk, KEY, 32, &mldsa));
}

static void mldsa_sign(void)
{
    must(
        noncrypto_mldsa65_sign(sig, sk, sizeof sk, public_bytes, 32, NULL, 0, KEY, &mldsa_signing));
}

static void mldsa_signed(void)
{
    mldsa_keygen();
    mldsa_sign();
}

static void mldsa_verify(void)
{
    must(noncrypto_mldsa65_verify(pk, NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN, public_bytes, 32, NULL, 0,
                                  sig, NONCRYPTO_MLDSA65_SIGNATURE_LEN, &mldsa));
}

static struct noncrypto_xwing_workspace xwing;
static uint8_t xwing_pk[NONCRYPTO_XWING_PUBLIC_KEY_LEN];

static void xwing_public_key(void)
{
    must(noncrypto_xwing_public_key(xwing_pk, KEY, 32, &xwing));
}

static void xwing_encaps(void)
{
    must(noncrypto_xwing_encaps(ct, shared, xwing_pk, sizeof xwing_pk, KEY, &xwing));
}

static void xwing_prepare(void)
{
    xwing_public_key();
    xwing_encaps();
}

static void xwing_decaps(void)
{
    must(noncrypto_xwing_decaps(shared, KEY, 32, ct, sizeof ct, &xwing));
}

static struct noncrypto_mldsa65_ed25519_workspace both;
static struct noncrypto_mldsa65_ed25519_sign_workspace both_signing;

static void mldsa65_ed25519_sign(void)
{
    must(noncrypto_mldsa65_ed25519_sign(sig, KEY, 64, public_bytes, 32, NULL, 0, TEXT,
                                        &both_signing));
}

static void mldsa65_ed25519_prepare(void)
{
    must(noncrypto_mldsa65_ed25519_public_key(pk, KEY, 64, &both));
    mldsa65_ed25519_sign();
}

static void mldsa65_ed25519_verify(void)
{
    must(noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, public_bytes, 32, NULL, 0, sig, sizeof sig,
                                          &both));
}

static struct noncrypto_stream stream_context;

static void stream_seal(void)
{
    must(noncrypto_stream_init(&stream_context, KEY, LEN));
    must(noncrypto_stream_seal(&stream_context, out, in, 500, 1));
    noncrypto_stream_wipe(&stream_context);
}

static void selftest(void)
{
    must(noncrypto_selftest(NULL));
}

const struct operation operations[] = {
    {"nothing", NULL, nothing},
    {"XChaCha20-Poly1305 seal", NULL, xchacha20_poly1305_seal},
    {"XChaCha20-Poly1305 open", xchacha20_poly1305_seal, xchacha20_poly1305_open},
    {"ChaCha20-Poly1305 seal", NULL, chacha20_poly1305_seal},
    {"ChaCha20-Poly1305 open", chacha20_poly1305_seal, chacha20_poly1305_open},
    {"ChaCha20", NULL, chacha20},
    {"Poly1305", NULL, poly1305},
    {"SipHash-2-4", NULL, siphash},
    {"AES-256 key expansion", NULL, aes_init},
    {"AES-256-GCM key", NULL, aes_gcm_init},
    {"AES-256-GCM seal", aes_gcm_init, aes_gcm_seal},
    {"AES-256-GCM open", aes_gcm_sealed, aes_gcm_open},
    {"AES-256-CTR", NULL, aes_ctr},
    {"AES-256-CCM seal", aes_init, aes_ccm},
    {"AES-256 key wrap", aes_init, aes_kw},
    {"AES-256-CMAC", NULL, cmac},
    {"BLAKE2b, keyed", NULL, blake2b},
    {"BLAKE3", NULL, blake3},
    {"BLAKE3, keyed", NULL, blake3_keyed},
    {"SHA-1", NULL, sha1},
    {"SHA-256", NULL, sha256},
    {"SHA-512", NULL, sha512},
    {"SHA3-256", NULL, sha3_256},
    {"HMAC-SHA-256", NULL, hmac_sha256},
    {"HMAC-SHA-512", NULL, hmac_sha512},
    {"HKDF-SHA-256", NULL, hkdf},
    {"Argon2id", NULL, argon2id},
    {"random generator", NULL, csprng},
    {"X25519 of the base point", NULL, x25519_base},
    {"X25519", NULL, x25519},
    {"Ed25519 key", ed25519_expand, ed25519_key_from_seed},
    {"Ed25519 sign", ed25519_key_from_seed, ed25519_sign},
    {"Ed25519 verify", ed25519_signed, ed25519_verify},
    {"P-256 key", NULL, p256_keygen},
    {"P-256 ECDH", p256_keygen, p256_ecdh},
    {"P-256 ECDSA sign", p256_keygen, p256_sign},
    {"P-256 ECDSA verify", p256_signed, p256_verify},
    {"P-384 ECDSA verify", NULL, p384_verify},
    {"RSA-4096 verify", NULL, rsa4096_verify},
    {"ML-KEM-768 keygen", NULL, mlkem_keygen},
    {"ML-KEM-768 encaps", mlkem_keygen, mlkem_encaps},
    {"ML-KEM-768 decaps", mlkem_prepare, mlkem_decaps},
    {"ML-DSA-65 keygen", NULL, mldsa_keygen},
    {"ML-DSA-65 sign", mldsa_keygen, mldsa_sign},
    {"ML-DSA-65 verify", mldsa_signed, mldsa_verify},
    {"X-Wing public key", NULL, xwing_public_key},
    {"X-Wing encaps", xwing_public_key, xwing_encaps},
    {"X-Wing decaps", xwing_prepare, xwing_decaps},
    {"ML-DSA-65 with Ed25519 sign", NULL, mldsa65_ed25519_sign},
    {"ML-DSA-65 with Ed25519 verify", mldsa65_ed25519_prepare, mldsa65_ed25519_verify},
    {"stream seal", NULL, stream_seal},
    {"selftest", NULL, selftest},
};
const size_t operations_count = sizeof operations / sizeof operations[0];

const struct operation_derived operation_derived[] = {
    {"a shared secret", shared, 32},
    {"the expanded key of Ed25519", ed25519_expanded, 64},
    {"the pseudo-random key of HKDF", prk, 32},
    {"the decapsulation key", dk, 1152},
    {"the random part of the decapsulation key", dk + 2368, 32},
    {"the secret key of ML-DSA", sk + 32, 32},
};
const size_t operation_derived_count = sizeof operation_derived / sizeof operation_derived[0];

const struct operation_context operation_contexts[] = {
    {&chacha20_context, sizeof chacha20_context},
    {&ctr_context, sizeof ctr_context},
    {&blake3_context, sizeof blake3_context},
    {&rng, sizeof rng},
    {&stream_context, sizeof stream_context},
    {&mlkem, sizeof mlkem},
    {&mldsa, sizeof mldsa},
    {&mldsa_signing, sizeof mldsa_signing},
    {&xwing, sizeof xwing},
    {&both, sizeof both},
    {&both_signing, sizeof both_signing},
};
const size_t operation_contexts_count = sizeof operation_contexts / sizeof operation_contexts[0];
