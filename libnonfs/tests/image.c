#include "image.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <nonfs/check.h>

/* e2fsprogs lives where only root's PATH looks. */
#define TOOL_PATH "PATH=\"$PATH:/usr/sbin:/sbin\"; export PATH; "

static void format_command(char *command, size_t size, const char *format, va_list args)
{
    int n = snprintf(command, size, "%s", TOOL_PATH);

    n += vsnprintf(command + n, size - (size_t)n, format, args);
    ck_assert_int_lt(n, (int)size);
}

int run_command(const char *format, ...)
{
    char command[4096];
    char quiet[4200];
    va_list args;

    va_start(args, format);
    format_command(command, sizeof(command), format, args);
    va_end(args);
    snprintf(quiet, sizeof(quiet), "{ %s\n} >/dev/null 2>&1 </dev/null", command);
    return system(quiet);
}

void read_command(char *line, size_t size, const char *format, ...)
{
    char command[4096];
    va_list args;
    FILE *pipe;

    va_start(args, format);
    format_command(command, sizeof(command), format, args);
    va_end(args);
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    if (fgets(line, (int)size, pipe) == NULL)
        line[0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    while (fgetc(pipe) != EOF)
        continue;
    pclose(pipe);
}

const char *missing_tool(const char *tools)
{
    static char name[64];

    while (*tools != '\0') {
        size_t len = strcspn(tools, " ");

        snprintf(name, sizeof(name), "%.*s", (int)len, tools);
        if (run_command("command -v %s", name) != 0)
            return name;
        tools += len;
        tools += strspn(tools, " ");
    }
    return NULL;
}

static void make_file(const char *folder, const char *name, uint64_t hole, size_t len)
{
    char path[1024];
    uint32_t state = (uint32_t)len * 2654435761u + (uint32_t)hole + 1;
    uint8_t *bytes = malloc(len + 1);
    int fd;

    for (size_t i = 0; i < len; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(state >> 24);
    }
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, bytes, len, (off_t)hole), (ssize_t)len);
    if (len == 0)
        ck_assert_int_eq(ftruncate(fd, (off_t)hole), 0);
    close(fd);
    free(bytes);
}

static void make_link(const char *folder, const char *name, char fill, size_t len)
{
    char path[1024];
    char target[4096];

    memset(target, fill, len);
    target[len] = '\0';
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    ck_assert_int_eq(symlink(target, path), 0);
}

void make_source_tree(const char *folder)
{
    static const size_t sizes[] = {0,     1,     59,     60,     61,     100,  159,
                                   160,   512,   1023,   1024,   1025,   4095, 4096,
                                   65536, 65537, 100000, 300000, 5000000};
    static const size_t targets[] = {1, 58, 59, 60, 61, 155, 156, 500, 1000};
    char path[1024];
    char name[256];

    ck_assert_int_eq(run_command("mkdir -p '%s/dir/empty' '%s/a/b/c/d/e/f'", folder, folder), 0);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        snprintf(name, sizeof(name), "file-%zu", sizes[i]);
        make_file(folder, name, 0, sizes[i]);
    }
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        snprintf(name, sizeof(name), "link-%zu", targets[i]);
        make_link(folder, name, 'x', targets[i]);
    }
    make_file(folder, "sparse-front", 3000000, 5000);
    make_file(folder, "sparse-all", 70000000, 0);
    for (uint64_t i = 0; i < 20; i++)
        make_file(folder, "sparse-comb", i * 777777, 3000);
    make_file(folder, "a/b/c/d/e/f/deep", 0, 77);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "dir/entry number %d", i);
        make_file(folder, name, 0, (size_t)i);
    }
    memset(name, 'n', 255);
    name[255] = '\0';
    make_file(folder, name, 0, 10);
    make_file(folder, "\xc3\x98 \xff\xfe\n\\", 0, 11);
    snprintf(path, sizeof(path), "ln '%s/file-100' '%s/dir/hard'; mkfifo '%s/fifo'", folder, folder,
             folder);
    ck_assert_int_eq(run_command("%s", path), 0);
    ck_assert_int_eq(run_command("ln -s dir/hard '%s/to-hard'; ln -s ../../.. '%s/a/b/c/up'; "
                                 "ln -s /a/b '%s/a/absolute'; ln -s loop '%s/loop'",
                                 folder, folder, folder, folder),
                     0);
}

static int image_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    struct image *image = context;
    uint32_t size = image->dev.block_size;

    /* An assertion of Check is a system call, whether it holds or not. */
    if (nblocks == 0 || first_block > image->dev.block_count ||
        nblocks > image->dev.block_count - first_block)
        ck_abort_msg("a request outside of the device");
    if (image->dev.max_transfer_blocks != 0)
        ck_assert_uint_le(nblocks, image->dev.max_transfer_blocks);
    image->reads++;
    if (nblocks > image->largest_read)
        image->largest_read = nblocks;
    if (image->fail_at != 0 && image->reads >= image->fail_at &&
        !(image->fail_once && image->reads > image->fail_at))
        return image->fail_result;
    memcpy(buf, image->bytes + first_block * size, (size_t)nblocks * size);
    return 0;
}

static int image_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    struct image *image = context;
    uint32_t size = image->dev.block_size;
    uint64_t offset = first_block * size;
    size_t len = (size_t)nblocks * size;

    /* An assertion of Check is a system call, whether it holds or not. */
    if (nblocks == 0 || first_block > image->dev.block_count ||
        nblocks > image->dev.block_count - first_block)
        ck_abort_msg("a request outside of the device");
    image->writes++;
    if (image->fail_write_at != 0 && image->writes >= image->fail_write_at)
        return NONFS_E_IO;
    for (uint64_t at = offset; image->may_write != NULL && at < offset + len; at += size) {
        if (!image->may_write[at / image->guard_size])
            ck_abort_msg("a write to block %llu", (unsigned long long)(at / image->guard_size));
    }
    if (image->watch != NULL)
        image->watch(image->watch_context, offset, buf, len);
    memcpy(image->bytes + offset, buf, len);
    return 0;
}

static int image_flush(void *context)
{
    struct image *image = context;

    image->flushes++;
    if (image->watch != NULL)
        image->watch(image->watch_context, 0, NULL, 0);
    return 0;
}

static const struct nonfs_block_ops image_ops = {.read = image_read};
static const struct nonfs_block_ops image_ops_writable = {
    .read = image_read, .write = image_write, .flush = image_flush};

void image_make_writable(struct image *image)
{
    image->dev.ops = &image_ops_writable;
}

void image_save(const struct image *image, const char *path)
{
    FILE *f = fopen(path, "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(image->bytes, 1, image->size, f), image->size);
    ck_assert_int_eq(fclose(f), 0);
}

const char *e2fsck_objection(const char *path)
{
    static char line[900];

    if (run_command(
            "e2fsck -fn '%s' >'%s.said' 2>&1 && ! grep '? no' '%s.said' | grep -v 'Optimize? no'",
            path, path, path) == 0)
        return NULL;
    read_command(line, sizeof(line),
                 "grep -v -e Pass -e Optimize '%s.said' | head -20 | tr '\\n' ' '", path);
    return line;
}

static void image_set_up(struct image *image, size_t size, uint32_t device_block_size)
{
    image->size = size;
    image->dev.ops = &image_ops;
    image->dev.context = image;
    image->dev.block_size = device_block_size;
    image->dev.block_count = size / device_block_size;
    image->fail_result = NONFS_E_IO;
}

int image_open(struct image *image, const char *path, uint32_t device_block_size)
{
    int fd = open(path, O_RDONLY);
    struct stat st;

    memset(image, 0, sizeof(*image));
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size == 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    image->bytes = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    close(fd);
    if (image->bytes == MAP_FAILED)
        return -1;
    image_set_up(image, (size_t)st.st_size, device_block_size);
    return 0;
}

void image_from_bytes(struct image *image, const void *bytes, size_t size,
                      uint32_t device_block_size)
{
    memset(image, 0, sizeof(*image));
    image->bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(image->bytes, MAP_FAILED);
    memcpy(image->bytes, bytes, size);
    image_set_up(image, size, device_block_size);
}

void image_close(struct image *image)
{
    if (image->bytes != NULL)
        munmap(image->bytes, image->size);
    image->bytes = NULL;
}

int volume_mount(struct volume *volume, uint32_t cache_blocks, uint32_t flags)
{
    return volume_mount_through(volume, &volume->image.dev, cache_blocks, flags, NULL);
}

int volume_mount_through(struct volume *volume, const struct nonfs_block_device *dev,
                         uint32_t cache_blocks, uint32_t flags, const struct nonfs_monitor *monitor)
{
    struct nonfs_ext4_config config = {.cache_blocks = cache_blocks,
                                       .flags = flags,
                                       .held_inodes = IMAGE_HELD_INODES,
                                       .monitor = monitor};
    struct nonfs_ext4_info info;
    uint8_t *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    size_t size;
    int result;

    volume->arena = NULL;
    volume->fs = NULL;
    result = nonfs_ext4_probe(dev, scratch, &info, &volume->diagnostic);
    free(scratch);
    if (result != 0)
        return result;
    size = nonfs_ext4_arena_size(&config, info.block_size);
    ck_assert_uint_ne(size, 0);
    /* Exactly as much as it says, so that the sanitizers see a byte too many. */
    volume->arena = malloc(size);
    return nonfs_ext4_mount(&volume->fs, dev, &config, volume->arena, size, &volume->diagnostic);
}

void volume_mount_again(struct volume *volume, uint32_t cache_blocks)
{
    ck_assert_int_eq(nonfs_ext4_unmount(volume->fs), 0);
    free(volume->arena);
    ck_assert_int_eq(volume_mount(volume, cache_blocks, 0), 0);
}

void volume_close(struct volume *volume)
{
    if (volume->fs != NULL)
        ck_assert_int_eq(nonfs_ext4_unmount(volume->fs), 0);
    free(volume->arena);
    volume->fs = NULL;
    volume->arena = NULL;
    image_close(&volume->image);
}

static void compare_content(struct nonfs_ext4_node *node, const char *path)
{
    static uint8_t ours[131072];
    static uint8_t theirs[131072];
    uint64_t offset = 0;
    FILE *f = fopen(path, "rb");
    size_t done;

    ck_assert_ptr_nonnull(f);
    do {
        /* Odd lengths in turn with large aligned ones. */
        size_t len = offset % 3 == 1 ? 4099 : sizeof(ours);
        size_t n = fread(theirs, 1, len, f);

        ck_assert_int_eq(nonfs_ext4_read(node, offset, ours, len, &done), 0);
        ck_assert_msg(done == n, "%s: %zu bytes at %llu instead of %zu", path, done,
                      (unsigned long long)offset, n);
        ck_assert_msg(memcmp(ours, theirs, n) == 0, "%s differs near %llu", path,
                      (unsigned long long)offset);
        offset += n;
    } while (done > 0);
    fclose(f);
}

static void compare_link(struct nonfs_ext4_node *node, const char *path)
{
    static char ours[NONFS_EXT4_PATH_MAX + 1];
    static char theirs[NONFS_EXT4_PATH_MAX + 1];
    ssize_t n = readlink(path, theirs, sizeof(theirs));
    size_t len;

    ck_assert_int_gt(n, 0);
    ck_assert_int_eq(nonfs_ext4_readlink(node, ours, sizeof(ours), &len), 0);
    ck_assert_msg(len == (size_t)n && memcmp(ours, theirs, len) == 0, "%s: '%s'", path, ours);
    ck_assert_int_eq(nonfs_ext4_readlink(node, ours, (size_t)n, &len), NONFS_E_NO_SPACE);
    ck_assert_uint_eq(len, (size_t)n);
}

/* Every extended attribute that Linux shows, and no other one. */
static void compare_xattrs(struct nonfs_ext4_node *node, const char *path)
{
    static char names[65536];
    static uint8_t ours[65536];
    static uint8_t theirs[65536];
    ssize_t len = llistxattr(path, names, sizeof(names));
    struct nonfs_ext4_xattr xattr;
    uint32_t cursor = 0;
    uint32_t n = 0;

    for (const char *name = names; name < names + len; name += strlen(name) + 1, n++) {
        ssize_t value_len = lgetxattr(path, name, theirs, sizeof(theirs));
        size_t got;
        int result = nonfs_ext4_xattr_get(node, name, strlen(name), ours, sizeof(ours), &got);

        ck_assert_msg(result == 0, "%s: %s: %s", path, name, nonfs_strerror(result));
        /* Linux stores those of users in any inode, and gives those of files and directories. */
        if (value_len < 0 && errno == ENODATA && strncmp(name, "user.", 5) == 0)
            continue;
        ck_assert_int_eq((ssize_t)got, value_len);
        ck_assert_msg(memcmp(ours, theirs, got) == 0, "%s: %s differs", path, name);
    }
    while (nonfs_ext4_xattr_next(node, &cursor, &xattr) == 0)
        n--;
    ck_assert_msg(n == 0, "%s has another number of attributes", path);
}

static uint64_t count_entries(struct nonfs_ext4_node *directory)
{
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    uint64_t n = 0;
    int result;

    while ((result = nonfs_ext4_readdir(directory, &cursor, &entry)) == 0)
        n++;
    ck_assert_int_eq(result, NONFS_E_NOT_FOUND);
    return n;
}

static void compare_node(struct nonfs_ext4 *fs, struct nonfs_ext4_node *parent, const char *name,
                         const char *path, unsigned depth);

static void compare_directory(struct nonfs_ext4 *fs, struct nonfs_ext4_node *node, const char *path,
                              unsigned depth)
{
    DIR *dir = opendir(path);
    uint64_t n = 0;
    int has_lost_found = 0;
    struct dirent *d;

    ck_assert_ptr_nonnull(dir);
    while ((d = readdir(dir)) != NULL) {
        char child[4096];

        n++;
        has_lost_found |= strcmp(d->d_name, "lost+found") == 0;
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        snprintf(child, sizeof(child), "%s/%s", path, d->d_name);
        compare_node(fs, node, d->d_name, child, depth + 1);
    }
    closedir(dir);
    if (depth == 0 && !has_lost_found)
        n++;
    ck_assert_msg(count_entries(node) == n, "%s has another number of entries", path);
}

static void compare_node(struct nonfs_ext4 *fs, struct nonfs_ext4_node *parent, const char *name,
                         const char *path, unsigned depth)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat ours;
    struct stat theirs;
    int result =
        nonfs_ext4_lookup(fs, parent, name, strlen(name), NONFS_EXT4_LOOKUP_NOFOLLOW, &node);

    ck_assert_msg(result == 0, "%s: %s", path, nonfs_strerror(result));
    ck_assert_int_eq(lstat(path, &theirs), 0);
    nonfs_ext4_stat(&node, &ours);
    ck_assert_msg(depth == 0 || ours.mode == theirs.st_mode, "%s: mode %o", path, ours.mode);
    if (depth > 0)
        compare_xattrs(&node, path);
    switch (theirs.st_mode & S_IFMT) {
    case S_IFDIR:
        compare_directory(fs, &node, path, depth);
        return;
    case S_IFREG:
        ck_assert_uint_eq(ours.links, theirs.st_nlink);
        ck_assert_msg(ours.size == (uint64_t)theirs.st_size, "%s: size", path);
        ck_assert_int_eq(ours.mtime.seconds, theirs.st_mtime);
        compare_content(&node, path);
        return;
    case S_IFLNK:
        compare_link(&node, path);
        return;
    }
}

void compare_tree(struct nonfs_ext4 *fs, const char *folder)
{
    compare_node(fs, NULL, "", folder, 0);
}

static void problem_say(void *context, const struct nonfs_problem *problem)
{
    char text[NONFS_PROBLEM_TEXT_SIZE];

    nonfs_check_format(problem, text, sizeof(text));
    ck_abort_msg("%s: %s", (const char *)context, text);
}

void image_check(const struct image *image, const char *what)
{
    char context[300];
    struct nonfs_check_config config = {
        .cache_blocks = 64, .report = problem_say, .context = context};
    uint8_t *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    struct nonfs_check_result found;
    struct nonfs_ext4_info info;
    size_t size;
    void *arena;

    snprintf(context, sizeof(context), "%s", what);
    ck_assert_int_eq(nonfs_ext4_probe(&image->dev, scratch, &info, NULL), 0);
    free(scratch);
    ck_assert_uint_ne(nonfs_check_arena_size(&config, &info, &size), 0);
    arena = malloc(size);
    ck_assert_int_eq(nonfs_check(&image->dev, &config, arena, size, &found, NULL), 0);
    free(arena);
}
