#include "fixture.h"

static Suite *virtio_blk_suite(void)
{
    Suite *s = suite_create("virtio-blk");
    suite_add_tcase(s, start_tests());
    suite_add_tcase(s, requests_tests());
    suite_add_tcase(s, clients_tests());
    suite_add_tcase(s, failure_tests());
    return s;
}

CHECK_MAIN(virtio_blk_suite)
