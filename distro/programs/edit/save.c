#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/program.h"

#define FILE_MAX   (256u << 20) /* bytes; a larger text would not fit the memory of a session */
#define LINKS_MAX  40
#define NAMES_MAX  100
#define PIECE      65536u
#define TARGET_MAX 4096u

static int read_all(int fd, char *text, size_t size, size_t *len)
{
    *len = 0;
    while (*len < size) {
        ssize_t n = read(fd, text + *len, size - *len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        if (n == 0)
            return 0;
        *len += (size_t)n;
    }
    return 0;
}

int file_read(const char *path, char **text, size_t *len, struct file_state *state)
{
    *state = (struct file_state){0};
    int fd = open(path, O_RDONLY), error = 0;
    if (fd < 0)
        return errno;
    if (fstat(fd, &state->stat) != 0)
        error = errno;
    else if (S_ISDIR(state->stat.st_mode))
        error = EISDIR;
    else if (!S_ISREG(state->stat.st_mode))
        error = EINVAL;
    else if ((uint64_t)state->stat.st_size > FILE_MAX)
        error = EFBIG;
    if (error == 0) {
        size_t size = (size_t)state->stat.st_size;
        *text = program_alloc(size + 1);
        error = read_all(fd, *text, size, len);
        if (error)
            free(*text);
    }
    close(fd);
    state->exists = error == 0;
    return error;
}

bool file_changed(const char *path, const struct file_state *state)
{
    struct stat now;
    if (stat(path, &now) != 0)
        return state->exists;
    return !state->exists || now.st_ino != state->stat.st_ino || now.st_dev != state->stat.st_dev ||
           now.st_size != state->stat.st_size || now.st_mtim.tv_sec != state->stat.st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != state->stat.st_mtim.tv_nsec;
}

/* The path behind symbolic links, in memory of the caller; NULL with errno. */
static char *behind_links(const char *path)
{
    char target[TARGET_MAX];
    char *now = program_strdup(path);
    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t n = readlink(now, target, sizeof(target) - 1);
        if (n < 0)
            return now; /* it is none, or not there */
        target[n] = '\0';
        char *slash = strrchr(now, '/'), *next;
        if (target[0] == '/' || !slash) {
            next = program_strdup(target);
        } else {
            *slash = '\0';
            next = program_join(slash == now ? "/" : now, target);
        }
        free(now);
        now = next;
    }
    free(now);
    errno = ELOOP;
    return NULL;
}

/* Creates a file beside `path`, with its name in memory of the caller. -1 with errno. */
static int create_beside(const char *path, char **name)
{
    size_t size = strlen(path) + 16;
    *name = program_alloc(size);
    for (int i = 0; i < NAMES_MAX; i++) {
        snprintf(*name, size, "%s.new%d", path, i);
        int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    errno = EEXIST;
    return -1;
}

static int write_text(int fd, const struct buffer *text)
{
    char piece[PIECE];
    size_t len = buffer_len(text);
    for (size_t at = 0; at < len;) {
        size_t n = len - at < sizeof(piece) ? len - at : sizeof(piece);
        buffer_copy(text, at, n, piece);
        if (program_write_all(fd, piece, n) != 0)
            return errno;
        at += n;
    }
    return 0;
}

/* Makes the new file whole and durable, and gives the name to it. It is durable when the same has been done to the name. */
static int replace(int fd, const char *name, const char *path, const struct buffer *text,
                   const struct file_state *state)
{
    struct stat before;
    int error = write_text(fd, text);
    if (error == 0 && state->exists && stat(path, &before) == 0 &&
        chmod(name, before.st_mode & 07777) != 0)
        error = errno;
    if (error == 0 && fsync(fd) != 0)
        error = errno;
    if (error == 0 && rename(name, path) != 0)
        error = errno;
    if (error != 0)
        (void)unlink(name);
    return error;
}

/* POSIX wants the directory synced for the name; where that is refused, the file's own does it. */
static int name_sync(int fd, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash ? program_strndup(path, slash == path ? 1 : (size_t)(slash - path))
                            : program_strdup(".");
    int at = open(directory, O_RDONLY);
    int result = fsync(at >= 0 ? at : fd), error = errno;
    if (at >= 0)
        close(at);
    free(directory);
    return result == 0 ? 0 : error;
}

int file_save(const char *path, const struct buffer *text, struct file_state *state)
{
    char *target = behind_links(path), *name = NULL;
    if (!target)
        return errno;
    int fd = create_beside(target, &name), error = fd < 0 ? errno : 0;
    if (error == 0) {
        error = replace(fd, name, target, text, state);
        if (error == 0)
            error = name_sync(fd, target);
        if (error == 0 && stat(path, &state->stat) == 0)
            state->exists = true;
        close(fd);
    }
    free(name);
    free(target);
    return error;
}
