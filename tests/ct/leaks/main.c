/* Gives a planted leak its secret. The value is one that a compiler cannot know. */
#include <stdint.h>
#include <string.h>

#include "leak.h"
#include "taint.h"

volatile uint32_t leak_sink;

int main(int argc, char **argv)
{
    uint8_t secret[LEAK_LEN];

    memset(secret, 0x5a + argc, sizeof secret);
    secret[1] ^= (uint8_t)argv[0][0];
    taint(secret, sizeof secret);
    leak(secret);
    return 0;
}
