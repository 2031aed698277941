/*
 * Mounting and reading. A volume is used through one arena, which is given back when it is
 * mounted in another way.
 */
#include "extfs_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonos/runtime.h>

#define CACHE_BLOCKS 1024u
#define CACHE_BYTES  (8u << 20) /* with blocks above 8 KiB there are fewer */
#define HELD_INODES  1024u      /* open at once */
#define SAID_MOST    32u /* a volume made to be damaged everywhere must not flood the console */

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
    case NONFS_E_FULL:
    case NONFS_E_TOO_MANY_LINKS:
        return NONOS_E_NO_SPACE;
    case NONFS_E_EXISTS:
        return NONOS_E_EXISTS;
    case NONFS_E_NOT_EMPTY:
        return NONOS_E_NOT_EMPTY;
    case NONFS_E_NO_MEMORY:
        return NONOS_E_NO_MEMORY;
    case NONFS_E_NAME_TOO_LONG:
        return NONOS_E_NAME_TOO_LONG;
    case NONFS_E_LOOP:
        return NONOS_E_LOOP;
    case NONFS_E_READ_ONLY:
    case NONFS_E_ABORTED:
        return NONOS_E_READ_ONLY;
    case NONFS_E_GONE:
        return NONOS_E_NO_DEVICE;
    case NONFS_E_IO:
        return NONOS_E_IO;
    default:
        return NONOS_E_INVALID;
    }
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

int extfs_volume_result(struct extfs *ext, int result)
{
    if (result == NONFS_E_CORRUPT || result == NONFS_E_CHECKSUM) {
        damage_say(ext);
        extfs_stop_writing(ext, "it is damaged");
    }
    return extfs_result(result);
}

static struct extfs_kept *kept_at(struct extfs *ext, uint32_t inode)
{
    return &ext->kept[inode % EXTFS_NODES];
}

int extfs_node_get(struct extfs *ext, uint64_t inode, struct nonfs_ext4_node **node)
{
    if (!ext->volume)
        return NONOS_E_NO_DEVICE;
    if (inode == 0 || inode > UINT32_MAX)
        return NONOS_E_NOT_FOUND;
    struct extfs_kept *kept = kept_at(ext, (uint32_t)inode);
    if (kept->inode != inode || kept->changes != ext->changes) {
        kept->inode = 0;
        int r = nonfs_ext4_open(ext->volume, (uint32_t)inode, &kept->node);
        if (r < 0)
            return extfs_volume_result(ext, r);
        kept->inode = (uint32_t)inode;
        kept->changes = ext->changes;
    }
    *node = &kept->node;
    return 0;
}

void extfs_node_keep(struct extfs *ext, const struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_stat stat;
    nonfs_ext4_stat(node, &stat);
    *kept_at(ext, stat.inode) = (struct extfs_kept){*node, ext->changes, stat.inode};
}

static int node_get(struct fs *fs, uint64_t inode, struct nonfs_ext4_node **node)
{
    return extfs_node_get(extfs_of(fs), inode, node);
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
        return extfs_volume_result(ext, r);
    nonfs_ext4_stat(&node, &stat);
    extfs_node_keep(ext, &node);
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
    return r < 0 && *done > 0 ? 0 : extfs_volume_result(extfs_of(fs), r);
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
            return extfs_volume_result(extfs_of(fs), r);
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
        r = extfs_volume_result(extfs_of(fs), nonfs_ext4_readlink(node, text, sizeof(text), len));
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
    if (!ext->volume)
        return NONOS_E_NO_DEVICE;
    nonfs_ext4_statfs(ext->volume, &info);
    *out = (struct nonos_file_fs){
        .type = "ext4",
        .block_size = info.block_size,
        .blocks = info.blocks,
        .blocks_free = info.blocks_free,
        .inodes = info.inodes,
        .inodes_free = info.inodes_free,
        .read_only = fs->read_only,
        .name_max = info.name_max,
    };
    memcpy(out->source, ext->source, sizeof(out->source));
    return 0;
}

/* ---- mounting ---- */

/* Mounts the volume, in a new arena. A result of the library. */
static int volume_mount(struct extfs *ext, bool write, struct nonfs_ext4_info *info,
                        struct nonfs_diagnostic *diagnostic)
{
    uint32_t fitting = CACHE_BYTES / info->block_size;
    struct nonfs_ext4_config config = {
        .cache_blocks = fitting < CACHE_BLOCKS ? fitting : CACHE_BLOCKS,
        .flags = write ? NONFS_MOUNT_WRITE : 0,
        .held_inodes = HELD_INODES,
        .now = extfs_now(),
    };
    if (config.cache_blocks < NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE)
        config.cache_blocks = NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE;
    size_t size = nonfs_ext4_arena_size(&config, info->block_size);
    ext->arena = malloc(size);
    if (!ext->arena)
        return NONFS_E_NO_MEMORY;
    int r = nonfs_ext4_mount(&ext->volume, &ext->device, &config, ext->arena, size, diagnostic);
    if (r < 0) {
        free(ext->arena);
        ext->arena = NULL;
        return r;
    }
    ext->fs.read_only = !write;
    return 0;
}

/* Whether a volume that could not be mounted for writing, for this reason, may be looked at. */
static bool can_be_read(int result)
{
    return result != NONFS_E_IO && result != NONFS_E_GONE && result != NONFS_E_NO_MEMORY &&
           result != NONFS_E_NO_SIGNATURE && result != NONFS_E_INVALID;
}

static void message_put(char *message, size_t size, int result, const struct nonfs_diagnostic *d)
{
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];
    if (d->structure == NONFS_STRUCTURE_NONE) {
        snprintf(message, size, "%s", nonfs_strerror(result));
        return;
    }
    nonfs_diagnostic_format(d, text, sizeof(text));
    snprintf(message, size, "%s", text);
}

static int extfs_mount(struct extfs *ext, const char *source, bool read_only, char *message,
                       size_t message_size)
{
    struct nonfs_ext4_info info;
    struct nonfs_diagnostic diagnostic = {0};
    void *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    int r =
        scratch ? nonfs_ext4_probe(&ext->device, scratch, &info, &diagnostic) : NONFS_E_NO_MEMORY;
    free(scratch);
    message[0] = '\0';
    if (r < 0) {
        message_put(message, message_size, r, &diagnostic);
        return extfs_result(r);
    }
    r = volume_mount(ext, !read_only, &info, &diagnostic);
    if (r < 0)
        message_put(message, message_size, r, &diagnostic);
    if (r < 0 && !read_only && can_be_read(r)) {
        r = volume_mount(ext, false, &info, &diagnostic);
        if (r < 0)
            message_put(message, message_size, r, &diagnostic);
    }
    if (r == 0)
        snprintf(ext->source, sizeof(ext->source), "%s", info.label[0] ? info.label : source);
    return extfs_result(r);
}

/*
 * Makes the volume durable and clean, unless writing was ended by an error: then the journal is left
 * for the next mount.
 */
static int extfs_unmount(struct extfs *ext)
{
    struct nonfs_time now = extfs_now();
    nonfs_ext4_set_time(ext->volume, &now);
    int r = ext->stopped ? 0 : nonfs_ext4_unmount(ext->volume);
    free(ext->arena);
    ext->arena = NULL;
    ext->volume = NULL;
    ext->dirty = false;
    return ext->failed ? NONOS_E_IO : extfs_result(r);
}

/*
 * The end of writing, but not of reading: unmounted, so that the volume is clean, and mounted anew.
 */
static int extfs_rest(struct fs *fs)
{
    struct extfs *ext = extfs_of(fs);
    char message[EXTFS_MESSAGE_SIZE], source[sizeof(ext->source)];
    memcpy(source, ext->source, sizeof(source));
    if (fs->read_only)
        return ext->failed ? NONOS_E_IO : 0;
    int r = extfs_unmount(ext);
    ext->changes++;
    int again = extfs_mount(ext, source, true, message, sizeof(message));
    fs->read_only = true;
    if (again < 0)
        nonos_logf("vfs: %s: %s\n", ext->source, message);
    return r;
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
    .write = extfs_write,
    .truncate = extfs_truncate,
    .create = extfs_create_inode,
    .link = extfs_link,
    .remove = extfs_remove,
    .rename = extfs_rename,
    .set_mode = extfs_set_mode,
    .set_times = extfs_set_times,
    .sync = extfs_sync,
    .rest = extfs_rest,
};

int extfs_create(const struct nonfs_block_device *device, const char *source, bool read_only,
                 struct fs **fs, char *message, size_t message_size)
{
    struct extfs *ext = calloc(1, sizeof(*ext));
    if (!ext)
        return NONOS_E_NO_MEMORY;
    ext->device = *device;
    ext->fs.ops = &extfs_ops;
    ext->fs.root = NONFS_EXT4_ROOT_INODE;
    int r = extfs_mount(ext, source, read_only, message, message_size);
    if (r < 0) {
        free(ext);
        return r;
    }
    *fs = &ext->fs;
    return 0;
}

int extfs_destroy(struct fs *fs)
{
    struct extfs *ext = extfs_of(fs);
    int r = ext->volume ? extfs_unmount(ext) : 0;
    free(ext);
    return r;
}

bool extfs_is_dirty(const struct fs *fs)
{
    return ((const struct extfs *)fs)->dirty;
}
