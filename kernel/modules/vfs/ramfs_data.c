/* The bytes of the files of a RAM file system: tables of pages. */
#include "ramfs_private.h"

#include <stdlib.h>
#include <string.h>

void pages_drop(struct ramfs *ram, struct ram_inode *inode, size_t first)
{
    for (size_t i = first; i < inode->npages; i++) {
        if (inode->pages[i]) {
            free(inode->pages[i]);
            inode->pages[i] = NULL;
            inode->nheld--;
            ram->pages_used--;
        }
    }
}

static int inode_get_file(struct fs *fs, uint64_t number, struct ram_inode **inode)
{
    *inode = inode_get(fs, number);
    if (!*inode)
        return NONOS_E_NOT_FOUND;
    if ((*inode)->kind == NONOS_KIND_DIRECTORY)
        return NONOS_E_IS_DIRECTORY;
    return (*inode)->kind == NONOS_KIND_FILE ? 0 : NONOS_E_INVALID;
}

int ramfs_read(struct fs *fs, uint64_t number, uint64_t offset, void *buffer, size_t len,
               size_t *done)
{
    struct ram_inode *inode;
    int r = inode_get_file(fs, number, &inode);
    if (r < 0)
        return r;
    if (offset >= inode->size)
        len = 0;
    else if (len > inode->size - offset)
        len = (size_t)(inode->size - offset);
    for (size_t at = 0; at < len;) {
        size_t page = (size_t)((offset + at) / PAGE), in_page = (size_t)((offset + at) % PAGE);
        size_t n = len - at < PAGE - in_page ? len - at : PAGE - in_page;
        if (page < inode->npages && inode->pages[page])
            memcpy((uint8_t *)buffer + at, inode->pages[page] + in_page, n);
        else
            memset((uint8_t *)buffer + at, 0, n);
        at += n;
    }
    inode->access_ns = now();
    *done = len;
    return 0;
}

/* Makes sure that the page table reaches `npages`. */
static int pages_reserve(struct ramfs *ram, struct ram_inode *inode, size_t npages)
{
    if (npages <= inode->npages)
        return 0;
    size_t capacity = inode->npages ? inode->npages : 4;
    while (capacity < npages)
        capacity *= 2;
    uint64_t more = (capacity - inode->npages) * sizeof(uint8_t *);
    if ((ram->table_bytes + more) / PAGE + ram->pages_used > ram->pages_max)
        return NONOS_E_NO_SPACE;
    uint8_t **pages = realloc(inode->pages, capacity * sizeof(*pages));
    if (!pages)
        return NONOS_E_NO_MEMORY;
    memset(pages + inode->npages, 0, (capacity - inode->npages) * sizeof(*pages));
    inode->pages = pages;
    inode->npages = capacity;
    ram->table_bytes += more;
    return 0;
}

static int page_fill(struct ramfs *ram, struct ram_inode *inode, size_t page)
{
    if (inode->pages[page])
        return 0;
    if (ram->table_bytes / PAGE + ram->pages_used >= ram->pages_max)
        return NONOS_E_NO_SPACE;
    inode->pages[page] = calloc(1, PAGE);
    if (!inode->pages[page])
        return NONOS_E_NO_MEMORY;
    inode->nheld++;
    ram->pages_used++;
    return 0;
}

int ramfs_write(struct fs *fs, uint64_t number, uint64_t offset, const void *buffer, size_t len,
                size_t *done)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *inode;
    int r = inode_get_file(fs, number, &inode);
    if (r < 0)
        return r;
    /*
     * A page table never gets longer than what the file system may hold, so an offset cannot cost
     * memory.
     */
    uint64_t max = ram->pages_max * PAGE;
    if (offset > max || len > max - offset)
        return NONOS_E_NO_SPACE;
    r = pages_reserve(ram, inode, (size_t)((offset + len + PAGE - 1) / PAGE));
    if (r < 0)
        return r;
    size_t at = 0;
    while (at < len) {
        size_t page = (size_t)((offset + at) / PAGE), in_page = (size_t)((offset + at) % PAGE);
        size_t n = len - at < PAGE - in_page ? len - at : PAGE - in_page;
        r = page_fill(ram, inode, page);
        if (r < 0)
            break;
        memcpy(inode->pages[page] + in_page, (const uint8_t *)buffer + at, n);
        at += n;
    }
    if (at == 0 && len > 0)
        return r;
    if (offset + at > inode->size && at > 0)
        inode->size = offset + at;
    inode->modify_ns = inode->change_ns = now();
    *done = at;
    return 0;
}

int ramfs_truncate(struct fs *fs, uint64_t number, uint64_t size)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *inode;
    int r = inode_get_file(fs, number, &inode);
    if (r < 0)
        return r;
    if (size > ram->pages_max * PAGE)
        return NONOS_E_NO_SPACE;
    if (size < inode->size) {
        size_t first = (size_t)((size + PAGE - 1) / PAGE), tail = (size_t)(size % PAGE);
        pages_drop(ram, inode, first);
        /* What lies behind the end must read as zeros if the file grows again. */
        if (tail && size / PAGE < inode->npages && inode->pages[size / PAGE])
            memset(inode->pages[size / PAGE] + tail, 0, PAGE - tail);
    }
    inode->size = size;
    inode->modify_ns = inode->change_ns = now();
    return 0;
}
