/*
 * A volume that is only read never changes, so inodes that were opened once are kept by number and
 * need no checking again.
 */
#include "extfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonfs/ext4.h>
#include <nonfs/ext4_node.h>
#include <nonos/runtime.h>

#define CACHE_BLOCKS 1024u
#define NODES        256u /* direct-mapped by inode number */
#define SAID_MOST    32u  /* a volume made to be damaged everywhere must not flood the console */

struct extfs {
    struct fs fs;
    struct nonfs_ext4 *volume;
    void *arena;
    char source[48];
    struct nonfs_ext4_node nodes[NODES];
    uint32_t node_inode[NODES]; /* 0: empty */
    struct nonfs_diagnostic said;
    unsigned nsaid;
};

int extfs_result(int result)
{
    switch (result) {
    case NONFS_OK:
        return 0;
    case NONFS_E_CORRUPT:
    case NONFS_E_CHECKSUM:
    case NONFS_E_NO_SIGNATURE:
        return NONOS_E_CORRUPT;
    case NONFS_E_UNSUPPORTED:
    case NONFS_E_NEEDS_RECOVERY:
        return NONOS_E_UNSUPPORTED;
    case NONFS_E_NOT_FOUND:
        return NONOS_E_NOT_FOUND;
    case NONFS_E_NOT_DIRECTORY:
        return NONOS_E_NOT_DIRECTORY;
    case NONFS_E_IS_DIRECTORY:
        return NONOS_E_IS_DIRECTORY;
    case NONFS_E_NO_SPACE:
    case NONFS_E_RANGE:
        return NONOS_E_RANGE;
    case NONFS_E_NO_MEMORY:
        return NONOS_E_NO_MEMORY;
    case NONFS_E_NAME_TOO_LONG:
        return NONOS_E_NAME_TOO_LONG;
    case NONFS_E_LOOP:
        return NONOS_E_LOOP;
    case NONFS_E_READ_ONLY:
        return NONOS_E_READ_ONLY;
    case NONFS_E_GONE:
        return NONOS_E_NO_DEVICE;
    case NONFS_E_IO:
        return NONOS_E_IO;
    default:
        return NONOS_E_INVALID;
    }
}

static struct extfs *extfs_of(struct fs *fs)
{
    return (struct extfs *)fs;
}

/* Programs see only that something is damaged: which structure, the console says. */
static void damage_say(struct extfs *ext)
{
    const struct nonfs_diagnostic *d = nonfs_ext4_diagnostic(ext->volume), *said = &ext->said;
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];
    bool again = d->structure == said->structure && d->inode == said->inode &&
                 d->block == said->block && d->reason == said->reason;
    if (again || ext->nsaid == SAID_MOST)
        return;
    ext->said = *d;
    ext->nsaid++;
    nonfs_diagnostic_format(d, text, sizeof(text));
    nonos_logf("vfs: %s%s\n", text, ext->nsaid == SAID_MOST ? "; more will not be said" : "");
}

static int volume_result(struct extfs *ext, int result)
{
    if (result == NONFS_E_CORRUPT || result == NONFS_E_CHECKSUM)
        damage_say(ext);
    return extfs_result(result);
}

/* The node of an inode, opened if it is not kept. Valid until the next call. */
static int node_get(struct fs *fs, uint64_t inode, struct nonfs_ext4_node **node)
{
    struct extfs *ext = extfs_of(fs);
    if (inode == 0 || inode > UINT32_MAX)
        return NONOS_E_NOT_FOUND;
    unsigned at = (unsigned)(inode % NODES);
    if (ext->node_inode[at] != inode) {
        int r = nonfs_ext4_open(ext->volume, (uint32_t)inode, &ext->nodes[at]);
        if (r < 0)
            return volume_result(ext, r);
        ext->node_inode[at] = (uint32_t)inode;
    }
    *node = &ext->nodes[at];
    return 0;
}

static enum nonos_file_kind kind_of_mode(uint16_t mode)
{
    switch (mode & NONFS_S_IFMT) {
    case NONFS_S_IFREG:
        return NONOS_KIND_FILE;
    case NONFS_S_IFDIR:
        return NONOS_KIND_DIRECTORY;
    case NONFS_S_IFLNK:
        return NONOS_KIND_SYMLINK;
    default:
        return NONOS_KIND_DEVICE;
    }
}

static int extfs_kind(struct fs *fs, uint32_t inode, enum nonos_file_kind *kind)
{
    struct nonfs_ext4_node *node = NULL;
    struct nonfs_ext4_stat stat;
    int r = node_get(fs, inode, &node);
    if (r < 0)
        return r;
    nonfs_ext4_stat(node, &stat);
    *kind = kind_of_mode(stat.mode);
    return 0;
}

/* The entry's own word on the type is not trusted: the inode decides, which is opened and kept. */
static int extfs_lookup(struct fs *fs, uint64_t dir, const char *name, size_t len, uint64_t *inode,
                        enum nonos_file_kind *kind)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_node *parent = NULL, node;
    struct nonfs_ext4_stat stat;
    int r = node_get(fs, dir, &parent);
    if (r < 0)
        return r;
    r = nonfs_ext4_lookup(ext->volume, parent, name, len, NONFS_EXT4_LOOKUP_NOFOLLOW, &node);
    if (r < 0)
        return volume_result(ext, r);
    nonfs_ext4_stat(&node, &stat);
    ext->nodes[stat.inode % NODES] = node;
    ext->node_inode[stat.inode % NODES] = stat.inode;
    *inode = stat.inode;
    *kind = kind_of_mode(stat.mode);
    return 0;
}

static int extfs_parent(struct fs *fs, uint64_t dir, uint64_t *parent)
{
    enum nonos_file_kind kind;
    if (dir == fs->root) {
        *parent = dir;
        return 0;
    }
    int r = extfs_lookup(fs, dir, "..", 2, parent, &kind);
    if (r < 0)
        return r == NONOS_E_NOT_FOUND ? NONOS_E_CORRUPT : r;
    return kind == NONOS_KIND_DIRECTORY && *parent != dir ? 0 : NONOS_E_CORRUPT;
}

static int64_t nanoseconds(struct nonfs_time t)
{
    int64_t ns;
    if (__builtin_mul_overflow(t.seconds, INT64_C(1000000000), &ns) ||
        __builtin_add_overflow(ns, (int64_t)t.nanoseconds, &ns))
        return t.seconds < 0 ? INT64_MIN : INT64_MAX;
    return ns;
}

static int extfs_stat(struct fs *fs, uint64_t inode, struct nonos_file_stat *out)
{
    struct nonfs_ext4_node *node = NULL;
    struct nonfs_ext4_stat stat;
    struct nonfs_ext4_info info;
    int r = node_get(fs, inode, &node);
    if (r < 0)
        return r;
    nonfs_ext4_stat(node, &stat);
    nonfs_ext4_info(extfs_of(fs)->volume, &info);
    *out = (struct nonos_file_stat){
        .device = fs->device,
        .inode = inode,
        .kind = kind_of_mode(stat.mode),
        .mode = stat.mode & 07777u,
        .links = stat.links,
        .uid = stat.uid,
        .gid = stat.gid,
        .block_size = info.block_size,
        .size = stat.size,
        .blocks = stat.allocated / 512,
        .access_ns = nanoseconds(stat.atime),
        .change_ns = nanoseconds(stat.ctime),
        .modify_ns = nanoseconds(stat.mtime),
        .create_ns = nanoseconds(stat.crtime),
    };
    return 0;
}

static int extfs_read(struct fs *fs, uint64_t inode, uint64_t offset, void *buffer, size_t len,
                      size_t *done)
{
    struct nonfs_ext4_node *node = NULL;
    int r = node_get(fs, inode, &node);
    if (r < 0)
        return r;
    r = nonfs_ext4_read(node, offset, buffer, len, done);
    /* What was read before an error is given; the next read meets the error. */
    return r < 0 && *done > 0 ? 0 : volume_result(extfs_of(fs), r);
}

static int extfs_read_dir(struct fs *fs, uint64_t dir, uint64_t *cursor, fs_emit *emit,
                          void *context)
{
    struct nonfs_ext4_node *kept, node;
    struct nonfs_ext4_entry entry;
    int r = node_get(fs, dir, &kept);
    if (r < 0)
        return r;
    node = *kept; /* asking for the kind of an entry may take its place */
    for (;;) {
        uint64_t next = *cursor;
        enum nonos_file_kind kind;
        r = nonfs_ext4_readdir(&node, &next, &entry);
        if (r == NONFS_E_NOT_FOUND)
            return 0;
        if (r < 0)
            return volume_result(extfs_of(fs), r);
        bool dots = entry.name[0] == '.' &&
                    (entry.name_len == 1 || (entry.name_len == 2 && entry.name[1] == '.'));
        if (!dots) {
            /*
             * An entry whose inode cannot be read still has a name: it is listed, and opening it
             * says why.
             */
            if (extfs_kind(fs, entry.inode, &kind) < 0)
                kind = NONOS_KIND_DEVICE;
            if (!emit(context, entry.inode, kind, entry.name, entry.name_len))
                return 0;
        }
        *cursor = next;
    }
}

static int extfs_read_link(struct fs *fs, uint64_t inode, char *target, size_t size, size_t *len)
{
    struct nonfs_ext4_node *node = NULL;
    char text[NONFS_EXT4_PATH_MAX + 1];
    int r = node_get(fs, inode, &node);
    if (r == 0)
        r = volume_result(extfs_of(fs), nonfs_ext4_readlink(node, text, sizeof(text), len));
    if (r < 0)
        return r;
    if (*len > size)
        return NONOS_E_RANGE;
    memcpy(target, text, *len);
    return 0;
}

static int extfs_stat_fs(struct fs *fs, struct nonos_file_fs *out)
{
    struct extfs *ext = extfs_of(fs);
    struct nonfs_ext4_statfs info;
    nonfs_ext4_statfs(ext->volume, &info);
    *out = (struct nonos_file_fs){
        .type = "ext4",
        .block_size = info.block_size,
        .blocks = info.blocks,
        .blocks_free = info.blocks_free,
        .inodes = info.inodes,
        .inodes_free = info.inodes_free,
        .read_only = 1,
        .name_max = info.name_max,
    };
    memcpy(out->source, ext->source, sizeof(out->source));
    return 0;
}

static int extfs_open(struct fs *fs, uint64_t inode)
{
    struct nonfs_ext4_node *node = NULL;
    return node_get(fs, inode, &node);
}

static void extfs_close(struct fs *fs, uint64_t inode)
{
    (void)fs, (void)inode; /* a node holds nothing */
}

static const struct fs_ops extfs_ops = {
    .lookup = extfs_lookup,
    .parent = extfs_parent,
    .stat = extfs_stat,
    .read = extfs_read,
    .read_dir = extfs_read_dir,
    .read_link = extfs_read_link,
    .stat_fs = extfs_stat_fs,
    .open = extfs_open,
    .close = extfs_close,
};

int extfs_create(const struct nonfs_block_device *device, const char *source, struct fs **fs,
                 char *message, size_t message_size)
{
    struct nonfs_ext4_config config = {.cache_blocks = CACHE_BLOCKS};
    struct nonfs_ext4_info info;
    struct nonfs_diagnostic diagnostic = {0};
    struct extfs *ext = calloc(1, sizeof(*ext));
    void *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    int r =
        ext && scratch ? nonfs_ext4_probe(device, scratch, &info, &diagnostic) : NONFS_E_NO_MEMORY;
    free(scratch);
    if (r == 0) {
        size_t size = nonfs_ext4_arena_size(&config, info.block_size);
        ext->arena = malloc(size);
        r = ext->arena
                ? nonfs_ext4_mount(&ext->volume, device, &config, ext->arena, size, &diagnostic)
                : NONFS_E_NO_MEMORY;
    }
    message[0] = '\0';
    if (r < 0) {
        if (diagnostic.structure != NONFS_STRUCTURE_NONE)
            nonfs_diagnostic_format(&diagnostic, message, message_size);
        else
            snprintf(message, message_size, "%s", nonfs_strerror(r));
        if (ext)
            free(ext->arena);
        free(ext);
        return extfs_result(r);
    }
    ext->fs.ops = &extfs_ops;
    ext->fs.root = NONFS_EXT4_ROOT_INODE;
    ext->fs.read_only = true;
    snprintf(ext->source, sizeof(ext->source), "%s", info.label[0] ? info.label : source);
    *fs = &ext->fs;
    return 0;
}

void extfs_destroy(struct fs *fs)
{
    struct extfs *ext = extfs_of(fs);
    (void)!nonfs_ext4_unmount(ext->volume);
    free(ext->arena);
    free(ext);
}
