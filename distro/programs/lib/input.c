#include "input.h"
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int input_open(struct input *in, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    in->name = standard ? "standard input" : path;
    in->fd = standard ? STDIN_FILENO : open(path, O_RDONLY);
    in->failed = false;
    in->start = in->end = 0;
    in->line = NULL;
    in->line_size = 0;
    if (in->fd < 0) {
        program_errno(in->name);
        return -1;
    }
    return 0;
}

void input_close(struct input *in)
{
    if (in->fd != STDIN_FILENO)
        close(in->fd);
    free(in->line);
    in->line = NULL;
}

static size_t raw_read(struct input *in, void *data, size_t len)
{
    ssize_t n;
    do
        n = read(in->fd, data, len);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        program_errno(in->name);
        in->failed = true;
        return 0;
    }
    return (size_t)n;
}

size_t input_read(struct input *in, void *data, size_t len)
{
    size_t have = in->end - in->start;
    if (have == 0)
        return in->failed ? 0 : raw_read(in, data, len);
    if (have > len)
        have = len;
    memcpy(data, in->buffer + in->start, have);
    in->start += have;
    return have;
}

size_t input_line(struct input *in, char **line)
{
    size_t len = 0;
    for (;;) {
        if (in->start == in->end) {
            in->start = 0;
            in->end = in->failed ? 0 : raw_read(in, in->buffer, sizeof(in->buffer));
            if (in->end == 0)
                break;
        }
        char *from = in->buffer + in->start;
        char *newline = memchr(from, '\n', in->end - in->start);
        size_t part = newline ? (size_t)(newline - from) + 1 : in->end - in->start;
        in->start += part;
        /* The usual line lies whole in the buffer and is not copied. */
        if (len == 0 && newline) {
            *line = from;
            return part;
        }
        if (len + part > in->line_size) {
            in->line_size = 2 * (len + part);
            in->line = program_resize(in->line, in->line_size, 1);
        }
        memcpy(in->line + len, from, part);
        len += part;
        if (newline)
            break;
    }
    *line = in->line;
    return len;
}

int input_each(int noperands, char **operands, int (*use)(struct input *in, void *context),
               void *context)
{
    static struct input in;
    static char standard[] = "-";
    char *only[] = {standard};
    int status = PROGRAM_OK;

    if (noperands == 0) {
        operands = only;
        noperands = 1;
    }
    for (int i = 0; i < noperands; i++) {
        if (input_open(&in, operands[i]) != 0) {
            status = status > PROGRAM_FAILED ? status : PROGRAM_FAILED;
            continue;
        }
        int s = use(&in, context);
        if (in.failed && s < PROGRAM_FAILED)
            s = PROGRAM_FAILED;
        if (s > status)
            status = s;
        input_close(&in);
    }
    return status;
}
