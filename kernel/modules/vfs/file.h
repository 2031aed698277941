/*
 * Open files and what can be asked of them: the file protocol (nonos/file.h) apart from how
 * messages travel. The server maps buffers, gives badges and answers; this part decides what the
 * answer is.
 */
#ifndef VFS_FILE_H
#define VFS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/buffer.h>
#include <nonos/file.h>
#include <nonos/objects.h>

#include "tree.h"

struct open_file;

/* A copy, which the client cannot change any more. */
struct path {
    size_t len;
    char text[NONOS_PATH_MAX];
};

/* What one request needs while it is carried out: one for each thread. Holds nothing between requests. */
struct file_work {
    struct nonfs_vfs_scratch scratch;
    struct path path, second;
};

/* An open file together with the buffer that one client uses with it: what a badge stands for. */
struct handle {
    struct open_file *file;
    struct nonos_buffer *buffer; /* NULL until attached */
};

/* What comes back. */
struct file_reply {
    uint64_t words[NONOS_IPC_WORDS];
    struct handle handles[2]; /* new ones, to be given to the client */
    size_t nhandles;
};

/* A request that waits for a pipe: answered later. */
struct file_pending;
typedef void file_answer(void *context, int result, const struct file_reply *reply);

#define FILE_WAITS 1

/*
 * Carries out one request other than ATTACH. DENIED if the handle has no buffer or the request does
 * not carry its key. Returns a nonos_result for the reply's label with `reply` filled; the handles in it have no buffer yet. Several threads may
 * do so at once, with handles that are held (handle_attach) and not dropped meanwhile, and it waits for devices.
 */
int file_request(struct handle *handle, uint32_t op, const uint64_t words[NONOS_IPC_WORDS],
                 struct file_reply *reply, struct file_work *work);

/* ---- what follows is for one thread at a time, and waits for nothing ---- */

/* Whether a request is one for file_pipe_request(), not for file_request(). */
bool file_is_of_pipe(const struct handle *handle, uint32_t op);
/*
 * The same for a pipe, or FILE_WAITS: then `answer(context, ...)` is called once, and *pending names
 * the request for file_cancel() until then. The answer can come before this function returns, so
 * `pending` and `context` must not be touched after FILE_WAITS except by the answer itself or a
 * cancellation.
 */
int file_pipe_request(struct handle *handle, uint32_t op, const uint64_t words[NONOS_IPC_WORDS],
                      struct file_reply *reply, file_answer *answer, void *context,
                      struct file_pending **pending);
/* Its client is gone: forgets the request without an answer. */
void file_cancel(struct file_pending *pending);

/*
 * ATTACH: one more handle for the same open file, bound to `buffer`, whose reference it takes
 * over.
 */
void handle_attach(const struct handle *from, struct nonos_buffer *buffer, struct handle *handle);
enum nonos_file_kind handle_kind(const struct handle *handle);
/* Gives a handle up. Returns the file if that was its last one: it is to be closed then. Else NULL. */
NONOS_MUST_CHECK struct open_file *handle_drop(struct handle *handle);

/* ---- these wait for devices, and are for several threads ---- */

void file_close(struct open_file *file);
/* Files that are to be closed can be put into a list. */
struct open_file **file_next(struct open_file *file);

/*
 * A handle for the root of a view. Takes over the caller's reference to `view`, also on error.
 */
NONOS_MUST_CHECK int handle_open_view(struct handle *handle, struct nonfs_view *view, bool write);

#endif
