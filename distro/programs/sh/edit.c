#include "edit.h"

#include "complete.h"
#include "history.h"

#include "../lib/keys.h"
#include "../lib/program.h"
#include "../lib/terminal.h"
#include "../lib/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_LEN 65536u

struct editor {
    const char *prompt;
    struct text *line;
    size_t cursor;      /* byte in the line */
    size_t left;        /* first byte that is shown */
    size_t history;     /* the line that is shown; history_count(): the new one */
    char *kept;         /* the new line while an old one is shown */
    bool tabbed;        /* the last key was a Tab */
    struct text screen; /* what is written at once */
};

static void flush(struct editor *e)
{
    /* An error shows up when the next key is read. */
    if (e->screen.len > 0 && program_write_all(STDERR_FILENO, e->screen.data, e->screen.len) != 0)
        e->screen.len = 0;
    e->screen.len = 0;
}

static const char *line_text(const struct editor *e)
{
    return e->line->data ? e->line->data : "";
}

/* The byte where the character before `at` starts; where the one at `at` ends. */
static size_t previous(const struct editor *e, size_t at)
{
    const char *s = line_text(e);
    if (at > 0)
        at--;
    while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static size_t next(const struct editor *e, size_t at)
{
    uint32_t c;
    if (at >= e->line->len)
        return at;
    return at + utf8_decode(&c, line_text(e) + at, e->line->len - at);
}

/* A control character cannot be in a line that is shown as it is. */
static unsigned columns_at(const struct editor *e, size_t at)
{
    uint32_t c;
    utf8_decode(&c, line_text(e) + at, e->line->len - at);
    return c < 0x20 || c == 0x7f || c >= UTF8_INVALID ? 1 : utf8_width(c);
}

static void show_char(struct editor *e, size_t at, size_t len)
{
    uint32_t c;
    utf8_decode(&c, line_text(e) + at, len);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c >= UTF8_INVALID)
        text_add_char(&e->screen, '?');
    else
        text_add(&e->screen, line_text(e) + at, len);
}

/* Draws prompt and line, as much as fits around the cursor. */
static void refresh(struct editor *e)
{
    size_t screen = terminal_columns(STDERR_FILENO), before = 0, used = 0;
    size_t prompt = utf8_columns(e->prompt, strlen(e->prompt));
    size_t room = screen > prompt + 9 ? screen - prompt - 1 : 8;

    if (e->left > e->cursor)
        e->left = e->cursor;
    for (size_t at = e->left; at < e->cursor; at = next(e, at))
        before += columns_at(e, at);
    for (; before >= room; e->left = next(e, e->left))
        before -= columns_at(e, e->left);
    text_add_char(&e->screen, '\r');
    text_add_string(&e->screen, e->prompt);
    for (size_t at = e->left; at < e->line->len; at = next(e, at)) {
        unsigned width = columns_at(e, at);
        if (used + width > room)
            break;
        show_char(e, at, next(e, at) - at);
        used += width;
    }
    text_add_string(&e->screen, "\033[K\r");
    if (prompt + before > 0) {
        text_add_string(&e->screen, "\033[");
        text_add_number(&e->screen, (long long)(prompt + before));
        text_add_char(&e->screen, 'C');
    }
    flush(e);
}

static void delete_range(struct editor *e, size_t from, size_t to)
{
    if (from >= to)
        return;
    memmove(e->line->data + from, e->line->data + to, e->line->len - to + 1);
    e->line->len -= to - from;
    e->cursor = from;
}

static void insert(struct editor *e, const char *s, size_t len)
{
    if (e->line->len + len > LINE_MAX_LEN)
        return;
    size_t tail = e->line->len - e->cursor;
    text_add(e->line, s, len);
    memmove(e->line->data + e->cursor + len, e->line->data + e->cursor, tail);
    memcpy(e->line->data + e->cursor, s, len);
    e->cursor += len;
}

static void replace(struct editor *e, const char *s)
{
    e->line->len = 0;
    text_add_string(e->line, s);
    e->cursor = e->line->len;
    e->left = 0;
}

static void show_history(struct editor *e, bool older)
{
    if (older ? e->history == 0 : e->history >= history_count())
        return;
    if (e->history == history_count()) {
        free(e->kept);
        e->kept = program_strdup(line_text(e));
    }
    e->history = older ? e->history - 1 : e->history + 1;
    replace(e, e->history < history_count() ? history_line(e->history) : e->kept);
}

static void delete_word(struct editor *e)
{
    size_t at = e->cursor;
    const char *s = line_text(e);
    while (at > 0 && s[at - 1] == ' ')
        at--;
    while (at > 0 && s[at - 1] != ' ')
        at--;
    delete_range(e, at, e->cursor);
}

static void list_completions(struct editor *e, const struct completion *c)
{
    size_t widest = 0, screen = terminal_columns(STDERR_FILENO);
    for (size_t i = 0; i < c->n; i++) {
        size_t w = utf8_columns(c->names[i], strlen(c->names[i]));
        widest = w > widest ? w : widest;
    }
    size_t columns = screen / (widest + 2) ? screen / (widest + 2) : 1;
    size_t rows = (c->n + columns - 1) / columns;
    text_add_string(&e->screen, "\r\n");
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < c->n; i += rows) {
            /* Names come from a disk: no control character of theirs reaches the terminal. */
            for (const char *p = c->names[i]; *p; p++)
                text_add_char(&e->screen, (unsigned char)*p < 0x20 || *p == 0x7f ? '?' : *p);
            size_t w = utf8_columns(c->names[i], strlen(c->names[i]));
            for (; i + rows < c->n && w < widest + 2; w++)
                text_add_char(&e->screen, ' ');
        }
        text_add_string(&e->screen, "\r\n");
    }
}

static void tab(struct editor *e)
{
    struct completion c;
    complete(&c, line_text(e), e->cursor);
    if (c.n > 0) {
        size_t len = strlen(c.common);
        /* Nothing new to add: the second Tab shows the choice. */
        bool more = len > e->cursor - c.start || c.n == 1;
        if (more) {
            delete_range(e, c.start, e->cursor);
            insert(e, c.common, len);
            if (c.n == 1 && c.common[len ? len - 1 : 0] != '/')
                insert(e, " ", 1);
        } else if (e->tabbed) {
            list_completions(e, &c);
        }
        e->tabbed = true;
    }
    complete_free(&c);
}

/* The newest line before history entry `from` that contains the text; history_count() if there is none. */
static size_t search_back(const char *wanted, size_t from)
{
    while (from-- > 0)
        if (strstr(history_line(from), wanted))
            return from;
    return history_count();
}

/* ^R: each further letter narrows, each further ^R goes back. Returns the key that ended it. */
static int search(struct editor *e)
{
    struct text wanted = {0};
    char *original = program_strdup(line_text(e));
    const char *prompt = e->prompt;
    size_t found = history_count();
    int key;
    text_add(&wanted, "", 0);
    for (;;) {
        struct text shown = {0};
        text_add_string(&shown, "(search) ");
        text_add_string(&shown, wanted.data);
        text_add_string(&shown, ": ");
        e->prompt = shown.data;
        e->left = 0;
        refresh(e);
        text_free(&shown);
        key = key_read();
        size_t from = found;
        if (key == KEY_CTRL('R')) {
            found = search_back(wanted.data, found);
        } else if ((key == KEY_BACKSPACE || key == KEY_CTRL('H')) && wanted.len > 0) {
            wanted.data[--wanted.len] = '\0';
            found = search_back(wanted.data, history_count());
        } else if (key >= 0x20 && key < 256 && key != KEY_BACKSPACE) {
            text_add_char(&wanted, (char)key);
            found = search_back(wanted.data, from < history_count() ? from + 1 : from);
        } else {
            break;
        }
        if (found == history_count())
            found =
                from < history_count() && strstr(history_line(from), wanted.data) ? from : found;
        if (found < history_count())
            replace(e, history_line(found));
    }
    if (key == KEY_CTRL('G') || key == KEY_CTRL('C')) {
        replace(e, original);
        key = KEY_UNKNOWN;
    }
    e->prompt = prompt;
    e->left = 0;
    free(original);
    text_free(&wanted);
    return key;
}

static void move_or_delete(struct editor *e, int key)
{
    switch (key) {
    case KEY_CTRL('A'):
    case KEY_HOME:
        e->cursor = 0;
        break;
    case KEY_CTRL('E'):
    case KEY_END:
        e->cursor = e->line->len;
        break;
    case KEY_CTRL('B'):
    case KEY_LEFT:
        e->cursor = previous(e, e->cursor);
        break;
    case KEY_CTRL('F'):
    case KEY_RIGHT:
        e->cursor = next(e, e->cursor);
        break;
    case KEY_BACKSPACE:
    case KEY_CTRL('H'):
        delete_range(e, previous(e, e->cursor), e->cursor);
        break;
    case KEY_DELETE:
    case KEY_CTRL('D'):
        delete_range(e, e->cursor, next(e, e->cursor));
        break;
    case KEY_CTRL('K'):
        delete_range(e, e->cursor, e->line->len);
        break;
    case KEY_CTRL('U'):
        delete_range(e, 0, e->cursor);
        break;
    case KEY_CTRL('W'):
        delete_word(e);
        break;
    }
}

/* A key that does not end the line. */
static void edit_key(struct editor *e, int key)
{
    if (key == KEY_TAB) {
        tab(e);
        return;
    }
    e->tabbed = false;
    if (key == KEY_UP || key == KEY_CTRL('P'))
        show_history(e, true);
    else if (key == KEY_DOWN || key == KEY_CTRL('N'))
        show_history(e, false);
    else if (key == KEY_CTRL('L'))
        text_add_string(&e->screen, "\033[H\033[2J");
    else if (key >= 0x20 && key < 256 && key != KEY_BACKSPACE)
        insert(e, (char[]){(char)key}, 1);
    else
        move_or_delete(e, key);
}

/* Is the line in the middle of a character? Then more bytes are on their way, and drawing waits for them. */
static bool incomplete(const struct editor *e)
{
    size_t start = previous(e, e->cursor), len = e->cursor - start;
    unsigned char lead = len ? (unsigned char)line_text(e)[start] : 0;
    size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return len < wanted;
}

static enum edit_result edit(struct editor *e)
{
    for (;;) {
        if (e->cursor == 0 || !incomplete(e))
            refresh(e);
        int key = key_read();
        if (key == KEY_CTRL('R'))
            key = search(e);
        if (key == KEY_RETURN || key == KEY_NEWLINE)
            return EDIT_LINE;
        if (key == KEY_CTRL('C'))
            return EDIT_CANCELLED;
        if (key == KEY_END_OF_INPUT || (key == KEY_CTRL('D') && e->line->len == 0))
            return EDIT_END;
        edit_key(e, key);
    }
}

enum edit_result edit_line(const char *prompt, struct text *out)
{
    struct editor e = {.prompt = prompt, .line = out, .history = history_count()};
    out->len = 0;
    text_add(out, "", 0);
    if (terminal_raw(STDIN_FILENO) != 0)
        return EDIT_END;
    enum edit_result result = edit(&e);
    e.cursor = out->len;
    refresh(&e);
    text_add_string(&e.screen, result == EDIT_CANCELLED ? "^C\r\n" : "\r\n");
    flush(&e);
    terminal_restore(STDIN_FILENO);
    text_free(&e.screen);
    free(e.kept);
    return result;
}
