#include "hostile.h"

#include "bytes.h"

START_TEST(every_damaged_bit_under_a_checksum_is_noticed)
{
    struct volume v;
    unsigned count;
    uint64_t state = check_seed();
    uint8_t *places[5];

    NEEDS_IMAGES();
    for (int round = 0; round < 200; round++) {
        uint32_t bit = (uint32_t)(check_random(&state) % (1012 * 8));
        int place = round % 5;
        int result;

        open_image(&v, summed_path);
        places[0] = block_at(&v, "few", 0);
        places[1] = block_at(&v, "many", 0);
        places[2] = first_child(&v, inode_at(&v, "comb") + 0x28);
        places[3] = inode_at(&v, "few/file");
        places[4] = block_number(&v, 2);
        if (place == 1) /* the root of a hash tree: only what is in use is summed */
            bit %= 8 * (32 + 8 * (uint32_t)load_le16(places[1] + 34));
        if (place == 2)
            bit %= 8 * 12 * (1 + 84u);
        if (place == 3)
            bit %= 8 * 256;
        if (place == 4)
            bit %= 8 * 64;
        places[place][bit / 8] ^= (uint8_t)(1u << bit % 8);
        volume_mount_again(&v, 8);
        result = place == 2 ? read_all(&v, "comb") : read_all(&v, "few/file");
        if (place == 1)
            result = list_all(&v, "many", &count);
        ck_assert_msg(result == NONFS_E_CHECKSUM || result == NONFS_E_CORRUPT,
                      "seed %llu, place %d, bit %u: %s", (unsigned long long)check_seed(), place,
                      bit, nonfs_strerror(result));
        volume_close(&v);
    }
}
END_TEST

START_TEST(damaged_group_descriptor_under_a_crc16_is_noticed)
{
    struct volume v;

    NEEDS_IMAGES();
    for (uint32_t bit = 0; bit < 8 * 64; bit++) {
        open_image(&v, crc16_path);
        block_number(&v, 2)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        volume_mount_again(&v, 8);
        ck_assert_int_eq(read_all(&v, "few/file"), NONFS_E_CHECKSUM);
        check_diagnostic(&v, NONFS_STRUCTURE_GROUP, NULL);
        volume_close(&v);
    }
}
END_TEST

START_TEST(damaged_superblock_under_a_checksum_is_noticed)
{
    struct volume v;

    NEEDS_IMAGES();
    for (uint32_t byte = 0; byte < 1024; byte += 5) {
        memset(&v, 0, sizeof(v));
        ck_assert_int_eq(image_open(&v.image, summed_path, 512), 0);
        v.image.bytes[1024 + byte] ^= 0x10;
        ck_assert_int_ne(volume_mount(&v, 8, 0), 0);
        volume_close(&v);
    }
}
END_TEST

START_TEST(unknown_kind_of_checksum_is_refused)
{
    struct volume v;

    NEEDS_IMAGES();
    memset(&v, 0, sizeof(v));
    ck_assert_int_eq(image_open(&v.image, summed_path, 512), 0);
    v.image.bytes[1024 + 0x175] = 2;
    ck_assert_int_eq(volume_mount(&v, 8, 0), NONFS_E_UNSUPPORTED);
    ck_assert_str_eq(v.diagnostic.reason, "the kind of checksum is not supported");
    volume_close(&v);
}
END_TEST

void hostile_checksums_add(TCase *tc)
{
    tcase_add_test(tc, every_damaged_bit_under_a_checksum_is_noticed);
    tcase_add_test(tc, damaged_group_descriptor_under_a_crc16_is_noticed);
    tcase_add_test(tc, damaged_superblock_under_a_checksum_is_noticed);
    tcase_add_test(tc, unknown_kind_of_checksum_is_refused);
}
