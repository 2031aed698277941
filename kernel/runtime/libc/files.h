/*
 * Open files and paths, shared by everything in the C library that speaks the file protocol (nonos/file.h).
 *
 * Data and paths travel in a buffer that a server makes and the task pays for: one a server, shared by all files opened there. A
 * handle that came from somebody else is attached on first use: to a buffer that its server made before, or to a new one.
 */
#ifndef LIBC_FILES_H
#define LIBC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/file.h>
#include <nonos/runtime.h>

#define FILES_MAX    256
#define FILES_BUFFER (64u << 10)

struct file_buffer {
    struct file_buffer *next;
    nonos_handle memory;
    char *data;
    uint64_t key;
};

struct open_file {
    nonos_handle inherited; /* as it came, or 0 */
    nonos_handle handle;    /* bound to the buffer, or 0 while it is not */
    struct file_buffer *buffer;
    uint32_t refs; /* descriptors */
    uint32_t kind; /* enum nonos_file_kind, once bound */
    int flags;     /* O_* */
};

/* Calls the server of a bound file with the buffer's key. */
NONOS_MUST_CHECK int files_call(const struct open_file *file, struct nonos_message *message);

/* Sets errno from a failed result and returns -1; returns a good result as it is. */
long files_result(long result);

/* The open file of a descriptor, bound to the buffer. NULL with errno: EBADF, or why it cannot be bound. */
struct open_file *files_get(int fd);
/* The same, not necessarily bound. */
struct open_file *files_peek(int fd);
bool files_cloexec(int fd);
void files_set_cloexec(int fd, bool cloexec);

/* A new open file with one reference that owns `handle`, opened at the server of `from`. NULL with errno; then `handle` is deleted. */
struct open_file *files_create(const struct open_file *from, nonos_handle handle, uint32_t kind,
                               int flags);
void files_ref(struct open_file *file);
void files_unref(struct open_file *file);

/* Puts `file` (whose reference is taken over) at the lowest free descriptor >= `from`; -1 with errno, the reference is dropped. */
int files_install(struct open_file *file, int from, bool cloexec);
/* Puts it at `fd`, closing what was there. */
void files_install_at(struct open_file *file, int fd, bool cloexec);

/* Binds an open file; a negative result if that fails. */
NONOS_MUST_CHECK int files_bind(struct open_file *file);

/*
 * Resolves a path: writes what must be sent to `*directory` into its buffer at `at`. `dirfd` as for openat(). A negative result: DENIED if
 * the task has no `root`, NAME_TOO_LONG, NOT_FOUND for an empty path.
 */
NONOS_MUST_CHECK int files_path(int dirfd, const char *path, size_t at,
                                struct open_file **directory, size_t *len);

/* Opens; a negative result or 0 and the open file. */
NONOS_MUST_CHECK int files_open(int dirfd, const char *path, int flags, uint32_t mode,
                                struct open_file **file);

/* The capability `root`, bound; NULL if there is none. */
struct open_file *files_root(void);

#endif
