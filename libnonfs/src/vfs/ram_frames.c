/* The memory of a RAM file system: frames, slots in frames, clear pages, and the way through the cipher. */
#include <string.h>

#include "ramfs.h"

/* The end of a frame of slots. */
struct slots_end {
    uint32_t prev, next; /* in the list of those with room */
    uint32_t used;       /* a bit a slot */
    uint32_t unused;
};

#define SLOTS_END_AT (PAGE - sizeof(struct slots_end))

static const struct {
    uint32_t size;
    uint32_t count;
} slot_kinds[SLOT_KINDS] = {
    {128, 31},
    {sizeof(struct ram_entry) + SHORT_TEXT, 31},
    {sizeof(struct ram_entry) + LONG_TEXT, 12},
};

_Static_assert(sizeof(struct ram_inode) <= 128 && sizeof(struct ram_entry) == 64, "sizes of slots");

void ram_lock(const struct ramfs *ram)
{
    if (ram->locks.lock != NULL)
        ram->locks.lock(ram->locks.context, 0);
}

void ram_unlock(const struct ramfs *ram)
{
    if (ram->locks.lock != NULL)
        ram->locks.unlock(ram->locks.context, 0);
}

/* ---- frames ---- */

static int frame_take_locked(struct ramfs *ram, enum frame_kind kind, uint32_t *frame)
{
    if (ram->free_frame != NONE) {
        *frame = ram->free_frame;
        memcpy(&ram->free_frame, frame_at(ram, *frame), sizeof(ram->free_frame));
    } else {
        uint8_t **chunk = &ram->chunks[ram->nframes >> CHUNK_SHIFT];
        if (ram->nframes == ram->config.pages_max)
            return NONFS_E_FULL;
        if (*chunk == NULL && ram->config.more != NULL)
            *chunk = ram->config.more(ram->config.context);
        if (*chunk == NULL)
            return NONFS_E_FULL;
        *frame = ++ram->nframes;
    }
    ram->used++;
    ram->kinds[*frame] = (uint8_t)kind;
    return 0;
}

int frame_take(struct ramfs *ram, enum frame_kind kind, uint32_t *frame)
{
    ram_lock(ram);
    int r = frame_take_locked(ram, kind, frame);
    ram_unlock(ram);
    if (r == 0)
        memset(frame_at(ram, *frame), 0, PAGE);
    return r;
}

void frame_give(struct ramfs *ram, uint32_t frame)
{
    uint8_t *bytes = frame_at(ram, frame);

    memset(bytes, 0, PAGE);
    ram_lock(ram);
    ram->kinds[frame] = FRAME_FREE;
    memcpy(bytes, &ram->free_frame, sizeof(ram->free_frame));
    ram->free_frame = frame;
    ram->used--;
    ram_unlock(ram);
}

/* ---- slots ---- */

static struct slots_end *slots_end(const struct ramfs *ram, uint32_t frame)
{
    return (struct slots_end *)(void *)(frame_at(ram, frame) + SLOTS_END_AT);
}

static void roomy_add(struct ramfs *ram, uint32_t *list, uint32_t frame)
{
    struct slots_end *end = slots_end(ram, frame);

    end->prev = NONE;
    end->next = *list;
    if (*list != NONE)
        slots_end(ram, *list)->prev = frame;
    *list = frame;
}

static void roomy_remove(struct ramfs *ram, uint32_t *list, uint32_t frame)
{
    const struct slots_end *end = slots_end(ram, frame);

    if (end->prev != NONE)
        slots_end(ram, end->prev)->next = end->next;
    else
        *list = end->next;
    if (end->next != NONE)
        slots_end(ram, end->next)->prev = end->prev;
}

int slot_take(struct ramfs *ram, enum frame_kind kind, uint32_t *slot)
{
    unsigned which = (unsigned)kind - FRAME_INODES;
    uint32_t *list = &ram->roomy[which];
    uint32_t full = ((uint32_t)1 << slot_kinds[which].count) - 1;
    uint32_t frame = *list, place = 0;

    if (frame == NONE) {
        int r = frame_take(ram, kind, &frame);
        if (r < 0)
            return r;
        roomy_add(ram, list, frame);
    }
    struct slots_end *end = slots_end(ram, frame);
    while (end->used >> place & 1)
        place++;
    end->used |= (uint32_t)1 << place;
    if (end->used == full)
        roomy_remove(ram, list, frame);
    *slot = frame << SLOT_SHIFT | place;
    return 0;
}

void *slot_at(const struct ramfs *ram, uint32_t slot)
{
    uint32_t frame = slot >> SLOT_SHIFT;
    uint32_t place = slot & ((1u << SLOT_SHIFT) - 1);

    return frame_at(ram, frame) + place * slot_kinds[ram->kinds[frame] - FRAME_INODES].size;
}

void slot_give(struct ramfs *ram, uint32_t slot)
{
    uint32_t frame = slot >> SLOT_SHIFT;
    uint32_t place = slot & ((1u << SLOT_SHIFT) - 1);
    unsigned which = ram->kinds[frame] - (unsigned)FRAME_INODES;
    struct slots_end *end = slots_end(ram, frame);

    memset(slot_at(ram, slot), 0, slot_kinds[which].size);
    if (end->used == ((uint32_t)1 << slot_kinds[which].count) - 1)
        roomy_add(ram, &ram->roomy[which], frame);
    end->used &= ~((uint32_t)1 << place);
    if (end->used == 0) {
        roomy_remove(ram, &ram->roomy[which], frame);
        frame_give(ram, frame);
    }
}

struct ram_inode *inode_get(const struct ramfs *ram, uint64_t number)
{
    uint64_t frame = number >> SLOT_SHIFT;
    uint32_t place = number & ((1u << SLOT_SHIFT) - 1);

    if (frame == 0 || frame > ram->config.pages_max || ram->kinds[frame] != FRAME_INODES ||
        place >= slot_kinds[0].count)
        return NULL;
    struct ram_inode *inode = inode_at(ram, (uint32_t)number);
    return inode->links > 0 || inode->opens > 0 ? inode : NULL;
}

/* ---- clear pages ---- */

int clear_take(struct ramfs *ram, uint8_t **page)
{
    uint32_t i = 0;

    ram_lock(ram);
    while (i < ram->config.workers && ram->clear_busy[i])
        i++;
    if (i < ram->config.workers)
        ram->clear_busy[i] = 1;
    ram_unlock(ram);
    if (i == ram->config.workers)
        return NONFS_E_BUSY;
    *page = ram->clear + (size_t)i * PAGE;
    return 0;
}

void clear_give(struct ramfs *ram, uint8_t *page)
{
    memset(page, 0, PAGE);
    /* The compiler must not see that nobody reads it. */
    __asm__ volatile("" : : "r"(page) : "memory");
    ram_lock(ram);
    ram->clear_busy[(size_t)(page - ram->clear) / PAGE] = 0;
    ram_unlock(ram);
}

/* ---- the cipher ---- */

int ram_seal(struct ramfs *ram, struct nonfs_ram_fs_id *id, const void *in, size_t len, void *out,
             uint8_t *tag)
{
    ram_lock(ram);
    id->generation = ++ram->generation;
    ram_unlock(ram);
    if (ram->cipher.seal != NULL)
        return ram->cipher.seal(ram->cipher.context, id, in, len, out, tag);
    memmove(out, in, len);
    return 0;
}

int ram_open(struct ramfs *ram, const struct nonfs_ram_fs_id *id, const void *in, size_t len,
             const uint8_t *tag, void *out)
{
    if (ram->cipher.open != NULL)
        return ram->cipher.open(ram->cipher.context, id, in, len, tag, out);
    memmove(out, in, len);
    return 0;
}
