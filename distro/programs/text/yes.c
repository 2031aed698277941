/* yes: the same line for ever. */
#include "../lib/program.h"

#include <string.h>
#include <unistd.h>

static const struct program about = {
    "yes",
    "usage: yes [WORD]...\n\n"
    "Writes the words, or \"y\", on a line of their own until the output is closed.\n\n"
    "Exit status: 1, for the output could not be written.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    static char buffer[16384];
    size_t len = 0, whole;

    program_start(&about);
    struct options o = options_none(argc, argv);
    for (int i = 0; i < (o.noperands ? o.noperands : 1); i++) {
        const char *word = o.noperands ? o.operands[i] : "y";
        size_t n = strlen(word);
        if (len + n + 2 > sizeof(buffer))
            program_die("the words are too long");
        if (i > 0)
            buffer[len++] = ' ';
        memcpy(buffer + len, word, n);
        len += n;
    }
    buffer[len++] = '\n';
    for (whole = len; whole + len <= sizeof(buffer); whole += len)
        memcpy(buffer + whole, buffer, len);
    while (program_write_all(STDOUT_FILENO, buffer, whole) == 0)
        ;
    program_errno("write error");
    return PROGRAM_FAILED;
}
