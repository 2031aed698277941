#include "keys.h"

#include <errno.h>
#include <unistd.h>

static int byte_read(void)
{
    unsigned char c;
    ssize_t n;
    do
        n = read(STDIN_FILENO, &c, 1);
    while (n < 0 && errno == EINTR);
    return n == 1 ? c : KEY_END_OF_INPUT;
}

/* ESC [ number ~ */
static int numbered(int number)
{
    switch (number) {
    case 1:
    case 7:
        return KEY_HOME;
    case 4:
    case 8:
        return KEY_END;
    case 3:
        return KEY_DELETE;
    case 5:
        return KEY_PAGE_UP;
    case 6:
        return KEY_PAGE_DOWN;
    default:
        return KEY_UNKNOWN;
    }
}

/* ESC [ ... letter, ESC O letter, ESC [ number ~; a second number of 5 is Ctrl. Two escapes are one. */
static int escape_read(void)
{
    int c = byte_read(), number = 0, first = 0;
    if (c == KEY_ESCAPE)
        return KEY_ESCAPE;
    if (c != '[' && c != 'O')
        return c < 0 ? c : KEY_UNKNOWN;
    for (int i = 0; i < 16; i++) {
        c = byte_read();
        if (c >= '0' && c <= '9') {
            number = number < 100 ? number * 10 + c - '0' : number;
        } else if (c == ';') {
            first = number;
            number = 0;
        } else {
            break;
        }
    }
    switch (c) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return first && number == 5 ? KEY_WORD_RIGHT : KEY_RIGHT;
    case 'D':
        return first && number == 5 ? KEY_WORD_LEFT : KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    case '~':
        return numbered(first ? first : number);
    default:
        return c < 0 ? c : KEY_UNKNOWN;
    }
}

int key_read(void)
{
    int c = byte_read();
    return c == KEY_ESCAPE ? escape_read() : c;
}
