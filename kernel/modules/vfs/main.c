/*
 * The vfs module: serves the file protocol over the boot archive at "/", a RAM file system at
 * "/tmp", the disk at "/disk", and "/dev" with what scripts expect there.
 *
 * A connection (nonos/supervisor.h) means the root directory without a buffer; ATTACH makes handles
 * of it (clients.c).
 */
#include <string.h>

#include <nonfs/ext4.h>
#include <nonos/boot_info.h>
#include <nonos/runtime.h>
#include <nonos/server.h>

#include "archivefs.h"
#include "clients.h"
#include "devfs.h"
#include "disk.h"
#include "file.h"
#include "locks.h"
#include "tmpfs.h"
#include "tree.h"

#define TMP_BYTES  (64ull << 20)
#define TMP_INODES 16384u

/* ---- mounts ---- */

static int mount_directory(const char *path, struct nonfs_fs *fs)
{
    struct nonfs_place at;
    int r = tree_find(path, &at);
    return r < 0 ? r : tree_result(nonfs_vfs_mount(&tree, at, path, fs));
}

static int mount_archive(void)
{
    static const char *const places[] = {"disk", "dev", "tmp"};
    struct nonos_cap_info info;
    struct nonfs_fs *fs = NULL;
    void *bytes;
    nonos_handle memory = nonos_cap_find("archive");
    int r = memory ? nonos_cap_info(memory, &info) : NONOS_E_NOT_FOUND;
    if (r == 0)
        r = nonos_memory_map(memory, info.size, NONOS_PROT_READ, &bytes);
    if (r == 0)
        r = tree_result(archivefs_create(bytes, info.size, &fs));
    for (size_t i = 0; r == 0 && i < sizeof(places) / sizeof(places[0]); i++)
        r = tree_result(archivefs_add_directory(fs, places[i]));
    return r < 0 ? r : tree_result(nonfs_vfs_mount_root(&tree, fs));
}

static int mount_tmp(struct nonfs_fs **fs)
{
    int r = tmpfs_create(TMP_BYTES, TMP_INODES, CLIENTS_THREADS, &locks_tmp, fs);
    return r < 0 ? r : mount_directory("/tmp", *fs);
}

/* Adds what is behind "disk=rw". An option that is not known must not be lost: then nothing is written. */
static void privacy_add(struct disk_options *options, const char *text, size_t len)
{
    static const struct {
        const char *word;
        uint32_t flag;
    } known[] = {{",notimes", NONFS_MOUNT_NO_TIMES},
                 {",pad", NONFS_MOUNT_PAD},
                 {",scrub", NONFS_MOUNT_SCRUB}};
    while (len > 0) {
        size_t n = 1, i = 0;
        while (n < len && text[n] != ',')
            n++;
        while (i < 3 && !(strlen(known[i].word) == n && memcmp(known[i].word, text, n) == 0))
            i++;
        if (i == 3) {
            nonos_logf("vfs: the disk is only read: '%.*s' is no option of it\n", (int)n, text);
            options->only_read = true;
            return;
        }
        options->privacy |= known[i].flag;
        text += n;
        len -= n;
    }
}

static void word_take(struct disk_options *options, const char *word, size_t len)
{
    if (len == 7 && memcmp(word, "disk=ro", 7) == 0)
        options->read_only = true;
    else if (len >= 7 && memcmp(word, "disk=rw", 7) == 0)
        privacy_add(options, word + 7, len - 7);
}

/* What the manifest and the command line of the boot say of the disk. */
static void disk_options_read(struct disk_options *options, int argc, char **argv)
{
    nonos_handle memory = nonos_cap_find("boot-info");
    size_t len = nonos_page_round(sizeof(struct nonos_boot_info));
    void *address;
    for (int i = 1; i < argc; i++)
        word_take(options, argv[i], strlen(argv[i]));
    if (!memory || nonos_memory_map(memory, len, NONOS_PROT_READ, &address) < 0)
        return;
    const struct nonos_boot_info *info = address;
    const char *at = info->cmdline, *end = at + sizeof(info->cmdline);
    while (at < end && *at) {
        size_t n = 0;
        while (at + n < end && at[n] && at[n] != ' ')
            n++;
        word_take(options, at, n);
        at += n + (at + n < end && at[n] == ' ');
    }
    (void)nonos_mem_unmap(NONOS_SLOT_TASK, (uint64_t)(uintptr_t)address, len);
}

static int run(int argc, char **argv)
{
    static struct nonfs_view whole;
    static struct nonos_server server;
    static struct handle root;
    static struct disk_options options;
    struct nonfs_fs *tmp = NULL;
    int r = clients_init(&server);
    if (r == 0)
        r = locks_init();
    if (r == 0)
        r = tree_reset(&locks_tree);
    if (r == 0)
        r = mount_archive();
    if (r == 0)
        r = mount_directory("/dev", devfs_get());
    if (r == 0)
        r = mount_tmp(&tmp);
    if (r < 0)
        return r;
    nonfs_view_whole(&whole, &tree, NULL);
    r = handle_open_view(&root, &whole, true);
    if (r < 0)
        return r;
    disk_options_read(&options, argc, argv);
    r = clients_start(&root, "/disk", &options);
    if (r == 0)
        r = nonos_server_attend(&server);
    tmpfs_destroy(tmp);
    return r;
}

int main(int argc, char **argv)
{
    int r = run(argc, argv);
    if (r < 0)
        nonos_logf("vfs: %s\n", nonos_strerror(r));
    return 1;
}
