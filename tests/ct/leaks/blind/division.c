/* Valgrind does not see it: the time of a division depends on its operands, on many processors. */
#include "../leak.h"

volatile uint32_t leak_sink = 3329;

void leak(const uint8_t secret[LEAK_LEN])
{
    uint32_t divisor = leak_sink;

    leak_sink = (secret[0] | (uint32_t)secret[1] << 8) / divisor;
}
