#include "font.h"

#include <stddef.h>

static int font_find(const struct font *font, uint32_t code)
{
    unsigned low = 0, high = font->ncodes;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (font->codes[middle].code == code)
            return font->codes[middle].glyph;
        if (font->codes[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

const uint8_t *font_glyph(const struct font *font, uint32_t code)
{
    int glyph = font_find(font, code);
    if (glyph < 0)
        glyph = font_find(font, 0xfffd);
    if (glyph < 0)
        glyph = font_find(font, '?');
    if (glyph < 0)
        glyph = 0;
    return font->bitmap + (size_t)glyph * font->height * ((font->width + 7) / 8);
}

const struct font *font_choose(unsigned width, unsigned height)
{
    static const struct font *const fonts[] = {&font_16x32, &font_12x24};
    for (size_t i = 0; i < sizeof(fonts) / sizeof(fonts[0]); i++)
        if (width / fonts[i]->width >= 100 && height / fonts[i]->height >= 30)
            return fonts[i];
    return &font_8x16;
}
