/* Requests that change names, sizes, modes and times. */
#include "file_private.h"

static int paths_get(const struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = path_get_in(h, w[0], w[1], &work->path);
    return r < 0 ? r : path_get_in(h, w[2], w[3], &work->second);
}

int request_make_dir(struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r < 0)
        return r;
    return tree_result(nonfs_path_make_directory(&h->file->file, &work->scratch, work->path.text,
                                                 work->path.len, (uint32_t)w[2]));
}

int request_remove(struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r < 0)
        return r;
    return tree_result(nonfs_path_remove(&h->file->file, &work->scratch, work->path.text,
                                         work->path.len, w[2] != 0));
}

int request_rename(struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = paths_get(h, w, work);
    if (r < 0)
        return r;
    return tree_result(nonfs_path_rename(&h->file->file, &work->scratch, work->path.text,
                                         work->path.len, work->second.text, work->second.len));
}

int request_link(struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = paths_get(h, w, work);
    if (r < 0)
        return r;
    return tree_result(nonfs_path_link(&h->file->file, &work->scratch, work->path.text,
                                       work->path.len, work->second.text, work->second.len));
}

int request_symlink(struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = paths_get(h, w, work);
    if (r < 0)
        return r;
    return tree_result(nonfs_path_symlink(&h->file->file, &work->scratch, work->path.text,
                                          work->path.len, work->second.text, work->second.len));
}

int request_truncate(struct handle *h, const uint64_t *w)
{
    return h->file->pipe ? NONOS_E_INVALID : tree_result(nonfs_file_truncate(&h->file->file, w[0]));
}

int request_set_mode(struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r < 0)
        return r;
    return tree_result(nonfs_path_set_mode(&h->file->file, &work->scratch, work->path.text,
                                           work->path.len, (uint32_t)w[2]));
}

int request_set_times(struct handle *h, const uint64_t *w, struct file_work *work)
{
    int r = path_get_in(h, w[0], w[1], &work->path);
    if (r < 0)
        return r;
    return tree_result(nonfs_path_set_times(&h->file->file, &work->scratch, work->path.text,
                                            work->path.len, (int64_t)w[2], (int64_t)w[3]));
}
