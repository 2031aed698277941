/* malloc's pages on the host: anonymous mappings, counted and limited. */
#include "heap_host.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../libc/heap.h"

size_t heap_host_pages;
size_t heap_host_limit = SIZE_MAX;
jmp_buf heap_host_damaged;
int heap_host_catch;

void *heap_pages_get(size_t len, uint64_t *handle)
{
    if (len > heap_host_limit - heap_host_pages)
        return NULL;
    void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    heap_host_pages += len;
    *handle = 1;
    return pages;
}

void heap_pages_put(void *pages, size_t len, uint64_t handle)
{
    if (handle != 1 || munmap(pages, len) != 0)
        abort();
    heap_host_pages -= len;
}

uint32_t heap_secret(void)
{
    return 0x5eed5eed;
}

void heap_lock(void)
{
}

void heap_unlock(void)
{
}

_Noreturn void heap_damaged(const char *what)
{
    (void)what;
    if (heap_host_catch)
        longjmp(heap_host_damaged, 1);
    abort();
}
