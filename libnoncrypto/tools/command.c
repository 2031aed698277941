/* What the commands have in common: finding the verb, messages, numbers and hexadecimal digits. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "files.h"

static const struct verb *at_work;

static void print_usage(FILE *to)
{
    const char *before = "usage: ";

    for (size_t i = 0; i < this_command.nverbs; i++) {
        const char *end = strchr(this_command.verbs[i]->usage, '\n');
        fprintf(to, "%s%s %s %.*s\n", before, this_command.name, this_command.verbs[i]->name,
                (int)(end - this_command.verbs[i]->usage), this_command.verbs[i]->usage);
        before = "       ";
    }
    fprintf(to, "       %s VERB --help\n       %s --help | --version\n", this_command.name,
            this_command.name);
}

void complain(const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "%s: ", this_command.name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

int complain_usage(void)
{
    if (!at_work) {
        print_usage(stderr);
        return EXIT_CODE_USAGE;
    }
    const char *end = strchr(at_work->usage, '\n');
    fprintf(stderr, "usage: %s %s %.*s\n       %s %s --help\n", this_command.name, at_work->name,
            (int)(end - at_work->usage), at_work->usage, this_command.name, at_work->name);
    return EXIT_CODE_USAGE;
}

int parse_number(const char *text, uint64_t *number)
{
    char *end;

    if (!isdigit((unsigned char)text[0]))
        return -1;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return -1;
    *number = value;
    return 0;
}

static int run(int argc, char **argv)
{
    if (argc < 2)
        return complain_usage();
    if (strcmp(argv[1], "--help") == 0) {
        print_usage(stdout);
        return EXIT_CODE_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("%s " PACKAGE_VERSION "\n", this_command.name);
        return EXIT_CODE_OK;
    }
    for (size_t i = 0; i < this_command.nverbs; i++) {
        if (strcmp(argv[1], this_command.verbs[i]->name) != 0)
            continue;
        at_work = this_command.verbs[i];
        if (argc == 3 && strcmp(argv[2], "--help") == 0) {
            printf("usage: %s %s %s", this_command.name, at_work->name, at_work->usage);
            return EXIT_CODE_OK;
        }
        return at_work->command(argc - 1, argv + 1);
    }
    complain("unknown command '%s'", argv[1]);
    return complain_usage();
}

int command_main(int argc, char **argv)
{
    files_init();
    int code = run(argc, argv);

    /* Output that did not reach its place must not look like success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("standard output: %s", strerror(errno));
        if (code == EXIT_CODE_OK)
            code = EXIT_CODE_IO;
    }
    return code;
}
