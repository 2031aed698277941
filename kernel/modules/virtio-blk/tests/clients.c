#include "fixture.h"

START_TEST(clients_are_served_in_turn)
{
    m->virtio.offered &= ~VIRTIO_F_INDIRECT; /* three slots */
    ck_assert_int_eq(start(), 0);
    settle();
    struct client *a = client_added(), *b = client_added(), *c = client_added();
    for (uint64_t i = 0; i < 10; i++)
        ask(a, i, NONOS_BLOCK_READ, i, 1, DATA_AT);
    ask(b, 1, NONOS_BLOCK_READ, 1, 1, DATA_AT);
    ask(c, 1, NONOS_BLOCK_READ, 1, 1, DATA_AT);
    run();
    ck_assert_uint_eq(a->queue.in_flight, 1);
    ck_assert_uint_eq(b->queue.in_flight, 1);
    ck_assert_uint_eq(c->queue.in_flight, 1);
}
END_TEST

START_TEST(answers_go_to_the_client_that_asked)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *a = client_added(), *b = client_added();
    ask(a, 1, NONOS_BLOCK_READ, 100, 1, DATA_AT);
    ask(b, 2, NONOS_BLOCK_READ, 200, 1, DATA_AT);
    settle();
    ck_assert(answer(a, &done));
    ck_assert_uint_eq(done.id, 1);
    ck_assert(!answer(a, &done));
    ck_assert(answer(b, &done));
    ck_assert_uint_eq(done.id, 2);
    ck_assert_mem_eq(a->memory + DATA_AT, m->disk + 51200, 512);
    ck_assert_mem_eq(b->memory + DATA_AT, m->disk + 102400, 512);
}
END_TEST

START_TEST(a_closed_client_is_released_only_when_the_device_is_done_with_its_pages)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    settle();
    ask(c, 1, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    run();
    vblk_client_close(v, &c->queue);
    run();
    ck_assert_uint_eq(m->released, 0);
    settle();
    ck_assert_uint_eq(m->released, 1);
    ck_assert_ptr_eq(m->last_released, &c->queue);
    ck_assert(!answer(c, &done));
}
END_TEST

START_TEST(an_idle_client_is_released_at_once_and_its_place_is_free)
{
    ck_assert_int_eq(start(), 0);
    struct client *c = NULL;
    for (unsigned i = 0; i < VBLK_CLIENTS; i++)
        c = client_added();
    struct client *extra = client_new();
    ck_assert_int_eq(vblk_client_add(v, &extra->queue), NONOS_E_NO_SPACE);
    vblk_client_close(v, &c->queue);
    ck_assert_uint_eq(m->released, 1);
    ck_assert_int_eq(vblk_client_add(v, &extra->queue), 0);
}
END_TEST

START_TEST(a_client_with_nonsense_indices_is_ignored)
{
    ck_assert_int_eq(start(), 0);
    struct client *bad = client_added(), *good = client_added();
    bad->requests.ring->tail = 0x80000000u;
    ck_assert_int_eq(result_of(good, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
    bad->requests.ring->tail = 1;
    bad->completions.ring->head = 12345;
    ck_assert_int_eq(result_of(good, NONOS_BLOCK_READ, 0, 1, DATA_AT), 0);
    ck_assert_uint_eq(bad->queue.in_flight, 0);
}
END_TEST

START_TEST(requests_wait_until_their_answers_have_room)
{
    struct nonos_block_completion done;
    ck_assert_int_eq(start(), 0);
    struct client *c = client_added();
    for (uint64_t i = 0; i < ENTRIES; i++)
        ask(c, i, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    settle();
    for (uint64_t i = 0; i < ENTRIES; i++)
        ask(c, 1000 + i, NONOS_BLOCK_READ, 0, 1, DATA_AT);
    settle();
    ck_assert_uint_eq(c->queue.in_flight, 0);
    for (uint64_t i = 0; i < ENTRIES; i++)
        ck_assert(answer(c, &done));
    ck_assert(!answer(c, &done));
    settle();
    for (uint64_t i = 0; i < ENTRIES; i++) {
        ck_assert(answer(c, &done));
        ck_assert_uint_eq(done.id, 1000 + i);
    }
}
END_TEST

TCase *clients_tests(void)
{
    TCase *t = tcase_create("clients");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, clients_are_served_in_turn);
    tcase_add_test(t, answers_go_to_the_client_that_asked);
    tcase_add_test(t, a_closed_client_is_released_only_when_the_device_is_done_with_its_pages);
    tcase_add_test(t, an_idle_client_is_released_at_once_and_its_place_is_free);
    tcase_add_test(t, a_client_with_nonsense_indices_is_ignored);
    tcase_add_test(t, requests_wait_until_their_answers_have_room);
    return t;
}
