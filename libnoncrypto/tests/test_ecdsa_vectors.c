/*
 * NIST's and BoringSSL's ECDSA verification cases: blocks of lines "Name = value", an empty line between them.
 */
#include <check_main.h>

#include <noncrypto/p256.h>
#include <noncrypto/p384.h>
#include <vector_file.h>

#define PATH "crypto/rfc/ecdsa_verify_tests.txt"

struct verify_case {
    char curve[32];
    const char *x, *y, *digest, *r, *s;
    int invalid;
};

/* Right-aligned; returns 0 if the number does not fit. */
static int number(uint8_t *out, size_t len, const char *hex)
{
    uint8_t bytes[256];
    char even[512];

    snprintf(even, sizeof even, "%s%s", strlen(hex) % 2 ? "0" : "", hex);
    size_t n = check_unhex(bytes, sizeof bytes, even);
    size_t skip = 0;
    while (skip < n && bytes[skip] == 0)
        skip++;
    if (n - skip > len)
        return 0;
    memset(out, 0, len);
    memcpy(out + len - (n - skip), bytes + skip, n - skip);
    return 1;
}

/* Whether the signature is taken; a number that has no place in it is not. */
static int verify(const struct verify_case *c, size_t len)
{
    uint8_t key[97], signature[96], digest[128];
    size_t digest_len = check_unhex(digest, sizeof digest, c->digest);

    key[0] = 4;
    if (!number(key + 1, len, c->x) || !number(key + 1 + len, len, c->y) ||
        !number(signature, len, c->r) || !number(signature + len, len, c->s))
        return 0;
    if (len == 32)
        return noncrypto_p256_ecdsa_verify(key, 65, digest, digest_len, signature) == 0;
    return noncrypto_p384_ecdsa_verify(key, 97, digest, digest_len, signature) == 0;
}

struct counts {
    unsigned p256, p384, invalid, p224, p521, secp256k1, secp160r1;
};

static void run(const struct verify_case *c, struct counts *counts)
{
    if (strcmp(c->curve, "P-256") == 0 || strcmp(c->curve, "P-384") == 0) {
        size_t len = c->curve[2] == '2' ? 32 : 48;
        *(len == 32 ? &counts->p256 : &counts->p384) += 1;
        counts->invalid += (unsigned)c->invalid;
        ck_assert_msg(verify(c, len) == !c->invalid, "%s, x = %s, r = %s", c->curve, c->x, c->r);
    } else if (strcmp(c->curve, "P-224") == 0) {
        counts->p224++;
    } else if (strcmp(c->curve, "P-521") == 0) {
        counts->p521++;
    } else if (strcmp(c->curve, "secp256k1") == 0) {
        counts->secp256k1++;
    } else {
        ck_assert_str_eq(c->curve, "secp160r1");
        counts->secp160r1++;
    }
}

static void parse_line(struct verify_case *c, char *line)
{
    static const char *const names[] = {"X = ", "Y = ", "Digest = ", "R = ", "S = "};
    const char **const values[] = {&c->x, &c->y, &c->digest, &c->r, &c->s};

    for (size_t i = 0; i < 5; i++)
        if (strncmp(line, names[i], strlen(names[i])) == 0)
            *values[i] = line + strlen(names[i]);
    if (strncmp(line, "Curve = ", 8) == 0)
        snprintf(c->curve, sizeof c->curve, "%s", line + 8);
    if (strncmp(line, "Invalid =", 9) == 0)
        c->invalid = 1;
}

START_TEST(verification_cases_of_nist)
{
    char *text = vector_file_read(PATH, NULL);
    struct counts counts = {0, 0, 0, 0, 0, 0, 0};
    struct verify_case c = {"", NULL, NULL, NULL, NULL, NULL, 0};

    if (!text)
        return;
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (*line != '#' && *line != '\0') {
            parse_line(&c, line);
        } else if (*line == '\0' && c.curve[0] != '\0') {
            run(&c, &counts);
            c = (struct verify_case){"", NULL, NULL, NULL, NULL, NULL, 0};
        }
        line = end ? end + 1 : NULL;
    }
    printf("# " PATH
           ": %u P-256 and %u P-384 (%u of them invalid); of other curves and not run: %u "
           "P-224, %u P-521, %u secp256k1, %u secp160r1\n",
           counts.p256, counts.p384, counts.invalid, counts.p224, counts.p521, counts.secp256k1,
           counts.secp160r1);
    ck_assert_uint_eq(counts.p256, 85);
    ck_assert_uint_eq(counts.p384, 85);
    free(text);
}
END_TEST

static Suite *ecdsa_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto ecdsa vectors");
    TCase *tc = tcase_create("ecdsa vectors");
    tcase_add_test(tc, verification_cases_of_nist);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ecdsa_vectors_suite)
