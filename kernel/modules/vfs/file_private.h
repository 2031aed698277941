/*
 * What the requests share: open files, the client's buffer, and its paths. A request returns a nonos_result; `words` are the
 * message's, and nothing in them is checked yet.
 */
#ifndef VFS_FILE_PRIVATE_H
#define VFS_FILE_PRIVATE_H

#include "file.h"

struct open_file {
    size_t references;
    struct open_file *next; /* for the owner of file_next() */
    enum nonos_file_kind kind;
    struct nonfs_file file; /* not of a pipe */
    struct pipe *pipe;
    bool write; /* of a pipe: which end it is */
};

/* `len` bytes at `at` of the client's buffer; RANGE if they are not in it. */
int buffer_range(const struct handle *h, uint64_t at, uint64_t len, uint8_t **bytes);

int path_get(const struct handle *h, uint64_t at, uint64_t len, struct path *path);
/* The same for a path that is going to be walked: the handle must be a directory. */
int path_get_in(const struct handle *h, uint64_t at, uint64_t len, struct path *path);

enum nonos_file_kind kind_of(enum nonfs_kind kind);

/* file_describe.c */
int request_stat(struct handle *h, const uint64_t *w);
int request_stat_path(struct handle *h, const uint64_t *w, struct file_work *work);
int request_read_dir(struct handle *h, const uint64_t *w, struct file_reply *reply);
int request_read_link(struct handle *h, const uint64_t *w, struct file_reply *reply,
                      struct file_work *work);
int request_stat_fs(struct handle *h, const uint64_t *w);
int request_mounts(struct handle *h, const uint64_t *w, struct file_reply *reply);

/* file_change.c */
int request_make_dir(struct handle *h, const uint64_t *w, struct file_work *work);
int request_remove(struct handle *h, const uint64_t *w, struct file_work *work);
int request_rename(struct handle *h, const uint64_t *w, struct file_work *work);
int request_link(struct handle *h, const uint64_t *w, struct file_work *work);
int request_symlink(struct handle *h, const uint64_t *w, struct file_work *work);
int request_truncate(struct handle *h, const uint64_t *w);
int request_set_mode(struct handle *h, const uint64_t *w, struct file_work *work);
int request_set_times(struct handle *h, const uint64_t *w, struct file_work *work);

/* file_mount.c */
int request_sync(struct handle *h, const uint64_t *w);
int request_mount(struct handle *h, const uint64_t *w, struct file_work *work);
int request_unmount(struct handle *h, const uint64_t *w, struct file_work *work);
int request_check_disk(struct handle *h, const uint64_t *w, struct file_reply *reply);
int request_make_disk(struct handle *h, const uint64_t *w);

#endif
