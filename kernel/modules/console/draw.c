#include "draw.h"

#include <stddef.h>

#define CLEAR 0x101418u

static uint32_t pixel(const struct screen *s, uint32_t rgb)
{
    return (rgb >> 16 & 0xff) << s->red_shift | (rgb >> 8 & 0xff) << s->green_shift |
           (rgb & 0xff) << s->blue_shift;
}

void screen_grid(const struct screen *s, unsigned *columns, unsigned *rows)
{
    *columns = s->width / s->font->width;
    *rows = s->height / s->font->height;
}

void screen_clear(const struct screen *s)
{
    uint32_t value = pixel(s, CLEAR);
    for (unsigned y = 0; y < s->height; y++) {
        volatile uint32_t *line = (volatile uint32_t *)(s->base + (size_t)y * s->pitch);
        for (unsigned x = 0; x < s->width; x++)
            line[x] = value;
    }
}

static void draw_cell(const struct screen *s, unsigned column, unsigned row,
                      const struct term_cell *cell, bool cursor)
{
    const struct font *font = s->font;
    bool swap = !!(cell->style & TERM_REVERSE) != cursor;
    uint32_t ink = pixel(s, swap ? cell->background : cell->foreground);
    uint32_t paper = pixel(s, swap ? cell->foreground : cell->background);
    const uint8_t *glyph = font_glyph(font, cell->code ? cell->code : ' ');
    unsigned bytes = (font->width + 7) / 8;

    for (unsigned y = 0; y < font->height; y++, glyph += bytes) {
        volatile uint32_t *line =
            (volatile uint32_t *)(s->base + (size_t)(s->top + row * font->height + y) * s->pitch) +
            s->left + column * font->width;
        bool rule = (cell->style & TERM_UNDERLINE) && y + 2 == font->height;
        bool before = false;
        for (unsigned x = 0; x < font->width; x++) {
            bool bit = glyph[x / 8] >> (7 - x % 8) & 1;
            /* Bold is the glyph drawn twice, one pixel apart. */
            line[x] = bit || rule || (before && (cell->style & TERM_BOLD)) ? ink : paper;
            before = bit;
        }
    }
}

void screen_draw(const struct screen *s, struct term *t)
{
    unsigned cx = 0, cy = 0;
    bool cursor = term_cursor(t, &cx, &cy);
    for (unsigned y = 0; y < t->rows; y++) {
        if (!t->dirty[y])
            continue;
        t->dirty[y] = 0;
        const struct term_cell *row = term_row(t, y);
        for (unsigned x = 0; x < t->columns; x++)
            draw_cell(s, x, y, &row[x], cursor && x == cx && y == cy);
    }
}
