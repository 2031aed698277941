/*
 * Cells, the messages of a Tor channel: tor-spec, "Cells (messages on channels)".
 *
 * A cell is a circuit id, a command and a body. Most are of one length, 514 bytes; VERSIONS and the
 * commands from 128 on carry a length. Circuit ids have 2 bytes until the link protocol is
 * negotiated, then 4 (link protocols 4 and 5, the only ones known here).
 *
 * A reader turns the bytes that TLS delivers, in pieces of any size, into cells. It does no input
 * or output of its own and holds no memory but what the caller gave it:
 *
 *     nononion_cell_reader_init(&reader, buffer, sizeof buffer);
 *     while (len > 0) {
 *         rc = nononion_cell_reader_push(&reader, data, len, &used, &cell);
 *         data += used, len -= used;
 *         if (rc == NONONION_E_AGAIN)
 *             break;
 *         if (rc != NONONION_OK)
 *             close the channel
 *         handle the cell; after VERSIONS, call nononion_cell_reader_negotiated()
 *     }
 */
#ifndef NONONION_CELL_H
#define NONONION_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nononion/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONONION_CELL_LEN      514 /* a fixed-length cell with a circuit id of 4 bytes */
#define NONONION_CELL_BODY_LEN 509 /* its body */
#define NONONION_CELL_MAX \
    65542 /* the longest cell of variable length: header of 7, body of 65535 */

#define NONONION_LINK_PROTOCOL_NONE 0 /* before VERSIONS were exchanged */
#define NONONION_LINK_PROTOCOL_MIN  4
#define NONONION_LINK_PROTOCOL_MAX  5

enum nononion_cell_command {
    NONONION_CELL_PADDING = 0,
    NONONION_CELL_CREATE = 1,
    NONONION_CELL_CREATED = 2,
    NONONION_CELL_RELAY = 3,
    NONONION_CELL_DESTROY = 4,
    NONONION_CELL_CREATE_FAST = 5,
    NONONION_CELL_CREATED_FAST = 6,
    NONONION_CELL_VERSIONS = 7,
    NONONION_CELL_NETINFO = 8,
    NONONION_CELL_RELAY_EARLY = 9,
    NONONION_CELL_CREATE2 = 10,
    NONONION_CELL_CREATED2 = 11,
    NONONION_CELL_PADDING_NEGOTIATE = 12,
    NONONION_CELL_VPADDING = 128,
    NONONION_CELL_CERTS = 129,
    NONONION_CELL_AUTH_CHALLENGE = 130,
    NONONION_CELL_AUTHENTICATE = 131,
    NONONION_CELL_AUTHORIZE = 132,
};

struct nononion_cell {
    const uint8_t *body;
    uint32_t circuit_id;
    uint16_t
        len; /* of the body; NONONION_CELL_BODY_LEN for every fixed-length cell that was received */
    uint8_t command;
};

/* Whether cells of this command carry their length. */
NONONION_API bool nononion_cell_is_variable(uint8_t command);

/*
 * Whether the specification knows this command. Cells of other commands are ignored by a receiver.
 */
NONONION_API bool nononion_cell_is_known(uint8_t command);

/* Whether cells of this command belong to a circuit, and so never have a circuit id of 0. */
NONONION_API bool nononion_cell_is_for_circuit(uint8_t command);

/*
 * Writes a cell as link protocol `protocol` wants it: NONE for VERSIONS, else 4 or 5. A
 * fixed-length body shorter than 509 bytes is filled up with zeros. `*written` becomes the number
 * of bytes.
 *
 * Returns 0; NONONION_E_NO_SPACE; or NONONION_E_INVALID for a link protocol that is not known, a
 * cell other than VERSIONS without one (or VERSIONS with one), a circuit cell with circuit id 0, or
 * a body that does not fit into its cell. On error `out` may hold anything and `*written` is
 * unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_cell_encode(const struct nononion_cell *cell,
                                                          unsigned protocol, uint8_t *out,
                                                          size_t size, size_t *written);

/* Cuts a byte stream into cells. Its members are private. */
struct nononion_cell_reader {
    uint8_t *buffer;
    size_t size;
    size_t used;       /* bytes of an incomplete cell in the buffer */
    unsigned protocol; /* 0 until negotiated */
    bool versions_seen;
    int failed; /* the result that killed the reader, or 0 */
};

/*
 * Starts a reader that has seen nothing. `buffer` is the caller's and must live as long as the
 * reader; its size is the longest cell that will be taken, from NONONION_CELL_LEN to
 * NONONION_CELL_MAX (more is not used).
 *
 * Returns 0, or NONONION_E_INVALID if `size` is less than NONONION_CELL_LEN.
 */
NONONION_MUST_CHECK NONONION_API int nononion_cell_reader_init(struct nononion_cell_reader *reader,
                                                               uint8_t *buffer, size_t size);

/*
 * Tells the reader which link protocol (4 or 5) follows the VERSIONS cell that it gave.
 * NONONION_E_INVALID if the protocol is another one, or no VERSIONS cell has come or the protocol
 * is settled already.
 */
NONONION_MUST_CHECK NONONION_API int
nononion_cell_reader_negotiated(struct nononion_cell_reader *reader, unsigned protocol);

/*
 * Takes bytes of the stream until a cell is complete. `*used` becomes the number of bytes taken of
 * `data`, on errors too.
 *
 * Returns 0 and a cell, whose body lies in `data` or in the reader's buffer: it is valid until
 * `data` goes away or the next call, whichever is first. NONONION_E_AGAIN when all bytes are taken
 * and the cell is not complete. NONONION_E_INVALID when the last cell was VERSIONS and the link
 * protocol has not been set. Or, and then the reader is dead and will say the same on every further
 *   call: NONONION_E_MALFORMED  the first cell is not VERSIONS; another VERSIONS came later; a
 *   circuit's cell has circuit id 0
 *   NONONION_E_NO_SPACE   a cell is longer than the buffer; nothing of its body was stored
 * Cells with unknown commands are given out like others: ignoring them is up to the caller.
 */
NONONION_MUST_CHECK NONONION_API int nononion_cell_reader_push(struct nononion_cell_reader *reader,
                                                               const uint8_t *data, size_t len,
                                                               size_t *used,
                                                               struct nononion_cell *cell);

#ifdef __cplusplus
}
#endif

#endif
