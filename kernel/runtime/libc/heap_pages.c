/* malloc's pages and lock on NONOS. */
#include "heap.h"

#include <nonos/thread.h>

#include "../src/start.h"

static struct nonos_mutex lock;

void *heap_pages_get(size_t len, uint64_t *handle)
{
    nonos_handle memory;
    void *pages;
    if (nonos_memory_create(len, 0, &memory, &pages) < 0)
        return NULL;
    *handle = memory;
    return pages;
}

void heap_pages_put(void *pages, size_t len, uint64_t handle)
{
    (void)pages;
    (void)len;
    nonos_memory_free((nonos_handle)handle);
}

uint32_t heap_secret(void)
{
    uint32_t secret;
    if (nonos_random(&secret, sizeof(secret)) < 0)
        /* Without a generator the random load bias has to do. */
        secret = (uint32_t)((uintptr_t)&lock >> 12) * 0x9e3779b1u;
    return secret;
}

void heap_lock(void)
{
    nonos_mutex_lock(&lock);
}

void heap_unlock(void)
{
    nonos_mutex_unlock(&lock);
}

int nonos_malloc_threads(void)
{
    if (lock.notification)
        return NONOS_OK;
    return nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                               &lock.notification);
}

_Noreturn void heap_damaged(const char *what)
{
    nonos_panic(what);
}
