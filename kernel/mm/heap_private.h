/* How the heap comes to life. */
#ifndef KERNEL_MM_HEAP_PRIVATE_H
#define KERNEL_MM_HEAP_PRIVATE_H

#include <stdint.h>

#define HEAP_KEY_LEN 32u

/* `key` is secret: the canaries come from it. The heap's area (kernel_map.h) is empty. */
void heap_init(const uint8_t key[HEAP_KEY_LEN]);

#endif
