#include "notices.h"

#include <stdint.h>
#include <string.h>

#define ESCAPE '\033'

enum { TEXT, AFTER_ESCAPE, IN_CONTROL };

static const char alternate_screen[] = "\033[?1049"; /* h: on, l: off */

void notices_init(struct notices *n)
{
    memset(n, 0, sizeof(*n));
}

static void say(const struct notices *n, const char *text, size_t len)
{
    if (len > 0)
        n->output(n->context, text, len);
}

static void say_lines(const struct notices *n, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool control = (uint8_t)text[i] < ' ' || text[i] == 0177;
        if (text[i] == '\n')
            say(n, "\r\n", 2);
        else
            say(n, control && text[i] != '\t' ? "?" : text + i, 1);
    }
}

/* Shows `len` bytes that end a line. */
static void show(struct notices *n, size_t len)
{
    static const char more[] = "More was said: see dmesg.\r\n";
    if (n->line_long)
        say(n, "\r\n", 2);
    else if (n->line_len > 0)
        say(n, "\r\033[K", 4);
    say_lines(n, n->text, len);
    if (n->text_lost)
        say(n, more, sizeof(more) - 1);
    n->text_lost = false;
    n->text_len -= len;
    memmove(n->text, n->text + len, n->text_len);
    if (!n->line_long)
        say(n, n->line, n->line_len);
}

static void show_lines(struct notices *n)
{
    size_t len = n->text_len;
    while (len > 0 && n->text[len - 1] != '\n')
        len--;
    if (len > 0 && !n->alternate)
        show(n, len);
}

void notices_add(struct notices *n, const char *text, size_t len)
{
    size_t room = NOTICES_TEXT - n->text_len;
    room -= room > 0; /* of a newline */
    if (len > room) {
        n->text_lost = true;
        len = room;
    }
    memcpy(n->text + n->text_len, text, len);
    n->text_len += len;
    /* What is cut off has an end: there was room for it. */
    if (n->text_lost && n->text_len > 0 && n->text[n->text_len - 1] != '\n')
        n->text[n->text_len++] = '\n';
    show_lines(n);
}

/* Whether a sequence leaves the cursor in its line, so that it can be repeated with that. */
static bool stays(char final)
{
    return strchr("@CDGKPXhlmn", final) != NULL;
}

/* Follows control sequences (ECMA-48 section 5.4) to the character that ends each. */
static void follow(struct notices *n, char c)
{
    if (n->sequence == AFTER_ESCAPE) {
        n->sequence = c == '[' ? IN_CONTROL : TEXT;
    } else if (n->sequence == IN_CONTROL && c >= '@' && c <= '~') {
        n->sequence = TEXT;
        if (!stays(c)) {
            n->line_len = 0;
            n->line_long = false;
        }
    } else if (c == ESCAPE) {
        n->sequence = AFTER_ESCAPE;
    }
}

/* Whether this ends a sequence that switches. The main screen's line is kept meanwhile, without the beginning of the sequence that left it. */
static bool match_alternate(struct notices *n, char c)
{
    size_t len = sizeof(alternate_screen) - 1;
    if (n->matched == len && (c == 'h' || c == 'l')) {
        if (!n->alternate)
            n->line_len -= n->line_len < len ? n->line_len : len;
        n->alternate = c == 'h';
        n->sequence = TEXT;
        n->matched = 0;
        return true;
    }
    if (n->matched < len && c == alternate_screen[n->matched]) {
        n->matched++;
    } else {
        n->matched = c == ESCAPE;
    }
    return false;
}

static void line_add(struct notices *n, char c)
{
    if (c == '\n') {
        n->line_len = 0;
        n->line_long = false;
    } else if (n->line_len < NOTICES_LINE) {
        n->line[n->line_len++] = c;
    } else {
        n->line_long = true;
    }
    follow(n, c);
}

void notices_seen(struct notices *n, const char *text, size_t len)
{
    bool was_alternate = n->alternate;
    for (size_t i = 0; i < len; i++)
        if (!match_alternate(n, text[i]) && !n->alternate)
            line_add(n, text[i]);
    if (was_alternate && !n->alternate)
        show_lines(n);
}
