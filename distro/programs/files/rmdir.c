/* rmdir: removes empty directories. */
#include "../lib/program.h"

#include <string.h>
#include <unistd.h>

static const struct program about = {
    "rmdir",
    "usage: rmdir [-p] DIRECTORY...\n\n"
    "Removes directories that are empty.\n\n"
    "  -p   then the directories above it that the path names, too\n\n"
    "Exit status: 0, or 1 if a directory could not be removed.\n",
    PROGRAM_FAILED,
};

/* Cuts the last part of a path off; false if it was the only one. */
static bool cut(char *path)
{
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    while (len > 0 && path[len - 1] == '/')
        len--;
    path[len] = '\0';
    return len > 0;
}

static int remove_directory(char *path, bool parents)
{
    do {
        if (rmdir(path) != 0) {
            program_errno(path);
            return PROGRAM_FAILED;
        }
    } while (parents && cut(path));
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    bool parents = false;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "p", NULL);
    while (options_next(&o))
        parents = true;
    if (o.noperands == 0)
        program_misuse("no directory is named");
    for (int i = 0; i < o.noperands; i++)
        status |= remove_directory(o.operands[i], parents);
    return program_end(status);
}
