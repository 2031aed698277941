/*
 * Search through the hash tree of a directory.
 *
 * The root is block 0, behind its two dots; each other node fills a block. An entry is the smallest hash below it and a
 * block of the directory; its first entry has no hash, and holds the numbers of entries instead. Below the last level
 * hang blocks of ordinary records. Names with one hash may go on in the next of these blocks.
 */
#include "ext4/htree.h"
#include "bytes.h"
#include "ext4/format.h"

static int htree_fail(struct htree_walk *w, uint64_t physical, const char *reason)
{
    return nonfs_volume_fail(w->directory->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INDEX,
                             w->directory->stat.inode, physical, reason);
}

/* Pins the node in block `block` of the directory and checks its numbers of entries. */
int nonfs_htree_node_get(struct htree_walk *w, uint32_t block, struct htree_node *n)
{
    struct nonfs_ext4 *volume = w->directory->volume;
    uint32_t size = volume_block_size(volume);
    uint32_t start = block == 0 ? EXT4_DX_ROOT_ENTRIES : EXT4_DX_NODE_ENTRIES;
    uint32_t room = (size - start - (volume_has_metadata_csum(volume) ? 8 : 0)) / 8;
    uint64_t physical;
    uint64_t hole;
    uint32_t limit;
    int result;

    if (w->steps-- == 0)
        return htree_fail(w, 0, "it leads to more blocks than there are");
    result = nonfs_dirblock_get(w->directory, block, &n->ref, &hole);
    if (result != 0)
        return result == NONFS_E_NOT_FOUND ? htree_fail(w, 0, "a node lies in a hole") : result;
    n->entries = n->ref.data + start;
    limit = load_le16(n->entries);
    n->count = load_le16(n->entries + 2);
    if (limit <= room && n->count > 0 && n->count <= limit)
        return 0;
    physical = n->ref.slot->block;
    nonfs_block_put(&n->ref);
    return htree_fail(w, physical, "the number of entries is out of range");
}

/* Takes entry `at` of the node in the frame `level`; its block must be new on the way from the root. */
static int htree_follow(struct htree_walk *w, uint32_t level, const struct htree_node *n,
                        uint32_t at, uint32_t *child)
{
    *child = htree_block(n, at);
    w->frames[level].at = at;
    if (*child >= w->nblocks)
        return htree_fail(w, n->ref.slot->block, "an entry leads outside of the directory");
    for (uint32_t i = 0; i <= level; i++) {
        if (w->frames[i].block == *child)
            return htree_fail(w, n->ref.slot->block, "an entry leads back to its own node");
    }
    return 0;
}

/* The last entry whose hash is at most the one that is looked for. */
static uint32_t htree_search(const struct htree_node *n, uint32_t hash)
{
    uint32_t lo = 1;
    uint32_t hi = n->count;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (htree_hash(n, mid) > hash)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo - 1;
}

/* Reads what the root says about the tree, and computes the hash of the name. */
int nonfs_htree_start(struct htree_walk *w, const char *name, size_t name_len)
{
    struct nonfs_ext4 *volume = w->directory->volume;
    uint32_t levels =
        volume->super.info.incompat & EXT4_INCOMPAT_LARGEDIR ? DX_LEVELS_MAX : DX_LEVELS_MAX - 1;
    struct htree_node root;
    uint32_t version;
    int known;
    int result = nonfs_dir_block_count(w->directory, &w->nblocks);

    if (result != 0)
        return result;
    /* The way down, and for each block at most the way up and down again. */
    w->steps = (w->nblocks + 1) * 2 * DX_LEVELS_MAX;
    result = nonfs_htree_node_get(w, 0, &root);
    if (result != 0)
        return result;
    version = root.ref.data[DX_VERSION];
    w->depth = root.ref.data[DX_LEVELS] + 1u;
    known = load_le16(root.ref.data + DX_DOT_LENGTH) == EXT4_DIRENT_MIN &&
            load_le32(root.ref.data + DX_RESERVED) == 0 &&
            root.ref.data[DX_INFO_LENGTH] == DX_INFO_SIZE && version <= HASH_TEA_UNSIGNED;
    nonfs_block_put(&root.ref);
    if (!known || w->depth > levels)
        return htree_fail(w, 0, "the root is of an unknown kind");
    if (version <= HASH_TEA && volume->super.unsigned_hash)
        version += HASH_LEGACY_UNSIGNED;
    w->version = (enum hash_version)version;
    w->hash = nonfs_hash_name(w->version, volume->super.hash_seed, name, name_len);
    return 0;
}

/* Goes down from the frame `level`, whose node is in block `block`, to a block of records. */
int nonfs_htree_descend(struct htree_walk *w, uint32_t level, uint32_t block, int leftmost,
                        uint32_t *leaf)
{
    for (; level < w->depth; level++) {
        struct htree_node n;
        int result = nonfs_htree_node_get(w, block, &n);

        if (result != 0)
            return result;
        w->frames[level].block = block;
        result = htree_follow(w, level, &n, leftmost ? 0 : htree_search(&n, w->hash), &block);
        nonfs_block_put(&n.ref);
        if (result != 0)
            return result;
    }
    *leaf = block;
    return 0;
}

/* The next block of records, if it starts with the hash that is looked for; else NONFS_E_NOT_FOUND. */
static int htree_next(struct htree_walk *w, uint32_t *leaf)
{
    uint32_t level = w->depth;

    while (level-- > 0) {
        struct htree_node n;
        uint32_t at = w->frames[level].at + 1;
        uint32_t child;
        int result = nonfs_htree_node_get(w, w->frames[level].block, &n);

        if (result != 0)
            return result;
        if (at >= n.count) {
            nonfs_block_put(&n.ref);
            continue;
        }
        if ((htree_hash(&n, at) & ~1u) != w->hash)
            result = NONFS_E_NOT_FOUND;
        else
            result = htree_follow(w, level, &n, at, &child);
        nonfs_block_put(&n.ref);
        return result != 0 ? result : nonfs_htree_descend(w, level + 1, child, 1, leaf);
    }
    return NONFS_E_NOT_FOUND;
}

int nonfs_htree_find(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                     struct nonfs_ext4_entry *entry, struct dir_place *place)
{
    struct htree_walk w = {.directory = directory};
    uint32_t leaf = 0;
    int result = nonfs_htree_start(&w, name, name_len);

    if (result == 0)
        result = nonfs_htree_descend(&w, 0, 0, 0, &leaf);
    while (result == 0) {
        result = nonfs_dirblock_find(directory, leaf, name, name_len, entry, place);
        if (result != NONFS_E_NOT_FOUND)
            return result;
        result = htree_next(&w, &leaf);
    }
    return result;
}
