/*
 * nonfs ls, tree and find.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "walk.h"

/* The target of a link, in a buffer that the next call uses again; NULL after a message. */
static const char *link_target(struct volume *volume, struct nonfs_ext4_node *node,
                               const char *path)
{
    static char target[NONFS_EXT4_PATH_MAX + 1];
    size_t len;
    int result = nonfs_ext4_readlink(node, target, sizeof(target), &len);

    if (result == 0)
        return target;
    volume_complain(volume, path, result);
    return NULL;
}

static int is_type(const struct nonfs_ext4_stat *st, uint32_t type)
{
    return (st->mode & NONFS_S_IFMT) == type;
}

/* One line of ls -l. Returns 0, or -1 after a message. */
static int print_detailed(struct volume *volume, struct nonfs_ext4_node *node, const char *name)
{
    struct nonfs_ext4_stat st;
    const char *target = NULL;
    char mode[11];

    nonfs_ext4_stat(node, &st);
    if (is_type(&st, NONFS_S_IFLNK))
        target = link_target(volume, node, name);
    format_mode(mode, st.mode);
    printf("%s %3u %5u %5u ", mode, st.links, st.uid, st.gid);
    if (is_type(&st, NONFS_S_IFCHR) || is_type(&st, NONFS_S_IFBLK))
        printf("%6u, %3u ", st.device_major, st.device_minor);
    else
        printf("%11llu ", (unsigned long long)st.size);
    print_time(&st.mtime, 0);
    putchar(' ');
    print_name(name);
    if (target != NULL) {
        fputs(" -> ", stdout);
        print_name(target);
    }
    putchar('\n');
    return is_type(&st, NONFS_S_IFLNK) && target == NULL ? -1 : 0;
}

static int print_json(struct volume *volume, struct nonfs_ext4_node *node, const char *name)
{
    struct nonfs_ext4_stat st;
    const char *target = NULL;

    nonfs_ext4_stat(node, &st);
    if (is_type(&st, NONFS_S_IFLNK))
        target = link_target(volume, node, name);
    fputs("{\"name\":", stdout);
    json_print_string(name);
    printf(",\"inode\":%u,\"type\":\"%s\",\"mode\":\"%04o\",\"links\":%u,\"uid\":%u,\"gid\":%u,"
           "\"size\":%llu,\"mtime\":%lld",
           st.inode, type_name(st.mode), st.mode & 07777u, st.links, st.uid, st.gid,
           (unsigned long long)st.size, (long long)st.mtime.seconds);
    if (target != NULL) {
        fputs(",\"target\":", stdout);
        json_print_string(target);
    }
    puts("}");
    return is_type(&st, NONFS_S_IFLNK) && target == NULL ? -1 : 0;
}

/* Prints one entry as the options want it. Returns 0, or -1 after a message. */
static int ls_print(struct volume *volume, const struct arguments *arguments,
                    struct nonfs_ext4_node *node, const char *name)
{
    if (arguments->json)
        return print_json(volume, node, name);
    if (arguments->detailed)
        return print_detailed(volume, node, name);
    print_name(name);
    putchar('\n');
    return 0;
}

static int ls_directory(struct volume *volume, const struct arguments *arguments,
                        struct nonfs_ext4_node *directory, const char *path)
{
    struct listing listing;
    int failed = listing_read(volume, directory, path, &listing);

    for (size_t i = 0; i < listing.count; i++) {
        const char *name = listing.entries[i].name;
        struct nonfs_ext4_node node;
        int result = 0;

        if (arguments->json || arguments->detailed)
            result = nonfs_ext4_lookup(volume->fs, directory, name, strlen(name),
                                       NONFS_EXT4_LOOKUP_NOFOLLOW, &node);
        if (result != 0) {
            volume_complain(volume, name, result);
            failed = -1;
        } else if (ls_print(volume, arguments, &node, name) != 0) {
            failed = -1;
        }
    }
    listing_free(&listing);
    return failed;
}

int command_ls(struct volume *volume, const struct arguments *arguments)
{
    char root[] = "/";
    char *only_root[] = {root};
    char **paths = arguments->npaths > 0 ? arguments->paths : only_root;
    int npaths = arguments->npaths > 0 ? arguments->npaths : 1;
    int failed = 0;

    for (int i = 0; i < npaths; i++) {
        struct nonfs_ext4_node node;
        struct nonfs_ext4_stat st;

        if (volume_lookup(volume, paths[i], 0, &node) != 0) {
            failed = 1;
            continue;
        }
        nonfs_ext4_stat(&node, &st);
        if (npaths > 1 && !arguments->json && is_type(&st, NONFS_S_IFDIR)) {
            printf("%s", i > 0 ? "\n" : "");
            print_name(paths[i]);
            puts(":");
        }
        if (is_type(&st, NONFS_S_IFDIR) ? ls_directory(volume, arguments, &node, paths[i])
                                        : ls_print(volume, arguments, &node, paths[i]))
            failed = 1;
    }
    return failed ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}

struct tree_count {
    uint64_t directories;
    uint64_t others;
};

static void tree_visit(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                       void *user)
{
    struct tree_count *count = user;
    struct nonfs_ext4_stat st;
    const char *target = NULL;

    nonfs_ext4_stat(node, &st);
    if (is_type(&st, NONFS_S_IFLNK)) {
        target = link_target(walk->volume, node, walk->path);
        walk->failed |= target == NULL;
    }
    for (size_t i = 0; i < walk->depth; i++) {
        int last = walk->levels[i].next == walk->levels[i].listing.count;

        if (i + 1 == walk->depth)
            fputs(last ? "`-- " : "|-- ", stdout);
        else
            fputs(last ? "    " : "|   ", stdout);
    }
    print_name(name);
    if (target != NULL) {
        fputs(" -> ", stdout);
        print_name(target);
    }
    putchar('\n');
    if (!is_type(&st, NONFS_S_IFDIR))
        count->others++;
    else if (walk->depth > 0)
        count->directories++;
}

int command_tree(struct volume *volume, const struct arguments *arguments)
{
    struct tree_count count = {0, 0};
    int code = walk_all(volume, arguments, tree_visit, &count);

    printf("\n%llu directories, %llu files\n", (unsigned long long)count.directories,
           (unsigned long long)count.others);
    return code;
}

static void find_visit(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                       void *user)
{
    const struct arguments *arguments = user;
    const char *path = walk->path[0] != '\0' ? walk->path : name;

    if (arguments->json) {
        if (print_json(walk->volume, node, path) != 0)
            walk->failed = 1;
    } else if (arguments->zero) {
        fputs(path, stdout);
        putchar('\0');
    } else {
        print_name(path);
        putchar('\n');
    }
}

int command_find(struct volume *volume, const struct arguments *arguments)
{
    struct arguments copy = *arguments;

    return walk_all(volume, arguments, find_visit, &copy);
}
