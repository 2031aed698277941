/*
 * Files. Saving never leaves less than one whole file: the text goes into a new one beside it, is made durable, and takes the name.
 */
#ifndef EDIT_SAVE_H
#define EDIT_SAVE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "buffer.h"

/* What a file was like when it was read or saved. */
struct file_state {
    bool exists;
    struct stat stat;
};

/* Reads a whole file into memory of the caller. Returns 0, or a positive errno; ENOENT if there is none. */
int file_read(const char *path, char **text, size_t *len, struct file_state *state);

/* Whether the file is another one now, or was written by somebody else. */
bool file_changed(const char *path, const struct file_state *state);

/*
 * Writes the text to `path`, or to what it names if it is a symbolic link, with the mode that was there. Returns 0 when the text will survive a
 * loss of power, or a positive errno: then the file is as it was before, or whole and new.
 */
int file_save(const char *path, const struct buffer *text, struct file_state *state);

#endif
