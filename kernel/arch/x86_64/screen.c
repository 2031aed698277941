/* The panic's text on the framebuffer: white on dark red, from the top, with a fixed font. */
#include "panic.h"
#include "start.h"

#include <debug/log_private.h>
#include <mm/kernel_map.h>

#define FONT_WIDTH  8u
#define FONT_HEIGHT 16u
#define FONT_FIRST  ' '
#define FONT_LAST   '~'

/* From Debian's fonts-spleen, by kernel/tools/psf2c.py. */
extern const uint8_t panic_font[FONT_LAST - FONT_FIRST + 1][FONT_HEIGHT];

static struct {
    volatile uint8_t *pixels; /* NULL: no screen */
    uint32_t pitch, columns, rows;
    uint32_t column, row;
    uint32_t ink, paper;
    bool cleared;
} screen;

void panic_screen_init(const struct nonos_boot_framebuffer *f)
{
    uint64_t len = (uint64_t)f->pitch * f->height;

    if (f->width < FONT_WIDTH || f->height < FONT_HEIGHT || f->pitch / 4 < f->width)
        return;
    screen.pixels = device_map(f->base, len, KERNEL_WRITE | KERNEL_COMBINE);
    screen.pitch = f->pitch;
    screen.columns = f->width / FONT_WIDTH;
    screen.rows = f->height / FONT_HEIGHT;
    screen.ink = 0xffu << f->red_shift | 0xffu << f->green_shift | 0xffu << f->blue_shift;
    screen.paper = 0x60u << f->red_shift;
}

static void glyph_draw(uint32_t column, uint32_t row, char c)
{
    const uint8_t *glyph = panic_font[(c < FONT_FIRST || c > FONT_LAST ? '?' : c) - FONT_FIRST];

    for (uint32_t y = 0; y < FONT_HEIGHT; y++) {
        volatile uint32_t *line =
            (volatile uint32_t *)(screen.pixels +
                                  (uint64_t)(row * FONT_HEIGHT + y) * screen.pitch) +
            column * FONT_WIDTH;
        for (uint32_t x = 0; x < FONT_WIDTH; x++)
            line[x] = glyph[y] >> (FONT_WIDTH - 1 - x) & 1 ? screen.ink : screen.paper;
    }
}

static void row_clear(uint32_t row)
{
    for (uint32_t column = 0; column < screen.columns; column++)
        glyph_draw(column, row, ' ');
}

void log_panic_screen(const char *text, size_t len)
{
    if (!screen.pixels)
        return;
    for (uint32_t row = 0; row < screen.rows && !screen.cleared; row++)
        row_clear(row);
    screen.cleared = true;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\n' || screen.column == screen.columns) {
            screen.column = 0;
            screen.row++;
        }
        /* What does not fit stays on the serial line: the first lines matter most. */
        if (screen.row < screen.rows && text[i] != '\n')
            glyph_draw(screen.column++, screen.row, text[i]);
    }
}
