/*
 * A tree of the host as content of a volume.
 */
#ifndef NONFS_TOOLS_POPULATE_H
#define NONFS_TOOLS_POPULATE_H

#include <nonfs/ext4_node.h>

#include "disk.h"

struct populate_options {
    const char *folder; /* of the host: what is in it comes into the volume */
    uint32_t time;      /* of all changes, seconds since 1970 */
    int clamps; /* no time is later than that, and the times of access are those of modification */
    int shows_progress; /* on standard error */
    uint64_t files;     /* receives how many were copied, directories and links among them */
    uint64_t bytes;     /* of content */
};

/*
 * Copies the tree into the volume on `disk`: types, names, content, hard links, modes, owners, times, extended attributes and
 * ACLs. Blocks of zeros become holes. The order is that of the bytes of names, so the same tree gives the same volume. Returns
 * 0, or -1 after a message that names the file; what was copied until then is in the volume.
 */
int populate(struct disk *disk, struct populate_options *options);

/*
 * Copies what options->folder names, of any type and with all below it, into a directory of a mounted volume, where it gets
 * `name`; likewise. A link is copied as a link.
 */
int populate_copy(struct nonfs_ext4 *fs, struct nonfs_ext4_node *directory, const char *name,
                  struct populate_options *options);

#endif
