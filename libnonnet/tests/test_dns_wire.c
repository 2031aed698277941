#include <check_main.h>

#include <nonnet/dns_wire.h>

static struct nonnet_dns_name name_of(const char *text)
{
    struct nonnet_dns_name name;
    ck_assert_int_eq(nonnet_dns_name_from_text(&name, text), NONNET_OK);
    return name;
}

START_TEST(names_go_to_text_and_back)
{
    static const char *const rows[][2] = {{"example.com", "example.com"},
                                          {"example.com.", "example.com"},
                                          {"a", "a"},
                                          {"_dns.x-1.Y", "_dns.x-1.Y"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct nonnet_dns_name name = name_of(rows[i][0]);
        char text[NONNET_DNS_TEXT_MAX];
        nonnet_dns_name_to_text(&name, text);
        ck_assert_str_eq(text, rows[i][1]);
    }
}
END_TEST

START_TEST(text_that_is_no_name_is_refused)
{
    static const char *const rows[] = {"",    ".",    "..",           "a..b", ".a",
                                       "a b", "a\\b", "\xc3\xa9.org", "a/b"};
    char longest[300];
    struct nonnet_dns_name name = {.len = 7};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(nonnet_dns_name_from_text(&name, rows[i]), NONNET_E_INVALID);
    memset(longest, 'a', sizeof longest);
    longest[64] = '\0';
    ck_assert_int_eq(nonnet_dns_name_from_text(&name, longest), NONNET_E_INVALID);
    longest[63] = '\0';
    ck_assert_int_eq(nonnet_dns_name_from_text(&name, longest), NONNET_OK);
    memset(longest, 'a', sizeof longest);
    for (int i = 1; i < 300; i += 2)
        longest[i] = '.';
    longest[253] = '\0'; /* 127 labels of one octet: 255 octets with the root */
    ck_assert_int_eq(nonnet_dns_name_from_text(&name, longest), NONNET_OK);
    ck_assert_uint_eq(name.len, 255);
    longest[253] = '.';
    longest[255] = '\0';
    ck_assert_int_eq(nonnet_dns_name_from_text(&name, longest), NONNET_E_INVALID);
    ck_assert_uint_eq(name.len, 255);
}
END_TEST

START_TEST(rfc4343_cases_are_equal_and_octets_are_only_octets)
{
    struct nonnet_dns_name a = name_of("Example.COM"), b = name_of("eXAMPLE.com"),
                           c = name_of("examplf.com");
    ck_assert(nonnet_dns_name_equal(&a, &b));
    ck_assert(!nonnet_dns_name_equal(&a, &c));
    /* One label with a dot in it is not two labels. */
    struct nonnet_dns_name dot = {.len = 5, .octets = "\3a.b\0"}, two = name_of("a.b");
    ck_assert(!nonnet_dns_name_equal(&dot, &two));
    char text[NONNET_DNS_TEXT_MAX];
    nonnet_dns_name_to_text(&dot, text);
    ck_assert_str_eq(text, "a\\046b");
    struct nonnet_dns_name nul = {.len = 5, .octets = {3, 'a', 0, 'b', 0}};
    nonnet_dns_name_to_text(&nul, text);
    ck_assert_str_eq(text, "a\\000b");
    struct nonnet_dns_name root = {.len = 1};
    nonnet_dns_name_to_text(&root, text);
    ck_assert_str_eq(text, ".");
}
END_TEST

START_TEST(the_longest_text_fits)
{
    struct nonnet_dns_name name = {.len = 0};
    char text[NONNET_DNS_TEXT_MAX];
    for (int label = 0; label < 4; label++) {
        uint8_t len = label < 3 ? 63 : 61;
        name.octets[name.len++] = len;
        memset(name.octets + name.len, 0xff, len);
        name.len = (uint8_t)(name.len + len);
    }
    name.octets[name.len++] = 0;
    ck_assert_uint_eq(name.len, 255);
    nonnet_dns_name_to_text(&name, text);
    ck_assert_uint_eq(strlen(text), 250 * 4 + 3);
    ck_assert_uint_lt(strlen(text), sizeof text);
}
END_TEST

/* Decodes at `at`; the buffer has exactly `len` bytes, so that the sanitizer sees who leaves it. */
static int decode(const void *bytes, size_t len, size_t *at, struct nonnet_dns_name *name)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, len);
    int rc = nonnet_dns_name_decode(name, copy, len, at);
    free(copy);
    return rc;
}

START_TEST(rfc1035_4_1_4_pointers_lead_back)
{
    static const uint8_t message[] = "\7example\3com\0\3www\xc0\0\4mail\xc0\x0d";
    struct nonnet_dns_name name, www = name_of("www.example.com"),
                                 mail = name_of("mail.www.example.com");
    size_t at = 13;
    ck_assert_int_eq(decode(message, 26, &at, &name), NONNET_OK);
    ck_assert(at == 19 && nonnet_dns_name_equal(&name, &www));
    ck_assert_int_eq(decode(message, 26, &at, &name), NONNET_OK);
    ck_assert(at == 26 && nonnet_dns_name_equal(&name, &mail));
}
END_TEST

/* RFC 9267; NAME:WRECK: CVE-2020-7461, -15795, -27736 and others like them. */
START_TEST(rfc9267_names_that_wreck_are_refused)
{
    static const struct {
        const char *what;
        const char *bytes;
        size_t len;
        size_t at;
        int result;
    } rows[] = {
        {"a pointer to itself", "\xc0\0", 2, 0, NONNET_E_MALFORMED},
        {"two that point at each other", "\xc0\2\xc0\0", 4, 2, NONNET_E_MALFORMED},
        {"a pointer forward", "\1a\xc0\6\0\0\1b\0", 9, 0, NONNET_E_MALFORMED},
        {"a pointer into its own name", "\1a\1b\xc0\2", 6, 0, NONNET_E_MALFORMED},
        {"a pointer past the end", "\1a\0\xc0\x50", 5, 3, NONNET_E_MALFORMED},
        {"half a pointer", "\1a\xc0", 3, 0, NONNET_E_TRUNCATED},
        {"a label past the end",
         "\x3f"
         "abc",
         4, 0, NONNET_E_TRUNCATED},
        {"a name without an end", "\1a\1b", 4, 0, NONNET_E_TRUNCATED},
        {"nothing", "", 0, 0, NONNET_E_TRUNCATED},
        {"a start past the end", "\0", 1, 5, NONNET_E_TRUNCATED},
        {"a label of kind 01",
         "\x41"
         "a\0",
         3, 0, NONNET_E_MALFORMED},
        {"a label of kind 10",
         "\x81"
         "a\0",
         3, 0, NONNET_E_MALFORMED},
        {"a label that ends at the last byte", "\1a", 2, 0, NONNET_E_TRUNCATED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct nonnet_dns_name name = {.len = 9};
        size_t at = rows[i].at;
        int rc = decode(rows[i].bytes, rows[i].len, &at, &name);
        ck_assert_msg(rc == rows[i].result, "%s: %d", rows[i].what, rc);
        ck_assert(at == rows[i].at && name.len == 9);
    }
}
END_TEST

START_TEST(a_name_that_pointers_make_too_long_is_refused)
{
    uint8_t message[16384];
    size_t len = 0, start = 0, at;
    struct nonnet_dns_name name;
    int rc = NONNET_OK;
    /* Each name is the one before with nine octets more. */
    for (int i = 0; rc == NONNET_OK && i < 40; i++) {
        size_t here = len;
        message[len++] = 8;
        memset(message + len, 'x', 8);
        len += 8;
        if (i == 0) {
            message[len++] = 0;
        } else {
            message[len++] = (uint8_t)(0xc0 | start >> 8);
            message[len++] = (uint8_t)start;
        }
        start = here;
        at = here;
        rc = decode(message, len, &at, &name);
        ck_assert(rc == NONNET_OK || i == 28);
    }
    ck_assert_int_eq(rc, NONNET_E_MALFORMED);
}
END_TEST

START_TEST(records_are_checked_against_the_message)
{
    static const uint8_t a[] = "\0\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1";
    struct nonnet_dns_record r;
    size_t at = 0;
    ck_assert_int_eq(nonnet_dns_record_decode(&r, a, 15, &at), NONNET_OK);
    ck_assert(at == 15 && r.type == NONNET_DNS_A && r.ttl == 60 && r.data_at == 11 &&
              r.data_len == 4);
    for (size_t len = 0; len < 15; len++) {
        at = 0;
        ck_assert_int_eq(nonnet_dns_record_decode(&r, a, len, &at), NONNET_E_TRUNCATED);
        ck_assert_uint_eq(at, 0);
    }
    uint8_t wrong[sizeof a];
    memcpy(wrong, a, sizeof a);
    wrong[10] = 3; /* an address of three bytes */
    ck_assert_int_eq(nonnet_dns_record_decode(&r, wrong, 15, &at), NONNET_E_MALFORMED);
    wrong[9] = 0xff; /* data of 64 KiB */
    ck_assert_int_eq(nonnet_dns_record_decode(&r, wrong, 15, &at), NONNET_E_TRUNCATED);
    memcpy(wrong, a, sizeof a);
    wrong[5] = 0x80; /* RFC 2181 section 8 */
    ck_assert_int_eq(nonnet_dns_record_decode(&r, wrong, 15, &at), NONNET_OK);
    ck_assert_uint_eq(r.ttl, 0);
}
END_TEST

START_TEST(a_query_is_what_rfc1035_and_rfc6891_say)
{
    struct nonnet_dns_name name = name_of("ab.c");
    uint8_t out[NONNET_DNS_QUERY_MAX], want[64];
    size_t len = 0;
    ck_assert_int_eq(
        nonnet_dns_query_encode(0x1234, &name, NONNET_DNS_AAAA, false, out, sizeof out, &len),
        NONNET_OK);
    size_t n = check_unhex(want, sizeof want,
                           "123401000001000000000001026162016300001c0001"
                           "00002904d0000000000000");
    ck_assert_uint_eq(len, n);
    ck_assert_mem_eq(out, want, n);
    struct nonnet_dns_header h;
    struct nonnet_dns_question q;
    struct nonnet_dns_record opt;
    size_t at = NONNET_DNS_HEADER_LEN;
    ck_assert_int_eq(nonnet_dns_header_decode(&h, out, len), NONNET_OK);
    ck_assert(h.id == 0x1234 && !h.response && h.recursion_desired && h.nquestions == 1 &&
              h.nadditionals == 1);
    ck_assert_int_eq(nonnet_dns_header_decode(&h, out, 11), NONNET_E_TRUNCATED);
    ck_assert_int_eq(nonnet_dns_question_decode(&q, out, len, &at), NONNET_OK);
    ck_assert(q.type == NONNET_DNS_AAAA && nonnet_dns_name_equal(&q.name, &name));
    ck_assert_int_eq(nonnet_dns_record_decode(&opt, out, len, &at), NONNET_OK);
    ck_assert(opt.type == NONNET_DNS_OPT && opt.class_ == 1232 && at == len);
    size_t unchanged = 77;
    ck_assert_int_eq(nonnet_dns_query_encode(1, &name, 1, false, out, len - 1, &unchanged),
                     NONNET_E_NO_SPACE);
    ck_assert_uint_eq(unchanged, 77);
}
END_TEST

START_TEST(rfc8467_padded_queries_have_few_lengths)
{
    uint8_t out[NONNET_DNS_QUERY_MAX];
    char text[256];
    for (size_t n = 1; n <= 253; n++) {
        size_t len = 0;
        memset(text, 'a', n);
        for (size_t i = 50; i < n - 1; i += 50)
            text[i] = '.';
        text[n] = '\0';
        struct nonnet_dns_name name = name_of(text);
        ck_assert_int_eq(nonnet_dns_query_encode(1, &name, 1, true, out, sizeof out, &len),
                         NONNET_OK);
        ck_assert(len % 128 == 0 && len >= 128 && len <= 384);
        struct nonnet_dns_record opt;
        size_t at = NONNET_DNS_HEADER_LEN + name.len + 4u;
        ck_assert_int_eq(nonnet_dns_record_decode(&opt, out, len, &at), NONNET_OK);
        ck_assert(at == len && out[opt.data_at] == 0 && out[opt.data_at + 1] == 12);
    }
}
END_TEST

static Suite *dns_wire_suite(void)
{
    Suite *suite = suite_create("nonnet DNS messages");
    TCase *tc = tcase_create("names");
    tcase_add_test(tc, names_go_to_text_and_back);
    tcase_add_test(tc, text_that_is_no_name_is_refused);
    tcase_add_test(tc, rfc4343_cases_are_equal_and_octets_are_only_octets);
    tcase_add_test(tc, the_longest_text_fits);
    tcase_add_test(tc, rfc1035_4_1_4_pointers_lead_back);
    tcase_add_test(tc, rfc9267_names_that_wreck_are_refused);
    tcase_add_test(tc, a_name_that_pointers_make_too_long_is_refused);
    suite_add_tcase(suite, tc);
    tc = tcase_create("messages");
    tcase_add_test(tc, records_are_checked_against_the_message);
    tcase_add_test(tc, a_query_is_what_rfc1035_and_rfc6891_say);
    tcase_add_test(tc, rfc8467_padded_queries_have_few_lengths);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(dns_wire_suite)
