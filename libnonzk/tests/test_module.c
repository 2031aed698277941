/*
 * Module files: their bytes, and every reason to refuse one.
 */
#include "module_helpers.h"

#include <check_main.h>

#include <noncrypto/blake3.h>
#include <noncrypto/sha2.h>

#define MANIFEST_AT    MADE_ELF_LEN
#define ATTESTATION_AT (MANIFEST_AT + NONZK_MANIFEST_LEN)
#define TRAILER_AT     (MADE_MODULE_LEN - 16)

static const uint8_t r[NONZK_FR_LEN] = {
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
};

static void make(struct made_module *m)
{
    ck_assert_int_eq(made_module(m), 0);
}

static int check(const struct made_module *m)
{
    struct nonzk_module_report report;
    return nonzk_module_check(&report, m->verifier, &m->rule, m->file, sizeof m->file);
}

/* What the check says when a byte is another one; then all is as before. */
static int check_changed(struct made_module *m, size_t at, uint8_t bits)
{
    m->file[at] ^= bits;
    int result = check(m);
    m->file[at] ^= bits;
    return result;
}

START_TEST(a_manifest_has_the_bytes_of_its_format)
{
    static const char hex[] =
        "4e4f4e4f534d4631"                                                 /* NONOSMF1 */
        "6d6164652d6d6f64756c652e3100000000000000000000000000000000000000" /* the name */
        "0203000000000080"
        "0300000000000000"
        "07000000";
    uint8_t expected[NONZK_MANIFEST_LEN], bytes[NONZK_MANIFEST_LEN];
    struct nonzk_manifest decoded;
    ck_assert_uint_eq(check_unhex(expected, sizeof expected, hex), sizeof expected);
    ck_assert_int_eq(nonzk_manifest_encode(bytes, &made_manifest), 0);
    ck_assert_mem_eq(bytes, expected, sizeof bytes);
    ck_assert_int_eq(nonzk_manifest_decode(&decoded, bytes, sizeof bytes), 0);
    ck_assert_str_eq(decoded.name, made_manifest.name);
    ck_assert_uint_eq(decoded.capabilities, made_manifest.capabilities);
    ck_assert_uint_eq(decoded.version, made_manifest.version);
    ck_assert_uint_eq(decoded.epoch, made_manifest.epoch);
    ck_assert_int_eq(nonzk_manifest_decode(&decoded, bytes, sizeof bytes - 1), NONZK_E_MANIFEST);
    bytes[7] = '2';
    ck_assert_int_eq(nonzk_manifest_decode(&decoded, bytes, sizeof bytes), NONZK_E_MANIFEST);
}
END_TEST

START_TEST(a_name_that_is_not_plain_is_refused)
{
    static const char names[][NONZK_MODULE_NAME_LEN] = {
        "", "a b", "a/b", "a\n", "\x1b[2J", "a\0b", "caf\xc3\xa9", {'a', 0, [31] = 1},
    };
    struct nonzk_manifest manifest = made_manifest, decoded;
    uint8_t bytes[NONZK_MANIFEST_LEN], before[NONZK_MANIFEST_LEN];
    ck_assert_int_eq(nonzk_manifest_encode(bytes, &manifest), 0);
    for (size_t i = 0; i <= sizeof names / sizeof names[0]; i++) {
        memset(manifest.name, 'x', sizeof manifest.name); /* the last one: it has no end */
        if (i < sizeof names / sizeof names[0])
            memcpy(manifest.name, names[i], sizeof manifest.name);
        memcpy(before, bytes, sizeof bytes);
        ck_assert_int_eq(nonzk_manifest_encode(bytes, &manifest), NONZK_E_MANIFEST);
        ck_assert_mem_eq(bytes, before, sizeof bytes);
        memcpy(bytes + 8, manifest.name, sizeof manifest.name);
        ck_assert_int_eq(nonzk_manifest_decode(&decoded, bytes, sizeof bytes), NONZK_E_MANIFEST);
    }
    memset(manifest.name, 'x', 31);
    manifest.name[31] = 0;
    ck_assert_int_eq(nonzk_manifest_encode(bytes, &manifest), 0);
}
END_TEST

START_TEST(a_file_comes_apart_as_it_was_put_together)
{
    static struct made_module m;
    struct nonzk_module module;
    make(&m);
    ck_assert_int_eq(nonzk_module_decode(&module, m.file, sizeof m.file), 0);
    ck_assert_ptr_eq(module.elf, m.file);
    ck_assert_uint_eq(module.elf_len, MADE_ELF_LEN);
    ck_assert_str_eq(module.manifest.name, "made-module.1");
    ck_assert_ptr_eq(module.manifest_bytes, m.file + MANIFEST_AT);
    ck_assert_ptr_eq(module.circuit_id, m.file + ATTESTATION_AT + 8);
    ck_assert_ptr_eq(module.pseudonym, m.file + MADE_PSEUDONYM_AT);
    ck_assert_ptr_eq(module.proof, m.file + MADE_PROOF_AT);
    ck_assert_mem_eq(m.file + ATTESTATION_AT, "NONOSAT1made from known secrets", 32);
    ck_assert_mem_eq(m.file + TRAILER_AT, "NONOSMO1\74\0\0\0\10\1\0\0", 16);
}
END_TEST

START_TEST(a_file_with_a_proof_that_holds_is_accepted_and_reported)
{
    static struct made_module m;
    struct nonzk_module_report report;
    uint8_t text[15 + 64], digest[32];
    make(&m);
    ck_assert_int_eq(nonzk_module_check(&report, m.verifier, &m.rule, m.file, sizeof m.file), 0);
    ck_assert_uint_eq(report.elf_len, MADE_ELF_LEN);
    ck_assert_str_eq(report.manifest.name, "made-module.1");
    /* M and P from their definitions. */
    memcpy(text, "NONOS-MODULE-v1", 15);
    noncrypto_blake3(text + 15, m.file, MADE_ELF_LEN);
    noncrypto_blake3(text + 47, m.file + MANIFEST_AT, NONZK_MANIFEST_LEN);
    noncrypto_sha256(digest, text, sizeof text);
    ck_assert_mem_eq(report.code_hash, text + 15, 32);
    digest[0] &= 0x1f;
    ck_assert_mem_eq(report.module, digest, 32);
    uint8_t policy[32] = {[12] = 0x80, [18] = 3, [19] = 2, [27] = 3, [31] = MADE_EPOCH};
    ck_assert_mem_eq(report.policy, policy, 32);
    ck_assert_mem_eq(report.pseudonym, m.file + MADE_PSEUDONYM_AT, 32);
}
END_TEST

START_TEST(each_reason_to_refuse_has_its_result)
{
    static struct made_module m;
    make(&m);
    ck_assert_int_eq(check_changed(&m, 0, 1), NONZK_E_ENCODING); /* no ELF */
    ck_assert_int_eq(check_changed(&m, 40, 1), NONZK_E_PROOF);   /* other code */
    ck_assert_int_eq(check_changed(&m, MANIFEST_AT, 1), NONZK_E_MANIFEST);
    ck_assert_int_eq(check_changed(&m, MANIFEST_AT + 8, 2), NONZK_E_PROOF);  /* the name */
    ck_assert_int_eq(check_changed(&m, MANIFEST_AT + 40, 4), NONZK_E_PROOF); /* a capability */
    ck_assert_int_eq(check_changed(&m, MANIFEST_AT + 48, 4), NONZK_E_PROOF); /* the version */
    ck_assert_int_eq(check_changed(&m, MANIFEST_AT + 56, 1), NONZK_E_EPOCH);
    ck_assert_int_eq(check_changed(&m, ATTESTATION_AT, 1), NONZK_E_ENCODING);
    ck_assert_int_eq(check_changed(&m, ATTESTATION_AT + 8, 1), NONZK_E_CIRCUIT);
    ck_assert_int_eq(check_changed(&m, MADE_PSEUDONYM_AT + 31, 1), NONZK_E_PROOF);
    ck_assert_int_eq(check_changed(&m, MADE_PROOF_AT, 0x20), NONZK_E_PROOF); /* -A */
    ck_assert_int_eq(check_changed(&m, MADE_PROOF_AT, 0x80), NONZK_E_ENCODING);
    ck_assert_int_eq(check_changed(&m, TRAILER_AT, 1), NONZK_E_NOT_ATTESTED);
    ck_assert_int_eq(check_changed(&m, TRAILER_AT + 8, 1), NONZK_E_UNSUPPORTED);
    ck_assert_int_eq(check_changed(&m, TRAILER_AT + 12, 1), NONZK_E_UNSUPPORTED);
    m.rule.root[31] ^= 1; /* another set of authorities */
    ck_assert_int_eq(check(&m), NONZK_E_PROOF);
    m.rule.root[31] ^= 1;
    m.rule.epoch++;
    ck_assert_int_eq(check(&m), NONZK_E_EPOCH);
    m.rule.epoch--;
    ck_assert_int_eq(check(&m), 0);
    memset(m.file + MADE_PROOF_AT, 0, 48);
    m.file[MADE_PROOF_AT] = 0xc0;
    ck_assert_int_eq(check(&m), NONZK_E_INFINITY);
}
END_TEST

START_TEST(a_denied_pseudonym_is_refused_wherever_it_stands_in_the_list)
{
    static struct made_module m;
    uint8_t denied[3][NONZK_FR_LEN] = {{0}};
    make(&m);
    m.rule.denied = denied[0];
    m.rule.ndenied = 3;
    ck_assert_int_eq(check(&m), 0);
    memcpy(denied[_i], m.file + MADE_PSEUDONYM_AT, NONZK_FR_LEN);
    ck_assert_int_eq(check(&m), NONZK_E_DENIED);
    m.rule.ndenied = (size_t)_i;
    ck_assert_int_eq(check(&m), 0);
}
END_TEST

START_TEST(a_pseudonym_that_is_not_canonical_is_refused)
{
    static struct made_module m;
    struct nonzk_module module;
    unsigned carry = 0;
    make(&m);
    for (size_t i = NONZK_FR_LEN; i-- > 0;) { /* T + r: the same residue, and not on the list */
        carry += m.file[MADE_PSEUDONYM_AT + i] + r[i];
        m.file[MADE_PSEUDONYM_AT + i] = (uint8_t)carry;
        carry >>= 8;
    }
    ck_assert_int_eq(nonzk_module_decode(&module, m.file, sizeof m.file), NONZK_E_ENCODING);
    ck_assert_int_eq(check(&m), NONZK_E_ENCODING);
}
END_TEST

/* Field by field: there are bytes between them that nobody sets. */
static void assert_same_report(const struct nonzk_module_report *a,
                               const struct nonzk_module_report *b)
{
    ck_assert_mem_eq(a->manifest.name, b->manifest.name, sizeof a->manifest.name);
    ck_assert_uint_eq(a->manifest.capabilities, b->manifest.capabilities);
    ck_assert_uint_eq(a->manifest.version, b->manifest.version);
    ck_assert_uint_eq(a->manifest.epoch, b->manifest.epoch);
    ck_assert_uint_eq(a->elf_len, b->elf_len);
    ck_assert_mem_eq(a->code_hash, b->code_hash, sizeof a->code_hash);
    ck_assert_mem_eq(a->module, b->module, sizeof a->module);
    ck_assert_mem_eq(a->policy, b->policy, sizeof a->policy);
    ck_assert_mem_eq(a->pseudonym, b->pseudonym, sizeof a->pseudonym);
}

START_TEST(a_refusal_reports_what_the_file_says)
{
    static struct made_module m;
    struct nonzk_module_report accepted, refused, none = {.elf_len = 0};
    make(&m);
    ck_assert_int_eq(nonzk_module_check(&accepted, m.verifier, &m.rule, m.file, sizeof m.file), 0);
    m.file[MADE_PROOF_AT + 144] ^= 0x20;
    ck_assert_int_eq(nonzk_module_check(&refused, m.verifier, &m.rule, m.file, sizeof m.file),
                     NONZK_E_PROOF);
    assert_same_report(&refused, &accepted);
    ck_assert_int_eq(nonzk_module_check(&refused, m.verifier, &m.rule, m.file, MADE_ELF_LEN),
                     NONZK_E_NOT_ATTESTED);
    assert_same_report(&refused, &none);
}
END_TEST

/* (-A, -B, C) holds for the same statement: whoever looks at (M, P, T) sees no difference. */
START_TEST(other_proof_bytes_of_the_same_statement_are_the_same_module)
{
    static struct made_module m;
    struct nonzk_module_report first, second;
    make(&m);
    ck_assert_int_eq(nonzk_module_check(&first, m.verifier, &m.rule, m.file, sizeof m.file), 0);
    m.file[MADE_PROOF_AT] ^= 0x20;
    m.file[MADE_PROOF_AT + 48] ^= 0x20;
    ck_assert_int_eq(nonzk_module_check(&second, m.verifier, &m.rule, m.file, sizeof m.file), 0);
    assert_same_report(&first, &second);
}
END_TEST

START_TEST(a_file_that_is_cut_off_anywhere_is_refused)
{
    static struct made_module m;
    struct nonzk_module_report report;
    make(&m);
    for (size_t len = 0; len < sizeof m.file; len++) {
        uint8_t *copy = malloc(len + 1); /* so that a sanitizer sees the end */
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, m.file, len);
        ck_assert_int_eq(nonzk_module_check(&report, m.verifier, &m.rule, copy, len),
                         NONZK_E_NOT_ATTESTED);
        memcpy(copy, m.file + sizeof m.file - len, len);
        int result = nonzk_module_check(&report, m.verifier, &m.rule, copy, len);
        ck_assert_int_eq(result, len < 16 ? NONZK_E_NOT_ATTESTED : NONZK_E_ENCODING);
        free(copy);
    }
}
END_TEST

START_TEST(a_file_with_any_byte_changed_is_refused)
{
    static struct made_module m;
    make(&m);
    for (size_t at = 0; at < sizeof m.file; at++) {
        ck_assert_msg(check_changed(&m, at, (uint8_t)(1 << at % 8)) != 0, "byte %zu", at);
        ck_assert_msg(check_changed(&m, at, 0xff) != 0, "byte %zu", at);
    }
    ck_assert_int_eq(check(&m), 0);
}
END_TEST

START_TEST(bytes_that_move_from_the_code_to_the_manifest_are_refused)
{
    static struct made_module m;
    struct nonzk_module_report report;
    uint8_t longer[MADE_MODULE_LEN + 1];
    make(&m);
    memcpy(longer, m.file, MADE_ELF_LEN);
    longer[MADE_ELF_LEN] = 0;
    memcpy(longer + MADE_ELF_LEN + 1, m.file + MADE_ELF_LEN, NONZK_MODULE_TAIL_LEN);
    ck_assert_int_eq(nonzk_module_check(&report, m.verifier, &m.rule, longer, sizeof longer),
                     NONZK_E_PROOF);
}
END_TEST

START_TEST(a_key_or_a_root_that_cannot_be_right_is_refused)
{
    static struct made_module m;
    static uint64_t memory[MADE_MEMORY_LEN];
    struct nonzk_groth16_verifier *other;
    struct nonzk_module_report report;
    uint8_t key[NONZK_GROTH16_KEY_LEN(3)];
    make(&m);
    made_key(key, 3);
    ck_assert_int_eq(nonzk_groth16_verifier_init(&other, memory, sizeof memory, key, sizeof key),
                     0);
    ck_assert_int_eq(nonzk_module_check(&report, other, &m.rule, m.file, sizeof m.file),
                     NONZK_E_INVALID);
    memcpy(m.rule.root, r, sizeof r);
    ck_assert_int_eq(check(&m), NONZK_E_INVALID);
}
END_TEST

START_TEST(the_claims_of_many_files_are_verified_together)
{
    enum { NFILES = 3 };
    static struct made_module m;
    static uint8_t files[NFILES][MADE_MODULE_LEN];
    uint8_t inputs[NFILES][NONZK_ATTESTATION_INPUTS * NONZK_FR_LEN];
    uint8_t random[NFILES * NONZK_GROTH16_RANDOM_LEN];
    uint64_t seed = check_seed(), workspace[256];
    struct nonzk_groth16_claim claims[NFILES], untouched = {NULL, NULL};
    struct nonzk_module_report report;
    size_t bad;
    make(&m);
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)check_random(&seed);
    for (size_t i = 0; i < NFILES; i++) {
        m.file[50] = (uint8_t)i; /* other code, so another M */
        ck_assert_int_eq(made_module_prove(&m), 0);
        memcpy(files[i], m.file, sizeof m.file);
        ck_assert_int_eq(nonzk_module_claim(&report, inputs[i], &claims[i], m.verifier, &m.rule,
                                            files[i], sizeof m.file),
                         0);
    }
    size_t size = nonzk_groth16_batch_size(m.verifier);
    ck_assert_uint_le(size, sizeof workspace);
    ck_assert_int_eq(
        nonzk_groth16_verify_batch(m.verifier, claims, NFILES, random, workspace, size, &bad), 0);
    files[1][50] ^= 1;
    ck_assert_int_eq(nonzk_module_claim(&report, inputs[1], &claims[1], m.verifier, &m.rule,
                                        files[1], sizeof m.file),
                     0);
    ck_assert_int_eq(
        nonzk_groth16_verify_batch(m.verifier, claims, NFILES, random, workspace, size, &bad),
        NONZK_E_PROOF);
    ck_assert_uint_eq(bad, 1);
    m.rule.epoch++;
    ck_assert_int_eq(nonzk_module_claim(&report, inputs[1], &untouched, m.verifier, &m.rule,
                                        files[1], sizeof m.file),
                     NONZK_E_EPOCH);
    ck_assert_ptr_null(untouched.proof);
}
END_TEST

static Suite *module_suite(void)
{
    Suite *suite = suite_create("nonzk module");
    TCase *tc = tcase_create("module");
    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, a_manifest_has_the_bytes_of_its_format);
    tcase_add_test(tc, a_name_that_is_not_plain_is_refused);
    tcase_add_test(tc, a_file_comes_apart_as_it_was_put_together);
    tcase_add_test(tc, a_file_with_a_proof_that_holds_is_accepted_and_reported);
    tcase_add_test(tc, each_reason_to_refuse_has_its_result);
    tcase_add_loop_test(tc, a_denied_pseudonym_is_refused_wherever_it_stands_in_the_list, 0, 3);
    tcase_add_test(tc, a_pseudonym_that_is_not_canonical_is_refused);
    tcase_add_test(tc, a_refusal_reports_what_the_file_says);
    tcase_add_test(tc, other_proof_bytes_of_the_same_statement_are_the_same_module);
    tcase_add_test(tc, a_file_that_is_cut_off_anywhere_is_refused);
    tcase_add_test(tc, a_file_with_any_byte_changed_is_refused);
    tcase_add_test(tc, bytes_that_move_from_the_code_to_the_manifest_are_refused);
    tcase_add_test(tc, a_key_or_a_root_that_cannot_be_right_is_refused);
    tcase_add_test(tc, the_claims_of_many_files_are_verified_together);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(module_suite)
