/* Draws a terminal on a linear framebuffer with 32 bits a pixel. */
#ifndef CONSOLE_DRAW_H
#define CONSOLE_DRAW_H

#include <stdint.h>

#include "font.h"
#include "term.h"

struct screen {
    uint8_t *base;
    unsigned width, height, pitch;
    uint8_t red_shift, green_shift, blue_shift;
    const struct font *font;
    unsigned left, top; /* margin, so that the grid is centred */
};

/* Columns and rows that fit. */
void screen_grid(const struct screen *screen, unsigned *columns, unsigned *rows);
/* Fills the whole framebuffer with the terminal's background. */
void screen_clear(const struct screen *screen);
/* Draws the rows that changed and clears their flags. */
void screen_draw(const struct screen *screen, struct term *term);

#endif
