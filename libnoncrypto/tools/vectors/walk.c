/*
 * Finds the files and prints what came of each. What a file is, the command knows:
 * vectors_recognize().
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../command.h"
#include "../json.h"
#include "../selftest.h"
#include "vectors.h"

#define FILE_LEN_MAX ((size_t)512 << 20)

/* The sum of all files. */
struct total {
    uint64_t files, passed, failed, acceptable, skipped;
    int json, code;
};

/* Reads what a stream gives until it ends, with a zero byte after it; NULL with errno. */
static char *read_stream(FILE *f, size_t *len)
{
    size_t size = 1 << 16, n = 0;
    char *text = malloc(size);

    while (text) {
        n += fread(text + n, 1, size - 1 - n, f);
        if (feof(f) || ferror(f) || size > FILE_LEN_MAX)
            break;
        char *more = realloc(text, size *= 2);
        if (!more)
            free(text);
        text = more;
    }
    if (text && (ferror(f) || !feof(f))) {
        free(text);
        errno = ferror(f) ? EIO : EFBIG;
        return NULL;
    }
    if (text)
        text[n] = '\0';
    *len = n;
    return text;
}

static int ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

/* A command line that decompresses the file, to be freed; NULL if it is not compressed. */
static char *decompressor(const char *name)
{
    const char *program = ends_with(name, ".xz") ? "xz" : ends_with(name, ".gz") ? "gzip" : NULL;
    char *command = program ? malloc(strlen(name) * 4 + 32) : NULL;

    if (!command)
        return NULL;
    char *p = command + sprintf(command, "%s -dc -- '", program);
    for (const char *c = name; *c; c++)
        p = *c == '\'' ? stpcpy(p, "'\\''") : (*p = *c, p + 1);
    strcpy(p, "'");
    return command;
}

char *vectors_read_file(const char *name, size_t *len)
{
    char *command = decompressor(name);
    FILE *f = command ? popen(command, "r") : fopen(name, "rb");
    char *text = f ? read_stream(f, len) : NULL;

    if (!text)
        complain("%s: %s", name, strerror(errno));
    if (f && (command ? pclose(f) : fclose(f)) != 0 && text) {
        complain("%s: it cannot be decompressed", name);
        free(text);
        text = NULL;
    }
    free(command);
    return text;
}

json_t *vectors_read_json(const char *name)
{
    size_t len;
    char *text = vectors_read_file(name, &len);
    json_t *root = text ? json_loadb(text, len, 0, NULL) : NULL;

    free(text);
    return root;
}

static void print_text(const struct vectors *v)
{
    printf("%s: %" PRIu64 " run, %" PRIu64 " passed, %" PRIu64 " failed", v->name,
           v->passed + v->failed + v->acceptable, v->passed, v->failed);
    if (v->acceptable > 0)
        printf(", %" PRIu64 " acceptable", v->acceptable);
    if (v->skipped > 0)
        printf(", %" PRIu64 " skipped", v->skipped);
    putchar('\n');
    for (size_t i = 0; i < v->nreasons; i++)
        printf("    skipped %" PRIu64 ": %s\n", v->reasons[i].count, v->reasons[i].text);
}

static void print_json(const struct vectors *v)
{
    fputs("{\"file\":", stdout);
    json_print_string(v->name);
    printf(",\"run\":%" PRIu64 ",\"passed\":%" PRIu64 ",\"failed\":%" PRIu64
           ",\"acceptable\":%" PRIu64 ",\"skipped\":{",
           v->passed + v->failed + v->acceptable, v->passed, v->failed, v->acceptable);
    for (size_t i = 0; i < v->nreasons; i++) {
        fputs(i > 0 ? "," : "", stdout);
        json_print_string(v->reasons[i].text);
        printf(":%" PRIu64, v->reasons[i].count);
    }
    puts("}}");
}

static void run_file(struct total *total, const char *name)
{
    struct vectors *v = calloc(1, sizeof *v);
    size_t len;
    char *text = v ? vectors_read_file(name, &len) : NULL;

    if (!text) {
        free(v);
        total->code = total->code == EXIT_CODE_OK ? EXIT_CODE_IO : total->code;
        return;
    }
    v->name = name;
    v->json = total->json;
    json_t *root = json_loadb(text, len, 0, NULL);
    if (vectors_recognize(v, root, text, len) != 0) {
        vectors_skip_many(v, 1, "the file is of no kind that is known");
    }
    (total->json ? print_json : print_text)(v);
    total->files++;
    total->passed += v->passed;
    total->failed += v->failed;
    total->acceptable += v->acceptable;
    total->skipped += v->skipped;
    if (v->failed > 0)
        total->code = EXIT_CODE_MISMATCH;
    json_decref(root);
    free(text);
    free(v);
}

/* Files that lie beside vectors and are none. */
static int is_other(const char *name)
{
    static const char *const names[] = {"README", "README.md", "BUILD.bazel"};
    const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(last, names[i]) == 0)
            return 1;
    return strncmp(last, "LICENSE", 7) == 0 || ends_with(name, ".shasum");
}

static void run_name(struct total *total, const char *name, unsigned depth)
{
    struct stat st;
    struct dirent **entries;

    if (stat(name, &st) != 0 || !S_ISDIR(st.st_mode)) {
        if (depth == 0 || !is_other(name))
            run_file(total, name);
        return;
    }
    int n = depth < 16 ? scandir(name, &entries, NULL, alphasort) : 0;
    if (n < 0) {
        complain("%s: %s", name, strerror(errno));
        total->code = total->code == EXIT_CODE_OK ? EXIT_CODE_IO : total->code;
        return;
    }
    for (int i = 0; i < n; i++) {
        char *path = NULL;
        if (entries[i]->d_name[0] != '.' && asprintf(&path, "%s/%s", name, entries[i]->d_name) >= 0)
            run_name(total, path, depth + 1);
        free(path);
        free(entries[i]);
    }
    if (n > 0)
        free(entries);
}

int vectors_run(char *const *names, int count, int json)
{
    struct total total = {.json = json, .code = EXIT_CODE_OK};

    for (int i = 0; i < count; i++)
        run_name(&total, names[i], 0);
    if (!json && total.files > 1)
        printf("%" PRIu64 " files: %" PRIu64 " run, %" PRIu64 " passed, %" PRIu64
               " failed, %" PRIu64 " acceptable, %" PRIu64 " skipped\n",
               total.files, total.passed + total.failed + total.acceptable, total.passed,
               total.failed, total.acceptable, total.skipped);
    if (total.code == EXIT_CODE_OK && total.passed + total.acceptable == 0)
        total.code = EXIT_CODE_IO;
    return total.code;
}
