/*
 * The file formats of the command: the worked examples of docs/formats, and that every byte of a file counts.
 */
#include <check_main.h>

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>
#include <noncrypto/stream.h>

#include "../tools/formats/sealed.h"
#include "../tools/formats/signature.h"

static char text[ARMOR_TEXT_MAX];
static struct key key, other;

/* The keys of the worked examples: bytes that count from a number on. */
static struct key example_key(enum key_kind kind, uint8_t first)
{
    struct key k = {.kind = kind, .len = key_kind_len(kind)};

    for (size_t i = 0; i < k.len; i++)
        k.bytes[i] = (uint8_t)(first + i);
    return k;
}

/* The block of code in a document that begins with the line `first`, with its newlines. */
static size_t read_example(char *out, size_t capacity, const char *document, const char *first)
{
    char name[1024];
    const char *source = getenv("NONOS_SRCDIR");
    static char all[65536];

    snprintf(name, sizeof name, "%s/docs/formats/%s", source ? source : "../..", document);
    FILE *f = fopen(name, "r");
    ck_assert_msg(f != NULL, "%s cannot be opened", name);
    size_t len = fread(all, 1, sizeof all - 1, f);
    fclose(f);
    all[len] = '\0';
    size_t n = 0;
    char *line = strstr(all, first);
    ck_assert_msg(line != NULL && line - all >= 4, "%s has no example '%s'", name, first);
    for (line -= 4; strncmp(line, "    ", 4) == 0; line = strchr(line, '\n') + 1) {
        size_t line_len = (size_t)(strchr(line, '\n') + 1 - line) - 4;
        ck_assert_uint_lt(n + line_len, capacity);
        memcpy(out + n, line + 4, line_len);
        n += line_len;
    }
    return n;
}

START_TEST(the_key_file_of_the_document_is_the_one_that_is_written)
{
    char expected[ARMOR_TEXT_MAX];
    uint8_t id[KEY_ID_LEN], expected_id[KEY_ID_LEN];

    key = example_key(KEY_SYMMETRIC, 0);
    size_t len = read_example(expected, sizeof expected, "keys.md", "noncrypto-key 1 symmetric\n");
    ck_assert_uint_eq(key_format(text, &key), len);
    ck_assert_mem_eq(text, expected, len);
    ck_assert_ptr_null(key_parse(&other, expected, len));
    ck_assert_mem_eq(other.bytes, key.bytes, key.len);
    len = read_example(expected, sizeof expected, "keys.md", "key id ");
    check_unhex(expected_id, sizeof expected_id, strtok(expected + 7, "\n"));
    key_id(id, &key);
    ck_assert_mem_eq(id, expected_id, sizeof id);
}
END_TEST

START_TEST(every_kind_of_key_comes_back)
{
    key = example_key((enum key_kind)_i, 7);
    size_t len = key_format(text, &key);
    ck_assert_ptr_null(key_parse(&other, text, len));
    ck_assert_int_eq(other.kind, key.kind);
    ck_assert_uint_eq(other.len, key.len);
    ck_assert_mem_eq(other.bytes, key.bytes, key.len);
    ck_assert_int_eq(other.locked, 0);
}
END_TEST

START_TEST(a_key_file_with_a_byte_changed_cut_or_added_is_refused)
{
    key = example_key(KEY_SEALING_SECRET, 3);
    size_t len = key_format(text, &key);

    for (size_t at = 0; at < len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            text[at] = (char)(text[at] ^ 1 << bit);
            ck_assert_msg(key_parse(&other, text, len) != NULL, "byte %zu, bit %u", at, bit);
            text[at] = (char)(text[at] ^ 1 << bit);
        }
        ck_assert_ptr_nonnull(key_parse(&other, text, at));
    }
    text[len] = '\n';
    ck_assert_ptr_nonnull(key_parse(&other, text, len + 1));
    ck_assert_ptr_null(key_parse(&other, text, len));
}
END_TEST

/* A secret key under "secret", with the least memory that Argon2id takes. */
static void lock_example(void)
{
    key = example_key(KEY_SIGNING_SECRET, 9);
    key.kdf = (struct kdf){.salt = "salt of the test", .memory_kib = 64, .passes = 1, .lanes = 1};
    ck_assert_ptr_null(key_lock(&key, "secret", 6));
}

START_TEST(a_locked_key_opens_with_its_passphrase_only)
{
    const struct key plain = example_key(KEY_SIGNING_SECRET, 9);
    int mismatch = 0;

    lock_example();
    ck_assert_mem_ne(key.bytes, plain.bytes, plain.len);
    size_t len = key_format(text, &key);
    ck_assert_ptr_null(key_parse(&other, text, len));
    ck_assert_int_eq(other.locked, 1);
    ck_assert_ptr_nonnull(key_unlock(&other, "secreT", 6, &mismatch));
    ck_assert_int_eq(mismatch, 1);
    ck_assert_int_eq(other.locked, 1);
    ck_assert_ptr_null(key_unlock(&other, "secret", 6, &mismatch));
    ck_assert_int_eq(other.locked, 0);
    ck_assert_mem_eq(other.bytes, plain.bytes, plain.len);
}
END_TEST

START_TEST(a_locked_key_of_another_kind_or_with_other_parameters_does_not_open)
{
    int mismatch = 0;

    lock_example();
    other = key;
    other.kdf.passes = 2;
    ck_assert_ptr_nonnull(key_unlock(&other, "secret", 6, &mismatch));
    other = key;
    other.kind = KEY_SYMMETRIC;
    ck_assert_ptr_nonnull(key_unlock(&other, "secret", 6, &mismatch));
    ck_assert_int_eq(mismatch, 1);
}
END_TEST

START_TEST(passphrase_parameters_out_of_range_are_refused)
{
    static const uint32_t bad[][3] = {{7, 1, 1},     {64, 0, 1},  {64, 1, 0},
                                      {64, 1025, 1}, {64, 1, 65}, {(16u << 20) + 1, 1, 1},
                                      {15, 1, 2}};
    struct kdf kdf = {.salt = "0123456789abcde"};
    uint8_t bytes[KDF_LEN];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        kdf.memory_kib = bad[i][0];
        kdf.passes = bad[i][1];
        kdf.lanes = bad[i][2];
        kdf_encode(bytes, &kdf);
        ck_assert_msg(kdf_decode(&kdf, bytes) != NULL, "case %zu", i);
    }
    kdf = (struct kdf){.memory_kib = 1 << 20, .passes = 16, .lanes = 4};
    ck_assert_int_eq(kdf_is_expensive(&kdf), 0);
    kdf.memory_kib++;
    ck_assert_int_eq(kdf_is_expensive(&kdf), 1);
    kdf.memory_kib--;
    kdf.passes++;
    ck_assert_int_eq(kdf_is_expensive(&kdf), 1);
}
END_TEST

/* -- sealed files */

static uint8_t header[SEALED_HEADER_MAX], payload_key[KDF_KEY_LEN], found_key[KDF_KEY_LEN];
static struct sealed_header parsed;
static struct key symmetric, secret, public_key;
static struct sealed_recipient recipients[3];
static struct sealed_opener opener;
static size_t header_len;
static int mismatch_seen;

static void make_header(void)
{
    uint8_t random[SEALED_SALT_LEN + KDF_KEY_LEN];

    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)(0x40 + i);
    symmetric = example_key(KEY_SYMMETRIC, 0);
    secret = example_key(KEY_SEALING_SECRET, 0x80);
    ck_assert_ptr_null(key_make_public(&public_key, &secret));
    recipients[0] = (struct sealed_recipient){.type = SEALED_KEY, .key = &symmetric};
    recipients[1] = (struct sealed_recipient){
        .type = SEALED_PASSPHRASE, .passphrase = "pass", .passphrase_len = 4};
    recipients[1].kdf =
        (struct kdf){.salt = "salt of the test", .memory_kib = 64, .passes = 1, .lanes = 1};
    recipients[2] = (struct sealed_recipient){.type = SEALED_XWING, .key = &public_key};
    ck_assert_ptr_null(sealed_header_make(header, &header_len, payload_key, recipients, 3, random));
    opener = (struct sealed_opener){0};
}

static const char *open_header(void)
{
    const char *wrong = sealed_header_parse(&parsed, header, header_len);
    return wrong ? wrong : sealed_header_open(found_key, &parsed, &opener, &mismatch_seen);
}

START_TEST(each_recipient_finds_the_same_key)
{
    opener.keys = _i == 0 ? &symmetric : &secret;
    opener.nkeys = _i < 2;
    opener.passphrase = _i == 2 ? "pass" : NULL;
    opener.passphrase_len = 4;
    ck_assert_ptr_null(open_header());
    ck_assert_mem_eq(found_key, payload_key, sizeof payload_key);
}
END_TEST

START_TEST(others_find_nothing)
{
    struct key wrong_keys[3] = {symmetric, secret, secret};

    wrong_keys[0].bytes[31] ^= 1;
    wrong_keys[1].bytes[0] ^= 1;
    wrong_keys[2].kind = KEY_SYMMETRIC;
    opener = (struct sealed_opener){"pasS", 4, wrong_keys, 3};
    ck_assert_ptr_nonnull(open_header());
    ck_assert_int_eq(mismatch_seen, 1);
    opener = (struct sealed_opener){0};
    ck_assert_ptr_nonnull(open_header());
}
END_TEST

START_TEST(a_header_with_a_byte_changed_does_not_open)
{
    opener.keys = &symmetric;
    opener.nkeys = 1;
    for (size_t at = 0; at < header_len; at++) {
        header[at] ^= (uint8_t)(1 << at % 8);
        ck_assert_msg(open_header() != NULL, "byte %zu", at);
        header[at] ^= (uint8_t)(1 << at % 8);
    }
    ck_assert_ptr_null(open_header());
}
END_TEST

START_TEST(a_header_that_is_cut_or_longer_is_refused)
{
    for (size_t len = 0; len < header_len; len++)
        ck_assert_ptr_nonnull(sealed_header_parse(&parsed, header, len));
    ck_assert_ptr_nonnull(sealed_header_parse(&parsed, header, header_len + 1));
}
END_TEST

START_TEST(two_passphrases_are_refused)
{
    static const uint8_t random[SEALED_SALT_LEN + KDF_KEY_LEN];

    recipients[2] = recipients[1];
    ck_assert_ptr_null(sealed_header_make(header, &header_len, payload_key, recipients, 3, random));
    ck_assert_ptr_nonnull(sealed_header_parse(&parsed, header, header_len));
    ck_assert_ptr_nonnull(
        sealed_header_make(header, &header_len, payload_key, recipients, 0, random));
}
END_TEST

START_TEST(the_sealed_file_of_the_document_is_the_one_that_is_made)
{
    static char hex[4096];
    static const char message[] = "The cat sat on the mat.\n";
    uint8_t expected[512], sealed[sizeof message - 1 + NONCRYPTO_STREAM_TAG_LEN];
    uint8_t random[SEALED_SALT_LEN + KDF_KEY_LEN];
    struct noncrypto_stream stream;

    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)(0x40 + i);
    ck_assert_ptr_null(sealed_header_make(header, &header_len, payload_key, recipients, 1, random));
    ck_assert_int_eq(noncrypto_stream_init(&stream, payload_key, SEALED_CHUNK_LEN), 0);
    ck_assert_int_eq(
        noncrypto_stream_seal(&stream, sealed, (const uint8_t *)message, sizeof message - 1, 1), 0);
    size_t len = read_example(hex, sizeof hex, "sealed-file.md", "4e4f4e5345414c31");
    size_t digits = 0;
    for (size_t i = 0; i < len; i++)
        if (hex[i] != '\n' && hex[i] != ' ')
            hex[digits++] = hex[i];
    hex[digits] = '\0';
    ck_assert_uint_eq(check_unhex(expected, sizeof expected, hex), header_len + sizeof sealed);
    ck_assert_mem_eq(header, expected, header_len);
    ck_assert_mem_eq(sealed, expected + header_len, sizeof sealed);
}
END_TEST

/* -- signatures */

static struct signature example_signature(void)
{
    struct signature s = {.comment = "a comment"};

    for (size_t i = 0; i < sizeof s.bytes; i++)
        s.bytes[i] = (uint8_t)i;
    return s;
}

START_TEST(a_signature_file_comes_back)
{
    struct signature s = example_signature(), t;

    size_t len = signature_format(text, &s);
    ck_assert_ptr_null(signature_parse(&t, text, len));
    ck_assert_mem_eq(&t, &s, sizeof s);
    s.comment[0] = '\0';
    memset(s.comment, 0, sizeof s.comment);
    len = signature_format(text, &s);
    ck_assert_ptr_null(signature_parse(&t, text, len));
    ck_assert_mem_eq(&t, &s, sizeof s);
}
END_TEST

START_TEST(a_signature_file_with_a_byte_changed_is_refused)
{
    struct signature s = example_signature(), t;

    size_t len = signature_format(text, &s);
    for (size_t at = 0; at < len; at++) {
        text[at] = (char)(text[at] ^ 1 << at % 8);
        ck_assert_msg(signature_parse(&t, text, len) != NULL, "byte %zu", at);
        text[at] = (char)(text[at] ^ 1 << at % 8);
        ck_assert_ptr_nonnull(signature_parse(&t, text, at));
    }
}
END_TEST

START_TEST(comments_that_a_terminal_could_obey_are_refused)
{
    static const char *const bad[] = {"a\nb",    "\033[2J",  "\x7f",         "\xc2\x9b",
                                      "\xff",    "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xe2\x82"};
    static const char *const good[] = {"", "plain", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x90\x88"};
    char longest[ARMOR_COMMENT_MAX + 2];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!armor_comment_allowed(bad[i]), "case %zu", i);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(armor_comment_allowed(good[i]), "case %zu", i);
    memset(longest, 'x', sizeof longest);
    longest[ARMOR_COMMENT_MAX] = '\0';
    ck_assert(armor_comment_allowed(longest));
    longest[ARMOR_COMMENT_MAX] = 'x';
    longest[ARMOR_COMMENT_MAX + 1] = '\0';
    ck_assert(!armor_comment_allowed(longest));
}
END_TEST

START_TEST(the_context_of_the_document_is_the_one_that_is_signed)
{
    static const struct signature s = {.comment = ""};
    char hex[512];
    uint8_t made[255], expected[255];

    size_t len = read_example(hex, sizeof hex, "signature.md", "6e6f6e63727970746f");
    size_t digits = 0;
    for (size_t i = 0; i < len; i++)
        if (hex[i] != '\n')
            hex[digits++] = hex[i];
    hex[digits] = '\0';
    len = check_unhex(expected, sizeof expected, hex);
    ck_assert_uint_eq(signature_context(made, &s, "xyz", 3), len);
    ck_assert_mem_eq(made, expected, len);
}
END_TEST

START_TEST(the_context_depends_on_comment_and_context)
{
    struct signature s = example_signature();
    uint8_t a[255], b[255], expected[32];
    static const char head[] = "noncrypto-signature 1";

    size_t len = signature_context(a, &s, "xyz", 3);
    ck_assert_uint_eq(len, sizeof head + 32 + 3);
    ck_assert_mem_eq(a, head, sizeof head);
    noncrypto_blake3(expected, "a comment", 9);
    ck_assert_mem_eq(a + sizeof head, expected, 32);
    ck_assert_mem_eq(a + sizeof head + 32, "xyz", 3);
    s.comment[0] = 'b';
    ck_assert_uint_eq(signature_context(b, &s, "xyz", 3), len);
    ck_assert_mem_ne(a, b, len);
}
END_TEST

static Suite *formats_suite(void)
{
    Suite *suite = suite_create("noncrypto formats");
    TCase *tc = tcase_create("keys");
    tcase_add_test(tc, the_key_file_of_the_document_is_the_one_that_is_written);
    tcase_add_loop_test(tc, every_kind_of_key_comes_back, 0, KEY_KINDS);
    tcase_add_test(tc, a_key_file_with_a_byte_changed_cut_or_added_is_refused);
    tcase_add_test(tc, a_locked_key_opens_with_its_passphrase_only);
    tcase_add_test(tc, a_locked_key_of_another_kind_or_with_other_parameters_does_not_open);
    tcase_add_test(tc, passphrase_parameters_out_of_range_are_refused);
    suite_add_tcase(suite, tc);
    tc = tcase_create("sealed files");
    tcase_add_checked_fixture(tc, make_header, NULL);
    tcase_add_loop_test(tc, each_recipient_finds_the_same_key, 0, 3);
    tcase_add_test(tc, others_find_nothing);
    tcase_add_test(tc, a_header_with_a_byte_changed_does_not_open);
    tcase_add_test(tc, a_header_that_is_cut_or_longer_is_refused);
    tcase_add_test(tc, two_passphrases_are_refused);
    tcase_add_test(tc, the_sealed_file_of_the_document_is_the_one_that_is_made);
    suite_add_tcase(suite, tc);
    tc = tcase_create("signatures");
    tcase_add_test(tc, a_signature_file_comes_back);
    tcase_add_test(tc, a_signature_file_with_a_byte_changed_is_refused);
    tcase_add_test(tc, comments_that_a_terminal_could_obey_are_refused);
    tcase_add_test(tc, the_context_of_the_document_is_the_one_that_is_signed);
    tcase_add_test(tc, the_context_depends_on_comment_and_context);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(formats_suite)
