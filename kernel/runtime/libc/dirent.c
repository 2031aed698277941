/* Reading directories, through a copy of what the server packed: the shared buffer is used by other calls meanwhile. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

#define DIR_BUFFER 8192u

struct nonos_dir {
    int fd;
    size_t at, len;
    struct dirent entry;
    char buffer[DIR_BUFFER];
};

DIR *fdopendir(int fd)
{
    struct open_file *file = files_get(fd);
    if (!file)
        return NULL;
    if (file->kind != NONOS_KIND_DIRECTORY) {
        errno = ENOTDIR;
        return NULL;
    }
    DIR *dir = malloc(sizeof(*dir));
    if (dir) {
        dir->fd = fd;
        dir->at = dir->len = 0;
    }
    return dir;
}

DIR *opendir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && !dir) {
        int error = errno;
        (void)close(fd);
        errno = error;
    }
    return dir;
}

/* Fetches more entries; false at the end or with errno. */
static bool dir_fill(DIR *dir)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_READ_DIR);
    struct open_file *file = files_get(dir->fd);
    message.words[1] = DIR_BUFFER;
    if (!file || files_result(files_call(file, &message)) < 0)
        return false;
    dir->at = 0;
    dir->len = message.words[0] < DIR_BUFFER ? (size_t)message.words[0] : DIR_BUFFER;
    memcpy(dir->buffer, file->buffer->data, dir->len);
    return dir->len > 0;
}

struct dirent *readdir(DIR *dir)
{
    static const unsigned char types[] = {
        [NONOS_KIND_FILE] = DT_REG,  [NONOS_KIND_DIRECTORY] = DT_DIR, [NONOS_KIND_SYMLINK] = DT_LNK,
        [NONOS_KIND_PIPE] = DT_FIFO, [NONOS_KIND_TERMINAL] = DT_CHR,  [NONOS_KIND_DEVICE] = DT_BLK,
    };
    struct nonos_file_entry head;
    if (dir->at == dir->len && !dir_fill(dir))
        return NULL;
    size_t left = dir->len - dir->at;
    if (left < sizeof(head)) {
        errno = EIO;
        return NULL;
    }
    memcpy(&head, dir->buffer + dir->at, sizeof(head));
    size_t name = offsetof(struct nonos_file_entry, name);
    if (head.len % 8 || head.len > left || head.len < name + head.name_len || !head.name_len) {
        errno = EIO;
        return NULL;
    }
    dir->entry.d_ino = head.inode;
    dir->entry.d_type = head.kind < sizeof(types) ? types[head.kind] : DT_UNKNOWN;
    memcpy(dir->entry.d_name, dir->buffer + dir->at + name, head.name_len);
    dir->entry.d_name[head.name_len] = 0;
    dir->at += head.len;
    return &dir->entry;
}

void rewinddir(DIR *dir)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_REWIND_DIR);
    struct open_file *file = files_get(dir->fd);
    dir->at = dir->len = 0;
    if (file)
        (void)files_result(files_call(file, &message));
}

int dirfd(DIR *dir)
{
    return dir->fd;
}

int closedir(DIR *dir)
{
    int result = close(dir->fd);
    free(dir);
    return result;
}
