/* dirname: a path without its last part. */
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "dirname",
    "usage: dirname PATH...\n\n"
    "Writes each path without its last part.\n\n"
    "Exit status: 0, 1 if the output could not be written, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

static const char *directory(char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    while (len > 1 && path[len - 1] == '/')
        len--;
    path[len] = '\0';
    return len ? path : ".";
}

int main(int argc, char **argv)
{
    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands == 0)
        program_misuse("PATH is missing");
    for (int i = 0; i < o.noperands; i++)
        puts(directory(o.operands[i]));
    return program_end(PROGRAM_OK);
}
