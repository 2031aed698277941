#include <check_main.h>

#include "checksum/crc.h"
#include "checksum/crc32c_table.h"

/* One bit at a time, straight from the definition. */
static uint32_t crc_slow(uint32_t crc, const uint8_t *p, size_t len, uint32_t polynomial)
{
    while (len-- > 0) {
        crc ^= *p++;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    }
    return crc;
}

START_TEST(crc32c_has_its_check_value)
{
    ck_assert_uint_eq(~nonfs_crc32c(~0u, "123456789", 9), 0xe3069283u);
}
END_TEST

START_TEST(crc16_has_its_check_value)
{
    ck_assert_uint_eq(nonfs_crc16(0, "123456789", 9), 0xbb3d);
}
END_TEST

START_TEST(crc32c_table_is_the_one_of_the_polynomial)
{
    for (unsigned k = 0; k < 16; k++) {
        for (unsigned b = 0; b < 256; b++) {
            uint8_t message[16] = {(uint8_t)b};

            ck_assert_uint_eq(crc32c_table[k][b], crc_slow(0, message, k + 1, 0x82f63b78));
        }
    }
}
END_TEST

START_TEST(crcs_agree_with_the_definition_at_each_length_and_alignment)
{
    uint64_t state = check_seed();
    uint8_t bytes[96];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)check_random(&state);
    for (size_t start = 0; start < 8; start++) {
        for (size_t len = 0; len <= 80; len++) {
            uint32_t crc = (uint32_t)check_random(&state);

            ck_assert_uint_eq(nonfs_crc32c(crc, bytes + start, len),
                              crc_slow(crc, bytes + start, len, 0x82f63b78));
            ck_assert_uint_eq(nonfs_crc16((uint16_t)crc, bytes + start, len),
                              crc_slow(crc & 0xffff, bytes + start, len, 0xa001));
        }
    }
}
END_TEST

START_TEST(crc_of_pieces_is_the_crc_of_the_whole)
{
    const char text[] = "The checksum of ext4 goes over several pieces that lie apart.";

    for (size_t cut = 0; cut <= sizeof(text); cut++) {
        uint32_t crc = nonfs_crc32c(~0u, text, cut);
        uint16_t crc16 = nonfs_crc16(0xffff, text, cut);

        ck_assert_uint_eq(nonfs_crc32c(crc, text + cut, sizeof(text) - cut),
                          nonfs_crc32c(~0u, text, sizeof(text)));
        ck_assert_uint_eq(nonfs_crc16(crc16, text + cut, sizeof(text) - cut),
                          nonfs_crc16(0xffff, text, sizeof(text)));
    }
}
END_TEST

START_TEST(crc_from_another_start_is_known_from_the_crc)
{
    uint64_t state = check_seed();
    uint8_t bytes[300];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)check_random(&state);
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        uint32_t start = (uint32_t)check_random(&state);
        uint32_t other = (uint32_t)check_random(&state);

        ck_assert_uint_eq(nonfs_crc32c_restart(nonfs_crc32c(start, bytes, len), start, other,
                                               nonfs_crc32c_power(len)),
                          nonfs_crc32c(other, bytes, len));
    }
}
END_TEST

static Suite *checksum_suite(void)
{
    Suite *suite = suite_create("nonfs checksum");
    TCase *tc = tcase_create("crc");
    tcase_add_test(tc, crc32c_has_its_check_value);
    tcase_add_test(tc, crc16_has_its_check_value);
    tcase_add_test(tc, crc32c_table_is_the_one_of_the_polynomial);
    tcase_add_test(tc, crcs_agree_with_the_definition_at_each_length_and_alignment);
    tcase_add_test(tc, crc_of_pieces_is_the_crc_of_the_whole);
    tcase_add_test(tc, crc_from_another_start_is_known_from_the_crc);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(checksum_suite)
