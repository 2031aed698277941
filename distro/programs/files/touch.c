/* touch: creates files, or sets their times to now. */
#include "../lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct program about = {
    "touch",
    "usage: touch [-c] FILE...\n\n"
    "Sets the modification time of each file to now; creates it if it is not there.\n\n"
    "  -c   create nothing\n\n"
    "Exit status: 0, or 1 if a file could not be changed or created.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    bool create = true;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "c", NULL);
    while (options_next(&o))
        create = false;
    if (o.noperands == 0)
        program_misuse("no file is named");
    for (int i = 0; i < o.noperands; i++) {
        const char *path = o.operands[i];
        if (utimensat(AT_FDCWD, path, NULL, 0) == 0 || (!create && errno == ENOENT))
            continue;
        int fd = create && errno == ENOENT ? open(path, O_WRONLY | O_CREAT, 0666) : -1;
        if (fd < 0) {
            program_errno(path);
            status = PROGRAM_FAILED;
        } else {
            close(fd);
        }
    }
    return program_end(status);
}
