/* What is done to files by name, and what is known of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "files.h"

#define SECOND 1000000000ll

/* An operation on one path: w0 at, w1 len, w2 `word`, w3 `more`. Words come back in `message`, other things in *data. */
static int path_call(int dirfd, uint32_t op, const char *path, uint64_t word, uint64_t more,
                     struct nonos_message *message, const char **data)
{
    struct open_file *directory;
    size_t len;
    *message = nonos_message_make(op);
    int result = files_path(dirfd, path, 0, &directory, &len);
    if (result < 0)
        return result;
    message->words[1] = len;
    message->words[2] = word;
    message->words[3] = more;
    *data = directory->buffer->data;
    return files_call(directory, message);
}

static int path_do(uint32_t op, const char *path, uint64_t word, const char **data)
{
    struct nonos_message message;
    return (int)files_result(path_call(AT_FDCWD, op, path, word, 0, &message, data));
}

/* An operation on two paths, which lie in the buffer one after the other. */
static int two_paths_do(uint32_t op, const char *from, const char *to, bool from_is_text)
{
    struct nonos_message message = nonos_message_make(op);
    struct open_file *first = NULL, *second;
    size_t len, second_len;
    int result = files_path(AT_FDCWD, to, NONOS_PATH_MAX, &second, &second_len);
    if (result >= 0 && !from_is_text)
        result = files_path(AT_FDCWD, from, 0, &first, &len);
    if (result < 0)
        return (int)files_result(result);
    if (from_is_text) {
        len = strlen(from);
        if (len >= NONOS_PATH_MAX)
            return (int)files_result(NONOS_E_NAME_TOO_LONG);
        memcpy(second->buffer->data, from, len);
    }
    if (first && first != second)
        return (int)files_result(NONOS_E_CROSS_DEVICE);
    message.words[1] = len;
    message.words[2] = NONOS_PATH_MAX;
    message.words[3] = second_len;
    return (int)files_result(files_call(second, &message));
}

int unlink(const char *path)
{
    const char *data = NULL;
    return path_do(NONOS_FILE_REMOVE, path, 0, &data);
}

int rmdir(const char *path)
{
    const char *data = NULL;
    return path_do(NONOS_FILE_REMOVE, path, 1, &data);
}

int remove(const char *path)
{
    int error = errno;
    if (unlink(path) == 0)
        return 0;
    if (errno != EISDIR)
        return -1;
    errno = error;
    return rmdir(path);
}

int mkdir(const char *path, mode_t mode)
{
    const char *data = NULL;
    return path_do(NONOS_FILE_MAKE_DIR, path, mode & 07777, &data);
}

int chmod(const char *path, mode_t mode)
{
    const char *data = NULL;
    return path_do(NONOS_FILE_SET_MODE, path, mode & 07777, &data);
}

int rename(const char *from, const char *to)
{
    return two_paths_do(NONOS_FILE_RENAME, from, to, false);
}

int link(const char *from, const char *to)
{
    return two_paths_do(NONOS_FILE_LINK, from, to, false);
}

int symlink(const char *target, const char *path)
{
    return two_paths_do(NONOS_FILE_SYMLINK, target, path, true);
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t size)
{
    struct nonos_message message;
    const char *data = NULL;
    int result = path_call(AT_FDCWD, NONOS_FILE_READ_LINK, path, 0, 0, &message, &data);
    if (files_result(result) < 0)
        return -1;
    size_t len = message.words[0] < FILES_BUFFER ? (size_t)message.words[0] : FILES_BUFFER;
    if (len > size)
        len = size;
    memcpy(target, data, len);
    return (ssize_t)len;
}

static struct timespec timespec_of(int64_t ns)
{
    int64_t seconds = ns / SECOND, rest = ns % SECOND;
    if (rest < 0) {
        rest += SECOND;
        seconds--;
    }
    return (struct timespec){seconds, rest};
}

static void stat_fill(struct stat *st, const char *data)
{
    static const mode_t types[] = {
        [NONOS_KIND_FILE] = S_IFREG,     [NONOS_KIND_DIRECTORY] = S_IFDIR,
        [NONOS_KIND_SYMLINK] = S_IFLNK,  [NONOS_KIND_PIPE] = S_IFIFO,
        [NONOS_KIND_TERMINAL] = S_IFCHR, [NONOS_KIND_DEVICE] = S_IFBLK,
    };
    struct nonos_file_stat from;
    memcpy(&from, data, sizeof(from));
    memset(st, 0, sizeof(*st));
    st->st_dev = from.device;
    st->st_ino = from.inode;
    st->st_mode = from.mode & 07777;
    if (from.kind < sizeof(types) / sizeof(types[0]))
        st->st_mode |= types[from.kind];
    st->st_nlink = from.links;
    st->st_uid = from.uid;
    st->st_gid = from.gid;
    st->st_size = (off_t)from.size;
    st->st_blksize = from.block_size;
    st->st_blocks = (blkcnt_t)from.blocks;
    st->st_atim = timespec_of(from.access_ns);
    st->st_mtim = timespec_of(from.modify_ns);
    st->st_ctim = timespec_of(from.change_ns);
}

static int stat_path(const char *path, struct stat *st, uint64_t no_follow)
{
    const char *data = NULL;
    if (path_do(NONOS_FILE_STAT_PATH, path, no_follow, &data) < 0)
        return -1;
    stat_fill(st, data);
    return 0;
}

int stat(const char *restrict path, struct stat *restrict st)
{
    return stat_path(path, st, 0);
}

int lstat(const char *restrict path, struct stat *restrict st)
{
    return stat_path(path, st, 1);
}

/* An operation on a descriptor whose answer lies in the buffer; NULL with errno. */
static const char *fd_do(int fd, uint32_t op)
{
    struct nonos_message message = nonos_message_make(op);
    struct open_file *file = files_get(fd);
    return file && files_result(files_call(file, &message)) >= 0 ? file->buffer->data : NULL;
}

int fstat(int fd, struct stat *st)
{
    const char *data = fd_do(fd, NONOS_FILE_STAT);
    if (!data)
        return -1;
    stat_fill(st, data);
    return 0;
}

int access(const char *path, int mode)
{
    struct stat st;
    struct statvfs fs;
    if (stat(path, &st) < 0)
        return -1;
    if (mode & X_OK && !S_ISDIR(st.st_mode) && !(st.st_mode & 0111)) {
        errno = EACCES;
        return -1;
    }
    if (mode & W_OK && statvfs(path, &fs) == 0 && fs.f_flag & ST_RDONLY) {
        errno = EROFS;
        return -1;
    }
    return 0;
}

static uint64_t time_of(const struct timespec *time, uint64_t before)
{
    if (!time || time->tv_nsec == UTIME_NOW)
        return nonos_time_wall();
    if (time->tv_nsec == UTIME_OMIT)
        return before;
    return (uint64_t)time->tv_sec * SECOND + (uint64_t)time->tv_nsec;
}

int utimensat(int dirfd, const char *path, const struct timespec times[2], int flags)
{
    struct nonos_message message;
    struct nonos_file_stat now;
    const char *data = NULL;
    (void)flags;
    int result = path_call(dirfd, NONOS_FILE_STAT_PATH, path, 0, 0, &message, &data);
    if (result < 0)
        return (int)files_result(result);
    memcpy(&now, data, sizeof(now));
    uint64_t accessed = time_of(times ? &times[0] : NULL, (uint64_t)now.access_ns);
    uint64_t modified = time_of(times ? &times[1] : NULL, (uint64_t)now.modify_ns);
    result = path_call(dirfd, NONOS_FILE_SET_TIMES, path, accessed, modified, &message, &data);
    return (int)files_result(result);
}

int fstatvfs(int fd, struct statvfs *fs)
{
    struct nonos_file_fs from;
    const char *data = fd_do(fd, NONOS_FILE_STAT_FS);
    if (!data)
        return -1;
    memcpy(&from, data, sizeof(from));
    memset(fs, 0, sizeof(*fs));
    fs->f_bsize = from.block_size;
    fs->f_frsize = from.block_size;
    fs->f_blocks = from.blocks;
    fs->f_bfree = from.blocks_free;
    fs->f_bavail = from.blocks_free;
    fs->f_files = from.inodes;
    fs->f_ffree = from.inodes_free;
    fs->f_favail = from.inodes_free;
    fs->f_flag = from.read_only ? ST_RDONLY : 0;
    fs->f_namemax = from.name_max;
    return 0;
}

int statvfs(const char *restrict path, struct statvfs *restrict fs)
{
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        return -1;
    int result = fstatvfs(fd, fs), error = errno;
    (void)close(fd);
    errno = error;
    return result;
}
