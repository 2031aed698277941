#include "syscalls.h"

#include <stdatomic.h>

#define STACK_LEN 16384

struct helper {
    nonos_handle thread;
    nonos_handle endpoint, notification;
    struct nonos_message message;
    atomic_int result;
    atomic_int done;
    atomic_ulong count;
    char stack[STACK_LEN] __attribute__((aligned(16)));
};

static struct helper helpers[4];

static _Noreturn void helper_end(struct helper *h, int result)
{
    atomic_store(&h->result, result);
    atomic_store(&h->done, 1);
    for (;;)
        nonos_thread_exit(h->thread, 0);
}

static void helper_start(struct helper *h, void (*run)(struct helper *))
{
    uint64_t sp = (uint64_t)(h->stack + STACK_LEN) - 8;
    struct nonos_thread_regs regs = {.rip = (uint64_t)run, .rsp = sp, .rdi = (uint64_t)h};
    atomic_store(&h->done, 0);
    atomic_store(&h->count, 0);
    OK(nonos_thread_create(TASK, ACCOUNT, &regs, &h->thread));
    OK(nonos_thread_start(h->thread));
}

static void helper_join(struct helper *h)
{
    for (int i = 0; i < 2000 && !atomic_load(&h->done); i++)
        sleep_ms(1);
    TRUE(atomic_load(&h->done));
    OK(nonos_cap_delete(h->thread));
}

/* Calls once with the message it has. */
static void run_caller(struct helper *h)
{
    helper_end(h, nonos_ipc_call(h->endpoint, &h->message));
}

static void run_counter(struct helper *h)
{
    for (;;)
        atomic_fetch_add(&h->count, 1);
}

static void run_waiter(struct helper *h)
{
    uint64_t bits = 0;
    int error = nonos_notify_wait(h->notification, 6, NONOS_NEVER, &bits);
    helper_end(h, error ? error : (int)bits);
}

static void run_sleeper(struct helper *h)
{
    helper_end(h, nonos_thread_sleep(h->thread, NONOS_NEVER));
}

static void test_ipc(void)
{
    struct helper *h = &helpers[0];
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0), badged, gift;
    nonos_handle memory = make(NONOS_OBJECT_MEMORY, PAGE, 0);
    struct nonos_message m = {0};
    struct nonos_cap_info info;
    OK(nonos_cap_derive(endpoint, NONOS_ENDPOINT_SEND, 1234, NONOS_NEVER, 0, &badged));
    gift = derive(memory, NONOS_MEMORY_READ | NONOS_RIGHT_GRANT | NONOS_RIGHT_INSPECT);
    h->endpoint = badged;
    h->message = (struct nonos_message){
        .label = 5, .ncaps = 1, .words = {1, 2, 3, 4, 5, 6, 7, 8}, .caps = {gift}};
    helper_start(h, run_caller);
    int reply = nonos_ipc_reply_wait(endpoint, 0, &m);
    TRUE(reply > 0);
    IS(m.label, 5);
    IS(m.badge, 1234);
    IS(m.ncaps, 1);
    for (uint64_t i = 0; i < 8; i++)
        IS(m.words[i], i + 1);
    TRUE(m.caps[0] && m.caps[0] != gift);
    OK(nonos_cap_info(m.caps[0], &info));
    IS(info.rights, NONOS_MEMORY_READ | NONOS_RIGHT_GRANT | NONOS_RIGHT_INSPECT);
    IS(info.depth, 2);
    m = (struct nonos_message){.label = 9, .words = {11, 12, 13, 14, 15, 16, 17, 18}};
    OK(nonos_ipc_reply_wait(0, (nonos_handle)reply, &m));
    helper_join(h);
    IS(atomic_load(&h->result), 0);
    IS(h->message.label, 9);
    IS(h->message.words[7], 18);
    IS(h->message.ncaps, 0);
    IS(nonos_ipc_reply_wait(0, (nonos_handle)reply, &m), NONOS_E_BAD_HANDLE); /* one-shot */
    IS(nonos_ipc_reply_wait(0, 0, &m), NONOS_E_INVALID);
    IS(nonos_ipc_call(memory, &m), NONOS_E_BAD_TYPE);
    IS(nonos_ipc_reply_wait(badged, 0, &m), NONOS_E_DENIED);
    m.ncaps = 5;
    IS(nonos_ipc_call(endpoint, &m), NONOS_E_INVALID);
    m = (struct nonos_message){.ncaps = 1, .caps = {NOT_USED}};
    IS(nonos_ipc_call(endpoint, &m), NONOS_E_BAD_HANDLE);
    m = (struct nonos_message){.ncaps = 1, .caps = {badged}};
    IS(nonos_ipc_call(endpoint, &m), NONOS_E_DENIED); /* it has no GRANT */
    OK(nonos_cap_revoke(memory));
    OK(nonos_cap_delete(memory));
    OK(nonos_cap_revoke(endpoint));
    OK(nonos_cap_delete(endpoint));
}

static void test_ipc_ends(void)
{
    struct helper *h = &helpers[0];
    struct nonos_message m = {0};
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0);
    h->message = (struct nonos_message){0};
    h->endpoint = derive(endpoint, NONOS_ENDPOINT_SEND);
    helper_start(h, run_caller);
    int reply = nonos_ipc_reply_wait(endpoint, 0, &m);
    TRUE(reply > 0);
    OK(nonos_cap_delete((nonos_handle)reply)); /* nobody can answer any more */
    helper_join(h);
    IS(atomic_load(&h->result), NONOS_E_PEER_GONE);

    helper_start(h, run_caller);
    sleep_ms(20);
    OK(nonos_cap_revoke(endpoint)); /* while it waits in the queue */
    helper_join(h);
    IS(atomic_load(&h->result), NONOS_E_PEER_GONE);

    h->endpoint = derive(endpoint, NONOS_ENDPOINT_SEND);
    helper_start(h, run_caller);
    sleep_ms(20);
    OK(nonos_cap_delete(endpoint)); /* the last one that could receive */
    helper_join(h);
    IS(atomic_load(&h->result), NONOS_E_PEER_GONE);
    IS(nonos_ipc_call(h->endpoint, &m), NONOS_E_PEER_GONE);
    OK(nonos_cap_delete(h->endpoint));

    endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0);
    h->endpoint = endpoint;
    helper_start(h, run_caller);
    reply = nonos_ipc_reply_wait(endpoint, 0, &m);
    TRUE(reply > 0);
    OK(nonos_thread_stop(h->thread)); /* its call is cancelled */
    OK(nonos_ipc_reply_wait(0, (nonos_handle)reply, &m));
    OK(nonos_thread_start(h->thread));
    helper_join(h);
    IS(atomic_load(&h->result), NONOS_E_CANCELLED);
    OK(nonos_cap_delete(endpoint));
}

static void test_notifications(void)
{
    struct helper *h = &helpers[1];
    nonos_handle n = make(NONOS_OBJECT_NOTIFICATION, 0, 0), other;
    uint64_t bits = 1, start = now();
    IS(nonos_notify_wait(n, 1, 0, &bits), NONOS_E_TIMED_OUT);
    IS(bits, 0);
    IS(nonos_notify_wait(n, 0, 0, &bits), NONOS_E_INVALID);
    OK(nonos_notify_signal(n, 5));
    OK(nonos_notify_wait(n, 4, 0, &bits));
    IS(bits, 4);
    OK(nonos_notify_wait(n, ~0ull, 0, &bits));
    IS(bits, 1);
    IS(nonos_notify_wait(n, 1, now() + 20 * MS, &bits), NONOS_E_TIMED_OUT);
    TRUE(now() - start >= 20 * MS);
    OK(nonos_notify_timer(n, now() + 20 * MS, 8));
    OK(nonos_notify_wait(n, 8, NONOS_NEVER, &bits));
    IS(bits, 8);
    OK(nonos_notify_timer(n, now() + 20 * MS, 8));
    OK(nonos_notify_timer(n, NONOS_NEVER, 0));
    IS(nonos_notify_wait(n, 8, now() + 50 * MS, &bits), NONOS_E_TIMED_OUT);
    h->notification = n;
    helper_start(h, run_waiter);
    sleep_ms(10);
    OK(nonos_notify_signal(n, 1)); /* not one of its bits */
    OK(nonos_notify_signal(n, 2));
    helper_join(h);
    IS(atomic_load(&h->result), 2);
    other = derive(n, NONOS_RIGHTS_ALL);
    h->notification = other;
    helper_start(h, run_waiter);
    sleep_ms(10);
    OK(nonos_cap_delete(other)); /* what it waits under */
    helper_join(h);
    IS(atomic_load(&h->result), NONOS_E_PEER_GONE);
    other = derive(n, NONOS_NOTIFICATION_WAIT);
    IS(nonos_notify_signal(other, 1), NONOS_E_DENIED);
    OK(nonos_cap_delete(other));
    OK(nonos_cap_delete(n));
}

static void test_bind(void)
{
    nonos_handle n = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0);
    struct nonos_message m = {0};
    OK(nonos_notify_bind(NONOS_SLOT_THREAD, n));
    IS(nonos_notify_bind(NONOS_SLOT_THREAD, n), NONOS_E_BUSY);
    OK(nonos_notify_signal(n, 3));
    IS(nonos_ipc_reply_wait(endpoint, 0, &m), 0);
    IS(m.badge, 3);
    OK(nonos_notify_timer(n, now() + 10 * MS, 16));
    IS(nonos_ipc_reply_wait(endpoint, 0, &m), 0);
    IS(m.badge, 16);
    OK(nonos_notify_bind(NONOS_SLOT_THREAD, 0));
    OK(nonos_notify_bind(NONOS_SLOT_THREAD, n));
    OK(nonos_cap_delete(n)); /* the binding ends with the capability */
    n = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    OK(nonos_notify_bind(NONOS_SLOT_THREAD, n));
    OK(nonos_notify_bind(NONOS_SLOT_THREAD, 0));
    OK(nonos_cap_delete(n));
    OK(nonos_cap_delete(endpoint));
}

static void test_watch_endpoint(void)
{
    nonos_handle n = make(NONOS_OBJECT_NOTIFICATION, 0, 0), session, client;
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0);
    uint64_t bits;
    OK(nonos_notify_watch(endpoint, n, 32));
    OK(nonos_cap_derive(endpoint, NONOS_RIGHTS_ALL, 5, NONOS_NEVER, NONOS_DERIVE_WATCH, &session));
    client = derive(session, NONOS_ENDPOINT_SEND);
    IS(nonos_notify_wait(n, 32, 0, &bits), NONOS_E_TIMED_OUT);
    OK(nonos_cap_delete(client));
    OK(nonos_notify_wait(n, 32, 0, &bits));
    IS(nonos_notify_watch(n, n, 1), NONOS_E_INVALID);
    OK(nonos_cap_delete(session));
    OK(nonos_cap_delete(endpoint));
    OK(nonos_cap_delete(n));
}

static void test_threads(void)
{
    struct helper *h = &helpers[2];
    struct nonos_thread_regs regs;
    IS(nonos_thread_sched(NONOS_SLOT_THREAD, 0, ~0u), NONOS_E_INVALID);
    IS(nonos_thread_sched(NONOS_SLOT_THREAD, 32, ~0u), NONOS_E_INVALID);
    IS(nonos_thread_sched(NONOS_SLOT_THREAD, 8, 4000), NONOS_E_INVALID);
    OK(nonos_thread_sched(NONOS_SLOT_THREAD, NONOS_PRIORITY_MAX, ~0u));
    helper_start(h, run_counter);
    IS(nonos_thread_regs(h->thread, 0, &regs), NONOS_E_BUSY);
    OK(nonos_thread_sched(h->thread, 8, ~0u));
    sleep_ms(30);
    OK(nonos_thread_stop(h->thread));
    unsigned long count = atomic_load(&h->count);
    TRUE(count > 0);
    sleep_ms(20);
    IS(atomic_load(&h->count), count);
    OK(nonos_thread_regs(h->thread, 0, &regs));
    TRUE(regs.rip >= (uint64_t)run_counter && regs.rip < (uint64_t)run_counter + 256);
    regs.rip = 0xffff800000000000;
    IS(nonos_thread_regs(h->thread, 1, &regs), NONOS_E_INVALID);
    regs = (struct nonos_thread_regs){.rip = (uint64_t)run_sleeper,
                                      .rsp = (uint64_t)(h->stack + STACK_LEN) - 8,
                                      .rdi = (uint64_t)h,
                                      .rflags = 0x3000}; /* IOPL is not for it to choose */
    OK(nonos_thread_regs(h->thread, 1, &regs));
    OK(nonos_thread_regs(h->thread, 0, &regs));
    TRUE(!(regs.rflags & 0x3000));
    OK(nonos_thread_start(h->thread));
    sleep_ms(10);
    OK(nonos_thread_stop(h->thread));
    OK(nonos_thread_start(h->thread));
    helper_join(h);
    IS(atomic_load(&h->result), NONOS_E_CANCELLED);
    IS(nonos_thread_exit(TASK, 0), NONOS_E_BAD_TYPE);
    IS(nonos_thread_create(TASK, ACCOUNT, NULL, &h->thread), NONOS_E_BAD_ADDRESS);
}

void check_threads(void)
{
    test_ipc();
    test_ipc_ends();
    test_notifications();
    test_bind();
    test_watch_endpoint();
    test_threads();
}
