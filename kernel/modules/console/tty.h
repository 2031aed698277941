/*
 * The line discipline: what is typed on one side, what programs read and write on the other.
 * Sans-IO: output and answers go through callbacks.
 */
#ifndef CONSOLE_TTY_H
#define CONSOLE_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/file.h>

#define TTY_INPUT 4096 /* bytes that wait to be read; more are dropped with a bell */
#define TTY_LINE  1024

/* A read that waits. `finish` is called once, with what was read (0: end of file). */
struct tty_reader {
    struct tty_reader *next;
    char *bytes;
    size_t len;
    void (*finish)(struct tty_reader *reader, size_t done);
};

struct tty {
    uint32_t mode; /* NONOS_TTY_* */
    char input[TTY_INPUT];
    size_t input_start, input_len;
    unsigned lines;      /* whole lines in `input`, ends of file included */
    char line[TTY_LINE]; /* being typed */
    size_t line_len;
    bool ends[TTY_INPUT]; /* input[i] is the last byte of a line */
    struct tty_reader *first, **last;

    void (*output)(void *context, const char *text,
                   size_t len);       /* to screen and serial port, as it is */
    void (*interrupt)(void *context); /* ^C was typed */
    void *context;
};

void tty_init(struct tty *tty);
/* Bytes from a keyboard or the serial port. */
void tty_type(struct tty *tty, const char *text, size_t len);
/* Text from a program: "\n" becomes "\r\n". */
void tty_write(struct tty *tty, const char *text, size_t len);
/* Reads at once (returns true, *done bytes; 0 is the end of file) or queues `reader`. */
bool tty_read(struct tty *tty, char *bytes, size_t len, size_t *done, struct tty_reader *reader);
void tty_cancel(struct tty *tty, struct tty_reader *reader);
/* Changes the mode. What was typed in the old one stays readable. */
void tty_set_mode(struct tty *tty, uint32_t mode);

#endif
