/*
 * Every request names ranges of the client's buffer, which the client may change at any time:
 * numbers are checked against its length, and paths are copied out before they are looked at. What is allowed, and what
 * happens, libnonfs decides.
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

/* The file, if it is to be closed. An end of a pipe is closed at once. */
static struct open_file *file_release(struct open_file *file)
{
    if (--file->references > 0)
        return NULL;
    if (!file->pipe)
        return file;
    pipe_close(file->pipe, file->write);
    free(file);
    return NULL;
}

void file_close(struct open_file *file)
{
    nonfs_file_close(&file->file);
    free(file);
}

struct open_file **file_next(struct open_file *file)
{
    return &file->next;
}

int handle_open_view(struct handle *handle, struct nonfs_view *view, bool write)
{
    struct open_file *file = file_new(NONOS_KIND_DIRECTORY);
    int r = file ? tree_result(nonfs_file_open_view(view, write, &file->file)) : NONOS_E_NO_MEMORY;
    nonfs_view_release(view); /* the file has its own */
    if (r < 0) {
        free(file);
        return r;
    }
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

struct open_file *handle_drop(struct handle *handle)
{
    struct open_file *file = file_release(handle->file);
    nonos_buffer_release(handle->buffer);
    *handle = (struct handle){NULL, NULL};
    return file;
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

int path_get_in(const struct handle *h, uint64_t at, uint64_t len, struct path *path)
{
    return h->file->kind == NONOS_KIND_DIRECTORY ? path_get(h, at, len, path)
                                                 : NONOS_E_NOT_DIRECTORY;
}

/* ---- open ---- */

enum nonos_file_kind kind_of(enum nonfs_kind kind)
{
    switch (kind) {
    case NONFS_KIND_FILE:
        return NONOS_KIND_FILE;
    case NONFS_KIND_DIRECTORY:
        return NONOS_KIND_DIRECTORY;
    case NONFS_KIND_SYMLINK:
        return NONOS_KIND_SYMLINK;
    default:
        return NONOS_KIND_DEVICE;
    }
}

/* The protocol's flags are the library's. */
_Static_assert(NONOS_OPEN_READ == NONFS_OPEN_READ && NONOS_OPEN_WRITE == NONFS_OPEN_WRITE &&
                   NONOS_OPEN_CREATE == NONFS_OPEN_CREATE &&
                   NONOS_OPEN_EXCLUSIVE == NONFS_OPEN_EXCLUSIVE &&
                   NONOS_OPEN_TRUNCATE == NONFS_OPEN_TRUNCATE &&
                   NONOS_OPEN_APPEND == NONFS_OPEN_APPEND &&
                   NONOS_OPEN_DIRECTORY == NONFS_OPEN_DIRECTORY &&
                   NONOS_OPEN_NO_FOLLOW == NONFS_OPEN_NO_FOLLOW,
               "flags of OPEN");
#define OPEN_FLAGS 0xffu

/* What a disk may hold beside files, directories and links is no device that is here. */
static int open_result(int result)
{
    return result == NONFS_E_UNSUPPORTED ? NONOS_E_NO_DEVICE : tree_result(result);
}

static int request_open(struct handle *h, const uint64_t *w, struct file_reply *reply,
                        struct file_work *work)
{
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r < 0)
        return r;
    struct open_file *file = file_new(NONOS_KIND_FILE);
    if (!file)
        return NONOS_E_NO_MEMORY;
    r = open_result(nonfs_file_open(&h->file->file, &work->scratch, work->path.text, work->path.len,
                                    w[2] & OPEN_FLAGS, (uint32_t)w[3], &file->file));
    if (r < 0) {
        free(file);
        return r;
    }
    file->kind = kind_of(file->file.kind);
    reply->handles[0] = (struct handle){file, NULL};
    reply->nhandles = 1;
    reply->words[0] = file->kind;
    return 0;
}

static int request_pipe(struct file_reply *reply)
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
    writer->write = true;
    reply->handles[0] = (struct handle){reader, NULL};
    reply->handles[1] = (struct handle){writer, NULL};
    reply->nhandles = 2;
    return 0;
}

static void view_free(struct nonfs_view *view)
{
    free(view);
}

/* The view's text is copied: the client could change it between its check and its use. */
static int request_view(struct handle *h, const uint64_t *w, struct file_reply *reply,
                        struct file_work *work)
{
    const struct path *text = &work->path;
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r < 0)
        return r;
    const struct nonfs_file *directory = &h->file->file;
    struct nonfs_view *view = malloc(sizeof(*view));
    if (!view)
        return NONOS_E_NO_MEMORY;
    r = tree_result(
        nonfs_view_part(view, directory->view, &work->scratch, text->text, text->len, view_free));
    if (r < 0) {
        free(view);
        return r;
    }
    r = handle_open_view(&reply->handles[0], view, directory->write);
    if (r == 0)
        reply->nhandles = 1;
    return r;
}

/* ---- data ---- */

static void pending_finish(struct pipe_waiter *waiter, int result)
{
    struct file_pending *p = (struct file_pending *)waiter;
    struct file_reply reply = {.words = {waiter->done}};
    /* What a writer got rid of before the reader left was written. */
    p->answer(p->context, result < 0 && waiter->done > 0 ? 0 : result, &reply);
    (void)file_release(p->file); /* a pipe's */
    nonos_buffer_release(p->buffer);
    free(p);
}

void file_cancel(struct file_pending *pending)
{
    pipe_cancel(pending->pipe, &pending->waiter);
    (void)file_release(pending->file);
    nonos_buffer_release(pending->buffer);
    free(pending);
}

static int request_pipe_data(struct handle *h, const uint64_t *w, bool write,
                             struct file_reply *reply, file_answer *answer, void *context,
                             struct file_pending **pending)
{
    uint8_t *bytes;
    size_t len = (size_t)w[1], done;
    if (write != h->file->write)
        return NONOS_E_DENIED;
    int r = buffer_range(h, w[0], w[1], &bytes);
    if (r < 0)
        return r;
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
    r = write ? pipe_write(p->pipe, bytes, len, &done, &p->waiter)
              : pipe_read(p->pipe, bytes, len, &done, &p->waiter);
    if (r == PIPE_WAITS)
        return FILE_WAITS;
    *pending = NULL;
    (void)file_release(p->file); /* a pipe's */
    nonos_buffer_release(p->buffer);
    free(p);
    reply->words[0] = done;
    return r;
}

_Static_assert(NONOS_FILE_CURRENT == NONFS_FILE_POSITION, "an offset that says: the position");

static int request_data(struct handle *h, const uint64_t *w, bool write, struct file_reply *reply)
{
    struct nonfs_file *file = &h->file->file;
    uint8_t *bytes;
    size_t done = 0;
    int r = buffer_range(h, w[0], w[1], &bytes);
    if (r < 0)
        return r;
    r = tree_result(write ? nonfs_file_write(file, w[2], bytes, (size_t)w[1], &done)
                          : nonfs_file_read(file, w[2], bytes, (size_t)w[1], &done));
    reply->words[0] = done;
    return r;
}

static int request_seek(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    if (h->file->pipe || w[1] > NONFS_SEEK_END)
        return NONOS_E_INVALID;
    return tree_result(
        nonfs_file_seek(&h->file->file, (int64_t)w[0], (enum nonfs_whence)w[1], &reply->words[0]));
}

static int request_rewind_dir(struct handle *h)
{
    return h->file->pipe ? NONOS_E_NOT_DIRECTORY : tree_result(nonfs_file_rewind(&h->file->file));
}

static bool handle_is_named(const struct handle *h, const uint64_t *w)
{
    return h->buffer && w[NONOS_IPC_WORDS - 1] == h->buffer->key;
}

bool file_is_of_pipe(const struct handle *h, uint32_t op)
{
    return h->file->pipe &&
           (op == NONOS_FILE_READ || op == NONOS_FILE_WRITE || op == NONOS_FILE_STAT);
}

int file_pipe_request(struct handle *h, uint32_t op, const uint64_t w[NONOS_IPC_WORDS],
                      struct file_reply *reply, file_answer *answer, void *context,
                      struct file_pending **pending)
{
    memset(reply, 0, sizeof(*reply));
    *pending = NULL;
    if (!handle_is_named(h, w))
        return NONOS_E_DENIED;
    if (op == NONOS_FILE_STAT)
        return request_stat(h, w);
    return request_pipe_data(h, w, op == NONOS_FILE_WRITE, reply, answer, context, pending);
}

int file_request(struct handle *h, uint32_t op, const uint64_t w[NONOS_IPC_WORDS],
                 struct file_reply *reply, struct file_work *work)
{
    memset(reply, 0, sizeof(*reply));
    if (!handle_is_named(h, w))
        return NONOS_E_DENIED;
    switch (op) {
    case NONOS_FILE_OPEN:
        return request_open(h, w, reply, work);
    case NONOS_FILE_READ:
        return request_data(h, w, false, reply);
    case NONOS_FILE_WRITE:
        return request_data(h, w, true, reply);
    case NONOS_FILE_SEEK:
        return request_seek(h, w, reply);
    case NONOS_FILE_STAT:
        return request_stat(h, w);
    case NONOS_FILE_STAT_PATH:
        return request_stat_path(h, w, work);
    case NONOS_FILE_READ_DIR:
        return request_read_dir(h, w, reply);
    case NONOS_FILE_REWIND_DIR:
        return request_rewind_dir(h);
    case NONOS_FILE_MAKE_DIR:
        return request_make_dir(h, w, work);
    case NONOS_FILE_REMOVE:
        return request_remove(h, w, work);
    case NONOS_FILE_RENAME:
        return request_rename(h, w, work);
    case NONOS_FILE_LINK:
        return request_link(h, w, work);
    case NONOS_FILE_SYMLINK:
        return request_symlink(h, w, work);
    case NONOS_FILE_READ_LINK:
        return request_read_link(h, w, reply, work);
    case NONOS_FILE_TRUNCATE:
        return request_truncate(h, w);
    case NONOS_FILE_SET_MODE:
        return request_set_mode(h, w, work);
    case NONOS_FILE_SET_TIMES:
        return request_set_times(h, w, work);
    case NONOS_FILE_SYNC:
        return request_sync(h, w);
    case NONOS_FILE_STAT_FS:
        return request_stat_fs(h, w);
    case NONOS_FILE_PIPE:
        return request_pipe(reply);
    case NONOS_FILE_VIEW:
        return request_view(h, w, reply, work);
    case NONOS_FILE_MOUNTS:
        return request_mounts(h, w, reply);
    case NONOS_FILE_MOUNT:
        return request_mount(h, w, work);
    case NONOS_FILE_UNMOUNT:
        return request_unmount(h, w, work);
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
