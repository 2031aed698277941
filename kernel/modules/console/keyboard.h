/*
 * PS/2 keyboard: scan codes (set 1, as the controller translates them) in, bytes as a terminal
 * would send them out.
 */
#ifndef CONSOLE_KEYBOARD_H
#define CONSOLE_KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keyboard {
    bool extended; /* 0xE0 came */
    unsigned skip; /* bytes of a Pause sequence still to come */
    bool shift_left, shift_right, control, alt, alt_gr, caps;
};

enum keyboard_action {
    KEYBOARD_TEXT,      /* `text` holds what was typed, perhaps nothing */
    KEYBOARD_PAGE_UP,   /* Shift-PageUp: look back */
    KEYBOARD_PAGE_DOWN, /* Shift-PageDown */
};

#define KEYBOARD_TEXT_SIZE 8

/* Takes one scan code; `text` gets up to KEYBOARD_TEXT_SIZE bytes, *len how many. US layout. */
enum keyboard_action keyboard_code(struct keyboard *keyboard, uint8_t code,
                                   char text[KEYBOARD_TEXT_SIZE], size_t *len);

#endif
