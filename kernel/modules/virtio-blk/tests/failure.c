#include "fixture.h"

static void device_talks(enum nonsense nonsense)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    ask(c, 1, NONOS_BLOCK_WRITE, 0, 1, DATA_AT);
    run();
    m->virtio.nonsense = nonsense;
    model_step(m, 1);
    m->virtio.nonsense = BEHAVES;
    run();
    ck_assert_uint_eq(m->virtio.resets, 2);
    ck_assert(answer(c, &done));
    ck_assert(!answer(c, &done));
    ck_assert_uint_eq(v->in_flight, 0);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 4, 1, DATA_AT), 0);
    ck_assert_mem_eq(c->memory + DATA_AT, m->disk + 2048, 512);
}

START_TEST(an_id_of_no_slot_resets_the_device)
{
    device_talks(BAD_ID);
}
END_TEST

START_TEST(the_same_id_twice_resets_the_device)
{
    device_talks(TWICE);
}
END_TEST

START_TEST(too_large_a_length_resets_the_device)
{
    device_talks(TOO_LONG);
}
END_TEST

START_TEST(an_index_that_runs_ahead_resets_the_device)
{
    device_talks(TOO_MANY);
}
END_TEST

START_TEST(an_id_inside_a_chain_resets_the_device)
{
    m->virtio.offered &= ~VIRTIO_F_INDIRECT;
    device_talks(INSIDE_CHAIN);
}
END_TEST

START_TEST(silence_ends_in_a_reset_and_a_timeout)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    m->virtio.silent = true;
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    ck_assert_uint_ne(vblk_deadline(v), ~0ull);
    m->virtio.now_ns += VBLK_TIMEOUT_NS - 1;
    run();
    ck_assert(!answer(c, &done));
    m->virtio.now_ns = vblk_deadline(v);
    run();
    ck_assert(answer(c, &done));
    ck_assert_int_eq(done.result, NONOS_E_TIMED_OUT);
    ck_assert_uint_eq(vblk_deadline(v), ~0ull);
    m->virtio.silent = false;
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
}
END_TEST

START_TEST(needs_reset_is_noticed)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    m->virtio.needs_reset = true;
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    model_step(m, 1);
    m->virtio.now_ns = vblk_deadline(v);
    run();
    ck_assert(answer(c, &done));
    ck_assert_int_eq(done.result, NONOS_E_IO);
    ck_assert_int_eq(result_of(c, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
}
END_TEST

START_TEST(a_device_that_only_talks_nonsense_is_given_up)
{
    struct nonos_block_completion done;
    int r = 0;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    m->virtio.silent = true;
    for (unsigned i = 0; i < 20 && r >= 0; i++) {
        ask(c, i, NONOS_BLOCK_READ, 0, 1, DATA_AT);
        r = vblk_run(v);
        m->virtio.now_ns += 2 * VBLK_TIMEOUT_NS;
        r = r < 0 ? r : vblk_run(v);
        while (answer(c, &done))
            continue;
    }
    ck_assert_int_eq(r, NONOS_E_NO_DEVICE);
    ck_assert_uint_le(m->virtio.resets, VBLK_RESETS_MAX + 2);
    ask(c, 99, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    ck_assert_int_eq(vblk_run(v), NONOS_E_NO_DEVICE);
    ck_assert(answer(c, &done));
    ck_assert_int_eq(done.result, NONOS_E_NO_DEVICE);
}
END_TEST

START_TEST(pages_stay_the_devices_if_it_cannot_be_reset)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    m->virtio.silent = m->virtio.never_resets = true;
    m->virtio.now_ns += 2 * VBLK_TIMEOUT_NS;
    ck_assert_int_eq(vblk_run(v), NONOS_E_NO_DEVICE);
    vblk_client_close(v, &c->queue);
    ck_assert_uint_eq(m->released, 0);
    ck_assert(!answer(c, &done));
}
END_TEST

/* A device that writes random used entries, and lives on only by resets. */
START_TEST(random_nonsense_harms_nobody)
{
    uint64_t seed = check_seed();
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    unsigned asked = 0, answered = 0;
    for (unsigned i = 0; i < 20000; i++) {
        if (asked - answered < ENTRIES)
            ask(c, asked++, NONOS_BLOCK_READ, check_random(&seed) % 100, 1, DATA_AT);
        int r = vblk_run(v);
        if (r == NONOS_E_NO_DEVICE) {
            vblk_client_close(v, &c->queue);
            client_free(c);
            asked = answered = 0;
            ck_assert_int_eq(start(), 0);
            c = client_added();
            continue;
        }
        m->virtio.nonsense =
            check_random(&seed) % 4 ? BEHAVES : (enum nonsense)(check_random(&seed) % 6);
        model_step(m, check_random(&seed) % 5);
        while (answer(c, &done))
            answered++;
    }
    ck_assert_uint_gt(m->virtio.resets, 100);
    ck_assert_uint_gt(m->worked, 1000);
}
END_TEST

TCase *failure_tests(void)
{
    TCase *t = tcase_create("failure");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_id_of_no_slot_resets_the_device);
    tcase_add_test(t, the_same_id_twice_resets_the_device);
    tcase_add_test(t, too_large_a_length_resets_the_device);
    tcase_add_test(t, an_index_that_runs_ahead_resets_the_device);
    tcase_add_test(t, an_id_inside_a_chain_resets_the_device);
    tcase_add_test(t, silence_ends_in_a_reset_and_a_timeout);
    tcase_add_test(t, needs_reset_is_noticed);
    tcase_add_test(t, a_device_that_only_talks_nonsense_is_given_up);
    tcase_add_test(t, pages_stay_the_devices_if_it_cannot_be_reset);
    tcase_add_test(t, random_nonsense_harms_nobody);
    return t;
}
