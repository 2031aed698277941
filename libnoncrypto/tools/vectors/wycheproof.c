/*
 * Project Wycheproof's files, of the old schemas and of those that end in _v1. A case that is "acceptable" there is counted
 * apart, whatever the library does with it; it must not have another output.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <noncrypto/hkdf.h>
#include <noncrypto/x25519.h>

#include "../digest.h"
#include "vectors.h"

/* A case and what is around it. */
struct test {
    const char *algorithm;
    const json_t *group, *test;
};

static enum verdict run_aead(struct vectors *v, const struct test *t)
{
    struct aead_case c = {
        .key = vectors_member(v, t->test, "key"),
        .iv = vectors_member(v, t->test, "iv"),
        .aad = vectors_member(v, t->test, "aad"),
        .msg = vectors_member(v, t->test, "msg"),
        .ct = vectors_member(v, t->test, "ct"),
        .tag = vectors_member(v, t->test, "tag"),
    };

    return aead_check(v, t->algorithm, &c);
}

static enum verdict run_mac(struct vectors *v, const struct test *t)
{
    return mac_check(v, t->algorithm, vectors_member(v, t->test, "key"),
                     vectors_member(v, t->test, "msg"), vectors_member(v, t->test, "tag"));
}

static enum verdict run_wrap(struct vectors *v, const struct test *t)
{
    int padded = strstr(t->algorithm, "KWP") != NULL;

    return wrap_check(v, padded, vectors_member(v, t->test, "key"),
                      vectors_member(v, t->test, "msg"), vectors_member(v, t->test, "ct"));
}

static enum verdict run_hkdf(struct vectors *v, const struct test *t)
{
    struct bytes ikm = vectors_member(v, t->test, "ikm"), salt = vectors_member(v, t->test, "salt");
    struct bytes info = vectors_member(v, t->test, "info"), okm = vectors_member(v, t->test, "okm");
    int64_t size = json_number(t->test, "size", 0);
    uint8_t prk[64], *out = vectors_memory(v, size > 0 ? (size_t)size : 0);
    int result;

    if (strcmp(t->algorithm, "HKDF-SHA-256") == 0) {
        noncrypto_hkdf_sha256_extract(prk, salt.data, salt.len, ikm.data, ikm.len);
        result = noncrypto_hkdf_sha256_expand(out, (size_t)size, prk, NONCRYPTO_SHA256_LEN,
                                              info.data, info.len);
    } else if (strcmp(t->algorithm, "HKDF-SHA-384") == 0) {
        noncrypto_hkdf_sha384_extract(prk, salt.data, salt.len, ikm.data, ikm.len);
        result = noncrypto_hkdf_sha384_expand(out, (size_t)size, prk, NONCRYPTO_SHA384_LEN,
                                              info.data, info.len);
    } else {
        noncrypto_hkdf_sha512_extract(prk, salt.data, salt.len, ikm.data, ikm.len);
        result = noncrypto_hkdf_sha512_expand(out, (size_t)size, prk, NONCRYPTO_SHA512_LEN,
                                              info.data, info.len);
    }
    return result == 0 ? vectors_equal(okm, out, (size_t)size) : VERDICT_REFUSED;
}

static enum verdict run_xdh(struct vectors *v, const struct test *t)
{
    const char *curve = json_text(t->group, "curve");
    struct bytes public_key = vectors_member(v, t->test, "public");
    struct bytes private_key = vectors_member(v, t->test, "private");
    uint8_t shared[NONCRYPTO_X25519_KEY_LEN];

    if (strcmp(curve, "curve25519") != 0 && strcmp(curve, "x25519") != 0)
        return vectors_skip(v, "curve %s", curve);
    if (strcmp(json_text(t->group, "type"), "XdhComp") != 0)
        return vectors_skip(v, "keys as %s", json_text(t->group, "type"));
    if (public_key.len != sizeof shared || private_key.len != sizeof shared ||
        noncrypto_x25519(shared, private_key.data, public_key.data) != 0)
        return VERDICT_REFUSED;
    return vectors_equal(vectors_member(v, t->test, "shared"), shared, sizeof shared);
}

/* The public key of a group: "publicKey" in the new schemas, "key" in the old ones. */
static const json_t *group_key(const json_t *group)
{
    const json_t *key = json_object_get(group, "publicKey");
    return json_is_object(key) ? key : json_object_get(group, "key");
}

static enum verdict run_eddsa(struct vectors *v, const struct test *t)
{
    const json_t *key = group_key(t->group);
    const char *curve = json_text(key, "curve");

    if (strcmp(curve, "edwards25519") != 0)
        return vectors_skip(v, "curve %s", curve);
    return eddsa_check(v, vectors_member(v, key, "pk"), vectors_member(v, t->test, "msg"),
                       vectors_member(v, t->test, "sig"));
}

static enum verdict run_ecdsa(struct vectors *v, const struct test *t)
{
    const json_t *key = group_key(t->group);
    const char *type = json_text(t->group, "type");
    int p1363 = strcmp(type, "EcdsaP1363Verify") == 0;

    if (!p1363 && strcmp(type, "EcdsaVerify") != 0)
        return vectors_skip(v, "cases of type %s", type);
    return ecdsa_check(v, json_text(key, "curve"), json_text(t->group, "sha"),
                       vectors_member(v, key, "uncompressed"), vectors_member(v, t->test, "msg"),
                       vectors_member(v, t->test, "sig"), !p1363);
}

static enum verdict run_ecdh(struct vectors *v, const struct test *t)
{
    const char *curve = json_text(t->group, "curve"), *encoding = json_text(t->group, "encoding");

    if (strcmp(curve, "secp256r1") != 0)
        return vectors_skip(v, "curve %s", curve);
    if (strcmp(encoding, "asn") != 0 && strcmp(encoding, "ecpoint") != 0)
        return vectors_skip(v, "keys as %s", encoding);
    return ecdh_check(v, vectors_member(v, t->test, "public"),
                      vectors_member(v, t->test, "private"), vectors_member(v, t->test, "shared"));
}

static enum verdict run_rsa(struct vectors *v, const struct test *t)
{
    const json_t *key = json_object_get(t->group, "publicKey"), *holder = key;
    const char *hash = json_text(t->group, "sha"), *modulus = "modulus",
               *exponent = "publicExponent";
    int pss = strcmp(t->algorithm, "RSASSA-PSS") == 0;

    if (!json_is_object(key)) {
        /* The old schemas, and files of signatures with their private key. */
        key = json_object_get(t->group, "privateKey");
        holder = json_is_object(key) ? key : t->group;
        modulus = json_object_get(holder, "n") ? "n" : modulus;
        exponent = json_object_get(holder, "e") ? "e" : exponent;
    }
    if (pss && (strcmp(json_text(t->group, "mgf"), "MGF1") != 0 ||
                strcmp(json_text(t->group, "mgfSha"), hash) != 0))
        return vectors_skip(v, "mask of %s with %s for %s", json_text(t->group, "mgf"),
                            json_text(t->group, "mgfSha"), hash);
    return rsa_check(v, pss ? RSA_PSS : RSA_PKCS1, hash, json_number(t->group, "sLen", -1),
                     vectors_member(v, holder, modulus), vectors_member(v, holder, exponent),
                     vectors_member(v, t->test, "msg"), vectors_member(v, t->test, "sig"));
}

static enum verdict run_mlkem(struct vectors *v, const struct test *t)
{
    const char *set = json_text(t->group, "parameterSet"), *type = json_text(t->group, "type");
    struct mlkem_case c = {
        .seed = vectors_member(v, t->test, "seed"),
        .ek = vectors_member(v, t->test, "ek"),
        .dk = vectors_member(v, t->test, "dk"),
        .m = vectors_member(v, t->test, "m"),
        .c = vectors_member(v, t->test, "c"),
        .k = vectors_member(v, t->test, "K"),
    };

    if (strcmp(set, "ML-KEM-768") != 0)
        return vectors_skip(v, "parameter set %s", set);
    if (strcmp(type, "MLKEMKeyGen") == 0)
        return mlkem_keygen_check(v, &c);
    if (strcmp(type, "MLKEMEncapsTest") == 0)
        return mlkem_encaps_check(v, &c);
    if (strcmp(type, "MLKEMTest") == 0 || strcmp(type, "MLKEMDecapsValidationTest") == 0 ||
        strcmp(type, "MLKEMDecapsTest") == 0)
        return mlkem_decaps_check(v, &c);
    return vectors_skip(v, "cases of type %s", type);
}

/* Keys stand in the group, or in the case. */
static struct bytes near_member(struct vectors *v, const struct test *t, const char *name)
{
    return vectors_member(v, json_object_get(t->test, name) ? t->test : t->group, name);
}

static enum verdict run_mldsa(struct vectors *v, const struct test *t)
{
    const char *type = json_text(t->group, "type");
    struct mldsa_case c = {
        .seed = near_member(v, t, "privateSeed"),
        .pk = near_member(v, t, "publicKey"),
        .sk = near_member(v, t, "privateKey"),
        .msg = vectors_member(v, t->test, "msg"),
        .context = vectors_member(v, t->test, "ctx"),
        .mu = vectors_member(v, t->test, "mu"),
        .random = vectors_member(v, t->test, "randomness"),
        .sig = vectors_member(v, t->test, "sig"),
    };

    /* Where there is a message, mu is what must come out of it. */
    if (c.msg.there && c.msg.len > 0)
        c.mu.there = 0;
    if (strcmp(type, "MlDsaVerify") == 0)
        return mldsa_verify_check(v, &c);
    if (strcmp(type, "MlDsaSign") == 0)
        return mldsa_sign_check(v, &c);
    return vectors_skip(v, "cases of type %s", type);
}

static const struct {
    const char *algorithm;
    enum verdict (*run)(struct vectors *v, const struct test *t);
    const char *other; /* the name that the function knows it by; NULL: the same */
} algorithms[] = {
    {"AES-GCM", run_aead, NULL},
    {"AES-CCM", run_aead, NULL},
    {"CHACHA20-POLY1305", run_aead, NULL},
    {"XCHACHA20-POLY1305", run_aead, NULL},
    {"AES-CMAC", run_mac, NULL},
    {"HMACSHA1", run_mac, NULL},
    {"HMACSHA256", run_mac, NULL},
    {"HMACSHA384", run_mac, NULL},
    {"HMACSHA512", run_mac, NULL},
    {"SipHash-2-4", run_mac, NULL},
    {"SipHashX-2-4", run_mac, NULL},
    {"SIPHASH-2-4", run_mac, "SipHash-2-4"},
    {"SIPHASHX-2-4", run_mac, "SipHashX-2-4"},
    {"KW", run_wrap, NULL},
    {"AES-WRAP", run_wrap, NULL},
    {"AES-KW", run_wrap, NULL},
    {"KWP", run_wrap, NULL},
    {"AES-KWP", run_wrap, NULL},
    {"HKDF-SHA-256", run_hkdf, NULL},
    {"HKDF-SHA-384", run_hkdf, NULL},
    {"HKDF-SHA-512", run_hkdf, NULL},
    {"XDH", run_xdh, NULL},
    {"X25519", run_xdh, NULL},
    {"EDDSA", run_eddsa, NULL},
    {"ECDSA", run_ecdsa, NULL},
    {"ECDH", run_ecdh, NULL},
    {"RSASSA-PKCS1-v1_5", run_rsa, NULL},
    {"RSASig", run_rsa, NULL},
    {"RSASSA-PSS", run_rsa, NULL},
    {"ML-KEM", run_mlkem, NULL},
    {"ML-KEM-768", run_mlkem, NULL},
    {"ML-DSA-65", run_mldsa, NULL},
};
#define ALGORITHMS (sizeof algorithms / sizeof algorithms[0])

static enum expectation expected(const json_t *test)
{
    const char *result = json_text(test, "result");

    return strcmp(result, "valid") == 0     ? EXPECT_VALID
           : strcmp(result, "invalid") == 0 ? EXPECT_INVALID
                                            : EXPECT_ACCEPTABLE;
}

void wycheproof_run(struct vectors *v, const json_t *root)
{
    const char *algorithm = json_text(root, "algorithm");
    const json_t *groups = json_object_get(root, "testGroups"), *group, *test;
    size_t known = 0, i, j;
    char id[32];

    while (known < ALGORITHMS && strcmp(algorithms[known].algorithm, algorithm) != 0)
        known++;
    json_array_foreach(groups, i, group)
    {
        const json_t *tests = json_object_get(group, "tests");
        if (known == ALGORITHMS) {
            vectors_skip_many(v, json_array_size(tests), "algorithm %s", algorithm);
            continue;
        }
        json_array_foreach(tests, j, test)
        {
            const struct test t = {algorithms[known].other ? algorithms[known].other : algorithm,
                                   group, test};
            snprintf(id, sizeof id, "%" PRId64, json_number(test, "tcId", 0));
            vectors_count(v, algorithms[known].run(v, &t), expected(test), id);
        }
    }
}
