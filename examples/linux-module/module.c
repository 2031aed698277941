/*
 * A Linux module that lists the root directory of an ext4 image, with libnonfs in place of Linux'
 * own ext4, after libnoncrypto has passed its self-test. The image is a block device or a file:
 *
 *     insmod nonos_ls.ko image=/dev/vda
 *
 * Loading fails if the image cannot be listed; the kernel's log says why.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include <noncrypto/selftest.h>
#include <nonfs/ext4_node.h>

#define IMAGE_BLOCK_SIZE 512

static char *image = "/dev/vda";
module_param(image, charp, 0444);
MODULE_PARM_DESC(image, "block device or file that holds an ext4 volume");

/* libnonfs asks for ranges inside of the device only. */
static int image_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    size_t len = (size_t)nblocks * IMAGE_BLOCK_SIZE;
    loff_t at = first_block * IMAGE_BLOCK_SIZE;

    while (len > 0) {
        ssize_t n = kernel_read(context, buf, len, &at);
        if (n <= 0)
            return NONFS_E_IO;
        buf += n;
        len -= n;
    }
    return 0;
}

static int list_root(struct nonfs_ext4 *volume)
{
    static struct nonfs_ext4_entry entry;
    struct nonfs_ext4_node root;
    uint64_t cursor = 0;
    int rc = nonfs_ext4_open(volume, NONFS_EXT4_ROOT_INODE, &root);

    while (rc == 0) {
        rc = nonfs_ext4_readdir(&root, &cursor, &entry);
        if (rc == 0)
            pr_info("%s %s\n", entry.type == NONFS_TYPE_DIRECTORY ? "directory" : "file",
                    entry.name);
    }
    return rc == NONFS_E_NOT_FOUND ? 0 : rc;
}

static int mount_and_list(struct file *file, void *arena, size_t arena_size,
                          const struct nonfs_ext4_config *config)
{
    static const struct nonfs_block_ops ops = {.read = image_read};
    struct nonfs_block_device dev = {.ops = &ops,
                                     .context = file,
                                     .block_size = IMAGE_BLOCK_SIZE,
                                     .block_count =
                                         i_size_read(file->f_mapping->host) / IMAGE_BLOCK_SIZE};
    struct nonfs_diagnostic diagnostic = {.reason = NULL};
    struct nonfs_ext4 *volume;
    int rc = nonfs_ext4_mount(&volume, &dev, config, arena, arena_size, &diagnostic);

    if (rc != 0) {
        pr_err("%s: %s%s%s\n", image, nonfs_strerror(rc), diagnostic.reason ? ": " : "",
               diagnostic.reason ? diagnostic.reason : "");
        return rc;
    }
    rc = list_root(volume);
    if (rc != 0)
        pr_err("%s: root directory: %s\n", image, nonfs_strerror(rc));
    return nonfs_ext4_unmount(volume) == 0 ? rc : NONFS_E_INVALID;
}

static int __init nonos_ls_init(void)
{
    static const struct nonfs_ext4_config config = {.cache_blocks = 16};
    size_t arena_size = nonfs_ext4_arena_size(&config, NONFS_EXT4_BLOCK_SIZE_MAX);
    const char *failed;

    if (noncrypto_selftest(&failed) != 0) {
        pr_err("self-test of libnoncrypto: %s failed\n", failed);
        return -EIO;
    }
    pr_info("self-test of libnoncrypto passed\n");

    struct file *file = filp_open(image, O_RDONLY, 0);
    if (IS_ERR(file))
        return PTR_ERR(file);
    void *arena = vmalloc(arena_size);
    int rc = arena ? mount_and_list(file, arena, arena_size, &config) : NONFS_E_NO_MEMORY;
    vfree(arena);
    filp_close(file, NULL);
    return rc == 0 ? 0 : rc == NONFS_E_NO_MEMORY ? -ENOMEM : -EIO;
}

static void __exit nonos_ls_exit(void)
{
}

module_init(nonos_ls_init);
module_exit(nonos_ls_exit);
/* The libraries are under the AGPL, version 3: Linux counts that as a foreign licence. */
MODULE_LICENSE("AGPL-3.0");
MODULE_DESCRIPTION("Lists an ext4 image with libnonfs");
