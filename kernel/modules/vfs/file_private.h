/*
 * What the requests share: open files, the client's buffer, and targets of paths. A request returns a nonos_result; `words` are the
 * message's, and nothing in them is checked yet.
 */
#ifndef VFS_FILE_PRIVATE_H
#define VFS_FILE_PRIVATE_H

#include "file.h"

struct open_file {
    size_t references;
    enum nonos_file_kind kind;
    struct place at;   /* not for a pipe */
    struct view *view; /* directory */
    struct pipe *pipe;
    bool read, write, append;
    uint64_t position; /* of a file; of a directory the cursor */
};

/* `len` bytes at `at` of the client's buffer; RANGE if they are not in it. */
int buffer_range(const struct handle *h, uint64_t at, uint64_t len, uint8_t **bytes);

/* A copy, which the client cannot change any more. */
struct path {
    size_t len;
    char text[NONOS_PATH_MAX];
};

int path_get(const struct handle *h, uint64_t at, uint64_t len, struct path *path);
/* Walks a path of the client from a directory that it has open. */
int path_walk(const struct handle *h, uint64_t at, uint64_t len, unsigned flags,
              struct target *target);

/* 0, or READ_ONLY. */
int target_writable(const struct target *t);
/* A name can be added to or taken from the directory. */
int target_changeable(const struct target *t);
/* Makes what a path names and does not exist; `text` is the target of a link. */
int target_create(struct target *t, enum nonos_file_kind kind, uint32_t mode, const char *text,
                  size_t text_len);

/* file_describe.c */
int request_stat(struct handle *h, const uint64_t *w);
int request_stat_path(struct handle *h, const uint64_t *w);
int request_read_dir(struct handle *h, const uint64_t *w, struct file_reply *reply);
int request_read_link(struct handle *h, const uint64_t *w, struct file_reply *reply);
int request_stat_fs(struct handle *h, const uint64_t *w);
int request_mounts(struct handle *h, const uint64_t *w, struct file_reply *reply);

/* file_change.c */
int request_make_dir(struct handle *h, const uint64_t *w);
int request_remove(struct handle *h, const uint64_t *w);
int request_rename(struct handle *h, const uint64_t *w);
int request_link(struct handle *h, const uint64_t *w);
int request_symlink(struct handle *h, const uint64_t *w);
int request_truncate(struct handle *h, const uint64_t *w);
int request_set_mode(struct handle *h, const uint64_t *w);
int request_set_times(struct handle *h, const uint64_t *w);

/* file_mount.c */
int request_sync(struct handle *h, const uint64_t *w);
int request_mount(struct handle *h, const uint64_t *w);
int request_unmount(struct handle *h, const uint64_t *w);
int request_check_disk(struct handle *h, const uint64_t *w, struct file_reply *reply);
int request_make_disk(struct handle *h, const uint64_t *w);

#endif
