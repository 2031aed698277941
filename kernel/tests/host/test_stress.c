/*
 * Several processors at once: threads on real pthreads call each other, pass capabilities, derive,
 * revoke, map, sleep and are killed, while the locks check their order. Afterwards every frame,
 * block and charge must be given back.
 */
#include "model.h"

#include <cap/memory.h>
#include <ipc/ipc.h>

#define TASKS   4
#define THREADS 4

static struct task *tasks[TASKS];
static nonos_handle endpoints[TASKS], notifications[TASKS], memories[TASKS], selves[TASKS],
    accounts[TASKS];
static uint64_t calls, revocations, mappings;

static void setup(void)
{
    model_start(16384);
    for (unsigned i = 0; i < TASKS; i++)
        tasks[i] = model_task(NONOS_GRANTS_ALL);
}

static nonos_handle share(struct task *to, struct object *object)
{
    object_get(object);
    return model_give(to, object);
}

static void server_run(void *argument)
{
    nonos_handle endpoint = *(const nonos_handle *)argument;
    struct nonos_message m = {0};
    int reply = 0;
    for (;;) {
        reply = model_ipc_reply_wait(endpoint, (nonos_handle)reply, &m);
        if (reply < 0) {
            reply = 0;
            continue;
        }
        if (m.ncaps)
            CALL(CAP_DELETE, NULL, m.caps[0]);
        m.ncaps = 0;
        m.words[0]++;
    }
}

static void one_call(unsigned me, uint64_t *seed)
{
    struct nonos_message m = {.words = {*seed}};
    uint64_t gift, word = *seed;
    if (check_random(seed) % 2) {
        if (CALL(CAP_DERIVE, &gift, memories[me], NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0) == 0) {
            m.ncaps = 1;
            m.caps[0] = (nonos_handle)gift;
        }
    }
    int error = model_ipc_call(endpoints[me], &m);
    if (!error) {
        ck_assert_uint_eq(m.words[0], word + 1);
        __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    }
    CALL(CAP_REVOKE, NULL, memories[me]);
    __atomic_add_fetch(&revocations, 1, __ATOMIC_RELAXED);
}

static void one_mapping(unsigned me, uint64_t *seed)
{
    uint64_t address, child;
    if (CALL(CAP_DERIVE, &child, memories[me], NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0))
        return;
    if (CALL(MEM_MAP, &address, selves[me], child, 0, 0, 100 * NONOS_PAGE_SIZE, NONOS_PROT_READ) ==
        0) {
        __atomic_add_fetch(&mappings, 1, __ATOMIC_RELAXED);
        if (check_random(seed) % 2)
            CALL(MEM_UNMAP, NULL, selves[me], address, 100 * NONOS_PAGE_SIZE);
    }
    CALL(CAP_DELETE, NULL, child);
}

static void client_run(void *argument)
{
    unsigned me = *(const unsigned *)argument;
    uint64_t seed = check_seed() + me, bits;
    for (;;) {
        switch (check_random(&seed) % 8) {
        case 0:
            CALL(NOTIFY_SIGNAL, NULL, notifications[me], 1);
            break;
        case 1:
            CALL(NOTIFY_WAIT, &bits, notifications[me], 1, model_now() + 100000);
            break;
        case 2:
            one_mapping(me, &seed);
            break;
        case 3:
            CALL(NOTIFY_TIMER, NULL, notifications[me], model_now() + 50000, 2);
            break;
        default:
            one_call(me, &seed);
        }
    }
}

START_TEST(four_processors_lose_nothing)
{
    static unsigned index[TASKS];
    struct memory *m;
    struct notification *n;
    struct endpoint *e;
    ck_assert_int_eq(memory_create(model_root, 100 * NONOS_PAGE_SIZE, 0, &m), 0);
    for (unsigned i = 0; i < TASKS; i++) {
        index[i] = i;
        memories[i] = share(tasks[i], &m->object);
        selves[i] = share(tasks[i], &tasks[i]->object);
        accounts[i] = share(tasks[i], &model_root->object);
        ck_assert_int_eq(notification_create(model_root, &n), 0);
        notifications[i] = model_give(tasks[i], &n->object);
    }
    object_put(&m->object);
    ck_assert_int_eq(endpoint_create(model_root, 0, &e), 0);
    for (unsigned i = 0; i < TASKS; i++)
        endpoints[i] = share(tasks[i], &e->object);
    object_put(&e->object);
    for (unsigned i = 0; i < 2; i++)
        model_thread(tasks[0], 12, server_run, &endpoints[0]);
    for (unsigned t = 0; t < THREADS; t++)
        for (unsigned i = 0; i < TASKS; i++)
            model_thread(tasks[i], 4 + t, client_run, &index[i]);
    model_smp(4, 1500);
    printf("# %llu calls, %llu revocations, %llu mappings\n", (unsigned long long)calls,
           (unsigned long long)revocations, (unsigned long long)mappings);
    ck_assert_uint_gt(calls, 10);
}
END_TEST

static Suite *stress_suite(void)
{
    Suite *suite = suite_create("stress");
    TCase *tc = tcase_create("stress");
    tcase_add_checked_fixture(tc, setup, model_finish);
    tcase_add_test(tc, four_processors_lose_nothing);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(stress_suite)
