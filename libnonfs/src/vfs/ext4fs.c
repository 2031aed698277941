/* Mounting and reading. The volume keeps its arena when it is mounted in another way. */
#include "ext4fs.h"

#include <string.h>

#include "text.h"

#define READERS_MAX 8u  /* calls that read at once */
#define SAID_MOST   32u /* a volume made to be damaged everywhere must not flood who listens */

/* What is wrong: the volume's word, or that of the tree below it for a block that it refused. */
static const struct nonfs_diagnostic *diagnostic_of(const struct ext4fs *ext,
                                                    const struct nonfs_diagnostic *volume)
{
    const struct nonfs_diagnostic *refused =
        ext->config.verity != NULL ? nonfs_verity_diagnostic(ext->config.verity) : NULL;

    return refused != NULL && volume->result == NONFS_E_IO && refused->result == NONFS_E_CHECKSUM
               ? refused
               : volume;
}

/* Who uses files sees only that something is damaged: which structure, is said here. */
static void damage_say(struct ext4fs *ext, const struct nonfs_diagnostic *d)
{
    const struct nonfs_diagnostic *said = &ext->said;
    char line[NONFS_EXT4_FS_MESSAGE_SIZE];
    bool again = d->structure == said->structure && d->inode == said->inode &&
                 d->block == said->block && d->reason == said->reason;

    if (again || ext->nsaid == SAID_MOST || ext->config.say == NULL)
        return;
    ext->said = *d;
    ext->nsaid++;
    struct text text = {line, nonfs_diagnostic_format(d, line, sizeof(line)), sizeof(line)};
    if (ext->nsaid == SAID_MOST)
        text_add(&text, "; more will not be said");
    line[text.len] = '\0';
    ext->config.say(ext->config.context, line);
}

int ext4fs_result(struct ext4fs *ext, int result)
{
    const struct nonfs_diagnostic *d;

    if (result == 0 || (result != NONFS_E_CORRUPT && result != NONFS_E_CHECKSUM &&
                        (result != NONFS_E_IO || ext->config.verity == NULL)))
        return result;
    d = diagnostic_of(ext, nonfs_ext4_diagnostic(ext->volume));
    damage_say(ext, d);
    ext4fs_stop_writing(ext, "it is damaged");
    return d->result == NONFS_E_CHECKSUM ? NONFS_E_CHECKSUM : result;
}

static struct ext4fs_kept *kept_at(struct ext4fs *ext, uint32_t inode)
{
    return &ext->kept[inode % EXT4FS_NODES];
}

int ext4fs_node_get(struct ext4fs *ext, uint64_t inode, struct ext4fs_node *node)
{
    if (!ext->volume)
        return NONFS_E_GONE;
    if (inode == 0 || inode > UINT32_MAX)
        return NONFS_E_NOT_FOUND;
    const struct ext4fs_kept *kept = kept_at(ext, (uint32_t)inode);
    node->changes = ext->changes;
    if (kept->inode == inode && kept->changes == ext->changes) {
        node->node = kept->node;
        return 0;
    }
    int r = nonfs_ext4_open(ext->volume, (uint32_t)inode, &node->node);
    if (r < 0)
        return ext4fs_result(ext, r);
    ext4fs_node_keep(ext, node);
    return 0;
}

void ext4fs_node_keep(struct ext4fs *ext, const struct ext4fs_node *node)
{
    uint32_t inode = node->node.stat.inode;
    if (node->changes == ext->changes)
        *kept_at(ext, inode) = (struct ext4fs_kept){node->node, node->changes, inode};
}

static enum nonfs_kind kind_of_mode(uint16_t mode)
{
    switch (mode & NONFS_S_IFMT) {
    case NONFS_S_IFREG:
        return NONFS_KIND_FILE;
    case NONFS_S_IFDIR:
        return NONFS_KIND_DIRECTORY;
    case NONFS_S_IFLNK:
        return NONFS_KIND_SYMLINK;
    default:
        return NONFS_KIND_OTHER;
    }
}

static int kind_inside(struct ext4fs *ext, uint32_t inode, enum nonfs_kind *kind)
{
    struct ext4fs_node n;
    int r = ext4fs_node_get(ext, inode, &n);
    if (r == 0)
        *kind = kind_of_mode(n.node.stat.mode);
    return r;
}

/* The entry's own word on the type is not trusted: the inode decides, which is opened and kept. */
static int lookup_inside(struct ext4fs *ext, struct ext4fs_node *dir, const char *name, size_t len,
                         uint64_t *inode, enum nonfs_kind *kind)
{
    struct ext4fs_node child;
    child.changes = ext->changes;
    int r = nonfs_ext4_lookup(ext->volume, &dir->node, name, len, NONFS_EXT4_LOOKUP_NOFOLLOW,
                              &child.node);
    ext4fs_node_keep(ext, dir); /* it knows where its blocks are */
    if (r < 0)
        return ext4fs_result(ext, r);
    ext4fs_node_keep(ext, &child);
    *inode = child.node.stat.inode;
    *kind = kind_of_mode(child.node.stat.mode);
    return 0;
}

static int ext4fs_lookup(struct nonfs_fs *fs, uint64_t dir, const char *name, size_t len,
                         uint64_t *inode, enum nonfs_kind *kind)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    ext4fs_read_enter(ext);
    int r = ext4fs_node_get(ext, dir, &n);
    if (r == 0)
        r = lookup_inside(ext, &n, name, len, inode, kind);
    ext4fs_read_leave(ext);
    return r;
}

static int parent_inside(struct ext4fs *ext, uint64_t dir, uint64_t *parent)
{
    struct ext4fs_node n;
    enum nonfs_kind kind;
    /* A removed directory that is open is nowhere: what was above it may be gone, and its number another's. */
    int r = ext4fs_node_get(ext, dir, &n);
    if (r < 0)
        return r;
    if (n.node.stat.links == 0)
        return NONFS_E_NOT_FOUND;
    r = lookup_inside(ext, &n, "..", 2, parent, &kind);
    if (r < 0)
        return r == NONFS_E_NOT_FOUND ? NONFS_E_CORRUPT : r;
    return kind == NONFS_KIND_DIRECTORY && *parent != dir ? 0 : NONFS_E_CORRUPT;
}

static int ext4fs_parent(struct nonfs_fs *fs, uint64_t dir, uint64_t *parent)
{
    struct ext4fs *ext = ext4fs_of(fs);
    if (dir == fs->root) {
        *parent = dir;
        return 0;
    }
    ext4fs_read_enter(ext);
    int r = parent_inside(ext, dir, parent);
    ext4fs_read_leave(ext);
    return r;
}

#define SECOND INT64_C(1000000000) /* nanoseconds */

static int64_t nanoseconds(struct nonfs_time t)
{
    if (t.seconds >= INT64_MAX / SECOND)
        return INT64_MAX;
    if (t.seconds <= INT64_MIN / SECOND)
        return INT64_MIN;
    return t.seconds * SECOND + (int64_t)t.nanoseconds;
}

static void stat_fill(const struct ext4fs *ext, const struct nonfs_ext4_node *node,
                      struct nonfs_fs_stat *out)
{
    struct nonfs_ext4_stat stat;
    struct nonfs_ext4_info info;
    nonfs_ext4_stat(node, &stat);
    nonfs_ext4_info(ext->volume, &info);
    *out = (struct nonfs_fs_stat){
        .inode = stat.inode,
        .kind = kind_of_mode(stat.mode),
        .mode = stat.mode & 07777u,
        .links = stat.links,
        .uid = stat.uid,
        .gid = stat.gid,
        .block_size = info.block_size,
        .size = stat.size,
        .allocated = stat.allocated,
        .access_ns = nanoseconds(stat.atime),
        .change_ns = nanoseconds(stat.ctime),
        .modify_ns = nanoseconds(stat.mtime),
        .create_ns = nanoseconds(stat.crtime),
    };
}

static int ext4fs_stat(struct nonfs_fs *fs, uint64_t inode, struct nonfs_fs_stat *out)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    ext4fs_read_enter(ext);
    int r = ext4fs_node_get(ext, inode, &n);
    if (r == 0)
        stat_fill(ext, &n.node, out);
    ext4fs_read_leave(ext);
    return r;
}

static int ext4fs_read(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, void *buffer,
                       size_t len, size_t *done)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    ext4fs_read_enter(ext);
    int r = ext4fs_node_get(ext, inode, &n);
    if (r == 0) {
        r = nonfs_ext4_read(&n.node, offset, buffer, len, done);
        /* What was read before an error is given; the next read meets the error. */
        r = r < 0 && *done > 0 ? 0 : ext4fs_result(ext, r);
        ext4fs_node_keep(ext, &n); /* it knows where the file goes on */
    }
    ext4fs_read_leave(ext);
    return r;
}

static int read_dir_inside(struct ext4fs *ext, struct nonfs_ext4_node *node, uint64_t *cursor,
                           nonfs_fs_emit *emit, void *context)
{
    struct nonfs_ext4_entry entry;
    for (;;) {
        uint64_t next = *cursor;
        enum nonfs_kind kind = NONFS_KIND_OTHER;
        int r = nonfs_ext4_readdir(node, &next, &entry);
        if (r == NONFS_E_NOT_FOUND)
            return 0;
        if (r < 0)
            return ext4fs_result(ext, r);
        bool dots = entry.name[0] == '.' &&
                    (entry.name_len == 1 || (entry.name_len == 2 && entry.name[1] == '.'));
        if (!dots) {
            /*
             * An entry whose inode cannot be read still has a name: it is listed, and opening it
             * says why.
             */
            (void)!kind_inside(ext, entry.inode, &kind);
            if (!emit(context, entry.inode, kind, entry.name, entry.name_len))
                return 0;
        }
        *cursor = next;
    }
}

static int ext4fs_read_dir(struct nonfs_fs *fs, uint64_t dir, uint64_t *cursor, nonfs_fs_emit *emit,
                           void *context)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    ext4fs_read_enter(ext);
    int r = ext4fs_node_get(ext, dir, &n);
    if (r == 0)
        r = read_dir_inside(ext, &n.node, cursor, emit, context);
    ext4fs_read_leave(ext);
    return r;
}

static int ext4fs_read_link(struct nonfs_fs *fs, uint64_t inode, char *target, size_t size,
                            size_t *len)
{
    struct ext4fs *ext = ext4fs_of(fs);
    struct ext4fs_node n;
    ext4fs_read_enter(ext);
    int r = ext4fs_node_get(ext, inode, &n);
    if (r == 0)
        r = ext4fs_result(ext, nonfs_ext4_readlink(&n.node, target, size, len));
    ext4fs_read_leave(ext);
    return r;
}

static void options_tell(char *out, size_t size, uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *word;
    } options[] = {{NONFS_MOUNT_NO_TIMES, ",notimes"},
                   {NONFS_MOUNT_PAD, ",pad"},
                   {NONFS_MOUNT_SCRUB, ",scrub"}};
    struct text text = {.at = out, .size = size};
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (flags & options[i].flag)
            text_add(&text, options[i].word + (text.len == 0));
    }
}

static void info_fill(const struct ext4fs *ext, struct nonfs_fs_info *out)
{
    struct nonfs_ext4_statfs info;
    nonfs_ext4_statfs(ext->volume, &info);
    *out = (struct nonfs_fs_info){
        .type = "ext4",
        .block_size = info.block_size,
        .blocks = info.blocks,
        .blocks_free = info.blocks_free,
        .inodes = info.inodes,
        .inodes_free = info.inodes_free,
        .read_only = ext->fs.read_only,
        .name_max = info.name_max,
    };
    memcpy(out->source, ext->source, sizeof(out->source));
    options_tell(out->options, sizeof(out->options), nonfs_ext4_flags(ext->volume));
}

static int ext4fs_info(struct nonfs_fs *fs, struct nonfs_fs_info *out)
{
    struct ext4fs *ext = ext4fs_of(fs);
    ext4fs_read_enter(ext);
    int r = ext->volume != NULL ? 0 : NONFS_E_GONE;
    if (r == 0)
        info_fill(ext, out);
    ext4fs_read_leave(ext);
    return r;
}

/* ---- mounting ---- */

/* Of the front of the arena; the volume's part is aligned behind it. */
#define EXT4FS_SIZE                                            \
    ((sizeof(struct ext4fs) + NONFS_EXT4_FS_ARENA_ALIGN - 1) & \
     ~(size_t)(NONFS_EXT4_FS_ARENA_ALIGN - 1))

static struct nonfs_ext4_config volume_config(const struct nonfs_ext4_fs_config *config, bool write)
{
    return (struct nonfs_ext4_config){
        .cache_blocks = config->cache_blocks,
        .flags = write ? NONFS_MOUNT_WRITE | config->privacy : 0,
        .held_inodes = write ? config->held_inodes : 0,
        .monitor = config->monitor,
    };
}

/*
 * How many calls may read at once: each pins up to four blocks at a time. Of a cache that is written the transaction leaves 48, of
 * which 16 are for who changes.
 */
static unsigned readers_most(uint32_t cache_blocks, bool write)
{
    uint32_t blocks = write || cache_blocks > 4 * READERS_MAX ? 4 * READERS_MAX : cache_blocks;
    return blocks / 4;
}

/* Mounts the volume in its arena. */
static int volume_mount(struct ext4fs *ext, bool write, struct nonfs_diagnostic *diagnostic)
{
    struct nonfs_ext4_config config = volume_config(&ext->config, write);

    config.now = ext4fs_now(ext);
    int r = nonfs_ext4_mount(&ext->volume, &ext->device, &config, ext->arena, ext->arena_size,
                             diagnostic);
    if (r == 0) {
        ext->readers_max = readers_most(config.cache_blocks, write);
        ext4fs_read_only_set(ext, !write);
        ext4fs_scrubs_set(ext, (config.flags & NONFS_MOUNT_SCRUB) != 0);
    }
    return r;
}

/* Whether a volume that could not be mounted for writing, for this reason, may be looked at. */
static bool can_be_read(int result)
{
    return result != NONFS_E_IO && result != NONFS_E_GONE && result != NONFS_E_NO_MEMORY &&
           result != NONFS_E_NO_SIGNATURE && result != NONFS_E_INVALID;
}

static void message_put(char *message, int result, const struct nonfs_diagnostic *d)
{
    struct text text = {message, 0, NONFS_EXT4_FS_MESSAGE_SIZE};

    if (d->structure == NONFS_STRUCTURE_NONE)
        text_add(&text, nonfs_strerror(result));
    else
        text.len = nonfs_diagnostic_format(d, message, NONFS_EXT4_FS_MESSAGE_SIZE);
    message[text.len] = '\0';
}

static int ext4fs_mount(struct ext4fs *ext, const char *source, bool read_only, char *message)
{
    struct nonfs_ext4_info info;
    struct nonfs_diagnostic diagnostic = {0};
    struct text name = {ext->source, 0, sizeof(ext->source)};
    int r = nonfs_ext4_probe(&ext->device, ext->arena, &info, &diagnostic);

    message[0] = '\0';
    if (r == 0)
        r = volume_mount(ext, !read_only, &diagnostic);
    if (r < 0)
        message_put(message, r, diagnostic_of(ext, &diagnostic));
    if (r < 0 && !read_only && can_be_read(r)) {
        r = volume_mount(ext, false, &diagnostic);
        if (r < 0)
            message_put(message, r, diagnostic_of(ext, &diagnostic));
    }
    if (r < 0)
        return diagnostic_of(ext, &diagnostic)->result == NONFS_E_CHECKSUM ? NONFS_E_CHECKSUM : r;
    memset(ext->source, 0, sizeof(ext->source));
    text_add(&name, info.label[0] != '\0' ? info.label : source);
    return 0;
}

/*
 * Makes the volume durable and clean, unless writing was ended by an error: then the journal is left
 * for the next mount.
 */
static int ext4fs_unmount(struct ext4fs *ext)
{
    struct nonfs_time now = ext4fs_now(ext);

    nonfs_ext4_set_time(ext->volume, &now);
    int r = ext->stopped ? 0 : nonfs_ext4_unmount(ext->volume);
    ext->volume = NULL;
    ext4fs_dirty_set(ext, false);
    return ext->failed ? NONFS_E_IO : r;
}

/*
 * The end of writing, but not of reading: unmounted, so that the volume is clean, and mounted anew.
 */
static int rest_alone(struct ext4fs *ext)
{
    char message[NONFS_EXT4_FS_MESSAGE_SIZE], source[sizeof(ext->source)];

    memcpy(source, ext->source, sizeof(source));
    int r = ext4fs_unmount(ext);
    ext->changes++;
    int again = ext4fs_mount(ext, source, true, message);
    ext4fs_read_only_set(ext, true);
    if (again < 0 && ext->config.say != NULL)
        ext->config.say(ext->config.context, message);
    return r;
}

static int ext4fs_rest(struct nonfs_fs *fs)
{
    struct ext4fs *ext = ext4fs_of(fs);
    int r;

    ext4fs_change_enter(ext);
    if (fs->read_only) {
        r = ext->failed ? NONFS_E_IO : 0;
    } else {
        ext4fs_alone_enter(ext);
        r = rest_alone(ext);
        ext4fs_alone_leave(ext);
    }
    ext4fs_change_leave(ext);
    return r;
}

static const struct nonfs_fs_ops ext4fs_ops = {
    .lookup = ext4fs_lookup,
    .parent = ext4fs_parent,
    .stat = ext4fs_stat,
    .read = ext4fs_read,
    .read_dir = ext4fs_read_dir,
    .read_link = ext4fs_read_link,
    .info = ext4fs_info,
    .open = ext4fs_open,
    .close = ext4fs_close,
    .write = ext4fs_write,
    .truncate = ext4fs_truncate,
    .create = ext4fs_create_inode,
    .link = ext4fs_link,
    .remove = ext4fs_remove,
    .rename = ext4fs_rename,
    .set_mode = ext4fs_set_mode,
    .set_times = ext4fs_set_times,
    .sync = ext4fs_sync,
    .rest = ext4fs_rest,
};

size_t nonfs_ext4_fs_arena_size(const struct nonfs_ext4_fs_config *config, uint32_t block_size)
{
    struct nonfs_ext4_config volume = volume_config(config, !config->read_only);
    size_t size = nonfs_ext4_arena_size(&volume, block_size);

    if (size != 0 && size < NONFS_EXT4_PROBE_SIZE)
        size = NONFS_EXT4_PROBE_SIZE;
    return size == 0 || size > SIZE_MAX - EXT4FS_SIZE ? 0 : EXT4FS_SIZE + size;
}

int nonfs_ext4_fs_mount(struct nonfs_fs **fs, const struct nonfs_block_device *device,
                        const struct nonfs_ext4_fs_config *config, void *arena, size_t arena_size,
                        char *message)
{
    struct ext4fs *ext = arena;

    message[0] = '\0';
    if ((uintptr_t)arena % NONFS_EXT4_FS_ARENA_ALIGN != 0 || config->source == NULL)
        return NONFS_E_INVALID;
    if (arena_size < EXT4FS_SIZE + NONFS_EXT4_PROBE_SIZE)
        return NONFS_E_NO_MEMORY;
    memset(ext, 0, sizeof(*ext));
    ext->device = *device;
    ext->config = *config;
    ext->arena = (uint8_t *)arena + EXT4FS_SIZE;
    ext->arena_size = arena_size - EXT4FS_SIZE;
    ext->fs.ops = &ext4fs_ops;
    ext->fs.root = NONFS_EXT4_ROOT_INODE;
    ext->fs.serial = config->monitor == NULL;
    ext4fs_change_enter(ext);
    int r = ext4fs_mount(ext, config->source, config->read_only, message);
    ext4fs_change_leave(ext);
    ext->config.source = NULL; /* copied */
    if (r == 0)
        *fs = &ext->fs;
    return r;
}

int nonfs_ext4_fs_unmount(struct nonfs_fs *fs)
{
    struct ext4fs *ext = ext4fs_of(fs);
    int r;

    ext4fs_change_enter(ext);
    if (ext->volume == NULL)
        r = ext->failed ? NONFS_E_IO : 0;
    else
        r = ext4fs_unmount(ext);
    ext4fs_change_leave(ext);
    return r;
}

bool nonfs_ext4_fs_is_dirty(const struct nonfs_fs *fs)
{
    return __atomic_load_n(&((const struct ext4fs *)fs)->dirty, __ATOMIC_RELAXED);
}
