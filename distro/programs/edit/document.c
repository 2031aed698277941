/* Changes of a document, and their undoing. Invariant: changes[0..done) made the text of the one that was begun with. */
#include "document.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/program.h"

void document_begin(struct document *d, const char *text, size_t len)
{
    *d = (struct document){.column = SIZE_MAX};
    buffer_insert(&d->text, 0, text, len);
}

static void changes_forget_after(struct document *d, size_t count)
{
    while (d->nchanges > count) {
        struct change *c = &d->changes[--d->nchanges];
        d->changes_bytes -= c->len;
        free(c->text);
    }
    if (d->saved != SIZE_MAX && d->saved > count)
        d->saved = SIZE_MAX;
}

void document_free(struct document *d)
{
    changes_forget_after(d, 0);
    buffer_free(&d->text);
    free(d->changes);
    free(d->cut);
    *d = (struct document){0};
}

bool document_is_changed(const struct document *d)
{
    return d->saved != d->done;
}

void document_saved(struct document *d)
{
    d->saved = d->done;
    d->typing = false;
}

/* Forgets the oldest changes, whole groups of them, until what is left is small enough. */
static void changes_limit(struct document *d)
{
    size_t n = 0;
    while (d->changes_bytes > DOCUMENT_UNDO_MAX && n + 1 < d->nchanges) {
        do {
            d->changes_bytes -= d->changes[n].len;
            free(d->changes[n].text);
            n++;
        } while (n < d->nchanges && d->changes[n].joined);
    }
    if (n == 0)
        return;
    d->nchanges -= n;
    d->done -= n;
    memmove(d->changes, d->changes + n, d->nchanges * sizeof(*d->changes));
    d->saved = d->saved == SIZE_MAX || d->saved < n ? SIZE_MAX : d->saved - n;
}

static struct change *change_add(struct document *d, size_t at, size_t len, bool inserted,
                                 bool joined)
{
    changes_forget_after(d, d->done);
    d->changes = program_grow(d->changes, d->nchanges, &d->capacity, sizeof(*d->changes));
    struct change *c = &d->changes[d->nchanges++];
    *c = (struct change){at, len, program_alloc(len + 1), inserted, joined};
    d->done = d->nchanges;
    d->changes_bytes += len;
    return c;
}

static void text_delete(struct document *d, size_t at, size_t len, bool joined)
{
    if (len == 0)
        return;
    struct change *c = change_add(d, at, len, false, joined);
    buffer_copy(&d->text, at, len, c->text);
    buffer_delete(&d->text, at, len);
    d->cursor = at;
    d->typing = false;
    changes_limit(d);
}

/* A letter that is typed behind the last one belongs to the same change, unless that was saved. */
static bool typing_goes_on(const struct document *d, const char *text, size_t len)
{
    const struct change *last = d->done > 0 ? &d->changes[d->done - 1] : NULL;
    return d->typing && last && d->done == d->nchanges && d->saved != d->done && last->inserted &&
           last->at + last->len == d->cursor && len <= 4 && text[0] != '\n';
}

static void text_insert(struct document *d, const char *text, size_t len, bool joined)
{
    if (len == 0)
        return;
    if (!joined && typing_goes_on(d, text, len)) {
        struct change *last = &d->changes[d->done - 1];
        last->text = program_resize(last->text, last->len + len + 1, 1);
        memcpy(last->text + last->len, text, len);
        last->len += len;
        d->changes_bytes += len;
    } else {
        memcpy(change_add(d, d->cursor, len, true, joined)->text, text, len);
    }
    buffer_insert(&d->text, d->cursor, text, len);
    d->cursor += len;
    d->typing = len <= 4 && text[0] != '\n';
    changes_limit(d);
}

bool document_selection(const struct document *d, size_t *from, size_t *to)
{
    *from = d->mark < d->cursor ? d->mark : d->cursor;
    *to = d->mark < d->cursor ? d->cursor : d->mark;
    return d->marked && *from < *to;
}

void document_mark(struct document *d)
{
    d->marked = !d->marked;
    d->mark = d->cursor;
}

/* Deletes the selection; false if there was none. */
static bool selection_delete(struct document *d)
{
    size_t from, to;
    bool there = document_selection(d, &from, &to);
    d->marked = false;
    d->column = SIZE_MAX;
    if (there)
        text_delete(d, from, to - from, false);
    return there;
}

void document_insert(struct document *d, const char *text, size_t len)
{
    bool replaced = selection_delete(d);
    text_insert(d, text, len, replaced);
}

void document_backspace(struct document *d)
{
    if (selection_delete(d))
        return;
    size_t from = buffer_previous(&d->text, d->cursor);
    text_delete(d, from, d->cursor - from, false);
}

void document_delete(struct document *d)
{
    if (!selection_delete(d))
        text_delete(d, d->cursor, buffer_next(&d->text, d->cursor) - d->cursor, false);
}

static void cut_keep(struct document *d, size_t from, size_t to)
{
    free(d->cut);
    d->cut_len = to - from;
    d->cut = program_alloc(d->cut_len + 1);
    buffer_copy(&d->text, from, d->cut_len, d->cut);
}

void document_cut_line(struct document *d)
{
    size_t end = buffer_line_end(&d->text, d->cursor);
    if (end == d->cursor)
        end = buffer_next(&d->text, end);
    d->marked = false;
    d->column = SIZE_MAX;
    if (end == d->cursor)
        return;
    cut_keep(d, d->cursor, end);
    text_delete(d, d->cursor, end - d->cursor, false);
}

bool document_copy(struct document *d)
{
    size_t from, to;
    if (!document_selection(d, &from, &to))
        return false;
    cut_keep(d, from, to);
    d->marked = false;
    return true;
}

bool document_cut(struct document *d)
{
    size_t from, to;
    if (!document_selection(d, &from, &to))
        return false;
    cut_keep(d, from, to);
    return selection_delete(d);
}

void document_paste(struct document *d)
{
    if (d->cut_len > 0)
        document_insert(d, d->cut, d->cut_len);
    d->typing = false;
}

static void change_apply(struct document *d, const struct change *c, bool forward)
{
    if (c->inserted == forward) {
        buffer_insert(&d->text, c->at, c->text, c->len);
        d->cursor = c->at + c->len;
    } else {
        buffer_delete(&d->text, c->at, c->len);
        d->cursor = c->at;
    }
}

bool document_undo(struct document *d)
{
    if (d->done == 0)
        return false;
    d->marked = d->typing = false;
    d->column = SIZE_MAX;
    do
        change_apply(d, &d->changes[--d->done], false);
    while (d->done > 0 && d->changes[d->done].joined);
    return true;
}

bool document_redo(struct document *d)
{
    if (d->done == d->nchanges)
        return false;
    d->marked = d->typing = false;
    d->column = SIZE_MAX;
    do
        change_apply(d, &d->changes[d->done++], true);
    while (d->done < d->nchanges && d->changes[d->done].joined);
    return true;
}
