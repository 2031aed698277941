/* Queues, timers, who runs when, and the shares of accounts. */
#include "model.h"

#include <ipc/ipc.h>

static struct task *task;

static void setup(void)
{
    model_start(4096);
    task = model_task(NONOS_GRANTS_ALL);
}

/* ---- queues ---- */

START_TEST(a_queue_gives_the_highest_priority_first_and_keeps_order_within_one)
{
    static struct thread threads[64];
    static struct thread_queue queue;
    uint64_t seed = check_seed();
    for (unsigned i = 0; i < 64; i++) {
        threads[i].priority = (uint8_t)(check_random(&seed) % 32);
        queue_insert(&queue, &threads[i], false);
    }
    for (unsigned i = 0; i < 64; i += 3)
        queue_remove(&threads[i]);
    unsigned count = 0;
    for (struct thread *t = queue_first(&queue), *next; t; t = next, count++) {
        next = queue_next(t);
        ck_assert(!next || next->priority < t->priority ||
                  (next->priority == t->priority && next > t));
    }
    ck_assert_uint_eq(count, 42);
    while (queue_first(&queue))
        queue_remove(queue_first(&queue));
    ck_assert_uint_eq(queue.used, 0);
}
END_TEST

/* ---- timers ---- */

#define TIMERS 1000

static void heap_check_order(const struct timer *t, unsigned depth)
{
    ck_assert_uint_lt(depth, 2000);
    const struct timer *sides[2] = {t->left, t->right};
    for (unsigned i = 0; i < 2; i++)
        if (sides[i]) {
            ck_assert_ptr_eq(sides[i]->parent, t);
            ck_assert_uint_ge(sides[i]->deadline_ns, t->deadline_ns);
            heap_check_order(sides[i], depth + 1);
        }
    ck_assert_uint_eq(t->rank, (t->right ? t->right->rank : 0) + 1);
    ck_assert_uint_ge(t->left ? t->left->rank : 0, t->right ? t->right->rank : 0);
}

START_TEST(timers_come_out_in_order_whatever_is_stopped_meanwhile)
{
    static struct timer timers[TIMERS];
    struct timer_heap heap = {0};
    uint64_t seed = check_seed(), last = 0;
    unsigned armed = 0;
    for (unsigned step = 0; step < 20000; step++) {
        struct timer *t = &timers[check_random(&seed) % TIMERS];
        if (t->heap) {
            timer_remove(t);
            armed--;
        } else {
            t->deadline_ns = check_random(&seed) % 100000;
            timer_insert(&heap, t);
            armed++;
        }
        if (heap.first && step % 500 == 0)
            heap_check_order(heap.first, 0);
    }
    for (struct timer *t; (t = timer_take_due(&heap, UINT64_MAX)); armed--) {
        ck_assert_uint_ge(t->deadline_ns, last);
        last = t->deadline_ns;
    }
    ck_assert_uint_eq(armed, 0);
}
END_TEST

START_TEST(a_timer_that_is_not_due_stays)
{
    struct timer_heap heap = {0};
    struct timer t = {.deadline_ns = 100};
    timer_insert(&heap, &t);
    ck_assert_ptr_null(timer_take_due(&heap, 99));
    ck_assert_ptr_eq(timer_take_due(&heap, 100), &t);
}
END_TEST

/* ---- who runs ---- */

static char trace[256];
static unsigned traced;

static void mark(void *argument)
{
    trace[traced++] = *(const char *)argument;
}

START_TEST(the_highest_priority_runs_first)
{
    model_thread(task, 3, mark, "a");
    model_thread(task, 9, mark, "b");
    model_thread(task, 5, mark, "c");
    model_thread(task, 9, mark, "d");
    model_run();
    ck_assert_str_eq(trace, "bdca");
}
END_TEST

static uint64_t spin_until;

/* Works until the clock says so; each round a timer interrupt may come. */
static void spin(void *argument)
{
    while (model_now() < spin_until) {
        trace[traced < 250 ? traced++ : traced] = *(const char *)argument;
        uint64_t step = model_now() + 2500000;
        while (model_now() < step) {
            model_tick(500000);
            sched_user_return();
        }
    }
}

START_TEST(threads_of_one_priority_take_turns_of_one_slice)
{
    spin_until = model_now() + 60000000;
    model_thread(task, 8, spin, "a");
    model_thread(task, 8, spin, "b");
    model_run();
    ck_assert_msg(strncmp(trace, "aaaabbbbaaaabbbb", 16) == 0, "%s", trace);
}
END_TEST

START_TEST(a_thread_alone_is_never_interrupted)
{
    struct nonos_cpu_info before, after;
    spin_until = model_now() + 100000000;
    model_thread(task, 8, spin, "a");
    sched_cpu_info(0, &before);
    model_run();
    sched_cpu_info(0, &after);
    ck_assert_uint_eq(after.interrupts, before.interrupts);
}
END_TEST

static void wake_high(void *argument)
{
    trace[traced++] = 'l';
    model_thread(task, 20, mark, argument);
    sched_user_return();
    trace[traced++] = 'm';
}

START_TEST(a_thread_of_higher_priority_runs_at_once)
{
    model_thread(task, 5, wake_high, "H");
    model_run();
    ck_assert_str_eq(trace, "lHm");
}
END_TEST

static void sleeper(void *argument)
{
    nonos_handle own;
    ck_assert_int_eq(cap_create(task, &arch_current()->object, NONOS_THREAD_CONTROL, &own), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(CALL(THREAD_SLEEP, NULL, own, model_now() + 10000000), 0);
        trace[traced++] = *(const char *)argument;
    }
    CALL(CAP_DELETE, NULL, own);
}

START_TEST(sleep_lasts_until_its_deadline)
{
    model_thread(task, 5, sleeper, "s");
    model_run();
    ck_assert_uint_eq(traced, 0);
    model_advance(9999999);
    ck_assert_uint_eq(traced, 0);
    model_advance(1);
    ck_assert_uint_eq(traced, 1);
    model_advance(20000000);
    ck_assert_uint_eq(traced, 3);
}
END_TEST

static unsigned fired;

static void count_fired(struct timer *timer)
{
    (void)timer;
    fired++;
}

static void timer_arm(struct timer *timer, uint64_t deadline_ns)
{
    lock_acquire(&sched_lock);
    sched_timer_arm(timer, deadline_ns);
    sched_unlock();
}

START_TEST(a_deadline_that_is_put_off_leaves_the_processors_timer_as_it_is_and_holds)
{
    struct timer timer = {.fire = count_fired};
    uint64_t begin = model_now();
    fired = 0;
    timer_arm(&timer, begin + 1000);
    unsigned sets = model_timer_sets;
    for (uint64_t i = 2; i <= 5; i++)
        timer_arm(&timer, begin + 1000 * i);
    ck_assert_uint_eq(model_timer_sets, sets);
    model_advance(4999);
    ck_assert_uint_eq(fired, 0);
    model_advance(1);
    ck_assert_uint_eq(fired, 1);
}
END_TEST

START_TEST(a_deadline_that_comes_first_sets_the_processors_timer)
{
    struct timer late = {.fire = count_fired}, early = {.fire = count_fired};
    uint64_t begin = model_now();
    fired = 0;
    timer_arm(&late, begin + 5000);
    timer_arm(&early, begin + 1000);
    model_advance(1000);
    ck_assert_uint_eq(fired, 1);
    model_advance(4000);
    ck_assert_uint_eq(fired, 2);
}
END_TEST

START_TEST(a_timer_that_was_lost_is_set_again_with_the_next_deadline)
{
    struct timer lost = {.fire = count_fired}, next = {.fire = count_fired};
    fired = 0;
    timer_arm(&lost, model_now() + 1000);
    model_timer_lose();
    model_advance(3000000);
    ck_assert_uint_eq(fired, 0);
    timer_arm(&next, model_now() + 1000);
    model_advance(1000);
    ck_assert_uint_eq(fired, 2);
}
END_TEST

static struct thread *spun;

START_TEST(an_account_uses_no_more_than_its_share)
{
    uint64_t start = model_now();
    model_root->cpu_permille = 250;
    spin_until = start + 1000000000;
    spun = model_thread(task, 8, spin, "a");
    object_get(&spun->object);
    model_run();
    for (unsigned i = 0; i < 100; i++)
        model_advance(10000000);
    uint64_t used = spun->cpu_ns;
    ck_assert_msg(used > 200000000 && used < 300000000, "used %llu ms of 1000",
                  (unsigned long long)used / 1000000);
    model_root->cpu_permille = 0;
    object_put(&spun->object);
    spin_until = 0;
    model_advance(200000000);
}
END_TEST

START_TEST(processor_time_is_charged_to_thread_and_task)
{
    uint64_t before = task->cpu_ns;
    spin_until = model_now() + 50000000;
    model_thread(task, 8, spin, "a");
    model_run();
    ck_assert_uint_ge(task->cpu_ns - before, 50000000);
    ck_assert_uint_le(task->cpu_ns - before, 55000000);
}
END_TEST

/* ---- stopping and killing ---- */

static void spin_for_ever(void *argument)
{
    (void)argument;
    for (;;) {
        model_tick(1000000);
        traced++;
        sched_user_return();
    }
}

static struct thread *victim;

static void stop_victim(void *argument)
{
    nonos_handle handle;
    (void)argument;
    ck_assert_int_eq(cap_create(task, &victim->object, NONOS_THREAD_CONTROL, &handle), 0);
    ck_assert_int_eq(CALL(THREAD_STOP, NULL, handle), 0);
    ck_assert_int_eq(victim->state, THREAD_STOPPED);
    ck_assert_int_eq(CALL(THREAD_STOP, NULL, handle), 0);
    unsigned before = traced;
    CALL(CAP_DELETE, NULL, handle);
    ck_assert_uint_eq(traced, before);
    task_end(task, NONOS_TASK_KILLED, 0);
}

START_TEST(a_thread_is_stopped_at_its_way_back_to_user_mode)
{
    victim = model_thread(task, 8, spin_for_ever, NULL);
    model_thread(task, 8, stop_victim, NULL);
    model_run();
    ck_assert_uint_eq(task->state, NONOS_TASK_KILLED);
}
END_TEST

static Suite *scheduler_suite(void)
{
    Suite *suite = suite_create("scheduler");
    TCase *tc = tcase_create("scheduler");
    tcase_add_checked_fixture(tc, setup, model_finish);
    tcase_add_test(tc, a_queue_gives_the_highest_priority_first_and_keeps_order_within_one);
    tcase_add_test(tc, timers_come_out_in_order_whatever_is_stopped_meanwhile);
    tcase_add_test(tc, a_timer_that_is_not_due_stays);
    tcase_add_test(tc, the_highest_priority_runs_first);
    tcase_add_test(tc, threads_of_one_priority_take_turns_of_one_slice);
    tcase_add_test(tc, a_thread_alone_is_never_interrupted);
    tcase_add_test(tc, a_thread_of_higher_priority_runs_at_once);
    tcase_add_test(tc, sleep_lasts_until_its_deadline);
    tcase_add_test(tc, a_deadline_that_is_put_off_leaves_the_processors_timer_as_it_is_and_holds);
    tcase_add_test(tc, a_deadline_that_comes_first_sets_the_processors_timer);
    tcase_add_test(tc, a_timer_that_was_lost_is_set_again_with_the_next_deadline);
    tcase_add_test(tc, an_account_uses_no_more_than_its_share);
    tcase_add_test(tc, processor_time_is_charged_to_thread_and_task);
    tcase_add_test(tc, a_thread_is_stopped_at_its_way_back_to_user_mode);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(scheduler_suite)
