/*
 * The one place where packet bytes become numbers, and numbers packet bytes; all in network byte
 * order.
 *
 * A reader never leaves its buffer: a read past the end gives zero and marks the reader as failed
 * for good, so that a decoder reads a whole structure and looks once. A writer likewise never
 * writes past the end.
 *
 * Here and in other short copies and comparisons it is __builtin_memcpy() and the like: the compiler
 * makes a few instructions of those of a known length, where -ffreestanding makes the plain names
 * calls.
 */
#ifndef NONNET_WIRE_BYTES_H
#define NONNET_WIRE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct byte_reader {
    const uint8_t *next;
    size_t left;
    bool failed;
};

static inline struct byte_reader byte_reader(const uint8_t *data, size_t len)
{
    return (struct byte_reader){.next = data, .left = len, .failed = false};
}

/* `len` bytes in place, or NULL (and the reader has failed). */
static inline const uint8_t *byte_reader_take(struct byte_reader *r, size_t len)
{
    if (r->failed || len > r->left) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *p = r->next;
    r->next += len;
    r->left -= len;
    return p;
}

static inline uint8_t byte_reader_u8(struct byte_reader *r)
{
    const uint8_t *p = byte_reader_take(r, 1);
    return p ? p[0] : 0;
}

static inline uint16_t byte_reader_u16(struct byte_reader *r)
{
    const uint8_t *p = byte_reader_take(r, 2);
    return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t byte_reader_u32(struct byte_reader *r)
{
    const uint8_t *p = byte_reader_take(r, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

/* Copies `len` bytes to `out`; zeros when the reader has failed. */
static inline void byte_reader_copy(struct byte_reader *r, uint8_t *out, size_t len)
{
    const uint8_t *p = byte_reader_take(r, len);
    if (p)
        __builtin_memcpy(out, p, len);
    else
        memset(out, 0, len);
}

struct byte_writer {
    uint8_t *start;
    size_t used;
    size_t size;
    bool failed;
};

static inline struct byte_writer byte_writer(uint8_t *out, size_t size)
{
    return (struct byte_writer){.start = out, .used = 0, .size = size, .failed = false};
}

/* Room for `len` bytes, or NULL (and the writer has failed). */
static inline uint8_t *byte_writer_room(struct byte_writer *w, size_t len)
{
    if (w->failed || len > w->size - w->used) {
        w->failed = true;
        return NULL;
    }
    uint8_t *p = w->start + w->used;
    w->used += len;
    return p;
}

static inline void byte_writer_u8(struct byte_writer *w, uint8_t value)
{
    uint8_t *p = byte_writer_room(w, 1);
    if (p)
        p[0] = value;
}

static inline void byte_writer_u16(struct byte_writer *w, uint16_t value)
{
    uint8_t *p = byte_writer_room(w, 2);
    if (p) {
        p[0] = (uint8_t)(value >> 8);
        p[1] = (uint8_t)value;
    }
}

static inline void byte_writer_u32(struct byte_writer *w, uint32_t value)
{
    byte_writer_u16(w, (uint16_t)(value >> 16));
    byte_writer_u16(w, (uint16_t)value);
}

static inline void byte_writer_copy(struct byte_writer *w, const uint8_t *data, size_t len)
{
    uint8_t *p = byte_writer_room(w, len);
    if (p && len > 0)
        __builtin_memcpy(p, data, len);
}

#endif
