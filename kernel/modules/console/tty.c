#include "tty.h"

#include <string.h>

#define END_OF_FILE 004
#define INTERRUPT   003
#define ERASE_WORD  027
#define KILL        025

void tty_init(struct tty *tty)
{
    memset(tty, 0, sizeof(*tty));
    tty->mode = NONOS_TTY_ECHO | NONOS_TTY_LINES | NONOS_TTY_SIGNAL;
    tty->last = &tty->first;
}

void tty_write(struct tty *tty, const char *text, size_t len)
{
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) : len;
        if (n > 0)
            tty->output(tty->context, text, n);
        if (end) {
            tty->output(tty->context, "\r\n", 2);
            n++;
        }
        text += n;
        len -= n;
    }
}

static void echo(struct tty *tty, const char *text, size_t len)
{
    if (tty->mode & NONOS_TTY_ECHO)
        tty->output(tty->context, text, len);
}

/* ---- input that can be read ---- */

static bool input_put(struct tty *tty, char c, bool end)
{
    if (tty->input_len == TTY_INPUT) {
        tty->output(tty->context, "\a", 1);
        return false;
    }
    size_t at = (tty->input_start + tty->input_len++) % TTY_INPUT;
    tty->input[at] = c;
    tty->ends[at] = end;
    tty->lines += end;
    return true;
}

/*
 * Takes what one read may have: up to the end of a line in line mode, else all there is. The byte
 * that marks an end of file is taken and not given.
 */
static size_t input_take(struct tty *tty, char *bytes, size_t len)
{
    size_t done = 0;
    while (done < len && tty->input_len > 0) {
        size_t at = tty->input_start;
        char c = tty->input[at];
        bool end = tty->ends[at];
        tty->input_start = (at + 1) % TTY_INPUT;
        tty->input_len--;
        tty->lines -= end;
        if (end && c == END_OF_FILE)
            return done;
        bytes[done++] = c;
        if (end)
            return done;
    }
    return done;
}

/* Takes all there is, marks included. `bytes` has room for TTY_INPUT. */
static size_t input_drain(struct tty *tty, char *bytes)
{
    size_t len = tty->input_len;
    for (size_t i = 0; i < len; i++)
        bytes[i] = tty->input[(tty->input_start + i) % TTY_INPUT];
    tty->input_start = tty->input_len = 0;
    tty->lines = 0;
    return len;
}

static bool input_ready(const struct tty *tty)
{
    return tty->mode & NONOS_TTY_LINES ? tty->lines > 0 : tty->input_len > 0;
}

static void readers_serve(struct tty *tty)
{
    while (tty->first && input_ready(tty)) {
        struct tty_reader *reader = tty->first;
        tty->first = reader->next;
        if (!tty->first)
            tty->last = &tty->first;
        reader->finish(reader, input_take(tty, reader->bytes, reader->len));
    }
}

bool tty_read(struct tty *tty, char *bytes, size_t len, size_t *done, struct tty_reader *reader)
{
    *done = 0;
    if (len == 0)
        return true;
    if (!tty->first && input_ready(tty)) {
        *done = input_take(tty, bytes, len);
        return true;
    }
    reader->bytes = bytes;
    reader->len = len;
    reader->next = NULL;
    *tty->last = reader;
    tty->last = &reader->next;
    return false;
}

void tty_cancel(struct tty *tty, struct tty_reader *reader)
{
    for (struct tty_reader **link = &tty->first; *link; link = &(*link)->next) {
        if (*link == reader) {
            *link = reader->next;
            if (tty->last == &reader->next)
                tty->last = link;
            return;
        }
    }
}

/* ---- the line that is being typed ---- */

static void line_end(struct tty *tty, char last)
{
    /* A line is put whole or not at all, so that `lines` counts what can be read. */
    if (tty->input_len + tty->line_len + 1 > TTY_INPUT) {
        tty->output(tty->context, "\a", 1);
        return;
    }
    for (size_t i = 0; i < tty->line_len; i++)
        input_put(tty, tty->line[i], false);
    input_put(tty, last, true);
    tty->line_len = 0;
}

/* Takes one character, however many bytes it has, from the line and from the screen. */
static void line_erase(struct tty *tty)
{
    while (tty->line_len > 0 && (tty->line[tty->line_len - 1] & 0xc0) == 0x80)
        tty->line_len--;
    if (tty->line_len > 0) {
        tty->line_len--;
        echo(tty, "\b \b", 3);
    }
}

static void line_erase_word(struct tty *tty)
{
    while (tty->line_len > 0 && tty->line[tty->line_len - 1] == ' ')
        line_erase(tty);
    while (tty->line_len > 0 && tty->line[tty->line_len - 1] != ' ')
        line_erase(tty);
}

static void line_type(struct tty *tty, char c)
{
    switch (c) {
    case '\b':
    case 0177:
        line_erase(tty);
        break;
    case KILL:
        while (tty->line_len > 0)
            line_erase(tty);
        break;
    case ERASE_WORD:
        line_erase_word(tty);
        break;
    case END_OF_FILE:
        line_end(tty, END_OF_FILE);
        break;
    case '\r':
    case '\n':
        echo(tty, "\r\n", 2);
        line_end(tty, '\n');
        break;
    default:
        if (((uint8_t)c < ' ' && c != '\t') || tty->line_len == TTY_LINE) {
            tty->output(tty->context, "\a", 1);
            break;
        }
        tty->line[tty->line_len++] = c;
        echo(tty, &c, 1);
    }
}

void tty_type(struct tty *tty, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == INTERRUPT && (tty->mode & NONOS_TTY_SIGNAL)) {
            tty->line_len = 0;
            echo(tty, "^C\r\n", 4);
            tty->interrupt(tty->context);
        } else if (tty->mode & NONOS_TTY_LINES) {
            line_type(tty, c);
        } else {
            input_put(tty, c, false);
            echo(tty, &c, 1);
        }
    }
    readers_serve(tty);
}

void tty_set_mode(struct tty *tty, uint32_t mode)
{
    bool was_lines = tty->mode & NONOS_TTY_LINES;
    tty->mode = mode & (NONOS_TTY_ECHO | NONOS_TTY_LINES | NONOS_TTY_SIGNAL);
    /* Half a line typed ahead becomes input of the program that reads bytes. */
    if (was_lines && !(tty->mode & NONOS_TTY_LINES)) {
        for (size_t i = 0; i < tty->line_len; i++)
            input_put(tty, tty->line[i], false);
        tty->line_len = 0;
    } else if (!was_lines && (tty->mode & NONOS_TTY_LINES)) {
        /* Bytes typed ahead become the start of a line, and lines where they hold ends of lines. */
        char ahead[TTY_INPUT];
        size_t len = input_drain(tty, ahead);
        uint32_t echo_mode = tty->mode & NONOS_TTY_ECHO;
        tty->mode &= ~NONOS_TTY_ECHO;
        for (size_t i = 0; i < len; i++)
            line_type(tty, ahead[i]);
        tty->mode |= echo_mode;
    }
    readers_serve(tty);
}
