#include "initrd.h"

#include <nonfs/ext4_write.h>

#define CACHE_BLOCKS NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE
#define LINE         "started\n"
#define LINE_LEN     (sizeof LINE - 1)

static int failed(const char *what, int result)
{
    print("error: ");
    print(what);
    print(": ");
    print(nonfs_strerror(result));
    print("\n");
    return result;
}

static int list_root(struct nonfs_ext4_node *root)
{
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    int result;

    while ((result = nonfs_ext4_readdir(root, &cursor, &entry)) == 0) {
        print(entry.type == NONFS_TYPE_DIRECTORY ? "directory " : "file ");
        print(entry.name);
        print("\n");
    }
    return result == NONFS_E_NOT_FOUND ? 0 : failed("the root directory", result);
}

static int print_file(struct nonfs_ext4 *volume, const char *path, size_t path_len)
{
    struct nonfs_ext4_node node;
    uint64_t offset = 0;
    char text[129];
    size_t len = 0;
    int result = nonfs_ext4_lookup(volume, NULL, path, path_len, 0, &node);

    do {
        if (result == 0)
            result = nonfs_ext4_read(&node, offset, text, sizeof text - 1, &len);
        if (result != 0)
            return failed(path, result);
        text[len] = '\0';
        print(text);
        offset += len;
    } while (len > 0);
    return 0;
}

/* Adds a line at the end of a file, which is made if it is not there. */
static int add_line(struct nonfs_ext4_node *root, const char *name, size_t name_len)
{
    const struct nonfs_ext4_new what = {.mode = NONFS_S_IFREG | 0644};
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    size_t done;
    int result = nonfs_ext4_create(root, name, name_len, &what, &node);

    if (result == NONFS_E_EXISTS)
        result = nonfs_ext4_lookup(root->volume, root, name, name_len, 0, &node);
    if (result == 0) {
        nonfs_ext4_stat(&node, &st);
        result = nonfs_ext4_write(&node, st.size, LINE, LINE_LEN, &done);
    }
    return result == 0 ? 0 : failed(name, result);
}

int initrd_use(const struct nonfs_block_device *dev, int unmounts)
{
    /* nonfs_ext4_arena_size() says how much is needed: 1.3 MB with blocks of 4 KiB. */
    static uint8_t arena[3 << 19] __attribute__((aligned(NONFS_EXT4_ARENA_ALIGN)));
    const struct nonfs_ext4_config config = {.cache_blocks = CACHE_BLOCKS,
                                             .flags = NONFS_MOUNT_WRITE};
    struct nonfs_diagnostic why = {.reason = NULL};
    struct nonfs_ext4_node root;
    struct nonfs_ext4 *volume;
    int result = nonfs_ext4_mount(&volume, dev, &config, arena, sizeof arena, &why);

    if (result != 0)
        return failed(why.reason ? why.reason : "mount", result);
    result = nonfs_ext4_open(volume, NONFS_EXT4_ROOT_INODE, &root);
    if (result == 0)
        result = list_root(&root);
    if (result == 0)
        result = print_file(volume, "motd", 4);
    if (result == 0)
        result = add_line(&root, "boots", 5);
    if (result == 0)
        result = print_file(volume, "boots", 5);
    if (result == 0 && (result = nonfs_ext4_sync(volume)) != 0)
        failed("sync", result);
    if (!unmounts)
        return result;
    int ended = nonfs_ext4_unmount(volume);
    return ended == 0 || result != 0 ? result : failed("unmount", ended);
}
