/*
 * The attestor's protocol: bytes of a program in, a Module out. The attestor is the only holder of the root Module (MINT).
 */
#ifndef NONOS_ATTEST_H
#define NONOS_ATTEST_H

enum nonos_attest_op {
    /* caps[0] Memory (READ) that holds the image, w0 its length -> caps[0] Module (LOAD, INSPECT, GRANT), w0 grant mask.
     * NOT_ATTESTED: its hash is not in the boot archive's manifest; an audit record says so. INVALID: not a NONOS image. */
    NONOS_ATTEST_MINT = 1,
    /* w0 index -> w0 grant mask, w1..w4 BLAKE3 of the image, w5 1 if it was minted already, w6, w7 first 16 bytes of the name
     * NOT_FOUND past the end: what the manifest lists. */
    NONOS_ATTEST_LIST,
    /* w0..w7 name of a file of the boot archive ("modules/vfs"), NUL-padded -> as MINT, without sending its bytes.
     * NOT_FOUND: the manifest lists no such image, or the archive does not hold it. */
    NONOS_ATTEST_MINT_NAMED,
};

#endif
