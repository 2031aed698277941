/*
 * A kernel that does one thing: it lists the root directory of an ext4 image, which its loader put
 * into memory, and prints the BLAKE3 hash of one file in it. libnonfs reads the image, libnoncrypto
 * hashes; machine.c has the memory functions and the serial port; the rest is on this page.
 */
#include <noncrypto/blake3.h>
#include <noncrypto/selftest.h>
#include <nonfs/ext4_node.h>
#include <string.h>

#include "machine.h"

#define BLOCK_SIZE 512

void kernel_main(uint32_t magic, const struct multiboot_info *info);

static void check(int result, const char *what)
{
    if (result == 0)
        return;
    print("error: ");
    print(what);
    print(": ");
    print(nonfs_strerror(result));
    print("\n");
    leave(EXIT_ERROR);
}

/* The disk is the boot module. libnonfs asks for ranges inside of the device only. */
static int module_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    const struct multiboot_module *module = context;

    memcpy(buf, (const uint8_t *)module->start + first_block * BLOCK_SIZE, nblocks * BLOCK_SIZE);
    return 0;
}

static struct nonfs_ext4 *mount(struct multiboot_module *module)
{
    static const struct nonfs_block_ops ops = {.read = module_read};
    static uint8_t arena[1 << 20] __attribute__((aligned(NONFS_EXT4_ARENA_ALIGN)));
    struct nonfs_block_device dev = {.ops = &ops,
                                     .context = module,
                                     .block_size = BLOCK_SIZE,
                                     .block_count = (module->end - module->start) / BLOCK_SIZE};
    struct nonfs_ext4_config config = {.cache_blocks = 8};
    struct nonfs_diagnostic why = {.reason = NULL};
    struct nonfs_ext4 *volume = NULL;
    int rc = nonfs_ext4_mount(&volume, &dev, &config, arena, sizeof arena, &why);

    check(rc, why.reason ? why.reason : "mount");
    return volume;
}

static void list_root(struct nonfs_ext4 *volume)
{
    struct nonfs_ext4_node root;
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    int rc;

    check(nonfs_ext4_open(volume, NONFS_EXT4_ROOT_INODE, &root), "root directory");
    while ((rc = nonfs_ext4_readdir(&root, &cursor, &entry)) == 0) {
        print(entry.type == NONFS_TYPE_DIRECTORY ? "directory " : "file ");
        print(entry.name);
        print("\n");
    }
    check(rc == NONFS_E_NOT_FOUND ? 0 : rc, "root directory");
}

static void hash_file(struct nonfs_ext4 *volume, const char *path)
{
    static uint8_t buf[32768];
    struct nonfs_ext4_node node;
    struct noncrypto_blake3 hash;
    uint8_t digest[NONCRYPTO_BLAKE3_OUT_LEN];
    uint64_t offset = 0;
    size_t len = 0;

    while (path[len])
        len++;
    check(nonfs_ext4_lookup(volume, NULL, path, len, 0, &node), path);
    noncrypto_blake3_init(&hash);
    do {
        check(nonfs_ext4_read(&node, offset, buf, sizeof buf, &len), path);
        noncrypto_blake3_update(&hash, buf, len);
        offset += len;
    } while (len > 0);
    noncrypto_blake3_final(&hash, digest, sizeof digest);
    for (size_t i = 0; i < 2 * sizeof digest; i++) {
        unsigned digit = digest[i / 2] >> (i % 2 ? 0 : 4) & 15;
        print((const char[]){"0123456789abcdef"[digit], '\0'});
    }
    print("  ");
    print(path);
    print("\n");
}

void kernel_main(uint32_t magic, const struct multiboot_info *info)
{
    check(noncrypto_selftest(NULL) == 0 ? 0 : NONFS_E_CORRUPT, "self-test of libnoncrypto");
    if (magic != MULTIBOOT_MAGIC || !(info->flags & MULTIBOOT_MODULES) || info->mods_count != 1)
        check(NONFS_E_INVALID, "one boot module is needed, an ext4 image");
    /* The module's string is the image's name, a space, and the file to hash. */
    struct multiboot_module *module = (struct multiboot_module *)info->mods_addr;
    const char *path = (const char *)module->string;
    while (*path && *path++ != ' ')
        ;
    struct nonfs_ext4 *volume = mount(module);
    list_root(volume);
    hash_file(volume, path);
    leave(EXIT_OK);
}
