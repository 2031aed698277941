/*
 * Wycheproof's ChaCha20-Poly1305 files and those of AWS-LC.
 */
#include <noncrypto/aead.h>
#include <noncrypto/cpu.h>
#include <vector_json.h>

static const uint32_t back_ends[] = {0, NONCRYPTO_CPU_SSE, NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2};
#define NBACK_ENDS (sizeof back_ends / sizeof back_ends[0])

struct message {
    uint8_t *key, *nonce, *ad, *in, *ciphertext, *tag;
    size_t key_len, nonce_len, ad_len, len, ciphertext_len, tag_len;
};

static void check_open(const struct message *m, int valid, const char *name)
{
    uint8_t *out = malloc(m->len + 1);
    ck_assert_ptr_nonnull(out);
    int result = m->nonce_len == 24
                     ? noncrypto_xchacha20_poly1305_open(out, m->ciphertext, m->len, m->tag, m->ad,
                                                         m->ad_len, m->nonce, m->key)
                     : noncrypto_chacha20_poly1305_open(out, m->ciphertext, m->len, m->tag, m->ad,
                                                        m->ad_len, m->nonce, m->key);
    ck_assert_msg(result == (valid ? 0 : NONCRYPTO_E_VERIFY), "%s: %s", name,
                  noncrypto_strerror(result));
    if (valid)
        ck_assert_msg(memcmp(out, m->in, m->len) == 0, "%s: wrong plaintext", name);
    else
        for (size_t i = 0; i < m->len; i++)
            ck_assert_msg(out[i] == 0, "%s: not wiped", name);
    free(out);
}

static void check_seal(const struct message *m, const char *name)
{
    uint8_t *out = malloc(m->len + 1), tag[16];
    ck_assert_ptr_nonnull(out);
    int result = m->nonce_len == 24
                     ? noncrypto_xchacha20_poly1305_seal(out, tag, m->in, m->len, m->ad, m->ad_len,
                                                         m->nonce, m->key)
                     : noncrypto_chacha20_poly1305_seal(out, tag, m->in, m->len, m->ad, m->ad_len,
                                                        m->nonce, m->key);
    ck_assert_int_eq(result, 0);
    ck_assert_msg(memcmp(out, m->ciphertext, m->len) == 0, "%s: wrong ciphertext", name);
    ck_assert_msg(memcmp(tag, m->tag, m->tag_len) == 0, "%s: wrong tag", name);
    free(out);
}

static void check_message(const struct message *m, int valid, const char *name)
{
    ck_assert_msg(m->key_len == 32 && m->tag_len <= 16 && m->ciphertext_len == m->len,
                  "%s: unexpected lengths", name);
    for (size_t b = 0; b < NBACK_ENDS; b++) {
        noncrypto_cpu_set_features(noncrypto_cpu_detect() & back_ends[b]);
        /* A shortened tag cannot be given to open: the interface takes whole ones only. */
        if (m->tag_len == 16)
            check_open(m, valid, name);
        if (valid)
            check_seal(m, name);
    }
}

static void message_free(struct message *m)
{
    free(m->key);
    free(m->nonce);
    free(m->ad);
    free(m->in);
    free(m->ciphertext);
    free(m->tag);
}

static void run_wycheproof(const char *path, size_t nonce_len)
{
    json_t *root = vector_json_read(path);
    unsigned valid = 0, invalid = 0, other_nonce = 0;
    size_t g, t;
    json_t *group, *test;

    if (!root)
        return;
    json_array_foreach(json_object_get(root, "testGroups"), g, group)
    {
        json_array_foreach(json_object_get(group, "tests"), t, test)
        {
            struct message m;
            char name[64];
            int good = strcmp(vector_json_string(test, "result"), "valid") == 0;
            snprintf(name, sizeof name, "tcId %d",
                     (int)json_integer_value(json_object_get(test, "tcId")));
            m.key = vector_json_hex(test, "key", &m.key_len);
            m.nonce = vector_json_hex(test, "iv", &m.nonce_len);
            m.ad = vector_json_hex(test, "aad", &m.ad_len);
            m.in = vector_json_hex(test, "msg", &m.len);
            m.ciphertext = vector_json_hex(test, "ct", &m.ciphertext_len);
            m.tag = vector_json_hex(test, "tag", &m.tag_len);
            if (m.nonce_len != nonce_len) {
                ck_assert_msg(!good, "%s: valid with a nonce of another length", name);
                other_nonce++;
            } else {
                check_message(&m, good, name);
                ++*(good ? &valid : &invalid);
            }
            message_free(&m);
        }
    }
    printf(
        "# %s: %u valid, %u invalid; %u invalid ones have a nonce of a length that the interface "
        "cannot express\n",
        path, valid, invalid, other_nonce);
    ck_assert_uint_gt(valid, 100);
    ck_assert_uint_gt(invalid, 10);
    ck_assert_int_eq(valid + invalid + other_nonce,
                     json_integer_value(json_object_get(root, "numberOfTests")));
    json_decref(root);
}

START_TEST(wycheproof_chacha20_poly1305)
{
    run_wycheproof("crypto/wycheproof/chacha20_poly1305_test.json",
                   NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN);
}
END_TEST

START_TEST(wycheproof_xchacha20_poly1305)
{
    run_wycheproof("crypto/wycheproof/xchacha20_poly1305_test.json",
                   NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN);
}
END_TEST

/* "text" or hexadecimal, after "NAME: " on the present line. */
static uint8_t *line_value(const char *line, size_t *len)
{
    const char *p = strchr(line, ':') + 1;
    p += strspn(p, " ");
    size_t size = strlen(p);
    uint8_t *bytes = malloc(size + 1);
    ck_assert_ptr_nonnull(bytes);
    if (*p == '"') {
        ck_assert(size >= 2 && p[size - 1] == '"');
        *len = size - 2;
        memcpy(bytes, p + 1, *len);
    } else {
        *len = check_unhex(bytes, size + 1, p);
    }
    return bytes;
}

/* Six lines a message, in any order; a line that is empty ends it. */
static void run_lines(const char *path)
{
    char *text = vector_file_read(path, NULL);
    struct message m = {0};
    unsigned cases = 0, shortened = 0, line_number = 0;

    if (!text)
        return;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        line_number++;
        if (*line == '#')
            continue;
        if (strncmp(line, "KEY:", 4) == 0)
            m.key = line_value(line, &m.key_len);
        else if (strncmp(line, "NONCE:", 6) == 0)
            m.nonce = line_value(line, &m.nonce_len);
        else if (strncmp(line, "IN:", 3) == 0)
            m.in = line_value(line, &m.len);
        else if (strncmp(line, "AD:", 3) == 0)
            m.ad = line_value(line, &m.ad_len);
        else if (strncmp(line, "CT:", 3) == 0)
            m.ciphertext = line_value(line, &m.ciphertext_len);
        else if (strncmp(line, "TAG:", 4) == 0)
            m.tag = line_value(line, &m.tag_len);
        else
            ck_assert_msg(*line == '\0', "%s:%u: %s", path, line_number, line);
        if ((*line == '\0' || !next) && m.key) {
            char name[300];
            snprintf(name, sizeof name, "%s:%u", path, line_number);
            ck_assert_msg(m.nonce && m.in && m.ad && m.ciphertext && m.tag, "%s: incomplete", name);
            check_message(&m, 1, name);
            shortened += m.tag_len < 16;
            message_free(&m);
            memset(&m, 0, sizeof m);
            cases++;
        }
    }
    printf("# %s: %u cases, %u of them with a shortened tag: those were sealed and not opened\n",
           path, cases, shortened);
    ck_assert_uint_gt(cases, 50);
    free(text);
}

START_TEST(lines_chacha20_poly1305)
{
    run_lines("crypto/rfc/chacha20_poly1305_tests.txt");
}
END_TEST

START_TEST(lines_xchacha20_poly1305)
{
    run_lines("crypto/rfc/xchacha20_poly1305_tests.txt");
}
END_TEST

static Suite *aead_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto aead vectors");
    TCase *tc = tcase_create("aead vectors");
    tcase_add_test(tc, wycheproof_chacha20_poly1305);
    tcase_add_test(tc, wycheproof_xchacha20_poly1305);
    tcase_add_test(tc, lines_chacha20_poly1305);
    tcase_add_test(tc, lines_xchacha20_poly1305);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aead_vectors_suite)
