/* basename: the last part of a path. */
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "basename",
    "usage: basename PATH [SUFFIX]\n\n"
    "Writes the last part of PATH, without SUFFIX if it ends with that.\n\n"
    "Exit status: 0, 1 if the output could not be written, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands < 1 || o.noperands > 2)
        program_misuse("%s", o.noperands < 1 ? "PATH is missing" : "too many operands");
    char *name = program_basename(o.operands[0]);
    if (o.noperands == 2) {
        size_t len = strlen(name), suffix = strlen(o.operands[1]);
        if (suffix < len && strcmp(name + len - suffix, o.operands[1]) == 0)
            name[len - suffix] = '\0';
    }
    puts(name);
    return program_end(PROGRAM_OK);
}
