/* The decoder: bytes to characters and control sequences, and what each of these does to the screen. */
#include "term_private.h"

#include <stdio.h>
#include <string.h>

enum { STATE_TEXT, STATE_ESCAPE, STATE_CSI, STATE_STRING, STATE_STRING_ESCAPE, STATE_CHARSET };

static const uint32_t palette16[16] = {
    0x101418, 0xd05050, 0x60b060, 0xd0a040, 0x5080d0, 0xb060b0, 0x50b0b0, 0xd0d0d0,
    0x606870, 0xff7070, 0x90e090, 0xffd060, 0x80b0ff, 0xe090e0, 0x80e0e0, 0xffffff,
};

/* xterm's 256 colours: 16, a cube of 6 x 6 x 6, 24 greys. */
static uint32_t palette256(unsigned n)
{
    static const uint8_t step[6] = {0, 95, 135, 175, 215, 255};
    if (n < 16)
        return palette16[n];
    if (n >= 232) {
        uint32_t grey = 8 + 10 * (n - 232);
        return grey << 16 | grey << 8 | grey;
    }
    n -= 16;
    return (uint32_t)step[n / 36] << 16 | (uint32_t)step[n / 6 % 6] << 8 | step[n % 6];
}

static unsigned parameter(const struct term *t, unsigned index, unsigned otherwise)
{
    return index < t->nparameters && t->parameters[index] ? t->parameters[index] : otherwise;
}

static void report(struct term *t, const char *text)
{
    if (t->answer)
        t->answer(t->context, text, strlen(text));
}

/* SGR 38 and 48: "5;N" or "2;R;G;B". Returns how many parameters it took. */
static unsigned select_extended(const struct term *t, unsigned i, uint32_t *colour)
{
    unsigned left = t->nparameters - i;
    if (left >= 3 && t->parameters[i + 1] == 5) {
        *colour = palette256(t->parameters[i + 2] & 0xff);
        return 2;
    }
    if (left >= 5 && t->parameters[i + 1] == 2) {
        *colour = (t->parameters[i + 2] & 0xffu) << 16 | (t->parameters[i + 3] & 0xffu) << 8 |
                  (t->parameters[i + 4] & 0xffu);
        return 4;
    }
    return left - 1;
}

static void select_graphic(struct term *t)
{
    struct term_cell *pen = &t->pen;
    if (t->nparameters == 0)
        *pen = term_plain;
    for (unsigned i = 0; i < t->nparameters; i++) {
        unsigned p = t->parameters[i];
        if (p == 0)
            *pen = term_plain;
        else if (p == 1)
            pen->style |= TERM_BOLD;
        else if (p == 4)
            pen->style |= TERM_UNDERLINE;
        else if (p == 7)
            pen->style |= TERM_REVERSE;
        else if (p == 22)
            pen->style &= ~TERM_BOLD;
        else if (p == 24)
            pen->style &= ~TERM_UNDERLINE;
        else if (p == 27)
            pen->style &= ~TERM_REVERSE;
        else if (p >= 30 && p <= 37)
            pen->foreground = palette16[p - 30];
        else if (p == 38)
            i += select_extended(t, i, &pen->foreground);
        else if (p == 39)
            pen->foreground = FOREGROUND;
        else if (p >= 40 && p <= 47)
            pen->background = palette16[p - 40];
        else if (p == 48)
            i += select_extended(t, i, &pen->background);
        else if (p == 49)
            pen->background = BACKGROUND;
        else if (p >= 90 && p <= 97)
            pen->foreground = palette16[p - 90 + 8];
        else if (p >= 100 && p <= 107)
            pen->background = palette16[p - 100 + 8];
    }
}

static void set_private_modes(struct term *t, bool on)
{
    for (unsigned i = 0; i < t->nparameters; i++) {
        if (t->parameters[i] == 6)
            t->origin_mode = on;
        else if (t->parameters[i] == 7)
            t->wrap_mode = on;
        else if (t->parameters[i] == 25)
            t->cursor_visible = on;
        else if (t->parameters[i] == 1049 || t->parameters[i] == 47)
            alternate_screen(t, on);
    }
    t->dirty[t->y] = 1;
}

static void set_region(struct term *t)
{
    unsigned top = parameter(t, 0, 1) - 1, bottom = parameter(t, 1, t->rows);
    if (bottom > t->rows)
        bottom = t->rows;
    if (top + 1 >= bottom)
        return;
    t->top = top;
    t->bottom = bottom;
    cursor_to(t, 0, t->origin_mode ? top : 0);
}

static void device_status(struct term *t)
{
    char text[32];
    if (parameter(t, 0, 0) == 5) {
        report(t, "\033[0n");
    } else if (parameter(t, 0, 0) == 6) {
        snprintf(text, sizeof(text), "\033[%u;%uR", t->y + 1, t->x + 1);
        report(t, text);
    }
}

/* Movement; false if `final` is none. */
static bool control_move(struct term *t, char final)
{
    unsigned n = parameter(t, 0, 1), base = t->origin_mode ? t->top : 0;
    switch (final) {
    case 'A':
        cursor_up(t, n);
        return true;
    case 'B':
    case 'e':
        cursor_down(t, n);
        return true;
    case 'C':
    case 'a':
        cursor_to(t, n < t->columns - t->x ? t->x + n : t->columns - 1, t->y);
        return true;
    case 'D':
        cursor_to(t, n < t->x ? t->x - n : 0, t->y);
        return true;
    case 'E':
        cursor_down(t, n);
        cursor_to(t, 0, t->y);
        return true;
    case 'F':
        cursor_up(t, n);
        cursor_to(t, 0, t->y);
        return true;
    case 'G':
    case '`':
        cursor_to(t, n - 1, t->y);
        return true;
    case 'H':
    case 'f':
        cursor_to(t, parameter(t, 1, 1) - 1, base + n - 1);
        return true;
    case 'd':
        cursor_to(t, t->x, base + n - 1);
        return true;
    default:
        return false;
    }
}

static void control_change(struct term *t, char final)
{
    unsigned n = parameter(t, 0, 1);
    switch (final) {
    case 'J':
        erase_display(t, parameter(t, 0, 0));
        break;
    case 'K':
        erase_line(t, parameter(t, 0, 0));
        break;
    case 'L':
        if (t->y >= t->top && t->y < t->bottom)
            scroll_down(t, t->y, n);
        break;
    case 'M':
        if (t->y >= t->top && t->y < t->bottom)
            scroll_up(t, t->y, n);
        break;
    case '@':
        move_cells(t, n, true);
        break;
    case 'P':
        move_cells(t, n, false);
        break;
    case 'X':
        row_clear(t, t->y, t->x, n < t->columns - t->x ? t->x + n : t->columns);
        break;
    case 'S':
        scroll_up(t, t->top, n);
        break;
    case 'T':
        scroll_down(t, t->top, n);
        break;
    case 'm':
        select_graphic(t);
        break;
    case 'r':
        set_region(t);
        break;
    case 's':
        save_cursor(t);
        break;
    case 'u':
        restore_cursor(t);
        break;
    case 'n':
        device_status(t);
        break;
    case 'c':
        report(t, "\033[?6c"); /* a VT102 */
        break;
    default:
        break;
    }
}

static void control_sequence(struct term *t, char final)
{
    if (t->intermediate)
        return;
    if (t->prefix == '?') {
        if (final == 'h' || final == 'l')
            set_private_modes(t, final == 'h');
    } else if (!t->prefix && !control_move(t, final)) {
        control_change(t, final);
    }
}

static void escape(struct term *t, char c)
{
    t->state = STATE_TEXT;
    switch (c) {
    case '[':
        t->state = STATE_CSI;
        t->nparameters = 0;
        t->prefix = t->intermediate = 0;
        memset(t->parameters, 0, sizeof(t->parameters));
        break;
    case ']':
    case 'P':
    case '_':
    case '^':
    case 'X':
        t->state = STATE_STRING;
        break;
    case '(':
    case ')':
    case '*':
    case '+':
    case '#':
    case ' ':
        t->state = STATE_CHARSET; /* one more byte, without meaning here */
        break;
    case '7':
        save_cursor(t);
        break;
    case '8':
        restore_cursor(t);
        break;
    case 'D':
        line_feed(t);
        break;
    case 'E':
        t->x = 0;
        line_feed(t);
        break;
    case 'M':
        reverse_feed(t);
        break;
    case 'c':
        term_reset(t);
        break;
    default:
        break;
    }
}

static void csi_byte(struct term *t, uint8_t c)
{
    if (c >= '0' && c <= '9') {
        if (t->nparameters == 0)
            t->nparameters = 1;
        unsigned *p = &t->parameters[t->nparameters - 1];
        if (*p < 100000)
            *p = *p * 10 + (unsigned)(c - '0');
    } else if (c == ';' || c == ':') {
        if (t->nparameters == 0)
            t->nparameters = 1;
        if (t->nparameters < TERM_PARAMETERS)
            t->nparameters++;
    } else if (c >= '<' && c <= '?') {
        t->prefix = (char)c;
    } else if (c >= ' ' && c <= '/') {
        t->intermediate = (char)c;
    } else if (c >= '@' && c <= '~') {
        t->state = STATE_TEXT;
        control_sequence(t, (char)c);
    }
}

static void control_byte(struct term *t, uint8_t c)
{
    switch (c) {
    case '\b':
        if (t->x > 0)
            cursor_to(t, t->x - 1, t->y);
        break;
    case '\t':
        cursor_to(t, (t->x | 7) + 1, t->y);
        break;
    case '\n':
    case '\v':
    case '\f':
        line_feed(t);
        break;
    case '\r':
        cursor_to(t, 0, t->y);
        break;
    case 033:
        t->state = STATE_ESCAPE;
        break;
    case 030:
    case 032:
        t->state = STATE_TEXT;
        break;
    default:
        break;
    }
}

/* UTF-8 (RFC 3629); what is not well-formed shows as U+FFFD. */
static void text_byte(struct term *t, uint8_t c)
{
    if (t->code_left > 0 && (c & 0xc0) == 0x80) {
        t->code = t->code << 6 | (c & 0x3fu);
        if (--t->code_left == 0) {
            bool bad = t->code < t->code_min || t->code > 0x10ffff ||
                       (t->code >= 0xd800 && t->code <= 0xdfff);
            put_code(t, bad ? 0xfffd : t->code);
        }
        return;
    }
    if (t->code_left > 0) {
        t->code_left = 0;
        put_code(t, 0xfffd);
    }
    if (c < 0x80) {
        put_code(t, c);
        return;
    }
    t->code_left = c >= 0xf0 && c < 0xf8 ? 3 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xc2 && c < 0xe0;
    t->code_min = t->code_left == 3 ? 0x10000 : t->code_left == 2 ? 0x800 : 0x80;
    t->code = c & (0x3fu >> t->code_left);
    if (t->code_left == 0)
        put_code(t, 0xfffd);
}

static void term_byte(struct term *t, uint8_t c)
{
    if (t->state == STATE_STRING || t->state == STATE_STRING_ESCAPE) {
        /* Ends with BEL or ESC \ */
        if (c == '\a' || (t->state == STATE_STRING_ESCAPE && c == '\\'))
            t->state = STATE_TEXT;
        else
            t->state = c == 033 ? STATE_STRING_ESCAPE : STATE_STRING;
    } else if (c < ' ' || c == 0x7f) {
        control_byte(t, c);
    } else if (t->state == STATE_ESCAPE) {
        escape(t, (char)c);
    } else if (t->state == STATE_CSI) {
        csi_byte(t, c);
    } else if (t->state == STATE_CHARSET) {
        t->state = STATE_TEXT;
    } else {
        text_byte(t, c);
    }
}

void term_write(struct term *t, const char *text, size_t len)
{
    if (t->view > 0) {
        t->view = 0;
        all_dirty(t);
    }
    for (size_t i = 0; i < len; i++)
        term_byte(t, (uint8_t)text[i]);
}
