/*
 * Every request names ranges of the client's buffer, which the client may change at any time:
 * numbers are checked against its length, and paths are copied out before they are looked at.
 */
#include "file_private.h"

#include <stdlib.h>
#include <string.h>

#include "pipe.h"

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
        place_close(file->at);
    view_release(file->view);
    free(file);
}

int handle_open_directory(struct handle *handle, struct view *view, struct place directory,
                          bool write)
{
    struct open_file *file = file_new(NONOS_KIND_DIRECTORY);
    int r = file ? place_open(directory) : NONOS_E_NO_MEMORY;
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

int buffer_range(const struct handle *h, uint64_t at, uint64_t len, uint8_t **bytes)
{
    if (at > h->buffer->len || len > h->buffer->len - at)
        return NONOS_E_RANGE;
    *bytes = h->buffer->bytes + at;
    return 0;
}

int path_get(const struct handle *h, uint64_t at, uint64_t len, struct path *path)
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

int path_walk(const struct handle *h, uint64_t at, uint64_t len, unsigned flags,
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

int target_writable(const struct target *t)
{
    return t->write && !t->at.fs->read_only && t->at.fs->ops->write ? 0 : NONOS_E_READ_ONLY;
}

int target_changeable(const struct target *t)
{
    if (!t->has_name)
        return NONOS_E_INVALID;
    return t->dir_write && !t->dir.fs->read_only && t->dir.fs->ops->create ? 0 : NONOS_E_READ_ONLY;
}

int target_create(struct target *t, enum nonos_file_kind kind, uint32_t mode, const char *text,
                  size_t text_len)
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
    int r = place_open(t->at);
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
        return request_sync(h, w);
    case NONOS_FILE_STAT_FS:
        return request_stat_fs(h, w);
    case NONOS_FILE_PIPE:
        return request_pipe(h, reply);
    case NONOS_FILE_VIEW:
        return request_view(h, w, reply);
    case NONOS_FILE_MOUNTS:
        return request_mounts(h, w, reply);
    case NONOS_FILE_MOUNT:
        return request_mount(h, w);
    case NONOS_FILE_UNMOUNT:
        return request_unmount(h, w);
    case NONOS_FILE_CHECK_DISK:
        return request_check_disk(h, w, reply);
    case NONOS_FILE_MAKE_DISK:
        return request_make_disk(h, w);
    case NONOS_FILE_TTY_MODE:
    case NONOS_FILE_TTY_SIZE:
    case NONOS_FILE_TTY_INTERRUPT:
        return NONOS_E_NOT_TERMINAL;
    default:
        return NONOS_E_NO_CALL;
    }
}
