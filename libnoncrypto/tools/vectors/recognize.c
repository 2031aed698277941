/* Finds the files, says what each is, and prints what came of it. */
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

static char *read_file(const char *name, size_t *len)
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

static json_t *read_json(const char *name)
{
    size_t len;
    char *text = read_file(name, &len);
    json_t *root = text ? json_loadb(text, len, 0, NULL) : NULL;

    free(text);
    return root;
}

/* ACVP files are an object, or an array of a version and an object. */
static const json_t *acvp_object(const json_t *root)
{
    const json_t *object =
        json_is_array(root) ? json_array_get(root, json_array_size(root) - 1) : root;
    return json_is_array(json_object_get(object, "testGroups")) ? object : NULL;
}

/* Whether the answers stand in the file: then a case of the first group has something that a prompt has not. */
static int acvp_has_answers(const json_t *object)
{
    static const char *const answers[] = {"testPassed", "md", "mac",       "k",
                                          "pk",         "ek", "signature", "resultsArray"};
    const json_t *group = json_array_get(json_object_get(object, "testGroups"), 0);
    const json_t *test = json_array_get(json_object_get(group, "tests"), 0);
    const char *mode = json_text(object, "mode");

    if (json_object_get(test, "testPassed") || json_object_get(test, "resultsArray"))
        return 1;
    /* What is a question in these modes. */
    if (strcmp(mode, "sigVer") == 0 || strcmp(mode, "keyVer") == 0 ||
        strcmp(mode, "encapDecap") == 0)
        return json_object_get(test, "k") != NULL;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (json_object_get(test, answers[i]))
            return 1;
    return json_object_get(test, "ct") && json_object_get(test, "pt");
}

static int acvp_is_answers_only(const json_t *object)
{
    const json_t *group = json_array_get(json_object_get(object, "testGroups"), 0);
    return !json_object_get(group, "testType");
}

/* NAME with its last `from` replaced; to be freed, NULL if there is none. */
static char *replaced(const char *name, const char *from, const char *to)
{
    const char *last = NULL;

    for (const char *p = name; (p = strstr(p, from)) != NULL; p++)
        last = p;
    char *out = last ? malloc(strlen(name) + strlen(to) + 1) : NULL;
    if (out)
        sprintf(out, "%.*s%s%s", (int)(last - name), name, to, last + strlen(from));
    return out;
}

/* The file of answers beside a file of prompts. */
static json_t *read_answers(const char *name)
{
    static const char *const endings[] = {"expectedResults", "expected"};
    struct stat st;

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *other = replaced(name, "prompt", endings[i]);
        json_t *root = other && stat(other, &st) == 0 ? read_json(other) : NULL;
        free(other);
        if (root)
            return root;
    }
    return NULL;
}

static uint64_t count_cases(const json_t *object)
{
    const json_t *group;
    uint64_t n = 0;
    size_t i;

    json_array_foreach(json_object_get(object, "testGroups"), i, group) n +=
        json_array_size(json_object_get(group, "tests"));
    return n;
}

static void run_acvp(struct vectors *v, const json_t *object)
{
    if (acvp_is_answers_only(object)) {
        vectors_skip_many(v, count_cases(object), "answers, which run with the file of prompts");
        return;
    }
    json_t *answers = acvp_has_answers(object) ? NULL : read_answers(v->name);
    if (answers || acvp_has_answers(object))
        acvp_run(v, object, acvp_object(answers));
    else
        vectors_skip_many(v, count_cases(object), "prompts without the file of answers beside it");
    json_decref(answers);
}

/* Returns -1 if it is nothing that is known. */
static int run_json(struct vectors *v, const json_t *root)
{
    const json_t *acvp = acvp_object(root);

    if (json_is_array(json_object_get(root, "cases")) && json_object_get(root, "context_string"))
        blake3_run(v, root);
    else if (acvp && (json_object_get(acvp, "vsId") || json_object_get(acvp, "revision")))
        run_acvp(v, acvp);
    else if (acvp && json_object_get(root, "algorithm"))
        wycheproof_run(v, root);
    else
        return -1;
    return 0;
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
    char *text = v ? read_file(name, &len) : NULL;

    if (!text) {
        free(v);
        total->code = total->code == EXIT_CODE_OK ? EXIT_CODE_IO : total->code;
        return;
    }
    v->name = name;
    v->json = total->json;
    json_t *root = json_loadb(text, len, 0, NULL);
    if ((root ? run_json(v, root) : text_run(v, text)) != 0) {
        snprintf(v->reason, sizeof v->reason, "the file is of no kind that is known");
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
    static const char *const names[] = {"LICENSE", "README", "README.md", "BUILD.bazel"};
    const char *slash = strrchr(name, '/');

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(slash ? slash + 1 : name, names[i]) == 0)
            return 1;
    return ends_with(name, ".shasum");
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
