/*
 * Open files and directories of a tree (nonfs/vfs.h), and what is done through them.
 *
 * A struct nonfs_file is a handle with rights. Whoever holds one may do what it allows, and names files only through a
 * directory that it holds: there is no other way to a path. What is opened through a directory never allows more than the
 * directory's view and rights do; names are looked up in the view, also what a symbolic link says.
 *
 * Paths are `path_len` bytes; one that starts with "/" starts at the root of the view, another at the directory. Every
 * function with a path can return NONFS_E_NOT_DIRECTORY if the handle is none, NONFS_E_NOT_FOUND (also for an empty path, and for
 * what the view does not show), NONFS_E_NOT_DIRECTORY, NONFS_E_LOOP after NONFS_VFS_SYMLINKS_MAX links, NONFS_E_NAME_TOO_LONG,
 * NONFS_E_INVALID for a NUL in the path, and the file system's error; those that change something NONFS_E_READ_ONLY if the view, the handle or the file
 * system allows no change, and NONFS_E_FULL. The comments name only what is special. On error nothing was changed and outputs are
 * unchanged, unless a comment says otherwise.
 *
 * `scratch` is used during the call only. Threads and locks are as nonfs/vfs.h says.
 */
#ifndef NONFS_VFS_FILE_H
#define NONFS_VFS_FILE_H

#include <nonfs/vfs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What nonfs_file_open is told. */
#define NONFS_OPEN_READ   0x01u
#define NONFS_OPEN_WRITE  0x02u
#define NONFS_OPEN_CREATE 0x04u
#define NONFS_OPEN_EXCLUSIVE \
    0x08u /* with CREATE: NONFS_E_EXISTS if it is there; a link at the end is not followed */
#define NONFS_OPEN_TRUNCATE  0x10u
#define NONFS_OPEN_APPEND    0x20u /* every write goes to the end */
#define NONFS_OPEN_DIRECTORY 0x40u /* NONFS_E_NOT_DIRECTORY if it is none */
#define NONFS_OPEN_NO_FOLLOW 0x80u /* NONFS_E_LOOP if it is a symbolic link */

/* An offset: the handle's own position. */
#define NONFS_FILE_POSITION UINT64_MAX

enum nonfs_whence { NONFS_SEEK_SET, NONFS_SEEK_CURRENT, NONFS_SEEK_END };

/*
 * A handle. It is opened by a function below, closed once, and not copied in between. All but `position` may be read: it
 * does not change while the file is open.
 */
struct nonfs_file {
    struct nonfs_vfs *vfs;
    struct nonfs_place at;
    struct nonfs_view *view; /* of a directory; else NULL */
    enum nonfs_kind kind;
    bool read, write, append;
    uint64_t position; /* of a directory: the cursor of its listing */
};

/*
 * Opens the root of a view, of which it takes a reference of its own. `write`: changes below it are allowed, where the view
 * allows them. Returns 0; NONFS_E_NOT_FOUND without a root; or the file system's error.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_file_open_view(struct nonfs_view *view, bool write,
                                                    struct nonfs_file *file);

/*
 * Opens what a path names, a file or a directory.
 *
 * flags  NONFS_OPEN_...
 * mode   of a file that is made
 *
 * Returns 0; NONFS_E_EXISTS; NONFS_E_IS_DIRECTORY for a directory that should be written; NONFS_E_LOOP for a symbolic link;
 * NONFS_E_UNSUPPORTED for NONFS_KIND_OTHER; NONFS_E_DENIED to make a file in a directory that the view only passes through. If it fails
 * after a file was made, the file stays.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_file_open(struct nonfs_file *directory,
                                               struct nonfs_vfs_scratch *scratch, const char *path,
                                               size_t path_len, unsigned flags, uint32_t mode,
                                               struct nonfs_file *file);

NONFS_API void nonfs_file_close(struct nonfs_file *file);

/* ---- data ---- */

/*
 * Reads up to `len` bytes of a file from `offset`, or from its position, which then moves. *done is 0 only at the end.
 * NONFS_E_IS_DIRECTORY; NONFS_E_DENIED without the right to read.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_file_read(struct nonfs_file *file, uint64_t offset, void *buf,
                                               size_t len, size_t *done);

/*
 * Writes likewise; with NONFS_OPEN_APPEND at the end, whatever `offset` is. *done is less than `len` only where the file system is full
 * or fails, and the next call says why. NONFS_E_IS_DIRECTORY; NONFS_E_DENIED without the right to write; NONFS_E_READ_ONLY.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_file_write(struct nonfs_file *file, uint64_t offset,
                                                const void *buf, size_t len, size_t *done);

/*
 * Moves the position of a file. NONFS_E_IS_DIRECTORY; NONFS_E_INVALID for another `whence`; NONFS_E_RANGE before 0 or behind
 * INT64_MAX.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_file_seek(struct nonfs_file *file, int64_t offset,
                                               enum nonfs_whence whence, uint64_t *position);

/* NONFS_E_IS_DIRECTORY; NONFS_E_DENIED without the right to write; NONFS_E_READ_ONLY. */
NONFS_API NONFS_MUST_CHECK int nonfs_file_truncate(struct nonfs_file *file, uint64_t size);

/* ---- what there is ---- */

NONFS_API NONFS_MUST_CHECK int nonfs_file_stat(struct nonfs_file *file, struct nonfs_fs_stat *stat);
/* Of the file system that it is on. */
NONFS_API NONFS_MUST_CHECK int nonfs_file_fs_info(struct nonfs_file *file,
                                                  struct nonfs_fs_info *info);
/* Makes durable what was written to its file system. */
NONFS_API NONFS_MUST_CHECK int nonfs_file_sync(struct nonfs_file *file);

/*
 * Gives the next entries of a directory to `emit`, those that the view shows, as many as it takes. It is called with locks held, and
 * must call nothing of this layer. NONFS_E_NOT_DIRECTORY.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_file_read_dir(struct nonfs_file *directory,
                                                   nonfs_fs_emit *emit, void *context);
/* The listing starts again. NONFS_E_NOT_DIRECTORY. */
NONFS_API NONFS_MUST_CHECK int nonfs_file_rewind(struct nonfs_file *directory);

#define NONFS_PATH_NO_FOLLOW 1u /* of a symbolic link at the end of the path, itself */

NONFS_API NONFS_MUST_CHECK int nonfs_path_stat(struct nonfs_file *directory,
                                               struct nonfs_vfs_scratch *scratch, const char *path,
                                               size_t path_len, unsigned flags,
                                               struct nonfs_fs_stat *stat);

/* The target of a link, not NUL-terminated. NONFS_E_INVALID if it is none; NONFS_E_NO_SPACE if `size` is too small. */
NONFS_API NONFS_MUST_CHECK int nonfs_path_read_link(struct nonfs_file *directory,
                                                    struct nonfs_vfs_scratch *scratch,
                                                    const char *path, size_t path_len, char *target,
                                                    size_t size, size_t *len);

/*
 * Where a path leads, to mount something there. With several threads it may lead elsewhere as soon as this returns: only who
 * opens something keeps it.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_path_find(struct nonfs_file *directory,
                                               struct nonfs_vfs_scratch *scratch, const char *path,
                                               size_t path_len, struct nonfs_place *at,
                                               enum nonfs_kind *kind);

/* ---- changes ---- */

/* NONFS_E_EXISTS; NONFS_E_DENIED as for nonfs_file_open. */
NONFS_API NONFS_MUST_CHECK int nonfs_path_make_directory(struct nonfs_file *directory,
                                                         struct nonfs_vfs_scratch *scratch,
                                                         const char *path, size_t path_len,
                                                         uint32_t mode);

/* `target` has 1 to NONFS_PATH_MAX - 1 bytes without a NUL, else NONFS_E_INVALID or NONFS_E_NAME_TOO_LONG. NONFS_E_EXISTS. */
NONFS_API NONFS_MUST_CHECK int nonfs_path_symlink(struct nonfs_file *directory,
                                                  struct nonfs_vfs_scratch *scratch,
                                                  const char *target, size_t target_len,
                                                  const char *path, size_t path_len);

/*
 * Gives a file, which must be writable, another name. NONFS_E_EXISTS; NONFS_E_IS_DIRECTORY; NONFS_E_CROSS_DEVICE if the new
 * name is on another file system.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_path_link(struct nonfs_file *directory,
                                               struct nonfs_vfs_scratch *scratch, const char *path,
                                               size_t path_len, const char *new_path,
                                               size_t new_len);

/*
 * Takes a name away; `is_directory` says of what. NONFS_E_IS_DIRECTORY; NONFS_E_NOT_EMPTY; NONFS_E_INVALID if the path ends without a
 * name; NONFS_E_BUSY if something is mounted there.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_path_remove(struct nonfs_file *directory,
                                                 struct nonfs_vfs_scratch *scratch,
                                                 const char *path, size_t path_len,
                                                 bool is_directory);

/*
 * Moves a name, over another one if that exists, as rename(2) does. NONFS_E_INVALID if a directory would move into itself or
 * a path ends without a name; NONFS_E_BUSY if something is mounted at one of them; NONFS_E_CROSS_DEVICE; NONFS_E_IS_DIRECTORY;
 * NONFS_E_NOT_EMPTY.
 */
NONFS_API NONFS_MUST_CHECK int nonfs_path_rename(struct nonfs_file *directory,
                                                 struct nonfs_vfs_scratch *scratch,
                                                 const char *path, size_t path_len,
                                                 const char *new_path, size_t new_len);

/* The permission bits, 07777. */
NONFS_API NONFS_MUST_CHECK int nonfs_path_set_mode(struct nonfs_file *directory,
                                                   struct nonfs_vfs_scratch *scratch,
                                                   const char *path, size_t path_len,
                                                   uint32_t mode);

/* Nanoseconds since 1970 UTC. */
NONFS_API NONFS_MUST_CHECK int nonfs_path_set_times(struct nonfs_file *directory,
                                                    struct nonfs_vfs_scratch *scratch,
                                                    const char *path, size_t path_len,
                                                    int64_t access_ns, int64_t modify_ns);

#ifdef __cplusplus
}
#endif

#endif
