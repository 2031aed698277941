/* edit: a full-screen editor. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/keys.h"
#include "../lib/program.h"
#include "../lib/terminal.h"
#include "document.h"
#include "save.h"
#include "screen.h"

static const struct program about = {
    "edit",
    "usage: edit FILE\n\n"
    "Edits a text on the whole screen. Saving writes a new file, which takes the name when it is "
    "durable.\n\n"
    "  arrows, Home, End, Page Up, Page Down; Ctrl with Left or Right: by words\n"
    "  ^S save     ^Q quit        ^Z undo     ^Y redo     ^L draw anew\n"
    "  ^F find     ^N find next   ^P before   ^G go to a line\n"
    "  ^B begin or end a selection  ^C copy   ^X cut      ^V paste   ^K cut the rest of the line\n"
    "  ^A ^E start and end of the line   ^T ^D start and end of the text\n\n"
    "If the terminal goes away, what was not saved is in FILE.rescue.\n\n"
    "Exit status: 0, or 1 if the file or the terminal cannot be used.\n",
    PROGRAM_FAILED,
};

#define ANSWER_MAX 255u

struct editor {
    struct document d;
    struct screen screen;
    struct file_state state;
    const char *path;
    char said[160]; /* shown until the next key */
    char wanted[ANSWER_MAX + 1];
    bool quit, ended; /* the input ended */
};

static void say(struct editor *e, const char *what, const char *why)
{
    snprintf(e->said, sizeof(e->said), " %s%s%s", what, why ? ": " : "", why ? why : "");
}

static void draw(struct editor *e)
{
    char status[256];
    if (e->said[0]) {
        screen_draw(&e->screen, &e->d, e->said);
        return;
    }
    snprintf(status, sizeof(status), " %.80s%s  line %zu, column %zu   ^S save  ^Q quit  ^F find%s",
             e->path, document_is_changed(&e->d) ? " (changed)" : "", document_line(&e->d),
             document_column(&e->d, e->d.cursor) + 1, e->d.marked ? "  selecting" : "");
    screen_draw(&e->screen, &e->d, status);
}

/* Asks for a line of text; false if it was given up. */
static bool ask(struct editor *e, const char *question, char answer[ANSWER_MAX + 1])
{
    size_t len = 0;
    for (;;) {
        screen_ask(&e->screen, question, answer, len);
        int key = key_read();
        e->ended |= key == KEY_END_OF_INPUT;
        if (e->ended || key == KEY_ESCAPE || key == KEY_CTRL('C') || key == KEY_CTRL('G'))
            return false;
        if (key == KEY_RETURN || key == KEY_NEWLINE)
            break;
        if ((key == KEY_BACKSPACE || key == KEY_CTRL('H')) && len > 0) {
            /* All bytes of the last character. */
            while (--len > 0 && ((unsigned char)answer[len] & 0xc0) == 0x80)
                ;
        } else if (key >= 0x20 && key < 256 && key != KEY_BACKSPACE && len < ANSWER_MAX) {
            answer[len++] = (char)key;
        }
    }
    answer[len] = '\0';
    return true;
}

/* 'y' or 'n', or 0 if it was given up. */
static char ask_yes(struct editor *e, const char *question)
{
    for (;;) {
        screen_ask(&e->screen, question, "", 0);
        int key = key_read();
        e->ended |= key == KEY_END_OF_INPUT;
        if (e->ended || key == KEY_ESCAPE || key == KEY_CTRL('C') || key == KEY_CTRL('G'))
            return 0;
        if (key == 'y' || key == 'Y' || key == 'n' || key == 'N')
            return (char)(key | 0x20);
    }
}

static bool save(struct editor *e)
{
    if (file_changed(e->path, &e->state) &&
        ask_yes(e, " Somebody else changed the file. Save all the same? (y/n) ") != 'y') {
        say(e, "not saved", NULL);
        return false;
    }
    int error = file_save(e->path, &e->d.text, &e->state);
    if (error) {
        say(e, "NOT SAVED", program_strerror(error));
        return false;
    }
    document_saved(&e->d);
    say(e, "saved", NULL);
    return true;
}

static void quit(struct editor *e)
{
    char answer = 'n';
    if (document_is_changed(&e->d))
        answer = ask_yes(e, " Save the changes? (y/n, Escape twice: go on) ");
    e->quit = answer == 'n' || (answer == 'y' && save(e));
}

static void find(struct editor *e, bool forward, bool again)
{
    char answer[ANSWER_MAX + 1] = "";
    if (!again || !e->wanted[0]) {
        if (!ask(e, " Find: ", answer))
            return;
        if (answer[0])
            memcpy(e->wanted, answer, sizeof(answer));
    }
    if (!document_search(&e->d, e->wanted, strlen(e->wanted), forward))
        say(e, "not found", NULL);
}

static void go_to_line(struct editor *e)
{
    char answer[ANSWER_MAX + 1] = "";
    uint64_t line;
    if (!ask(e, " Line: ", answer))
        return;
    if (program_number(answer, SIZE_MAX, &line) && line > 0)
        document_go_to_line(&e->d, (size_t)line);
    else
        say(e, "that is no line", NULL);
}

static void page(struct editor *e, enum document_move move)
{
    for (size_t i = 1; i < screen_text_rows(&e->screen); i++)
        document_move(&e->d, move);
}

/* Keys that move the cursor; false if this is none. */
static bool key_move(struct editor *e, int key)
{
    static const struct {
        int key;
        enum document_move move;
    } moves[] = {
        {KEY_LEFT, MOVE_LEFT},
        {KEY_RIGHT, MOVE_RIGHT},
        {KEY_UP, MOVE_UP},
        {KEY_DOWN, MOVE_DOWN},
        {KEY_HOME, MOVE_LINE_START},
        {KEY_CTRL('A'), MOVE_LINE_START},
        {KEY_END, MOVE_LINE_END},
        {KEY_CTRL('E'), MOVE_LINE_END},
        {KEY_WORD_LEFT, MOVE_WORD_LEFT},
        {KEY_WORD_RIGHT, MOVE_WORD_RIGHT},
        {KEY_CTRL('T'), MOVE_START},
        {KEY_CTRL('D'), MOVE_END},
    };
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        if (moves[i].key == key) {
            document_move(&e->d, moves[i].move);
            return true;
        }
    }
    if (key == KEY_PAGE_UP || key == KEY_PAGE_DOWN)
        page(e, key == KEY_PAGE_UP ? MOVE_UP : MOVE_DOWN);
    return key == KEY_PAGE_UP || key == KEY_PAGE_DOWN;
}

/* Keys that change the text; false if this is none. */
static bool key_change(struct editor *e, int key)
{
    char byte = (char)key;
    switch (key) {
    case KEY_BACKSPACE:
    case KEY_CTRL('H'):
        document_backspace(&e->d);
        return true;
    case KEY_DELETE:
        document_delete(&e->d);
        return true;
    case KEY_CTRL('K'):
        document_cut_line(&e->d);
        return true;
    case KEY_CTRL('X'):
        if (!document_cut(&e->d))
            say(e, "nothing is selected", NULL);
        return true;
    case KEY_CTRL('V'):
        document_paste(&e->d);
        return true;
    case KEY_RETURN:
    case KEY_NEWLINE:
        document_insert(&e->d, "\n", 1);
        return true;
    default:
        if (key != KEY_TAB && (key < 0x20 || key > 255))
            return false;
        document_insert(&e->d, &byte, 1);
        return true;
    }
}

static void key_command(struct editor *e, int key)
{
    switch (key) {
    case KEY_CTRL('S'):
        (void)save(e);
        break;
    case KEY_CTRL('Q'):
        quit(e);
        break;
    case KEY_CTRL('Z'):
        if (!document_undo(&e->d))
            say(e, "nothing is left to undo", NULL);
        break;
    case KEY_CTRL('Y'):
        if (!document_redo(&e->d))
            say(e, "nothing was undone", NULL);
        break;
    case KEY_CTRL('F'):
        find(e, true, false);
        break;
    case KEY_CTRL('N'):
    case KEY_CTRL('P'):
        find(e, key == KEY_CTRL('N'), true);
        break;
    case KEY_CTRL('G'):
        go_to_line(e);
        break;
    case KEY_CTRL('B'):
        document_mark(&e->d);
        break;
    case KEY_CTRL('C'):
        if (!document_copy(&e->d))
            say(e, "nothing is selected", NULL);
        break;
    case KEY_CTRL('L'):
        screen_forget(&e->screen);
        break;
    default:
        break;
    }
}

static void run(struct editor *e)
{
    while (!e->quit && !e->ended) {
        draw(e);
        int key = key_read();
        e->said[0] = '\0';
        e->ended |= key == KEY_END_OF_INPUT;
        if (!e->ended && !key_move(e, key) && !key_change(e, key))
            key_command(e, key);
    }
}

/* The terminal is gone: what was not saved goes beside the file. */
static int rescue(struct editor *e)
{
    struct file_state state = {0};
    if (!document_is_changed(&e->d))
        return PROGRAM_FAILED;
    size_t size = strlen(e->path) + sizeof(".rescue");
    char *path = program_alloc(size);
    snprintf(path, size, "%s.rescue", e->path);
    int error = file_save(path, &e->d.text, &state);
    program_error("%s: %s", path, error ? program_strerror(error) : "holds what was not saved");
    free(path);
    return PROGRAM_FAILED;
}

int main(int argc, char **argv)
{
    struct editor *e = program_alloc(sizeof(*e));
    char *text = NULL;
    size_t len = 0;

    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands != 1)
        program_misuse("one file is expected");
    memset(e, 0, sizeof(*e));
    e->path = o.operands[0];
    int error = file_read(e->path, &text, &len, &e->state);
    if (error && error != ENOENT)
        program_die("%s: %s", e->path, program_strerror(error));
    document_begin(&e->d, text, len);
    if (!error)
        free(text);
    if (terminal_raw(STDIN_FILENO) != 0)
        program_die("standard input is no terminal");
    screen_begin(&e->screen);
    if (error)
        say(e, "a new file", NULL);
    run(e);
    screen_end(&e->screen);
    terminal_restore(STDIN_FILENO);
    int status = e->ended ? rescue(e) : PROGRAM_OK;
    document_free(&e->d);
    free(e);
    return program_end(status);
}
