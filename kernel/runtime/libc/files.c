/* Open files, buffers and paths. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nonos/spawn.h>

#include "../src/start.h"

struct descriptor {
    struct open_file *file;
    bool cloexec;
};

static struct descriptor descriptors[FILES_MAX];
static bool initialised;
static struct file_buffer *buffers;
static struct open_file root, cwd;
static char cwd_path[NONOS_PATH_MAX];

long files_result(long result)
{
    if (result >= 0)
        return result;
    errno = result == NONOS_E_BAD_HANDLE || result == NONOS_E_BAD_TYPE ? EBADF : (int)-result;
    return -1;
}

int files_call(const struct open_file *file, struct nonos_message *message)
{
    message->words[7] = file->buffer->key;
    return nonos_call(file->handle, message);
}

/* Binds the file to a buffer that its server made before. */
static int bind_known(struct open_file *file, struct file_buffer *buffer)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_ATTACH);
    message.words[7] = buffer->key;
    int result = nonos_call(file->inherited, &message);
    if (result < 0)
        return result;
    if (message.ncaps < 1)
        return NONOS_E_IO;
    file->handle = message.caps[0];
    file->kind = (uint32_t)message.words[0];
    file->buffer = buffer;
    return NONOS_OK;
}

/* Has the server make a buffer, and binds the file to it. */
static int bind_new(struct open_file *file)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_ATTACH);
    struct file_buffer *buffer = calloc(1, sizeof(*buffer));
    void *data;
    if (!buffer)
        return NONOS_E_NO_MEMORY;
    message.words[0] = FILES_BUFFER;
    message.caps[0] = NONOS_SLOT_ACCOUNT;
    message.ncaps = 1;
    int result = nonos_call(file->inherited, &message);
    if (result >= 0 && message.ncaps < 2)
        result = NONOS_E_IO;
    if (result >= 0)
        result = nonos_memory_map(message.caps[1], FILES_BUFFER, NONOS_PROT_READ | NONOS_PROT_WRITE,
                                  &data);
    if (result < 0) {
        free(buffer);
        return result;
    }
    buffer->memory = message.caps[1];
    buffer->data = data;
    buffer->key = message.words[1];
    buffer->next = buffers;
    buffers = buffer;
    file->handle = message.caps[0];
    file->kind = (uint32_t)message.words[0];
    file->buffer = buffer;
    return NONOS_OK;
}

int files_bind(struct open_file *file)
{
    if (file->handle)
        return NONOS_OK;
    if (!file->inherited)
        return NONOS_E_BAD_HANDLE;
    for (struct file_buffer *buffer = buffers; buffer; buffer = buffer->next) {
        /* DENIED: the buffer is another server's. */
        int result = bind_known(file, buffer);
        if (result != NONOS_E_DENIED)
            return result;
    }
    return bind_new(file);
}

struct open_file *files_create(const struct open_file *from, nonos_handle handle, uint32_t kind,
                               int flags)
{
    struct open_file *file = calloc(1, sizeof(*file));
    if (!file) {
        (void)nonos_cap_delete(handle);
        return NULL;
    }
    file->handle = handle;
    file->buffer = from->buffer;
    file->kind = kind;
    file->flags = flags;
    file->refs = 1;
    return file;
}

void files_ref(struct open_file *file)
{
    file->refs++;
}

void files_unref(struct open_file *file)
{
    if (--file->refs)
        return;
    if (file->handle)
        (void)nonos_cap_delete(file->handle);
    if (file->inherited)
        (void)nonos_cap_delete(file->inherited);
    free(file);
}

/* A file that the creator handed over, not bound yet. */
static void descriptor_inherit(int fd, nonos_handle handle)
{
    struct open_file *file = calloc(1, sizeof(*file));
    if (!file)
        return;
    file->inherited = handle;
    file->refs = 1;
    file->flags = O_RDWR;
    descriptors[fd].file = file;
}

static void descriptors_init(void)
{
    static const char *const standard[] = {NONOS_NAME_STDIN, NONOS_NAME_STDOUT, NONOS_NAME_STDERR};
    initialised = true;
    for (int fd = 0; fd < 3; fd++) {
        nonos_handle handle = nonos_cap_find(standard[fd]);
        if (handle)
            descriptor_inherit(fd, handle);
    }
    const struct nonos_startup_cap *cap;
    for (size_t i = 0; (cap = nonos_cap_at(i)); i++) {
        char *end;
        long fd = strncmp(cap->name, "fd", 2) == 0 ? strtol(cap->name + 2, &end, 10) : 0;
        if (fd > 2 && fd < FILES_MAX && !*end)
            descriptor_inherit((int)fd, cap->handle);
    }
}

struct open_file *files_peek(int fd)
{
    if (!initialised)
        descriptors_init();
    if (fd < 0 || fd >= FILES_MAX || !descriptors[fd].file) {
        errno = EBADF;
        return NULL;
    }
    return descriptors[fd].file;
}

struct open_file *files_get(int fd)
{
    struct open_file *file = files_peek(fd);
    return file && files_result(files_bind(file)) >= 0 ? file : NULL;
}

bool files_cloexec(int fd)
{
    return descriptors[fd].cloexec;
}

void files_set_cloexec(int fd, bool cloexec)
{
    descriptors[fd].cloexec = cloexec;
}

int files_install(struct open_file *file, int from, bool cloexec)
{
    if (!initialised)
        descriptors_init();
    for (int fd = from < 0 ? 0 : from; fd < FILES_MAX; fd++)
        if (!descriptors[fd].file) {
            descriptors[fd].file = file;
            descriptors[fd].cloexec = cloexec;
            return fd;
        }
    files_unref(file);
    errno = EMFILE;
    return -1;
}

void files_install_at(struct open_file *file, int fd, bool cloexec)
{
    if (!initialised)
        descriptors_init();
    struct open_file *before = descriptors[fd].file;
    descriptors[fd].file = file;
    descriptors[fd].cloexec = cloexec;
    if (before)
        files_unref(before);
}

int close(int fd)
{
    struct open_file *file = files_peek(fd);
    if (!file)
        return -1;
    descriptors[fd].file = NULL;
    files_unref(file);
    return 0;
}

static struct open_file *named_directory(struct open_file *file, const char *name)
{
    if (!file->handle) {
        file->inherited = nonos_cap_find(name);
        if (!file->inherited || files_bind(file) < 0)
            return NULL;
    }
    return file;
}

struct open_file *files_root(void)
{
    return named_directory(&root, NONOS_NAME_ROOT);
}

const char *nonos_cwd(void)
{
    if (!cwd_path[0])
        strcpy(cwd_path, startup_cwd());
    return cwd_path;
}

/* Copies `path` without its leading slashes behind the `used` bytes of `to`; "." if nothing is there then. */
static size_t path_put(char *to, size_t used, const char *path)
{
    if (!used)
        path += strspn(path, "/");
    if (!used && !*path)
        path = ".";
    size_t len = strlen(path);
    memcpy(to + used, path, len);
    return used + len;
}

int files_path(int dirfd, const char *path, size_t at, struct open_file **directory, size_t *len)
{
    const char *base = nonos_cwd();
    if (!*path)
        return NONOS_E_NOT_FOUND;
    if (strlen(path) + strlen(base) + 2 > NONOS_PATH_MAX)
        return NONOS_E_NAME_TOO_LONG;
    bool relative = path[0] != '/', join = false;
    if (relative && dirfd != AT_FDCWD) {
        *directory = files_get(dirfd);
        if (!*directory)
            return -errno;
    } else if ((*directory = files_root())) {
        join = relative && strcmp(base, "/") != 0;
    } else if (!relative || !(*directory = named_directory(&cwd, NONOS_NAME_CWD))) {
        return NONOS_E_DENIED;
    }
    char *to = (*directory)->buffer->data + at;
    *len = 0;
    if (join) {
        *len = path_put(to, 0, base);
        to[(*len)++] = '/';
    }
    *len = path_put(to, *len, path);
    return NONOS_OK;
}

static uint32_t open_flags(int flags)
{
    static const struct {
        int flag;
        uint32_t open;
    } map[] = {
        {O_CREAT, NONOS_OPEN_CREATE},        {O_EXCL, NONOS_OPEN_EXCLUSIVE},
        {O_TRUNC, NONOS_OPEN_TRUNCATE},      {O_APPEND, NONOS_OPEN_APPEND},
        {O_DIRECTORY, NONOS_OPEN_DIRECTORY}, {O_NOFOLLOW, NONOS_OPEN_NO_FOLLOW},
    };
    int access = flags & O_ACCMODE;
    uint32_t result = access == O_RDONLY   ? NONOS_OPEN_READ
                      : access == O_WRONLY ? NONOS_OPEN_WRITE
                                           : NONOS_OPEN_READ | NONOS_OPEN_WRITE;
    for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
        if (flags & map[i].flag)
            result |= map[i].open;
    return result;
}

int files_open(int dirfd, const char *path, int flags, uint32_t mode, struct open_file **file)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_OPEN);
    struct open_file *directory;
    size_t len;
    int result = files_path(dirfd, path, 0, &directory, &len);
    if (result < 0)
        return result;
    message.words[1] = len;
    message.words[2] = open_flags(flags);
    message.words[3] = mode;
    result = files_call(directory, &message);
    if (result < 0)
        return result;
    if (message.ncaps < 1)
        return NONOS_E_IO;
    *file =
        files_create(directory, message.caps[0], (uint32_t)message.words[0], flags & ~O_CLOEXEC);
    return *file ? NONOS_OK : NONOS_E_NO_MEMORY;
}

nonos_handle nonos_fd_handle(int fd)
{
    struct open_file *file = files_get(fd);
    return file ? file->handle : 0;
}

int nonos_file_view(const char *lines, nonos_handle *directory)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_VIEW);
    struct open_file *from = files_root();
    size_t len = strlen(lines);
    if (!from)
        return NONOS_E_DENIED;
    if (len > FILES_BUFFER)
        return NONOS_E_TOO_BIG;
    memcpy(from->buffer->data, lines, len);
    message.words[1] = len;
    int result = files_call(from, &message);
    if (result < 0)
        return result;
    *directory = message.ncaps ? message.caps[0] : 0;
    return message.ncaps ? NONOS_OK : NONOS_E_IO;
}

/* Appends the components of `path` to the absolute path `to`, resolving "." and "..". */
static int path_append(char *to, const char *path)
{
    size_t len = strlen(to);
    while (*(path += strspn(path, "/"))) {
        size_t part = strcspn(path, "/");
        if (part == 2 && memcmp(path, "..", 2) == 0) {
            while (len > 1 && to[--len] != '/')
                ;
        } else if (part != 1 || *path != '.') {
            if (len + part + 2 > NONOS_PATH_MAX)
                return NONOS_E_NAME_TOO_LONG;
            if (to[len - 1] != '/')
                to[len++] = '/';
            memcpy(to + len, path, part);
            len += part;
        }
        to[len] = 0;
        path += part;
    }
    return NONOS_OK;
}

int chdir(const char *path)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_STAT_PATH);
    struct nonos_file_stat st;
    struct open_file *directory;
    size_t len;
    int result = files_path(AT_FDCWD, path, 0, &directory, &len);
    message.words[1] = result < 0 ? 0 : len;
    if (result >= 0)
        result = files_call(directory, &message);
    if (result >= 0) {
        memcpy(&st, directory->buffer->data, sizeof(st));
        if (st.kind != NONOS_KIND_DIRECTORY)
            result = NONOS_E_NOT_DIRECTORY;
    }
    if (result >= 0) {
        char next[NONOS_PATH_MAX];
        strcpy(next, path[0] == '/' ? "/" : nonos_cwd());
        result = path_append(next, path);
        if (result >= 0)
            strcpy(cwd_path, next);
    }
    return (int)files_result(result);
}

char *getcwd(char *path, size_t size)
{
    const char *now = nonos_cwd();
    if (!path)
        return strdup(now);
    if (strlen(now) >= size) {
        errno = ERANGE;
        return NULL;
    }
    return strcpy(path, now);
}

char *realpath(const char *restrict path, char *restrict resolved)
{
    char absolute[NONOS_PATH_MAX] = "/";
    if (path[0] != '/')
        strcpy(absolute, nonos_cwd());
    if (files_result(path_append(absolute, path)) < 0 || access(absolute, F_OK) < 0)
        return NULL;
    return resolved ? strcpy(resolved, absolute) : strdup(absolute);
}
