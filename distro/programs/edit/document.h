/*
 * A text with a cursor, a selection, what was cut last, and all its changes, which can be undone and done again. Neighbouring letters that were
 * typed are one change.
 */
#ifndef EDIT_DOCUMENT_H
#define EDIT_DOCUMENT_H

#include <stdbool.h>

#include "buffer.h"

#define DOCUMENT_UNDO_MAX \
    (8u << 20) /* bytes of changes that are remembered; the oldest are forgotten first */

struct change {
    size_t at, len;
    char *text;
    bool inserted; /* else it was deleted */
    bool joined;   /* undone and done again together with the one before */
};

struct document {
    struct buffer text;
    size_t cursor;
    size_t mark; /* other end of the selection, if there is one */
    bool marked;
    size_t column; /* wanted by moves up and down; SIZE_MAX: where the cursor is */
    char *cut;     /* what was cut or copied last */
    size_t cut_len;
    struct change *changes;
    size_t nchanges, done, capacity; /* changes[done] and after it are undone */
    size_t changes_bytes;
    size_t saved; /* `done` when it was saved; SIZE_MAX: that state is forgotten */
    bool typing;  /* the last change was a typed letter */
};

/* Starts with a text, which counts as saved. */
void document_begin(struct document *d, const char *text, size_t len);
void document_free(struct document *d);

bool document_is_changed(const struct document *d);
void document_saved(struct document *d);

/* Inserts at the cursor, in place of the selection. */
void document_insert(struct document *d, const char *text, size_t len);
/* Deletes the selection, or the character before or after the cursor. */
void document_backspace(struct document *d);
void document_delete(struct document *d);
/* Deletes from the cursor to the end of its line, or the new line at its end, and keeps it for paste. */
void document_cut_line(struct document *d);
/* The selection; false if there is none. */
bool document_copy(struct document *d);
bool document_cut(struct document *d);
void document_paste(struct document *d);
void document_mark(struct document *d); /* begins or ends a selection */

/* False if there is nothing. The cursor goes to the change. */
bool document_undo(struct document *d);
bool document_redo(struct document *d);

enum document_move {
    MOVE_LEFT,
    MOVE_RIGHT,
    MOVE_UP,
    MOVE_DOWN,
    MOVE_LINE_START,
    MOVE_LINE_END,
    MOVE_START,
    MOVE_END,
    MOVE_WORD_LEFT,
    MOVE_WORD_RIGHT,
};
void document_move(struct document *d, enum document_move move);
/* To the start of a line, from 1; the last one if there are fewer. */
void document_go_to_line(struct document *d, size_t line);

/* Line of the cursor, from 1, and its column on the screen, from 0, with tabs to each eighth column. */
size_t document_line(const struct document *d);
size_t document_column(const struct document *d, size_t at);
/* Where in the line that begins at `start` a column is, or the end of the line. */
size_t document_at_column(const struct document *d, size_t start, size_t column);
/* Columns of the character at `at`, which stands in `column`. */
unsigned document_width(const struct document *d, size_t at, size_t column);

/* Ends of the selection; false if there is none. */
bool document_selection(const struct document *d, size_t *from, size_t *to);

/*
 * Moves the cursor to the next place after it (or the one before, if not `forward`) where `text` stands, going on at the other
 * end. Letters of ASCII are equal in both cases unless `text` has a capital. False if it stands nowhere.
 */
bool document_search(struct document *d, const char *text, size_t len, bool forward);

#endif
