/* A table like that of an AES S-box. */
#include "leak.h"

static volatile uint8_t table[256] = {0x63, 0x7c, 0x77, 0x7b};

void leak(const uint8_t secret[LEAK_LEN])
{
    leak_sink = table[secret[5]];
}
