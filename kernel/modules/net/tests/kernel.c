#include "kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonos/server.h>
#include <nonos/service.h>
#include <nonos/thread.h>

#include "../host.h"

/* The module's main(). */
int net_main(void);
#define main net_main
#include "../main.c"
#undef main

#define REPLY_BASE  0x10000u
#define THREADS_MAX 8u

struct kernel kernel = {.caps_limit = CAPS_MAX, .driver_answers = DRIVER_ALL, .now_ns = 1000000000};

static struct queued {
    nonos_handle endpoint;
    unsigned number;
    struct nonos_message message;
} queue[REQUESTS_MAX];
static unsigned queue_head, queue_tail;
static uint64_t signalled, timer_ns = NONOS_NEVER, timer_bits;
static struct thread {
    void (*entry)(void *);
    void *argument;
    bool running;
} threads[THREADS_MAX];
static unsigned nthreads;
static uint64_t random_state = 1;

static _Noreturn void wrong(const char *what, nonos_handle handle)
{
    fprintf(stderr, "the module %s: %u\n", what, handle);
    abort();
}

/* ---- capabilities ---- */

static struct cap *cap_of(nonos_handle handle)
{
    if (handle == 0 || handle >= CAPS_MAX || !kernel.caps[handle].used)
        wrong("used a capability that is none", handle);
    return &kernel.caps[handle];
}

static nonos_handle cap_new(uint32_t type, nonos_handle parent)
{
    for (nonos_handle i = CAP_FIRST; i < kernel.caps_limit; i++)
        if (!kernel.caps[i].used) {
            kernel.caps[i] = (struct cap){.used = true, .type = type, .parent = parent};
            return i;
        }
    return 0;
}

static unsigned children(nonos_handle parent)
{
    unsigned n = 0;
    for (nonos_handle i = 1; i < CAPS_MAX; i++)
        n += kernel.caps[i].used && kernel.caps[i].parent == parent;
    return n;
}

int nonos_cap_derive(nonos_handle cap, uint32_t rights, uint64_t badge, uint64_t expiry_ms,
                     uint32_t flags, nonos_handle *handle)
{
    struct cap *from = cap_of(cap);
    (void)rights;
    (void)expiry_ms;
    *handle = cap_new(from->type, cap);
    if (!*handle)
        return NONOS_E_NO_SLOTS;
    kernel.caps[*handle].badge = badge ? badge : from->badge;
    kernel.caps[*handle].watched = flags & NONOS_DERIVE_WATCH;
    return NONOS_OK;
}

/* Whom a last child's end is told: each endpoint has its watcher. */
static bool is_capture(nonos_handle cap)
{
    return kernel.caps[cap].parent == CAP_CAPTURE;
}

int nonos_cap_delete(nonos_handle cap)
{
    struct cap *c = cap_of(cap);
    nonos_handle parent = c->parent;
    for (nonos_handle i = 1; i < CAPS_MAX; i++)
        if (kernel.caps[i].used && kernel.caps[i].parent == cap)
            kernel.caps[i].parent = parent;
    free(c->memory);
    *c = (struct cap){0};
    if (parent && kernel.caps[parent].watched && children(parent) == 0)
        signalled |= is_capture(parent) ? HOST_BIT_CAPTURE : NONOS_SERVER_BIT_CLOSED;
    return NONOS_OK;
}

int nonos_cap_revoke(nonos_handle cap)
{
    (void)cap_of(cap);
    for (nonos_handle i = 1; i < CAPS_MAX; i++)
        if (kernel.caps[i].used && kernel.caps[i].parent == cap) {
            (void)nonos_cap_revoke(i);
            /* A client's slot stays taken, by nothing, until the client drops it. */
            kernel.caps[i] = (struct cap){.used = kernel.caps[i].clients};
        }
    return NONOS_OK;
}

int nonos_cap_info(nonos_handle cap, struct nonos_cap_info *info)
{
    const struct cap *c = cap_of(cap);
    *info = (struct nonos_cap_info){.handle = cap,
                                    .type = c->type,
                                    .badge = c->badge,
                                    .object_id = c->object_id,
                                    .nchildren = children(cap)};
    return NONOS_OK;
}

unsigned kernel_ncaps(void)
{
    unsigned n = 0;
    for (nonos_handle i = 1; i < CAPS_MAX; i++)
        n += kernel.caps[i].used;
    return n;
}

nonos_handle kernel_account(uint64_t object_id)
{
    nonos_handle cap = cap_new(NONOS_OBJECT_ACCOUNT, 0);
    if (!cap)
        return 0;
    kernel.caps[cap].object_id = object_id;
    return cap;
}

nonos_handle kernel_notification(void)
{
    return cap_new(NONOS_OBJECT_NOTIFICATION, 0);
}

nonos_handle kernel_connect(nonos_handle service, uint64_t badge)
{
    nonos_handle cap = cap_new(NONOS_OBJECT_ENDPOINT, 0);
    kernel.caps[cap].badge = NONOS_SERVICE_BADGE | badge;
    kernel.caps[cap].object_id = service;
    return cap;
}

void kernel_drop(nonos_handle cap)
{
    if (kernel.caps[cap].used)
        (void)nonos_cap_delete(cap);
}

/* ---- memory, time, randomness ---- */

int nonos_object_create(nonos_handle account, uint32_t type, uint64_t arg0, uint64_t arg1,
                        nonos_handle root, nonos_handle *handle)
{
    (void)arg1;
    (void)root;
    if (account != NONOS_SLOT_ACCOUNT && cap_of(account)->type != NONOS_OBJECT_ACCOUNT)
        return NONOS_E_INVALID;
    *handle = cap_new(type, 0);
    if (!*handle)
        return NONOS_E_NO_SLOTS;
    if (type == NONOS_OBJECT_MEMORY) {
        size_t len = nonos_page_round(arg0);
        uint8_t *memory = aligned_alloc(NONOS_PAGE_SIZE, len);
        if (!memory)
            abort();
        memset(memory, 0, len);
        kernel.caps[*handle].memory = memory;
    }
    return NONOS_OK;
}

int nonos_memory_map(nonos_handle memory, size_t len, uint32_t prot, void **address)
{
    (void)len;
    (void)prot;
    *address = cap_of(memory)->memory;
    return NONOS_OK;
}

int nonos_memory_create(size_t len, uint64_t flags, nonos_handle *handle, void **address)
{
    int r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_MEMORY, len, flags, 0, handle);
    return r < 0 ? r : nonos_memory_map(*handle, len, 0, address);
}

void nonos_memory_free(nonos_handle handle)
{
    (void)nonos_cap_revoke(handle);
    (void)nonos_cap_delete(handle);
}

uint64_t nonos_time_monotonic(void)
{
    if (kernel.tick)
        kernel.tick();
    return kernel.now_ns;
}

uint64_t nonos_time_wall(void)
{
    return WALL_NS + kernel.now_ns;
}

int nonos_random(void *buffer, size_t len)
{
    uint8_t *out = buffer;
    while (len-- > 0)
        *out++ = (uint8_t)((random_state = random_state * 6364136223846793005u + 1) >> 56);
    return NONOS_OK;
}

void nonos_logf(const char *format, ...)
{
    (void)format;
}

void nonos_panic(const char *text)
{
    fputs(text, stderr);
    abort();
}

nonos_handle nonos_cap_find(const char *name)
{
    return strcmp(name, "serve-net") == 0           ? CAP_NET
           : strcmp(name, "serve-net-control") == 0 ? CAP_CONTROL
           : strcmp(name, "serve-net-capture") == 0 ? CAP_CAPTURE
           : strcmp(name, "heartbeat") == 0         ? CAP_HEARTBEAT
                                                    : 0;
}

/* ---- threads ---- */

struct nonos_thread *nonos_thread_self(void)
{
    static struct nonos_thread self = {1};
    return &self;
}

int nonos_thread_spawn(void (*entry)(void *argument), void *argument, size_t stack_len)
{
    (void)stack_len;
    if (nthreads == THREADS_MAX)
        return NONOS_E_NO_MEMORY;
    threads[nthreads++] = (struct thread){entry, argument, false};
    return NONOS_OK;
}

static void threads_run(void)
{
    for (unsigned i = 0; i < nthreads; i++) {
        struct thread *t = &threads[i];
        if (t->running)
            continue;
        t->running = true;
        t->entry(t->argument);
        t->running = false;
    }
}

int nonos_mutex_init(struct nonos_mutex *mutex)
{
    mutex->held = false;
    return NONOS_OK;
}

void nonos_mutex_lock(struct nonos_mutex *mutex)
{
    if (mutex->held)
        wrong("takes a lock that it has", 0);
    mutex->held = true;
}

void nonos_mutex_unlock(struct nonos_mutex *mutex)
{
    if (!mutex->held)
        wrong("gives back a lock that it has not", 0);
    mutex->held = false;
}

/* ---- notifications and the driver ---- */

int nonos_notify_signal(nonos_handle notification, uint64_t bits)
{
    if (notification == CAP_HEARTBEAT)
        signalled |= bits;
    else if (cap_of(notification)->object_id == CAP_DRIVER)
        driver_signalled();
    else
        cap_of(notification)->bits |= bits;
    return NONOS_OK;
}

/* A thread that waits for ever returns and is called again; one with a deadline waits for what the others do, and then for the clock. */
int nonos_notify_wait(nonos_handle notification, uint64_t mask, uint64_t deadline, uint64_t *bits)
{
    struct cap *c = cap_of(notification);
    if (host.lock.held)
        wrong("waits with the lock", notification);
    /* Who asked the driver is in its call still. */
    if (deadline == NONOS_NEVER && kernel.driver_answers == 0)
        return NONOS_E_TIMED_OUT;
    if (deadline != NONOS_NEVER && !(c->bits & mask)) {
        threads_run();
        if (!(c->bits & mask))
            kernel.now_ns = deadline;
    }
    *bits = c->bits & mask;
    c->bits &= ~mask;
    return *bits ? NONOS_OK : NONOS_E_TIMED_OUT;
}

int nonos_notify_timer(nonos_handle notification, uint64_t deadline, uint64_t bits)
{
    (void)notification;
    timer_ns = deadline;
    timer_bits = bits;
    return NONOS_OK;
}

int nonos_notify_bind(nonos_handle thread, nonos_handle notification)
{
    (void)thread;
    (void)notification;
    return NONOS_OK;
}

int nonos_notify_watch(nonos_handle object, nonos_handle notification, uint64_t bits)
{
    (void)object;
    (void)notification;
    (void)bits;
    return NONOS_OK;
}

int nonos_service_follow(struct nonos_service_watch *watch, const char *service,
                         nonos_handle notification, uint64_t bits,
                         int (*greet)(nonos_handle connection))
{
    (void)service;
    (void)notification;
    (void)greet;
    watch->bits = bits;
    return NONOS_OK;
}

int nonos_service_take(struct nonos_service_watch *watch, nonos_handle *connection)
{
    if (!kernel.driver_offered)
        return NONOS_E_BUSY;
    kernel.driver_offered = false;
    watch->instances++;
    *connection = cap_new(NONOS_OBJECT_ENDPOINT, 0);
    return *connection ? NONOS_OK : NONOS_E_NO_SLOTS;
}

int nonos_call(nonos_handle endpoint, struct nonos_message *message)
{
    (void)cap_of(endpoint);
    if (kernel.driver_answers == 0)
        wrong("waits for a driver that does not answer", endpoint);
    if (kernel.driver_answers != DRIVER_ALL)
        kernel.driver_answers--;
    int r = kernel.driver_gone ? NONOS_E_PEER_GONE : driver_call(message);
    message->ncaps = 0;
    if (r >= 0 && message->label == NONOS_NIC_OPEN) {
        for (; message->ncaps < message->words[4] && message->ncaps < NONOS_IPC_CAPS;
             message->ncaps++) {
            nonos_handle wake = cap_new(NONOS_OBJECT_NOTIFICATION, 0);
            if (!wake)
                break;
            kernel.caps[wake].object_id = CAP_DRIVER;
            message->caps[message->ncaps] = wake;
        }
    }
    return r;
}

/* ---- requests ---- */

/* Where requests on a capability go: a service, or the one that its object is of. */
static nonos_handle endpoint_of(nonos_handle cap)
{
    uint64_t service = cap_of(cap)->object_id;
    while (cap >= CAP_FIRST)
        cap = kernel.caps[cap].parent;
    return service == CAP_CONTROL || service == CAP_CAPTURE ? (nonos_handle)service
           : cap == CAP_CAPTURE                             ? cap
                                                            : CAP_NET;
}

unsigned kernel_send(nonos_handle cap, const struct nonos_message *message)
{
    static unsigned next;
    for (unsigned i = 0; i < REQUESTS_MAX; i++, next++) {
        if (kernel.answers[next % REQUESTS_MAX].asked)
            continue;
        unsigned number = next % REQUESTS_MAX;
        struct queued *q = &queue[queue_tail++ % REQUESTS_MAX];
        kernel.answers[number] = (struct answer){.asked = true};
        q->message = *message;
        q->message.badge = cap_of(cap)->badge;
        q->endpoint = endpoint_of(cap);
        q->number = number;
        return number;
    }
    abort(); /* the tests' own fault */
}

/* The client gets children of what the module gives. */
static void reply_deliver(nonos_handle reply, const struct nonos_message *message)
{
    unsigned number = reply - REPLY_BASE;
    struct answer *a = number < REQUESTS_MAX ? &kernel.answers[number] : NULL;
    if (!a || !a->asked || a->done)
        wrong("answers what nobody asked, or twice", reply);
    a->done = true;
    a->result = (int)message->label;
    memcpy(a->words, message->words, sizeof(a->words));
    for (uint32_t i = 0; i < message->ncaps; i++) {
        struct cap *from = cap_of(message->caps[i]);
        nonos_handle child = cap_new(from->type, message->caps[i]);
        if (!child)
            abort(); /* the limit is the module's alone */
        kernel.caps[child].badge = from->badge;
        kernel.caps[child].clients = true;
        a->caps[a->ncaps++] = child;
    }
}

/* Capabilities of one server only are delivered in a run of it. */
static struct queued *queue_first(nonos_handle endpoint)
{
    struct queued *q = &queue[queue_head % REQUESTS_MAX];
    return queue_head != queue_tail && q->endpoint == endpoint ? q : NULL;
}

int nonos_ipc_reply_wait(nonos_handle endpoint, nonos_handle reply, struct nonos_message *message)
{
    unsigned limit = kernel.caps_limit;
    kernel.caps_limit = CAPS_MAX;
    if (reply)
        reply_deliver(reply, message);
    kernel.caps_limit = limit;
    if (!endpoint)
        return NONOS_OK;
    if (host.lock.held)
        wrong("waits with the lock", endpoint);
    struct queued *q = queue_first(endpoint);
    if (endpoint != CAP_NET && !q)
        return NONOS_E_PEER_GONE;
    if (endpoint == CAP_NET && (signalled || !q)) {
        *message = (struct nonos_message){.badge = signalled};
        if (!signalled)
            nonos_server_stop(&host.server);
        signalled = 0;
        return 0;
    }
    *message = q->message;
    queue_head++;
    return (int)(REPLY_BASE + q->number);
}

void kernel_run(void)
{
    do {
        host.server.stop = false;
        if (nonos_server_run(&host.server) < 0)
            abort();
        threads_run();
    } while (queue_head != queue_tail || signalled);
}

uint64_t kernel_timer(void)
{
    return timer_ns;
}

void kernel_sleep(uint64_t ms)
{
    kernel_sleep_until(kernel.now_ns + ms * 1000000);
}

void kernel_sleep_until(uint64_t until)
{
    while (timer_ns <= until) {
        kernel.now_ns = timer_ns > kernel.now_ns ? timer_ns : kernel.now_ns;
        timer_ns = NONOS_NEVER;
        signalled |= timer_bits;
        kernel_run();
        driver_signalled();
        kernel_run();
    }
    kernel.now_ns = until;
    kernel_run();
}

void kernel_forget(unsigned number)
{
    struct answer *a = &kernel.answers[number];
    for (uint32_t i = 0; i < a->ncaps; i++)
        kernel_drop(a->caps[i]);
    if (!a->done)
        wrong("has not answered", number);
    *a = (struct answer){0};
}

void kernel_start(void)
{
    for (nonos_handle i = CAP_NET; i < CAP_FIRST; i++)
        kernel.caps[i] = (struct cap){.used = true, .type = NONOS_OBJECT_ENDPOINT};
    nonos_server_stop(&host.server);
    kernel.driver_offered = true;
    if (net_main() == 0 || !host.stack)
        abort();
    kernel_run();
}
