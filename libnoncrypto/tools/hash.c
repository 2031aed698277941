/*
 * noncrypto hash: checksums of files, and checking them. A line is the hash in hexadecimal, two spaces and the name. A
 * name with a newline, carriage return or backslash is escaped, and its line begins with a backslash, as in b3sum and
 * sha256sum.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <noncrypto/memory.h>

#include "command.h"
#include "digest.h"
#include "files.h"
#include "hex.h"
#include "json.h"
#include "progress.h"

#define CHECK_LEN_MAX 1024 /* bytes of hash that a line of a check file may have */

static const char usage[] =
    "[-a ALGORITHM] [--keyed FILE | --derive-key CONTEXT] [--length N] [--json] [FILE...]\n"
    "       noncrypto hash ... --check FILE\n"
    "\n"
    "Prints the hash of each FILE, or of standard input, in hexadecimal, and its name.\n"
    "  -a, --algorithm ALGORITHM   blake3 (the default), sha1, sha256, sha384, sha512, sha3-256,\n"
    "                              sha3-384, sha3-512, shake128 or shake256\n"
    "      --keyed FILE            keyed hash of BLAKE3; the key is FILE, exactly 32 bytes\n"
    "      --derive-key CONTEXT    key derivation of BLAKE3\n"
    "      --length N              bytes of output, of blake3, shake128 and shake256\n"
    "      --json                  print one JSON object a line\n"
    "      --check FILE            check the hashes in FILE, which are lines as this command "
    "prints\n"
    "  -q, --quiet                 do not show how far it is\n"
    "\n"
    "Exit status: 0 done; 1 a hash does not match or FILE has a malformed line; 2 wrong command\n"
    "line; 3 something cannot be read.\n";

struct hash_options {
    struct digest start; /* keyed as the command line says, no input yet */
    const char *mode;
    uint64_t len;
    const char *check;
    int json, quiet;
};

/* Hashes one file, "-" being standard input. Returns 0, or -1 after a message. */
static int hash_file(struct digest *digest, const char *name, int quiet)
{
    static uint8_t buffer[65536];
    struct progress progress;
    uint64_t done = 0;
    ssize_t n;
    int fd = file_open(name);

    if (fd < 0)
        return -1;
    progress_start(&progress, name, fd, quiet);
    while ((n = file_read(fd, buffer, sizeof buffer)) > 0) {
        digest_update(digest, buffer, (size_t)n);
        progress_show(&progress, done += (uint64_t)n);
    }
    progress_end(&progress);
    if (n < 0)
        complain("%s: %s", name, strerror(errno));
    file_close(fd);
    return n < 0 ? -1 : 0;
}

static void print_output(struct digest *digest, uint64_t len)
{
    uint8_t out[4096];

    for (uint64_t at = 0; at < len && !ferror(stdout);) {
        size_t take = len - at < sizeof out ? (size_t)(len - at) : sizeof out;
        digest->algorithm->output(digest, at, out, take);
        print_hex(out, take);
        at += take;
    }
}

static void print_escaped(const char *name)
{
    for (; *name; name++) {
        if (*name == '\n')
            fputs("\\n", stdout);
        else if (*name == '\r')
            fputs("\\r", stdout);
        else if (*name == '\\')
            fputs("\\\\", stdout);
        else
            putchar(*name);
    }
}

static int print_hash(const struct hash_options *options, const char *name)
{
    struct digest digest = options->start;

    if (hash_file(&digest, name, options->quiet) != 0)
        return EXIT_CODE_IO;
    if (options->json) {
        fputs("{\"file\":", stdout);
        json_print_string(name);
        printf(",\"algorithm\":\"%s\",\"mode\":\"%s\",\"hash\":\"", digest.algorithm->name,
               options->mode);
        print_output(&digest, options->len);
        puts("\"}");
    } else {
        if (strpbrk(name, "\n\r\\"))
            putchar('\\');
        print_output(&digest, options->len);
        fputs("  ", stdout);
        print_escaped(name);
        putchar('\n');
    }
    return EXIT_CODE_OK;
}

/* Undoes print_escaped() in place; returns -1 if there is any other escape. */
static int unescape(char *name)
{
    char *to = name;

    for (; *name; name++) {
        if (*name != '\\') {
            *to++ = *name;
            continue;
        }
        name++;
        if (*name == 'n')
            *to++ = '\n';
        else if (*name == 'r')
            *to++ = '\r';
        else if (*name == '\\')
            *to++ = '\\';
        else
            return -1;
    }
    *to = '\0';
    return 0;
}

/*
 * Takes a line of a check file apart, without its newline. Returns the file name, a part of `line`, and the expected
 * hash of `*len` bytes; or NULL if the line is not of the form.
 */
static const char *parse_check_line(const struct digest_algorithm *algorithm, char *line,
                                    uint8_t expected[CHECK_LEN_MAX], size_t *len)
{
    int escaped = line[0] == '\\';
    char *p = line + escaped;
    size_t n = 0;

    while (hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0) {
        if (n == CHECK_LEN_MAX)
            return NULL;
        expected[n++] = (uint8_t)(hex_digit(p[0]) << 4 | hex_digit(p[1]));
        p += 2;
    }
    if (n < algorithm->len || (n > algorithm->len && !algorithm->extendable))
        return NULL;
    if (p[0] != ' ' || (p[1] != ' ' && p[1] != '*') || p[2] == '\0')
        return NULL;
    p += 2;
    if (escaped && unescape(p) != 0)
        return NULL;
    *len = n;
    return p;
}

static int check_line(const struct hash_options *options, char *line)
{
    struct digest digest = options->start;
    uint8_t expected[CHECK_LEN_MAX], actual[CHECK_LEN_MAX];
    size_t len;
    const char *name = parse_check_line(digest.algorithm, line, expected, &len);

    if (!name) {
        complain("%s: not a line of checksum, two spaces and file name", options->check);
        return EXIT_CODE_MISMATCH;
    }
    if (hash_file(&digest, name, options->quiet) != 0)
        return EXIT_CODE_IO;
    digest_final(&digest, actual, len);
    int ok = noncrypto_compare(actual, expected, len) == 0;
    if (options->json) {
        fputs("{\"file\":", stdout);
        json_print_string(name);
        printf(",\"ok\":%s}\n", ok ? "true" : "false");
    } else {
        print_escaped(name);
        puts(ok ? ": OK" : ": FAILED");
    }
    return ok ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

/* A mismatch is worse than a file that cannot be read. */
static int worse(int a, int b)
{
    if (a == EXIT_CODE_MISMATCH || b == EXIT_CODE_MISMATCH)
        return EXIT_CODE_MISMATCH;
    return a != EXIT_CODE_OK ? a : b;
}

static int check_file(const struct hash_options *options)
{
    int from_stdin = strcmp(options->check, "-") == 0;
    FILE *f = from_stdin ? stdin : fopen(options->check, "r");
    char *line = NULL;
    size_t size = 0;
    int code = EXIT_CODE_OK;
    uint64_t lines = 0;

    if (!f) {
        complain("%s: %s", options->check, strerror(errno));
        return EXIT_CODE_IO;
    }
    for (ssize_t n; (n = getline(&line, &size, f)) > 0; lines++) {
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        code = worse(code, check_line(options, line));
    }
    if (ferror(f)) {
        complain("%s: %s", options->check, strerror(errno));
        code = worse(code, EXIT_CODE_IO);
    } else if (lines == 0) {
        complain("%s: there is nothing to check", options->check);
        code = EXIT_CODE_MISMATCH;
    }
    free(line);
    if (!from_stdin)
        fclose(f);
    return code;
}

static int read_key(const char *name, struct noncrypto_blake3 *ctx)
{
    uint8_t key[NONCRYPTO_BLAKE3_KEY_LEN + 1]; /* one more, to see that the file is longer */
    FILE *f = fopen(name, "rb");

    if (!f) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_CODE_IO;
    }
    setbuf(f, NULL); /* no copy of the key in a buffer */
    size_t n = fread(key, 1, sizeof key, f);
    int failed = ferror(f);
    if (n == NONCRYPTO_BLAKE3_KEY_LEN && !failed)
        noncrypto_blake3_init_keyed(ctx, key);
    else
        complain("%s: a key is a file of exactly %d bytes", name, NONCRYPTO_BLAKE3_KEY_LEN);
    noncrypto_wipe(key, sizeof key);
    fclose(f);
    return n == NONCRYPTO_BLAKE3_KEY_LEN && !failed ? EXIT_CODE_OK : EXIT_CODE_IO;
}

/* Starts the hash that the command line wants; `algorithm`, `key` and `context` are NULL if they were not given. */
static int start(struct hash_options *options, const char *algorithm, const char *key,
                 const char *context)
{
    const struct digest_algorithm *found = digest_find(algorithm ? algorithm : "blake3");

    if (!found) {
        complain("algorithm '%s' is not known", algorithm);
        return complain_usage();
    }
    if ((key || context) && strcmp(found->name, "blake3") != 0) {
        complain("--keyed and --derive-key are for blake3");
        return EXIT_CODE_USAGE;
    }
    if (options->len > 0 && !found->extendable) {
        complain("the output of %s has one length", found->name);
        return EXIT_CODE_USAGE;
    }
    if (options->len == 0)
        options->len = found->len;
    digest_init(&options->start, found);
    options->mode = key ? "keyed" : context ? "derive-key" : "hash";
    if (context)
        noncrypto_blake3_init_derive_key(&options->start.u.blake3, context, strlen(context));
    return key ? read_key(key, &options->start.u.blake3) : EXIT_CODE_OK;
}

static int parse_options(struct hash_options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"algorithm", required_argument, NULL, 'a'},
        {"keyed", required_argument, NULL, 'k'},
        {"derive-key", required_argument, NULL, 'd'},
        {"length", required_argument, NULL, 'l'},
        {"json", no_argument, NULL, 'j'},
        {"check", required_argument, NULL, 'c'},
        {"quiet", no_argument, NULL, 'q'},
        {NULL, 0, NULL, 0},
    };
    const char *algorithm = NULL, *key = NULL, *context = NULL;

    for (int c; (c = getopt_long(argc, argv, "a:q", known, NULL)) != -1;) {
        switch (c) {
        case 'a':
            algorithm = optarg;
            break;
        case 'k':
            key = optarg;
            break;
        case 'd':
            context = optarg;
            break;
        case 'c':
            options->check = optarg;
            break;
        case 'j':
            options->json = 1;
            break;
        case 'q':
            options->quiet = 1;
            break;
        case 'l':
            if (parse_number(optarg, &options->len) != 0 || options->len == 0) {
                complain("'%s' is not a number of bytes", optarg);
                return EXIT_CODE_USAGE;
            }
            break;
        default:
            return complain_usage();
        }
    }
    if ((key && context) || (options->check && (options->len > 0 || optind < argc)))
        return complain_usage();
    return start(options, algorithm, key, context);
}

static int command_hash(int argc, char **argv)
{
    struct hash_options options = {.len = 0};
    int code = parse_options(&options, argc, argv);

    if (code == EXIT_CODE_OK) {
        if (options.check)
            code = check_file(&options);
        else if (optind == argc)
            code = print_hash(&options, "-");
        for (int i = optind; i < argc; i++)
            code = worse(code, print_hash(&options, argv[i]));
    }
    noncrypto_wipe(&options, sizeof options);
    return code;
}

const struct verb verb_hash = {"hash", usage, command_hash};
