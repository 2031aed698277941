/*
 * The suites of RFC 9380 for BLS12-381 (appendix J.9 and J.10) and expand_message_xmd with SHA-256
 * (K.1).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonzk/hash_to_curve.h>

#include "runners.h"

/*
 * "0x...": big-endian, of any length up to that of an element; the rest of a text after a comma is
 * not looked at
 */
static int element(struct nonzk_fp *out, const char *text)
{
    uint8_t bytes[NONZK_FP_LEN] = {0};
    size_t len = strncmp(text, "0x", 2) == 0 ? strcspn(text += 2, ",") : 0;

    if (len == 0 || len > 2 * sizeof bytes)
        return NONZK_E_INVALID;
    for (size_t i = 0; i < len; i++) {
        const char digit[2] = {text[len - 1 - i], 0};
        char *end;
        unsigned long value = strtoul(digit, &end, 16);
        if (*end)
            return NONZK_E_INVALID;
        bytes[sizeof bytes - 1 - i / 2] |= (uint8_t)(value << 4 * (i % 2));
    }
    return nonzk_fp_from_bytes(out, bytes);
}

static int element2(struct nonzk_fp2 *out, const char *text)
{
    const char *comma = strchr(text, ',');
    int result = comma ? element(&out->c0, text) : NONZK_E_INVALID;
    return result == 0 ? element(&out->c1, comma + 1) : result;
}

struct suite {
    const char *tag;
    int random_oracle;
};

static enum verdict g1_check(struct vectors *v, const struct suite *s, const json_t *test)
{
    const char *message = json_text(test, "msg");
    const json_t *point = json_object_get(test, "P");
    struct nonzk_g1_affine a, expected;
    struct nonzk_g1 p;
    int result;

    if (element(&expected.x, json_text(point, "x")) != 0 ||
        element(&expected.y, json_text(point, "y")) != 0)
        return vectors_skip(v, "the case has no point");
    if (s->random_oracle)
        result = nonzk_g1_hash(&p, message, strlen(message), s->tag, strlen(s->tag));
    else
        result = nonzk_g1_encode(&p, message, strlen(message), s->tag, strlen(s->tag));
    if (result != 0)
        return VERDICT_REFUSED;
    nonzk_g1_to_affine(&a, &p);
    return vectors_compare(&a, &expected, sizeof a);
}

static enum verdict g2_check(struct vectors *v, const struct suite *s, const json_t *test)
{
    const char *message = json_text(test, "msg");
    const json_t *point = json_object_get(test, "P");
    struct nonzk_g2_affine a, expected;
    struct nonzk_g2 p;
    int result;

    if (element2(&expected.x, json_text(point, "x")) != 0 ||
        element2(&expected.y, json_text(point, "y")) != 0)
        return vectors_skip(v, "the case has no point");
    if (s->random_oracle)
        result = nonzk_g2_hash(&p, message, strlen(message), s->tag, strlen(s->tag));
    else
        result = nonzk_g2_encode(&p, message, strlen(message), s->tag, strlen(s->tag));
    if (result != 0)
        return VERDICT_REFUSED;
    nonzk_g2_to_affine(&a, &p);
    return vectors_compare(&a, &expected, sizeof a);
}

static enum verdict expand_check(struct vectors *v, const char *tag, const json_t *test)
{
    const char *message = json_text(test, "msg");
    struct bytes expected = vectors_member(v, test, "uniform_bytes");

    if (!expected.there || strtoul(json_text(test, "len_in_bytes"), NULL, 0) != expected.len)
        return vectors_skip(v, "the case has not the bytes that it speaks of");
    uint8_t *out = vectors_memory(v, expected.len);
    if (nonzk_expand_message_xmd(out, expected.len, message, strlen(message), tag, strlen(tag)) !=
        0)
        return VERDICT_REFUSED;
    return vectors_equal(expected, out, expected.len);
}

static void count(struct vectors *v, enum verdict verdict, size_t i)
{
    char id[24];

    snprintf(id, sizeof id, "%zu", i);
    vectors_count(v, verdict, EXPECT_VALID, id);
}

static int expand_run(struct vectors *v, const json_t *root)
{
    const json_t *tests = json_object_get(root, "tests"), *test;
    const char *name = json_text(root, "name"), *hash = json_text(root, "hash");
    size_t i;

    if (strcmp(name, "expand_message_xmd") != 0 || strcmp(hash, "SHA256") != 0) {
        vectors_skip_many(v, json_array_size(tests), "%s with %s", name, hash);
        return 0;
    }
    json_array_foreach(tests, i, test)
    {
        count(v, expand_check(v, json_text(root, "DST"), test), i);
    }
    return 0;
}

int rfc9380_run(struct vectors *v, const json_t *root)
{
    const char *name = json_text(root, "ciphersuite");
    const json_t *tests = json_object_get(root, "vectors"), *test;
    const struct suite suite = {json_text(root, "dst"),
                                json_is_true(json_object_get(root, "randomOracle"))};
    size_t i;

    if (json_is_array(json_object_get(root, "tests")) && json_object_get(root, "DST"))
        return expand_run(v, root);
    if (!json_is_array(tests) || !*name)
        return -1;
    int g1 = strncmp(name, "BLS12381G1_XMD:SHA-256_SSWU_", 28) == 0;
    if (!g1 && strncmp(name, "BLS12381G2_XMD:SHA-256_SSWU_", 28) != 0) {
        vectors_skip_many(v, json_array_size(tests), "suite %s", name);
        return 0;
    }
    json_array_foreach(tests, i, test)
    {
        count(v, (g1 ? g1_check : g2_check)(v, &suite, test), i);
    }
    return 0;
}
