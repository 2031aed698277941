/* Messages, replies, notifications, and the priority that callers lend. */
#include "model.h"

#include <cap/memory.h>
#include <ipc/ipc.h>

static struct task *task;
static nonos_handle endpoint, notification;

static nonos_handle new_endpoint(struct task *t)
{
    struct endpoint *e;
    ck_assert_int_eq(endpoint_create(model_root, 0, &e), 0);
    return model_give(t, &e->object);
}

static nonos_handle new_notification(struct task *t)
{
    struct notification *n;
    ck_assert_int_eq(notification_create(model_root, &n), 0);
    return model_give(t, &n->object);
}

static struct slot *slot_of(struct task *t, nonos_handle handle)
{
    struct slot *slot;
    lock_acquire(&cap_tree_lock);
    ck_assert_int_eq(cap_find(t, handle, &slot), 0);
    lock_release(&cap_tree_lock);
    return slot;
}

/* A child of `handle` of `from` in the table of `to`. */
static nonos_handle pass(struct task *from, nonos_handle handle, struct task *to, uint32_t rights)
{
    struct slot *slot, *parent = slot_of(from, handle);
    lock_acquire(&cap_tree_lock);
    ck_assert_int_eq(cap_enter_child(to, parent, rights, &slot), 0);
    lock_release(&cap_tree_lock);
    return slot_handle(slot);
}

static void setup(void)
{
    model_start(8192);
    task = model_task(NONOS_GRANTS_ALL);
    endpoint = new_endpoint(task);
    notification = new_notification(task);
}

/* A thread that makes one call, and what became of it. */
struct caller {
    nonos_handle endpoint;
    struct nonos_message message;
    int result;
    bool done;
};

static void caller_run(void *argument)
{
    struct caller *c = argument;
    c->result = model_ipc_call(c->endpoint, &c->message);
    c->done = true;
}

/* A thread that receives once, and may answer. */
struct server {
    nonos_handle endpoint;
    struct nonos_message message;
    int received;
    bool answer;
    int answered;
    bool done;
};

static void server_run(void *argument)
{
    struct server *s = argument;
    s->received = model_ipc_reply_wait(s->endpoint, 0, &s->message);
    if (s->answer) {
        s->message.words[0]++;
        s->answered = model_ipc_reply_wait(0, (nonos_handle)s->received, &s->message);
    }
    s->done = true;
}

static void check_exchange(bool server_first)
{
    struct caller c = {.endpoint = endpoint, .message = {.label = 3, .words = {10}}};
    struct server s = {.endpoint = endpoint, .answer = true};
    if (server_first)
        model_thread(task, 8, server_run, &s);
    model_run();
    model_thread(task, 8, caller_run, &c);
    model_run();
    if (!server_first)
        model_thread(task, 8, server_run, &s);
    model_run();
    ck_assert(c.done && s.done);
    ck_assert_int_gt(s.received, 0);
    ck_assert_int_eq(c.result, 0);
    ck_assert_uint_eq(c.message.words[0], 11);
    ck_assert_uint_eq(c.message.label, 3);
}

START_TEST(a_call_meets_a_receiver_that_waits)
{
    check_exchange(true);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(a_call_waits_for_a_receiver_that_comes)
{
    check_exchange(false);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(callers_are_served_by_priority_then_in_order)
{
    static const uint8_t priorities[] = {3, 9, 5, 9, 5};
    static const uint64_t expected[] = {1, 3, 2, 4, 0};
    struct caller c[5];
    for (unsigned i = 0; i < 5; i++) {
        c[i] = (struct caller){.endpoint = endpoint, .message = {.words = {i}}};
        model_thread(task, priorities[i], caller_run, &c[i]);
        model_run();
    }
    for (unsigned i = 0; i < 5; i++) {
        struct server s = {.endpoint = endpoint, .answer = true};
        model_thread(task, 20, server_run, &s);
        model_run();
        ck_assert_uint_eq(s.message.words[0] - 1, expected[i]);
    }
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(a_caller_killed_while_it_waits_leaves_nothing)
{
    struct task *other = model_task(NONOS_GRANTS_ALL);
    struct caller c = {.endpoint = pass(task, endpoint, other, NONOS_ENDPOINT_SEND)};
    struct server s = {.endpoint = endpoint};
    model_thread(task, 8, server_run, &s);
    model_thread(other, 8, caller_run, &c);
    model_run();
    ck_assert_int_gt(s.received, 0);
    task_end(other, NONOS_TASK_KILLED, 1);
    model_run();
    ck_assert_uint_eq(other->state, NONOS_TASK_KILLED);
    /* The answer goes nowhere, without an error. */
    s = (struct server){.endpoint = endpoint, .received = s.received};
    struct slot *reply = slot_of(task, (nonos_handle)s.received);
    ck_assert_ptr_null(object_of(reply, reply->object)->caller);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(the_end_of_a_server_ends_the_calls_that_it_took_and_those_that_wait)
{
    struct task *server = model_task(NONOS_GRANTS_ALL);
    nonos_handle own = new_endpoint(server);
    struct server s = {.endpoint = own};
    struct caller c[3];
    model_thread(server, 8, server_run, &s);
    for (unsigned i = 0; i < 3; i++) {
        c[i] = (struct caller){.endpoint = pass(server, own, task, NONOS_ENDPOINT_SEND)};
        model_thread(task, 8, caller_run, &c[i]);
    }
    model_run();
    ck_assert(!c[0].done && !c[1].done && !c[2].done);
    task_end(server, NONOS_TASK_KILLED, 1);
    model_run();
    for (unsigned i = 0; i < 3; i++) {
        ck_assert(c[i].done);
        ck_assert_int_eq(c[i].result, NONOS_E_PEER_GONE);
    }
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(revoking_the_capability_that_a_caller_waits_under_ends_its_wait)
{
    nonos_handle first = pass(task, endpoint, task, NONOS_RIGHTS_ALL);
    struct caller under = {.endpoint = first}, beside = {.endpoint = endpoint};
    model_thread(task, 8, caller_run, &under);
    model_thread(task, 8, caller_run, &beside);
    model_run();
    struct slot *slot = slot_of(task, first);
    cap_delete(slot, slot->generation);
    model_run();
    ck_assert(under.done && !beside.done);
    ck_assert_int_eq(under.result, NONOS_E_PEER_GONE);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

/* ---- capabilities in messages ---- */

START_TEST(a_capability_arrives_as_a_child_of_the_senders)
{
    struct task *other = model_task(NONOS_GRANTS_ALL);
    struct server s = {.endpoint = pass(task, endpoint, other, NONOS_RIGHTS_ALL)};
    struct caller c = {.endpoint = endpoint,
                       .message = {.ncaps = 2, .caps = {notification, endpoint}}};
    model_thread(other, 8, server_run, &s);
    model_thread(task, 8, caller_run, &c);
    model_run();
    ck_assert_uint_eq(s.message.ncaps, 2);
    ck_assert_ptr_eq(slot_of(other, s.message.caps[0])->parent, slot_of(task, notification));
    ck_assert_ptr_eq(slot_of(other, s.message.caps[1])->parent, slot_of(task, endpoint));
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(nothing_is_delivered_when_one_capability_cannot_be)
{
    struct task *low = model_task(0);
    struct endpoint *guarded;
    ck_assert_int_eq(endpoint_create(model_root, NONOS_GRANT_NET_RAW, &guarded), 0);
    nonos_handle bad = model_give(task, &guarded->object);
    struct server s = {.endpoint = pass(task, endpoint, low, NONOS_RIGHTS_ALL)};
    struct caller c = {.endpoint = endpoint, .message = {.ncaps = 2, .caps = {notification, bad}}};
    uint32_t used = low->table.used;
    model_thread(low, 8, server_run, &s);
    model_thread(task, 8, caller_run, &c);
    model_run();
    ck_assert_int_eq(c.result, NONOS_E_CEILING);
    ck_assert(!s.done);
    ck_assert_uint_eq(low->table.used, used);
    ck_assert_uint_eq(slot_of(task, notification)->nchildren, 0);
    /* The same when the caller comes first, and the next caller is served. */
    struct caller good = {.endpoint = endpoint, .message = {.words = {5}}};
    model_thread(task, 8, caller_run, &good);
    model_run();
    ck_assert_uint_eq(s.message.words[0], 5);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(a_bad_message_in_the_queue_does_not_stop_the_one_behind_it)
{
    struct caller gone = {.endpoint = endpoint, .message = {.ncaps = 1, .caps = {notification}}};
    struct caller good = {.endpoint = endpoint, .message = {.words = {8}}};
    struct server s = {.endpoint = endpoint, .answer = true};
    model_thread(task, 8, caller_run, &gone);
    model_thread(task, 8, caller_run, &good);
    model_run();
    struct slot *slot = slot_of(task, notification);
    cap_delete(slot, slot->generation); /* what the first one sends goes away while it waits */
    model_thread(task, 8, server_run, &s);
    model_run();
    ck_assert_int_eq(gone.result, NONOS_E_BAD_HANDLE);
    ck_assert_int_eq(good.result, 0);
    ck_assert_uint_eq(good.message.words[0], 9);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(a_receiver_whose_table_is_full_gets_nothing_and_the_caller_is_told)
{
    struct account *small;
    struct task *full;
    ck_assert_int_eq(account_create(model_root, 64 * 4096, &small), 0);
    ck_assert_int_eq(task_create(small, 0, NONOS_GRANTS_ALL, "full", &full), 0);
    small->limit[ACCOUNT_SLOTS] = SLOTS_PER_PAGE;
    struct server s = {.endpoint = pass(task, endpoint, full, NONOS_RIGHTS_ALL)};
    while (full->table.used < SLOTS_PER_PAGE)
        pass(task, notification, full, 0);
    struct caller c = {.endpoint = endpoint};
    model_thread(full, 8, server_run, &s);
    model_thread(task, 8, caller_run, &c);
    model_run();
    ck_assert_int_eq(c.result, NONOS_E_QUOTA);
    ck_assert(!s.done);
    task_end(full, NONOS_TASK_KILLED, 0);
    model_run();
    object_put(&full->object);
    object_put(&small->object);
    model_run();
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

/* ---- a Reply is for one answer to one call ---- */

/* Calls twice: the first call is cancelled. */
static void twice_run(void *argument)
{
    struct caller *c = argument;
    c->result = model_ipc_call(c->endpoint, &c->message);
    model_ipc_call(c->endpoint, &c->message);
    c->done = true;
}

static int stale_result;

static void stale_run(void *argument)
{
    struct nonos_message m = {0};
    stale_result = model_ipc_reply_wait(0, *(const nonos_handle *)argument, &m);
}

START_TEST(a_reply_to_a_call_that_is_over_cannot_answer_the_next_one)
{
    struct task *other = model_task(NONOS_GRANTS_ALL);
    struct caller c = {.endpoint = pass(task, endpoint, other, NONOS_ENDPOINT_SEND)};
    struct server s = {.endpoint = endpoint};
    model_thread(task, 8, server_run, &s);
    struct thread *caller = model_thread(other, 8, twice_run, &c);
    model_run();
    nonos_handle stale = (nonos_handle)s.received;
    lock_acquire(&sched_lock);
    thread_cancel_locked(caller, NONOS_E_CANCELLED);
    lock_release(&sched_lock);
    model_run();
    ck_assert_int_eq(c.result, NONOS_E_CANCELLED);
    struct server t = {.endpoint = endpoint};
    model_thread(task, 8, server_run, &t);
    model_run();
    model_thread(task, 8, stale_run, &stale);
    model_run();
    ck_assert_int_eq(stale_result, 0); /* used up, and heard by nobody */
    ck_assert(!c.done);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

/* ---- lending ---- */

static void wait_long(void *argument)
{
    struct server *s = argument;
    s->received = model_ipc_reply_wait(s->endpoint, 0, &s->message);
    uint64_t bits;
    CALL(NOTIFY_WAIT, &bits, notification, 1, NONOS_NEVER); /* works on it */
    s->answered = model_ipc_reply_wait(0, (nonos_handle)s->received, &s->message);
    CALL(NOTIFY_WAIT, &bits, notification, 2, NONOS_NEVER);
}

START_TEST(a_server_runs_at_the_priority_of_its_callers_and_of_those_who_wait)
{
    struct server s = {.endpoint = endpoint};
    struct caller low = {.endpoint = endpoint}, high = {.endpoint = endpoint};
    struct thread *server = model_thread(task, 4, wait_long, &s);
    model_run();
    model_thread(task, 10, caller_run, &low);
    model_run();
    ck_assert_uint_eq(server->priority, 10);
    struct thread *waiting = model_thread(task, 20, caller_run, &high);
    model_run();
    ck_assert_uint_eq(server->priority, 20); /* though its message was not taken yet */
    lock_acquire(&sched_lock);
    priority_set_base(waiting, 25);
    lock_release(&sched_lock);
    ck_assert_uint_eq(server->priority, 25);
    lock_acquire(&sched_lock);
    thread_cancel_locked(waiting, NONOS_E_CANCELLED);
    lock_release(&sched_lock);
    model_run();
    ck_assert_uint_eq(server->priority, 10);
    notification_signal(object_of(notification, slot_of(task, notification)->object), 1);
    model_run();
    ck_assert(low.done);
    ck_assert_uint_eq(server->priority, 4);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

struct link {
    nonos_handle in, out;
};

static void link_run(void *argument)
{
    const struct link *l = argument;
    struct nonos_message m = {0};
    int reply = model_ipc_reply_wait(l->in, 0, &m);
    model_ipc_call(l->out, &m);
    model_ipc_reply_wait(0, (nonos_handle)reply, &m);
}

START_TEST(priority_is_lent_along_the_whole_chain_and_taken_back)
{
    enum { LENGTH = 8 };
    struct link links[LENGTH];
    struct thread *threads[LENGTH];
    nonos_handle e[LENGTH + 1];
    for (unsigned i = 0; i <= LENGTH; i++)
        e[i] = new_endpoint(task);
    struct server last = {.endpoint = e[LENGTH]};
    struct thread *end = model_thread(task, 2, wait_long, &last);
    for (unsigned i = 0; i < LENGTH; i++) {
        links[i] = (struct link){e[i], e[i + 1]};
        threads[i] = model_thread(task, 3, link_run, &links[i]);
    }
    model_run();
    struct caller c = {.endpoint = e[0]};
    model_thread(task, 30, caller_run, &c);
    model_run();
    for (unsigned i = 0; i < LENGTH; i++)
        ck_assert_uint_eq(threads[i]->priority, 30);
    ck_assert_uint_eq(end->priority, 30);
    notification_signal(object_of(notification, slot_of(task, notification)->object), 1);
    model_run();
    ck_assert(c.done);
    ck_assert_uint_eq(end->priority, 2);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

/* ---- notifications ---- */

struct waiter {
    uint64_t mask, deadline, bits;
    int result;
    bool done;
};

static void waiter_run(void *argument)
{
    struct waiter *w = argument;
    w->result = CALL(NOTIFY_WAIT, &w->bits, notification, w->mask, w->deadline);
    w->done = true;
}

static struct notification *the_notification(void)
{
    return object_of(notification, slot_of(task, notification)->object);
}

START_TEST(bits_go_to_who_waits_for_them_and_the_rest_stays)
{
    struct waiter a = {1, NONOS_NEVER, 0, 0, 0}, b = {6, NONOS_NEVER, 0, 0, 0};
    model_thread(task, 8, waiter_run, &a);
    model_thread(task, 8, waiter_run, &b);
    model_run();
    notification_signal(the_notification(), 8 | 2);
    model_run();
    ck_assert(!a.done && b.done);
    ck_assert_uint_eq(b.bits, 2);
    ck_assert_uint_eq(the_notification()->bits, 8);
    notification_signal(the_notification(), 1);
    model_run();
    ck_assert(a.done);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(a_deadline_ends_a_wait_and_not_before)
{
    struct waiter w = {1, model_now() + 50000000, 0, 0, 0};
    model_thread(task, 8, waiter_run, &w);
    model_run();
    model_advance(49999999);
    ck_assert(!w.done);
    model_advance(1);
    ck_assert(w.done);
    ck_assert_int_eq(w.result, NONOS_E_TIMED_OUT);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

static void timer_run(void *argument)
{
    const uint64_t *deadline = argument;
    CALL(NOTIFY_TIMER, NULL, notification, *deadline, 64);
}

START_TEST(a_notification_has_one_timer)
{
    uint64_t first = model_now() + 10000000, second = model_now() + 30000000;
    model_thread(task, 8, timer_run, &first);
    model_run();
    model_thread(task, 8, timer_run, &second);
    model_run();
    model_advance(20000000);
    ck_assert_uint_eq(the_notification()->bits, 0);
    model_advance(10000000);
    ck_assert_uint_eq(the_notification()->bits, 64);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

static struct nonos_message bound_message;
static int bound_result;

static void bound_run(void *argument)
{
    struct object *thread = &arch_current()->object;
    nonos_handle own;
    (void)argument;
    ck_assert_int_eq(cap_create(task, thread, NONOS_THREAD_CONTROL, &own), 0);
    ck_assert_int_eq(CALL(NOTIFY_BIND, NULL, own, notification), 0);
    bound_result = model_ipc_reply_wait(endpoint, 0, &bound_message);
    CALL(CAP_DELETE, NULL, own);
}

START_TEST(a_bound_notification_wakes_its_thread_from_receiving)
{
    bound_result = 1;
    model_thread(task, 8, bound_run, NULL);
    model_run();
    notification_signal(the_notification(), 5);
    model_run();
    ck_assert_int_eq(bound_result, 0);
    ck_assert_uint_eq(bound_message.badge, 5);
    ck_assert_ptr_null(the_notification()->bound); /* the thread has ended */
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

START_TEST(the_end_of_a_task_tells_who_watches)
{
    struct task *other = model_task(0);
    struct waiter w = {1, NONOS_NEVER, 0, 0, 0};
    struct caller c = {.endpoint = new_endpoint(other)};
    struct watch *watch;
    int error;
    model_thread(other, 8, caller_run, &c);
    model_thread(task, 8, waiter_run, &w);
    watch = charged_alloc(model_root, sizeof(*watch), &error);
    *watch = (struct watch){.notification = the_notification(), .account = model_root, .bits = 1};
    object_get(&watch->notification->object);
    object_get(&model_root->object);
    other->watches = watch;
    model_run();
    ck_assert(!w.done);
    task_end(other, NONOS_TASK_FAULTED, 3);
    model_run();
    ck_assert(w.done);
    ck_assert_uint_eq(other->state, NONOS_TASK_FAULTED);
    model_finish(); /* while the frame that the threads use is there */
}
END_TEST

static Suite *ipc_suite(void)
{
    Suite *suite = suite_create("ipc");
    TCase *tc = tcase_create("ipc");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, a_call_meets_a_receiver_that_waits);
    tcase_add_test(tc, a_call_waits_for_a_receiver_that_comes);
    tcase_add_test(tc, callers_are_served_by_priority_then_in_order);
    tcase_add_test(tc, a_caller_killed_while_it_waits_leaves_nothing);
    tcase_add_test(tc, the_end_of_a_server_ends_the_calls_that_it_took_and_those_that_wait);
    tcase_add_test(tc, revoking_the_capability_that_a_caller_waits_under_ends_its_wait);
    tcase_add_test(tc, a_capability_arrives_as_a_child_of_the_senders);
    tcase_add_test(tc, nothing_is_delivered_when_one_capability_cannot_be);
    tcase_add_test(tc, a_bad_message_in_the_queue_does_not_stop_the_one_behind_it);
    tcase_add_test(tc, a_receiver_whose_table_is_full_gets_nothing_and_the_caller_is_told);
    tcase_add_test(tc, a_reply_to_a_call_that_is_over_cannot_answer_the_next_one);
    tcase_add_test(tc, a_server_runs_at_the_priority_of_its_callers_and_of_those_who_wait);
    tcase_add_test(tc, priority_is_lent_along_the_whole_chain_and_taken_back);
    tcase_add_test(tc, bits_go_to_who_waits_for_them_and_the_rest_stays);
    tcase_add_test(tc, a_deadline_ends_a_wait_and_not_before);
    tcase_add_test(tc, a_notification_has_one_timer);
    tcase_add_test(tc, a_bound_notification_wakes_its_thread_from_receiving);
    tcase_add_test(tc, the_end_of_a_task_tells_who_watches);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ipc_suite)
