/* Reading what text programs are given: each operand in turn, "-" or none meaning standard input. */
#ifndef PROGRAMS_LIB_INPUT_H
#define PROGRAMS_LIB_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct input {
    const char *name; /* for messages: the path, or "standard input" */
    int fd;
    bool failed; /* a read failed; it has been reported */
    size_t start, end;
    char buffer[16384];
    char *line; /* from input_line() */
    size_t line_size;
};

/* Opens `path`. Returns 0, or -1 after reporting the error. */
int input_open(struct input *in, const char *path);
void input_close(struct input *in);

/* Up to `len` bytes; 0 at the end and after an error. */
size_t input_read(struct input *in, void *data, size_t len);

/*
 * The next line, with its new line if it has one. Returns its length, 0 at the end. `*line` is valid until the next call. NUL bytes
 * are content like others.
 */
size_t input_line(struct input *in, char **line);

/*
 * Calls `use` for each of the operands (standard input if there are none) and returns PROGRAM_FAILED if one could not be opened or
 * read, else the largest value that `use` returned.
 */
int input_each(int noperands, char **operands, int (*use)(struct input *in, void *context),
               void *context);

#endif
