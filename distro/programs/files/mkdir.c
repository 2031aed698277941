/* mkdir: creates directories. */
#include "../lib/program.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const struct program about = {
    "mkdir",
    "usage: mkdir [-p] DIRECTORY...\n\n"
    "Creates directories.\n\n"
    "  -p   the missing directories above too; no error if it is there already\n\n"
    "Exit status: 0, or 1 if a directory could not be created.\n",
    PROGRAM_FAILED,
};

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int make(char *path, bool parents)
{
    for (char *p = path + strspn(path, "/"); parents && (p = strchr(p, '/')) != NULL;) {
        *p = '\0';
        if (mkdir(path, 0777) != 0 && !is_directory(path)) {
            program_errno(path);
            return PROGRAM_FAILED;
        }
        *p = '/';
        p += strspn(p, "/");
    }
    if (mkdir(path, 0777) == 0 || (parents && errno == EEXIST && is_directory(path)))
        return PROGRAM_OK;
    /* "a/b/" with -p: the loop has made it. */
    if (parents && is_directory(path))
        return PROGRAM_OK;
    program_errno(path);
    return PROGRAM_FAILED;
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
        status |= make(o.operands[i], parents);
    return program_end(status);
}
