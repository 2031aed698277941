/*
 * The system calls, from ring 3. This is the first task of a test kernel: it holds every root of
 * authority, uses each call, tries what must be refused, starts itself again as tasks that
 * misbehave, prints what failed and `N passed, N failed`, and powers off.
 */
#include <stdatomic.h>
#include <string.h>

#include <nonos/archive.h>
#include <nonos/first_task.h>
#include <nonos/runtime.h>

#define PAGE     NONOS_PAGE_SIZE
#define MS       1000000ull
#define ACCOUNT  NONOS_SLOT_ACCOUNT
#define TASK     NONOS_SLOT_TASK
#define SYSTEM   NONOS_FIRST_SYSTEM
#define NOT_USED 0xfff0u /* a handle that names nothing */

static unsigned passed, failed;
static nonos_handle self_module;

static void say(const char *text)
{
    nonos_console_write(SYSTEM, text, strlen(text));
}

static void say_number(long n)
{
    char digits[24];
    size_t at = sizeof(digits);
    unsigned long u = n < 0 ? -(unsigned long)n : (unsigned long)n;
    do
        digits[--at] = (char)('0' + u % 10);
    while (u /= 10);
    if (n < 0)
        digits[--at] = '-';
    nonos_console_write(SYSTEM, digits + at, sizeof(digits) - at);
}

static void check(long got, long wanted, const char *what, int line)
{
    if (got == wanted) {
        passed++;
        return;
    }
    failed++;
    say("FAIL line ");
    say_number(line);
    say(": ");
    say(what);
    say(" gave ");
    say_number(got);
    say(", not ");
    say_number(wanted);
    say("\n");
}

#define IS(call, wanted) check((long)(call), (long)(wanted), #call, __LINE__)
#define OK(call)         IS(call, 0)
#define TRUE(condition)  check((condition) != 0, 1, #condition, __LINE__)

static uint64_t now(void)
{
    uint64_t ns = 0;
    (void)nonos_clock_get(SYSTEM, NONOS_CLOCK_MONOTONIC, &ns);
    return ns;
}

static void sleep_ms(uint64_t ms)
{
    nonos_thread_sleep(NONOS_SLOT_THREAD, now() + ms * MS);
}

static nonos_handle make(uint32_t type, uint64_t arg0, uint64_t arg1)
{
    nonos_handle handle = 0;
    OK(nonos_object_create(ACCOUNT, type, arg0, arg1, 0, &handle));
    return handle;
}

static nonos_handle derive(nonos_handle cap, uint32_t rights)
{
    nonos_handle handle = 0;
    OK(nonos_cap_derive(cap, rights, 0, NONOS_NEVER, 0, &handle));
    return handle;
}

/* ---- capabilities ---- */

static void test_derive(void)
{
    nonos_handle memory = make(NONOS_OBJECT_MEMORY, PAGE, 0), child, other;
    struct nonos_cap_info info;
    OK(nonos_cap_derive(memory, NONOS_MEMORY_READ | NONOS_RIGHT_INSPECT, 0, NONOS_NEVER, 0,
                        &child));
    OK(nonos_cap_info(child, &info));
    IS(info.rights, NONOS_MEMORY_READ | NONOS_RIGHT_INSPECT);
    IS(info.depth, 1);
    IS(info.size, PAGE);
    TRUE(info.expiry_ms == NONOS_NEVER);
    IS(nonos_cap_derive(child, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &other), NONOS_E_DENIED);
    IS(nonos_cap_derive(memory, 0, 7, NONOS_NEVER, 0, &other), NONOS_E_INVALID);
    IS(nonos_cap_derive(memory, 0, 0, NONOS_NEVER, 8, &other), NONOS_E_INVALID);
    IS(nonos_cap_derive(NOT_USED, 0, 0, NONOS_NEVER, 0, &other), NONOS_E_BAD_HANDLE);
    IS(nonos_cap_derive(0, 0, 0, NONOS_NEVER, 0, &other), NONOS_E_BAD_HANDLE);
    OK(nonos_cap_info(memory, &info));
    IS(info.nchildren, 1);
    OK(nonos_cap_delete(child));
    IS(nonos_cap_delete(child), NONOS_E_BAD_HANDLE);
    other = derive(memory, 0);
    TRUE(other != child); /* the generation tells them apart */
    IS(nonos_cap_info(other, &info), NONOS_E_DENIED);
    IS(nonos_cap_info(memory, (void *)1), NONOS_E_BAD_ADDRESS);
    IS(nonos_cap_info(memory, (void *)0xffff800000000000), NONOS_E_BAD_ADDRESS);
    OK(nonos_cap_delete(other));
    OK(nonos_cap_delete(memory));
}

static void test_depth_and_revoke(void)
{
    nonos_handle chain[NONOS_CAP_DEPTH_MAX + 1], over;
    chain[0] = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    for (int i = 1; i <= NONOS_CAP_DEPTH_MAX; i++)
        chain[i] = derive(chain[i - 1], NONOS_RIGHTS_ALL);
    IS(nonos_cap_derive(chain[16], 0, 0, NONOS_NEVER, 0, &over), NONOS_E_DEPTH);
    OK(nonos_cap_delete(chain[3])); /* its child becomes its parent's */
    OK(nonos_notify_signal(chain[4], 1));
    OK(nonos_cap_revoke(chain[1]));
    OK(nonos_notify_signal(chain[1], 1));
    for (int i = 2; i <= NONOS_CAP_DEPTH_MAX; i++)
        IS(nonos_notify_signal(chain[i], 1), NONOS_E_BAD_HANDLE);
    OK(nonos_cap_delete(chain[1]));
    OK(nonos_cap_delete(chain[0]));
}

static void test_many_children(void)
{
    nonos_handle root = make(NONOS_OBJECT_NOTIFICATION, 0, 0), child = 0;
    int error = 0;
    for (int i = 0; i < 3000 && !error; i++)
        error = nonos_cap_derive(root, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &child);
    OK(error);
    OK(nonos_cap_revoke(root));
    IS(nonos_notify_signal(child, 1), NONOS_E_BAD_HANDLE);
    OK(nonos_cap_delete(root));
}

static void test_badge(void)
{
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0), badged, other;
    struct nonos_cap_info info;
    OK(nonos_cap_derive(endpoint, NONOS_RIGHTS_ALL, 77, NONOS_NEVER, 0, &badged));
    OK(nonos_cap_info(badged, &info));
    IS(info.badge, 77);
    TRUE(!(info.rights & (NONOS_ENDPOINT_BADGE | NONOS_ENDPOINT_RECV)));
    IS(nonos_cap_derive(badged, NONOS_RIGHTS_ALL, 78, NONOS_NEVER, 0, &other), NONOS_E_INVALID);
    OK(nonos_cap_derive(badged, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &other));
    OK(nonos_cap_info(other, &info));
    IS(info.badge, 77);
    other = derive(endpoint, NONOS_RIGHT_GRANT | NONOS_ENDPOINT_SEND);
    IS(nonos_cap_derive(other, NONOS_RIGHTS_ALL, 5, NONOS_NEVER, 0, &badged), NONOS_E_DENIED);
    OK(nonos_cap_revoke(endpoint));
    OK(nonos_cap_delete(endpoint));
}

static void test_expiry(void)
{
    nonos_handle memory = make(NONOS_OBJECT_MEMORY, PAGE, 0), brief, child;
    uint64_t address, soon = now() / MS + 400;
    struct nonos_task_info before, after;
    OK(nonos_task_info(TASK, NONOS_INFO_TASK, 0, &before, sizeof(before)));
    OK(nonos_cap_derive(memory, NONOS_RIGHTS_ALL, 0, soon, 0, &brief));
    child = derive(brief, NONOS_RIGHTS_ALL); /* cannot outlive its parent */
    OK(nonos_mem_map(TASK, child, 0, 0, PAGE, NONOS_PROT_READ, &address));
    sleep_ms(450);
    IS(nonos_mem_map(TASK, brief, 0, 0, PAGE, NONOS_PROT_READ, &address), NONOS_E_EXPIRED);
    IS(nonos_mem_map(TASK, child, 0, 0, PAGE, NONOS_PROT_READ, &address), NONOS_E_EXPIRED);
    OK(nonos_task_info(TASK, NONOS_INFO_TASK, 0, &after, sizeof(after)));
    IS(after.memory, before.memory); /* the mapping has ended by itself */
    OK(nonos_mem_map(TASK, memory, 0, 0, PAGE, NONOS_PROT_READ, &address));
    OK(nonos_cap_delete(memory));
}

/* ---- objects and accounts ---- */

static void test_object_create(void)
{
    nonos_handle h;
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_NONE, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_TASK, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, 99, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, ~0ull, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, PAGE, 16, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, PAGE, 0, SYSTEM, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_ENDPOINT, 1ull << 40, 0, 0, &h), NONOS_E_CEILING);
    IS(nonos_object_create(TASK, NONOS_OBJECT_MEMORY, PAGE, 0, 0, &h), NONOS_E_BAD_TYPE);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, 1, 1, 0, &h), NONOS_E_BAD_HANDLE);
}

static void test_account(void)
{
    nonos_handle account = make(NONOS_OBJECT_ACCOUNT, 64 * PAGE, 0), h, limited;
    struct nonos_account_limits limits = {~0ull, ~0ull, 0, 0, ~0u, 0};
    IS(nonos_object_create(account, NONOS_OBJECT_MEMORY, 65 * PAGE, 0, 0, &h), NONOS_E_QUOTA);
    OK(nonos_object_create(account, NONOS_OBJECT_MEMORY, 16 * PAGE, 0, 0, &h));
    OK(nonos_account_set(account, &limits));
    limits.memory = 8 * PAGE;
    limits.slots = limits.threads = ~0u;
    OK(nonos_account_set(account, &limits)); /* below what is in use */
    IS(nonos_object_create(account, NONOS_OBJECT_NOTIFICATION, 0, 0, 0, &limited), NONOS_E_QUOTA);
    OK(nonos_cap_delete(h));
    OK(nonos_object_create(account, NONOS_OBJECT_NOTIFICATION, 0, 0, 0, &limited));
    OK(nonos_cap_delete(limited));
    limits.memory = 1ull << 60;
    IS(nonos_account_set(account, &limits), NONOS_E_QUOTA);
    limited = derive(account, NONOS_ACCOUNT_CREATE);
    IS(nonos_account_set(limited, &limits), NONOS_E_DENIED);
    IS(nonos_account_set(account, NULL), NONOS_E_BAD_ADDRESS);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_ACCOUNT, 1ull << 50, 0, 0, &h), NONOS_E_QUOTA);
    OK(nonos_cap_delete(limited));
    OK(nonos_cap_delete(account));
}

/* ---- memory ---- */

static void test_mem_map(void)
{
    nonos_handle memory = make(NONOS_OBJECT_MEMORY, 4 * PAGE, 0), reader;
    uint64_t a = 0, b = 0, rw = NONOS_PROT_READ | NONOS_PROT_WRITE;
    OK(nonos_mem_map(TASK, memory, 0, 0, 4 * PAGE, rw, &a));
    *(volatile uint64_t *)a = 42;
    OK(nonos_mem_map(TASK, memory, 0, 0, PAGE, NONOS_PROT_READ, &b));
    IS(*(volatile uint64_t *)b, 42);
    TRUE(a != b && a % PAGE == 0);
    IS(nonos_mem_map(TASK, memory, a, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, PAGE, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, NONOS_USER_END, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, 0xffff800000000000, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, 0x123456, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, 0, PAGE, 4 * PAGE, rw, &b), NONOS_E_RANGE);
    IS(nonos_mem_map(TASK, memory, 0, ~0ull & ~(PAGE - 1ull), PAGE, rw, &b), NONOS_E_RANGE);
    IS(nonos_mem_map(TASK, memory, 0, 0, 100, rw, &b), NONOS_E_INVALID);
    IS(nonos_mem_map(TASK, memory, 0, 0, PAGE, 7, &b), NONOS_E_INVALID);
    IS(nonos_mem_map(TASK, memory, 0, 0, PAGE, 2, &b), NONOS_E_INVALID);
    IS(nonos_mem_map(TASK, memory, 0, 0, PAGE, 5, &b), NONOS_E_DENIED); /* nobody may execute it */
    reader = derive(memory, NONOS_MEMORY_READ);
    IS(nonos_mem_map(TASK, reader, 0, 0, PAGE, rw, &b), NONOS_E_DENIED);
    OK(nonos_mem_map(TASK, reader, 0x500000000, 0, 2 * PAGE, NONOS_PROT_READ, &b));
    IS(b, 0x500000000);
    IS(nonos_mem_unmap(TASK, b, PAGE), NONOS_E_INVALID);
    IS(nonos_mem_unmap(TASK, b + PAGE, PAGE), NONOS_E_INVALID);
    IS(nonos_mem_protect(TASK, b, 2 * PAGE, rw), NONOS_E_DENIED);
    OK(nonos_mem_unmap(TASK, b, 2 * PAGE));
    OK(nonos_mem_unmap(TASK, b, 2 * PAGE)); /* nothing is there */
    OK(nonos_mem_protect(TASK, a, 4 * PAGE, NONOS_PROT_READ));
    IS(nonos_random_get(SYSTEM, (void *)a, 8), NONOS_E_BAD_ADDRESS);
    OK(nonos_mem_protect(TASK, a, 4 * PAGE, rw));
    IS(nonos_mem_protect(TASK, a, 4 * PAGE, 7), NONOS_E_INVALID);
    OK(nonos_random_get(SYSTEM, (void *)a, 8));
    OK(nonos_cap_delete(memory)); /* the mapping ends, the reader stays */
    IS(nonos_random_get(SYSTEM, (void *)a, 8), NONOS_E_BAD_ADDRESS);
    OK(nonos_cap_delete(reader));
}

/* ---- threads of this task ---- */

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

/* ---- tasks made from this image ---- */

enum role {
    ROLE_EXIT = 1,
    ROLE_CLI,
    ROLE_KERNEL_READ,
    ROLE_STACK_EXECUTE,
    ROLE_BAD_CALL,
    ROLE_MISSING_CAP,
    ROLE_SLEEP,
    ROLE_WRITE_CODE,
    ROLE_SERVE,
    ROLE_DIVIDE,
    ROLE_SPIN,
};

static const char *const role_names[] = {"",    "exit",  "cli",  "kernel", "stack", "call",
                                         "cap", "sleep", "code", "serve",  "div",   "spin"};

#define CHILD_ENDPOINT NONOS_SLOT_FIRST
#define LAST_CALL      9999

static _Noreturn void child_end(int status)
{
    for (;;)
        nonos_thread_exit(NONOS_SLOT_THREAD, (uint32_t)status);
}

static void child_serve(void)
{
    struct nonos_message m = {0};
    int reply = 0;
    for (;;) {
        reply = nonos_ipc_reply_wait(CHILD_ENDPOINT, (nonos_handle)reply, &m);
        if (reply <= 0 || m.words[0] == LAST_CALL)
            child_end(m.words[0] == LAST_CALL ? 17 : reply); /* with the call unanswered */
        m.words[0]++;
        m.ncaps = 0;
    }
}

static __attribute__((noinline, used)) _Noreturn void child(enum role role)
{
    static const unsigned char ret = 0xc3;
    volatile unsigned char code[16];
    uint64_t value;
    switch (role) {
    case ROLE_CLI:
        __asm__ volatile("cli");
        break;
    case ROLE_KERNEL_READ:
        value = *(volatile uint64_t *)0xffff800000000000;
        (void)value;
        break;
    case ROLE_STACK_EXECUTE:
        code[0] = ret;
        ((void (*)(void))(uintptr_t)code)();
        break;
    case ROLE_WRITE_CODE:
        *(volatile unsigned char *)(uintptr_t)child = ret;
        break;
    case ROLE_DIVIDE:
        __asm__ volatile("xorl %%ecx, %%ecx; xorl %%edx, %%edx; divl %%ecx"
                         :
                         : "a"(1)
                         : "ecx", "edx");
        break;
    case ROLE_BAD_CALL:
        child_end(nonos_syscall(4711, 0, 0, 0, 0, 0, 0, &value) == NONOS_E_NO_CALL ? 21 : 1);
    case ROLE_MISSING_CAP:
        child_end(nonos_power(SYSTEM, NONOS_POWER_OFF, 1) == NONOS_E_BAD_HANDLE ? 22 : 1);
    case ROLE_SLEEP:
        nonos_thread_sleep(NONOS_SLOT_THREAD, NONOS_NEVER);
        break;
    case ROLE_SPIN:
        for (;;)
            __asm__ volatile("");
    case ROLE_SERVE:
        child_serve();
        break;
    default:
        break;
    }
    child_end(42);
}

static nonos_handle startup_make(const char *argument)
{
    static nonos_handle block;
    static struct nonos_startup *startup;
    if (!block)
        OK(nonos_memory_create(PAGE, 0, &block, (void **)&startup));
    memset(startup, 0, PAGE);
    *startup = (struct nonos_startup){.magic = NONOS_STARTUP_MAGIC,
                                      .version = NONOS_STARTUP_VERSION,
                                      .argc = 2,
                                      .args_offset = sizeof(*startup),
                                      .env_offset = sizeof(*startup) + 32,
                                      .caps_offset = sizeof(*startup) + 32,
                                      .len = sizeof(*startup) + 32};
    memcpy((char *)(startup + 1), "test", 5);
    memcpy((char *)(startup + 1) + 5, argument, strlen(argument) + 1);
    return block;
}

static int spawn(enum role role, nonos_handle cap, nonos_handle account, nonos_handle *task)
{
    const struct nonos_spawn_cap caps[1] = {{cap, NONOS_RIGHTS_ALL}};
    const struct nonos_spawn s = {.module = self_module,
                                  .account = account,
                                  .startup = startup_make(role_names[role]),
                                  .priority = NONOS_PRIORITY_PROGRAM,
                                  .stack_len = 65536,
                                  .caps = (uint64_t)caps,
                                  .ncaps = cap ? 1 : 0};
    return nonos_module_spawn(self_module, &s, task);
}

/* Runs a task to its end. */
static struct nonos_task_info run(enum role role)
{
    struct nonos_task_info info = {0};
    nonos_handle task = 0, n = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    uint64_t bits;
    OK(spawn(role, 0, ACCOUNT, &task));
    OK(nonos_notify_watch(task, n, 1));
    OK(nonos_notify_wait(n, 1, now() + 5000 * MS, &bits));
    OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
    OK(nonos_cap_delete(task));
    OK(nonos_cap_delete(n));
    return info;
}

static void ends(enum role role, enum nonos_task_state state, int status)
{
    struct nonos_task_info info = run(role);
    check(info.state, state, role_names[role], __LINE__);
    check(info.status, status, role_names[role], __LINE__);
}

/* The image of this program, copied out of the boot archive, and its description beside it. */
static const struct nonos_archive_entry *archive_entry(const uint8_t *archive, const char *name)
{
    const struct nonos_archive_header *header = (const void *)archive;
    const struct nonos_archive_entry *entry = (const void *)(header + 1);
    for (uint32_t i = 0; i < header->nentries; i++)
        if (strcmp(entry[i].name, name) == 0)
            return &entry[i];
    return NULL;
}

static void test_mint(void)
{
    struct nonos_cap_info info;
    struct nonos_image image;
    void *archive, *copy;
    nonos_handle memory, module, task;
    OK(nonos_cap_info(NONOS_FIRST_ARCHIVE, &info));
    OK(nonos_memory_map(NONOS_FIRST_ARCHIVE, info.size, NONOS_PROT_READ, &archive));
    const struct nonos_archive_entry *file = archive_entry(archive, NONOS_ARCHIVE_ATTESTOR);
    const struct nonos_archive_entry *description = archive_entry(archive, "test/image");
    TRUE(file && description);
    memcpy(&image, (uint8_t *)archive + description->offset, sizeof(image));
    OK(nonos_memory_create(file->len, 0, &memory, &copy));
    memcpy(copy, (uint8_t *)archive + file->offset, file->len);
    OK(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &self_module));
    OK(nonos_cap_info(self_module, &info));
    IS(info.type, NONOS_OBJECT_MODULE);
    TRUE(info.rights & NONOS_MODULE_LOAD && !(info.rights & NONOS_MODULE_MINT));
    IS(nonos_module_mint(self_module, ACCOUNT, memory, file->len, &image, &module), NONOS_E_DENIED);
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, 1ull << 40, &image, &module),
       NONOS_E_RANGE);
    ((volatile uint8_t *)copy)[100] ^= 1;
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &module),
       NONOS_E_HASH);
    ((volatile uint8_t *)copy)[100] ^= 1;
    image.segments[0].prot = 7;
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &module),
       NONOS_E_INVALID);
    image.segments[0].prot = NONOS_PROT_READ;
    image.entry = image.segments[0].address;
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &module),
       NONOS_E_INVALID);
    const struct nonos_spawn s = {.module = NONOS_FIRST_MODULE, .account = ACCOUNT};
    IS(nonos_module_spawn(NONOS_FIRST_MODULE, &s, &task), NONOS_E_DENIED);
    nonos_memory_free(memory);
}

static void test_tasks(void)
{
    ends(ROLE_EXIT, NONOS_TASK_EXITED, 42);
    ends(ROLE_BAD_CALL, NONOS_TASK_EXITED, 21);
    ends(ROLE_MISSING_CAP, NONOS_TASK_EXITED, 22);
    ends(ROLE_CLI, NONOS_TASK_FAULTED, NONOS_FAULT_INSTRUCTION);
    ends(ROLE_KERNEL_READ, NONOS_TASK_FAULTED, NONOS_FAULT_ACCESS);
    ends(ROLE_STACK_EXECUTE, NONOS_TASK_FAULTED, NONOS_FAULT_ACCESS);
    ends(ROLE_WRITE_CODE, NONOS_TASK_FAULTED, NONOS_FAULT_ACCESS);
    ends(ROLE_DIVIDE, NONOS_TASK_FAULTED, NONOS_FAULT_ARITHMETIC);
}

static void test_spawn_refusals(void)
{
    nonos_handle task, root = make(NONOS_OBJECT_ENDPOINT, NONOS_GRANT_MINT, 0);
    nonos_handle small = make(NONOS_OBJECT_ACCOUNT, 20 * PAGE, 0);
    /* The image was minted without any grant: it can never hold the endpoint. */
    IS(spawn(ROLE_EXIT, root, ACCOUNT, &task), NONOS_E_CEILING);
    IS(spawn(ROLE_EXIT, SYSTEM, ACCOUNT, &task), NONOS_E_CEILING);
    IS(spawn(ROLE_EXIT, NOT_USED, ACCOUNT, &task), NONOS_E_BAD_HANDLE);
    IS(spawn(ROLE_EXIT, 0, small, &task), NONOS_E_QUOTA);
    IS(spawn(ROLE_EXIT, 0, TASK, &task), NONOS_E_BAD_TYPE);
    OK(nonos_cap_delete(small));
    OK(nonos_cap_delete(root));
}

static void test_kill(enum role role)
{
    struct nonos_task_info info;
    nonos_handle task = 0, weak;
    OK(spawn(role, 0, ACCOUNT, &task));
    sleep_ms(20);
    OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
    IS(info.state, NONOS_TASK_RUNNING);
    IS(info.nthreads, 1);
    weak = derive(task, NONOS_RIGHT_INSPECT);
    IS(nonos_task_kill(weak, 1), NONOS_E_DENIED);
    OK(nonos_task_kill(task, 7));
    OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
    IS(info.state, NONOS_TASK_KILLED);
    IS(info.status, 7);
    IS(info.ncaps, 0);
    IS(info.memory, 0);
    OK(nonos_task_kill(task, 8));
    OK(nonos_cap_delete(weak));
    OK(nonos_cap_delete(task));
}

static void test_server_task(void)
{
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0), send, task = 0;
    nonos_handle guarded = make(NONOS_OBJECT_ENDPOINT, NONOS_GRANT_CLEARNET, 0);
    struct nonos_message m;
    OK(spawn(ROLE_SERVE, endpoint, ACCOUNT, &task));
    send = derive(endpoint, NONOS_ENDPOINT_SEND);
    OK(nonos_cap_delete(endpoint)); /* only the child can receive now */
    uint64_t start = now();
    for (uint64_t i = 0; i < 200; i++) {
        m = (struct nonos_message){.words = {i}};
        if (nonos_ipc_call(send, &m) != 0 || m.words[0] != i + 1) {
            IS(m.words[0], i + 1);
            break;
        }
    }
    say("a call to another task and back takes ns: ");
    say_number((long)((now() - start) / 200));
    say("\n");
    m = (struct nonos_message){.ncaps = 1, .caps = {guarded}};
    IS(nonos_ipc_call(send, &m), NONOS_E_CEILING);
    m = (struct nonos_message){.words = {LAST_CALL}};
    IS(nonos_ipc_call(send, &m), NONOS_E_PEER_GONE); /* the server dies with the call unanswered */
    IS(nonos_ipc_call(send, &m), NONOS_E_PEER_GONE);
    OK(nonos_cap_delete(send));
    OK(nonos_cap_delete(guarded));
    OK(nonos_cap_delete(task));
}

static uint64_t memory_free(void)
{
    struct nonos_system_info info = {0};
    size_t len;
    OK(nonos_system_info(SYSTEM, NONOS_INFO_SYSTEM, 0, &info, sizeof(info), (uint64_t *)&len));
    return info.memory_free;
}

static void test_spawn_leaks_nothing(unsigned count)
{
    uint64_t before = 0;
    for (unsigned i = 0; i < count + 10; i++) {
        if (i == 10)
            before = memory_free(); /* the heap has what it keeps */
        (void)run(ROLE_EXIT);
    }
    sleep_ms(20);
    IS(memory_free(), before);
}

static void test_task_find(void)
{
    struct nonos_task_info info;
    nonos_handle task;
    uint64_t id = 0;
    unsigned found = 0;
    while (nonos_task_find(SYSTEM, id, &task) == 0) {
        OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
        TRUE(info.id > id);
        id = info.id;
        found++;
        OK(nonos_cap_delete(task));
    }
    IS(found, 1);
    struct nonos_cap_info cap;
    OK(nonos_task_info(TASK, NONOS_INFO_CAP, 0, &cap, sizeof(cap)));
    IS(cap.handle, NONOS_SLOT_TASK);
    IS(nonos_task_info(TASK, NONOS_INFO_CAP, 65535, &cap, sizeof(cap)), NONOS_E_NOT_FOUND);
    IS(nonos_task_info(TASK, 77, 0, &cap, sizeof(cap)), NONOS_E_INVALID);
    IS(nonos_task_info(TASK, NONOS_INFO_TASK, 0, &info, 8), NONOS_E_INVALID);
}

/* ---- devices ---- */

static void test_io(void)
{
    nonos_handle cmos, r, video;
    uint64_t value, address;
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x70, 2, NONOS_FIRST_PORTS, &cmos));
    OK(nonos_io_write(cmos, 0, 1, 0x0a));
    OK(nonos_io_read(cmos, 1, 1, &value));
    TRUE(value < 256);
    IS(nonos_io_read(cmos, 1, 2, &value), NONOS_E_RANGE);
    IS(nonos_io_read(cmos, 2, 1, &value), NONOS_E_RANGE);
    IS(nonos_io_read(cmos, 0, 3, &value), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x70, 1, cmos, &r), NONOS_E_DENIED);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x20, 2, NONOS_FIRST_PORTS, &r),
       NONOS_E_DENIED);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0xffff, 2, NONOS_FIRST_PORTS, &r),
       NONOS_E_RANGE);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x100000, PAGE, NONOS_FIRST_MMIO, &r),
       NONOS_E_DENIED); /* RAM */
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0xfee00000, PAGE, NONOS_FIRST_MMIO, &r),
       NONOS_E_DENIED); /* the local APIC */
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0xb8000, PAGE, NONOS_FIRST_MMIO,
                           &video));
    OK(nonos_io_map(TASK, video, 0, PAGE, 3, NONOS_IO_UNCACHED, &address));
    value = *(volatile uint16_t *)address;
    IS(nonos_io_map(TASK, video, 0, PAGE, 5, NONOS_IO_UNCACHED, &address), NONOS_E_DENIED);
    IS(nonos_io_map(TASK, video, PAGE, PAGE, 1, NONOS_IO_UNCACHED, &address), NONOS_E_RANGE);
    IS(nonos_io_map(TASK, cmos, 0, PAGE, 1, NONOS_IO_UNCACHED, &address), NONOS_E_INVALID);
    OK(nonos_cap_delete(video));
    OK(nonos_cap_delete(cmos));
}

static void test_irq(void)
{
    nonos_handle line, msi, other, n = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    uint64_t where[2] = {1, 1};
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 1, NONOS_FIRST_IRQ, &line));
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 1, NONOS_FIRST_IRQ, &other),
       NONOS_E_BUSY);
    OK(nonos_irq_bind(line, n, 1, where));
    IS(where[0], 0);
    IS(nonos_irq_bind(line, n, 1, where), NONOS_E_BUSY);
    OK(nonos_irq_ack(line));
    OK(nonos_irq_bind(line, 0, 0, where));
    OK(nonos_irq_bind(line, n, 1, where));
    OK(nonos_cap_delete(line));
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 1, NONOS_FIRST_IRQ, &line));
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_MSI, 0, NONOS_FIRST_IRQ, &msi));
    OK(nonos_irq_bind(msi, n, 2, where));
    TRUE(where[0] >= 0xfee00000 && where[0] < 0xfef00000);
    IS(nonos_irq_bind(NONOS_FIRST_IRQ, n, 2, where), NONOS_E_DENIED);
    IS(nonos_irq_bind(msi, n, 2, NULL), NONOS_E_BAD_ADDRESS);
    OK(nonos_cap_delete(msi));
    OK(nonos_cap_delete(line));
    OK(nonos_cap_delete(n));
}

static void test_dma(void)
{
    nonos_handle domain, dma = make(NONOS_OBJECT_MEMORY, 2 * PAGE, NONOS_MEMORY_FLAG_DMA);
    nonos_handle plain = make(NONOS_OBJECT_MEMORY, PAGE, 0);
    uint64_t addresses[2] = {0};
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_DMA_DOMAIN, 0x18, 0, NONOS_FIRST_DMA, &domain));
    OK(nonos_dma_map(domain, dma, 0, 2 * PAGE, addresses));
    TRUE(addresses[0] && addresses[1] && addresses[0] != addresses[1]);
    IS(nonos_dma_map(domain, plain, 0, PAGE, addresses), NONOS_E_DENIED);
    IS(nonos_dma_map(domain, dma, PAGE, 2 * PAGE, addresses), NONOS_E_RANGE);
    IS(nonos_dma_map(domain, dma, 0, PAGE, NULL), NONOS_E_BAD_ADDRESS);
    OK(nonos_dma_unmap(domain, dma, 0, 2 * PAGE));
    IS(nonos_dma_unmap(domain, dma, 0, 2 * PAGE), NONOS_E_RANGE);
    OK(nonos_dma_map(domain, dma, 0, 2 * PAGE, addresses));
    OK(nonos_cap_delete(dma));
    OK(nonos_cap_delete(domain));
    OK(nonos_cap_delete(plain));
}

/* ---- system ---- */

static void test_system(void)
{
    struct nonos_system_info info = {0};
    struct nonos_cpu_info cpu;
    char buffer[64];
    uint64_t a, b, len;
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_MONOTONIC, &a));
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_MONOTONIC, &b));
    TRUE(b >= a);
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_THREAD, &a));
    TRUE(a > 0);
    IS(nonos_clock_get(SYSTEM, 9, &a), NONOS_E_INVALID);
    OK(nonos_clock_set(SYSTEM, 1800000000ull * 1000000000));
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_WALL, &a));
    IS(a / 1000000000, 1800000000);
    IS(nonos_random_get(SYSTEM, buffer, 5000), NONOS_E_TOO_BIG);
    OK(nonos_random_get(SYSTEM, &a, 8));
    OK(nonos_random_get(SYSTEM, &b, 8));
    TRUE(a != b);
    IS(nonos_console_write(SYSTEM, buffer, 5000), NONOS_E_TOO_BIG);
    IS(nonos_console_write(SYSTEM, NULL, 5), NONOS_E_BAD_ADDRESS);
    OK(nonos_system_info(SYSTEM, NONOS_INFO_SYSTEM, 0, &info, sizeof(info), &len));
    TRUE(info.ncpus >= 1 && info.memory_free < info.memory_total && info.iommu == 0);
    OK(nonos_system_info(SYSTEM, NONOS_INFO_LOG, info.log_start, buffer, sizeof(buffer), &len));
    IS(len, sizeof(buffer));
    OK(nonos_system_info(SYSTEM, NONOS_INFO_CPU, 0, &cpu, sizeof(cpu), &len));
    TRUE(cpu.switches > 0);
    IS(nonos_system_info(SYSTEM, NONOS_INFO_CPU, 500, &cpu, sizeof(cpu), &len), NONOS_E_NOT_FOUND);
    IS(nonos_system_info(SYSTEM, 77, 0, &cpu, sizeof(cpu), &len), NONOS_E_INVALID);
    IS(nonos_power(SYSTEM, 5, 0), NONOS_E_INVALID);
}

static void test_audit(void)
{
    static struct nonos_audit_record records[64];
    nonos_handle weak = derive(NONOS_FIRST_AUDIT, NONOS_AUDIT_APPEND);
    size_t count = 0;
    uint64_t sequence = 1, user = 0, refused = 0;
    int error;
    OK(nonos_audit_append(weak, NONOS_AUDIT_USER, 1, 2, "hello", 5));
    IS(nonos_audit_append(weak, NONOS_AUDIT_POWER, 1, 2, "hello", 5), NONOS_E_INVALID);
    IS(nonos_audit_read(weak, 1, records, 64, &count), NONOS_E_DENIED);
    do {
        error = nonos_audit_read(NONOS_FIRST_AUDIT, sequence, records, 64, &count);
        if (error == NONOS_E_OVERRUN) {
            sequence = count;
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            if (records[i].sequence != sequence + i)
                IS(records[i].sequence, sequence + i);
            user += records[i].event == NONOS_AUDIT_USER && !strcmp(records[i].text, "hello");
            refused += records[i].event == NONOS_AUDIT_REFUSED;
        }
        sequence += count;
    } while (error == NONOS_E_OVERRUN || (!error && count == 64));
    OK(error);
    IS(user, 1);
    TRUE(refused > 10);
    OK(nonos_cap_delete(weak));
}

int main(int argc, char **argv)
{
    if (argc == 2)
        for (int role = ROLE_EXIT; role <= ROLE_SPIN; role++)
            if (strcmp(argv[1], role_names[role]) == 0)
                child((enum role)role);
    test_derive();
    test_depth_and_revoke();
    test_many_children();
    test_badge();
    test_expiry();
    test_object_create();
    test_account();
    test_mem_map();
    test_ipc();
    test_ipc_ends();
    test_notifications();
    test_bind();
    test_watch_endpoint();
    test_threads();
    test_mint();
    test_tasks();
    test_spawn_refusals();
    test_kill(ROLE_SLEEP);
    test_kill(ROLE_SPIN);
    test_server_task();
    test_spawn_leaks_nothing(200);
    test_task_find();
    test_io();
    test_irq();
    test_dma();
    test_system();
    test_audit();
    say_number(passed);
    say(" passed, ");
    say_number(failed);
    say(" failed\n");
    nonos_power(SYSTEM, NONOS_POWER_OFF, failed > 100 ? 100 : failed);
    return 1;
}
