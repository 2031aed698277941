/*
 * BLAKE3 with the input cut anywhere against BLAKE3 of the whole, in each mode; and output from any offset against
 * output from the beginning; the one in portable C, the other with a back end. The first 4 bytes of the input choose mode, back
 * end, length of the pieces and offset.
 */
#include <noncrypto/blake3.h>
#include <stdlib.h>
#include <string.h>

#include "backends.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void init(struct noncrypto_blake3 *ctx, unsigned mode, const uint8_t *data, size_t size)
{
    static const uint8_t key[NONCRYPTO_BLAKE3_KEY_LEN] = "key of the differential fuzz run";

    if (mode == 0)
        noncrypto_blake3_init(ctx);
    else if (mode == 1)
        noncrypto_blake3_init_keyed(ctx, key);
    else
        noncrypto_blake3_init_derive_key(ctx, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct noncrypto_blake3 whole, cut;
    uint8_t expected[512], out[256];

    if (size < 4)
        return 0;
    unsigned mode = data[0] % 3;
    unsigned step = data[1] | (data[0] & 0x80u) << 1;
    size_t backend = (data[0] >> 2) % NBACKENDS;
    size_t offset = data[2];
    size_t len = data[3];
    data += 4;
    size -= 4;

    use_backend(0);
    init(&whole, mode, data, size);
    noncrypto_blake3_update(&whole, data, size);
    noncrypto_blake3_final(&whole, expected, sizeof expected);

    use_backend(backend);
    init(&cut, mode, data, size);
    for (size_t at = 0; at < size;) {
        /* Pieces of growing length, so that one run meets many alignments. */
        size_t take = step++ % 1400;
        if (take > size - at)
            take = size - at;
        noncrypto_blake3_update(&cut, data + at, take);
        at += take;
    }
    noncrypto_blake3_final_seek(&cut, offset, out, len);
    if (memcmp(out, expected + offset, len) != 0)
        abort();
    if (mode == 0) {
        noncrypto_blake3(out, data, size);
        if (memcmp(out, expected, NONCRYPTO_BLAKE3_OUT_LEN) != 0)
            abort();
    }
    return 0;
}
