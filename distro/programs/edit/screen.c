#include "screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/program.h"
#include "../lib/terminal.h"
#include "../lib/utf8.h"

#define COLUMNS_MIN 20u
#define ROWS_MIN    3u
#define SIZE_MOST   1000u

void bytes_add(struct bytes *b, const char *data, size_t len)
{
    if (len > b->capacity - b->len) {
        b->capacity = 2 * (b->len + len) + 64;
        b->data = program_resize(b->data, b->capacity, 1);
    }
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
}

void bytes_add_string(struct bytes *b, const char *s)
{
    bytes_add(b, s, strlen(s));
}

static size_t within(size_t n, size_t least)
{
    return n < least ? least : n > SIZE_MOST ? SIZE_MOST : n;
}

static void drawn_free(struct screen *s)
{
    for (size_t i = 0; i < s->ndrawn; i++)
        free(s->drawn[i].data);
    free(s->drawn);
    s->drawn = NULL;
    s->ndrawn = 0;
}

void screen_forget(struct screen *s)
{
    drawn_free(s);
    s->rows = within(terminal_rows(STDOUT_FILENO), ROWS_MIN);
    s->columns = within(terminal_columns(STDOUT_FILENO), COLUMNS_MIN);
    s->ndrawn = s->rows;
    s->drawn = program_alloc(s->ndrawn * sizeof(*s->drawn));
    memset(s->drawn, 0, s->ndrawn * sizeof(*s->drawn));
    bytes_add_string(&s->out, "\033[0m\033[2J");
}

void screen_begin(struct screen *s)
{
    *s = (struct screen){0};
    bytes_add_string(&s->out, "\033[?1049h"); /* a screen of its own */
    screen_forget(s);
}

/* An error shows up when the next key is read. */
static void screen_send(struct screen *s)
{
    (void)!program_write_all(STDOUT_FILENO, s->out.data, s->out.len);
    s->out.len = 0;
}

void screen_end(struct screen *s)
{
    bytes_add_string(&s->out, "\033[0m\033[2J\033[H\033[?1049l");
    screen_send(s);
    drawn_free(s);
    free(s->out.data);
    *s = (struct screen){0};
}

size_t screen_text_rows(const struct screen *s)
{
    return s->rows - 1;
}

static void move_to(struct screen *s, size_t row, size_t column)
{
    char text[48];
    snprintf(text, sizeof(text), "\033[%zu;%zuH", row + 1, column + 1);
    bytes_add_string(&s->out, text);
}

/* Sends a row if it is not what is there; takes `row` over. */
static void row_send(struct screen *s, size_t at, struct bytes *row)
{
    struct bytes *before = &s->drawn[at];
    if (before->data && before->len == row->len && memcmp(before->data, row->data, row->len) == 0) {
        free(row->data);
        return;
    }
    move_to(s, at, 0);
    bytes_add(&s->out, row->data, row->len);
    bytes_add_string(&s->out, "\033[0m\033[K");
    free(before->data);
    *before = *row;
}

/* The character at `at`, which takes `width` columns of which `shown` are seen. */
static void character_add(struct bytes *row, const struct document *d, size_t at, unsigned width,
                          size_t shown)
{
    char bytes[4];
    size_t len = buffer_next(&d->text, at) - at;
    uint32_t c;
    buffer_copy(&d->text, at, len, bytes);
    (void)utf8_decode(&c, bytes, len);
    if (bytes[0] == '\t' || shown < width)
        for (size_t i = 0; i < shown; i++)
            bytes_add(row, " ", 1);
    else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c >= UTF8_INVALID)
        bytes_add(row, "?", 1);
    else
        bytes_add(row, bytes, len);
}

/* One line from column s->left on. */
static struct bytes line_make(const struct screen *s, const struct document *d, size_t at)
{
    struct bytes row = {0};
    size_t end = buffer_line_end(&d->text, at), column = 0, right = s->left + s->columns, from, to;
    bool selection = document_selection(d, &from, &to), reverse = false;
    /* An empty row is something that was drawn, too. */
    bytes_add(&row, "", 1);
    row.len = 0;
    while (at < end && column < right) {
        unsigned width = document_width(d, at, column);
        bool selected = selection && at >= from && at < to;
        size_t first = column < s->left ? s->left : column;
        size_t last = column + width < right ? column + width : right;
        if (selected != reverse)
            bytes_add_string(&row, selected ? "\033[7m" : "\033[0m");
        reverse = selected;
        if (last > first || (width == 0 && column >= s->left))
            character_add(&row, d, at, width, last > first ? last - first : 0);
        column += width;
        at = buffer_next(&d->text, at);
    }
    return row;
}

/* Moves the part that is shown so that the cursor is in it. Returns the cursor's row. */
static size_t follow(struct screen *s, const struct document *d, size_t column)
{
    size_t start = buffer_line_start(&d->text, d->cursor), rows = screen_text_rows(s), row = 0;
    size_t len = buffer_len(&d->text);
    /* The text may have changed under it. */
    s->top = buffer_line_start(&d->text, s->top < len ? s->top : len);
    size_t at = s->top;
    while (at < start && row < rows) {
        at = buffer_line_end(&d->text, at) + 1;
        row++;
    }
    if (at != start || row >= rows) {
        /* Far away: the cursor comes to the middle; one line below: the text moves by one. */
        bool near = row == rows && at == start;
        size_t above = near ? rows - 1
                       : s->top > start && buffer_line_end(&d->text, start) + 1 == s->top
                           ? 0
                           : rows / 2;
        s->top = start;
        for (row = 0; row < above && s->top > 0; row++)
            s->top = buffer_line_start(&d->text, s->top - 1);
    }
    if (column < s->left || column >= s->left + s->columns)
        s->left = column < s->columns ? 0 : column - s->columns / 2;
    return row;
}

static void said_draw(struct screen *s, const char *said)
{
    struct bytes row = {0};
    size_t len = strlen(said), columns = 0, at = 0;
    bytes_add_string(&row, "\033[7m");
    while (at < len) {
        uint32_t c;
        size_t n = utf8_decode(&c, said + at, len - at);
        bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c >= UTF8_INVALID;
        unsigned width = control ? 1 : utf8_width(c);
        if (columns + width > s->columns)
            break;
        bytes_add(&row, control ? "?" : said + at, control ? 1 : n);
        columns += width;
        at += n;
    }
    row_send(s, s->rows - 1, &row);
}

void screen_draw(struct screen *s, const struct document *d, const char *said)
{
    size_t column = document_column(d, d->cursor), row = follow(s, d, column);
    size_t at = s->top, len = buffer_len(&d->text);
    bool past = false;
    for (size_t i = 0; i < screen_text_rows(s); i++) {
        struct bytes line = {0};
        if (past)
            bytes_add_string(&line, "\033[2m~");
        else
            line = line_make(s, d, at);
        row_send(s, i, &line);
        at = buffer_line_end(&d->text, at < len ? at : len) + 1;
        past |= at > len;
    }
    said_draw(s, said);
    move_to(s, row, column - s->left);
    screen_send(s);
}

void screen_ask(struct screen *s, const char *question, const char *answer, size_t len)
{
    struct bytes line = {0};
    bytes_add_string(&line, question);
    size_t room = s->columns - 1, columns = utf8_columns(question, strlen(question));
    /* The end of a long answer counts. */
    while (len > 0 && columns + utf8_columns(answer, len) > room) {
        uint32_t c;
        size_t n = utf8_decode(&c, answer, len);
        answer += n;
        len -= n;
    }
    bytes_add(&line, answer, len);
    bytes_add(&line, "", 1);
    said_draw(s, line.data);
    move_to(s, s->rows - 1, columns + utf8_columns(answer, len));
    screen_send(s);
    free(line.data);
}
