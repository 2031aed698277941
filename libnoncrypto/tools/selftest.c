/* noncrypto selftest: the library's known answers, and files of test vectors that others publish. */
#include <getopt.h>
#include <stdio.h>

#include <noncrypto/selftest.h>

#include "command.h"
#include "selftest.h"

static const char usage[] =
    "[--json] [--vectors FILE|FOLDER...]\n"
    "\n"
    "Runs the known-answer tests of the library and prints a line for each subject.\n"
    "      --vectors   run the test vectors in the files and folders that follow instead:\n"
    "                  Wycheproof, NIST ACVP and CAVP, C2SP CCTV, and others that are recognized\n"
    "                  by their content. Prints for each file how many cases ran, passed and "
    "failed,\n"
    "                  and how many were skipped for which reason\n"
    "      --json      print one JSON object a line\n"
    "\n"
    "Exit status: 0 all passed; 1 a test failed; 2 wrong command line; 3 a file cannot be read, "
    "or\n"
    "none of it is known.\n";

static void report_text(void *user, const char *subject, int result)
{
    (void)user;
    printf("%s: %s\n", subject, result == 0 ? "ok" : "FAILED");
}

static void report_json(void *user, const char *subject, int result)
{
    (void)user;
    printf("{\"subject\":\"%s\",\"ok\":%s}\n", subject, result == 0 ? "true" : "false");
}

static int command_selftest(int argc, char **argv)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'j'}, {"vectors", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
    int json = 0, vectors = 0;

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'j')
            json = 1;
        else if (c == 'v')
            vectors = 1;
        else
            return complain_usage();
    }
    if (vectors ? optind == argc : optind < argc)
        return complain_usage();
    if (vectors)
        return vectors_run(argv + optind, argc - optind, json);
    return noncrypto_selftest_each(json ? report_json : report_text, NULL) == 0
               ? EXIT_CODE_OK
               : EXIT_CODE_MISMATCH;
}

const struct verb verb_selftest = {"selftest", usage, command_selftest};
