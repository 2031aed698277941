/*
 * noncrypto hash: checksums of files, and checking them. A line is the hash in hexadecimal, two spaces and the name. A
 * name with a newline, carriage return or backslash is escaped, and its line begins with a backslash, as in b3sum and
 * sha256sum.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

#include "command.h"
#include "json.h"

#define CHECK_LEN_MAX 1024 /* bytes of hash that a line of a check file may have */

struct hash_options {
    struct noncrypto_blake3 start; /* keyed as the command line says, no input yet */
    const char *mode;
    uint64_t len;
    const char *check;
    int json;
};

/* Hashes one file, "-" being standard input. Returns 0, or -1 after a message. */
static int hash_file(struct noncrypto_blake3 *ctx, const char *name)
{
    static uint8_t buffer[65536];
    int from_stdin = strcmp(name, "-") == 0;
    int fd = from_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;

    if (fd >= 0) {
        while ((n = read(fd, buffer, sizeof buffer)) != 0) {
            if (n > 0)
                noncrypto_blake3_update(ctx, buffer, (size_t)n);
            else if (errno != EINTR)
                break;
        }
    }
    if (n < 0)
        complain("%s: %s", name, strerror(errno));
    if (fd >= 0 && !from_stdin)
        close(fd);
    return n < 0 ? -1 : 0;
}

static void print_output(const struct noncrypto_blake3 *ctx, uint64_t len)
{
    uint8_t out[4096];

    for (uint64_t at = 0; at < len && !ferror(stdout);) {
        size_t take = len - at < sizeof out ? (size_t)(len - at) : sizeof out;
        noncrypto_blake3_final_seek(ctx, at, out, take);
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
    struct noncrypto_blake3 ctx = options->start;

    if (hash_file(&ctx, name) != 0)
        return EXIT_CODE_IO;
    if (options->json) {
        fputs("{\"file\":", stdout);
        json_print_string(name);
        printf(",\"algorithm\":\"blake3\",\"mode\":\"%s\",\"hash\":\"", options->mode);
        print_output(&ctx, options->len);
        puts("\"}");
    } else {
        if (strpbrk(name, "\n\r\\"))
            putchar('\\');
        print_output(&ctx, options->len);
        fputs("  ", stdout);
        print_escaped(name);
        putchar('\n');
    }
    return EXIT_CODE_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
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
static const char *parse_check_line(char *line, uint8_t expected[CHECK_LEN_MAX], size_t *len)
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
    if (n < NONCRYPTO_BLAKE3_OUT_LEN || p[0] != ' ' || (p[1] != ' ' && p[1] != '*') || p[2] == '\0')
        return NULL;
    p += 2;
    if (escaped && unescape(p) != 0)
        return NULL;
    *len = n;
    return p;
}

static int check_line(const struct hash_options *options, char *line)
{
    struct noncrypto_blake3 ctx = options->start;
    uint8_t expected[CHECK_LEN_MAX], actual[CHECK_LEN_MAX];
    size_t len;
    const char *name = parse_check_line(line, expected, &len);

    if (!name) {
        complain("%s: not a line of checksum, two spaces and file name", options->check);
        return EXIT_CODE_MISMATCH;
    }
    if (hash_file(&ctx, name) != 0)
        return EXIT_CODE_IO;
    noncrypto_blake3_final(&ctx, actual, len);
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

static int parse_options(struct hash_options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"algorithm", required_argument, NULL, 'a'},
        {"keyed", required_argument, NULL, 'k'},
        {"derive-key", required_argument, NULL, 'd'},
        {"length", required_argument, NULL, 'l'},
        {"json", no_argument, NULL, 'j'},
        {"check", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };
    const char *key = NULL, *context = NULL;
    int length_given = 0;

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'a' && strcmp(optarg, "blake3") != 0) {
            complain("algorithm '%s' is not known; there is: blake3", optarg);
            return EXIT_CODE_USAGE;
        } else if (c == 'k') {
            key = optarg;
        } else if (c == 'd') {
            context = optarg;
        } else if (c == 'l') {
            if (parse_number(optarg, &options->len) != 0 || options->len == 0) {
                complain("'%s' is not a number of bytes", optarg);
                return EXIT_CODE_USAGE;
            }
            length_given = 1;
        } else if (c == 'c') {
            options->check = optarg;
        } else if (c == 'j') {
            options->json = 1;
        } else if (c != 'a') {
            return complain_usage();
        }
    }
    if ((key && context) || (options->check && (length_given || optind < argc)))
        return complain_usage();
    if (context) {
        options->mode = "derive-key";
        noncrypto_blake3_init_derive_key(&options->start, context, strlen(context));
    } else if (key) {
        options->mode = "keyed";
        return read_key(key, &options->start);
    }
    return EXIT_CODE_OK;
}

int command_hash(int argc, char **argv)
{
    struct hash_options options = {.mode = "hash", .len = NONCRYPTO_BLAKE3_OUT_LEN};

    noncrypto_blake3_init(&options.start);
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
