/*
 * Files of a volume as files of the host.
 */
#ifndef NONFS_TOOLS_EXTRACT_H
#define NONFS_TOOLS_EXTRACT_H

#include "command.h"

/*
 * Copies what `path` names in the volume, and all below it, to `target` on the host, which must not exist: types, names, content,
 * links, modes, times, attributes, and owners if the caller is root. `path` itself is followed if it is a link, links below are not.
 * Nothing but what it made itself is written to or followed on the host, whatever the volume says. Returns 0, or -1 after a message
 * for each file that could not be copied; all others were.
 */
int extract(struct volume *volume, const char *path, const char *target);

#endif
