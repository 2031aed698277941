/* Where things are in a document: lines, columns, words, and the places of a text that is searched for. */
#include "document.h"

#include <stdint.h>
#include <string.h>

#include "../lib/utf8.h"

#define TAB_COLUMNS 8u

unsigned document_width(const struct document *d, size_t at, size_t column)
{
    char bytes[4];
    size_t len = buffer_next(&d->text, at) - at;
    uint32_t c;
    buffer_copy(&d->text, at, len, bytes);
    if (bytes[0] == '\t')
        return TAB_COLUMNS - (unsigned)(column % TAB_COLUMNS);
    (void)utf8_decode(&c, bytes, len);
    /* What would control the terminal, and what is no UTF-8, is shown as one sign. */
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c >= UTF8_INVALID ? 1 : utf8_width(c);
}

size_t document_column(const struct document *d, size_t at)
{
    size_t column = 0;
    for (size_t i = buffer_line_start(&d->text, at); i < at; i = buffer_next(&d->text, i))
        column += document_width(d, i, column);
    return column;
}

size_t document_at_column(const struct document *d, size_t start, size_t column)
{
    size_t end = buffer_line_end(&d->text, start), now = 0;
    while (start < end) {
        now += document_width(d, start, now);
        if (now > column)
            break;
        start = buffer_next(&d->text, start);
    }
    return start;
}

size_t document_line(const struct document *d)
{
    size_t line = 1;
    for (size_t i = 0; i < d->cursor; i++)
        line += buffer_at(&d->text, i) == '\n';
    return line;
}

void document_go_to_line(struct document *d, size_t line)
{
    size_t at = 0, end;
    while (line > 1 && (end = buffer_line_end(&d->text, at)) < buffer_len(&d->text)) {
        at = end + 1;
        line--;
    }
    d->cursor = at;
    d->column = SIZE_MAX;
    d->typing = false;
}

/* Letters, digits, '_' and all that is not ASCII. */
static bool in_word(const struct document *d, size_t at)
{
    unsigned char c = (unsigned char)buffer_at(&d->text, at);
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
           ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static size_t word_left(const struct document *d)
{
    size_t at = d->cursor;
    while (at > 0 && !in_word(d, at - 1))
        at--;
    while (at > 0 && in_word(d, at - 1))
        at--;
    return at;
}

static size_t word_right(const struct document *d)
{
    size_t at = d->cursor, len = buffer_len(&d->text);
    while (at < len && !in_word(d, at))
        at++;
    while (at < len && in_word(d, at))
        at++;
    return at;
}

/* Up or down; where there is no line the cursor stays. */
static void move_vertically(struct document *d, bool down)
{
    if (d->column == SIZE_MAX)
        d->column = document_column(d, d->cursor);
    size_t start = buffer_line_start(&d->text, d->cursor);
    size_t end = buffer_line_end(&d->text, d->cursor);
    if (down ? end == buffer_len(&d->text) : start == 0)
        return;
    start = down ? end + 1 : buffer_line_start(&d->text, start - 1);
    d->cursor = document_at_column(d, start, d->column);
}

void document_move(struct document *d, enum document_move move)
{
    d->typing = false;
    if (move == MOVE_UP || move == MOVE_DOWN) {
        move_vertically(d, move == MOVE_DOWN);
        return;
    }
    d->column = SIZE_MAX;
    switch (move) {
    case MOVE_LEFT:
        d->cursor = buffer_previous(&d->text, d->cursor);
        break;
    case MOVE_RIGHT:
        d->cursor = buffer_next(&d->text, d->cursor);
        break;
    case MOVE_LINE_START:
        d->cursor = buffer_line_start(&d->text, d->cursor);
        break;
    case MOVE_LINE_END:
        d->cursor = buffer_line_end(&d->text, d->cursor);
        break;
    case MOVE_START:
        d->cursor = 0;
        break;
    case MOVE_END:
        d->cursor = buffer_len(&d->text);
        break;
    case MOVE_WORD_LEFT:
        d->cursor = word_left(d);
        break;
    default:
        d->cursor = word_right(d);
    }
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool stands_at(const struct document *d, size_t at, const char *text, size_t len, bool exact)
{
    for (size_t i = 0; i < len; i++) {
        char c = buffer_at(&d->text, at + i);
        if ((exact ? c : lower(c)) != text[i])
            return false;
    }
    return true;
}

bool document_search(struct document *d, const char *text, size_t len, bool forward)
{
    size_t all = buffer_len(&d->text);
    bool exact = false;
    for (size_t i = 0; i < len; i++)
        exact |= lower(text[i]) != text[i];
    if (len == 0 || len > all)
        return false;
    size_t places = all - len + 1, at = d->cursor;
    for (size_t i = 0; i < places; i++) {
        if (forward)
            at = at + 1 < places ? at + 1 : 0;
        else
            at = at > 0 && at <= places ? at - 1 : places - 1;
        if (stands_at(d, at, text, len, exact)) {
            d->cursor = at;
            d->column = SIZE_MAX;
            d->typing = false;
            return true;
        }
    }
    return false;
}
