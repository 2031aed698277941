/*
 * The text that is edited: bytes with a gap, which lies where the last change was, so that changes near each other move nothing. Positions are
 * bytes from 0; a line ends with a new line, the last one may lack it.
 */
#ifndef EDIT_BUFFER_H
#define EDIT_BUFFER_H

#include <stddef.h>

struct buffer {
    char *bytes;
    size_t capacity, gap, gap_len; /* the gap is bytes[gap] to bytes[gap + gap_len - 1] */
};

/* An empty buffer is all zeros. */
void buffer_free(struct buffer *b);

size_t buffer_len(const struct buffer *b);
/* The byte at `at`, which is below buffer_len(). */
char buffer_at(const struct buffer *b, size_t at);
/* Copies bytes out; the range lies inside. */
void buffer_copy(const struct buffer *b, size_t at, size_t len, char *out);

void buffer_insert(struct buffer *b, size_t at, const char *text, size_t len);
void buffer_delete(struct buffer *b, size_t at, size_t len);

/* Start of the line that `at` lies in, and where its new line is (or the end of the text). */
size_t buffer_line_start(const struct buffer *b, size_t at);
size_t buffer_line_end(const struct buffer *b, size_t at);

/* The character before and after `at`; the ends stay. A byte that is no UTF-8 is a character. */
size_t buffer_previous(const struct buffer *b, size_t at);
size_t buffer_next(const struct buffer *b, size_t at);

#endif
