/* Keys as a terminal sends them: bytes, and escape sequences (ECMA-48, and what terminals made of it). */
#ifndef PROGRAMS_LIB_KEYS_H
#define PROGRAMS_LIB_KEYS_H

/* The key that Ctrl makes of a capital letter. */
#define KEY_CTRL(letter) ((letter) - '@')

enum {
    KEY_END_OF_INPUT = -1,
    KEY_TAB = 9,
    KEY_NEWLINE = 10,
    KEY_RETURN = 13,
    KEY_ESCAPE = 27,
    KEY_BACKSPACE = 127,
    /* Beyond bytes: what escape sequences stand for. */
    KEY_UP = 256,
    KEY_DOWN,
    KEY_RIGHT,
    KEY_LEFT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_DELETE,
    KEY_WORD_LEFT, /* Left and Right with Ctrl */
    KEY_WORD_RIGHT,
    KEY_UNKNOWN,
};

/* The next key of standard input: a byte, or one of the above. The bytes of a character of UTF-8 come one by one. */
int key_read(void);

#endif
