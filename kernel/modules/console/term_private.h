/*
 * What the decoder (term.c) does to the screen (term_screen.c). Rows and columns count from 0, an end is exclusive; each function marks
 * what must be drawn again.
 */
#ifndef CONSOLE_TERM_PRIVATE_H
#define CONSOLE_TERM_PRIVATE_H

#include "term.h"

#define FOREGROUND 0xd0d0d0u
#define BACKGROUND 0x101418u

/* A cell without a character, in the colours that a reset gives. */
extern const struct term_cell term_plain;

void row_clear(struct term *t, unsigned y, unsigned from, unsigned to);
void all_dirty(struct term *t);
/* Scrolls from row `top` to the end of the region. */
void scroll_up(struct term *t, unsigned top, unsigned count);
void scroll_down(struct term *t, unsigned top, unsigned count);

/* The cursor; what is too far ends at the edge. */
void cursor_to(struct term *t, unsigned x, unsigned y);
void cursor_up(struct term *t, unsigned n);
void cursor_down(struct term *t, unsigned n);
void save_cursor(struct term *t);
void restore_cursor(struct term *t);
void line_feed(struct term *t);
void reverse_feed(struct term *t);
/* Shows a character at the cursor, which moves on. */
void put_code(struct term *t, uint32_t code);

/* `what` as in ED and EL: 0 from the cursor on, 1 up to it, 2 all; 3 the history as well. */
void erase_display(struct term *t, unsigned what);
void erase_line(struct term *t, unsigned what);
/* Opens or closes a gap of `n` cells at the cursor. */
void move_cells(struct term *t, unsigned n, bool insert);
/* xterm's private mode 1049: an alternate screen without history. */
void alternate_screen(struct term *t, bool on);
void term_reset(struct term *t);

#endif
