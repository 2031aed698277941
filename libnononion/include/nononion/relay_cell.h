/*
 * Relay cells: what the 509 bytes of RELAY and RELAY_EARLY hold once all layers of encryption are
 * off (tor-spec, "Relay cells"; the header of 11 bytes that goes with tor1 relay encryption).
 */
#ifndef NONONION_RELAY_CELL_H
#define NONONION_RELAY_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nononion/cell.h>
#include <nononion/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONONION_RELAY_HEADER_LEN 11
#define NONONION_RELAY_DATA_MAX   498
#define NONONION_RELAY_DIGEST_LEN 4

enum nononion_relay_command {
    NONONION_RELAY_BEGIN = 1,
    NONONION_RELAY_DATA = 2,
    NONONION_RELAY_END = 3,
    NONONION_RELAY_CONNECTED = 4,
    NONONION_RELAY_SENDME = 5,
    NONONION_RELAY_EXTEND = 6,
    NONONION_RELAY_EXTENDED = 7,
    NONONION_RELAY_TRUNCATE = 8,
    NONONION_RELAY_TRUNCATED = 9,
    NONONION_RELAY_DROP = 10,
    NONONION_RELAY_RESOLVE = 11,
    NONONION_RELAY_RESOLVED = 12,
    NONONION_RELAY_BEGIN_DIR = 13,
    NONONION_RELAY_EXTEND2 = 14,
    NONONION_RELAY_EXTENDED2 = 15,
    NONONION_RELAY_CONFLUX_LINK = 19,
    NONONION_RELAY_CONFLUX_LINKED = 20,
    NONONION_RELAY_CONFLUX_LINKED_ACK = 21,
    NONONION_RELAY_CONFLUX_SWITCH = 22,
    NONONION_RELAY_ESTABLISH_INTRO = 32,
    NONONION_RELAY_ESTABLISH_RENDEZVOUS = 33,
    NONONION_RELAY_INTRODUCE1 = 34,
    NONONION_RELAY_INTRODUCE2 = 35,
    NONONION_RELAY_RENDEZVOUS1 = 36,
    NONONION_RELAY_RENDEZVOUS2 = 37,
    NONONION_RELAY_INTRO_ESTABLISHED = 38,
    NONONION_RELAY_RENDEZVOUS_ESTABLISHED = 39,
    NONONION_RELAY_INTRODUCE_ACK = 40,
    NONONION_RELAY_PADDING_NEGOTIATE = 41,
    NONONION_RELAY_PADDING_NEGOTIATED = 42,
    NONONION_RELAY_XOFF = 43,
    NONONION_RELAY_XON = 44,
};

/* What a relay command is about: it says whether the stream id is zero. */
enum nononion_relay_scope {
    NONONION_RELAY_SCOPE_UNKNOWN, /* no such command */
    NONONION_RELAY_SCOPE_CIRCUIT, /* stream id 0 */
    NONONION_RELAY_SCOPE_STREAM,  /* any other */
    NONONION_RELAY_SCOPE_BOTH,    /* SENDME */
};

NONONION_API enum nononion_relay_scope nononion_relay_command_scope(uint8_t command);

/* A relay message. */
struct nononion_relay_message {
    const uint8_t *data;
    uint16_t len;
    uint16_t stream_id;
    uint8_t command;
};

/*
 * Whether the field "recognized" is zero: the cell may be for the hop whose layer was taken off
 * last. It is only if its digest matches as well.
 */
NONONION_API bool nononion_relay_is_recognized(const uint8_t body[NONONION_CELL_BODY_LEN]);

/*
 * Copies the digest field out and sets it to zero, as the running digest is taken over the cell
 * with zeros there.
 */
NONONION_API void nononion_relay_digest_take(uint8_t body[NONONION_CELL_BODY_LEN],
                                             uint8_t digest[NONONION_RELAY_DIGEST_LEN]);

/* Sets the digest field. */
NONONION_API void nononion_relay_digest_put(uint8_t body[NONONION_CELL_BODY_LEN],
                                            const uint8_t digest[NONONION_RELAY_DIGEST_LEN]);

/*
 * Decodes a relay cell that is recognized. `message->data` points into `body`.
 *
 * Returns 0, or
 *   NONONION_E_MALFORMED    not recognized; the length is above 498; a stream's command has stream
 *                           id 0, or a circuit's has another
 *   NONONION_E_UNSUPPORTED  the command is unknown; the rest of the header is sound
 * On error `*message` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int
nononion_relay_decode(struct nononion_relay_message *message,
                      const uint8_t body[NONONION_CELL_BODY_LEN]);

/*
 * Writes a relay cell's body, with a digest of zero. The rest after the data becomes four zero
 * bytes and then the bytes of `padding` at the same offsets: it should hold NONONION_CELL_BODY_LEN
 * random bytes, so that an observer with a part of the key stream learns nothing (tor-spec, "Relay
 * cells"). NULL means zeros.
 *
 * Returns 0; NONONION_E_INVALID if the data do not fit, the command is unknown or the stream id
 * does not go with it. On error nothing is written.
 */
NONONION_MUST_CHECK NONONION_API int
nononion_relay_encode(const struct nononion_relay_message *message, const uint8_t *padding,
                      uint8_t body[NONONION_CELL_BODY_LEN]);

#ifdef __cplusplus
}
#endif

#endif
