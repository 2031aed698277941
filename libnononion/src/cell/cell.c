#include <nononion/cell.h>

#include "cell/bytes.h"

static size_t circuit_id_len(unsigned protocol)
{
    return protocol == NONONION_LINK_PROTOCOL_NONE ? 2 : 4;
}

static bool protocol_is_known(unsigned protocol)
{
    return protocol >= NONONION_LINK_PROTOCOL_MIN && protocol <= NONONION_LINK_PROTOCOL_MAX;
}

bool nononion_cell_is_variable(uint8_t command)
{
    return command == NONONION_CELL_VERSIONS || command >= 128;
}

bool nononion_cell_is_known(uint8_t command)
{
    return command <= NONONION_CELL_PADDING_NEGOTIATE ||
           (command >= NONONION_CELL_VPADDING && command <= NONONION_CELL_AUTHORIZE);
}

bool nononion_cell_is_for_circuit(uint8_t command)
{
    switch (command) {
    case NONONION_CELL_CREATE:
    case NONONION_CELL_CREATED:
    case NONONION_CELL_RELAY:
    case NONONION_CELL_DESTROY:
    case NONONION_CELL_CREATE_FAST:
    case NONONION_CELL_CREATED_FAST:
    case NONONION_CELL_RELAY_EARLY:
    case NONONION_CELL_CREATE2:
    case NONONION_CELL_CREATED2:
        return true;
    default:
        return false;
    }
}

static bool cell_is_sendable(const struct nononion_cell *cell, unsigned protocol)
{
    bool variable = nononion_cell_is_variable(cell->command);

    if (cell->command == NONONION_CELL_VERSIONS)
        return protocol == NONONION_LINK_PROTOCOL_NONE && cell->circuit_id == 0;
    if (!protocol_is_known(protocol))
        return false;
    if (nononion_cell_is_for_circuit(cell->command) && cell->circuit_id == 0)
        return false;
    return variable || cell->len <= NONONION_CELL_BODY_LEN;
}

int nononion_cell_encode(const struct nononion_cell *cell, unsigned protocol, uint8_t *out,
                         size_t size, size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (!cell_is_sendable(cell, protocol))
        return NONONION_E_INVALID;
    if (circuit_id_len(protocol) == 4)
        byte_writer_u32(&w, cell->circuit_id);
    else
        byte_writer_u16(&w, (uint16_t)cell->circuit_id);
    byte_writer_u8(&w, cell->command);
    if (nononion_cell_is_variable(cell->command))
        byte_writer_u16(&w, cell->len);
    byte_writer_copy(&w, cell->body, cell->len);
    if (!nononion_cell_is_variable(cell->command)) {
        uint8_t *rest = byte_writer_room(&w, NONONION_CELL_BODY_LEN - (size_t)cell->len);
        if (rest)
            memset(rest, 0, NONONION_CELL_BODY_LEN - (size_t)cell->len);
    }
    return byte_writer_finish(&w, written);
}

/*
 * Decodes the cell at the start of `data`. `*cell_len` becomes its length as far as that is known
 * yet; when there are fewer bytes, the result is NONONION_E_AGAIN. With a complete header all of
 * `*cell` but the body is set.
 */
static int cell_decode(struct nononion_cell *cell, unsigned protocol, const uint8_t *data,
                       size_t len, size_t *cell_len, bool *header_complete)
{
    struct byte_reader r = byte_reader(data, len);
    size_t header_len = circuit_id_len(protocol) + 1;

    *header_complete = false;
    *cell_len = header_len;
    cell->circuit_id = circuit_id_len(protocol) == 4 ? byte_reader_u32(&r) : byte_reader_u16(&r);
    cell->command = byte_reader_u8(&r);
    if (r.failed)
        return NONONION_E_AGAIN;
    cell->len = NONONION_CELL_BODY_LEN;
    if (nononion_cell_is_variable(cell->command)) {
        header_len += 2;
        *cell_len = header_len;
        cell->len = byte_reader_u16(&r);
        if (r.failed)
            return NONONION_E_AGAIN;
    }
    *header_complete = true;
    *cell_len = header_len + cell->len;
    cell->body = byte_reader_take(&r, cell->len);
    return r.failed ? NONONION_E_AGAIN : NONONION_OK;
}

int nononion_cell_reader_init(struct nononion_cell_reader *reader, uint8_t *buffer, size_t size)
{
    if (size < NONONION_CELL_LEN)
        return NONONION_E_INVALID;
    *reader = (struct nononion_cell_reader){.buffer = buffer, .size = size};
    return NONONION_OK;
}

int nononion_cell_reader_negotiated(struct nononion_cell_reader *reader, unsigned protocol)
{
    if (!reader->versions_seen || reader->protocol != NONONION_LINK_PROTOCOL_NONE ||
        !protocol_is_known(protocol))
        return NONONION_E_INVALID;
    reader->protocol = protocol;
    return NONONION_OK;
}

/* What a header alone tells: whether this cell may come now, and whether it fits. */
static int header_check(const struct nononion_cell_reader *reader, const struct nononion_cell *cell,
                        size_t cell_len)
{
    bool is_versions = cell->command == NONONION_CELL_VERSIONS;

    if (is_versions == reader->versions_seen)
        return NONONION_E_MALFORMED;
    if (nononion_cell_is_for_circuit(cell->command) && cell->circuit_id == 0)
        return NONONION_E_MALFORMED;
    return cell_len > reader->size ? NONONION_E_NO_SPACE : NONONION_OK;
}

/*
 * Decodes the cell at the start of `data`. A header that cannot be taken kills the reader, body or
 * not.
 */
static int cell_take(struct nononion_cell_reader *reader, const uint8_t *data, size_t len,
                     struct nononion_cell *cell, size_t *cell_len)
{
    bool header_complete;
    int rc = cell_decode(cell, reader->protocol, data, len, cell_len, &header_complete);

    if (header_complete) {
        int checked = header_check(reader, cell, *cell_len);
        if (checked != NONONION_OK) {
            reader->failed = checked;
            return checked;
        }
    }
    if (rc == NONONION_OK && cell->command == NONONION_CELL_VERSIONS)
        reader->versions_seen = true;
    return rc;
}

/* Moves bytes to the buffer until it holds `want`; returns how many were moved. */
static size_t buffer_fill(struct nononion_cell_reader *reader, const uint8_t *data, size_t len,
                          size_t want)
{
    size_t n = want - reader->used;

    if (n > len)
        n = len;
    memcpy(reader->buffer + reader->used, data, n);
    reader->used += n;
    return n;
}

int nononion_cell_reader_push(struct nononion_cell_reader *reader, const uint8_t *data, size_t len,
                              size_t *used, struct nononion_cell *cell)
{
    struct nononion_cell got;
    size_t cell_len;
    int rc;

    *used = 0;
    if (reader->failed != NONONION_OK)
        return reader->failed;
    if (reader->versions_seen && reader->protocol == NONONION_LINK_PROTOCOL_NONE)
        return NONONION_E_INVALID;
    if (len == 0)
        return NONONION_E_AGAIN;

    if (reader->used == 0) {
        rc = cell_take(reader, data, len, &got, &cell_len);
        if (rc == NONONION_OK) {
            *used = cell_len;
            *cell = got;
            return NONONION_OK;
        }
        if (rc != NONONION_E_AGAIN)
            return rc;
    }
    /* At most three rounds: to the command, to the length, to the end of the body. */
    for (;;) {
        rc = cell_take(reader, reader->buffer, reader->used, &got, &cell_len);
        if (rc != NONONION_E_AGAIN)
            break;
        if (*used == len)
            return NONONION_E_AGAIN;
        *used += buffer_fill(reader, data + *used, len - *used, cell_len);
    }
    if (rc != NONONION_OK)
        return rc;
    reader->used = 0;
    *cell = got;
    return NONONION_OK;
}
