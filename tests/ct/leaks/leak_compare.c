/* A comparison that ends at the first difference, and tells where that is. */
#include "leak.h"

void leak(const uint8_t secret[LEAK_LEN])
{
    static volatile uint8_t expected[LEAK_LEN];

    for (unsigned i = 0; i < LEAK_LEN; i++)
        if (secret[i] != expected[i]) {
            leak_sink = 1;
            return;
        }
    leak_sink = 0;
}
