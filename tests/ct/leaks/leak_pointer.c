/* The bits of an exponent choose which of two numbers is read: a ladder without a masked swap. */
#include "leak.h"

void leak(const uint8_t secret[LEAK_LEN])
{
    static volatile uint32_t pair[2] = {3, 5};

    for (unsigned i = 0; i < 8 * LEAK_LEN; i++) {
        unsigned bit = secret[i / 8] >> (i % 8) & 1;
        pair[bit] *= pair[bit ^ 1];
    }
    leak_sink = pair[0];
}
