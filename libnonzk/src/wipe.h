/*
 * Private to libnonzk: forgetting secrets.
 */
#ifndef NONZK_SRC_WIPE_H
#define NONZK_SRC_WIPE_H

#include <stddef.h>
#include <string.h>

/* Sets memory to zero in a way that the compiler does not leave out though nothing reads it later. */
static inline void wipe(void *p, size_t len)
{
    memset(p, 0, len);
    __asm__("" : : "r"(p) : "memory");
}

#endif
