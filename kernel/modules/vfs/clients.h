/*
 * What clients hold, and the threads that serve them.
 *
 * The server's own thread attends to heartbeats and to handles that are given up; workers take requests; a keeper, who also mounts the disk before
 * there is any worker, closes files and does the disk's work. The server's lock guards handles, buffers and pipes; nobody waits for a device with it held.
 */
#ifndef VFS_CLIENTS_H
#define VFS_CLIENTS_H

#include <nonos/server.h>

#include "disk.h"
#include "file.h"

#define CLIENTS_WORKERS 8u
#define CLIENTS_THREADS (CLIENTS_WORKERS + 1u) /* that use the tree at once */

/* Prepares the server on the calling thread, which attends to it later. */
NONOS_MUST_CHECK int clients_init(struct nonos_server *server);

/* Starts the threads: `root` is what a connection means, and the disk is mounted at `path` first. All must live for ever. */
NONOS_MUST_CHECK int clients_start(const struct handle *root, const char *path,
                                   const struct disk_options *options);

/* Closes what nobody holds any more, now, so that it is not in use. Not with the server's lock held. */
void clients_settle(void);

#endif
