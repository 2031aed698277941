/*
 * Two stacks of ours in one process beside two ends of lwIP, in turn, so that what else the machine
 * does falls on both: the same window, frames of 1514 bytes, each byte copied in and out.
 *
 *     beside [megabytes]
 */
#include <stdio.h>
#include <stdlib.h>

#include "lwip.h"
#include "stacks.h"

#define WINDOW 65535u
#define ROUNDS 5

int main(int argc, char **argv)
{
    uint64_t total = (argc > 1 ? strtoull(argv[1], NULL, 10) : 256) << 20;
    double ours = 0, theirs = 0;

    for (int round = 0; round < ROUNDS; round++) {
        double r = stacks_rate(WINDOW, total, 0);
        ours = r > ours ? r : ours;
        r = lwip_rate(total);
        theirs = r > theirs ? r : theirs;
    }
    printf("lwIP, IPv4, window 64 KiB: %6.2f Gbit per CPU-second\n", theirs);
    printf("ours, IPv4, window 64 KiB: %6.2f Gbit per CPU-second, %.2f times lwIP\n", ours,
           ours / theirs);
    return 0;
}
