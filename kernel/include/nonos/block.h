/*
 * The block protocol: a client (vfs) and a block driver. Control by IPC on the driver's endpoint (grant class BLOCK_RAW), data in a Memory
 * that the client owns, with a request ring and a completion ring in it (nonos/ring.h). The driver maps that Memory for DMA, so
 * the device reads and writes the client's buffers directly.
 *
 * Layout of the Memory: request ring at 0, completion ring at `completion_offset` (page aligned), data anywhere after it.
 * Requests may complete in any order. A completed FLUSH says that every write completed before it was submitted is durable.
 */
#ifndef NONOS_BLOCK_H
#define NONOS_BLOCK_H

#include <stdint.h>

enum nonos_block_op {
    /* -> w0 block size in bytes, w1 blocks, w2 NONOS_BLOCK_READ_ONLY | NONOS_BLOCK_FLUSH, w3 largest request in bytes,
     * w4..w7 serial number or label, NUL-padded */
    NONOS_BLOCK_INFO = 1,
    /* caps[0] Memory (READ, WRITE, DMA), caps[1] Notification (SIGNAL) for completions, w0 ring
     * entries (a power of two), w1 completion_offset, w2 length, w3 bits to signal -> caps[0] Notification (SIGNAL) for requests. A driver has one queue a client; a new OPEN ends the client's old one, and is
     * BUSY, to be tried again, while the device works on what came through that. */
    NONOS_BLOCK_OPEN,
};

#define NONOS_BLOCK_READ_ONLY 1u
#define NONOS_BLOCK_FLUSH     2u /* FLUSH requests are needed for durability and are honoured */

#define NONOS_BLOCK_REQUEST_BIT 1u /* signalled to the driver */

enum nonos_block_request_op { NONOS_BLOCK_READ = 1, NONOS_BLOCK_WRITE, NONOS_BLOCK_FLUSH_NOW };

struct nonos_block_request {
    uint64_t id; /* comes back in the completion */
    uint32_t op; /* enum nonos_block_request_op */
    uint32_t nblocks;
    uint64_t block;
    uint64_t data; /* offset in the Memory, a multiple of 512 */
};

struct nonos_block_completion {
    uint64_t id;
    int32_t result; /* 0, IO, RANGE, READ_ONLY, INVALID, NO_DEVICE, TIMED_OUT */
    uint32_t reserved;
};

#endif
