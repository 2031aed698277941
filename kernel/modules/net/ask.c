#include "ask.h"

#include <nonos/thread.h>

static void ask(void *argument)
{
    struct asker *a = argument;
    uint64_t bits;
    while (nonos_notify_wait(a->go, 1, NONOS_NEVER, &bits) >= 0) {
        if (__atomic_load_n(&a->state, __ATOMIC_ACQUIRE) != ASKER_ASKED)
            continue;
        a->result = nonos_call(a->connection, &a->message);
        /* Release: who sees the state sees the answer. */
        __atomic_store_n(&a->state, ASKER_ANSWERED, __ATOMIC_RELEASE);
        (void)nonos_notify_signal(a->notification, a->bits);
    }
}

int asker_init(struct asker *asker, nonos_handle notification, uint64_t bits)
{
    *asker = (struct asker){.notification = notification, .bits = bits};
    int r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0, &asker->go);
    return r < 0 ? r : nonos_thread_spawn(ask, asker, 0);
}

int asker_ask(struct asker *asker, nonos_handle connection, const struct nonos_message *message)
{
    if (__atomic_load_n(&asker->state, __ATOMIC_ACQUIRE) != ASKER_FREE)
        return NONOS_E_BUSY;
    asker->connection = connection;
    asker->message = *message;
    __atomic_store_n(&asker->state, ASKER_ASKED, __ATOMIC_RELEASE);
    return nonos_notify_signal(asker->go, 1);
}

bool asker_answer(struct asker *asker, int *result, struct nonos_message *message)
{
    if (__atomic_load_n(&asker->state, __ATOMIC_ACQUIRE) != ASKER_ANSWERED)
        return false;
    *result = asker->result;
    *message = asker->message;
    asker->state = ASKER_FREE;
    return true;
}
