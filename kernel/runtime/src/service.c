#include <nonos/service.h>

#include <nonos/supervisor.h>
#include <nonos/thread.h>

/* Waits at the supervisor for an instance newer than `*generation`. */
static int instance_wait(const struct nonos_service_watch *w, uint64_t *generation,
                         nonos_handle *connection)
{
    struct nonos_message m = nonos_message_make(NONOS_SUPERVISOR_WAIT);
    int r = nonos_words_from_name(m.words, 3, w->service);
    m.words[3] = *generation;
    if (r >= 0)
        r = nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &m);
    if (r < 0)
        return r;
    *generation = m.words[3];
    *connection = m.ncaps ? m.caps[0] : 0;
    return *connection ? NONOS_OK : NONOS_E_IO;
}

static void offer(struct nonos_service_watch *w, int result, nonos_handle connection)
{
    w->result = result;
    w->connection = connection;
    uint32_t offered = w->offered + 1;
    /* Release: who sees the number sees the offer. */
    __atomic_store_n(&w->offered, offered, __ATOMIC_RELEASE);
    (void)nonos_notify_signal(w->notification, w->bits);
    while (__atomic_load_n(&w->taken, __ATOMIC_ACQUIRE) != offered) {
        uint64_t bits;
        (void)!nonos_notify_wait(w->taken_signal, 1, NONOS_NEVER, &bits);
    }
}

static void watch(void *argument)
{
    struct nonos_service_watch *w = argument;
    nonos_handle connection = 0;
    uint64_t generation = 0;
    int r;
    while ((r = instance_wait(w, &generation, &connection)) >= 0) {
        if (w->greet && w->greet(connection) < 0)
            (void)nonos_cap_delete(connection);
        else
            offer(w, NONOS_OK, connection);
    }
    offer(w, r, 0);
}

int nonos_service_follow(struct nonos_service_watch *w, const char *service,
                         nonos_handle notification, uint64_t bits,
                         int (*greet)(nonos_handle connection))
{
    *w = (struct nonos_service_watch){
        .service = service, .notification = notification, .bits = bits, .greet = greet};
    if (!nonos_cap_find(NONOS_NAME_SUPERVISOR))
        return NONOS_E_NO_DEVICE;
    int r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                &w->taken_signal);
    if (r < 0)
        return r;
    r = nonos_thread_spawn(watch, w, 0);
    if (r < 0)
        (void)nonos_cap_delete(w->taken_signal);
    return r;
}

bool nonos_service_offered(const struct nonos_service_watch *w)
{
    return __atomic_load_n(&w->offered, __ATOMIC_ACQUIRE) != w->taken;
}

int nonos_service_take(struct nonos_service_watch *w, nonos_handle *connection)
{
    uint32_t offered = __atomic_load_n(&w->offered, __ATOMIC_ACQUIRE);
    if (offered == w->taken)
        return w->result < 0 ? w->result : NONOS_E_BUSY;
    int r = w->result;
    *connection = w->connection;
    w->instances += r >= 0;
    __atomic_store_n(&w->taken, offered, __ATOMIC_RELEASE);
    (void)nonos_notify_signal(w->taken_signal, 1);
    return r;
}
