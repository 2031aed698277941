/* What the attestor decides: which images may run, by which rule, and how the rule changes. */
#include <check_main.h>

#include <stdbool.h>
#include <stdlib.h>

#include <nonos/objects.h>

#include "../../../../libnonzk/tests/module_helpers.h"
#include "../key.h"
#include "../verify.h"

#define GRANTS    (NONOS_GRANT_TASKS | NONOS_GRANT_CONSOLE | NONOS_GRANT_DEVICE)
#define GRANTS_AT (MADE_ELF_LEN + 40)
#define NAME_AT   (MADE_ELF_LEN + 8)
#define EPOCH_AT  (MADE_ELF_LEN + 56)

/* No key: rule_init() must notice. */
const uint8_t attestor_key[ATTESTOR_KEY_LEN] = {1};
const uint8_t attestor_key_hash[32] = {0};
const uint8_t attestor_root[NONZK_FR_LEN] = {0};
const uint32_t attestor_epoch = 1;

static int random_result;

int nonos_random(void *buffer, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)buffer)[i] = (uint8_t)(i * 7 + 1);
    return random_result;
}

static struct made_module made;
static struct rule rule;
static struct table table;
static struct manifest_image images[4];

static void store_grants(uint64_t grants)
{
    for (int i = 0; i < 8; i++)
        made.file[GRANTS_AT + i] = (uint8_t)(grants >> 8 * i);
    ck_assert_int_eq(made_module_prove(&made), 0);
}

static void setup(void)
{
    ck_assert_int_eq(made_module(&made), 0);
    store_grants(GRANTS);
    memset(&rule, 0, sizeof(rule));
    rule.verifier = made.verifier;
    rule.demand = made.rule;
    rule.demand.denied = rule.denied[0];
    rule.generation = 1;
    memset(&table, 0, sizeof(table));
    memset(images, 0, sizeof(images));
    random_result = 0;
}

/* Adds the file as it is now to the table, under a path of the archive. */
static struct table_entry *add(const char *path, uint64_t grants)
{
    static uint8_t files[4][MADE_MODULE_LEN];
    struct table_entry *entry = &table.entries[table.n];
    struct manifest_image *image = &images[table.n];
    memcpy(files[table.n], made.file, sizeof(made.file));
    strcpy(image->name, "an-image");
    strcpy(image->image, path);
    image->grants = grants;
    entry->image = image;
    entry->file.data = files[table.n++];
    entry->file.len = sizeof(made.file);
    return entry;
}

static int check_file(void)
{
    struct nonzk_module_report report;
    return verify_file(&report, &rule, made.file, sizeof(made.file));
}

START_TEST(rule_without_its_key_does_not_begin)
{
    ck_assert_int_eq(rule_init(&rule), NONOS_E_CORRUPT);
}
END_TEST

START_TEST(file_with_a_proof_may_run)
{
    struct nonzk_module_report report;
    ck_assert_int_eq(verify_file(&report, &rule, made.file, sizeof(made.file)), NONOS_OK);
    ck_assert_uint_eq(report.manifest.capabilities, GRANTS);
    ck_assert_uint_eq(report.elf_len, MADE_ELF_LEN);
}
END_TEST

START_TEST(file_is_refused_for_its_reason)
{
    made.file[20] ^= 1;
    ck_assert_int_eq(check_file(), NONOS_E_PROOF);
    made.file[20] ^= 1;
    made.file[GRANTS_AT] ^= 8;
    ck_assert_int_eq(check_file(), NONOS_E_PROOF);
    made.file[GRANTS_AT] ^= 8;
    made.file[EPOCH_AT] ^= 1;
    ck_assert_int_eq(check_file(), NONOS_E_EPOCH);
    made.file[EPOCH_AT] ^= 1;
    made.file[MADE_PROOF_AT] ^= 0x40;
    ck_assert_int_eq(check_file(), NONOS_E_ATTESTATION);
    made.file[MADE_PROOF_AT] ^= 0x40;
    made.file[sizeof(made.file) - 16] ^= 1;
    ck_assert_int_eq(check_file(), NONOS_E_NOT_ATTESTED);
    made.file[sizeof(made.file) - 16] ^= 1;
    ck_assert_int_eq(check_file(), NONOS_OK);
}
END_TEST

START_TEST(file_may_not_have_what_is_the_attestors_or_does_not_exist)
{
    store_grants(GRANTS | NONOS_GRANT_MINT);
    ck_assert_int_eq(check_file(), NONOS_E_CEILING);
    store_grants(GRANTS | 1ull << 63);
    ck_assert_int_eq(check_file(), NONOS_E_CEILING);
    store_grants(NONOS_GRANTS_ALL & ~NONOS_GRANT_MINT);
    ck_assert_int_eq(check_file(), NONOS_OK);
}
END_TEST

START_TEST(every_good_image_of_a_batch_may_run)
{
    for (int i = 0; i < 4; i++)
        (void)add("bin/made-module.1", GRANTS);
    verify_all(&table, &rule);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(table.entries[i].result, NONOS_OK);
}
END_TEST

START_TEST(bad_image_of_a_batch_is_found_and_the_others_run)
{
    (void)add("bin/made-module.1", GRANTS);
    made.file[10] ^= 1; /* proof that does not hold: the batch fails */
    (void)add("bin/made-module.1", GRANTS);
    made.file[10] ^= 1;
    made.file[sizeof(made.file) - 16] ^= 1; /* no attestation: not in the batch */
    (void)add("bin/made-module.1", GRANTS);
    made.file[sizeof(made.file) - 16] ^= 1;
    (void)add("bin/made-module.1", GRANTS);
    verify_all(&table, &rule);
    ck_assert_int_eq(table.entries[0].result, NONOS_OK);
    ck_assert_int_eq(table.entries[1].result, NONOS_E_PROOF);
    ck_assert_int_eq(table.entries[2].result, NONOS_E_NOT_ATTESTED);
    ck_assert_int_eq(table.entries[3].result, NONOS_OK);
}
END_TEST

START_TEST(point_that_is_none_is_found_in_a_batch)
{
    (void)add("bin/made-module.1", GRANTS);
    made.file[MADE_PROOF_AT] ^= 0x40;
    (void)add("bin/made-module.1", GRANTS);
    verify_all(&table, &rule);
    ck_assert_int_eq(table.entries[0].result, NONOS_OK);
    ck_assert_int_eq(table.entries[1].result, NONOS_E_ATTESTATION);
}
END_TEST

START_TEST(without_random_numbers_each_proof_is_verified_alone)
{
    random_result = NONOS_E_ENTROPY;
    (void)add("bin/made-module.1", GRANTS);
    made.file[10] ^= 1;
    (void)add("bin/made-module.1", GRANTS);
    verify_all(&table, &rule);
    ck_assert_int_eq(table.entries[0].result, NONOS_OK);
    ck_assert_int_eq(table.entries[1].result, NONOS_E_PROOF);
}
END_TEST

START_TEST(manifest_of_the_archive_may_give_less_but_not_more)
{
    (void)add("bin/made-module.1", NONOS_GRANT_TASKS);
    (void)add("bin/made-module.1", GRANTS | NONOS_GRANT_POWER);
    verify_all(&table, &rule);
    ck_assert_int_eq(table.entries[0].result, NONOS_OK);
    ck_assert_int_eq(table.entries[1].result, NONOS_E_CEILING);
}
END_TEST

START_TEST(image_under_the_name_of_another_is_refused)
{
    (void)add("bin/other-module", GRANTS);
    (void)add("made-module.1", GRANTS);
    verify_all(&table, &rule);
    ck_assert_int_eq(table.entries[0].result, NONOS_E_NOT_FOUND);
    ck_assert_int_eq(table.entries[1].result, NONOS_OK);
}
END_TEST

START_TEST(epoch_grows_and_ends_what_was_attested_before)
{
    struct table_entry *entry = add("bin/made-module.1", GRANTS);
    uint8_t root[NONZK_FR_LEN] = {0x22}, beyond[NONZK_FR_LEN];
    memset(beyond, 0xff, sizeof(beyond));
    verify_all(&table, &rule);
    ck_assert_int_eq(rule_set_epoch(&rule, MADE_EPOCH, root), NONOS_E_INVALID);
    ck_assert_int_eq(rule_set_epoch(&rule, MADE_EPOCH - 1, root), NONOS_E_INVALID);
    ck_assert_int_eq(rule_set_epoch(&rule, 1ull << 32, root), NONOS_E_INVALID);
    ck_assert_int_eq(rule_set_epoch(&rule, MADE_EPOCH + 1, beyond), NONOS_E_INVALID);
    ck_assert_int_eq(verify_entry(entry, &rule), NONOS_OK);
    ck_assert_int_eq(rule_set_epoch(&rule, MADE_EPOCH + 1, root), NONOS_OK);
    ck_assert_int_eq(verify_entry(entry, &rule), NONOS_E_EPOCH);
    ck_assert_int_eq(check_file(), NONOS_E_EPOCH);
    /* Attested anew for that epoch and root it runs, and another root does not do. */
    made.file[EPOCH_AT] = MADE_EPOCH + 1;
    ck_assert_int_eq(made_module_prove(&made), 0);
    ck_assert_int_eq(check_file(), NONOS_E_PROOF);
    memcpy(made.rule.root, root, sizeof(root));
    ck_assert_int_eq(made_module_prove(&made), 0);
    ck_assert_int_eq(check_file(), NONOS_OK);
}
END_TEST

START_TEST(denied_pseudonym_ends)
{
    struct table_entry *entry = add("bin/made-module.1", GRANTS);
    uint8_t other[NONZK_FR_LEN] = {1}, beyond[NONZK_FR_LEN];
    memset(beyond, 0xff, sizeof(beyond));
    verify_all(&table, &rule);
    ck_assert_int_eq(rule_deny(&rule, beyond), NONOS_E_INVALID);
    ck_assert_int_eq(rule_deny(&rule, other), NONOS_OK);
    ck_assert_int_eq(verify_entry(entry, &rule), NONOS_OK);
    ck_assert_int_eq(rule_deny(&rule, entry->report.pseudonym), NONOS_OK);
    ck_assert_int_eq(rule_deny(&rule, entry->report.pseudonym), NONOS_E_EXISTS);
    ck_assert_int_eq(verify_entry(entry, &rule), NONOS_E_REVOKED);
    ck_assert_int_eq(check_file(), NONOS_E_REVOKED);
}
END_TEST

START_TEST(list_of_the_denied_has_an_end)
{
    for (uint32_t i = 0; i < RULE_DENIED_MAX; i++) {
        const uint8_t pseudonym[NONZK_FR_LEN] = {0, (uint8_t)(i >> 8), (uint8_t)i};
        ck_assert_int_eq(rule_deny(&rule, pseudonym), NONOS_OK);
    }
    ck_assert_int_eq(rule_deny(&rule, (const uint8_t[NONZK_FR_LEN]){1}), NONOS_E_NO_SPACE);
    ck_assert_int_eq(check_file(), NONOS_OK);
}
END_TEST

START_TEST(reasons_fit_into_a_record)
{
    for (int result = -64; result <= 0; result++)
        ck_assert_uint_le(strlen(rule_reason(rule_result(result))), 39);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("attestor's rule");
    TCase *tc = tcase_create("rule");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, rule_without_its_key_does_not_begin);
    tcase_add_test(tc, file_with_a_proof_may_run);
    tcase_add_test(tc, file_is_refused_for_its_reason);
    tcase_add_test(tc, file_may_not_have_what_is_the_attestors_or_does_not_exist);
    tcase_add_test(tc, every_good_image_of_a_batch_may_run);
    tcase_add_test(tc, bad_image_of_a_batch_is_found_and_the_others_run);
    tcase_add_test(tc, point_that_is_none_is_found_in_a_batch);
    tcase_add_test(tc, without_random_numbers_each_proof_is_verified_alone);
    tcase_add_test(tc, manifest_of_the_archive_may_give_less_but_not_more);
    tcase_add_test(tc, image_under_the_name_of_another_is_refused);
    tcase_add_test(tc, epoch_grows_and_ends_what_was_attested_before);
    tcase_add_test(tc, denied_pseudonym_ends);
    tcase_add_test(tc, list_of_the_denied_has_an_end);
    tcase_add_test(tc, reasons_fit_into_a_record);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(make_suite)
