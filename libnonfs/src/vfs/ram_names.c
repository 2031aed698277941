/* The names of a RAM file system: one hash table, and a list for each directory. */
#include <string.h>

#include "bytes.h"
#include "ramfs.h"

#define DIR_SIZE 8u /* bytes of the directory's number before a name that is hashed */

/* FNV-1a, where there is no cipher. */
static uint64_t hash_plain(const uint8_t *bytes, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

/* `page` is a clear page. */
static uint64_t name_hash(const struct ramfs *ram, uint8_t *page, uint32_t dir, const char *name,
                          size_t len)
{
    store_le64(page, dir);
    memcpy(page + DIR_SIZE, name, len);
    return ram->cipher.hash != NULL ? ram->cipher.hash(ram->cipher.context, page, DIR_SIZE + len)
                                    : hash_plain(page, DIR_SIZE + len);
}

static uint32_t *bucket_of(const struct ramfs *ram, uint64_t hash)
{
    return &ram->buckets[(uint32_t)hash & (ram->nbuckets - 1)];
}

int entry_text(struct ramfs *ram, const struct ram_entry *e, uint8_t *text)
{
    struct nonfs_ram_fs_id id = {e->dir, e->cookie, e->generation};

    return ram_open(ram, &id, e->text, e->text_size, e->tag, text);
}

static int find(struct ramfs *ram, uint8_t *page, uint32_t dir, const char *name, size_t len,
                uint32_t *entry)
{
    uint64_t hash = name_hash(ram, page, dir, name, len);

    for (uint32_t at = *bucket_of(ram, hash); at != NONE;) {
        const struct ram_entry *e = entry_at(ram, at);
        if (e->dir == dir && e->hash == hash) {
            int r = entry_text(ram, e, page);
            if (r < 0)
                return r;
            if (page[0] == len && memcmp(page + 1, name, len) == 0) {
                *entry = at;
                return 0;
            }
        }
        at = e->bucket_next;
    }
    return NONFS_E_NOT_FOUND;
}

int entry_find(struct ramfs *ram, uint32_t dir, const char *name, size_t len, uint32_t *entry)
{
    uint8_t *page;
    int r = clear_take(ram, &page);

    if (r < 0)
        return r;
    r = find(ram, page, dir, name, len, entry);
    clear_give(ram, page);
    return r;
}

/* Puts an entry that has its name into the table and behind the last one of its directory. */
static void entry_insert(struct ramfs *ram, uint32_t slot)
{
    struct ram_entry *e = entry_at(ram, slot);
    struct ram_inode *dir = inode_at(ram, e->dir);
    uint32_t *bucket = bucket_of(ram, e->hash);

    e->bucket_next = *bucket;
    *bucket = slot;
    e->prev = dir->last;
    e->next = NONE;
    if (dir->last != NONE)
        entry_at(ram, dir->last)->next = slot;
    else
        dir->first = slot;
    dir->last = slot;
    dir->modify_ns = dir->change_ns = ram_now(ram);
}

static int entry_fill(struct ramfs *ram, struct ram_entry *e, uint8_t *page, const char *name,
                      size_t len)
{
    struct nonfs_ram_fs_id id = {e->dir, e->cookie, 0};

    e->hash = name_hash(ram, page, e->dir, name, len);
    memset(page, 0, LONG_TEXT);
    page[0] = (uint8_t)len;
    memcpy(page + 1, name, len);
    int r = ram_seal(ram, &id, page, e->text_size, e->text, e->tag);
    e->generation = id.generation;
    return r;
}

int entry_make(struct ramfs *ram, uint32_t dir, const char *name, size_t len, uint32_t inode)
{
    uint32_t text_size = len < SHORT_TEXT ? SHORT_TEXT : LONG_TEXT;
    uint32_t slot;
    uint8_t *page;
    int r = clear_take(ram, &page);

    if (r < 0)
        return r;
    r = slot_take(ram, text_size == SHORT_TEXT ? FRAME_SHORT : FRAME_LONG, &slot);
    if (r == 0) {
        struct ram_entry *e = entry_at(ram, slot);
        e->dir = dir;
        e->inode = inode;
        e->cookie = ram->next_cookie++;
        e->text_size = text_size;
        r = entry_fill(ram, e, page, name, len);
        if (r < 0)
            slot_give(ram, slot);
        else
            entry_insert(ram, slot);
    }
    clear_give(ram, page);
    return r;
}

void entry_drop(struct ramfs *ram, uint32_t slot)
{
    const struct ram_entry *e = entry_at(ram, slot);
    struct ram_inode *dir = inode_at(ram, e->dir);
    uint32_t *link = bucket_of(ram, e->hash);

    while (*link != slot)
        link = &entry_at(ram, *link)->bucket_next;
    *link = e->bucket_next;
    if (e->prev != NONE)
        entry_at(ram, e->prev)->next = e->next;
    else
        dir->first = e->next;
    if (e->next != NONE)
        entry_at(ram, e->next)->prev = e->prev;
    else
        dir->last = e->prev;
    dir->modify_ns = dir->change_ns = ram_now(ram);
    slot_give(ram, slot);
}
