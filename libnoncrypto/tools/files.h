/*
 * Files of the verbs: whole small ones, streams, random bytes of the system, and output that is there completely or not at all.
 */
#ifndef NONCRYPTO_TOOLS_FILES_H
#define NONCRYPTO_TOOLS_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* To be called first: where a standard stream is closed, keeps files that are opened from taking its place. */
void files_init(void);

/* Opens a file for reading; "-" is standard input. Returns a descriptor, or -1 after a message. */
int file_open(const char *name);
/* Closes what file_open() gave, standard input excepted. */
void file_close(int fd);

/* Reads until `len` bytes are there or the file ends; returns how many, or -1 with errno. */
ssize_t file_read(int fd, void *data, size_t len);

/* Writes all; returns 0, or -1 with errno. */
int file_write(int fd, const void *data, size_t len);

/* Reads a whole file of at most `capacity` bytes; returns 0, or -1 after a message. `data` holds secrets then: erase it. */
int file_read_all(const char *name, void *data, size_t capacity, size_t *len);

/* Random bytes of the system's generator; returns 0, or -1 after a message. */
int system_random(void *out, size_t len);

/*
 * A file that is being written. It has a name of its own beside its target until it is complete. Where the process ends before
 * that, by an error or by a signal that a person or the system sends (SIGKILL excepted), nothing is left of it. Standard output
 * has no such protection.
 */
struct output {
    int fd;
    int force; /* an existing target is replaced */
    const char *target;
    char *temporary; /* NULL: standard output */
};

/*
 * Starts a file with access `mode`, less the umask; "-" is standard output. Returns 0, or -1 after a message: also if the
 * target exists and `force` is 0, or if it is not a file. One output at a time.
 */
int output_open(struct output *output, const char *target, int force, mode_t mode);

/*
 * Makes the file durable, gives it its name, and makes that durable. Returns 0, or -1 after a message; then nothing is left,
 * unless the message says that only the last step failed.
 */
int output_commit(struct output *output);

/* Removes the file. */
void output_abort(struct output *output);

#endif
