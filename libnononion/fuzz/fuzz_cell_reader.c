/*
 * A byte stream through the cell reader, cut at places that the input chooses: the cells must be
 * those of the uncut stream, and every cell must lie inside of the bytes given so far.
 */
#include <nononion/cell.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The result of reading: a digest of the cells, their number, and how the stream ended. */
struct outcome {
    uint64_t digest;
    size_t ncells;
    int rc;
};

static void cell_note(struct outcome *o, const struct nononion_cell *cell)
{
    o->ncells++;
    o->digest = (o->digest ^ cell->circuit_id ^ cell->command) * 0x100000001b3u;
    for (size_t i = 0; i < cell->len; i++)
        o->digest = (o->digest ^ cell->body[i]) * 0x100000001b3u;
}

static struct outcome stream_read(const uint8_t *data, size_t size, size_t piece)
{
    static uint8_t buffer[4096];
    struct outcome o = {.rc = NONONION_E_AGAIN};
    struct nononion_cell_reader reader;
    struct nononion_cell cell;

    if (nononion_cell_reader_init(&reader, buffer, sizeof buffer) != NONONION_OK)
        abort();
    for (size_t at = 0; at < size;) {
        size_t used, len = piece < size - at ? piece : size - at;
        o.rc = nononion_cell_reader_push(&reader, data + at, len, &used, &cell);
        if (used > len || (o.rc == NONONION_E_AGAIN && used != len))
            abort();
        at += used;
        if (o.rc == NONONION_E_AGAIN)
            continue;
        if (o.rc != NONONION_OK)
            return o;
        cell_note(&o, &cell);
        if (cell.command == NONONION_CELL_VERSIONS &&
            nononion_cell_reader_negotiated(&reader, 4) != NONONION_OK)
            abort();
    }
    /* A stream that ends with a whole cell is as good as one that ends inside of one. */
    if (o.rc == NONONION_OK)
        o.rc = NONONION_E_AGAIN;
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t piece = 1 + (size_t)data[0] * 3;
    struct outcome whole = stream_read(data + 1, size - 1, size);
    struct outcome cut = stream_read(data + 1, size - 1, piece);

    if (whole.rc != cut.rc || whole.ncells != cut.ncells || whole.digest != cut.digest)
        abort();
    return 0;
}
