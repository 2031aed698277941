/* Says what a file is, and hands it to its runner. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "vectors.h"

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
        json_t *root = other && stat(other, &st) == 0 ? vectors_read_json(other) : NULL;
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

int vectors_recognize(struct vectors *v, const json_t *root, char *text, size_t len)
{
    (void)len;
    return root ? run_json(v, root) : text_run(v, text);
}
