/*
 * What the parts of the RAM file system share: ramfs.c has its operations, ram_frames.c the memory, ram_names.c names,
 * ram_data.c content.
 *
 * Memory is frames of a page's size, numbered from 1, in chunks. A frame holds a page of content, a table of pages, or slots
 * of one size: inodes or names. A slot is named by its frame and its place in it, in one number; an inode's is the inode number.
 *
 * The content of a file hangs on a tree of tables whose leaves say frame, tag and generation of each page; the inode says that
 * of the first one, and its place in a leaf is empty. A page that was never written is not there and reads as zeros. Names lie in one hash table keyed by directory and name, and in a list for each
 * directory, ordered by a cookie that only grows: so a directory can be read in pieces while it changes, and no entry that stays is
 * missed or repeated.
 *
 * Threads: what is said in nonfs/fs.h. So names, slots and what counts them are the tree's lock's; an inode, its tables and pages are its own
 * lock's; frames, clear pages, generations and the count of inodes are shared, and the file system's own lock guards them.
 */
#ifndef NONFS_SRC_RAMFS_H
#define NONFS_SRC_RAMFS_H

#include <nonfs/ram_fs.h>

#define PAGE         NONFS_RAM_FS_PAGE_SIZE
#define PAGE_SHIFT   12u
#define CHUNK_SHIFT  6u /* frames of a chunk */
#define CHUNK_FRAMES (1u << CHUNK_SHIFT)
#define SLOT_SHIFT   5u /* a slot's number: its frame, shifted, and its place */
#define NONE         0u /* no frame, no slot */

enum frame_kind { FRAME_FREE, FRAME_CONTENT, FRAME_TABLE, FRAME_INODES, FRAME_SHORT, FRAME_LONG };
#define SLOT_KINDS 3u /* from FRAME_INODES on */

#define SHORT_TEXT 64u /* bytes of a name with its length before it */
#define LONG_TEXT  256u

struct ram_entry {
    uint64_t hash;
    uint64_t cookie;
    uint64_t generation;
    uint32_t dir, inode; /* their slots */
    uint32_t bucket_next;
    uint32_t prev, next; /* in the directory, by cookie */
    uint32_t text_size;
    uint8_t tag[NONFS_RAM_FS_TAG_SIZE];
    uint8_t text[]; /* sealed: length, name, zeros */
};

/* A page of content: an entry of a leaf. */
struct ram_page {
    uint64_t generation;
    uint32_t frame;
    uint32_t unused;
    uint8_t tag[NONFS_RAM_FS_TAG_SIZE];
};

struct ram_inode {
    uint64_t size;
    int64_t access_ns, change_ns, modify_ns, create_ns;
    uint32_t kind; /* enum nonfs_kind */
    uint32_t mode, links, opens;
    uint32_t parent;      /* directory: slot of the one above */
    uint32_t first, last; /* directory: slots of entries */
    uint32_t table;       /* frame of the top table */
    uint32_t levels;      /* of tables; 0: there is none */
    uint32_t held;        /* pages that are there */
    struct ram_page page; /* the first one, for which a small file needs no table */
};

struct ramfs {
    struct nonfs_fs fs;
    struct nonfs_ram_fs_config config;
    struct nonfs_ram_fs_cipher cipher;
    struct nonfs_locks locks;
    uint8_t **chunks;
    uint8_t *kinds;      /* of frames: enum frame_kind */
    uint8_t *clear;      /* clear pages, one a worker */
    uint8_t *clear_busy; /* of each: 1 while a call has it */
    uint32_t *buckets;
    uint32_t nbuckets;          /* a power of two */
    uint32_t nframes;           /* that were ever used: the last one's number */
    uint32_t used;              /* frames that are not free */
    uint32_t free_frame;        /* first of a list through the first bytes of free frames */
    uint32_t roomy[SLOT_KINDS]; /* frames of slots with room, as lists */
    uint32_t inodes;            /* in use */
    uint64_t next_cookie;
    uint64_t generation; /* the last one that was given */
};

static inline struct ramfs *ramfs_of(struct nonfs_fs *fs)
{
    return (struct ramfs *)fs;
}

static inline int64_t ram_now(const struct ramfs *ram)
{
    return ram->config.now != NULL ? ram->config.now(ram->config.context) : 0;
}

/* ---- ram_frames.c ---- */

static inline uint8_t *frame_at(const struct ramfs *ram, uint32_t frame)
{
    return ram->chunks[(frame - 1) >> CHUNK_SHIFT] + ((frame - 1) % CHUNK_FRAMES) * PAGE;
}

/* The file system's own lock. */
void ram_lock(const struct ramfs *ram);
void ram_unlock(const struct ramfs *ram);

/* A frame of zeros. NONFS_E_FULL. */
int frame_take(struct ramfs *ram, enum frame_kind kind, uint32_t *frame);
void frame_give(struct ramfs *ram, uint32_t frame);

/* A slot of zeros in a frame of this kind. NONFS_E_FULL. */
int slot_take(struct ramfs *ram, enum frame_kind kind, uint32_t *slot);
void slot_give(struct ramfs *ram, uint32_t slot);
void *slot_at(const struct ramfs *ram, uint32_t slot);

/* A clear page, for the time of a call. NONFS_E_BUSY. */
int clear_take(struct ramfs *ram, uint8_t **page);
/* Wipes it. */
void clear_give(struct ramfs *ram, uint8_t *page);

/* Under a new generation. */
int ram_seal(struct ramfs *ram, struct nonfs_ram_fs_id *id, const void *in, size_t len, void *out,
             uint8_t *tag);
int ram_open(struct ramfs *ram, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
             const uint8_t *tag, void *out);

/* The inode of a number that may be anything; NULL if there is none. */
struct ram_inode *inode_get(const struct ramfs *ram, uint64_t number);

static inline struct ram_inode *inode_at(const struct ramfs *ram, uint32_t slot)
{
    return slot_at(ram, slot);
}

static inline struct ram_entry *entry_at(const struct ramfs *ram, uint32_t slot)
{
    return slot_at(ram, slot);
}

/* ---- ram_names.c ---- */

/* Finds a name in a directory. NONFS_E_NOT_FOUND. */
int entry_find(struct ramfs *ram, uint32_t dir, const char *name, size_t len, uint32_t *entry);
/* Makes an entry and puts it into the directory. NONFS_E_FULL. */
int entry_make(struct ramfs *ram, uint32_t dir, const char *name, size_t len, uint32_t inode);
/* Takes an entry out and forgets it. */
void entry_drop(struct ramfs *ram, uint32_t entry);
/* Its name, in `text` of LONG_TEXT bytes: the first is the length. */
int entry_text(struct ramfs *ram, const struct ram_entry *e, uint8_t *text);

/* ---- ram_data.c ---- */

int content_read(struct ramfs *ram, uint32_t number, uint64_t offset, uint8_t *buf, size_t len);
/* *done is how much was written, also on error. */
int content_write(struct ramfs *ram, uint32_t number, uint64_t offset, const uint8_t *buf,
                  size_t len, size_t *done);
int content_cut(struct ramfs *ram, uint32_t number, uint64_t size);
/* Gives all pages and tables back. Cannot fail. */
void content_drop(struct ramfs *ram, struct ram_inode *inode);

#endif
