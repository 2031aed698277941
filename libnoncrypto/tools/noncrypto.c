/*
 * The command: libnoncrypto from a shell. main() finds the verb; each verb is a file.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "files.h"

static const struct verb *const verbs[] = {
    &verb_hash,     &verb_keygen, &verb_open,  &verb_random, &verb_seal,
    &verb_selftest, &verb_sign,   &verb_speed, &verb_verify,
};

static const struct verb *at_work;

static void print_usage(FILE *to)
{
    const char *before = "usage: ";

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        const char *end = strchr(verbs[i]->usage, '\n');
        fprintf(to, "%snoncrypto %s %.*s\n", before, verbs[i]->name, (int)(end - verbs[i]->usage),
                verbs[i]->usage);
        before = "       ";
    }
    fputs("       noncrypto VERB --help\n"
          "       noncrypto --help | --version\n",
          to);
}

void complain(const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fputs("noncrypto: ", stderr);
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
    fprintf(stderr, "usage: noncrypto %s %.*s\n       noncrypto %s --help\n", at_work->name,
            (int)(end - at_work->usage), at_work->usage, at_work->name);
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

void print_hex(const uint8_t *bytes, uint64_t len)
{
    for (uint64_t i = 0; i < len; i++)
        printf("%02x", bytes[i]);
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
        puts("noncrypto " PACKAGE_VERSION);
        return EXIT_CODE_OK;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i]->name) != 0)
            continue;
        at_work = verbs[i];
        if (argc == 3 && strcmp(argv[2], "--help") == 0) {
            printf("usage: noncrypto %s %s", at_work->name, at_work->usage);
            return EXIT_CODE_OK;
        }
        return at_work->command(argc - 1, argv + 1);
    }
    complain("unknown command '%s'", argv[1]);
    return complain_usage();
}

int main(int argc, char **argv)
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
