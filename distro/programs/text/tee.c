/* tee: copies standard input to standard output and to files. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <fcntl.h>
#include <unistd.h>

static const struct program about = {
    "tee",
    "usage: tee [-a] [FILE]...\n\n"
    "Copies standard input to standard output and to each file.\n\n"
    "  -a   append to the files\n\n"
    "Exit status: 0, or 1 if something could not be read or written.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    static struct input in;
    static char buffer[65536];
    int flags = O_WRONLY | O_CREAT | O_TRUNC, status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "a", NULL);
    while (options_next(&o))
        flags = O_WRONLY | O_CREAT | O_APPEND;
    if (input_open(&in, "-") != 0)
        return PROGRAM_FAILED;
    int n = o.noperands;
    int *fd = program_alloc(((size_t)n + 1) * sizeof(*fd));
    for (int i = 0; i < n; i++) {
        fd[i] = open(o.operands[i], flags, 0666);
        if (fd[i] < 0) {
            program_errno(o.operands[i]);
            status = PROGRAM_FAILED;
        }
    }
    fd[n] = STDOUT_FILENO;
    for (size_t len; (len = input_read(&in, buffer, sizeof(buffer))) > 0;) {
        for (int i = 0; i <= n; i++) {
            if (fd[i] < 0 || program_write_all(fd[i], buffer, len) == 0)
                continue;
            program_errno(i < n ? o.operands[i] : "write error");
            status = PROGRAM_FAILED;
            fd[i] = -1;
        }
    }
    return program_end(in.failed ? PROGRAM_FAILED : status);
}
