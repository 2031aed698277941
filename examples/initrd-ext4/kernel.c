/*
 * A kernel whose disk is an ext4 image that the loader put into memory. It uses that as initrd.c does, and leaves with status 33,
 * or with 35 after an error. If the module's string has a second word, "halt", it does not unmount.
 */
#include <string.h>

#include "initrd.h"
#include "machine.h"

#define BLOCK_SIZE 512

void kernel_main(uint32_t magic, const struct multiboot_info *info);

/* The three functions of a disk. The library asks for ranges inside of the device only. */
static int memory_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    memcpy(buf, (const uint8_t *)context + (size_t)first_block * BLOCK_SIZE,
           (size_t)nblocks * BLOCK_SIZE);
    return 0;
}

static int memory_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    memcpy((uint8_t *)context + (size_t)first_block * BLOCK_SIZE, buf,
           (size_t)nblocks * BLOCK_SIZE);
    return 0;
}

static int memory_flush(void *context)
{
    (void)context; /* memory has no cache that could be lost */
    return 0;
}

static void print_hex(const char *what, uint32_t n)
{
    print(what);
    for (int shift = 28; shift >= 0; shift -= 4)
        print((const char[]){"0123456789abcdef"[n >> shift & 15], '\0'});
}

void kernel_main(uint32_t magic, const struct multiboot_info *info)
{
    static const struct nonfs_block_ops ops = {
        .read = memory_read, .write = memory_write, .flush = memory_flush};

    if (magic != MULTIBOOT_MAGIC || !(info->flags & MULTIBOOT_MODULES) || info->mods_count != 1) {
        print("error: one boot module is needed, an ext4 image\n");
        leave(EXIT_ERROR);
    }
    const struct multiboot_module *module = (const struct multiboot_module *)info->mods_addr;
    const struct nonfs_block_device dev = {.ops = &ops,
                                           .context = (void *)module->start,
                                           .block_size = BLOCK_SIZE,
                                           .block_count =
                                               (module->end - module->start) / BLOCK_SIZE};
    const char *word = (const char *)module->string;
    while (*word && *word++ != ' ')
        ;
    print_hex("disk: 0x", module->start);
    print_hex(" to 0x", module->end);
    print("\n");
    int result = initrd_use(&dev, memcmp(word, "halt", sizeof "halt") != 0);
    leave(result == 0 ? EXIT_OK : EXIT_ERROR);
}
