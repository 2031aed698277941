/* Vectors of hash functions: NIST's CAVP files and those of BLAKE3. */
#include <stdio.h>
#include <string.h>

#include "../digest.h"
#include "text.h"

#define MONTE_ROUNDS 1000

static void hash(const struct digest_algorithm *algorithm, uint8_t *out, size_t out_len,
                 const void *data, size_t len)
{
    struct digest digest;

    digest_init(&digest, algorithm);
    digest_update(&digest, data, len);
    digest_final(&digest, out, out_len);
}

/* The function that the head of the file names: "SHA-256 ShortMsg" ... */
static const struct digest_algorithm *algorithm_of(const struct text *text)
{
    char name[sizeof text->head];

    snprintf(name, sizeof name, "%.*s", (int)strcspn(text->head, " "), text->head);
    return vectors_digest(name);
}

static void count(struct vectors *v, const struct text *text, enum verdict verdict)
{
    char id[32];

    snprintf(id, sizeof id, "%u (to line %u)", text->record, text->line);
    vectors_count(v, verdict, EXPECT_VALID, id);
}

static enum verdict check_message(struct vectors *v, const struct text *text,
                                  const struct digest_algorithm *algorithm, struct bytes expected)
{
    struct bytes msg = text_bytes(v, text, "Msg");
    int64_t bits = text_number(text, "Len", (int64_t)msg.len * 8);
    int64_t out_bits = text_number(text, "Outputlen", (int64_t)expected.len * 8);
    uint8_t *out = vectors_memory(v, expected.len + algorithm->len);

    if (bits < 0 || bits % 8 != 0 || out_bits % 8 != 0)
        return vectors_skip(v, "messages and outputs that are no whole bytes");
    if ((uint64_t)bits / 8 > msg.len)
        return VERDICT_DIFFERENT;
    size_t len = algorithm->extendable ? expected.len : algorithm->len;
    hash(algorithm, out, len, msg.data, (size_t)bits / 8);
    return vectors_equal(expected, out, len);
}

/* SHAVS section 6.4: each message is the last three hashes. */
static void monte_sha2(const struct digest_algorithm *algorithm, uint8_t seed[64])
{
    uint8_t last[3][64], msg[3 * 64];
    size_t len = algorithm->len;

    for (int i = 0; i < 3; i++)
        memcpy(last[i], seed, len);
    for (int i = 0; i < MONTE_ROUNDS; i++) {
        for (size_t j = 0; j < 3; j++)
            memcpy(msg + j * len, last[j], len);
        memmove(last[0], last[1], 2 * sizeof last[0]);
        hash(algorithm, last[2], len, msg, 3 * len);
    }
    memcpy(seed, last[2], len);
}

static void monte_sha3(const struct digest_algorithm *algorithm, uint8_t seed[64])
{
    for (int i = 0; i < MONTE_ROUNDS; i++)
        hash(algorithm, seed, algorithm->len, seed, algorithm->len);
}

/* SHA-3VS section 6.3.3: each output says how long the next one is. Returns the length of the last. */
static size_t monte_shake(const struct digest_algorithm *algorithm, uint8_t *out, size_t *len,
                          size_t least, size_t most)
{
    uint8_t msg[16];
    size_t this = *len;

    for (int i = 0; i < MONTE_ROUNDS; i++) {
        this = *len;
        memcpy(msg, out, sizeof msg);
        memset(out, 0, most + sizeof msg);
        hash(algorithm, out, this, msg, sizeof msg);
        *len = least + ((size_t)out[this - 2] << 8 | out[this - 1]) % (most - least + 1);
    }
    return this;
}

/* What a chain of Monte Carlo tests carries from record to record. */
struct chain {
    uint8_t value[512];
    size_t len, least, most;
};

static void run_monte(struct vectors *v, struct text *text,
                      const struct digest_algorithm *algorithm, struct chain *chain)
{
    while (text_next(text)) {
        struct bytes md = text_bytes(v, text, algorithm->extendable ? "Output" : "MD");
        size_t len = algorithm->len;
        if (algorithm->extendable)
            len = monte_shake(algorithm, chain->value, &chain->len, chain->least, chain->most);
        else if (strncmp(algorithm->name, "sha3", 4) == 0)
            monte_sha3(algorithm, chain->value);
        else
            monte_sha2(algorithm, chain->value);
        count(v, text, vectors_equal(md, chain->value, len));
    }
}

/* A seed: the rest of the file is its chain. */
static void start_monte(struct vectors *v, struct text *text,
                        const struct digest_algorithm *algorithm, const char *seed_name)
{
    struct bytes seed = text_bytes(v, text, seed_name);
    struct chain chain = {.least = 1, .most = 1};

    if (algorithm->extendable) {
        chain.least = (size_t)text_number(text, "Minimum Output Length (bits)", 0) / 8;
        chain.most = (size_t)text_number(text, "Maximum Output Length (bits)", 0) / 8;
        chain.len = chain.most;
    }
    size_t want = algorithm->extendable ? 16 : algorithm->len;
    if (seed.len != want || chain.least < 1 || chain.most < chain.least ||
        chain.most > sizeof chain.value - 16 || (algorithm->extendable && chain.least < 2)) {
        count(v, text, vectors_skip(v, "a chain with a seed or lengths that cannot be"));
        return;
    }
    memcpy(chain.value, seed.data, seed.len);
    vectors_release(v);
    run_monte(v, text, algorithm, &chain);
}

int text_hash_record(struct vectors *v, struct text *text)
{
    const struct digest_algorithm *algorithm = algorithm_of(text);
    const char *md = text_field(text, "MD"), *output = text_field(text, "Output");

    if (!md && !output && !text_field(text, "Seed") &&
        !(text->nfields == 1 && text_field(text, "Msg")))
        return 0;
    if (!algorithm) {
        if (text->head[0] == '\0')
            return 0;
        count(v, text, vectors_skip(v, "%s", text->head));
        return 1;
    }
    if (md || output)
        count(v, text,
              check_message(v, text, algorithm, text_bytes(v, text, md ? "MD" : "Output")));
    else
        start_monte(v, text, algorithm, text_field(text, "Seed") ? "Seed" : "Msg");
    return 1;
}

/* One mode of one case of BLAKE3: the output, and the beginning that is the usual output. */
static enum verdict check_blake3(struct vectors *v, struct noncrypto_blake3 *ctx, size_t len,
                                 struct bytes expected)
{
    uint8_t *input = vectors_memory(v, len), *out = vectors_memory(v, expected.len);

    for (size_t i = 0; i < len; i++)
        input[i] = (uint8_t)(i % 251);
    noncrypto_blake3_update(ctx, input, len);
    noncrypto_blake3_final(ctx, out, expected.len);
    return expected.len >= NONCRYPTO_BLAKE3_OUT_LEN ? vectors_equal(expected, out, expected.len)
                                                    : VERDICT_DIFFERENT;
}

void blake3_run(struct vectors *v, const json_t *root)
{
    const json_t *cases = json_object_get(root, "cases"), *test;
    const char *key = json_text(root, "key"), *context = json_text(root, "context_string");
    struct noncrypto_blake3 ctx;
    char id[64];
    size_t i;

    json_array_foreach(cases, i, test)
    {
        size_t len = (size_t)json_number(test, "input_len", 0);
        noncrypto_blake3_init(&ctx);
        snprintf(id, sizeof id, "input_len %zu, hash", len);
        vectors_count(v, check_blake3(v, &ctx, len, vectors_member(v, test, "hash")), EXPECT_VALID,
                      id);
        if (strlen(key) == NONCRYPTO_BLAKE3_KEY_LEN) {
            noncrypto_blake3_init_keyed(&ctx, (const uint8_t *)key);
            snprintf(id, sizeof id, "input_len %zu, keyed_hash", len);
            vectors_count(v, check_blake3(v, &ctx, len, vectors_member(v, test, "keyed_hash")),
                          EXPECT_VALID, id);
        }
        noncrypto_blake3_init_derive_key(&ctx, context, strlen(context));
        snprintf(id, sizeof id, "input_len %zu, derive_key", len);
        vectors_count(v, check_blake3(v, &ctx, len, vectors_member(v, test, "derive_key")),
                      EXPECT_VALID, id);
    }
}
