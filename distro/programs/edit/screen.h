/*
 * What the screen shows: a part of the document, and a line for what is said. Only lines that differ from what was drawn last are sent. Nothing
 * in the text controls the terminal.
 */
#ifndef EDIT_SCREEN_H
#define EDIT_SCREEN_H

#include "document.h"

/* Bytes that grow. */
struct bytes {
    char *data;
    size_t len, capacity;
};

void bytes_add(struct bytes *b, const char *data, size_t len);
void bytes_add_string(struct bytes *b, const char *s);

struct screen {
    size_t rows, columns; /* of the terminal; the last row is for what is said */
    size_t top;           /* start of the first line that is shown */
    size_t left;          /* column that is shown at the left edge */
    struct bytes *drawn;  /* the rows as they were sent */
    size_t ndrawn;
    struct bytes out;
};

/* Takes the terminal's size. */
void screen_begin(struct screen *s);
/* Clears the terminal and frees all. */
void screen_end(struct screen *s);
/* Draws everything anew the next time; takes the size, which may have changed. */
void screen_forget(struct screen *s);

/* Draws the document around the cursor, and `said` in the last row. */
void screen_draw(struct screen *s, const struct document *d, const char *said);
/* Draws a question with what was answered so far in the last row, and leaves the cursor behind it. */
void screen_ask(struct screen *s, const char *question, const char *answer, size_t len);

/* Rows of text. */
size_t screen_text_rows(const struct screen *s);

#endif
