/*
 * The text of a segment (RFC 9293 section 3.1), which may lie in several pieces. Whoever has one knows
 * how long it is, and asks for no more; only nonnet_tcp_ring_write_text() reads what is in it, once.
 */
#ifndef NONNET_TCP_TEXT_H
#define NONNET_TCP_TEXT_H

#include <nonnet/offload.h>

struct tcp_text {
    const uint8_t *data; /* the next `here` bytes */
    size_t here;
    const struct nonnet_part *rest; /* what comes behind them */
};

static inline struct tcp_text tcp_text_of(const uint8_t *data, size_t len)
{
    return (struct tcp_text){.data = data, .here = len};
}

/* How many of the next `len` bytes, at least one, lie together at `data`. */
static inline uint32_t tcp_text_piece(struct tcp_text *text, uint32_t len)
{
    for (; text->here == 0; text->rest++) {
        text->data = text->rest->data;
        text->here = text->rest->len;
    }
    return text->here < len ? (uint32_t)text->here : len;
}

/* Passes over so many bytes. */
static inline void tcp_text_pass(struct tcp_text *text, uint32_t len)
{
    while (len > 0) {
        uint32_t n = tcp_text_piece(text, len);
        text->data += n;
        text->here -= n;
        len -= n;
    }
}

#endif
