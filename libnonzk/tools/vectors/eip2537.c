/*
 * Precompiles of EIP-2537: arrays of {"Input", "Expected" or "ExpectedError", "Name"}. The
 * operation is in the file's name.
 */
#include "eip2537.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <nonzk/pairing.h>

#include "runners.h"

int eip2537_element(struct nonzk_fp *out, const uint8_t in[64])
{
    static const uint8_t zeros[16];

    if (memcmp(in, zeros, sizeof zeros) != 0)
        return NONZK_E_ENCODING;
    return nonzk_fp_from_bytes(out, in + sizeof zeros);
}

static enum verdict pairing(struct vectors *v, struct bytes in, struct bytes expected)
{
    const size_t each = EIP2537_G1_LEN + EIP2537_G2_LEN, n = in.len / each;
    uint8_t out[32] = {0};

    if (n == 0 || in.len % each != 0)
        return VERDICT_REFUSED;
    struct nonzk_g1_affine *p = vectors_memory(v, n * sizeof *p);
    struct nonzk_g2_affine *q = vectors_memory(v, n * sizeof *q);
    struct nonzk_pair *pairs = vectors_memory(v, n * sizeof *pairs);
    for (size_t i = 0; i < n; i++) {
        if (decode_g1_run(&p[i], in.data + i * each) != 0 ||
            decode_g2_run(&q[i], in.data + i * each + EIP2537_G1_LEN) != 0)
            return VERDICT_REFUSED;
        pairs[i] = (struct nonzk_pair){&p[i], &q[i], NULL};
    }
    out[31] = (uint8_t)nonzk_pairing_product_is_one(pairs, n);
    return expected.there ? vectors_equal(expected, out, sizeof out) : VERDICT_ACCEPTED;
}

/* Words of a name in lower case; the first line that fits says the operation. */
static const struct {
    const char *operation, *group;
    eip2537_operation *run;
} operations[] = {
    {"pairing", "", pairing},  {"map", "fp2", map_g2_run},     {"map", "g2", map_g2_run},
    {"map", "fp", map_g1_run}, {"map", "g1", map_g1_run},      {"msm", "g2", msm_g2_run},
    {"msm", "g1", msm_g1_run}, {"multiexp", "g2", msm_g2_run}, {"multiexp", "g1", msm_g1_run},
    {"mul", "g2", mul_g2_run}, {"mul", "g1", mul_g1_run},      {"add", "g2", add_g2_run},
    {"add", "g1", add_g1_run},
};

static eip2537_operation *find_operation(const char *name)
{
    char lower[128] = "";

    for (size_t i = 0; name[i] && i < sizeof lower - 1; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strstr(lower, operations[i].operation) && strstr(lower, operations[i].group))
            return operations[i].run;
    return NULL;
}

int eip2537_run(struct vectors *v, const json_t *root)
{
    const char *slash = strrchr(v->name, '/');
    eip2537_operation *file = find_operation(slash ? slash + 1 : v->name);
    const json_t *test;
    size_t i;

    if (!json_object_get(json_array_get(root, 0), "Input"))
        return -1;
    json_array_foreach(root, i, test)
    {
        const char *id = json_text(test, "Name");
        eip2537_operation *run = file ? file : find_operation(id);
        struct bytes in = vectors_member(v, test, "Input");
        struct bytes expected = vectors_member(v, test, "Expected");
        int must_fail = json_object_get(test, "ExpectedError") != NULL;
        enum verdict verdict = VERDICT_DIFFERENT;
        if (!run)
            verdict = vectors_skip(v, "neither file nor case tells of an operation");
        else if (!in.there || expected.there == must_fail)
            verdict = vectors_skip(v, "the case has no input, or not one answer");
        else
            verdict = run(v, in, expected);
        vectors_count(v, verdict, must_fail ? EXPECT_INVALID : EXPECT_VALID, id);
    }
    return 0;
}
