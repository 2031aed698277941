/*
 * The attestor's protocol: which program, in; a Module, out. The attestor is the only holder of the root
 * Module (MINT).
 *
 * A client names an image by its BLAKE3. It sends no bytes, since memory of the client's could be taken
 * back while the attestor reads it; what is minted are always the boot archive's own bytes.
 */
#ifndef NONOS_ATTEST_H
#define NONOS_ATTEST_H

enum nonos_attest_op {
    /* w0 length of the image, w1..w4 its BLAKE3 -> caps[0] Module (LOAD, INSPECT, GRANT), w0 grant mask.
     * NOT_ATTESTED: the boot archive's manifest lists no such image; an audit record says so. */
    NONOS_ATTEST_MINT = 1,
    /* w0 index -> w0 grant mask, w1..w4 BLAKE3 of the image, w5 1 if it was minted already, w6, w7 first 16 bytes of the name
     * NOT_FOUND past the end: what the manifest lists. */
    NONOS_ATTEST_LIST,
    /* w0..w7 name of a file of the boot archive ("modules/vfs"), NUL-padded -> as MINT, without sending its bytes.
     * NOT_FOUND: the manifest lists no such image, or the archive does not hold it. */
    NONOS_ATTEST_MINT_NAMED,
};

#endif
