/*
 * A terminal: bytes in, a grid of cells out. Understands UTF-8 and the part of ECMA-48 and xterm
 * that programs use: cursor movement, erasing, insertion and deletion, scrolling regions, colours
 * (SGR, 256 and RGB colours too), the cursor's visibility, the alternate screen, and the reports a
 * program may ask for. What it does not know is skipped whole, never shown as text.
 */
#ifndef CONSOLE_TERM_H
#define CONSOLE_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TERM_SCROLLBACK 1000 /* lines kept above the screen */
#define TERM_PARAMETERS 16

#define TERM_BOLD      1u
#define TERM_UNDERLINE 2u
#define TERM_REVERSE   4u

struct term_cell {
    uint32_t code;                   /* Unicode; 0: nothing */
    uint32_t foreground, background; /* 0xRRGGBB */
    uint32_t style;
};

struct term {
    unsigned columns, rows;
    struct term_cell *screen; /* rows * columns; line i starts at line[i] * columns */
    unsigned *line;
    struct term_cell *history; /* TERM_SCROLLBACK * columns, a ring */
    unsigned history_next, history_len;
    unsigned view; /* lines scrolled back */

    unsigned x, y;     /* cursor */
    bool wrap_pending; /* the cursor stands behind the last column */
    bool cursor_visible, origin_mode, wrap_mode;
    unsigned top, bottom; /* scrolling region, bottom exclusive */
    struct term_cell pen;
    struct {
        unsigned x, y;
        struct term_cell pen;
    } saved, saved_main;
    struct term_cell *main_screen; /* kept while the alternate screen is shown, or NULL */
    struct term_cell *spare;       /* room for it */

    uint8_t *dirty; /* a flag a row: must be drawn again */

    /* decoder */
    int state;
    uint32_t code;
    unsigned code_left;
    uint32_t code_min;
    unsigned parameters[TERM_PARAMETERS];
    unsigned nparameters;
    char prefix; /* '?' or '>' or 0 */
    char intermediate;

    void (*answer)(void *context, const char *text,
                   size_t len); /* reports, as if typed; may be NULL */
    void *context;
};

/* Makes a terminal of at least 1 x 1 cells; false if memory is out. Free with term_free(). */
bool term_init(struct term *term, unsigned columns, unsigned rows);
void term_free(struct term *term);

/* Shows text. Any bytes are fine. New text ends looking back. */
void term_write(struct term *term, const char *text, size_t len);

/* A row as it is to be seen, looking back included. */
const struct term_cell *term_row(const struct term *term, unsigned row);
/* Looks `lines` further back (negative: forward). */
void term_scroll_view(struct term *term, int lines);
/* Where the cursor is to be seen; false if it is not. */
bool term_cursor(const struct term *term, unsigned *x, unsigned *y);

#endif
