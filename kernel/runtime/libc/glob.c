/* Path names that match a pattern: directory by directory, depth first, bounded by the number of components in the pattern. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A pattern of more components is refused: each costs a frame of the stack and an open directory. */
#define COMPONENTS_MAX 64

struct search {
    glob_t *found;
    size_t capacity;
    int flags;
    int (*on_error)(const char *path, int error);
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds a copy of `path`, with a '/' if it is a directory and GLOB_MARK is set. */
static int found_add(struct search *search, const char *path, bool mark)
{
    glob_t *found = search->found;
    size_t need = found->gl_offs + found->gl_pathc + 2;
    if (need > search->capacity) {
        char **grown = reallocarray(found->gl_pathv, need * 2, sizeof(*grown));
        if (!grown)
            return GLOB_NOSPACE;
        found->gl_pathv = grown;
        search->capacity = need * 2;
    }
    size_t len = strlen(path);
    char *copy = malloc(len + 2);
    if (!copy)
        return GLOB_NOSPACE;
    memcpy(copy, path, len);
    if (mark && len && path[len - 1] != '/')
        copy[len++] = '/';
    copy[len] = 0;
    found->gl_pathv[found->gl_offs + found->gl_pathc++] = copy;
    found->gl_pathv[found->gl_offs + found->gl_pathc] = NULL;
    return 0;
}

static bool has_wildcard(const char *part, size_t len, int flags)
{
    for (size_t i = 0; i < len; i++) {
        if (part[i] == '\\' && !(flags & GLOB_NOESCAPE))
            i++;
        else if (part[i] == '*' || part[i] == '?' || part[i] == '[')
            return true;
    }
    return false;
}

/* Copies a component without its backslashes to `to`; false if it does not fit `room`. */
static bool copy_plain(char *to, size_t room, const char *part, size_t len, int flags)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 1 < room; i++) {
        if (part[i] == '\\' && !(flags & GLOB_NOESCAPE) && i + 1 < len)
            i++;
        to[n++] = part[i];
    }
    to[n] = 0;
    return n + 1 < room;
}

static int search_from(struct search *search, char *path, size_t len, const char *pattern);

/* `path` (of `len` bytes) has one component more now: goes on with the rest of the pattern. */
static int descend(struct search *search, char *path, size_t len, const char *rest)
{
    struct stat st;
    size_t slashes = strspn(rest, "/");
    if (!rest[slashes] && !slashes) {
        if (lstat(path, &st) < 0)
            return 0;
        bool directory = search->flags & GLOB_MARK && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
        return found_add(search, path, directory);
    }
    if (len + 2 > PATH_MAX)
        return 0;
    path[len++] = '/';
    path[len] = 0;
    if (!rest[slashes])
        return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? found_add(search, path, false) : 0;
    return search_from(search, path, len, rest + slashes);
}

/* Tries every entry of the directory `path` against the component. */
static int search_directory(struct search *search, char *path, size_t len, const char *part,
                            size_t part_len, const char *rest)
{
    char component[NAME_MAX * 2 + 1];
    int result = 0, flags = FNM_PERIOD | (search->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0);
    if (part_len >= sizeof(component))
        return 0;
    memcpy(component, part, part_len);
    component[part_len] = 0;
    DIR *dir = opendir(len ? path : ".");
    if (!dir) {
        bool stop = search->on_error && search->on_error(path, errno);
        return stop || search->flags & GLOB_ERR ? GLOB_ABORTED : 0;
    }
    struct dirent *entry;
    while (result == 0 && (entry = readdir(dir))) {
        size_t name_len = strlen(entry->d_name);
        if (fnmatch(component, entry->d_name, flags) != 0 || len + name_len + 2 > PATH_MAX)
            continue;
        memcpy(path + len, entry->d_name, name_len + 1);
        result = descend(search, path, len + name_len, rest);
        path[len] = 0;
    }
    (void)closedir(dir);
    return result;
}

/* Matches `pattern` below the directory in `path`. Its depth is at most COMPONENTS_MAX. */
static int search_from(struct search *search, char *path, size_t len, const char *pattern)
{
    size_t part_len = strcspn(pattern, "/");
    if (has_wildcard(pattern, part_len, search->flags))
        return search_directory(search, path, len, pattern, part_len, pattern + part_len);
    if (!copy_plain(path + len, PATH_MAX - len, pattern, part_len, search->flags))
        return 0;
    int result = descend(search, path, len + strlen(path + len), pattern + part_len);
    path[len] = 0;
    return result;
}

static size_t components(const char *pattern)
{
    size_t n = 1;
    for (; *pattern; pattern++)
        n += *pattern == '/';
    return n;
}

int glob(const char *restrict pattern, int flags, int (*on_error)(const char *path, int error),
         glob_t *restrict found)
{
    struct search search = {found, 0, flags, on_error};
    char path[PATH_MAX];
    size_t len = strspn(pattern, "/") ? 1 : 0;
    if (!(flags & GLOB_APPEND)) {
        found->gl_pathc = 0;
        found->gl_pathv = NULL;
        if (!(flags & GLOB_DOOFFS))
            found->gl_offs = 0;
    }
    size_t before = found->gl_pathc;
    memcpy(path, "/", len);
    path[len] = 0;
    const char *rest = pattern + strspn(pattern, "/");
    int result = 0;
    if (strlen(pattern) >= PATH_MAX || components(pattern) > COMPONENTS_MAX)
        return GLOB_NOSPACE;
    if (*rest)
        result = search_from(&search, path, len, rest);
    else if (len)
        result = found_add(&search, "/", false);
    if (result)
        return result;
    if (found->gl_pathc == before)
        return flags & GLOB_NOCHECK ? found_add(&search, pattern, false) : GLOB_NOMATCH;
    if (!(flags & GLOB_NOSORT))
        qsort(found->gl_pathv + found->gl_offs + before, found->gl_pathc - before, sizeof(char *),
              compare);
    for (size_t i = 0; i < found->gl_offs; i++)
        found->gl_pathv[i] = NULL;
    return 0;
}

void globfree(glob_t *found)
{
    for (size_t i = 0; i < found->gl_pathc; i++)
        free(found->gl_pathv[found->gl_offs + i]);
    free(found->gl_pathv);
    found->gl_pathv = NULL;
    found->gl_pathc = 0;
}
