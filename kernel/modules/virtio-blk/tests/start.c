#include "fixture.h"

START_TEST(start_takes_only_features_that_it_knows)
{
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(m->virtio.accepted, ALL_FEATURES & ~(1ull << 12 | 1ull << 40));
    ck_assert_uint_eq(m->virtio.status,
                      VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
    ck_assert_uint_eq(v->nblocks, DISK_BYTES / 512);
    ck_assert_uint_eq(v->request_max, VBLK_REQUEST_MAX);
    ck_assert_uint_eq(v->nslots, VBLK_SLOTS);
}
END_TEST

START_TEST(a_device_without_version_1_is_refused_and_marked_failed)
{
    m->virtio.offered &= ~VIRTIO_F_VERSION_1;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
    ck_assert(m->virtio.status & VIRTIO_FAILED);
}
END_TEST

START_TEST(a_device_that_takes_features_back_is_refused)
{
    m->virtio.refuses_features = true;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(a_device_without_a_vector_is_refused)
{
    m->virtio.refuses_vector = true;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(a_device_that_does_not_reset_is_no_device)
{
    m->virtio.never_resets = true;
    m->virtio.status = VIRTIO_DRIVER_OK;
    ck_assert_int_eq(start(), NONOS_E_NO_DEVICE);
    ck_assert_uint_ge(m->virtio.pauses, 100);
}
END_TEST

START_TEST(a_configuration_that_never_stands_still_is_refused)
{
    m->virtio.generation_moves = true;
    ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
}
END_TEST

START_TEST(senseless_limits_are_refused)
{
    static const struct {
        uint32_t size_max, seg_max, block_size;
        uint16_t queue_max;
    } bad[] = {
        {4095, 254, 512, 256},  {4096, 1, 512, 256}, {4096, 254, 256, 256}, {4096, 254, 768, 256},
        {4096, 254, 8192, 256}, {4096, 254, 512, 0}, {4096, 254, 512, 100},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        m->size_max = bad[i].size_max;
        m->seg_max = bad[i].seg_max;
        m->block_size = bad[i].block_size;
        m->virtio.queue_max[0] = bad[i].queue_max;
        ck_assert_int_eq(start(), NONOS_E_UNSUPPORTED);
    }
}
END_TEST

START_TEST(limits_of_features_that_are_not_offered_do_not_count)
{
    m->virtio.offered &= ~(VBLK_F_SIZE_MAX | VBLK_F_SEG_MAX | VBLK_F_BLK_SIZE);
    m->size_max = m->seg_max = m->block_size = 0;
    ck_assert_int_eq(start(), 0);
    ck_assert_uint_eq(v->block_size, 512);
}
END_TEST

START_TEST(the_serial_number_arrives)
{
    ck_assert_int_eq(start(), 0);
    settle();
    ck_assert_mem_eq(v->serial, "NONOS-MODEL-DISK\0\0\0\0", VBLK_ID_LEN);
}
END_TEST

TCase *start_tests(void)
{
    TCase *t = tcase_create("start");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, start_takes_only_features_that_it_knows);
    tcase_add_test(t, a_device_without_version_1_is_refused_and_marked_failed);
    tcase_add_test(t, a_device_that_takes_features_back_is_refused);
    tcase_add_test(t, a_device_without_a_vector_is_refused);
    tcase_add_test(t, a_device_that_does_not_reset_is_no_device);
    tcase_add_test(t, a_configuration_that_never_stands_still_is_refused);
    tcase_add_test(t, senseless_limits_are_refused);
    tcase_add_test(t, limits_of_features_that_are_not_offered_do_not_count);
    tcase_add_test(t, the_serial_number_arrives);
    return t;
}
