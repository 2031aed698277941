#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include <nonfs/ext4_node.h>

struct walk {
    struct nonfs_ext4 *fs;
    struct walk_result *result;
    uint64_t file_max;
    uint32_t *queue; /* directories to list */
    uint32_t queued;
    uint32_t inodes;
    uint8_t *seen;
    uint8_t *buffer;
};

#define WALK_BUFFER 65536

static void walk_note(struct walk *w, int result)
{
    if (result == 0)
        return;
    w->result->errors++;
    w->result->last_error = result;
}

static void walk_open(struct walk *w, uint32_t inode)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    uint64_t offset = 0;
    size_t done;
    int result = nonfs_ext4_open(w->fs, inode, &node);

    if (result != 0) {
        walk_note(w, result);
        return;
    }
    nonfs_ext4_stat(&node, &st);
    if ((st.mode & NONFS_S_IFMT) == NONFS_S_IFDIR && !w->seen[inode]) {
        w->seen[inode] = 1;
        w->queue[w->queued++] = inode;
    } else if ((st.mode & NONFS_S_IFMT) == NONFS_S_IFLNK) {
        walk_note(w, nonfs_ext4_readlink(&node, (char *)w->buffer, WALK_BUFFER, &done));
    } else if ((st.mode & NONFS_S_IFMT) == NONFS_S_IFREG) {
        do {
            result = nonfs_ext4_read(&node, offset, w->buffer, WALK_BUFFER, &done);
            walk_note(w, result);
            offset += done;
            w->result->bytes += done;
        } while (result == 0 && done > 0 && offset < w->file_max);
        /* The end of the file too, which may lie far behind what was read. */
        if (st.size > 5000)
            walk_note(w, nonfs_ext4_read(&node, st.size - 5000, w->buffer, WALK_BUFFER, &done));
    }
}

static void walk_directory(struct walk *w, uint32_t inode)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry entry;
    struct nonfs_ext4_node found;
    uint64_t cursor = 0;
    int result = nonfs_ext4_open(w->fs, inode, &directory);

    walk_note(w, result);
    while (result != NONFS_E_NOT_FOUND && result != NONFS_E_INVALID) {
        result = nonfs_ext4_readdir(&directory, &cursor, &entry);
        if (result == NONFS_E_NOT_FOUND)
            break;
        walk_note(w, result);
        if (result != 0)
            continue;
        w->result->entries++;
        /* Not each name of a huge directory: a damaged one is searched block by block. */
        if (w->result->entries < 200 || w->result->entries % 64 == 0)
            walk_note(w, nonfs_ext4_lookup(w->fs, &directory, entry.name, entry.name_len,
                                           NONFS_EXT4_LOOKUP_NOFOLLOW, &found));
        if (entry.inode <= w->inodes)
            walk_open(w, entry.inode);
        else
            walk_note(w, NONFS_E_CORRUPT);
    }
}

void walk_volume(struct nonfs_ext4 *fs, uint64_t file_max, struct walk_result *result)
{
    struct nonfs_ext4_info info;
    struct walk w = {.fs = fs, .result = result, .file_max = file_max};

    memset(result, 0, sizeof(*result));
    nonfs_ext4_info(fs, &info);
    w.inodes = info.inode_count;
    w.seen = calloc(1, (size_t)info.inode_count + 1);
    w.queue = calloc((size_t)info.inode_count + 1, sizeof(*w.queue));
    w.buffer = malloc(WALK_BUFFER);
    walk_open(&w, NONFS_EXT4_ROOT_INODE);
    for (uint32_t i = 0; i < w.queued; i++)
        walk_directory(&w, w.queue[i]);
    for (uint32_t i = 1; i <= info.inode_count && i < 5000; i++) {
        struct nonfs_ext4_node node;
        int opened = nonfs_ext4_open(fs, i, &node);

        if (opened != NONFS_E_NOT_FOUND)
            walk_note(&w, opened);
        if (opened == 0 && !w.seen[i])
            walk_open(&w, i);
    }
    free(w.seen);
    free(w.queue);
    free(w.buffer);
}
