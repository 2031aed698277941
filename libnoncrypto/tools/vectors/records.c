/* Records of text files, each kind of which is known by its fields. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <noncrypto/aead.h>
#include <noncrypto/argon2.h>
#include <noncrypto/mlkem768.h>
#include <noncrypto/p256.h>
#include <noncrypto/p384.h>

#include "text.h"

static void count(struct vectors *v, const struct text *text, enum verdict verdict,
                  enum expectation expected)
{
    char id[32];

    snprintf(id, sizeof id, "%u (to line %u)", text->record, text->line);
    vectors_count(v, verdict, expected, id);
}

/* NIST's and BoringSSL's: KEY, NONCE, IN, AD, CT, TAG. */
static int run_boring_aead(struct vectors *v, const struct text *text)
{
    struct aead_case c = {
        .key = text_bytes(v, text, "KEY"),
        .iv = text_bytes(v, text, "NONCE"),
        .aad = text_bytes(v, text, "AD"),
        .msg = text_bytes(v, text, "IN"),
        .ct = text_bytes(v, text, "CT"),
        .tag = text_bytes(v, text, "TAG"),
    };
    int fails = text_field(text, "FAILS") != NULL;
    enum verdict verdict;

    if (c.key.len != 32)
        verdict = vectors_skip(v, "a cipher with a key of %u bytes", (unsigned)c.key.len);
    else if (c.tag.len < NONCRYPTO_CHACHA20_POLY1305_TAG_LEN)
        verdict = vectors_skip(v, "ChaCha20-Poly1305 with a tag of fewer than 16 bytes");
    else
        verdict = aead_check(v, c.iv.len == 24 ? "XCHACHA20-POLY1305" : "CHACHA20-POLY1305", &c);
    count(v, text, verdict, fails ? EXPECT_INVALID : EXPECT_VALID);
    return 1;
}

static int run_gcm(struct vectors *v, const struct text *text)
{
    struct aead_case c = {
        .key = text_bytes(v, text, "Key"),
        .iv = text_bytes(v, text, "IV"),
        .aad = text_bytes(v, text, "AAD"),
        .msg = text_bytes(v, text, "PT"),
        .ct = text_bytes(v, text, "CT"),
        .tag = text_bytes(v, text, "Tag"),
    };

    count(v, text, aead_check(v, "AES-GCM", &c),
          text_field(text, "FAIL") ? EXPECT_INVALID : EXPECT_VALID);
    return 1;
}

static int run_mac(struct vectors *v, const struct text *text)
{
    static const struct {
        int64_t len;
        const char *name;
    } hmacs[] = {{20, "HMACSHA1"}, {32, "HMACSHA256"}, {48, "HMACSHA384"}, {64, "HMACSHA512"}};
    const char *section = text_section(text, "L"), *result = text_field(text, "Result");
    const char *name = section ? NULL : "AES-CMAC";
    struct bytes msg = text_bytes(v, text, "Msg");
    enum verdict verdict;

    for (size_t i = 0; i < 4 && section; i++)
        if (strtoll(section, NULL, 10) == hmacs[i].len)
            name = hmacs[i].name;
    if (text_number(text, "Mlen", 1) == 0)
        msg.len = 0;
    if (!name)
        verdict = vectors_skip(v, "HMAC with a hash of %s bytes", section);
    else
        verdict = mac_check(v, name, text_bytes(v, text, "Key"), msg, text_bytes(v, text, "Mac"));
    count(v, text, verdict, result && result[0] == 'F' ? EXPECT_INVALID : EXPECT_VALID);
    return 1;
}

static int run_wrap(struct vectors *v, const struct text *text)
{
    int padded = strstr(v->name, "KWP") != NULL;
    enum verdict verdict = strstr(v->name, "_inv")
                               ? vectors_skip(v, "key wrap with the inverse cipher")
                               : wrap_check(v, padded, text_bytes(v, text, "K"),
                                            text_bytes(v, text, "P"), text_bytes(v, text, "C"));

    count(v, text, verdict, text_field(text, "FAIL") ? EXPECT_INVALID : EXPECT_VALID);
    return 1;
}

/* Two numbers as they stand in keys and signatures, behind `head` bytes; `*len` is one number's. Empty if one is longer. */
static struct bytes join(struct vectors *v, size_t head, struct bytes a, struct bytes b, size_t len)
{
    struct bytes out = {vectors_memory(v, head + 2 * len), head + 2 * len, 1};

    if (a.len > len || b.len > len)
        return (struct bytes){out.data, 0, 0};
    memcpy(out.data + head + len - a.len, a.data, a.len);
    memcpy(out.data + head + 2 * len - b.len, b.data, b.len);
    return out;
}

/* CAVP SigVer: sections "[P-256,SHA-256]". */
static int run_ecdsa(struct vectors *v, const struct text *text)
{
    const char *section = text->nsections > 0 ? text->sections[text->nsections - 1].name : "";
    const char *comma = strchr(section, ','), *result = text_field(text, "Result");
    size_t len = strncmp(section, "P-384", 5) == 0 ? 48 : 32;
    char curve[16];
    enum verdict verdict;

    snprintf(curve, sizeof curve, "%.*s", comma ? (int)(comma - section) : 0, section);
    if (strcmp(curve, "P-256") != 0 && strcmp(curve, "P-384") != 0) {
        verdict = vectors_skip(v, "curve %s", curve);
    } else {
        struct bytes key = join(v, 1, text_bytes(v, text, "Qx"), text_bytes(v, text, "Qy"), len);
        struct bytes sig = join(v, 0, text_bytes(v, text, "R"), text_bytes(v, text, "S"), len);
        key.data[0] = 4;
        verdict = ecdsa_check(v, curve, comma + 1, key, text_bytes(v, text, "Msg"), sig, 0);
    }
    count(v, text, verdict, result && result[0] == 'P' ? EXPECT_VALID : EXPECT_INVALID);
    return 1;
}

/* BoringSSL's, of digests. */
static int run_ecdsa_digest(struct vectors *v, const struct text *text)
{
    const char *curve = text_field(text, "Curve");
    int p384 = strcmp(curve, "P-384") == 0;
    size_t len = p384 ? 48 : 32;
    struct bytes digest = text_bytes(v, text, "Digest");
    enum verdict verdict;

    if (!p384 && strcmp(curve, "P-256") != 0) {
        verdict = vectors_skip(v, "curve %s", curve);
    } else {
        struct bytes key = join(v, 1, text_bytes(v, text, "X"), text_bytes(v, text, "Y"), len);
        struct bytes sig = join(v, 0, text_bytes(v, text, "R"), text_bytes(v, text, "S"), len);
        key.data[0] = 4;
        int result =
            !sig.there ? -1
            : p384
                ? noncrypto_p384_ecdsa_verify(key.data, key.len, digest.data, digest.len, sig.data)
                : noncrypto_p256_ecdsa_verify(key.data, key.len, digest.data, digest.len, sig.data);
        verdict = result == 0 ? VERDICT_ACCEPTED : VERDICT_REFUSED;
    }
    count(v, text, verdict, text_field(text, "Invalid") ? EXPECT_INVALID : EXPECT_VALID);
    return 1;
}

/* ML-DSA-65 as mldsa-native writes it, of ACVP: keygen_, siggen_ and sigver_ fields; the messages are those of Sign_internal. */
static int run_mldsa(struct vectors *v, const struct text *text)
{
    struct mldsa_case c = {.internal = 1};
    const char *result = text_field(text, "sigver_result");
    enum verdict verdict;

    if (text_field(text, "keygen_seed")) {
        c.seed = text_bytes(v, text, "keygen_seed");
        c.pk = text_bytes(v, text, "keygen_pk");
        c.sk = text_bytes(v, text, "keygen_sk");
        verdict = mldsa_keygen_check(v, &c);
    } else if (result) {
        c.pk = text_bytes(v, text, "sigver_pk");
        c.mu = text_bytes(v, text, "sigver_mu");
        c.msg = text_bytes(v, text, "sigver_msg");
        c.sig = text_bytes(v, text, "sigver_sig");
        verdict = mldsa_verify_check(v, &c);
    } else {
        c.sk = text_bytes(v, text, "siggen_sk");
        c.mu = text_bytes(v, text, "siggen_mu");
        c.msg = text_bytes(v, text, "siggen_msg");
        c.random = text_bytes(v, text, "siggen_rnd");
        c.sig = text_bytes(v, text, "siggen_sig");
        verdict = mldsa_sign_check(v, &c);
    }
    count(v, text, verdict, result && strcmp(result, "True") != 0 ? EXPECT_INVALID : EXPECT_VALID);
    return 1;
}

/* C2SP CCTV: d, z, ek, dk, m, K, c; or dk, c and K alone. */
static int run_mlkem(struct vectors *v, const struct text *text)
{
    struct bytes d = text_bytes(v, text, "d"), z = text_bytes(v, text, "z");
    struct mlkem_case c = {
        .ek = text_bytes(v, text, "ek"),
        .dk = text_bytes(v, text, "dk"),
        .m = text_bytes(v, text, "m"),
        .c = text_bytes(v, text, "c"),
        .k = text_bytes(v, text, "K"),
    };

    if (c.dk.len != NONCRYPTO_MLKEM768_DECAPS_KEY_LEN) {
        count(v, text, vectors_skip(v, "ML-KEM with another parameter set"), EXPECT_VALID);
        return 1;
    }
    if (d.there && z.there) {
        struct mlkem_case keys = c;
        keys.seed = (struct bytes){vectors_memory(v, d.len + z.len), d.len + z.len, 1};
        memcpy(keys.seed.data, d.data, d.len);
        memcpy(keys.seed.data + d.len, z.data, z.len);
        count(v, text, mlkem_keygen_check(v, &keys), EXPECT_VALID);
        c = (struct mlkem_case){
            .ek = text_bytes(v, text, "ek"),
            .dk = text_bytes(v, text, "dk"),
            .m = text_bytes(v, text, "m"),
            .c = text_bytes(v, text, "c"),
            .k = text_bytes(v, text, "K"),
        };
    }
    enum verdict verdict = c.m.there && c.ek.there ? mlkem_encaps_check(v, &c) : VERDICT_ACCEPTED;
    if (verdict == VERDICT_ACCEPTED)
        verdict = mlkem_decaps_check(v, &c);
    count(v, text, verdict, EXPECT_VALID);
    return 1;
}

/* Runs one record; 0 if it is none that is known. */
static int run_record(struct vectors *v, struct text *text)
{
    if (text_field(text, "KEY") && text_field(text, "NONCE"))
        return run_boring_aead(v, text);
    if (text_field(text, "Key") && text_field(text, "IV") && text_field(text, "Tag"))
        return run_gcm(v, text);
    if (text_field(text, "Key") && text_field(text, "Mac"))
        return run_mac(v, text);
    if (text_field(text, "K") && text_field(text, "C") &&
        (text_field(text, "P") || text_field(text, "FAIL")))
        return run_wrap(v, text);
    if (text_field(text, "Qx") && text_field(text, "R"))
        return run_ecdsa(v, text);
    if (text_field(text, "Digest") && text_field(text, "Curve"))
        return run_ecdsa_digest(v, text);
    if (text_field(text, "keygen_seed") || text_field(text, "siggen_sk") ||
        text_field(text, "sigver_pk"))
        return run_mldsa(v, text);
    if (text_field(text, "dk") && text_field(text, "c") && text_field(text, "K"))
        return run_mlkem(v, text);
    return text_hash_record(v, text);
}

/* A file of nothing but public keys of ML-KEM, each with a coefficient that is too large (C2SP CCTV, "modulus"). */
static int run_moduli(struct vectors *v, char *text)
{
    char id[32];
    unsigned line = 0;
    size_t first = strcspn(text, "\r\n");

    if (first < 1600 || strspn(text, "0123456789abcdefABCDEF") != first)
        return -1;
    for (char *hex = strtok(text, "\r\n"); hex; hex = strtok(NULL, "\r\n")) {
        struct bytes ek = vectors_unhex(v, hex);
        snprintf(id, sizeof id, "%u", ++line);
        if (ek.len != NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN)
            vectors_count(v, vectors_skip(v, "ML-KEM with another parameter set"), EXPECT_INVALID,
                          id);
        else
            vectors_count(v,
                          noncrypto_mlkem768_check_encaps_key(ek.data, ek.len) == 0
                              ? VERDICT_ACCEPTED
                              : VERDICT_REFUSED,
                          EXPECT_INVALID, id);
    }
    return 0;
}

/* The bytes behind "NAME[n]: " or "NAME: " in the known answers of the Argon2 reference code. */
static struct bytes argon2_bytes(struct vectors *v, const char *text, const char *name)
{
    const char *line = strstr(text, name), *p = line ? strchr(line, ':') : NULL;
    struct bytes b = {vectors_memory(v, 64), 0, p != NULL};
    unsigned byte;

    while (p && *++p == ' ' && b.len < 64 && isxdigit((unsigned char)p[1]) &&
           sscanf(p, "%2x", &byte) == 1) {
        b.data[b.len++] = (uint8_t)byte;
        p += 2;
    }
    return b;
}

static int run_argon2(struct vectors *v, const char *text)
{
    static const char *const names[] = {"Argon2d ", "Argon2i ", "Argon2id "};
    struct noncrypto_argon2_params params;
    unsigned memory_kib, passes, lanes;
    int type = -1;

    for (int i = 0; i < 3; i++)
        if (strstr(text, names[i]))
            type = i;
    const char *line = strstr(text, "Memory: ");
    if (type < 0 || !line || !strstr(text, "version number 19") ||
        sscanf(line, "Memory: %u KiB, Iterations: %u, Parallelism: %u", &memory_kib, &passes,
               &lanes) != 3)
        return -1;
    params = (struct noncrypto_argon2_params){(enum noncrypto_argon2_type)type, memory_kib, passes,
                                              lanes};
    struct bytes password = argon2_bytes(v, text, "Password["),
                 salt = argon2_bytes(v, text, "Salt["), secret = argon2_bytes(v, text, "Secret["),
                 ad = argon2_bytes(v, text, "Associated data["),
                 tag = argon2_bytes(v, text, "\nTag: ");
    const struct noncrypto_argon2_input input = {password.data, password.len, salt.data, salt.len,
                                                 secret.data,   secret.len,   ad.data,   ad.len};
    size_t size = memory_kib <= 1 << 20 ? noncrypto_argon2_memory_size(&params) : 0;
    uint8_t *out = vectors_memory(v, tag.len), *memory = vectors_memory(v, size);
    if (size == 0 || noncrypto_argon2(out, tag.len, &params, &input, memory, size, NULL) != 0)
        vectors_count(v, VERDICT_REFUSED, EXPECT_VALID, "1");
    else
        vectors_count(v, vectors_equal(tag, out, tag.len), EXPECT_VALID, "1");
    return 0;
}

int text_run(struct vectors *v, char *all)
{
    struct text text = {.rest = all};
    unsigned known = 0, unknown = 0;

    if (run_argon2(v, all) == 0 || run_moduli(v, all) == 0)
        return 0;
    while (text_next(&text)) {
        if (run_record(v, &text))
            known++;
        else
            unknown++;
    }
    if (known > 0)
        vectors_skip_many(v, unknown, "records of no kind that is known");
    return known > 0 ? 0 : -1;
}
