#include <nononion/relay_cell.h>

#include "cell/bytes.h"

/* Command, recognized, stream id, digest, length. */
#define RECOGNIZED_AT 1
#define DIGEST_AT     5

/* Zero bytes between the data and random padding. */
#define PADDING_ZEROS 4

enum nononion_relay_scope nononion_relay_command_scope(uint8_t command)
{
    switch (command) {
    case NONONION_RELAY_SENDME:
        return NONONION_RELAY_SCOPE_BOTH;
    case NONONION_RELAY_BEGIN:
    case NONONION_RELAY_DATA:
    case NONONION_RELAY_END:
    case NONONION_RELAY_CONNECTED:
    case NONONION_RELAY_RESOLVE:
    case NONONION_RELAY_RESOLVED:
    case NONONION_RELAY_BEGIN_DIR:
    case NONONION_RELAY_XOFF:
    case NONONION_RELAY_XON:
        return NONONION_RELAY_SCOPE_STREAM;
    default:
        break;
    }
    bool is_circuit =
        (command >= NONONION_RELAY_EXTEND && command <= NONONION_RELAY_DROP) ||
        command == NONONION_RELAY_EXTEND2 || command == NONONION_RELAY_EXTENDED2 ||
        (command >= NONONION_RELAY_CONFLUX_LINK && command <= NONONION_RELAY_CONFLUX_SWITCH) ||
        (command >= NONONION_RELAY_ESTABLISH_INTRO && command <= NONONION_RELAY_PADDING_NEGOTIATED);
    return is_circuit ? NONONION_RELAY_SCOPE_CIRCUIT : NONONION_RELAY_SCOPE_UNKNOWN;
}

static bool stream_id_fits(uint8_t command, uint16_t stream_id)
{
    switch (nononion_relay_command_scope(command)) {
    case NONONION_RELAY_SCOPE_CIRCUIT:
        return stream_id == 0;
    case NONONION_RELAY_SCOPE_STREAM:
        return stream_id != 0;
    default:
        return true;
    }
}

bool nononion_relay_is_recognized(const uint8_t body[NONONION_CELL_BODY_LEN])
{
    return body[RECOGNIZED_AT] == 0 && body[RECOGNIZED_AT + 1] == 0;
}

void nononion_relay_digest_take(uint8_t body[NONONION_CELL_BODY_LEN],
                                uint8_t digest[NONONION_RELAY_DIGEST_LEN])
{
    memcpy(digest, body + DIGEST_AT, NONONION_RELAY_DIGEST_LEN);
    memset(body + DIGEST_AT, 0, NONONION_RELAY_DIGEST_LEN);
}

void nononion_relay_digest_put(uint8_t body[NONONION_CELL_BODY_LEN],
                               const uint8_t digest[NONONION_RELAY_DIGEST_LEN])
{
    memcpy(body + DIGEST_AT, digest, NONONION_RELAY_DIGEST_LEN);
}

int nononion_relay_decode(struct nononion_relay_message *message,
                          const uint8_t body[NONONION_CELL_BODY_LEN])
{
    struct byte_reader r = byte_reader(body, NONONION_CELL_BODY_LEN);
    struct nononion_relay_message got;

    got.command = byte_reader_u8(&r);
    uint16_t recognized = byte_reader_u16(&r);
    got.stream_id = byte_reader_u16(&r);
    (void)byte_reader_take(&r, NONONION_RELAY_DIGEST_LEN);
    got.len = byte_reader_u16(&r);
    got.data = byte_reader_take(&r, got.len);
    if (r.failed || recognized != 0 || !stream_id_fits(got.command, got.stream_id))
        return NONONION_E_MALFORMED;
    if (nononion_relay_command_scope(got.command) == NONONION_RELAY_SCOPE_UNKNOWN)
        return NONONION_E_UNSUPPORTED;
    *message = got;
    return NONONION_OK;
}

int nononion_relay_encode(const struct nononion_relay_message *message, const uint8_t *padding,
                          uint8_t body[NONONION_CELL_BODY_LEN])
{
    if (message->len > NONONION_RELAY_DATA_MAX ||
        nononion_relay_command_scope(message->command) == NONONION_RELAY_SCOPE_UNKNOWN ||
        !stream_id_fits(message->command, message->stream_id))
        return NONONION_E_INVALID;

    struct byte_writer w = byte_writer(body, NONONION_CELL_BODY_LEN);
    byte_writer_u8(&w, message->command);
    byte_writer_u16(&w, 0);
    byte_writer_u16(&w, message->stream_id);
    byte_writer_u32(&w, 0);
    byte_writer_u16(&w, message->len);
    byte_writer_copy(&w, message->data, message->len);
    memset(body + w.used, 0, NONONION_CELL_BODY_LEN - w.used);
    size_t at = w.used + PADDING_ZEROS;
    if (padding && at < NONONION_CELL_BODY_LEN)
        memcpy(body + at, padding + at, NONONION_CELL_BODY_LEN - at);
    return NONONION_OK;
}
