/* Reading and writing by descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nonos/tty.h>

#include "files.h"

int openat(int dirfd, const char *path, int flags, ...)
{
    struct open_file *file;
    uint32_t mode = 0;
    if (flags & O_CREAT) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
    }
    if (files_result(files_open(dirfd, path, flags, mode, &file)) < 0)
        return -1;
    return files_install(file, 0, flags & O_CLOEXEC);
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
    }
    return openat(AT_FDCWD, path, flags, mode);
}

int creat(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

static ssize_t read_at(int fd, void *data, size_t len, uint64_t offset)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_READ);
    struct open_file *file = files_get(fd);
    if (!file)
        return -1;
    size_t part = len < FILES_BUFFER ? len : FILES_BUFFER;
    message.words[1] = part;
    message.words[2] = offset;
    if (files_result(files_call(file, &message)) < 0)
        return -1;
    /* The server says how much: never believe more than was asked for. */
    size_t got = message.words[0] < part ? (size_t)message.words[0] : part;
    memcpy(data, file->buffer->data, got);
    return (ssize_t)got;
}

static ssize_t write_at(int fd, const void *data, size_t len, uint64_t offset)
{
    struct open_file *file = files_get(fd);
    size_t done = 0;
    if (!file)
        return -1;
    while (done < len) {
        struct nonos_message message = nonos_message_make(NONOS_FILE_WRITE);
        size_t part = len - done < FILES_BUFFER ? len - done : FILES_BUFFER;
        memcpy(file->buffer->data, (const char *)data + done, part);
        message.words[1] = part;
        message.words[2] = offset == NONOS_FILE_CURRENT ? offset : offset + done;
        if (files_result(files_call(file, &message)) < 0)
            return done ? (ssize_t)done : -1;
        if (message.words[0] == 0 || message.words[0] > part)
            break;
        done += (size_t)message.words[0];
    }
    return (ssize_t)done;
}

ssize_t read(int fd, void *data, size_t len)
{
    return read_at(fd, data, len, NONOS_FILE_CURRENT);
}

ssize_t write(int fd, const void *data, size_t len)
{
    return write_at(fd, data, len, NONOS_FILE_CURRENT);
}

ssize_t pread(int fd, void *data, size_t len, off_t offset)
{
    return offset < 0 ? files_result(NONOS_E_INVALID) : read_at(fd, data, len, (uint64_t)offset);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
    return offset < 0 ? files_result(NONOS_E_INVALID) : write_at(fd, data, len, (uint64_t)offset);
}

off_t lseek(int fd, off_t offset, int whence)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_SEEK);
    struct open_file *file = files_get(fd);
    if (!file)
        return -1;
    if (file->kind == NONOS_KIND_PIPE || file->kind == NONOS_KIND_TERMINAL) {
        errno = ESPIPE;
        return -1;
    }
    message.words[0] = (uint64_t)offset;
    message.words[1] = (uint64_t)whence;
    return files_result(files_call(file, &message)) < 0 ? -1 : (off_t)message.words[0];
}

int dup(int fd)
{
    struct open_file *file = files_peek(fd);
    if (!file)
        return -1;
    files_ref(file);
    return files_install(file, 0, false);
}

int dup2(int fd, int to)
{
    struct open_file *file = files_peek(fd);
    if (!file)
        return -1;
    if (to < 0 || to >= FILES_MAX) {
        errno = EBADF;
        return -1;
    }
    if (fd != to) {
        files_ref(file);
        files_install_at(file, to, false);
    }
    return to;
}

int fcntl(int fd, int command, ...)
{
    struct open_file *file = files_peek(fd);
    if (!file)
        return -1;
    va_list ap;
    va_start(ap, command);
    int argument = command == F_DUPFD || command == F_SETFD ? va_arg(ap, int) : 0;
    va_end(ap);
    switch (command) {
    case F_DUPFD:
        files_ref(file);
        return files_install(file, argument, false);
    case F_GETFD:
        return files_cloexec(fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
        files_set_cloexec(fd, argument & FD_CLOEXEC);
        return 0;
    case F_GETFL:
        return file->flags;
    default:
        errno = EINVAL;
        return -1;
    }
}

int pipe(int fds[2])
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_PIPE);
    struct open_file *root = files_root();
    if (!root) {
        errno = EACCES;
        return -1;
    }
    if (files_result(files_call(root, &message)) < 0)
        return -1;
    if (message.ncaps < 2) {
        if (message.ncaps)
            (void)nonos_cap_delete(message.caps[0]);
        return (int)files_result(NONOS_E_IO);
    }
    struct open_file *reader = files_create(root, message.caps[0], NONOS_KIND_PIPE, O_RDONLY);
    struct open_file *writer = files_create(root, message.caps[1], NONOS_KIND_PIPE, O_WRONLY);
    fds[0] = reader ? files_install(reader, 0, false) : -1;
    fds[1] = writer ? files_install(writer, 0, false) : -1;
    if (fds[0] >= 0 && fds[1] >= 0)
        return 0;
    int error = errno;
    if (fds[0] >= 0)
        (void)close(fds[0]);
    if (fds[1] >= 0)
        (void)close(fds[1]);
    errno = error;
    return -1;
}

static int simple_call(int fd, uint32_t op, uint64_t word)
{
    struct nonos_message message = nonos_message_make(op);
    struct open_file *file = files_get(fd);
    message.words[0] = word;
    return file ? (int)files_result(files_call(file, &message)) : -1;
}

int ftruncate(int fd, off_t len)
{
    return len < 0 ? (int)files_result(NONOS_E_INVALID)
                   : simple_call(fd, NONOS_FILE_TRUNCATE, (uint64_t)len);
}

int truncate(const char *path, off_t len)
{
    int fd = open(path, O_WRONLY);
    if (fd < 0)
        return -1;
    int result = ftruncate(fd, len), error = errno;
    (void)close(fd);
    errno = error;
    return result;
}

int fsync(int fd)
{
    return simple_call(fd, NONOS_FILE_SYNC, 0);
}

int fdatasync(int fd)
{
    return fsync(fd);
}

int isatty(int fd)
{
    struct open_file *file = files_get(fd);
    if (!file)
        return 0;
    if (file->kind == NONOS_KIND_TERMINAL)
        return 1;
    errno = ENOTTY;
    return 0;
}

static int tty_mode(int fd, uint32_t *flags, bool set)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_TTY_MODE);
    struct open_file *file = files_get(fd);
    if (!file)
        return -1;
    message.words[0] = *flags;
    message.words[1] = set;
    if (files_result(files_call(file, &message)) < 0)
        return -1;
    *flags = (uint32_t)message.words[0];
    return 0;
}

int nonos_tty_get_mode(int fd, uint32_t *flags)
{
    *flags = 0;
    return tty_mode(fd, flags, false);
}

int nonos_tty_set_mode(int fd, uint32_t flags)
{
    return tty_mode(fd, &flags, true);
}

int nonos_tty_size(int fd, unsigned int *columns, unsigned int *rows)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_TTY_SIZE);
    struct open_file *file = files_get(fd);
    if (!file || files_result(files_call(file, &message)) < 0)
        return -1;
    *columns = (unsigned)message.words[0];
    *rows = (unsigned)message.words[1];
    return 0;
}
