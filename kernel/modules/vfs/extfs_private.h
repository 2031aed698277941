/*
 * What the two parts of extfs share: extfs.c mounts and reads, extfs_write.c changes.
 *
 * Nodes that were opened are kept by inode number. A change of the volume makes all of them old: they are opened again when they are
 * needed, because a number may have come to mean another file. What is open is held in the library, so that its number cannot.
 */
#ifndef VFS_EXTFS_PRIVATE_H
#define VFS_EXTFS_PRIVATE_H

#include <nonfs/ext4_write.h>

#include "extfs.h"

#define EXTFS_NODES 256u /* direct-mapped by inode number */

struct extfs_kept {
    struct nonfs_ext4_node node;
    uint64_t changes; /* of the volume when it was opened */
    uint32_t inode;   /* 0: empty */
};

struct extfs {
    struct fs fs;
    struct nonfs_block_device device;
    struct nonfs_ext4 *volume;
    void *arena;
    char source[48];
    struct extfs_kept kept[EXTFS_NODES];
    uint64_t changes;
    bool dirty;   /* something was changed since the last commit */
    bool failed;  /* a commit failed: what came after the one before is lost */
    bool stopped; /* writing was ended by an error: the volume is not marked as clean */
    struct nonfs_diagnostic said;
    unsigned nsaid;
};

static inline struct extfs *extfs_of(struct fs *fs)
{
    return (struct extfs *)fs;
}

/* A result of the library in the system's vocabulary. Damage is said on the console, and ends writing. */
int extfs_volume_result(struct extfs *ext, int result);
/* The node of an inode, opened if it is not kept or old. Valid until the next call. */
int extfs_node_get(struct extfs *ext, uint64_t inode, struct nonfs_ext4_node **node);
/* Keeps a node that was just opened or made. */
void extfs_node_keep(struct extfs *ext, const struct nonfs_ext4_node *node);

/* extfs_write.c: the members of struct fs_ops. */
int extfs_open(struct fs *fs, uint64_t inode);
void extfs_close(struct fs *fs, uint64_t inode);
int extfs_write(struct fs *fs, uint64_t inode, uint64_t offset, const void *buffer, size_t len,
                size_t *done);
int extfs_truncate(struct fs *fs, uint64_t inode, uint64_t size);
int extfs_create_inode(struct fs *fs, uint64_t dir, const char *name, size_t len,
                       enum nonos_file_kind kind, uint32_t mode, const char *target,
                       size_t target_len, uint64_t *inode);
int extfs_link(struct fs *fs, uint64_t inode, uint64_t dir, const char *name, size_t len);
int extfs_remove(struct fs *fs, uint64_t dir, const char *name, size_t len, bool directory);
int extfs_rename(struct fs *fs, uint64_t old_dir, const char *old_name, size_t old_len,
                 uint64_t new_dir, const char *new_name, size_t new_len);
int extfs_set_mode(struct fs *fs, uint64_t inode, uint32_t mode);
int extfs_set_times(struct fs *fs, uint64_t inode, int64_t access_ns, int64_t modify_ns);
int extfs_sync(struct fs *fs);

/* Ends writing because of what happened, and says so. What was done before is committed if that is still possible. */
void extfs_stop_writing(struct extfs *ext, const char *why);
struct nonfs_time extfs_now(void);

#endif
