/* Pathname expansion (XCU 2.6.6): one component of the path after the other. */
#include "expand.h"

#include "../lib/pattern.h"
#include "../lib/program.h"
#include "../lib/tree.h"

#include <stdlib.h>
#include <string.h>

struct paths {
    char **list;
    size_t n, capacity;
};

static void paths_add(struct paths *p, char *path)
{
    p->list = program_grow(p->list, p->n, &p->capacity, sizeof(*p->list));
    p->list[p->n++] = path;
}

static void paths_free(struct paths *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->list[i]);
    free(p->list);
}

/* `base` with `len` bytes of `name` after it. */
static char *extend(const char *base, const char *name, size_t len)
{
    size_t base_len = strlen(base);
    char *path = program_alloc(base_len + len + 1);
    memcpy(path, base, base_len);
    memcpy(path + base_len, name, len);
    path[base_len + len] = '\0';
    return path;
}

static char *unescape(const char *s, size_t len)
{
    char *out = program_alloc(len + 1), *p = out;
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '\\' && i + 1 < len)
            i++;
        *p++ = s[i];
    }
    *p = '\0';
    return out;
}

/* Adds base/name for each name in `base` that matches the component. */
static void match_component(struct paths *out, const char *base, const char *pattern, size_t len)
{
    char **names;
    size_t n;
    if (tree_names(*base ? base : ".", &names, &n) != 0)
        return;
    bool dots = pattern[0] == '.' || (pattern[0] == '\\' && pattern[1] == '.');
    for (size_t i = 0; i < n; i++)
        if ((names[i][0] != '.' || dots) && pattern_match(pattern, len, names[i], strlen(names[i])))
            paths_add(out, extend(base, names[i], strlen(names[i])));
    /* "." and ".." are names as well, for who asks for them. */
    if (dots && pattern_match(pattern, len, ".", 1))
        paths_add(out, extend(base, ".", 1));
    if (dots && pattern_match(pattern, len, "..", 2))
        paths_add(out, extend(base, "..", 2));
    tree_names_free(names, n);
}

/* One more component for all paths so far. */
static void step(struct paths *paths, const char *component, size_t len, bool last)
{
    struct paths out = {0};
    char *text = program_strndup(component, len), *plain = unescape(component, len);
    bool special = pattern_is_special(text);
    for (size_t i = 0; i < paths->n; i++) {
        if (special) {
            match_component(&out, paths->list[i], text, len);
        } else {
            char *path = extend(paths->list[i], plain, strlen(plain));
            struct stat st;
            if (lstat(path, &st) == 0)
                paths_add(&out, path);
            else
                free(path);
        }
    }
    for (size_t i = 0; i < out.n && !last; i++) {
        char *with_slash = extend(out.list[i], "/", 1);
        free(out.list[i]);
        out.list[i] = with_slash;
    }
    paths_free(paths);
    *paths = out;
    free(text);
    free(plain);
}

/* After "a/" only directories are left. */
static void keep_directories(struct paths *paths)
{
    size_t kept = 0;
    for (size_t i = 0; i < paths->n; i++) {
        struct stat st;
        if (stat(paths->list[i], &st) == 0 && S_ISDIR(st.st_mode))
            paths->list[kept++] = paths->list[i];
        else
            free(paths->list[i]);
    }
    paths->n = kept;
}

static int path_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void glob_expand(const char *pattern, struct arena *a, struct fields *f, size_t *capacity)
{
    struct paths paths = {0};
    size_t slashes = strspn(pattern, "/");
    paths_add(&paths, program_strndup(pattern, slashes));
    for (const char *p = pattern + slashes; *p && paths.n > 0;) {
        size_t len = 0;
        while (p[len] && p[len] != '/')
            len += p[len] == '\\' && p[len + 1] && p[len + 1] != '/' ? 2 : 1;
        size_t gap = strspn(p + len, "/");
        step(&paths, p, len, gap == 0);
        if (gap > 0)
            keep_directories(&paths);
        p += len + gap;
    }
    if (paths.n > 0)
        qsort(paths.list, paths.n, sizeof(*paths.list), path_compare);
    for (size_t i = 0; i < paths.n; i++)
        fields_add(f, capacity, arena_strdup(a, paths.list[i]), a);
    paths_free(&paths);
}
