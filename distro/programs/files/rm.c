/* rm: removes files and, with -r, directories. */
#include "../lib/program.h"
#include "../lib/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct program about = {
    "rm",
    "usage: rm [-rf] PATH...\n\n"
    "Removes files. A symbolic link is removed, not what it names.\n\n"
    "  -r   directories too, with all that is in them\n"
    "  -f   no error for what is not there\n\n"
    "Exit status: 0, or 1 if something could not be removed.\n",
    PROGRAM_FAILED,
};

static int remove_file(const char *path, bool force)
{
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        program_error("%s: is a directory; -r removes it", path);
        return PROGRAM_FAILED;
    }
    if (unlink(path) == 0 || (force && errno == ENOENT))
        return PROGRAM_OK;
    program_errno(path);
    return PROGRAM_FAILED;
}

/* "/", "." and ".." are never what was meant. */
static bool forbidden(const char *path)
{
    char *copy = program_strdup(path);
    const char *name = program_basename(copy);
    bool bad = strcmp(name, "/") == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    free(copy);
    return bad;
}

int main(int argc, char **argv)
{
    bool recursive = false, force = false;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "rRf", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        recursive |= c != 'f';
        force |= c == 'f';
    }
    if (o.noperands == 0 && !force)
        program_misuse("nothing is named");
    for (int i = 0; i < o.noperands; i++) {
        if (forbidden(o.operands[i])) {
            program_error("%s: refused", o.operands[i]);
            status = PROGRAM_FAILED;
        } else {
            status |=
                recursive ? tree_remove(o.operands[i], force) : remove_file(o.operands[i], force);
        }
    }
    return program_end(status);
}
