/* A hostile client, a driver that may go wild, and a peer, as the input says: tests/hostile.c. The module lives on from input to input. */
#include "../tests/players.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        players_start();
    started = true;
    hostile_run(data, size);
    return 0;
}
