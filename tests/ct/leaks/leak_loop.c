/* As many rounds as a secret says. */
#include "leak.h"

void leak(const uint8_t secret[LEAK_LEN])
{
    for (unsigned i = 0; i < secret[7]; i++)
        leak_sink += i;
}
