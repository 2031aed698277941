/* The names of a RAM file system: one hash table, and a list a directory. */
#include "ramfs_private.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a over the directory and the name. */
static size_t entry_bucket(const struct ramfs *ram, uint64_t dir, const char *name, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325u ^ dir;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)name[i]) * 0x100000001b3u;
    return (size_t)(hash ^ (hash >> 32)) & (ram->nbuckets - 1);
}

struct ram_entry *entry_find(struct ramfs *ram, uint64_t dir, const char *name, size_t len)
{
    struct ram_entry *e = ram->buckets[entry_bucket(ram, dir, name, len)];
    while (e && !(e->dir == dir && e->len == len && memcmp(e->name, name, len) == 0))
        e = e->bucket_next;
    return e;
}

/* Keeps chains short. If there is no memory for a larger table the old one goes on. */
static void entry_table_grow(struct ramfs *ram)
{
    size_t nbuckets = ram->nbuckets * 2;
    struct ram_entry **old = ram->buckets, **buckets = calloc(nbuckets, sizeof(*buckets));
    size_t nold = ram->nbuckets;
    if (!buckets)
        return;
    ram->buckets = buckets;
    ram->nbuckets = nbuckets;
    for (size_t i = 0; i < nold; i++) {
        while (old[i]) {
            struct ram_entry *e = old[i];
            old[i] = e->bucket_next;
            size_t b = entry_bucket(ram, e->dir, e->name, e->len);
            e->bucket_next = buckets[b];
            buckets[b] = e;
        }
    }
    free(old);
}

struct ram_entry *entry_new(const char *name, size_t len)
{
    struct ram_entry *e = calloc(1, sizeof(*e) + len);
    if (e) {
        e->len = len;
        memcpy(e->name, name, len);
    }
    return e;
}

void entry_insert(struct ramfs *ram, struct ram_entry *e, struct ram_inode *dir,
                  struct ram_inode *inode)
{
    if (ram->nentries >= ram->nbuckets)
        entry_table_grow(ram);
    e->dir = dir->number;
    e->inode = inode->number;
    e->cookie = ram->next_cookie++;
    size_t b = entry_bucket(ram, e->dir, e->name, e->len);
    e->bucket_next = ram->buckets[b];
    ram->buckets[b] = e;
    e->prev = dir->last;
    e->next = NULL;
    if (dir->last)
        dir->last->next = e;
    else
        dir->first = e;
    dir->last = e;
    ram->nentries++;
    dir->modify_ns = dir->change_ns = now();
}

void entry_unlink(struct ramfs *ram, struct ram_entry *e)
{
    struct ram_inode *dir = ram->inodes[e->dir];
    struct ram_entry **link = &ram->buckets[entry_bucket(ram, e->dir, e->name, e->len)];
    while (*link != e)
        link = &(*link)->bucket_next;
    *link = e->bucket_next;
    if (e->prev)
        e->prev->next = e->next;
    else
        dir->first = e->next;
    if (e->next)
        e->next->prev = e->prev;
    else
        dir->last = e->prev;
    ram->nentries--;
    dir->modify_ns = dir->change_ns = now();
    free(e);
}
