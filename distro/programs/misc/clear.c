/* clear: clears the terminal. */
#include "../lib/program.h"

#include <stdio.h>

static const struct program about = {
    "clear",
    "usage: clear\n\nClears the terminal.\n\n"
    "Exit status: 0, or 1 if the output could not be written.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected");
    /* ECMA-48: cursor to the top left, erase to the end of the screen, erase what scrolled off. */
    fputs("\033[H\033[2J\033[3J", stdout);
    return program_end(PROGRAM_OK);
}
