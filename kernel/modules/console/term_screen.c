/* The grid of cells: rows that scroll, the cursor in them, the screen before this one, and what is seen of it all. */
#include "term_private.h"

#include <stdlib.h>
#include <string.h>

const struct term_cell term_plain = {0, FOREGROUND, BACKGROUND, 0};

/* ---- cells ---- */

static struct term_cell *row_at(struct term *t, unsigned y)
{
    return t->screen + (size_t)t->line[y] * t->columns;
}

void row_clear(struct term *t, unsigned y, unsigned from, unsigned to)
{
    struct term_cell blank = term_plain;
    blank.background = t->pen.background;
    for (unsigned x = from; x < to; x++)
        row_at(t, y)[x] = blank;
    t->dirty[y] = 1;
}

void all_dirty(struct term *t)
{
    memset(t->dirty, 1, t->rows);
}

/* Keeps the line that leaves the top of the main screen. */
static void history_put(struct term *t, unsigned y)
{
    memcpy(t->history + (size_t)t->history_next * t->columns, row_at(t, y),
           t->columns * sizeof(struct term_cell));
    t->history_next = (t->history_next + 1) % TERM_SCROLLBACK;
    if (t->history_len < TERM_SCROLLBACK)
        t->history_len++;
}

void scroll_up(struct term *t, unsigned top, unsigned count)
{
    if (count > t->bottom - top)
        count = t->bottom - top;
    for (unsigned i = 0; i < count; i++) {
        if (top == 0 && t->bottom == t->rows && !t->main_screen)
            history_put(t, 0);
        unsigned first = t->line[top];
        memmove(&t->line[top], &t->line[top + 1], (t->bottom - top - 1) * sizeof(t->line[0]));
        t->line[t->bottom - 1] = first;
        row_clear(t, t->bottom - 1, 0, t->columns);
    }
    memset(t->dirty + top, 1, t->bottom - top);
}

void scroll_down(struct term *t, unsigned top, unsigned count)
{
    if (count > t->bottom - top)
        count = t->bottom - top;
    for (unsigned i = 0; i < count; i++) {
        unsigned last = t->line[t->bottom - 1];
        memmove(&t->line[top + 1], &t->line[top], (t->bottom - top - 1) * sizeof(t->line[0]));
        t->line[top] = last;
        row_clear(t, top, 0, t->columns);
    }
    memset(t->dirty + top, 1, t->bottom - top);
}

/* ---- cursor ---- */

void cursor_to(struct term *t, unsigned x, unsigned y)
{
    t->dirty[t->y] = 1;
    t->x = x < t->columns ? x : t->columns - 1;
    t->y = y < t->rows ? y : t->rows - 1;
    t->wrap_pending = false;
    t->dirty[t->y] = 1;
}

void cursor_up(struct term *t, unsigned n)
{
    unsigned limit = t->y >= t->top ? t->top : 0;
    cursor_to(t, t->x, t->y - limit < n ? limit : t->y - n);
}

void cursor_down(struct term *t, unsigned n)
{
    unsigned limit = t->y < t->bottom ? t->bottom - 1 : t->rows - 1;
    cursor_to(t, t->x, limit - t->y < n ? limit : t->y + n);
}

void line_feed(struct term *t)
{
    t->dirty[t->y] = 1;
    if (t->y + 1 == t->bottom)
        scroll_up(t, t->top, 1);
    else if (t->y + 1 < t->rows)
        t->y++;
    t->dirty[t->y] = 1;
    t->wrap_pending = false;
}

void reverse_feed(struct term *t)
{
    if (t->y == t->top)
        scroll_down(t, t->top, 1);
    else if (t->y > 0)
        cursor_to(t, t->x, t->y - 1);
}

void put_code(struct term *t, uint32_t code)
{
    if (t->wrap_pending && t->wrap_mode) {
        t->x = 0;
        line_feed(t);
    }
    struct term_cell *cell = row_at(t, t->y) + t->x;
    *cell = t->pen;
    cell->code = code;
    t->dirty[t->y] = 1;
    if (t->x + 1 < t->columns)
        t->x++;
    else
        t->wrap_pending = true;
}

/* ---- erasing and moving ---- */

void erase_display(struct term *t, unsigned what)
{
    unsigned from = what == 0 ? t->y + 1 : 0, to = what == 1 ? t->y : t->rows;
    for (unsigned y = from; y < to; y++)
        row_clear(t, y, 0, t->columns);
    if (what == 0)
        row_clear(t, t->y, t->x, t->columns);
    else if (what == 1)
        row_clear(t, t->y, 0, t->x + 1);
    if (what == 3)
        t->history_len = 0;
}

void erase_line(struct term *t, unsigned what)
{
    row_clear(t, t->y, what == 0 ? t->x : 0, what == 1 ? t->x + 1 : t->columns);
}

void move_cells(struct term *t, unsigned n, bool insert)
{
    struct term_cell *row = row_at(t, t->y);
    unsigned room = t->columns - t->x;
    if (n > room)
        n = room;
    if (insert) {
        memmove(row + t->x + n, row + t->x, (room - n) * sizeof(*row));
        row_clear(t, t->y, t->x, t->x + n);
    } else {
        memmove(row + t->x, row + t->x + n, (room - n) * sizeof(*row));
        row_clear(t, t->y, t->columns - n, t->columns);
    }
}

static void copy_screen(struct term *t, struct term_cell *to)
{
    for (unsigned y = 0; y < t->rows; y++)
        memcpy(to + (size_t)y * t->columns, row_at(t, y), t->columns * sizeof(*to));
}

void alternate_screen(struct term *t, bool on)
{
    if (on == (t->main_screen != NULL))
        return;
    if (on) {
        copy_screen(t, t->spare);
        t->main_screen = t->spare;
        t->saved_main.x = t->x;
        t->saved_main.y = t->y;
        t->saved_main.pen = t->pen;
        erase_display(t, 2);
    } else {
        for (unsigned y = 0; y < t->rows; y++)
            memcpy(row_at(t, y), t->main_screen + (size_t)y * t->columns,
                   t->columns * sizeof(*t->screen));
        t->main_screen = NULL;
        t->pen = t->saved_main.pen;
        cursor_to(t, t->saved_main.x, t->saved_main.y);
    }
    t->top = 0;
    t->bottom = t->rows;
    all_dirty(t);
}

void save_cursor(struct term *t)
{
    t->saved.x = t->x;
    t->saved.y = t->y;
    t->saved.pen = t->pen;
}

void restore_cursor(struct term *t)
{
    t->pen = t->saved.pen;
    cursor_to(t, t->saved.x, t->saved.y);
}

void term_reset(struct term *t)
{
    t->main_screen = NULL;
    t->pen = term_plain;
    t->top = 0;
    t->bottom = t->rows;
    t->cursor_visible = t->wrap_mode = true;
    t->origin_mode = false;
    erase_display(t, 2);
    cursor_to(t, 0, 0);
    save_cursor(t);
}

/* ---- what is seen ---- */

const struct term_cell *term_row(const struct term *t, unsigned row)
{
    if (row < t->view) {
        unsigned back = t->view - row; /* lines above the screen */
        unsigned at = (t->history_next + TERM_SCROLLBACK - back) % TERM_SCROLLBACK;
        return t->history + (size_t)at * t->columns;
    }
    return t->screen + (size_t)t->line[row - t->view] * t->columns;
}

void term_scroll_view(struct term *t, int lines)
{
    long view = (long)t->view + lines;
    long most = t->main_screen ? 0 : (long)t->history_len;
    view = view < 0 ? 0 : view > most ? most : view;
    if ((unsigned)view != t->view) {
        t->view = (unsigned)view;
        all_dirty(t);
    }
}

bool term_cursor(const struct term *t, unsigned *x, unsigned *y)
{
    *x = t->x;
    *y = t->y + t->view;
    return t->cursor_visible && *y < t->rows;
}

bool term_init(struct term *t, unsigned columns, unsigned rows)
{
    memset(t, 0, sizeof(*t));
    t->columns = columns;
    t->rows = rows;
    t->screen = calloc((size_t)columns * rows, sizeof(*t->screen));
    t->spare = calloc((size_t)columns * rows, sizeof(*t->spare));
    t->history = calloc((size_t)columns * TERM_SCROLLBACK, sizeof(*t->history));
    t->line = calloc(rows, sizeof(*t->line));
    t->dirty = calloc(rows, 1);
    if (!t->screen || !t->spare || !t->history || !t->line || !t->dirty) {
        term_free(t);
        return false;
    }
    for (unsigned y = 0; y < rows; y++)
        t->line[y] = y;
    term_reset(t);
    return true;
}

void term_free(struct term *t)
{
    free(t->screen);
    free(t->spare);
    free(t->history);
    free(t->line);
    free(t->dirty);
}
