/*
 * ML-DSA-65 against NIST's ACVP vectors, as JSON and in the text form that kernels read, and Project Wycheproof's; with
 * each back end.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/memory.h>
#include <noncrypto/mldsa65.h>
#include <noncrypto/sha3.h>
#include <vector_json.h>

#define ACVP    "crypto/acvp/ml-dsa/"
#define PK_LEN  NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN
#define SK_LEN  NONCRYPTO_MLDSA65_SECRET_KEY_LEN
#define SIG_LEN NONCRYPTO_MLDSA65_SIGNATURE_LEN

static struct noncrypto_mldsa65_workspace workspace;
static struct noncrypto_mldsa65_sign_workspace sign_workspace;

/* Loop tests run with what the processor has, and with portable C alone. */
static void choose_back_end(int i)
{
    noncrypto_cpu_set_features(i == 0 ? noncrypto_cpu_detect() : 0);
}

static void get_exactly(uint8_t *out, size_t len, const char *hex)
{
    ck_assert_uint_eq(check_unhex(out, len, hex), len);
}

/* mu of an internal interface: the caller gives the message with whatever stands before it. */
static void internal_mu(uint8_t mu[64], const uint8_t tr[64], const uint8_t *message, size_t len)
{
    struct noncrypto_shake hash;

    noncrypto_shake256_init(&hash);
    noncrypto_shake_absorb(&hash, tr, 64);
    noncrypto_shake_absorb(&hash, message, len);
    noncrypto_shake_squeeze(&hash, mu, 64);
}

static void check_keygen(const char *seed_hex, const char *pk_hex, const char *sk_hex)
{
    uint8_t seed[NONCRYPTO_MLDSA65_SEED_LEN], pk[2][PK_LEN], sk[2][SK_LEN];

    get_exactly(seed, sizeof seed, seed_hex);
    get_exactly(pk[1], PK_LEN, pk_hex);
    get_exactly(sk[1], SK_LEN, sk_hex);
    ck_assert_int_eq(noncrypto_mldsa65_keygen(pk[0], sk[0], seed, sizeof seed, &workspace), 0);
    ck_assert_mem_eq(pk[0], pk[1], PK_LEN);
    ck_assert_mem_eq(sk[0], sk[1], SK_LEN);
}

/* The text form: records of `name = value` lines. Keeps what the values begin with. */
enum { TEXT_FIELDS = 8 };

struct text_record {
    const char *name[TEXT_FIELDS];
    const char *value[TEXT_FIELDS];
    unsigned n;
};

/* Cuts the next record out of the text at `*at`; 0 if there is none. */
static int next_record(char **at, struct text_record *r)
{
    r->n = 0;
    while (**at != '\0') {
        char *line = *at;
        size_t len = strcspn(line, "\r\n");
        *at = line + len + (line[len] != '\0');
        line[len] = '\0';
        if (len == 0) {
            if (r->n > 0)
                return 1;
            continue;
        }
        char *equals = strstr(line, " =");
        ck_assert_ptr_nonnull(equals);
        ck_assert_uint_lt(r->n, TEXT_FIELDS);
        *equals = '\0';
        r->name[r->n] = line;
        r->value[r->n++] = equals[2] == ' ' ? equals + 3 : "";
    }
    return r->n > 0;
}

static const char *field(const struct text_record *r, const char *name)
{
    for (unsigned i = 0; i < r->n; i++)
        if (strcmp(r->name[i], name) == 0)
            return r->value[i];
    ck_abort_msg("there is no %s", name);
    return NULL;
}

static void text_keygen(const struct text_record *r)
{
    check_keygen(field(r, "keygen_seed"), field(r, "keygen_pk"), field(r, "keygen_sk"));
}

static uint8_t message[65536];

/* mu, or that of the message with the key hash `tr`. */
static void text_mu(uint8_t mu[64], const char *mu_hex, const char *message_hex,
                    const uint8_t tr[64])
{
    if (mu_hex[0] != '\0')
        get_exactly(mu, 64, mu_hex);
    else
        internal_mu(mu, tr, message, check_unhex(message, sizeof message, message_hex));
}

static void text_sign(const struct text_record *r)
{
    uint8_t sk[SK_LEN], pk[PK_LEN], sig[2][SIG_LEN], random[32], mu[64];

    get_exactly(sk, SK_LEN, field(r, "siggen_sk"));
    get_exactly(pk, PK_LEN, field(r, "siggen_pk"));
    get_exactly(sig[1], SIG_LEN, field(r, "siggen_sig"));
    get_exactly(random, 32, field(r, "siggen_rnd"));
    text_mu(mu, field(r, "siggen_mu"), field(r, "siggen_msg"), sk + 64);
    ck_assert_int_eq(noncrypto_mldsa65_sign_mu(sig[0], sk, SK_LEN, mu, random, &sign_workspace), 0);
    ck_assert_mem_eq(sig[0], sig[1], SIG_LEN);
    ck_assert_int_eq(noncrypto_mldsa65_verify_mu(pk, PK_LEN, mu, sig[0], SIG_LEN, &workspace), 0);
}

static void text_verify(const struct text_record *r)
{
    uint8_t pk[PK_LEN], sig[SIG_LEN], tr[64], mu[64];
    int good = strcmp(field(r, "sigver_result"), "True") == 0;

    get_exactly(pk, PK_LEN, field(r, "sigver_pk"));
    get_exactly(sig, SIG_LEN, field(r, "sigver_sig"));
    noncrypto_mldsa65_tr(tr, pk);
    text_mu(mu, field(r, "sigver_mu"), field(r, "sigver_msg"), tr);
    ck_assert_int_eq(noncrypto_mldsa65_verify_mu(pk, PK_LEN, mu, sig, SIG_LEN, &workspace),
                     good ? 0 : NONCRYPTO_E_VERIFY);
}

static void run_text(const char *path, size_t expected, void (*run)(const struct text_record *))
{
    char *text = vector_file_read(path, NULL);
    char *at = text;
    struct text_record r;
    size_t n = 0;

    if (!text)
        return;
    while (next_record(&at, &r)) {
        run(&r);
        n++;
    }
    free(text);
    printf("# %s: %zu cases\n", path, n);
    ck_assert_uint_eq(n, expected);
}

START_TEST(acvp_text_vectors_hold)
{
    choose_back_end(_i);
    run_text(ACVP "MLDSA_65_ACVP_keyGen.txt", 25, text_keygen);
    run_text(ACVP "MLDSA_65_ACVP_sigGen.txt", 15, text_sign);
    run_text(ACVP "MLDSA_EXTMU_65_ACVP_sigGen.txt", 15, text_sign);
    run_text(ACVP "MLDSA_65_ACVP_sigVer.txt", 15, text_verify);
    run_text(ACVP "MLDSA_EXTMU_65_ACVP_sigVer.txt", 15, text_verify);
}
END_TEST

/* Digests of messages of sigVer65 by hashes that are not used here, by test number. */
static const struct {
    int id;
    enum noncrypto_mldsa65_prehash hash;
    const char *hex;
} digests[] = {
    {46, NONCRYPTO_MLDSA65_SHA512_224, "69aa0b3253ab776c4cfca8f81403b27394c8ca96690d5e6d59482ae3"},
    {48, NONCRYPTO_MLDSA65_SHA224, "3e95cd040fe01daa733e969cc735f316defacb30c1200b1a61907712"},
    {49, NONCRYPTO_MLDSA65_SHA256,
     "d532a892e9bd2d7b10869f783def574137c88aca5597ce267f60242572adff4f"},
    {54, NONCRYPTO_MLDSA65_SHA512,
     "19d147676eb275f0f0125762f223719fde9958859f5400cc34e2887b64a26d96c3c4f9d5c0fbbda48f22820d4415a"
     "68a4fdb99028b3ba19778873a7125e56477"},
    {56, NONCRYPTO_MLDSA65_SHA3_224, "1b0a6a4a8d458085dda70bde5c4fe5907b76748424a92f7610b93e7a"},
    {57, NONCRYPTO_MLDSA65_SHA384,
     "4e50b2c9944e8dbec08c43d4f7109258f66b8c0cfbe3c3805c4a297d7ebf73a67cbad102213ee7fc152878382b2bb"
     "d7a"},
    {58, NONCRYPTO_MLDSA65_SHA256,
     "975e62f1890803bdb58ddf8764608d51b89595e07845cb5c57e4882f8d8ae2ae"},
    {59, NONCRYPTO_MLDSA65_SHA224, "23fc87da54e2494cf0384d7a0ca7e4e5cef3fd15a16ad323867a998f"},
    {60, NONCRYPTO_MLDSA65_SHA512_256,
     "079bdd2ae80471067dee792be72f0bf588012c9b68e9d5503cd770ec67aa3f0e"},
};

/* Hashes the message as its test demands. */
static enum noncrypto_mldsa65_prehash prehash(const json_t *test, uint8_t digest[64], size_t *len,
                                              const uint8_t *data, size_t data_len)
{
    const char *name = vector_json_string(test, "hashAlg");
    json_int_t id = json_integer_value(json_object_get(test, "tcId"));

    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++)
        if (digests[i].id == id) {
            *len = check_unhex(digest, 64, digests[i].hex);
            return digests[i].hash;
        }
    *len = strcmp(name, "SHAKE-128") == 0 || strcmp(name, "SHA3-256") == 0 ? 32 : 64;
    if (strcmp(name, "SHAKE-128") == 0) {
        noncrypto_shake128(digest, 32, data, data_len);
        return NONCRYPTO_MLDSA65_SHAKE128;
    }
    if (strcmp(name, "SHAKE-256") == 0) {
        noncrypto_shake256(digest, 64, data, data_len);
        return NONCRYPTO_MLDSA65_SHAKE256;
    }
    if (strcmp(name, "SHA3-256") == 0) {
        noncrypto_sha3_256(digest, data, data_len);
        return NONCRYPTO_MLDSA65_SHA3_256;
    }
    if (strcmp(name, "SHA3-384") == 0) {
        noncrypto_sha3_384(digest, data, data_len);
        *len = 48;
        return NONCRYPTO_MLDSA65_SHA3_384;
    }
    ck_assert_str_eq(name, "SHA3-512");
    noncrypto_sha3_512(digest, data, data_len);
    return NONCRYPTO_MLDSA65_SHA3_512;
}

/* The bytes of a member that may be missing. */
static uint8_t *optional_hex(const json_t *object, const char *name, size_t *len)
{
    *len = 0;
    return json_object_get(object, name) ? vector_json_hex(object, name, len) : NULL;
}

static int verify_json(const json_t *group, const json_t *test)
{
    size_t pk_len, sig_len, message_len, context_len, mu_len, digest_len;
    uint8_t *pk = vector_json_hex(test, "pk", &pk_len);
    uint8_t *sig = vector_json_hex(test, "signature", &sig_len);
    uint8_t *data = optional_hex(test, "message", &message_len);
    uint8_t *context = optional_hex(test, "context", &context_len);
    uint8_t *given = optional_hex(test, "mu", &mu_len);
    const char *kind = json_string_value(json_object_get(group, "preHash"));
    uint8_t tr[64], mu[64], digest[64];
    int result = 0;

    ck_assert_uint_eq(pk_len, PK_LEN);
    noncrypto_mldsa65_tr(tr, pk);
    if (kind && strcmp(kind, "pure") == 0) {
        result = noncrypto_mldsa65_verify(pk, pk_len, data, message_len, context, context_len, sig,
                                          sig_len, &workspace);
    } else {
        if (kind) {
            enum noncrypto_mldsa65_prehash hash =
                prehash(test, digest, &digest_len, data, message_len);
            ck_assert_int_eq(noncrypto_mldsa65_mu_prehashed(mu, tr, hash, digest, digest_len,
                                                            context, context_len),
                             0);
        } else if (given) {
            ck_assert_uint_eq(mu_len, sizeof mu);
            memcpy(mu, given, sizeof mu);
        } else {
            internal_mu(mu, tr, data, message_len);
        }
        result = noncrypto_mldsa65_verify_mu(pk, pk_len, mu, sig, sig_len, &workspace);
    }
    free(pk);
    free(sig);
    free(data);
    free(context);
    free(given);
    return result;
}

START_TEST(acvp_json_verification_holds)
{
    json_t *prompt = vector_json_read(ACVP "sigVer65.prompt.json");
    json_t *expected = vector_json_read(ACVP "sigVer65.expected.json");
    json_t *group, *test;
    size_t i, j, n = 0, naccepted = 0;

    if (!prompt || !expected)
        return;
    choose_back_end(_i);
    json_array_foreach(json_object_get(prompt, "testGroups"), i, group)
        json_array_foreach(json_object_get(group, "tests"), j, test)
    {
        const json_t *answers = json_array_get(json_object_get(expected, "testGroups"), i);
        const json_t *answer = json_array_get(json_object_get(answers, "tests"), j);
        ck_assert_int_eq(json_integer_value(json_object_get(test, "tcId")),
                         json_integer_value(json_object_get(answer, "tcId")));
        int good = json_is_true(json_object_get(answer, "testPassed"));
        ck_assert_int_eq(verify_json(group, test), good ? 0 : NONCRYPTO_E_VERIFY);
        naccepted += good ? 1 : 0;
        n++;
    }
    printf("# sigVer65: %zu cases, %zu of them valid\n", n, naccepted);
    ck_assert_uint_eq(n, 60);
    json_decref(prompt);
    json_decref(expected);
}
END_TEST

START_TEST(acvp_json_key_generation_holds)
{
    json_t *prompt = vector_json_read(ACVP "keyGen65.prompt.json");
    json_t *expected = vector_json_read(ACVP "keyGen65.expected.json");
    json_t *group, *test;
    size_t i, j, n = 0;

    if (!prompt || !expected)
        return;
    choose_back_end(_i);
    json_array_foreach(json_object_get(prompt, "testGroups"), i, group)
        json_array_foreach(json_object_get(group, "tests"), j, test)
    {
        const json_t *answers = json_array_get(json_object_get(expected, "testGroups"), i);
        const json_t *answer = json_array_get(json_object_get(answers, "tests"), j);
        ck_assert_int_eq(json_integer_value(json_object_get(test, "tcId")),
                         json_integer_value(json_object_get(answer, "tcId")));
        check_keygen(vector_json_string(test, "seed"), vector_json_string(answer, "pk"),
                     vector_json_string(answer, "sk"));
        n++;
    }
    printf("# keyGen65: %zu cases\n", n);
    ck_assert_uint_eq(n, 25);
    json_decref(prompt);
    json_decref(expected);
}
END_TEST

/* Why it is refused depends on what is wrong: lengths of arguments are one thing, signatures another. */
static void check_wycheproof_case(const json_t *test, const uint8_t *pk, size_t pk_len)
{
    size_t message_len, context_len, sig_len;
    uint8_t *data = vector_json_hex(test, "msg", &message_len);
    uint8_t *context = optional_hex(test, "ctx", &context_len);
    uint8_t *sig = vector_json_hex(test, "sig", &sig_len);
    int good = strcmp(vector_json_string(test, "result"), "valid") == 0;
    int expected = good ? 0 : NONCRYPTO_E_VERIFY;

    if (pk_len != PK_LEN || context_len > NONCRYPTO_MLDSA65_CONTEXT_MAX) {
        ck_assert(!good);
        expected = NONCRYPTO_E_INVALID;
    }
    ck_assert_int_eq(noncrypto_mldsa65_verify(pk, pk_len, data, message_len, context, context_len,
                                              sig, sig_len, &workspace),
                     expected);
    free(data);
    free(context);
    free(sig);
}

START_TEST(wycheproof_verification_holds)
{
    json_t *root = vector_json_read("crypto/wycheproof/mldsa_65_verify_test.json");
    json_t *group, *test;
    size_t i, j, n = 0;

    if (!root)
        return;
    choose_back_end(_i);
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        size_t pk_len;
        uint8_t *pk = vector_json_hex(group, "publicKey", &pk_len);
        json_array_foreach(json_object_get(group, "tests"), j, test)
        {
            check_wycheproof_case(test, pk, pk_len);
            n++;
        }
        free(pk);
    }
    printf("# mldsa_65_verify_test: %zu cases\n", n);
    ck_assert_uint_eq(n, (size_t)json_integer_value(json_object_get(root, "numberOfTests")));
    json_decref(root);
}
END_TEST

static Suite *mldsa65_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto mldsa65 vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_loop_test(tc, acvp_text_vectors_hold, 0, 2);
    tcase_add_loop_test(tc, acvp_json_key_generation_holds, 0, 2);
    tcase_add_loop_test(tc, acvp_json_verification_holds, 0, 2);
    tcase_add_loop_test(tc, wycheproof_verification_holds, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(mldsa65_vectors_suite)
