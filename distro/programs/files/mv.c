/* mv: renames; between file systems it copies and then removes. */
#include "../lib/copy.h"
#include "../lib/program.h"
#include "../lib/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct program about = {
    "mv",
    "usage: mv [-v] FROM TO\n"
    "       mv [-v] FROM... DIRECTORY\n\n"
    "Renames a file or directory, or moves several into a directory. Between file systems the "
    "content is copied, and the\n"
    "original is removed only when all of it was.\n\n"
    "  -v   say what is moved\n\n"
    "Exit status: 0, or 1 if something could not be moved.\n",
    PROGRAM_FAILED,
};

static int move(const char *from, const char *to, bool verbose)
{
    if (rename(from, to) == 0) {
        if (verbose)
            printf("%s -> %s\n", from, to);
        return PROGRAM_OK;
    }
    if (errno != EXDEV) {
        struct stat st;
        int error = errno;
        bool missing = lstat(from, &st) != 0;
        errno = error;
        program_errno(missing ? from : to);
        return PROGRAM_FAILED;
    }
    int status = copy_path(from, to, &(struct copy_options){.recursive = true, .verbose = verbose});
    return status ? status : tree_remove(from, false);
}

int main(int argc, char **argv)
{
    bool verbose = false;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "vf", NULL);
    for (int c; (c = options_next(&o)) != 0;)
        verbose |= c == 'v';
    if (o.noperands < 2)
        program_misuse("FROM and TO are needed");
    const char *last = o.operands[o.noperands - 1];
    bool into = copy_is_directory(last);
    if (!into && o.noperands > 2)
        program_misuse("%s is not a directory", last);
    for (int i = 0; i < o.noperands - 1; i++) {
        char *to = into ? copy_target(o.operands[i], last) : program_strdup(last);
        status |= move(o.operands[i], to, verbose);
        free(to);
    }
    return program_end(status);
}
