/*
 * Hash trees that grow. As in extent_tree.c, a step that makes room in one node leaves a tree that is right, and the
 * insertion starts again from the root.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/format.h"
#include "ext4/htree.h"
#include "ext4/writer.h"

/* A record of a block that is being split. */
struct hashed {
    uint32_t hash;
    uint32_t offset;
};

static uint32_t node_limit(const struct nonfs_ext4 *volume, uint32_t entries)
{
    return (volume_block_size(volume) - entries - (volume_has_metadata_csum(volume) ? 8 : 0)) /
           EXT4_DX_ENTRY_SIZE;
}

static uint32_t entries_offset(uint32_t block)
{
    return block == 0 ? EXT4_DX_ROOT_ENTRIES : EXT4_DX_NODE_ENTRIES;
}

/* Makes an empty block an inner node; `entries` receives where its entries are. */
static void node_init(struct nonfs_ext4_node *directory, struct block_ref *ref, uint8_t *bytes,
                      uint8_t **entries)
{
    struct nonfs_ext4 *volume = directory->volume;

    memset(bytes, 0, volume_block_size(volume));
    nonfs_dirent_set_length(bytes, volume_block_size(volume));
    nonfs_block_set_sum(ref, SUM_DX_NODE, directory->stat.inode, directory->checksum_seed);
    *entries = bytes + EXT4_DX_NODE_ENTRIES;
    store_le16(*entries, node_limit(volume, EXT4_DX_NODE_ENTRIES));
}

static void entries_insert(uint8_t *entries, uint32_t at, uint32_t hash, uint32_t block)
{
    uint32_t count = load_le16(entries + 2);
    uint8_t *place = entries + EXT4_DX_ENTRY_SIZE * at;

    memmove(place + EXT4_DX_ENTRY_SIZE, place, (size_t)(count - at) * EXT4_DX_ENTRY_SIZE);
    store_le32(place, hash);
    store_le32(place + 4, block);
    store_le16(entries + 2, count + 1);
}

/* Moves the root's entries into a new node, the only one below it. */
static int htree_grow(struct htree_walk *w)
{
    struct nonfs_ext4_node *directory = w->directory;
    struct block_ref root;
    struct block_ref ref;
    uint8_t *fresh;
    uint8_t *bytes;
    uint8_t *from;
    uint8_t *to;
    uint32_t block;
    uint32_t count;
    int result;

    if (w->depth == (directory->volume->super.info.incompat & EXT4_INCOMPAT_LARGEDIR ? 3u : 2u))
        return NONFS_E_FULL;
    result = nonfs_dir_append(directory, &block, &ref, &fresh);
    if (result != 0)
        return result;
    result = nonfs_dir_edit(directory, 0, &root, &bytes);
    if (result == 0) {
        node_init(directory, &ref, fresh, &to);
        from = bytes + EXT4_DX_ROOT_ENTRIES;
        count = load_le16(from + 2);
        memcpy(to + 4, from + 4, (size_t)count * EXT4_DX_ENTRY_SIZE - 4);
        store_le16(to + 2, count);
        store_le16(from + 2, 1);
        store_le32(from + 4, block);
        bytes[DX_LEVELS] = (uint8_t)w->depth;
        nonfs_block_put(&root);
    }
    nonfs_block_put(&ref);
    return result;
}

/* Moves the upper half of the node at `level` into a new one; its parent has room. */
static int htree_split_node(struct htree_walk *w, uint32_t level)
{
    struct nonfs_ext4_node *directory = w->directory;
    struct htree_frame *parent = &w->frames[level - 1];
    struct block_ref above;
    struct block_ref old;
    struct block_ref ref;
    uint8_t *fresh;
    uint8_t *bytes;
    uint8_t *from;
    uint8_t *to;
    uint32_t block;
    uint32_t count;
    uint32_t keep;
    int result = nonfs_dir_append(directory, &block, &ref, &fresh);

    if (result != 0)
        return result;
    result = nonfs_dir_edit(directory, w->frames[level].block, &old, &bytes);
    if (result != 0) {
        nonfs_block_put(&ref);
        return result;
    }
    node_init(directory, &ref, fresh, &to);
    from = bytes + EXT4_DX_NODE_ENTRIES;
    count = load_le16(from + 2);
    keep = count / 2;
    memcpy(to + 4, from + (size_t)keep * EXT4_DX_ENTRY_SIZE + 4,
           (size_t)(count - keep) * EXT4_DX_ENTRY_SIZE - 4);
    store_le16(to + 2, count - keep);
    store_le16(from + 2, keep);
    result = nonfs_dir_edit(directory, parent->block, &above, &bytes);
    if (result == 0) {
        entries_insert(bytes + entries_offset(parent->block), parent->at + 1,
                       load_le32(from + (size_t)keep * EXT4_DX_ENTRY_SIZE), block);
        nonfs_block_put(&above);
    }
    nonfs_block_put(&old);
    nonfs_block_put(&ref);
    return result;
}

static int node_is_full(struct htree_walk *w, uint32_t level, int *full)
{
    struct htree_node n;
    int result = nonfs_htree_node_get(w, w->frames[level].block, &n);

    if (result != 0)
        return result;
    *full = n.count >= load_le16(n.entries);
    nonfs_block_put(&n.ref);
    return 0;
}

/* Makes room in one of the nodes on the way down, if the lowest is full; `*made` says whether it did. */
static int htree_make_room(struct htree_walk *w, int *made)
{
    uint32_t level = w->depth;
    int full = 1;

    while (full && level-- > 0) {
        int result = node_is_full(w, level, &full);

        if (result != 0)
            return result;
    }
    *made = full || level + 1 < w->depth;
    if (!*made)
        return 0;
    return full ? htree_grow(w) : htree_split_node(w, level + 1);
}

static void sort_hashed(struct hashed *map, uint32_t n)
{
    /* Heap sort: no more than n log n steps, whatever the names. */
    for (uint32_t end = n, start = n / 2; end > 1;) {
        struct hashed moved;
        uint32_t at;

        if (start > 0) {
            moved = map[--start];
        } else {
            moved = map[--end];
            map[end] = map[0];
        }
        at = start;
        for (uint32_t child = 2 * at + 1; child < end; child = 2 * at + 1) {
            if (child + 1 < end && map[child + 1].hash > map[child].hash)
                child++;
            if (map[child].hash <= moved.hash)
                break;
            map[at] = map[child];
            at = child;
        }
        map[at] = moved;
    }
}

/* Writes the records of `map` one behind the other into a block, the last one as long as the block. */
static void leaf_pack(const struct nonfs_ext4 *volume, uint8_t *bytes, const uint8_t *copy,
                      const struct hashed *map, uint32_t n)
{
    uint32_t room = nonfs_dirblock_room(volume);
    uint32_t at = 0;

    memset(bytes, 0, room);
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *raw = copy + map[i].offset;
        uint32_t size = dirent_size(raw[DE_NAME_LEN]);

        memcpy(bytes + at, raw, EXT4_DIRENT_HEADER + raw[DE_NAME_LEN]);
        nonfs_dirent_set_length(bytes + at, i + 1 == n ? room - at : size);
        at += size;
    }
    if (n == 0)
        nonfs_dirent_set_length(bytes, room);
}

/* Lists the used records of a copied block from `at` on, sorted by hash. */
static int leaf_list(struct htree_walk *w, const uint8_t *copy, uint32_t at, struct hashed *map,
                     uint32_t *n)
{
    struct nonfs_ext4 *volume = w->directory->volume;
    struct dir_record record;

    for (*n = 0; at < nonfs_dirblock_room(volume); at += record.length) {
        const char *reason;

        if (nonfs_record_decode(volume, copy, volume_block_size(volume), at, &record, &reason) != 0)
            return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                     w->directory->stat.inode, 0, reason);
        if (record.inode == 0)
            continue;
        map[(*n)++] = (struct hashed){
            nonfs_hash_name(w->version, volume->super.hash_seed, record.name, record.name_len), at};
    }
    sort_hashed(map, *n);
    return 0;
}

/* How many records stay: the first ones, with about half of the bytes. */
static uint32_t leaf_half(const struct nonfs_ext4 *volume, const uint8_t *copy,
                          const struct hashed *map, uint32_t n)
{
    uint32_t bytes = 0;
    uint32_t i = 0;

    while (i < n && bytes < volume_block_size(volume) / 2)
        bytes += dirent_size(copy[map[i++].offset + DE_NAME_LEN]);
    return i < n ? i : n - 1;
}

/* Moves the records with the higher hashes into a new block; the lowest node on the way has room for it. */
static int htree_split_leaf(struct htree_walk *w, uint32_t leaf)
{
    struct nonfs_ext4 *volume = w->directory->volume;
    uint8_t *copy = volume->writer->scratch;
    struct hashed *map = (struct hashed *)(void *)(copy + volume_block_size(volume));
    struct htree_frame *parent = &w->frames[w->depth - 1];
    struct block_ref above;
    struct block_ref old;
    struct block_ref ref;
    uint8_t *fresh;
    uint8_t *bytes;
    uint8_t *node;
    uint32_t block;
    uint32_t keep;
    uint32_t n;
    int result = nonfs_dir_append(w->directory, &block, &ref, &fresh);

    if (result != 0)
        return result;
    result = nonfs_dir_edit(w->directory, leaf, &old, &bytes);
    if (result != 0) {
        nonfs_block_put(&ref);
        return result;
    }
    memcpy(copy, bytes, volume_block_size(volume));
    result = leaf_list(w, copy, 0, map, &n);
    if (result == 0 && n < 2)
        result = nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                   w->directory->stat.inode, old.slot->block,
                                   "a block without names is full");
    if (result == 0)
        result = nonfs_dir_edit(w->directory, parent->block, &above, &node);
    if (result == 0) {
        keep = leaf_half(volume, copy, map, n);
        leaf_pack(volume, bytes, copy, map, keep);
        leaf_pack(volume, fresh, copy, map + keep, n - keep);
        /* The lowest bit says that names with this hash start in the block before. */
        entries_insert(node + entries_offset(parent->block), parent->at + 1,
                       map[keep].hash | (map[keep - 1].hash == map[keep].hash ? 1 : 0), block);
        nonfs_block_put(&above);
    }
    nonfs_block_put(&old);
    nonfs_block_put(&ref);
    return result;
}

int nonfs_htree_add(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                    uint32_t inode, uint8_t type)
{
    /* Room at each level, the leaf, and once more where all names of a block have one hash. */
    for (uint32_t round = 0; round < 4 * DX_LEVELS_MAX; round++) {
        struct htree_walk w = {.directory = directory};
        uint32_t leaf = 0;
        int made = 0;
        int result = nonfs_htree_start(&w, name, name_len);

        if (result == 0)
            result = nonfs_htree_descend(&w, 0, 0, 0, &leaf);
        if (result == 0)
            result = nonfs_dirblock_insert(directory, leaf, name, name_len, inode, type);
        if (result != NONFS_E_NO_SPACE)
            return result;
        result = htree_make_room(&w, &made);
        if (result == 0 && !made)
            result = htree_split_leaf(&w, leaf);
        if (result != 0)
            return result;
    }
    return NONFS_E_FULL;
}

/* The only block of the directory becomes the root; its names move into a new one. */
int nonfs_htree_make(struct nonfs_ext4_node *directory)
{
    struct nonfs_ext4 *volume = directory->volume;
    uint8_t *copy = volume->writer->scratch;
    struct hashed *map = (struct hashed *)(void *)(copy + volume_block_size(volume));
    struct htree_walk w = {.directory = directory, .version = HASH_LEGACY};
    struct inode_edit edit;
    struct block_ref root;
    struct block_ref ref;
    uint8_t *fresh;
    uint8_t *bytes;
    uint32_t block;
    uint32_t n;
    int result = nonfs_dir_append(directory, &block, &ref, &fresh);

    if (result != 0)
        return result;
    result = nonfs_dir_edit(directory, 0, &root, &bytes);
    if (result != 0) {
        nonfs_block_put(&ref);
        return result;
    }
    memcpy(copy, bytes, volume_block_size(volume));
    /* Both dots are the first two records, as mkdir and e2fsck make them. */
    if (load_le16(copy + DE_LENGTH) != EXT4_DIRENT_MIN || copy[DE_NAME_LEN] != 1 ||
        copy[EXT4_DIRENT_MIN + DE_NAME_LEN] != 2)
        result = nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                   directory->stat.inode, root.slot->block,
                                   "the dots are not its first records");
    if (result == 0)
        result = leaf_list(
            &w, copy, EXT4_DIRENT_MIN + load_le16(copy + EXT4_DIRENT_MIN + DE_LENGTH), map, &n);
    if (result == 0) {
        leaf_pack(volume, fresh, copy, map, n);
        memset(bytes + DX_RESERVED, 0, volume_block_size(volume) - DX_RESERVED);
        nonfs_dirent_set_length(bytes + EXT4_DIRENT_MIN,
                                volume_block_size(volume) - EXT4_DIRENT_MIN);
        bytes[DX_VERSION] = volume->super.hash_version;
        bytes[DX_INFO_LENGTH] = DX_INFO_SIZE;
        store_le16(bytes + EXT4_DX_ROOT_ENTRIES, node_limit(volume, EXT4_DX_ROOT_ENTRIES));
        store_le16(bytes + EXT4_DX_ROOT_ENTRIES + 2, 1);
        store_le32(bytes + EXT4_DX_ROOT_ENTRIES + 4, block);
        nonfs_block_set_sum(&root, SUM_DX_ROOT, directory->stat.inode, directory->checksum_seed);
        result = nonfs_inode_edit(volume, directory->stat.inode, &edit);
    }
    if (result == 0) {
        directory->stat.flags |= NONFS_EXT4_FL_INDEX;
        store_le32(edit.raw + I_FLAGS, directory->stat.flags);
        nonfs_inode_put(volume, &edit);
    }
    nonfs_block_put(&root);
    nonfs_block_put(&ref);
    return result;
}
