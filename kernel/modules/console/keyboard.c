#include "keyboard.h"

#include <string.h>

#define RELEASED 0x80u

/* Scan codes 0x00 to 0x39, plain and with Shift. 0: no character. */
static const char plain[] = {
    0,    033, '1', '2', '3', '4', '5', '6', '7', '8', '9',  '0', '-', '=',  0177,
    '\t', 'q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p',  '[', ']', '\r', 0,
    'a',  's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', ';', '\'', '`', 0,   '\\', 'z',
    'x',  'c', 'v', 'b', 'n', 'm', ',', '.', '/', 0,   '*',  0,   ' ',
};
static const char shifted[] = {
    0,    033, '!', '@', '#', '$', '%', '^', '&', '*', '(', ')', '_', '+',  0177,
    '\t', 'Q', 'W', 'E', 'R', 'T', 'Y', 'U', 'I', 'O', 'P', '{', '}', '\r', 0,
    'A',  'S', 'D', 'F', 'G', 'H', 'J', 'K', 'L', ':', '"', '~', 0,   '|',  'Z',
    'X',  'C', 'V', 'B', 'N', 'M', '<', '>', '?', 0,   '*', 0,   ' ',
};
/* 0x47 to 0x53: the keypad without Num Lock, and the grey keys with 0xE0. */
static const char *const moving[] = {
    "\033[H", "\033[A", "\033[5~", "-",       "\033[D",  "",        "\033[C",
    "+",      "\033[F", "\033[B",  "\033[6~", "\033[2~", "\033[3~",
};
static const char *const function[] = {
    "\033OP",   "\033OQ",   "\033OR",   "\033OS",   "\033[15~",
    "\033[17~", "\033[18~", "\033[19~", "\033[20~", "\033[21~",
};

static bool keyboard_modifier(struct keyboard *k, uint8_t key, bool extended, bool down)
{
    switch (key) {
    case 0x2a:
        if (!extended) /* 0xE0 0x2A is a shift that the keyboard makes up */
            k->shift_left = down;
        return true;
    case 0x36:
        if (!extended)
            k->shift_right = down;
        return true;
    case 0x1d:
        k->control = down;
        return true;
    case 0x38:
        if (extended)
            k->alt_gr = down;
        else
            k->alt = down;
        return true;
    case 0x3a:
        if (down)
            k->caps = !k->caps;
        return true;
    default:
        return false;
    }
}

static void put(char *text, size_t *len, const char *what)
{
    *len = strlen(what);
    memcpy(text, what, *len);
}

static char keyboard_character(const struct keyboard *k, uint8_t key)
{
    bool shift = k->shift_left || k->shift_right;
    char c = plain[key];
    if (k->caps && c >= 'a' && c <= 'z')
        shift = !shift;
    if (shift)
        c = shifted[key];
    if (k->control) {
        if (c >= '@' && c <= '~')
            c &= 0x1f;
        else if (c == ' ' || c == '2')
            c = 0;
        else if (c == '/')
            c = 0x1f;
    }
    return c;
}

enum keyboard_action keyboard_code(struct keyboard *k, uint8_t code, char text[KEYBOARD_TEXT_SIZE],
                                   size_t *len)
{
    *len = 0;
    if (k->skip > 0) {
        k->skip--;
        return KEYBOARD_TEXT;
    }
    if (code == 0xe0) {
        k->extended = true;
        return KEYBOARD_TEXT;
    }
    if (code == 0xe1) { /* Pause: E1 1D 45 E1 9D C5 */
        k->skip = 5;
        return KEYBOARD_TEXT;
    }
    bool extended = k->extended, down = !(code & RELEASED);
    uint8_t key = code & (uint8_t)~RELEASED;
    k->extended = false;
    if (keyboard_modifier(k, key, extended, down) || !down)
        return KEYBOARD_TEXT;
    bool shift = k->shift_left || k->shift_right;
    if (shift && (key == 0x49 || key == 0x51))
        return key == 0x49 ? KEYBOARD_PAGE_UP : KEYBOARD_PAGE_DOWN;
    if (key >= 0x47 && key <= 0x53) {
        put(text, len, moving[key - 0x47]);
    } else if (key >= 0x3b && key <= 0x44) {
        put(text, len, function[key - 0x3b]);
    } else if (key == 0x57 || key == 0x58) {
        put(text, len, key == 0x57 ? "\033[23~" : "\033[24~");
    } else if (key < sizeof(plain) && (plain[key] || key == 0x39) &&
               (!extended || key == 0x1c || key == 0x35)) {
        if (k->alt)
            text[(*len)++] = 033;
        text[(*len)++] = keyboard_character(k, key);
    }
    return KEYBOARD_TEXT;
}
