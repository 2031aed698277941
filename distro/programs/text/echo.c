/* echo: writes its arguments. */
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "echo",
    "usage: echo [-n] [WORD]...\n\n"
    "Writes the words separated by spaces, and a new line unless -n is given.\n\n"
    "Exit status: 0, or 1 if the output could not be written.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    int first = 1;
    program_start(&about);
    /* Only "--help" alone is an option: echo must be able to write anything else. */
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(about.help, stdout);
        return program_end(PROGRAM_OK);
    }
    if (argc > 1 && strcmp(argv[1], "-n") == 0)
        first = 2;
    for (int i = first; i < argc; i++) {
        if (i > first)
            putchar(' ');
        fputs(argv[i], stdout);
    }
    if (first == 1)
        putchar('\n');
    return program_end(PROGRAM_OK);
}
