#include "machine_model.h"

#include <check_main.h>
#include <debug/lock.h>

#include <pthread.h>

static struct lock tree = LOCK_INIT(LOCK_RANK_TREE);
static struct lock heap = LOCK_INIT(LOCK_RANK_HEAP);
static struct lock objects[2] = {LOCK_INIT(LOCK_RANK_OBJECT), LOCK_INIT(LOCK_RANK_OBJECT)};

START_TEST(lock_ranks_may_be_taken_upwards_and_released_in_any_order)
{
    lock_acquire(&tree);
    lock_acquire(&objects[0]);
    lock_acquire(&heap);
    lock_release(&objects[0]);
    lock_release(&tree);
    lock_release(&heap);
    lock_acquire(&tree);
    lock_release(&tree);
}
END_TEST

START_TEST(lock_rank_downwards_is_caught)
{
    lock_acquire(&heap);
    ck_assert_panics(lock_acquire(&tree), "lock order");
}
END_TEST

START_TEST(lock_rank_downwards_is_caught_with_a_lock_between)
{
    lock_acquire(&tree);
    lock_acquire(&heap);
    lock_release(&tree);
    ck_assert_panics(lock_acquire(&objects[0]), "lock order");
}
END_TEST

START_TEST(lock_of_one_rank_one_after_the_other_is_caught)
{
    lock_acquire(&objects[0]);
    ck_assert_panics(lock_acquire(&objects[1]), "lock order");
}
END_TEST

START_TEST(lock_two_of_one_rank_may_be_taken_together_in_either_order)
{
    lock_acquire(&tree);
    lock_acquire_two(&objects[1], &objects[0]);
    lock_acquire(&heap);
    lock_release(&heap);
    lock_release_two(&objects[0], &objects[1]);
    lock_acquire_two(&objects[0], &objects[1]);
    lock_release_two(&objects[0], &objects[1]);
    lock_release(&tree);
}
END_TEST

START_TEST(lock_two_of_different_ranks_are_refused)
{
    ck_assert_panics(lock_acquire_two(&tree, &heap), "lock order");
}
END_TEST

START_TEST(lock_taken_twice_is_caught)
{
    lock_acquire(&tree);
    ck_assert_panics(lock_acquire(&tree), "is held already");
}
END_TEST

START_TEST(lock_release_without_holding_is_caught)
{
    ck_assert_panics(lock_release(&tree), "released");
}
END_TEST

START_TEST(lock_release_by_another_processor_is_caught)
{
    lock_acquire(&tree);
    model_cpu_set(1);
    ck_assert_panics(lock_release(&tree), "held by 0");
}
END_TEST

START_TEST(lock_without_rank_is_caught)
{
    static struct lock nothing;

    ck_assert_panics(lock_acquire(&nothing), "never initialised");
}
END_TEST

enum { CPUS = 4, ROUNDS = 5000 };
static unsigned long counter;

static void *count(void *argument)
{
    model_cpu_set((unsigned)(uintptr_t)argument);
    for (unsigned i = 0; i < ROUNDS; i++) {
        lock_acquire(&heap);
        counter = counter + 1;
        lock_release(&heap);
    }
    return NULL;
}

START_TEST(lock_lets_one_processor_in_at_a_time)
{
    pthread_t threads[CPUS];

    model_virtual = _i;
    for (uintptr_t i = 0; i < CPUS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, count, (void *)i), 0);
    for (unsigned i = 0; i < CPUS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_uint_eq(counter, CPUS * ROUNDS);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("lock");
    TCase *t = tcase_create("lock");

    tcase_add_test(t, lock_ranks_may_be_taken_upwards_and_released_in_any_order);
    tcase_add_test(t, lock_rank_downwards_is_caught);
    tcase_add_test(t, lock_rank_downwards_is_caught_with_a_lock_between);
    tcase_add_test(t, lock_of_one_rank_one_after_the_other_is_caught);
    tcase_add_test(t, lock_two_of_one_rank_may_be_taken_together_in_either_order);
    tcase_add_test(t, lock_two_of_different_ranks_are_refused);
    tcase_add_test(t, lock_taken_twice_is_caught);
    tcase_add_test(t, lock_release_without_holding_is_caught);
    tcase_add_test(t, lock_release_by_another_processor_is_caught);
    tcase_add_test(t, lock_without_rank_is_caught);
    tcase_add_loop_test(t, lock_lets_one_processor_in_at_a_time, 0, 2);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
