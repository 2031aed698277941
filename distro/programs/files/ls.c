/* ls: lists directories. */
#include "../lib/mode.h"
#include "../lib/program.h"
#include "../lib/terminal.h"
#include "../lib/tree.h"
#include "../lib/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct program about = {
    "ls",
    "usage: ls [-laARd1hrStiF] [PATH]...\n\n"
    "Lists directories, and names files. Sorted by the bytes of the names; in columns on a "
    "terminal.\n\n"
    "  -l   type and permissions, links, owner, group, size, modification time (UTC)\n"
    "  -h   with -l: sizes such as 1.5K\n"
    "  -a   names that start with a dot too; -A the same without . and ..\n"
    "  -R   all directories below\n"
    "  -d   directories themselves, not what is in them\n"
    "  -1   one name a line\n"
    "  -t   sort by modification time, -S by size, -r in reverse\n"
    "  -i   inode numbers\n"
    "  -F   mark directories with /, links with @, programs with *\n\n"
    "Exit status: 0, 1 if something could not be read, 2 if a PATH could not.\n",
    PROGRAM_FAILED,
};

struct entry {
    char *name;
    char *target; /* of a symbolic link, for -l */
    struct stat st;
};

struct listing {
    struct entry *entries;
    size_t n, capacity;
};

static struct {
    bool details, all, nearly_all, recursive, itself, one, human, reverse, by_time, by_size, inode,
        mark;
    bool later; /* something was printed: a blank line comes before the next heading */
    int status;
} ls_options;

static void fail(const char *path, int status)
{
    program_errno(path);
    if (status > ls_options.status)
        ls_options.status = status;
}

static bool entry_add(struct listing *l, const char *name, const char *path, bool follow)
{
    struct entry e = {0};
    int error = follow ? stat(path, &e.st) : -1;
    /* A link that leads nowhere is still there. */
    if (error != 0 && lstat(path, &e.st) != 0)
        return false;
    if (ls_options.details && S_ISLNK(e.st.st_mode)) {
        char target[4096];
        ssize_t len = readlink(path, target, sizeof(target));
        e.target = program_strndup(len > 0 ? target : "?", len > 0 ? (size_t)len : 1);
    }
    e.name = program_strdup(name);
    l->entries = program_grow(l->entries, l->n, &l->capacity, sizeof(*l->entries));
    l->entries[l->n++] = e;
    return true;
}

static void listing_free(struct listing *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->entries[i].name);
        free(l->entries[i].target);
    }
    free(l->entries);
}

static int entry_compare(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int order = 0;
    if (ls_options.by_time) {
        order = (a->st.st_mtim.tv_sec < b->st.st_mtim.tv_sec) -
                (a->st.st_mtim.tv_sec > b->st.st_mtim.tv_sec);
        if (order == 0)
            order = (a->st.st_mtim.tv_nsec < b->st.st_mtim.tv_nsec) -
                    (a->st.st_mtim.tv_nsec > b->st.st_mtim.tv_nsec);
    } else if (ls_options.by_size) {
        order = (a->st.st_size < b->st.st_size) - (a->st.st_size > b->st.st_size);
    }
    if (order == 0)
        order = strcmp(a->name, b->name);
    return ls_options.reverse ? -order : order;
}

static char marker(mode_t mode)
{
    if (!ls_options.mark)
        return '\0';
    if (S_ISDIR(mode))
        return '/';
    if (S_ISLNK(mode))
        return '@';
    return S_ISREG(mode) && (mode & 0111) ? '*' : '\0';
}

/* A name cannot send control sequences to the terminal. Returns the columns it took. */
static size_t name_print(const struct entry *e, bool print)
{
    static int terminal = -1;
    size_t columns = 0, len = strlen(e->name), n;
    if (terminal < 0)
        terminal = isatty(STDOUT_FILENO);
    for (const char *p = e->name; len > 0; p += n, len -= n) {
        uint32_t c;
        n = utf8_decode(&c, p, len);
        bool hide = terminal && (c < 0x20 || (c >= 0x7f && c < 0xa0) || c >= UTF8_INVALID);
        columns += hide ? 1 : utf8_width(c);
        if (print && hide)
            putchar('?');
        else if (print)
            fwrite(p, 1, n, stdout);
    }
    char mark = marker(e->st.st_mode);
    if (mark && print)
        putchar(mark);
    return columns + (mark != '\0');
}

static int number_width(uint64_t n)
{
    int width = 1;
    for (; n >= 10; n /= 10)
        width++;
    return width;
}

static int size_text(char out[24], const struct entry *e)
{
    if (ls_options.human)
        program_human(out, (uint64_t)e->st.st_size);
    else
        snprintf(out, 24, "%llu", (unsigned long long)e->st.st_size);
    return (int)strlen(out);
}

static void print_details(const struct listing *l)
{
    int links = 1, uid = 1, gid = 1, size = 1;
    char text[24], when[24], mode[11];
#define WIDEN(width, n)   \
    do {                  \
        int w_ = (n);     \
        if (w_ > (width)) \
            (width) = w_; \
    } while (0)
    for (size_t i = 0; i < l->n; i++) {
        const struct stat *st = &l->entries[i].st;
        WIDEN(links, number_width(st->st_nlink));
        WIDEN(uid, number_width(st->st_uid));
        WIDEN(gid, number_width(st->st_gid));
        WIDEN(size, size_text(text, &l->entries[i]));
    }
#undef WIDEN
    for (size_t i = 0; i < l->n; i++) {
        const struct entry *e = &l->entries[i];
        mode_text(mode, e->st.st_mode);
        mode_time(when, sizeof(when), e->st.st_mtim.tv_sec);
        size_text(text, e);
        if (ls_options.inode)
            printf("%8llu ", (unsigned long long)e->st.st_ino);
        printf("%s %*lu %*lu %*lu %*s %s ", mode, links, (unsigned long)e->st.st_nlink, uid,
               (unsigned long)e->st.st_uid, gid, (unsigned long)e->st.st_gid, size, text, when);
        name_print(e, true);
        if (e->target)
            printf(" -> %s", e->target);
        putchar('\n');
    }
}

static void print_columns(const struct listing *l, size_t screen)
{
    size_t widest = 0;
    for (size_t i = 0; i < l->n; i++) {
        size_t w = name_print(&l->entries[i], false) + (ls_options.inode ? 9 : 0);
        widest = w > widest ? w : widest;
    }
    size_t columns = screen / (widest + 2);
    if (columns == 0)
        columns = 1;
    size_t rows = (l->n + columns - 1) / columns;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < l->n; i += rows) {
            if (ls_options.inode)
                printf("%8llu ", (unsigned long long)l->entries[i].st.st_ino);
            size_t w = name_print(&l->entries[i], true) + (ls_options.inode ? 9 : 0);
            if (i + rows < l->n)
                printf("%*s", (int)(widest + 2 - w), "");
        }
        putchar('\n');
    }
}

static void print(struct listing *l)
{
    if (l->n > 0)
        qsort(l->entries, l->n, sizeof(*l->entries), entry_compare);
    if (ls_options.details)
        print_details(l);
    else
        print_columns(l, ls_options.one ? 1 : terminal_columns(STDOUT_FILENO));
}

static void list_directory(const char *path, bool heading)
{
    struct listing l = {0};
    char **names;
    size_t n;

    if (tree_names(path, &names, &n) != 0) {
        fail(path, 2);
        return;
    }
    if (heading)
        printf("%s%s:\n", ls_options.later ? "\n" : "", path);
    ls_options.later = true;
    if (ls_options.all) {
        char *parent = program_join(path, "..");
        entry_add(&l, ".", path, true);
        entry_add(&l, "..", parent, true);
        free(parent);
    }
    for (size_t i = 0; i < n; i++) {
        if (names[i][0] == '.' && !ls_options.all && !ls_options.nearly_all)
            continue;
        char *full = program_join(path, names[i]);
        if (!entry_add(&l, names[i], full, false))
            fail(full, 1);
        free(full);
    }
    print(&l);
    listing_free(&l);
    tree_names_free(names, n);
}

static bool hidden(const char *path)
{
    const char *slash = strrchr(path, '/');
    return (slash ? slash[1] : path[0]) == '.' && !ls_options.all && !ls_options.nearly_all;
}

static void list_recursive(const char *path)
{
    struct tree t;
    enum tree_event event;
    tree_begin(&t, path, true);
    while ((event = tree_next(&t)) != TREE_END) {
        /* An unreadable directory has been reported by list_directory(). */
        if (event == TREE_ERROR && errno == ELOOP)
            fail(t.path, 1);
        if (event != TREE_ENTER)
            continue;
        if (t.depth > 0 && hidden(t.path))
            t.skip = true;
        else
            list_directory(t.path, true);
    }
    tree_end(&t);
}

static void list_operands(int n, char **paths)
{
    struct listing files = {0};
    int directories = 0;
    for (int i = 0; i < n; i++) {
        struct stat st;
        if (stat(paths[i], &st) != 0 && lstat(paths[i], &st) != 0) {
            fail(paths[i], 2);
            paths[i] = NULL;
        } else if (!S_ISDIR(st.st_mode) || ls_options.itself) {
            entry_add(&files, paths[i], paths[i], !ls_options.details && !ls_options.itself);
            paths[i] = NULL;
        } else {
            paths[directories++] = paths[i];
        }
    }
    if (files.n > 0) {
        print(&files);
        ls_options.later = true;
    }
    listing_free(&files);
    for (int i = 0; i < directories; i++) {
        if (ls_options.recursive)
            list_recursive(paths[i]);
        else
            list_directory(paths[i], n > 1);
    }
}

int main(int argc, char **argv)
{
    static char here[] = ".";
    char *only[] = {here, NULL};

    program_start(&about);
    struct options o = options_begin(argc, argv, "laARd1hrStiF", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        ls_options.details |= c == 'l';
        ls_options.all |= c == 'a';
        ls_options.nearly_all |= c == 'A';
        ls_options.recursive |= c == 'R';
        ls_options.itself |= c == 'd';
        ls_options.one |= c == '1';
        ls_options.human |= c == 'h';
        ls_options.reverse |= c == 'r';
        ls_options.by_size |= c == 'S';
        ls_options.by_time |= c == 't';
        ls_options.inode |= c == 'i';
        ls_options.mark |= c == 'F';
    }
    if (!isatty(STDOUT_FILENO))
        ls_options.one = true;
    if (ls_options.itself)
        ls_options.recursive = false;
    list_operands(o.noperands ? o.noperands : 1, o.noperands ? o.operands : only);
    return program_end(ls_options.status);
}
