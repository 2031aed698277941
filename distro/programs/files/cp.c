/* cp: copies files and, with -r, directories. */
#include "../lib/copy.h"
#include "../lib/program.h"

#include <stdlib.h>

static const struct program about = {
    "cp",
    "usage: cp [-r] [-v] FROM TO\n"
    "       cp [-r] [-v] FROM... DIRECTORY\n\n"
    "Copies a file to another name, or several into a directory.\n\n"
    "  -r   directories with all that is in them; symbolic links stay links\n"
    "  -v   say what is copied\n\n"
    "Exit status: 0, or 1 if something could not be copied.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    struct copy_options options = {0};
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "rRv", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        options.recursive |= c == 'r' || c == 'R';
        options.verbose |= c == 'v';
    }
    if (o.noperands < 2)
        program_misuse("FROM and TO are needed");
    const char *last = o.operands[o.noperands - 1];
    bool into = copy_is_directory(last);
    if (!into && o.noperands > 2)
        program_misuse("%s is not a directory", last);
    for (int i = 0; i < o.noperands - 1; i++) {
        char *to = into ? copy_target(o.operands[i], last) : program_strdup(last);
        status |= copy_path(o.operands[i], to, &options);
        free(to);
    }
    return program_end(status);
}
