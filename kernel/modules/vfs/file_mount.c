/* Requests about whole file systems: making them durable, mounting, checking and making them. */
#include "file_private.h"

#include <string.h>

#include "disk.h"

/* Who may change what the tree is made of: a writable directory of a view that hides nothing. */
static int handle_rules(const struct handle *h)
{
    const struct nonfs_file *file = &h->file->file;
    return h->file->kind == NONOS_KIND_DIRECTORY && file->write && file->view->whole
               ? 0
               : NONOS_E_DENIED;
}

/* Nothing is mounted or unmounted meanwhile. */
static int sync_all(bool last)
{
    disk_enter();
    int r = tree_result(nonfs_vfs_sync(&tree, last));
    disk_leave();
    return r;
}

int request_sync(struct handle *h, const uint64_t *w)
{
    int r;
    switch (w[0]) {
    case NONOS_SYNC_ONE:
        return h->file->pipe ? 0 : tree_result(nonfs_file_sync(&h->file->file));
    case NONOS_SYNC_ALL:
        return sync_all(false);
    case NONOS_SYNC_LAST:
        r = handle_rules(h);
        return r < 0 ? r : sync_all(true);
    default:
        return NONOS_E_INVALID;
    }
}

/* The directory that a request names. */
static int directory_get(const struct handle *h, const uint64_t *w, struct file_work *work,
                         struct nonfs_place *at)
{
    enum nonfs_kind kind;
    int r = handle_rules(h);
    if (r == 0)
        r = path_get_in(h, w[0], w[1], &work->path);
    if (r == 0)
        r = tree_result(nonfs_path_find(&h->file->file, &work->scratch, work->path.text,
                                        work->path.len, at, &kind));
    if (r < 0)
        return r;
    return kind == NONFS_KIND_DIRECTORY ? 0 : NONOS_E_NOT_DIRECTORY;
}

static int mount_inside(struct handle *h, const uint64_t *w, struct file_work *work)
{
    struct nonfs_place at;
    int r = directory_get(h, w, work, &at);
    if (r < 0)
        return r;
    if (w[2] & ~(uint64_t)NONOS_MOUNT_READ_ONLY)
        return NONOS_E_INVALID;
    return disk_mount(at, work->path.text, work->path.len, w[2] & NONOS_MOUNT_READ_ONLY);
}

int request_mount(struct handle *h, const uint64_t *w, struct file_work *work)
{
    disk_enter();
    int r = mount_inside(h, w, work);
    disk_leave();
    return r;
}

/* Only the root of what is mounted names the mount. */
static int unmount_inside(struct handle *h, const uint64_t *w, struct file_work *work)
{
    struct nonfs_place at;
    int r = directory_get(h, w, work, &at);
    if (r == NONOS_E_NOT_DIRECTORY)
        return NONOS_E_INVALID;
    if (r < 0)
        return r;
    return at.inode == at.fs->root ? disk_unmount(at.fs) : NONOS_E_INVALID;
}

int request_unmount(struct handle *h, const uint64_t *w, struct file_work *work)
{
    disk_enter();
    int r = unmount_inside(h, w, work);
    disk_leave();
    return r;
}

int request_check_disk(struct handle *h, const uint64_t *w, struct file_reply *reply)
{
    struct disk_verdict verdict = {0};
    uint8_t *text = NULL;
    int r = handle_rules(h);
    if (r == 0)
        r = buffer_range(h, w[0], w[1], &text);
    if (r == 0) {
        disk_enter();
        r = disk_check((char *)text, (size_t)w[1], &verdict);
        disk_leave();
    }
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
    disk_enter();
    r = disk_make(label, w[2] != 0);
    disk_leave();
    return r;
}
