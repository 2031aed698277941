/*
 * The host command: libnoncrypto from a shell. main() finds the verb; each verb is a file.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <noncrypto/selftest.h>

#include "command.h"

static const char usage_text[] =
    "usage: noncrypto hash [--algorithm blake3] [--keyed FILE | --derive-key CONTEXT]\n"
    "                      [--length N] [--json] [--check FILE] [FILE...]\n"
    "       noncrypto random [--raw] N\n"
    "       noncrypto selftest\n"
    "       noncrypto --help | --version\n";

void complain(const char *format, ...)
{
    va_list args;

    fputs("noncrypto: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

int complain_usage(void)
{
    fputs(usage_text, stderr);
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

static void report_subject(void *user, const char *subject, int result)
{
    (void)user;
    printf("%s: %s\n", subject, result == 0 ? "ok" : "FAILED");
}

int command_selftest(int argc, char **argv)
{
    (void)argv;
    if (argc != 1)
        return complain_usage();
    return noncrypto_selftest_each(report_subject, NULL) == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

static int run(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*command)(int argc, char **argv);
    } verbs[] = {
        {"hash", command_hash},
        {"random", command_random},
        {"selftest", command_selftest},
    };

    if (argc < 2)
        return complain_usage();
    if (strcmp(argv[1], "--help") == 0) {
        fputs(usage_text, stdout);
        return EXIT_CODE_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("noncrypto " PACKAGE_VERSION);
        return EXIT_CODE_OK;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].command(argc - 1, argv + 1);
    complain("unknown command '%s'", argv[1]);
    return complain_usage();
}

int main(int argc, char **argv)
{
    int code = run(argc, argv);

    /* Output that did not reach its place must not look like success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("standard output: %s", strerror(errno));
        if (code == EXIT_CODE_OK)
            code = EXIT_CODE_IO;
    }
    return code;
}
