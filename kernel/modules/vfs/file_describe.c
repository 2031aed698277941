/* Requests that tell: of files, directories, links and mounts. None changes anything but a position. */
#include "file_private.h"

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

int request_stat(struct handle *h, const uint64_t *w)
{
    struct nonos_file_stat stat = {.kind = NONOS_KIND_PIPE, .mode = 0600, .links = 1};
    if (h->file->pipe) {
        stat.size = pipe_used(h->file->pipe);
    } else {
        int r = h->file->at.fs->ops->stat(h->file->at.fs, h->file->at.inode, &stat);
        if (r < 0)
            return r;
    }
    return stat_put(h, w[0], &stat);
}

int request_stat_path(struct handle *h, const uint64_t *w)
{
    struct target t;
    struct nonos_file_stat stat;
    int r = path_walk(h, w[0], w[1], w[2] ? WALK_NO_FOLLOW : 0, &t);
    if (r == 0)
        r = t.at.fs->ops->stat(t.at.fs, t.at.inode, &stat);
    return r < 0 ? r : stat_put(h, w[0], &stat);
}

struct listing {
    const struct handle *handle;
    uint8_t *bytes;
    size_t len, used;
};

static bool listing_add(void *context, uint64_t inode, enum nonos_file_kind kind, const char *name,
                        size_t name_len)
{
    struct listing *l = context;
    struct open_file *dir = l->handle->file;
    struct nonos_file_entry entry = {.inode = inode, .kind = (uint8_t)kind};
    size_t len = (offsetof(struct nonos_file_entry, name) + name_len + 7) & ~(size_t)7;
    if (name_len > NONOS_FILE_NAME_MAX ||
        !view_shows(dir->view, dir->at, (struct place){dir->at.fs, inode}))
        return true;
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
    struct listing l = {.handle = h, .len = (size_t)w[1]};
    if (dir->kind != NONOS_KIND_DIRECTORY)
        return NONOS_E_NOT_DIRECTORY;
    /* Room for the longest entry, so that 0 bytes always means the end. */
    if (w[1] < offsetof(struct nonos_file_entry, name) + NONOS_FILE_NAME_MAX + 8)
        return NONOS_E_RANGE;
    int r = buffer_range(h, w[0], w[1], &l.bytes);
    if (r == 0)
        r = dir->at.fs->ops->read_dir(dir->at.fs, dir->at.inode, &dir->position, listing_add, &l);
    reply->words[0] = l.used;
    return r;
}

int request_read_link(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct target t;
    char text[NONOS_PATH_MAX];
    uint8_t *bytes = NULL;
    size_t len;
    int r = path_walk(h, w[0], w[1], WALK_NO_FOLLOW, &t);
    if (r < 0)
        return r;
    if (t.kind != NONOS_KIND_SYMLINK)
        return NONOS_E_INVALID;
    r = t.at.fs->ops->read_link(t.at.fs, t.at.inode, text, sizeof(text), &len);
    if (r < 0)
        return r;
    r = buffer_range(h, w[0], len, &bytes);
    if (r < 0)
        return r;
    memcpy(bytes, text, len);
    reply->words[0] = len;
    return 0;
}

int request_stat_fs(struct handle *h, const uint64_t *w)
{
    struct nonos_file_fs info;
    uint8_t *bytes;
    if (h->file->pipe)
        return NONOS_E_INVALID;
    int r = buffer_range(h, w[0], sizeof(info), &bytes);
    if (r < 0)
        return r;
    r = h->file->at.fs->ops->stat_fs(h->file->at.fs, &info);
    if (r == 0)
        memcpy(bytes, &info, sizeof(info));
    return r;
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

/* A line a mount: "SOURCE PATH TYPE ro|rw". */
int request_mounts(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    uint8_t *text;
    size_t used = 0;
    struct fs *fs;
    const char *path;
    int r = buffer_range(h, w[0], w[1], &text);
    for (size_t i = 0; r == 0 && mount_get(i, &fs, &path); i++) {
        struct nonos_file_fs info;
        r = fs->ops->stat_fs(fs, &info);
        const char *fields[] = {info.source, path, info.type, info.read_only ? "ro" : "rw"};
        for (size_t j = 0; r == 0 && j < 4; j++)
            r = field_add(text, (size_t)w[1], &used, fields[j], j == 3 ? '\n' : ' ');
    }
    reply->words[0] = used;
    return r;
}
