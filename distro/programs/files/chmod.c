/* chmod: changes permission bits. */
#include "../lib/mode.h"
#include "../lib/program.h"
#include "../lib/tree.h"

#include <sys/stat.h>

static const struct program about = {
    "chmod",
    "usage: chmod [-R] MODE PATH...\n\n"
    "Sets the permission bits of files. MODE is an octal number, or changes with commas between "
    "them: any of\nu g o a (a if none), one of + - =, and any of r w x X s t; X is x for "
    "directories and for what has an x.\nA MODE that begins with - stands behind --. The bits "
    "grant nothing here: they are for the systems "
    "that the disk goes to.\n\n"
    "  -R   directories with all that is in them; symbolic links in them are left alone\n\n"
    "Exit status: 0, or 1 if something could not be changed.\n",
    PROGRAM_FAILED,
};

static int change(const char *path, const struct stat *st, const char *mode)
{
    mode_t bits = mode_change(mode, st->st_mode);
    if (chmod(path, bits) == 0)
        return PROGRAM_OK;
    program_errno(path);
    return PROGRAM_FAILED;
}

static int change_path(const char *path, const char *mode)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return change(path, &st, mode);
    program_errno(path);
    return PROGRAM_FAILED;
}

/* A directory is changed when it was left, so that it can be entered. */
static int change_tree(const char *path, const char *mode)
{
    struct tree t;
    enum tree_event event;
    int status = PROGRAM_OK;

    tree_begin(&t, path, true);
    while ((event = tree_next(&t)) != TREE_END) {
        if (event == TREE_ERROR) {
            program_errno(t.path);
            status = PROGRAM_FAILED;
        } else if (event == TREE_LEAVE || (event == TREE_FILE && !S_ISLNK(t.stat.st_mode))) {
            status |= change(t.path, &t.stat, mode);
        }
    }
    tree_end(&t);
    return status;
}

int main(int argc, char **argv)
{
    bool recursive = false;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "+R", NULL);
    while (options_next(&o))
        recursive = true;
    if (o.noperands < 2)
        program_misuse("MODE and PATH are needed");
    const char *mode = o.operands[0];
    if (!mode_is_valid(mode))
        program_misuse("'%s' is no mode", mode);
    for (int i = 1; i < o.noperands; i++)
        status |= recursive ? change_tree(o.operands[i], mode) : change_path(o.operands[i], mode);
    return program_end(status);
}
