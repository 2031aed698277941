/*
 * Every request names ranges of the client's buffer, which the client may change at any time:
 * numbers are checked against its length, and paths are copied out before they are looked at.
 */
#include "file.h"

#include <stdlib.h>
#include <string.h>

#include "pipe.h"

struct open_file {
    size_t references;
    enum nonos_file_kind kind;
    struct place at;   /* not for a pipe */
    struct view *view; /* directory */
    struct pipe *pipe;
    bool read, write, append;
    uint64_t position; /* of a file; of a directory the cursor */
};

struct file_pending {
    struct pipe_waiter waiter;
    struct pipe *pipe;
    file_answer *answer;
    void *context;
    struct open_file *file;      /* held, so that the pipe stays */
    struct nonos_buffer *buffer; /* held, so that the bytes stay */
};

/* ---- references ---- */

static struct open_file *file_new(enum nonos_file_kind kind)
{
    struct open_file *file = calloc(1, sizeof(*file));
    if (file) {
        file->references = 1;
        file->kind = kind;
    }
    return file;
}

static void file_release(struct open_file *file)
{
    if (--file->references > 0)
        return;
    if (file->pipe)
        pipe_close(file->pipe, file->write);
    else
        file->at.fs->ops->close(file->at.fs, file->at.inode);
    view_release(file->view);
    free(file);
}

int handle_open_directory(struct handle *handle, struct view *view, struct place directory,
                          bool write)
{
    struct open_file *file = file_new(NONOS_KIND_DIRECTORY);
    int r = file ? directory.fs->ops->open(directory.fs, directory.inode) : NONOS_E_NO_MEMORY;
    if (r < 0) {
        free(file);
        view_release(view);
        return r;
    }
    file->at = directory;
    file->view = view;
    file->read = true;
    file->write = write;
    *handle = (struct handle){file, NULL};
    return 0;
}

void handle_attach(const struct handle *from, struct nonos_buffer *buffer, struct handle *handle)
{
    from->file->references++;
    *handle = (struct handle){from->file, buffer};
}

enum nonos_file_kind handle_kind(const struct handle *handle)
{
    return handle->file->kind;
}

void handle_close(struct handle *handle)
{
    file_release(handle->file);
    nonos_buffer_release(handle->buffer);
    *handle = (struct handle){NULL, NULL};
}

/* ---- the client's buffer ---- */

static int buffer_range(const struct handle *h, uint64_t at, uint64_t len, uint8_t **bytes)
{
    if (at > h->buffer->len || len > h->buffer->len - at)
        return NONOS_E_RANGE;
    *bytes = h->buffer->bytes + at;
    return 0;
}

struct path {
    size_t len;
    char text[NONOS_PATH_MAX];
};

static int path_get(const struct handle *h, uint64_t at, uint64_t len, struct path *path)
{
    uint8_t *bytes;
    int r = buffer_range(h, at, len, &bytes);
    if (r < 0)
        return r;
    if (len > NONOS_PATH_MAX)
        return NONOS_E_NAME_TOO_LONG;
    if (len == 0)
        return NONOS_E_NOT_FOUND;
    memcpy(path->text, bytes, (size_t)len);
    path->len = (size_t)len;
    return 0;
}

/* Walks a path of the client from a directory that it has open. */
static int path_walk(const struct handle *h, uint64_t at, uint64_t len, unsigned flags,
                     struct target *target)
{
    struct path *path;
    if (h->file->kind != NONOS_KIND_DIRECTORY)
        return NONOS_E_NOT_DIRECTORY;
    path = malloc(sizeof(*path));
    if (!path)
        return NONOS_E_NO_MEMORY;
    int r = path_get(h, at, len, path);
    if (r == 0)
        r = walk(h->file->view, h->file->at, path->text, path->len, flags, target);
    free(path);
    if (r == 0 && !h->file->write)
        target->write = target->dir_write = false;
    return r;
}

/* ---- open ---- */

static int target_writable(const struct target *t)
{
    return t->write && !t->at.fs->read_only && t->at.fs->ops->write ? 0 : NONOS_E_READ_ONLY;
}

/* A name can be added to or taken from the directory. */
static int target_changeable(const struct target *t)
{
    if (!t->has_name)
        return NONOS_E_INVALID;
    return t->dir_write && !t->dir.fs->read_only && t->dir.fs->ops->create ? 0 : NONOS_E_READ_ONLY;
}

static int target_create(struct target *t, enum nonos_file_kind kind, uint32_t mode,
                         const char *text, size_t text_len)
{
    if (t->exists)
        return NONOS_E_EXISTS;
    int r = target_changeable(t);
    if (r < 0)
        return r;
    t->at.fs = t->dir.fs;
    r = t->dir.fs->ops->create(t->dir.fs, t->dir.inode, t->name, t->name_len, kind, mode, text,
                               text_len, &t->at.inode);
    if (r == 0) {
        t->exists = true;
        t->kind = kind;
        t->write = t->dir_write;
    }
    return r;
}

static int open_check(const struct target *t, uint64_t flags)
{
    if (t->kind == NONOS_KIND_DIRECTORY)
        return flags & (NONOS_OPEN_WRITE | NONOS_OPEN_TRUNCATE | NONOS_OPEN_APPEND)
                   ? NONOS_E_IS_DIRECTORY
                   : 0;
    if (flags & NONOS_OPEN_DIRECTORY)
        return NONOS_E_NOT_DIRECTORY;
    if (t->kind == NONOS_KIND_SYMLINK)
        return NONOS_E_LOOP;
    if (t->kind != NONOS_KIND_FILE)
        return NONOS_E_NO_DEVICE;
    return flags & (NONOS_OPEN_WRITE | NONOS_OPEN_TRUNCATE) ? target_writable(t) : 0;
}

static int open_target(const struct handle *h, const struct target *t, uint64_t flags,
                       struct handle *handle)
{
    if (t->kind == NONOS_KIND_DIRECTORY)
        return handle_open_directory(handle, view_hold(h->file->view), t->at, h->file->write);
    struct open_file *file = file_new(NONOS_KIND_FILE);
    if (!file)
        return NONOS_E_NO_MEMORY;
    int r = t->at.fs->ops->open(t->at.fs, t->at.inode);
    if (r < 0) {
        free(file);
        return r;
    }
    file->at = t->at;
    file->read = flags & NONOS_OPEN_READ;
    file->write = flags & NONOS_OPEN_WRITE;
    file->append = flags & NONOS_OPEN_APPEND;
    *handle = (struct handle){file, NULL};
    return 0;
}

static int request_open(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct target t;
    uint64_t flags = w[2];
    bool create = flags & NONOS_OPEN_CREATE;
    bool no_follow = (flags & NONOS_OPEN_NO_FOLLOW) || (create && (flags & NONOS_OPEN_EXCLUSIVE));
    int r = path_walk(h, w[0], w[1], (create ? WALK_MISSING : 0) | (no_follow ? WALK_NO_FOLLOW : 0),
                      &t);
    if (r < 0)
        return r;
    bool created = !t.exists;
    if (created)
        r = target_create(&t, NONOS_KIND_FILE, (uint32_t)w[3], NULL, 0);
    else if (create && (flags & NONOS_OPEN_EXCLUSIVE))
        r = NONOS_E_EXISTS;
    if (r == 0)
        r = open_check(&t, flags);
    if (r < 0)
        return r;
    struct handle *new = &reply->handles[0];
    r = open_target(h, &t, flags, new);
    if (r == 0 && (flags & NONOS_OPEN_TRUNCATE) && !created)
        r = t.at.fs->ops->truncate(t.at.fs, t.at.inode, 0);
    if (r < 0) {
        if (new->file)
            handle_close(new);
        return r;
    }
    new->buffer = nonos_buffer_hold(h->buffer);
    reply->nhandles = 1;
    reply->words[0] = t.kind;
    return 0;
}

static int request_pipe(struct handle *h, struct file_reply *reply)
{
    struct pipe *pipe = pipe_create();
    struct open_file *reader = file_new(NONOS_KIND_PIPE), *writer = file_new(NONOS_KIND_PIPE);
    if (!pipe || !reader || !writer) {
        free(reader);
        free(writer);
        if (pipe) {
            pipe_close(pipe, true);
            pipe_close(pipe, false);
        }
        return NONOS_E_NO_MEMORY;
    }
    reader->pipe = writer->pipe = pipe;
    reader->read = writer->write = true;
    reply->handles[0] = (struct handle){reader, nonos_buffer_hold(h->buffer)};
    reply->handles[1] = (struct handle){writer, nonos_buffer_hold(h->buffer)};
    reply->nhandles = 2;
    return 0;
}

/* The view's text is copied: the client could change it between its check and its use. */
static int request_view(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct path *text;
    struct view *view;
    if (h->file->kind != NONOS_KIND_DIRECTORY)
        return NONOS_E_NOT_DIRECTORY;
    text = malloc(sizeof(*text));
    if (!text)
        return NONOS_E_NO_MEMORY;
    int r = path_get(h, w[0], w[1], text);
    if (r == 0)
        r = view_create(h->file->view, text->text, text->len, &view);
    free(text);
    if (r == 0)
        r = handle_open_directory(&reply->handles[0], view, view_root(view), h->file->write);
    if (r == 0) {
        reply->handles[0].buffer = nonos_buffer_hold(h->buffer);
        reply->nhandles = 1;
    }
    return r;
}

/* ---- data ---- */

static void pending_finish(struct pipe_waiter *waiter, int result)
{
    struct file_pending *p = (struct file_pending *)waiter;
    struct file_reply reply = {.words = {waiter->done}};
    /* What a writer got rid of before the reader left was written. */
    p->answer(p->context, result < 0 && waiter->done > 0 ? 0 : result, &reply);
    file_release(p->file);
    nonos_buffer_release(p->buffer);
    free(p);
}

void file_cancel(struct file_pending *pending)
{
    pipe_cancel(pending->pipe, &pending->waiter);
    file_release(pending->file);
    nonos_buffer_release(pending->buffer);
    free(pending);
}

static int request_pipe_data(struct handle *h, uint8_t *bytes, size_t len, bool write,
                             struct file_reply *reply, file_answer *answer, void *context,
                             struct file_pending **pending)
{
    size_t done;
    struct file_pending *p = malloc(sizeof(*p));
    if (!p)
        return NONOS_E_NO_MEMORY;
    *p = (struct file_pending){
        .waiter.finish = pending_finish,
        .pipe = h->file->pipe,
        .answer = answer,
        .context = context,
        .file = h->file,
        .buffer = nonos_buffer_hold(h->buffer),
    };
    h->file->references++;
    /* Set first: a write that waits can be finished while it is queued. */
    *pending = p;
    int r = write ? pipe_write(p->pipe, bytes, len, &done, &p->waiter)
                  : pipe_read(p->pipe, bytes, len, &done, &p->waiter);
    if (r == PIPE_WAITS)
        return FILE_WAITS;
    *pending = NULL;
    file_release(p->file);
    nonos_buffer_release(p->buffer);
    free(p);
    reply->words[0] = done;
    return r;
}

static int data_position(struct open_file *file, uint64_t offset, bool write, uint64_t *position)
{
    struct nonos_file_stat stat;
    *position = offset == NONOS_FILE_CURRENT ? file->position : offset;
    if (!write || !file->append)
        return 0;
    int r = file->at.fs->ops->stat(file->at.fs, file->at.inode, &stat);
    if (r == 0)
        *position = stat.size;
    return r;
}

static int request_data(struct handle *h, const uint64_t *w, bool write, struct file_reply *reply,
                        file_answer *answer, void *context, struct file_pending **pending)
{
    struct open_file *file = h->file;
    uint8_t *bytes;
    uint64_t position;
    size_t done = 0;
    if (file->kind == NONOS_KIND_DIRECTORY)
        return NONOS_E_IS_DIRECTORY;
    if (write ? !file->write : !file->read)
        return NONOS_E_DENIED;
    int r = buffer_range(h, w[0], w[1], &bytes);
    if (r < 0)
        return r;
    if (file->pipe)
        return request_pipe_data(h, bytes, (size_t)w[1], write, reply, answer, context, pending);
    r = data_position(file, w[2], write, &position);
    if (r < 0)
        return r;
    struct fs *fs = file->at.fs;
    r = write ? fs->ops->write(fs, file->at.inode, position, bytes, (size_t)w[1], &done)
              : fs->ops->read(fs, file->at.inode, position, bytes, (size_t)w[1], &done);
    if (r < 0)
        return r;
    if (w[2] == NONOS_FILE_CURRENT)
        file->position = position + done;
    reply->words[0] = done;
    return 0;
}

static int request_seek(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct open_file *file = h->file;
    struct nonos_file_stat stat;
    uint64_t base = 0, position;
    if (file->kind != NONOS_KIND_FILE)
        return file->kind == NONOS_KIND_DIRECTORY ? NONOS_E_IS_DIRECTORY : NONOS_E_INVALID;
    if (w[1] == 1) {
        base = file->position;
    } else if (w[1] == 2) {
        int r = file->at.fs->ops->stat(file->at.fs, file->at.inode, &stat);
        if (r < 0)
            return r;
        base = stat.size;
    } else if (w[1] != 0) {
        return NONOS_E_INVALID;
    }
    position = base + w[0]; /* w[0] is signed: two's complement adds */
    if ((int64_t)w[0] < 0 ? position > base : position < base)
        return NONOS_E_RANGE;
    if (position > INT64_MAX)
        return NONOS_E_RANGE;
    file->position = reply->words[0] = position;
    return 0;
}

/* ---- descriptions ---- */

static int stat_put(const struct handle *h, uint64_t at, const struct nonos_file_stat *stat)
{
    uint8_t *bytes;
    int r = buffer_range(h, at, sizeof(*stat), &bytes);
    if (r == 0)
        memcpy(bytes, stat, sizeof(*stat));
    return r;
}

static int request_stat(struct handle *h, const uint64_t *w)
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

static int request_stat_path(struct handle *h, const uint64_t *w)
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

static int request_read_dir(struct handle *h, const uint64_t *w, struct file_reply *reply)
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

static int request_read_link(struct handle *h, const uint64_t *w, struct file_reply *reply)
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

static int request_stat_fs(struct handle *h, const uint64_t *w)
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
static int request_mounts(struct handle *h, const uint64_t *w, struct file_reply *reply)
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

/* ---- changes ---- */

static int request_make_dir(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], WALK_MISSING | WALK_NO_FOLLOW, &t);
    return r < 0 ? r : target_create(&t, NONOS_KIND_DIRECTORY, (uint32_t)w[2], NULL, 0);
}

static int request_remove(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], WALK_NO_FOLLOW, &t);
    if (r == 0)
        r = target_changeable(&t);
    if (r < 0)
        return r;
    if (t.at.fs != t.dir.fs)
        return NONOS_E_BUSY; /* something is mounted there */
    return t.dir.fs->ops->remove(t.dir.fs, t.dir.inode, t.name, t.name_len, w[2] != 0);
}

static int request_rename(struct handle *h, const uint64_t *w)
{
    struct target from, to;
    int r = path_walk(h, w[0], w[1], WALK_NO_FOLLOW, &from);
    if (r == 0)
        r = path_walk(h, w[2], w[3], WALK_NO_FOLLOW | WALK_MISSING, &to);
    if (r == 0)
        r = target_changeable(&from);
    if (r == 0)
        r = target_changeable(&to);
    if (r < 0)
        return r;
    if (from.at.fs != from.dir.fs || (to.exists && to.at.fs != to.dir.fs))
        return NONOS_E_BUSY;
    if (from.dir.fs != to.dir.fs)
        return NONOS_E_CROSS_DEVICE;
    return from.dir.fs->ops->rename(from.dir.fs, from.dir.inode, from.name, from.name_len,
                                    to.dir.inode, to.name, to.name_len);
}

static int request_link(struct handle *h, const uint64_t *w)
{
    struct target from, to;
    int r = path_walk(h, w[0], w[1], WALK_NO_FOLLOW, &from);
    if (r == 0)
        r = path_walk(h, w[2], w[3], WALK_NO_FOLLOW | WALK_MISSING, &to);
    if (r < 0)
        return r;
    if (to.exists)
        return NONOS_E_EXISTS;
    r = target_changeable(&to);
    /* A second name in a writable place must not make a read-only file writable. */
    if (r == 0)
        r = from.write ? 0 : NONOS_E_READ_ONLY;
    if (r < 0)
        return r;
    if (from.at.fs != to.dir.fs)
        return NONOS_E_CROSS_DEVICE;
    return to.dir.fs->ops->link(from.at.fs, from.at.inode, to.dir.inode, to.name, to.name_len);
}

static int request_symlink(struct handle *h, const uint64_t *w)
{
    struct target t;
    struct path *text = malloc(sizeof(*text));
    if (!text)
        return NONOS_E_NO_MEMORY;
    int r = path_get(h, w[0], w[1], text);
    if (r == 0)
        r = path_walk(h, w[2], w[3], WALK_NO_FOLLOW | WALK_MISSING, &t);
    if (r == 0)
        r = target_create(&t, NONOS_KIND_SYMLINK, 0777, text->text, text->len);
    free(text);
    return r;
}

static int request_truncate(struct handle *h, const uint64_t *w)
{
    struct open_file *file = h->file;
    if (file->kind != NONOS_KIND_FILE)
        return NONOS_E_INVALID;
    if (!file->write)
        return NONOS_E_DENIED;
    return file->at.fs->ops->truncate(file->at.fs, file->at.inode, w[0]);
}

static int request_set_mode(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], 0, &t);
    if (r == 0)
        r = target_writable(&t);
    return r < 0 ? r : t.at.fs->ops->set_mode(t.at.fs, t.at.inode, (uint32_t)w[2]);
}

static int request_set_times(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], 0, &t);
    if (r == 0)
        r = target_writable(&t);
    return r < 0 ? r : t.at.fs->ops->set_times(t.at.fs, t.at.inode, (int64_t)w[2], (int64_t)w[3]);
}

static int request_sync(struct handle *h)
{
    if (h->file->pipe || !h->file->at.fs->ops->sync)
        return 0;
    return h->file->at.fs->ops->sync(h->file->at.fs);
}

int file_request(struct handle *h, uint32_t op, const uint64_t w[NONOS_IPC_WORDS],
                 struct file_reply *reply, file_answer *answer, void *context,
                 struct file_pending **pending)
{
    memset(reply, 0, sizeof(*reply));
    *pending = NULL;
    if (!h->buffer || w[NONOS_IPC_WORDS - 1] != h->buffer->key)
        return NONOS_E_DENIED;
    switch (op) {
    case NONOS_FILE_OPEN:
        return request_open(h, w, reply);
    case NONOS_FILE_READ:
        return request_data(h, w, false, reply, answer, context, pending);
    case NONOS_FILE_WRITE:
        return request_data(h, w, true, reply, answer, context, pending);
    case NONOS_FILE_SEEK:
        return request_seek(h, w, reply);
    case NONOS_FILE_STAT:
        return request_stat(h, w);
    case NONOS_FILE_STAT_PATH:
        return request_stat_path(h, w);
    case NONOS_FILE_READ_DIR:
        return request_read_dir(h, w, reply);
    case NONOS_FILE_REWIND_DIR:
        h->file->position = h->file->kind == NONOS_KIND_DIRECTORY ? 0 : h->file->position;
        return h->file->kind == NONOS_KIND_DIRECTORY ? 0 : NONOS_E_NOT_DIRECTORY;
    case NONOS_FILE_MAKE_DIR:
        return request_make_dir(h, w);
    case NONOS_FILE_REMOVE:
        return request_remove(h, w);
    case NONOS_FILE_RENAME:
        return request_rename(h, w);
    case NONOS_FILE_LINK:
        return request_link(h, w);
    case NONOS_FILE_SYMLINK:
        return request_symlink(h, w);
    case NONOS_FILE_READ_LINK:
        return request_read_link(h, w, reply);
    case NONOS_FILE_TRUNCATE:
        return request_truncate(h, w);
    case NONOS_FILE_SET_MODE:
        return request_set_mode(h, w);
    case NONOS_FILE_SET_TIMES:
        return request_set_times(h, w);
    case NONOS_FILE_SYNC:
        return request_sync(h);
    case NONOS_FILE_STAT_FS:
        return request_stat_fs(h, w);
    case NONOS_FILE_PIPE:
        return request_pipe(h, reply);
    case NONOS_FILE_VIEW:
        return request_view(h, w, reply);
    case NONOS_FILE_MOUNTS:
        return request_mounts(h, w, reply);
    case NONOS_FILE_TTY_MODE:
    case NONOS_FILE_TTY_SIZE:
    case NONOS_FILE_TTY_INTERRUPT:
        return NONOS_E_NOT_TERMINAL;
    default:
        return NONOS_E_NO_CALL;
    }
}
