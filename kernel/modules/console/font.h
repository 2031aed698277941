/* Bitmap fonts, made from Debian's Spleen at build time by kernel/tools/psf2c.py. */
#ifndef CONSOLE_FONT_H
#define CONSOLE_FONT_H

#include <stdint.h>

struct font_code {
    uint32_t code; /* Unicode */
    uint16_t glyph;
};

struct font {
    unsigned width, height; /* pixels */
    unsigned nglyphs, ncodes;
    const uint8_t *bitmap; /* a glyph's rows, each padded to whole bytes, highest bit left */
    const struct font_code *codes; /* sorted */
};

extern const struct font font_8x16;
extern const struct font font_12x24;
extern const struct font font_16x32;

/* Rows of the glyph for a code point; those of U+FFFD or '?' if the font has none. */
const uint8_t *font_glyph(const struct font *font, uint32_t code);

/* The largest font that gives at least 100 columns and 30 lines; the smallest if none does. */
const struct font *font_choose(unsigned width, unsigned height);

#endif
