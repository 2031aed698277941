/*
 * NIST's CAVP files for SHA-2 and SHA-3, all of them that NONOS_VECTORS has, with each back end.
 */
#include <check_main.h>

#include <vector_rsp.h>

#include "backends.h"
#include "hashes.h"

/* 0, or -1 with a printed reason if there are no vectors on this machine. */
static int open_vectors(struct vector_rsp *r, const char *name)
{
    const char *folder = getenv("NONOS_VECTORS");
    char path[1024];

    if (!folder) {
        printf("# skipped: NONOS_VECTORS is not set, %s was not read\n", name);
        return -1;
    }
    ck_assert_int_lt(snprintf(path, sizeof path, "%s/crypto/sha/%s", folder, name),
                     (int)sizeof path);
    ck_assert_msg(vector_rsp_open(r, path) == 0, "%s cannot be opened", path);
    return 0;
}

static void close_vectors(struct vector_rsp *r, const char *name, size_t ncases, size_t expected)
{
    ck_assert_msg(vector_rsp_close(r) == 0, "%s could not be read to its end", name);
    printf("# %s: %zu cases\n", name, ncases);
    ck_assert_uint_eq(ncases, expected);
}

static uint8_t *value_hex(const struct vector_rsp *r, size_t *len)
{
    uint8_t *bytes = vector_rsp_hex(r, len);
    ck_assert_msg(bytes != NULL, "%s is not hexadecimal", r->name);
    return bytes;
}

static void shake(int which, uint8_t *out, size_t out_len, const void *data, size_t len)
{
    if (which == 128)
        noncrypto_shake128(out, out_len, data, len);
    else
        noncrypto_shake256(out, out_len, data, len);
}

static const struct {
    const char *file, *hash;
    size_t ncases;
} message_files[] = {
    {"SHA256ShortMsg.rsp", "sha256", 65},      {"SHA256LongMsg.rsp.xz", "sha256", 64},
    {"SHA384ShortMsg.rsp", "sha384", 129},     {"SHA384LongMsg.rsp.xz", "sha384", 128},
    {"SHA512ShortMsg.rsp", "sha512", 129},     {"SHA512LongMsg.rsp.xz", "sha512", 128},
    {"SHA3_256ShortMsg.rsp", "sha3_256", 137}, {"SHA3_256LongMsg.rsp.xz", "sha3_256", 100},
    {"SHA3_512ShortMsg.rsp", "sha3_512", 73},  {"SHA3_512LongMsg.rsp.xz", "sha3_512", 100},
};

START_TEST(hashes_of_messages_hold)
{
    const struct hash_function *f = hash_function(message_files[_i].hash);
    struct vector_rsp r;
    uint8_t *message = NULL;
    size_t len = 0, size, ncases = 0;

    if (open_vectors(&r, message_files[_i].file) != 0)
        return;
    while (vector_rsp_next(&r)) {
        if (r.in_section) {
            ck_assert_str_eq(r.name, "L");
        } else if (strcmp(r.name, "Len") == 0) {
            len = strtoull(r.value, NULL, 10) / 8;
        } else if (strcmp(r.name, "Msg") == 0) {
            free(message);
            message = value_hex(&r, &size);
            ck_assert(size == len || (size == 1 && len == 0));
        } else {
            ck_assert_str_eq(r.name, "MD");
            uint8_t *expected = value_hex(&r, &size);
            uint8_t out[64];
            ck_assert_uint_eq(size, f->out_len);
            for (size_t b = 0; b < NBACKENDS; b++) {
                use_backend(b);
                f->one_shot(out, message, len);
                ck_assert_mem_eq(out, expected, size);
            }
            free(expected);
            ncases++;
        }
    }
    free(message);
    close_vectors(&r, message_files[_i].file, ncases, message_files[_i].ncases);
}
END_TEST

/* SHA3VS section 6.2.3: a thousand hashes of hashes for each result, which is the next seed. */
static const char *const sha3_monte_files[][2] = {
    {"SHA3_256Monte.rsp", "sha3_256"},
    {"SHA3_512Monte.rsp", "sha3_512"},
};

START_TEST(chains_of_sha3_hold)
{
    const struct hash_function *f = hash_function(sha3_monte_files[_i][1]);
    struct vector_rsp r;
    uint8_t md[64];
    size_t size, ncases = 0;

    if (open_vectors(&r, sha3_monte_files[_i][0]) != 0)
        return;
    while (vector_rsp_next(&r)) {
        if (r.in_section || strcmp(r.name, "COUNT") == 0)
            continue;
        uint8_t *value = value_hex(&r, &size);
        ck_assert_uint_eq(size, f->out_len);
        if (strcmp(r.name, "Seed") == 0) {
            memcpy(md, value, size);
        } else {
            ck_assert_str_eq(r.name, "MD");
            for (int i = 0; i < 1000; i++)
                f->one_shot(md, md, size);
            ck_assert_mem_eq(md, value, size);
            ncases++;
        }
        free(value);
    }
    close_vectors(&r, sha3_monte_files[_i][0], ncases, 100);
}
END_TEST

static const struct {
    const char *file;
    int which;
    size_t ncases;
} shake_files[] = {
    {"SHAKE128ShortMsg.rsp", 128, 337},        {"SHAKE128LongMsg.rsp.xz", 128, 100},
    {"SHAKE128VariableOut.rsp.xz", 128, 1126}, {"SHAKE256ShortMsg.rsp", 256, 273},
    {"SHAKE256LongMsg.rsp.xz", 256, 100},      {"SHAKE256VariableOut.rsp.xz", 256, 1246},
};

START_TEST(outputs_of_shake_hold)
{
    struct vector_rsp r;
    uint8_t *message = NULL;
    size_t len = SIZE_MAX, size = 0, out_size, out_bits = 0, ncases = 0;
    uint8_t out[256];

    if (open_vectors(&r, shake_files[_i].file) != 0)
        return;
    while (vector_rsp_next(&r)) {
        if (strcmp(r.name, "Outputlen") == 0) {
            out_bits = strtoull(r.value, NULL, 10);
        } else if (strcmp(r.name, "Len") == 0) {
            len = strtoull(r.value, NULL, 10) / 8;
        } else if (strcmp(r.name, "Msg") == 0) {
            free(message);
            message = value_hex(&r, &size);
            /* Where there is no Len, all of the message counts. */
            ck_assert(len == SIZE_MAX || size == len || (size == 1 && len == 0));
        } else if (strcmp(r.name, "Output") == 0) {
            uint8_t *expected = value_hex(&r, &out_size);
            ck_assert_uint_eq(out_size, out_bits / 8);
            ck_assert_uint_le(out_size, sizeof out);
            for (size_t b = 0; b < NBACKENDS; b++) {
                use_backend(b);
                shake(shake_files[_i].which, out, out_size, message, len == SIZE_MAX ? size : len);
                ck_assert_mem_eq(out, expected, out_size);
            }
            free(expected);
            ncases++;
        }
    }
    free(message);
    close_vectors(&r, shake_files[_i].file, ncases, shake_files[_i].ncases);
}
END_TEST

/* SHA3VS section 6.3.3: the length of the next output is in the last two bytes of this one. */
static const struct {
    const char *file;
    int which;
    size_t min, max;
} shake_monte_files[] = {
    {"SHAKE128Monte.rsp", 128, 16, 140},
    {"SHAKE256Monte.rsp", 256, 2, 250},
};

START_TEST(chains_of_shake_hold)
{
    size_t min = shake_monte_files[_i].min, max = shake_monte_files[_i].max;
    struct vector_rsp r;
    uint8_t out[256] = {0}, message[16];
    size_t size, out_len = max, ncases = 0;

    if (open_vectors(&r, shake_monte_files[_i].file) != 0)
        return;
    while (vector_rsp_next(&r)) {
        if (strcmp(r.name, "Msg") == 0) {
            uint8_t *value = value_hex(&r, &size);
            ck_assert_uint_eq(size, sizeof message);
            memcpy(out, value, size);
            free(value);
        } else if (strcmp(r.name, "Output") == 0) {
            size_t last_len = 0;
            for (int i = 0; i < 1000; i++) {
                memcpy(message, out, sizeof message);
                memset(out, 0, sizeof out);
                shake(shake_monte_files[_i].which, out, out_len, message, sizeof message);
                last_len = out_len;
                size_t tail = (size_t)out[out_len - 2] << 8 | out[out_len - 1];
                out_len = min + tail % (max - min + 1);
            }
            uint8_t *expected = value_hex(&r, &size);
            ck_assert_uint_eq(size, last_len);
            ck_assert_mem_eq(out, expected, size);
            free(expected);
            ncases++;
        }
    }
    close_vectors(&r, shake_monte_files[_i].file, ncases, 100);
}
END_TEST

static Suite *vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto hash vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_loop_test(tc, hashes_of_messages_hold, 0,
                        sizeof message_files / sizeof message_files[0]);
    tcase_add_loop_test(tc, chains_of_sha3_hold, 0, 2);
    tcase_add_loop_test(tc, outputs_of_shake_hold, 0, sizeof shake_files / sizeof shake_files[0]);
    tcase_add_loop_test(tc, chains_of_shake_hold, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(vectors_suite)
