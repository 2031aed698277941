#include "archive_write.h"
#include "common/archive.h"
#include "common/page.h"

#include <check_main.h>
#include <noncrypto/blake3.h>

enum { HEADER = sizeof(struct nonos_archive_header), ENTRY = sizeof(struct nonos_archive_entry) };

struct archive {
    uint8_t *data;
    size_t len;
};

static struct archive_item item(const char *name, const char *text)
{
    return (struct archive_item){name, (const uint8_t *)text, strlen(text)};
}

static struct archive make(struct archive_item *items, size_t count)
{
    struct archive a;
    size_t culprit;
    ck_assert_int_eq(archive_write(items, count, &a.data, &a.len, &culprit), 0);
    return a;
}

static struct archive make_three(void)
{
    struct archive_item items[] = {
        item("modules/vfs", "the file system"),
        item("bin/ls", ""),
        item("manifest", "everything"),
    };
    return make(items, 3);
}

/* Makes the root fit again after a change in the table. */
static void seal(struct archive *a)
{
    uint32_t count;
    memcpy(&count, a->data + offsetof(struct nonos_archive_header, nentries), 4);
    noncrypto_blake3(a->data + offsetof(struct nonos_archive_header, root), a->data + HEADER,
                     (size_t)count * ENTRY);
}

static int check_archive(const struct archive *a)
{
    struct boot_archive checked;
    return boot_archive_check(&checked, a->data, a->len);
}

START_TEST(archive_comes_back_sorted_and_whole)
{
    static const char *const names[] = {"bin/ls", "manifest", "modules/vfs"};
    static const char *const texts[] = {"", "everything", "the file system"};
    struct archive a = make_three();
    struct boot_archive checked;

    ck_assert_int_eq(boot_archive_check(&checked, a.data, a.len), 0);
    ck_assert_uint_eq(checked.nentries, 3);
    for (uint32_t i = 0; i < 3; i++) {
        struct nonos_archive_entry e;
        uint8_t hash[32];
        boot_archive_entry(&checked, i, &e);
        ck_assert_str_eq(e.name, names[i]);
        ck_assert_uint_eq(e.len, strlen(texts[i]));
        ck_assert_uint_eq(e.offset % 4096, 0);
        ck_assert_int_eq(memcmp(a.data + e.offset, texts[i], e.len), 0);
        noncrypto_blake3(hash, texts[i], e.len);
        ck_assert_mem_eq(hash, e.hash, 32);
        for (uint64_t at = e.len; at % 4096 != 0; at++)
            ck_assert_uint_eq(a.data[e.offset + at], 0);
    }
    free(a.data);
}
END_TEST

START_TEST(archive_does_not_depend_on_the_order_of_its_items)
{
    struct archive_item other[] = {
        item("manifest", "everything"),
        item("modules/vfs", "the file system"),
        item("bin/ls", ""),
    };
    struct archive a = make_three(), b = make(other, 3);
    ck_assert_uint_eq(a.len, b.len);
    ck_assert_mem_eq(a.data, b.data, a.len);
    free(a.data);
    free(b.data);
}
END_TEST

START_TEST(archive_without_files_is_valid)
{
    struct archive a = make(NULL, 0);
    ck_assert_uint_eq(a.len, 4096);
    ck_assert_int_eq(check_archive(&a), 0);
    free(a.data);
}
END_TEST

static const struct {
    const char *name;
    int valid;
} names[] = {
    {"a", 1},
    {"bin/ls", 1},
    {"a.b_c-d+e/F0", 1},
    {"...", 1},
    {".hidden", 1},
    {"", 0},
    {"/a", 0},
    {"a/", 0},
    {"a//b", 0},
    {".", 0},
    {"..", 0},
    {"../a", 0},
    {"a/../b", 0},
    {"a/.", 0},
    {"a b", 0},
    {"gr\xc3\xbcn", 0},
    {"a\\b", 0},
    {"a=b", 0},
    {"a\x01", 0},
    {"123456789012345678901234567890123456789012345678901234567890123", 1},
    {"1234567890123456789012345678901234567890123456789012345678901234", 0},
};

START_TEST(archive_name_rules_hold)
{
    struct archive_item items[] = {item(names[_i].name, "x")};
    uint8_t *out;
    size_t len, culprit;
    int result = archive_write(items, 1, &out, &len, &culprit);
    ck_assert_int_eq(result, names[_i].valid ? 0 : ARCHIVE_WRITE_E_NAME);
    if (result == 0)
        free(out);
}
END_TEST

START_TEST(archive_name_named_twice_is_refused)
{
    struct archive_item items[] = {item("b", "1"), item("a", "2"), item("b", "3")};
    uint8_t *out;
    size_t len, culprit;
    ck_assert_int_eq(archive_write(items, 3, &out, &len, &culprit), ARCHIVE_WRITE_E_DUPLICATE);
    ck_assert_str_eq(items[culprit].name, "b");
}
END_TEST

START_TEST(archive_with_any_bit_of_header_or_table_changed_is_refused)
{
    struct archive a = make_three();
    for (size_t i = 0; i < HEADER + 3 * ENTRY; i++) {
        a.data[i] ^= 1u << i % 8;
        ck_assert_int_ne(check_archive(&a), 0);
        a.data[i] ^= 1u << i % 8;
    }
    ck_assert_int_eq(check_archive(&a), 0);
    free(a.data);
}
END_TEST

/*
 * Tables that have the right root but lie: one field changed, as an attacker would who makes the
 * root himself.
 */
static const struct {
    int entry, at, len;
    uint64_t value;
} lies[] = {
    {0, 64, 8, 0},    /* file in the header */
    {0, 64, 8, 4097}, /* not on a page */
    {1, 64, 8, UINT64_MAX & ~4095ull},
    {2, 64, 8, 4096},    /* on top of another file */
    {2, 72, 8, 1 << 20}, /* longer than the archive */
    {2, 72, 8, UINT64_MAX},
    {1, 72, 8, 5000}, /* reaches into the next file */
    {1, 0, 1, 'a'},   /* out of order */
    {0, 0, 1, '/'},
    {0, 6, 1, 'x'},  /* no zero behind the name */
    {0, 10, 1, 'x'}, /* rubbish behind the zero */
};

START_TEST(archive_whose_table_lies_is_refused)
{
    struct archive a = make_three();
    uint8_t *at = a.data + HEADER + lies[_i].entry * ENTRY + lies[_i].at;
    for (int i = 0; i < lies[_i].len; i++)
        at[i] = (uint8_t)(lies[_i].value >> 8 * i);
    if (_i == 9)
        memset(a.data + HEADER + 6, 'x', NONOS_ARCHIVE_NAME_SIZE - 6);
    seal(&a);
    ck_assert_int_eq(check_archive(&a), BOOT_E_ARCHIVE_ENTRY);
    free(a.data);
}
END_TEST

START_TEST(archive_cut_off_anywhere_is_refused)
{
    struct archive a = make_three();
    struct boot_archive checked;
    for (size_t len = 0; len < a.len; len += len < 500 ? 1 : 509) {
        uint8_t *copy = malloc(len + !len);
        memcpy(copy, a.data, len);
        ck_assert_int_ne(boot_archive_check(&checked, copy, len), 0);
        free(copy);
    }
    free(a.data);
}
END_TEST

START_TEST(archive_with_too_many_entries_is_refused)
{
    uint32_t count = NONOS_ARCHIVE_MAX_ENTRIES + 1;
    struct archive_item *items = calloc(count, sizeof *items);
    char(*text)[8] = calloc(count, sizeof *text);
    uint8_t *out;
    size_t len, culprit;
    for (uint32_t i = 0; i < count; i++) {
        snprintf(text[i], sizeof text[i], "f%u", (unsigned)i);
        items[i] = (struct archive_item){text[i], NULL, 0};
    }
    ck_assert_int_eq(archive_write(items, count, &out, &len, &culprit), ARCHIVE_WRITE_E_TOO_MANY);
    struct archive a = make(items, count - 1);
    ck_assert_int_eq(check_archive(&a), 0);
    free(a.data);
    free(items);
    free(text);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("image/archive");
    TCase *t = tcase_create("archive");
    tcase_add_test(t, archive_comes_back_sorted_and_whole);
    tcase_add_test(t, archive_does_not_depend_on_the_order_of_its_items);
    tcase_add_test(t, archive_without_files_is_valid);
    tcase_add_loop_test(t, archive_name_rules_hold, 0, sizeof names / sizeof *names);
    tcase_add_test(t, archive_name_named_twice_is_refused);
    tcase_add_test(t, archive_with_any_bit_of_header_or_table_changed_is_refused);
    tcase_add_loop_test(t, archive_whose_table_lies_is_refused, 0, sizeof lies / sizeof *lies);
    tcase_add_test(t, archive_cut_off_anywhere_is_refused);
    tcase_add_test(t, archive_with_too_many_entries_is_refused);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
