/* Requests that tell: of files, directories, links and mounts. None changes anything but a position. */
#include "file_private.h"

#include <stdio.h>
#include <string.h>

#include "pipe.h"

static int stat_put(const struct handle *h, uint64_t at, const struct nonos_file_stat *stat)
{
    uint8_t *bytes;
    int r = buffer_range(h, at, sizeof(*stat), &bytes);
    if (r == 0)
        memcpy(bytes, stat, sizeof(*stat));
    return r;
}

static struct nonos_file_stat stat_of(const struct nonfs_fs_stat *stat)
{
    return (struct nonos_file_stat){
        .device = stat->device,
        .inode = stat->inode,
        .kind = kind_of(stat->kind),
        .mode = stat->mode,
        .links = stat->links,
        .uid = stat->uid,
        .gid = stat->gid,
        .block_size = stat->block_size,
        .size = stat->size,
        .blocks = stat->allocated / 512,
        .access_ns = stat->access_ns,
        .change_ns = stat->change_ns,
        .modify_ns = stat->modify_ns,
        .create_ns = stat->create_ns,
    };
}

int request_stat(struct handle *h, const uint64_t *w)
{
    struct nonos_file_stat stat = {.kind = NONOS_KIND_PIPE, .mode = 0600, .links = 1};
    if (h->file->pipe) {
        stat.size = pipe_used(h->file->pipe);
    } else {
        struct nonfs_fs_stat found;
        int r = tree_result(nonfs_file_stat(&h->file->file, &found));
        if (r < 0)
            return r;
        stat = stat_of(&found);
    }
    return stat_put(h, w[0], &stat);
}

int request_stat_path(struct handle *h, const uint64_t *w, struct file_work *work)
{
    struct nonfs_fs_stat found;
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r == 0)
        r = tree_result(nonfs_path_stat(&h->file->file, &work->scratch, work->path.text,
                                        work->path.len, w[2] ? NONFS_PATH_NO_FOLLOW : 0, &found));
    if (r < 0)
        return r;
    struct nonos_file_stat stat = stat_of(&found);
    return stat_put(h, w[0], &stat);
}

struct listing {
    uint8_t *bytes;
    size_t len, used;
};

static bool listing_add(void *context, uint64_t inode, enum nonfs_kind kind, const char *name,
                        size_t name_len)
{
    struct listing *l = context;
    struct nonos_file_entry entry = {.inode = inode, .kind = (uint8_t)kind_of(kind)};
    size_t len = (offsetof(struct nonos_file_entry, name) + name_len + 7) & ~(size_t)7;
    if (len > l->len - l->used)
        return false;
    entry.len = (uint16_t)len;
    entry.name_len = (uint8_t)name_len;
    memset(l->bytes + l->used, 0, len);
    memcpy(l->bytes + l->used, &entry, offsetof(struct nonos_file_entry, name));
    memcpy(l->bytes + l->used + offsetof(struct nonos_file_entry, name), name, name_len);
    l->used += len;
    return true;
}

int request_read_dir(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct open_file *dir = h->file;
    struct listing l = {.len = (size_t)w[1]};
    if (dir->kind != NONOS_KIND_DIRECTORY)
        return NONOS_E_NOT_DIRECTORY;
    /* Room for the longest entry, so that 0 bytes always means the end. */
    if (w[1] < offsetof(struct nonos_file_entry, name) + NONOS_FILE_NAME_MAX + 8)
        return NONOS_E_RANGE;
    int r = buffer_range(h, w[0], w[1], &l.bytes);
    if (r == 0)
        r = tree_result(nonfs_file_read_dir(&dir->file, listing_add, &l));
    reply->words[0] = l.used;
    return r;
}

int request_read_link(struct handle *h, const uint64_t *w, struct file_reply *reply,
                      struct file_work *work)
{
    struct path *text = &work->second;
    uint8_t *bytes = NULL;
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r == 0)
        r = tree_result(nonfs_path_read_link(&h->file->file, &work->scratch, work->path.text,
                                             work->path.len, text->text, sizeof(text->text),
                                             &text->len));
    if (r == 0)
        r = buffer_range(h, w[0], text->len, &bytes);
    if (r < 0)
        return r;
    memcpy(bytes, text->text, text->len);
    reply->words[0] = text->len;
    return 0;
}

_Static_assert(sizeof(((struct nonos_file_fs *)NULL)->type) ==
                       sizeof(((struct nonfs_fs_info *)NULL)->type) &&
                   sizeof(((struct nonos_file_fs *)NULL)->source) ==
                       sizeof(((struct nonfs_fs_info *)NULL)->source),
               "texts of STAT_FS");

int request_stat_fs(struct handle *h, const uint64_t *w)
{
    struct nonfs_fs_info info;
    struct nonos_file_fs out;
    uint8_t *bytes;
    if (h->file->pipe)
        return NONOS_E_INVALID;
    int r = buffer_range(h, w[0], sizeof(out), &bytes);
    if (r == 0)
        r = tree_result(nonfs_file_fs_info(&h->file->file, &info));
    if (r < 0)
        return r;
    out = (struct nonos_file_fs){
        .block_size = info.block_size,
        .blocks = info.blocks,
        .blocks_free = info.blocks_free,
        .inodes = info.inodes,
        .inodes_free = info.inodes_free,
        .read_only = info.read_only,
        .name_max = info.name_max,
    };
    memcpy(out.type, info.type, sizeof(out.type));
    memcpy(out.source, info.source, sizeof(out.source));
    memcpy(bytes, &out, sizeof(out));
    return 0;
}

/* Adds a field of a line to a text of at most `size` bytes; a space becomes "\\040". */
static int field_add(uint8_t *text, size_t size, size_t *used, const char *field, char after)
{
    for (; *field; field++) {
        const char *c = *field == ' ' ? "\\040" : field;
        size_t len = *field == ' ' ? 4 : 1;
        if (len > size - *used)
            return NONOS_E_RANGE;
        memcpy(text + *used, c, len);
        *used += len;
    }
    if (*used == size)
        return NONOS_E_RANGE;
    text[(*used)++] = (uint8_t)after;
    return 0;
}

/* A line a mount: "SOURCE PATH TYPE ro|rw[,OPTION]...". */
int request_mounts(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct nonfs_fs_info info;
    char path[NONFS_VFS_MOUNT_TEXT_MAX + 1];
    uint8_t *text;
    size_t used = 0;
    int r = buffer_range(h, w[0], w[1], &text);
    for (size_t i = 0; r == 0; i++) {
        int found = nonfs_vfs_mount_info(&tree, i, &info, path);
        if (found == NONFS_E_NOT_FOUND)
            break;
        r = tree_result(found);
        char mode[sizeof(info.options) + 3];
        snprintf(mode, sizeof(mode), "%s%s%s", info.read_only ? "ro" : "rw",
                 info.options[0] ? "," : "", info.options);
        const char *fields[] = {info.source, path, info.type, mode};
        for (size_t j = 0; r == 0 && j < 4; j++)
            r = field_add(text, (size_t)w[1], &used, fields[j], j == 3 ? '\n' : ' ');
    }
    reply->words[0] = used;
    return r;
}
