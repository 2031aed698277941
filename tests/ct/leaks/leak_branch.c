/* The two sides do what no conditional move does. */
#include "leak.h"

void leak(const uint8_t secret[LEAK_LEN])
{
    if (secret[3] & 4) {
        __asm__ volatile("");
        leak_sink = 1;
    } else {
        leak_sink += 2;
        __asm__ volatile("" ::: "memory");
    }
}
