/* noncrypto random: bytes from the library's generator, seeded by the operating system. */
#include <getopt.h>
#include <stdio.h>

#include <noncrypto/csprng.h>
#include <noncrypto/memory.h>

#include "command.h"
#include "files.h"
#include "hex.h"

#define RESEED_BYTES (UINT64_C(1) << 20)

static const char usage[] = "[--raw] N\n"
                            "\n"
                            "Prints N random bytes in hexadecimal.\n"
                            "      --raw   print the bytes themselves\n"
                            "\n"
                            "Exit status: 0 done; 2 wrong command line; 3 output cannot be "
                            "written, or there is no entropy.\n";

static int system_entropy(void *user, uint8_t *out, size_t len)
{
    (void)user;
    return system_random(out, len);
}

static int generator_start(struct noncrypto_csprng *rng)
{
    static const struct noncrypto_csprng_source source = {
        .entropy = system_entropy,
        .reseed_bytes = RESEED_BYTES,
    };
    uint8_t seed[NONCRYPTO_CSPRNG_RESEED_LEN];

    if (system_entropy(NULL, seed, sizeof seed) != 0)
        return NONCRYPTO_E_ENTROPY;
    int result = noncrypto_csprng_init(rng, seed, sizeof seed);
    noncrypto_wipe(seed, sizeof seed);
    return result == 0 ? noncrypto_csprng_set_source(rng, &source) : result;
}

static int print_random(struct noncrypto_csprng *rng, uint64_t len, int raw)
{
    uint8_t bytes[4096];
    int result = 0;

    while (len > 0 && !ferror(stdout)) {
        size_t take = len < sizeof bytes ? (size_t)len : sizeof bytes;
        result = noncrypto_csprng_generate(rng, bytes, take);
        if (result != 0)
            break;
        if (raw)
            fwrite(bytes, 1, take, stdout);
        else
            print_hex(bytes, take);
        len -= take;
    }
    if (!raw)
        putchar('\n');
    noncrypto_wipe(bytes, sizeof bytes);
    return result;
}

static int command_random(int argc, char **argv)
{
    static const struct option options[] = {{"raw", no_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
    struct noncrypto_csprng rng;
    uint64_t len;
    int raw = 0;

    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c != 'r')
            return complain_usage();
        raw = 1;
    }
    if (argc - optind != 1)
        return complain_usage();
    if (parse_number(argv[optind], &len) != 0) {
        complain("'%s' is not a number of bytes", argv[optind]);
        return EXIT_CODE_USAGE;
    }
    int result = generator_start(&rng);
    if (result == 0)
        result = print_random(&rng, len, raw);
    noncrypto_csprng_wipe(&rng);
    if (result == 0)
        return EXIT_CODE_OK;
    complain("random: %s", noncrypto_strerror(result));
    return EXIT_CODE_IO;
}

const struct verb verb_random = {"random", usage, command_random};
