/* which: where a program is found. */
#include "../lib/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct program about = {
    "which",
    "usage: which [-a] NAME...\n\n"
    "Writes the path of the program that each NAME runs, as PATH has it.\n\n"
    "  -a   all that have the name, not only the first\n\n"
    "Exit status: 0, or 1 if a NAME was not found.\n",
    PROGRAM_FAILED,
};

static bool runnable(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static bool find(const char *name, bool all)
{
    const char *path = getenv("PATH");
    bool found = false;
    if (strchr(name, '/')) {
        if (runnable(name))
            puts(name);
        return runnable(name);
    }
    while (path && (all || !found)) {
        size_t len = strcspn(path, ":");
        char *directory = program_strndup(len ? path : ".", len ? len : 1);
        char *full = program_join(directory, name);
        if (runnable(full)) {
            puts(full);
            found = true;
        }
        free(full);
        free(directory);
        path = path[len] ? path + len + 1 : NULL;
    }
    return found;
}

int main(int argc, char **argv)
{
    bool all = false;
    int status = PROGRAM_OK;
    program_start(&about);
    struct options o = options_begin(argc, argv, "a", NULL);
    while (options_next(&o))
        all = true;
    if (o.noperands == 0)
        program_misuse("NAME is missing");
    for (int i = 0; i < o.noperands; i++) {
        if (!find(o.operands[i], all)) {
            program_error("%s: not found", o.operands[i]);
            status = PROGRAM_FAILED;
        }
    }
    return program_end(status);
}
