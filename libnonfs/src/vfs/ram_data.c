/* The content of the files of a RAM file system: trees of tables, and sealed pages. */
#include <string.h>

#include "ramfs.h"

#define LEAF_SHIFT  7u  /* pages of a leaf */
#define TABLE_SHIFT 10u /* tables of a table above */
#define LEVELS_MAX  3u

_Static_assert(sizeof(struct ram_page) << LEAF_SHIFT == PAGE, "pages of a leaf");

static uint32_t *table_at(const struct ramfs *ram, uint32_t frame)
{
    return (uint32_t *)(void *)frame_at(ram, frame);
}

/* ---- tables ---- */

/* How far a page's number is shifted to give the place in a table of this level; leaves are level 1. */
static unsigned level_shift(uint32_t level)
{
    return level < 2 ? 0 : LEAF_SHIFT + TABLE_SHIFT * (level - 2);
}

/* Whether the tables can hold a page of this number. */
static bool tables_reach(const struct ram_inode *inode, uint64_t page)
{
    return inode->levels > 0 && page >> level_shift(inode->levels + 1) == 0;
}

/* Adds levels until the tables can hold the page. */
static int tables_grow(struct ramfs *ram, struct ram_inode *inode, uint64_t page)
{
    while (!tables_reach(inode, page)) {
        uint32_t frame;
        if (inode->levels == LEVELS_MAX)
            return NONFS_E_FULL;
        int r = frame_take(ram, FRAME_TABLE, &frame);
        if (r < 0)
            return r;
        if (inode->levels > 0)
            table_at(ram, frame)[0] = inode->table;
        inode->table = frame;
        inode->levels++;
    }
    return 0;
}

/* The entry of a page. With `make` its tables are made; else *entry is NULL if they are not there. */
static int page_entry(struct ramfs *ram, struct ram_inode *inode, uint64_t page, bool make,
                      struct ram_page **entry)
{
    *entry = page == 0 ? &inode->page : NULL;
    if (page == 0)
        return 0;
    if (make) {
        int r = tables_grow(ram, inode, page);
        if (r < 0)
            return r;
    } else if (!tables_reach(inode, page)) {
        return 0;
    }
    uint32_t frame = inode->table;
    for (uint32_t level = inode->levels; level > 1; level--) {
        uint32_t *below =
            &table_at(ram, frame)[page >> level_shift(level) & ((1u << TABLE_SHIFT) - 1)];
        if (*below == NONE) {
            if (!make)
                return 0;
            int r = frame_take(ram, FRAME_TABLE, below);
            if (r < 0) {
                *below = NONE;
                return r;
            }
        }
        frame = *below;
    }
    *entry = (struct ram_page *)(void *)frame_at(ram, frame) + (page & ((1u << LEAF_SHIFT) - 1));
    return 0;
}

/* ---- pages ---- */

static int page_open(struct ramfs *ram, uint32_t number, uint64_t page,
                     const struct ram_page *entry, uint8_t *out)
{
    struct nonfs_ram_fs_id id = {number, page, entry->generation};

    return ram_open(ram, &id, frame_at(ram, entry->frame), PAGE, entry->tag, out);
}

/* Seals a whole page of content. The page is as it was if that fails. */
static int page_seal(struct ramfs *ram, uint32_t number, uint64_t page, struct ram_page *entry,
                     const uint8_t *in)
{
    struct ram_inode *inode = inode_at(ram, number);
    struct nonfs_ram_fs_id id = {number, page, 0};
    uint32_t frame = entry->frame;
    int r = 0;

    if (frame == NONE)
        r = frame_take(ram, FRAME_CONTENT, &frame);
    if (r < 0)
        return r;
    r = ram_seal(ram, &id, in, PAGE, frame_at(ram, frame), entry->tag);
    if (r < 0) {
        if (entry->frame == NONE)
            frame_give(ram, frame);
        return r;
    }
    if (entry->frame == NONE)
        inode->held++;
    entry->frame = frame;
    entry->generation = id.generation;
    return 0;
}

static int page_read(struct ramfs *ram, uint32_t number, uint64_t page, size_t at, uint8_t *buf,
                     size_t len)
{
    struct ram_page *entry;
    uint8_t *clear;
    int r = page_entry(ram, inode_at(ram, number), page, false, &entry);

    if (r < 0)
        return r;
    if (entry == NULL || entry->frame == NONE) {
        memset(buf, 0, len);
        return 0;
    }
    if (len == PAGE)
        return page_open(ram, number, page, entry, buf);
    r = clear_take(ram, &clear);
    if (r < 0)
        return r;
    r = page_open(ram, number, page, entry, clear);
    if (r == 0)
        memcpy(buf, clear + at, len);
    clear_give(ram, clear);
    return r;
}

/* Changes a part of a page: to `buf`, or to zeros if that is NULL. */
static int page_change(struct ramfs *ram, uint32_t number, uint64_t page, struct ram_page *entry,
                       size_t at, const uint8_t *buf, size_t len)
{
    uint8_t *clear;
    int r = clear_take(ram, &clear);

    if (r < 0)
        return r;
    if (entry->frame != NONE)
        r = page_open(ram, number, page, entry, clear);
    if (r == 0) {
        if (buf != NULL)
            memcpy(clear + at, buf, len);
        else
            memset(clear + at, 0, len);
        r = page_seal(ram, number, page, entry, clear);
    }
    clear_give(ram, clear);
    return r;
}

/* ---- content ---- */

static size_t part_len(uint64_t offset, size_t len)
{
    size_t room = PAGE - (size_t)(offset & (PAGE - 1));

    return len < room ? len : room;
}

int content_read(struct ramfs *ram, uint32_t number, uint64_t offset, uint8_t *buf, size_t len)
{
    int r = 0;

    while (len > 0 && r == 0) {
        size_t n = part_len(offset, len);
        r = page_read(ram, number, offset >> PAGE_SHIFT, (size_t)(offset & (PAGE - 1)), buf, n);
        offset += n;
        buf += n;
        len -= n;
    }
    return r;
}

int content_write(struct ramfs *ram, uint32_t number, uint64_t offset, const uint8_t *buf,
                  size_t len, size_t *done)
{
    *done = 0;
    while (*done < len) {
        size_t n = part_len(offset, len - *done);
        uint64_t page = offset >> PAGE_SHIFT;
        struct ram_page *entry;
        int r = page_entry(ram, inode_at(ram, number), page, true, &entry);
        if (r == 0 && n == PAGE)
            r = page_seal(ram, number, page, entry, buf + *done);
        else if (r == 0)
            r = page_change(ram, number, page, entry, (size_t)(offset & (PAGE - 1)), buf + *done,
                            n);
        if (r < 0)
            return r;
        offset += n;
        *done += n;
    }
    return 0;
}

static void page_drop(struct ramfs *ram, struct ram_inode *inode, struct ram_page *entry)
{
    if (entry->frame == NONE)
        return;
    frame_give(ram, entry->frame);
    memset(entry, 0, sizeof(*entry));
    inode->held--;
}

/* Gives all pages from a number on back, whose tables stay: they are few, and go with the file or when it is cut to nothing. */
static void pages_cut(struct ramfs *ram, struct ram_inode *inode, uint64_t first)
{
    const uint64_t in_leaf = ((uint64_t)1 << LEAF_SHIFT) - 1;
    uint64_t page = first > 0 ? first : 1;
    struct ram_page *entry;

    if (first == 0)
        page_drop(ram, inode, &inode->page);
    while (inode->held > 0 && page < ram->config.pages_max && tables_reach(inode, page)) {
        uint64_t end = (page | in_leaf) + 1;
        (void)page_entry(ram, inode, page, false, &entry); /* cannot fail: nothing is made */
        for (; entry != NULL && page < end; page++, entry++)
            page_drop(ram, inode, entry);
        page = end;
    }
}

/* Gives the tables back, none of which has a page. */
static void tables_drop(struct ramfs *ram, struct ram_inode *inode)
{
    const uint32_t per_table = 1u << TABLE_SHIFT;
    uint32_t *top, *middle;

    for (uint32_t i = 0; inode->levels > 1 && i < per_table; i++) {
        top = table_at(ram, inode->table);
        if (top[i] == NONE)
            continue;
        middle = table_at(ram, top[i]);
        for (uint32_t j = 0; inode->levels > 2 && j < per_table; j++)
            if (middle[j] != NONE)
                frame_give(ram, middle[j]);
        frame_give(ram, top[i]);
    }
    if (inode->levels > 0)
        frame_give(ram, inode->table);
    inode->table = NONE;
    inode->levels = 0;
}

void content_drop(struct ramfs *ram, struct ram_inode *inode)
{
    pages_cut(ram, inode, 0);
    tables_drop(ram, inode);
}

int content_cut(struct ramfs *ram, uint32_t number, uint64_t size)
{
    struct ram_inode *inode = inode_at(ram, number);
    uint64_t page = size >> PAGE_SHIFT;
    size_t tail = (size_t)(size & (PAGE - 1));
    struct ram_page *entry;

    if (size == 0) {
        content_drop(ram, inode);
        return 0;
    }
    int r = page_entry(ram, inode, page, false, &entry);
    /* What lies behind the end must read as zeros if the file grows again. */
    if (r == 0 && tail != 0 && entry != NULL && entry->frame != NONE)
        r = page_change(ram, number, page, entry, tail, NULL, PAGE - tail);
    if (r == 0)
        pages_cut(ram, inode, page + (tail != 0));
    return r;
}
