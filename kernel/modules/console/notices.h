/*
 * What modules say with console_write, shown between what programs show: in lines of its own, above a line that is not finished, which
 * then appears once more. While a program has the alternate screen it waits. Sans-IO.
 */
#ifndef CONSOLE_NOTICES_H
#define CONSOLE_NOTICES_H

#include <stdbool.h>
#include <stddef.h>

#define NOTICES_LINE 1024
#define NOTICES_TEXT 8192 /* that waits; more is not shown, but in the kernel's log */

struct notices {
    char line[NOTICES_LINE]; /* what the terminal shows since its last newline */
    size_t line_len;
    bool line_long; /* longer than that: it does not appear once more */
    char text[NOTICES_TEXT];
    size_t text_len;
    bool text_lost;
    bool alternate; /* screen */
    size_t matched; /* characters of the sequence that switches it */
    int sequence;   /* where in a control sequence the terminal is */
    void (*output)(void *context, const char *text, size_t len);
    void *context;
};

void notices_init(struct notices *n);
/* The terminal shows this, by whoever. */
void notices_seen(struct notices *n, const char *text, size_t len);
/* Modules say this. Lines are shown when they are whole; what could control the terminal appears as ?. */
void notices_add(struct notices *n, const char *text, size_t len);

#endif
