/*
 * What the parts of the RAM file system share; ramfs.c says how it is built.
 */
#ifndef VFS_RAMFS_PRIVATE_H
#define VFS_RAMFS_PRIVATE_H

#include "ramfs.h"

#define PAGE 4096u

struct ram_entry {
    struct ram_entry *bucket_next;
    struct ram_entry *prev, *next; /* in the directory, by cookie */
    uint64_t dir, inode, cookie;
    size_t len;
    char name[];
};

struct ram_inode {
    uint64_t number;
    enum nonos_file_kind kind;
    uint32_t mode, links, opens;
    uint64_t size;
    int64_t access_ns, change_ns, modify_ns, create_ns;
    uint64_t parent;                /* directory */
    struct ram_entry *first, *last; /* directory */
    uint8_t **pages;                /* file */
    size_t npages;                  /* entries of `pages` */
    size_t nheld;                   /* pages that are there */
    char *target;                   /* symlink */
};

struct ramfs {
    struct fs fs;
    struct ram_inode **inodes; /* index = number */
    uint64_t *unused;          /* numbers that can be given again */
    size_t ninodes, ninodes_capacity, nunused, nlive;
    struct ram_entry **buckets;
    size_t nbuckets, nentries;
    uint64_t next_cookie;
    uint64_t pages_used, pages_max, inodes_max;
    /* Of page tables: a sparse file must not cost more than the file system may hold. */
    uint64_t table_bytes;
};

static inline int64_t now(void)
{
    return fs_clock ? fs_clock() : 0;
}

static inline struct ramfs *ramfs_of(struct fs *fs)
{
    return (struct ramfs *)fs;
}

static inline struct ram_inode *inode_get(struct fs *fs, uint64_t number)
{
    struct ramfs *ram = ramfs_of(fs);
    return number < ram->ninodes ? ram->inodes[number] : NULL;
}

/* ramfs_names.c */

struct ram_entry *entry_find(struct ramfs *ram, uint64_t dir, const char *name, size_t len);
/* In no directory yet; NULL if memory is out. */
struct ram_entry *entry_new(const char *name, size_t len);
void entry_insert(struct ramfs *ram, struct ram_entry *e, struct ram_inode *dir,
                  struct ram_inode *inode);
/* Frees it. */
void entry_unlink(struct ramfs *ram, struct ram_entry *e);

/* ramfs_data.c */

/* Frees pages from index `first` on. */
void pages_drop(struct ramfs *ram, struct ram_inode *inode, size_t first);
int ramfs_read(struct fs *fs, uint64_t number, uint64_t offset, void *buffer, size_t len,
               size_t *done);
/* Writes as much as fits: an error is returned only if nothing was written. */
int ramfs_write(struct fs *fs, uint64_t number, uint64_t offset, const void *buffer, size_t len,
                size_t *done);
int ramfs_truncate(struct fs *fs, uint64_t number, uint64_t size);

#endif
