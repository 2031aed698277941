/* cat: writes files one after the other. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <stdio.h>
#include <unistd.h>

static const struct program about = {
    "cat",
    "usage: cat [-n] [FILE]...\n\n"
    "Writes the files, or standard input, to standard output. FILE - is standard input.\n\n"
    "  -n   number the lines\n\n"
    "Exit status: 0, or 1 if a file could not be read or the output not be written.\n",
    PROGRAM_FAILED,
};

static int copy(struct input *in, void *context)
{
    static char buffer[65536];
    (void)context;
    for (size_t n; (n = input_read(in, buffer, sizeof(buffer))) > 0;) {
        if (program_write_all(STDOUT_FILENO, buffer, n) != 0) {
            program_errno("write error");
            return PROGRAM_FAILED;
        }
    }
    return PROGRAM_OK;
}

struct numbering {
    unsigned long line;
    bool middle; /* the last file ended without a new line */
};

static int copy_numbered(struct input *in, void *context)
{
    struct numbering *at = context;
    char *line;
    for (size_t n; (n = input_line(in, &line)) > 0;) {
        if (!at->middle)
            printf("%6lu\t", ++at->line);
        fwrite(line, 1, n, stdout);
        at->middle = line[n - 1] != '\n';
    }
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    bool number = false;
    struct numbering at = {0, false};

    program_start(&about);
    struct options o = options_begin(argc, argv, "nu", NULL);
    for (int c; (c = options_next(&o)) != 0;)
        if (c == 'n')
            number = true;
    return program_end(input_each(o.noperands, o.operands, number ? copy_numbered : copy, &at));
}
