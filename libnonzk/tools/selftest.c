/* nonzk selftest: files of test vectors that others publish. */
#include <getopt.h>
#include <stddef.h>

#include <selftest.h>

#include "nonzk.h"

static const char usage[] =
    "[--json] --vectors FILE|FOLDER...\n"
    "\n"
    "Runs test vectors: zkcrypto's encodings of points, the precompiles of EIP-2537, the suites "
    "of\n"
    "RFC 9380, proofs and witnesses of snarkjs, Poseidon's reference. What a file is, its content\n"
    "says, or its name as it was published. Prints for each file how many cases ran, passed and\n"
    "failed, and how many were skipped for which reason.\n"
    "      --json   print one JSON object a line\n"
    "\n"
    "Exit status: 0 all passed; 1 a case failed; 2 wrong command line, a file cannot be read, or\n"
    "none of it is known.\n";

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
    if (!vectors || optind == argc)
        return complain_usage();
    return vectors_run(argv + optind, argc - optind, json);
}

const struct verb verb_zk_selftest = {"selftest", usage, command_selftest};
