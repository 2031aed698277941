/* The official BLAKE3 in C and assembler, from the sources in Debian's librust-blake3-dev. */
#include "peers.h"
#include "rows.h"

#ifdef HAVE_BLAKE3
#include <blake3.h>

void official_blake3(size_t len)
{
    blake3_hasher hasher;

    blake3_hasher_init(&hasher);
    blake3_hasher_update(&hasher, bench_in, len);
    blake3_hasher_finalize(&hasher, bench_out, 32);
}

#endif
