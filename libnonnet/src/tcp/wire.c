#include <nonnet/tcp_wire.h>

#include "wire/bytes.h"

enum option_kind {
    OPTION_END = 0,
    OPTION_NOP = 1,
    OPTION_MSS = 2,
    OPTION_WINDOW_SCALE = 3,
    OPTION_SACK_PERMITTED = 4,
    OPTION_SACK = 5,
    OPTION_TIMESTAMPS = 8,
};

/* Lengths as in the option's second byte: with kind and length. */
#define MSS_LEN            4u
#define WINDOW_SCALE_LEN   3u
#define SACK_PERMITTED_LEN 2u
#define SACK_LEN(nblocks)  (2u + 8u * (nblocks))
#define TIMESTAMPS_LEN     10u

/*
 * What encoding puts in front of an option so that its numbers are aligned (RFC 7323 appendix A).
 */
static const uint8_t pad[2] = {OPTION_NOP, OPTION_NOP};

static bool sack_decode(struct nonnet_tcp_header *h, struct byte_reader *r, uint8_t len)
{
    if (len < SACK_LEN(1u) || len > SACK_LEN(NONNET_TCP_SACK_MAX) || (len - 2u) % 8u != 0)
        return false;
    memset(h->sack, 0, sizeof h->sack); /* of one that came before */
    h->nsack = (uint8_t)((len - 2u) / 8u);
    for (uint8_t i = 0; i < h->nsack; i++) {
        h->sack[i].start = byte_reader_u32(r);
        h->sack[i].end = byte_reader_u32(r);
    }
    return true;
}

/*
 * Decodes one option of a known kind, or skips it. Returns whether it is what its definition says.
 */
static bool option_decode(struct nonnet_tcp_header *h, struct byte_reader *r, uint8_t kind,
                          uint8_t len)
{
    switch (kind) {
    case OPTION_MSS:
        h->has_mss = true;
        h->mss = byte_reader_u16(r);
        return len == MSS_LEN;
    case OPTION_WINDOW_SCALE:
        h->has_window_scale = true;
        h->window_scale = byte_reader_u8(r);
        return len == WINDOW_SCALE_LEN;
    case OPTION_SACK_PERMITTED:
        h->sack_permitted = true;
        return len == SACK_PERMITTED_LEN;
    case OPTION_SACK:
        return sack_decode(h, r, len);
    case OPTION_TIMESTAMPS:
        h->has_timestamps = true;
        h->timestamp = byte_reader_u32(r);
        h->timestamp_echo = byte_reader_u32(r);
        return len == TIMESTAMPS_LEN;
    default:
        (void)byte_reader_take(r, len - 2u);
        return true;
    }
}

static bool options_decode(struct nonnet_tcp_header *h, struct byte_reader *r)
{
    while (r->left > 0) {
        uint8_t kind = byte_reader_u8(r);
        if (kind == OPTION_END)
            return true;
        if (kind == OPTION_NOP)
            continue;
        uint8_t len = byte_reader_u8(r);
        if (r->failed || len < 2 || !option_decode(h, r, kind, len) || r->failed)
            return false;
    }
    return true;
}

int nonnet_tcp_header_decode(struct nonnet_tcp_header *h, const uint8_t *segment, size_t len)
{
    struct nonnet_tcp_header got = {0};

    if (len < NONNET_TCP_HEADER_MIN)
        return NONNET_E_TRUNCATED;
    struct byte_reader r = byte_reader(segment, NONNET_TCP_HEADER_MIN);
    got.source_port = byte_reader_u16(&r);
    got.destination_port = byte_reader_u16(&r);
    got.seq = byte_reader_u32(&r);
    got.ack = byte_reader_u32(&r);
    got.header_len = (uint8_t)((byte_reader_u8(&r) >> 4) * 4);
    got.flags = byte_reader_u8(&r);
    got.window = byte_reader_u16(&r);
    (void)byte_reader_u16(&r);
    got.urgent = byte_reader_u16(&r);
    if (got.header_len < NONNET_TCP_HEADER_MIN)
        return NONNET_E_MALFORMED;
    if (got.header_len > len)
        return NONNET_E_TRUNCATED;
    r = byte_reader(segment + NONNET_TCP_HEADER_MIN,
                    got.header_len - (size_t)NONNET_TCP_HEADER_MIN);
    if (!options_decode(&got, &r))
        return NONNET_E_MALFORMED;
    *h = got;
    return NONNET_OK;
}

size_t nonnet_tcp_header_len(const struct nonnet_tcp_header *h)
{
    size_t len = NONNET_TCP_HEADER_MIN;

    if (h->has_mss)
        len += MSS_LEN;
    if (h->has_window_scale)
        len += 1 + WINDOW_SCALE_LEN;
    if (h->sack_permitted)
        len += 2 + SACK_PERMITTED_LEN;
    if (h->has_timestamps)
        len += 2 + TIMESTAMPS_LEN;
    if (h->nsack > 0)
        len += 2 + SACK_LEN((size_t)h->nsack);
    return len;
}

static void options_encode(const struct nonnet_tcp_header *h, struct byte_writer *w)
{
    if (h->has_mss) {
        byte_writer_u16(w, OPTION_MSS << 8 | MSS_LEN);
        byte_writer_u16(w, h->mss);
    }
    if (h->has_window_scale) {
        byte_writer_copy(w, pad, 1);
        byte_writer_u16(w, OPTION_WINDOW_SCALE << 8 | WINDOW_SCALE_LEN);
        byte_writer_u8(w, h->window_scale);
    }
    if (h->sack_permitted) {
        byte_writer_copy(w, pad, 2);
        byte_writer_u16(w, OPTION_SACK_PERMITTED << 8 | SACK_PERMITTED_LEN);
    }
    if (h->has_timestamps) {
        byte_writer_copy(w, pad, 2);
        byte_writer_u16(w, OPTION_TIMESTAMPS << 8 | TIMESTAMPS_LEN);
        byte_writer_u32(w, h->timestamp);
        byte_writer_u32(w, h->timestamp_echo);
    }
    if (h->nsack > 0) {
        byte_writer_copy(w, pad, 2);
        byte_writer_u8(w, OPTION_SACK);
        byte_writer_u8(w, (uint8_t)SACK_LEN(h->nsack));
        for (uint8_t i = 0; i < h->nsack; i++) {
            byte_writer_u32(w, h->sack[i].start);
            byte_writer_u32(w, h->sack[i].end);
        }
    }
}

int nonnet_tcp_header_encode(const struct nonnet_tcp_header *h, uint8_t *out, size_t size)
{
    size_t len = nonnet_tcp_header_len(h);

    if (h->nsack > NONNET_TCP_SACK_MAX || len > NONNET_TCP_HEADER_MAX)
        return NONNET_E_INVALID;
    if (size < len)
        return NONNET_E_NO_SPACE;

    struct byte_writer w = byte_writer(out, len);
    byte_writer_u16(&w, h->source_port);
    byte_writer_u16(&w, h->destination_port);
    byte_writer_u32(&w, h->seq);
    byte_writer_u32(&w, h->ack);
    byte_writer_u8(&w, (uint8_t)(len / 4 << 4));
    byte_writer_u8(&w, h->flags);
    byte_writer_u16(&w, h->window);
    byte_writer_u16(&w, 0);
    byte_writer_u16(&w, h->urgent);
    options_encode(h, &w);
    return NONNET_OK;
}
