/*
 * NIST's ACVP files: prompts with the file of answers beside them, or both in one (internalProjection). The case and the answer
 * have the same tcId.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../digest.h"
#include "vectors.h"

struct test {
    const char *algorithm, *mode;
    const json_t *group, *test, *answer; /* `answer` is `test` where they are one */
};

/* A member of the case, or else of its group. */
static struct bytes question(struct vectors *v, const struct test *t, const char *name)
{
    return vectors_member(v, json_object_get(t->test, name) ? t->test : t->group, name);
}

static struct bytes answer(struct vectors *v, const struct test *t, const char *name)
{
    return vectors_member(v, t->answer, name);
}

/* For cases whose answer is that they pass or not. */
static enum verdict passes(const struct test *t, enum verdict verdict)
{
    if (verdict == VERDICT_SKIPPED)
        return verdict;
    const json_t *passed = json_object_get(t->answer, "testPassed");
    return json_is_true(passed) == (verdict == VERDICT_ACCEPTED) ? VERDICT_ACCEPTED
                                                                 : VERDICT_DIFFERENT;
}

static enum verdict run_mlkem(struct vectors *v, const struct test *t)
{
    const char *set = json_text(t->group, "parameterSet"),
               *function = json_text(t->group, "function");
    struct mlkem_case c = {.m = question(v, t, "m")};
    struct bytes d = question(v, t, "d"), z = question(v, t, "z");

    if (strcmp(set, "ML-KEM-768") != 0)
        return vectors_skip(v, "parameter set %s", set);
    if (strcmp(t->mode, "keyGen") == 0) {
        c.ek = answer(v, t, "ek");
        c.dk = answer(v, t, "dk");
        c.seed = (struct bytes){vectors_memory(v, d.len + z.len), d.len + z.len, 1};
        memcpy(c.seed.data, d.data, d.len);
        memcpy(c.seed.data + d.len, z.data, z.len);
        return mlkem_keygen_check(v, &c);
    }
    c.ek = question(v, t, "ek");
    c.dk = question(v, t, "dk");
    c.k = answer(v, t, "k");
    if (strcmp(function, "encapsulation") == 0) {
        c.c = answer(v, t, "c");
        return mlkem_encaps_check(v, &c);
    }
    c.c = question(v, t, "c");
    if (strcmp(function, "decapsulation") == 0)
        return mlkem_decaps_check(v, &c);
    /* A key that passes is one with which the operation works. */
    if (strcmp(function, "encapsulationKeyCheck") == 0) {
        c.m = (struct bytes){vectors_memory(v, 32), 32, 1};
        c.c.there = c.k.there = 0;
        return passes(t, mlkem_encaps_check(v, &c));
    }
    if (strcmp(function, "decapsulationKeyCheck") == 0) {
        c.c = (struct bytes){vectors_memory(v, 1088), 1088, 1};
        c.k.there = 0;
        return passes(t, mlkem_decaps_check(v, &c));
    }
    return vectors_skip(v, "function %s", function);
}

static enum verdict run_mldsa(struct vectors *v, const struct test *t)
{
    const char *set = json_text(t->group, "parameterSet");
    int is_verify = strcmp(t->mode, "sigVer") == 0;
    struct mldsa_case c = {
        .seed = question(v, t, "seed"),
        .pk = is_verify ? question(v, t, "pk") : answer(v, t, "pk"),
        .sk = question(v, t, "sk"),
        .msg = question(v, t, "message"),
        .context = question(v, t, "context"),
        .mu = question(v, t, "mu"),
        .random = question(v, t, "rnd"),
        .sig = is_verify ? question(v, t, "signature") : answer(v, t, "signature"),
        .internal = strcmp(json_text(t->group, "signatureInterface"), "internal") == 0,
    };

    if (strcmp(set, "ML-DSA-65") != 0)
        return vectors_skip(v, "parameter set %s", set);
    if (strcmp(json_text(t->group, "preHash"), "preHash") == 0)
        c.prehash = json_text(t->test, "hashAlg");
    if (json_is_true(json_object_get(t->group, "deterministic")))
        c.random.there = 0;
    if (strcmp(t->mode, "keyGen") == 0) {
        c.sk = answer(v, t, "sk");
        return mldsa_keygen_check(v, &c);
    }
    if (strcmp(t->mode, "sigGen") == 0)
        return mldsa_sign_check(v, &c);
    return is_verify ? passes(t, mldsa_verify_check(v, &c)) : vectors_skip(v, "mode %s", t->mode);
}

static enum verdict run_digest(struct vectors *v, const struct test *t)
{
    const struct digest_algorithm *algorithm = vectors_digest(t->algorithm);
    const char *type = json_text(t->group, "testType");
    struct bytes msg = question(v, t, "msg"), md = answer(v, t, "md");
    int64_t bits = json_number(t->test, "len", (int64_t)msg.len * 8);
    int64_t out_bits = json_number(t->answer, "outLen", json_number(t->test, "outLen", 0));
    struct digest digest;

    if (strcmp(type, "AFT") != 0 && strcmp(type, "VOT") != 0)
        return vectors_skip(v, "cases of type %s", type);
    if (bits % 8 != 0 || out_bits % 8 != 0 || bits < 0 || (uint64_t)bits / 8 > msg.len)
        return vectors_skip(v, "messages and outputs that are no whole bytes");
    size_t len = algorithm->extendable && out_bits > 0 ? (size_t)out_bits / 8 : algorithm->len;
    uint8_t *out = vectors_memory(v, len);
    digest_init(&digest, algorithm);
    digest_update(&digest, msg.data, (size_t)bits / 8);
    digest_final(&digest, out, len);
    return vectors_equal(md, out, len);
}

static enum verdict run_mac(struct vectors *v, const struct test *t)
{
    static const char *const names[][2] = {{"HMAC-SHA-1", "HMACSHA1"},
                                           {"HMAC-SHA2-256", "HMACSHA256"},
                                           {"HMAC-SHA2-384", "HMACSHA384"},
                                           {"HMAC-SHA2-512", "HMACSHA512"},
                                           {"CMAC-AES", "AES-CMAC"}};
    const char *name = "";
    int verify = strcmp(json_text(t->group, "direction"), "ver") == 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], t->algorithm) == 0)
            name = names[i][1];
    struct bytes key = question(v, t, "key");
    struct bytes msg = question(v, t, json_object_get(t->test, "msg") ? "msg" : "message");
    struct bytes tag = verify ? question(v, t, "mac") : answer(v, t, "mac");
    int64_t mac_bits = json_number(t->group, "macLen", (int64_t)tag.len * 8);
    if (mac_bits % 8 != 0 || json_number(t->group, "msgLen", 0) % 8 != 0)
        return vectors_skip(v, "messages and tags that are no whole bytes");
    enum verdict verdict = mac_check(v, name, key, msg, tag);
    return verify ? passes(t, verdict) : verdict;
}

/* The ciphertext of a case with its tag behind it, where the file writes it so. */
static void split_tag(struct aead_case *c, size_t tag_len)
{
    if (c->tag.there || c->ct.len < tag_len)
        return;
    c->tag = (struct bytes){c->ct.data + c->ct.len - tag_len, tag_len, 1};
    c->ct.len -= tag_len;
}

static enum verdict run_aead(struct vectors *v, const struct test *t)
{
    int decrypt = strcmp(json_text(t->group, "direction"), "decrypt") == 0;
    const char *name = strstr(t->algorithm, "GCM") ? "AES-GCM" : "AES-CCM";
    const struct test swapped = {t->algorithm, t->mode, t->group, t->answer, t->test};
    const struct test *in = decrypt ? t : &swapped, *out = decrypt ? &swapped : t;
    struct aead_case c = {
        .key = question(v, t, "key"),
        .iv = question(v, json_object_get(t->test, "iv") ? t : &swapped, "iv"),
        .aad = question(v, t, "aad"),
        .msg = vectors_member(v, out->test, "pt"),
        .ct = vectors_member(v, in->test, "ct"),
        .tag = vectors_member(v, in->test, "tag"),
    };
    int64_t tag_bits = json_number(t->group, "tagLen", 128);

    if (strstr(t->algorithm, "SIV") || strstr(t->algorithm, "XPN"))
        return vectors_skip(v, "algorithm %s", t->algorithm);
    if (json_number(t->group, "payloadLen", 0) % 8 != 0 ||
        json_number(t->group, "aadLen", 0) % 8 != 0)
        return vectors_skip(v, "messages that are no whole bytes");
    split_tag(&c, (size_t)tag_bits / 8);
    enum verdict verdict = aead_check(v, name, &c);
    return decrypt && json_object_get(t->answer, "testPassed") ? passes(t, verdict) : verdict;
}

static enum verdict run_wrap(struct vectors *v, const struct test *t)
{
    int decrypt = strcmp(json_text(t->group, "direction"), "decrypt") == 0;
    const json_t *pt = decrypt ? t->answer : t->test, *ct = decrypt ? t->test : t->answer;

    if (strcmp(json_text(t->group, "kwCipher"), "inverse") == 0)
        return vectors_skip(v, "key wrap with the inverse cipher");
    if (json_number(t->group, "payloadLen", 0) % 8 != 0)
        return vectors_skip(v, "messages that are no whole bytes");
    enum verdict verdict =
        wrap_check(v, strcmp(t->algorithm, "ACVP-AES-KWP") == 0, question(v, t, "key"),
                   vectors_member(v, pt, "pt"), vectors_member(v, ct, "ct"));
    return decrypt && json_object_get(t->answer, "testPassed") ? passes(t, verdict) : verdict;
}

/* Two numbers of `len` bytes one after the other, behind `head` bytes of room; zeros in front are added where they lack. */
static struct bytes join(struct vectors *v, size_t head, struct bytes a, struct bytes b, size_t len)
{
    struct bytes out = {vectors_memory(v, head + 2 * len), head + 2 * len, 1};

    if (a.len > len || b.len > len)
        return (struct bytes){out.data, 0, 0};
    memcpy(out.data + head + len - a.len, a.data, a.len);
    memcpy(out.data + head + 2 * len - b.len, b.data, b.len);
    return out;
}

static enum verdict run_ecdsa(struct vectors *v, const struct test *t)
{
    const char *curve = json_text(t->group, "curve");
    size_t len = strcmp(curve, "P-384") == 0 ? 48 : 32;
    struct bytes key = join(v, 1, question(v, t, "qx"), question(v, t, "qy"), len);
    struct bytes sig = join(v, 0, question(v, t, "r"), question(v, t, "s"), len);

    if (strcmp(t->mode, "sigVer") != 0)
        return vectors_skip(v, "mode %s", t->mode);
    key.data[0] = 4;
    return passes(t, ecdsa_check(v, curve, json_text(t->group, "hashAlg"), key,
                                 question(v, t, "message"), sig, 0));
}

static enum verdict run_eddsa(struct vectors *v, const struct test *t)
{
    if (strcmp(json_text(t->group, "curve"), "ED-25519") != 0 || strcmp(t->mode, "sigVer") != 0)
        return vectors_skip(v, "curve %s, mode %s", json_text(t->group, "curve"), t->mode);
    if (json_is_true(json_object_get(t->group, "preHash")))
        return vectors_skip(v, "Ed25519ph");
    return passes(t, eddsa_check(v, question(v, t, "q"), question(v, t, "message"),
                                 question(v, t, "signature")));
}

static enum verdict run_rsa(struct vectors *v, const struct test *t)
{
    const char *type = json_text(t->group, "sigType");
    int pss = strcmp(type, "pss") == 0;

    if (strcmp(t->mode, "sigVer") != 0 || (!pss && strcmp(type, "pkcs1v1.5") != 0))
        return vectors_skip(v, "mode %s, signatures of type %s", t->mode, type);
    if (pss && strncmp(json_text(t->group, "maskFunction"), "shake", 5) == 0)
        return vectors_skip(v, "mask of %s", json_text(t->group, "maskFunction"));
    return passes(t, rsa_check(v, pss ? RSA_PSS : RSA_PKCS1, json_text(t->group, "hashAlg"),
                               json_number(t->group, "saltLen", -1), question(v, t, "n"),
                               question(v, t, "e"), question(v, t, "message"),
                               question(v, t, "signature")));
}

static const struct {
    const char *algorithm;
    enum verdict (*run)(struct vectors *v, const struct test *t);
} algorithms[] = {
    {"ML-KEM", run_mlkem},      {"ML-DSA", run_mldsa},      {"SHA-1", run_digest},
    {"SHA2-256", run_digest},   {"SHA2-384", run_digest},   {"SHA2-512", run_digest},
    {"SHA3-256", run_digest},   {"SHA3-384", run_digest},   {"SHA3-512", run_digest},
    {"SHAKE-128", run_digest},  {"SHAKE-256", run_digest},  {"HMAC-SHA-1", run_mac},
    {"HMAC-SHA2-256", run_mac}, {"HMAC-SHA2-384", run_mac}, {"HMAC-SHA2-512", run_mac},
    {"CMAC-AES", run_mac},      {"ACVP-AES-GCM", run_aead}, {"ACVP-AES-CCM", run_aead},
    {"ACVP-AES-KW", run_wrap},  {"ACVP-AES-KWP", run_wrap}, {"ECDSA", run_ecdsa},
    {"EDDSA", run_eddsa},       {"RSA", run_rsa},
};
#define ALGORITHMS (sizeof algorithms / sizeof algorithms[0])

/* The object with this number in an array; NULL if there is none. `hint` is where it most likely is. */
static const json_t *find(const json_t *array, const char *name, int64_t number, size_t hint)
{
    const json_t *object = json_array_get(array, hint);
    size_t i;

    if (json_number(object, name, -1) == number)
        return object;
    json_array_foreach(array, i, object)
    {
        if (json_number(object, name, -1) == number)
            return object;
    }
    return NULL;
}

static void run_group(struct vectors *v, struct test *t, size_t known, const json_t *answers)
{
    const json_t *tests = json_object_get(t->group, "tests"), *test;
    char id[32];
    size_t i;

    json_array_foreach(tests, i, test)
    {
        int64_t number = json_number(test, "tcId", -1);
        t->test = test;
        t->answer = answers ? find(answers, "tcId", number, i) : test;
        snprintf(id, sizeof id, "%" PRId64, number);
        if (t->answer)
            vectors_count(v, algorithms[known].run(v, t), EXPECT_VALID, id);
        else
            vectors_skip_many(v, 1, "there is no answer");
    }
}

void acvp_run(struct vectors *v, const json_t *prompts, const json_t *expected)
{
    struct test t = {.algorithm = json_text(prompts, "algorithm"),
                     .mode = json_text(prompts, "mode")};
    const json_t *groups = json_object_get(prompts, "testGroups"), *group;
    size_t known = 0, i;

    while (known < ALGORITHMS && strcmp(algorithms[known].algorithm, t.algorithm) != 0)
        known++;
    json_array_foreach(groups, i, group)
    {
        const json_t *answers = NULL;
        if (known == ALGORITHMS) {
            vectors_skip_many(v, json_array_size(json_object_get(group, "tests")), "algorithm %s",
                              t.algorithm);
            continue;
        }
        t.group = group;
        if (expected) {
            answers = json_object_get(find(json_object_get(expected, "testGroups"), "tgId",
                                           json_number(group, "tgId", -1), i),
                                      "tests");
            if (!answers) {
                vectors_skip_many(v, json_array_size(json_object_get(group, "tests")),
                                  "there is no answer");
                continue;
            }
        }
        run_group(v, &t, known, answers);
    }
}
