/*
 * What nonfs cp must know before the volume is opened.
 */
#ifndef NONFS_TOOLS_COPY_H
#define NONFS_TOOLS_COPY_H

#include "command.h"

/*
 * Sees which way is copied: a path in the volume has a colon in front. Sets arguments->use, so that a volume that is copied from is
 * only read. Returns 0, or -1 after a message if it is neither of the two ways.
 */
int copy_prepare(struct arguments *arguments);

#endif
