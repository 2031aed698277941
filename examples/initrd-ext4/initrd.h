#ifndef INITRD_H
#define INITRD_H

#include <nonfs/block.h>

/* What kernel.c and main.c have to give: somewhere for text. */
void print(const char *text);

/*
 * Mounts the ext4 volume on `dev` for reading and writing, lists its root directory, prints its file "motd" and adds a line to
 * its file "boots". That is durable when it returns, and the volume is unmounted if `unmounts`; if not, it is left as a loss of
 * power would leave it. Returns 0, or an error of libnonfs after a message.
 */
int initrd_use(const struct nonfs_block_device *dev, int unmounts);

#endif
