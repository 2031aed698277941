/*
 * Walks and operations of the VFS layer on a RAM file system, in a row that the input gives, against a model: each succeeds or
 * fails as the model does, files hold what it holds, and in the end everything can be removed and all memory is back.
 *
 * The input: four bytes an operation, what and on which paths. Now and then a symbolic link is made or the path goes through one,
 * which the model does not know: there only the library's own checks watch.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonfs/ram_fs.h>
#include <nonfs/vfs_file.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NODES     24u
#define FILE_SIZE 9000u
#define NAMES     4u
#define NOWHERE   UINT32_MAX
#define PARTS     3u /* of a path */

struct node {
    int used, is_directory;
    uint32_t parent, name, size;
    uint8_t bytes[FILE_SIZE];
};

static struct node nodes[NODES]; /* the first is the root */
static struct nonfs_vfs vfs;
static struct nonfs_vfs_scratch scratch;
static struct nonfs_file root;

static void must(int holds)
{
    if (!holds)
        abort();
}

/* ---- a cipher that shows who mixes pages up ---- */

static uint8_t stream(const struct nonfs_ram_fs_id *id, size_t i)
{
    return (uint8_t)(id->inode * 31 + id->part * 17 + id->generation * 13 + i * 7 + 1);
}

static int seal(void *context, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
                void *out, uint8_t tag[NONFS_RAM_FS_TAG_SIZE])
{
    uint64_t *last = context;

    must(id->generation > *last);
    *last = id->generation;
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)out)[i] = (uint8_t)(((const uint8_t *)in)[i] ^ stream(id, i));
    memcpy(tag, id, NONFS_RAM_FS_TAG_SIZE);
    return 0;
}

static int open_sealed(void *context, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
                       const uint8_t tag[NONFS_RAM_FS_TAG_SIZE], void *out)
{
    (void)context;
    must(memcmp(tag, id, NONFS_RAM_FS_TAG_SIZE) == 0);
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)out)[i] = (uint8_t)(((const uint8_t *)in)[i] ^ stream(id, i));
    return 0;
}

/* Few values, so that names meet in the table. */
static uint64_t hash(void *context, const void *bytes, size_t len)
{
    (void)context;
    return ((const uint8_t *)bytes)[len - 1] & 1;
}

/* ---- the model ---- */

static uint32_t child(uint32_t dir, uint32_t name)
{
    for (uint32_t i = 1; i < NODES; i++)
        if (nodes[i].used && nodes[i].parent == dir && nodes[i].name == name)
            return i;
    return NOWHERE;
}

/* Where a path leads: `at` is NOWHERE if only the last name is missing; `dir` NOWHERE if it ends in "..". */
struct found {
    int result;
    uint32_t at, dir, name;
};

/* A path of a byte: two bits for how many parts it has, then two for each: a name, or with bits of its own "..". */
static struct found look(uint8_t path, uint8_t up, char *text)
{
    struct found f = {0, 0, NOWHERE, 0};
    uint32_t parts = 1 + (path & 3u) % PARTS;

    *text = '\0';
    for (uint32_t i = 0; i < parts; i++) {
        int to_parent = up >> i & 1;
        uint32_t name = path >> (2 + 2 * i) & (NAMES - 1);
        snprintf(text + strlen(text), 8, "/%s%c", to_parent ? "." : "",
                 to_parent ? '.' : (char)('a' + (int)name));
        if (f.result != 0)
            continue;
        if (f.at == NOWHERE)
            f.result = NONFS_E_NOT_FOUND;
        else if (!nodes[f.at].is_directory)
            f.result = NONFS_E_NOT_DIRECTORY;
        else if (to_parent)
            f = (struct found){0, nodes[f.at].parent, NOWHERE, 0};
        else
            f = (struct found){0, child(f.at, name), f.at, name};
    }
    return f;
}

static uint32_t node_make(const struct found *f, int is_directory)
{
    for (uint32_t i = 1; i < NODES; i++) {
        if (nodes[i].used)
            continue;
        memset(&nodes[i], 0, sizeof(nodes[i]));
        nodes[i].used = 1;
        nodes[i].is_directory = is_directory;
        nodes[i].parent = f->dir;
        nodes[i].name = f->name;
        return i;
    }
    return NOWHERE;
}

static int is_empty(uint32_t dir)
{
    for (uint32_t i = 1; i < NODES; i++)
        if (nodes[i].used && nodes[i].parent == dir)
            return 0;
    return 1;
}

static int is_below(uint32_t node, uint32_t ancestor)
{
    while (node != ancestor && node != 0)
        node = nodes[node].parent;
    return node == ancestor;
}

/* ---- operations ---- */

static void do_write(const struct found *f, const char *path, uint8_t a, uint8_t b)
{
    static uint8_t bytes[FILE_SIZE];
    struct nonfs_file file;
    uint32_t at = (uint32_t)a * 29 % FILE_SIZE, len = (uint32_t)b * 35 % (FILE_SIZE - at);
    uint32_t node = f->at;
    size_t done = 0;
    int expected = f->result;

    if (expected == 0 && node == NOWHERE) {
        node = node_make(f, 0);
        expected = node == NOWHERE ? NONFS_E_FULL : 0;
    } else if (expected == 0 && nodes[node].is_directory) {
        expected = NONFS_E_IS_DIRECTORY;
    }
    int r = nonfs_file_open(&root, &scratch, path, strlen(path),
                            NONFS_OPEN_CREATE | NONFS_OPEN_WRITE, 0600, &file);
    must(r == expected);
    if (r < 0)
        return;
    memset(bytes, a ^ b, len);
    must(nonfs_file_write(&file, at, bytes, len, &done) == 0 && done == len);
    nonfs_file_close(&file);
    memcpy(nodes[node].bytes + at, bytes, len);
    if (len > 0 && at + len > nodes[node].size)
        nodes[node].size = at + len;
}

static void do_read(const struct found *f, const char *path)
{
    static uint8_t bytes[FILE_SIZE + 1];
    struct nonfs_file file;
    size_t done = 0;
    int expected = f->result != 0 ? f->result : f->at == NOWHERE ? NONFS_E_NOT_FOUND : 0;
    int r = nonfs_file_open(&root, &scratch, path, strlen(path), NONFS_OPEN_READ, 0, &file);

    must(r == expected);
    if (r < 0)
        return;
    must((file.kind == NONFS_KIND_DIRECTORY) == nodes[f->at].is_directory);
    r = nonfs_file_read(&file, 0, bytes, sizeof(bytes), &done);
    must(r == (nodes[f->at].is_directory ? NONFS_E_IS_DIRECTORY : 0));
    must(r < 0 || (done == nodes[f->at].size && memcmp(bytes, nodes[f->at].bytes, done) == 0));
    nonfs_file_close(&file);
}

static void do_truncate(const struct found *f, const char *path, uint8_t a)
{
    struct nonfs_file file;
    uint32_t size = (uint32_t)a * 35 % FILE_SIZE;

    if (f->result != 0 || f->at == NOWHERE || nodes[f->at].is_directory)
        return;
    struct node *n = &nodes[f->at];
    must(nonfs_file_open(&root, &scratch, path, strlen(path), NONFS_OPEN_WRITE, 0, &file) == 0);
    must(nonfs_file_truncate(&file, size) == 0);
    nonfs_file_close(&file);
    if (size < n->size)
        memset(n->bytes + size, 0, n->size - size);
    n->size = size;
}

static void do_make_directory(const struct found *f, const char *path)
{
    int expected = f->result;

    if (expected == 0 && (f->at != NOWHERE || f->dir == NOWHERE))
        expected = NONFS_E_EXISTS;
    else if (expected == 0 && node_make(f, 1) == NOWHERE)
        expected = NONFS_E_FULL;
    must(nonfs_path_make_directory(&root, &scratch, path, strlen(path), 0700) == expected);
}

static void do_remove(const struct found *f, const char *path, int is_directory)
{
    int expected = f->result;

    if (expected == 0 && f->dir == NOWHERE)
        expected = NONFS_E_INVALID;
    else if (expected == 0 && f->at == NOWHERE)
        expected = NONFS_E_NOT_FOUND;
    else if (expected == 0 && nodes[f->at].is_directory != is_directory)
        expected = is_directory ? NONFS_E_NOT_DIRECTORY : NONFS_E_IS_DIRECTORY;
    else if (expected == 0 && is_directory && !is_empty(f->at))
        expected = NONFS_E_NOT_EMPTY;
    must(nonfs_path_remove(&root, &scratch, path, strlen(path), is_directory) == expected);
    if (expected == 0)
        nodes[f->at].used = 0;
}

/* Whether a move happens. Why it does not may have several reasons at once. */
static int may_move(const struct found *from, const struct found *to)
{
    if (from->result != 0 || to->result != 0 || from->dir == NOWHERE || to->dir == NOWHERE ||
        from->at == NOWHERE)
        return 0;
    int is_directory = nodes[from->at].is_directory;
    if (is_directory && is_below(to->dir, from->at))
        return 0;
    return to->at == NOWHERE || to->at == from->at ||
           (nodes[to->at].is_directory == is_directory && (!is_directory || is_empty(to->at)));
}

static void do_rename(const struct found *from, const char *path, const struct found *to,
                      const char *new_path)
{
    int r = nonfs_path_rename(&root, &scratch, path, strlen(path), new_path, strlen(new_path));

    must((r == 0) == may_move(from, to));
    if (r < 0 || to->at == from->at)
        return;
    if (to->at != NOWHERE)
        nodes[to->at].used = 0;
    nodes[from->at].parent = to->dir;
    nodes[from->at].name = to->name;
}

static bool count_entry(void *context, uint64_t inode, enum nonfs_kind kind, const char *name,
                        size_t len)
{
    uint32_t *names = context;

    (void)inode;
    must(len == 1 && (kind == NONFS_KIND_FILE || kind == NONFS_KIND_DIRECTORY));
    must((*names >> (name[0] - 'a') & 1) == 0);
    *names |= 1u << (name[0] - 'a');
    return true;
}

static void do_list(const struct found *f, const char *path)
{
    struct nonfs_file dir;
    uint32_t names = 0, expected = 0;

    if (f->result != 0 || f->at == NOWHERE || !nodes[f->at].is_directory)
        return;
    must(nonfs_file_open(&root, &scratch, path, strlen(path), NONFS_OPEN_READ, 0, &dir) == 0);
    must(nonfs_file_read_dir(&dir, count_entry, &names) == 0);
    nonfs_file_close(&dir);
    for (uint32_t i = 1; i < NODES; i++)
        if (nodes[i].used && nodes[i].parent == f->at)
            expected |= 1u << nodes[i].name;
    must(names == expected);
}

/* A link that is gone again before the next operation: what it leads to, or that it leads nowhere, is for the sanitizers. */
static void do_link(const struct found *f, const char *path, const char *target)
{
    char below[64];
    struct nonfs_fs_stat stat;

    if (nonfs_path_symlink(&root, &scratch, target, strlen(target), path, strlen(path)) < 0)
        return;
    must(f->result == 0 && f->at == NOWHERE);
    (void)!nonfs_path_stat(&root, &scratch, path, strlen(path), 0, &stat);
    snprintf(below, sizeof(below), "%s/../a", path);
    (void)!nonfs_path_stat(&root, &scratch, below, strlen(below), 0, &stat);
    must(nonfs_path_remove(&root, &scratch, path, strlen(path), false) == 0);
}

static void operate(const uint8_t *o)
{
    char path[32], other[32];
    struct found f = look(o[1], (uint8_t)(o[0] >> 5 & (o[3] >> 7 ? 7u : 0u)), path);
    struct found g = look(o[2], 0, other);

    switch (o[0] & 15) {
    case 0:
    case 1:
    case 2:
        do_make_directory(&f, path);
        break;
    case 3:
    case 4:
    case 5:
        if (f.result != 0 || f.dir != NOWHERE)
            do_write(&f, path, o[2], o[3]);
        break;
    case 6:
    case 7:
        do_read(&f, path);
        break;
    case 8:
        do_truncate(&f, path, o[2]);
        break;
    case 9:
        do_remove(&f, path, 0);
        break;
    case 10:
        do_remove(&f, path, 1);
        break;
    case 11:
    case 12:
        do_rename(&f, path, &g, other);
        break;
    case 13:
    case 14:
        do_list(&f, path);
        break;
    default:
        do_link(&f, path, other + (o[3] & 1));
        break;
    }
}

/* Leaves first. */
static void remove_everything(void)
{
    char path[8 * NODES];

    for (int left = 1; left != 0;) {
        left = 0;
        for (uint32_t i = 1; i < NODES; i++) {
            if (!nodes[i].used)
                continue;
            left = 1;
            if (nodes[i].is_directory && !is_empty(i))
                continue;
            path[sizeof(path) - 1] = '\0';
            char *at = path + sizeof(path) - 1;
            for (uint32_t n = i; n != 0; n = nodes[n].parent) {
                *--at = (char)('a' + (int)nodes[n].name);
                *--at = '/';
            }
            must(nonfs_path_remove(&root, &scratch, at, strlen(at), nodes[i].is_directory) == 0);
            nodes[i].used = 0;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t last;
    static const struct nonfs_ram_fs_cipher cipher = {seal, open_sealed, hash, &last};
    static const struct nonfs_ram_fs_config config = {
        .pages_max = 256, .inodes_max = NODES, .workers = 1, .cipher = &cipher};
    struct nonfs_fs_info before, after;
    struct nonfs_view whole;
    struct nonfs_fs *fs;
    size_t arena_size = nonfs_ram_fs_arena_size(&config);
    void *arena = malloc(arena_size);

    last = 0;
    memset(nodes, 0, sizeof(nodes));
    nodes[0].used = nodes[0].is_directory = 1;
    must(arena != NULL && nonfs_ram_fs_create(&fs, &config, arena, arena_size) == 0);
    must(nonfs_vfs_init(&vfs, NULL) == 0 && nonfs_vfs_mount_root(&vfs, fs) == 0);
    nonfs_view_whole(&whole, &vfs, NULL);
    must(nonfs_file_open_view(&whole, true, &root) == 0);
    must(nonfs_file_fs_info(&root, &before) == 0);
    for (size_t i = 0; i + 4 <= size && i < 4 * 200; i += 4)
        operate(data + i);
    remove_everything();
    must(nonfs_file_fs_info(&root, &after) == 0);
    must(after.blocks_free == before.blocks_free && after.inodes_free == before.inodes_free);
    nonfs_file_close(&root);
    nonfs_view_release(&whole);
    must(fs->users == 0);
    nonfs_ram_fs_destroy(fs);
    free(arena);
    return 0;
}
