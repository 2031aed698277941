/* b3sum: BLAKE3 of files, and the check of such a list. */
#include "../lib/input.h"
#include "../lib/program.h"
#include "../lib/tree.h"

#include <noncrypto/blake3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program about = {
    "b3sum",
    "usage: b3sum [-r] [FILE]...\n"
    "       b3sum -c [-q] [LIST]...\n\n"
    "Writes the BLAKE3 hash of each file, or checks files against such lists.\n\n"
    "  -r   all files below directories; other things than files and directories are passed over\n"
    "  -c   read hashes and names, say for each whether it matches\n"
    "  -q   with -c: only what does not match\n\n"
    "A name with a new line or a backslash is written with \\n and \\\\, its line starts with a "
    "backslash.\n\n"
    "Exit status: 0, 1 if a file could not be read or does not match.\n",
    PROGRAM_FAILED,
};

#define HEX_LEN (2 * NONCRYPTO_BLAKE3_OUT_LEN)

static int hash_input(struct input *in, char hex[HEX_LEN + 1])
{
    static char buffer[65536];
    static struct noncrypto_blake3 ctx;
    uint8_t digest[NONCRYPTO_BLAKE3_OUT_LEN];

    noncrypto_blake3_init(&ctx);
    for (size_t n; (n = input_read(in, buffer, sizeof(buffer))) > 0;)
        noncrypto_blake3_update(&ctx, buffer, n);
    if (in->failed)
        return -1;
    noncrypto_blake3_final(&ctx, digest, sizeof(digest));
    for (size_t i = 0; i < sizeof(digest); i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[HEX_LEN] = '\0';
    return 0;
}

static int print_hash(const char *path)
{
    static struct input in;
    char hex[HEX_LEN + 1];
    if (input_open(&in, path) != 0)
        return PROGRAM_FAILED;
    int error = hash_input(&in, hex);
    input_close(&in);
    if (error)
        return PROGRAM_FAILED;
    bool escape = strpbrk(path, "\n\\") != NULL;
    printf("%s%s  ", escape ? "\\" : "", hex);
    for (const char *p = path; *p; p++) {
        if (*p == '\n')
            fputs("\\n", stdout);
        else if (*p == '\\')
            fputs("\\\\", stdout);
        else
            putchar(*p);
    }
    putchar('\n');
    return PROGRAM_OK;
}

static int print_tree(const char *path)
{
    struct tree t;
    int status = PROGRAM_OK;
    enum tree_event event;

    tree_begin(&t, path, true);
    while ((event = tree_next(&t)) != TREE_END) {
        if (event == TREE_ERROR) {
            program_errno(t.path);
            status = PROGRAM_FAILED;
        } else if (event == TREE_FILE && S_ISREG(t.stat.st_mode)) {
            status |= print_hash(t.path);
        }
    }
    tree_end(&t);
    return status;
}

/* Undoes the escapes in place. */
static void unescape(char *name)
{
    char *out = name;
    for (; *name; name++) {
        if (*name == '\\' && name[1]) {
            name++;
            *out++ = *name == 'n' ? '\n' : *name;
        } else {
            *out++ = *name;
        }
    }
    *out = '\0';
}

struct check {
    bool quiet;
    unsigned long bad_lines, mismatches, unreadable;
};

static void check_file(struct check *c, const char *hex, const char *name)
{
    static struct input in;
    char actual[HEX_LEN + 1];
    if (input_open(&in, name) != 0) {
        c->unreadable++;
        return;
    }
    int error = hash_input(&in, actual);
    input_close(&in);
    if (error) {
        c->unreadable++;
    } else if (memcmp(actual, hex, HEX_LEN) != 0) {
        c->mismatches++;
        printf("%s: FAILED\n", name);
    } else if (!c->quiet) {
        printf("%s: OK\n", name);
    }
}

static int check_list(struct input *in, void *context)
{
    struct check *c = context;
    char *line;
    for (size_t n; (n = input_line(in, &line)) > 0;) {
        if (line[n - 1] == '\n')
            n--;
        char *copy = program_strndup(line, n);
        char *hex = copy + (copy[0] == '\\');
        size_t digits = strspn(hex, "0123456789abcdef");
        if (strlen(copy) != n || digits != HEX_LEN || strncmp(hex + HEX_LEN, "  ", 2) != 0 ||
            hex[HEX_LEN + 2] == '\0') {
            c->bad_lines++;
        } else {
            if (copy[0] == '\\')
                unescape(hex + HEX_LEN + 2);
            check_file(c, hex, hex + HEX_LEN + 2);
        }
        free(copy);
    }
    return PROGRAM_OK;
}

static int check_all(int n, char **lists, struct check *c)
{
    int status = input_each(n, lists, check_list, c);
    if (c->bad_lines)
        program_error("%lu lines are not a hash and a name", c->bad_lines);
    if (c->mismatches)
        program_error("%lu files do not match", c->mismatches);
    if (c->unreadable)
        program_error("%lu files could not be read", c->unreadable);
    return c->bad_lines || c->mismatches || c->unreadable ? PROGRAM_FAILED : status;
}

int main(int argc, char **argv)
{
    bool recursive = false, check = false;
    struct check c = {0};
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "rcq", NULL);
    for (int letter; (letter = options_next(&o)) != 0;) {
        recursive |= letter == 'r';
        check |= letter == 'c';
        c.quiet |= letter == 'q';
    }
    if (check)
        return program_end(check_all(o.noperands, o.operands, &c));
    if (o.noperands == 0)
        return program_end(recursive ? print_tree(".") : print_hash("-"));
    for (int i = 0; i < o.noperands; i++)
        status |= recursive ? print_tree(o.operands[i]) : print_hash(o.operands[i]);
    return program_end(status);
}
