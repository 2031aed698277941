/* Requests about whole file systems: making them durable, mounting, checking and making them. */
#include "file_private.h"

#include <string.h>

#include "disk.h"

/* Who may change what the tree is made of: a writable directory of a view that hides nothing. */
static int handle_rules(const struct handle *h)
{
    const struct open_file *file = h->file;
    return file->kind == NONOS_KIND_DIRECTORY && file->write && view_is_whole(file->view)
               ? 0
               : NONOS_E_DENIED;
}

/* Does the same to every mounted file system, also after an error, and returns the first error. */
static int mounts_do(bool last)
{
    struct fs *fs;
    const char *path;
    int first = 0;
    for (size_t i = 0; mount_get(i, &fs, &path); i++) {
        int (*what)(struct fs *) = last && fs->ops->rest ? fs->ops->rest : fs->ops->sync;
        int r = what ? what(fs) : 0;
        if (first == 0)
            first = r;
    }
    return first;
}

int request_sync(struct handle *h, const uint64_t *w)
{
    struct fs *fs;
    int r;
    switch (w[0]) {
    case NONOS_SYNC_ONE:
        fs = h->file->pipe ? NULL : h->file->at.fs;
        return fs && fs->ops->sync ? fs->ops->sync(fs) : 0;
    case NONOS_SYNC_ALL:
        return mounts_do(false);
    case NONOS_SYNC_LAST:
        r = handle_rules(h);
        return r < 0 ? r : mounts_do(true);
    default:
        return NONOS_E_INVALID;
    }
}

int request_mount(struct handle *h, const uint64_t *w)
{
    struct target t;
    struct path path;
    int r = handle_rules(h);
    if (r == 0)
        r = path_get(h, w[0], w[1], &path);
    if (r == 0)
        r = path_walk(h, w[0], w[1], 0, &t);
    if (r < 0)
        return r;
    if (t.kind != NONOS_KIND_DIRECTORY)
        return NONOS_E_NOT_DIRECTORY;
    if (w[2] & ~(uint64_t)NONOS_MOUNT_READ_ONLY)
        return NONOS_E_INVALID;
    return disk_mount(t.at, path.text, path.len, w[2] & NONOS_MOUNT_READ_ONLY);
}

int request_unmount(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = handle_rules(h);
    if (r == 0)
        r = path_walk(h, w[0], w[1], 0, &t);
    if (r < 0)
        return r;
    /* Only the root of what is mounted names the mount. */
    return t.kind == NONOS_KIND_DIRECTORY && t.at.inode == t.at.fs->root ? disk_unmount(t.at.fs)
                                                                         : NONOS_E_INVALID;
}

int request_check_disk(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct disk_verdict verdict = {0};
    uint8_t *text = NULL;
    int r = handle_rules(h);
    if (r == 0)
        r = buffer_range(h, w[0], w[1], &text);
    if (r == 0)
        r = disk_check((char *)text, (size_t)w[1], &verdict);
    reply->words[0] = verdict.text_len;
    reply->words[1] = verdict.problems;
    reply->words[2] = verdict.inodes;
    reply->words[3] = verdict.directories;
    reply->words[4] = verdict.blocks;
    reply->words[5] = (verdict.journal_waits ? NONOS_CHECK_JOURNAL : 0) |
                      (verdict.errors_flagged ? NONOS_CHECK_ERRORS : 0);
    return r;
}

int request_make_disk(struct handle *h, const uint64_t *w)
{
    char label[DISK_LABEL_SIZE] = {0};
    uint8_t *text = NULL;
    int r = handle_rules(h);
    if (r == 0)
        r = buffer_range(h, w[0], w[1], &text);
    if (r == 0 && (w[1] > sizeof(label) || w[2] > 1))
        r = NONOS_E_INVALID;
    if (r < 0)
        return r;
    memcpy(label, text, (size_t)w[1]);
    return disk_make(label, w[2] != 0);
}
