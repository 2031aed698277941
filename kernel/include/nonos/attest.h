/*
 * The attestor's protocol: which program, in; a Module, out. The attestor is the only holder of the root
 * Module (MINT).
 *
 * An image runs if it is a module file (docs/formats/module.md) whose proof holds for the attestor's own
 * key, root and epoch, and whose authority is not denied. Those of the boot archive are verified when
 * the system starts, and a client names one by its BLAKE3. Other files are sent: BUFFER, LOAD. Their bytes
 * go through a Memory that the attestor makes on the client's Account and takes back before it
 * reads: what is checked cannot change any more, nor can the client pull it away.
 */
#ifndef NONOS_ATTEST_H
#define NONOS_ATTEST_H

#include <nonos/result.h>

/* Longest file that can be sent. */
#define NONOS_ATTEST_FILE_MAX (64u << 20)

/* Flags of STATE. */
#define NONOS_ATTEST_DEVELOPMENT 1u /* everybody can attest for this system */

enum nonos_attest_op {
    /* w0 length of the file, w1..w4 its BLAKE3 -> caps[0] Module (LOAD, INSPECT, GRANT), w0 grant mask.
     * NOT_FOUND: the boot archive has no such image, or its manifest does not list it: send it. Else why it is refused:
     * NOT_ATTESTED, ATTESTATION, EPOCH, REVOKED, PROOF, CEILING (the manifest gives more than the proof allows), or an error of
     * module_mint. A refusal is on the console and in the audit log. */
    NONOS_ATTEST_MINT = 1,
    /* w0 index -> w0 grant mask, w1..w4 BLAKE3 of the file, w5 1 if it was minted already, w6, w7 first 16 bytes of the name
     * NOT_FOUND past the end: what the manifest lists. */
    NONOS_ATTEST_LIST,
    /* w0..w7 name of a file of the boot archive ("modules/vfs"), NUL-padded -> as MINT.
     * NOT_FOUND: the manifest lists no such image, or the archive does not hold it. */
    NONOS_ATTEST_MINT_NAMED,
    /* w0 length of a file, caps[0] Account (CREATE) that pays -> caps[0] Memory of that length (READ, WRITE), caps[1] an endpoint for LOAD
     * and CHECK of what is in it. TOO_BIG; errors of object_create. */
    NONOS_ATTEST_BUFFER,
    /* Over caps[1] of BUFFER, once; the Memory is gone then: -> as MINT. The Module, too, is charged to the Account. */
    NONOS_ATTEST_LOAD,
    /* Over caps[1] of BUFFER, once -> w0 what LOAD would have returned, w1 grant mask. Nothing is minted or recorded. */
    NONOS_ATTEST_CHECK,
    /* -> w0 epoch, w1 flags, w2 number of pseudonyms that are denied, w3..w6 R. */
    NONOS_ATTEST_STATE,
    /* w0..w3 name of a module or program that the manifest lists ("vfs") -> w0..w3 T, w4 version, w5 epoch | result << 32, w6 capabilities
     * that are proved: its attestation. NOT_FOUND. */
    NONOS_ATTEST_IMAGE,
    /* w0 epoch, w1..w4 R, caps[0] the attestor's seal: from now on only what is attested for this epoch under this root starts.
     * What runs goes on. DENIED: the seal was not shown. INVALID: the epoch is not above the present one, or R not below r. */
    NONOS_ATTEST_SET_EPOCH,
    /* w1..w4 T, caps[0] the attestor's seal: what this pseudonym attested does not start any more. DENIED; EXISTS; NO_SPACE. */
    NONOS_ATTEST_DENY,
};

#endif
