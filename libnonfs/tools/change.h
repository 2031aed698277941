/*
 * Names in a volume that is written, for the verbs that change it.
 */
#ifndef NONFS_TOOLS_CHANGE_H
#define NONFS_TOOLS_CHANGE_H

#include "command.h"

/* A name in a directory; whether something has it is not said. */
struct place {
    struct nonfs_ext4_node directory;
    char name[NONFS_EXT4_NAME_MAX + 1];
};

/* The last part of a path, without slashes behind it, for a name in a volume. Returns 0, or -1 after a message: "/", "." and ".." have none. */
int path_name(const char *path, char name[NONFS_EXT4_NAME_MAX + 1]);

/* Finds the directory that `path` is in; links before its last part are followed. Returns 0, or -1 after a message. */
int place_find(struct volume *volume, const char *path, struct place *place);

/* Opens what has the name, which is not followed; returns what libnonfs does. */
int place_open(struct place *place, struct nonfs_ext4_node *node);

/*
 * Where a file that is called as `source` ends comes to if it is moved or copied to `target`: into that if it is a directory, which it
 * must be if `into`; else it gets that name. Returns 0, or -1 after a message.
 */
int place_find_target(struct volume *volume, const char *target, const char *source, int into,
                      struct place *place);

/* Deletes what `path` names, and if `recursive` all below it. Returns 0, or -1 after a message. */
int remove_path(struct volume *volume, const char *path, int recursive);

#endif
