#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif

void files_init(void)
{
    struct stat st;

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fstat(fd, &st) == 0 || errno != EBADF)
            continue;
        /* In the wrong direction: to use the stream stays an error. */
        int opened = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        if (opened > fd)
            close(opened);
    }
}

int file_open(const char *name)
{
    int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        complain("%s: %s", name, strerror(errno));
    return fd;
}

void file_close(int fd)
{
    if (fd > STDIN_FILENO)
        close(fd);
}

ssize_t file_read(int fd, void *data, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = read(fd, (uint8_t *)data + done, len - done);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return -1;
        done += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)done;
}

int file_write(int fd, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno != EINTR)
            return -1;
        p += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int file_read_all(const char *name, void *data, size_t capacity, size_t *len)
{
    char more;
    int fd = file_open(name);

    if (fd < 0)
        return -1;
    ssize_t n = file_read(fd, data, capacity);
    ssize_t beyond = n == (ssize_t)capacity ? file_read(fd, &more, 1) : 0;
    if (n < 0 || beyond < 0)
        complain("%s: %s", name, strerror(errno));
    else if (beyond > 0)
        complain("%s: it is longer than such a file can be", name);
    else
        *len = (size_t)n;
    file_close(fd);
    return n < 0 || beyond != 0 ? -1 : 0;
}

int system_random(void *out, size_t len)
{
    uint8_t *p = out;

    while (len > 0) {
        size_t take = len < 256 ? len : 256; /* getentropy() gives no more at once */
        if (getentropy(p, take) != 0) {
            complain("there are no random numbers: %s", strerror(errno));
            return -1;
        }
        p += take;
        len -= take;
    }
    return 0;
}

/* What a signal has to remove. Written before the file exists and after it is gone, so it never names another file. */
static char *volatile unfinished;

#ifdef SA_RESTART
static void remove_unfinished(int signal)
{
    char *name = unfinished;

    if (name)
        unlink(name);
    raise(signal); /* the handler was for one time: this ends the process as the signal does */
}

static void catch_signals(void)
{
    static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXFSZ};
    struct sigaction action = {.sa_handler = remove_unfinished, .sa_flags = (int)SA_RESETHAND}, old;

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}
#else
static void catch_signals(void)
{
    /* NONOS has no signal handlers. */
}
#endif

/* How much of a target is the folder in which it is. */
static int folder_len_of(const char *target)
{
    const char *slash = strrchr(target, '/');

    return slash ? (int)(slash + 1 - target) : 0;
}

/*
 * A hidden name beside the target: ".NAME.0123456789abcdef", where NAME is cut so that the whole is not too long. NULL after
 * a message.
 */
static char *temporary_name(const char *target)
{
    int folder_len = folder_len_of(target);
    uint8_t random[8];
    size_t size = strlen(target) + 24;
    char *name = malloc(size);

    if (!name || system_random(random, sizeof random) != 0) {
        if (!name)
            complain("%s: %s", target, strerror(errno));
        free(name);
        return NULL;
    }
    int n = snprintf(name, size, "%.*s.%.200s.", folder_len, target, target + folder_len);
    for (size_t i = 0; i < sizeof random; i++)
        n += snprintf(name + n, size - (size_t)n, "%02x", random[i]);
    return name;
}

int output_open(struct output *output, const char *target, int force, mode_t mode)
{
    struct stat st;

    *output = (struct output){.fd = STDOUT_FILENO, .force = force, .target = target};
    if (strcmp(target, "-") == 0) {
        fflush(stdout);
        return 0;
    }
    if (stat(target, &st) == 0) {
        if (!force)
            complain("%s: it exists; --force replaces it", target);
        else if (!S_ISREG(st.st_mode))
            complain("%s: it is not a file", target);
        if (!force || !S_ISREG(st.st_mode))
            return -1;
    }
    output->temporary = temporary_name(target);
    if (!output->temporary)
        return -1;
    unfinished = output->temporary;
    catch_signals();
    output->fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (output->fd < 0) {
        complain("%s: %s", target, strerror(errno));
        unfinished = NULL;
        free(output->temporary);
        output->temporary = NULL;
        return -1;
    }
    return 0;
}

/* Not everything that can be written to can be made durable. */
static int sync_to_disk(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOSYS ? 0 : -1;
}

/* Makes the new name durable, where a folder can be opened for that. */
static int sync_folder(const char *target)
{
    int len = folder_len_of(target), result = 0;
    char *folder = len > 0 ? strndup(target, (size_t)len) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        result = sync_to_disk(fd);
        close(fd);
    }
    free(folder);
    return result;
}

/* Gives the file its name. A link does not replace what is there; not every file system has links. */
static int publish(const struct output *output)
{
    struct stat st;

    if (output->force)
        return rename(output->temporary, output->target);
    if (link(output->temporary, output->target) == 0) {
        if (unlink(output->temporary) == 0)
            return 0;
        int error = errno;
        unlink(output->target);
        errno = error;
        return -1;
    }
    if (errno == EEXIST)
        return -1;
    if (stat(output->target, &st) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(output->temporary, output->target);
}

int output_commit(struct output *output)
{
    if (!output->temporary)
        return 0;
    if (sync_to_disk(output->fd) != 0 || publish(output) != 0) {
        complain("%s: %s", output->target, strerror(errno));
        output_abort(output);
        return -1;
    }
    unfinished = NULL;
    close(output->fd);
    free(output->temporary);
    output->temporary = NULL;
    if (sync_folder(output->target) != 0) {
        complain("%s: it is complete, but may be gone after a power failure: %s", output->target,
                 strerror(errno));
        return -1;
    }
    return 0;
}

void output_abort(struct output *output)
{
    if (!output->temporary)
        return;
    close(output->fd);
    unlink(output->temporary);
    unfinished = NULL;
    free(output->temporary);
    output->temporary = NULL;
}
